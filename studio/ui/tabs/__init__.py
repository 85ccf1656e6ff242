"""The rooms, a folder each: `model.py` without widgets, `view.py` with them. Rooms do not know each other."""
