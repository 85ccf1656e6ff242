"""The wire between the studio and its engine processes: messages and framing. Standard library, Python 3.10, any thread."""
