"""A file a command: each has `run(args, out) -> int`, imported only when it is used."""
