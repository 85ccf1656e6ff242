"""Land in bands from far to near: mountains, hills, dunes, tables of rock, woods; in light and air. Main thread."""

from __future__ import annotations

import numpy as np
from canvas import Canvas, Mask, Points
from colour import Colour, mix, ramp, shifted
from scipy import ndimage
from stage import Stage


def rise(values: Mask, low: float, high: float) -> Mask:
    """Return 0 below low, 1 above high, a smooth way between."""
    t = ((values - low) / (high - low)).clip(0, 1)
    return (t * t * (3 - 2 * t)).astype(np.float32)


def mist(stage: Stage, top: float, bottom: float, strength: float, colour: Colour | None = None) -> None:
    """Let air thicken from top to bottom, in drifts."""
    canvas = stage.canvas
    rows = slice(canvas.row(top), canvas.row(bottom))
    if rows.start >= rows.stop:
        return
    t = (canvas.ys[rows] - top) / max(1e-6, bottom - top)
    drift = canvas.noise(f"mist {top:.3f}").field(canvas.xs * 1.3, canvas.ys[rows] * 5, octaves=3)
    body = rise(t[:, None] + drift * 0.22, 0.05, 0.7) * rise(1 - t[:, None], 0.0, 0.4)
    canvas.wash(colour or mix(stage.palette.far, stage.palette.horizon, 0.55), body * np.float32(strength), rows)


def mountains(stage: Stage, name: str, base: float, height: float, *, far: float, material: str, snow: float) -> Mask:
    """Paint a range of peaks with lit and shaded faces; `snow` is the part of the height that is white."""
    canvas = stage.canvas
    noise = canvas.noise(name)
    xs = canvas.xs * 0.86 / max(0.12, height) ** 0.6 + stage.dice(name).random() * 50
    line = (noise.crests(xs) - 0.36) * 1.55
    large = noise.line(xs * 0.4 + 5, octaves=2) * 0.5 + 0.5
    ridge = (base - height * (line * (0.35 + 0.65 * large) + large * 0.22)).astype(np.float32)
    rows, body = canvas.below(ridge)
    ys = canvas.ys[rows]
    depth = ((ys[:, None] - ridge[None, :]) / height).clip(0, 2).astype(np.float32)
    slope = np.gradient(_soft(canvas, ridge, 0.005), 1 / canvas.unit)
    fine = 0.3 / height
    bend = noise.field(canvas.xs * 5 * fine, ys * 4.4 * fine, octaves=5, gain=0.58)
    # Faces run down from the crest: each point takes its light from the crest's slope somewhere above it.
    canvas.tick()
    reach = canvas.xs[None, :] + bend * (0.02 + depth) * height * 0.62
    face = np.interp(reach, canvas.xs, np.tanh(slope * 1.5)).astype(np.float32)
    canvas.tick()
    # Spurs: sharp folds, lit on the side that looks towards the light.
    folds = 1 - np.abs(noise.field((canvas.xs + 3.1) * 9 * fine, ys * 5 * fine, octaves=5, gain=0.6))
    step = max(1, round(0.004 * canvas.unit))
    spurs = (np.roll(folds, step, axis=1) - np.roll(folds, -step, axis=1)) * np.float32(3.2)
    light = (0.5 + np.float32(stage.air.side) * (0.34 * face + 0.2 * np.tanh(spurs)) - 0.05 * depth).clip(0, 1)
    canvas.tick()
    colour = _faces(stage, material, light, far)
    canvas.tick()
    if snow > 0:
        line_of_snow = rise(snow + 0.26 * bend + 0.1 * (light - 0.5) - depth, -0.03, 0.05)
        white = _faces(stage, "snow", light, far * 0.8)
        canvas.tick()
        colour += (white - colour) * line_of_snow[..., None]
    low = rise(depth, 0.25, 1.25)[..., None] * np.float32(0.72)
    colour += (np.asarray(mix(stage.palette.far, stage.palette.horizon, 0.35), np.float32) - colour) * low
    canvas.wash(colour, body, rows)
    return ridge


def _faces(stage: Stage, material: str, light: Mask, far: float) -> np.ndarray:
    """Return the colours of a material from its shaded to its lit faces."""
    base = stage.air.lit(material, far=far)
    shade = mix(shifted(base, light=-0.13), stage.palette.zenith, 0.28 * (1 - far))
    lit = mix(shifted(base, light=0.1), stage.palette.glow, 0.3 + 0.1 * stage.air.against)
    shade, lit = (mix(c, stage.palette.far, far * 0.35) for c in (shade, lit))
    return ramp([(0.0, shade), (0.5, base), (1.0, lit)], light)


