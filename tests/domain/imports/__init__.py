"""Texts from outside as scripts."""
