"""Words from sound with Whisper: the smallest English weights come with the installation. No torch."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import hearing
import windows

from studio.protocol import messages
from studio.protocol.float_wav import read_float_wav
from studio.worker.context import RunContext
from studio.worker.failures import UserMistake
from studio.worker.runner import Output
from studio.worker.runner import Runner as BaseRunner

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy as np
    from numpy.typing import NDArray

    Sound = NDArray[np.float32]

STAGE = "listening"
MASTER = "words.json"
_RATE = hearing.RATE
_SENTENCE_ENDS = ".?!…\u3002\uff1f\uff01"
_CLOSING = "\"'”’)]}"
_PAUSE = 1.0  # seconds; a longer one ends a segment
_MOST_ROUNDS = 4  # in a window
_MISSED = 4 * _RATE // 5  # samples of speech after the last word, margins included, that are worth another round
_UNSURE = 0.6  # mean probability of the words, below which the user is told


class Runner(BaseRunner):
    """Holds the model."""

    def load(self, load: messages.Load) -> dict[str, Any]:
        """Load the weights that came along, or those of the folder the user named."""
        if load.model:
            self._ear = hearing.Ear(Path(load.model), threads=load.threads)
            return {"precision": "int8"}
        self._ear = hearing.Ear(hearing.bundled_model(), threads=load.threads)
        return {"precision": "int8", "revision": hearing.MODEL_SHA256[:12], "sha256": hearing.MODEL_SHA256}

    def run(self, context: RunContext) -> Output:
        """Write down the sound, or each of the given spans by itself."""
        sound = _opened(Path(context.inputs["files"]["source"]))
        seconds = sound.size / _RATE
        spans: list[list[float]] | None = context.inputs.get("spans")
        language, probability = self._language(context, sound)
        joint = "" if language in hearing.UNSPACED else " "
        made: dict[str, Any] = {"language": language, "language_probability": probability, "seconds": round(seconds, 3)}
        if spans is None:
            words = self._heard(context, sound, language, 0, sound.size)
            made["segments"] = list(_segments(words, joint))
        else:
            found = self._spans(context, sound, language, spans)
            made["spans"] = [{"text": _text(words, joint), "words": words} for words in found]
            words = [word for of_span in found for word in of_span]
            made["segments"] = [segment for of_span in found for segment in _segments(of_span, joint)]
        self._tell(context, words)
        with context.create(MASTER) as unfinished:
            unfinished.write_text(json.dumps(made, ensure_ascii=False), encoding="utf-8")
        context.progress(STAGE, 1.0)
        facts = {"language": language, "seconds": made["seconds"], "words": len(words)}
        return Output(context.scratch / MASTER, "text", facts)

    def try_out(self) -> int:
        """Listen to noise and return in how many places somebody spoke; for the check of an installation."""
        import numpy as np

        noise = np.random.default_rng(0).normal(0, 0.01, _RATE).astype(np.float32)
        self._ear.hear(noise, language="en", beam=1, spell_numbers=False, between=lambda: None)
        return len(windows.silero(noise))

    def _language(self, context: RunContext, sound: Sound) -> tuple[str, float | None]:
        wanted = str(context.params.get("language", "")).strip().lower().replace("_", "-").partition("-")[0]
        known = self._ear.languages
        if wanted and wanted not in known:
            shown = ", ".join(known[:30]) + (" …" if len(known) > 30 else "")
            raise UserMistake(
                f"This Whisper model does not understand {wanted!r}.",
                f"It understands: {shown}. Another model's folder can be named with --set model=DIR.",
            )
        if wanted or len(known) == 1:
            return wanted or known[0], None
        first = next(windows.of_speech(sound, windows.silero), None)
        if first is None:
            return "", None
        context.check_cancelled()
        code, probability = self._ear.guess_language(sound[first[0] : first[0] + 30 * _RATE])
        return code, round(probability, 3)

    def _spans(
        self, context: RunContext, sound: Sound, language: str, spans: list[list[float]]
    ) -> list[list[dict[str, Any]]]:
        found: list[list[dict[str, Any]]] = []
        for number, (begin, end) in enumerate(spans):
            context.progress(STAGE, number / len(spans))
            first, last = (min(max(0, round(t * _RATE)), sound.size) for t in (begin, end))
            if last - first <= windows.LONGEST:  # is known to be speech; a detector could only miss some
                words = self._window(context, sound, language, first, last)
            else:
                share = (number / len(spans), 1 / len(spans))
                words = self._heard(context, sound, language, first, last, share=share)
            found.append(words)
        return found

    def _heard(
        self,
        context: RunContext,
        sound: Sound,
        language: str,
        begin: int,
        end: int,
        *,
        share: tuple[float, float] = (0.0, 1.0),
    ) -> list[dict[str, Any]]:
        """Hear a part; `share` is how far the run is where it begins, and how much of it this part is."""
        words: list[dict[str, Any]] = []
        context.check_cancelled()
        windows_in_order: Iterator[tuple[int, int]] = windows.of_speech(sound[begin:end], windows.silero)
        for first, last in windows_in_order:
            context.progress(STAGE, share[0] + share[1] * first / max(1, end - begin))
            words += self._window(context, sound, language, begin + first, begin + last)
        return words

    def _window(self, context: RunContext, sound: Sound, language: str, first: int, last: int) -> list[dict[str, Any]]:
        """Hear a window; when the model stopped before the speech did, hear the rest by itself."""
        words: list[dict[str, Any]] = []
        for _ in range(_MOST_ROUNDS):
            heard = self._ear.hear(
                sound[first:last],
                language=language,
                beam=int(context.params.get("beam_size", 5)),
                spell_numbers=bool(context.params.get("spell_numbers", False)),
                between=context.check_cancelled,
            )
            words += [_described(word, first / _RATE) for word in heard]
            rest = first + round(heard[-1].end * _RATE) if heard else last
            left = [] if last - rest < _MISSED else windows.silero(sound[rest:last])
            if sum(end - begin for begin, end in left) < _MISSED:
                break
            first = rest + left[0][0]
        return words

    def _tell(self, context: RunContext, words: list[dict[str, Any]]) -> None:
        if not words:
            context.note("No speech was found.")
            return
        mean = sum(w["probability"] for w in words) / len(words)
        if mean < _UNSURE:
            only = " This model understands English only." if self._ear.languages == ["en"] else ""
            context.note("The words are uncertain: the speech is unclear, or in another language." + only)


def _opened(file: Path) -> Sound:
    """Look at the samples where they lie on disk, so that hours of sound need no memory."""
    import numpy as np

    found = read_float_wav(file)
    if found.rate != _RATE or found.channels != 1:
        raise ValueError(f"the sound has {found.rate} Hz and {found.channels} channels, not {_RATE} and one")
    if not found.frames:  # an empty file cannot be mapped
        return np.zeros(0, np.float32)
    return np.memmap(file, dtype="<f4", mode="r", offset=found.offset, shape=(found.frames,))


def _described(word: hearing.Word, offset: float) -> dict[str, Any]:
    return {
        "start": round(offset + word.start, 3),
        "end": round(offset + word.end, 3),
        "word": word.text,
        "probability": round(word.probability, 3),
    }


def _segments(words: list[dict[str, Any]], joint: str) -> Iterator[dict[str, Any]]:
    """Cut words into sentences, and where somebody paused."""
    held: list[dict[str, Any]] = []
    for word in words:
        ended = held and held[-1]["word"].rstrip(_CLOSING).endswith(tuple(_SENTENCE_ENDS))
        if held and (ended or word["start"] - held[-1]["end"] > _PAUSE):
            yield _segment(held, joint)
            held = []
        held.append(word)
    if held:
        yield _segment(held, joint)


def _segment(words: list[dict[str, Any]], joint: str) -> dict[str, Any]:
    return {"start": words[0]["start"], "end": words[-1]["end"], "text": _text(words, joint), "words": words}


def _text(words: list[dict[str, Any]], joint: str) -> str:
    return joint.join(word["word"] for word in words)
