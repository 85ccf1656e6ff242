"""Playing a project: transport, ring, sinks. Runs in the sound process, in its role `play`."""
