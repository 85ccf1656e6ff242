# pyright: basic, reportMissingImports=false
"""Pocket TTS itself, in one language: a voice from a recording or a file, and text in it. The worker's main thread."""

from __future__ import annotations

import copy
import json
import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch
import voices
import weights
import wording
from tokenizers import Tokenizer
from transformers import PocketTTSAudioTokenizerModel, PocketTTSConfig, PocketTTSFeatureExtractor
from transformers import PocketTTSForConditionalGeneration as PocketTTS
from transformers.models.pocket_tts_audio_tokenizer.configuration_pocket_tts_audio_tokenizer import (
    PocketTTSAudioTokenizerConfig,
)

from studio.engines.shared.neural import loading, placing, proof
from studio.worker.failures import UserMistake

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Sound = NDArray[np.float32]

MOST_WORDS = 50  # tokens of one call: more, and it leaves some out
_SECONDS_OF_A_TOKEN, _SECONDS_MORE = 1 / 3, 2.0  # a call lasts no longer
_FADE = 0.005  # seconds: the codec begins with a small step
_LONGEST = 10_000_000  # bytes of a file of words: many times what is published


@dataclass(frozen=True)
class Manner:
    """How the model chooses."""

    temperature: float
    steps: int
    end: float  # how sure it must be that the text is over; the lower the sooner


@dataclass(frozen=True)
class Heard:
    """A voice out of a recording."""

    latents: Any


Voice = Heard | Any  # or what the model had in mind after it had heard one


@dataclass(frozen=True)
class Said:
    """A portion as sound; `ended`: whether the model came to an end by itself."""

    sound: Sound
    ended: bool


class Speaker(PocketTTS):
    """The model with dice of its own, thrown on the processor, where every device throws the same."""

    dice: Any = None
    spread: float = 0.0  # of what is thrown
    on_frame: Callable[[], None] = staticmethod(lambda: None)

    def sample_latent(self, condition: Any, noise: Any, num_flow_steps: int) -> Any:
        """Choose the next bit of sound."""
        self.on_frame()
        thrown = self.spread * torch.randn(noise.shape, generator=self.dice)
        return super().sample_latent(condition, thrown.to(noise), num_flow_steps)


class Machine:
    """The model of one language, with its codec and its words."""

    def __init__(self, file: Path, words: Path, device: str) -> None:
        """Load it; every weight must be there."""
        found = weights.read(file)
        self.hears = found.hears
        self._place = placing.torch_device(device)
        with loading.quiet(), loading.no_larger_than_its_files(file.parent):
            self._speaker = weights.built(Speaker, PocketTTSConfig(**found.speaker_settings), found.speaker)
            self._codec = weights.built(
                PocketTTSAudioTokenizerModel, PocketTTSAudioTokenizerConfig(**found.codec_settings), found.codec
            )
            self._ears = PocketTTSFeatureExtractor(frame_size=self._codec.config.frame_size)
        for model in (self._speaker, self._codec):
            placing.require_on(model.to(self._place), self._place)
        self._words = _tokenizer(words)
        if self._words.get_vocab_size() > self._first:
            raise UserMistake(f"{words.name} in {words.parent} belongs to another model.", "Download the model again.")

    @property
    def _first(self) -> int:
        """The first of the tokens that are no words."""
        return int(self._speaker.config.audio_prompt_token_id)

    def takes(self, text: str) -> bool:
        """Whether a text fits into one call."""
        return len(self._words.encode(text).ids) <= MOST_WORDS

    def own(self, file: Path) -> Voice:
        """Return a voice that comes with the model."""
        return voices.read(file, self._speaker)

    def heard(self, sound: Sound) -> Heard:
        """Take a voice from a recording of one channel at 24 kHz."""
        with torch.inference_mode():
            given = self._ears([sound], sampling_rate=weights.RATE)
            found = self._codec.encode(given["input_values"].to(self._place), given["padding_mask"].to(self._place))
        proof.finite(found.latents, "what was taken from the recording")
        return Heard(found.latents[0])

    def say(self, text: str, voice: Voice, manner: Manner, seed: int, look: Callable[[float], None]) -> Said:
        """Speak a portion; `look` is told after each bit of sound how far it is, and may raise."""
        words = self._words.encode(text).ids
        rate = self._speaker.config.frame_rate
        most = math.ceil((len(words) * _SECONDS_OF_A_TOKEN + _SECONDS_MORE) * rate)
        done = 0

        def frame() -> None:
            nonlocal done
            done += 1
            look(done / most)

        speaker = self._speaker
        speaker.dice = torch.Generator().manual_seed(seed)
        speaker.spread = math.sqrt(manner.temperature)
        begin = self._first
        how: dict[str, Any] = {}
        if isinstance(voice, Heard):
            words = [begin + 2, *[begin] * len(voice.latents), *words]
            how = {
                "audio_prompt_latents": voice.latents[None],
                "audio_prompt_latents_mask": torch.ones(1, len(voice.latents), dtype=torch.long, device=self._place),
            }
        else:
            how = {"past_key_values": copy.deepcopy(voice)}  # what is said is added to it
        asked = torch.tensor([[*words, begin + 3]], device=self._place)
        with torch.inference_mode(), loading.quiet():
            speaker.on_frame = frame
            try:
                made = speaker.generate(
                    input_ids=asked, attention_mask=torch.ones_like(asked), do_sample=False, max_new_tokens=most,
                    num_flow_steps=manner.steps, eos_threshold=manner.end, frames_after_eos=wording.frames_after(text),
                    return_dict_in_generate=True, **how,
                )  # fmt: skip
            finally:
                del speaker.on_frame  # it knows the job, which must not outlive itself here
            sound = self._codec.decode(made.audio_latents.to(self._codec.dtype)).audio_values[0, 0]
        return Said(_faded(sound.float().cpu().numpy().copy()), ended=done < most)


def _tokenizer(file: Path) -> Tokenizer:
    """Read the words; the library says of a damaged file nothing that could be told from another failure."""
    try:
        about: Any = json.loads(file.read_text(encoding="utf-8")) if file.stat().st_size <= _LONGEST else None
    except (OSError, ValueError, RecursionError):
        about = None
    if not isinstance(about, dict) or not about.get("model"):
        raise UserMistake(f"{file.name} in {file.parent} is damaged.", "Download the model again.")
    return Tokenizer.from_file(str(file))


def _faded(sound: Sound) -> Sound:
    import numpy as np

    count = min(round(_FADE * weights.RATE), sound.size // 2)
    ramp = np.linspace(0.0, 1.0, count, endpoint=False, dtype=np.float32)
    sound[:count] *= ramp
    sound[sound.size - count :] *= ramp[::-1]
    return sound
