"""Water to the horizon or to a far shore, land at its side, a near shore for who stands there. Main thread."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import town
from canvas import Mask
from colour import mix
from grounds import bridge_across, front, ground_of, things_of
from land import hill_line, hills, mist, rise, tufts, woods
from placing import in_front, on_water, show, stand
from prompts import Thing
from stage import Stage
from water import shore, water, waves


def waterside(stage: Stage) -> None:
    """Water to the horizon or to a far shore; land at the side; a near shore for who stands there."""
    horizon = stage.horizon
    open_water = stage.has("sea", "beach", "harbour", "island") and not stage.has("lake")
    line = horizon + (0.0 if open_water else 0.05)
    if not open_water and not stage.has("city"):
        _far_shore(stage, line)
    if stage.has("waterfall"):
        _waterfall(stage, line)
    side_things = things_of(stage, "land", near=False)
    if stage.has("island"):
        _island(stage, line)
    elif side_things or stage.has("cliffs", "harbour", "village"):
        _headland(stage, line, side_things)
    if stage.wanted.thing("bridge"):
        bridge_across(stage, line + 0.012)
    rough = 0.6 if stage.has("calm", "lake", "swamp") else 1.5 if stage.has("storm", "wind", "lightning") else 1.0
    water(stage, line, rough=rough)
    if open_water and not stage.has("calm"):
        waves(stage, line, strength=1.7 if rough > 1.2 else 0.75)
    on_water(stage, things_of(stage, "water"), line)
    if stage.wanted.thing("pier") or stage.has("harbour"):
        _pier(stage, line)
    near_things = things_of(stage, "land", near=True)
    if stage.has("island"):
        near_things = [t for t in near_things if t.name not in {"palm", "tree", "pine", "birch"}]
    if stage.has("beach", "swamp") or near_things or things_of(stage, "front") or not open_water:
        _near_shore(stage, near_things)


def _far_shore(stage: Stage, line: float) -> None:
    ridge = hill_line(stage, "far shore", line - 0.03, 0.06, waves=1.2)
    np.minimum(ridge, line - 0.004, out=ridge)
    material = ground_of(stage)
    if stage.has("forest", "mountains", "swamp") or stage.dice("far shore wood").random() < 0.6:
        woods(
            stage, "far shore", ridge + 0.02, far=0.3, high=0.075, kind="conifer" if stage.has("mountains") else "mixed"
        )
    else:
        hills(stage, "far shore", ridge, far=0.34, material=material)
    mist(stage, line - 0.05, line + 0.01, 0.35)


def _headland(stage: Stage, line: float, things: list[Thing]) -> None:
    """Land that reaches into the water from the side away from the sun, with what stands on it."""
    canvas = stage.canvas
    right = stage.sun.x < canvas.wide / 2
    inward = (canvas.wide - canvas.xs if right else canvas.xs) / canvas.wide
    reach = 0.66 if stage.has("village", "harbour") or len(things) > 1 else 0.52
    steep = stage.has("cliffs") or stage.wanted.thing("lighthouse") or stage.wanted.thing("castle")
    high = 0.17 if steep else 0.085
    rough = canvas.noise("headland").line(canvas.xs * (7 if steep else 3), octaves=5) * (0.022 if steep else 0.014)
    fall = rise(((reach - inward) / (0.16 if steep else 0.4)).astype(np.float32), 0.0, 1.0)
    crown = 0.75 + 0.25 * canvas.noise("crown").line(canvas.xs * 1.6, octaves=2)
    ridge = (line + 0.012 - (high * crown + rough) * fall + (1 - fall) * 0.03).astype(np.float32)
    solid = reach - (0.2 if steep else 0.32)
    low, top = (1 - solid, 0.92) if right else (0.08, solid)
    scale = 0.8 if steep else 0.9
    ready = stand(stage, ridge, things, scale=scale, far=0.12, low=low, high=top, name="headland")
    clip = np.minimum(ridge, np.float32(line + 0.012))
    _band_to(stage, "headland", np.where(fall > 0.001, clip, ridge), line + 0.012, steep=bool(steep))
    if stage.has("village", "harbour"):
        town.village(stage, clip, size=0.05, far=0.14, low=low, high=top)
    show(stage, ready, shadow=0.15)


def _band_to(stage: Stage, name: str, ridge: Mask, bottom: float, *, steep: bool) -> None:
    """Paint land only down to the water's line."""
    canvas = stage.canvas
    keep = canvas.pixels[canvas.row(bottom) :].copy()
    if steep and ground_of(stage) != "snow":
        slope = float(ridge.min())
        mesas_like = stage.materials["cliff"]
        hills(stage, name, ridge, far=0.14, material="cliff", tall=0.3, rough=1.8)
        rows = slice(canvas.row(slope - 0.01), canvas.row(bottom))
        down = (canvas.ys[rows, None] - ridge[None, :]).astype(np.float32)
        cracks = canvas.noise("cracks").field(canvas.xs * 42, canvas.ys[rows] * 8, octaves=4, gain=0.6)
        body = ((down * canvas.unit) + 0.5).clip(0, 1)
        canvas.wash(
            mix(stage.air.lit(mesas_like, far=0.1), stage.palette.near, 0.65),
            body * rise(cracks, 0.0, 0.8) * np.float32(0.55),
            rows,
        )
        turf = body * rise(0.022 + cracks * 0.012 - down, 0.0, 0.012)
        canvas.wash(stage.air.lit("grass", far=0.12), turf * np.float32(0.9), rows)
    else:
        hills(
            stage, name, ridge, far=0.16, material=ground_of(stage) if not stage.has("beach") else "meadow", tall=0.15
        )
    canvas.pixels[canvas.row(bottom) :] = keep


