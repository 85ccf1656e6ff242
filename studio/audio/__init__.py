"""Sound: files, analysis, mixing, playing. Runs in the sound process, save for reading and writing our own WAVs."""
