"""What to tell somebody about a recording of a voice, in words and with what to do. Pure; any thread.

Advice of the level `error` means that no likeness should be made from it; a `warning`, that it will be worse.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from studio.audio.reference_choice import Choice, Voices
from studio.audio.reference_frames import Frames
from studio.audio.reference_speech import SILENT_DB, Speech

TOO_SHORT, SHORT = 3.0, 5.0  # seconds of speech
_BURIED_DB, _NOISY_DB = 3.0, 15.0
_CLIPPED = 0.0005  # share of samples
_QUIET_DB = -45.0
_NARROW_DB = -45.0  # what lies above 4,000 Hz against what lies below, in sharp sounds
_BETTER = "Record 5 to 15 seconds of one person in a quiet room"


@dataclass(frozen=True)
class Advice:
    """One thing to know."""

    level: str  # "error", "warning" or "info"
    code: str
    text: str
    hint: str = ""


def without_speech(frames: Frames, name: str) -> list[Advice]:
    """Say why nothing can be made of a recording in which nobody was heard to speak."""
    again = f"{_BETTER}, or choose another file."
    if float(np.percentile(frames.speech_db, 99, method="lower")) < SILENT_DB and frames.power.max() < 1e-6:
        return [Advice("error", "silence", f"{name} is silent.", again)]
    if frames.seconds < 1.0:
        said = f"{name} lasts {frames.seconds:.1f} s, which is too short to hear a voice in."
        return [Advice("error", "too_short", said, again)]
    said = f"No speech was found in {name}: it sounds like noise, music or something else."
    return [Advice("error", "no_speech", said, again)]


def advise(frames: Frames, speech: Speech, voices: Voices, choice: Choice, name: str) -> list[Advice]:
    """Say what is worth knowing, the worst first."""
    found = [
        *_about_length(frames, choice, name),
        *_about_noise(choice, name),
        *_about_voices(voices, choice, name),
        *_about_sound(frames, speech, choice, name),
    ]
    return sorted(found, key=lambda advice: ("error", "warning", "info").index(advice.level))


def _about_length(frames: Frames, choice: Choice, name: str) -> list[Advice]:
    spoken = choice.speech
    if spoken < TOO_SHORT:
        said = f"{name} holds only {spoken:.1f} s of speech in one piece; at least {TOO_SHORT:.0f} s are needed."
        return [Advice("error", "too_short", said, f"{_BETTER}.")]
    if spoken < SHORT:
        said = f"{name} holds only {spoken:.1f} s of speech in one piece; the likeness will be rough."
        return [Advice("warning", "short", said, f"{_BETTER}.")]
    if frames.seconds > choice.seconds + 5.0:
        start, end = (_clock(moment / 50) for moment in (choice.start, choice.end))
        said = f"Of {name} the clearest {choice.seconds:.1f} s were taken, from {start} to {end}."
        return [Advice("info", "part_picked", said, "To choose yourself, cut out that part and give it alone.")]
    return []


def _about_noise(choice: Choice, name: str) -> list[Advice]:
    if choice.snr_db < _BURIED_DB:
        said = f"In {name} the voice is hardly louder than the noise ({choice.snr_db:.0f} dB)."
        return [Advice("error", "noisy", said, f"{_BETTER}, or clean it first with `studio clean`.")]
    if choice.snr_db < _NOISY_DB:
        said = f"{name} is noisy: the voice is {choice.snr_db:.0f} dB above the noise."
        return [Advice("warning", "noisy", said, "Clean it with `studio clean`, or record it in a quieter place.")]
    return []


def _about_voices(voices: Voices, choice: Choice, name: str) -> list[Advice]:
    if not voices.two:
        return []
    part = voices.who[choice.start : choice.end]
    known = part[part >= 0]
    mixed = len(known) and 0.1 < float(known.mean()) < 0.9
    said = f"{name} seems to hold two voices."
    if not mixed:
        said = f"{name} seems to hold two voices; a part with one of them was taken."
    return [Advice("warning", "two_speakers", said, "Give a recording in which one person speaks.")]


def _about_sound(frames: Frames, speech: Speech, choice: Choice, name: str) -> list[Advice]:
    found: list[Advice] = []
    if choice.clipped > _CLIPPED:
        said = f"{name} is overdriven: {100 * choice.clipped:.1f} % of its samples are cut off."
        found.append(Advice("warning", "clipped", said, "Record it again at a lower level."))
    part = slice(choice.start, choice.end)
    spoken = speech.spoken[part]
    bands = frames.bands[part][spoken].astype(np.float64) + 1e-12
    if not len(bands):
        return found
    level = 10 * np.log10(bands.sum(axis=1).mean())
    if level < _QUIET_DB:
        said = f"{name} is very quiet ({level:.0f} dB); it was made louder, its noise as well."
        found.append(Advice("warning", "quiet", said, "Record it nearer to the microphone."))
    high, low = (float(np.percentile(bands[:, edges].sum(axis=1), 90)) for edges in (slice(8, 10), slice(1, 7)))
    if 10 * np.log10(high / low) < _NARROW_DB:
        said = f"{name} holds nothing above 4,000 Hz, as on the telephone; the voice will sound dull."
        found.append(Advice("warning", "narrow_band", said, "Use a recording of full quality."))
    return found


def _clock(seconds: float) -> str:
    minutes, rest = divmod(seconds, 60)
    hours, minutes = divmod(int(minutes), 60)
    return f"{hours}:{minutes:02}:{rest:04.1f}" if hours else f"{minutes}:{rest:04.1f}"
