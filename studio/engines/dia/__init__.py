"""Dialogue by Dia, through the classes of transformers."""
