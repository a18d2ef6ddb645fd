"""Template tags of the reading app."""
