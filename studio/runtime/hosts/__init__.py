"""Where engines run. A host has five verbs; nothing above assumes that it shares a file system with the studio."""
