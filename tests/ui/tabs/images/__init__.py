"""Tests of the window: the room images."""
