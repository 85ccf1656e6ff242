"""The encoder that chooses: Resemblyzer's three layers of LSTM, computed with numpy. The worker's main thread."""

# The libraries carry no types.
# pyright: standard
from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from studio.engines.shared.speaker import sound

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

WEIGHTS = Path(__file__).parents[4] / "resources" / "voices" / "encoder" / "resemblyzer-fp16.npz"
_LAYERS = 3
_WINDOW = 160  # frames heard at once
_STEP = 77  # frames from one window to the next: 1.3 windows a second
_LEAST = 0.75  # of the last window that must be sound
_FRAME = 400  # samples


class Chooser:
    """Holds 1.4 million weights."""

    def __init__(self) -> None:
        import numpy as np

        with np.load(WEIGHTS, allow_pickle=False) as stored:
            self._weights = {name: stored[name].astype(np.float32) for name in stored.files}

    def embed(self, samples: Floats, rate: int) -> Floats:
        """Return who speaks."""
        return self.embed_all([samples], rate)

    def embed_all(self, sounds: Iterable[Floats], rate: int, check: Callable[[], None] = sound.go_on) -> Floats:
        """Return who speaks in all of them."""
        import numpy as np

        windows = np.concatenate([self._windows(sound.speech_only(one, rate)) for one in sounds])
        mean = np.concatenate([self._heard(group) for group in sound.in_groups(windows, check)]).mean(0)
        return mean / np.linalg.norm(mean)

    def _windows(self, speech: Floats) -> Floats:
        """Cut into overlapping windows of 1.6 s, the last one filled up with silence: (windows, frames, bands)."""
        import numpy as np

        frames = -(-(speech.size + 1) // sound.HOP)
        starts = list(range(0, max(1, frames - _WINDOW + _STEP + 1), _STEP))
        length = _WINDOW * sound.HOP
        if len(starts) > 1 and speech.size - starts[-1] * sound.HOP < _LEAST * length:
            starts.pop()
        missing = starts[-1] * sound.HOP + length - speech.size
        speech = np.pad(speech, (0, max(0, missing)))
        hann = (0.5 - 0.5 * np.cos(2 * np.pi * np.arange(_FRAME) / _FRAME)).astype(np.float32)
        mels = sound.mel_power(speech, window=hann, bins=_FRAME // 2 + 1, centred=True)
        return np.stack([mels[start : start + _WINDOW] for start in starts])

    def _heard(self, windows: Floats) -> Floats:
        """Run the network over all windows at once; return a vector of length 1 for each."""
        import numpy as np

        flow = windows.transpose(1, 0, 2)  # (frames, windows, bands)
        for layer in range(_LAYERS):
            flow = self._layer(flow, layer)
        weights = self._weights
        vectors = np.maximum(flow[-1] @ weights["linear.weight"].T + weights["linear.bias"], 0.0)
        return vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), np.float32(1e-9))

    def _layer(self, flow: Floats, layer: int) -> Floats:
        import numpy as np

        weights = self._weights
        given = flow @ weights[f"lstm.weight_ih_l{layer}"].T + weights[f"lstm.bias_l{layer}"]
        recurrent = np.ascontiguousarray(weights[f"lstm.weight_hh_l{layer}"].T)
        size = recurrent.shape[0]
        hidden = np.zeros((flow.shape[1], size), np.float32)
        cell = np.zeros_like(hidden)
        out = np.empty((flow.shape[0], flow.shape[1], size), np.float32)
        for n in range(flow.shape[0]):
            gates = given[n] + hidden @ recurrent
            take, keep, show = (_sigmoid(gates[:, g * size : (g + 1) * size]) for g in (0, 1, 3))
            cell = keep * cell + take * np.tanh(gates[:, 2 * size : 3 * size])
            hidden = show * np.tanh(cell)
            out[n] = hidden
        return out


def _sigmoid(values: Floats) -> Floats:
    import numpy as np

    return np.float32(0.5) + np.float32(0.5) * np.tanh(np.float32(0.5) * values)
