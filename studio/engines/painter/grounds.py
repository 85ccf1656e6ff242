"""Open ground: hills, fields, roads, rivers, streets; and which things stand where on it. Main thread."""

from __future__ import annotations

import numpy as np
import town
from buildings import bridge
from canvas import Mask
from catalogue import KINDS
from colour import mix
from figure import Figure, Place, set_figure
from land import dunes, field_rows, hill_line, hills, mist, tufts, woods
from placing import in_front, on_water, show, stand
from prompts import Thing
from stage import Stage
from travel import train
from water import water

# Small or near things stand on the near ground, the others in the middle distance.
_NEAR = frozenset({
    "person", "couple", "dog", "bench", "campfire", "tent", "deer", "wolf", "horse", "umbrella", "tree", "blossom",
    "palm", "birch", "deadtree", "rock", "cactus", "streetlamp", "bush", "pine",
})  # fmt: skip


def things_of(stage: Stage, *where: str, near: bool | None = None) -> list[Thing]:
    """Return the things asked for that belong there; `near` chooses those of the near ground, or the others."""
    found = [t for t in stage.wanted.things if t.name in KINDS and KINDS[t.name].where in where]
    if stage.wanted.thing("bridge") and not stage.has("sea"):
        found = [t for t in found if t.name != "train"]  # it crosses the bridge
    if near is None:
        return found
    return [t for t in found if (t.name in _NEAR) == near]


def ground_of(stage: Stage) -> str:
    """Which material the open ground is of."""
    place = stage.wanted.places
    if stage.season == "winter" or stage.has("arctic", "snow"):
        return "snow"
    if "desert" in place or "beach" in place:
        return "dune" if "desert" in place else "sand"
    if "canyon" in place:
        return "canyon"
    if "cliffs" in place or "volcano" in place:
        return "cliff"
    return "grass" if stage.has("forest", "jungle") else "meadow"


def front(stage: Stage, ground: Mask) -> None:
    """What is close to the viewer."""
    things = things_of(stage, "front")
    if things:
        in_front(stage, things, ground)
    elif (
        stage.has("meadow", "spring")
        and ground_of(stage) in {"meadow", "grass"}
        and not stage.has("minimal")
        and "flower" not in stage.wanted.banned
    ):
        in_front(stage, [Thing("flower", 40)], ground)


def open_country(stage: Stage) -> None:
    """Paint hills behind hills, with things on the middle and the near ground."""
    canvas, horizon, r = stage.canvas, stage.horizon, stage.dice("country")
    material = ground_of(stage)
    deep = canvas.high - horizon
    middle = hill_line(stage, "middle", horizon + 0.24 * deep, 0.1, waves=0.8)
    far_things = stand(stage, middle, things_of(stage, "land", near=False), scale=0.85, far=0.2, name="middle")
    if not far_things and not stage.has("village", "forest", "jungle", "minimal", "desert", "canyon", "arctic", "cave"):
        far_things = stand(stage, middle, _decor(stage), scale=0.42, far=0.24, name="decor")
    _band(stage, "middle", middle, material, far=0.26)
    if stage.has("forest", "jungle") and material != "dune":
        woods(
            stage,
            "near wood",
            middle + 0.02,
            far=0.16,
            high=0.17,
            kind="conifer" if r.random() < 0.6 and stage.season != "autumn" else "mixed",
            gaps=0.3,
        )
    if stage.has("village"):
        town.village(stage, middle, size=0.055, far=0.2, low=0.15, high=0.85)
    if stage.wanted.thing("bridge"):
        bridge_across(stage, horizon + 0.4 * deep)
    show(stage, far_things, shadow=0.22)
    mist(stage, horizon + 0.16 * deep, horizon + 0.55 * deep, 0.3)
    near = hill_line(stage, "near", horizon + 0.68 * deep, 0.12, waves=0.62)
    near_things = stand(
        stage, near, things_of(stage, "land", near=True) + things_of(stage, "water"), scale=1.25, far=0.0, name="near"
    )
    _band(stage, "near", near, material, far=0.0)
    if material in {"meadow", "grass"}:
        tufts(stage, "near", near, high=0.022, material=material)
    if stage.has("jungle"):
        _palms(stage, near)
    show(stage, near_things, shadow=0.35)
    front(stage, near + 0.03)


