"""Sound files come into a project whole and once, are found again, and nothing strange gets in."""

from __future__ import annotations

import hashlib
import os
import sys
from pathlib import Path

import pytest

from studio.domain.edits import clips, tracks
from studio.errors import EngineFailure, StudioError
from studio.events import Bus
from studio.services.projects import Projects
from tests.services.sounds import StandIn, write_wav
from tests.store.disk import record_disk


@pytest.fixture
def sound(tmp_path):
    return StandIn(tmp_path)


@pytest.fixture
def opened(tmp_path, sound):
    with Projects(sound, Bus()).create(tmp_path / "Play.angen") as found:
        yield found


@pytest.fixture
def wav(tmp_path):
    return write_wav(tmp_path / "Hello there.wav")


def _media(opened, media_id):
    return next(media for media in opened.project.media if media.id == media_id)


def _stored(opened):
    return sorted(p.name for p in (opened.folder / "media").iterdir())


def _with_clip(opened, media_id, length):
    project, track = tracks.add_track(opened.project, "Sound")
    opened.do("Clip", clips.add_clip(project, track, media=media_id, start=0, length=length)[0])


class TestTakingIn:
    def test_a_sound_is_copied_by_content_with_what_is_known_of_it(self, opened, wav, sound):
        media = _media(opened, opened.take_in(wav, licence="CC0-1.0"))
        digest = hashlib.sha256(wav.read_bytes()).hexdigest()
        assert (media.name, media.file, media.sha256) == ("Hello there.wav", f"media/{digest[:16]}.wav", digest)
        assert (media.rate, media.channels, media.frames) == (24_000, 1, 2400)
        assert (media.licence, media.recipe) == ("CC0-1.0", None)
        assert (opened.folder / media.file).read_bytes() == wav.read_bytes()
        assert opened.history.labels == ("Add Hello there.wav",)
        assert opened.told == ["It is a test."]
        assert Path(sound.asked[0]["file"]).is_relative_to(opened.folder)  # the copy was checked, not the original
        assert wav.exists()

    def test_the_same_sound_twice_is_one_media(self, opened, wav, sound, tmp_path):
        first = opened.take_in(wav)
        assert opened.take_in(write_wav(tmp_path / "again.wav")) == first
        assert len(opened.project.media) == len(_stored(opened)) == len(sound.asked) == 1
        other = opened.take_in(write_wav(tmp_path / "other.wav", value=8))
        assert other != first
        assert len(_stored(opened)) == 2

    def test_a_sound_taken_in_again_after_an_undo_is_one_file(self, opened, wav):
        opened.take_in(wav)
        opened.undo()
        assert len(_stored(opened)) == 1  # a redo needs it
        opened.take_in(wav)
        assert len(_stored(opened)) == 1

    def test_taking_in_mends_a_file_that_was_damaged(self, opened, wav):
        media = _media(opened, opened.take_in(wav))
        (opened.folder / media.file).write_bytes(b"broken")
        assert opened.take_in(wav) == media.id
        assert (opened.folder / media.file).read_bytes() == wav.read_bytes()

    def test_another_file_of_the_same_short_name_stays(self, opened, wav):
        digest = hashlib.sha256(wav.read_bytes()).hexdigest()
        (opened.folder / "media").mkdir()
        (opened.folder / "media" / f"{digest[:16]}.wav").write_bytes(b"another")
        assert _media(opened, opened.take_in(wav)).file == f"media/{digest}.wav"
        assert (opened.folder / "media" / f"{digest[:16]}.wav").read_bytes() == b"another"

    def test_what_was_rewritten_is_kept_instead(self, opened, wav, sound):
        sound.rewrite, sound.facts = b"better", {"ending": ".flac", "recipe": {"engine": "fake", "licence": "MIT"}}
        media = _media(opened, opened.take_in(wav))
        assert media.file == f"media/{hashlib.sha256(b'better').hexdigest()[:16]}.flac"
        assert (opened.folder / media.file).read_bytes() == b"better"
        assert (media.recipe, media.licence) == ({"engine": "fake", "licence": "MIT"}, "MIT")
        assert opened.take_in(wav) == media.id
        assert len(_stored(opened)) == 1

    def test_what_the_caller_knows_goes_before_what_the_file_says(self, opened, wav, sound):
        sound.facts = {"recipe": {"engine": "other"}}
        media = _media(opened, opened.take_in(wav, name="Line 1", recipe={"engine": "fake"}, licence="MIT"))
        assert (media.name, media.recipe, media.licence) == ("Line 1", {"engine": "fake"}, "MIT")

    @pytest.mark.parametrize(
        "facts",
        [
            {"rate": 0}, {"rate": "48000"}, {"channels": -1}, {"frames": 0}, {"frames": None}, {"channels": True},
            {"ending": "../../x"}, {"ending": ""}, {"ending": "wav/"}, {"ending": "x" * 20},
        ],
    )  # fmt: skip
    def test_what_the_sound_process_says_is_checked(self, opened, wav, sound, facts):
        sound.facts = facts
        with pytest.raises(EngineFailure):
            opened.take_in(wav)
        assert (opened.project.media, _stored(opened)) == ((), [])

    @pytest.mark.parametrize(
        "recipe", ["text", [1], {"a": float("nan")}, {"a": "\ud800"}, {"a": "x" * 2_000_000}, {"licence": ["MIT"]}]
    )
    def test_a_recipe_that_cannot_be_stored_is_none(self, opened, wav, sound, recipe):
        sound.facts = {"recipe": recipe}
        media = _media(opened, opened.take_in(wav))
        assert media.recipe in (None, {"licence": ["MIT"]})
        opened.save()

    def test_a_name_that_is_no_text_is_made_one(self, opened, tmp_path):
        file = Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff\n.wav"))
        media = _media(opened, opened.take_in(write_wav(file)))
        assert media.name.encode().decode().endswith(".wav")
        assert "\n" not in media.name
        opened.save()

    def test_who_opened_it_to_read_takes_nothing_in(self, opened, wav, sound):
        reader = Projects(sound, Bus()).open(opened.folder, writing=False)
        with pytest.raises(StudioError, match="to be read"):
            reader.take_in(wav)
        assert not (opened.folder / "media").exists()

    def test_a_take_is_one_step(self, opened, wav):
        take = opened.take_from_library(wav, recipe={"engine": "fake"}, speaker="Ann", text="Hello.")
        found = opened.project.takes[0]
        assert (found.id, found.speaker, found.text) == (take, "Ann", "Hello.")
        assert _media(opened, found.media).recipe == {"engine": "fake"}
        assert len(opened.history.labels) == 1
        again = opened.take_from_library(wav, recipe={"engine": "fake"}, speaker="Ann", text="Hello.")
        assert again != take
        opened.undo()
        opened.undo()
        assert (opened.project.takes, opened.project.media) == ((), ())


