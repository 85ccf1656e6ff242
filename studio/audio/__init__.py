"""Sound files. Numbers by numpy, loaded only where they are needed. Any thread."""
