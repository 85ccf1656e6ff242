"""The room Library."""
