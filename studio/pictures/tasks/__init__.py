"""What the picture process does: a module a task, each with `run(context)`. Its main thread."""
