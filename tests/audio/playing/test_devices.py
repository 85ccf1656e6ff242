"""Which library opens a device, and what is said when none can."""

from __future__ import annotations

from pathlib import Path

import pytest

from studio.audio.playing import devices
from studio.audio.playing.devices import DeviceError
from studio.audio.playing.sinks import ClockSink
from studio.worker.failures import UserMistake


@pytest.mark.parametrize(
    ("name", "portaudio", "miniaudio", "wsl", "asked"),
    [
        ("", True, True, False, ["p"]),
        ("", False, True, False, ["p", "m"]),
        ("", True, True, True, ["m"]),
        ("", True, False, True, ["m", "p"]),
        ("portaudio:ALSA:default", True, True, True, ["pALSA:default"]),
        ("miniaudio:Speakers: left", True, True, False, ["mSpeakers: left"]),
    ],
)
def test_the_libraries_are_tried_in_order(
    monkeypatch: pytest.MonkeyPatch, name: str, portaudio: bool, miniaudio: bool, wsl: bool, asked: list[str]
) -> None:
    order: list[str] = []

    def sink(mark: str, works: bool):
        def open_it(device: str, rate: int) -> ClockSink:
            order.append(mark + device)
            if not works:
                raise DeviceError("it is not there")
            return ClockSink(rate)

        return open_it

    monkeypatch.setattr(devices.paths, "is_wsl", lambda: wsl)
    monkeypatch.setattr(devices, "_PortAudioSink", sink("p", portaudio))
    monkeypatch.setattr(devices, "_MiniaudioSink", sink("m", miniaudio))
    assert isinstance(devices.open_sink(name, 48_000), ClockSink)
    assert order == asked


def test_where_nothing_opens_both_reasons_are_told_and_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(device: str, rate: int) -> ClockSink:
        raise DeviceError("it is not there")

    monkeypatch.setattr(devices, "_PortAudioSink", broken)
    monkeypatch.setattr(devices, "_MiniaudioSink", broken)
    monkeypatch.setattr(devices.sys, "platform", "linux")
    with pytest.raises(UserMistake, match=r"portaudio: it is not there; miniaudio: it is not there") as raised:
        devices.open_sink("", 48_000)
    assert "libportaudio2" in raised.value.hint


def test_portaudio_that_is_not_installed_is_a_reason_and_no_crash(monkeypatch: pytest.MonkeyPatch) -> None:
    import builtins

    real = builtins.__import__

    def without(name: str, *rest, **more):
        if name == "sounddevice":
            raise OSError("PortAudio library not found")
        return real(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(DeviceError, match="PortAudio library not found"):
        devices._sounddevice()


def test_a_device_that_is_gone_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(devices, "_miniaudio_found", lambda kind: [{"name": "Speakers", "id": 1}])
    with pytest.raises(DeviceError, match="'Headphones'"):
        devices._miniaudio_device("Headphones", "output")


def test_a_file_in_no_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UserMistake, match="cannot be played into"):
        devices.open_sink(f"wav:{tmp_path / 'no' / 'a.wav'}", 48_000)
