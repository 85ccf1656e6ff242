# pyright: basic, reportMissingImports=false
"""From what the model thinks to sound, bit by bit: the first is there long before the last. The worker's main thread.

A bit is decoded with as much before and behind it as its samples depend on, so that all bits together are the sound of
the whole, to the rounding of floats. The library's own way decodes everything anew for each bit, and fades over where
two meet: twice the time, and another sound at each of these places. Who listens and who does not get the same samples,
for the borders between the bits are the same.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Sound = NDArray[np.float32]

FIRST = 24  # frames of the model, some 21 a second, after which the first bit is decoded
_GROWTH = 2  # the next comes when there are so many times as many: who makes it twice as fast as it is heard never lags


class Decoding:
    """The bits of one portion, in order. Where they meet depends on nothing but the number of frames."""

    def __init__(self, decoder: Any, timbre: Any, speed: float) -> None:
        self._decoder = decoder
        self._timbre = timbre
        self._stretch = 1.0 / speed
        self._reach = _reach(decoder.waveform_decoder)
        self._frames: list[Any] = []
        self._due = FIRST
        self._done = 0  # columns of the decoder

    @property
    def frames(self) -> int:
        """How many there are."""
        return len(self._frames)

    @property
    def due(self) -> bool:
        """Whether there are enough frames for the next bit."""
        return len(self._frames) >= self._due

    def add(self, frame: Any) -> None:
        """Take what the model thought last."""
        self._frames.append(frame)

    def next(self) -> Sound:
        """Return the next bit: of the frames up to the next border what later ones cannot change."""
        count, self._due = self._due, self._due * _GROWTH
        columns = self._columns(count)
        # Between two frames is drawn a straight line, and between those lines again: so far an end is felt.
        sure = math.floor((count - math.ceil(1.5 / self._stretch + 1.5)) * columns.shape[-1] / count)
        return self._decoded(columns, max(self._done, sure - self._reach))

    def rest(self) -> list[Sound]:
        """Return all bits that are left."""
        bits: list[Sound] = []
        while self.due:
            bits.append(self.next())
        columns = self._columns(len(self._frames))
        return [*bits, self._decoded(columns, columns.shape[-1])]

    def _columns(self, count: int) -> Any:
        """Return the first frames as the decoder takes them: at its own pace."""
        import torch

        decoder = self._decoder
        with torch.inference_mode():
            drawn = torch.cat(self._frames[:count])[None].transpose(1, 2)
            for scale in (
                self._stretch,
                decoder.ar_mel_length_compression / decoder.output_hop_length,
                decoder.output_sample_rate / decoder.input_sample_rate,
            ):
                if scale != 1.0:
                    drawn = torch.nn.functional.interpolate(drawn, scale_factor=scale, mode="linear")
            return drawn

    def _decoded(self, columns: Any, end: int) -> Sound:
        """Return the sound of the columns up to `end` that were not decoded yet."""
        import numpy as np
        import torch

        begin, self._done = self._done, end
        if end <= begin:
            return np.zeros(0, np.float32)
        first = max(0, begin - self._reach)
        with torch.inference_mode():
            made = self._decoder.waveform_decoder(columns[..., first : end + self._reach], g=self._timbre)
        hop = made.shape[-1] // (min(columns.shape[-1], end + self._reach) - first)
        return made[0, 0, (begin - first) * hop : (end - first) * hop].float().cpu().numpy()


def _reach(vocoder: Any) -> int:
    """Return how many columns before and after its own a sample depends on."""
    reach, scale = vocoder.conv_pre.kernel_size[0] / 2, 1
    blocks = len(vocoder.resblocks) // len(vocoder.ups)
    for number, up in enumerate(vocoder.ups):
        reach += up.kernel_size[0] / up.stride[0] / scale
        scale *= up.stride[0]
        here = vocoder.resblocks[number * blocks : (number + 1) * blocks]
        reach += max(sum(map(_half, (*block.convs1, *block.convs2))) for block in here) / scale
    return math.ceil(reach + vocoder.conv_post.kernel_size[0] / 2 / scale)


def _half(layer: Any) -> int:
    return layer.dilation[0] * (layer.kernel_size[0] - 1) // 2
