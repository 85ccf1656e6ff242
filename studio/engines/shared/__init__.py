"""Helpers of several engines, for the engine's process. Standard library at the top, Python 3.10."""
