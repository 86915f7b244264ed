"""Decisions of record: what was done, by whom and when, in a chain of entries; receipts; stores apart from the format."""
