"""Ways of painting: what brush, paper and ink make of a finished scene. All by rules of our own. Main thread."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from canvas import Canvas, Mask
from colour import Pixels
from land import rise
from PIL import Image, ImageDraw
from scipy import ndimage

CHOICES = ("auto", "plain", "watercolour", "oil", "ink", "pastel", "poster", "pixel", "points", "mosaic")


def paint_over(canvas: Canvas, style: str) -> None:
    """Repaint a canvas in a style; "plain" keeps it, with a trace of grain."""
    _STYLES[style](canvas)
    np.clip(canvas.pixels, 0, 1, out=canvas.pixels)
    canvas.tick()


def _grey(pixels: Pixels) -> Mask:
    return pixels[..., 0] * np.float32(0.3) + pixels[..., 1] * np.float32(0.59) + pixels[..., 2] * np.float32(0.11)


def _moved(canvas: Canvas, dx: Mask, dy: Mask) -> Pixels:
    """Return the picture with each pixel taken from somewhere beside it; offsets in units."""
    rows = (np.arange(canvas.height, dtype=np.float32)[:, None] + dy * canvas.unit).clip(0, canvas.height - 1)
    columns = (np.arange(canvas.width, dtype=np.float32)[None, :] + dx * canvas.unit).clip(0, canvas.width - 1)
    out = np.empty_like(canvas.pixels)
    for channel in range(3):
        out[..., channel] = ndimage.map_coordinates(
            canvas.pixels[..., channel], [rows, columns], order=1, mode="nearest"
        )
        canvas.tick()
    return out


def _blur(canvas: Canvas, pixels: Pixels, radius: float) -> Pixels:
    out = np.empty_like(pixels)
    for channel in range(3):
        out[..., channel] = canvas.blurred(np.ascontiguousarray(pixels[..., channel]), radius)
        canvas.tick()
    return out


def _boxed(values: Mask, size: int) -> Mask:
    return ndimage.uniform_filter(values, size, mode="nearest")


def _flattened(canvas: Canvas, pixels: Pixels, radius: float) -> Pixels:
    """Return areas of even colour with kept edges: each pixel takes the calmest of the four squares around it."""
    half = max(1, round(radius * canvas.unit))
    size = half + 1
    grey = _grey(pixels)
    mean = _boxed(grey, size)
    canvas.tick()
    spread = _boxed(grey * grey, size) - mean * mean
    canvas.tick()
    soft = np.stack([_boxed(np.ascontiguousarray(pixels[..., c]), size) for c in range(3)], axis=2)
    canvas.tick()
    shift = (half + 1) // 2
    best, out = None, np.empty_like(pixels)
    for dy in (-shift, shift):
        for dx in (-shift, shift):
            here = _slid(spread, dy, dx)
            colour = _slid(soft, dy, dx)
            if best is None:
                best, out = here.copy(), colour.copy()
            else:
                better = here < best
                out[better] = colour[better]
                best = np.minimum(best, here)
            canvas.tick()
    return out


def _slid(values: np.ndarray, dy: int, dx: int) -> np.ndarray:
    """Return values moved over, with the edge repeated."""
    rows = (np.arange(values.shape[0]) + dy).clip(0, values.shape[0] - 1)
    columns = (np.arange(values.shape[1]) + dx).clip(0, values.shape[1] - 1)
    return values[rows][:, columns]


def _paper(canvas: Canvas) -> Mask:
    """The tooth of paper, about -1 to 1."""
    noise = canvas.noise("paper")
    return noise.field(canvas.xs * 110, canvas.ys * 110, octaves=3, gain=0.6)


def plain(canvas: Canvas) -> None:
    """A trace of grain, which also keeps soft skies from banding."""
    speck = canvas.dice("grain").normal(0, 0.011, (canvas.height, canvas.width)).astype(np.float32)
    canvas.pixels += speck[..., None]


def watercolour(canvas: Canvas) -> None:
    """Washes that run into each other, dark at their rims, on rough paper that stays white at the edges."""
    noise = canvas.noise("wash")
    dx = noise.field(canvas.xs * 5, canvas.ys * 5, octaves=4, gain=0.6) * np.float32(0.008)
    dy = canvas.noise("wash 2").field(canvas.xs * 5, canvas.ys * 5, octaves=4, gain=0.6) * np.float32(0.008)
    flat = _flattened(canvas, _moved(canvas, dx, dy), 0.01)
    flat = flat * np.float32(0.6) + _blur(canvas, flat, 0.006) * np.float32(0.4)
    grey = _grey(flat)
    canvas.tick()
    rim = (canvas.blurred(grey, 0.007) - grey).clip(0, 1)
    fine = canvas.blurred(grey, 0.0018)
    edge = (np.abs(canvas.blurred(grey, 0.0034) - fine) * np.float32(5)).clip(0, 0.25)
    canvas.tick()
    paper = _paper(canvas)
    pools = noise.field(canvas.xs * 2.6, canvas.ys * 2.6, octaves=5, gain=0.6)
    thin = (0.74 + 0.17 * pools + 0.07 * paper).clip(0.3, 1.0)[..., None]
    white = np.array([0.985, 0.975, 0.95], np.float32)
    ink = np.empty_like(flat)
    thin = thin[..., 0] + rim * np.float32(1.6) + edge * np.float32(1.8)
    for channel in range(3):
        ink[..., channel] = white[channel] * (flat[..., channel] / white[channel]).clip(0.02, 1) ** thin
        canvas.tick()
    x = np.minimum(canvas.xs, canvas.wide - canvas.xs)[None, :]
    y = np.minimum(canvas.ys, canvas.high - canvas.ys)[:, None]
    margin = (
        np.minimum(x, y).astype(np.float32)
        - np.float32(0.035)
        + noise.field(canvas.xs * 7, canvas.ys * 7, octaves=4) * np.float32(0.018)
    )
    body = rise(margin, 0.0, 0.006)
    dark = np.exp(-((margin / np.float32(0.008)) ** 2)) * body * np.float32(0.25)
    canvas.pixels[:] = white + (ink * (1 - dark[..., None]) - white) * body[..., None]
    canvas.pixels += (paper * np.float32(0.014))[..., None]


def oil(canvas: Canvas) -> None:
    """Strokes of thick paint that follow the forms, with light on their ridges."""
    flat = _flattened(canvas, canvas.pixels, 0.009)
    grey = canvas.blurred(_grey(flat), 0.008)
    canvas.tick()
    gy, gx = np.gradient(grey)
    canvas.tick()
    xx, xy, yy = (canvas.blurred(np.asarray(v, np.float32), 0.02) for v in (gx * gx, gx * gy, gy * gy))
    angle = 0.5 * np.arctan2(2 * xy, xx - yy) + np.float32(np.pi / 2)
    canvas.tick()
    calm = rise(-np.log10(xx + yy + 1e-9), 5.6, 6.6)
    drift = canvas.noise("strokes").field(canvas.xs * 1.6, canvas.ys * 1.6, octaves=2)
    canvas.tick()
    cos = np.cos(angle) * (1 - calm) + np.cos(drift * 1.6) * calm
    sin = np.sin(angle) * (1 - calm) + np.sin(drift * 1.6) * calm
    canvas.tick()
    bristles = canvas.noise("bristles").field(canvas.xs * 150, canvas.ys * 150, octaves=2)
    dabs = canvas.noise("dabs").field(canvas.xs * 42, canvas.ys * 42, octaves=1)
    ridge, tone = _along(canvas, bristles, cos, sin, 0.018), _along(canvas, dabs, cos, sin, 0.03)
    calm = np.float32(0.3) + np.float32(0.7) * calm  # where forms are, strokes are short and thin
    ridge, tone = ridge * calm, tone * calm
    offset = tone * np.float32(0.0028)
    canvas.pixels[:] = flat
    canvas.pixels[:] = _moved(canvas, (cos * offset).astype(np.float32), (sin * offset).astype(np.float32))
    canvas.tick()
    height = ridge * np.float32(1.6) + tone * np.float32(0.5)
    light = (height - np.roll(height, (1, 1), (0, 1))) * np.float32(0.13 * (canvas.unit / 768) ** 0.5)
    canvas.pixels *= 1 + (0.05 * tone + 0.035 * ridge)[..., None]
    canvas.pixels += light.clip(-0.06, 0.08)[..., None]


def _along(canvas: Canvas, values: Mask, cos: Mask, sin: Mask, reach: float) -> Mask:
    """Return values smeared along a field of directions; on half the pixels, which is as fine as a stroke needs."""
    step = 2 if canvas.unit > 900 else 1
    small, c, s = (v[::step, ::step] for v in (values, cos, sin))
    rows, columns = np.indices(small.shape, dtype=np.float32)
    out = small.copy()
    count = 7
    for number in range(1, count):
        away = np.float32(reach * canvas.unit / step * number / count)
        for sign in (-1, 1):
            place = [rows + s * away * sign, columns + c * away * sign]
            out += ndimage.map_coordinates(small, place, order=1, mode="nearest")
            canvas.tick()
    out /= 2 * count - 1
    if step == 1:
        return out * np.float32(2.2)
    size = (values.shape[1], values.shape[0])
    return np.asarray(Image.fromarray(out).resize(size, Image.Resampling.BICUBIC)) * np.float32(2.2)


def ink(canvas: Canvas) -> None:
    """Lines of a pen, crossed where it is dark, with one thin wash of colour on cream paper."""
    grey = _grey(canvas.pixels)
    tone = canvas.blurred(grey, 0.003)
    canvas.tick()
    low, high = np.percentile(tone[::8, ::8], (2, 98))
    tone = (((tone - low) / max(1e-3, high - low)).clip(0, 1) ** 0.72).astype(np.float32)
    wobble = canvas.noise("pen").field(canvas.xs * 6, canvas.ys * 6, octaves=3) * np.float32(0.004)
    dark = np.zeros_like(tone)
    for turn, limit, gap in ((0.7, 0.78, 0.0072), (-0.75, 0.52, 0.0072), (0.05, 0.32, 0.0062), (1.5, 0.16, 0.0062)):
        across = canvas.xs[None, :] * np.sin(turn) + canvas.ys[:, None] * np.cos(turn) + wobble
        wave = np.abs((across / gap) % 1.0 - 0.5) * 2 * gap / 2  # distance from the line, in units
        want = ((limit - tone) / limit).clip(0, 1) * gap * 0.42
        canvas.tick()
        line = ((want - wave) * canvas.unit + 0.5).clip(0, 1) * (want > 0.0002)
        dark = np.maximum(dark, line.astype(np.float32))
        canvas.tick()
    fine, wide = canvas.blurred(grey, 0.0011), canvas.blurred(grey, 0.0024)
    contour = rise((wide - fine) * np.float32(1.0), 0.006, 0.03)
    canvas.tick()
    paper = np.array([0.965, 0.945, 0.895], np.float32) + (_paper(canvas) * np.float32(0.012))[..., None]
    soft = _blur(canvas, canvas.pixels, 0.01)
    canvas.tick()
    wash = paper * (0.5 + 0.5 * (soft / np.maximum(0.35, soft.max(axis=2, keepdims=True))).clip(0, 1))
    pen = np.maximum(dark * np.float32(0.86), contour * np.float32(0.95))[..., None]
    canvas.pixels[:] = wash + (np.array([0.09, 0.09, 0.13], np.float32) - wash) * pen


def pastel(canvas: Canvas) -> None:
    """Chalk on toothed paper: soft, light, with streaks where the chalk ran."""
    flat = _flattened(canvas, canvas.pixels, 0.008)
    noise = canvas.noise("chalk")
    lean = 0.8
    along = canvas.xs[None, :] * np.cos(lean) + canvas.ys[:, None] * np.sin(lean)
    streak = noise.line(np.linspace(0, 420, 4096), octaves=3, gain=0.7)
    across = (canvas.ys[:, None] * np.cos(lean) - canvas.xs[None, :] * np.sin(lean)) + noise.field(
        canvas.xs * 3, canvas.ys * 3, octaves=2
    ) * 0.01
    chalk = np.interp((across + 1) / 3, np.linspace(0, 1, 4096), streak).astype(np.float32)
    canvas.tick()
    chalk *= (0.6 + 0.4 * np.sin(along * 9 + chalk)).astype(np.float32)
    canvas.tick()
    tooth = canvas.noise("paper").field(canvas.xs * 190, canvas.ys * 190, octaves=2, gain=0.7)
    canvas.tick()
    light = flat * np.float32(0.86) + np.float32(0.14)
    mean = light.mean(axis=2, keepdims=True)
    light = mean + (light - mean) * np.float32(1.12)
    canvas.tick()
    cover = rise(tooth + chalk * np.float32(0.35) + np.float32(0.8), -0.2, 0.8)[..., None]
    paper = np.array([0.93, 0.895, 0.835], np.float32)
    canvas.pixels[:] = paper + (light - paper) * (np.float32(0.4) + np.float32(0.6) * cover)
    canvas.pixels += (chalk * np.float32(0.02))[..., None]


def poster(canvas: Canvas) -> None:
    """Few flat inks with clean edges, slightly out of register, on grainy stock."""
    grey = _grey(canvas.pixels)
    low, high = (float(v) for v in np.percentile(grey[::8, ::8], (1, 99)))
    strong = (canvas.pixels - np.float32(low)) / np.float32(max(0.2, high - low))
    strong += (canvas.pixels - strong) * np.float32(0.5)
    flat = _flattened(canvas, strong.clip(0, 1), 0.006)
    canvas.tick()
    small = Image.fromarray((flat * 255).clip(0, 255).astype(np.uint8))
    inks = small.resize((256, 256), Image.Resampling.BOX).quantize(
        11, Image.Quantize.MEDIANCUT, kmeans=4, dither=Image.Dither.NONE
    )
    even = np.asarray(small.quantize(palette=inks, dither=Image.Dither.NONE).convert("RGB"), np.float32) / 255
    canvas.tick()
    # Quantised edges are hard steps; a blur and a steep curve along them would cost more than a tiny blur.
    even = np.stack([ndimage.gaussian_filter(even[..., c], 0.55) for c in range(3)], axis=2)
    canvas.tick()
    mean = even.mean(axis=2, keepdims=True)
    even = mean + (even - mean) * np.float32(1.06)
    slip = max(1, round(0.0014 * canvas.unit))
    even[..., 0] = np.roll(even[..., 0], slip, axis=1)
    even[..., 2] = np.roll(even[..., 2], -slip, axis=0)
    speck = rise(canvas.noise("stock").field(canvas.xs * 320, canvas.ys * 320, octaves=2), 0.4, 1.0)
    paper = np.array([0.97, 0.94, 0.87], np.float32)
    canvas.pixels[:] = even + (paper - even) * (speck * np.float32(0.1))[..., None]


def pixel(canvas: Canvas) -> None:
    """Large square pixels of few colours."""
    across = 144 if canvas.unit >= 288 else max(24, canvas.unit // 2)
    size = (max(8, round(canvas.wide * across)), max(8, round(canvas.high * across)))
    full = Image.fromarray((canvas.pixels * 255).clip(0, 255).astype(np.uint8))
    small = np.asarray(full.resize(size, Image.Resampling.BOX), np.float32)
    order = np.array([[0, 8, 2, 10], [12, 4, 14, 6], [3, 11, 1, 9], [15, 7, 13, 5]], np.float32) / 16 - 0.47
    screen = np.tile(order, (size[1] // 4 + 1, size[0] // 4 + 1))[: size[1], : size[0], None]
    mean = small.mean(axis=2, keepdims=True)
    strong = (mean + (small - mean) * 1.2 + screen * 16).clip(0, 255).astype(np.uint8)
    few = Image.fromarray(small.astype(np.uint8)).quantize(
        28, Image.Quantize.MEDIANCUT, kmeans=4, dither=Image.Dither.NONE
    )
    made = Image.fromarray(strong).quantize(palette=few, dither=Image.Dither.NONE).convert("RGB")
    canvas.pixels[:] = (
        np.asarray(made.resize((canvas.width, canvas.height), Image.Resampling.NEAREST), np.float32) / 255
    )


def points(canvas: Canvas) -> None:
    """Dots of pure colour laid beside each other, large ones first."""
    r = canvas.dice("points")
    source = _blur(canvas, canvas.pixels, 0.004)
    ground = _blur(canvas, canvas.pixels, 0.03) * np.float32(0.8) + np.float32(0.14)
    fine = 2 if canvas.width * canvas.height < 1_500_000 else 1
    image = Image.fromarray((ground * 255).clip(0, 255).astype(np.uint8)).resize(
        (canvas.width * fine, canvas.height * fine)
    )
    draw = ImageDraw.Draw(image)
    for radius, density in ((0.0085, 1.3), (0.0058, 1.5), (0.0036, 1.2)):
        gap = radius * 1.75 / density**0.5
        columns, rows = int(canvas.wide / gap) + 2, int(canvas.high / gap) + 2
        gx, gy = np.meshgrid(np.arange(columns) * gap, np.arange(rows) * gap)
        xs = (gx + r.uniform(-0.6, 0.6, gx.shape) * gap).ravel()
        ys = (gy + r.uniform(-0.6, 0.6, gy.shape) * gap).ravel()
        order = r.permutation(len(xs))
        xs, ys = xs[order], ys[order]
        px = (xs * canvas.unit).astype(int).clip(0, canvas.width - 1)
        py = (ys * canvas.unit).astype(int).clip(0, canvas.height - 1)
        colours = source[py, px]
        mean = colours.mean(axis=1, keepdims=True)
        vivid = mean + (colours - mean) * 1.35 + r.normal(0, 0.055, (len(xs), 3)) + r.normal(0, 0.03, (len(xs), 1))
        inks = (vivid * 255).clip(0, 255).astype(int)
        sizes = radius * r.uniform(0.75, 1.15, len(xs)) * canvas.unit * fine
        for number, (x, y, size, ink_colour) in enumerate(
            zip(xs * canvas.unit * fine, ys * canvas.unit * fine, sizes, inks, strict=True)
        ):
            draw.ellipse(
                [x - size, y - size, x + size, y + size],
                fill=(int(ink_colour[0]), int(ink_colour[1]), int(ink_colour[2])),
            )
            if number % 4096 == 0:
                canvas.tick()
    small = image.reduce(fine) if fine > 1 else image
    canvas.pixels[:] = np.asarray(small, np.float32) / 255


def mosaic(canvas: Canvas) -> None:
    """Pieces of coloured glass with dark lead between."""
    r = canvas.dice("mosaic")
    gap = 0.027
    columns, rows = int(canvas.wide / gap) + 3, int(canvas.high / gap) + 3
    gx, gy = np.meshgrid((np.arange(columns) - 1) * gap, (np.arange(rows) - 1) * gap)
    seeds_x, seeds_y = gx + r.uniform(0, 1, gx.shape) * gap, gy + r.uniform(0, 1, gy.shape) * gap
    cell_x = np.floor(canvas.xs / gap).astype(int) + 1
    cell_y = np.floor(canvas.ys / gap).astype(int) + 1
    first = np.full((canvas.height, canvas.width), 9.0, np.float32)
    second = first.copy()
    owner = np.zeros((canvas.height, canvas.width), np.int32)
    for dy in (-1, 0, 1):
        for dx in (-1, 0, 1):
            iy, ix = (cell_y + dy).clip(0, rows - 1)[:, None], (cell_x + dx).clip(0, columns - 1)[None, :]
            away = np.hypot(seeds_x[iy, ix] - canvas.xs[None, :], seeds_y[iy, ix] - canvas.ys[:, None]).astype(
                np.float32
            )
            nearer = away < first
            second = np.minimum(second, np.where(nearer, first, away))
            owner = np.where(nearer, iy * columns + ix, owner)
            first = np.minimum(first, away)
            canvas.tick()
    canvas.tick()
    count = np.bincount(owner.ravel(), minlength=rows * columns).clip(1)
    flat = np.empty_like(canvas.pixels)
    for channel in range(3):
        sums = np.bincount(owner.ravel(), canvas.pixels[..., channel].ravel(), minlength=rows * columns)
        flat[..., channel] = (sums / count)[owner]
        canvas.tick()
    mean = flat.mean(axis=2, keepdims=True)
    streaks = canvas.noise("glass").field(canvas.xs * 14, canvas.ys * 60, octaves=2)
    canvas.tick()
    glass = (mean + (flat - mean) * np.float32(1.35)) * (1 + 0.06 * streaks[..., None]) + 0.05 * (1 - first / gap)[
        ..., None
    ]
    lead = 1 - ((second - first - np.float32(0.0021)) * canvas.unit * 0.7 + 0.5).clip(0, 1)
    canvas.pixels[:] = glass + (np.array([0.07, 0.07, 0.09], np.float32) - glass) * lead[..., None]


_STYLES: dict[str, Callable[[Canvas], None]] = {
    "plain": plain, "watercolour": watercolour, "oil": oil, "ink": ink, "pastel": pastel, "poster": poster,
    "pixel": pixel, "points": points, "mosaic": mosaic,
}  # fmt: skip
