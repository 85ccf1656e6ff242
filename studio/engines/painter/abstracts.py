"""Pictures of nothing: waves, circles, stripes, shapes, ornaments; and backdrops for a thing alone. Main thread."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from canvas import Mask, Points
from colour import Colour, mix, of_hex, ramp, shifted
from figure import oval_points
from land import rise
from prompts import COLOURS
from scipy import ndimage
from stage import Stage


def _hues(stage: Stage) -> list[Colour]:
    """Five colours that go together, from the scene's palette, from dark to light."""
    p = stage.palette
    strong = 1.25
    named = [of_hex(COLOURS[name]) for name in stage.wanted.colours[:4]]
    if len(named) > 1:  # told by name: these, with a dark and a light that go with them
        dark, light = shifted(named[0], light=-0.22), mix(named[-1], (1.0, 0.98, 0.94), 0.82)
        return [dark, named[0], named[1], named[2] if len(named) > 2 else mix(named[1], light, 0.45), light]
    return [
        shifted(p.near, light=0.03), shifted(mix(p.zenith, p.water, 0.4), chroma=strong), shifted(p.sky, chroma=strong),
        shifted(p.glow, chroma=1.15), shifted(p.horizon, light=0.03),
    ]  # fmt: skip


def paint(stage: Stage, name: str) -> None:
    """Paint an abstract picture."""
    _PAINTERS[name](stage)


def _ground(stage: Stage, *, turn: float = 0.6) -> None:
    """A soft change of colours across the picture."""
    canvas, hues = stage.canvas, _hues(stage)
    warp = canvas.noise("ground").field(canvas.xs * 0.8, canvas.ys * 0.8, octaves=2) * 0.16
    place = canvas.xs[None, :] / canvas.wide * (1 - turn) + canvas.ys[:, None] / canvas.high * turn + warp
    canvas.pixels[:] = ramp([(0.0, hues[1]), (0.4, hues[2]), (0.75, hues[3]), (1.0, hues[4])], place.astype(np.float32))
    canvas.tick()


def gradient(stage: Stage) -> None:
    """Clouds of colour that melt into each other."""
    canvas, hues, r = stage.canvas, _hues(stage), stage.dice("gradient")
    canvas.pixels[:] = np.asarray(hues[2], np.float32)
    warp = canvas.noise("gradient").field(canvas.xs * 1.1, canvas.ys * 1.1, octaves=2) * 0.2
    order = [hues[1], hues[3], hues[4], hues[1], hues[3]]
    for hue in order:
        x, y = float(r.uniform(0, 1)) * canvas.wide, float(r.uniform(0, 1)) * canvas.high
        away = canvas.distance(x, y) + warp
        size = float(r.uniform(0.3, 0.55))
        canvas.wash(hue, np.exp(-((away / size) ** 2)) * np.float32(0.85))


def waves(stage: Stage) -> None:
    """Bands like hills of coloured paper, each throwing a soft shadow on the one behind."""
    canvas, r = stage.canvas, stage.dice("waves")
    hues = _hues(stage)
    canvas.pixels[:] = ramp(
        [(0.0, hues[4]), (1.0, hues[3])],
        np.broadcast_to(canvas.ys[:, None] / canvas.high, canvas.pixels.shape[:2]).astype(np.float32),
    )
    number = 9
    for step in range(number):
        t = step / (number - 1)
        noise = canvas.noise(f"wave {step}")
        base = canvas.high * (0.2 + 0.74 * t)
        line = (
            base
            + 0.085 * np.sin(canvas.xs * float(r.uniform(2.4, 4.4)) + float(r.random()) * 6.3)
            + noise.line(canvas.xs * 0.9, octaves=1) * 0.09
        )
        rows, body = canvas.below(line.astype(np.float32))
        above = slice(canvas.row(float(line.min()) - 0.09), canvas.height)
        gap = (line[None, :] - canvas.ys[above, None]).astype(np.float32)
        shade = np.exp(-(gap.clip(0, 9) / 0.024)) * (gap > -0.01)
        canvas.wash(hues[0], shade * np.float32(0.34), above)
        place = t * 0.92 + ((canvas.ys[rows, None] - line[None, :]) * 0.7).clip(0, 0.14)
        stops = [(0.0, hues[4]), (0.3, hues[3]), (0.6, hues[2]), (0.82, hues[1]), (1.0, hues[0])]
        canvas.wash(ramp(stops, place.astype(np.float32)), body, rows)


