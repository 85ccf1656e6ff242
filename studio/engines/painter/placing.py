"""Where things stand: on a line of ground that is levelled under them, on water, in the air, or close in front."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from canvas import Mask
from catalogue import KINDS, Kind
from colour import mix, of_hex, shifted
from figure import Air, Figure, Place, set_figure
from prompts import COLOURS, Thing
from stage import Stage

_BENDS = frozenset({
    "tree", "blossom", "pine", "cypress", "palm", "birch", "deadtree", "bush", "flower", "sunflower", "tulip",
    "lavender", "reed",
})  # fmt: skip
_LARGEST_SHARE = 0.92  # of the picture's width, for one thing


@dataclass(frozen=True)
class Standing:
    """One thing with its place in the picture."""

    kind: Kind
    name: str
    x: float
    y: float
    size: float
    far: float
    number: int
    colour: str


def how_many(stage: Stage, thing: Thing) -> int:
    """How many of a thing to paint."""
    if thing.count:
        return thing.count
    many = KINDS[thing.name].many
    return max(2, round(many * (0.5 if stage.has("minimal", "lonely") else 1.0)))


def size_of(stage: Stage, thing: Thing) -> float:
    """How high a thing is in the middle distance."""
    kind = KINDS[thing.name]
    close = 1.35 if stage.has("close") else 0.72 if stage.has("wide") else 1.0
    return min(kind.size * thing.size * close, _LARGEST_SHARE * stage.canvas.wide / kind.wide, 0.85)


def spread(stage: Stage, name: str, count: int, wide: float, *, low: float = 0.08, high: float = 0.92) -> list[float]:
    """Return places across the picture: one at a third, several in loose groups, away from what stands already."""
    r = stage.dice(f"places {name}")
    width, taken = stage.canvas.wide, stage.taken
    if count == 1:
        found = [_third(stage, r, wide, low=low, high=high)]
        taken += found
        return found
    found: list[float] = []
    # Groups stand at the sides and leave the middle open; the larger one away from the light.
    sides = (low + 0.06, high - 0.06) if stage.sun.x > width / 2 else (high - 0.06, low + 0.06)
    for number in range(count):
        middle = sides[0 if r.random() < 0.68 else 1] if count > 3 else (low + high) / 2
        tries = r.normal(middle, 0.07 + 0.05 * number**0.5 if count > 3 else 0.5, 24).clip(low, high) * width
        others = np.array([*taken, *found]) if taken or found else np.array([-9.0])
        gaps = np.abs(tries[:, None] - others[None, :]).min(axis=1)
        # Near, but not on each other: evenly spread things look planted.
        good = np.flatnonzero(gaps > wide * (0.75 if count < 4 else 0.42))
        pick = int(good[0]) if len(good) else int(np.argmax(gaps))
        found.append(float(tries[pick]))
    taken += found
    return found


def _third(stage: Stage, r: np.random.Generator, wide: float, *, low: float, high: float) -> float:
    """Return a place where one thing alone looks well: a third away from the light, else the next one that is free."""
    parts = [0.36, 0.64, 0.5, 0.2, 0.8] if stage.sun.x > stage.canvas.wide / 2 else [0.64, 0.36, 0.5, 0.8, 0.2]
    if stage.has("symmetrical"):
        parts.insert(0, 0.5)
    elif stage.has("lonely", "minimal"):
        parts.insert(0, 0.28 if parts[0] < 0.5 else 0.72)
    whole = low <= 0.08 and high >= 0.92
    places = [p if whole else low + (high - low) * p for p in parts]
    apart = [min((abs(p * stage.canvas.wide - other) for other in stage.taken), default=9.0) for p in places]
    free = next((p for p, gap in zip(places, apart, strict=True) if gap > wide * 0.6 + 0.09), None)
    best = free if free is not None else places[apart.index(max(apart))]
    return stage.canvas.wide * (best + float(r.uniform(-0.03, 0.03)) * (not stage.has("symmetrical")))


def stand(
    stage: Stage, ground: Mask, things: list[Thing], *, scale: float, far: float, low: float = 0.08,
    high: float = 0.92, name: str = "",
) -> list[Standing]:  # fmt: skip
    """Find places for things on a line of ground, and level the ground under them (the line is changed)."""
    found: list[Standing] = []
    for thing in sorted(things, key=lambda t: -KINDS[t.name].size * KINDS[t.name].wide):
        kind = KINDS[thing.name]
        size = size_of(stage, thing) * scale
        r = stage.dice(f"sizes {name} {thing.name}")
        count = how_many(stage, thing)
        wide = size * kind.wide * (0.55 if kind.wide < 1 and count > 3 else 0.95)
        for number, x in enumerate(spread(stage, f"{name} {thing.name}", count, wide, low=low, high=high)):
            own = size * (1.0 if number == 0 else float(r.uniform(0.52, 1.05)))
            y = level(stage, ground, x, own * kind.wide)
            found.append(Standing(kind, thing.name, x, y, own, far, number, thing.colour))
    return sorted(found, key=lambda s: (s.y, s.x))


def level(stage: Stage, ground: Mask, x: float, wide: float) -> float:
    """Make a line of ground flat under a thing, with soft shoulders; return its height."""
    canvas = stage.canvas
    left, right = x - wide / 2, x + wide / 2
    inside = (canvas.xs >= left) & (canvas.xs <= right)
    if not inside.any():
        return stage.height_at(ground, x)
    y = float(ground[inside].mean()) if wide > 0.1 else float(ground[inside].max())
    shoulder = max(wide * 0.6, 0.02)
    away = np.maximum(left - canvas.xs, canvas.xs - right).clip(0)
    weight = np.exp(-((away / shoulder) ** 2)).astype(np.float32)
    ground += (np.float32(y) - ground) * weight
    return y


def show(stage: Stage, standing: list[Standing], *, shadow: float = 0.0, mirror: float = 0.0) -> None:
    """Paint things where they stand, those behind first."""
    for one in standing:
        figure = Figure()
        one.kind.draw(figure, stage.dice(f"{one.name} {one.number}"))
        flip = _turned(stage, one)
        lean = (0.16 if one.name in _BENDS and stage.has("wind", "storm") else 0.0) * (-1 if flip else 1)
        place = Place(one.x, one.y, one.size, one.far, flip=flip, lean=lean, shadow=shadow, mirror=mirror)
        set_figure(stage.canvas, figure, place, coloured(stage.air, one.kind, one.colour))


def _turned(stage: Stage, one: Standing) -> bool:
    if one.name in {
        "person",
        "couple",
        "deer",
        "wolf",
        "horse",
        "dog",
        "sheep",
        "swan",
        "boat",
        "ship",
        "car",
        "train",
        "whale",
        "plane",
    }:
        return one.x > stage.canvas.wide * (0.5 if one.number % 2 == 0 else 0.35)
    return stage.air.side < 0


def coloured(air: Air, kind: Kind, colour: str) -> Air:
    """Return the light, with the thing's own materials in the colour asked for."""
    if not colour or not kind.own:
        return air
    base = of_hex(COLOURS[colour])
    own = {name: shifted(base, light=0.07 * number) for number, name in enumerate(kind.own.split())}
    return Air(
        {**air.materials, **own}, air.ambient, air.shade, air.against * 0.7, air.haze, air.rim, air.rim_strength,
        air.side, air.night,
    )  # fmt: skip


