"""Clips as live recipes: what is wished for, and what comes of it, with engines that come with the studio."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from studio.app import Studio
from studio.domain.edits import assembling, clips, find, live, place, takes, tracks, whole
from studio.domain.edits.live import Follow
from studio.domain.project import Picture, Project, media_of
from studio.domain.recipe import Recipe
from studio.engines.params import Param
from studio.errors import StudioError
from studio.services import live_clips
from studio.services.generation import Wish
from studio.services.landing import Landed, Landing
from studio.services.projects import OpenProject
from tests.domain.projects import media, small
from tests.services.project_maker import cover_picture

FOLDER = Path("/p/A.angen")
SPEECH = Recipe(
    "speech", "kokoro", "1", "kokoro-82m-int8", "", {"speed": 1.2}, 7, "local/cpu", "int8", "MIT",
    script="[Ada] Hello.", cast={"Ada": "reference:Ada"}, languages={"Ada": "en-gb"}, seeds={"0": 5},
    files={"reference:Ada": "a" * 64 + ".wav"}, transcripts={"reference:Ada": "hi"}, rights={"reference:Ada": "CC0"},
    gaps={"sentence": 0.1, "turn": 0.2},
)  # fmt: skip
MUSIC = Recipe(
    "music", "composer", "1", "fluid-cut", "", {"style": "pop", "duration": 3.0}, 7, "local/cpu", "fp32", "MIT"
)


def recorded(recipe: Recipe, clip: str = "c1") -> Project:
    """Return the small project, in which a clip plays what was made by a recipe."""
    project = whole.set_script(replace(small(), script="", script_lines=""), "[Ada] Hello.\n[Ben] Yes.")
    made = media_of(project, find.clip(project, clip))
    assert made
    project = replace(
        project, media=tuple(replace(m, recipe=recipe.to_dict()) if m is made else m for m in project.media)
    )
    line = project.script_lines.split()[0]
    return replace(project, takes=(replace(project.takes[0], line=line), *project.takes[1:]))


def test_again_is_the_same_with_another_seed_and_lands_in_the_clip():
    project = recorded(SPEECH)
    wish = live_clips.again(project, FOLDER, "c1", follow=Follow.TRACK)
    assert (wish.script, wish.engine, wish.params, wish.seed, wish.seeds) == (
        SPEECH.script, "kokoro", {"speed": 1.2}, -1, {},
    )  # fmt: skip
    assert (wish.project, wish.line, wish.clip, wish.follow) == (
        str(FOLDER), project.script_lines.split()[0], "c1", "track",
    )  # fmt: skip
    assert wish.kept == SPEECH.files
    assert wish.clip_plays == find.played_by(project, find.clip(project, "c1")).sha256
    assert live_clips.kind_of(project, "c1") == "speech"


def test_another_voice_forgets_the_recording_and_another_engine_the_settings():
    project = recorded(SPEECH)
    wish = live_clips.other_voice(project, FOLDER, "c1", "af_sky")
    assert (wish.voices, wish.kept, wish.transcripts, wish.rights) == ({"Ada": "af_sky"}, {}, {}, {})
    assert (wish.languages, wish.params, wish.seed) == ({}, {"speed": 1.2}, 7)
    wish = live_clips.other_voice(project, FOLDER, "c1", "heart", engine="hibari", language="en-us")
    assert (wish.engine, wish.languages, wish.params) == ("hibari", {"Ada": "en-us"}, {})
    assert (wish.model, wish.model_bound) == ("", False), "it speaks with a model of its own"


def test_other_words_are_said_as_those_before():
    project = recorded(SPEECH)
    wish = live_clips.other_words(project, FOLDER, "c1", " Good \n evening. ")
    assert (wish.script, wish.voices, wish.kept) == ("[Ada] Good evening.", SPEECH.cast, SPEECH.files)
    with pytest.raises(StudioError, match="empty"):
        live_clips.other_words(project, FOLDER, "c1", " ")


def test_several_speakers_cannot_be_told_apart():
    several = replace(SPEECH, cast={"A": "x", "B": "y"}, script="[A] Hi. [B] Ho.")
    with pytest.raises(StudioError, match="Several"):
        live_clips.other_voice(recorded(several), FOLDER, "c1", "z")


def test_what_the_studio_did_not_make_cannot_be_made_again():
    assert live_clips.kind_of(small(), "c3") == ""
    for wish in (
        lambda: live_clips.again(small(), FOLDER, "c3"),
        lambda: live_clips.other_words(small(), FOLDER, "c3", "x"),
        lambda: live_clips.variations(small(), FOLDER, "c3", 2),
    ):
        with pytest.raises(StudioError, match="not made by"):
            wish()
    with pytest.raises(StudioError, match="Nobody speaks"):
        live_clips.other_voice(recorded(MUSIC, "c3"), FOLDER, "c3", "x")
    with pytest.raises(StudioError, match="cover"):
        live_clips.picture_again(small(), FOLDER)


def test_variations_lie_beside_and_only_an_engine_that_can_makes_longer():
    project = recorded(MUSIC, "c3")
    found = live_clips.variations(project, FOLDER, "c3", 3)
    assert len({wish.seed for wish in found}) == 3
    assert {(wish.clip, wish.project) for wish in found} == {("", str(FOLDER))}
    with pytest.raises(StudioError):
        live_clips.variations(project, FOLDER, "c3", 0)
    plain = SimpleNamespace(id="composer", params=())
    able = SimpleNamespace(id="composer", params=(Param("duration", "float", 1.0, max=10.0),))
    other = SimpleNamespace(id="another", params=able.params)
    for manifest, seconds in ((plain, 5.0), (other, 5.0), (able, 7.5), (able, 0.0)):
        with pytest.raises(StudioError, match="longer"):
            live_clips.longer(project, FOLDER, "c3", seconds, manifest)  # pyright: ignore[reportArgumentType]
    wish = live_clips.longer(project, FOLDER, "c3", 5.0, able)  # pyright: ignore[reportArgumentType]
    assert (wish.params, wish.seed, wish.clip) == ({"style": "pop", "duration": 8.0}, 7, "c3")


def test_what_is_wanted_at_once_has_one_name_and_nothing_else_has_it():
    project = recorded(MUSIC, "c3")
    both = [find.clip(recorded(SPEECH), "c1"), find.clip(project, "c3")]
    project = replace(project, media=tuple(replace(m, recipe=m.recipe or SPEECH.to_dict()) for m in project.media))
    acts = [
        {wish.act for wish in wishes}
        for wishes in (
            live_clips.variations(project, FOLDER, "c3", 3),
            live_clips.variations(project, FOLDER, "c3", 3),
            live_clips.again_all(project, FOLDER, both),
        )
    ]
    assert [len(names) for names in acts] == [1, 1, 1]
    assert len(set().union(*acts)) == 3
    assert "" not in set().union(*acts)
    assert live_clips.again(project, FOLDER, "c3").act == "", "by itself it is a step anyway"


def test_a_piece_that_was_made_longer_can_go_on_from_there():
    able = SimpleNamespace(id="composer", params=(Param("duration", "float", 1.0, max=10.0),))
    project = recorded(MUSIC, "c3")
    assert live_clips.longer_by(project, "c3", able) == 7.0  # pyright: ignore[reportArgumentType]
    first = live_clips.longer(project, FOLDER, "c3", 3.0, able)  # pyright: ignore[reportArgumentType]
    longer = recorded(replace(MUSIC, params=dict(first.params)), "c3")
    second = live_clips.longer(longer, FOLDER, "c3", 3.0, able)  # pyright: ignore[reportArgumentType]
    assert (first.params["duration"], second.params["duration"]) == (6.0, 9.0)
    assert live_clips.longer_by(longer, "c3", able) == 4.0  # pyright: ignore[reportArgumentType]


def run(studio: Studio, *wishes: Wish) -> None:
    """Have it made."""
    assert studio.ownership.try_take()
    for wish in wishes:
        job = studio.generation.ask(wish)
        studio.dispatcher.run(until=lambda job=job: studio.jobs.get(job).settled)
        assert studio.jobs.get(job).state == "succeeded", studio.jobs.get(job).error


def land(studio: Studio, opened: OpenProject) -> None:
    """Do what the window does with what has come."""
    for job in studio.landing.waiting(opened.folder):
        landed = studio.landing.fetch(opened.folder, opened.project, job)
        opened.do("Land", studio.landing.put(opened.project, landed)[0])
        studio.landing.done(job.id)


def dialogue(studio: Studio, opened: OpenProject) -> tuple[str, str]:
    """Speak and assemble two lines; return the clips."""
    opened.do("Write", whole.set_script(opened.project, "[Ann] Hello there.\n[Ann] This is the second line."))
    lines = opened.project.script_lines.split()
    texts = opened.project.script.split("\n")
    run(studio, *(Wish(text, engine="hibari", seed=1, project=str(opened.folder), line=line)
                  for text, line in zip(texts, lines, strict=True)))  # fmt: skip
    land(studio, opened)
    opened.do("Assemble", assembling.assemble(opened.project))
    first, second = opened.project.tracks[0].clips
    return first.id, second.id


@pytest.mark.slow
def test_a_line_made_anew_lies_in_its_clip_and_the_rest_follows(studio, tmp_path):
    with studio.projects.create(tmp_path / "A.angen") as opened:
        first, second = dialogue(studio, opened)
        opened.do("Louder", clips.set_gain(opened.project, [first], 3.0))
        before = opened.project
        text = "Hello there, and a very good evening to all of you who are listening."
        wish = live_clips.other_words(before, opened.folder, first, text, follow=Follow.TRACK)
        opened.do("Edit", live.with_words(before, first, text))
        run(studio, wish)
        land(studio, opened)
        after = opened.project
        now, was = find.clip(after, first), find.clip(before, first)
        assert after.script.startswith(f"[Ann] {text}\n")
        assert (now.gain_db, now.start) == (3.0, was.start)
        assert now.length > was.length
        assert find.clip(after, second).start - find.clip(before, second).start == now.length - was.length
        take = find.take(after, now.take)
        assert (take.text, take.line) == (text, after.script_lines.split()[0])
        assert [one.id for one in live.other_takes(after, first)] == [was.take]
        assert opened.undo() == "Land"
        assert find.clip(opened.project, first) == was


@pytest.mark.slow
def test_what_was_made_while_the_project_was_closed_lands_in_the_clip_if_it_is_there(studio, tmp_path):
    folder = tmp_path / "A.angen"
    with studio.projects.create(folder) as opened:
        first, second = dialogue(studio, opened)
        voice = live_clips.other_voice(opened.project, folder, first, "bf_emma", engine="kokoro")
        gone = live_clips.again(opened.project, folder, second)
        opened.do("Remove", clips.remove(opened.project, [second]))
        opened.save()
    run(studio, voice, gone)
    with studio.projects.open(folder) as opened:
        before = opened.project
        land(studio, opened)
        recipe = find.played_by(opened.project, find.clip(opened.project, first)).recipe
        assert recipe
        assert (recipe["engine"], recipe["cast"]) == ("kokoro", {"Ann": "bf_emma"})
        assert len(opened.project.takes) == len(before.takes) + 2
        assert len(opened.project.tracks[0].clips) == 1
        assert studio.landing.waiting(folder) == []


@pytest.mark.slow
def test_music_is_made_again_in_place_and_varied_beside(studio, tmp_path):
    wish = Wish(task="music", engine="composer", params={"style": "lofi", "duration": 2.0}, seed=3)
    job = studio.generation.ask(wish)
    assert studio.ownership.try_take()
    studio.dispatcher.run(until=lambda: studio.jobs.get(job).settled)
    made = studio.library.of_job(job)[0]
    with studio.projects.create(tmp_path / "A.angen") as opened:
        bed = opened.take_in(made.file, recipe=made.recipe)
        project, track = tracks.add_track(opened.project, "Music", kind="music")
        project, clip = place.media(project, bed, track=track)
        opened.do("Place", project)
        assert live_clips.kind_of(opened.project, clip) == "music"
        run(studio, *live_clips.variations(opened.project, opened.folder, clip, 2))
        land(studio, opened)
        assert find.clip(opened.project, clip).media == bed
        assert len(live.alternatives(opened.project, clip)) == 2
        run(studio, live_clips.again(opened.project, opened.folder, clip))
        land(studio, opened)
        now = find.clip(opened.project, clip)
        assert now.media not in {bed, ""}
        assert len(live.alternatives(opened.project, clip)) == 3
        assert opened.project.takes == ()


@pytest.mark.slow
def test_a_cover_is_painted_again(studio, tmp_path):
    with studio.projects.create(tmp_path / "A.angen") as opened:
        recipe = Recipe(
            "image", "painter", "1", "painter", "", {"prompt": "a lake", "width": 256, "height": 256, "count": 2}, 7,
            "local/cpu", "fp32", "GPL-3.0-or-later",
        )  # fmt: skip
        cover = replace(cover_picture(opened.folder / "media" / f"{'c' * 16}.png"), recipe=recipe.to_dict())
        opened.do("Cover", whole.set_cover(opened.project, cover))
        run(studio, live_clips.picture_again(opened.project, opened.folder))
        land(studio, opened)
        now = opened.project.cover
        assert isinstance(now, Picture)
        assert now.sha256 != cover.sha256
        assert now.recipe
        assert now.recipe["params"]["prompt"] == "a lake"
        assert opened.missing() == []


def test_another_clip_that_came_to_have_the_id_stays():
    speech = recorded(SPEECH)
    spoken = Landed(1, replace(media("m0", seconds=2), id=""), speech.takes[0].line, "Ada", "Hello.", None, "c1")
    other = takes.set_source(speech, "c1", media="m3")
    assert put(speech, spoken).tracks != speech.tracks
    assert put(other, spoken).tracks == other.tracks

    music = recorded(MUSIC, "c3")
    plays = find.played_by(music, find.clip(music, "c3")).sha256
    new = replace(media("m0", seconds=2), id="", recipe=MUSIC.to_dict())
    made = Landed(1, new, "", "", "", None, "c3", clip_plays=plays, spoken=False)
    other = takes.set_source(music, "c3", media="m1")
    again = put(music, made)
    assert again.tracks != music.tracks
    assert put(other, made).tracks == other.tracks
    assert put(other, replace(made, clip_plays="")).tracks != other.tracks, "an old job knows nothing of it"
    later = replace(made, media=replace(new, sha256="e" * 64))
    assert put(again, later).tracks != again.tracks, "it was only made again in between"


def test_where_the_rest_cannot_follow_the_clip_plays_what_was_made():
    project = clips.set_locked(recorded(SPEECH), ["c2"], on=True)
    sound = replace(media("m0", seconds=20), id="")
    landed = Landed(1, sound, project.takes[0].line, "Ada", "Good evening.", None, "c1", follow=Follow.TRACK)
    more, name = takes.add_media(project, sound)
    more, new = takes.add_take(more, name, text="Good evening.")
    with pytest.raises(StudioError, match="locked"):
        live.replace_source(more, "c1", take=new, follow=Follow.TRACK)
    after = put(project, landed)
    assert find.played_by(after, find.clip(after, "c1")).sha256 == sound.sha256
    assert find.clip(after, "c2") == find.clip(project, "c2")


def put(project: Project, landed: Landed) -> Project:
    """Let it land."""
    return Landing.put(None, project, landed)[0]  # pyright: ignore[reportArgumentType]


def test_a_locked_clip_stays_and_its_take_comes():
    project = clips.set_locked(recorded(SPEECH), ["c1"], on=True)
    landed = Landed(1, replace(media("m0", seconds=2), id=""), project.takes[0].line, "Ada", "Hello.", None, "c1")
    after, take = Landing.put(None, project, landed)  # pyright: ignore[reportArgumentType]
    assert after.tracks == project.tracks
    assert find.take(after, take).line == project.takes[0].line
    assert takes.remove_take(after, take).takes == project.takes
