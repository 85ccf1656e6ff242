"""The voice library: kept voices, made from recordings, with the consent that their use needs. One thread an object.

Recordings are decoded in the sound process alone. Cleaning them and writing down their words is the work of engines,
which are jobs; whoever adds a voice says how such a job is waited for.
"""

from __future__ import annotations

import datetime
import difflib
import shutil
import uuid
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any, cast

from studio.domain import lint, voice
from studio.domain.voice import Binding, Consent, Profile, Sample
from studio.errors import StudioError
from studio.paths import DataPaths
from studio.services.helper import HelperHost
from studio.store import atomic, plain_file, voice_file, voice_folder

Clean = Callable[[Path], Path]
"""Take the noise out of a sound; return the file without it."""
Hear = Callable[[Path], str]
"""Return the words spoken in a sound."""

_MOST_BYTES = 8_000_000_000  # of a recording
_MOST_TRANSCRIPT = 200_000
_TRANSCRIPTS = (".reference.txt", ".txt")  # beside a recording, in the place of its ending
_WHOLE = 0.9  # of the speech; then the words given for all of it are those of the part
_KEPT_FACTS = (
    "source_seconds", "source_speech_seconds", "start", "end", "snr_db", "clipped", "speech_share", "median_pitch",
    "advice",
)  # fmt: skip

_OF_THE_SOURCE = ("source_seconds", "source_speech_seconds", "start", "end", "clipped")
_ABOUT_NOISE = ("noisy", "short")


@dataclass(frozen=True)
class NewVoice:
    """What somebody says of a voice that is to be kept."""

    name: str
    consent: Consent
    language: str = ""
    licence: str = ""
    notes: str = ""
    transcript: str = ""  # of the one recording
    denoise: bool = False  # also when nothing seems to need it
    within: tuple[float, float] | None = None  # the seconds of the one recording between which its best part lies
    words: str = ""  # in that part, from somebody who listened to it
    bindings: tuple[Binding, ...] = ()


@dataclass(frozen=True)
class Added:
    """A kept voice, and what there is to know about it."""

    profile: Profile
    notes: tuple[str, ...]


@dataclass(frozen=True)
class _Prepared:
    """The best part of a recording, or only what there is to say about it."""

    file: Path
    facts: dict[str, Any]
    notes: tuple[str, ...]


@dataclass
class _Desk:
    """What comes together while a voice is added."""

    scratch: Path
    clean: Clean | None
    hear: Hear | None
    places: dict[str, Path]  # files by the names they will bear
    notes: list[str]


