"""Noise taken out of speech with DeepFilterNet 3. Started as a process of its own, never imported."""
