"""Angen Studio: speech, voices, music and pictures with local models. Any thread; engine processes import this too."""

__version__ = "0.1.0"
