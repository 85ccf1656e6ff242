"""Pictures painted by rules: a sketch painter. Started as a process of its own, never imported."""