def circles(stage: Stage) -> None:
    """Discs that overlap like coloured glass, a large one among small ones."""
    canvas, r = stage.canvas, stage.dice("circles")
    hues = _hues(stage)
    canvas.pixels[:] = np.asarray(mix(hues[4], (0.97, 0.95, 0.9), 0.6), np.float32)
    sizes = [0.33, 0.22, 0.17, 0.13, 0.1, 0.075, 0.06, 0.045, 0.03, 0.03, 0.02, 0.02]
    x, y = canvas.wide * float(r.choice([0.4, 0.6])), canvas.high * 0.46
    for number, size in enumerate(sizes):
        if number:
            turn, reach = number * 2.399 + float(r.random()), 0.16 + 0.045 * number
            px, py = x + math.cos(turn) * reach * canvas.wide, y + math.sin(turn) * reach * canvas.high
        else:
            px, py = x, y
        away = canvas.distance(px, py)
        disc = ((size - away) * canvas.unit + 0.5).clip(0, 1)
        if number % 4 == 3:
            disc = disc * ((away - size * 0.82) * canvas.unit + 0.5).clip(0, 1)
        hue = np.asarray(hues[(number * 2 + 1) % 4], np.float32)
        tint = 1 - (1 - hue) * np.float32(0.92)
        light = 1 + 0.1 * ((canvas.ys[:, None] - py) / size)
        canvas.pixels *= 1 - disc[..., None] * (1 - (tint * light[..., None]).clip(0, 1).astype(np.float32))
        canvas.tick()


def stripes(stage: Stage) -> None:
    """Slanting stripes of uneven width, with light across them."""
    canvas, r = stage.canvas, stage.dice("stripes")
    hues = _hues(stage)
    slant = float(r.choice([-1, 1]) * r.uniform(0.35, 0.8))
    bend = canvas.noise("stripes").field(canvas.xs * 0.7, canvas.ys * 0.7, octaves=2) * 0.12
    place = (canvas.xs[None, :] + canvas.ys[:, None] * slant + bend).astype(np.float32)
    edges = np.cumsum(r.uniform(0.02, 0.13, 60)) - 1.6
    order = r.integers(0, 5, 61)
    for number, edge in enumerate(edges):  # from left to right, each over the one before
        body = ((place - np.float32(edge)) * canvas.unit / (1 + slant**2) ** 0.5 + 0.5).clip(0, 1)
        pick = hues[int(order[number])] if order[number] != order[number - 1] else hues[(int(order[number]) + 2) % 5]
        gap = np.exp(-((np.float32(edge) - place).clip(0, 9) / 0.018)) * (place < edge + 0.01)
        if edge + 1.2 > -0.2 and edge < canvas.wide + 1.2:
            canvas.wash(hues[0], gap.astype(np.float32) * np.float32(0.25))
            canvas.wash(pick, body)


def _grain(stage: Stage, mask: Mask, dark: Colour, side: Mask) -> None:
    """Shade a shape with printed grain from one side."""
    canvas = stage.canvas
    speck = canvas.noise("grain").field(canvas.xs * 230, canvas.ys * 230, octaves=1)
    canvas.wash(dark, mask * rise(side + speck * 0.55, 0.45, 1.05) * np.float32(0.5))


