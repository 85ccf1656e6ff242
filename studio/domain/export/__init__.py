"""What an export is made of, besides its sound: presets, chapters, credits, captions, verdicts. Pure; any thread."""
