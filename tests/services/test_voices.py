"""The voice library: consent first, the clearest part kept with its words, found by name, passed on and taken in."""

from __future__ import annotations

import shutil
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile as sf

from studio.domain.voice import Binding, Consent
from studio.engines.manifest import Manifest
from studio.engines.registry import find_engines
from studio.errors import StudioError
from studio.paths import DataPaths
from studio.services.casting import Casting, lacking
from studio.services.helper import Done
from studio.services.inputs import Inputs
from studio.services.tasks import speech
from studio.services.tasks.work import Wish
from studio.services.voices import NewVoice, Voices, transcript_beside
from studio.settings import Settings
from studio.store import voice_folder
from tests import spoken

MINE = Consent("My own voice.", "own")
_GOOD: dict[str, Any] = {
    "seconds": 8.0, "speech_share": 0.9, "source_speech_seconds": 7.2, "source_seconds": 9.0, "start": 0.0, "end": 8.0,
    "snr_db": 30.0, "clipped": 0.0, "median_pitch": 120.0, "advice": [],
}  # fmt: skip
_NOISY = {"level": "warning", "code": "noisy", "text": "It is noisy.", "hint": "Clean it."}
_NOTHING = {"level": "error", "code": "no_speech", "text": "No speech was found.", "hint": "Choose another file."}


class _Sound:
    """In the place of the sound process: says of each file what the test wants, and hands it back."""

    def __init__(self) -> None:
        self.facts: dict[bytes, dict[str, Any]] = {}
        self.asked: list[bytes] = []
        self.within: list[list[float]] = []

    @contextmanager
    def task(self, name: str, inputs: dict[str, Any], **_: object) -> Generator[Done, None, None]:
        assert name == "prepare_reference"
        file = Path(inputs["file"])
        self.asked.append(file.read_bytes())
        self.within += [inputs["within"]] if "within" in inputs else []
        if file.suffix != ".wav":
            shutil.copyfile(file, file.with_suffix(".wav"))
        yield Done(file.with_suffix(".wav"), _GOOD | self.facts.get(file.read_bytes(), {}), ())


@pytest.fixture
def sound():
    return _Sound()


@pytest.fixture
def voices(tmp_path, sound):
    return Voices(DataPaths(tmp_path / "data"), sound)


@pytest.fixture
def recording(tmp_path):
    (tmp_path / "ann.wav").write_bytes(b"sound of Ann")
    return tmp_path / "ann.wav"


def test_a_voice_is_kept_with_its_original_and_found(voices, recording):
    added = voices.add(NewVoice("Ann Lee", MINE, "en", "CC0-1.0", "Low."), [recording])
    profile = voices.get("ann lee")
    assert profile == added.profile == voices.get(added.profile.id)
    assert (profile.consent, profile.language, profile.licence, profile.notes) == (MINE, "en", "CC0-1.0", "Low.")
    sample = profile.samples[0]
    assert (sample.name, sample.seconds, sample.facts["snr_db"]) == ("ann.wav", 8.0, 30.0)
    assert voices.recording(profile, sample.original).read_bytes() == b"sound of Ann"
    recording.unlink()
    assert voices.reference("Ann Lee")[0].read_bytes() == b"sound of Ann"


def test_without_consent_nothing_is_even_looked_at(voices, sound, recording):
    for text in ("", "  \n"):
        with pytest.raises(StudioError, match="consent") as caught:
            voices.add(NewVoice("Ann", Consent(text)), [recording])
        assert "--consent" in caught.value.hint
    assert sound.asked == []
    assert voices.all() == ([], [])


@pytest.mark.parametrize("name", ["", " ", "a/b", "[S1]", "x" * 61, "a\nb", "-v"])
def test_a_name_must_be_one(voices, sound, recording, name):
    with pytest.raises(StudioError, match="name"):
        voices.add(NewVoice(name, MINE), [recording])
    assert sound.asked == []


def test_a_name_is_given_once(voices, recording):
    voices.add(NewVoice("Ann", MINE), [recording])
    with pytest.raises(StudioError, match="already") as caught:
        voices.add(NewVoice("ANN", MINE), [recording])
    assert "30 days" in caught.value.hint


