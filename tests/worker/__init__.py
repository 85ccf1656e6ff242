"""The engine process's own half."""
