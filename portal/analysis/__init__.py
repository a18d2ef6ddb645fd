"""The analysis app."""
