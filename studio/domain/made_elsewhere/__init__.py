"""Recipes that pictures of other programs carry, a module a program."""
