"""Lines in a voice like that of a recording. Started as a process of its own, never imported."""
