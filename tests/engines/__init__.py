"""Tests of the engines: their descriptions, and what runs in their processes."""
