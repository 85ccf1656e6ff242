"""Tests of what becomes of sound."""
