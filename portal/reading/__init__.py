"""The reading app."""