def test_a_recording_that_is_of_no_use_keeps_nothing(voices, sound, recording, tmp_path):
    (tmp_path / "music.wav").write_bytes(b"music")
    sound.facts[b"music"] = {"advice": [_NOTHING]}
    with pytest.raises(StudioError, match="No speech"):
        voices.add(NewVoice("Ann", MINE), [recording, tmp_path / "music.wav"])
    assert voices.all() == ([], [])
    with pytest.raises(StudioError, match="is not there"):
        voices.add(NewVoice("Ann", MINE), [tmp_path / "none.wav"])
    assert {p.name for p in (tmp_path / "data" / "voices").iterdir()} <= {".lock"}


def test_noise_is_taken_out_where_it_is_told_or_wanted(voices, sound, recording, tmp_path):
    (tmp_path / "clean.wav").write_bytes(b"clean")
    cleaned: list[bytes] = []

    def clean(file: Path) -> Path:
        cleaned.append(file.read_bytes())
        return tmp_path / "clean.wav"

    plain = voices.add(NewVoice("Plain", MINE), [recording], clean=clean).profile
    wanted = voices.add(NewVoice("Wanted", MINE, denoise=True), [recording], clean=clean).profile
    sound.facts[b"sound of Ann"] = {"advice": [_NOISY], "snr_db": 8.0, "start": 3.0}
    sound.facts[b"clean"] = {"snr_db": 40.0, "start": 0.0}
    told = voices.add(NewVoice("Told", MINE), [recording], clean=clean)
    assert [p.samples[0].cleaned for p in (plain, wanted, told.profile)] == [False, True, True]
    assert cleaned == [b"sound of Ann"] * 2
    sample = told.profile.samples[0]
    assert (sample.facts["snr_db"], sample.facts["start"], sample.facts["advice"]) == (40.0, 3.0, [])
    assert voices.recording(told.profile, sample.original).read_bytes() == b"sound of Ann"
    assert voices.recording(told.profile, sample.file).read_bytes() == b"clean"
    without = voices.add(NewVoice("Without", MINE), [recording])
    assert "It is noisy. Clean it." in without.notes


def test_a_recording_is_kept_with_and_without_its_noise_and_either_can_be_used(
    voices, sound, recording, tmp_path, monkeypatch
):
    (tmp_path / "clean.wav").write_bytes(b"clean")
    sound.facts[b"sound of Ann"] = {"seconds": 9.0, "snr_db": 8.0, "advice": [_NOISY]}
    sound.facts[b"clean"] = {"seconds": 8.5, "snr_db": 40.0}
    recording = recording.rename(tmp_path / "ann.flac")
    kept = voices.add(NewVoice("Ann", MINE, transcript="hello"), [recording], clean=lambda _: tmp_path / "clean.wav")
    first = kept.profile.samples[0]
    assert (first.cleaned, first.seconds, first.other_seconds) == (True, 8.5, 9.0)
    assert voices.recording(kept.profile, first.other).read_bytes() == b"sound of Ann"
    assert (first.facts["snr_db"], first.other_facts["snr_db"]) == (40.0, 8.0)

    asked = len(sound.asked)
    noisy = voices.use_version("Ann", "s1", cleaned=False)
    assert voices.reference("Ann") == (voices.recording(noisy, first.other), "hello")
    assert noisy.samples[0].seconds == 9.0
    assert voices.use_version("Ann", "s1", cleaned=False) == noisy
    assert voices.use_version("Ann", "s1", cleaned=True) == kept.profile
    assert len(sound.asked) == asked

    found = [voices.use_version("Ann", "s1", cleaned=False), kept.profile]
    with monkeypatch.context() as patch:  # another process is faster: what was read first is old by then
        patch.setattr(voices, "get", lambda _name: found.pop())
        assert voices.use_version("Ann", "s1", cleaned=False) == noisy
    voices.use_version("Ann", "s1", cleaned=True)

    passed = voices.import_(voices.export("Ann", tmp_path / "ann")).profile
    assert passed.samples == kept.profile.samples
    again = voices.use_version(passed.id, "s1", cleaned=False)
    assert voices.recording(again, again.samples[0].file).read_bytes() == b"sound of Ann"


