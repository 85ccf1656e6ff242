"""Sound: formats, and later mixing, playback and export. Numbers by numpy, loaded only where they are needed. Any thread."""
