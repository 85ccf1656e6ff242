"""Results: checked, kept as they were made, and written for the user with their recipe."""

from __future__ import annotations

import hashlib
import json
import math
import struct
from array import array
from pathlib import Path

import numpy
import pytest
import soundfile

from studio.audio import wav_file
from studio.cli.commands.jobs import item
from studio.domain.recipe import Recipe
from studio.domain.requests import Request, Target
from studio.errors import EngineFailure, StudioError
from studio.protocol.float_wav import write_float_wav
from studio.protocol.messages import Result
from studio.runtime.hosts.local import LocalHost
from studio.services.library import check_target, deliver

_RECIPE = Recipe(
    task="speech", engine="fake", engine_version="1", model="m", revision="r", params={"a": 1.5, "ü": "ß"}, seed=7,
    device="local/cpu", precision="fp32", licence="MIT", script="Grüß \U0001f600\nGott", cast={"": "low"},
    rungs=("precision",),
)  # fmt: skip


@pytest.fixture
def host(tmp_path):
    (tmp_path / "scratch").mkdir()
    return LocalHost(tmp_path / "scratch")


def _result(folder: Path, samples=(0.0, 0.5, -0.5, 1.0, -1.0, 2.0, -2.0, 1e-6), **changes):
    master = folder / "scratch" / "master.wav"
    write_float_wav(master, array("f", samples), rate=24000)
    plain = {"job": 1, "file": str(master), "sha256": hashlib.sha256(master.read_bytes()).hexdigest(), "media": "audio"}
    return Result(**{**plain, "facts": {"pieces": [1]}, **changes})


def _taken(studio, result, host, form="wav"):
    (one,) = studio.library.take_in(result, _RECIPE, host, form, studio.makers("speech"))
    return one


def test_a_result_is_kept_and_written_with_its_recipe(studio, host, tmp_path):
    result = _result(tmp_path)
    media = _taken(studio, result, host)
    assert media.master.read_bytes() == Path(result.file).read_bytes()
    assert media.master_sha256 == result.sha256
    assert media.sha256 == hashlib.sha256(media.file.read_bytes()).hexdigest()
    assert wav_file.read_recipe(media.file) == _RECIPE
    assert media.recipe == _RECIPE.to_dict()
    output = media.to_output("x.wav")
    assert {k: output[k] for k in ("path", "kind", "sample_rate", "channels", "seconds")} == {
        "path": "x.wav", "kind": "audio", "sample_rate": 24000, "channels": 1, "seconds": 0.0,
    }  # fmt: skip


def test_the_same_result_and_recipe_give_the_same_bytes(studio, host, tmp_path):
    first = _taken(studio, _result(tmp_path), host).file.read_bytes()
    second = _taken(studio, _result(tmp_path), host).file.read_bytes()
    assert first == second


def test_nothing_that_differs_between_equal_runs_is_in_the_file(studio, host, tmp_path):
    data = _taken(studio, _result(tmp_path), host).file.read_bytes()
    assert str(tmp_path).encode() not in data


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"sha256": "0" * 64}, "another than announced"),
        ({"sha256": "../../../etc/passwd"}, "proper hash"),
        ({"sha256": "A" * 64}, "proper hash"),
        ({"file": "/nowhere/master.wav"}, "no such file"),
        ({"media": "video"}, "cannot keep"),
    ],
)
def test_a_result_that_is_not_as_announced_is_the_engines_fault(studio, host, tmp_path, change, words):
    with pytest.raises(EngineFailure, match=words):
        _taken(studio, _result(tmp_path, **change), host)
    assert not [p for p in studio.paths.library.rglob("*") if p.is_file()]


def test_a_result_that_is_no_sound_is_the_engines_fault(studio, host, tmp_path):
    for content in (b"RIFF nonsense" * 10, b"RIFF"):
        file = tmp_path / "scratch" / "bad.wav"
        file.write_bytes(content)
        result = Result(1, str(file), hashlib.sha256(content).hexdigest(), "audio", {})
        with pytest.raises(EngineFailure, match="damaged"):
            _taken(studio, result, host)
    assert not list((studio.paths.library / "files").iterdir())


def test_rows_come_back_and_missing_files_are_found(studio, host, tmp_path):
    media = _taken(studio, _result(tmp_path), host)
    sql, values = studio.library.insertion(1, media)
    with studio.database.transaction() as connection:
        connection.execute("insert into jobs (state, task, request, created) values ('succeeded', '', '', 0)")
        connection.execute(sql, values)
    assert studio.library.of_job(1) == [media]
    assert studio.library.missing_files() == []
    media.file.unlink()
    assert studio.library.missing_files() == [media.file.relative_to(studio.paths.root).as_posix()]


def test_delivery_is_whole_or_not_at_all(studio, host, tmp_path):
    media = _taken(studio, _result(tmp_path), host)
    target = tmp_path / "x.wav"
    deliver([media], Target(str(target), "wav"))
    assert target.read_bytes() == media.file.read_bytes()
    target.write_bytes(b"theirs")
    with pytest.raises(StudioError, match="appeared") as raised:
        deliver([media], Target(str(target), "wav"))
    assert str(media.file) in raised.value.hint
    assert target.read_bytes() == b"theirs"
    deliver([media], Target(str(target), "wav", force=True))
    assert target.read_bytes() == media.file.read_bytes()
    media.file.unlink()
    with pytest.raises(StudioError, match="could not be written"):
        deliver([media], Target(str(tmp_path / "y.wav"), "wav"))
    assert not list(tmp_path.glob("*y.wav*"))


def test_checking_a_target_leaves_nothing_there(tmp_path):
    target = check_target(tmp_path / "x.WAV", force=False)
    assert (target.path, target.format, target.force) == (str(tmp_path / "x.WAV"), "wav", False)
    assert list(tmp_path.iterdir()) == []


