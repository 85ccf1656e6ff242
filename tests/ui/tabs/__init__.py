"""Tests of the window: tabs."""
