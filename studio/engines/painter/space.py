"""Space: nebulae, stars, planets with rings; and the deep sea, which is another. Main thread."""

from __future__ import annotations

import numpy as np
import sky
from canvas import Canvas
from catalogue import KINDS
from colour import Colour, mix, ramp, shifted
from figure import smooth, stroke
from land import hill_line, hills, rise
from palettes import Palette
from placing import Standing, in_air, show, spread, stand
from prompts import Thing
from scipy import ndimage
from stage import Stage


def paint_space(stage: Stage) -> None:
    """Paint a nebula, stars, planets, and what flies there."""
    canvas, r = stage.canvas, stage.dice("space")
    _nebula(stage)
    sky.paint_stars(canvas, stage.palette, canvas.high * 1.15, count=900)
    for _ in range(12):
        _bright_star(stage, float(r.random()) * canvas.wide, float(r.random()) * canvas.high, float(r.uniform(0.2, 1)))
    side = stage.air.side
    x = canvas.wide * (0.66 if side < 0 else 0.34)
    if not stage.has("minimal") or stage.has("planet"):
        planet(canvas, stage.palette, (x, canvas.high * 0.42), 0.22 if not stage.has("close") else 0.36, side, "first")
        planet(canvas, stage.palette, (canvas.wide - x * 0.86, canvas.high * 0.2), 0.05, side, "second")
    if stage.has("comet"):
        sky.paint_comet(canvas, canvas.high)
    standing = [t for t in stage.wanted.things if t.name in KINDS and KINDS[t.name].where in {"land", "front"}]
    if standing:
        line = hill_line(stage, "moonscape", canvas.high * 0.84, 0.1, waves=0.8)
        ready = stand(stage, line, standing, scale=1.4, far=0.0, name="moon")
        hills(stage, "moonscape", line, far=0.0, material="rock", rough=1.5)
        show(stage, ready, shadow=0.4)
    in_air(stage, [t for t in stage.wanted.things if t.name in KINDS and KINDS[t.name].where == "sky"])


def _nebula(stage: Stage) -> None:
    canvas, palette = stage.canvas, stage.palette
    deep = mix(palette.zenith, (0.01, 0.01, 0.04), 0.55)
    canvas.pixels[:] = np.asarray(deep, np.float32)
    noise = canvas.noise("nebula")
    warp_x = noise.field(canvas.xs * 1.1, canvas.ys * 1.1, octaves=4)
    warp_y = canvas.noise("nebula 2").field(canvas.xs * 1.1, canvas.ys * 1.1, octaves=4)
    raw = canvas.noise("nebula 3").field(canvas.xs * 1.7, canvas.ys * 1.7, octaves=7, gain=0.55)
    canvas.tick()
    reach = 0.24 * canvas.unit
    rows = np.arange(canvas.height, dtype=np.float32)[:, None] + warp_y * reach
    columns = np.arange(canvas.width, dtype=np.float32)[None, :] + warp_x * reach
    gas = ndimage.map_coordinates(raw, [rows, columns], order=1, mode="reflect")
    canvas.tick()
    tilt = (canvas.xs[None, :] - canvas.wide / 2) * 0.7 * stage.air.side + (canvas.ys[:, None] - canvas.high * 0.5)
    band = np.exp(-((tilt / 0.42) ** 2)).astype(np.float32)
    body = rise(gas + band * 0.75 - 0.35, 0.0, 1.1)
    first, second = palette.glow, mix(palette.sky, palette.horizon, 0.5)
    canvas.tick()
    canvas.shine(shifted(second, chroma=1.5), body * np.float32(0.75))
    canvas.shine(shifted(first, chroma=1.3), rise(gas + warp_x * 0.6 + band * 0.4, 0.55, 1.35) * np.float32(0.8))
    canvas.shine((1.0, 0.95, 0.9), rise(gas + band * 0.55, 0.95, 1.7) * np.float32(0.55))
    canvas.wash(deep, rise(warp_y - gas * 0.4, 0.25, 0.9) * np.float32(0.6))


def _bright_star(stage: Stage, x: float, y: float, strength: float) -> None:
    canvas = stage.canvas
    reach = 0.035 * strength
    rows = slice(canvas.row(y - reach), canvas.row(y + reach))
    left, right = int(max(0, (x - reach) * canvas.unit)), int(min(canvas.width, (x + reach) * canvas.unit))
    if rows.start >= rows.stop or left >= right:
        return
    dx, dy = np.abs(canvas.xs[None, left:right] - x) / reach, np.abs(canvas.ys[rows, None] - y) / reach
    spikes = np.exp(-dx * 5 - dy * 90 * 0.5) + np.exp(-dy * 5 - dx * 90 * 0.5)
    glow = (spikes + np.exp(-(dx**2 + dy**2) * 60) * 1.2) * strength * (1 - dx).clip(0, 1) * (1 - dy).clip(0, 1)
    area = canvas.pixels[rows, left:right]
    area += (1 - area) * np.array([0.95, 0.97, 1.0], np.float32) * glow.clip(0, 1)[..., None].astype(np.float32)


