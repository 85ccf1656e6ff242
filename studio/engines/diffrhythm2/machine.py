# pyright: basic, reportMissingImports=false
"""DiffRhythm 2 itself: what reads words and styles, the network, what makes sound of it. On the thread that sings."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import flowing
import surroundings
import torch
from asking import PARTS, STOP, Lyrics, Order
from flowing import Manner
from places import Folders

from studio.engines.shared import music
from studio.engines.shared.neural import checkpoint, loading, memory, oobleck, placing
from studio.engines.shared.neural.resident import Tell
from studio.worker.failures import UserMistake

_CHUNK, _OVERLAP = 20, 5  # latents that are decoded at once, and how many of them again with the next
_MOST = 4096  # numbers of lyrics: as many places as the network counts
_READ, _FLOWED = 0.02, 0.93  # shares of a run: where the style is read, and where the song is made


class Machine:
    """All of it, loaded."""

    def __init__(self, folders: Folders, device: str, *, form: str, rungs: frozenset[str]) -> None:
        """Load it; every weight must be there."""
        self.form = "fp16" if form == "bf16" else form  # as its makers run it
        self._place, dtype = placing.torch_device(device), checkpoint.dtype_of(self.form)
        memory.make_ready(rungs)
        with loading.quiet():
            surroundings.prepare()
            from styling import Reader

            self.style = Reader(folders)
            self._network, self._block = flowing.loaded(folders.own)
            self._network.to(self._place, dtype)
            self._decoder = _decoder(folders.own)
            if "decode_cpu" not in rungs:
                self._decoder.to(self._place, dtype)
                placing.require_on(self._decoder, self._place)
            placing.require_on(self._network, self._place)
            surroundings.phonemes("la")  # what reads words loads now, and not in the first song
        self.rate = int(self._decoder.h.sampling_rate)
        self._stride = math.prod(self._decoder.h.upsample_rates)

    def sing(self, order: Order, reference: music.Sound | None, tell: Tell, told: Callable[[str], None]) -> music.Sound:
        """Make a song, exactly as long as that; `told` hears what the user should know."""
        tell("reading", 0.0)
        frames = round(order.seconds * self.rate)
        count = math.ceil(frames / self._stride)
        with loading.quiet():
            numbers = _numbers(order.lyrics)
            style = self._styled(order.style, reference, told)
            tell("making", _READ)
            latents = flowing.flowed(
                self._network, self._block, numbers, count, style, Manner(order.steps, order.guidance, order.seed),
                lambda share: tell("making", _READ + (_FLOWED - _READ) * share),
            )  # fmt: skip
            if latents.shape[1] < count:
                told(f"The song ends after {latents.shape[1] * self._stride / self.rate:.1f} seconds; silence follows.")
            sound = self._decoded(latents, tell)
        return music.no_louder(music.fitted(sound, frames), music.PEAK)

    def _styled(self, words: str, reference: music.Sound | None, told: Callable[[str], None]) -> Any:
        """Return the style as the network takes it: that of a sound, where there is one, or else of the words."""
        if reference is not None:
            style = self.style.of_sound(reference)
        else:
            style, whole = self.style.of_words(words)
            if not whole:
                told("The style is too long: the model does not read its end.")
        return style.to(self._place, next(self._network.parameters()).dtype)

    def _decoded(self, latents: Any, tell: Tell) -> music.Sound:
        inner, count = self._decoder.decoder, latents.shape[1]
        chunks = max(1, math.ceil((count - _OVERLAP) / (_CHUNK - _OVERLAP)))
        done = 0

        def step() -> None:
            nonlocal done
            tell("decoding", _FLOWED + (1 - _FLOWED) * done / chunks)
            done += 1

        given = latents.transpose(1, 2).to(next(inner.parameters()))
        with torch.no_grad(), oobleck.before_each(inner, step):
            if count > _CHUNK:
                made = self._decoder.decode_audio(given, overlap=_OVERLAP, chunk_size=_CHUNK)
            else:
                made = inner(given) if count else given.new_zeros(1, 1, 0)
        return made[0].float().cpu().numpy()


def _numbers(lyrics: Lyrics) -> list[int]:
    """Return lyrics as the network reads them: a number for each part and each sound."""
    found: list[int] = []
    for part, words in lyrics.lines:
        # None is left for nothing, which is what the network is led away from.
        found += [PARTS[part]] if part else [number + 1 for number in surroundings.phonemes(words)]
        found.append(STOP)
    if len(found) > _MOST:
        raise UserMistake(f"The lyrics have {len(found):,} sounds; the model reads at most {_MOST:,}.", "Shorten them.")
    return found


def _decoder(folder: Path) -> Any:
    """Load what makes sound of latents: strictly, which the library does, and from a file that may hold no programs."""
    from diffrhythm2.bigvgan.model import Generator

    checkpoint.described(folder / "decoder.json", "sampling_rate", "upsample_rates")
    with loading.no_larger_than_its_files(folder):
        return Generator(str(folder / "decoder.json"), str(folder / "decoder.bin")).eval()
