"""The tests mirror the package `studio`, folder by folder. Run them with `python -m tests.check`."""