class Voices:
    """The kept voices of a data folder."""

    def __init__(self, paths: DataPaths, sound: HelperHost) -> None:
        self._root = paths.voices
        self._sound = sound

    def all(self) -> tuple[list[Profile], list[str]]:
        """Return all voices by name, and a sentence for each that cannot be read."""
        return voice_folder.profiles(self._root)

    def find(self, name: str) -> Profile | None:
        """Return the voice of this name or id, None when there is none."""
        found, _ = self.all()
        wanted = name.casefold()
        return next((p for p in found if p.id == name or p.name.casefold() == wanted), None)

    def free_name(self, wanted: str, *, otherwise: str) -> str:
        """Return a name that no voice has: as wanted, or with a number; `otherwise` where that cannot be a name."""
        plain = voice.plain_name(wanted)
        taken = frozenset(p.name.casefold() for p in self.all()[0])
        return voice.free_name(otherwise if voice.name_problem(plain) else plain, taken)

    def get(self, name: str) -> Profile:
        """Return the voice of this name or id; raise StudioError with names that are alike."""
        found = self.find(name)
        if found is not None:
            return found
        names = {p.name.casefold(): p.name for p in self.all()[0]}
        near = [names[n] for n in difflib.get_close_matches(name.casefold(), names, 3, 0.5)]
        hint = (
            f"Did you mean {' or '.join(near)}?" if near else "`studio voices add` keeps one, `voices list` shows all."
        )
        raise StudioError(f"No voice {name[:80]!r} is kept.", hint)

    def reference(self, name: str, engine: str = "") -> tuple[Path, str]:
        """Return the recording from which an engine speaks with a voice, and the words in it."""
        return self.references(name, engine)[0]

    def references(self, name: str, engine: str = "", *, most: int = 1) -> list[tuple[Path, str]]:
        """Return the recordings from which an engine speaks, with the words in them: the best first, others by age."""
        profile = self.get(name)
        samples = profile.heard_by(engine)
        if not samples:
            raise StudioError(f"The voice {profile.name} has no recording.", "Add it again with a sound file.")
        return [(voice_folder.recording(self._root, profile, s.file), s.transcript) for s in samples[:most]]

    def recording(self, profile: Profile, file: str) -> Path:
        """Return where a recording of a voice lies."""
        return voice_folder.recording(self._root, profile, file)

    def add(
        self, new: NewVoice, files: Sequence[Path], *, clean: Clean | None = None, hear: Hear | None = None
    ) -> Added:
        """Keep a voice; raise StudioError, and keep nothing, when one of its recordings cannot be used."""
        self._check(new, files)
        with voice_folder.workplace(self._root) as scratch:
            desk = _Desk(scratch, clean, hear, {}, [])
            samples = [self._sample(f"s{n}", file.absolute(), new, desk) for n, file in enumerate(files, 1)]
            profile = Profile(
                id="v0", name=new.name, consent=new.consent, created=_today(), language=new.language,
                licence=new.licence, notes=new.notes, samples=tuple(samples), bindings=new.bindings,
            )  # fmt: skip
            _refuse_problems(profile)
            with voice_folder.writing(self._root):
                self._refuse_taken(new.name)
                return Added(voice_folder.create(self._root, profile, desk.places), tuple(desk.notes))

    def rename(self, name: str, new_name: str) -> Profile:
        """Give a voice another name."""
        _refuse_name(new_name)
        with voice_folder.writing(self._root):
            profile = self.get(name)
            self._refuse_taken(new_name, besides=profile.id)
            return self._store(replace(profile, name=new_name))

    def bind(self, name: str, binding: Binding) -> Profile:
        """Say how an engine speaks with a voice, in the place of what was said before."""
        with voice_folder.writing(self._root):
            profile = self.get(name)
            others = tuple(b for b in profile.bindings if b.engine != binding.engine)
            return self._store(replace(profile, bindings=(*others, binding)))

    def unbind(self, name: str, engine: str) -> Profile:
        """Forget how an engine was to speak with a voice; it does what it would do with any."""
        with voice_folder.writing(self._root):
            profile = self.get(name)
            return self._store(replace(profile, bindings=tuple(b for b in profile.bindings if b.engine != engine)))

    def describe(self, name: str, *, language: str, licence: str, notes: str) -> Profile:
        """Say something else about a voice."""
        with voice_folder.writing(self._root):
            return self._store(replace(self.get(name), language=language, licence=licence, notes=notes))

    def write_words(self, name: str, sample_id: str, words: str) -> Profile:
        """Say what is spoken in a recording."""
        said = " ".join(words.split())
        return self._replace_sample(name, sample_id, lambda one: replace(one, transcript=said))

    def use_version(self, name: str, sample_id: str, *, cleaned: bool, clean: Clean | None = None) -> Profile:
        """Speak from a recording without its noise, or as it was recorded; both are kept, and one leads to the other.

        The version without noise is made by `clean` where it was never made; the other one from the original.
        """
        profile = self.get(name)
        sample = self._sample_of(profile, sample_id)
        if sample.cleaned == cleaned:
            return profile
        if sample.other:
            # Somebody else may have switched it since it was read.
            return self._replace_sample(
                profile.id, sample_id, lambda one: one if one.cleaned == cleaned else one.switched()
            )
        with voice_folder.workplace(self._root) as scratch:
            made = self._other_version(profile, sample, scratch / "other.wav", clean)
            name_of_file = f"{voice_folder.digest_of(made.file)}.wav"

            def with_it(one: Sample) -> Sample:
                return one if one.cleaned == cleaned else _with_other(one, made, name_of_file).switched()

            return self._replace_sample(profile.id, sample_id, with_it, {name_of_file: made.file})

    def removed(self) -> list[Profile]:
        """Return the voices that were removed and can still come back."""
        return voice_folder.removed(self._root)

    def restore(self, voice_id: str) -> Profile:
        """Bring a removed voice back. A name that is taken by now gets a number."""
        with voice_folder.writing(self._root):
            found = next((p for p in voice_folder.removed(self._root) if p.id == voice_id), None)
            if found is None:
                raise StudioError("This voice is not kept any more.", "Add it again with a sound file.")
            taken = frozenset(p.name.casefold() for p in self.all()[0])
            return voice_folder.restore(self._root, found, voice.free_name(found.name, taken))

    def remove(self, name: str) -> tuple[Profile, Path]:
        """Remove a voice; return it and the place where it stays for a month."""
        with voice_folder.writing(self._root):
            profile = self.get(name)
            return profile, voice_folder.remove(self._root, profile)

    def export(self, name: str, target: Path, *, force: bool = False) -> Path:
        """Write a voice as one file; return its place."""
        target = target.absolute()
        if target.suffix != voice_file.ENDING:
            target = target.with_name(target.name + voice_file.ENDING)
        voice_file.write(self._root, self.get(name), target, force=force)
        return target

    def import_(self, source: Path) -> Added:
        """Keep a voice from such a file. A name that is taken gets a number."""
        with (
            voice_folder.workplace(self._root) as scratch,
            voice_file.unpacked(source.absolute(), scratch / "unpacked") as came,
            voice_folder.writing(self._root),
        ):
            taken = frozenset(p.name.casefold() for p in self.all()[0])
            name = voice.free_name(came.profile.name, taken)
            made = voice_folder.create(self._root, replace(came.profile, name=name), came.files)
        notes = [f"A voice {came.profile.name} was there already; this one is called {name}."]
        return Added(made, tuple(notes if name != came.profile.name else []))

    def _check(self, new: NewVoice, files: Sequence[Path]) -> None:
        """Refuse before anything is decoded."""
        _refuse_name(new.name)
        if not new.consent.text.strip():
            raise StudioError(
                "A voice is kept only with the consent of the person.",
                'Say whose voice it is and who allowed its use, for example --consent "My own voice."',
            )
        if not files:
            raise StudioError("There is no recording.", "Name a sound file of the voice.")
        if len(files) > voice.MOST_SAMPLES:
            raise StudioError(f"A voice has at most {voice.MOST_SAMPLES} recordings.", "Choose the clearest ones.")
        if new.transcript and len(files) > 1:
            raise StudioError(
                "A transcript is for one recording.", "Put each into NAME.txt beside its recording NAME.wav."
            )
        self._refuse_taken(new.name)

    def _refuse_taken(self, name: str, besides: str = "") -> None:
        there = self.find(name)
        if there is not None and there.id != besides:
            raise StudioError(
                f"A voice {there.name} is kept already.",
                f"Choose another name, or remove it first: `studio voices remove {there.name!r}`; "
                f"removed voices stay for {voice_folder.KEPT_DAYS} days.",
            )

    def _replace_sample(
        self,
        name: str,
        sample_id: str,
        change: Callable[[Sample], Sample],
        files: Mapping[str, Path] = MappingProxyType({}),
    ) -> Profile:
        """Store a changed recording; its new files first, so that a description never names what is not there."""
        with voice_folder.writing(self._root):
            profile = self.get(name)
            changed = change(self._sample_of(profile, sample_id))
            for file_name, file in files.items():
                voice_folder.add_file(self._root, profile, file_name, file)
            samples = tuple(changed if one.id == sample_id else one for one in profile.samples)
            return self._store(replace(profile, samples=samples))

    def _other_version(self, profile: Profile, sample: Sample, target: Path, clean: Clean | None) -> _Prepared:
        """Make the version that is not there: without noise from the one in use, with it from the original."""
        if sample.cleaned:
            begin, end = (sample.facts.get(name) for name in ("start", "end"))
            known = isinstance(begin, int | float) and isinstance(end, int | float)
            within = (float(begin), float(end)) if known else None  # pyright: ignore[reportArgumentType]
            made = self._prepared(self.recording(profile, sample.original), sample.name, target, within)
        elif clean is None:
            raise StudioError(
                "Nobody is there to take the noise out.", "Do it in the room Voices, or with the command."
            )
        else:
            made = self._prepared(clean(self.recording(profile, sample.file)), sample.name, target)
        if not made.file.exists():
            _advice(made.facts)
            raise StudioError(f"In {sample.name} no speech was found.", "Add the voice again with another recording.")
        return made

    def _sample_of(self, profile: Profile, sample_id: str) -> Sample:
        found = profile.sample(sample_id)
        if found is None:
            known = ", ".join(s.id for s in profile.samples) or "none"
            raise StudioError(f"The voice {profile.name} has no recording {sample_id[:40]!r}.", f"It has: {known}.")
        return found

    def _store(self, profile: Profile) -> Profile:
        _refuse_problems(profile)
        voice_folder.rewrite(self._root, profile)
        return profile

    def _sample(self, sample_id: str, file: Path, new: NewVoice, desk: _Desk) -> Sample:
        """Prepare one recording."""
        original = _kept(file, _ending(file), desk)
        source = desk.places[original]
        given = new.transcript or transcript_beside(file)
        prepared = plain = self._prepared(source, file.name, desk.scratch / f"{sample_id}.wav", new.within)
        cleaned = desk.clean is not None and (new.denoise or _noisy(prepared.facts))
        if desk.clean is not None and cleaned:
            prepared = self._cleaned(prepared, source, file.name, desk.clean, new.within)
            desk.notes.append(f"The noise was taken out of {file.name}; as it was recorded it is kept as well.")
        desk.notes += [*_advice(prepared.facts), *prepared.notes]
        whole = new.within is None and _is_whole(prepared.facts)
        words = " ".join(new.words.split()) or (given if whole else "")
        heard = _heard(prepared.file, file.name, words, desk)
        words = words or heard
        if words:
            found = lint.lint_reference(float(prepared.facts["seconds"]), words, heard)
            desk.notes += [f"{file.name}: {p.text}" for p in found if p.rule == "reference-transcript"]
        made = Sample(
            id=sample_id,
            file=_kept(prepared.file, ".wav", desk),
            original=original,
            name=file.name.encode(errors="replace").decode(),
            seconds=float(prepared.facts["seconds"]),
            transcript=words,
            original_transcript=given,
            cleaned=cleaned,
            facts=_facts_kept(prepared),
        )
        return _with_other(made, plain, _kept(plain.file, ".wav", desk)) if cleaned and plain.file.exists() else made

    def _cleaned(
        self, noisy: _Prepared, source: Path, name: str, clean: Clean, within: tuple[float, float] | None
    ) -> _Prepared:
        """Clean the part that was found; where noise hid too much to find one, look again in all of it, cleaned."""
        target = noisy.file.with_suffix(".clean.wav")
        if any(item["level"] == "error" and item["code"] != "noisy" for item in _items(noisy.facts)):
            return self._prepared(clean(source), name, target, within)
        found = self._prepared(clean(noisy.file), name, target)
        of_the_source = {fact: noisy.facts[fact] for fact in _OF_THE_SOURCE}
        still = [item for item in _items(noisy.facts) if item["code"] not in _ABOUT_NOISE]
        known = {item["code"] for item in still}
        advice = [*still, *(item for item in _items(found.facts) if item["code"] not in known)]
        return _Prepared(target, found.facts | of_the_source | {"advice": advice}, noisy.notes)

    def _prepared(self, source: Path, name: str, target: Path, within: tuple[float, float] | None = None) -> _Prepared:
        with self._sound.task("prepare_reference", asked_of(source, name, within)) as done:
            if done.file.suffix == ".wav":
                shutil.copyfile(done.file, target)
            return _Prepared(target, done.facts, done.notes)


