"""What files say of themselves: round trips through every container, read by ffprobe as well; and files that lie."""

from __future__ import annotations

import json
import shutil
import struct
import subprocess
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mutagen import id3

from studio.audio import riff, tagging, wav_file, writing
from studio.audio.reading import open_sound
from studio.audio.tagging import Chapter, Tags
from studio.audio.writing import Format
from studio.worker.failures import UserMistake
from tests.audio import sounds

pytestmark = pytest.mark.slow

_KINDS = [
    pytest.param(kind, marks=pytest.mark.skipif(kind == "m4b" and not shutil.which("ffmpeg"), reason="no ffmpeg"))
    for kind in writing.KINDS
]
_CHAPTERS = (Chapter(0.0, 0.5, "One = a;b#c\\d"), Chapter(0.5, 1.25, "Zwei, über"), Chapter(1.25, 2.0, "3"))
_RECIPE = {"task": "export", "clips": [{"recipe": {"seed": 7}, "licence": "MIT"}], "ü": "ß" * 3000}
_FULL = Tags(
    title="Tïtle = 1; #x", artist="An Ärtist", album="Album", year="2025", genre="Podcast", comment="Über all",
    language="eng", cover=sounds.png(), cover_type="image/png", chapters=_CHAPTERS, recipe=_RECIPE,
)  # fmt: skip


def _file(folder: Path, kind: str, tags: Tags, *, seconds: int = 2) -> Path:
    path = folder / f"x.{kind}"
    with writing.open_encoder(path, Format(kind, 16), rate=48_000, channels=1) as encoder:
        encoder.write(sounds.programme(48_000 * seconds, 1))
    tagging.write(path, kind, tags)
    return path


@pytest.mark.parametrize("kind", _KINDS)
def test_everything_comes_back(kind: str, tmp_path: Path) -> None:
    found = tagging.read(_file(tmp_path, kind, _FULL))
    assert found.texts == _FULL.texts
    assert (found.cover, found.cover_type, found.recipe) == (_FULL.cover, "image/png", _RECIPE)
    assert [(c.start, c.title) for c in found.chapters] == [(c.start, c.title) for c in _CHAPTERS]
    assert [c.end for c in found.chapters] == pytest.approx([c.end for c in _CHAPTERS], abs=0.03)


@pytest.mark.parametrize("kind", _KINDS)
def test_the_sound_is_not_touched_and_equal_tags_are_equal_bytes(kind: str, tmp_path: Path) -> None:
    first = _file(tmp_path, kind, _FULL).read_bytes()
    assert _file(tmp_path, kind, _FULL).read_bytes() == first
    if kind != "m4b":
        with open_sound(tmp_path / f"x.{kind}") as tagged:
            got = tagged.read(0, tagged.frames)
        with open_sound(_file(tmp_path, kind, Tags())) as untagged:
            np.testing.assert_array_equal(got, untagged.read(0, untagged.frames))
    assert tagging.read(_file(tmp_path, kind, Tags())) == Tags()


@pytest.mark.parametrize("kind", _KINDS)
@pytest.mark.skipif(not shutil.which("ffprobe"), reason="no ffprobe")
def test_ffprobe_reads_tags_cover_and_chapters(kind: str, tmp_path: Path) -> None:
    words = ["ffprobe", "-v", "error", "-of", "json", "-show_format", "-show_streams", "-show_chapters"]
    path = _file(tmp_path, kind, _FULL)
    found = json.loads(subprocess.run([*words, path], capture_output=True, check=True).stdout)
    said: dict[str, str] = {k.lower(): v for k, v in found["format"].get("tags", {}).items()}
    said |= {k.lower(): v for k, v in found["streams"][0].get("tags", {}).items() if k.lower() not in said}
    assert (said["title"], said["artist"], said["album"], said["genre"]) == (
        _FULL.title, _FULL.artist, _FULL.album, _FULL.genre,
    )  # fmt: skip
    assert said["date"] == "2025"
    assert said["comment"] == _FULL.comment
    pictures = [s for s in found["streams"] if s["codec_name"] == "png"]
    assert [(p["width"], p["height"]) for p in pictures] == [(2, 2)]
    chapters = [(float(c["start_time"]), c.get("tags", {}).get("title", "")) for c in found["chapters"]]
    assert chapters == [(c.start, c.title) for c in _CHAPTERS]
    ends = [float(c["end_time"]) for c in found["chapters"]]
    assert ends == pytest.approx([c.end for c in _CHAPTERS], abs=0.03)


@pytest.mark.parametrize("kind", [k for k in writing.KINDS if k != "m4b"])
@settings(max_examples=settings().max_examples // 10)
@given(data=st.data())
def test_any_words_come_back(data: st.DataObject, kind: str, tmp_path_factory) -> None:
    words = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=60).map(str.strip)
    title = data.draw(words)
    tags = Tags(
        title=data.draw(words), artist=data.draw(words), album=data.draw(words), comment=data.draw(words),
        chapters=(Chapter(0.25, 0.5, title),), recipe={"words": data.draw(words)},
    )  # fmt: skip
    found = tagging.read(_file(tmp_path_factory.getbasetemp(), kind, tags, seconds=1))
    assert found.texts == tags.texts
    assert found.recipe == tags.recipe
    assert [c.title for c in found.chapters] == [title]


def test_the_recipe_in_a_wav_is_where_speech_has_it(tmp_path: Path) -> None:
    from studio.domain.recipe import Recipe

    recipe = Recipe("speech", "fake", "1", "m", "", {}, 7, "local/cpu", "fp32", "MIT")
    path = _file(tmp_path, "wav", Tags(comment="Mine", recipe=recipe.to_dict()))
    assert wav_file.read_recipe(path) == recipe
    assert tagging.read(path).comment == "Mine"


