"""Untrusted bytes become a frozen `Decoded`, or a named `DecodeError` that says what to do."""
