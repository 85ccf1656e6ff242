"""Tests of the window: the room music."""
