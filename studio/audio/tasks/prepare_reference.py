"""The task `prepare_reference`: from any recording, the 5 to 15 seconds that show a voice best, ready for an engine.

The file is decoded twice, block by block: to find out what it is like, and to take out the part. Without speech in it
there are facts and advice, and no sound. Somebody may say between which seconds (`within`) the part is to lie.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import scipy.signal

from studio.audio import kinds, loudness, reference_advice, reference_choice, reference_speech, streams
from studio.audio.levels import amplitude
from studio.audio.reading import Block
from studio.audio.reference_choice import Choice
from studio.audio.reference_frames import PER_SECOND, RATE, RUMBLE_HZ, Frames, Gatherer
from studio.audio.resampling import resampled
from studio.audio.streams import SoundStream
from studio.protocol import float_wav
from studio.worker.answers import facts_only, path_in
from studio.worker.context import RunContext
from studio.worker.failures import UserMistake
from studio.worker.runner import Output

NAME = "reference.wav"
LOUDNESS, PEAK_DB = -23.0, -3.0  # what comes out: in LUFS, and never above
_MOST_HOURS = 6  # looked at
_MOST_GAIN_DB = 60.0
_FADE = RATE // 100
_CANCELLED = 0.1  # channels that leave less of each other are opposed
_EDGE = 0.5  # seconds around the part, for the filters to settle in


def run(context: RunContext) -> Output:
    """Prepare `file`, called `name` in what is said."""
    path = path_in(context, "file")
    name = kinds.shown(Path(str(context.inputs.get("name") or path.name)))
    try:
        return _prepared(context, path, name)
    except UserMistake as e:  # the file may lie under a name of the studio's own
        raise UserMistake(str(e).replace(kinds.shown(path), name), e.hint) from e


def _prepared(context: RunContext, path: Path, name: str) -> Output:
    frames, channel = _looked_at(context, path)
    if not frames.seconds:
        raise UserMistake(f"{name} holds no sound.", kinds.CHOOSE)
    speech = reference_speech.find(frames)
    voices = reference_choice.listen_for_two(frames, speech)
    choice = reference_choice.choose(frames, speech, voices)
    facts: dict[str, Any] = {"source_seconds": frames.seconds, "source_speech_seconds": speech.seconds}
    if choice is None:
        advice = reference_advice.without_speech(frames, name)
        return facts_only(context, {**facts, "advice": [asdict(item) for item in advice]})
    advice = reference_advice.advise(frames, speech, voices, choice, name)
    sound = _finished(_taken_out(context, path, choice, channel))
    with context.create(NAME) as unfinished:
        float_wav.write_float_wav(unfinished, sound, rate=RATE)
    facts |= _figures(frames, speech, choice, _within(context)[0]) | {
        "seconds": len(sound) / RATE,
        "sample_rate": RATE,
        "channels": 1,
    }
    return Output(context.scratch / NAME, "audio", {**facts, "advice": [asdict(item) for item in advice]})


def _within(context: RunContext) -> tuple[float, float]:
    given = context.inputs.get("within")
    return (max(0.0, float(given[0])), float(given[1])) if given else (0.0, math.inf)


def _figures(frames: Frames, speech: reference_speech.Speech, choice: Choice, offset: float) -> dict[str, Any]:
    part = slice(choice.start, choice.end)
    voiced = speech.voiced[part]
    return {
        "start": offset + choice.start / PER_SECOND,
        "end": offset + min(choice.end / PER_SECOND, frames.seconds),
        "snr_db": round(choice.snr_db, 1),
        "clipped": round(choice.clipped, 6),
        "speech_share": round(choice.speech / max(choice.seconds, 1e-9), 3),
        "median_pitch": round(float(np.median(frames.pitch[part][voiced])), 1) if voiced.any() else 0.0,
    }


def _looked_at(context: RunContext, path: Path) -> tuple[Frames, int]:
    """Measure the whole file; return also which channel to use, -1 for all of them together."""
    frames, cancelled, loudest = _measured(context, path, -1)
    return (_measured(context, path, loudest)[0], loudest) if cancelled else (frames, -1)


def _measured(context: RunContext, path: Path, channel: int) -> tuple[Frames, bool, int]:
    with streams.opened(path, stop=lambda: context.cancelled) as stream:
        gatherer = Gatherer(stream.rate)
        powers = np.zeros(stream.channels)
        first, last = (moment * stream.rate for moment in _within(context))
        for block in _cut(_sound_of(context, stream), first, last):
            gatherer.add(block, _mono(block, channel))
            powers += np.square(block, dtype=np.float64).sum(axis=0)
            if gatherer.source_frames > _MOST_HOURS * 3600 * stream.rate:
                context.note(f"Only the first {_MOST_HOURS} hours were looked at.")
                break
            share = gatherer.source_frames / stream.claimed if stream.claimed else None
            context.progress("listening", None if share is None else min(0.95, 0.95 * share))
    opposed = channel < 0 and gatherer.power_of_mix < _CANCELLED * gatherer.power_of_channels
    # One of many channels alone is no cancelling: its own mean is small, but then so are the others'.
    opposed = opposed and gatherer.power_of_mix < _CANCELLED * float(powers.sum()) / len(powers) ** 2
    return gatherer.finish(), opposed, int(powers.argmax())


def _sound_of(context: RunContext, stream: SoundStream) -> Iterator[Block]:
    """Yield blocks until the end, or until something in the file is broken: what comes before is still a voice."""
    blocks, count = iter(stream.blocks), 0
    while True:
        context.check_cancelled()
        try:
            block = next(blocks, None)
        except UserMistake as e:
            if not count:
                raise
            context.note(f"{e} What comes before was used.")
            return
        if block is None or not len(block):
            return
        count += len(block)
        yield np.clip(block, -10.0, 10.0)


def _cut(blocks: Iterator[Block], first: float, last: float) -> Iterator[Block]:
    """Pass on what lies between two frames."""
    at = 0
    for block in blocks:
        part = block[max(0, round(first) - at) : max(0, round(min(last, at + len(block))) - at)]
        at += len(block)
        if len(part):
            yield part
        if at >= last:
            return


def _mono(block: Block, channel: int) -> Block:
    if channel >= 0:
        return np.ascontiguousarray(block[:, channel : channel + 1])
    return block if block.shape[1] == 1 else block.mean(axis=1, keepdims=True, dtype=np.float32)


def _taken_out(context: RunContext, path: Path, choice: Choice, channel: int) -> Block:
    """Return the part at 24 kHz without rumble; where a file has no places, all before it is decoded again."""
    offset = _within(context)[0]
    begin, end = offset + choice.start / PER_SECOND, offset + choice.end / PER_SECOND
    with streams.opened(path, stop=lambda: context.cancelled) as stream:
        first = max(0, int((begin - _EDGE) * stream.rate))
        count = int((end + _EDGE) * stream.rate) - first
        if stream.sound is not None:
            source = stream.sound.read(first, count)
        else:
            source = _skipped_to(context, stream, first, count)
    sound = resampled(_mono(np.clip(source, -10.0, 10.0), channel), stream.rate, RATE)[:, 0]
    if not len(sound):
        raise UserMistake(f"{kinds.shown(path)} could not be read a second time.", "Export it anew.")
    cut = scipy.signal.butter(2, RUMBLE_HZ, "highpass", fs=RATE, output="sos")
    around = min(RATE // 4, max(0, len(sound) - 1))
    filtered = scipy.signal.sosfiltfilt(cut, sound, padlen=around)
    start = round(begin * RATE) - round(first / stream.rate * RATE)
    return filtered[start : start + round((end - begin) * RATE)].astype(np.float32)


def _skipped_to(context: RunContext, stream: SoundStream, first: int, count: int) -> Block:
    at, kept = 0, [np.zeros((0, stream.channels), np.float32)]
    for block in _sound_of(context, stream):
        kept.append(block[max(0, first - at) : max(0, first + count - at)])
        at += len(block)
        if at >= first + count:
            break
    return np.concatenate(kept)


def _finished(sound: Block) -> Block:
    """Bring it to the loudness that engines get, and let it begin and end without a click."""
    energies = loudness.segment_energies(sound[:, None], RATE)
    measured = loudness.integrated(energies)
    peak = float(np.abs(sound).max(initial=0.0))
    if peak > 0.0:
        wanted = amplitude(min(_MOST_GAIN_DB, LOUDNESS - measured)) if measured > loudness.SILENT else np.inf
        sound = sound * np.float32(min(wanted, amplitude(PEAK_DB) / peak, amplitude(_MOST_GAIN_DB)))
    fade = min(_FADE, len(sound) // 2)
    if fade:
        slope = (np.arange(fade, dtype=np.float32) + 0.5) / np.float32(fade)
        sound[:fade] *= slope
        sound[-fade:] *= slope[::-1]
    return np.ascontiguousarray(sound, np.float32)
