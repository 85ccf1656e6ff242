"""Exports as jobs: real projects, the real sound process, and everything that can come between."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import signal
import time
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile

from studio.app import Studio
from studio.audio import tagging
from studio.domain.export.options import Options
from studio.domain.project import Clip, Effect, Project, Track
from studio.errors import StudioError
from studio.events import JobProgress
from studio.services.export import Wish
from studio.services.export_job import ExportWork
from studio.services.helper import Done
from studio.store import atomic
from tests.processes import descendants
from tests.services import project_maker
from tests.services.project_maker import RATE, sound_file, tone

pytestmark = pytest.mark.slow

_FLOAT = Options(bits=32)


@pytest.fixture(scope="module")
def studio(tmp_path_factory):
    """One studio whose sound process is warm: it starts before the first test and ends after the last."""
    root = tmp_path_factory.mktemp("export")
    opened = Studio(root / "data")
    project_maker.show(opened.projects, root / "Warm.angen")
    job = opened.exports.ask(Wish(root / "Warm.angen", root / "warm.wav"))
    assert opened.ownership.try_take()
    opened.dispatcher.run(until=lambda: opened.jobs.get(job).settled)
    assert opened.jobs.get(job).state == "succeeded", opened.jobs.get(job).error
    yield opened
    opened.close()


@pytest.fixture
def fresh(tmp_path):
    """A studio of the test's own, whose processes may die."""
    opened = Studio(tmp_path / "data")
    assert opened.ownership.try_take()
    yield opened
    opened.close()


@pytest.fixture
def show(studio, tmp_path):
    return project_maker.show(studio.projects, tmp_path / "Show.angen")


@pytest.fixture
def out(tmp_path):
    folder = tmp_path / "out"
    folder.mkdir()
    return folder


def _run(studio, job):
    studio.dispatcher.run(until=lambda: studio.jobs.get(job).settled)
    return studio.jobs.get(job)


def _export(studio, project, output, **wish):
    job = _run(studio, studio.exports.ask(Wish(project, output, **wish)))
    assert job.state == "succeeded", job.error
    return studio.exports.result(job)


def _files(folder: Path) -> list[str]:
    return sorted(str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file())


def _digests(folder: Path) -> dict[str, str]:
    return {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in _files(folder)}


def _expected() -> np.ndarray:
    mix = np.zeros(96_000)
    mix[24_000:] += tone(3.0, 300)[4_800:76_800]
    mix[:72_000] += tone(2.0, 500, 0.1)[:72_000] * 10 ** (-6 / 20)
    return np.stack([mix, mix], axis=1)


def test_the_file_is_the_mix_and_the_result_tells_of_it(studio, show, out):
    found = _export(studio, show, out / "a.wav", options=_FLOAT)
    sound, rate = soundfile.read(out / "a.wav")
    assert rate == RATE
    assert np.abs(sound - _expected()).max() < 1e-6
    assert found["path"] == str(out / "a.wav")
    assert found["seconds"] == 2.0
    assert found["state"] == "succeeded"
    assert found["peak_rss"] > 0
    assert found["realtime"] == pytest.approx(2.0 / found["wall"], rel=0.1)
    made, page = found["outputs"]
    assert {k: made[k] for k in ("path", "kind", "seconds", "sample_rate", "channels", "use")} == {
        "path": str(out / "a.wav"), "kind": "audio", "seconds": 2.0, "sample_rate": RATE, "channels": 2, "use": "mix",
    }  # fmt: skip
    assert made["sha256"] == hashlib.sha256((out / "a.wav").read_bytes()).hexdigest()
    assert (page["path"], page["kind"]) == (str(out / "a.wav.CREDITS.txt"), "text")
    assert _files(out) == ["a.wav", "a.wav.CREDITS.txt"]


@pytest.mark.parametrize("ending", ["wav", "flac", "mp3"])
def test_the_recipe_of_every_clip_is_in_the_file(studio, show, out, ending):
    found = _export(studio, show, out / f"a.{ending}")
    stored = tagging.read(out / f"a.{ending}").recipe
    assert stored == found["outputs"][0]["recipe"]
    assert stored is not None
    assert [(c["clip"], c["licence"]) for c in stored["clips"]] == [("c7", "CC-BY-4.0"), ("c5", "MIT")]
    assert stored["clips"][1]["recipe"]["seed"] == 5
    for private in (str(show), str(out), time.strftime("%Y-%m-%d")):
        assert private not in json.dumps(stored)