def test_sixteen_bits_as_an_independent_reader_sees_them(studio, host, tmp_path):
    soundfile = pytest.importorskip("soundfile")
    samples = [math.sin(n / 7) * 1.1 for n in range(300_000)]
    media = _taken(studio, _result(tmp_path, samples), host)
    found, rate = soundfile.read(media.file, dtype="int16")
    info = soundfile.info(media.file)
    assert (rate, info.subtype, info.channels, info.frames) == (24000, "PCM_16", 1, len(samples))
    wanted = [max(-1.0, min(1.0, s)) * 32767 for s in samples]
    assert (
        max(abs(f - w) for f, w in zip(found.tolist(), wanted, strict=True)) <= 0.51
    )  # half a step, and float32's share
    with soundfile.SoundFile(media.file) as opened:
        assert json.loads(opened.comment)["angen_recipe"]["seed"] == 7


def test_the_riff_header_counts_every_byte(studio, host, tmp_path):
    for frames in (1, 2, 3):
        data = _taken(studio, _result(tmp_path, [0.5] * frames), host).file.read_bytes()
        assert struct.unpack_from("<I", data, 4)[0] == len(data) - 8
        assert data[-2 * frames - 8 : -2 * frames - 4] == b"data"


@pytest.mark.parametrize("form", ["flac", "mp3", "ogg", "opus"])
def test_every_format_carries_the_recipe_and_equal_masters_give_equal_bytes(studio, host, tmp_path, form):
    tone = [math.sin(i / 7) / 3 for i in range(24_000)]
    files = [_taken(studio, _result(tmp_path, tone), host, form).file for _ in range(2)]
    assert files[0].read_bytes() == files[1].read_bytes()
    assert files[0].suffix == f".{form}"
    with studio.sound.task("inspect", {"file": str(files[0])}) as done:
        assert done.facts["recipe"] == _RECIPE.to_dict()
    samples, rate = soundfile.read(files[0], always_2d=True)
    assert len(samples) / rate == pytest.approx(1.0, abs=0.06)
    middle = samples[rate // 4 : -rate // 4]  # a tone that begins at once rings in a lossy codec
    assert numpy.abs(middle).max() == pytest.approx(1 / 3, abs=0.02)


def _more(path, media, **facts):
    return {"file": str(path), "sha256": hashlib.sha256(path.read_bytes()).hexdigest(), "media": media, "facts": facts}


def test_what_comes_with_a_result_is_kept_and_only_pictures_of_the_same_kind_get_numbers(studio, host, tmp_path):
    stem, notes = tmp_path / "scratch" / "stem.wav", tmp_path / "scratch" / "notes.mid"
    write_float_wav(stem, array("f", [0.25, -0.25] * 4), rate=24000, channels=2)
    notes.write_bytes(b"MThd")
    result = _result(
        tmp_path, more=[_more(stem, "audio", role="stem", name="drums"), _more(notes, "midi", role="midi")]
    )
    media = studio.library.take_in(result, _RECIPE, host, "wav", studio.makers("music"))
    assert [(m.kind, m.file.suffix, m.facts.get("role")) for m in media] == [
        ("audio", ".wav", None), ("audio", ".wav", "stem"), ("midi", ".mid", "midi"),
    ]  # fmt: skip
    assert soundfile.info(media[1].file).channels == 2
    target = tmp_path / "song.wav"
    assert deliver(media, Target(str(target), "wav")) == [str(target), str(media[1].file), str(media[2].file)]
    assert sorted(p.name for p in tmp_path.glob("song*")) == ["song.wav"]
    number = studio.jobs.enqueue(
        Request(task="music", engine="fake", params={}, seed=1, target=Target("/s.wav", "wav")), units=1.0
    )
    with studio.database.transaction() as connection:
        for one in media:
            connection.execute(*studio.library.insertion(number, one))
    listed = [output["path"] for output in item(studio, studio.jobs.get(number))["outputs"]]
    assert listed == ["/s.wav", str(media[1].file), str(media[2].file)]


@pytest.mark.parametrize("further", [{}, {"file": "x"}, {"file": 1, "sha256": 2, "media": 3, "facts": {}}])
def test_a_further_result_in_no_form_is_the_engines_fault(studio, host, tmp_path, further):
    with pytest.raises(EngineFailure, match="form that is none"):
        studio.library.take_in(_result(tmp_path, more=[further]), _RECIPE, host, "wav", studio.makers("music"))


def test_a_text_is_written_in_the_wanted_form_and_found_again_by_its_bytes(studio, host, tmp_path):
    master = tmp_path / "scratch" / "words.txt"
    master.write_text("[Verse]\nGrüß dich\n", encoding="utf-8")
    result = _result(tmp_path, **_more(master, "text"))
    (one,) = studio.library.take_in(result, _RECIPE, host, "txt", studio.makers("lyrics"))
    assert one.file.read_text(encoding="utf-8") == "[Verse]\nGrüß dich\n"
    job = studio.jobs.enqueue(Request("lyrics", "verses", {}, 7), units=1)
    studio.jobs.claim()
    studio.jobs.set_state(job, "preparing", "running")
    studio.jobs.set_state(job, "running", "succeeded", media=[studio.library.insertion(job, one)])
    copy = tmp_path / "copy.txt"
    copy.write_bytes(one.file.read_bytes())
    assert studio.library.recipe_of(copy) == _RECIPE.to_dict()
    master.write_bytes(b"\xff\xfe\xff")
    with pytest.raises(EngineFailure, match="damaged"):
        studio.library.take_in(
            _result(tmp_path, **_more(master, "text")), _RECIPE, host, "txt", studio.makers("lyrics")
        )