def test_the_version_that_is_missing_is_made_when_it_is_wanted(voices, sound, recording, tmp_path):
    (tmp_path / "clean.wav").write_bytes(b"clean")
    sound.facts[b"clean"] = {"seconds": 7.0}
    plain = voices.add(NewVoice("Ann", MINE), [recording]).profile
    with pytest.raises(StudioError, match="noise"):
        voices.use_version("Ann", "s1", cleaned=True)
    with pytest.raises(StudioError, match="no recording 's9'"):
        voices.use_version("Ann", "s9", cleaned=True)
    done = voices.use_version("Ann", "s1", cleaned=True, clean=lambda _: tmp_path / "clean.wav")
    sample = done.samples[0]
    assert voices.recording(done, sample.file).read_bytes() == b"clean"
    assert (sample.cleaned, sample.seconds, sample.other) == (True, 7.0, plain.samples[0].file)

    old = replace(done, samples=(replace(sample, other="", facts={"start": 1.0, "end": 8.0}),))  # of an older studio
    voice_folder.rewrite(tmp_path / "data" / "voices", old)
    back = voices.use_version("Ann", "s1", cleaned=False)
    assert voices.recording(back, back.samples[0].file).read_bytes() == b"sound of Ann"
    assert sound.within[-1] == [1.0, 8.0]


def test_words_are_given_to_a_recording_later(voices, recording):
    voices.add(NewVoice("Ann", MINE), [recording])
    assert voices.write_words("Ann", "s1", " Good\n evening. ").samples[0].transcript == "Good evening."
    assert voices.reference("Ann")[1] == "Good evening."


def test_one_voice_serves_an_engine_with_voices_one_that_needs_words_and_one_that_listens(voices, tmp_path, recording):
    """Kokoro by one of its voices, Dia by recording and words, XTTS by the recording."""
    paths = DataPaths(tmp_path / "data")
    registry = find_engines(paths.engines)
    settings = Settings()
    casting = Casting(voices, Inputs(paths, _Sound(), _Sound()), registry, settings)  # type: ignore[arg-type]
    kokoro, dia, xtts = (registry.manifest(name) for name in ("kokoro", "dia", "xtts"))
    bare = voices.add(NewVoice("Ann", MINE), [recording]).profile
    assert [lacking(engine, bare) for engine in (kokoro, dia, xtts)] == ["voice", "words", ""]

    def request(engine: Manifest) -> Wish:
        wish = casting.resolve(Wish("[A] Hello.", engine=engine.id, voices={"A": "Ann"}))
        speech.prepare(wish, engine, settings)
        return wish

    for engine in (kokoro, dia):
        with pytest.raises(StudioError) as caught:
            request(engine)
        assert caught.value.hint
    voices.write_words("Ann", "s1", "Good evening.")
    kept = voices.bind("Ann", Binding("kokoro", voice="af_heart"))
    assert [lacking(engine, kept) for engine in (kokoro, dia, xtts)] == ["", "", ""]
    assert request(kokoro).voices == {"A": "af_heart"}
    for engine in (dia, xtts):
        wish = request(engine)
        assert wish.voices == {"A": "reference:A"}
        assert wish.kept == {"reference:A": kept.samples[0].file}
        assert wish.transcripts == {"reference:A": "Good evening."}


def test_words_come_from_the_option_a_file_beside_or_a_recogniser(voices, recording, tmp_path):
    heard: list[Path] = []

    def hear(file: Path) -> str:
        heard.append(file)
        return " heard\n words "

    assert _words(voices, "A", recording, hear) == "heard words"
    (tmp_path / "ann.txt").write_text("beside\n", encoding="utf-8")
    assert _words(voices, "B", recording, hear) == "beside"
    (tmp_path / "ann.reference.txt").write_text("\ufeffnearer", encoding="utf-8")
    assert _words(voices, "C", recording, hear) == "nearer"
    assert _words(voices, "D", recording, hear, transcript="given") == "given"
    assert len(heard) == 4  # words that were given are compared with what is heard
    (tmp_path / "ann.reference.txt").write_bytes(b"\xff\xfe\xfa")
    assert transcript_beside(recording) == "beside"


def _words(voices, name, recording, hear, **more):
    return voices.add(NewVoice(name, MINE, **more), [recording], hear=hear).profile.samples[0].transcript


