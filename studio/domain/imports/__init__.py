"""Texts from outside as dialogue scripts. Pure; any thread."""
