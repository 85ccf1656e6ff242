"""Which graphics cards a machine has and what suits them, from files, the registry and small commands: no driver."""
