"""A thing alone in the middle, on a quiet ground: what covers of shows and albums are often made of. Main thread."""

from __future__ import annotations

import math

import abstracts
import numpy as np
from catalogue import KINDS
from colour import mix, shifted
from figure import Air, Figure, Place, set_figure
from placing import coloured, how_many
from stage import Stage


def wanted_here(stage: Stage) -> bool:
    """Whether the picture is about things that stand nowhere."""
    things = stage.wanted.things
    return any(t.name in KINDS and KINDS[t.name].where == "still" for t in things)


def paint(stage: Stage, *, backdrop: bool = True) -> None:
    """Paint a ground and, large in the middle, the things, with a halo behind and a shadow below."""
    canvas = stage.canvas
    middle = canvas.high * (0.66 if stage.lettered else 0.5)
    if backdrop:
        _backdrop(stage, middle)
    things = [t for t in stage.wanted.things if t.name in KINDS and KINDS[t.name].where == "still"]
    every = [t for t in things for _ in range(min(3, how_many(stage, t)))][:4]
    scale = 1.0 if len(every) == 1 else 0.72 if len(every) == 2 else 0.52
    if stage.lettered:
        scale *= 0.66
    light = _studio_light(stage)
    total = sum(KINDS[t.name].size * max(0.5, KINDS[t.name].wide) * scale for t in every)
    scale *= min(1.0, canvas.wide * 0.9 / max(total, 0.1))
    x = canvas.wide / 2 - sum(KINDS[t.name].size * max(0.5, KINDS[t.name].wide) * scale for t in every) / 2
    for number, thing in enumerate(every):
        kind = KINDS[thing.name]
        size = kind.size * scale * min(1.25, thing.size)
        wide = size * max(0.5, kind.wide)
        place_x, foot = x + wide / 2, middle + size * 0.5 + 0.02
        x += wide
        down = (canvas.ys[:, None] - foot - 0.012) / 0.022
        across = (canvas.xs[None, :] - place_x) / (size * min(kind.wide, 1.0) * 0.5)
        if thing.name not in {"vinyl", "heart", "note", "bulb"}:
            canvas.wash(stage.palette.near, (np.exp(-(down**2) - across**2) * 0.5).astype(np.float32))
        figure = Figure()
        kind.draw(figure, stage.dice(f"still {thing.name} {number}"))
        set_figure(canvas, figure, Place(place_x, foot, size, flip=False), coloured(light, kind, thing.colour))


def _backdrop(stage: Stage, middle: float) -> None:
    canvas, r = stage.canvas, stage.dice("backdrop still")
    if stage.wanted.abstract:
        abstracts.paint(stage, stage.wanted.abstract)
        canvas.wash(stage.palette.near, 0.12)
        return
    choice = int(r.integers(4))
    if choice == 0:
        abstracts.sunburst(stage, at=(0.5, middle / canvas.high))
    elif choice == 1:
        abstracts.gradient(stage)
    elif choice == 2:
        abstracts.waves(stage)
    else:
        abstracts.gradient(stage)
        away = canvas.distance(canvas.wide / 2, middle)
        for ring in range(9):
            edge = np.exp(-(((away - 0.26 - 0.05 * ring) / 0.0022) ** 2)).astype(np.float32)
            canvas.wash(stage.palette.sun, edge * np.float32(0.5 * math.exp(-ring * 0.22)))
    away = canvas.distance(canvas.wide / 2, middle)
    disc = ((np.float32(0.265 if stage.lettered else 0.37) - away) * canvas.unit + 0.5).clip(0, 1)
    canvas.wash(mix(shifted(stage.palette.horizon, light=0.06), stage.palette.glow, 0.3), disc * np.float32(0.85))


def _studio_light(stage: Stage) -> Air:
    """Daylight, whatever the hour: the thing is the picture."""
    air = stage.air
    return Air(air.materials, (1.0, 0.99, 0.97), stage.palette.near, 0.06, air.haze, (1.0, 0.98, 0.94), 0.4, 1.0)
