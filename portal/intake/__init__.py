"""The intake app."""
