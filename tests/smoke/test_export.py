"""`studio export`: real commands, files read back by ffprobe, and every way to die in the middle."""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from time import monotonic

import pytest

from studio.app import Studio
from tests.processes import descendants
from tests.services import project_maker
from tests.smoke import driver

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform == "win32", reason="looks at processes through /proc"),
]

_PATIENCE = 60.0
_LONG = ("--loudness", "-16")  # two passes


@pytest.fixture(scope="module")
def projects(tmp_path_factory):
    """A short project and one of four minutes; no test changes them."""
    root = tmp_path_factory.mktemp("projects")
    studio = Studio(root / "data")
    try:
        project_maker.show(studio.projects, root / "Show.angen")
        project_maker.long_show(studio.projects, root / "Long.angen", minutes=4)
    finally:
        studio.close()
    before = {p: p.stat().st_mtime_ns for p in root.rglob("*") if p.is_file()}
    yield root
    assert {p: p.stat().st_mtime_ns for p in root.rglob("*") if p.is_file()} == before


@pytest.fixture
def data(tmp_path):
    return tmp_path / "data"


@pytest.fixture
def out(tmp_path):
    folder = tmp_path / "out"
    folder.mkdir()
    return folder


def _probe(file: Path) -> dict:
    asked = ("-show_format", "-show_streams", "-show_chapters", "-of", "json")
    done = subprocess.run(["ffprobe", "-v", "error", *asked, str(file)], capture_output=True, check=True)
    return json.loads(done.stdout)


def _names(folder: Path) -> list[str]:
    return sorted(str(p.relative_to(folder)) for p in folder.rglob("*"))


def test_a_podcast_has_its_tags_cover_and_chapters(projects, data, out):
    ran = driver.studio("export", projects / "Show.angen", "-o", out / "a.mp3", "--preset", "podcast", "--json",
                        "--artist", "Ada and Ben", data=data)  # fmt: skip
    assert ran.code == 0, ran
    found = ran.json
    assert found["path"] == str(out / "a.mp3")
    assert found["seconds"] == pytest.approx(2.0, abs=0.001)
    assert found["loudness"] == pytest.approx(-16.0, abs=0.15)
    assert found["true_peak"] <= -0.9
    assert (found["job"], found["state"]) == (1, "succeeded")
    assert found["wall"] > 0 < found["realtime"]
    assert found["peak_rss"] > 1_000_000
    read = _probe(out / "a.mp3")
    tags = {name.lower(): value for name, value in read["format"]["tags"].items()}
    assert (tags["title"], tags["artist"], tags["album"]) == ("A show", "Ada and Ben", "Shows")
    kinds = {s["codec_type"]: s for s in read["streams"]}
    assert (kinds["audio"]["codec_name"], kinds["audio"]["bit_rate"]) == ("mp3", "192000")
    assert kinds["video"]["codec_name"] == "png"
    assert [(c["tags"]["title"], float(c["start_time"])) for c in read["chapters"]] == [("One", 0.0), ("Two", 1.0)]
    listed = driver.studio("jobs", "list", "--json", data=data).json["jobs"]
    assert [(j["task"], j["engine"], j["state"]) for j in listed] == [("export", None, "succeeded")]
    assert listed[0]["outputs"] == found["outputs"]
    driver.assert_clean(data, out)


@pytest.mark.parametrize(
    ("ending", "codec", "options"),
    [
        ("wav", "pcm_s24le", ("--preset", "ebu")),
        pytest.param("wav", "pcm_s16le", ("--bits", "16", "--from", "0.5", "--to", "1.5"), marks=pytest.mark.slow),
        pytest.param("flac", "flac", ("--preset", "music"), marks=pytest.mark.slow),
        pytest.param("ogg", "vorbis", (), marks=pytest.mark.slow),
        pytest.param("opus", "opus", (), marks=pytest.mark.slow),
    ],
)
def test_the_ending_chooses_the_format(projects, data, out, ending, codec, options):
    ran = driver.studio("export", projects / "Show.angen", "-o", out / f"a.{ending}", *options, data=data)
    assert ran.code == 0, ran
    assert "May be used commercially: yes." in ran.out
    read = _probe(out / f"a.{ending}")
    sound = next(s for s in read["streams"] if s["codec_type"] == "audio")
    assert sound["codec_name"] == codec
    seconds = 1.0 if "--from" in options else 2.0
    assert float(read["format"]["duration"]) == pytest.approx(seconds, abs=0.02)
    tags = {name.lower(): v for name, v in {**read["format"].get("tags", {}), **sound.get("tags", {})}.items()}
    assert tags["title"] == "A show"


