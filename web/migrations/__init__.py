"""The tables, as they became."""
