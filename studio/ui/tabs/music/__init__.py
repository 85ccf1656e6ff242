"""The room Music."""
