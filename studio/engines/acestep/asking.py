"""What a job asks for, checked: which way of making, how long, from where to where. Pure; any thread."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from studio.engines.shared import keys, song_sections, song_times
from studio.worker.failures import UserMistake

SONG, COVER, REPAINT, EXTEND = "song", "cover", "repaint", "extend"
NO_WORDS = "[Instrumental]"  # how the model is told that nobody sings
_WAYS = {SONG: "text2music", COVER: "cover", REPAINT: "repaint", EXTEND: "repaint"}


@dataclass(frozen=True)
class Order:
    """One piece of work."""

    mode: str
    style: str
    lyrics: str
    language: str
    seconds: float
    bpm: int  # 0: by the style; so with key and metre, where they are empty
    key: str
    metre: str
    begin: float  # of the part to be made anew, in seconds
    end: float  # 0: to the end
    closeness: float  # of a cover
    steps: int
    guidance: float
    shift: float
    seed: int

    @property
    def way(self) -> str:
        """What the pipeline calls it; going on is making silence anew."""
        return _WAYS[self.mode]


def order(params: dict[str, Any], lyrics: str, seed: int) -> Order:
    """Read the parameters; raise UserMistake for what cannot be."""
    return Order(
        mode=str(params["mode"]),
        style=str(params["style"]),
        lyrics=song_sections.tags_in_english(song_times.without(lyrics)).strip() or NO_WORDS,
        language=str(params["language"]).strip(),
        seconds=float(params["duration"]),
        bpm=round(float(params["bpm"])),
        key=_key(str(params["key"])),
        metre=str(params["metre"]),
        begin=float(params["from_second"]),
        end=float(params["to_second"]),
        closeness=float(params["cover_strength"]),
        steps=int(params["steps"]),
        guidance=float(params["guidance"]),
        shift=float(params["shift"]),
        seed=seed,
    )


def _key(text: str) -> str:
    """Return a key as the model was taught to read them: `h-Moll` is B minor."""
    if not text.strip():
        return ""
    try:
        return keys.parse_key(text).name
    except keys.KeyProblem as e:
        raise UserMistake(str(e), keys.key_hint()) from e
