"""The room Voices."""
