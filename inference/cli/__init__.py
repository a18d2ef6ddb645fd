"""The commands of `python -m inference`, one module each with `main(argv) -> int`."""

NOTICE = "Suggestions come from a research model and are not a diagnosis."
