"""Tests of the window: the room library."""
