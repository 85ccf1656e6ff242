"""The stand-in for torchaudio, where torch is: held against other libraries and against what is known."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1200)]
ROOT = Path(__file__).parents[2]

CODE = """
import json, math, sys
import librosa, numpy as np, torch
from studio.engines.shared.neural import torchaudio_standin as standin
standin.install()
import importlib.util
import torchaudio
from torchaudio.transforms import MelSpectrogram, Resample, TimeMasking

found = {"spec": importlib.util.find_spec("torchcodec") is not None}
times = np.arange(44100) / 44100
tone = torch.from_numpy(np.sin(2 * np.pi * 440 * times).astype(np.float32))
for new in (22050, 48000, 16000):
    made = torchaudio.functional.resample(tone, 44100, new)
    wanted = np.sin(2 * np.pi * 440 * np.arange(made.shape[-1]) / new)
    found[str(new)] = [made.shape[-1], float(np.abs(made.numpy() - wanted)[300:-300].max())]
high = torch.from_numpy(np.sin(2 * np.pi * 15000 * times).astype(np.float32))
found["above"] = float(Resample(44100, 16000)(high)[300:-300].abs().max())
found["same"] = torchaudio.functional.resample(tone, 100, 100) is tone
found["shape"] = list(torchaudio.functional.resample(tone.reshape(1, 2, -1), 44100, 22050).shape)

settings = dict(n_fft=2048, hop_length=256, win_length=1024, power=2.0, n_mels=80)
noise = torch.randn(1, 22050, generator=torch.Generator().manual_seed(1))
mel = MelSpectrogram(22050, f_min=0, f_max=8000, norm="slaney", **settings)
reference = librosa.feature.melspectrogram(
    y=noise[0].numpy(), sr=22050, fmin=0, fmax=8000, htk=True, norm="slaney", center=True, pad_mode="reflect",
    window="hann", **settings)
found["mel"] = float(np.abs(mel(noise)[0].numpy() - reference).max() / reference.max())
found["keys"] = sorted(mel.state_dict())
found["decibels"] = float(torchaudio.transforms.AmplitudeToDB()(torch.tensor(100.0)))
for name, make in (("masking", lambda: TimeMasking(8)), ("pad", lambda: MelSpectrogram(pad=3))):
    try:
        make()
        found[name] = "made"
    except NotImplementedError as e:
        found[name] = str(e)
print(json.dumps(found))
"""


def test_it_does_what_torchaudio_does(pack_python: Callable[[str], Path]):
    command = [str(pack_python("xtts")), "-W", "ignore", "-c", CODE]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env={"PYTHONPATH": str(ROOT)})
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["spec"]
    for rate in (22050, 48000, 16000):
        samples, error = found[str(rate)]
        assert samples == rate
        assert error < 0.005
    assert found["above"] < 0.02  # what the new rate cannot hold is gone
    assert found["same"]
    assert found["shape"] == [1, 2, 11025]
    assert found["mel"] < 1e-4
    assert found["keys"] == ["mel_scale.fb", "spectrogram.window"]  # the names that published checkpoints have
    assert found["decibels"] == pytest.approx(20.0)
    assert "TimeMasking is left out here" in found["masking"]
    assert "pad=3" in found["pad"]
