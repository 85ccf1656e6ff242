"""Dialogue by Dia: stretches of several turns, each carried by recordings or by the first stretch that is good."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import calling
import judging
import pacing
from calling import RATE, Call, Prompt

from studio.engines.shared import speech, stretches
from studio.engines.shared.neural import checkpoint, memory, proof
from studio.engines.shared.neural.beside import Beside
from studio.engines.shared.stretches import Turn
from studio.protocol import float_wav, messages
from studio.worker.context import RunContext
from studio.worker.failures import UserMistake
from studio.worker.runner import Output
from studio.worker.runner import Runner as BaseRunner

if TYPE_CHECKING:
    import numpy as np
    from machine import Machine
    from numpy.typing import NDArray

    Sound = NDArray[np.float32]

OWN = ("first", "second")  # voices that are the seed's
_REFERENCE_RATE = 24_000
_SHORTEST, _LONGEST = 1.0, 25.0  # seconds of a recording that can be used


class Runner(BaseRunner):
    """Holds the model, and one thread on which it speaks."""

    def load(self, load: messages.Load) -> dict[str, Any]:
        """Load the model and its codec from their folders."""
        folders = calling.folders(load.model, checkpoint.parts_of(load))
        self.beside = Beside("speaking")
        from machine import Machine

        memory.begin(load.threads)
        form = checkpoint.number_format(load, load.rungs)
        static = bool(load.settings.get("static_cache", False))
        self._machine = Machine(folders, load.device, form=form, rungs=load.rungs, static=static)
        return {**proof.versions("torch", "transformers"), "precision": form, "sample_rate": RATE}

    def run(self, context: RunContext) -> Output:
        """Speak all stretches."""
        work = _Work(self, self._machine, context)
        output = speech.speak(context, work.make, rate=RATE)
        output.facts["pieces"] = [span for piece in work.pieces for span in _spans(piece, output.facts["pieces"])]
        return output

    def clean_up(self) -> None:
        """Wait for a step that is still under way, and give memory back."""
        self.beside.settle()
        memory.give_back()


@dataclass
class _Spoken:
    """One call of a stretch, and what came of it."""

    call: Call
    seed: int
    sound: Sound | None = None
    fault: str = judging.GOOD

    @property
    def good(self) -> bool:
        """Whether there is a sound that can be what was asked for."""
        return self.sound is not None and self.fault == judging.GOOD


class _Work:
    """One job: its stretches, the recordings of its voices, and what was made of it."""

    def __init__(self, runner: Runner, machine: Machine, context: RunContext) -> None:
        params = context.params
        self._runner = runner
        self._machine = machine
        self._context = context
        self.pieces = speech.pieces_of(context)
        self._by_key = {piece.key: piece for piece in self.pieces}
        self._speed = float(params.get("speed", 1.0))
        self._retries = int(params.get("retries", 2))
        self._batch = 1 if "smaller_batch" in context.rungs else int(params.get("batch", 1))
        self._groups = calling.Groups([(piece.key, piece.carriers) for piece in self.pieces], self._batch)
        self._references = self._recordings()
        self._kept: dict[str, float_wav.FloatWav] = {}

    def make(self, piece: speech.Piece) -> float_wav.FloatWav:
        """Make a stretch, and with it those of its group that are missing."""
        if piece.key not in self._kept:
            group = [self.pieces[n] for n in self._groups.of(piece.number) if n > piece.number]
            self._speak([piece, *(p for p in group if self._context.finished_part(p.key) is None)])
        return self._kept[piece.key]

    def _speak(self, pieces: Sequence[speech.Piece]) -> None:
        """Make several stretches, as many calls at once as the batch allows; each is kept once it is whole and good."""
        parts = {piece.key: self._parts(piece) for piece in pieces}
        total = sum(part.call.frames for own in parts.values() for part in own)
        done = 0
        for batch in self._batches([part for own in parts.values() for part in own]):
            share = sum(part.call.frames for part in batch)
            seeds = [part.seed for part in batch]
            made = self._say([part.call for part in batch], seeds, pieces, (done / total, share / total))
            done += share
            for part, sound in zip(batch, made, strict=True):
                part.sound, part.fault = sound, _fault(sound, part.call)
            for piece in pieces:  # what comes later may fail, or be cancelled
                if piece.key not in self._kept and all(part.good for part in parts[piece.key]):
                    self._keep(piece, parts[piece.key])
        for piece in pieces:
            if piece.key not in self._kept:
                for part in parts[piece.key]:
                    if not part.good:
                        self._mend(piece, part, pieces)
                self._keep(piece, parts[piece.key])

    def _keep(self, piece: speech.Piece, parts: Sequence[_Spoken]) -> None:
        own = [judging.trimmed(part.sound) for part in parts if part.sound is not None]
        sound = pacing.paced(judging.together(own), self._speed)
        self._kept[piece.key] = speech.keep(self._context, piece, sound, rate=RATE)

    def _mend(self, piece: speech.Piece, part: _Spoken, pieces: Sequence[speech.Piece]) -> None:
        """Make a call that went wrong with the next seeds; keep the best, and say what happened."""
        wrong = part.fault
        for attempt in range(1, self._retries + 1):
            (sound,) = self._say([part.call], [part.seed + attempt], pieces, (1.0, 0.0))
            found = _fault(sound, part.call)
            if judging.ORDER.index(found) < judging.ORDER.index(part.fault):
                part.sound, part.fault = sound, found
            if part.good:
                times = "once" if attempt == 1 else f"{attempt} times"
                self._context.note(
                    f"A stretch {wrong} and was made again {times}, with another seed.", level="info", line=piece.line
                )
                return
        said = f"A stretch {part.fault}."
        if self._retries:
            said = f"A stretch {part.fault}, also after {self._retries} further tries; the best was kept."
        self._context.note(said, line=piece.line)

    def _say(
        self, calls: Sequence[Call], seeds: Sequence[int], pieces: Sequence[speech.Piece], part: tuple[float, float]
    ) -> list[Sound]:
        from machine import Settings

        context, params = self._context, self._context.params
        begin, end = pieces[0].begin, max(piece.end for piece in pieces)
        expected = max(call.seconds for call in calls) * RATE / calling.HOP

        def on_frame(frame: int) -> None:
            context.check_cancelled()
            inside = part[0] + part[1] * min(1.0, frame / expected)
            context.progress(speech.STAGE, begin + (end - begin) * min(0.99, inside))

        settings = Settings(
            float(params.get("cfg_scale", 3.0)),
            float(params.get("temperature", 1.8)),
            float(params.get("top_p", 0.9)),
            int(params.get("top_k", 45)),
        )
        return self._runner.beside.wait_for(context, self._machine.speak, calls, seeds, settings, on_frame)

    def _batches(self, parts: Sequence[_Spoken]) -> list[list[_Spoken]]:
        """Return the calls that are made at once: those with prompts, and those without."""
        sorts = [[part for part in parts if bool(part.call.prompts) is prompted] for prompted in (True, False)]
        return [sort[at : at + self._batch] for sort in sorts for at in range(0, len(sort), self._batch)]

    def _parts(self, piece: speech.Piece) -> list[_Spoken]:
        """Return the calls of a stretch, whose seeds are far from those of its further tries."""
        return [_Spoken(call, piece.seed + 1000 * place) for place, call in enumerate(self._calls(piece))]

    def _calls(self, piece: speech.Piece) -> list[Call]:
        turns = [Turn(str(turn["text"]), str(turn["voice"])) for turn in piece.turns or [vars(piece)]]
        for voice in {turn.voice for turn in turns} - set(self._references) - set(OWN):
            raise UserMistake(f"Dia has no voice {voice!r}.", "`studio voices list --engine dia` shows its voices.")
        carriers = self._carriers(piece, {turn.voice for turn in turns} - set(self._references))

        def prompts(some: Sequence[Turn]) -> tuple[Prompt, ...]:
            voices = dict.fromkeys(turn.voice for turn in some)
            found = [self._references[voice] for voice in voices if voice in self._references]
            for carrier in carriers:
                heard = {turn.voice for turn in carrier.turns}
                if heard & set(voices) and len(heard | set(voices)) <= stretches.MOST_VOICES:
                    found.append(carrier)
            return tuple(found)

        return calling.calls(turns, prompts, self._machine.limits)

    def _carriers(self, piece: speech.Piece, voices: set[str]) -> list[Prompt]:
        """Return for each of these voices the first stretch that came out well, of those that can carry it."""
        found: list[Prompt] = []
        for key in piece.carriers:
            earlier, sound = self._by_key[key], self._finished(key)
            turns = tuple(Turn(str(turn["text"]), str(turn["voice"])) for turn in earlier.turns)
            new = voices & {turn.voice for turn in turns} - {turn.voice for p in found for turn in p.turns}
            if sound is None or not new:
                continue
            plain = pacing.paced(sound, 1.0 / self._speed)
            if judging.carries(plain, expected=calling.lasts(turns)) and self._leaves_room(plain):
                found.append(Prompt(turns, plain))
        return found

    def _leaves_room(self, sound: Sound) -> bool:
        return sound.size / calling.HOP < self._machine.limits.frames / 2

    def _finished(self, key: str) -> Sound | None:
        file = self._kept[key].path if key in self._kept else self._context.finished_part(key)
        try:
            return _samples(file) if file is not None else None
        except (float_wav.WavError, OSError):
            return None

    def _recordings(self) -> dict[str, Prompt]:
        """Return the prompt of each voice that is given by a recording."""
        files: dict[str, str] = self._context.inputs.get("files", {})
        words: dict[str, str] = self._context.inputs.get("transcripts", {})
        used = {str(turn["voice"]) for piece in self.pieces for turn in piece.turns or [vars(piece)]}
        found: dict[str, Prompt] = {}
        for voice in sorted(used & set(files)):
            if not words.get(voice, "").strip():
                raise UserMistake(
                    "Dia needs the words that are spoken in the recording of a voice.",
                    "Name them with --transcript, or keep the voice with its words: `studio voices add --transcript`.",
                )
            turn = Turn(words[voice], voice)
            found[voice] = Prompt((turn,), _reference(Path(files[voice])))
        return found


def _fault(sound: Sound, call: Call) -> str:
    return judging.problem(sound, expected=call.seconds, frames=call.frames)


def _samples(file: Path) -> Sound:
    import numpy as np

    return np.array(float_wav.read_samples(file), np.float32)


def _reference(file: Path) -> Sound:
    """Read a recording, which comes as one channel at 24 kHz, at the model's rate."""
    import numpy as np
    from scipy.signal import resample_poly

    found = float_wav.read_float_wav(file)
    if found.rate != _REFERENCE_RATE or found.channels != 1:
        raise UserMistake("The recording is not one channel at 24 kHz.", "Let the studio prepare it.")
    if not _SHORTEST <= found.frames / found.rate <= _LONGEST:
        raise UserMistake("The recording is too short or too long.", "Take 5 to 15 seconds of clear speech.")
    return judging.trimmed(resample_poly(_samples(file), 147, 80).astype(np.float32))


def _spans(piece: speech.Piece, places: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return where each sentence of a stretch is: shared out by their lengths, since nobody listened."""
    place = places[piece.number]
    turns = piece.turns or [vars(piece)]
    spans = stretches.spans([str(turn["text"]) for turn in turns], place["start"], place["end"])
    return [
        {"line": turn["line"], "start": begin, "end": end, "stretch": piece.number}
        for turn, (begin, end) in zip(turns, spans, strict=True)
    ]
