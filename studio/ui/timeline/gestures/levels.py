"""How loud clips are, by the line that is drawn over them. Pure; any thread."""

from __future__ import annotations

from studio.domain.edits import clips, find
from studio.domain.project import LOUDEST_DB, SILENT_DB
from studio.ui.language import t
from studio.ui.timeline import lines
from studio.ui.timeline.gesture import Place, Step
from studio.ui.timeline.gestures.held import Held, risen
from studio.ui.timeline.hits import Hit

_MOST = LOUDEST_DB - SILENT_DB


class Gain:
    """Drags the line of a clip's gain up or down; the chosen ones go along by as much if it is one of them."""

    def __init__(self, held: Held, hit: Hit) -> None:
        self.label = t("Set the gain of clips")
        self._project = held.project
        self._pressed = hit.id
        self._ids = sorted(held.clips) if hit.id in held.clips else [hit.id]

    def at(self, place: Place) -> Step:
        """Return the project with the gains where the pointer takes them, by tenths of a dB."""
        by = min(max(round(risen(place), 1), -_MOST), _MOST)
        project = clips.add_gain(self._project, self._ids, by) if by else self._project
        return Step(project, told=lines.value_text(find.clip(project, self._pressed).gain_db, lines.VOLUME))
