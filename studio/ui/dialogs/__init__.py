"""The few modal windows: export, settings, a question that cannot be undone, a bug. The GUI thread."""
