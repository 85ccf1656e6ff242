"""The fake engine's table in this process, on this machine and on a second host that shares no file names with it."""

from __future__ import annotations

import hashlib
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from studio.app import Studio
from studio.runtime.hosts.base import Host
from studio.runtime.hosts.local import LocalHost
from studio.services.generation import Wish
from studio.services.jobs import Job
from tests.smoke.behaviours import LADDERS, ROWS, SCRIPT, TYPICAL, WAITING, assert_notes
from tests.smoke.driver import ROOT, assert_clean, left_naming, parts_kept
from tests.smoke.mapped_host import MappedHost
from tests.smoke.plugins import TONE, sick_engine, write_engine

pytestmark = pytest.mark.slow  # many processes

HOSTS = ("local", "mapped")


@dataclass(frozen=True)
class Room:
    """A studio on a host."""

    studio: Studio
    data: Path
    host: Host

    def speak(self, *, text: str = SCRIPT, engine: str = "fake", **settings: str) -> Job:
        """Do a job to its end, cleanup included."""
        return self.work(self.studio.generation.ask(Wish(script=text, engine=engine, seed=7, params=settings)))

    def work(self, job: int) -> Job:
        """Run the queue until a job is over."""
        assert self.studio.ownership.try_take()
        self.studio.dispatcher.run(until=lambda: self.studio.jobs.get(job).final)
        return self.studio.jobs.get(job)


@contextmanager
def opened(root: Path, host_name: str) -> Iterator[Room]:
    data = root / "data"
    data.mkdir()
    host: Host = LocalHost(data / "scratch")
    if host_name == "mapped":
        host = MappedHost(root / "island", foreign=[data, ROOT / "studio"])
    studio = Studio(data, host=host)
    try:
        yield Room(studio, data, host)
    finally:
        studio.close()
    if isinstance(host, MappedHost):
        assert all(str(data).encode() not in said for said in host.told)
    assert_clean(root, data)


@pytest.fixture(name="room", params=HOSTS)
def _make_room(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Room]:
    with opened(tmp_path, request.param) as made:
        yield made


def texts(job: Job) -> list[str]:
    return [str(note["text"]) for note in job.notes]


def sound_of(room: Room, job: Job) -> bytes:
    """The result as the library holds it; there must be one, and it must be what its row says."""
    (media,) = room.studio.library.of_job(job.id)
    content = media.file.read_bytes()
    assert hashlib.sha256(content).hexdigest() == media.sha256
    assert hashlib.sha256(media.master.read_bytes()).hexdigest() == media.master_sha256
    return content


def _is_slow(host: str, behaviour: str) -> bool:
    return behaviour in WAITING or (host == "mapped" and behaviour not in TYPICAL)


