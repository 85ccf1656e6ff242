"""Speech in a voice like that of a recording: Kokoro's voices, blended and shaped towards it.

Voices of Kokoro's own are spoken plainly, so that a dialogue may mix both.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor, wait
from pathlib import Path
from typing import TYPE_CHECKING, Any

import fitting
import keeping
import shaping

from studio.engines.shared import nonverbals, speech
from studio.engines.shared.kokoro import model, reading, saying
from studio.engines.shared.speaker import encoders as speaker
from studio.protocol import float_wav, messages
from studio.protocol.recordings import is_reference
from studio.worker.context import RunContext
from studio.worker.failures import UserMistake
from studio.worker.runner import Output
from studio.worker.runner import Runner as BaseRunner

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Sound = NDArray[np.float32]

_APPROXIMATE = "An approximate likeness: timbre and pitch. Accent and manner are not copied."
_SEARCHING = "finding the voice"
_LOOK = 0.05  # seconds between looks for a cancel
_MOST_WORKERS = 4  # each takes some 50 MB
_LISTENED = 60.0  # seconds of the result that are compared with the reference
_TELLING = 3.0  # seconds of speech from which a similarity says something
_SHORTEST, _LONGEST = 0.5, 120.0  # seconds of a reference that can be used
_DIGITS = 3


class Runner(BaseRunner):
    """Holds the model and both encoders."""

    def load(self, load: messages.Load) -> dict[str, Any]:
        """Load them."""
        self._workers = min(_MOST_WORKERS, load.threads or os.cpu_count() or 1)
        self._kokoro = model.Kokoro()
        facts = self._kokoro.load(load.threads)
        self._studio = fitting.Studio(self._kokoro, speaker.load(speaker.CHOOSER), speaker.load(speaker.JUDGE))
        return facts

    def run(self, context: RunContext) -> Output:
        """Find the voices that are asked for, speak, and say how alike they are."""
        pieces = speech.pieces_of(context)
        texts = self._readable(context, pieces)
        references = {p.voice for p in pieces if is_reference(p.voice)}
        files: Mapping[str, str] = context.inputs.get("files", {})
        sounds = {voice: _reference(files.get(voice, "")) for voice in sorted(references)}
        self._kokoro.start()
        fits = {voice: self._fit(context, voice, sound) for voice, sound in sounds.items()}
        voices = {v: self._voice(context, v, fits.get(v)) for v in dict.fromkeys(p.voice for p in pieces)}

        def make(piece: speech.Piece) -> Sound | None:
            return voices[piece.voice].say(context, piece, texts[piece.number])

        output = speech.speak(context, make, rate=model.RATE, workers=self._workers, stop=self._kokoro.stop)
        if references:
            context.note(_APPROXIMATE, level="info")
            output.facts.update(self._compared(context, output, pieces, sounds, fits))
        return output

    def try_out(self) -> float:
        """Speak a word and return its length in seconds; for the check of an installation."""
        return self._kokoro.try_out()

    def _readable(self, context: RunContext, pieces: list[speech.Piece]) -> dict[int, str]:
        """Check the voices, and say what cannot be read: also for pieces made by an earlier run."""
        texts: dict[int, str] = {}
        for piece in pieces:
            if not is_reference(piece.voice) and piece.voice not in self._kokoro.names:
                raise UserMistake(f"There is no voice {piece.voice!r}.", "`studio voices list` shows the voices.")
            texts[piece.number], lost = reading.readable(piece.text, piece.language)
            if lost:
                context.note(f"{' '.join(lost[:12])} cannot be spoken by this engine; left out.", line=piece.line)
        return texts

    def _voice(self, context: RunContext, voice: str, fit: fitting.Fit | None) -> saying.Voice:
        """Return a voice ready to speak: one of Kokoro's own, or what was found for a reference."""
        speed = float(context.params.get("speed", 1.0))
        variation = float(context.params.get("variation", 0.0))
        if fit is None:
            pitch = nonverbals.MAN if voice[1] == "m" else nonverbals.WOMAN
            return saying.Voice(self._kokoro, self._kokoro.style(voice), pitch, speed, variation)
        style = self._studio.voices.style(fit.weights, fit.beyond)
        shaped = _Shaped(self._kokoro, fit.shaping, context)
        return saying.Voice(shaped, style, fit.pitch or nonverbals.WOMAN, speed * fit.pace, variation)

    def _fit(self, context: RunContext, voice: str, sound: Sound) -> fitting.Fit:
        """Return what an earlier run found for this reference, or find it."""
        key = context.inputs.get("fits", {}).get(voice, "")
        kept = context.finished_part(key) if key else None
        if kept is not None:
            try:
                return keeping.read(kept, self._kokoro.names)
            except keeping.Damaged as e:
                context.log(f"the voice of {voice} is looked for again: {e}")
        try:
            found = self._found(context, sound, context.inputs.get("transcripts", {}).get(voice, ""))
        except speaker.NoSpeech as e:
            raise UserMistake(
                f"There is no voice to hear in the reference: {e}.", "Take 5 to 15 seconds of clear speech."
            ) from e
        if key:
            name = f"fit-{sorted(context.inputs['fits']).index(voice):03}.json"
            with context.create(name) as unfinished:
                keeping.write(unfinished, found)
            context.keep_part(key, context.scratch / name)
        return found

    def _found(self, context: RunContext, sound: Sound, words: str) -> fitting.Fit:
        """Search on a thread: speaking a sentence takes longer than a cancel may."""

        def check() -> None:
            context.check_cancelled()
            context.progress(_SEARCHING)

        with ThreadPoolExecutor(1, thread_name_prefix="search") as pool:
            search = pool.submit(self._studio.fit, sound, words, check)
            while not wait([search], _LOOK).done:
                if context.cancelled:
                    self._kokoro.stop()
            return search.result()

    def _compared(
        self,
        context: RunContext,
        output: Output,
        pieces: list[speech.Piece],
        sounds: Mapping[str, Sound],
        fits: Mapping[str, fitting.Fit],
    ) -> dict[str, Any]:
        """Hold what was made against the references: what the judge says counts, since it makes no blend."""
        made = _samples(output.path)
        spans = list(zip(pieces, output.facts["pieces"], strict=True))
        told: dict[str, dict[str, Any]] = {}
        for voice, reference in sounds.items():
            own = [
                made[round(s["start"] * model.RATE) : round(s["end"] * model.RATE)]
                for p, s in spans
                if p.voice == voice
            ]
            fit = fits[voice]
            told[voice] = {
                "method": fit.method,
                "weights": dict(list(fit.weights.items())[:4]),
                "pace": fit.pace,
                "nearest_voice": fit.nearest,
            }
            try:
                for name, encoder in (
                    ("similarity", self._studio.judge),
                    ("similarity_chosen_by", self._studio.chooser),
                ):
                    heard = encoder.embed_all([_concatenated(own)], model.RATE, context.check_cancelled)
                    wanted = encoder.embed_all([reference], model.RATE, context.check_cancelled)
                    told[voice][name] = round(speaker.similarity(heard, wanted), _DIGITS)
                lasts = speaker.spoken_seconds(own, model.RATE)
                if lasts < _TELLING:
                    context.note(f"Only {lasts:.1f} s are spoken: a longer text is compared more surely.", level="info")
            except speaker.NoSpeech:
                context.note("Too little is spoken to say how alike the voices are.", level="info")
        scores = [one["similarity"] for one in told.values() if "similarity" in one]
        facts: dict[str, Any] = {"voices": told} if len(told) > 1 else dict(next(iter(told.values())))
        return {**facts, "similarity": min(scores)} if scores else facts


