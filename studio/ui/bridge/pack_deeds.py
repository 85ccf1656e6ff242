"""What is being done with packs, models and devices: one deed at a time, in a thread apart, cancelled with the window.

A deed goes on whatever room is shown and whichever dialog is closed. The GUI thread; the work is not.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from studio.app import Studio
from studio.errors import Cancelled, StudioError
from studio.settings import with_value
from studio.ui.bridge.notices import Banner, Notices
from studio.ui.bridge.operations import Operations
from studio.ui.language import t
from studio.ui.told import is_command, told

if TYPE_CHECKING:
    from studio.engines.manifest import Model
    from studio.runtime.environments.plan import BuildPlan
    from studio.runtime.environments.progress import BuildProgress
    from studio.runtime.environments.records import Damage
    from studio.services.models import Known
    from studio.services.pack_work import Ears

INSTALL, REPAIR, VERIFY, REMOVE, EMPTY, PROBE = "install", "repair", "verify", "remove", "empty", "probe"
DOWNLOAD, DISCARD, MOVE = "download", "discard", "move"  # of models
MEASURED = frozenset({INSTALL, REPAIR, DOWNLOAD, MOVE})  # those that say how far they are
DONE, FAILED, CANCELLED = "done", "failed", "cancelled"
KEY = "packs"  # of what is told at the end
WORK_KEY = "packs.work"  # of what is told meanwhile
_LINES = 2000
_SURE = 0.05  # the share from which on a guess of the time makes sense


@dataclass(frozen=True)
class Deed:
    """What is done to which pack; `thing` is a device that is probed, or a model."""

    kind: str
    pack: str = ""
    title: str = ""
    thing: str = ""


@dataclass(frozen=True)
class Outcome:
    """How a deed ended."""

    deed: Deed
    state: str
    found: Any = None
    error: StudioError | None = None


class _Relay(QObject):
    """Carries news from the thread of the work to this one."""

    told = Signal(object, object)  # whose stop event, and how far it is


class PackDeeds(QObject):
    """Begins deeds, follows them, and says how they ended."""

    changed = Signal()  # one began or ended
    told = Signal()  # it came further
    line = Signal(str)  # what the installer said

    def __init__(self, studio: Studio, operations: Operations, notices: Notices, parent: QObject) -> None:
        super().__init__(parent)
        self._studio = studio
        self._operations = operations
        self._notices = notices
        self._stop = threading.Event()
        self._plans: set[threading.Event] = set()
        self._relay = _Relay(self)
        self._relay.told.connect(self._hear)
        self._begun = 0.0
        self._closed = False
        self.deed: Deed | None = None
        self.last: Outcome | None = None
        self.progress: BuildProgress | None = None
        self.lines: deque[str] = deque(maxlen=_LINES)
        self.watched = False  # a dialog shows how it goes, so nothing else needs to

    @property
    def stopping(self) -> bool:
        """Whether the deed was told to end."""
        return self.deed is not None and self._stop.is_set()

    @property
    def seconds_left(self) -> float | None:
        """How long it may take still; None as long as nobody can say."""
        if self.progress is None or self.progress.fraction <= _SURE:
            return None
        return (time.monotonic() - self._begun) / self.progress.fraction * (1 - self.progress.fraction)

    def is_at(self, pack: str) -> bool:
        """Whether something is done to a pack now."""
        return self.deed is not None and self.deed.pack == pack

    # ---- deeds

    def plan(
        self,
        owner: QObject,
        work: Callable[[Callable[[], bool]], BuildPlan],
        done: Callable[[BuildPlan], None],
        failed: Callable[[StudioError], None],
    ) -> threading.Event:
        """Have a plan made, which may ask an index; return what stops it."""
        stop = threading.Event()
        self._plans.add(stop)

        def planned() -> BuildPlan:
            try:
                return work(stop.is_set)
            finally:
                self._plans.discard(stop)

        self._operations.apart(owner, planned, done, failed)
        return stop

    def install(self, plan: BuildPlan, title: str) -> None:
        """Build what a plan says."""
        self._begin(Deed(INSTALL, plan.pack, title), lambda ears: self._studio.pack_work.install(plan, ears))

    def repair(self, pack: str, title: str) -> None:
        """Build an environment anew from its own plan."""
        self._begin(Deed(REPAIR, pack, title), lambda ears: self._studio.pack_work.repair(pack, ears))

    def verify(self, pack: str, title: str) -> None:
        """Compare every file with what was installed, by its content."""
        self._begin(
            Deed(VERIFY, pack, title),
            lambda ears: self._studio.pack_work.verify(pack, hashes=True, cancelled=ears.cancelled),
        )

    def remove(self, pack: str, title: str) -> None:
        """Remove an environment."""
        self._begin(Deed(REMOVE, pack, title), lambda _ears: self._studio.pack_work.remove(pack))

    def empty_cache(self) -> None:
        """Remove what was loaded for packs."""
        self._begin(Deed(EMPTY), lambda _ears: self._studio.pack_work.empty_cache())

    def probe(self, device: str, title: str, work: Callable[[Ears], Any]) -> None:
        """Have a device compute."""
        self._begin(Deed(PROBE, title=title, thing=device), work)

    def download(self, known: Known, accepted: Sequence[Model]) -> None:
        """Load a model, or go on with it. `accepted` are those whose terms were shown and said yes to."""
        models, model = self._studio.models, known.model

        def work(ears: Ears) -> None:
            for one in accepted:
                models.accepted.accept(one)
            models.download(model.id, _teller(ears), ears.cancelled)

        self._begin(Deed(DOWNLOAD, title=model.title or model.id, thing=model.id), work)

    def discard(self, known: Known) -> None:
        """Remove a model's files."""
        models, model = self._studio.models, known.model
        deed = Deed(DISCARD, title=model.title or model.id, thing=model.id)
        self._begin(deed, lambda _ears: models.remove(model.id))

    def move(self, folder: Path) -> None:
        """Move what the studio loaded to another folder, and load there from now on."""
        studio = self._studio

        def save(chosen: Path) -> None:
            studio.save_settings(with_value(studio.settings, "models.folder", str(chosen)))

        def work(ears: Ears) -> object:
            return studio.models.move(folder, save, _teller(ears), ears.cancelled)

        self._begin(Deed(MOVE, title=str(folder)), work)

    def cancel(self) -> None:
        """Tell what is being done to end; it does so as soon as it can, and leaves nothing half."""
        self._stop.set()
        self.told.emit()

    def close(self) -> None:
        """The window goes: what is being done or planned ends."""
        self._closed = True
        self._stop.set()
        for stop in list(self._plans):
            stop.set()

    # ---- inside

    def _begin(self, deed: Deed, work: Callable[[Ears], Any]) -> None:
        if self.deed is not None:
            return
        from studio.services.pack_work import Ears  # needed first when somebody installs something

        self._stop = stop = threading.Event()
        relay = self._relay
        self.deed, self.last, self.progress = deed, None, None
        self.lines.clear()
        self._begun = time.monotonic()
        ears = Ears(lambda progress: relay.told.emit(stop, progress), stop.is_set)
        self._operations.apart(self, lambda: work(ears), self._done, self._failed)
        self.changed.emit()

    def _hear(self, stop: threading.Event, progress: BuildProgress) -> None:
        if stop is not self._stop or self.deed is None:
            return
        if progress.line:
            self.lines.append(progress.line)
            self.line.emit(progress.line)
        self.progress = progress
        self.told.emit()

    def _done(self, found: Any) -> None:
        cut_short = self._stop.is_set() and self.deed is not None and self.deed.kind == VERIFY
        self._end(CANCELLED if cut_short else DONE, found=found)

    def _failed(self, error: StudioError) -> None:
        cancelled = isinstance(error, Cancelled) or self._stop.is_set()
        self._end(CANCELLED if cancelled else FAILED, error=error)

    def _end(self, state: str, *, found: Any = None, error: StudioError | None = None) -> None:
        if self.deed is None or self._closed:  # nobody is there to be told
            return
        self.last = outcome = Outcome(self.deed, state, found, error)
        self.deed = None
        self._studio.look_anew()
        self._notices.dropped.emit(WORK_KEY)
        self.changed.emit()
        if not self.watched:
            self._say(outcome)

    def _say(self, outcome: Outcome) -> None:
        words, damages = said_of(outcome), damages_of(outcome)
        if outcome.state == FAILED or damages:
            details = "\n".join(f"{d.package} {d.path or ''} {d.what}".strip() for d in damages)
            error = outcome.error
            if error:
                details = "\n".join(part for part in (error.details, error.log) if part)
            self._notices.banner.emit(Banner(words, hint_of(outcome), details, key=KEY))
        else:
            self._notices.toast.emit(words, None)


