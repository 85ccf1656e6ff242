"""How a picture was made, as far as it tells: by this studio, or by another program. Pure; any thread.

What a file from outside says is cut to what a form could hold; nothing of it chooses a file or a folder.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any, cast

from studio.domain import seeds

OWN = "Angen Studio"
MOST_PROMPT = 10_000  # characters, as engines take them
MOST_LORAS = 10
_MOST_LOST = 20
_LONGEST_LOST = 160
_LONGEST_NAME = 200
_LARGEST_SIDE = 65_500
_MOST_STEPS = 10_000
_LARGEST = 1_000.0
_KEPT_SIGNS = frozenset("\n\t")

Plain = str | int | float | bool


@dataclass(frozen=True)
class Lora:
    """A LoRA by its name, without folder and ending."""

    name: str
    strength: float = 1.0
    hash: str = ""


@dataclass(frozen=True)
class PictureRecipe:
    """What a picture tells of its making. None and empty: it does not tell."""

    source: str
    prompt: str = ""
    negative: str = ""
    seed: int | None = None
    steps: int | None = None
    guidance: float | None = None
    scheduler: str = ""  # as our engines call it
    width: int | None = None
    height: int | None = None
    model: str = ""
    model_hash: str = ""
    loras: tuple[Lora, ...] = ()
    strength: float | None = None
    clip_skip: int | None = None  # layers left out, where other programs count the last as one
    engine: str = ""  # where this studio made it
    more: dict[str, Plain] = field(default_factory=dict[str, Plain])  # further parameters of that engine
    lost: tuple[str, ...] = ()  # what could not be taken over

    def to_dict(self) -> dict[str, Any]:
        """Return a JSON object."""
        return asdict(self)


def from_dict(data: Mapping[str, Any]) -> PictureRecipe:
    """Read what `to_dict` gave."""
    values: dict[str, Any] = {**data, "lost": tuple(data["lost"])}
    values["loras"] = tuple(Lora(**one) for one in data["loras"])
    return PictureRecipe(**values)


class Findings:
    """A recipe that is being put together; each value is checked, and what does not fit is remembered as lost."""

    def __init__(self, source: str) -> None:
        self._recipe = PictureRecipe(source)
        self._lost: list[str] = []

    def recipe(self) -> PictureRecipe:
        """Return what was found."""
        return replace(self._recipe, lost=tuple(self._lost))

    @property
    def anything(self) -> bool:
        """Whether there is something that another picture could be made with."""
        found = self._recipe
        return bool(found.prompt or found.negative or found.steps or found.model or found.seed is not None)

    def lose(self, what: str) -> None:
        """Remember something that could not be taken over."""
        line = name_of(what, _LONGEST_LOST)
        if len(self._lost) < _MOST_LOST and line not in self._lost:
            self._lost.append(line)

    def texts(self, prompt: object, negative: object) -> None:
        """Take both texts."""
        for name, value in (("prompt", prompt), ("negative", negative)):
            text = text_of(value)
            if len(text) > MOST_PROMPT:
                self.lose(f"the end of the {name}, which is longer than {MOST_PROMPT:,} characters")
            self._set(name, text[:MOST_PROMPT].strip())

    def seed(self, value: object) -> None:
        """Take the seed, if it is one that our engines take."""
        found = whole_of(value)
        if found is not None and not seeds.is_one(found):
            self.lose(f"the seed {str(found)[:_LONGEST_NAME]}, which is larger than engines here take")
        elif found is not None:
            self._set("seed", found)

    def steps(self, value: object) -> None:
        """Take the number of steps."""
        self._whole("steps", value, 1, _MOST_STEPS)

    def size(self, width: object, height: object) -> None:
        """Take the size, whole or not at all."""
        sides = [whole_of(side) for side in (width, height)]
        if all(side is not None and 1 <= side <= _LARGEST_SIDE for side in sides):
            self._recipe = replace(self._recipe, width=sides[0], height=sides[1])

    def clip_skip(self, value: object) -> None:
        """Take how many layers are left out."""
        self._whole("clip_skip", value, 0, 100)

    def guidance(self, value: object) -> None:
        """Take the closeness to the text."""
        found = number_of(value)
        if found is not None and 0 <= found <= _LARGEST:
            self._set("guidance", found)

    def strength(self, value: object) -> None:
        """Take how far it went from the picture that it started from."""
        found = number_of(value)
        if found is not None and 0 <= found <= 1:
            self._set("strength", found)

    def sampled(self, found: tuple[str, str]) -> None:
        """Take a scheduler, and what there is to say about it."""
        name, lost = found
        self._set("scheduler", name)
        if lost:
            self.lose(lost)

    def model(self, name: object, digest: object = "") -> None:
        """Take the model's name, without its folder, and the hash."""
        if not isinstance(name, str):
            return
        self._recipe = replace(self._recipe, model=file_name(name), model_hash=name_of(digest, 64))

    def lora(self, name: object, strength: object = 1.0, digest: object = "") -> None:
        """Take a LoRA; one that stands twice counts once."""
        weight = number_of(strength)
        called = file_name(name)
        if not called or weight is None or not -_LARGEST <= weight <= _LARGEST:
            return
        if called in {one.name for one in self._recipe.loras}:
            return
        if len(self._recipe.loras) == MOST_LORAS:
            self.lose(f"the LoRA {called}: there are more than {MOST_LORAS}")
            return
        self._set("loras", (*self._recipe.loras, Lora(called, weight, name_of(digest, 64))))

    def own(self, engine: str, more: Mapping[str, Plain]) -> None:
        """Take what only this studio says."""
        self._recipe = replace(self._recipe, engine=engine, more=dict(more))

    def _whole(self, name: str, value: object, low: int, high: int) -> None:
        found = whole_of(value)
        if found is not None and low <= found <= high:
            self._set(name, found)

    def _set(self, name: str, value: object) -> None:
        self._recipe = replace(self._recipe, **{name: cast("Any", value)})


