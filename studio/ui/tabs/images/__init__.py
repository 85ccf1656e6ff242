"""The room Images."""
