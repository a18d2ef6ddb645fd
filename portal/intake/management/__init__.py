"""Commands of the intake app."""
