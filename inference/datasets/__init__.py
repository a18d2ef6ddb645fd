"""Readers of public mammography sets, in one vocabulary: see `records.Record`."""