@pytest.mark.parametrize(
    ("room", "behaviour"),
    [
        pytest.param(host, behaviour, marks=[pytest.mark.slow] if _is_slow(host, behaviour) else [])
        for host in HOSTS
        for behaviour in ROWS
    ],
    indirect=["room"],
)
def test_behaviour(room: Room, behaviour: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STUDIO_ENV_MARKER", str(tmp_path))
    row = ROWS[behaviour]
    job = room.speak(behaviour=behaviour)
    assert job.state == row.state, job.error
    assert_notes(texts(job), row.notes)
    assert len(parts_kept(room.data)) == row.kept
    if row.error:
        assert job.error is not None
        assert re.search(row.error, job.error["message"])
        assert room.studio.library.of_job(job.id) == []
    else:
        sound_of(room, job)
    again = room.speak(behaviour="ok")
    assert again.state == "succeeded"
    assert_notes(texts(again), [f"started with {rung}, which worked here before" for rung in _cure(job)])
    sound_of(room, again)
    room.studio.close()
    assert left_naming(str(tmp_path)) == []


def _cure(job: Job) -> list[str]:
    return [m.group(1) for text in texts(job) if (m := re.search(r"with (\w+)\.$", text)) and m.group(1) != "restart"]


def test_both_hosts_make_the_same_bytes(tmp_path: Path) -> None:
    made: list[bytes] = []
    for name in HOSTS:
        (tmp_path / name).mkdir()
        with opened(tmp_path / name, name) as room:
            made.append(sound_of(room, room.speak()))
    assert made[0] == made[1]


def test_a_warm_process_does_the_next_job(tmp_path: Path) -> None:
    with opened(tmp_path, "mapped") as room:
        assert isinstance(room.host, MappedHost)
        first, second = room.speak(), room.speak(text="Something else.")
        assert (first.state, second.state, room.host.starts) == ("succeeded", "succeeded", 1)
        room.speak(behaviour="slow", text="Other settings.")
        assert room.host.starts == 2


def test_the_process_that_crashed_in_cleanup_is_not_used_again(tmp_path: Path) -> None:
    with opened(tmp_path, "mapped") as room:
        assert isinstance(room.host, MappedHost)
        jobs = [room.speak(behaviour="abort_in_cleanup") for _ in range(2)]
        assert [j.state for j in jobs] == ["succeeded", "succeeded"]
        assert [len(j.notes) for j in jobs] == [1, 1]
        assert room.host.starts == 2


def test_a_flood_leaves_a_small_log(room: Room) -> None:
    assert room.speak(behaviour="stderr_flood").state == "succeeded"
    assert sum(p.stat().st_size for p in (room.data / "logs").iterdir()) < 5_000_000


def test_noise_goes_to_the_log(room: Room) -> None:
    room.speak(behaviour="stdout_noise")
    log = (room.data / "logs" / "engine-fake.log").read_text(errors="replace")
    for source in ("Python", "the descriptor", "C", "a grandchild"):
        assert f"noise from {source}\n" in log


@pytest.mark.parametrize(
    ("failure", "steps"),
    [
        pytest.param(name, steps, marks=[] if steps == len(order) else [pytest.mark.slow])
        for name, order in LADDERS.items()
        for steps in range(1, len(order) + 1)
    ],
)
def test_each_class_climbs_its_own_ladder(failure: str, steps: int, tmp_path: Path) -> None:
    order = LADDERS[failure][:steps]
    with opened(tmp_path, "local") as room:
        job = room.speak(behaviour=failure, until=order[-1], text="A word.")
        assert job.state == "succeeded"
        assert_notes(texts(job), [rf"\({failure}\).*Trying again with {rung}\." for rung in order])
        (made,) = room.studio.library.of_job(job.id)
        assert tuple(made.recipe["rungs"]) == order
        later = room.speak(behaviour=failure, until=order[-1], text="Another word.")
        assert texts(later) == [f"started with {', '.join(order)}, which worked here before"]


def test_a_retry_makes_only_what_is_missing(room: Room, tmp_path: Path) -> None:
    engine = sick_engine(room.data, tmp_path / "notebook")
    first = room.speak(engine="sick")
    assert (first.state, len(parts_kept(room.data)), engine.made()) == ("failed", 2, [0, 1])
    assert engine.died_writing().endswith(".part")
    assert_clean(tmp_path)
    engine.heal()
    second = room.work(room.studio.generation.retry(first.id))
    assert (second.state, engine.made()) == ("succeeded", [0, 1, 2, 3])
    resumed = sound_of(room, second)
    shutil.rmtree(room.data / "cache")
    undisturbed = room.speak(engine="sick")
    assert engine.made()[4:] == [0, 1, 2, 3]
    assert sound_of(room, undisturbed) == resumed


def test_the_second_host_refuses_what_is_not_on_it(tmp_path: Path) -> None:
    """Without this the other tests there could pass by reading the studio's files after all."""
    with opened(tmp_path, "mapped") as room:
        secret = room.data / "secret"
        secret.write_text("secret", encoding="utf-8")
        peeking = f"open({str(secret)!r}).read()\n{TONE}"
        write_engine(room.data / "engines" / "peeking", runner=peeking)
        job = room.speak(engine="peeking")
        assert job.state == "failed"
        assert job.error is not None
        assert f"{secret} is not on this host" in job.error["message"] + job.error["details"]
