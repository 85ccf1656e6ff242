"""What the room of voices knows without a window: cards, filters, and words for figures. Pure; any thread."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from studio.domain import drift, languages, lint
from studio.domain.drift import Point
from studio.domain.voice import Profile
from studio.engines.manifest import EngineVoice, Manifest
from studio.services.casting import RECORDING, VOICE, WORDS, lacking
from studio.services.drift import Speaker
from studio.services.voice_work import Advice, Prepared
from studio.ui.language import figures, t, tn

SEXES = {"female": "Woman", "male": "Man"}
CONSENTS = {
    "own": "It is my own voice",
    "written": "The person agreed in writing",
    "stated": "The person agreed, as I say below",
    "synthetic": "It is nobody's voice, a machine made it",
    "public-domain": "The recording is in the public domain",
}
LANGUAGES = (
    "en", "de", "fr", "es", "it", "pt", "nl", "pl", "sv", "da", "nb", "fi", "cs", "hu", "ro", "tr", "ru", "uk", "el",
    "ar", "he", "hi", "ja", "ko", "zh",
)  # fmt: skip
LICENCES = ("CC0-1.0", "CC-BY-4.0", "CC-BY-SA-4.0", "CC-BY-NC-4.0")
_FIRST_LINES = {
    "de": "Guten Abend, und schön, dass Sie da sind. Heute erzähle ich von einem Haus am Fluss.",
    "": "Good evening, and thank you for coming. Tonight I will tell you about a house by the river.",
}


@dataclass(frozen=True)
class Card:
    """A voice as it is shown: one of an engine's, or a kept one."""

    key: str
    name: str
    title: str
    language: str = ""
    sex: str = ""
    accent: str = ""
    note: str = ""
    preview: str = ""
    engines: tuple[str, ...] = ()
    engine_titles: tuple[str, ...] = ()
    wordless: tuple[str, ...] = ()  # titles of the engines that need the words of its recording and do not have them
    file: Path | None = None  # what is heard, where it is there already
    profile: Profile | None = None

    @property
    def kept(self) -> bool:
        """Whether it is of the user's library."""
        return self.profile is not None

    @property
    def about(self) -> str:
        """The language and whose voice it is, in words."""
        parts = (language_name(self.language), t(SEXES[self.sex]) if self.sex in SEXES else "")
        return " · ".join(part for part in parts if part) or (t("Kept voice") if self.kept else "")

    @property
    def serves(self) -> str:
        """The engines that would speak with it if they had its words, and those that do."""
        needing = ", ".join(self.wordless)
        words = t("{engines}: the words are missing", engines=needing) if needing else ""
        return " · ".join(part for part in (words, ", ".join(self.engine_titles)) if part)


@dataclass(frozen=True)
class Filter:
    """Which cards are wanted; empty means all."""

    text: str = ""
    whose: str = ""  # "kept" or "engines"
    language: str = ""
    sex: str = ""

    def fits(self, card: Card) -> bool:
        """Whether a card is wanted."""
        if self.whose and (self.whose == "kept") != card.kept:
            return False
        if self.language and not same_language(self.language, card.language):
            return False
        if self.sex and self.sex != card.sex:
            return False
        text = " ".join((card.title, card.name, card.about, t(card.accent), card.note, card.serves)).casefold()
        return all(word in text for word in self.text.casefold().split())


def language_name(code: str) -> str:
    """Return a language in words."""
    return t(languages.name_of(code)) if code else ""


def same_language(wanted: str, code: str) -> bool:
    """Whether a voice speaks a language, whichever its country."""
    return bool(code) and code.partition("-")[0] == wanted.partition("-")[0]


def kept_card(profile: Profile, file: Path | None, speakers: Sequence[Manifest]) -> Card:
    """Return the card of a kept voice."""
    lacks = [(m, lacking(m, profile)) for m in speakers]
    serving = [m for m, lack in lacks if not lack]
    return Card(
        key=f"voice:{profile.id}",
        name=profile.name,
        title=profile.name,
        language=profile.language,
        note=profile.notes,
        engines=tuple(m.id for m in serving),
        engine_titles=tuple(m.title for m in serving),
        wordless=tuple(m.title for m, lack in lacks if lack == WORDS),
        file=file,
        profile=profile,
    )


def lack_words(manifest: Manifest, profile: Profile) -> str:
    """Say what a kept voice lacks for an engine, and the way out; "" where it lacks nothing."""
    return {
        WORDS: t("It needs the words of the recording; write them into the details of the voice."),
        VOICE: t("It imitates nobody; choose one of its own voices."),
        RECORDING: t("It needs a recording; add the voice again."),
    }.get(lacking(manifest, profile), "")


def speakers_for(card: Card, speakers: Sequence[Manifest]) -> list[Manifest]:
    """Return the engines that one may want to hear a voice with, also where something is lacking yet."""
    if card.profile is None:
        return [m for m in speakers if m.id in card.engines]
    return [m for m in speakers if lacking(m, card.profile) != VOICE]


def engine_card(voice: EngineVoice, engines: Sequence[Manifest], file: Path | None) -> Card:
    """Return the card of an engine's voice."""
    return Card(
        key=f"engine:{engines[0].id}:{voice.id}",
        name=voice.id,
        title=voice.title,
        language=voice.language,
        sex=voice.sex,
        accent=voice.accent,
        note=voice.note,
        preview=voice.preview,
        engines=tuple(m.id for m in engines),
        engine_titles=tuple(m.title for m in engines),
        file=file,
    )


