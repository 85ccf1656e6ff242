"""Makes a recording small: a lower rate where nothing is lost, an earlier loop, and fewer bits under what is heard."""

from __future__ import annotations

import io
from dataclasses import dataclass

import numpy as np
import soundfile
import soxr
from numpy.typing import NDArray

Sound = NDArray[np.float64]

RATES = (16000, 22050, 26000, 32000, 36000)
LOST = 10 ** (-5.6)  # the part of a recording's energy that may lie above half its new rate
_SHORTEST = 4000  # frames; what is shorter stays as it is, it costs nothing
_SHORTEST_BLENDED = 600  # frames; a shorter loop is a single wave that somebody has drawn
_BLEND = 0.006  # seconds
_BLOCK = 4096  # what the FLAC encoder takes at a time
_PART = 512
_NOISE = 10 ** (-56 / 20)  # of a block's level
_NOISE_OF_PART = 10 ** (-40 / 20)  # of the level of the block's quietest part
_AFTER = 8  # frames kept behind a loop, for the interpolation


@dataclass(frozen=True)
class Cut:
    """A recording as it is kept. `fade`: by how many dB a second what is looped goes on falling."""

    frames: Sound
    rate: float
    loop: tuple[int, int] | None
    fade: float


def cut(frames: Sound, rate: int, loop: tuple[int, int] | None, *, longest: float) -> Cut:
    """Shorten and resample; frames are from -1 to 1."""
    small = Cut(frames, float(rate), loop, 0.0)
    if loop is not None:
        small = _seamless(frames, rate, loop)
        if loop[1] > longest * rate * 1.25:
            small = _looped_earlier(frames, rate, int(longest * rate))
    elif frames.size > longest * rate:
        small = Cut(_faded(frames[: int(longest * rate)]), float(rate), None, 0.0)
    return _resampled(small) if small.frames.size >= _SHORTEST else small


def _seamless(frames: Sound, rate: int, loop: tuple[int, int]) -> Cut:
    """Blend a loop's end into what comes before its beginning; some of the original's loops have an audible step."""
    start, end = loop
    blend = min(int(_BLEND * rate), start, (end - start) // 4)
    kept = frames[: min(frames.size, end + _AFTER)].copy()
    if end - start >= _SHORTEST_BLENDED:
        weight = np.linspace(0.0, 1.0, blend)
        kept[end - blend : end] = kept[end - blend : end] * (1 - weight) + frames[start - blend : start] * weight
        kept[end:] = kept[start : start + kept.size - end]
    return Cut(kept, float(rate), loop, 0.0)


def packed(frames: Sound, rate: float) -> bytes:
    """Write as FLAC, with as few bits in each block as its loudness hides."""
    whole = np.round(frames * 32767.0)
    for at in range(0, whole.size, _BLOCK):
        block = whole[at : at + _BLOCK]
        step = _step(block)
        whole[at : at + _BLOCK] = np.clip(np.round(block / step) * step, -32768, 32767)
    out = io.BytesIO()
    soundfile.write(out, whole.astype(np.int16), round(rate), format="FLAC", subtype="PCM_16", compression_level=1.0)
    return out.getvalue()


def _step(block: Sound) -> float:
    parts = [np.sqrt(np.mean(block[at : at + _PART] ** 2)) for at in range(0, block.size, _PART)]
    noise = min(float(np.sqrt(np.mean(block**2))) * _NOISE, min(parts) * _NOISE_OF_PART)
    return 2.0 ** max(0, int(np.floor(np.log2(max(1.0, noise * np.sqrt(12))))))


def _resampled(small: Cut) -> Cut:
    """To the lowest rate that keeps what is heard; a loop stays a whole number of frames."""
    wanted = next((r for r in RATES if r >= 2.15 * _bandwidth(small)), small.rate)
    if wanted > 0.93 * small.rate:
        return small
    if small.loop is None:
        return Cut(soxr.resample(small.frames, small.rate, wanted, "VHQ"), float(wanted), None, small.fade)
    start, end = small.loop
    length = round((end - start) * wanted / small.rate)
    ratio = length / (end - start)
    turns = int(np.ceil(2000 / (end - start)))
    unrolled = np.concatenate([small.frames[:end], np.tile(small.frames[start:end], turns)])
    frames = soxr.resample(unrolled, 1.0, ratio, "VHQ")
    first = int(np.ceil(start * ratio))
    return Cut(frames[: first + length + _AFTER], small.rate * ratio, (first, first + length), small.fade)


def _bandwidth(small: Cut) -> float:
    power = np.abs(np.fft.rfft(small.frames * np.hanning(small.frames.size))) ** 2
    above = np.cumsum(power[::-1])[::-1] / max(float(power.sum()), 1e-30)
    return float(np.argmax(above < LOST)) * small.rate / small.frames.size


def _looped_earlier(frames: Sound, rate: int, end: int) -> Cut:
    """End a long recording early with a loop of our own that keeps on falling as the recording does."""
    fall = _fall(frames, rate, end)
    window = int(0.06 * rate)
    level = 10 ** (fall / 20 * (np.arange(end) - end) / rate)  # 1 at the end: what comes before was louder by this
    flat = frames[:end] * level
    lags = np.arange(int(0.1 * rate), int(0.45 * rate))
    tail = flat[end - window :]
    spread = flat[end - window - int(lags[-1]) : end]
    dots = np.correlate(spread, tail, "valid")[::-1][lags]
    energy = np.convolve(spread**2, np.ones(window), "valid")[::-1][lags]
    lag = int(lags[np.argmax(dots / np.sqrt(energy + 1e-9))])
    blend = np.linspace(0.0, 1.0, lag // 2)
    joined = frames[:end].copy()
    before = flat[end - lag - blend.size : end - lag]
    looped = flat[end - lag : end].copy()
    looped[-blend.size :] = looped[-blend.size :] * (1 - blend) + before * blend
    joined[end - lag :] = looped / level[end - lag]  # as loud as the recording is where the loop begins
    joined = np.concatenate([joined, joined[end - lag : end - lag + _AFTER]])
    return Cut(joined, float(rate), (end - lag, end), fall)


def _fall(frames: Sound, rate: int, end: int) -> float:
    """By how many dB a second the recording falls around a place."""
    step = rate // 10
    places = range(max(0, end - 6 * step), min(frames.size, end + 12 * step) - step, step)
    levels = [20 * np.log10(np.sqrt(np.mean(frames[at : at + step] ** 2)) + 1e-6) for at in places]
    slope = float(np.polyfit(np.arange(len(levels)) * step / rate, levels, 1)[0])
    return float(np.clip(-slope, 0.0, 40.0))


def _faded(frames: Sound) -> Sound:
    out = frames.copy()
    fade = min(out.size // 4, 4000)
    out[-fade:] *= np.linspace(1.0, 0.0, fade) ** 2
    return out
