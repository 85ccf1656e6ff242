"""Tests of studio.pictures."""