def test_equal_exports_are_equal_bytes(studio, show, out):
    for name in ("a.flac", "b.flac"):
        _export(studio, show, out / name, options=Options("music"))
    assert (out / "a.flac").read_bytes() == (out / "b.flac").read_bytes()


def test_stems_add_up_to_the_mix(studio, show, out):
    found = _export(studio, show, out / "a.wav", options=_FLOAT, stems=out / "stems")
    assert _files(out / "stems") == ["Music.wav", "Talk.wav"]
    mix, *stems = [soundfile.read(p)[0] for p in (out / "a.wav", out / "stems/Music.wav", out / "stems/Talk.wav")]
    assert {len(s) for s in stems} == {len(mix)}
    assert np.abs(sum(stems) - mix).max() < 1e-6
    recipes = {Path(o["path"]).name: o["recipe"] for o in found["outputs"] if o["use"] == "stem"}
    assert [c["clip"] for c in recipes["Talk.wav"]["clips"]] == ["c5"]


def test_chapter_files_follow_one_another_without_a_gap(studio, show, out):
    found = _export(studio, show, out / "a.wav", options=_FLOAT, chapters=out / "parts")
    assert _files(out / "parts") == ["01 One.wav", "02 Two.wav"]
    parts = [soundfile.read(out / "parts" / name)[0] for name in ("01 One.wav", "02 Two.wav")]
    assert np.array_equal(np.concatenate(parts), soundfile.read(out / "a.wav")[0])
    said = tagging.read(out / "parts" / "02 Two.wav")
    assert (said.title, said.album, said.artist) == ("Two", "Shows", "Ada")
    assert [Path(v["path"]).name for v in found["verdicts"]] == ["a.wav", "01 One.wav", "02 Two.wav"]


def test_a_stretch_and_the_files_beside_it(studio, show, out):
    files = {"labels": out / "l.txt", "otio": out / "x" / "t.otio", "subtitles": out / "s.srt"}
    (out / "x").mkdir()
    found = _export(studio, show, out / "a.wav", options=Options(start=1.0, end=1.5, bits=32), **files)
    assert found["seconds"] == 0.5
    assert np.abs(soundfile.read(out / "a.wav")[0] - _expected()[48_000:72_000]).max() < 1e-6
    assert (out / "l.txt").read_text() == "0.000000\t0.000000\tTwo\n0.000000\t0.500000\tAda: Hello there.\n"
    assert "00:00:00,000 --> 00:00:00,500\nHello there.\n" in (out / "s.srt").read_text()
    timeline = json.loads((out / "x" / "t.otio").read_text())
    address = timeline["tracks"]["children"][0]["children"][0]["media_reference"]["target_url"]
    assert (out / "x" / address).resolve() == show / sound_file(1)
    assert "May be used commercially: yes." in (out / "a.wav.CREDITS.txt").read_text()


def test_what_effects_ring_on_is_in_the_file_and_in_stems_of_the_same_length(studio, show, out):
    with studio.projects.open(show) as opened:
        talk, music = opened.project.tracks
        echo = Effect("e20", "delay", {"seconds": 0.5, "feedback": 0.0, "mix": 0.5})
        opened.do("Echo", replace(opened.project, tracks=(replace(talk, effects=(echo,)), music)))
        opened.save()
    found = _export(studio, show, out / "a.wav", options=_FLOAT, stems=out / "stems")
    assert found["seconds"] == pytest.approx(2.5, abs=0.1)
    mix, talk, music = (soundfile.read(p)[0] for p in (out / "a.wav", out / "stems/Talk.wav", out / "stems/Music.wav"))
    assert len(mix) == len(talk) == len(music)
    assert np.abs(talk + music - mix).max() < 1e-6
    assert np.abs(mix[96_000:]).max() > 0.05
    length = len(mix)
    assert found["outputs"][0]["recipe"]["length"] == length
    for end, given in ((1.5, 1.5), (2.0, 2.0), (2.0005, 2.0), (11.25, 11.25)):
        named = _export(studio, show, out / "b.wav", options=Options(bits=32, end=end), force=True)
        assert named["seconds"] == given
        assert named["outputs"][0]["recipe"]["length"] == given * RATE
        short = min(length, round(given * RATE))
        assert np.array_equal(soundfile.read(out / "b.wav")[0][:short], mix[:short])
    _export(studio, show, out / "c.wav", options=_FLOAT, chapters=out / "parts")
    *_, last = tagging.read(out / "c.wav").chapters
    assert last.end == pytest.approx(length / RATE, abs=0.001)
    parts = [soundfile.read(out / "parts" / name)[0] for name in ("01 One.wav", "02 Two.wav")]
    assert np.array_equal(np.concatenate(parts), mix)


