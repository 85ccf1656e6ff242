"""What is wished for when a song is worked on."""

from __future__ import annotations

from pathlib import Path

import pytest

from studio.engines.manifest import read_manifest
from studio.errors import StudioError
from studio.paths import RESOURCES
from studio.services import song_work
from studio.services.song_work import COVER, EXTEND, REPAINT, Song
from studio.services.tasks.work import Wish

ENGINES = RESOURCES.parent / "studio" / "engines"
ACESTEP, COMPOSER = read_manifest(ENGINES / "acestep"), read_manifest(ENGINES / "composer")
SONG = Song(Path("/songs/a.wav"), 40.0, "CC0-1.0")
MADE = Wish(
    task="music", engine="acestep", params={"style": "pop", "duration": 40.0, "mode": "extend", "from_second": 3.0},
    kept={"source": "a" * 64 + ".wav", "reference": "b" * 64 + ".wav"},
    rights={"source": "MIT", "reference": "CC-BY-4.0"},
)  # fmt: skip


def test_an_engine_says_itself_what_it_can_do_with_songs():
    assert song_work.ways_of(ACESTEP) == (REPAINT, EXTEND, COVER)
    assert all(song_work.able(ACESTEP, way) for way in song_work.WAYS)
    assert song_work.ways_of(COMPOSER) == ()
    assert not any(song_work.able(COMPOSER, way) for way in song_work.WAYS)
    assert (song_work.first_way(ACESTEP), song_work.first_way(COMPOSER)) == ("song", "")
    assert song_work.longer_by(ACESTEP, 40.0) == 560.0
    assert song_work.longer_by(COMPOSER, 40.0) == 0.0


def test_a_field_is_shown_in_the_ways_in_which_it_says_something():
    assert song_work.says_nothing(ACESTEP, "song") == {"from_second", "to_second", "cover_strength"}
    assert song_work.says_nothing(ACESTEP, REPAINT) == {"cover_strength", "duration"}
    assert song_work.says_nothing(ACESTEP, EXTEND) == {"from_second", "to_second", "cover_strength"}
    assert song_work.says_nothing(ACESTEP, COVER) == {"from_second", "to_second", "duration"}
    assert song_work.says_nothing(COMPOSER, "") == frozenset()


def test_a_part_anew_works_on_this_song_and_keeps_what_the_other_was_like():
    wish = song_work.anew(MADE, SONG, 12.5, 90.0)
    assert wish.params == {"style": "pop", "mode": "repaint", "from_second": 12.5, "to_second": 40.0}
    assert wish.files == {"source": SONG.file}
    assert wish.kept == {"reference": MADE.kept["reference"]}
    assert wish.rights == {"source": "CC0-1.0", "reference": "CC-BY-4.0"}
    for begin, end in ((5.0, 5.1), (39.9, 60.0), (9.0, 3.0)):
        with pytest.raises(StudioError, match="no part"):
            song_work.anew(MADE, SONG, begin, end)


def test_going_on_names_the_length_of_the_whole():
    wish = song_work.on(MADE, SONG, 30.0, ACESTEP)
    assert wish.params == {"style": "pop", "mode": "extend", "duration": 70.0}
    for more in (0.0, 561.0):
        with pytest.raises(StudioError, match="cannot let"):
            song_work.on(MADE, SONG, more, ACESTEP)
    with pytest.raises(StudioError, match="cannot let"):
        song_work.on(MADE, SONG, 5.0, COMPOSER)


def test_from_nothing_there_is_no_other_song():
    wish = song_work.from_nothing(MADE, ACESTEP, 700.0)
    assert wish.params == {"style": "pop", "mode": "song", "duration": 600.0}
    assert (wish.files, wish.kept) == ({}, {"reference": MADE.kept["reference"]})
    like = song_work.sounds_like(wish, Path("/r.wav"), "")
    assert (like.files, like.kept, like.rights) == ({"reference": Path("/r.wav")}, {}, {})
    assert song_work.again(MADE, SONG).params == {"style": "pop", "mode": "cover"}
