"""Draft speech with hibari, a small model. Started as a process of its own, never imported."""
