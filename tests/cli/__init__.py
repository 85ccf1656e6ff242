"""Tests of the command line that need no process of its own; the others are in tests/smoke."""
