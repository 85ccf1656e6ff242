"""What an engine says while it works: looks at what is being made."""

from __future__ import annotations

from pathlib import Path

import pytest

from studio.app import Studio
from studio.events import Event, JobPreview
from studio.services import execution
from studio.services.generation import Wish
from tests.smoke.plugins import TOML, TONE, write_engine

# Shows three looks, one before that is none of its own, one that is not there, words, and two that nobody should see.
_SHOWS = """
from array import array
from pathlib import Path
from studio.engines.shared import speech
from studio.worker.runner import Runner as Base

class Runner(Base):
    def run(self, context):
        context.scratch.mkdir(parents=True, exist_ok=True)
        context.preview(Path({outside!r}))
        for number in range(3):
            (context.scratch / f"{{number}}.png").write_bytes(b"look %d" % number)
            context.preview(context.scratch / f"{{number}}.png")
        context.preview(context.scratch / "not there.png")
        (context.scratch / "words.txt").write_text("La la")
        context.preview(context.scratch / "words.txt")
        (context.scratch / "page.html").write_text("<b>")
        context.preview(context.scratch / "page.html")
        (context.scratch / "huge.png").write_bytes(bytes(2000))
        context.preview(context.scratch / "huge.png")
        return speech.speak(context, lambda piece: array("f", [0.25, -0.25] * 6000), rate=24000)
"""


@pytest.fixture
def studio(tmp_path: Path):
    (tmp_path / "mine.png").write_bytes(b"mine")
    runner = _SHOWS.format(outside=str(tmp_path / "mine.png"))
    write_engine(tmp_path / "data" / "engines" / "shows", runner=runner)
    opened = Studio(tmp_path / "data")
    yield opened
    opened.close()


@pytest.mark.parametrize(("gap", "shown"), [(0.0, [b"look 0", b"look 1", b"look 2", b"La la"]), (1e6, [b"look 0"])])
def test_looks_at_what_is_being_made_are_told_no_more_often_than_anybody_sees(
    studio: Studio, monkeypatch: pytest.MonkeyPatch, gap: float, shown: list[bytes]
) -> None:
    monkeypatch.setattr(execution, "_PREVIEW_GAP", gap)
    monkeypatch.setattr(execution, "_LARGEST_PREVIEW", 1000)
    looks: list[tuple[int, bytes]] = []
    endings: list[str] = []

    def hear(event: Event) -> None:
        if isinstance(event, JobPreview):
            looks.append((event.job, Path(event.file).read_bytes()))
            endings.append(Path(event.file).suffix)

    studio.bus.subscribe(hear)
    job = studio.generation.ask(Wish(script="Hi there.", engine="shows", seed=1))
    assert studio.ownership.try_take()
    studio.dispatcher.run(until=lambda: studio.jobs.get(job).final)
    assert studio.jobs.get(job).state == "succeeded"
    assert looks == [(job, look) for look in shown]
    assert endings == [".txt" if look == b"La la" else ".png" for look in shown]
    assert list(studio.paths.scratch.glob("*preview*")) == []


_CHOOSES = (
    TONE.replace("return speech", "made = speech")
    + """
        made.facts["loras"] = {"ink": "0a" * 32}
        return made

    def load(self, load):
        return {"precision": "fp8"}
"""
)


def test_a_recipe_says_what_the_engine_chose_and_used_and_no_terms_of_what_is_the_users(tmp_path: Path) -> None:
    toml = TOML.replace('pack = "app"', 'pack = "app"\nprecision = "auto"')
    model = '[[models]]\nid = "own"\nlicence = "MIT"\nrevision = "abc"\nbundled = true\n'
    write_engine(tmp_path / "data" / "engines" / "chooses", runner=_CHOOSES, toml=toml + model)
    (tmp_path / "mine").mkdir()
    studio = Studio(tmp_path / "data")
    try:
        assert studio.ownership.try_take()
        made: list[dict[str, object]] = []
        for params in ({}, {"model": str(tmp_path / "mine")}, {}):
            job = studio.generation.ask(Wish(script="Hi there.", engine="chooses", seed=1, params=params))
            studio.dispatcher.run(until=lambda job=job: studio.jobs.get(job).settled)
            made.append(studio.library.of_job(job)[0].recipe)
    finally:
        studio.close()
    told = [tuple(one[name] for name in ("precision", "model", "revision", "licence")) for one in made]
    ink = "unstated licence of LoRA ink"
    assert (
        told[0] == told[2] == ("fp8", "own", "abc", f"MIT AND {ink}")
    )  # the last was made by a process that was loaded already
    assert told[1] == ("fp8", "mine", "", f"unstated licence of the model AND {ink}")
    assert [one["loras"] for one in made] == [{"ink": "0a" * 32}] * 3
