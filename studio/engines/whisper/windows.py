"""Where there is speech in a long sound: windows short enough to be heard at once, cut where nobody speaks.

The sound may be hours long and lie on disk: a minute is looked at at a time, and what is cut off at its end waits for
the next.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Sound = NDArray[np.float32]

Span = tuple[int, int]
"""Begin and end, in samples."""
FindSpeech = Callable[["Sound"], list[Span]]

RATE = 16000
LONGEST = 15 * RATE  # keeps a window's work well under a second, so that a cancel is heard
_BLOCK = 60 * RATE
_NEAR = RATE  # speech this near to a block's end may go on in the next
_GAP = RATE  # a longer silence ends a window
_PEAK = 0.5
_MOST_GAIN = 30.0


def of_speech(sound: Sound, find: FindSpeech) -> Iterator[Span]:
    """Yield the windows in their order; they do not overlap."""
    begin = 0
    while begin < sound.size:
        end = min(begin + _BLOCK, sound.size)
        found = [(begin + a, begin + b) for a, b in find(_levelled(sound[begin:end]))]
        after = end
        if end < sound.size:
            after = end - _NEAR
            if found and found[-1][1] > after and found[-1][0] > begin:
                after = found.pop()[0]
        yield from packed(found)
        begin = max(after, found[-1][1] if found else 0)


def packed(spans: list[Span]) -> Iterator[Span]:
    """Join neighbours as long as a window takes them, and cut what is too long for one."""
    begin = end = -1
    for first, last in spans:
        if begin >= 0 and first - end <= _GAP and last - begin <= LONGEST:
            end = last
            continue
        if begin >= 0:
            yield from _cut(begin, end)
        begin, end = first, last
    if begin >= 0:
        yield from _cut(begin, end)


def silero(sound: Sound) -> list[Span]:
    """Find speech with the detector that comes with faster_whisper, which must have been imported before."""
    from faster_whisper.vad import VadOptions, get_speech_timestamps

    options = VadOptions(min_silence_duration_ms=200, speech_pad_ms=200, max_speech_duration_s=LONGEST / RATE - 1)
    return [(int(found["start"]), int(found["end"])) for found in get_speech_timestamps(sound, options)]


def _cut(begin: int, end: int) -> Iterator[Span]:
    while end - begin > LONGEST:
        yield begin, begin + LONGEST
        begin += LONGEST
    if end > begin:
        yield begin, end


def _levelled(sound: Sound) -> Sound:
    """Bring quiet recordings to a level at which the detector hears them."""
    import numpy as np

    copy = np.clip(np.nan_to_num(np.array(sound, np.float32)), -1.0, 1.0)
    peak = float(np.abs(copy).max(initial=0.0))
    gain = min(_MOST_GAIN, _PEAK / peak) if peak > 0 else 1.0
    return copy * np.float32(max(1.0, gain))
