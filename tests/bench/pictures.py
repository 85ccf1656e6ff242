"""A contact sheet of what the sketch painter makes, and its cost: `python -m tests.bench.pictures OUT.png [--quick]`.

The sheet is for eyes: no figure says whether a picture is good.
"""

from __future__ import annotations

import resource
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from tests.engines.painter.workshop import lettering, painting, prompts

SHEET = (
    ("alpine lake, mountains, pines, dawn, calm, boat", {}),
    ("lighthouse on a cliff by the sea, sunset, birds", {}),
    ("hot air balloons over green hills, summer morning", {}),
    ("microphone, teal and orange", {"words": ("Night Talk", "with friends")}),
    ("northern lights over snowy mountains, winter night, tent", {}),
    ("city skyline at night, rain, full moon", {"words": ("Neon Rain", "")}),
    ("desert dunes, cactus, golden hour", {"style": "poster"}),
    ("lavender field, windmill, summer day, clouds", {"style": "oil"}),
    ("stone bridge, steam train, river, mountains, autumn, sunset", {}),
    ("cherry blossom, pagoda, mountains, spring", {"style": "watercolour"}),
    ("space, ringed planet, rocket", {}),
    ("lonely person under a tree, big moon, stars", {"words": ("Stillness", "music for slow nights")}),
)
_TIMED = (("mountains, lake, pines, sunset, birds", "plain"), ("storm at sea, lighthouse, lightning, rain", "plain"),
          ("village, meadow, flowers, day", "oil"))  # fmt: skip


def order(prompt: str, width: int, height: int, seed: int, **more: Any) -> Any:
    """One picture to paint."""
    title, subtitle = more.pop("words", ("", ""))
    words = lettering.Words(title, subtitle, "auto", "auto")
    return painting.Order(prompts.read(prompt), width, height, seed, words=words, **more)


def sheet(cell: int) -> Image.Image:
    """Paint all of them, four in a row."""
    rows = -(-len(SHEET) // 4)
    made = Image.new("RGB", (4 * cell, rows * cell))
    for number, (prompt, more) in enumerate(SHEET):
        pixels, _ = painting.paint(order(prompt, cell, cell, number + 1, **more), lambda: None)
        made.paste(Image.fromarray(pixels), (number % 4 * cell, number // 4 * cell))
    return made


def timed(prompt: str, style: str, size: int) -> dict[str, float]:
    """Return processor time, and the longest time without a chance to be cancelled."""
    begin = last = time.process_time()
    longest = 0.0

    def tick() -> None:
        nonlocal last, longest
        now = time.process_time()
        longest, last = max(longest, now - last), now

    first, _ = painting.paint(order(prompt, size, size, 5, style=style), tick)
    cost = time.process_time() - begin
    again, _ = painting.paint(order(prompt, size, size, 5, style=style), lambda: None)
    return {"cpu_s": cost, "longest_s": longest, "equal": float(np.array_equal(first, again))}


def main() -> None:
    """Paint, print, save."""
    arguments = [a for a in sys.argv[1:] if a != "--quick"]
    quick = "--quick" in sys.argv
    for prompt, style in _TIMED:
        for size in (256, 1024) if quick else (256, 1024, 2048):
            found = timed(prompt, style, size)
            print(f"{size:5} {style:6} {found['cpu_s']:6.2f} s, {found['longest_s']:.2f} s between layers, "
                  f"{'equal' if found['equal'] else 'DIFFERENT'}  {prompt}")  # fmt: skip
    print(f"memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")
    if arguments:
        sheet(320 if quick else 560).save(Path(arguments[0]))
        print(f"sheet: {arguments[0]}")


if __name__ == "__main__":
    main()
