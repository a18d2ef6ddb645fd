"""The practices app."""
