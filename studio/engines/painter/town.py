"""Towns: skylines with lit windows, villages on their hill, roads with what stands along them. Main thread."""

from __future__ import annotations

import numpy as np
from buildings import church, house
from canvas import Mask, Points
from colour import mix, shifted
from figure import Figure, Place, set_figure
from land import rise
from objects import pole, streetlamp, wires
from stage import Stage


def skyline(stage: Stage, name: str, base: float, high: float, *, far: float, lit: float) -> None:
    """Paint a row of tall buildings down to a base line, with windows."""
    canvas, r = stage.canvas, stage.dice(name)
    bodies: list[Points] = []
    sides: list[Points] = []
    windows: list[Points] = []
    centre = canvas.wide * float(r.uniform(0.35, 0.65))
    x = -0.05
    while x < canvas.wide + 0.05:
        wide = float(r.uniform(0.03, 0.085)) * (1.15 - 0.45 * far)
        hump = np.exp(-(((x - centre) / (0.34 * canvas.wide)) ** 2))
        tall = high * (0.16 + 0.3 * float(r.random()) ** 1.5 + 0.62 * hump * float(r.uniform(0.2, 1.0)))
        _building(r, bodies, sides, windows, (x, base), (wide, tall), stage.air.side)
        x += wide * float(r.uniform(0.78, 1.1))
    colour = mix(stage.air.lit("roof2", far=far), stage.palette.near, 0.4 * (1 - far))
    found = canvas.shape(bodies, fine=3)
    if not found:
        return
    rows, columns, mask = found
    up = ((base - canvas.ys[rows, None]) / high).clip(0, 1)
    haze = np.asarray(mix(stage.palette.horizon, stage.palette.far, 0.5), np.float32)
    tone = (
        np.asarray(colour, np.float32)
        + (haze - np.asarray(colour, np.float32)) * ((1 - up) ** 2 * (0.2 + 0.4 * far))[..., None]
    )
    area = canvas.pixels[rows, columns]
    area += (tone.astype(np.float32) - area) * mask[..., None]
    canvas.fill(sides, mix(shifted(colour, light=0.04), stage.palette.glow, 0.22), 0.75, fine=3)
    _light_windows(stage, windows, lit=lit, far=far, colour=colour)


def _building(
    r: np.random.Generator, bodies: list[Points], sides: list[Points], windows: list[Points],
    foot: tuple[float, float], extent: tuple[float, float], side: float,
) -> None:  # fmt: skip
    x, base = foot
    wide, tall = extent
    top = base - tall
    kind = float(r.random())
    bodies.append(np.array([(x, base), (x, top), (x + wide, top), (x + wide, base)]))
    if kind < 0.2:  # steps back towards the top
        for step in (0.18, 0.34):
            left, right, roof = x + wide * step, x + wide * (1 - step), top - tall * 0.45 * step
            bodies.append(np.array([(left, top), (left, roof), (right, roof), (right, top)]))
    elif kind < 0.32:
        bodies.append(np.array([(x, top), (x + wide * 0.5, top - wide * 0.8), (x + wide, top)]))
    elif kind < 0.46:
        bodies.append(np.array([(x, top), (x + wide, top - wide * 0.45), (x + wide, top)]))
    if r.random() < 0.3:
        middle = x + wide * float(r.uniform(0.3, 0.7))
        spike = float(r.uniform(0.02, 0.06))
        bodies.append(np.array([(middle - 0.0012, top), (middle, top - spike - wide * 0.4), (middle + 0.0012, top)]))
    face = wide * 0.24
    left = x + wide - face if side > 0 else x
    sides.append(np.array([(left, base), (left, top), (left + face, top), (left + face, base)]))
    columns = max(2, int(wide / 0.0095))
    gap = wide / columns
    for row in range(max(1, int(tall / 0.0145))):
        for column in range(columns):
            wx, wy = x + gap * (column + 0.28), top + 0.007 + row * 0.0145
            windows.append(
                np.array([(wx, wy), (wx + gap * 0.42, wy), (wx + gap * 0.42, wy + 0.0058), (wx, wy + 0.0058)])
            )


