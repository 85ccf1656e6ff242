"""Mirrors studio.domain.export."""
