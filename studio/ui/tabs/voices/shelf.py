"""The voices there are, and what is done with them. The GUI thread; lives as long as the desk, not the window."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal

from studio.domain.voice import Binding, Profile, Sample
from studio.engines.manifest import Manifest
from studio.errors import StudioError
from studio.services import voice_work
from studio.services.generation import Wish
from studio.services.library import Media
from studio.services.voice_work import VoiceWork
from studio.services.voices import Added
from studio.store import voice_folder
from studio.ui.bridge.asking import Asking, Stopped
from studio.ui.bridge.desk import Desk
from studio.ui.bridge.notices import Choice
from studio.ui.bridge.player import Playable
from studio.ui.language import t
from studio.ui.tabs.voices.model import Card, engine_card, kept_card

ROOM = "voices"
_PREVIEWS = "voices.previews"


class Shelf(QObject):
    """The cards, in the order in which they are shown."""

    changed = Signal()  # the cards
    refused = Signal()  # something was not kept: what was typed goes back to what is so
    working = Signal(str)  # a card whose preview is being spoken, or no longer
    outlined = Signal(str)  # a card whose outline is there

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.desk = desk
        self.asking = Asking(desk, self)
        self.cards: list[Card] = []
        self.removed: tuple[Profile, ...] = ()
        self.speakers: list[Manifest] = []  # engines for speech
        self.hindered: dict[str, StudioError] = {}  # what keeps engines from working, by their ids
        self.busy: frozenset[str] = frozenset()  # files of recordings that something is being made of
        self.loaded = False
        self.outlines: dict[str, tuple[tuple[int, int], ...]] = {}
        self._spoken: dict[str, int] = {}  # card → ticket
        self.recorded_to: Path | None = None  # where the microphone is recorded to at the moment
        self._wanted = ""  # the card that is to be heard when it is there
        desk.packs.changed.connect(self._look_again)

    @staticmethod
    def of(desk: Desk) -> Shelf:
        """Return the one of a desk."""
        return desk.findChild(Shelf) or Shelf(desk)

    @property
    def work(self) -> VoiceWork:
        """The service; only for operations, as it may read engines and open helpers."""
        studio = self.desk.studio
        return VoiceWork(studio.paths, studio.sound, studio.voices, studio.registry)

    def run(self, work: Callable[[], Any], done: Callable[[Any], None], *, key: str = "voices") -> None:
        """Do something with files; what goes wrong is a banner in the room."""
        self.desk.operations.run(self, work, done, lambda error: self.tell(error, key))

    def tell(self, error: StudioError, key: str = "voices") -> None:
        """Show what went wrong, unless somebody wanted it so."""
        if not isinstance(error, Stopped):
            self.desk.notices.tell(error, room=ROOM, key=key)

    def load(self) -> None:
        """Read all voices anew."""
        previews = self.desk.memory.get(_PREVIEWS, {})
        self.desk.operations.look(self, "voices", lambda: self._read(previews), self._show, self.tell)

    def look_at_engines(self) -> None:
        """Look which engines can work."""
        studio = self.desk.studio

        def work() -> dict[str, StudioError]:
            found = {m.id: studio.readiness.hindrance(m) for m in studio.registry.able("speech")}
            return {engine: error for engine, error in found.items() if error}

        def done(found: dict[str, StudioError]) -> None:
            if {engine: str(error) for engine, error in found.items()} != {
                engine: str(error) for engine, error in self.hindered.items()
            }:
                self.hindered = found
                self.changed.emit()

        self.run(work, done)

    def card(self, key: str) -> Card | None:
        """Return a card."""
        return next((card for card in self.cards if card.key == key), None)

    def is_spoken(self, key: str) -> bool:
        """Whether a preview is being made and cannot be heard yet."""
        return key in self._spoken and not self.asking.was_heard(self._spoken[key])

    def job_of(self, key: str) -> int:
        """Return the job that makes a preview, 0 without one."""
        return self.asking.job_of(self._spoken.get(key, 0))

    # ---- hearing

    def playable(self, card: Card) -> Playable | None:
        """Return what the player gets for a card, None while there is no sound yet."""
        return Playable(card.key, card.title, file=card.file) if card.file else None

    def toggle(self, card: Card) -> None:
        """Play or pause a voice; a voice that was never heard speaks its line first."""
        self._wanted = card.key
        found = self.playable(self.card(card.key) or card)
        if found:
            self.desk.player.toggle(found)
        elif card.key in self._spoken and not self.is_spoken(card.key):
            if self.desk.player.selected and self.desk.player.selected.key == card.key:
                self.desk.player.toggle()
            else:  # it was left for something else
                self.desk.hearing.follow(self.job_of(card.key), Playable(card.key, card.title))
        elif card.key in self._spoken:
            self.asking.drop(self._spoken.pop(card.key))
            self.working.emit(card.key)
        elif card.preview:
            self._speak(card)

    def want(self, key: str) -> None:
        """Note that another card is meant: what is being spoken is not played when it comes."""
        self._wanted = key

    def outline(self, card: Card) -> None:
        """Fetch the outline of a card's sound."""
        file = card.file
        if file is None or card.key in self.outlines:
            return
        self.outlines[card.key] = ()

        def done(outline: tuple[tuple[int, int], ...]) -> None:
            self.outlines[card.key] = outline
            self.outlined.emit(card.key)

        self.desk.operations.run(self, lambda: self.work.outline(file), done, lambda _error: None)

    # ---- changing

    def rename(self, card: Card, name: str) -> None:
        """Give a kept voice another name, and offer the way back."""
        before, profile = card.name, card.profile
        if profile is None or name == before:
            return
        back = Choice(t("Undo"), lambda: self._change(lambda: self.work.rename(profile.id, before)))
        self._change(lambda: self.work.rename(profile.id, name), t("{old} is {new} now.", old=before, new=name), back)

    def describe(self, card: Card, *, language: str, licence: str, notes: str) -> None:
        """Say something else about a kept voice."""
        profile = card.profile
        if profile and (profile.language, profile.licence, profile.notes) != (language, licence, notes):
            voices = self.desk.studio.voices
            self._change(lambda: voices.describe(profile.id, language=language, licence=licence, notes=notes))

    def bind(self, card: Card, engine: str, binding: Binding | None) -> None:
        """Say how an engine speaks with a kept voice, or let it choose."""
        voices, profile = self.desk.studio.voices, card.profile
        if profile and binding:
            self._change(lambda: voices.bind(profile.id, binding))
        elif profile:
            self._change(lambda: voices.unbind(profile.id, engine))

    def write_words(self, card: Card, sample: Sample, words: str) -> None:
        """Say what is spoken in a recording."""
        voices, profile = self.desk.studio.voices, card.profile
        if profile and " ".join(words.split()) != sample.transcript:
            self._change(lambda: voices.write_words(profile.id, sample.id, words))

    def write_down(self, profile: Profile, sample: Sample) -> None:
        """Have the words of a recording written down; what somebody wrote meanwhile stays."""
        voices = self.desk.studio.voices
        file = self.desk.studio.paths.voices / profile.id / voice_folder.SAMPLES / sample.file
        if sample.file in self.busy:
            return

        def done(made: list[Media]) -> None:
            def work() -> None:
                now = next((one for one in voices.get(profile.id).samples if one.id == sample.id), sample)
                if now.transcript == sample.transcript:
                    voices.write_words(profile.id, sample.id, made[0].file.read_text(encoding="utf-8"))

            self._set_busy(sample, on=False)
            self._change(work)

        self._set_busy(sample, on=True)
        self.asking.ask(
            Wish(task="transcribe", files={"source": file}, format="txt"), done, lambda e: self._not_made(sample, e)
        )

    def use_version(self, card: Card, sample: Sample, *, cleaned: bool) -> None:
        """Speak from a recording without its noise, or with it; what was never made is made first."""
        voices, profile = self.desk.studio.voices, card.profile
        if profile is None or sample.cleaned == cleaned or sample.file in self.busy:
            return
        if sample.other or not cleaned:
            self._change(lambda: voices.use_version(profile.id, sample.id, cleaned=cleaned))
            return

        def done(made: list[Media]) -> None:
            self._set_busy(sample, on=False)
            clean = made[0].file
            self._change(lambda: voices.use_version(profile.id, sample.id, cleaned=True, clean=lambda _: clean))

        self._set_busy(sample, on=True)
        file = self.folder_of(card) / voice_folder.SAMPLES / sample.file
        self.asking.ask(Wish(task="clean", files={"source": file}), done, lambda e: self._not_made(sample, e))

    def play_version(self, card: Card, sample: Sample, *, cleaned: bool) -> None:
        """Play a recording without its noise, or with it."""
        name = sample.file_of(cleaned=cleaned)
        if name:
            title = (
                t("{name}, without noise", name=card.title) if cleaned else t("{name}, as recorded", name=card.title)
            )
            file = self.folder_of(card) / voice_folder.SAMPLES / name
            self.desk.player.toggle(Playable(f"version {name}", title, file=file))

    def remove(self, card: Card) -> None:
        """Remove a kept voice; a toast brings it back."""
        voices, profile = self.desk.studio.voices, card.profile
        if profile:
            if self.desk.player.selected and self.desk.player.selected.key == card.key:
                self.desk.player.select(None)
            back = Choice(t("Undo"), lambda: self.restore(profile.id))
            self._change(lambda: voices.remove(profile.id), t("{name} was removed.", name=card.name), back)

    def restore(self, voice_id: str) -> None:
        """Bring a removed voice back."""
        voices = self.desk.studio.voices
        self.run(lambda: voices.restore(voice_id), self._restored)

    def import_(self, file: Path) -> None:
        """Take in a voice that was passed on as a file."""
        voices = self.desk.studio.voices

        def done(added: Added) -> None:
            self.desk.notices.toast.emit(t("{name} was imported.", name=added.profile.name), None)
            self.load()

        self.run(lambda: voices.import_(file), done, key="import")

    def export(self, card: Card, target: Path) -> None:
        """Pass a voice on as one file."""
        voices, profile = self.desk.studio.voices, card.profile
        if profile is None:
            return
        self.run(
            # The dialog for files has asked already whether what lies there may go.
            lambda: voices.export(profile.id, target, force=True),
            lambda place: self.desk.notices.toast.emit(t("Exported to {file}.", file=place.name), None),
            key="export",
        )

    def folder_of(self, card: Card) -> Path:
        """Return where a kept voice lies."""
        return self.desk.studio.paths.voices / (card.profile.id if card.profile else "")

    # ---- inside

    def _read(
        self, previews: dict[str, str]
    ) -> tuple[list[Card], tuple[Profile, ...], list[Manifest], tuple[str, ...]]:
        """Read everything. A thread of the pool."""
        studio = self.desk.studio
        speakers = list(studio.registry.able("speech"))
        kept = self.work.kept()
        cards = [kept_card(profile, _recording(studio.paths.voices, profile), speakers) for profile in kept.profiles]
        usual = studio.settings.speech.engine
        own = voice_work.engine_voices(studio.registry)
        for one, engines in sorted(own, key=lambda found: usual not in [m.id for m in found[1]]):
            card = engine_card(one, engines, None)
            name = previews.get(card.key, "")
            file = studio.paths.root / name if name else None
            cards.append(engine_card(one, engines, file if file and file.is_file() else None))
        return cards, kept.removed, speakers, kept.told

    def _show(self, found: tuple[list[Card], tuple[Profile, ...], list[Manifest], tuple[str, ...]]) -> None:
        self.cards, self.removed, self.speakers, told = found
        self.loaded = True
        for sentence in told:
            self.tell(StudioError(sentence, t("The other voices can be used.")), sentence)
        self.changed.emit()

    def _speak(self, card: Card) -> None:
        wish = Wish(script=card.preview, engine=card.engines[0], voices={"": card.name}, seed=1, listened=True)

        def failed(error: StudioError) -> None:
            self._spoken.pop(card.key, None)
            self.working.emit(card.key)
            self.tell(error, f"preview {card.key}")

        self._spoken[card.key] = self.asking.ask(
            wish,
            lambda made: self._came(card.key, made),
            failed,
            heard=Playable(card.key, card.title),
            wanted=lambda: self._wanted == card.key,
        )
        self.working.emit(card.key)

    def _came(self, key: str, made: list[Media]) -> None:
        heard = self.asking.was_heard(self._spoken.pop(key, 0))
        root = self.desk.studio.paths.root
        name = made[0].file.relative_to(root).as_posix()
        self.desk.memory.put(_PREVIEWS, {**self.desk.memory.get(_PREVIEWS, {}), key: name})
        self.cards = [replace(card, file=made[0].file) if card.key == key else card for card in self.cards]
        self.working.emit(key)
        card = self.card(key)
        if card:
            self.outline(card)
            found = self.playable(card)
            if key == self._wanted and found and not heard:
                self.desk.player.toggle(found)

    def _change(self, work: Callable[[], Any], said: str = "", back: Choice | None = None) -> None:
        def done(_outcome: Any) -> None:
            if said:
                self.desk.notices.toast.emit(said, back)
            self.load()

        self.desk.operations.change(self, work, done, self._not_changed)

    def _set_busy(self, sample: Sample, *, on: bool) -> None:
        self.busy = self.busy | {sample.file} if on else self.busy - {sample.file}
        self.changed.emit()

    def _not_made(self, sample: Sample, error: StudioError) -> None:
        self._set_busy(sample, on=False)
        self.tell(error)

    def _not_changed(self, error: StudioError) -> None:
        self.tell(error)
        self.refused.emit()

    def _look_again(self) -> None:
        if self.loaded and self.desk.packs.deed is None:  # an engine was installed, or went
            self.look_at_engines()

    def _restored(self, profile: Profile) -> None:
        self.desk.notices.toast.emit(t("{name} is back.", name=profile.name), None)
        self.load()


def _recording(root: Path, profile: Profile) -> Path | None:
    """Return the file that stands for a voice. It is checked when it is heard."""
    sample = profile.best()
    return root / profile.id / voice_folder.SAMPLES / sample.file if sample else None