def _decor(stage: Stage) -> list[Thing]:
    """Trees that nobody asked for, but that a hill has."""
    kinds = [k for k in ("tree", "pine", "cypress", "birch") if k not in stage.wanted.banned]
    if not kinds:
        return []
    if stage.has("mountains", "winter"):
        kinds = [k for k in kinds if k == "pine"] or kinds
    pick = kinds[int(stage.dice("decor").integers(len(kinds)))]
    return [Thing(pick, 9), Thing("bush", 6)] if pick != "cypress" else [Thing(pick, 9), Thing("house", 1)]


def _band(stage: Stage, name: str, line: Mask, material: str, *, far: float) -> None:
    if material == "dune" and far > 0.1:
        ridge = dunes(stage, name, float(line.mean()) + 0.02, 0.17, far=far)
        np.minimum(line, ridge, out=line)
    elif material == "dune":
        rough = dunes(stage, name, float(line.mean()), 0.16, far=far)
        hills(stage, name, np.maximum(line, rough), far=far, material=material, rough=0.4)
    else:
        hills(stage, name, line, far=far, material=material, rough=0.5 if material == "snow" else 1.0)


def _palms(stage: Stage, near: Mask) -> None:
    show(stage, stand(stage, near, [Thing("palm", 5), Thing("bush", 6)], scale=1.3, far=0.05, name="jungle"))


def plain(stage: Stage) -> None:
    """Paint level ground to the horizon: fields, roads, rivers, streets."""
    canvas, horizon = stage.canvas, stage.horizon
    deep = canvas.high - horizon
    flat = np.full(canvas.width, horizon + 0.02, np.float32)
    flat += canvas.noise("flat").line(canvas.xs * 1.2, octaves=2) * 0.006
    others = [t for t in things_of(stage, "land", near=False) if t.name != "poles"]  # these stand along the way
    far_things = stand(stage, flat, others, scale=0.8, far=0.22, name="plain")
    if stage.has("village"):
        town.village(stage, flat, size=0.05, far=0.3, low=0.1, high=0.9)
    if stage.has("forest", "jungle"):
        kind = "mixed" if stage.season == "autumn" or stage.has("jungle") else "conifer"
        woods(stage, "roadside", flat + np.float32(0.015), far=0.16, high=0.2, kind=kind, gaps=0.1)
    _surface(stage, flat, deep)
    mist(stage, horizon - 0.01, horizon + 0.1, 0.25)
    _ways(stage)
    if stage.wanted.thing("bridge"):
        bridge_across(stage, horizon + 0.16 * deep)
    show(stage, far_things, shadow=0.25)
    near = np.full(canvas.width, horizon + 0.62 * deep, np.float32)
    near_things = [t for t in things_of(stage, "land", near=True) if t.name != "streetlamp"]
    show(stage, stand(stage, near, near_things, scale=1.3, far=0.0, name="plain near"), shadow=0.4)
    if stage.has("river"):
        on_water(stage, things_of(stage, "water"), horizon + 0.3 * deep)
    if stage.has("garden") and not things_of(stage, "front"):
        in_front(stage, [Thing("flower", 60), Thing("tulip", 30)], near - 0.12)
    front(stage, near)


def _surface(stage: Stage, flat: Mask, deep: float) -> None:
    material = ground_of(stage)
    if stage.has("synthwave"):
        _grid(stage)
    elif stage.has("city") and not stage.has("river", "field", "garden"):
        hills(stage, "plain", flat, far=0.0, material="asphalt", tall=deep * 0.9, rough=0.4)
    else:
        hills(stage, "plain", flat, far=0.05, material=material, tall=deep * 0.8)
    if stage.has("field") and material != "snow":
        _crop(stage, stage.horizon + 0.02)


def _ways(stage: Stage) -> None:
    """Lay what leads to the horizon: a river, a road, poles along it; wet streets mirror the town."""
    canvas, horizon = stage.canvas, stage.horizon
    if stage.has("river"):
        _river(stage)
    elif stage.has("road", "city") and not stage.has("synthwave"):
        paved = stage.has("city") or not stage.has("field", "forest", "desert", "village")
        town.road(stage, horizon + 0.02, material="asphalt" if paved else "earth", marked=paved)
    street = stage.has("city") and not stage.has("river")
    if street and stage.has("rain", "storm"):
        wet = np.full((canvas.height, canvas.width), 0.5, np.float32)
        water(stage, horizon + 0.025, mask=wet, rough=0.8)
    if street or stage.wanted.thing("poles") or stage.wanted.thing("streetlamp"):
        town.row_of_poles(stage, horizon + 0.02, lamps=not stage.wanted.thing("poles"))


