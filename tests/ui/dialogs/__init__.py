"""Tests of the window: dialogs."""
