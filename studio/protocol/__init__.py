"""The wire between studio and engine processes: messages, framing, sound masters. Standard library, Python 3.10."""
