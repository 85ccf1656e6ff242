"""Lyrics by a small instruct model, through transformers."""