def _soft(canvas: Canvas, line: Mask, radius: float) -> Mask:
    return ndimage.gaussian_filter1d(line, max(0.5, radius * canvas.unit), mode="nearest")


def hill_line(stage: Stage, name: str, base: float, height: float, *, waves: float = 1.0) -> Mask:
    """Return the line of soft hills."""
    noise = stage.canvas.noise(name)
    offset = stage.dice(name).random() * 40
    line = noise.line(stage.canvas.xs * 1.25 * waves + offset, octaves=3, gain=0.28)
    return (base - height * (line * 1.05 + 0.1)).astype(np.float32)


def hills(
    stage: Stage,
    name: str,
    ridge: Mask,
    *,
    far: float,
    material: str = "meadow",
    tall: float = 0.22,
    rough: float = 1.0,
) -> None:
    """Paint soft ground below a line: light along its brow, shade and texture below."""
    canvas = stage.canvas
    rows, body = canvas.below(ridge)
    ys = canvas.ys[rows]
    depth = ((ys[:, None] - ridge[None, :]) / tall).clip(0, 3).astype(np.float32)
    noise = canvas.noise(f"{name} ground")
    size = 1.0 + 3.0 * far
    slope = np.gradient(_soft(canvas, ridge, 0.02), 1 / canvas.unit)
    lean = np.tanh(slope * 2.2)[None, :] * np.float32(stage.air.side) * np.exp(-depth * 1.2)
    patches = noise.field(canvas.xs * 3.0 * size, ys * 9 * size, octaves=4)
    # Blades and clods: short across, long down, finer with the distance.
    blades = noise.field(canvas.xs * 95 * size, ys * 38 * size, octaves=2)
    canvas.tick()
    light = (0.62 - 0.2 * depth + 0.26 * lean + 0.13 * rough * patches + 0.055 * rough * blades * (1 - 0.7 * far)).clip(
        0, 1
    )
    canvas.tick()
    base = stage.air.lit(material, far=far)
    dark = mix(shifted(base, light=-0.16), stage.palette.near, 0.3 * (1 - far))
    brow = mix(shifted(base, light=0.07), stage.palette.glow, 0.28 + 0.14 * stage.air.against)
    canvas.wash(ramp([(0.0, dark), (0.55, base), (1.0, brow)], light), body, rows)


def dunes(stage: Stage, name: str, base: float, height: float, *, far: float, material: str = "dune") -> Mask:
    """Paint dunes: long bows with a sharp crest, one flank in the light, one in the shade."""
    canvas = stage.canvas
    noise = canvas.noise(name)
    offset = stage.dice(name).random() * 30
    xs = canvas.xs * 1.25 + offset + noise.line(canvas.xs * 1.4, octaves=2) * 0.24
    saw = np.abs((xs % 1.0) - 0.38) / np.where((xs % 1.0) < 0.38, 0.38, 0.62)
    weight = 0.55 + 0.45 * noise.line(np.floor(xs) * 3.7 + 1.1, octaves=1)
    swell = noise.line(canvas.xs * 0.8 + 3, octaves=2)
    ridge = base - height * ((1 - saw**1.25) * weight.clip(0.25, 1) * 0.62 + swell * 0.36)
    ridge = _soft(canvas, ridge.astype(np.float32), 0.004)
    rows, body = canvas.below(ridge)
    ys = canvas.ys[rows]
    depth = ((ys[:, None] - ridge[None, :]) / height).clip(0, 3).astype(np.float32)
    slope = np.tanh(np.gradient(_soft(canvas, ridge, 0.006), 1 / canvas.unit) * 4)
    bend = noise.field(canvas.xs * 1.6, ys * 1.3 / max(height, 0.1) * 0.3, octaves=2)
    # The crest wanders down the slope in an S, and the shade with it.
    reach = canvas.xs[None, :] + bend * depth * 0.2 + depth * 0.1 * np.float32(stage.air.side)
    canvas.tick()
    flank = np.interp(reach, canvas.xs, slope).astype(np.float32) * np.float32(stage.air.side)
    wind = np.sin((ys[:, None] * 150 + bend * 26 + canvas.xs[None, :] * 16) * (1 + 1.2 * far)).astype(np.float32)
    fine = noise.field(canvas.xs * 160, ys * 160, octaves=1)
    canvas.tick()
    light = 0.5 + 0.42 * flank - 0.06 * depth + (0.022 * wind * (1 - far) + 0.02 * fine)
    canvas.tick()
    base_colour = stage.air.lit(material, far=far)
    shade = mix(shifted(base_colour, light=-0.17), stage.palette.cloud_shade, 0.24)
    lit = mix(shifted(base_colour, light=0.09), stage.palette.glow, 0.32)
    canvas.wash(ramp([(0.0, shade), (0.5, base_colour), (1.0, lit)], light.clip(0, 1)), body, rows)
    return ridge


