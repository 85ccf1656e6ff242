"""What was done to a project, as a value: undo and redo choose another of its moments. Pure; any thread.

A history read from a file holds its moments as deltas until somebody goes there: 200 of them cost nothing to open.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from studio.domain import delta, rules
from studio.domain.project import Project
from studio.errors import StudioError

MOST_STEPS = 200
_LONGEST_LABEL = 200


@dataclass(frozen=True)
class Unread:
    """A moment as a file tells it: how it differs from its neighbour on the side of the present."""

    delta: dict[str, Any]


@dataclass(frozen=True)
class History:
    """The moments of a project, oldest first. `labels[i]` says what led from moment i to moment i + 1."""

    moments: tuple[Project | Unread, ...]
    labels: tuple[str, ...] = ()
    at: int = 0
    merge: str = ""  # what the last step said it belongs to

    @property
    def now(self) -> Project:
        """The project as it stands."""
        now = self.moments[self.at]
        assert isinstance(now, Project)  # whoever makes or moves a history sees to it
        return now

    @property
    def can_undo(self) -> bool:
        """Whether something was done."""
        return self.at > 0

    @property
    def can_redo(self) -> bool:
        """Whether something was undone."""
        return self.at < len(self.labels)

    def do(self, label: str, project: Project, merge: str = "") -> History:
        """Return the history with one more step; what was undone is gone.

        Steps in a row with the same `merge` are one, as those of a drag are; a drag back to where it began is none.
        """
        if project is self.now or project == self.now:
            return self
        at = self.at
        if merge and merge == self.merge:
            at -= 1
            if project == self.moments[at]:
                return History(self.moments[: at + 1], self.labels[:at], at)
        moments, labels = (*self.moments[: at + 1], project), (*self.labels[:at], plain_label(label))
        spare = max(0, len(labels) - MOST_STEPS)
        return History(moments[spare:], labels[spare:], len(labels) - spare, merge)

    def undo(self) -> History:
        """Return the history one step back."""
        if not self.can_undo:
            raise StudioError("There is nothing to undo.")
        return self._moved(self.at - 1)

    def redo(self) -> History:
        """Return the history one step on."""
        if not self.can_redo:
            raise StudioError("There is nothing that was undone.")
        return self._moved(self.at + 1)

    def jump(self, at: int) -> History:
        """Return the history at another of its moments: after its step number `at`, 0 for before the first."""
        if not 0 <= at <= len(self.labels):
            raise StudioError(f"The history has no step {at}.")
        history = self
        while history.at != at:
            history = history.undo() if at < history.at else history.redo()
        return history

    def all_read(self) -> History:
        """Return the history with every moment read."""
        return self.jump(0).jump(len(self.labels)).jump(self.at)

    def without_unread(self) -> History:
        """Return what of the history is known to be sound: the steps around the present that have been read."""
        first = last = self.at
        while first > 0 and isinstance(self.moments[first - 1], Project):
            first -= 1
        while last < len(self.labels) and isinstance(self.moments[last + 1], Project):
            last += 1
        return History(self.moments[first : last + 1], self.labels[first:last], self.at - first)

    def _moved(self, at: int) -> History:
        """Return the history at the neighbouring moment, reading that first when nobody has."""
        there = self.moments[at]
        if isinstance(there, Project):
            return replace(self, at=at, merge="")
        project: Project = delta.apply(self.now, there.delta)
        problem = next(iter(rules.problems_of_change(self.now, project)), "")
        if problem:
            raise StudioError(f"A step of the history is damaged: {problem}.", "It and the steps behind it are lost.")
        return History((*self.moments[:at], project, *self.moments[at + 1 :]), self.labels, at)


def plain_label(text: str) -> str:
    """Return what a step is called, short and as it can be stored: names of files may hold bytes that are no text."""
    short = text if len(text) <= _LONGEST_LABEL else f"{text[: _LONGEST_LABEL - 1]}…"
    return "".join("\N{REPLACEMENT CHARACTER}" if "\ud800" <= c <= "\udfff" else c for c in short)


def begun_with(project: Project) -> History:
    """Return the history of a project to which nothing was done."""
    return History((project,))
