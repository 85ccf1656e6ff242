"""Tests of clips as live recipes: other takes, other words, and what follows when one lasts longer."""

from __future__ import annotations

from dataclasses import replace

import pytest

from studio.domain.edits import clips, find, live, takes, whole
from studio.domain.edits.live import Follow
from studio.domain.project import Project
from studio.errors import StudioError
from tests.domain.projects import media, small

SECOND = 48_000


def with_take(project: Project, seconds: float, *, line: str = "1", text: str = "Hello again.") -> tuple[Project, str]:
    """Add a take of so many seconds."""
    project, name = takes.add_media(project, media("m9", seconds=seconds))
    return takes.add_take(project, name, speaker="Ada", text=text, line=line)


def whole_clip(seconds: float = 10.0) -> Project:
    """Return a project in which c1 plays all of its take and c2 comes right after it."""
    project = clips.trim(small(), "c1", end=round(10 * SECOND))
    return clips.move(project, ["c2"], by=round(seconds * SECOND) - find.clip(project, "c2").start + SECOND)


def test_other_takes_are_those_of_the_line_the_newest_first() -> None:
    project, new = with_take(small(), 2.0)
    project, _ = with_take(project, 2.0, line="2")
    assert [take.id for take in live.other_takes(project, "c1")] == [new, "k2"]
    assert live.other_takes(project, "c3") == ()


def test_what_was_made_alike_but_for_the_seed_is_an_alternative() -> None:
    recipe = {"task": "music", "engine": "composer", "params": {"style": "pop"}, "seed": 1, "device": "cpu"}
    project = small()
    for number, change in enumerate(({}, {"seed": 2, "device": "gpu"}, {"params": {"style": "jazz"}})):
        project, name = takes.add_media(project, replace(media("m9"), sha256=f"{number:064x}", recipe=recipe | change))
        if not number:
            project = takes.set_source(project, "c3", media=name)
    assert [one.recipe for one in live.alternatives(project, "c3")] == [recipe | {"seed": 2, "device": "gpu"}]
    assert live.alternatives(project, "c1") == ()


@pytest.mark.parametrize("seconds", [4.0, 13.0])
@pytest.mark.parametrize("follow", list(Follow))
def test_what_comes_later_follows_by_choice(seconds: float, follow: Follow) -> None:
    project = whole_clip()
    project, late = clips.add_clip(project, "t2", media="m3", start=40 * SECOND, length=SECOND)
    project, new = with_take(project, seconds)
    after = live.replace_source(project, "c1", take=new, follow=follow)
    by = round((seconds - 10) * SECOND)
    assert find.clip(after, "c1").length == seconds * SECOND
    assert find.clip(after, "c2").start == find.clip(project, "c2").start + (by if follow else 0)
    assert find.clip(after, late).start == 40 * SECOND + (by if follow is Follow.ALL else 0)
    assert find.clip(after, "c3").start == SECOND, "what has begun before stays"


def test_an_overlap_with_the_next_clip_stays_as_long() -> None:
    project = clips.move(whole_clip(), ["c2"], by=-2 * SECOND)
    overlap = find.clip(project, "c1").end - find.clip(project, "c2").start
    assert overlap == SECOND
    for seconds in (6.0, 14.0):
        changed, new = with_take(project, seconds)
        after = live.replace_source(changed, "c1", take=new, follow=Follow.TRACK)
        assert find.clip(after, "c1").end - find.clip(after, "c2").start == overlap
        assert find.clip(after, "c2").fade_in == find.clip(project, "c2").fade_in


def test_a_clip_that_was_cut_up_becomes_one_again() -> None:
    project, right = clips.split(whole_clip(), "c1", 3 * SECOND)
    project = clips.move(project, [right, "c2"], by=SECOND)
    project, new = with_take(project, 5.0)
    for chosen in ("c1", right):
        after = live.replace_source(project, chosen, take=new, follow=Follow.TRACK)
        made, following = after.tracks[0].clips
        assert (made.id, made.start, made.length, made.take) == (chosen, 0, 5 * SECOND, new)
        assert following.start == find.clip(project, "c2").start - 6 * SECOND


def test_a_trimmed_clip_stays_trimmed_and_a_locked_one_refuses() -> None:
    project, new = with_take(small(), 2.0, text="Hello.")
    assert find.clip(live.replace_source(project, "c1", take=new), "c1").length == 2 * SECOND
    longer, newer = with_take(small(), 20.0, text="Hello.")
    assert find.clip(live.replace_source(longer, "c1", take=newer), "c1").length == 4 * SECOND
    with pytest.raises(StudioError, match="locked"):
        live.replace_source(clips.set_locked(project, ["c1"], on=True), "c1", take=new)


def test_other_words_are_played_whole_though_the_clip_was_trimmed() -> None:
    project = clips.trim(small(), "c1", start=SECOND)
    assert find.clip(project, "c1").offset == SECOND
    project, new = with_take(project, 12.0)
    after = live.replace_source(project, "c1", take=new, follow=Follow.TRACK)
    now = find.clip(after, "c1")
    assert (now.start, now.offset, now.length) == (SECOND, 0, 12 * SECOND)
    assert find.clip(after, "c2").start == find.clip(project, "c2").start + 9 * SECOND
    unknown, name = with_take(project, 12.0, text="")
    assert find.clip(live.replace_source(unknown, "c1", take=name), "c1").offset == SECOND


def spoken(script: str) -> Project:
    """Return the small project with a script whose second line c1 speaks."""
    project = whole.set_script(replace(small(), script="", script_lines=""), script)
    line = project.script_lines.split()[1]
    return replace(project, takes=(replace(project.takes[0], line=line), *project.takes[1:]))


@pytest.mark.parametrize(
    ("script", "words", "after"),
    [
        ("[Ada] One.\n[Ben] Two. (laughs)\n[Ada] Three.", "Two. (laughs)", "[Ada] One.\n[Ben] New!\n[Ada] Three."),
        ("[Ada] One. [Ben]: Two. [Ada] Three.", "Two.", "[Ada] One. [Ben]: New![Ada] Three."),
        ("[Ada] One.\r\n\r\n  Two.\r\n[Ada] Three.", "Two.", "[Ada] One.\r\n\r\n  New!\r\n[Ada] Three."),
    ],
)
def test_other_words_go_into_the_line_of_the_script(script: str, words: str, after: str) -> None:
    project = spoken(script)
    assert live.words_of(project, "c1") == words
    changed = live.with_words(project, "c1", " New! \n ")
    assert changed.script == after.replace("New![", "New! [")
    assert changed.script_lines == project.script_lines
    assert live.words_of(changed, "c1") == "New!"


def test_what_is_no_single_line_is_refused_and_without_a_line_the_script_stays() -> None:
    project = spoken("[Ada] One.\n[Ben] Two.")
    for text in ("a [Cleo] b", " "):
        with pytest.raises(StudioError):
            live.with_words(project, "c1", text)
    loose = replace(project, takes=tuple(replace(take, line="") for take in project.takes))
    assert live.words_of(loose, "c1") == "Hello."
    assert live.with_words(loose, "c1", "New!") == loose
    assert live.words_of(project, "c3") == ""
