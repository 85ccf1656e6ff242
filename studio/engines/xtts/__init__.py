"""Cloned voices by XTTS v2, through coqui-tts."""
