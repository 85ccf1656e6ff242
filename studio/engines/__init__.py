"""Engines: what one is (manifest, params, registry), and a folder for each, whose code runs elsewhere."""
