"""What is heard as other words than written is spoken with the next seed: by an engine that speaks as a list says.

Its sound says by its level which recording it is, and who listens knows what is said in each. Once, both are real.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

import numpy as np
import pytest

from studio.app import Studio
from studio.domain import seeds
from studio.domain.requests import Target
from studio.domain.words import Heard, Word
from studio.errors import Cancelled, EngineFailure
from studio.protocol import float_wav
from studio.services import again
from studio.services.generation import Wish
from studio.services.jobs import Job
from studio.services.quality import Quality
from studio.services.recogniser import Recogniser
from studio.settings import Settings, with_value
from tests.smoke.plugins import TOML, write_engine

pytestmark = [pytest.mark.slow, pytest.mark.timeout(120)]

TELLER = (
    TOML.replace('pack = "app"', 'pack = "app"\ndialogue = true\ndefault_voices = ["plain", "other"]')
    + """
[[voices]]
id = "other"
title = "Other"
language = "en"
[[params]]
name = "retries"
type = "int"
default = 2
min = 0
max = 5
title = "Further tries"
[[params]]
name = "max_seconds"
type = "float"
default = 20.0
title = "Longest"
"""
)
# A seed that the list names is spoken as it says: by the number of a recording, or by a file; or it goes wrong.
RUNNER = """
import json
import os
from array import array
from pathlib import Path
from studio.engines.shared import speech
from studio.protocol import float_wav
from studio.worker.runner import Runner as Base

LIST, TOLD = Path({list!r}), Path({told!r})

class Runner(Base):
    def run(self, context):
        known = json.loads(LIST.read_text())
        damaged = []

        def make(piece):
            with TOLD.open("a") as told:
                told.write(piece.text + chr(10))
            spoken = known.get(str(piece.seed), known[piece.text])
            if spoken == "die":
                os._exit(9)
            if spoken == "wait":
                context.wait(100)
            if spoken == "damaged":
                damaged.append(spoken)
                spoken = 1
            if isinstance(spoken, str):
                return array("f", float_wav.read_samples(Path(spoken)))
            return array("f", [0.01 * (1 + spoken)] * 24000)

        output = speech.speak(context, make, rate=24000)
        places = output.facts["pieces"]
        output.facts["pieces"] = [
            {{"line": turn["line"], "start": place["start"] + n * (place["end"] - place["start"]) / len(piece.turns),
              "end": place["start"] + (n + 1) * (place["end"] - place["start"]) / len(piece.turns),
              "stretch": piece.number}}
            for piece, place in zip(speech.pieces_of(context), places) for n, turn in enumerate(piece.turns)
        ]
        if damaged:
            output.path.write_text("no sound")
        return output
