"""Presets: what a destination asks of a sound file. Pure; any thread."""

from __future__ import annotations

from dataclasses import dataclass

from studio.errors import StudioError


@dataclass(frozen=True)
class Preset:
    """A destination. None means that it does not care."""

    id: str
    title: str
    loudness: float | None = None  # LUFS
    peak: float | None = None  # dBTP
    rms: float | None = None  # dB; the loudness is then chosen so that this comes out
    kind: str = "wav"
    bits: int = 24
    bitrate: int = 192  # kbit/s, where the format has one
    rate: int | None = None  # Hz
    channels: int = 2
    chapters: bool = True


NONE = Preset("", "As it is mixed")
PRESETS: dict[str, Preset] = {
    preset.id: preset
    for preset in (
        Preset("podcast", "Podcast", loudness=-16.0, peak=-1.0, kind="mp3"),
        # One channel: books are mono, and the figures that are asked for are then free of doubt.
        Preset("acx", "Audiobook (ACX)", peak=-3.0, rms=-20.0, kind="mp3", rate=44_100, channels=1, chapters=False),
        Preset("ebu", "Broadcast (EBU R 128)", loudness=-23.0, peak=-1.0),
        Preset("music", "Music", loudness=-14.0, peak=-1.0),
        Preset("draft", "Draft", bits=16, bitrate=128),
    )
}


def preset(name: str) -> Preset:
    """Return a preset; the empty name is none."""
    if not name:
        return NONE
    if name not in PRESETS:
        raise StudioError(f"There is no preset {name!r}.", f"Use one of: {', '.join(PRESETS)}.")
    return PRESETS[name]
