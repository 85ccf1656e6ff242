"""Songs by DiffRhythm2, in an environment of its own."""
