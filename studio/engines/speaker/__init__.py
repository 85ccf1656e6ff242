"""How alike voices are, in numbers. Started as a process of its own, never imported."""