def _samples(file: Path) -> Sound:
    import numpy as np

    return np.array(float_wav.read_samples(file), np.float32)


def _reference(file: str) -> Sound:
    """Read a reference; as it comes it is mono at 24 kHz, and not long."""
    if not file:
        raise UserMistake("A voice is to be taken from a recording, but there is none.", "Name a sound file.")
    found = float_wav.read_float_wav(Path(file))
    if found.rate != model.RATE or found.channels != 1:
        raise UserMistake("The reference is not one channel at 24 kHz.", "Let the studio prepare it.")
    if not _SHORTEST <= found.frames / found.rate <= _LONGEST:
        raise UserMistake("The reference is too short or too long.", "Take 5 to 15 seconds of clear speech.")
    return _samples(Path(file))


def _concatenated(sounds: list[Sound]) -> Sound:
    """Return as much as is enough to tell a voice; together, since a short sentence alone tells nothing."""
    import numpy as np

    return np.concatenate(sounds)[: round(_LISTENED * model.RATE)]


class _Shaped(model.Kokoro):
    """The same model, whose speech is brought nearer to a reference: all that is words, and nothing else."""

    def __init__(self, kokoro: model.Kokoro, change: shaping.Shaping, context: RunContext) -> None:
        self.__dict__.update(kokoro.__dict__)
        self._kokoro = kokoro
        self._change = change
        self._context = context

    def sound(self, phonemes: str, style: Sound, speed: float) -> Sound:
        """Speak one portion."""
        spoken = self._kokoro.sound(phonemes, style, speed)
        return shaping.shaped(spoken, self._change, self._context.check_cancelled)
