"""A kept voice: its recordings, who allowed its use, under which terms, and how each engine speaks with it.

Values of data that may come from anywhere: `from_dict` returns only what keeps the rules. Pure; any thread.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from studio.domain import project_json
from studio.errors import StudioError

KINDS = ("own", "written", "synthetic", "public-domain", "stated")
"""How a use was allowed: one's own voice, in writing, nobody's voice, a free recording, or as the text says."""

LONGEST_NAME = 60
RESERVED = "reference"  # in a cast it means a file that comes with the text
MOST_SAMPLES = 100
MOST_BYTES = 5_000_000  # of its description
_MOST_TEXT = 20_000
_MOST_SECONDS = 100 * 3600.0
_MOST_BINDINGS = 100
_NOT_IN_NAMES = frozenset('[]|:=/\\"<>')  # they mean something in scripts, in options or to file systems
_ID = re.compile(r"v[0-9]{1,15}")
_SAMPLE_ID = re.compile(r"s[1-9][0-9]{0,5}")
_FILE = re.compile(r"[0-9a-f]{64}(\.[a-z0-9]{1,8})?")
_ENGINE = re.compile(r"[a-z][a-z0-9_-]{0,31}")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


@dataclass(frozen=True)
class Consent:
    """Who allowed the use of a voice, in the words that were given."""

    text: str
    kind: str = "stated"
    who: str = ""
    when: str = ""  # YYYY-MM-DD


@dataclass(frozen=True)
class Sample:
    """A recording: its best part, prepared for engines, and the file it was made from. Files bear their hashes."""

    id: str
    file: str  # prepared: a plain WAV, mono
    original: str
    name: str  # of the original, for people
    seconds: float
    transcript: str = ""  # the words in the prepared part
    original_transcript: str = ""
    cleaned: bool = False  # its noise was taken out
    facts: dict[str, Any] = field(default_factory=dict[str, Any])  # what was measured, advice included
    other: str = ""  # the same part with its noise where that was taken out, without it where not; may not be there
    other_seconds: float = 0.0
    other_facts: dict[str, Any] = field(default_factory=dict[str, Any])

    @property
    def files(self) -> tuple[str, ...]:
        """The files it needs."""
        return (self.file, self.original, *([self.other] if self.other else []))

    def file_of(self, *, cleaned: bool) -> str:
        """Return the version with or without noise; "" where that was never made."""
        return self.file if cleaned == self.cleaned else self.other

    def switched(self) -> Sample:
        """Return it with the other version in use; nothing of either is lost."""
        return replace(
            self, file=self.other, seconds=self.other_seconds, facts=self.other_facts, cleaned=not self.cleaned,
            other=self.file, other_seconds=self.seconds, other_facts=self.facts,
        )  # fmt: skip


@dataclass(frozen=True)
class Binding:
    """How one engine speaks with a voice: by a voice of its own, or from a recording."""

    engine: str
    voice: str = ""
    sample: str = ""
    params: dict[str, Any] = field(default_factory=dict[str, Any])


@dataclass(frozen=True)
class Profile:
    """A kept voice."""

    id: str
    name: str
    consent: Consent
    created: str  # YYYY-MM-DD
    language: str = ""
    licence: str = ""  # an SPDX name, or words
    notes: str = ""
    samples: tuple[Sample, ...] = ()
    bindings: tuple[Binding, ...] = ()

    @property
    def files(self) -> tuple[str, ...]:
        """The files it needs, each once."""
        return tuple(dict.fromkeys(f for s in self.samples for f in s.files))

    def sample(self, sample_id: str) -> Sample | None:
        """Return a recording by its id."""
        return next((s for s in self.samples if s.id == sample_id), None)

    def best(self) -> Sample | None:
        """Return the recording that a likeness is made from: the clearest of those that are long enough."""

        def worth(sample: Sample) -> float:
            snr = sample.facts.get("snr_db")
            clear = float(snr) if isinstance(snr, int | float) and not isinstance(snr, bool) else 0.0
            return min(clear, 35.0) - 5.0 * max(0.0, 6.0 - sample.seconds)

        return max(self.samples, key=worth, default=None)

    def voice_with(self, engine: str) -> str:
        """Return the voice of an engine's own that it is to speak with; "" where it speaks from recordings."""
        return next((b.voice for b in self.bindings if b.engine == engine and b.voice), "")

    def heard_by(self, engine: str) -> tuple[Sample, ...]:
        """Return the recordings that an engine speaks from: the chosen one, or the best, then others by age."""
        chosen = next((b.sample for b in self.bindings if b.engine == engine and b.sample), "")
        first = self.sample(chosen) if chosen else self.best()
        if first is None or chosen:
            return (first,) if first else ()
        return (first, *(s for s in self.samples if s.file != first.file))


