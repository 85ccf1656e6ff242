"""Water: the world above it upside down, broken by ripples, with the light's path on it. Main thread."""

from __future__ import annotations

import numpy as np
from canvas import Mask
from colour import mix, shifted
from land import rise
from stage import Stage


def water(stage: Stage, line: float, *, mask: Mask | None = None, rough: float = 1.0, foam: float = 0.0) -> None:
    """Turn all below a line into water, or as much of it as a mask says; what is painted above is mirrored."""
    canvas, palette = stage.canvas, stage.palette
    top = canvas.row(line)
    deep = canvas.height - top
    if deep < 2 or top < 2:
        return
    rows = slice(top, canvas.height)
    ys = canvas.ys[rows] - line
    reach = ys / max(1e-6, canvas.high - line)
    # Ripples are small and dense far away, long and wide near.
    down = np.log(reach + 0.035) * 11.0
    noise = canvas.noise("water")
    long = noise.field(canvas.xs * 3.4, down * 1.7, octaves=3, gain=0.6)
    short = noise.field(canvas.xs * 15, down * 4.6, octaves=3, gain=0.6)
    ripple = long * 0.6 + short * 0.5
    strength = ((0.004 + 0.05 * reach[:, None]) * rough * canvas.unit).astype(np.float32)
    canvas.tick()
    source_y = top - 1 - (np.arange(deep)[:, None] * 0.96 + np.abs(ripple) * strength * 1.7)
    source_x = np.arange(canvas.width)[None, :] + ripple * strength * 0.55
    index_y = np.abs(source_y).clip(0, top - 1).astype(np.int32)
    index_x = source_x.clip(0, canvas.width - 1).astype(np.int32)
    mirrored = canvas.pixels[index_y, index_x]
    canvas.tick()
    tint = np.asarray(mix(palette.water, shifted(palette.water, light=-0.1), 0.5), np.float32)
    look = (0.2 + 0.42 * reach[:, None] + 0.12 * ripple * reach[:, None]).clip(0, 0.8)
    canvas.tick()
    mirrored += (tint - mirrored) * look[..., None].astype(np.float32)
    crest = rise(ripple, 0.28, 0.8) * (0.1 + 0.14 * reach[:, None]).astype(np.float32) * rough
    mirrored += (np.asarray(mix(palette.horizon, palette.cloud, 0.5), np.float32) - mirrored) * crest.clip(0, 0.6)[
        ..., None
    ]
    canvas.tick()
    trough = rise(-ripple, 0.3, 0.9) * (0.08 + 0.16 * reach[:, None]).astype(np.float32) * rough
    mirrored *= 1 - trough.clip(0, 0.6)[..., None]
    canvas.tick()
    _glitter(stage, mirrored, ripple, reach, line)
    edge = np.exp(-ys[:, None] / 0.006).astype(np.float32) * 0.3
    mirrored += (np.asarray(palette.horizon, np.float32) - mirrored) * np.broadcast_to(edge, ripple.shape)[..., None]
    if foam:
        lines = rise(short * 0.7 + long, 0.42, 0.62) * rise(reach[:, None].astype(np.float32), 0.1, 0.6)
        mirrored += (np.asarray(stage.air.lit("white"), np.float32) - mirrored) * (lines * np.float32(foam))[..., None]
    canvas.wash(mirrored, 1.0 if mask is None else mask[rows], rows)


def _glitter(stage: Stage, water_pixels: np.ndarray, ripple: Mask, reach: np.ndarray, line: float) -> None:
    """Lay the path of light below the sun or moon."""
    canvas, sun = stage.canvas, stage.sun
    if not sun.kind or sun.y > line + sun.radius:
        return
    low = float(np.clip(1.25 - (line - sun.y) / max(line, 0.1), 0.25, 1.0))
    wide = sun.radius * (0.55 + 2.6 * reach[:, None])
    path = np.exp(-(((canvas.xs[None, :] - sun.x) / wide) ** 2))
    sparks = rise(ripple + 0.42 * path.astype(np.float32), 0.34, 0.62)
    body = (path**0.7 * sparks * low * (0.95 - 0.45 * reach[:, None])).astype(np.float32)
    glow = np.asarray(mix(stage.palette.glow, stage.palette.sun, 0.65), np.float32)
    water_pixels += (glow - water_pixels) * body[..., None].clip(0, 0.95)
    soft = (path * 0.16 * low).astype(np.float32)
    water_pixels += (np.asarray(stage.palette.glow, np.float32) - water_pixels) * soft[..., None]


def waves(stage: Stage, line: float, *, strength: float = 1.0) -> None:
    """Paint swells that roll in: dark backs, pale crests, larger towards the front."""
    canvas = stage.canvas
    noise = canvas.noise("swell")
    number = 9
    for step in range(number):
        t = ((step + 0.7) / number) ** 1.9
        y = line + (canvas.high - line) * (0.03 + 0.97 * t)
        high = (0.004 + 0.05 * t) * strength
        swell = noise.line(canvas.xs * (4.2 - 2.4 * t) + step * 9.7, octaves=3, gain=0.45)
        ridge = (y - high * swell).astype(np.float32)
        rows = slice(canvas.row(float(ridge.min()) - high), canvas.row(float(ridge.max()) + high * 2.4))
        if rows.start >= rows.stop:
            continue
        below = ((canvas.ys[rows, None] - ridge[None, :]) / high).astype(np.float32)
        back = np.exp(-below.clip(0, 9) * 1.1) * ((below * high * canvas.unit) + 0.5).clip(0, 1)
        lift = rise(swell, -0.1, 0.7)[None, :]
        canvas.wash(shifted(stage.palette.water, light=-0.1), back * lift * np.float32(0.5), rows)
        spray = noise.field(canvas.xs * 60, canvas.ys[rows] * 90 + step, octaves=2)
        crest = np.exp(-((below + 0.1) ** 2) * 16) * rise(swell + spray * 0.35, 0.3, 0.75)
        canvas.wash(stage.air.lit("white", far=0.25 * (1 - t)), crest * np.float32(0.75), rows)


def shore(stage: Stage, ridge: Mask) -> None:
    """Wet the edge of sand or rock, and lay foam along it."""
    canvas = stage.canvas
    noise = canvas.noise("foam")
    for number, (gap, wide, strength) in enumerate(((0.0, 0.008, 0.85), (-0.028, 0.005, 0.55), (-0.062, 0.003, 0.35))):
        line = ridge + gap + noise.line(canvas.xs * 5 + number * 7, octaves=4) * 0.012
        rows = slice(canvas.row(float(line.min()) - 0.03), canvas.row(float(line.max()) + 0.03))
        if rows.start >= rows.stop:
            continue
        away = (canvas.ys[rows, None] - line[None, :]).astype(np.float32)
        lace = rise(noise.field(canvas.xs * 45, canvas.ys[rows] * 80, octaves=3), -0.5, 0.35)
        body = np.exp(-((away / wide) ** 2)) * (0.35 + 0.65 * lace)
        canvas.wash(stage.air.lit("white"), body * np.float32(strength), rows)
