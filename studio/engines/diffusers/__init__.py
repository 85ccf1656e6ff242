"""Pictures by Stable Diffusion, SDXL and Flux, through diffusers."""
