"""What is above: the colours of the air, sun and moon, stars, clouds, and what shines up there. Main thread."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from canvas import Canvas, Mask
from colour import Colour, mix, ramp, shifted
from figure import stroke
from palettes import Palette
from scipy import ndimage


@dataclass(frozen=True)
class Sun:
    """The light in the sky: where it is, how large, and what it is."""

    x: float
    y: float
    radius: float
    kind: str  # "sun", "moon", "crescent" or "" for a light that is not seen


def paint_air(canvas: Canvas, palette: Palette, sun: Sun, horizon: float) -> None:
    """Paint the sky's colours down to the horizon, warmer around the light."""
    stops = [(0.0, palette.zenith), (0.55, palette.sky), (0.88, palette.horizon), (1.0, palette.horizon)]
    tilt = canvas.noise("air").field(canvas.xs * 0.7, canvas.ys * 0.9, octaves=2) * 0.05
    lean = (canvas.xs[None, :] - sun.x) ** 2 * 0.05
    place = (canvas.ys[:, None] / max(horizon, 0.05) + tilt - lean.astype(np.float32)).astype(np.float32)
    canvas.pixels[:] = ramp(stops, place)
    canvas.tick()
    near = np.exp(-canvas.distance(sun.x, sun.y, squash=1.35) * 1.9)
    canvas.wash(palette.glow, near * (0.3 if palette.night else 0.55))


def paint_sun(canvas: Canvas, palette: Palette, sun: Sun, *, striped: bool = False) -> None:
    """Paint the disc with its halo."""
    away = canvas.distance(sun.x, sun.y)
    canvas.shine(mix(palette.glow, palette.sun, 0.4), (np.exp(-((away / (sun.radius * 2.6)) ** 1.1) * 1.5) * 0.5))
    if not sun.kind:
        return
    disc = ((sun.radius - away) * canvas.unit + 0.5).clip(0, 1)
    if striped:
        disc = disc * _stripes(canvas, sun)
    if sun.kind == "crescent":
        bite = canvas.distance(sun.x + sun.radius * 0.42, sun.y - sun.radius * 0.18)
        disc = disc * ((bite - sun.radius * 0.92) * canvas.unit + 0.5).clip(0, 1)
    if sun.kind == "sun":
        high = ((canvas.ys[:, None] - sun.y) / sun.radius * 0.5 + 0.5).clip(0, 1)
        warm = mix(palette.sun, palette.glow, 0.55 if striped else 0.28)
        colour = ramp([(0.0, palette.sun), (1.0, warm)], np.broadcast_to(high, disc.shape).astype(np.float32))
        canvas.wash(colour, disc)
        return
    seas = canvas.noise("moon").field(canvas.xs * 5 / sun.radius * 0.12, canvas.ys * 5 / sun.radius * 0.12, octaves=4)
    canvas.wash(palette.sun, disc)
    canvas.wash(mix(palette.sun, palette.sky, 0.45), disc * (seas * 1.6).clip(0, 0.55))


def _stripes(canvas: Canvas, sun: Sun) -> Mask:
    """The gaps in an old computer game's sun: wider towards its foot."""
    down = (canvas.ys - (sun.y - sun.radius * 0.1)) / (sun.radius * 1.1)
    wave = (down * 7.0) % 1.0
    gap = (wave < 0.12 + 0.42 * down.clip(0, 1)) & (down > 0)
    return (1 - gap.astype(np.float32))[:, None]


def paint_stars(canvas: Canvas, palette: Palette, horizon: float, *, count: int = 420, strength: float = 1.0) -> None:
    """Scatter stars, most of them faint, fewer towards the horizon."""
    r = canvas.dice("stars")
    xs, ys = r.random(count) * canvas.wide, r.random(count) ** 1.25 * horizon
    bright = 0.12 + 0.88 * r.random(count) ** 5
    warm = r.random(count)
    for x, y, b, w in zip(xs, ys, bright, warm, strict=True):
        colour = mix((0.75, 0.85, 1.0), (1.0, 0.9, 0.75), float(w))
        fade = min(1.0, (1 - y / horizon) * 2.2 + 0.1)
        _star(canvas, float(x), float(y), float(0.0008 + 0.0019 * b), colour, float(b * fade * strength))
    canvas.tick()


