"""A recording on its way to a kept voice. The GUI thread; lives as long as the desk, so that a new window has it."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, replace
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from studio.domain import languages, voice
from studio.domain.voice import Consent
from studio.errors import StudioError
from studio.services.generation import Wish
from studio.services.library import Media
from studio.services.voice_work import Prepared, Taken
from studio.services.voices import Added, NewVoice
from studio.ui.bridge.asking import Asking
from studio.ui.bridge.desk import Desk
from studio.ui.language import t
from studio.ui.tabs.voices.model import CONSENTS
from studio.ui.tabs.voices.shelf import Shelf

Part = tuple[float, float]
_STEPS = ("recording", "clean", "transcribe", "keep")  # keys of what can go wrong


@dataclass(frozen=True)
class Said:
    """What the user says of the voice."""

    name: str = ""
    language: str = ""
    licence: str = ""
    notes: str = ""
    kind: str = "own"
    who: str = ""
    agreed: bool = False

    @property
    def consent(self) -> Consent:
        """The consent in the words that are kept."""
        text = CONSENTS[self.kind] + (f": {self.who}" if self.who else ".")
        return Consent(text, self.kind, self.who, datetime.date.today().isoformat())


class Preparing(QObject):
    """One recording at a time. `changed` comes with every step."""

    changed = Signal()
    kept = Signal(str)  # the key of the new card

    def __init__(self, shelf: Shelf) -> None:
        super().__init__(shelf.desk)
        self.desk = shelf.desk
        self._shelf = shelf
        self._asking = Asking(shelf.desk, self)
        self._turn = 0  # what comes of an earlier turn is not wanted any more
        self._tickets: dict[str, int] = {}
        self._next: list[Path] = []
        self._clear()

    @staticmethod
    def of(desk: Desk) -> Preparing:
        """Return the one of a desk."""
        return desk.findChild(Preparing) or Preparing(Shelf.of(desk))

    def _clear(self) -> None:
        self.source: Path | None = None
        self.taken: Taken | None = None
        self.part: Part | None = None  # as the user wants it; None: the best
        self.prepared: Prepared | None = None
        self.cleaned: Prepared | None = None
        self.cleaned_file: Path | None = None
        self.clean: bool | None = None  # None: if it needs it
        self.words = ""
        self.heard = ""
        self.own_words = False
        self.said = Said()
        self.keeping = False
        self.reading = False

    @property
    def active(self) -> bool:
        """Whether there is a recording."""
        return self.source is not None

    @property
    def result(self) -> Prepared | None:
        """What would be kept."""
        return self.cleaned if self.clean and self.cleaned else self.prepared

    @property
    def shown_part(self) -> Part:
        """The part between the handles, in seconds."""
        if self.part:
            return self.part
        facts = self.prepared.facts if self.prepared else {}
        whole = self.taken.sound.seconds if self.taken else 0.0
        return float(facts.get("start", 0.0)), float(facts.get("end", whole))

    def busy(self, step: str) -> bool:
        """Whether a job (`clean`, `transcribe`) is under way."""
        return step in self._tickets

    def job_of(self, step: str) -> int:
        """Return the job of a step, 0 without one."""
        return self._asking.job_of(self._tickets.get(step, 0))

    @property
    def missing(self) -> list[str]:
        """What is still needed before the voice can be kept: `recording`, `wait`, `name`, `who`, `consent`."""
        found: list[str] = []
        if self.reading or self._tickets:
            found.append("wait")
        elif self.result is None or not self.result.usable:
            found.append("recording")
        if not self.said.name or voice.name_problem(self.said.name):
            found.append("name")
        if self.said.kind in {"stated", "written"} and not self.said.who:
            found.append("who")
        if not self.said.agreed:
            found.append("consent")
        return found

    # ---- steps

    def begin(self, files: list[Path]) -> None:
        """Prepare a recording; further ones come after it."""
        if self.active:
            self._next += files
            self.desk.notices.toast.emit(t("{file} comes next.", file=files[0].name), None)
            return
        self._stop()
        for key in _STEPS:
            self.desk.notices.dropped.emit(key)
        self._clear()
        self.source, self._next = files[0], files[1:]
        self.said = replace(self.said, name=_name_from(files[0]))
        self.reading = True
        self.changed.emit()
        turn, file = self._turn, files[0]
        self.desk.operations.run(
            self,
            lambda: self._shelf.work.take(file),
            lambda taken: self._took(turn, taken),
            lambda error: self._not_taken(turn, error),
        )

    def say(self, said: Said) -> None:
        """Take what the form says."""
        if said != self.said:
            self.said = said
            self.changed.emit()

    def choose(self, part: Part | None) -> None:
        """Prepare another part; None is the best one."""
        if part != self.part:
            self.part = part
            self._prepare()

    def set_clean(self, on: bool) -> None:  # noqa: FBT001 — a slot of a button
        """Take out the noise, or leave it."""
        if on == self.clean:
            return
        self.clean = on
        if on and self.cleaned is None:
            self._begin_cleaning()
        elif not on:
            self._drop("clean")
        self._listen()
        self.changed.emit()

    def write(self, words: str) -> None:
        """Take the words as the user writes them."""
        if words != self.words:
            self.words, self.own_words = words, True
            self.changed.emit()

    def take_heard(self) -> None:
        """Take the words that were heard in the place of those written."""
        self.words, self.own_words = self.heard, False
        self.changed.emit()

    def discard(self) -> None:
        """Do nothing with this recording; go on with the next."""
        self._forget_recording()
        self._go_on()

    def keep(self) -> None:
        """Keep the voice."""
        result, source = self.result, self.source
        if self.missing or self.keeping or source is None or result is None:
            return
        self.keeping = True
        cleaned = self.cleaned_file if self.clean and self.cleaned else None
        new = NewVoice(
            name=self.said.name,
            consent=self.said.consent,
            language=self.said.language,
            licence=self.said.licence,
            notes=self.said.notes,
            denoise=cleaned is not None,
            within=self.part,
            words=self.words,
        )
        heard = self.heard
        self.desk.operations.run(
            self, lambda: self._shelf.work.keep(new, source, cleaned=cleaned, heard=heard), self._kept, self._not_kept
        )
        self.changed.emit()

    # ---- what comes of them

    def _took(self, turn: int, taken: Taken) -> None:
        if turn == self._turn:
            self.taken = taken
            self._prepare()

    def _not_taken(self, turn: int, error: StudioError) -> None:
        if turn == self._turn:
            self._shelf.tell(error, "recording")
            self._go_on()

    def _prepare(self) -> None:
        self._stop()
        self.reading = True
        self.cleaned = self.cleaned_file = None
        self.heard = ""
        self.changed.emit()
        turn, file, part = self._turn, self.source, self.part
        if file:
            name = file.name
            self.desk.operations.run(
                self,
                lambda: self._shelf.work.prepare(file, name, part),
                lambda prepared: self._was_prepared(turn, prepared),
                lambda error: self._not_taken(turn, error),
            )

    def _was_prepared(self, turn: int, prepared: Prepared) -> None:
        if turn != self._turn:
            return
        self.prepared, self.reading = prepared, False
        if self.clean is None:
            self.clean = any(item.code == "noisy" for item in prepared.advice)
        if self.clean:
            self._begin_cleaning()
        if self.taken and self.taken.words and not self.own_words and self.part is None:
            self.words = self.taken.words
        self._listen()
        self.changed.emit()

    def _begin_cleaning(self) -> None:
        """Clean the part that was found; where noise hid too much to find one, the whole."""
        prepared, source = self.prepared, self.source
        if prepared is None or source is None or "clean" in self._tickets:
            return
        hidden = any(item.level == "error" and item.code != "noisy" for item in prepared.advice)
        file = source if hidden or prepared.sound is None else prepared.sound.single.file
        part = self.part if file == source else None
        turn = self._turn

        def done(made: list[Media]) -> None:
            cleaned = made[0].file
            work = self._shelf.work
            self.desk.operations.run(
                self,
                lambda: work.prepare(cleaned, source.name, part),
                lambda found: self._was_cleaned(turn, cleaned, found),
                lambda error: self._step_failed(turn, "clean", error),
            )

        wish = Wish(task="clean", files={"source": file})
        self._tickets["clean"] = self._asking.ask(wish, done, lambda error: self._step_failed(turn, "clean", error))

    def _was_cleaned(self, turn: int, file: Path, found: Prepared) -> None:
        if turn == self._turn and self._tickets.pop("clean", None):
            self.cleaned_file, self.cleaned = file, found
            self._listen()
            self.changed.emit()

    def _listen(self) -> None:
        """Have the words written down, once there is something to hear."""
        result, turn = self.result, self._turn
        if self.busy("clean") or self.heard or self.busy("transcribe") or result is None or result.sound is None:
            return
        wish = Wish(task="transcribe", files={"source": result.sound.single.file}, format="txt")

        def done(made: list[Media]) -> None:
            file = made[0].file
            self.desk.operations.run(
                self,
                lambda: " ".join(file.read_text(encoding="utf-8").split()),
                lambda words: self._was_heard(turn, words),
                lambda error: self._step_failed(turn, "transcribe", error),
            )

        def failed(error: StudioError) -> None:
            self._step_failed(turn, "transcribe", error)

        self._tickets["transcribe"] = self._asking.ask(wish, done, failed)

    def _was_heard(self, turn: int, words: str) -> None:
        if turn == self._turn and self._tickets.pop("transcribe", None):
            self.heard = words
            if not self.said.language:
                self.said = replace(self.said, language=languages.guess(words) or "")
            given = self.taken.words if self.taken and self.part is None else ""
            if not self.own_words and not given:
                self.words = words
            self.changed.emit()

    def _step_failed(self, turn: int, step: str, error: StudioError) -> None:
        if turn == self._turn and self._tickets.pop(step, None):
            if step == "clean":
                self.clean = False
                self._listen()
            self._shelf.tell(error, step)
            self.changed.emit()

    def _kept(self, added: Added) -> None:
        self.desk.notices.toast.emit(t("{name} is kept.", name=added.profile.name), None)
        self._forget_recording()
        self._go_on()
        self._shelf.load()
        self.kept.emit(f"voice:{added.profile.id}")

    def _not_kept(self, error: StudioError) -> None:
        self.keeping = False
        self._shelf.tell(error, "keep")
        self.changed.emit()

    # ---- inside

    def _go_on(self) -> None:
        self._stop()
        following = self._next
        self._clear()
        if following:
            self.begin(following)
        else:
            self.changed.emit()

    def _forget_recording(self) -> None:
        source = self.source
        if source:
            self.desk.operations.run(self, lambda: self._shelf.work.discard(source))

    def _drop(self, step: str) -> None:
        ticket = self._tickets.pop(step, None)
        if ticket:
            self._asking.drop(ticket)

    def _stop(self) -> None:
        self._turn += 1
        for step in list(self._tickets):
            self._drop(step)


def _name_from(file: Path) -> str:
    """Return a name for a voice, from that of its file where that can be one."""
    found = " ".join(file.stem.replace("_", " ").split())[: voice.LONGEST_NAME].strip()
    return "" if voice.name_problem(found) or found[:1].isdigit() else found
