"""The wire between studio and engine processes: messages, framing. Standard library, Python 3.10, any thread."""
