"""Engine processes and where they run: hosts, kits, supervision, devices, the ladder. No Qt; threads as each file says."""
