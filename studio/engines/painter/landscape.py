"""Landscapes: which places a prompt means, where their light comes from, and what follows what. Main thread."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import sky
import weather
from canvas import Canvas
from catalogue import KINDS
from colour import mix
from grounds import open_country, plain, things_of
from land import rise
from palettes import Palette
from placing import in_air
from prompts import Wanted
from stage import Stage
from surroundings import paint_backdrop, paint_sky
from waterside import waterside

_WATER = ("sea", "lake", "harbour", "island", "beach", "swamp", "waterfall")
_PLAIN = ("field", "road", "river", "garden", "city", "synthwave")
# Where a thing is at home, when the prompt names no place.
_HOMES = {
    "boat": ("lake", "hills"), "ship": ("sea",), "whale": ("sea",), "swan": ("lake",), "lighthouse": ("sea", "cliffs"),
    "pier": ("lake", "hills"), "fish": ("underwater",), "jellyfish": ("underwater",), "cactus": ("desert", "canyon"),
    "pyramid": ("desert",), "palm": ("beach", "sea"), "pine": ("mountains",), "wolf": ("mountains", "forest"),
    "deer": ("forest", "mountains"), "sheep": ("meadow", "hills"), "barn": ("field",), "windmill": ("field",),
    "turbine": ("hills",), "sunflower": ("field", "hills"), "tulip": ("field",), "car": ("road",), "poles": ("road",),
    "streetlamp": ("city",), "pagoda": ("mountains", "hills"), "mushroom": ("forest", "meadow"), "reed": ("lake",),
    "umbrella": ("beach", "sea"), "bridge": ("river", "lake"), "snowman": ("arctic", "hills"), "rocket": ("space",),
    "ufo": ("hills", "forest"), "castle": ("mountains", "hills"), "temple": ("hills", "cliffs"), "cat": ("village",),
    "church": ("village",), "tent": ("mountains", "lake"), "campfire": ("mountains", "lake"),
    "train": ("mountains", "hills"), "flower": ("meadow", "hills"), "house": ("hills", "meadow"),
    "bench": ("lake", "hills"),
}  # fmt: skip
_CROPS = ("lavender", "sunflower", "tulip")
_ANYWHERE = (
    ("mountains", "lake"), ("hills",), ("mountains", "forest"), ("sea", "cliffs"), ("mountains", "meadow"), ("desert",),
    ("lake", "forest"),
)  # fmt: skip


def at_home(wanted: Wanted, r: np.random.Generator) -> Wanted:
    """Add places where none was named: those where the things are at home, or any that go together."""
    if any(wanted.thing(name) for name in _CROPS) and "field" not in wanted.places:
        return replace(wanted, places=(*(wanted.places or ("hills",)), "field"))
    if wanted.places:
        return wanted
    for thing in wanted.things:
        home = tuple(p for p in _HOMES.get(thing.name, ()) if p not in wanted.banned)
        if home:
            return replace(wanted, places=home)
    allowed = [p for p in _ANYWHERE if not set(p) & wanted.banned] or [("hills",)]
    if wanted.season == "winter" or "snow" in wanted.weather:
        allowed = [("mountains", "forest"), ("hills", "forest"), ("mountains", "lake")]
    return replace(wanted, places=allowed[int(r.integers(len(allowed)))])


def horizon_of(canvas: Canvas, wanted: Wanted, r: np.random.Generator) -> float:
    """Return how far down the horizon lies."""
    names = {*wanted.places, *wanted.composition}
    part = 0.6 if names & {"sea", "lake", "beach", "harbour", "island", "field", "road", "city"} else 0.64
    if "minimal" in names or wanted.moods[:1] == ("lonely",):
        part = 0.7
    if any(KINDS[t.name].where == "sky" for t in wanted.things if t.name in KINDS):
        part += 0.04
    if "lowhorizon" in names:
        part = 0.78
    if "highhorizon" in names:
        part = 0.4
    return canvas.high * (part + float(r.uniform(-0.025, 0.025)))


def light_of(
    canvas: Canvas, wanted: Wanted, time: str, horizon: float, r: np.random.Generator, *, low: bool = False
) -> sky.Sun:
    """Return where the light is and whether one sees it; `low` leaves the upper part to letters."""
    banned = wanted.banned
    x = canvas.wide * float(r.choice([0.32, 0.66]) + r.uniform(-0.05, 0.05))
    if {"symmetrical", "synthwave"} & {*wanted.composition, *wanted.places}:
        x = canvas.wide * 0.5
    heights = {"day": 0.26, "morning": 0.5, "golden": 0.68, "sunset": 0.86, "dawn": 0.84, "dusk": 1.04, "night": 0.3}
    y = horizon * (heights[time] + float(r.uniform(-0.04, 0.04)))
    grey = bool({"rain", "storm", "lightning", "snow"} & set(wanted.weather))
    if time == "night" or set(wanted.sky) & {"moon", "crescent"}:
        named = "crescent" if "crescent" in wanted.sky else "moon"
        seen = named in wanted.sky or (
            not set(wanted.sky) & {"stars", "milkyway", "aurora", "comet"} and r.random() < 0.6
        )
        kind = named if seen and not grey and not banned & {"moon"} else ""
        size = (
            0.062
            if named == "crescent"
            else float(r.uniform(0.05, 0.085)) * (1.6 if "close" in wanted.composition else 1)
        )
        height = 0.56 if low else float(r.uniform(0.24, 0.4))
        return sky.Sun(x, horizon * height, size, kind)
    asked = "sun" in wanted.sky
    if asked and time == "dusk":
        y = horizon * 0.93
    seen = asked or (not grey and time in {"golden", "sunset", "dawn", "morning"} and r.random() < 0.8)
    size = {"day": 0.05, "morning": 0.05, "golden": 0.06}.get(time, 0.085) * (
        1.7 if "synthwave" in wanted.places else 1
    )
    if "synthwave" in wanted.places:
        return sky.Sun(x, horizon - 0.13, 0.24, "sun")
    return sky.Sun(x, y, size, "sun" if seen and "sun" not in banned else "")


def paint(stage: Stage) -> None:
    """Paint a landscape."""
    paint_sky(stage)
    paint_backdrop(stage)
    flying = things_of(stage, "sky")
    if stage.has(*_WATER):
        waterside(stage)
    elif stage.has(*_PLAIN):
        plain(stage)
    else:
        open_country(stage)
    in_air(stage, flying)
    if stage.has("cave"):
        _cave(stage)
    _weather(stage)


def _cave(stage: Stage) -> None:
    """Put a dark mouth of rock around the view."""
    canvas = stage.canvas
    x, y = canvas.wide * 0.5, canvas.high * 0.52
    angle = np.arctan2(canvas.ys[:, None] - y, canvas.xs[None, :] - x).astype(np.float32)
    table = np.linspace(-np.pi, np.pi, 1024)
    ring = np.stack([np.cos(table), np.sin(table)])
    edge = (
        canvas.noise("cave").field(ring[0] * 1.4 + 5, np.array([0.2]), octaves=5)[0]
        + canvas.noise("cave2").field(ring[1] * 1.7 + 9, np.array([0.2]), octaves=5)[0]
    )
    radius = np.interp(angle, table, 1 + 0.17 * edge).astype(np.float32)
    away = np.hypot(
        (canvas.xs[None, :] - x) / (0.4 * canvas.wide), (canvas.ys[:, None] - y) / (0.42 * canvas.high)
    ).astype(np.float32)
    inside = away / radius
    rock = canvas.noise("cave rock").field(canvas.xs * 7, canvas.ys * 7, octaves=6, gain=0.6)
    body = rise(inside + rock * 0.035, 1.0, 1.0 + 2.5 / canvas.unit)
    dark = mix(stage.palette.near, (0.01, 0.01, 0.02), 0.5)
    canvas.wash(dark, body)
    lit = np.exp(-((inside - 1).clip(0, 9)) * 6.5) * body
    canvas.wash(mix(stage.air.lit("rock"), stage.palette.glow, 0.3), (lit * (0.4 + 0.5 * rock)).clip(0, 0.6))


def _weather(stage: Stage) -> None:
    if stage.has("fog"):
        weather.fog(stage)
    elif stage.has("mysterious", "swamp"):
        weather.fog(stage, strength=0.5)
    if stage.has("rays") or (stage.has("epic", "forest") and stage.sun.kind == "sun"):
        sky.paint_rays(stage.canvas, stage.palette, stage.sun, strength=0.42 if stage.has("rays") else 0.22)
    if stage.has("rain", "storm") and "rain" not in stage.wanted.banned:
        weather.rain(stage, strength=1.4 if stage.has("storm") else 1.0)
    if stage.has("snow"):
        weather.snow(stage)
    if stage.has("wind"):
        weather.drifting(stage, "leaf", count=40)
    elif stage.season == "autumn" and not stage.has("minimal"):
        weather.drifting(stage, "leaf", count=46)
    if stage.wanted.thing("blossom"):
        weather.drifting(stage, "blossom", count=60)


def palette_for_place(palette: Palette, wanted: Wanted) -> Palette:
    """Some places bring colours of their own."""
    if "synthwave" in wanted.places:
        return replace(
            palette, zenith=(0.07, 0.02, 0.2), sky=(0.36, 0.06, 0.45), horizon=(1.0, 0.35, 0.55), sun=(1.0, 0.86, 0.4),
            glow=(1.0, 0.25, 0.62), far=(0.35, 0.1, 0.45), near=(0.05, 0.01, 0.12), ambient=(0.5, 0.35, 0.8),
            against=0.6, night=True,
        )  # fmt: skip
    if "canyon" in wanted.places or "desert" in wanted.places:
        return replace(palette, far=mix(palette.far, (0.92, 0.68, 0.52), 0.25 if not palette.night else 0.0))
    return palette