def asked_of(source: Path, name: str, within: tuple[float, float] | None) -> dict[str, Any]:
    """Return what the sound process is told to prepare a recording."""
    return {"file": str(source), "name": name, **({"within": [*within]} if within else {})}


def _facts_kept(prepared: _Prepared) -> dict[str, Any]:
    return {name: prepared.facts[name] for name in _KEPT_FACTS if name in prepared.facts}


def _with_other(sample: Sample, other: _Prepared, file: str) -> Sample:
    """Return a recording with its other version beside it."""
    seconds = float(other.facts["seconds"])
    return replace(sample, other=file, other_seconds=seconds, other_facts=_facts_kept(other))


def _heard(file: Path, name: str, given: str, desk: _Desk) -> str:
    """Have the words of a recording written down; where some were given, only to compare them."""
    if desk.hear is None:
        return ""
    try:
        return " ".join(desk.hear(file).split())
    except StudioError as e:
        said = "could not be compared with what is heard" if given else "could not be written down"
        desk.notes.append(f"The words of {name} {said}: {e.message}")
        return ""


def transcript_beside(file: Path) -> str:
    """Return the words that somebody wrote beside a recording: NAME.reference.txt or NAME.txt; empty without."""
    for ending in _TRANSCRIPTS:
        beside = file.with_name(file.stem + ending)
        with suppress(StudioError, OSError, UnicodeDecodeError):
            if beside != file and beside.is_file():
                raw = plain_file.read_plain(beside, most=_MOST_TRANSCRIPT)
                return " ".join(raw.decode("utf-8-sig").split())
    return ""


