# pyright: basic, reportMissingImports=false
"""Stands in for the parts of torchaudio and torchcodec that our engines touch. Call `install` before they are imported.

The published torchaudio is built for one accelerator and does not even import beside a torch for another; what is
needed of it is little: reading a file, changing the rate, a mel spectrogram. This serves every accelerator. Results are
to be torchaudio's (BSD-2-Clause), whose way of changing the rate this follows; buffers are named as there, since
published checkpoints hold them. The worker's main thread.
"""

from __future__ import annotations

import math
import sys
import types
from collections.abc import Callable
from importlib.machinery import ModuleSpec
from typing import Any

import numpy as np
import soundfile
import torch

from studio.engines.shared.neural import absent

VERSION = "0.0+stand-in"
_ZEROS = 6  # crossings of the windowed sinc on each side
_ROLLOFF = 0.99  # of the lower rate's limit, where the filter ends
_ONLY_IMPORTED = ("Spectrogram", "TimeStretch", "FrequencyMasking", "TimeMasking")


def load(file: Any, *_more: Any, **_settings: Any) -> tuple[torch.Tensor, int]:
    """Read a sound file as channels by samples."""
    sound, rate = soundfile.read(str(file), dtype="float32", always_2d=True)
    return torch.from_numpy(np.ascontiguousarray(sound.T)), int(rate)


def resample(
    waveform: torch.Tensor, orig_freq: int, new_freq: int, lowpass_filter_width: int = _ZEROS, rolloff: float = _ROLLOFF
) -> torch.Tensor:
    """Change the rate by band-limited interpolation, with torchaudio's defaults: a sinc under a Hann window.

    With both rates divided by what they share, new sample m lies at m * old / new of the old ones; so there are `new`
    different filters, and each is moved on by `old` samples after it was used.
    """
    shared = math.gcd(int(orig_freq), int(new_freq))
    old, new = int(orig_freq) // shared, int(new_freq) // shared
    if old == new:
        return waveform
    edge = min(old, new) * rolloff
    reach = math.ceil(lowpass_filter_width * old / edge)
    sources = torch.arange(-reach, reach + old, dtype=torch.float64) / old
    places = torch.arange(new, dtype=torch.float64)[:, None] / new
    distance = (edge * (sources - places)).clamp(-lowpass_filter_width, lowpass_filter_width)
    window = torch.cos(math.pi * distance / (2 * lowpass_filter_width)).square()
    filters = (edge / old * torch.sinc(distance) * window)[:, None].to(waveform)
    length = waveform.shape[-1]
    rows = torch.nn.functional.pad(waveform.reshape(-1, 1, length), (reach, reach + old))
    made = torch.nn.functional.conv1d(rows, filters, stride=old).transpose(1, 2).flatten(1)
    return made[:, : math.ceil(new * length / old)].reshape(*waveform.shape[:-1], -1)


class Resample(torch.nn.Module):
    """`resample` with the rates kept."""

    def __init__(self, orig_freq: int = 16000, new_freq: int = 16000, **_settings: Any) -> None:
        super().__init__()
        self.orig_freq, self.new_freq = orig_freq, new_freq

    def forward(self, waveform: torch.Tensor) -> torch.Tensor:
        """Change the rate."""
        return resample(waveform, self.orig_freq, self.new_freq)


class _Spectrogram(torch.nn.Module):
    """Holds the window under the name that checkpoints know."""

    window: torch.Tensor

    def __init__(self, window: torch.Tensor) -> None:
        super().__init__()
        self.register_buffer("window", window)


class _MelScale(torch.nn.Module):
    """Holds the mel filters under the name that checkpoints know."""

    fb: torch.Tensor

    def __init__(self, filters: torch.Tensor) -> None:
        super().__init__()
        self.register_buffer("fb", filters)


class MelSpectrogram(torch.nn.Module):
    """Mel spectrograms, in torchaudio's order of arguments; only what XTTS and its like use."""

    def __init__(
        self, sample_rate: int = 16000, n_fft: int = 400, win_length: int | None = None, hop_length: int | None = None,
        f_min: float = 0.0, f_max: float | None = None, pad: int = 0, n_mels: int = 128,
        window_fn: Callable[..., torch.Tensor] = torch.hann_window, power: float = 2.0, **more: Any,
    ) -> None:  # fmt: skip
        super().__init__()
        known = {"normalized", "wkwargs", "norm", "mel_scale", "center", "pad_mode"}
        if pad or more.get("normalized") or more.get("center") is False or not known.issuperset(more):
            raise NotImplementedError(f"MelSpectrogram: the stand-in for torchaudio does not know pad={pad}, {more}")
        from transformers.audio_utils import mel_filter_bank

        width = win_length or n_fft
        self.n_fft, self.hop_length, self.power = n_fft, hop_length or width // 2, power
        self.pad_mode = str(more.get("pad_mode", "reflect"))
        filters = mel_filter_bank(
            n_fft // 2 + 1, n_mels, f_min, f_max or sample_rate / 2, sample_rate, norm=more.get("norm"),
            mel_scale=more.get("mel_scale", "htk"),
        )  # fmt: skip
        self.spectrogram = _Spectrogram(window_fn(width, **(more.get("wkwargs") or {})))
        self.mel_scale = _MelScale(torch.from_numpy(np.asarray(filters, np.float32)))

    def forward(self, waveform: torch.Tensor) -> torch.Tensor:
        """Return mel bands by frames."""
        window = self.spectrogram.window
        spectrum = torch.stft(
            waveform.reshape(-1, waveform.shape[-1]), self.n_fft, self.hop_length, window.shape[0], window,
            center=True, pad_mode=self.pad_mode, return_complex=True,
        )  # fmt: skip
        bands = (spectrum.abs() ** self.power).transpose(-1, -2) @ self.mel_scale.fb
        made = bands.transpose(-1, -2)
        return made.reshape(*waveform.shape[:-1], *made.shape[-2:])


class AmplitudeToDB(torch.nn.Module):
    """Powers as decibels."""

    def __init__(self, stype: str = "power", top_db: float | None = None) -> None:
        super().__init__()
        if stype != "power" or top_db is not None:
            raise NotImplementedError(f"AmplitudeToDB: the stand-in for torchaudio does not know {stype}, {top_db}")

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Return ten times the logarithm, of at least 1e-10."""
        return 10 * torch.log10(x.clamp(min=1e-10))


def install() -> None:
    """Put the stand-ins where `import torchaudio` and a search for torchcodec find them."""
    audio, functional, transforms = (
        _module("torchaudio", package=True), _module("torchaudio.functional"), _module("torchaudio.transforms"),
    )  # fmt: skip
    _module("torchcodec")
    vars(functional).update(resample=resample)
    unused = {name: absent.refuse(f"torchaudio.transforms.{name}", "only imported") for name in _ONLY_IMPORTED}
    vars(transforms).update(
        unused, Resample=Resample, MelSpectrogram=MelSpectrogram, AmplitudeToDB=AmplitudeToDB
    )  # fmt: skip
    vars(audio).update(load=load, functional=functional, transforms=transforms, __version__=VERSION)


def _module(name: str, *, package: bool = False) -> types.ModuleType:
    module = types.ModuleType(name, __doc__)
    module.__spec__ = ModuleSpec(name, None, is_package=package)
    if package:
        module.__path__ = []
    sys.modules[name] = module
    return module
