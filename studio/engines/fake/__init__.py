"""The engine that misbehaves on request. Started as a process of its own, never imported."""
