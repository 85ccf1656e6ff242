"""Drives the whole studio through its command line, with real processes."""
