"""Tests of the window: the room voices."""
