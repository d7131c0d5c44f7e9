"""Keeping count of sessions, and reading the counts. How they are kept: docs/decisions/0050-counting.md."""