def test_two_spellings_of_a_place_are_one(studio, show, out):
    (out / "link").symlink_to(out)
    with pytest.raises(StudioError, match="same name"):
        studio.exports.ask(Wish(show, out / "Talk.wav", stems=out / "link"))
    with pytest.raises(StudioError, match="same name"):
        studio.exports.ask(Wish(show, out / "a.wav", labels=out / "l.txt", otio=out / "link" / "L.txt"))
    assert _files(out) == []


@pytest.mark.parametrize("what", ["project", "media"])
def test_sound_that_went_while_an_export_waited_is_no_silence(studio, show, out, what):
    done = studio.exports.ask(Wish(show, out / "a.wav"))
    assert _run(studio, done).state == "succeeded"
    waiting = studio.exports.ask(Wish(show, out / "b.wav"))
    gone = show if what == "project" else show / sound_file(2)
    gone.rename(gone.with_name("gone"))
    failed = _run(studio, waiting)
    assert (failed.state, failed.error["exit_code"]) == ("failed", 2)
    assert ("no longer at" if what == "project" else "missing: sound 2.wav (m2)") in failed.error["message"]
    assert failed.error["hint"]
    assert _files(out) == ["a.wav", "a.wav.CREDITS.txt"]
    with pytest.raises(StudioError, match=r"no longer at|are missing"):
        studio.exports.retry(done)


@pytest.mark.parametrize("preset", ["", "podcast", "acx"])
def test_silence_is_told_once(studio, show, out, preset):
    with studio.projects.open(show) as opened:
        opened.do("Mute it all", _muted(opened.project, "Talk", "Music"))
        opened.save()
    with pytest.raises(StudioError, match="no stems"):
        studio.exports.ask(Wish(show, out / "a.wav", stems=out / "stems"))
    found = _export(studio, show, out / "a.mp3", options=Options(preset))
    assert len([note for note in found["notes"] if "Nothing is heard" in note["text"]]) == 1
    assert not preset or "unmute" in found["verdicts"][0]["rules"][0]["mend"]


@pytest.mark.parametrize("rate", [24_000, 44_101])
def test_an_mp3_of_a_project_at_any_rate(studio, out, tmp_path, rate):
    (tmp_path / "P").mkdir()
    sound = project_maker.put(tmp_path / "P", 1, tone(1.0, 300), licence="own work")
    track = Track("k2", "T", clips=(Clip("c3", 0, rate, media="m1"),))
    value = Project("P", rate=rate, next_id=9, media=(sound,), tracks=(track,))
    found = _export(studio, project_maker.into(studio.projects, tmp_path / "P", value), out / "a.mp3",
                    options=Options("podcast"))  # fmt: skip
    assert found["seconds"] == pytest.approx(1.0, abs=0.001)
    assert found["outputs"][0]["sample_rate"] in {32_000, 48_000}


def test_stretched_sound_is_kept_where_playing_keeps_it(studio, show, out):
    with studio.projects.open(show) as opened:
        talk, music = opened.project.tracks
        slower = replace(talk.clips[0], take="", media="m2", offset=0, length=48_000, stretch=1.5)
        opened.do("Stretch", replace(opened.project, tracks=(replace(talk, clips=(slower,)), music)))
        opened.save()
    _export(studio, show, out / "a.wav")
    assert list(studio.paths.conformed.glob("*.wav"))
    assert not list(studio.paths.cache.glob("*.wav"))


