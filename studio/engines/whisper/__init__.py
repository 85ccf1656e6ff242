"""Words from sound with Whisper. Started as a process of its own, never imported."""
