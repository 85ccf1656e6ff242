"""What can be made: a module a task, with what it takes, what it checks, and what an engine is given. Any thread."""