def test_a_year_that_some_files_cannot_hold_is_told(studio, show, out):
    with studio.projects.open(show) as opened:
        metadata = replace(opened.project.metadata, year="about 1990")
        opened.do("Describe", replace(opened.project, metadata=metadata))
        opened.save()
    found = _export(studio, show, out / "a.mp3")
    assert any("'about 1990'" in note["text"] for note in found["notes"])
    found = _export(studio, show, out / "b.mp3", tags={"year": "1990"})
    assert not found["notes"]
    assert tagging.read(out / "b.mp3").year == "1990"


def test_later_edits_do_not_change_a_queued_export(studio, show, out):
    job = studio.exports.ask(Wish(show, out / "a.wav", _FLOAT))
    with studio.projects.open(show) as opened:
        opened.do("Empty it", replace(opened.project, tracks=()))
        opened.save()
    assert _run(studio, job).state == "succeeded"
    assert np.abs(soundfile.read(out / "a.wav")[0] - _expected()).max() < 1e-6


def test_a_project_that_is_open_elsewhere_is_exported_as_it_is_saved(studio, show, out):
    with studio.projects.open(show) as opened:
        opened.do("Empty it", replace(opened.project, tracks=()))
        assert _export(studio, show, out / "a.wav")["seconds"] == 2.0
        opened.discard()


def test_existing_files_are_refused_unless_forced(studio, show, out):
    wish = {"stems": out / "stems", "labels": out / "l.txt"}
    (out / "stems").mkdir()
    for name in ("a.wav", "a.wav.CREDITS.txt", "l.txt", "stems/Talk.wav"):
        (out / name).write_bytes(b"mine")
        with pytest.raises(StudioError, match="exists") as caught:
            studio.exports.ask(Wish(show, out / "a.wav", **wish))
        assert "--force" in caught.value.hint
        assert _files(out) == [name]
        (out / name).unlink()
    (out / "stems/Talk.wav").write_bytes(b"mine")
    _export(studio, show, out / "a.wav", **wish, force=True)
    assert (out / "stems/Talk.wav").read_bytes() != b"mine"


@pytest.mark.parametrize(
    ("wish", "words"),
    [
        ({"output": "a.doc"}, "names no format"),
        ({"output": "none/a.wav"}, "does not exist"),
        ({"output": "Show.angen/media/a.wav"}, "belongs to the project"),
        ({"labels": "Show.angen/project.json", "force": True}, "belongs to the project"),
        ({"stems": "none/deeper"}, "does not exist"),
        ({"subtitles": "a.txt"}, "subtitles"),
        ({"labels": "x.txt", "otio": "X.TXT"}, "same name"),
        ({"output": "Music.wav", "stems": "sub/.."}, "same name"),
        ({"labels": "Show.angen/.lock", "force": True}, "belongs to the project"),
        ({"labels": "Show.angen/.LOCK", "force": True}, "belongs to the project"),
        ({"tags": {"year": "abc"}}, "--year 'abc' is no year"),
        ({"project": "nowhere"}, "no project"),
        ({"options": Options(start=5.0)}, "not within the project"),
        ({"options": Options("radio")}, "no preset"),
    ],
)
def test_wishes_that_cannot_be_fulfilled_are_refused_before_anything_is_queued(studio, show, tmp_path, wish, words):
    before = len(studio.jobs.newest())
    paths = {name: tmp_path / value if isinstance(value, str) else value for name, value in wish.items()}
    with pytest.raises(StudioError, match=words) as caught:
        studio.exports.ask(Wish(**{"project": show, "output": tmp_path / "a.wav", **paths}))
    assert caught.value.hint
    assert len(studio.jobs.newest()) == before
    assert [p.name for p in tmp_path.iterdir()] == ["Show.angen"]