def _bad_files(folder):
    (folder / "folder").mkdir()
    os.mkfifo(folder / "pipe")
    (folder / "loop").symlink_to(folder / "loop")
    (folder / "empty.wav").touch()
    (folder / "gone.wav").symlink_to(folder / "nothing")
    (folder / "text.wav").write_text("This is no sound.", encoding="utf-8")
    names = ("folder", "pipe", "loop", "empty.wav", "gone.wav", "text.wav", "x" * 300, "no/such", "text.wav/x", "a\0b")
    return [*(folder / name for name in names), Path("/dev/null"), Path()]


@pytest.mark.skipif(sys.platform == "win32", reason="no pipes and links there")
def test_what_is_no_sound_file_is_told_in_plain_words(opened, tmp_path):
    for file in _bad_files(tmp_path):
        with pytest.raises(StudioError) as raised:
            opened.take_in(file)
        assert raised.value.hint, file
        assert "directory" not in raised.value.message
        assert "Errno" not in raised.value.message
        assert _stored(opened) == []
    assert opened.history.labels == ()


class TestMissing:
    def test_files_that_are_gone_damaged_or_led_out_are_told(self, opened, wav, tmp_path):
        media = _media(opened, opened.take_in(wav))
        file = opened.folder / media.file
        assert opened.missing(thorough=True) == []
        file.write_bytes(wav.read_bytes()[:-1])
        assert opened.missing() == []
        assert opened.missing(thorough=True) == [media]
        file.unlink()
        assert opened.missing() == [media]
        file.symlink_to(wav)
        assert opened.missing() == [media]
        with pytest.raises(StudioError, match="leads out"):
            opened.file_of(media)
        file.unlink()
        file.mkdir()
        assert opened.missing() == [media]
        (tmp_path / "elsewhere").mkdir()
        file.rmdir()
        write_wav(tmp_path / "elsewhere" / file.name)
        file.parent.rmdir()
        file.parent.symlink_to(tmp_path / "elsewhere")
        assert opened.missing() == [media]
        with pytest.raises(StudioError, match="leads elsewhere"):
            opened.take_in(write_wav(tmp_path / "new.wav", value=3))
        assert len(list((tmp_path / "elsewhere").iterdir())) == 1

    def test_the_same_file_is_put_back_without_a_step(self, opened, wav, sound):
        media = _media(opened, opened.take_in(wav))
        (opened.folder / media.file).unlink()
        opened.relink(media.id, wav)
        assert opened.missing(thorough=True) == []
        assert len(opened.history.labels) == len(sound.asked) == 1

    def test_a_file_that_is_rewritten_to_the_same_is_put_back_without_a_step(self, opened, wav, sound):
        sound.rewrite, sound.facts = b"better", {"ending": "flac"}
        media = _media(opened, opened.take_in(wav))
        (opened.folder / media.file).unlink()
        opened.relink(media.id, wav)
        assert opened.missing(thorough=True) == []
        assert len(opened.history.labels) == 1

    def test_another_file_that_is_long_enough_takes_the_place(self, opened, wav, tmp_path):
        media = _media(opened, opened.take_in(wav))
        _with_clip(opened, media.id, 4800)
        opened.relink(media.id, write_wav(tmp_path / "longer.wav", frames=4800, value=9))
        linked = _media(opened, media.id)
        assert (linked.frames, linked.name) == (4800, "Hello there.wav")
        assert opened.missing(thorough=True) == []
        opened.save()
        assert opened.undo() == "Relink media"
        assert _media(opened, media.id) == media
        assert opened.missing(thorough=True) == []  # an undo needs the old file: it is there

    def test_a_file_that_is_too_short_is_refused(self, opened, wav, tmp_path):
        media = _media(opened, opened.take_in(wav))
        _with_clip(opened, media.id, 4800)
        short = write_wav(tmp_path / "short.wav", frames=2399)
        with pytest.raises(StudioError, match="shorter than what the clips play"):
            opened.relink(media.id, short)
        assert _media(opened, media.id) == media
        assert len(_stored(opened)) == 1

    def test_media_that_there_is_not_cannot_be_linked(self, opened, wav):
        with pytest.raises(StudioError):
            opened.relink("m99", wav)


