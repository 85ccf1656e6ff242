"""Engine processes as the studio sees them: real ones, small ones, and the values that describe their ends."""