def test_missing_media_and_an_empty_project_are_refused_in_words(studio, show, out):
    (show / sound_file(1)).rename(show / "media" / "gone.wav")
    with pytest.raises(StudioError, match=r"missing: sound 1\.wav \(m1\)") as caught:
        studio.exports.ask(Wish(show, out / "a.wav"))
    assert "relink DIR m1" in caught.value.hint
    with studio.projects.open(show) as opened:
        opened.do("Mute it", _muted(opened.project, "Talk"))
        opened.save()
    assert _export(studio, show, out / "a.wav")["seconds"] == 2.0  # it is not heard
    with studio.projects.open(show) as opened:
        opened.do("Empty it", replace(opened.project, tracks=()))
        opened.save()
    with pytest.raises(StudioError, match="empty"):
        studio.exports.ask(Wish(show, out / "b.wav"))
    with studio.projects.open(show) as opened:
        opened.undo()
        opened.undo()
        opened.save()
    with pytest.raises(StudioError, match="no chapters") as caught:
        studio.exports.ask(Wish(_without_markers(studio, show), out / "b.wav", chapters=out / "parts"))
    assert "--chapter" in caught.value.hint


def _muted(project, *names):
    return replace(project, tracks=tuple(replace(t, mute=t.name in names) for t in project.tracks))


def _without_markers(studio, show):
    (show / "media" / "gone.wav").rename(show / sound_file(1))
    with studio.projects.open(show) as opened:
        opened.do("No markers", replace(opened.project, markers=()))
        opened.save()
    return show


def test_a_cancel_leaves_no_file(studio, out, tmp_path):
    project = project_maker.long_show(studio.projects, tmp_path / "Long.angen", minutes=20)
    job = studio.exports.ask(Wish(project, out / "a.wav", Options(loudness=-16), stems=out / "stems", labels=out / "l"))
    end = studio.bus.subscribe(lambda e: studio.jobs.cancel(job) if isinstance(e, JobProgress) else None)
    try:
        done = _run(studio, job)
    finally:
        end()
    assert (done.state, done.error["message"]) == ("cancelled", "The export was cancelled; it left no file.")
    assert done.error["hint"] == "`studio jobs retry` makes it from the start."
    assert list(out.iterdir()) == []
    assert studio.exports.written(job) == []
    retried = studio.jobs.get(studio.exports.retry(job))
    assert (retried.retry_of, retried.state) == (job, "queued")
    assert studio.jobs.cancel(retried.id).state == "cancelled"


def test_a_sound_process_that_dies_costs_the_job_and_nothing_else(fresh, out, tmp_path):
    project = project_maker.long_show(fresh.projects, tmp_path / "Long.angen", minutes=20)
    show = project_maker.show(fresh.projects, tmp_path / "Show.angen")
    before = _digests(project)
    job = fresh.exports.ask(Wish(project, out / "a.mp3", Options("podcast"), stems=out / "stems"))
    others = {p.pid for p in descendants()}
    killed = []

    def kill(event):
        if isinstance(event, JobProgress) and not killed:
            killed.extend(p.pid for p in descendants() if p.pid not in others)
            os.kill(min(killed), signal.SIGABRT)

    end = fresh.bus.subscribe(kill)
    try:
        done = _run(fresh, job)
    finally:
        end()
    assert done.state == "failed"
    assert "The sound process" in done.error["message"]
    assert done.error["exit_code"] == 3
    assert list(out.iterdir()) == []
    assert _digests(project) == before
    assert _export(fresh, show, out / "b.wav")["state"] == "succeeded"


def test_a_file_that_appears_meanwhile_stays_and_nothing_else_does(studio, show, out):
    job = studio.exports.ask(Wish(show, out / "a.wav", labels=out / "l.txt", stems=out / "stems"))
    end = studio.bus.subscribe(
        lambda e: (out / "stems" / "Music.wav").write_bytes(b"mine") if isinstance(e, JobProgress) else None
    )
    try:
        done = _run(studio, job)
    finally:
        end()
    assert done.state == "failed"
    assert "appeared meanwhile" in done.error["message"]
    assert _files(out) == ["stems/Music.wav"]
    assert (out / "stems" / "Music.wav").read_bytes() == b"mine"


def test_a_full_disk_leaves_nothing_and_the_project_untouched(studio, show, out, monkeypatch):
    before = _digests(show)
    job = studio.exports.ask(Wish(show, out / "a.wav", stems=out / "stems"))

    def full(_descriptor):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(atomic.os, "fsync", full)
    done = _run(studio, job)
    monkeypatch.undo()
    assert done.state == "failed"
    assert "the disk is full" in done.error["message"]
    assert done.error["exit_code"] == 2
    assert "Free some space" in done.error["hint"]
    assert list(out.iterdir()) == []
    assert _digests(show) == before