@pytest.mark.slow
def test_everything_beside_the_sound(projects, data, out):
    beside = ("--labels", out / "l.txt", "--otio", out / "t.otio", "--subtitles", out / "s.vtt")
    folders = ("--stems", out / "stems", "--chapters-to", out / "parts")
    ran = driver.studio("export", projects / "Show.angen", "-o", out / "a.wav", *folders, *beside, "--json", data=data)
    assert ran.code == 0, ran
    assert _names(out) == [
        "a.wav", "a.wav.CREDITS.txt", "l.txt", "parts", "parts/01 One.wav", "parts/02 Two.wav", "s.vtt", "stems",
        "stems/Music.wav", "stems/Talk.wav", "t.otio",
    ]  # fmt: skip
    assert ran.json["credits"] == str(out / "a.wav.CREDITS.txt")
    assert ran.json["commercial"]["answer"] == "yes"
    assert [o["kind"] for o in ran.json["outputs"]] == ["audio"] * 5 + ["text"] * 4


def test_an_existing_file_is_replaced_only_by_force_and_an_empty_queue_only_on_request(projects, data, out):
    (out / "a.wav").write_bytes(b"mine")
    ran = driver.studio("export", projects / "Show.angen", "-o", out / "a.wav", "--json", data=data)
    assert (ran.code, ran.json["job"]) == (2, None)
    assert "--force" in ran.json["error"]["hint"]
    assert _names(out) == ["a.wav"]
    assert (out / "a.wav").read_bytes() == b"mine"
    ran = driver.studio(
        "export", projects / "Show.angen", "-o", out / "a.wav", "--force", "--detach", "--json", data=data
    )
    assert (ran.code, ran.json["state"], ran.json["outputs"]) == (0, "queued", [])
    assert (out / "a.wav").read_bytes() == b"mine"
    ran = driver.studio("jobs", "run", "--json", data=data)
    assert [(j["id"], j["state"]) for j in ran.json["jobs"]] == [(1, "succeeded")]
    assert (out / "a.wav").read_bytes()[:4] == b"RIFF"
    assert driver.studio("jobs", "clear", "--json", data=data).json == {"cleared": 1}


def test_failures_that_the_user_can_mend_are_told_from_the_others(projects, data, out):
    words = ("export", projects / "Show.angen", "-o", out / "a.wav", "--detach")
    assert driver.studio(*words, data=data).code == driver.studio(*words, data=data).code == 0
    ran = driver.studio("jobs", "run", "--json", data=data)
    assert [(j["id"], j["state"]) for j in ran.json["jobs"]] == [(1, "succeeded"), (2, "failed")]
    assert ran.code == 2, "the file that appeared meanwhile is the user's to move"


@pytest.mark.slow
def test_mistakes_are_told_in_two_lines(projects, data, out):
    for words in (
        ("export", out, "-o", out / "a.wav"),
        ("export", projects / "Show.angen", "-o", out / "a.xyz"),
        ("export", projects / "Show.angen", "-o", out / "a.wav", "--from", "7"),
        ("export", projects / "Show.angen", "-o", out / "a.wav", "--preset", "radio"),
        ("export", projects / "Show.angen", "-o", out / "a.wav", "--loudness", "nan"),
    ):
        ran = driver.studio(*words, data=data)
        assert (ran.code, ran.out) == (2, ""), ran
        assert ran.err.count("error: ") == ran.err.count("hint: ") == 1
        assert "Traceback" not in ran.err
    assert _names(out) == []


def _until_it_works(process: subprocess.Popen[bytes]) -> None:
    """Wait for the first progress of the sound process."""
    assert process.stderr is not None
    deadline = monotonic() + _PATIENCE
    line = b""
    while not line.startswith((b"mixing", b"writing")):
        assert monotonic() < deadline
        line = process.stderr.readline()
        assert line, driver.finish(process)


def _sound_processes() -> list[int]:
    """The sound process that was started last, and its guardian."""
    return sorted(found.pid for found in descendants() if "studio.audio.host" in found.command)


@contextmanager
def _running(*words, data):
    """A command that is mixing, and is gone at the end in any case."""
    process = driver.start("export", *words, data=data)
    try:
        _until_it_works(process)
        yield process
    finally:
        if process.poll() is None:
            driver.end(process)
        for stream in (process.stdout, process.stderr):
            if stream is not None:
                stream.close()


def _wait_until_gone(pids: list[int]) -> None:
    for pid in pids:
        try:
            handle = os.pidfd_open(pid)
        except ProcessLookupError:
            continue
        try:
            assert select.select([handle], [], [], _PATIENCE)[0], f"process {pid} was left behind"
        finally:
            os.close(handle)