def bauhaus(stage: Stage) -> None:
    """A grid of quarter circles, discs and bars, as a school of design once drew them."""
    canvas, r = stage.canvas, stage.dice("bauhaus")
    hues = _hues(stage)
    paper = mix(hues[4], (0.96, 0.93, 0.86), 0.7)
    ink = [hues[0], hues[1], hues[3], hues[2], mix(stage.materials["accent"], hues[3], 0.3)]
    canvas.pixels[:] = np.asarray(paper, np.float32)
    cells = 4
    size = min(canvas.wide, canvas.high) / cells
    for row in range(math.ceil(canvas.high / size)):
        for column in range(math.ceil(canvas.wide / size)):
            x, y = column * size, row * size
            back, front, third = (ink[int(k)] for k in r.permutation(5)[:3])
            square = np.array([(x, y), (x + size, y), (x + size, y + size), (x, y + size)])
            canvas.fill([square], paper if r.random() < 0.34 else back)
            _tile(stage, int(r.integers(7)), (x, y, size), (front, third), int(r.integers(4)))
    print_grain = canvas.noise("paper").field(canvas.xs * 120, canvas.ys * 120, octaves=2)
    canvas.wash(paper, rise(print_grain, 0.35, 1.0) * np.float32(0.3))


def _tile(
    stage: Stage, kind: int, cell: tuple[float, float, float], paints: tuple[Colour, Colour], turn: int
) -> None:  # fmt: skip
    """Paint one square's figure: a quarter disc, a disc, a triangle, bars, arcs, half a disc or dots."""
    fill = stage.canvas.fill
    x, y, size = cell
    first, second = paints
    corners = [(x, y), (x + size, y), (x + size, y + size), (x, y + size)]
    middle = (x + size / 2, y + size / 2)
    if kind == 0:
        fill([_pie(corners[turn], size, turn, 1)], first)
        fill([_pie(corners[turn], size * 0.5, turn, 1)], second)
    elif kind == 1:
        fill([oval_points(*middle, size * 0.5, size * 0.5)], first)
        fill([oval_points(*middle, size * 0.22, size * 0.22)], second)
    elif kind == 2:
        fill([np.array([corners[turn], corners[(turn + 1) % 4], corners[(turn + 2) % 4]])], first)
    elif kind == 3:
        tops = [y + size * (bar + 0.25) / 4 for bar in range(4)]
        fill([np.array([(x, t), (x + size, t), (x + size, t + size / 8), (x, t + size / 8)]) for t in tops], first)
    elif kind == 4:
        for part, paint_ in ((1.0, first), (0.75, second), (0.5, first), (0.25, second)):
            fill([_pie(corners[turn], size * part, turn, 1)], paint_)
    elif kind == 5:
        fill([_pie(middle, size / 2, turn, 2)], first)
    else:
        spots = [(x + size * (a + 0.5) / 3, y + size * (b + 0.5) / 3) for a in range(3) for b in range(3)]
        fill([oval_points(*spot, size * 0.1, size * 0.1) for spot in spots], first)


def _pie(corner: tuple[float, float], radius: float, turn: int, quarters: int) -> Points:
    t = np.linspace(turn * math.pi / 2, (turn + quarters) * math.pi / 2, 40)
    return np.concatenate([[corner], np.stack([corner[0] + np.cos(t) * radius, corner[1] + np.sin(t) * radius], 1)])


def geometric(stage: Stage) -> None:
    """Large shapes in balance: a disc, triangles, an arch, fine lines."""
    canvas, r = stage.canvas, stage.dice("geometric")
    hues = _hues(stage)
    _ground(stage, turn=0.8)
    wide, high = canvas.wide, canvas.high
    for _ in range(5):
        x, y, size = float(r.uniform(0, 1)) * wide, float(r.uniform(0.3, 1.1)) * high, float(r.uniform(0.3, 0.7))
        turn = float(r.random()) * 6.3
        shape = np.array([(x + math.cos(turn + a) * size, y + math.sin(turn + a) * size) for a in (0, 2.1, 4.2)])
        found = canvas.shape([shape])
        if found:
            rows, columns, mask = found
            fade = ((canvas.ys[rows, None] - y) / size * 0.5 + 0.5).clip(0, 1).astype(np.float32)
            area = canvas.pixels[rows, columns]
            hue = np.asarray(hues[int(r.integers(0, 5))], np.float32)
            area += (hue - area) * (mask * (0.2 + 0.7 * fade))[..., None]
    x, y = wide * float(r.choice([0.36, 0.62])), high * 0.4
    away = canvas.distance(x, y)
    disc = ((0.235 - away) * canvas.unit + 0.5).clip(0, 1)
    canvas.wash(hues[3], disc)
    side = ((canvas.ys[:, None] - y + canvas.xs[None, :] - x) / 0.5 + 0.5).astype(np.float32)
    _grain(stage, disc, hues[1], side)
    for number in range(7):
        ring = np.exp(-(((away - 0.28 - number * 0.028) / (0.7 / canvas.unit + 0.0006)) ** 2))
        canvas.wash(hues[4], ring.astype(np.float32) * np.float32(0.55 - 0.06 * number))


