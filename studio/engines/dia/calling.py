"""What one call of the model is asked: text of two speakers, after the prompts that carry them. Pure; any thread."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from studio.engines.shared.stretches import Turn, parted, seconds_of
from studio.worker.failures import UserMistake

RATE = 44100
HOP = 512  # samples of a frame
DELAY = 15  # frames by which the last code book comes after the first
CODEC = "dac-44khz"
_DOWNLOAD = "`studio models download dia-1.6b-0626` loads it; `--set model=DIR` names a folder that has it."
_CODEC_NAMES = ("codec", "dac_44khz", CODEC)
_BEGIN_AND_END = DELAY + 2
_LEAST_SECONDS = 2.0  # that must be left for speech beside the prompts
_BRACKETS = str.maketrans("[]", "()")


@dataclass(frozen=True)
class Prompt:
    """A sound in which voices are heard, and what is said in it."""

    turns: tuple[Turn, ...]
    sound: Any  # float32 at 44.1 kHz

    @property
    def frames(self) -> int:
        """How much of the model's memory it takes."""
        return math.ceil(len(self.sound) / HOP)


@dataclass(frozen=True)
class Call:
    """One call: text to speak after prompts, with so many frames at most."""

    turns: tuple[Turn, ...]
    prompts: tuple[Prompt, ...]
    frames: int

    @property
    def seconds(self) -> float:
        """How long it is expected to last."""
        return lasts(self.turns)

    @property
    def text(self) -> str:
        """All that the model reads."""
        return text_of([*(prompt.turns for prompt in self.prompts), self.turns])


@dataclass(frozen=True)
class Limits:
    """What a model can take in one call: bytes of text, frames of sound with its prompts."""

    bytes: int = 1024
    frames: int = 3072


@dataclass(frozen=True)
class Folders:
    """Where the model and its codec lie."""

    model: Path
    codec: Path


Prompts = Callable[[Sequence[Turn]], tuple[Prompt, ...]]
"""Gives what carries the voices of some sentences."""


def folders(model: str, parts: Mapping[str, Path]) -> Folders:
    """Find both; raise UserMistake where one is not there."""
    if not model:
        raise UserMistake("There is no model for Dia.", _DOWNLOAD)
    root = Path(model)
    own = root / "dia" if (root / "dia" / "config.json").is_file() else root
    if not (own / "config.json").is_file():
        raise UserMistake(f"There is no Dia in {root}: config.json is missing.", _DOWNLOAD)
    beside = [base / name for base in (root, own) for name in _CODEC_NAMES]
    places = [parts[CODEC]] if CODEC in parts else beside
    codec = next((place for place in places if (place / "config.json").is_file()), None)
    if codec is None:
        raise UserMistake(
            f"The codec of Dia is not in {root}.", f"Put descript/dac_44khz there as the folder {_CODEC_NAMES[0]}."
        )
    return Folders(own, codec)


def lasts(turns: Sequence[Turn]) -> float:
    """How long some sentences are expected to last."""
    return sum(seconds_of(turn.text) for turn in turns)


def text_of(groups: Sequence[Sequence[Turn]]) -> str:
    """Write turns as the model reads them: a sign where somebody else speaks, and where a prompt ends."""
    signs: dict[str, str] = {}
    words: list[str] = []
    for group in groups:
        before = ""
        for turn in group:
            sign = signs.setdefault(turn.voice, f"[S{len(signs) + 1}]")
            text = " ".join(turn.text.translate(_BRACKETS).split())
            words.append(text if before == turn.voice else f"{sign} {text}")
            before = turn.voice
    return " ".join(words)


def calls(turns: Sequence[Turn], prompts: Prompts, limits: Limits) -> list[Call]:
    """Return the calls for a stretch: one where it fits in with its prompts, else as few as possible."""
    found: list[Call] = []
    waiting = [*turns]
    while waiting:
        taken = next((n for n in range(len(waiting), 0, -1) if _fits(waiting[:n], prompts, limits)), 0)
        if not taken:
            waiting[:1] = _smaller(waiting[0], prompts, limits)
            taken = 1
        found.append(_call(waiting[:taken], prompts, limits))
        del waiting[:taken]
    return found


def _call(turns: Sequence[Turn], prompts: Prompts, limits: Limits) -> Call:
    before = prompts(turns)
    wanted = math.ceil((1.6 * lasts(turns) + 3.0) * RATE / HOP)  # who speaks slowly is not cut off
    return Call(tuple(turns), before, min(wanted, _room(before, limits)))


def _fits(turns: Sequence[Turn], prompts: Prompts, limits: Limits) -> bool:
    before = prompts(turns)
    needed = math.ceil((1.15 * lasts(turns) + 1.0) * RATE / HOP)
    length = len(text_of([*(prompt.turns for prompt in before), turns]).encode())
    return needed <= _room(before, limits) and length <= limits.bytes


def _room(prompts: Sequence[Prompt], limits: Limits) -> int:
    return limits.frames - sum(prompt.frames for prompt in prompts) - _BEGIN_AND_END


def _smaller(turn: Turn, prompts: Prompts, limits: Limits) -> list[Turn]:
    """Cut a sentence that is too long for one call."""
    before = prompts([turn])
    seconds = (_room(before, limits) * HOP / RATE - 1.0) / 1.15
    room = limits.bytes - len(text_of([*(prompt.turns for prompt in before), [Turn("", turn.voice)]]).encode())
    if seconds < _LEAST_SECONDS or room < 40:
        raise UserMistake(
            "The recording of a voice leaves no room for speech.",
            "Take 5 to 15 seconds, with the words spoken in them.",
        )
    return [Turn(text, turn.voice) for text in parted(turn.text, most_seconds=seconds, most_bytes=room)]


@dataclass
class Groups:
    """Stretches that can be made at once: none is carried by another of its group. The same for every run."""

    keys: Sequence[tuple[str, Sequence[str]]]  # of each stretch its key and those of its carriers
    size: int
    _of: list[range] = field(default_factory=list[range], init=False)

    def __post_init__(self) -> None:
        """Share them out."""
        begin = 0
        for number, (_, carriers) in enumerate(self.keys):
            among = {key for key, _ in self.keys[begin:number]}
            if number - begin >= self.size or among & set(carriers):
                self._of += [range(begin, number)] * (number - begin)
                begin = number
        self._of += [range(begin, len(self.keys))] * (len(self.keys) - begin)

    def of(self, number: int) -> range:
        """Return the group of a stretch."""
        return self._of[number]
