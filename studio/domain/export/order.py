"""An export as its job's row holds it: settled, complete, and the same when it is made again. Pure; any thread."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, fields
from typing import Any

from studio.domain.export.options import Settled

MIX, STEM, CHAPTER = "mix", "stem", "chapter"
SOUNDS = (MIX, CHAPTER, STEM)
LABELS, OTIO, SUBTITLES, CREDITS = "labels", "otio", "subtitles", "credits"


@dataclass(frozen=True)
class Piece:
    """A file that an export writes: a sound, or a text beside it. `start` and `end` are samples of the project."""

    path: str
    use: str
    start: int
    end: int
    title: str = ""
    track: str = ""  # the only one that a stem holds

    @property
    def is_sound(self) -> bool:
        """Whether the sound process makes it."""
        return self.use in SOUNDS


@dataclass(frozen=True)
class Order:
    """Everything that an export is made from. The first piece is the mix."""

    folder: str  # the project's
    snapshot: str  # the project's value when it was asked for, by its hash
    settled: Settled
    tags: dict[str, str]
    pieces: tuple[Piece, ...]
    force: bool = False
    makes: tuple[str, ...] = ()  # folders that were not there when it was asked for
    again: tuple[str, ...] = field(default=())  # what an earlier try of the same work wrote, and may be replaced

    @property
    def mix(self) -> Piece:
        """The file that was asked for first of all."""
        return self.pieces[0]

    def may_replace(self, piece: Piece) -> bool:
        """Whether a file that exists may be written over."""
        return self.force or piece.path in self.again

    def to_dict(self) -> dict[str, Any]:
        """Return the row's form."""
        return asdict(self)


def from_dict(data: dict[str, Any]) -> Order:
    """Read the row's form; names that an older studio does not know are left out."""
    values = _known(Order, data)
    settled = _known(Settled, values.pop("settled"))
    notes = tuple(settled.pop("notes", ()))
    pieces = tuple(Piece(**_known(Piece, piece)) for piece in values.pop("pieces"))
    again, makes = (tuple(values.pop(name, ())) for name in ("again", "makes"))
    return Order(**values, settled=Settled(**settled, notes=notes), pieces=pieces, again=again, makes=makes)


def _known(kind: type[Any], data: dict[str, Any]) -> dict[str, Any]:
    names = {f.name for f in fields(kind)}
    return {k: v for k, v in data.items() if k in names}
