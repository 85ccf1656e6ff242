"""Engines: what one is (manifest, params, registry), and a folder for each. The engine side of a folder runs elsewhere."""