def test_words_that_are_not_those_heard_are_told(voices, recording):
    def notes(name: str, words: str) -> str:
        new = NewVoice(name, MINE, transcript=words)
        return " ".join(voices.add(new, [recording], hear=lambda _: "the old lighthouse keeper climbed").notes)

    assert "not what is heard" in notes("A", "a recipe for soup with leeks and cream")
    assert "not what is heard" not in notes("B", "The old lighthouse keeper climbed.")


def test_only_the_part_between_two_moments_is_looked_at(voices, sound, recording):
    new = NewVoice("Ann", MINE, transcript="all words", within=(2.0, 9.0), words=" Words of\nthe part ")
    sample = voices.add(new, [recording], hear=lambda _: "heard").profile.samples[0]
    assert sound.within == [[2.0, 9.0]]
    assert (sample.transcript, sample.original_transcript) == ("Words of the part", "all words")
    without = voices.add(NewVoice("Ben", MINE, transcript="all words", within=(2.0, 9.0)), [recording])
    assert without.profile.samples[0].transcript == ""


def test_a_removed_voice_comes_back(voices, recording):
    kept = voices.add(NewVoice("Ann", MINE, notes="Low."), [recording]).profile
    voices.remove("Ann")
    assert (voices.all()[0], voices.removed()) == ([], [kept])
    assert voices.restore(kept.id) == kept
    assert (voices.all()[0], voices.removed()) == ([kept], [])
    voices.remove("Ann")
    voices.add(NewVoice("ann", MINE), [recording])
    assert voices.restore(kept.id).name == "Ann 2"
    assert voices.reference("Ann 2")[0].read_bytes() == b"sound of Ann"
    with pytest.raises(StudioError, match="not kept any more"):
        voices.restore(kept.id)


def test_what_is_said_of_a_voice_can_be_changed_and_a_binding_forgotten(voices, recording):
    voices.add(NewVoice("Ann", MINE), [recording])
    changed = voices.describe("Ann", language="de", licence="CC0-1.0", notes="Tired.")
    assert (changed.language, changed.licence, changed.notes) == ("de", "CC0-1.0", "Tired.")
    voices.bind("Ann", Binding("kokoro", voice="af_heart"))
    assert voices.unbind("Ann", "kokoro") == voices.get("Ann") == changed


def test_words_of_the_whole_are_not_those_of_a_part(voices, sound, recording):
    sound.facts[b"sound of Ann"] = {"source_speech_seconds": 60.0}
    profile = voices.add(
        NewVoice("Ann", MINE, transcript="all words"), [recording], hear=lambda _: "some words"
    ).profile
    assert (profile.samples[0].transcript, profile.samples[0].original_transcript) == ("some words", "all words")


def test_a_recogniser_that_fails_costs_only_the_words(voices, recording):
    def hear(_: Path) -> str:
        raise StudioError("There is no recogniser.", "Install one.")

    added = voices.add(NewVoice("Ann", MINE), [recording], hear=hear)
    assert added.profile.samples[0].transcript == ""
    assert any("There is no recogniser." in note for note in added.notes)


def test_names_that_are_alike_are_shown(voices, recording):
    voices.add(NewVoice("Annabel", MINE), [recording])
    with pytest.raises(StudioError, match="No voice") as caught:
        voices.get("anabel")
    assert "Annabel" in caught.value.hint


def test_a_voice_is_renamed_bound_removed(voices, recording):
    voices.add(NewVoice("Ann", MINE), [recording])
    voices.add(NewVoice("Ben", MINE), [recording])
    assert voices.rename("Ann", "ANN").name == "ANN"
    with pytest.raises(StudioError, match="already"):
        voices.rename("Ann", "ben")
    voices.bind("Ann", Binding("kokoro", voice="af_heart"))
    voices.bind("Ann", Binding("kokoro", sample="s1"))
    assert voices.get("Ann").bindings == (Binding("kokoro", sample="s1"),)
    with pytest.raises(StudioError, match="no recording"):
        voices.bind("Ann", Binding("dia", sample="s2"))
    removed, place = voices.remove("Ann")
    assert place.is_dir()
    assert voices.find("Ann") is None
    shutil.move(place, place.parents[1] / removed.id)
    assert voices.get("Ann").bindings == removed.bindings


