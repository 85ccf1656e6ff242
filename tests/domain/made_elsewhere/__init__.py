"""Recipes of other programs."""