def mesas(stage: Stage, name: str, base: float, height: float, *, far: float, material: str = "canyon") -> Mask:
    """Paint tables of layered rock."""
    canvas = stage.canvas
    noise = canvas.noise(name)
    offset = stage.dice(name).random() * 40
    raw = noise.line(canvas.xs * 1.9 + offset, octaves=3, gain=0.45)
    edge = noise.line(canvas.xs * 26 + offset, octaves=3, gain=0.6)
    table = rise(raw + edge * 0.05, 0.02, 0.13) * 0.62 + rise(raw + edge * 0.04, 0.3, 0.38) * 0.3
    foot = rise(raw, -0.35, 0.1) * 0.2
    ridge = (base - height * (table + foot + edge * 0.015)).astype(np.float32)
    rows, body = canvas.below(ridge)
    ys = canvas.ys[rows]
    depth = ((ys[:, None] - ridge[None, :]) / height).clip(0, 2).astype(np.float32)
    slope = np.tanh(np.gradient(_soft(canvas, ridge, 0.018), 1 / canvas.unit) * 1.2)[None, :] * np.float32(
        stage.air.side
    )
    tilt = noise.line(canvas.xs * 1.1, octaves=2) * 0.012
    layers = noise.field(np.array([0.3]), (ys * 42 / max(height, 0.2) * 0.4), octaves=4, gain=0.75)[:, :1]
    wobble = noise.field(canvas.xs * 3 + 8, ys * 60, octaves=2)
    cracks = noise.field(canvas.xs * 46, ys * 5, octaves=3, gain=0.6)
    light = 0.52 + 0.3 * slope + 0.2 * layers + 0.06 * wobble - 0.2 * (cracks - 0.25).clip(0, 1) - 0.1 * depth + tilt
    talus = rise(depth, 0.55, 0.8) * np.float32(0.16)
    canvas.tick()
    base_colour = stage.air.lit(material, far=far)
    shade = mix(shifted(base_colour, light=-0.2), stage.palette.zenith, 0.2)
    lit = mix(shifted(base_colour, light=0.12), stage.palette.glow, 0.26)
    colour = ramp([(0.0, shade), (0.5, base_colour), (1.0, lit)], (light + talus).clip(0, 1))
    canvas.wash(colour, body, rows)
    return ridge


def conifer(x: float, y: float, high: float, r: np.random.Generator) -> Points:
    """Return the outline of a fir as it looks from afar."""
    tiers = 7
    half = high * r.uniform(0.15, 0.21)
    left: list[tuple[float, float]] = []
    right: list[tuple[float, float]] = []
    for tier in range(tiers):
        t = (tier + 1) / tiers
        down = high * (0.06 + 0.88 * t)
        wide = half * t**0.85
        left += [(x - wide * r.uniform(0.85, 1.12), y - high + down), (x - wide * 0.5, y - high + down - high * 0.035)]
        right += [(x + wide * r.uniform(0.85, 1.12), y - high + down), (x + wide * 0.5, y - high + down - high * 0.035)]
    trunk = high * 0.02
    return np.array(
        [(x, y - high), *left, (x - trunk, y - high * 0.06), (x - trunk, y + high * 0.1), (x + trunk, y + high * 0.1),
         (x + trunk, y - high * 0.06), *right[::-1]]
    )  # fmt: skip


def crown(x: float, y: float, high: float, r: np.random.Generator) -> Points:
    """Return the outline of a leafy tree as it looks from afar."""
    t = np.linspace(0, 2 * np.pi, 26, endpoint=False)
    bumps = 1 + 0.16 * np.sin(t * 5 + r.random() * 6) + 0.1 * r.normal(0, 1, len(t)).clip(-1, 1)
    return np.stack([x + np.cos(t) * high * 0.36 * bumps, y - high * 0.52 - np.sin(t) * high * 0.5 * bumps], 1)


