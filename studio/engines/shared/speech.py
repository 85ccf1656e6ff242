"""The way of every engine for speech: sentence by sentence, each kept when it is finished, joined with exact pauses.

Standard library; the worker's main thread. With `workers`, pieces are made on threads of their own.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from studio.engines.shared.ahead import Ahead
from studio.protocol import float_wav as wav
from studio.worker.context import RunContext
from studio.worker.failures import BadNumbers, CancelledRun
from studio.worker.runner import Output

STAGE = "speaking"
MASTER = "master.wav"
_SILENT = 1e-5  # a peak below -100 dB
_UNSPOKEN_SECONDS = 0.1
_LOOK = 0.05  # seconds between looks for a cancel


@dataclass(frozen=True)
class Piece:
    """A sentence to speak. `begin` and `end` are its place in the whole work, as fractions, for progress.

    For an engine that speaks dialogue it is a stretch of several `turns`; `carriers` are the keys of earlier stretches
    from which its voices can be taken.
    """

    key: str
    text: str
    voice: str
    language: str
    seed: int
    line: int
    before: float  # seconds of silence
    number: int
    begin: float
    end: float
    turns: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    carriers: list[str] = field(default_factory=list[str])


Make = Callable[[Piece], wav.Samples | wav.FloatWav | None]
"""Makes a piece, or returns one that it gave to `keep`; None when nothing in it can be spoken."""


def pieces_of(context: RunContext) -> list[Piece]:
    """Return the sentences of a run in their order."""
    given: list[dict[str, Any]] = context.inputs["pieces"]
    total = sum(len(p["text"]) + 1 for p in given)
    pieces: list[Piece] = []
    done = 0
    for number, p in enumerate(given):
        begin, done = done / total, done + len(p["text"]) + 1
        pieces.append(Piece(**p, number=number, begin=begin, end=done / total))
    return pieces


def speak(
    context: RunContext,
    make: Make,
    *,
    rate: int,
    workers: int = 0,
    stop: Callable[[], None] | None = None,
    ahead: Ahead | None = None,
) -> Output:
    """Make what is missing, join all into the master.

    With `workers`, so many pieces are made at once, on threads; what comes of them is the same. `stop` is called when
    the job is cancelled meanwhile: it should end the calls that are under way. Who listens hears each piece as soon as
    it is whole; an engine that knows the begin of one before adds that to `ahead`, while it makes pieces one by one.
    """
    pieces = pieces_of(context)
    ahead = ahead or Ahead(context, rate)
    files = (
        _side_by_side(context, make, pieces, ahead, rate=rate, workers=workers, stop=stop)
        if workers
        else _one_by_one(context, make, pieces, ahead, rate=rate)
    )
    context.check_cancelled()
    after = _samples(context.inputs["after"], rate)
    ahead.silence(after)
    ahead.end()
    silences = [_samples(piece.before, rate) for piece in pieces]
    with context.create(MASTER) as unfinished:
        spans = wav.join(unfinished, list(zip(silences, files, strict=True)), after=after, rate=rate)
    context.progress(STAGE, 1.0)
    seconds = (spans[-1].end if spans else 0) + after
    facts: dict[str, Any] = {
        "sample_rate": rate,
        "channels": 1,
        "seconds": seconds / rate,
        "pieces": [
            {"line": piece.line, "start": span.start / rate, "end": span.end / rate}
            for piece, span in zip(pieces, spans, strict=True)
        ],
    }
    return Output(context.scratch / MASTER, "audio", facts)


def _one_by_one(context: RunContext, make: Make, pieces: list[Piece], ahead: Ahead, *, rate: int) -> list[wav.FloatWav]:
    files: list[wav.FloatWav] = []
    for piece in pieces:
        context.check_cancelled()
        context.progress(STAGE, piece.begin)
        ahead.silence(_samples(piece.before, rate))
        files.append(_finished(context, piece, rate=rate) or _made(context, make, piece, rate=rate))
        _heard(ahead, files[-1])
    return files


def _side_by_side(
    context: RunContext,
    make: Make,
    pieces: list[Piece],
    ahead: Ahead,
    *,
    rate: int,
    workers: int,
    stop: Callable[[], None] | None,
) -> list[wav.FloatWav]:
    """Keep every piece as soon as it is made; look for a cancel all the time, while long calls run on the threads."""
    files: list[wav.FloatWav] = []
    found = [_finished(context, piece, rate=rate) for piece in pieces]
    pool = ThreadPoolExecutor(workers, thread_name_prefix="piece")
    try:
        made: dict[int, Future[wav.FloatWav]] = {
            piece.number: pool.submit(_made, context, make, piece, rate=rate)
            for piece, file in zip(pieces, found, strict=True)
            if file is None
        }
        for piece, file in zip(pieces, found, strict=True):
            ahead.silence(_samples(piece.before, rate))
            files.append(file or _awaited(context, piece, made[piece.number]))
            _heard(ahead, files[-1])
    except CancelledRun:
        if stop is not None:
            stop()
        raise
    finally:
        pool.shutdown(cancel_futures=True)
    return files


def _awaited(context: RunContext, piece: Piece, made: Future[wav.FloatWav]) -> wav.FloatWav:
    context.progress(STAGE, piece.begin)
    while not wait([made], _LOOK).done:
        context.check_cancelled()
    context.check_cancelled()
    return made.result()


def _heard(ahead: Ahead, piece: wav.FloatWav) -> None:
    if ahead.wanted:
        ahead.finish(wav.read_samples(piece.path))


def _finished(context: RunContext, piece: Piece, *, rate: int) -> wav.FloatWav | None:
    """The piece as an earlier run left it; a damaged one counts as missing."""
    file = context.finished_part(piece.key)
    if file is None:
        return None
    try:
        found = wav.read_float_wav(file)
    except (wav.WavError, OSError) as e:
        context.log(f"the kept piece of line {piece.line} is made again: {e}")
        return None
    return found if found.rate == rate and found.channels == 1 and found.frames else None


def _made(context: RunContext, make: Make, piece: Piece, *, rate: int) -> wav.FloatWav:
    samples = make(piece)
    if samples is None:
        context.note(f"Nothing in {piece.text[:40]!r} can be spoken; left silent.", line=piece.line)
        return _written(context, piece, bytes(_samples(_UNSPOKEN_SECONDS, rate) * wav.SAMPLE_BYTES), rate=rate)
    return samples if isinstance(samples, wav.FloatWav) else keep(context, piece, samples, rate=rate)


def keep(context: RunContext, piece: Piece, samples: wav.Samples, *, rate: int) -> wav.FloatWav:
    """Write a piece that is whole and hand it over; an engine that makes several at once does so with each itself."""
    made = _written(context, piece, _sound(samples, piece), rate=rate)
    context.keep_part(piece.key, made.path)
    return made


def _written(context: RunContext, piece: Piece, samples: wav.Samples, *, rate: int) -> wav.FloatWav:
    name = f"piece-{piece.number:05}.wav"
    with context.create(name) as unfinished:
        wav.write_float_wav(unfinished, samples, rate=rate)
    file: Path = context.scratch / name
    return wav.read_float_wav(file)


def _sound(samples: wav.Samples, piece: Piece) -> memoryview[float]:
    """Return the samples when they are a sound."""
    view = wav.as_view(samples)
    if view.nbytes == 0:
        raise BadNumbers(f"line {piece.line}: the model made no sound")
    # A sum of doubles cannot overflow from float32, so it is finite exactly when all samples are.
    if not math.isfinite(sum(view)):
        raise BadNumbers(f"line {piece.line}: the sound holds values that are not finite")
    if all(-_SILENT < sample < _SILENT for sample in view):  # mostly the first few samples tell
        raise BadNumbers(f"line {piece.line}: the sound is silent throughout")
    return view


def _samples(seconds: float, rate: int) -> int:
    return round(seconds * rate)
