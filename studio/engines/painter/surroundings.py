"""What closes the view behind a scene: the sky with all that shines in it, ranges, woods, skylines. Main thread."""

from __future__ import annotations

import numpy as np
import sky
import town
from colour import mix
from land import dunes, hill_line, hills, mesas, mist, mountains, rise, woods
from space import planet
from stage import Stage

_SHINING = ("sun", "moon", "crescent", "stars", "milkyway", "aurora", "comet", "planet", "rainbow")


def paint_sky(stage: Stage) -> None:
    """Paint the sky with all that was asked to be in it."""
    canvas, palette, sun, horizon = stage.canvas, stage.palette, stage.sun, stage.horizon
    banned = stage.wanted.banned
    sky.paint_air(canvas, palette, sun, horizon)
    starry = palette.night or stage.time == "dusk" or stage.has("stars", "milkyway")
    if starry and "stars" not in banned and not stage.has("storm", "fog", "rain"):
        strength = 1.0 if palette.night or stage.has("stars") else 0.45
        sky.paint_stars(
            canvas, palette, horizon, count=620 if stage.has("stars", "milkyway") else 330, strength=strength
        )
    if stage.has("milkyway"):
        sky.paint_milky_way(canvas, palette, horizon)
    if stage.has("planet"):
        _planet(stage)
    if stage.has("aurora"):
        sky.paint_aurora(canvas, palette, horizon)
    sky.paint_sun(canvas, palette, sun, striped=stage.has("synthwave"))
    if stage.has("comet"):
        sky.paint_comet(canvas, horizon)
    _cloud_layers(stage)
    if stage.has("lightning"):
        sky.paint_lightning(canvas, palette, horizon)
    if stage.has("rainbow"):
        sky.paint_rainbow(canvas, horizon, stage.air.side)


def _cloud_layers(stage: Stage) -> None:
    canvas, palette, sun, horizon = stage.canvas, stage.palette, stage.sun, stage.horizon
    if stage.wanted.banned & {"clouds"} or stage.has("clear", "synthwave"):
        return
    r = stage.dice("cloud cover")
    cover = float(r.uniform(0.32, 0.52))
    if stage.has("clouds"):
        cover = 0.46 if stage.has(*_SHINING) else 0.64  # what was asked for has to be seen
    if stage.has("rain", "storm", "lightning"):
        cover = 0.86
    if stage.has("minimal", "milkyway", "stars", "aurora") or palette.night:
        cover = 0.24 if not stage.has("clouds", "storm", "lightning", "rain") else cover
    if cover < 0.6 and not palette.night and r.random() < 0.75:
        sky.paint_streaks(canvas, palette, horizon)
    if cover > 0.3:
        sky.paint_clouds(canvas, palette, sun, horizon, cover=cover)


def _planet(stage: Stage) -> None:
    canvas, r = stage.canvas, stage.dice("planet")
    x = canvas.wide * (0.26 if stage.sun.x > canvas.wide / 2 else 0.74)
    planet(
        canvas, stage.palette, (x, stage.horizon * 0.34), float(r.uniform(0.13, 0.18)), stage.air.side, "sky", veil=0.25
    )


def paint_backdrop(stage: Stage) -> None:
    """Close the view: ranges, walls of rock, woods, skylines; the farther the paler."""
    horizon = stage.horizon
    grand = 1.35 if stage.has("epic", "close") else 0.75 if stage.has("minimal", "calm") else 1.0
    if stage.has("volcano"):
        _volcano(stage)
    rocky = stage.has("lake", "cliffs") and stage.dice("backdrop").random() < 0.5
    if rocky or stage.has("mountains", "waterfall", "arctic"):
        _ranges(stage, grand)
    elif stage.has("canyon"):
        for step, far in enumerate((0.72, 0.45)):
            mesas(stage, f"mesas {step}", horizon + 0.02 + 0.05 * step, 0.3 * grand + 0.06 * step, far=far)
            mist(stage, horizon - 0.1, horizon + 0.06, 0.4)
    elif stage.has("synthwave"):
        mountains(stage, "range", horizon + 0.03, 0.16, far=0.35, material="rock", snow=0.0)
    elif not stage.has("sea", "beach", "harbour", "island", "city", "minimal"):
        _far_hills(stage)
    if stage.has("desert") and not stage.has("canyon"):
        dunes(stage, "far dunes", horizon + 0.03, 0.12, far=0.55)
        mist(stage, horizon - 0.02, horizon + 0.07, 0.3)
    if stage.has("city"):
        _skylines(stage, grand)
    if stage.has("forest", "jungle"):
        _far_woods(stage)


