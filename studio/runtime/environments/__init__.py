"""Environments of engines: what a pack needs here, and the folder of packages that is built from it."""
