"""What A1111 and InvokeAI write today with a picture that uses most of what they can."""

A1111 = (
    "portrait of a (fox:1.2), <lora:ink_v2:0.8> forest\nsecond line\n"
    "Negative prompt: blurry,\nlow quality\n"
    "Steps: 28, Sampler: DPM++ 2M SDE, Schedule type: Karras, CFG scale: 6.5, Seed: 1234567, Size: 640x960, "
    'Model hash: 6ce0161689, Model: dreamer_8, VAE: sharp.pt, Clip skip: 2, Lora hashes: "ink_v2: 1a2b3c, b: 9", '
    "Version: v1.9.4"
)
INVOKEAI = {
    "generation_mode": "txt2img", "positive_prompt": "a fox++ in (deep snow)1.3, well-known-", "negative_prompt": "fog",
    "width": 768, "height": 512, "seed": 42, "rand_device": "cpu", "cfg_scale": 7.5, "steps": 30,
    "scheduler": "dpmpp_2m_k", "clip_skip": 1,
    "model": {"key": "x", "hash": "blake3:abc", "name": "Dreamer", "base": "sd-1", "type": "main"},
    "loras": [{"model": {"key": "y", "hash": "blake3:def", "name": "ink"}, "weight": 0.75}],
    "controlnets": [{"image": {}}], "app_version": "5.1.0",
}  # fmt: skip
