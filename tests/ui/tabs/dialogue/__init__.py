"""Tests of the room Dialogue."""