class TestWithTheSoundProcess:
    """The same with the real one, as far as it is another matter."""

    @pytest.fixture
    def real(self, studio, tmp_path):
        with studio.projects.create(tmp_path / "Real.angen") as found:
            yield found

    def test_a_sound_comes_in_and_what_is_none_is_told(self, real, wav, tmp_path):
        media = _media(real, real.take_in(wav))
        assert (media.rate, media.channels, media.frames, media.file[-4:]) == (24_000, 1, 2400, ".wav")
        assert real.told == []
        for file in _bad_files(tmp_path):
            with pytest.raises(StudioError) as raised:
                real.take_in(file)
            assert ".incoming" not in raised.value.message
        assert len(_stored(real)) == 1
        (real.folder / media.file).unlink()
        real.relink(media.id, wav)
        assert real.missing(thorough=True) == []

    def test_a_sound_process_that_dies_costs_that_file_only(self, real, wav, studio, monkeypatch, tmp_path):
        monkeypatch.setattr(
            "studio.services.helper.argv", lambda *words: [sys.executable, "-c", f"import os; os.abort()  # {words}"]
        )
        with pytest.raises(EngineFailure):
            real.take_in(wav)
        assert (_stored(real), real.project.media) == ([], ())
        monkeypatch.undo()
        real.take_in(wav)
        real.save()


def test_what_is_a_link_out_of_the_project_is_missing_whatever_it_leads_to(opened, wav):
    media = _media(opened, opened.take_in(wav))
    file = opened.folder / media.file
    file.unlink()
    file.symlink_to(wav)
    assert opened.missing() == [media]
    file.unlink()
    (opened.folder / "media").rmdir()
    (wav.parent / "elsewhere").mkdir()
    (wav.parent / "elsewhere" / file.name).write_bytes(wav.read_bytes())
    (opened.folder / "media").symlink_to(wav.parent / "elsewhere")
    assert opened.missing() == [media]


def test_where_a_folder_lies_in_the_place_of_media_it_says_so(opened, wav):
    media = _media(opened, opened.take_in(wav))
    (opened.folder / media.file).unlink()
    (opened.folder / media.file).mkdir()
    with pytest.raises(StudioError, match="folder lies where"):
        opened.relink(media.id, wav)


def test_a_sound_is_on_the_disk_before_the_project_names_it(opened, wav, monkeypatch):
    steps = record_disk(monkeypatch)
    media = _media(opened, opened.take_in(wav))
    opened.save()
    named = steps.index(("rename", media.file.removeprefix("media/")))
    assert steps[named - 1][0] == "sync"
    assert steps[named - 1][1].startswith(".incoming.")
    assert steps[named + 1] == ("sync", "media")
    assert named + 1 < steps.index(("rename", "project.json"))