def on_water(stage: Stage, things: list[Thing], line: float) -> None:
    """Set things on the water, smaller towards the horizon."""
    canvas = stage.canvas
    deep = canvas.high - line
    ready: list[Standing] = []
    for thing in things:
        kind = KINDS[thing.name]
        r = stage.dice(f"water {thing.name}")
        count = how_many(stage, thing)
        size = size_of(stage, thing)
        edge = min(0.45, max(0.14, (size * kind.wide * 0.6 + 0.04) / canvas.wide))
        for number, x in enumerate(spread(stage, thing.name, count, size * kind.wide, low=edge, high=1 - edge)):
            near = 0.2 + 0.1 * float(r.random()) if number == 0 else float(r.uniform(0.03, 0.4))
            if stage.has("close"):
                near = min(0.6, near + 0.2)
            scale = 0.3 + 2.0 * near
            ready.append(
                Standing(
                    kind, thing.name, x, line + deep * near, size * scale, 0.42 * (1 - near / 0.4), number, thing.colour
                )
            )
    ready.sort(key=lambda s: s.y)
    for one in ready:
        _wake(stage, one)
    show(stage, ready, mirror=0.62)


def _wake(stage: Stage, one: Standing) -> None:
    canvas = stage.canvas
    wide, high = one.size * one.kind.wide * 0.62, one.size * 0.05
    rows = slice(canvas.row(one.y - high * 3), canvas.row(one.y + high * 5))
    down = (canvas.ys[rows, None] - one.y - high * 0.4) / high
    across = (canvas.xs[None, :] - one.x) / wide
    body = np.exp(-(down**2) - across**4).astype(np.float32)
    canvas.wash(mix(stage.palette.water, stage.palette.near, 0.5), body * np.float32(0.5), rows)


