"""The timeline: scale, lanes, hits and gestures as pure values, and one widget that draws the project."""
