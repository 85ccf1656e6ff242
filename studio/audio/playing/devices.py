"""Sound devices: PortAudio, and miniaudio where that is missing or cannot; on WSL2 the other way round. One thread.

A device's name says which library drives it, so that it means the same one next time: `portaudio:ALSA:default`,
`miniaudio:Speakers`. An empty name is whatever the system thinks best.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any, Protocol, TypeVar

import numpy as np

from studio import paths
from studio.audio.playing.outlet import Outlet
from studio.audio.playing.sinks import ClockSink, Sink
from studio.store import atomic
from studio.worker.failures import UserMistake

_LATENCY = 0.1  # seconds asked for; what is granted is another matter
_BLOCK = 1 / 47  # seconds that a device asks for at a time: 1024 frames at 48 kHz
_LONGEST_DELAY = 5.0  # seconds; more is no time but nonsense
_MINIAUDIO_PERIOD, _MINIAUDIO_PERIODS = 100, 3  # milliseconds, and how many of them; with less there were gaps
_PORTAUDIO, _MINIAUDIO = "portaudio", "miniaudio"
Taken = Callable[[np.ndarray], None]
_Opened = TypeVar("_Opened")


class DeviceError(Exception):
    """A library could not open a device; the text says why."""


class Input(Protocol):
    """A microphone that is heard until `close`."""

    name: str  # for people

    def close(self) -> None:
        """End it."""


def open_sink(name: str, rate: int) -> Sink:
    """Open where the sound goes; raise UserMistake where nothing can be opened."""
    if name == "null":
        return ClockSink(rate)
    if name.startswith("wav:"):
        file = Path(name.removeprefix("wav:"))
        try:
            return ClockSink(rate, file)
        except OSError as e:
            told = atomic.explain(e, f"{file} cannot be played into")
            raise UserMistake(told.message, told.hint) from e
    openers: dict[str, Callable[[str, int], Sink]] = {_PORTAUDIO: _PortAudioSink, _MINIAUDIO: _MiniaudioSink}
    return _open(openers, name, rate, "No sound device could be opened")


def open_input(name: str, rate: int, channels: int, taken: Taken) -> Input:
    """Open a microphone; `taken` gets what it hears, in the device's thread."""
    openers: dict[str, Callable[[str, int], Input]] = {
        _PORTAUDIO: lambda device, rate: _PortAudioInput(device, rate, channels, taken),
        _MINIAUDIO: lambda device, rate: _MiniaudioInput(device, rate, channels, taken),
    }
    return _open(openers, name, rate, "There is no microphone that could be opened")


def listed() -> list[dict[str, Any]]:
    """Return the devices there are: name, title, kind and whether the system prefers it."""
    found: list[dict[str, Any]] = []
    for library in _order(""):
        try:
            found = _portaudio_devices() if library == _PORTAUDIO else _miniaudio_devices()
        except DeviceError:
            continue
        if found:
            break
    return found


def _open(openers: dict[str, Callable[[str, int], _Opened]], name: str, rate: int, what: str) -> _Opened:
    reasons: list[str] = []
    for library in _order(name):
        try:
            return openers[library](name.removeprefix(f"{library}:"), rate)
        except DeviceError as e:
            reasons.append(f"{library}: {e}")
    raise UserMistake(f"{what}: {'; '.join(reasons)}.", _hint())


def _order(name: str) -> tuple[str, ...]:
    library = name.partition(":")[0]
    if library in {_PORTAUDIO, _MINIAUDIO}:
        return (library,)
    return (_MINIAUDIO, _PORTAUDIO) if paths.is_wsl() else (_PORTAUDIO, _MINIAUDIO)


def _hint() -> str:
    if sys.platform == "linux":
        return (
            "Plug one in, or start the sound server. PortAudio comes with "
            "`sudo apt install libportaudio2 libasound2-plugins`. `STUDIO_AUDIO_SINK=wav:FILE` plays into a file."
        )
    return "Plug one in, and allow its use in the system's settings."


class _PortAudioSink:
    """A device through PortAudio."""

    def __init__(self, device: str, rate: int) -> None:
        sd = _sounddevice()
        self._outlet: Outlet | None = None
        try:
            self._stream = sd.OutputStream(
                samplerate=rate, channels=2, dtype="float32", blocksize=round(rate * _BLOCK), latency=_LATENCY,
                device=_portaudio_index(sd, device, "output"), callback=self._fill,
            )  # fmt: skip
        except (sd.PortAudioError, ValueError) as e:
            raise DeviceError(_reason(e)) from e
        self.name = str(sd.query_devices(self._stream.device)["name"])

    @property
    def latency(self) -> float:
        """As the stream says."""
        return float(self._stream.latency)

    def start(self, outlet: Outlet) -> None:
        """Begin to pull."""
        self._outlet = outlet
        self._stream.start()

    def close(self) -> None:
        """End it, without waiting for what is in the device."""
        self._stream.abort(ignore_errors=True)
        self._stream.close(ignore_errors=True)

    def _fill(self, out: np.ndarray, _frames: int, when: Any, status: Any) -> None:
        if status.output_underflow and self._outlet:
            self._outlet.ran_dry()
        # Some systems do not say when; then the stream's own latency is as near as one gets.
        delay = when.outputBufferDacTime - when.currentTime if when.currentTime > 0.0 else 0.0
        if self._outlet:
            self._outlet.pull(out, delay if 0.0 < delay < _LONGEST_DELAY else self.latency)