def _teller(ears: Ears) -> Callable[[str, float | None], None]:
    from studio.runtime.environments.progress import BuildProgress

    share = 0.0

    def tell(stage: str, fraction: float | None) -> None:
        nonlocal share
        share = fraction if fraction is not None else share
        ears.told(BuildProgress("", share, line="" if fraction else stage))

    return tell


def damages_of(outcome: Outcome) -> list[Damage]:
    """Return what a check found."""
    return list(outcome.found) if outcome.deed.kind == VERIFY and outcome.state == DONE and outcome.found else []


def said_of(outcome: Outcome) -> str:
    """Say how a deed ended."""
    pack = outcome.deed.title
    if outcome.state == CANCELLED:
        kept = outcome.deed.kind == DOWNLOAD
        return t("Cancelled. What was loaded is kept.") if kept else t("Cancelled. Everything is as it was before.")
    if outcome.error is not None:
        return told(outcome.error.message)
    if damages := damages_of(outcome):
        return t("The pack {pack} is damaged in {count} places.", pack=pack, count=len(damages))
    return {
        INSTALL: lambda: t("The pack {pack} is installed, and its engines passed their tests.", pack=pack),
        REPAIR: lambda: t("The pack {pack} works again.", pack=pack),
        VERIFY: lambda: t("The pack {pack} is as it was installed.", pack=pack),
        REMOVE: lambda: t("The pack {pack} was removed.", pack=pack),
        EMPTY: lambda: t("The cache is empty."),
        PROBE: lambda: t("{device} was probed.", device=pack),
        DOWNLOAD: lambda: t("The model {model} is here.", model=pack),
        DISCARD: lambda: t("The model {model} was removed.", model=pack),
        MOVE: lambda: t("The models lie in {folder} now.", folder=pack),
    }[outcome.deed.kind]()


def hint_of(outcome: Outcome) -> str:
    """Say what to do about it; commands help nobody here."""
    if damages_of(outcome):
        return t("“Repair” builds it anew, mostly from what is on this disk.")
    if outcome.error is None:
        return ""
    if not is_command(outcome.error.hint):
        return told(outcome.error.hint)
    kinds = (INSTALL, REPAIR, VERIFY)
    return t("“Install” plans and builds it anew.") if outcome.deed.kind in kinds else ""
