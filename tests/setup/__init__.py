"""Tests of set-up and start: the launchers, the locks, and what the launchers leave to Python."""