def _star(canvas: Canvas, x: float, y: float, radius: float, colour: Colour, strength: float) -> None:
    reach = max(radius * 3.2, 1.6 / canvas.unit)
    rows = slice(canvas.row(y - reach), canvas.row(y + reach) + 1)
    left, right = int(max(0, (x - reach) * canvas.unit)), int(min(canvas.width, (x + reach) * canvas.unit + 1))
    if left >= right or rows.start >= rows.stop:
        return
    wide = max(radius, 0.55 / canvas.unit)
    away = np.hypot(canvas.xs[None, left:right] - x, canvas.ys[rows, None] - y) / wide
    area = canvas.pixels[rows, left:right]
    glow = np.exp(-(away**2)) * strength * min(1.0, (radius / wide) ** 0.8 + 0.25)
    area += (1 - area) * np.asarray(colour, np.float32) * glow[..., None].astype(np.float32)


def paint_milky_way(canvas: Canvas, palette: Palette, horizon: float) -> None:
    """Paint a tilted band of dust and light."""
    r = canvas.dice("milky way")
    slope = float(r.choice([-1, 1]) * r.uniform(0.55, 0.95))
    across = (canvas.xs[None, :] - canvas.wide * 0.5) * slope + (canvas.ys[:, None] - horizon * 0.45)
    across = across / math.hypot(1, slope)
    dust = canvas.noise("milky way").field(canvas.xs * 2.2, canvas.ys * 2.2, octaves=6, gain=0.6)
    fine = canvas.noise("milky dust").field(canvas.xs * 3.4, canvas.ys * 3.4, octaves=6, gain=0.62)
    wide = np.exp(-(((across + dust * 0.05) / 0.17) ** 2))
    fade = ((horizon - canvas.ys) / horizon * 2.2).clip(0, 1)[:, None]
    body = (wide * (0.55 + 0.5 * dust) * fade).clip(0, 1).astype(np.float32)
    lane = np.exp(-(((across + fine * 0.07) / 0.035) ** 2)) * fade
    canvas.shine(mix(palette.glow, (0.8, 0.78, 1.0), 0.6), body * 0.42)
    canvas.shine((0.9, 0.62, 0.75), (body**3 * 0.3).clip(0, 1))
    canvas.wash(palette.zenith, (lane * body * (fine * 1.5 + 0.4).clip(0, 1) * 0.75).astype(np.float32))
    for _ in range(500):
        x, y = float(r.random() * canvas.wide), float(r.random() * horizon)
        off = abs((x - canvas.wide * 0.5) * slope + (y - horizon * 0.45)) / math.hypot(1, slope)
        if off < 0.16 * abs(r.normal()):
            _star(canvas, x, y, 0.0009, (0.95, 0.95, 1.0), float(0.2 + 0.6 * r.random() ** 3))


def paint_aurora(canvas: Canvas, palette: Palette, horizon: float) -> None:
    """Paint curtains of light: long folds, brightest at their lower hem."""
    r = canvas.dice("aurora")
    xs = canvas.xs
    hues: tuple[Colour, ...] = ((0.12, 0.95, 0.52), (0.1, 0.8, 0.8), (0.6, 0.28, 0.9))
    for number in range(3):
        noise = canvas.noise(f"aurora {number}")
        warp = noise.field(xs * 0.9, np.array([0.2]), octaves=2)[0] * 0.22
        hem = horizon * (0.66 - 0.17 * number) + warp + 0.05 * np.sin(xs * 5 + r.random() * 6)
        folds = noise.line((xs + warp * 0.9) * 7, octaves=4, gain=0.62) * 0.5 + 0.62
        folds = (folds * (0.45 + 0.55 * np.sin(xs * r.uniform(1.5, 2.6) + r.random() * 6) ** 2)).clip(0, 1.2)
        height = horizon * (0.36 + 0.13 * noise.line(xs * 2, octaves=2))
        up = (hem[None, :] - canvas.ys[:, None]) / height[None, :]
        body = np.where(up > 0, np.exp(-up * 2.1), np.exp(up * 26)) * (1 - up / 3.2).clip(0, 1) * folds[None, :]
        body = body.astype(np.float32)
        canvas.shine(hues[number % 2], (body * (0.85 - 0.14 * number)).clip(0, 0.9))
        canvas.shine(hues[2], (body * (up.clip(0, 1.4) / 1.4).astype(np.float32) * 0.5).clip(0, 0.6))