def test_a_voice_goes_to_another_library_and_gets_a_number_where_its_name_is_taken(voices, sound, recording, tmp_path):
    kept = voices.add(NewVoice("Ann", MINE), [recording]).profile
    place = voices.export("Ann", tmp_path / "ann")
    assert place.name == "ann.angenvoice"
    other = Voices(DataPaths(tmp_path / "other"), sound)
    first, second = other.import_(place), other.import_(place)
    assert (first.profile.name, second.profile.name) == ("Ann", "Ann 2")
    assert first.profile.consent == MINE
    assert first.profile.samples == kept.samples
    assert not first.notes
    assert "Ann 2" in second.notes[0]
    assert other.reference("Ann 2")[0].read_bytes() == b"sound of Ann"


def test_an_engine_that_listens_to_several_recordings_gets_the_best_first(voices, sound, tmp_path):
    files = [tmp_path / f"{name}.wav" for name in ("dull", "clear", "plain")]
    for file, snr in zip(files, (15.0, 35.0, 25.0), strict=True):
        file.write_bytes(file.stem.encode())
        sound.facts[file.read_bytes()] = {"snr_db": snr}
    voices.add(NewVoice("Ann", MINE), files)

    def heard(engine, most):
        return [file.read_bytes() for file, _ in voices.references("Ann", engine, most=most)]

    assert heard("xtts", 10) == [b"clear", b"dull", b"plain"]
    assert heard("xtts", 2) == [b"clear", b"dull"]
    assert heard("xtts", 1) == [b"clear"]
    voices.bind("Ann", Binding("xtts", sample=voices.get("Ann").samples[2].id))
    assert heard("xtts", 10) == [b"plain"]  # whoever chose a recording wants that one


def test_what_is_said_to_be_lacking_is_what_an_engine_will_not_find(voices, tmp_path, recording):
    """A binding may say nothing but how the engine is to be set; a chosen recording may be gone."""
    manifest = find_engines(tmp_path / "none").manifest("xtts")
    kept = voices.add(NewVoice("Ann", MINE), [recording]).profile
    manner = replace(kept, bindings=(Binding("xtts", params={"temperature": 0.5}),))
    assert (lacking(manifest, manner), manner.heard_by("xtts")) == ("", kept.samples)
    gone = replace(kept, bindings=(Binding("xtts", sample="s9"),))
    assert (lacking(manifest, gone), gone.heard_by("xtts")) == ("recording", ())


def test_a_cast_brings_as_many_recordings_as_the_engine_listens_to(voices, sound, tmp_path):
    files = [tmp_path / "one.wav", tmp_path / "two.wav"]
    for file in files:
        file.write_bytes(file.stem.encode())
    voices.add(NewVoice("Ann", MINE, licence="CC0-1.0"), files)
    paths = DataPaths(tmp_path / "data")
    inputs = Inputs(paths, sound, sound)
    casting = Casting(voices, inputs, find_engines(paths.engines), Settings())

    def brought(engine):
        wish = casting.resolve(Wish(script="[S1] Hi.", engine=engine, voices={"S1": "Ann"}))
        assert wish.voices == {"S1": "reference:S1"}
        assert wish.rights == dict.fromkeys(wish.kept, "CC0-1.0")
        return {role: inputs.path(name).read_bytes() for role, name in wish.kept.items()}

    assert brought("xtts") == {"reference:S1": b"one", "reference+2:S1": b"two"}
    assert brought("likeness") == {"reference:S1": b"one"}


@pytest.mark.slow
def test_real_recordings_through_the_sound_process(studio, tmp_path):
    speech = spoken.lines()
    sf.write(tmp_path / "her.flac", speech, spoken.RATE)
    sf.write(tmp_path / "music.wav", 0.2 * np.sin(np.arange(90_000) * 0.05), spoken.RATE)
    added = studio.voices.add(NewVoice("Her", MINE, transcript=" ".join(spoken.LINES)), [tmp_path / "her.flac"])
    file, words = studio.voices.reference("her")
    assert words == " ".join(spoken.LINES)
    assert sf.info(file).duration == pytest.approx(added.profile.samples[0].seconds)
    assert 5.0 <= sf.info(file).duration <= 15.0
    with pytest.raises(StudioError, match=r"No speech was found in music\.wav"):
        studio.voices.add(NewVoice("Music", MINE), [tmp_path / "music.wav"])
    assert [p.name for p in studio.voices.all()[0]] == ["Her"]