def in_air(stage: Stage, things: list[Thing]) -> None:
    """Let things fly: the first at a third of the sky, others smaller and farther."""
    canvas = stage.canvas
    for thing in things:
        kind = KINDS[thing.name]
        r = stage.dice(f"air {thing.name}")
        count = how_many(stage, thing)
        size = size_of(stage, thing)
        if thing.name == "bird":
            _flock(stage, thing, count, size)
            continue
        ready: list[Standing] = []
        for number, x in enumerate(spread(stage, thing.name, count, size, low=0.12, high=0.88)):
            far = 0.0 if number == 0 else float(r.uniform(0.1, 0.75))
            own = size * (1 - 0.78 * far) * (1.0 if count < 3 or number else 1.15)
            top = stage.horizon * (0.2 + 0.5 * (float(r.random()) * 0.7 + 0.3 * far))
            y = max(own + 0.05, top + own * 0.5)
            if thing.name == "butterfly":
                y = float(r.uniform(0.45, 0.85)) * canvas.high
            ready.append(Standing(kind, thing.name, x, y, own, far * 0.7, number, thing.colour))
        ready.sort(key=lambda s: -s.far)
        show(stage, ready)


def _flock(stage: Stage, thing: Thing, count: int, size: float) -> None:
    """Birds fly in a loose company, not in a grid."""
    r = stage.dice("flock")
    canvas = stage.canvas
    x = canvas.wide * float(r.uniform(0.3, 0.7))
    y = stage.horizon * float(r.uniform(0.3, 0.5))
    birds: list[Standing] = []
    for number in range(count):
        far = float(r.uniform(0.0, 0.6))
        px = x + float(r.normal(0, 0.16)) * (count > 1)
        py = y + float(r.normal(0, 0.07)) * (count > 1) + (px - x) * 0.2
        birds.append(
            Standing(KINDS["bird"], "bird", px, max(0.04, py), size * (1 - 0.6 * far), far * 0.6, number, thing.colour)
        )
    show(stage, birds)


def in_front(stage: Stage, things: list[Thing], ground: Mask) -> None:
    """Strew things close to the viewer: many small ones in rows that grow towards the lower edge."""
    canvas = stage.canvas
    ready: list[Standing] = []
    for thing in things:
        kind = KINDS[thing.name]
        r = stage.dice(f"front {thing.name}")
        count = how_many(stage, thing)
        size = size_of(stage, thing)
        if count <= 3:
            size *= 1.5 if kind.wide < 2 else 1.0
            for number, x in enumerate(spread(stage, thing.name, count, size * kind.wide)):
                base = stage.height_at(ground, x)
                y = base + (canvas.high - base) * (0.35 if number == 0 else float(r.uniform(0.15, 0.5)))
                ready.append(Standing(kind, thing.name, x, y, size, 0.0, number, thing.colour))
            continue
        for number in range(count):
            near = (number + 1) / count
            x = float(r.uniform(0.0, 1.0)) * canvas.wide
            base = stage.height_at(ground, x)
            y = base + (canvas.high * 1.04 - base) * (0.06 + 0.94 * near**1.3)
            own = size * (0.36 + 1.0 * near**1.3) * float(r.uniform(0.75, 1.2))
            ready.append(Standing(kind, thing.name, x, y, own, 0.25 * (1 - near), number, thing.colour))
    ready.sort(key=lambda s: s.y)
    show(stage, ready, shadow=0.0 if len(ready) > 12 else 0.3)
