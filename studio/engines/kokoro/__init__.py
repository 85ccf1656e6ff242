"""Speech with the Kokoro-82M model. Started as a process of its own, never imported."""
