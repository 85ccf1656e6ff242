"""Things as outlines: drawn in their own measure, then set into the picture with its light and its air. Main thread.

A figure stands on 0 and is about 1 high; x goes right, y goes up.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from canvas import Canvas, Mask, Points
from colour import Colour, mix, scaled, shifted
from PIL import Image, ImageDraw
from scipy import ndimage

Paint = str | Colour  # the name of a material, or a colour


@dataclass(frozen=True)
class Air:
    """How light falls on things."""

    materials: dict[str, Colour]
    ambient: Colour  # what daylight is multiplied with
    shade: Colour  # what things against the light turn into
    against: float  # how much they do, 0 to 1
    haze: Colour  # what far things turn into
    rim: Colour  # the light along edges
    rim_strength: float
    side: float  # where the light comes from: -1 left, 1 right
    night: bool = False

    def lit(self, paint: Paint, *, far: float = 0.0) -> Colour:
        """Return a material as it looks in this light, `far` away (0 near, 1 gone)."""
        base = self.materials[paint] if isinstance(paint, str) else paint
        return mix(mix(scaled(base, self.ambient), self.shade, self.against), self.haze, far)


@dataclass(frozen=True)
class Place:
    """Where a figure stands: its foot, its size in units, how far away it is."""

    x: float
    y: float
    size: float
    far: float = 0.0
    flip: bool = False
    lean: float = 0.0
    shadow: float = 0.0  # how strong a shadow it throws on the ground
    mirror: float = 0.0  # how strongly water below mirrors it
    rim: float = 1.0


class Figure:
    """Outlines with materials, later ones in front; lights shine whatever the light is."""

    def __init__(self) -> None:
        self.parts: list[tuple[Points, Paint, bool]] = []
        self.halos: list[tuple[float, float, float, Colour]] = []

    def poly(self, points: Sequence[tuple[float, float]] | Points, paint: Paint, *, glows: bool = False) -> None:
        """Add a closed outline."""
        self.parts.append((np.asarray(points, np.float64), paint, glows))

    def rect(self, x: float, y: float, wide: float, high: float, paint: Paint, *, glows: bool = False) -> None:
        """Add a box; x is its middle, y its bottom."""
        half = wide / 2
        self.poly([(x - half, y), (x + half, y), (x + half, y + high), (x - half, y + high)], paint, glows=glows)

    def oval(
        self, x: float, y: float, rx: float, ry: float, paint: Paint, *, glows: bool = False, turn: float = 0.0
    ) -> None:
        """Add an ellipse about its middle."""
        self.poly(oval_points(x, y, rx, ry, turn), paint, glows=glows)

    def line(self, points: Sequence[tuple[float, float]], width: float | Sequence[float], paint: Paint) -> None:
        """Add a stroke; the width may change along it."""
        self.poly(stroke(points, width), paint)

    def curve(self, points: Sequence[tuple[float, float]], width: float | Sequence[float], paint: Paint) -> None:
        """Add a smooth stroke through points."""
        self.line(smooth(points), width, paint)

    def halo(self, x: float, y: float, radius: float, colour: Colour) -> None:
        """Add a soft light."""
        self.halos.append((x, y, radius, colour))


def oval_points(x: float, y: float, rx: float, ry: float, turn: float = 0.0) -> Points:
    """Return an ellipse as an outline."""
    t = np.linspace(0, 2 * math.pi, 40, endpoint=False)
    px, py = rx * np.cos(t), ry * np.sin(t)
    return np.stack([x + px * math.cos(turn) - py * math.sin(turn), y + px * math.sin(turn) + py * math.cos(turn)], 1)


def smooth(points: Sequence[tuple[float, float]], steps: int = 8) -> list[tuple[float, float]]:
    """Return a curve through points (Catmull and Rom's)."""
    p = [points[0], *points, points[-1]]
    out: list[tuple[float, float]] = []
    for a, b, c, d in zip(p, p[1:], p[2:], p[3:], strict=False):
        for step in range(steps):
            t = step / steps
            out.append((_spline(a[0], b[0], c[0], d[0], t), _spline(a[1], b[1], c[1], d[1], t)))
    return [*out, points[-1]]


def _spline(a: float, b: float, c: float, d: float, t: float) -> float:
    return 0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3)