def test_ctrl_c_leaves_no_file(projects, data, out):
    stems = ("--stems", out / "stems")
    with _running(projects / "Long.angen", "-o", out / "a.wav", *_LONG, *stems, "--json", data=data) as process:
        process.send_signal(signal.SIGINT)
        ran = driver.finish(process)
    assert (ran.code, ran.json["state"], ran.json["job"]) == (4, "cancelled", 1)
    assert _names(out) == []
    driver.assert_clean(data, out)


def test_a_killed_studio_leaves_nothing_and_a_retry_makes_it(projects, data, out):
    beside = ("--labels", out / "l.txt", "--stems", out / "stems")
    words = (projects / "Long.angen", "-o", out / "a.wav", *beside)  # one pass: the file grows
    with _running(*words, data=data) as process:
        sound = _sound_processes()
        assert sound
        driver.end(process)
        _wait_until_gone(sound)
    (job,) = driver.studio("jobs", "list", "--json", data=data).json["jobs"]
    assert (job["state"], job["outputs"]) == ("interrupted", [])
    assert "jobs retry" in job["error"]["hint"]
    assert _names(out) == []
    ran = driver.studio("jobs", "retry", "1", "--json", data=data)
    assert (ran.code, ran.json["state"], ran.json["seconds"]) == (0, "succeeded", 240.0), ran
    assert _names(out) == ["a.wav", "a.wav.CREDITS.txt", "l.txt", "stems", "stems/Tone.wav"]
    driver.assert_clean(data, out)


_DIE_AT = """
import importlib, os, signal, sys
module, name, when, count, *argv = sys.argv[1:]
owner = importlib.import_module(module)
*classes, name = name.split(".")
for part in classes:
    owner = getattr(owner, part)
real, left = getattr(owner, name), [int(count)]
def dying(*args, **kwargs):
    left[0] -= 1
    if when == "after" or left[0]:
        found = real(*args, **kwargs)
        if left[0]:
            return found
    os.kill(os.getpid(), signal.SIGKILL)
setattr(owner, name, dying)
from studio.launch import main
sys.exit(main(argv))
"""


@pytest.mark.parametrize(
    ("place", "when", "count", "there"),
    [
        pytest.param("studio.store.snapshots:keep", "after", 1, [], marks=pytest.mark.slow),
        pytest.param("studio.services.export:Exports.record", "before", 1, [], marks=pytest.mark.slow),
        pytest.param("studio.services.export:Exports.record", "after", 1, [], marks=pytest.mark.slow),
        ("studio.store.atomic:_move_new", "after", 2, ["a.wav.CREDITS.txt", "l.txt"]),
        pytest.param(
            "studio.store.atomic:_move_new", "after", 3, ["a.wav", "a.wav.CREDITS.txt", "l.txt"], marks=pytest.mark.slow
        ),
    ],
)
def test_killed_at_a_chosen_point(projects, data, out, place, when, count, there):
    module, _, name = place.partition(":")
    words = ("export", projects / "Show.angen", "-o", out / "a.wav", "--labels", out / "l.txt")
    how = (_DIE_AT, module, name, when, str(count))
    done = subprocess.run(
        [sys.executable, "-P", "-c", *how, "--data-dir", str(data), *map(str, words)],
        env=driver.environment(), stdin=subprocess.DEVNULL, capture_output=True, timeout=_PATIENCE, check=False,
    )  # fmt: skip
    assert done.returncode == -signal.SIGKILL, done
    jobs = driver.studio("jobs", "list", "--json", data=data).json["jobs"]
    assert _names(out) == there
    if place.endswith("keep"):
        assert jobs == []
        return
    assert [j["state"] for j in jobs] == ["interrupted"]
    assert driver.studio("jobs", "retry", "1", data=data).code == 0
    assert _names(out) == ["a.wav", "a.wav.CREDITS.txt", "l.txt"]
    driver.assert_clean(data, out)


def test_a_sound_process_that_aborts_fails_the_export_in_a_sentence(projects, data, out):
    with _running(projects / "Long.angen", "-o", out / "a.mp3", *_LONG, "--json", data=data) as process:
        os.kill(_sound_processes()[0], signal.SIGABRT)
        ran = driver.finish(process)
    assert (ran.code, ran.json["state"]) == (3, "failed")
    assert ran.error["message"].startswith("The sound process ")
    assert "Traceback" not in ran.err
    assert Path(ran.error["log"]).is_file()
    assert _names(out) == []
    assert driver.studio("export", projects / "Show.angen", "-o", out / "b.wav", data=data).code == 0
    driver.assert_clean(data, out)
