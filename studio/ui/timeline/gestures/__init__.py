"""What each drag on the timeline does to the project: a module a kind of drag, all pure. Any thread."""
