"""Where the model lies, and what belongs to it. Pure; any thread."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from studio.worker.failures import UserMistake

STYLE, EARS, WORDS = "muq-mulan-large", "muq-large-msd-iter", "xlm-roberta-base"
_PARTS = {STYLE: "MuQ-MuLan-large", EARS: "MuQ-large-msd-iter", WORDS: "xlm-roberta-base"}  # and their folders
_OWN = ("model.json", "model.safetensors", "decoder.json", "decoder.bin")
_WAY = "`studio models download diffrhythm2` loads it; `--set model=DIR` names a folder that has it."


@dataclass(frozen=True)
class Folders:
    """The model itself, the one that reads a style, and the two whose descriptions that one refers to."""

    own: Path
    style: Path
    ears: Path
    words: Path


def folders(model: str, parts: Mapping[str, Path]) -> Folders:
    """Find all four; `parts` are those that the studio loaded. Raise UserMistake where one is not there."""
    if not model:
        raise UserMistake("There is no model for DiffRhythm 2.", _WAY)
    root = Path(model)
    own = root / "diffrhythm2" if (root / "diffrhythm2" / _OWN[0]).is_file() else root
    lacking = [name for name in _OWN if not (own / name).is_file()]
    if lacking:
        raise UserMistake(f"There is no DiffRhythm 2 in {root}: {lacking[0]} is missing.", _WAY)
    return Folders(own, *(_part(name, root, own, parts) for name in (STYLE, EARS, WORDS)))


def _part(name: str, root: Path, own: Path, parts: Mapping[str, Path]) -> Path:
    called = _PARTS[name]
    places = [parts[name]] if name in parts else [base / called for base in (root, own, own.parent)]
    found = next((place for place in places if (place / "config.json").is_file()), None)
    if found is None:
        raise UserMistake(
            f"What reads the style is not whole: {called} is missing.",
            f"Put it beside the model as the folder {called}; `studio models download diffrhythm2` loads all of it.",
        )
    return found