def stroke(points: Sequence[tuple[float, float]], width: float | Sequence[float]) -> Points:
    """Return the outline of a stroke."""
    line = np.asarray(points, np.float64)
    ends = [width, width] if isinstance(width, (int, float)) else list(width)
    half = np.interp(np.linspace(0, 1, len(line)), np.linspace(0, 1, len(ends)), ends) / 2
    along = np.gradient(line, axis=0)
    along /= np.maximum(np.hypot(along[:, 0], along[:, 1]), 1e-9)[:, None]
    across = np.stack([-along[:, 1], along[:, 0]], 1) * half[:, None]
    return np.concatenate([line + across, (line - across)[::-1]])


def set_figure(canvas: Canvas, figure: Figure, place: Place, air: Air) -> None:
    """Paint a figure: its mirror image and shadow first, then itself with light on its edges, then its lights."""
    outlines = [_placed(points, place) for points, _, _ in figure.parts]
    box = canvas.box(outlines)
    if box is None:
        return
    colours = [_colour_of(paint, air, place.far, glows=glows) for _, paint, glows in figure.parts]
    body, cover = _drawn(canvas, outlines, colours, box)
    rows, columns = box
    if place.shadow > 0:
        _throw_shadow(canvas, cover, box, place, air)
    if place.mirror > 0:
        _mirror(canvas, body, cover, box, place)
    area = canvas.pixels[rows, columns]
    area *= 1 - cover[..., None]
    area += body
    if place.rim > 0 and air.rim_strength > 0:
        _light_edges(canvas, cover, box, air, place)
    for x, y, radius, colour in figure.halos:
        _shine(canvas, _placed(np.array([[x, y]]), place)[0], radius * place.size, colour, 1 - place.far)
    canvas.tick()


def _colour_of(paint: Paint, air: Air, far: float, *, glows: bool) -> Colour:
    if glows:
        return mix(air.materials[paint] if isinstance(paint, str) else paint, air.haze, far * 0.6)
    return air.lit(paint, far=far)


def _placed(points: Points, place: Place) -> Points:
    x = points[:, 0] + place.lean * points[:, 1]
    side = -1 if place.flip else 1
    return np.stack([place.x + side * x * place.size, place.y - points[:, 1] * place.size], 1)


def _drawn(
    canvas: Canvas, outlines: Sequence[Points], colours: Sequence[Colour], box: tuple[slice, slice]
) -> tuple[Mask, Mask]:
    """Return paint, already weighted by how much it covers, and the cover."""
    rows, columns = box
    high, wide = rows.stop - rows.start, columns.stop - columns.start
    fine = 4 if high * wide < 400_000 else 2
    image = Image.new("RGBA", (wide * fine, high * fine))
    draw = ImageDraw.Draw(image)
    for outline, colour in zip(outlines, colours, strict=True):
        places = (outline * canvas.unit - (columns.start, rows.start)) * fine
        inked = tuple(round(255 * c) for c in colour)
        draw.polygon([(float(x), float(y)) for x, y in places], fill=(*inked, 255))
    canvas.tick()
    small = np.asarray(image.reduce(fine), np.float32) / np.float32(255)
    cover = small[..., 3].copy()
    return small[..., :3] * cover[..., None], cover


def _throw_shadow(canvas: Canvas, cover: Mask, box: tuple[slice, slice], place: Place, air: Air) -> None:
    """Lay the figure's outline flat on the ground, away from the light."""
    rows, columns = box
    foot = canvas.row(place.y) - rows.start
    flat = cover[: max(1, foot)][::-1]
    squash = 0.28
    high = max(2, int(flat.shape[0] * squash))
    picture = Image.fromarray(flat).resize((flat.shape[1], high), Image.Resampling.BOX)
    slide = -air.side * 1.1 / squash * 0.35
    reach = int(abs(slide) * high) + 2
    wide = flat.shape[1] + 2 * reach
    padded = Image.new("F", (wide, high))
    padded.paste(picture, (reach, 0))
    thrown = padded.transform((wide, high), Image.Transform.AFFINE, (1, -slide, 0, 0, 1, 0), Image.Resampling.BILINEAR)
    fade = np.linspace(1, 0.25, high, dtype=np.float32)[:, None]
    shadow = ndimage.gaussian_filter(np.asarray(thrown), max(0.5, 0.012 * place.size * canvas.unit)) * fade
    _lay(canvas, shadow * np.float32(place.shadow), air.lit(air.shade), (rows.start + foot, columns.start - reach))