def _island(stage: Stage, line: float) -> None:
    canvas = stage.canvas
    x = canvas.wide * (0.5 if stage.has("symmetrical") else 0.38 if stage.sun.x > canvas.wide / 2 else 0.62)
    half = 0.3
    hump = np.exp(-(((canvas.xs - x) / half) ** 4)) * (0.055 + 0.035 * np.exp(-(((canvas.xs - x) / (half * 0.5)) ** 2)))
    rough = canvas.noise("island").line(canvas.xs * 9, octaves=3) * 0.006
    ridge = (line + 0.014 - hump - rough * (hump > 0.002)).astype(np.float32)
    trees = [t for t in things_of(stage, "land") if t.name in {"palm", "tree", "pine", "birch"}] or [Thing("palm", 5)]
    others = things_of(stage, "land", near=False)
    low, high = (x - half * 0.62) / canvas.wide, (x + half * 0.62) / canvas.wide
    ready = stand(stage, ridge, others + trees, scale=0.75, far=0.08, low=low, high=high, name="island")
    keep = canvas.pixels[canvas.row(line + 0.012) :].copy()
    hills(stage, "island", ridge, far=0.08, material="sand", tall=0.12)
    hills(
        stage,
        "island green",
        ridge + 0.014 + np.float32(0.03) * (1 - hump / 0.09).astype(np.float32),
        far=0.08,
        material="leaf",
        tall=0.06,
    )
    canvas.pixels[canvas.row(line + 0.012) :] = keep
    show(stage, ready, shadow=0.2)


def _waterfall(stage: Stage, line: float) -> None:
    canvas, r = stage.canvas, stage.dice("waterfall")
    x = canvas.wide * float(r.uniform(0.42, 0.58))
    top = line - 0.34
    shape = canvas.noise("walls").line(canvas.xs * 5, octaves=4) * 0.035
    gorge = np.exp(-(((canvas.xs - x) / 0.09) ** 2)) * 0.06
    ridge = (top - 0.12 * np.tanh(np.abs(canvas.xs - x) * 3.2) + gorge + shape).astype(np.float32)
    keep = canvas.pixels[canvas.row(line) :].copy()
    hills(stage, "walls", ridge, far=0.18, material="cliff", tall=0.5, rough=1.6)
    rows = slice(canvas.row(float(ridge.min())), canvas.row(line))
    ys = canvas.ys[rows]
    cracks = canvas.noise("rock walls").field(canvas.xs * 24, ys * 6, octaves=5, gain=0.62)
    body = ((ys[:, None] - ridge[None, :]) * canvas.unit + 0.5).clip(0, 1).astype(np.float32)
    canvas.wash(
        mix(stage.air.lit("rock"), stage.palette.near, 0.6), body * rise(cracks, 0.05, 0.7) * np.float32(0.6), rows
    )
    green = rise(cracks * -0.6 + 0.1 - (ys[:, None] - ridge[None, :]).astype(np.float32) * 2.4, 0.0, 0.25)
    canvas.wash(stage.air.lit("leaf", far=0.1), body * green * np.float32(0.85), rows)
    down = (ys[:, None] - top + 0.05) / (line - top)
    half = 0.045 + 0.03 * down.clip(0, 1)
    threads = canvas.noise("threads").field(canvas.xs * 70, ys * 3.2, octaves=3, gain=0.6)
    fall = rise((1.0 - np.abs(canvas.xs[None, :] - x) / half + threads * 0.25).astype(np.float32), 0.0, 0.5) * body
    pale = mix(stage.palette.cloud, stage.air.lit("white"), 0.6)
    canvas.wash(mix(stage.palette.water, pale, 0.55), fall, rows)
    canvas.wash(pale, fall * rise(threads, -0.35, 0.4), rows)
    spray = np.exp(-canvas.distance(x, line - 0.01, squash=1.7) * 8.5)
    canvas.pixels[canvas.row(line) :] = keep
    canvas.wash(pale, (spray * 0.8).astype(np.float32), slice(0, canvas.height))


