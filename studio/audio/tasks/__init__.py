"""What the sound process does in its role `render`: a module a task, each with `run(context)`. Its main thread."""
