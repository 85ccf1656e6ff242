"""Tests of what can be made."""