def _pier(stage: Stage, line: float) -> None:
    """A jetty that runs from the near shore into the water."""
    canvas, r = stage.canvas, stage.dice("pier")
    side = -1.0 if stage.sun.x > canvas.wide / 2 else 1.0
    near = (canvas.wide * (0.5 + 0.2 * side), canvas.high * 1.02)
    end = (canvas.wide * (0.5 + 0.08 * side), line + (canvas.high - line) * 0.22)
    deck, dark = stage.air.lit("wood"), mix(stage.air.lit("trunk"), stage.palette.near, 0.5)
    for number in range(9, -1, -1):
        t = (number / 9) ** 1.6
        x, y = end[0] + (near[0] - end[0]) * t, end[1] + (near[1] - end[1]) * t
        half = 0.02 + 0.13 * t
        for edge in (-1, 1):
            post = np.array([(x + edge * half - 0.004 - 0.01 * t, y), (x + edge * half + 0.004 + 0.01 * t, y)])
            down = np.array([(0, 0.02 + 0.09 * t)] * 2)
            canvas.fill([np.concatenate([post, (post + down)[::-1]])], dark, 0.9)
    outline = np.array(
        [(end[0] - 0.02, end[1]), (end[0] + 0.02, end[1]), (near[0] + 0.15, near[1]), (near[0] - 0.15, near[1])]
    )
    canvas.fill([outline], deck)
    for number in range(1, 26):
        t = (number / 26) ** 1.9
        y, half = end[1] + (near[1] - end[1]) * t, 0.02 + 0.13 * t
        x = end[0] + (near[0] - end[0]) * t
        thick = 0.0008 + 0.004 * t
        canvas.fill(
            [np.array([(x - half, y), (x + half, y), (x + half, y + thick), (x - half, y + thick)])],
            dark,
            float(r.uniform(0.4, 0.8)),
        )


def _near_shore(stage: Stage, things: list[Thing]) -> None:
    canvas = stage.canvas
    beach = stage.has("beach")
    high = 0.2 if beach else 0.1
    tilt = (canvas.xs / canvas.wide - 0.5) * (0.14 if stage.sun.x > canvas.wide / 2 else -0.14)
    if stage.has("symmetrical"):
        tilt = tilt * 0
    wave = canvas.noise("near shore").line(canvas.xs * (1.6 if beach else 2.6), octaves=4) * (0.022 if beach else 0.03)
    base = canvas.high - high - (0.05 if things else 0.0)
    ridge = (base + tilt + wave).astype(np.float32)
    ready = stand(stage, ridge, things, scale=1.25, far=0.0, name="shore")
    material = "sand" if beach else ground_of(stage)
    hills(stage, "near shore", ridge, far=0.0, material=material, tall=0.26, rough=0.6 if beach else 1.0)
    if beach:
        shore(stage, ridge)
    elif material in {"meadow", "grass"}:
        tufts(stage, "shore", ridge, high=0.026, material="reed" if stage.has("swamp") else material, dense=1.4)
    if stage.has("swamp") and not stage.wanted.thing("reed"):
        in_front(stage, [Thing("reed", 9)], ridge)
    sunk = [replace(one, y=one.y + 0.03) for one in ready] if beach else ready
    show(stage, sunk, shadow=0.4)
    front(stage, ridge + 0.02)
