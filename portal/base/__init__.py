"""The base app."""