def planet(
    canvas: Canvas,
    palette: Palette,
    at: tuple[float, float],
    radius: float,
    side: float,
    name: str,
    *,
    veil: float = 0.0,
) -> None:
    """Paint a ball of clouds with day and night, perhaps with rings; `veil` lets the sky show through."""
    x, y = at
    r = canvas.dice(f"planet {name}")
    ringed = name != "second" and r.random() < 0.75
    hues = [palette.glow, palette.horizon, palette.sky, palette.cloud]
    base = hues[int(r.integers(len(hues)))]
    if ringed:
        _ring(canvas, at, radius, base, behind=True, veil=veil)
    dx, dy = (canvas.xs[None, :] - x) / radius, (canvas.ys[:, None] - y) / radius
    away = np.hypot(dx, dy).astype(np.float32)
    disc = ((1 - away) * radius * canvas.unit + 0.5).clip(0, 1)
    height = np.sqrt((1 - away**2).clip(0, 1))
    tilt = 0.35
    latitude = (dy * np.cos(tilt) - dx * np.sin(tilt)) * (1 + 0.15 * height)
    noise = canvas.noise(f"planet {name}")
    swirl = noise.field(canvas.xs * 2.2 / radius * 0.3, canvas.ys * 5 / radius * 0.3, octaves=5)
    belts = noise.field(np.array([0.2]), np.linspace(-14, 14, 512), octaves=4, gain=0.7)[:, 0]
    tone = np.interp(latitude + swirl * 0.1, np.linspace(-1.4, 1.4, 512), belts).astype(np.float32)
    canvas.tick()
    light = (height * 0.55 + dx * 0.75 * side - dy * 0.35).clip(-0.2, 1)
    colour = ramp(
        [(0.0, shifted(base, light=-0.2)), (0.5, base), (1.0, shifted(base, light=0.14, chroma=0.7))],
        (tone * 0.5 + 0.5).clip(0, 1),
    )
    dark = np.asarray(mix(palette.zenith, (0.01, 0.01, 0.03), 0.5), np.float32)
    shade = rise(light, -0.05, 0.75)[..., None]
    canvas.tick()
    canvas.wash(dark + (colour - dark) * shade, disc * np.float32(1 - veil))
    rim = np.exp(-(((away - 1) * radius / 0.012) ** 2)) * rise(light + 0.2 * (1 - disc), 0.1, 0.8)
    canvas.shine(mix(base, (1.0, 1.0, 1.0), 0.4), (rim * 0.5).astype(np.float32))
    if ringed:
        _ring(canvas, at, radius, base, behind=False, veil=veil)


def _ring(canvas: Canvas, at: tuple[float, float], radius: float, base: Colour, *, behind: bool, veil: float) -> None:
    x, y = at
    tilt = 0.35
    dx, dy = canvas.xs[None, :] - x, canvas.ys[:, None] - y
    along, across = dx * np.cos(tilt) + dy * np.sin(tilt), dy * np.cos(tilt) - dx * np.sin(tilt)
    away = np.hypot(along, across / 0.26) / radius
    grooves = canvas.noise("ring").line(np.linspace(0, 30, 512), octaves=4, gain=0.7)
    canvas.tick()
    tone = np.interp(away, np.linspace(1.2, 2.3, 512), grooves)
    edge = rise(away.astype(np.float32), 1.3, 1.34) * (1 - rise(away.astype(np.float32), 2.12, 2.2))
    canvas.tick()
    half = (across < 0) if behind else (across >= 0)
    body = edge * half * (0.55 + 0.45 * tone).clip(0.05, 1) * (1 - 0.85 * np.exp(-(((away - 1.78) / 0.03) ** 2)))
    canvas.wash(shifted(base, light=0.08, chroma=0.6), (body * 0.85 * (1 - veil)).astype(np.float32))