def _crop(stage: Stage, top: float) -> None:
    paints = {"spring": ("grass", "leaf2", "petal2"), "autumn": ("earth", "dune", "accent2")}.get(
        stage.season, ("earth", "dune", "gold")
    )
    if stage.wanted.thing("sunflower"):
        paints = ("needle", "leaf", "petal2")
    if stage.wanted.thing("lavender") or "purple" in stage.wanted.colours:
        paints = ("needle", "petal3", "blossom")
    if stage.wanted.thing("tulip") or stage.wanted.thing("flower"):
        paints = ("needle", "petal", "petal2")
    if stage.has("green") or "green" in stage.wanted.colours:
        paints = ("earth", "leaf", "leaf2")
    first, second, third = (stage.air.lit(p, far=0.04) for p in paints)
    field_rows(stage, top, (mix(first, stage.palette.near, 0.2), second, mix(third, stage.palette.glow, 0.15)))


def _river(stage: Stage) -> None:
    canvas, horizon, r = stage.canvas, stage.horizon, stage.dice("river")
    line = horizon + 0.02
    t = ((canvas.ys - line) / (canvas.high - line)).clip(0, 1)
    bend = float(r.choice([-1, 1]))
    middle = canvas.wide * 0.5 + bend * 0.3 * np.sin(t**0.5 * 6.4) * (1 - 0.55 * t) * (0.2 + t) + bend * 0.1 * (1 - t)
    half = 0.012 + 0.36 * t**1.25
    rough = canvas.noise("banks").line(np.log(t + 0.02) * 9, octaves=3) * 0.06 * (0.2 + t)
    away = (half + rough)[:, None] - np.abs(canvas.xs[None, :] - middle[:, None])
    mask = (away * canvas.unit + 0.5).clip(0, 1).astype(np.float32)
    mask[canvas.ys < line] = 0
    bank = np.exp(-((away / (0.004 + 0.02 * t[:, None])) ** 2)) * (canvas.ys >= line)[:, None]
    canvas.wash(mix(stage.air.lit("earth"), stage.palette.near, 0.3), (bank * 0.75).astype(np.float32))
    water(stage, line, mask=mask, rough=0.55)


def _grid(stage: Stage) -> None:
    """A floor of glowing lines."""
    canvas, horizon = stage.canvas, stage.horizon + 0.02
    rows = slice(canvas.row(horizon), canvas.height)
    t = ((canvas.ys[rows, None] - horizon) / (canvas.high - horizon)).clip(1e-4, 1)
    canvas.wash(mix(stage.palette.near, stage.palette.zenith, 0.4), 1.0, rows)
    depth = 0.55 / (t + 0.035)
    across = (canvas.xs[None, :] - canvas.wide / 2) * depth * 1.5
    wide = 0.0022 * depth + 0.012
    glow = np.zeros((rows.stop - rows.start, canvas.width), np.float32)
    for values, half in ((across, wide * 1.5), (np.broadcast_to(depth * 1.6, across.shape), wide * 1.2 * depth)):
        off = np.abs(values - np.round(values))
        glow += (np.exp(-((off / half) ** 2)) + 0.35 * np.exp(-off / (half * 3.2))).astype(np.float32)
    fade = (t**0.25 * 0.95).astype(np.float32)
    canvas.shine(stage.palette.glow, (glow * fade).clip(0, 0.95), rows)
    canvas.shine(
        stage.palette.glow,
        np.exp(-(((canvas.ys[:, None] - horizon) / 0.018) ** 2)).astype(np.float32)
        * np.ones((1, canvas.width), np.float32)
        * 0.8,
    )


def bridge_across(stage: Stage, y: float) -> None:
    """Span a bridge from side to side, with the train on it when there is one."""
    figure = Figure()
    bridge(figure, stage.dice("bridge"))
    size = max(0.13, stage.canvas.wide / 6.0 * 0.98)
    set_figure(stage.canvas, figure, Place(stage.canvas.wide / 2, y, size, 0.14), stage.air)
    if stage.wanted.thing("train"):
        coach = Figure()
        train(coach, stage.dice("bridge train"))
        set_figure(stage.canvas, coach, Place(stage.canvas.wide * 0.48, y - size * 1.06, size * 0.42, 0.1), stage.air)
