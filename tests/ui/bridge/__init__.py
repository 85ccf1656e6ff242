"""Tests of the window: bridge."""