def paint_clouds(
    canvas: Canvas, palette: Palette, sun: Sun, horizon: float, *, cover: float, name: str = "clouds"
) -> None:
    """Paint clouds that are lit from the sun's side, flatter and smaller towards the horizon."""
    end = canvas.row(horizon)
    ys = canvas.ys[:end]
    if not len(ys):
        return
    depth = ys / horizon
    # The sky is a ceiling: near the horizon it is far away, so everything there is smaller and pressed together.
    down = 1.5 * (depth + 1.1 * depth**3)
    noise = canvas.noise(name)
    shape = noise.field(canvas.xs * 1.9, down * 1.15, octaves=4, gain=0.45)
    large = canvas.noise(f"{name} large").field(canvas.xs * 0.8, down * 0.7, octaves=2)
    heaps = noise.puffs(canvas.xs * 3.4, down * 2.1, octaves=5, gain=0.58)
    density = shape * 0.66 + heaps * 0.34 + large * 1.0 + (cover - 0.62) * 1.6
    body = _rise(density, 0.0, 0.34)
    step = max(1, int(0.018 * canvas.unit))
    side = -step if sun.x < canvas.wide / 2 else step
    towards = ndimage.shift(density, (step * (0.9 if sun.y > horizon * 0.55 else -0.9), -side), order=0, mode="nearest")
    lit = ((density - towards) * 2.4 + 0.5 - (density - 0.25).clip(0, 1) * 0.55).clip(0, 1)
    canvas.tick()
    fade = _rise(1 - depth, 0.0, 0.2)[:, None] * 0.9 + 0.1
    near = np.exp(-canvas.distance(sun.x, sun.y, rows=slice(0, end)) * 2.6)
    bright = shifted(mix(palette.cloud, palette.glow, 0.25), light=0.03)
    colour = ramp([(0.0, palette.cloud_shade), (0.55, mix(palette.cloud_shade, palette.cloud, 0.65)), (1.0, bright)],
                  (lit * 0.85 + near * 0.3).clip(0, 1).astype(np.float32))  # fmt: skip
    canvas.wash(colour, (body * fade * (0.94 if cover > 0.6 else 0.88)).astype(np.float32), slice(0, end))


def _rise(values: Mask, low: float, high: float) -> Mask:
    t = ((values - low) / (high - low)).clip(0, 1)
    return (t * t * (3 - 2 * t)).astype(np.float32)


def paint_streaks(canvas: Canvas, palette: Palette, horizon: float) -> None:
    """Paint thin high clouds."""
    end = canvas.row(horizon)
    noise = canvas.noise("streaks").field(canvas.xs * 0.9, canvas.ys[:end] * 6.5, octaves=5, gain=0.55)
    fade = np.sin((canvas.ys[:end] / horizon).clip(0, 1) * math.pi)[:, None]
    canvas.wash(palette.cloud, (_rise(noise, 0.1, 0.9) * fade * 0.5).astype(np.float32), slice(0, end))


def paint_rainbow(canvas: Canvas, horizon: float, side: float) -> None:
    """Paint a bow opposite to the sun, with its faint twin."""
    x = canvas.wide * (0.5 - 0.12 * side)
    radius = min(canvas.wide * 0.52, horizon * 0.92)
    away = canvas.distance(x, horizon + radius * 0.12)
    hues = [(0.0, (0.55, 0.3, 0.85)), (0.2, (0.25, 0.45, 0.95)), (0.4, (0.2, 0.8, 0.55)), (0.6, (0.98, 0.92, 0.35)),
            (0.8, (1.0, 0.6, 0.25)), (1.0, (0.95, 0.25, 0.3))]  # fmt: skip
    fade = ((horizon - canvas.ys) / 0.25).clip(0, 1)[:, None] * 0.75 + 0.25
    for at, wide, strength, turned in ((radius, 0.055, 0.55, False), (radius * 1.22, 0.06, 0.16, True)):
        t = (away - at) / wide + 0.5
        colour = ramp(hues, (1 - t if turned else t).clip(0, 1).astype(np.float32))
        body = np.exp(-(((t - 0.5) / 0.42) ** 4)) * fade * strength
        canvas.wash(colour, body.astype(np.float32))


