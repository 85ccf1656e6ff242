"""Music by MusicGen, through transformers."""
