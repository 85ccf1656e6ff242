"""The room Engines."""
