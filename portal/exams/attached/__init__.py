"""Presentation states and structured reports that come in with an exam: typed, never kept as files."""
