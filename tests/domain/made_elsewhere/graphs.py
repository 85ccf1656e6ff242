"""Graphs as ComfyUI writes them, in both forms."""

from __future__ import annotations

from typing import Any


def run(**changes: Any) -> dict[str, Any]:
    """What ran for a plain picture with a LoRA; `changes` replace nodes by their id after an n, or take them out."""
    nodes: dict[str, Any] = {
        "3": _node(
            "KSampler", seed=156680208700286, steps=20, cfg=8, sampler_name="dpmpp_2m", scheduler="karras", denoise=1,
            model=["10", 0], positive=["6", 0], negative=["7", 0], latent_image=["5", 0],
        ),
        "4": _node("CheckpointLoaderSimple", ckpt_name="sd15/dreamer.safetensors"),
        "5": _node("EmptyLatentImage", width=640, height=448, batch_size=1),
        "6": _node("CLIPTextEncode", text="a (red:1.2) fox [in snow]", clip=["10", 1]),
        "7": _node("CLIPTextEncode", text="blurry", clip=["10", 1]),
        "8": _node("VAEDecode", samples=["3", 0], vae=["4", 2]),
        "9": _node("SaveImage", filename_prefix="out", images=["8", 0]),
        "10": _node(
            "LoraLoader", lora_name="styles\\ink.safetensors", strength_model=0.7, strength_clip=1.0,
            model=["4", 0], clip=["4", 1],
        ),
    }  # fmt: skip
    for name, node in changes.items():
        nodes.pop(name[1:], None)
        if node is not None:
            nodes[name[1:]] = node
    return nodes


def node(kind: str, /, **inputs: Any) -> dict[str, Any]:
    """A node of what ran."""
    return _node(kind, **inputs)


def _node(kind: str, /, **inputs: Any) -> dict[str, Any]:
    return {"class_type": kind, "inputs": inputs, "_meta": {"title": kind}}


def drawing() -> dict[str, Any]:
    """What was drawn: the same without a LoRA, a node that only hands on, and one that is bypassed."""
    return {
        "last_node_id": 12,
        "version": 0.4,
        "nodes": [
            _drawn(3, "KSampler", [77, "randomize", 12, 6.5, "euler_ancestral", "normal", 1],
                   model=1, positive=2, negative=3, latent_image=4),
            _drawn(4, "CheckpointLoaderSimple", ["other.ckpt"]),
            _drawn(5, "EmptyLatentImage", [512, 768, 1]),
            _drawn(6, "CLIPTextEncode", ["a heron"], clip=6),
            _drawn(7, "CLIPTextEncode", ["fog"], clip=7),
            _drawn(8, "VAEDecode", [], samples=8),
            _drawn(9, "SaveImage", ["out"], images=9),
            _drawn(10, "Reroute", [], **{"": 10}),
            {**_drawn(11, "LoraLoader", ["never.safetensors", 1, 1], model=11, clip=12), "mode": 4},
            {**_drawn(12, "KSampler", [1, "fixed", 1, 1, "ddim", "normal", 1], latent_image=4), "mode": 2},
        ],
        "links": [
            [1, 11, 0, 3, 0, "MODEL"], [2, 6, 0, 3, 1, "CONDITIONING"], [3, 7, 0, 3, 2, "CONDITIONING"],
            [4, 5, 0, 3, 3, "LATENT"], [6, 4, 1, 6, 0, "CLIP"], [7, 4, 1, 7, 0, "CLIP"], [8, 3, 0, 8, 0, "LATENT"],
            [9, 8, 0, 9, 0, "IMAGE"], [10, 4, 0, 10, 0, "*"], [11, 10, 0, 11, 0, "MODEL"], [12, 4, 1, 11, 1, "CLIP"],
        ],
    }  # fmt: skip


def _drawn(number: int, kind: str, values: list[Any], /, **links: int) -> dict[str, Any]:
    inputs = [{"name": name, "type": "*", "link": link} for name, link in links.items()]
    return {"id": number, "type": kind, "mode": 0, "inputs": inputs, "outputs": [], "widgets_values": values}