def to_dict(profile: Profile) -> dict[str, Any]:
    """Return the JSON object of a profile."""
    return project_json.to_dict(profile)


def from_dict(data: object) -> Profile:
    """Read a profile; raise StudioError that says what is wrong."""
    try:
        profile: Profile = project_json.read(Profile, data)
    except project_json.Wrong as e:
        raise _damaged(str(e)) from e
    wrong = next(problems(profile), "")
    if wrong:
        raise _damaged(wrong)
    return profile


def problems(profile: Profile) -> Iterator[str]:
    """Yield what is wrong with a profile, in words."""
    if not _ID.fullmatch(profile.id):
        yield f"{profile.id[:40]!r} is no id of a voice"
    yield from ([wrong] if (wrong := name_problem(profile.name)) else [])
    if not profile.consent.text.strip():
        yield "nobody has allowed its use"
    if profile.consent.kind not in KINDS:
        yield f"{profile.consent.kind[:40]!r} is no kind of consent"
    for day in (profile.created, profile.consent.when):
        if day and not _DAY.fullmatch(day):
            yield f"{day[:40]!r} is no day"
    texts = (
        profile.consent.text, profile.consent.who, profile.licence, profile.notes, profile.language,
        *(text for s in profile.samples for text in (s.transcript, s.original_transcript, s.name)),
    )  # fmt: skip
    if any(len(text) > _MOST_TEXT for text in texts):
        yield f"a text is longer than {_MOST_TEXT:,} characters"
    yield from _sample_problems(profile)
    yield from _binding_problems(profile)


def _sample_problems(profile: Profile) -> Iterator[str]:
    if len(profile.samples) > MOST_SAMPLES:
        yield f"it has more than {MOST_SAMPLES} recordings"
    ids = [s.id for s in profile.samples]
    if len(set(ids)) != len(ids):
        yield "two recordings have one id"
    for sample in profile.samples:
        if not _SAMPLE_ID.fullmatch(sample.id):
            yield f"{sample.id[:40]!r} is no id of a recording"
        if not all(map(is_file, sample.files)):
            yield f"recording {sample.id[:40]} names no file by its hash"
        for seconds in (sample.seconds, *([sample.other_seconds] if sample.other else [])):
            if not 0 < seconds <= _MOST_SECONDS:
                yield f"recording {sample.id[:40]} lasts {seconds:g} s"


def _binding_problems(profile: Profile) -> Iterator[str]:
    engines = [b.engine for b in profile.bindings]
    if len(set(engines)) != len(engines) or len(engines) > _MOST_BINDINGS:
        yield "an engine is bound twice, or too many are"
    for binding in profile.bindings:
        if not _ENGINE.fullmatch(binding.engine):
            yield f"{binding.engine[:40]!r} is no engine's id"
        if bool(binding.voice) == bool(binding.sample):
            yield f"the engine {binding.engine[:40]} is to use either a voice or a recording"
        if binding.sample and profile.sample(binding.sample) is None:
            yield f"there is no recording {binding.sample[:40]!r}"
        if len(binding.voice) > LONGEST_NAME:
            yield "the name of an engine's voice is too long"


def name_problem(name: str) -> str:
    """Say what is wrong with a voice's name; nothing when it can be used."""
    if not name or name != name.strip():
        return "a voice needs a name, without spaces around it"
    if len(name) > LONGEST_NAME:
        return f"a voice's name has at most {LONGEST_NAME} characters"
    if not name.isprintable() or name.startswith(("-", ".")) or _NOT_IN_NAMES & set(name):
        return f"a voice's name is made of letters, digits and spaces, without {' '.join(sorted(_NOT_IN_NAMES))}"
    if name.casefold() == RESERVED:
        return "the word stands for a recording that is given with a text"
    return ""


def plain_name(wanted: str) -> str:
    """Return a text as a voice's name, without what means something elsewhere; "" where nothing is left."""
    kept = "".join(c if c.isprintable() and c not in _NOT_IN_NAMES else " " for c in wanted)
    return " ".join(kept.split())[:LONGEST_NAME].strip(" -.")


def free_name(name: str, taken: frozenset[str]) -> str:
    """Return a name that no other voice has: the same, or with a number. `taken` is in case-folded form."""
    number, found = 1, name
    while found.casefold() in taken:
        number += 1
        tail = f" {number}"
        found = name[: LONGEST_NAME - len(tail)].rstrip() + tail
    return found


def is_file(name: str) -> bool:
    """Whether this is the name of a recording's file: its hash and an ending."""
    return bool(_FILE.fullmatch(name))


def _damaged(wrong: str) -> StudioError:
    return StudioError(f"The description of a voice is damaged: {wrong}.", "Add the voice anew, or import it again.")
