"""From what was asked for to a finished picture: chooses colours and light, paints, letters. Main thread."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import abstracts
import brushes
import landscape
import lettering
import numpy as np
import palettes
import prompts
import space
import starting
import stills
import weather
from canvas import Canvas, Mask
from colour import Colour, Pixels, of_hex, shifted
from lettering import NO_WORDS, Words
from numpy.typing import NDArray
from palettes import Palette
from prompts import Wanted
from stage import Stage


@dataclass(frozen=True)
class Order:
    """One picture to paint."""

    wanted: Wanted
    width: int
    height: int
    seed: int
    palette: str = "auto"
    style: str = "auto"
    words: Words = NO_WORDS
    start: Pixels | None = None
    where: Mask | None = None
    strength: float = 0.6


def paint(order: Order, tick: Callable[[], None]) -> tuple[NDArray[np.uint8], str]:
    """Paint a picture; return its pixels and the signs that could not be lettered."""
    canvas = Canvas(order.width, order.height, order.seed, tick)
    stage = _stage(canvas, order)
    _scene(stage, order)
    weather.finish(stage)
    if order.start is not None:
        starting.underpaint(canvas, order.start, order.strength)
    style = order.style if order.style != "auto" else order.wanted.style or "plain"
    brushes.paint_over(canvas, style)
    if order.start is not None and order.where is not None:
        starting.keep_outside(canvas, order.start, order.where)
    lost = ""
    if order.words.title or order.words.subtitle:
        face = order.words.face
        if face == "auto":
            face = (
                "classic"
                if stage.has("calm", "dreamy", "romantic", "epic") or style in {"watercolour", "ink", "oil"}
                else "plain"
            )
        above = stills.wanted_here(stage) and order.words.position == "auto"
        lost = lettering.letter(
            canvas, replace(order.words, face=face, position="top" if above else order.words.position)
        )
    return _rounded(canvas), lost


def _stage(canvas: Canvas, order: Order) -> Stage:
    wanted = landscape.at_home(order.wanted, canvas.dice("home"))
    time = palettes.time_of(wanted, canvas.dice("time"))
    if {"space", "synthwave"} & set(wanted.places):
        time = "night"
    elif "underwater" in wanted.places and time not in {"night", "dusk"}:
        time = "day"
    grade = palettes.grade_for(order.wanted, order.palette)
    if grade is None and order.start is not None:
        grade = palettes.of_picture(order.start[:: max(1, order.height // 128), :: max(1, order.width // 128)])
    palette = palettes.graded(
        landscape.palette_for_place(palettes.choose(wanted, time, canvas.dice("palette")), wanted), grade
    )
    horizon = landscape.horizon_of(canvas, wanted, canvas.dice("horizon"))
    lettered = bool(order.words.title or order.words.subtitle)
    sun = landscape.light_of(canvas, wanted, time, horizon, canvas.dice("light"), low=lettered)
    side = -1.0 if sun.x < canvas.wide / 2 else 1.0
    air = _indoors(palette, wanted).air(side, _materials(wanted, grade))
    return Stage(canvas, wanted, palette, air, sun, horizon, wanted.season, time, lettered)


def _indoors(palette: Palette, wanted: Wanted) -> Palette:
    """Under water and in space, things are lit by something near."""
    if "underwater" in wanted.places:
        return replace(palette, ambient=(0.8, 0.95, 1.0), against=0.1, far=(0.08, 0.4, 0.52))
    if "space" in wanted.places:
        return replace(palette, ambient=(0.92, 0.92, 1.0), against=0.08)
    return palette


def _materials(wanted: Wanted, grade: palettes.Grade | None) -> dict[str, Colour]:
    own: dict[str, Colour] = {}
    for name, colour in wanted.place_colours.items():
        base = of_hex(prompts.COLOURS[colour])
        for number, material in enumerate(_PLACE_MATERIALS.get(name, ())):
            own[material] = shifted(base, light=0.04 * number)
    return palettes.materials(wanted.season, grade, own=own)


_PLACE_MATERIALS: dict[str, tuple[str, ...]] = {
    "mountains": ("rock",), "hills": ("meadow", "grass"), "meadow": ("meadow", "grass"), "forest": ("needle", "leaf"),
    "desert": ("dune",), "beach": ("sand",), "canyon": ("canyon",), "cliffs": ("cliff",), "field": ("gold", "dune"),
    "city": ("roof2",),
}  # fmt: skip


def _scene(stage: Stage, order: Order) -> None:
    """Choose the kind of picture."""
    raw = order.wanted
    if stills.wanted_here(stage):
        if raw.places:
            landscape.paint(stage)
        stills.paint(stage, backdrop=not raw.places)
    elif raw.abstract and not raw.places and not raw.things and not raw.sky:
        abstracts.paint(stage, raw.abstract)
    elif "space" in stage.wanted.places:
        space.paint_space(stage)
    elif "underwater" in stage.wanted.places:
        space.paint_underwater(stage)
    else:
        landscape.paint(stage)


def _rounded(canvas: Canvas) -> NDArray[np.uint8]:
    return np.rint(canvas.pixels.clip(0, 1) * np.float32(255)).astype(np.uint8)
