"""Any sound from its beginning to its end, block by block, whoever decodes it. One thread."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from studio.audio import foreign, kinds
from studio.audio.kinds import Kind
from studio.audio.reading import Block, Sound

BLOCK = 1 << 16  # frames


@dataclass(frozen=True)
class SoundStream:
    """A sound to be read once. `claimed` is the length that its header gives, 0 when it gives none."""

    kind: Kind
    form: str
    rate: int
    channels: int
    claimed: int
    blocks: Iterator[Block]
    bad_values: Callable[[], int]
    sound: Sound | None  # when it can be read at any place


@contextmanager
def opened(path: Path, *, stop: Callable[[], bool]) -> Generator[SoundStream, None, None]:
    """Open a sound; raise UserMistake for what is none. All blocks have BLOCK frames, save the last."""
    kind = kinds.of(path)
    if kind.demuxer:
        with foreign.Decoder(path, kind, stop=stop) as decoder:
            form = f"{kind.name.upper()}, through ffmpeg"
            rate, channels = decoder.rate, decoder.channels
            yield SoundStream(kind, form, rate, channels, 0, decoder.blocks(), lambda: decoder.bad_values, None)
    else:
        with Sound(path, kind) as sound:
            claimed = sound.frames if sound.knows_its_length else 0
            blocks = blocks_of(sound)
            rate, channels = sound.rate, sound.channels
            yield SoundStream(kind, sound.form, rate, channels, claimed, blocks, lambda: sound.bad_values, sound)


def blocks_of(sound: Sound) -> Iterator[Block]:
    """Return a sound's blocks from its beginning until nothing comes."""
    at = 0
    while len(block := sound.read(at, BLOCK)):
        at += len(block)
        yield block
