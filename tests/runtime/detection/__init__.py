"""Finding devices on machines that we do not have."""
