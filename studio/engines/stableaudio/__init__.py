"""Sounds and loops by Stable Audio Open, through diffusers."""