def test_a_retry_replaces_what_the_job_wrote_and_nothing_of_the_users(studio, show, out):
    job = studio.exports.ask(Wish(show, out / "a.wav", labels=out / "l.txt"))
    assert _run(studio, job).state == "succeeded"
    whole = _digests(out)
    again = studio.exports.retry(job)
    assert _run(studio, again).state == "succeeded"
    assert _digests(out) == whole
    (out / "a.wav").unlink()
    assert _run(studio, studio.exports.retry(again)).state == "succeeded"
    assert _digests(out) == whole
    (out / "l.txt").write_bytes(b"mine now")
    with pytest.raises(StudioError, match="exists"):
        studio.exports.retry(again)


def test_a_retry_makes_the_project_as_it_was_then(studio, show, out):
    job = studio.exports.ask(Wish(show, out / "a.wav"))
    assert _run(studio, job).state == "succeeded"
    whole = (out / "a.wav").read_bytes()
    with studio.projects.open(show) as opened:
        opened.do("Empty it", replace(opened.project, tracks=()))
        opened.save()
    assert _run(studio, studio.exports.retry(job)).state == "succeeded"
    assert (out / "a.wav").read_bytes() == whole


def test_snapshots_go_when_no_row_names_them(studio, show, out):
    job = studio.exports.ask(Wish(show, out / "a.wav"))
    name = studio.jobs.get(job).request.params["snapshot"]
    file = studio.paths.snapshots / f"{name}.json"
    stranger = studio.paths.snapshots / f"{'0' * 64}.json"
    stranger.write_bytes(b"{}")
    studio.exports.forget()
    assert stranger.exists(), "one that is young may belong to a row that is about to come"
    for old in (file, stranger):
        os.utime(old, (0, 0))
    studio.exports.forget()
    assert (file.exists(), stranger.exists()) == (True, False)
    assert _run(studio, job).state == "succeeded"


def test_a_snapshot_that_is_gone_or_damaged_fails_the_job_in_words(studio, show, out):
    job = studio.exports.ask(Wish(show, out / "a.wav", tags={"title": "x"}))
    file = studio.paths.snapshots / f"{studio.jobs.get(job).request.params['snapshot']}.json"
    data = file.read_bytes()
    file.write_bytes(data[:-1])
    done = _run(studio, job)
    assert (done.state, done.error["exit_code"]) == ("failed", 2)
    assert "damaged" in done.error["message"]
    file.write_bytes(data)


def test_two_exports_to_one_place_do_not_write_over_each_other(studio, show, out):
    jobs = [studio.exports.ask(Wish(show, out / "a.wav")) for _ in range(2)]
    assert [_run(studio, job).state for job in jobs] == ["succeeded", "failed"]
    assert studio.jobs.get(jobs[1]).error["message"] == f"{out / 'a.wav'} appeared meanwhile."
    assert _files(out) == ["a.wav", "a.wav.CREDITS.txt"]