def text_of(value: object) -> str:
    """Return a text that can be shown and stored; nothing for what is none."""
    if not isinstance(value, str):
        return ""
    # One more than is taken, so that who cuts it can say so; signs that are left out do not count.
    signs = (sign if sign in _KEPT_SIGNS or not sign.isspace() else " " for sign in value[: 8 * MOST_PROMPT])
    return "".join(sign for sign in signs if sign.isprintable() or sign in _KEPT_SIGNS)[: MOST_PROMPT + 1]


def name_of(value: object, longest: int = _LONGEST_NAME) -> str:
    """Return a short text of one line."""
    line = " ".join(text_of(value).split())
    return line if len(line) <= longest else line[: longest - 1] + "…"


def file_name(value: object) -> str:
    """Return a model's name as a person calls it: no folder, no ending."""
    name = name_of(value).replace("\\", "/").rpartition("/")[2].replace(",", " ").replace(":", " ").strip()
    stem, dot, ending = name.rpartition(".")
    return stem if dot and ending.lower() in {"safetensors", "ckpt", "pt", "pth", "bin", "gguf"} else name


def whole_of(value: object) -> int | None:
    """Return a whole number, also one that is spelled; None for what is none."""
    if isinstance(value, str):
        value = value.strip()
        return int(value) if value.isascii() and value.removeprefix("-").isdigit() and len(value) <= 40 else None
    if isinstance(value, float):
        return int(value) if value.is_integer() else None
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def number_of(value: object) -> float | None:
    """Return a finite number, also one that is spelled."""
    if isinstance(value, bool) or not isinstance(value, (int, float, str)) or len(str(value)) > 40:
        return None
    try:
        found = float(value)
    except (ValueError, OverflowError):
        return None
    return found if math.isfinite(found) else None
