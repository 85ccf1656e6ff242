"""Engine processes and where they run: hosts, kits, supervision, devices, the ladder. Threads as each file says."""