def _far_hills(stage: Stage) -> None:
    horizon = stage.horizon
    for step, far in enumerate((0.8, 0.62)):
        line = hill_line(stage, f"far hills {step}", horizon - 0.035 + 0.04 * step, 0.1, waves=1.4)
        hills(stage, f"far hills {step}", line, far=far, material="leaf" if not stage.has("desert") else "dune")
        mist(stage, horizon - 0.06 + 0.03 * step, horizon + 0.05, 0.45)


def _skylines(stage: Stage, grand: float) -> None:
    horizon = stage.horizon
    lit = 0.55 if stage.palette.night else 0.38 if stage.air.against > 0.45 else 0.08
    for step, far in enumerate((0.72, 0.42, 0.12)):
        high = (0.44 - 0.07 * step) * grand * min(1.0, horizon / 0.6)
        town.skyline(stage, f"skyline {step}", horizon + 0.012 * step, high, far=far, lit=lit * (1 - 0.3 * far))
        mist(stage, horizon - 0.13, horizon + 0.02, 0.3)


def _far_woods(stage: Stage) -> None:
    horizon = stage.horizon
    firs = stage.has("mountains", "arctic") or stage.dice("far woods").random() < 0.5
    kind = "conifer" if firs and stage.season != "autumn" else "mixed"
    for step, far in enumerate((0.62, 0.38)):
        line = hill_line(stage, f"wood {step}", horizon + 0.015 + 0.05 * step, 0.07, waves=1.6)
        woods(stage, f"wood {step}", line, far=far, high=0.09 + 0.05 * step, kind=kind)
        mist(stage, horizon - 0.02 + 0.04 * step, horizon + 0.1 + 0.04 * step, 0.36)


def _ranges(stage: Stage, grand: float) -> None:
    horizon = stage.horizon
    winter = stage.season == "winter" or stage.has("arctic", "snow")
    snow = 0.95 if winter else 0.34
    material = "ice" if stage.has("arctic") else "rock"
    if stage.season == "autumn" and not winter:
        snow = 0.22
    mountains(stage, "range 0", horizon + 0.0, 0.36 * grand, far=0.74, material=material, snow=snow)
    mist(stage, horizon - 0.13, horizon + 0.02, 0.5)
    mountains(stage, "range 1", horizon + 0.035, 0.27 * grand, far=0.48, material=material, snow=snow * 0.8)
    mist(stage, horizon - 0.06, horizon + 0.07, 0.55)
    if not stage.has("lake", "sea", "minimal"):
        mountains(
            stage, "range 2", horizon + 0.09, 0.18, far=0.26, material="rock" if winter else "needle", snow=snow * 0.3
        )
        mist(stage, horizon + 0.0, horizon + 0.12, 0.5)


def _volcano(stage: Stage) -> None:
    canvas, horizon, r = stage.canvas, stage.horizon, stage.dice("volcano")
    x, high = canvas.wide * float(r.uniform(0.38, 0.62)), 0.36
    away = np.abs(canvas.xs - x)
    rough = canvas.noise("volcano").line(canvas.xs * 7, octaves=4) * 0.016
    cone = (horizon + 0.02 - np.minimum(high * np.exp(-((away / 0.27) ** 1.05)) * 1.12, high * 0.86) + rough).astype(
        np.float32
    )
    top = float(cone.min())
    smoke = canvas.noise("plume").field(canvas.xs * 4, canvas.ys * 3, octaves=5, gain=0.6)
    up = (top + 0.02 - canvas.ys[:, None]) / max(top, 0.05)
    lean = x + 0.25 * stage.air.side * -1 * up.clip(0, 2) ** 1.4
    plume = rise(1.0 + smoke * 0.8 - np.abs(canvas.xs[None, :] - lean) / (0.035 + 0.22 * up.clip(0, 2)), 0.0, 0.9) * (
        up > 0
    )
    canvas.wash(mix(stage.palette.cloud_shade, stage.palette.near, 0.3), (plume * 0.85).astype(np.float32))
    canvas.shine((1.0, 0.4, 0.1), np.exp(-canvas.distance(x, top, squash=1.1) * 9) * 0.8)
    hills(stage, "volcano", cone, far=0.3, material="rock", tall=0.4)
    flow = np.abs(canvas.xs[None, :] - x + canvas.noise("lava").line(canvas.ys * 9)[:, None] * 0.02)
    down = (canvas.ys[:, None] - top) / high
    lava = np.exp(-((flow / (0.004 + 0.008 * down.clip(0, 1))) ** 2)) * (down > 0) * (1 - down).clip(0, 1)
    canvas.wash((1.0, 0.55, 0.15), lava.astype(np.float32))