"""
ANN, BEN = "The old bridge was closed on Monday.", "Then we take the ferry at noon instead."
SCRIPT = f"[Ann] {ANN}\n[pause 1s] [Ben] {BEN}"
SEED = 11
OF_ANN, OF_BEN = (seeds.of_piece(SEED, index) for index in (0, 1))
SAID = (ANN, BEN, "The old ridge is cold.", "Then we take the ferry and then soon.", "Well well.", f"{ANN} {BEN}")


@dataclass
class Ear:
    """Stands for the recogniser."""

    sounds: list[int] = field(default_factory=list[int])  # what it heard, in order
    failure: Exception | None = None
    ready: bool = True
    then: Callable[[], object] = lambda: None

    def listen(self, sound: Path, spans: list[tuple[float, float]], _following: object) -> tuple[Heard, ...]:
        """Say which recording lies in each stretch."""
        if self.failure:
            raise self.failure
        found = float_wav.read_float_wav(sound)
        samples = np.array(float_wav.read_samples(sound), np.float32)
        middles = [samples[round((begin + end) / 2 * found.rate)] for begin, end in spans]
        numbers = [round(float(level) / 0.01) - 1 for level in middles]
        self.sounds += numbers
        self.then()
        return tuple(_heard(SAID[number], begin) for number, (begin, _) in zip(numbers, spans, strict=True))


def _heard(text: str, begin: float) -> Heard:
    """Hear a word every 60 ms."""
    words = enumerate(text.split())
    return Heard(text, tuple(Word(word, begin + 0.06 * n, begin + 0.06 * n + 0.05) for n, word in words))


@dataclass(frozen=True)
class Telling:
    """A studio with the engine, and who listens."""

    studio: Studio
    folder: Path
    ear: Ear

    def list(self, spoken: Mapping[int | str, int | str]) -> None:
        """Say what is spoken for a seed, or else for a text."""
        given = {str(key): value for key, value in spoken.items()}
        (self.folder / "list").write_text(json.dumps({ANN: 0, BEN: 1, **given}), encoding="utf-8")

    def quality(self, settings: Settings | None = None) -> Quality:
        """The check of lines, by our ear."""
        studio, ear = self.studio, cast("Recogniser", self.ear)
        given = settings or studio.settings
        return Quality(studio.registry, studio.jobs, studio.library, ear, studio.sound, given)

    def listen(self, *, wanted: bool = True) -> None:
        """Have somebody listen, where that is wanted."""
        settings = with_value(self.studio.settings, "speech.check_lines", wanted)
        self.studio.dispatcher.use(settings, self.quality(settings))

    def ask(self, **changes: object) -> Job:
        """Have the script spoken."""
        wish = Wish(**{"script": SCRIPT, "engine": "teller", "seed": SEED, **changes})
        return self.run(self.studio.generation.ask(wish))

    def run(self, job: int) -> Job:
        """Run the queue until a job is through."""
        self.studio.dispatcher.run(until=lambda: self.studio.jobs.get(job).settled)
        return self.studio.jobs.get(job)

    @property
    def made(self) -> list[str]:
        """What the engine was asked to speak, in order."""
        return (self.folder / "told").read_text("utf-8").splitlines()

    def seeds(self, job: Job) -> dict[str, int]:
        """The seeds that the recipe names."""
        return cast("dict[str, int]", self.studio.library.of_job(job.id)[0].recipe.get("seeds", {}))

    def sound(self, job: Job) -> bytes:
        """What came of a job."""
        return self.studio.library.of_job(job.id)[0].file.read_bytes()


@pytest.fixture
def telling(tmp_path: Path) -> Iterator[Telling]:
    runner = RUNNER.format(list=str(tmp_path / "list"), told=str(tmp_path / "told"))
    write_engine(tmp_path / "data" / "engines" / "teller", toml=TELLER, runner=runner)
    studio = Studio(tmp_path / "data")
    try:
        assert studio.ownership.try_take()
        found = Telling(studio, tmp_path, Ear())
        found.listen()
        yield found
    finally:
        studio.close()


def notes(job: Job) -> str:
    return " ".join(f"{note['level']}: {note['text']}" for note in job.notes)


def test_the_next_seed_mends_it_and_the_file_made_again_is_the_same(telling: Telling) -> None:
    telling.list({OF_BEN: 3})
    job = telling.ask()
    assert job.state == "succeeded", job.error
    assert telling.made == [ANN, BEN, BEN]
    assert telling.ear.sounds == [0, 3, 1], "nothing is listened to twice"
    (note,) = job.notes  # and nothing of a cleanup that nobody could wait for
    assert (note["level"], note["line"]) == ("info", 2)
    assert "was heard as other words than written and was made again once, with another seed" in str(note["text"])
    assert telling.seeds(job) == {"1": seeds.of_take(OF_BEN, 1)}
    shutil.rmtree(telling.studio.paths.parts)
    (media,) = telling.studio.library.of_job(job.id)
    recipe = again.understood(media.recipe, media.file)
    once_more = telling.run(again.ask(telling.studio.generation, recipe, Target(str(telling.folder / "b.wav"), "wav")))
    assert once_more.state == "succeeded", once_more.error
    assert telling.sound(once_more) == telling.sound(job)
    assert telling.made[3:] == [ANN, BEN]
    assert telling.ear.sounds == [0, 3, 1], "what is made again is not judged"


def test_the_best_of_its_tries_is_kept_and_the_limit_said(telling: Telling) -> None:
    telling.list({OF_BEN: 4, seeds.of_take(OF_BEN, 1): 3, seeds.of_take(OF_BEN, 2): 4})
    job = telling.ask()
    assert telling.made == [ANN, BEN, BEN, BEN]
    assert telling.seeds(job) == {"1": seeds.of_take(OF_BEN, 1)}
    assert notes(job) == (  # what is still wrong is said by who checks the lines
        "info: A stretch was heard as other words than written and was made again 2 times, with another seed;"
        " the best was kept."
    )
    (media,) = telling.studio.library.of_job(job.id)
    samples = np.array(float_wav.read_samples(media.master), np.float32)
    assert samples[-100] == pytest.approx(0.04)


def test_what_carries_others_is_made_again_with_them(telling: Telling) -> None:
    script = f"[Ann] {ANN}\n[pause 1s] [Ann] {BEN}"
    telling.list({OF_ANN: 2})
    job = telling.ask(script=script)
    assert telling.made == [ANN, BEN, ANN, BEN], "the second is carried by the first"
    assert telling.ear.sounds == [2, 1, 0, 1]
    assert telling.seeds(job) == {"0": seeds.of_take(OF_ANN, 1)}


def test_lines_that_are_spoken_in_one_go_are_judged_where_they_were_heard(telling: Telling) -> None:
    telling.list({f"{ANN} {BEN}": 5})
    job = telling.ask(script=f"[Ann] {ANN}\n[Ben] {BEN}")
    assert telling.made == [f"{ANN} {BEN}"]
    judged = telling.quality().check(job.id)
    assert [judged[line].heard for line in (0, 1)] == [ANN, BEN]
    assert [judged[line].word_error for line in (0, 1)] == [0.0, 0.0]
    lines = telling.studio.library.of_job(job.id)[0].facts["lines"]
    assert lines[0]["end"] == lines[1]["start"] == pytest.approx(0.06 * len(ANN.split()), abs=0.01)  # not in the middle


@pytest.mark.parametrize("why", ["no tries", "turned off", "nobody there", "as it is"])
def test_nobody_listens_where_that_is_not_wanted(telling: Telling, why: str) -> None:
    telling.list({OF_BEN: 3})
    telling.ear.ready = why != "nobody there"
    telling.listen(wanted=why != "turned off")
    job = telling.ask(as_is=why == "as it is", params={"retries": 0 if why == "no tries" else 2})
    assert job.state == "succeeded"
    assert (telling.ear.sounds, telling.made, telling.seeds(job)) == ([], [ANN, BEN], {})


def test_a_recogniser_that_fails_costs_nothing(telling: Telling) -> None:
    telling.list({OF_BEN: 3})
    telling.ear.failure = EngineFailure("It broke.")
    job = telling.ask()
    assert (job.state, telling.made) == ("succeeded", [ANN, BEN])
    assert "info: What was spoken could not be listened to: It broke." in notes(job)


def test_a_cancel_while_it_listens_keeps_what_is_whole(telling: Telling) -> None:
    telling.list({OF_BEN: 3})
    telling.ear.failure = Cancelled("Stopped.")
    job = telling.ask()
    assert (job.state, telling.made) == ("succeeded", [ANN, BEN])
    assert notes(job) == "info: Listening to what was spoken was stopped; the sound is whole."


@pytest.mark.parametrize("how", ["none.wav", "die", "wait", "damaged"])
def test_a_further_try_that_fails_costs_nothing_of_what_is_whole(telling: Telling, how: str) -> None:
    telling.list({OF_BEN: 4, seeds.of_take(OF_BEN, 1): 3, seeds.of_take(OF_BEN, 2): how})
    job = telling.studio.generation.ask(Wish(script=SCRIPT, engine="teller", seed=SEED))
    stopped = how == "wait"
    if stopped:
        telling.ear.then = lambda: telling.ear.sounds[2:] and telling.studio.jobs.cancel(job)
    done = telling.run(job)
    assert done.state == "succeeded", done.error
    assert telling.made == [ANN, BEN, BEN, BEN]
    assert telling.seeds(done) == {"1": seeds.of_take(OF_BEN, 1)}
    (media,) = telling.studio.library.of_job(job)
    assert np.array(float_wav.read_samples(media.master), np.float32)[-100] == pytest.approx(0.04), "of the second try"
    failed = "info: A further try was stopped" if stopped else "warning: A further try for what was heard wrong failed:"
    assert failed in notes(done)
    assert "made again once, with another seed; the best was kept." in notes(done) or how == "damaged"
    assert not (telling.studio.paths.scratch / str(job)).exists()


def test_the_real_recogniser_hears_what_is_spoken_and_what_is_not(telling: Telling) -> None:
    spoken: dict[str, str] = {}
    for text in (ANN, BEN, "Nobody has seen the green parrot since last winter."):
        job = telling.run(telling.studio.generation.ask(Wish(script=text, engine="kokoro", seed=1)))
        master = telling.folder / f"{len(spoken)}.wav"
        shutil.copyfile(telling.studio.library.of_job(job.id)[0].master, master)
        spoken[text] = str(master)
    right_ann, right_ben, wrong = spoken.values()
    telling.list({ANN: right_ann, BEN: right_ben, OF_BEN: wrong})
    telling.studio.dispatcher.use(telling.studio.settings, telling.studio.quality)
    job = telling.ask()
    assert job.state == "succeeded", job.error
    assert telling.made == [ANN, BEN, BEN]
    assert "was heard as other words than written and was made again once" in notes(job)
    assert telling.seeds(job) == {"1": seeds.of_take(OF_BEN, 1)}