def paint_rays(canvas: Canvas, palette: Palette, sun: Sun, *, strength: float = 0.3) -> None:
    """Let beams fan out from the sun."""
    angle = np.arctan2(canvas.ys[:, None] - sun.y, canvas.xs[None, :] - sun.x).astype(np.float32)
    table = np.linspace(-math.pi, math.pi, 2048)
    fan = canvas.noise("rays").line(np.abs(table) * 4.2, octaves=4, gain=0.6)
    beams = np.interp(angle, table, _rise(fan, -0.1, 0.7)).astype(np.float32)
    away = canvas.distance(sun.x, sun.y)
    canvas.shine(mix(palette.glow, palette.sun, 0.5), beams * np.exp(-away * 1.5) * strength * (away * 9).clip(0, 1))


def paint_comet(canvas: Canvas, horizon: float) -> None:
    """Paint a shooting star or two."""
    r = canvas.dice("comet")
    for number in range(2):
        x, y = r.uniform(0.25, 0.8) * canvas.wide, r.uniform(0.12, 0.4) * horizon
        length, slope = r.uniform(0.22, 0.34) * (1 - 0.5 * number), r.uniform(0.45, 0.75)
        along = ((canvas.xs[None, :] - x) + (canvas.ys[:, None] - y) * -slope) / (1 + slope**2) ** 0.5
        across = ((canvas.xs[None, :] - x) * slope + (canvas.ys[:, None] - y)) / (1 + slope**2) ** 0.5
        t = (along / length).clip(0, 1)
        wide = np.float32(0.005) * (1 - t) + np.float32(0.0006)
        tail = np.exp(-((across / wide) ** 2)) * (1 - t) ** 2 * (along > -0.002)
        canvas.shine((0.95, 0.98, 1.0), (tail * (1.0 - 0.35 * number)).astype(np.float32))


def paint_lightning(canvas: Canvas, palette: Palette, horizon: float) -> None:
    """Strike once or twice from the clouds to the ground, lighting the air around."""
    r = canvas.dice("lightning")
    x = float(r.uniform(0.25, 0.75) * canvas.wide)
    glow = np.exp(-canvas.distance(x, horizon * 0.3, squash=0.7) * 2.2)
    canvas.shine(mix(palette.glow, (0.8, 0.82, 1.0), 0.7), (glow * 0.4).astype(np.float32))
    _bolt(canvas, r, (x, -0.02), (x + float(r.normal(0, 0.12)), horizon), 0.0062, 3)


def _bolt(
    canvas: Canvas,
    r: np.random.Generator,
    start: tuple[float, float],
    end: tuple[float, float],
    width: float,
    forks: int,
) -> None:
    line = [start, end]
    spread = 0.16 * math.dist(start, end)
    for _ in range(6):
        longer = [line[0]]
        for a, b in pairwise(line):
            longer += [((a[0] + b[0]) / 2 + float(r.normal(0, spread)) * 0.6, (a[1] + b[1]) / 2), b]
        line, spread = longer, spread * 0.5
    outline = stroke(line, [width, width * 0.5])
    halo = canvas.shape([stroke(line, [width * 5, width * 3])], fine=1)
    if halo:
        rows, columns, mask = halo
        soft = canvas.blurred(mask, width * 1.6) * 0.55
        area = canvas.pixels[rows, columns]
        area += (1 - area) * np.array([0.72, 0.76, 1.0], np.float32) * soft[..., None]
    canvas.fill([outline], (1.0, 0.99, 0.96))
    for _ in range(forks):
        at = line[int(r.integers(len(line) // 4, len(line) * 3 // 4))]
        reach = (at[0] + float(r.choice([-1, 1]) * r.uniform(0.08, 0.22)), at[1] + float(r.uniform(0.1, 0.26)))
        _bolt(canvas, r, at, reach, width * 0.4, 0)
