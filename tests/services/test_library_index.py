"""The library as one keeps order in it."""

from __future__ import annotations

import json
import wave
from pathlib import Path

import pytest

from studio.domain.requests import Request
from studio.errors import StudioError
from studio.services.library_index import Query, copy_out

_SCRIPT = "Anna: Guten Abend, Überraschung 100%_frei!"


def _add(studio, *, task="speech", kind="audio", job=None, facts=None, script="", params=None, engine="fake", file="a"):
    recipe = {"task": task, "engine": engine, "script": script, "params": params or {}, "cast": {"Anna": "bf_emma"}}
    place = f"library/files/{file}.wav"
    path = studio.paths.root / place
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(file.encode())
    with studio.database.transaction() as connection:
        cursor = connection.execute(
            "insert into media (job, kind, file, sha256, master, master_sha256, facts, recipe, created)"
            " values (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                job,
                kind,
                place,
                file,
                place,
                file,
                json.dumps(facts or {}),
                json.dumps(recipe, ensure_ascii=False),
                1000.0,
            ),
        )
    return cursor.lastrowid


def _sound(path: Path, frames: int = 4410) -> Path:
    with wave.open(str(path), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(44100)
        out.writeframes(bytes(range(256)) * (frames // 128))
    return path


def _picture(path: Path) -> Path:
    from PIL import Image

    Image.new("RGB", (40, 30), (200, 30, 60)).save(path)
    return path


@pytest.mark.parametrize("words", ["guten abend", "überraschung", "ÜBERRASCHUNG", "100%_", "bf_emma", "fake", "Tester"])
def test_words_are_found_wherever_they_stand(studio, words):
    item = _add(studio, script=_SCRIPT)
    _add(studio, script="Something else", engine="other", file="b")
    with studio.database.transaction() as connection:
        connection.execute("update media set recipe = json_remove(recipe, '$.cast') where id != ?", (item,))
    engines = {"fake": "The Tester", "other": "Another"}
    assert studio.library_index.find(Query(words, engines=engines)) == [item]


@pytest.mark.parametrize("words", ["guten%frei", "1_0%_", "guten morgen", "params", "script"])
def test_neither_names_of_fields_nor_signs_of_sqlite_find_anything(studio, words):
    _add(studio, script=_SCRIPT)
    assert studio.library_index.find(Query(words)) == []


def test_a_prompt_a_style_a_tag_and_a_title_are_found(studio):
    index = studio.library_index
    picture = _add(studio, task="image", kind="image", params={"prompt": "a harbour at dawn"}, file="p")
    music = _add(studio, task="music", params={"style": "slow waltz"}, file="m")
    assert index.find(Query("dawn")) == [picture]
    assert index.find(Query("WALTZ")) == [music]
    index.set_tags({picture: ["cover", "  cover ", "", "blue\nsea"]})
    index.rename(music, "Theme of\tthe sea ")
    assert sorted(index.find(Query("sea"))) == [picture, music]
    assert index.find(Query(tag="cover")) == [picture]
    assert index.items([picture])[0].tags == ("cover", "blue sea")
    assert index.items([music])[0].title == "Theme of the sea"
    assert index.tags() == ["blue sea", "cover"]


def test_kinds_stars_and_projects(studio):
    index = studio.library_index
    job = studio.jobs.enqueue(Request("speech", "fake", {}, 1, project="/p/one.angen"), units=1.0)
    speech = _add(studio, job=job, script="Hi")
    music = _add(studio, task="music", file="m")
    text = _add(studio, task="lyrics", kind="text", file="t")
    picture = _add(studio, task="image", kind="image", file="p")
    came = _add(studio, task="", facts={"imported": True}, file="i")
    found = {
        kind: index.find(Query(kinds=frozenset({kind})))
        for kind in ("speech", "music", "texts", "pictures", "imported")
    }
    assert found == {"speech": [speech], "music": [music], "texts": [text], "pictures": [picture], "imported": [came]}
    assert index.find(Query(kinds=frozenset({"speech", "texts"}))) == [text, speech]
    index.star([music], on=True)
    assert index.find(Query(starred=True)) == [music]
    assert index.find(Query(project="/p/one.angen")) == [speech]
    assert index.find(Query(project="/p/two.angen")) == []


def test_the_order_is_by_time_title_or_length(studio):
    index = studio.library_index
    b = _add(studio, script="beta", facts={"seconds": 3})
    a = _add(studio, script="Alpha", facts={"seconds": 1}, file="b")
    c = _add(studio, script="gamma", facts={"seconds": 2}, file="c")
    assert index.find(Query()) == [c, a, b]
    assert index.find(Query(order="title", rising=True)) == [a, b, c]
    assert index.find(Query(order="length")) == [b, c, a]
    assert [item.title for item in index.items([a, 99, b])] == ["Alpha", "beta"]


def test_stems_go_with_their_piece(studio):
    index = studio.library_index
    piece = _add(studio, task="music", file="mix")
    stem = _add(studio, task="music", facts={"role": "stem", "name": "Bass"}, file="bass")
    assert index.find(Query()) == [piece]
    assert [(part.id, part.title) for part in index.parts(piece)] == [(stem, "Bass")]
    index.trash([piece])
    assert (index.find(Query()), index.find(Query(trash=True)), index.in_trash()) == ([], [piece], 1)
    index.restore([piece])
    assert (index.find(Query()), index.in_trash()) == ([piece], 0)
    assert not index.items([stem])[0].trashed


def test_emptying_the_trash_keeps_files_that_others_name(studio):
    index = studio.library_index
    gone, shared, keeper = _add(studio, file="gone"), _add(studio, file="shared"), _add(studio, file="shared")
    index.trash([gone, shared])
    assert index.empty_trash() == len("gone")
    files = sorted(file.name for file in (studio.paths.library / "files").iterdir())
    assert files == ["shared.wav"]
    assert index.find(Query()) == [keeper]
    assert index.find(Query(trash=True)) == []


def test_a_sound_from_outside_is_kept_as_it_is(studio, tmp_path):
    index = studio.library_index
    source = _sound(tmp_path / "Door slam.wav")
    taken = index.take_in(source, studio.sound, studio.pictures)
    (item,) = index.items([taken.id])
    assert (item.title, item.kind, item.imported, item.there) == ("Door slam", "audio", True, True)
    assert item.file.read_bytes() == source.read_bytes()
    assert item.seconds == pytest.approx(0.1, abs=0.01)
    assert dict(item.recipe) == {}
    index.trash([taken.id])
    again = index.take_in(source, studio.sound, studio.pictures)
    assert (again.id, again.known) == (taken.id, True)
    assert index.find(Query(kinds=frozenset({"imported"}))) == [taken.id]


def test_a_picture_from_outside_becomes_a_plain_one(studio, tmp_path):
    index = studio.library_index
    source = _picture(tmp_path / "Red.jpg")
    taken = index.take_in(source, studio.sound, studio.pictures)
    (item,) = index.items([taken.id])
    assert (item.kind, item.facts["width"], item.facts["height"]) == ("image", 40, 30)
    assert item.file.read_bytes().startswith(b"\x89PNG")
    assert index.take_in(source, studio.sound, studio.pictures).known


@pytest.mark.parametrize(
    ("name", "content"), [("bad.wav", b"RIFF\0\0\0\0WAVE"), ("bad.png", b"\x89PNG\r\n\x1a\n" * 9), ("x.txt", b"words")]
)
def test_what_is_no_sound_and_no_picture_leaves_nothing_behind(studio, tmp_path, name, content):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(StudioError):
        studio.library_index.take_in(tmp_path / name, studio.sound, studio.pictures)
    assert studio.library_index.find(Query()) == []
    assert list((studio.paths.library / "files").iterdir()) == []


def test_a_copy_never_replaces_what_it_was_not_told_to(studio, tmp_path):
    (item,) = studio.library_index.items([_add(studio, file="a")])
    (tmp_path / "there.wav").write_bytes(b"mine")
    with pytest.raises(StudioError, match="exists"):
        copy_out(item, tmp_path / "there.wav", replace=False)
    copy_out(item, tmp_path / "new.wav", replace=False)
    assert ((tmp_path / "there.wav").read_bytes(), (tmp_path / "new.wav").read_bytes()) == (b"mine", b"a")