def test_a_wav_past_four_gigabytes_carries_tags(tmp_path: Path, monkeypatch) -> None:
    from studio.audio import writing_wav

    monkeypatch.setattr(writing_wav, "_MOST_PLAIN", 1000)
    path = _file(tmp_path, "wav", _FULL)
    assert path.read_bytes()[:4] == b"RF64"
    assert struct.unpack_from("<Q", path.read_bytes(), 20)[0] == path.stat().st_size - 8
    assert tagging.read(path) == _FULL
    with open_sound(path) as sound:
        assert sound.frames == 96_000


def test_many_chapters_keep_their_order(tmp_path: Path) -> None:
    chapters = tuple(Chapter(n / 10, (n + 1) / 10, f"{'long ' * (n % 7)}{n}") for n in range(260))
    for kind in ("mp3", "flac"):
        found = tagging.read(_file(tmp_path, kind, Tags(chapters=chapters), seconds=26))
        assert [c.title for c in found.chapters] == [c.title for c in chapters]
    raw = (tmp_path / "x.mp3").read_bytes()
    places = [raw.find(f"chp{n}\0".encode()) for n in range(260)]
    assert places == sorted(places)


def test_foreign_id3_in_aiff_is_read(tmp_path: Path) -> None:
    from mutagen.aiff import AIFF

    path = sounds.encoded(tmp_path / "x.aiff", "AIFF", frames=1000)
    file = AIFF(path)
    file.add_tags()
    frames: Any = file.tags
    frames.add(id3.TIT2(encoding=3, text=["Ours"]))
    file.save()
    assert tagging.read(path) == Tags(title="Ours")


@pytest.mark.parametrize("kind", [k for k in writing.KINDS if k != "m4b"])
@settings(max_examples=settings().max_examples // 3)
@given(data=st.data())
def test_files_that_were_changed_say_something_or_nothing(data: st.DataObject, kind: str, tmp_path_factory) -> None:
    folder = tmp_path_factory.getbasetemp()
    made = folder / f"hostile-{kind}"
    if not made.exists():
        made.write_bytes(_file(folder, kind, _FULL, seconds=1).read_bytes())
    raw = bytearray(made.read_bytes())
    near = raw.find(b"Album") if kind == "wav" else 0
    for _ in range(data.draw(st.integers(1, 8))):
        raw[min(len(raw) - 1, near + data.draw(st.integers(0, 3000)))] = data.draw(st.integers(0, 255))
    target = folder / "changed"
    target.write_bytes(raw[: data.draw(st.integers(30, len(raw)))])
    found = Tags()
    with suppress(UserMistake):  # it is no sound file any more
        found = tagging.read(target)
    assert found.recipe is None or isinstance(found.recipe, dict)
    assert all(isinstance(text, str) for text in found.texts.values())
    assert all(0 <= c.start <= c.end for c in found.chapters)


@pytest.mark.parametrize(
    "recipe", ["no json", "[1]", '"text"', "{" * 5000, '{"a":' * 5000, '{"a": NaN, "b": 1e999}', "\ud800"]
)
def test_what_is_no_recipe_is_none(recipe: str) -> None:
    found = tagging.parsed_recipe(recipe)
    assert found is None or "a" in found


def test_a_recipe_out_of_all_proportion_is_none(monkeypatch) -> None:
    monkeypatch.setattr(tagging, "_MOST_RECIPE", 100)
    assert tagging.parsed_recipe(json.dumps({"a": "x" * 200})) is None
    assert tagging.parsed_recipe('{"a": 1}') == {"a": 1}


def test_tags_out_of_a_table(tmp_path: Path) -> None:
    (tmp_path / "c.png").write_bytes(sounds.png())
    table = {"title": "T", "year": None, "cover": str(tmp_path / "c.png"), "chapters": [[0, 1.5, "A"]]}
    found = Tags.of(table, {"seed": 1})
    assert found == Tags(
        "T", cover=sounds.png(), cover_type="image/png", chapters=(Chapter(0, 1.5, "A"),), recipe={"seed": 1}
    )
    assert Tags.of({}) == Tags.of({}, {}) == Tags()


def test_a_cover_is_a_picture_of_the_two_kinds(tmp_path: Path, monkeypatch) -> None:
    (tmp_path / "c.gif").write_bytes(b"GIF89a")
    with pytest.raises(UserMistake, match=r"c\.gif is no JPEG or PNG"):
        Tags.of({"cover": str(tmp_path / "c.gif")})
    with pytest.raises(UserMistake, match=r"There is no file gone\.png"):
        Tags.of({"cover": str(tmp_path / "gone.png")})
    (tmp_path / "c.jpg").write_bytes(sounds.jpeg())
    assert Tags.of({"cover": str(tmp_path / "c.jpg")}).cover_type == "image/jpeg"
    monkeypatch.setattr(tagging, "_MOST_COVER", 10)
    with pytest.raises(UserMistake, match="too large for a cover"):
        Tags.of({"cover": str(tmp_path / "c.jpg")})


def test_chunks_of_a_wav_are_walked_past_odd_sizes(tmp_path: Path) -> None:
    path = tmp_path / "x.wav"
    path.write_bytes(b"RIFF\0\0\0\0WAVE" + riff.chunk(b"odd ", b"abc") + riff.info(((b"INAM", "Name"),)) + b"data")
    with path.open("rb") as file:
        assert [c.name for c in riff.chunks(file)] == [b"odd ", b"LIST"]
        assert list(riff.info_texts(file)) == [(b"INAM", b"Name\0")]