def _kept(file: Path, ending: str, desk: _Desk) -> str:
    """Copy a file of the user's, so that what is looked at is what is kept; return its name by content."""
    copy = desk.scratch / f"{uuid.uuid4().hex}{ending}"
    try:
        with plain_file.opened(file) as stream, copy.open("xb") as out:
            if stream.seek(0, 2) > _MOST_BYTES:
                raise StudioError(f"{plain_file.name_of(file)} is over {_MOST_BYTES:,} bytes.", "Cut out a part.")
            stream.seek(0)
            shutil.copyfileobj(stream, out, 1 << 20)
    except OSError as e:
        raise atomic.explain(e, f"{plain_file.name_of(file)} could not be copied") from e
    name = f"{voice_folder.digest_of(copy)}{ending}"
    desk.places[name] = copy
    return name


def _ending(file: Path) -> str:
    """Return the ending under which an original is kept, for people alone: what a file is, its content says."""
    ending = file.suffix.lower()
    return ending if voice.is_file("0" * 64 + ending) else ""


def _items(facts: Mapping[str, Any]) -> list[dict[str, str]]:
    return cast("list[dict[str, str]]", facts.get("advice") or [])


def _noisy(facts: Mapping[str, Any]) -> bool:
    return any(item["code"] == "noisy" for item in _items(facts))


def _advice(facts: Mapping[str, Any]) -> list[str]:
    """Return what was found about a recording; raise StudioError for one that no likeness can be made from."""
    for item in _items(facts):
        if item["level"] == "error":
            raise StudioError(item["text"], item["hint"])
    return [f"{item['text']} {item['hint']}".strip() for item in _items(facts)]


def _is_whole(facts: Mapping[str, Any]) -> bool:
    """Whether what was taken holds nearly all that is said in the file."""
    part = float(facts.get("seconds", 0.0)) * float(facts.get("speech_share", 0.0))
    return part >= _WHOLE * float(facts.get("source_speech_seconds", 0.0))


def _refuse_name(name: str) -> None:
    wrong = voice.name_problem(name)
    if wrong:
        raise StudioError(f"{name[:80]!r} cannot be a voice's name: {wrong}.", "Choose a simpler name.")


def _refuse_problems(profile: Profile) -> None:
    wrong = next(voice.problems(profile), "")
    if wrong:
        raise StudioError(f"The voice {profile.name} cannot be kept so: {wrong}.", "Shorten or correct that.")


def _today() -> str:
    return datetime.datetime.now(tz=datetime.UTC).date().isoformat()
