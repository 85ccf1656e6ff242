"""The room Dialogue."""