def _reading(level: float) -> np.ndarray:
    """Syllables of noise with pauses, over a quiet room: 0.7 s before the first, 2 s after the last."""
    rng = np.random.default_rng(5)
    room = rng.normal(0.0, 10 ** (-70 / 20), 12 * RATE)
    voice = rng.normal(0.0, level, 12 * RATE)
    moments = np.arange(12 * RATE) / RATE
    voice *= (moments > 0.7) & (moments < 10.0) & (moments % 1.0 < 0.8)
    voice[: RATE // 2] = 0.0
    return (room + np.clip(voice, -0.9, 0.9)).astype(np.float32)


def _book(studio, folder, level):
    folder.mkdir()
    sound = project_maker.put(folder, 1, _reading(level), licence="own work")
    track = Track("k2", "Reading", kind="speech", clips=(Clip("c3", 0, 12 * RATE, media="m1"),))
    return project_maker.into(studio.projects, folder, Project("Book", next_id=9, media=(sound,), tracks=(track,)))


@pytest.mark.parametrize("level", [0.01, 0.2])
def test_an_audiobook_is_brought_to_the_rules_and_each_rule_is_judged(studio, out, tmp_path, level):
    book = _book(studio, tmp_path / "Book.angen", level)
    found = _export(studio, book, out / "a.mp3", options=Options("acx"))
    (verdict,) = found["verdicts"]
    passed = {rule["rule"]: (rule["passed"], rule["figure"]) for rule in verdict["rules"]}
    wrong = {name for name, (right, _) in passed.items() if not right}
    assert wrong == (set() if level > 0.1 else {"noise", "head", "tail"})  # who speaks softly hears the room
    assert verdict["passed"] == (level > 0.1)
    assert passed["head"][1] == ("0.70 s" if level > 0.1 else "0.00 s")
    assert (found["outputs"][0]["sample_rate"], found["outputs"][0]["channels"]) == (44_100, 1)
    assert -21.0 < float(passed["rms"][1].split()[0]) < -19.0
    assert not [note for note in found["notes"] if "LUFS" in note["text"]], "nobody asked for a loudness"


class _Meter:
    """Stands in for the sound process: writes something, and says that the level is off by a fixed amount."""

    def __init__(self, off: float) -> None:
        self.asked: list[float] = []
        self._off = off

    @contextmanager
    def task(self, _name, inputs, **_listeners):
        self.asked.append(inputs["loudness"])
        for output in inputs["outputs"]:
            Path(output["file"]).write_bytes(b"sound")
        facts = {"seconds": 2.0, "rms_db": inputs["loudness"] + self._off, "wall": 1.0}
        said = f"The loudness came to -19.1 LUFS instead of {inputs['loudness']:g}.", f"Try {len(self.asked)}."
        yield Done(Path(), {"outputs": [facts for _ in inputs["outputs"]]}, said)


@pytest.mark.parametrize(
    ("off", "asked"),
    [(-1.0, [-19.0]), (-1.9, [-19.0]), (-3.0, [-19.0, -17.0]), (4.0, [-19.0, -24.0]), (-17.0, [-19.0, -5.0])],
)
def test_a_level_that_was_missed_is_aimed_at_once_more(fresh, out, tmp_path, off, asked):
    show = project_maker.show(fresh.projects, tmp_path / "Show.angen")
    job = fresh.exports.ask(Wish(show, out / "a.mp3", Options("acx")))
    meter = _Meter(off)
    tools = replace(fresh.dispatcher._tools, sound=meter)
    ExportWork(tools, fresh.jobs.claim(), stop=lambda: False).run()
    assert fresh.jobs.get(job).state == "succeeded", fresh.jobs.get(job).error
    assert meter.asked == asked
    notes = [note["text"] for note in fresh.jobs.get(job).notes]
    level = asked[-1] + off
    missed = [f"The level came to {level:.1f} dB RMS instead of -20."] if abs(level + 20) > 1 else []
    assert notes == [f"Try {len(asked)}.", *missed], "of the last try only, and in the unit that was asked for"


def test_a_studio_that_closes_interrupts_its_export(fresh, out, tmp_path):
    show = project_maker.long_show(fresh.projects, tmp_path / "Long.angen", minutes=20)
    job = fresh.exports.ask(Wish(show, out / "a.wav"))
    end = fresh.bus.subscribe(lambda e: fresh.dispatcher.stop() if isinstance(e, JobProgress) else None)
    try:
        fresh.dispatcher.run(until=lambda: False)
    finally:
        end()
    done = fresh.jobs.get(job)
    assert (done.state, "retry" in done.error["hint"]) == ("interrupted", True)
    assert list(out.iterdir()) == []


@pytest.mark.parametrize("facts", [{}, {"outputs": []}, {"outputs": "x"}, {"outputs": [5]}, {"outputs": [{}, {}]}])
def test_a_sound_process_that_says_nothing_of_use_fails_the_job(fresh, out, tmp_path, facts):
    class Mute:
        @contextmanager
        def task(self, *_args, **_listeners):
            yield Done(Path(), facts, ())

    show = project_maker.show(fresh.projects, tmp_path / "Show.angen")
    job = fresh.exports.ask(Wish(show, out / "a.wav"))
    ExportWork(replace(fresh.dispatcher._tools, sound=Mute()), fresh.jobs.claim(), stop=lambda: False).run()
    done = fresh.jobs.get(job)
    assert (done.state, done.error["exit_code"]) == ("failed", 3)
    assert list(out.iterdir()) == []