def language_chips(cards: Iterable[Card]) -> list[str]:
    """Return the languages that the cards have, without countries, those of most cards first."""
    counts: dict[str, int] = {}
    for card in cards:
        code = card.language.partition("-")[0]
        if code:
            counts[code] = counts.get(code, 0) + 1
    return sorted(counts, key=lambda code: (-counts[code], code))


def sentence_for(card: Card | None) -> str:
    """Return a line that suits a voice."""
    if card is None:
        return _FIRST_LINES[""]
    return card.preview or _FIRST_LINES.get(card.language.partition("-")[0], _FIRST_LINES[""])


def similarity_words(value: float) -> str:
    """Say how alike two voices are. Two lines of one voice reach 0.9, the engines' own voices stay below 0.75."""
    if value >= 0.85:
        return t("They sound like one person.")
    if value >= 0.72:
        return t("They sound alike.")
    if value >= 0.6:
        return t("They have something in common.")
    return t("They are easy to tell apart.")


def drift_words(speaker: Speaker) -> str:
    """Say whether a speaker's voice stays itself."""
    verdict, points = speaker.verdict, speaker.points
    if all(point.likeness is None for point in points):
        return t("Nobody has listened yet")
    if verdict.kind == drift.FEW:
        return t("Too few takes to tell")
    if not verdict.spans:
        return t("Steady")
    first, last = (points[place].number for place in verdict.spans[0])
    lines = bool(points[verdict.spans[0][0]].line)
    if len(verdict.spans) > 1:
        return (
            t("Drifting from line {first} on, more than once", first=first)
            if lines
            else t("Drifting from take {first} on, more than once", first=first)
        )
    if verdict.to_the_end:
        return (
            t("Drifting from line {first} on", first=first)
            if lines
            else t("Drifting from take {first} on", first=first)
        )
    if lines:
        return t("Drifting from line {first} to {last}", first=first, last=last)
    return t("Drifting from take {first} to {last}", first=first, last=last)


def against_words(speaker: Speaker) -> str:
    """Say what a speaker's takes are held against."""
    if speaker.voice:
        return t("Held against the voice {name}", name=speaker.voice)
    held = next((point for point in speaker.points if point.held_against), None)
    if held is None:
        return ""
    number = held.number
    return (
        t("Held against line {number}", number=number) if held.line else t("Held against take {number}", number=number)
    )


def place_words(point: Point) -> str:
    """Say where a take belongs."""
    number = point.number
    return t("Line {number}", number=number) if point.line else t("Take {number}", number=number)


def chart_words(speaker: Speaker) -> str:
    """Say in a sentence or two what a chart shows."""
    known = [point.likeness for point in speaker.points if point.counts and point.likeness is not None]
    takes = tn(len(speaker.points), "{count} take", "{count} takes")
    parts = [drift_words(speaker), takes, against_words(speaker)]
    if known:
        parts.append(t("likeness from {low} to {high}", low=figures(min(known), 2), high=figures(max(known), 2)))
    return ". ".join(part for part in parts if part) + "."


def advice_words(item: Advice, prepared: Prepared) -> tuple[str, str]:
    """Return what was found about a recording and what to do, in the words of the window."""
    facts = prepared.facts
    again = t("Record 5 to 15 seconds of one person in a quiet room.")
    spoken = figures(float(facts.get("seconds", 0)) * float(facts.get("speech_share", 0)))
    share = figures(100 * float(facts.get("clipped", 0)))
    noise = f"{float(facts.get('snr_db', 0)):.0f}"
    known = {
        "silence": (t("The recording is silent."), again),
        "no_speech": (
            t("Nobody is heard to speak in it."),
            t("Choose another recording, or another part of this one."),
        ),
        "too_short": (t("There is too little speech in it; at least 3 seconds are needed."), again),
        "short": (t("There are only {seconds} s of speech in one piece.", seconds=spoken), again),
        "part_picked": (t("The clearest part was chosen."), t("Drag the handles to choose another one.")),
        "noisy": (
            t("It is noisy: the voice is only {db} dB above the noise.", db=noise),
            t("Take out the noise, and compare before and after."),
        ),
        "two_speakers": (t("Two people seem to speak."), t("Choose a part in which one person speaks alone.")),
        "clipped": (
            t("It is overdriven: {share} % of it is cut off.", share=share),
            t("Record it again at a lower level."),
        ),
        "quiet": (t("It is very quiet, so it was made louder."), t("Record it nearer to the microphone.")),
        "narrow_band": (
            t("It sounds as on the telephone: there is nothing above 4 kHz."),
            t("Use a recording of full quality."),
        ),
    }
    return known.get(item.code, (item.text, item.hint))


def mismatch(seconds: float, words: str, heard: str) -> str:
    """Say what is wrong with the words of a recording; nothing when they fit."""
    for problem in lint.lint_reference(seconds, words, heard):
        if problem.rule == "reference-transcript":
            if not words.strip():
                return t("Without its words, engines copy a voice less well.")
            if heard:
                return t("These are not the words that are heard.")
            return t("These are more words than anybody says in that time.")
    return ""