def mandala(stage: Stage) -> None:
    """An ornament of many rings of petals around a middle."""
    canvas, r = stage.canvas, stage.dice("mandala")
    hues = _hues(stage)
    x, y = canvas.wide / 2, canvas.high / 2
    away = canvas.distance(x, y)
    canvas.pixels[:] = ramp([(0.0, hues[1]), (1.0, hues[0])], (away / 0.72).clip(0, 1))
    folds = int(r.choice([8, 10, 12, 16]))
    for ring in range(8, 0, -1):
        radius = 0.052 * ring + 0.02
        count = folds * (2 if ring > 5 else 1)
        shape = int(r.integers(3))
        hue, edge = hues[2 + int(r.integers(3))], hues[int(r.integers(2))]
        petals: list[Points] = []
        inner: list[Points] = []
        for number in range(count):
            turn = (number + 0.5 * (ring % 2)) / count * 2 * math.pi
            long, broad = 0.06 + 0.012 * ring * (shape == 0), radius * math.pi / count * (0.9 if shape else 0.75)
            cx, cy = x + math.cos(turn) * radius, y + math.sin(turn) * radius
            if shape == 2:
                petals.append(oval_points(cx, cy, broad, broad))
                inner.append(oval_points(cx, cy, broad * 0.5, broad * 0.5))
            else:
                petals.append(_petal(cx, cy, long, broad, turn))
                inner.append(_petal(cx, cy, long * 0.6, broad * 0.55, turn))
        canvas.fill(petals, hue)
        canvas.fill(inner, edge)
        line = np.exp(-(((away - radius - 0.045) / (0.0022)) ** 2)).astype(np.float32)
        canvas.wash(hues[4], line * np.float32(0.85))
    canvas.fill([oval_points(x, y, 0.05, 0.05)], hues[4])
    canvas.fill([oval_points(x, y, 0.03, 0.03)], hues[0])


def _petal(x: float, y: float, long: float, broad: float, turn: float) -> Points:
    t = np.linspace(0, math.pi, 14)
    out = np.concatenate(
        [np.stack([np.cos(t), np.sin(t) ** 1.5], 1), np.stack([np.cos(t)[::-1], -(np.sin(t)[::-1] ** 1.5)], 1)]
    )
    px, py = out[:, 0] * long, out[:, 1] * broad
    return np.stack([x + px * math.cos(turn) - py * math.sin(turn), y + px * math.sin(turn) + py * math.cos(turn)], 1)


def spiral(stage: Stage) -> None:
    """Arms that turn into the middle."""
    canvas, r = stage.canvas, stage.dice("spiral")
    hues = _hues(stage)
    x, y = canvas.wide * 0.5, canvas.high * 0.5
    away = canvas.distance(x, y) + 1e-4
    angle = np.arctan2(canvas.ys[:, None] - y, canvas.xs[None, :] - x).astype(np.float32)
    arms = int(r.choice([3, 4, 5, 6]))
    twist = float(r.choice([-1, 1])) * 3.4
    wave = np.sin(arms * angle + twist * arms * 0.5 * np.log(away) * 1.2)
    width = away * canvas.unit / arms
    body = (wave * width * 0.5 + 0.5).clip(0, 1).astype(np.float32)
    light = ((wave + 1) / 2 * 0.6 + (1 - away) * 0.4).clip(0, 1)
    first = ramp([(0.0, hues[1]), (1.0, hues[2])], light)
    second = ramp([(0.0, hues[3]), (1.0, hues[4])], light)
    canvas.pixels[:] = first + (second - first) * body[..., None]
    canvas.shine(hues[4], np.exp(-((away / 0.16) ** 1.4)) * np.float32(0.8))
    canvas.wash(hues[0], rise(away, 0.3, 0.95) * np.float32(0.6))


