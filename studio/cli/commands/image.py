"""`studio image`."""

from __future__ import annotations

import re
from argparse import Namespace
from pathlib import Path
from typing import Any

from studio.app import Studio
from studio.cli.main import open_studio
from studio.cli.making import make, params_of, target_of, wish_of
from studio.cli.output import Output
from studio.errors import StudioError
from studio.services.tasks.work import Wish

_SIZE = re.compile(r"(\d{1,9})\s*[xX×*]\s*(\d{1,9})")
_EXAMPLE = 'For example: studio image "a lighthouse in a storm" --size 1024x768 -o out.png'


def run(args: Namespace, out: Output) -> int:
    """Make pictures."""
    if not args.prompt.strip():
        raise StudioError("The prompt is empty.", _EXAMPLE)
    width, height = _size(args.size)
    target = target_of(args, "image")
    files = {role: Path(name) for role, name in (("init", args.init), ("mask", args.mask)) if name}
    studio = open_studio(args, out)
    try:
        params = params_of(
            args, prompt=args.prompt, negative=args.negative, width=width, height=height, count=args.count,
            steps=args.steps, title=args.title, style=args.style,
        )  # fmt: skip
        wish = wish_of(args, "image", params=params, files=files, target=target)
        _check_steps(studio, wish)
        data = make(studio, wish, args, out)
    finally:
        studio.close()
    if data is not None:
        out.result(data, "\n".join(_line(made) for made in data["outputs"]))
    return 0


def _size(text: str) -> tuple[int | None, int | None]:
    if not text:
        return None, None
    found = _SIZE.fullmatch(text.strip())
    if not found:
        raise StudioError(f"--size {text[:40]!r} is no width and height.", _EXAMPLE)
    return int(found[1]), int(found[2])


def _check_steps(studio: Studio, wish: Wish) -> None:
    """Say in words that an engine works without steps; its list of parameters would not tell why."""
    engine = studio.generation.engine_for(wish)
    if "steps" in wish.params and not any(param.name == "steps" for param in engine.params):
        raise StudioError(f"{engine.title} paints without steps.", "Leave out --steps, or name another engine.")


def _line(made: dict[str, Any]) -> str:
    size = f"{made['width']} × {made['height']}, " if "width" in made and "height" in made else ""
    return f"{made['path']}: {size}seed {made['recipe']['seed']}"
