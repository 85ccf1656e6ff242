"""Songs that are listened to: what is kept of it, the wish to sing a line again. Real engines; speech for singing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from studio.app import Studio
from studio.domain import sung_words
from studio.domain.sung_words import SKIPPED, SUNG, SungLine
from studio.errors import StudioError
from studio.services import sung_check
from studio.services.library import Media
from studio.services.library_index import Query
from studio.services.tasks.work import Wish
from tests import songwriting


@pytest.fixture
def studio(tmp_path: Path) -> Iterator[Studio]:
    found = Studio(tmp_path / "data")
    yield found
    found.close()


def _done(studio: Studio, wish: Wish) -> Media:
    job = studio.generation.ask(wish)
    assert studio.ownership.try_take()
    studio.dispatcher.run(until=lambda: studio.jobs.get(job).settled)
    assert studio.jobs.get(job).state == "succeeded", studio.jobs.get(job).error
    return studio.library.of_job(job)[0]


@pytest.mark.slow
def test_a_song_is_heard_its_lines_are_kept_and_one_is_sung_again(tmp_path: Path):
    songwriting.singer(tmp_path / "data" / "engines")
    studio = Studio(tmp_path / "data")
    try:
        song = _done(studio, Wish(task="music", engine="singer", script=songwriting.LYRICS, params={"style": "pop"}))
        [item] = studio.library_index.items(studio.library_index.find(Query(kinds=frozenset({"music"}))))
        written = _done(studio, sung_check.listening(sung_check.voice_of(item.file, ()), item.recipe))
        lines = sung_check.judged(written, songwriting.LYRICS)
        assert [(line.number, line.verdict) for line in lines] == [(2, SUNG), (3, SKIPPED), (4, SUNG)]
        assert 0 < lines[0].end <= lines[1].start <= lines[1].end <= lines[2].start < song.facts["seconds"]
        sung_check.keep(studio.database, item.sha256, lines)
        assert sung_check.known(studio.database, item.sha256)[0] == sung_words.from_dicts([x.to_dict() for x in lines])
        [kept] = studio.library_index.items([item.id])
        assert [line.verdict for line in sung_check.kept(kept.facts)] == [SUNG, SKIPPED, SUNG]
        assert sung_check.can_sing_again(studio.registry, item.recipe)
        wish = sung_check.sing_again(item.recipe, item.file, lines[1], float(song.facts["seconds"]))
        assert wish.params["mode"] == "repaint"
        start, end = wish.params["from_second"], wish.params["to_second"]
        assert isinstance(start, float)
        assert isinstance(end, float)
        assert 0 < start <= lines[1].start <= lines[1].end <= end < song.facts["seconds"]
        assert end - start >= 2.0
        again = _done(studio, wish)
        assert again.recipe["script"] == songwriting.LYRICS
        assert again.recipe["params"]["style"] == "pop"
        assert again.facts["worked_on"] != "None", "the song itself was handed over"
        third = sung_check.sing_again(again.recipe, again.file, lines[1], 10.0)
        assert (dict(third.files), dict(third.kept)) == ({"source": again.file}, {}), "of a repainted song, the newest"
    finally:
        studio.close()


def test_what_cannot_be_judged_is_said(tmp_path: Path):
    written = Media("text", tmp_path / "w.json", "", tmp_path / "w.json", "", {}, {})
    with pytest.raises(StudioError, match="cannot be read"):
        sung_check.judged(written, "words to sing")
    written.file.write_text('{"language": "en", "seconds": 3, "segments": []}', encoding="utf-8")
    assert sung_check.judged(written, "words to sing")[0].verdict == SKIPPED
    with pytest.raises(StudioError, match="no line"):
        sung_check.judged(written, "[solo]\nla la la")
    assert sung_check.kept({"sung": "nonsense"}) == sung_check.kept({}) == ()


def test_the_language_and_the_voice_alone_are_listened_to(studio: Studio, tmp_path: Path):
    song = tmp_path / "song.wav"
    assert sung_check.listening(song, {"params": {"language": "de"}}).params == {"language": "de"}
    assert sung_check.listening(song, {"params": {"language": "English"}}).params == {}
    assert sung_check.listening(song, {}, language="fr").params == {"language": "fr"}
    assert not sung_check.can_sing_again(studio.registry, {"engine": "composer"})
    assert not sung_check.can_sing_again(studio.registry, {"engine": "nobody"})
    assert sung_check.can_sing_again(studio.registry, {"engine": "acestep"})
    with pytest.raises(StudioError, match="not whole"):
        sung_check.sing_again({"engine": "acestep"}, song, SungLine(1, "a", SKIPPED, 0, 1), 5.0)


def test_stems_with_a_voice_go_before_the_whole(studio: Studio, tmp_path: Path):
    sounds = [tmp_path / "drums.wav", tmp_path / "voice.wav"]
    item = _item(sounds[0], "Drums")
    assert sung_check.voice_of(tmp_path / "song.wav", [item]) == tmp_path / "song.wav"
    vocals = replace(item, file=sounds[1], facts={"name": "Lead Vocals", "role": "stem"})
    assert sung_check.voice_of(tmp_path / "song.wav", [item, vocals]) == sounds[1]


def _item(file: Path, name: str):
    from studio.services.library_index import Item

    return Item(1, "audio", "", False, 0.0, file, True, "", False, False, (), {"name": name}, {})