def paint_underwater(stage: Stage) -> None:
    """Paint the deep: light from above, rocks and weeds, fish."""
    canvas, palette = stage.canvas, stage.palette
    stops = [(0.0, mix(palette.horizon, (0.55, 0.9, 0.9), 0.6)), (0.35, (0.1, 0.5, 0.62)), (1.0, (0.02, 0.12, 0.25))]
    if palette.night:
        stops = [(0.0, (0.1, 0.36, 0.5)), (0.4, (0.03, 0.16, 0.3)), (1.0, (0.0, 0.03, 0.09))]
    wave = canvas.noise("deep").field(canvas.xs * 1.2, canvas.ys * 1.8, octaves=3) * 0.06
    canvas.pixels[:] = ramp(stops, (canvas.ys[:, None] / canvas.high + wave).astype(np.float32))
    top = sky.Sun(stage.sun.x, -0.25, 0.1, "")
    sky.paint_rays(canvas, palette, top, strength=0.7)
    for step, far in enumerate((0.55, 0.25, 0.0)):
        line = hill_line(stage, f"reef {step}", canvas.high * (0.8 + 0.07 * step), 0.16 - 0.03 * step, waves=1.9)
        _reef(stage, line, step, far)
    _bubbles(stage)
    things = [t for t in stage.wanted.things if t.name in KINDS]
    if not things:
        things = [Thing("fish", 14)]
    _swimmers(stage, [t for t in things if KINDS[t.name].where in {"water", "sky"}])


def _reef(stage: Stage, line: np.ndarray, step: int, far: float) -> None:
    canvas, r = stage.canvas, stage.dice(f"reef {step}")
    water = (0.06, 0.34, 0.46) if not stage.palette.night else (0.02, 0.11, 0.2)
    ground = mix(mix(stage.materials["roof2"], (0.02, 0.12, 0.2), 0.6), water, far)
    rows, body = canvas.below(line)
    weeds = []
    for _ in range(26):
        x = float(r.random()) * canvas.wide
        y, tall = stage.height_at(line, x) + 0.02, float(r.uniform(0.06, 0.2)) * (1.2 - 0.5 * far)
        sway = float(r.normal(0, 0.02))
        curve = smooth([(x, y), (x + sway, y - tall * 0.35), (x - sway, y - tall * 0.7), (x + sway * 1.5, y - tall)])
        weeds.append(stroke(curve, [0.013 * (1 - 0.5 * far), 0.009, 0.001]))
    for part, paint in enumerate(("needle", "cactus", "coral")):
        canvas.fill(weeds[part::3], mix(stage.materials[paint], water, 0.35 + 0.6 * far))
    canvas.wash(ground, body, rows)
    grain = canvas.noise("reef").field(canvas.xs * 20, canvas.ys[rows] * 26, octaves=4)
    canvas.wash(mix(ground, water, 0.5), body * rise(grain, 0.0, 0.8) * np.float32(0.5), rows)
    canvas.wash(
        mix(ground, (0.6, 0.85, 0.85), 0.3),
        body
        * np.exp(-(((canvas.ys[rows, None] - line[None, :]) / 0.015) ** 2)).astype(np.float32)
        * np.float32(0.5 * (1 - far)),
        rows,
    )


def _bubbles(stage: Stage) -> None:
    canvas, r = stage.canvas, stage.dice("bubbles")
    for _ in range(5):
        x, y = float(r.random()) * canvas.wide, float(r.uniform(0.4, 0.9)) * canvas.high
        for _ in range(9):
            size = float(r.uniform(0.002, 0.008))
            px, py = x + float(r.normal(0, 0.015)), y - float(r.random()) * 0.35
            away = canvas.distance(px, py, rows=slice(canvas.row(py - 0.02), canvas.row(py + 0.02)))
            ring = np.exp(-(((away - size) / (size * 0.25)) ** 2)) * 0.5 + (away < size) * 0.12
            canvas.shine((0.8, 0.95, 1.0), ring.astype(np.float32), slice(canvas.row(py - 0.02), canvas.row(py + 0.02)))


def _swimmers(stage: Stage, things: list[Thing]) -> None:
    canvas = stage.canvas
    ready: list[Standing] = []
    for thing in things:
        kind, r = KINDS[thing.name], stage.dice(f"swim {thing.name}")
        count = thing.count or kind.many
        for number, x in enumerate(spread(stage, thing.name, count, kind.size, low=0.1, high=0.9)):
            far = 0.0 if number == 0 else float(r.uniform(0.0, 0.7))
            size = kind.size * (1.5 if number == 0 else 1.1) * (1 - 0.7 * far)
            y = canvas.high * (0.42 if number == 0 else float(r.uniform(0.18, 0.78)))
            ready.append(Standing(kind, thing.name, x, y, size, far * 0.7, number, thing.colour))
    show(stage, sorted(ready, key=lambda s: -s.far))