def woods(
    stage: Stage, name: str, ridge: Mask, *, far: float, high: float, kind: str = "conifer", gaps: float = 0.0
) -> None:
    """Paint a wood that stands along a line, and the dark beneath it."""
    canvas, r = stage.canvas, stage.dice(f"{name} trees")
    density = canvas.noise(f"{name} gaps")
    outlines: list[Points] = []
    x = -high * 0.3
    while x < canvas.wide + high * 0.3:
        size = high * float(r.uniform(0.5, 1.0)) * (1.25 if r.random() < 0.12 else 1.0)
        lean = float(r.uniform(0.0, 0.08)) * high
        spot = float(density.line(np.array([x * 2.3]), octaves=2)[0])
        grown, make = (
            float(r.random()),
            conifer if kind == "conifer" or (kind == "mixed" and r.random() < 0.5) else crown,
        )
        tree = make(x, stage.height_at(ridge, x) + lean, size, r)
        if spot > gaps * 2 - 1.4 or grown < 0.1:
            outlines.append(tree)
        x += size * float(r.uniform(0.14, 0.34))
    material = "needle" if kind == "conifer" else "leaf"
    colour = mix(stage.air.lit(material, far=far), stage.palette.near, 0.42 * (1 - far))
    found = canvas.shape(outlines, fine=3)
    if found:
        rows, columns, mask = found
        ys = canvas.ys[rows, None]
        up = ((float(ridge.mean()) - ys) / high).clip(-0.4, 1.2)
        tone = ramp([(0.0, shifted(colour, light=-0.05)), (0.6, colour), (1.0, mix(colour, stage.palette.glow, 0.3))],
                    np.broadcast_to((up * 0.75 + 0.2).clip(0, 1), mask.shape).astype(np.float32))  # fmt: skip
        area = canvas.pixels[rows, columns]
        area += (tone - area) * mask[..., None]
    rows, body = canvas.below(ridge)
    canvas.wash(shifted(colour, light=-0.05), body, rows)


def field_rows(stage: Stage, top: float, paints: tuple[Colour, Colour, Colour], *, lines: float = 30.0) -> None:
    """Paint rows of a crop that run together at the horizon."""
    canvas, r = stage.canvas, stage.dice("rows")
    rows = slice(canvas.row(top), canvas.height)
    down = (canvas.ys[rows, None] - top + 0.006) / (canvas.high - top)
    vanish = canvas.wide * float(r.uniform(0.35, 0.65))
    angle = (canvas.xs[None, :] - vanish) / down * 0.24
    noise = canvas.noise("crop")
    tufts = noise.field(canvas.xs * 70, (np.log(down[:, 0]) * 34), octaves=3, gain=0.65)
    wave = np.sin(angle * lines + tufts * 0.9)
    near = down.clip(0, 1) ** 0.5
    width = canvas.wide / lines * down * 4
    clear = rise((width * canvas.unit / 3.2).astype(np.float32), 0.5, 1.6)  # what is finer than a pixel is flat
    light = 0.5 + (0.34 * wave * near + 0.16 * tufts * near) * clear
    earth, crop, lit = paints
    canvas.wash(ramp([(0.0, earth), (0.5, crop), (1.0, lit)], light.clip(0, 1).astype(np.float32)), 1.0, rows)


def tufts(
    stage: Stage, name: str, ridge: Mask, *, high: float, material: str, dense: float = 1.0, far: float = 0.0
) -> None:
    """Let grass stick out along a line."""
    canvas, r = stage.canvas, stage.dice(f"{name} tufts")
    outlines: list[Points] = []
    for _ in range(int(150 * dense * canvas.wide / max(high, 0.02) * 0.05) + 20):
        x = float(r.random()) * canvas.wide
        y = stage.height_at(ridge, x) + high * 0.25
        for _ in range(4):
            tall, bend = high * float(r.uniform(0.45, 1.2)), float(r.normal(0, 0.34)) * high
            root, wide = x + float(r.normal(0, 0.16)) * high, high * 0.045
            low, high_up = (root + bend * 0.4, y - tall * 0.6), (root + bend, y - tall)
            blade = [(root - wide, y), (low[0] - wide * 0.5, low[1]), high_up, (low[0] + wide * 0.5, low[1])]
            outlines.append(np.array([*blade, (root + wide, y)]))
    colour = mix(stage.air.lit(material, far=far), stage.palette.near, 0.3)
    third = len(outlines) // 3
    for part, tone in enumerate((shifted(colour, light=-0.05), colour, mix(colour, stage.palette.glow, 0.2))):
        canvas.fill(outlines[part * third : (part + 1) * third], tone, fine=2)
