"""The sketch composer: composes by rules, plays with sampled instruments, mixes. No model, no voice, no network."""

from __future__ import annotations

import re
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import composing
import midi
import mixing
import soundfont
import theory
from composing import Order, Piece

from studio.protocol import messages
from studio.protocol.float_wav import write_float_wav
from studio.worker.context import RunContext
from studio.worker.failures import BadNumbers, UserMistake
from studio.worker.runner import Output
from studio.worker.runner import Runner as BaseRunner

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Sound = NDArray[np.float32]

_SHARES = {"composing": 0.03, "playing": 0.62, "mixing": 0.2, "stems": 0.15}


class Runner(BaseRunner):
    """Holds the instruments' recordings."""

    def load(self, load: messages.Load) -> dict[str, Any]:
        """Open the SoundFont; recordings are decoded when an instrument is first played."""
        del load
        for needed in ("scipy.fft", "scipy.ndimage", "scipy.signal", "soundfile"):
            import_module(needed)  # now: in the middle of a run it would keep a cancel waiting
        self._font = soundfont.load()
        return {"precision": "fp32", "revision": soundfont.FILE.stem}

    def run(self, context: RunContext) -> Output:
        """Compose, play, mix; the master first, then stems and MIDI where they are asked for."""
        progress = _Progress(context)
        piece = self._composed(context)
        progress.report("composing", 1.0)
        wants_stems = bool(context.params.get("stems", False))
        shelf = mixing.Shelf(context.scratch)
        try:
            mix, curve = self._mixed(piece, context, progress, shelf if wants_stems else None)
            output = self._master(mix, piece, context)
            del mix
            more = self._stems(piece, shelf, curve, context, progress) if wants_stems else []
        finally:
            shelf.clear()
        if context.params.get("midi", False):
            with context.create("music.mid") as path:
                _write_midi(path, piece)
            more.append(Output(context.scratch / "music.mid", "midi", {"role": "midi"}))
        context.progress("mixing", 1.0)
        return Output(output.path, "audio", output.facts, more=tuple(more))

    def play(self, piece: Piece) -> Sound:
        """Play a piece without a job; for the check of an installation."""
        bus = mixing.new_bus(mixing.frames_of(piece.score.seconds))
        for part in piece.score.parts:
            mixing.render(part, [bus], self._font, _alone)
        mix = mixing.finish_bus(bus, piece.style, _alone)
        mixing.apply(mix, mixing.curve_of(mix, piece.score, piece.style, _alone), _alone)
        return mix

    def _composed(self, context: RunContext) -> Piece:
        params = context.params
        order = Order(
            style=str(params.get("style", "")),
            seconds=float(params.get("duration", 60.0)),
            bpm=_tempo(float(params.get("bpm", 0.0))),
            key=str(params.get("key", "")),
            lyrics=str(context.inputs.get("text", "")),
            intensity=float(params.get("intensity", 0.5)),
            seed=context.seed,
        )
        try:
            piece = composing.compose(order)
        except theory.KeyProblem as e:
            raise UserMistake(str(e), theory.key_hint()) from e
        for note in piece.notes:
            context.note(note)
        return piece

    def _mixed(
        self, piece: Piece, context: RunContext, progress: _Progress, shelf: mixing.Shelf | None
    ) -> tuple[Sound, mixing.Curve]:
        frames = mixing.frames_of(piece.score.seconds)
        bus = mixing.new_bus(frames)
        parts = piece.score.parts
        context.scratch.mkdir(parents=True, exist_ok=True)
        for number, part in enumerate(parts):
            step = progress.within("playing", number / len(parts), 1 / len(parts))
            alone = mixing.new_bus(frames) if shelf else None
            mixing.render(part, [bus, alone] if alone else [bus], self._font, step)
            if shelf and alone:
                shelf.put(mixing.finish_bus(alone, piece.style, step))
        step = progress.within("mixing", 0.0, 0.5)
        mix = mixing.finish_bus(bus, piece.style, step)
        del bus
        curve = mixing.curve_of(mix, piece.score, piece.style, progress.within("mixing", 0.5, 0.4))
        mixing.apply(mix, curve, progress.within("mixing", 0.9, 0.1))
        return mix, curve

    def _master(self, mix: Sound, piece: Piece, context: RunContext) -> Output:
        import numpy as np

        loudest = float(np.abs(mix).max(initial=0.0))
        if not np.isfinite(loudest) or loudest < 0.01:
            raise BadNumbers("the mix is silent or not finite")
        score = piece.score
        facts = {
            "seconds": len(mix) / mixing.RATE,
            "sample_rate": mixing.RATE,
            "channels": 2,
            "tempo": round(score.bpm, 3),
            "key": score.key,
            "metre": f"{score.metre[0]}/{score.metre[1]}",
            "form": [{"name": s.name, "start": round(s.start, 3), "end": round(s.end, 3)} for s in score.sections],
            "style": piece.said,
        }
        return _sound("music.wav", mix, context, facts)

    def _stems(
        self, piece: Piece, shelf: mixing.Shelf, curve: mixing.Curve, context: RunContext, progress: _Progress
    ) -> list[Output]:
        """Write each part as it is heard in the mix: together they are the mix."""
        made: list[Output] = []
        parts = piece.score.parts
        for number, part in enumerate(parts):
            sound = shelf.take(number)
            mixing.apply(sound, curve, progress.within("stems", number / len(parts), 1 / len(parts)))
            name = re.sub(r"[^a-z0-9]+", "-", part.name.lower()).strip("-")
            made.append(_sound(f"stem-{number + 1}-{name}.wav", sound, context, {"role": "stem", "name": part.name}))
        return made


class _Progress:
    """One rising fraction over all stages, and the place where a cancel is heard."""

    def __init__(self, context: RunContext) -> None:
        self._context = context
        shares = dict(_SHARES)
        if not context.params.get("stems", False):
            del shares["stems"]
        whole, at = sum(shares.values()), 0.0
        self._spans: dict[str, tuple[float, float]] = {}
        for stage, share in shares.items():
            self._spans[stage] = (at, share / whole)
            at += share / whole

    def report(self, stage: str, fraction: float) -> None:
        """Say how far a stage is."""
        self._context.check_cancelled()
        start, share = self._spans[stage]
        self._context.progress(stage, min(0.999, start + share * fraction))

    def within(self, stage: str, start: float, share: float) -> Callable[[float], None]:
        """Return what reports a part of a stage; it never falls back."""
        reached = start

        def step(fraction: float) -> None:
            nonlocal reached
            reached = max(reached, start + share * fraction)
            self.report(stage, reached)

        return step


def _alone(fraction: float) -> None:
    """Nobody waits, nobody cancels."""


def _tempo(bpm: float) -> float:
    if bpm and not 40 <= bpm <= 240:
        raise UserMistake(
            f"A tempo of {bpm:g} is too far out.", "Choose 40 to 240 beats a minute, or 0 for the style's own."
        )
    return bpm


def _write_midi(path: Path, piece: Piece) -> None:
    score = piece.score
    marks = [(s.start, s.name) for s in score.sections]
    midi.write(path, score.parts, bpm=score.bpm, metre=score.metre, title=f"{piece.said}, {score.key}", markers=marks)


def _sound(name: str, samples: Sound, context: RunContext, facts: dict[str, Any]) -> Output:
    with context.create(name) as path:
        write_float_wav(path, samples.reshape(-1), rate=mixing.RATE, channels=2)
    return Output(context.scratch / name, "audio", facts)
