"""Tests of the window: the room dialogue."""
