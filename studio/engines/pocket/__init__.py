"""The engine Pocket TTS; see README.md."""