def sunburst(stage: Stage, *, at: tuple[float, float] = (0.5, 0.56)) -> None:
    """Rays from a point, as on old posters."""
    canvas, r = stage.canvas, stage.dice("sunburst")
    hues = _hues(stage)
    x, y = canvas.wide * at[0], canvas.high * at[1]
    away = canvas.distance(x, y)
    angle = np.arctan2(canvas.ys[:, None] - y, canvas.xs[None, :] - x).astype(np.float32)
    count = int(r.choice([12, 16, 20]))
    wave = np.sin(angle * count)
    edge = (wave * away * canvas.unit / count * 1.0 + 0.5).clip(0, 1)
    base = ramp([(0.0, hues[3]), (0.5, hues[2]), (1.0, hues[1])], (away / 0.85).clip(0, 1))
    pale = ramp([(0.0, hues[4]), (0.5, hues[3]), (1.0, hues[2])], (away / 0.85).clip(0, 1))
    canvas.pixels[:] = base + (pale - base) * edge[..., None].astype(np.float32)
    canvas.tick()


def marble(stage: Stage) -> None:
    """Colours that were poured and stirred."""
    canvas, hues = stage.canvas, _hues(stage)
    a = canvas.noise("marble a").field(canvas.xs * 1.0, canvas.ys * 1.0, octaves=4)
    b = canvas.noise("marble b").field(canvas.xs * 1.0, canvas.ys * 1.0, octaves=4)
    c = canvas.noise("marble c").field(canvas.xs * 1.4, canvas.ys * 1.4, octaves=5)
    for _ in range(2):
        reach = 0.3 * canvas.unit
        rows = np.arange(canvas.height, dtype=np.float32)[:, None] + b * reach
        columns = np.arange(canvas.width, dtype=np.float32)[None, :] + a * reach
        a, b = b, ndimage.map_coordinates(c, [rows, columns], order=1, mode="reflect")
        canvas.tick()
    veins = np.sin(b * 9 + a * 3)
    stops = [(0.0, hues[0]), (0.25, hues[1]), (0.5, hues[2]), (0.75, hues[3]), (1.0, hues[4])]
    canvas.pixels[:] = ramp(stops, (b * 0.6 + 0.5 + veins * 0.12).clip(0, 1))
    gold = np.exp(-((np.sin(b * 9 + a * 3 + 1.2) / 0.055) ** 2)).astype(np.float32)
    canvas.wash(mix(hues[4], stage.materials["gold"], 0.5), gold * np.float32(0.6))


def confetti(stage: Stage) -> None:
    """Scraps of coloured paper in the air."""
    canvas, r = stage.canvas, stage.dice("confetti")
    hues = _hues(stage)
    _ground(stage, turn=1.0)
    every = [
        *hues,
        stage.materials["accent"],
        stage.materials["accent2"],
        stage.materials["accent3"],
        stage.materials["white"],
    ]
    for number in range(240):
        far = 1 - number / 240
        size = 0.008 + 0.03 * (1 - far) ** 2
        x, y, turn = float(r.random()) * canvas.wide, float(r.random()) * canvas.high, float(r.random()) * 6.3
        if number % 3:
            a, b = size, size * float(r.uniform(0.25, 0.7))
            points = np.array([(-a, -b), (a, -b), (a, b), (-a, b)])
            cos, sin = math.cos(turn), math.sin(turn)
            shape = np.stack(
                [x + points[:, 0] * cos - points[:, 1] * sin, y + points[:, 0] * sin + points[:, 1] * cos], 1
            )
        else:
            shape = oval_points(x, y, size * 0.7, size * float(r.uniform(0.3, 0.7)), turn)
        canvas.fill([shape], mix(every[int(r.integers(len(every)))], hues[2], 0.35 * far), 0.95)


_PAINTERS: dict[str, Callable[[Stage], None]] = {
    "waves": waves, "circles": circles, "stripes": stripes, "geometric": geometric, "bauhaus": bauhaus,
    "mandala": mandala, "gradient": gradient, "spiral": spiral, "sunburst": sunburst, "marble": marble,
    "confetti": confetti,
}  # fmt: skip
