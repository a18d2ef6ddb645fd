"""Pages: the case, the read panel, the report."""
