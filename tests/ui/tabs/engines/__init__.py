"""Tests of the window: the room engines."""
