"""The process that loads models from the hub. Started by name; nothing here is imported by the studio itself."""