class _PortAudioInput:
    """A microphone through PortAudio."""

    def __init__(self, device: str, rate: int, channels: int, taken: Taken) -> None:
        sd = _sounddevice()
        self._taken = taken
        try:
            self._stream = sd.InputStream(
                samplerate=rate, channels=channels, dtype="float32", latency=_LATENCY,
                device=_portaudio_index(sd, device, "input"), callback=self._hear,
            )  # fmt: skip
            self._stream.start()
        except (sd.PortAudioError, ValueError) as e:
            raise DeviceError(_reason(e)) from e
        self.name = str(sd.query_devices(self._stream.device)["name"])

    def close(self) -> None:
        """End it; what was heard so far has been passed on."""
        self._stream.stop(ignore_errors=True)
        self._stream.close(ignore_errors=True)

    def _hear(self, data: np.ndarray, _frames: int, _when: Any, _status: Any) -> None:
        self._taken(data)


class _MiniaudioSink:
    """A device through miniaudio."""

    def __init__(self, device: str, rate: int) -> None:
        import miniaudio

        self._outlet: Outlet | None = None
        try:
            found = _miniaudio_device(device, "output")
            self._device = miniaudio.PlaybackDevice(
                miniaudio.SampleFormat.FLOAT32, 2, rate, _MINIAUDIO_PERIOD,
                found["id"] if found else None, _MINIAUDIO_PERIODS, _backends(), app_name="Angen Studio",
            )  # fmt: skip
        except miniaudio.MiniaudioError as e:
            raise DeviceError(_reason(e)) from e
        self.name = str(found["name"]) if found else self._device.backend

    @property
    def latency(self) -> float:
        """miniaudio does not say; it fills all its periods at the start."""
        return _MINIAUDIO_PERIOD * _MINIAUDIO_PERIODS / 1000

    def start(self, outlet: Outlet) -> None:
        """Begin to pull."""
        frames = self._frames(outlet)
        next(frames)
        self._device.start(frames)

    def close(self) -> None:
        """End it."""
        self._device.close()

    def _frames(self, outlet: Outlet) -> Generator[Any, int, None]:
        block = np.zeros((1 << 16, 2), np.float32)
        wanted = yield b""
        while True:
            outlet.pull(block[:wanted], self.latency)
            wanted = yield block[:wanted]


class _MiniaudioInput:
    """A microphone through miniaudio."""

    def __init__(self, device: str, rate: int, channels: int, taken: Taken) -> None:
        import miniaudio

        try:
            found = _miniaudio_device(device, "input")
            self._device = miniaudio.CaptureDevice(
                miniaudio.SampleFormat.FLOAT32, channels, rate, _MINIAUDIO_PERIOD,
                found["id"] if found else None, _MINIAUDIO_PERIODS, _backends(), app_name="Angen Studio",
            )  # fmt: skip
            hear = self._hear(channels, taken)
            next(hear)
            self._device.start(hear)
        except miniaudio.MiniaudioError as e:
            raise DeviceError(_reason(e)) from e
        self.name = str(found["name"]) if found else self._device.backend

    def close(self) -> None:
        """End it."""
        self._device.close()

    def _hear(self, channels: int, taken: Taken) -> Generator[None, Any, None]:
        while True:
            data = yield
            taken(np.frombuffer(data, np.float32).reshape(-1, channels))


def _sounddevice() -> Any:
    """Load PortAudio; it is a library of the system's, and on Linux it may be missing."""
    try:
        import sounddevice
    except OSError as e:
        raise DeviceError(_reason(e)) from e
    return sounddevice


def _portaudio_index(sd: Any, device: str, kind: str) -> int | None:
    if not device:
        return None
    for number, (name, found) in enumerate(_portaudio_named(sd)):
        if name == device and found[f"max_{kind}_channels"]:
            return number
    raise DeviceError(f"there is no {device!r} any more")


def _portaudio_named(sd: Any) -> list[tuple[str, dict[str, Any]]]:
    systems = sd.query_hostapis()
    return [(f"{systems[found['hostapi']]['name']}:{found['name']}", found) for found in sd.query_devices()]


def _portaudio_devices() -> list[dict[str, Any]]:
    sd = _sounddevice()
    chosen = {kind: _default(sd, kind) for kind in ("output", "input")}
    return [
        {
            "name": f"{_PORTAUDIO}:{name}", "title": found["name"], "kind": kind,
            "default": number == chosen[kind],
        }
        for number, (name, found) in enumerate(_portaudio_named(sd))
        for kind in ("output", "input")
        if found[f"max_{kind}_channels"]
    ]  # fmt: skip


def _default(sd: Any, kind: str) -> int:
    return int(sd.default.device[0 if kind == "input" else 1])


def _backends() -> list[Any]:
    """All that lead to a device: miniaudio's last resort plays to nobody, and says nothing."""
    import miniaudio

    return [backend for backend in miniaudio.Backend if backend.name not in {"NULL", "CUSTOM"}]


def _miniaudio_found(kind: str) -> list[dict[str, Any]]:
    import miniaudio

    try:
        devices = miniaudio.Devices(_backends())
        return devices.get_playbacks() if kind == "output" else devices.get_captures()
    except miniaudio.MiniaudioError as e:
        raise DeviceError(_reason(e)) from e


def _miniaudio_device(device: str, kind: str) -> dict[str, Any] | None:
    found = _miniaudio_found(kind)
    if not found:
        raise DeviceError("there is none")
    if not device:
        return None
    named = next((one for one in found if one["name"] == device), None)
    if named is None:
        raise DeviceError(f"there is no {device!r} any more")
    return named


def _miniaudio_devices() -> list[dict[str, Any]]:
    return [
        {"name": f"{_MINIAUDIO}:{found['name']}", "title": found["name"], "kind": kind, "default": number == 0}
        for kind in ("output", "input")
        for number, found in enumerate(_miniaudio_found(kind))
    ]


def _reason(error: Exception) -> str:
    return " ".join(str(error).split()) or type(error).__name__
