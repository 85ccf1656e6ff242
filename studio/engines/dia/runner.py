"""Dialogue by Dia: stretches of several turns, each carried by recordings or by the first stretch that is good."""

from __future__ import annotations

import gc
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from pathlib import Path
from typing import TYPE_CHECKING, Any

import calling
import judging
import pacing
from calling import RATE, Call, Prompt

from studio.engines.shared import speech, stretches
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
_PART = "model:"  # before the name of a model that belongs to this one, among the settings
_RUNGS = "rungs"  # the setting that says on which rungs the model is loaded
_MAKING = frozenset({"precision", "math_attention", "offload"})  # rungs that decide how the model is loaded
_LOOK = 0.05  # seconds between looks for a cancel
_REFERENCE_RATE = 24_000
_SHORTEST, _LONGEST = 1.0, 25.0  # seconds of a recording that can be used


class Runner(BaseRunner):
    """Holds the model, and one thread on which it speaks."""

    def load(self, load: messages.Load) -> dict[str, Any]:
        """Load the model and its codec from their folders."""
        parts = {k.removeprefix(_PART): str(v) for k, v in load.settings.items() if k.startswith(_PART)}
        self._load = load
        self._folders = calling.folders(load.model, parts)
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="speaking")
        self._under_way: Future[Any] | None = None
        from studio.engines.shared.neural import memory, proof

        memory.begin(load.threads)
        self._rungs = _MAKING & set(str(load.settings.get(_RUNGS, "")).split())
        self._machine: Machine | None = self._made(self._rungs)
        return {**proof.versions("torch", "transformers"), "precision": self._machine.form, "sample_rate": RATE}

    def run(self, context: RunContext) -> Output:
        """Speak all stretches."""
        if "empty_cache" in context.rungs:
            self._give_back()
        work = _Work(self, self._suiting(context), context)
        output = speech.speak(context, work.make, rate=RATE)
        output.facts["pieces"] = [span for piece in work.pieces for span in _spans(piece, output.facts["pieces"])]
        return output

    def clean_up(self) -> None:
        """Wait for a step that is still under way, and give memory back."""
        if self._under_way is not None:
            wait([self._under_way])
            self._under_way = None
        self._give_back()

    def wait_for(self, context: RunContext, work: Any, *given: Any) -> Any:
        """Do something on the thread, and leave within a moment when the job is cancelled."""
        self._under_way = future = self._pool.submit(work, *given)
        while not wait([future], _LOOK).done:
            context.check_cancelled()
        self._under_way = None
        return future.result()

    def _suiting(self, context: RunContext) -> Machine:
        """Return the model as the rungs want it: loaded anew where they want another."""
        wanted = _MAKING & set(context.rungs)
        machine = self._machine
        if machine is None or wanted != self._rungs:
            context.progress(speech.STAGE)
            self._machine = machine = None
            gc.unfreeze()  # the loop takes what was loaded first for what stays
            self._give_back()
            self._machine = machine = self.wait_for(context, self._made, wanted)
            self._rungs = wanted
        return machine

    def _made(self, rungs: frozenset[str]) -> Machine:
        from machine import Machine, number_format

        settings, device = self._load.settings, self._load.device
        form = number_format(str(settings.get("number_format", "auto")), device, rungs)
        return Machine(self._folders, device, form=form, rungs=rungs, static=bool(settings.get("static_cache", False)))

    def _give_back(self) -> None:
        from studio.engines.shared.neural import memory

        memory.give_back()


class _Work:
    """One job: its stretches, the recordings of its voices, and what was made ahead in a batch."""

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
        self._ahead: dict[int, Sound] = {}
        self._made: dict[str, Sound] = {}  # those that may carry others
        self._carrying = {key for piece in self.pieces for key in piece.carriers}

    def make(self, piece: speech.Piece) -> Sound | None:
        """Make a stretch, and with it those of its group that are missing."""
        if piece.number not in self._ahead:
            group = [self.pieces[n] for n in self._groups.of(piece.number) if n >= piece.number]
            missing = [p for p in group if p is piece or self._context.finished_part(p.key) is None]
            missing = [piece, *(p for p in missing if p.number != piece.number)]
            self._speak(missing)
        made = self._ahead.pop(piece.number)
        if piece.key in self._carrying:
            self._made[piece.key] = made
        return made

    def _speak(self, pieces: Sequence[speech.Piece]) -> None:
        """Make several stretches, as many calls at once as the batch allows."""
        jobs = [(piece, call) for piece in pieces for call in self._calls(piece)]
        sounds: list[Sound | None] = [None] * len(jobs)
        faults = [judging.GOOD] * len(jobs)
        total = sum(call.frames for _, call in jobs)
        done = 0
        for numbers in self._batches([call for _, call in jobs]):
            calls = [jobs[n][1] for n in numbers]
            share = sum(call.frames for call in calls)
            seeds = [self._seed(jobs, n, 0) for n in numbers]
            made = self._say(calls, seeds, pieces, (done / total, share / total))
            done += share
            for n, sound in zip(numbers, made, strict=True):
                sounds[n], faults[n] = sound, _fault(sound, jobs[n][1])
        for n, (piece, call) in enumerate(jobs):
            first = sounds[n]
            if faults[n] and first is not None:
                sounds[n] = self._again(piece, call, first, self._seed(jobs, n, 0), pieces)
        for piece in pieces:
            own = [judging.trimmed(s) for s, (p, _) in zip(sounds, jobs, strict=True) if p is piece and s is not None]
            self._ahead[piece.number] = pacing.paced(judging.together(own), self._speed)

    def _again(self, piece: speech.Piece, call: Call, first: Sound, seed: int, pieces: Sequence[speech.Piece]) -> Sound:
        """Make a call that went wrong with the next seeds; keep the best, and say what happened."""
        best, fault = first, _fault(first, call)
        wrong = fault
        for attempt in range(1, self._retries + 1):
            (sound,) = self._say([call], [seed + attempt], pieces, (1.0, 0.0))
            found = _fault(sound, call)
            if judging.ORDER.index(found) < judging.ORDER.index(fault):
                best, fault = sound, found
            if not fault:
                times = "once" if attempt == 1 else f"{attempt} times"
                self._context.note(
                    f"A stretch {wrong} and was made again {times}, with another seed.", level="info", line=piece.line
                )
                return best
        tries = f", also after {self._retries} further tries; the best was kept" if self._retries else ""
        self._context.note(f"A stretch {fault}{tries}.", line=piece.line)
        return best

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
        return self._runner.wait_for(context, self._machine.speak, calls, seeds, settings, on_frame)

    def _batches(self, calls: Sequence[Call]) -> list[list[int]]:
        """Return the numbers of the calls that are made at once: those with prompts, and those without."""
        sorts = [[n for n, call in enumerate(calls) if bool(call.prompts) is prompted] for prompted in (True, False)]
        return [sort[at : at + self._batch] for sort in sorts for at in range(0, len(sort), self._batch)]

    def _seed(self, jobs: Sequence[tuple[speech.Piece, Call]], number: int, attempt: int) -> int:
        """Return the seed of a call: the further calls of a stretch are far from its further tries."""
        piece = jobs[number][0]
        place = sum(1 for other, _ in jobs[:number] if other is piece)
        return piece.seed + 1000 * place + attempt

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
        if key in self._made:
            return self._made[key]
        file = self._context.finished_part(key)
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
