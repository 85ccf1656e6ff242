"""Where lyrics go on, and which word is meant."""

from __future__ import annotations

import pytest

from studio.ui.tabs.music.lyrics_places import Spot, addition, going_on, last_word

SONG = "[Verse 1]\none\ntwo\n\n[Chorus]\nthree\n\n[Bridge]\n"


@pytest.mark.parametrize(
    ("text", "line", "structure", "spot"),
    [
        (SONG, 1, "verse chorus bridge", Spot(2, "[Verse 1]\none\ntwo", "chorus", titled=False)),
        (SONG, 5, "verse, chorus -> outro", Spot(5, "[Verse 1]\none\ntwo\n\n[Chorus]\nthree", "outro", titled=False)),
        (SONG, 5, "verse verse", Spot(5, "[Verse 1]\none\ntwo\n\n[Chorus]\nthree", "verse", titled=False)),
        (SONG, 8, "verse", Spot(7, "[Verse 1]\none\ntwo\n\n[Chorus]\nthree", "bridge", titled=True)),
        ("[outro]", 0, "", Spot(0, "", "outro", titled=True)),
        ("plain words", 0, "verse chorus", Spot(0, "plain words", "verse", titled=False)),
        ("[Verse]\na\n\n\n", 4, "verse chorus", Spot(1, "[Verse]\na", "chorus", titled=False)),
        ("\n\n", 1, "verse", None),
    ],
)
def test_it_goes_on_behind_the_part_with_the_cursor(text: str, line: int, structure: str, spot: Spot | None):
    assert going_on(text, line, structure) == spot


def test_only_what_is_new_is_put_in():
    spot = going_on(SONG, 1, "verse chorus")
    assert spot is not None
    assert addition(f"{spot.given}\n\n[Chorus]\nthr", spot) == "\n\n[Chorus]\nthr"
    assert addition(spot.given, spot) == ""
    assert addition("another text", spot) is None
    titled = going_on(SONG, 8, "verse")
    assert titled is not None
    assert addition(f"{titled.given}\n\n[Bridge]\nover\nthe sea\n", titled) == "\nover\nthe sea"
    assert addition(f"{titled.given}\n\n[Bridge]", titled) == ""


@pytest.mark.parametrize(
    ("line", "word"),
    [("hold on to the light, ", "light"), ("Über den Fluß!", "Fluß"), ("don’t", "don’t"), ("sing-along", "sing-along"),
     ("1999", ""), ("", "")],
)  # fmt: skip
def test_the_last_word_of_a_line(line: str, word: str):
    start, end = last_word(line)
    assert line[start:end] == word
