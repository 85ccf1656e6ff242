"""ComfyUI's graphs as values: nodes, and what leads to what. Both forms are read: what ran, and what was drawn. Pure.

A graph from outside may be of any size and may go round in circles: each walk visits a node once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from studio.domain.made_elsewhere.foreign_json import list_of, table_of

MOST_NODES = 5_000
_MOST_INPUTS = 200
_LONGEST_CHAIN = 60
_SILENT, _BYPASSED = 2, 4
_AFTER_SEED = "what becomes of the seed"
# What the fields of drawn nodes hold, in their order.
_FIELDS: Mapping[str, tuple[str, ...]] = {
    "KSampler": ("seed", _AFTER_SEED, "steps", "cfg", "sampler_name", "scheduler", "denoise"),
    "KSamplerAdvanced": (
        "add_noise", "noise_seed", _AFTER_SEED, "steps", "cfg", "sampler_name", "scheduler", "start_at_step",
        "end_at_step", "return_with_leftover_noise",
    ),
    "SamplerCustom": ("add_noise", "noise_seed", _AFTER_SEED, "cfg"),
    "KSamplerSelect": ("sampler_name",),
    "BasicScheduler": ("scheduler", "steps", "denoise"),
    "KarrasScheduler": ("steps", "sigma_max", "sigma_min", "rho"),
    "RandomNoise": ("noise_seed", _AFTER_SEED),
    "CFGGuider": ("cfg",),
    "FluxGuidance": ("guidance",),
    "CheckpointLoaderSimple": ("ckpt_name",),
    "CheckpointLoader": ("config_name", "ckpt_name"),
    "UNETLoader": ("unet_name", "weight_dtype"),
    "LoraLoader": ("lora_name", "strength_model", "strength_clip"),
    "LoraLoaderModelOnly": ("lora_name", "strength_model"),
    "CLIPTextEncode": ("text",),
    "CLIPTextEncodeSDXL": ("width", "height", "crop_w", "crop_h", "target_width", "target_height", "text_g", "text_l"),
    "CLIPTextEncodeFlux": ("clip_l", "t5xxl", "guidance"),
    "CLIPSetLastLayer": ("stop_at_clip_layer",),
    "EmptyLatentImage": ("width", "height", "batch_size"),
    "EmptySD3LatentImage": ("width", "height", "batch_size"),
    "PrimitiveNode": ("value",),
}  # fmt: skip


_HOLDS = ("value", "text", "string", "int", "float", "number", "seed", "noise_seed", "prompt", "Value", "Text")


@dataclass(frozen=True)
class Node:
    """One step. An input is a value, or a link: the id of a node and which of its outputs."""

    kind: str
    inputs: Mapping[str, Any]


Nodes = Mapping[str, Node]


def link_of(value: object) -> str | None:
    """Return to which node an input leads; None where it is a value."""
    pair = list_of(value)
    if len(pair) == 2 and isinstance(pair[0], (str, int)) and isinstance(pair[1], int):
        return str(pair[0])
    return None


def of_run(table: Mapping[str, Any]) -> Nodes:
    """Read the form `prompt`: nodes by id."""
    found: dict[str, Node] = {}
    for name, value in list(table.items())[:MOST_NODES]:
        node = table_of(value)
        if isinstance(node.get("class_type"), str):
            inputs = dict(list(table_of(node.get("inputs")).items())[:_MOST_INPUTS])
            found[name] = Node(node["class_type"], inputs)
    return found


def of_drawing(table: Mapping[str, Any]) -> Nodes:
    """Read the form `workflow`: a list of nodes, and a list of links."""
    origins: dict[Any, list[Any]] = {}
    for one in list_of(table.get("links"))[: 10 * MOST_NODES]:
        parts = list_of(one)
        if len(parts) >= 5 and all(isinstance(part, (int, str)) for part in parts[:3]):
            origins[parts[0]] = [str(parts[1]), parts[2]]
    found: dict[str, Node] = {}
    for one in list_of(table.get("nodes"))[:MOST_NODES]:
        node = table_of(one)
        kind, name, mode = node.get("type"), node.get("id"), node.get("mode")
        if isinstance(kind, str) and isinstance(name, (int, str)) and mode != _SILENT:
            fields = {} if mode == _BYPASSED else _fields(kind, node.get("widgets_values"))
            found[str(name)] = Node(kind, {**fields, **_links(node, origins)})
    return found


def _fields(kind: str, values: object) -> dict[str, Any]:
    by_name = table_of(values)
    if by_name:
        return dict(list(by_name.items())[:_MOST_INPUTS])
    return dict(zip(_FIELDS.get(kind, ()), list_of(values), strict=False))


def _links(node: Mapping[str, Any], origins: Mapping[Any, list[Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for number, one in enumerate(list_of(node.get("inputs"))[:_MOST_INPUTS]):
        given = table_of(one)
        link, name = given.get("link"), given.get("name")
        if isinstance(link, (int, str)) and link in origins:
            found[name if isinstance(name, str) else str(number)] = origins[link]
    return found


def upstream(nodes: Nodes, begin: Iterable[object], through: Callable[[str, Node], bool]) -> Iterator[Node]:
    """Yield the nodes that lead to some inputs, the nearest first; `through` says which of their inputs are followed.

    An input without a name is that of a node that only hands on.
    """
    waiting = [link_of(value) for value in begin]
    seen: set[str] = set()
    for name in waiting:
        if name is None or name in seen or name not in nodes:
            continue
        seen.add(name)
        node = nodes[name]
        yield node
        waiting += [link_of(value) for given, value in node.inputs.items() if not given or through(given, node)]


def everything(name: str, node: Node) -> bool:
    """Follow each input."""
    del name, node
    return True


def along(nodes: Nodes, value: object, name: str) -> Iterator[Node]:
    """Yield the nodes behind an input, along inputs of this name, as far as anybody would draw them."""
    return islice(upstream(nodes, [value], lambda given, _: given == name), _LONGEST_CHAIN)


def resolved(nodes: Nodes, value: object) -> object:
    """Return a value, also where a link leads to a node that holds it."""
    for node in islice(upstream(nodes, [value], lambda name, _: name in _HOLDS), _LONGEST_CHAIN):
        for name in _HOLDS:
            if name in node.inputs and link_of(node.inputs[name]) is None:
                return node.inputs[name]
    return None if link_of(value) is not None else value
