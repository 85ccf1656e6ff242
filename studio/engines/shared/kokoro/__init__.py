"""The Kokoro model as several engines use it: weights, voices, and the way from letters to phonemes."""