def _mirror(canvas: Canvas, body: Mask, cover: Mask, box: tuple[slice, slice], place: Place) -> None:
    """Show a figure on water upside down, broken by ripples."""
    rows, columns = box
    foot = max(1, canvas.row(place.y) - rows.start)
    high = min(foot, canvas.height - canvas.row(place.y))
    if high < 2:
        return
    ripple = canvas.noise("ripples").field(np.array([place.x * 4]), np.arange(high) / canvas.unit * 90, octaves=2)
    shift = (ripple[:, 0] * 0.012 * canvas.unit * np.linspace(0.2, 1.4, high)).astype(int)
    index = (np.arange(body.shape[1])[None, :] + shift[:, None]).clip(0, body.shape[1] - 1)
    line = np.arange(high)[:, None]
    turned, covered = body[:foot][::-1][:high][line, index], cover[:foot][::-1][:high][line, index]
    fade = (np.linspace(1, 0.1, high, dtype=np.float32) * np.float32(place.mirror))[:, None]
    top = canvas.row(place.y)
    area = canvas.pixels[top : top + high, columns]
    area *= 1 - (covered * fade)[..., None]
    area += turned * fade[..., None]


def _light_edges(canvas: Canvas, cover: Mask, box: tuple[slice, slice], air: Air, place: Place) -> None:
    """Brighten the edges that look towards the light."""
    exact = 0.016 * place.size * canvas.unit
    reach = max(1, round(exact))
    aside = ndimage.shift(cover, (reach * 0.6, -reach if air.side > 0 else reach), order=0, mode="constant")
    edge = (cover - aside).clip(0, 1)
    if reach > 1:
        edge = ndimage.gaussian_filter(edge, reach * 0.45) * cover
    strength = np.float32(air.rim_strength * place.rim * (1 - 0.7 * place.far) * min(1.0, exact))
    area = canvas.pixels[box]
    area += (np.asarray(air.rim, np.float32) - area) * (edge * strength)[..., None].clip(0, 1)


def _shine(canvas: Canvas, at: Points, radius: float, colour: Colour, strength: float) -> None:
    half = radius * 3
    rows = slice(canvas.row(at[1] - half), canvas.row(at[1] + half))
    left = int(max(0, (at[0] - half) * canvas.unit))
    right = int(min(canvas.width, (at[0] + half) * canvas.unit))
    if rows.start >= rows.stop or left >= right:
        return
    apart = np.hypot(canvas.xs[None, left:right] - at[0], canvas.ys[rows, None] - at[1]) / radius
    glow = (np.exp(-(apart**2) * 1.4) * (1 - apart / 3).clip(0, 1) * strength).astype(np.float32)
    area = canvas.pixels[rows, left:right]
    area += (1 - area) * np.asarray(colour, np.float32) * glow[..., None]


def _lay(canvas: Canvas, mask: Mask, colour: Colour, corner: tuple[int, int]) -> None:
    """Paint a mask whose upper left corner lies somewhere, perhaps partly outside."""
    top, left = corner
    y0, x0 = max(0, -top), max(0, -left)
    y1, x1 = min(mask.shape[0], canvas.height - top), min(mask.shape[1], canvas.width - left)
    if y0 >= y1 or x0 >= x1:
        return
    area = canvas.pixels[top + y0 : top + y1, left + x0 : left + x1]
    area += (np.asarray(colour, np.float32) - area) * mask[y0:y1, x0:x1, None].clip(0, 1)


def darker(paint: Colour, by: float = 0.12) -> Colour:
    """Return a colour for the side away from the light."""
    return shifted(paint, light=-by)
