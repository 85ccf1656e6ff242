"""What falls and drifts in front of everything: rain, snow, fog, leaves, sparks; and the last touch. Main thread."""

from __future__ import annotations

import numpy as np
from canvas import Points
from colour import mix, shifted
from figure import oval_points
from stage import Stage


def rain(stage: Stage, *, strength: float = 1.0) -> None:
    """Let rain fall in slanting streaks, in three depths."""
    canvas, r = stage.canvas, stage.dice("rain")
    slant = 0.32 if stage.has("wind", "storm") else 0.14
    for size, count, opacity in ((0.5, 420, 0.2), (0.8, 260, 0.3), (1.3, 120, 0.34)):
        drops: list[Points] = []
        for _ in range(int(count * strength * canvas.wide * canvas.high)):
            x, y = float(r.uniform(-0.1, 1.1)) * canvas.wide, float(r.uniform(-0.1, 1.0)) * canvas.high
            length, half = size * 0.062 * float(r.uniform(0.6, 1.2)), size * 0.0009
            dx = -slant * length
            drops.append(
                np.array(
                    [(x - half, y), (x + half, y), (x + dx + half * 0.4, y + length), (x + dx - half * 0.4, y + length)]
                )
            )
        canvas.fill(drops, mix(stage.palette.horizon, (0.9, 0.95, 1.0), 0.6), opacity, fine=3)


def snow(stage: Stage, *, strength: float = 1.0) -> None:
    """Let snow fall: fine far away, soft large flakes near."""
    canvas, r = stage.canvas, stage.dice("snow")
    for size, count, opacity in ((0.0014, 520, 0.5), (0.0026, 240, 0.6), (0.0046, 60, 0.6), (0.009, 10, 0.35)):
        flakes = [
            oval_points(float(r.random()) * canvas.wide, float(r.random()) * canvas.high, own, own * 0.9)
            for own in r.uniform(0.7, 1.3, int(count * strength * canvas.wide * canvas.high)) * size
        ]
        found = canvas.shape(flakes, fine=2)
        if found:
            rows, columns, mask = found
            soft = canvas.blurred(mask, size * 0.3) if size > 0.006 else mask
            area = canvas.pixels[rows, columns]
            area += (np.array([0.97, 0.98, 1.0], np.float32) - area) * (soft * np.float32(opacity))[..., None]


def fog(stage: Stage, *, strength: float = 0.8) -> None:
    """Let banks of fog drift across, thickest at the horizon."""
    canvas = stage.canvas
    noise = canvas.noise("fog").field(canvas.xs * 0.9, canvas.ys * 3.6, octaves=4)
    away = np.abs(canvas.ys - stage.horizon) / canvas.high
    layer = np.exp(-((away / 0.2) ** 2))[:, None]
    body = ((0.34 + 0.55 * noise) * layer + 0.03).clip(0, 0.85).astype(np.float32)
    canvas.wash(mix(stage.palette.horizon, stage.palette.far, 0.4), body * np.float32(strength))


def drifting(stage: Stage, material: str, *, count: int = 60) -> None:
    """Let leaves or petals sail through the air."""
    canvas, r = stage.canvas, stage.dice(f"drift {material}")
    for number in range(count):
        size = 0.0035 + 0.009 * float(r.random()) ** 3
        x, y = float(r.random()) * canvas.wide, (0.2 + 0.8 * float(r.random())) * canvas.high
        shape = oval_points(x, y, size, size * float(r.uniform(0.3, 0.6)), float(r.random()) * 3)
        name = material if number % 3 else ("leaf2" if material == "leaf" else "white")
        canvas.fill([shape], stage.air.lit(name), 0.85, fine=4)


def finish(stage: Stage, *, bloom: float = 0.16, vignette: float = 0.3) -> None:
    """Let bright places bleed a little, darken the corners, and lift or deepen as the mood wants."""
    canvas = stage.canvas
    if stage.has("dreamy", "romantic"):
        bloom *= 2.0
    bright = ((canvas.pixels.max(axis=2) - 0.62) / 0.38).clip(0, 1)
    soft = canvas.blurred(bright.astype(np.float32), 0.035)
    canvas.shine(stage.palette.glow, (soft * np.float32(bloom)).clip(0, 0.8))
    x = (canvas.xs[None, :] / canvas.wide - 0.5) * 2
    y = (canvas.ys[:, None] / canvas.high - 0.5) * 2
    canvas.tick()
    corner = ((x**2 + y**2) / 2).clip(0, 1) ** 1.6
    canvas.wash(shifted(stage.palette.near, light=-0.02), (corner * vignette).astype(np.float32))
    if stage.has("epic", "storm"):
        _contrast(stage, 1.14)
    elif stage.has("dreamy", "calm"):
        _contrast(stage, 0.93)
    else:
        _contrast(stage, 1.05)


def _contrast(stage: Stage, amount: float) -> None:
    pixels = stage.canvas.pixels
    pixels -= 0.5
    pixels *= np.float32(amount)
    pixels += 0.5
    np.clip(pixels, 0, 1, out=pixels)
    stage.canvas.tick()
