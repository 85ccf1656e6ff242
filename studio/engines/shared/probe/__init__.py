"""The probe: whether an environment's torch computes right numbers, and on the device it was meant for."""
