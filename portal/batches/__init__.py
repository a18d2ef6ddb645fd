"""The batches app."""
