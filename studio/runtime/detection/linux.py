"""Cards on Linux, from the bus, DRM and KFD as the kernel shows them in /sys. Any thread."""

from __future__ import annotations

from dataclasses import dataclass, replace

from studio.runtime.detection import found, names, nvidia
from studio.runtime.detection.found import Card
from studio.runtime.detection.sources import Sources, number

PCI = "sys/bus/pci/devices"
KFD = "sys/class/kfd/kfd/topology/nodes"
_DISPLAY, _COMPUTE = 0x03, 0x12  # classes of devices on the bus; the second is AMD's for cards without outputs
_AMD, _NVIDIA, _INTEL = 0x1002, 0x10DE, 0x8086
_LEVEL_ZERO = ("usr/lib/x86_64-linux-gnu", "usr/lib64", "usr/lib")  # where Intel's compute library lies


@dataclass(frozen=True)
class _Slot:
    """A display device on the bus."""

    address: str
    vendor: int
    device: int
    driver: str
    render: str  # "renderD128"

    @property
    def place(self) -> str:
        return f"{PCI}/{self.address}"


@dataclass(frozen=True)
class _Node:
    """A card as KFD, the compute part of AMD's driver, counts it."""

    index: int
    gfx: str


def cards(sources: Sources, *, container: bool) -> tuple[Card, ...]:
    """Return the cards of the three makers, in the bus's order."""
    slots = _slots(sources)
    nodes = _nodes(sources)
    made: list[Card] = []
    for slot in slots:
        if slot.vendor == _AMD:
            made.append(_amd(sources, slot, nodes.get(slot.render), container=container))
        elif slot.vendor == _INTEL:
            made.append(_intel(sources, slot, container=container))
    counted = [replace(card, index=n) for n, card in enumerate(c for c in made if c.vendor == found.INTEL)]
    others = [card for card in made if card.vendor != found.INTEL]
    return (*others, *counted, *_nvidia(sources, slots, container=container))


def _slots(sources: Sources) -> list[_Slot]:
    slots: list[_Slot] = []
    for folder in sources.folders(PCI):
        place = f"{PCI}/{folder.name}"
        kind, vendor = sources.number(f"{place}/class") >> 16, sources.number(f"{place}/vendor")
        if kind != _DISPLAY and (kind, vendor) != (_COMPUTE, _AMD):
            continue
        renders = [p.name for p in sources.folders(f"{place}/drm") if p.name.startswith("renderD")]
        slots.append(
            _Slot(
                folder.name,
                vendor,
                sources.number(f"{place}/device"),
                sources.link(f"{place}/driver"),
                renders[0] if renders else "",
            )
        )
    return slots


def _nodes(sources: Sources) -> dict[str, _Node]:
    """Return the computing nodes by their render node; processors are nodes too, without units to compute with."""
    nodes: dict[str, _Node] = {}
    folders = sorted(sources.folders(KFD), key=lambda folder: number(folder.name))
    for folder in folders:
        lines = (line.split() for line in sources.text(f"{KFD}/{folder.name}/properties").splitlines())
        values = {words[0]: number(words[1]) for words in lines if len(words) == 2}
        if values.get("simd_count", 0) > 0:
            gfx = names.gfx_of_target(values.get("gfx_target_version", 0))
            nodes[f"renderD{values.get('drm_render_minor', 0)}"] = _Node(len(nodes), gfx)
    return nodes


def _amd(sources: Sources, slot: _Slot, node: _Node | None, *, container: bool) -> Card:
    gfx = (node.gfx if node else "") or names.gfx_of_device(slot.device)
    integrated = names.amd_integrated(gfx)
    memory = sources.number(f"{slot.place}/mem_info_vram_total")
    if integrated:  # it uses the computer's memory besides the part that was set aside
        memory += sources.number(f"{slot.place}/mem_info_gtt_total")
    table = sources.text("usr/share/libdrm/amdgpu.ids")
    return Card(
        vendor=found.AMD,
        name=names.amd_name(slot.device, sources.number(f"{slot.place}/revision"), table),
        pci=f"1002:{slot.device:04x}",
        address=slot.address,
        gfx=gfx,
        memory=memory,
        integrated=integrated,
        driver=sources.text("sys/module/amdgpu/version") or sources.text("proc/sys/kernel/osrelease"),
        index=node.index if node else 0,
        trouble=_amd_trouble(sources, slot, node, container=container),
    )


def _amd_trouble(sources: Sources, slot: _Slot, node: _Node | None, *, container: bool) -> str:
    if slot.driver != "amdgpu":
        return found.NO_DRIVER
    if node is None:
        return found.NO_COMPUTE
    places = ("dev/kfd", f"dev/dri/{slot.render}")
    if not all(sources.exists(place) for place in places):
        return found.NOT_PASSED if container else found.NO_COMPUTE
    return "" if all(sources.opens(place) for place in places) else found.NO_ACCESS


def _intel(sources: Sources, slot: _Slot, *, container: bool) -> Card:
    return Card(
        vendor=found.INTEL,
        name=names.intel_name(slot.device),
        pci=f"8086:{slot.device:04x}",
        address=slot.address,
        integrated=names.intel_integrated(slot.device),
        driver=sources.text("proc/sys/kernel/osrelease"),
        trouble=_intel_trouble(sources, slot, container=container),
    )


def _intel_trouble(sources: Sources, slot: _Slot, *, container: bool) -> str:
    if slot.driver not in {"i915", "xe"}:
        return found.NO_DRIVER
    place = f"dev/dri/{slot.render}"
    if not sources.exists(place):
        return found.NOT_PASSED if container else found.NO_DRIVER
    if not sources.opens(place):
        return found.NO_ACCESS
    there = any(sources.exists(f"{folder}/libze_intel_gpu.so.1") for folder in _LEVEL_ZERO)
    return "" if there else found.NO_RUNTIME


def _nvidia(sources: Sources, slots: list[_Slot], *, container: bool) -> list[Card]:
    answer = nvidia.ask(sources)
    told = [one.card for one in answer.told]
    if told:
        return told
    trouble = answer.trouble or (found.NOT_PASSED if container else found.NO_DRIVER)
    return [
        Card(found.NVIDIA, f"NVIDIA card {s.device:04x}", f"10de:{s.device:04x}", s.address, trouble=trouble)
        for s in slots
        if s.vendor == _NVIDIA
    ]
