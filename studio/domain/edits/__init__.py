"""What can be done to a project: pure functions from one value to the next, a module a subject. Any thread."""
