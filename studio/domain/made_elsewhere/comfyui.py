"""What ComfyUI writes: the graph of nodes, walked from the sampler to everything else. Pure; any thread."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from studio.domain.made_elsewhere import comfy_graph, foreign_json, samplers
from studio.domain.made_elsewhere.comfy_graph import Node, Nodes, along, everything, resolved, upstream
from studio.domain.made_elsewhere.foreign_json import table_of
from studio.domain.picture_recipe import Findings, PictureRecipe, number_of, whole_of

_SEEDS = ("seed", "noise_seed", "noise")
_PARTS = ("noise", "guider", "sampler", "sigmas")
_TEXTS = ("text", "text_g", "text_l", "clip_l", "t5xxl")
_MODELS = ("ckpt_name", "unet_name", "model_name")
_LATENT = "latent_image"
_STARTS = ("pixels", "image")
_CLIP = "stop_at_clip_layer"


def read(text: str) -> PictureRecipe | None:
    """Read `prompt`, the graph that ran; None where it is none."""
    table = foreign_json.table_in(text)
    return _of(comfy_graph.of_run(table)) if table else None


def read_drawing(text: str) -> PictureRecipe | None:
    """Read `workflow`, the graph that was drawn; None where it is none."""
    table = foreign_json.table_in(text)
    return _of(comfy_graph.of_drawing(table)) if table else None


def _of(nodes: Nodes) -> PictureRecipe | None:
    sampler = _sampler(nodes)
    if sampler is None:
        return None
    found = Findings("ComfyUI")
    sampler = _first_pass(nodes, sampler, found)
    parts = [sampler, *(node for name in _PARTS for node in along(nodes, sampler.inputs.get(name), name))]
    found.seed(_first(nodes, parts, *_SEEDS[:2]))
    found.steps(_first(nodes, parts, "steps"))
    karras = any(part.kind == "KarrasScheduler" for part in parts)
    row = "karras" if karras else _first(nodes, parts, "scheduler")
    found.sampled(samplers.from_names(_first(nodes, parts, "sampler_name"), row))
    positive, negative = (_conditioning(nodes, parts, sign) for sign in ("positive", "negative"))
    _texts(nodes, positive, negative, found)
    pushed = _first(nodes, positive, "guidance")
    found.guidance(pushed if pushed is not None else _first(nodes, parts, "cfg"))
    _model(nodes, parts, found)
    _start(nodes, sampler, parts, found)
    return found.recipe() if found.anything else None


def _sampler(nodes: Nodes) -> Node | None:
    """Return the sampler that is nearest to a picture that is kept, or else shown, or else to anything."""
    for kind in ("Save", "Preview", ""):
        ends = [value for node in nodes.values() if node.kind.startswith(kind) for value in node.inputs.values()]
        found = next((node for node in upstream(nodes, ends, everything) if _samples(node)), None)
        if found:
            return found
    return next((node for node in nodes.values() if _samples(node)), None)


def _samples(node: Node) -> bool:
    return _LATENT in node.inputs and any(name in node.inputs for name in _SEEDS)


def _first_pass(nodes: Nodes, sampler: Node, found: Findings) -> Node:
    """Return the sampler from which the size comes: what others make of its picture is another pass."""
    first = sampler
    for node in upstream(nodes, [sampler.inputs.get(_LATENT)], everything):
        if _samples(node) and node is not sampler:
            first = node
    if first is not sampler:
        found.lose("a further pass of the sampler, and what lies between")
    return first


def _first(nodes: Nodes, among: list[Node], *names: str) -> object:
    """Return the first value of these names that is told."""
    for node in among:
        for name in names:
            value = resolved(nodes, node.inputs.get(name))
            if value is not None:
                return value
    return None


def _conditioning(nodes: Nodes, parts: list[Node], sign: str) -> list[Node]:
    """Return the nodes from the sampler to the texts of one sign."""
    ways = (sign, "conditioning") if sign == "positive" else (sign,)
    begin = next((part.inputs[way] for part in parts for way in ways if way in part.inputs), None)

    def through(name: str, node: Node) -> bool:
        return node.kind != "ConditioningZeroOut" and (name == sign or name.startswith("conditioning"))

    return list(upstream(nodes, [begin], through))


def _texts(nodes: Nodes, positive: list[Node], negative: list[Node], found: Findings) -> None:
    sides: list[str] = []
    for side in (positive, negative):
        texts: list[str] = []
        for node in side:
            for name in _TEXTS:
                text = resolved(nodes, node.inputs[name]) if name in node.inputs else ""
                if isinstance(text, str):
                    texts.append(text.strip())
                else:
                    found.lose("a text that other nodes put together")
            if "control_net" in node.inputs:
                found.lose("ControlNet")
        kept = [text for text in dict.fromkeys(texts) if text]
        if len(kept) > 1:
            found.lose("how several texts were put together; they stand one after the other")
        # Square brackets mean nothing there.
        sides.append(", ".join(kept).replace("[", "\\[").replace("]", "\\]"))
    found.texts(*sides)
    for node in positive:
        for clip in along(nodes, node.inputs.get("clip"), "clip"):
            layer = whole_of(resolved(nodes, clip.inputs.get(_CLIP)))
            if layer is not None and layer < 0:
                found.clip_skip(-layer - 1)
                return


def _model(nodes: Nodes, parts: list[Node], found: Findings) -> None:
    begin = next((part.inputs["model"] for part in parts if "model" in part.inputs), None)
    loras: list[tuple[object, object]] = []
    for node in along(nodes, begin, "model"):
        if "lora_name" in node.inputs:
            strength = resolved(nodes, node.inputs.get("strength_model", 1.0))
            loras.append((resolved(nodes, node.inputs["lora_name"]), strength))
        for value in reversed(list(node.inputs.values())):  # nodes that hold a list of them
            one = table_of(value)
            if one.get("on", True) and isinstance(one.get("lora"), str):
                loras.append((one["lora"], one.get("strength", 1.0)))
        name = next((resolved(nodes, node.inputs[key]) for key in _MODELS if key in node.inputs), None)
        if isinstance(name, str):
            found.model(name)
            break
    for name, strength in reversed(loras):  # the nearest to the model first
        found.lora(name, strength)


def _start(nodes: Nodes, sampler: Node, parts: list[Node], found: Findings) -> None:
    """Take the size, and say that a picture was started from."""
    started = False
    for node in upstream(nodes, [sampler.inputs.get(_LATENT)], lambda _, node: not _samples(node)):
        if "Latent" in node.kind and {"width", "height"} <= node.inputs.keys():
            found.size(*(resolved(nodes, node.inputs[side]) for side in ("width", "height")))
        started = started or _leads_to_picture(node.inputs)
    if started:
        found.strength(number_of(_first(nodes, parts, "denoise")))
        found.lose("the picture that it started from")


def _leads_to_picture(inputs: Mapping[str, Any]) -> bool:
    return any(name in inputs for name in _STARTS)