def _light_windows(
    stage: Stage, windows: list[Points], *, lit: float, far: float, colour: tuple[float, float, float]
) -> None:
    r = stage.dice("windows")
    floors = np.repeat(r.random(len(windows) // 8 + 1), 8)[: len(windows)]  # neighbours are up at the same hours
    draw = 0.45 * r.random(len(windows)) + 0.55 * floors
    warm = [w for w, d in zip(windows, draw, strict=True) if d < lit * 0.8]
    cold = [w for w, d in zip(windows, draw, strict=True) if lit * 0.8 <= d < lit]
    dim = [w for w, d in zip(windows, draw, strict=True) if d >= lit]
    strength = 0.95 * (1 - 0.6 * far)
    stage.canvas.fill(dim, mix(colour, stage.palette.sky, 0.3), 0.2 * (1 - far), fine=3)
    stage.canvas.fill(warm, stage.materials["window"], strength, fine=3)
    stage.canvas.fill(cold, mix(stage.materials["light"], stage.palette.sky, 0.2), strength, fine=3)
    if stage.air.night or stage.air.against > 0.55:
        found = stage.canvas.shape(warm, fine=1)
        if found:
            rows, columns, mask = found
            area = stage.canvas.pixels[rows, columns]
            glow = stage.canvas.blurred(mask, 0.012) * np.float32(0.5 * strength)
            area += (1 - area) * np.asarray(stage.materials["window"], np.float32) * glow[..., None]


def village(stage: Stage, ground: Mask, *, size: float, far: float, low: float, high: float) -> None:
    """Huddle houses along a line, around a church."""
    canvas, r = stage.canvas, stage.dice("village")
    middle = canvas.wide * float(r.uniform(low + 0.1, high - 0.1))
    places = sorted(
        float(np.clip(middle + r.normal(0, 0.17) * canvas.wide * 0.7, low * canvas.wide, high * canvas.wide))
        for _ in range(15)
    )
    ready: list[tuple[float, float, float, bool]] = []
    for x in places:
        row = float(r.random())
        ready.append(
            (x, stage.height_at(ground, x, size) + (0.1 + 0.55 * row) * size, size * (0.72 + 0.4 * row), False)
        )
    ready.append((middle, stage.height_at(ground, middle, size) + size * 0.3, size * 2.3, True))
    for number, (x, y, own, is_church) in enumerate(sorted(ready, key=lambda p: p[1])):
        figure = Figure()
        (church if is_church else house)(figure, stage.dice(f"village {number}"))
        set_figure(canvas, figure, Place(x, y, own, far, flip=stage.air.side < 0), stage.air)


def road(stage: Stage, line: float, *, material: str = "asphalt", marked: bool = True) -> None:
    """Lay a road that winds to the horizon."""
    canvas, r = stage.canvas, stage.dice("road")
    rows = slice(canvas.row(line), canvas.height)
    t = ((canvas.ys[rows] - line) / (canvas.high - line)).clip(0, 1)
    vanish = canvas.wide * (0.5 if stage.has("symmetrical") else float(r.uniform(0.4, 0.6)))
    foot = canvas.wide * (0.5 if stage.has("symmetrical") else float(r.uniform(0.36, 0.64)))
    bend = float(r.choice([-1, 1])) * (0.0 if stage.has("symmetrical", "synthwave") else 0.16)
    middle = vanish + (foot - vanish) * t + bend * np.sin(t**0.55 * np.pi * 1.9) * (1 - t) ** 0.8 * (0.25 + t)
    half = 0.004 + (0.3 if marked else 0.17) * t**1.15
    away = (np.abs(canvas.xs[None, :] - middle[:, None]) / half[:, None]).astype(np.float32)
    soft = 1 / (half[:, None] * canvas.unit)
    body = ((1 - away) / soft + 0.5).clip(0, 1).astype(np.float32)
    grain = canvas.noise("road").field(canvas.xs * 90, np.log(t + 0.02) * 60, octaves=2)
    base = stage.air.lit(material)
    canvas.wash(mix(base, stage.palette.near, 0.25 if marked else 0.05), body, rows)
    canvas.wash(shifted(base, light=0.07), body * ((grain * 0.3 + 0.25).clip(0, 0.5)), rows)
    canvas.wash(stage.palette.far, body * (0.6 * (1 - t) ** 4).astype(np.float32)[:, None], rows)
    if marked:
        dash = ((np.log(t + 0.025) * 5.2) % 1.0 < 0.55).astype(np.float32)[:, None]
        centre = rise(1 - away / 0.028, 0.0, 0.6) * dash
        edge = rise(1 - np.abs(away - 0.88) / 0.022, 0.0, 0.6)
        canvas.wash(stage.air.lit("white"), (centre + edge * 0.7).clip(0, 0.85) * (t[:, None] > 0.03), rows)
    stage.ground["road"] = middle.astype(np.float32)


def row_of_poles(stage: Stage, line: float, *, lamps: bool = False) -> None:
    """Set poles with wires, or lamps, along the way to the horizon; each smaller than the one before."""
    canvas, r = stage.canvas, stage.dice("poles")
    side = float(r.choice([-1, 1]))
    vanish = canvas.wide * (0.5 - side * 0.16)
    places: list[tuple[float, float, float]] = []
    for number in range(7):
        t = 0.62 * 0.6**number
        x = vanish + side * (0.82 * t) * canvas.wide
        places.append((x, line + (canvas.high - line) * t * 0.8, 0.66 * t + 0.012))
    for number, (x, y, size) in reversed(list(enumerate(places))):
        figure = Figure()
        (streetlamp if lamps else pole)(figure, stage.dice(f"pole {number}"))
        far = min(0.7, 0.12 * number)
        if not lamps and number + 1 < len(places):
            x2, y2, size2 = places[number + 1]
            for arm in (-0.2, -0.09, 0.09, 0.2):
                a, b = (x + arm * size, y - 0.965 * size), (x2 + arm * size2, y2 - 0.965 * size2)
                canvas.fill([wires(a, b, 0.05 * size, 0.0035 * size + 0.0006)], stage.air.lit("dark", far=far), 0.8)
        set_figure(canvas, figure, Place(x, y, size, far, flip=side < 0), stage.air)
