"""What engines with neural models share: devices, memory settings, strict loading, tiny checkpoints, stand-ins."""
