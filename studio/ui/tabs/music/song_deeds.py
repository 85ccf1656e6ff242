"""What is done with takes that are there: a range anew, on from the end, the whole in another way. The GUI thread."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from studio.engines.manifest import Manifest
from studio.errors import StudioError
from studio.services import again, song_work
from studio.services.library_index import Item
from studio.services.song_work import Song
from studio.services.tasks.work import Wish
from studio.ui.widgets import song_words

if TYPE_CHECKING:
    from studio.ui.tabs.music.view import MusicRoom


class SongDeeds(QObject):
    """Asks for it by the engine that made the take, as it was made; where that cannot, by the form's."""

    def __init__(self, room: MusicRoom) -> None:
        super().__init__(room)
        self._room = room

    def why_not(self, item: Item, way: str) -> str:
        """Return why a take cannot be worked on in a way; "" where it can."""
        engine = self._engine_for(item, way)
        if engine is None:
            own = self._own(item) or self._room.engine
            return song_words.why_not(way, own.title if own else "")
        return ""

    def do(self, way: str, item: Item, one: float, two: float) -> None:
        """Ask for it."""
        engine = self._engine_for(item, way)
        if engine is None:
            return
        song = Song(item.file, item.seconds, str(item.recipe.get("licence") or ""))
        try:
            wish = self._wish(item, engine)
            if way == song_work.REPAINT:
                wish = song_work.anew(wish, song, one, two)
            elif way == song_work.EXTEND:
                wish = song_work.on(wish, song, one, engine)
            else:
                wish = song_work.again(wish, song)
        except StudioError as e:
            self._room.desk.notices.tell(e, room="music", key="music")
            return
        self._room.ask([wish])

    def _wish(self, item: Item, engine: Manifest) -> Wish:
        if engine.id == item.recipe.get("engine"):
            return again.wish_of(again.understood(item.recipe, item.file), other_seed=True)
        return self._room.wishes(engine)[0]

    def _own(self, item: Item) -> Manifest | None:
        wanted = item.recipe.get("engine")
        return next((one for one in self._room.desk.studio.registry.manifests() if one.id == wanted), None)

    def _engine_for(self, item: Item, way: str) -> Manifest | None:
        return next((one for one in (self._own(item), self._room.engine) if one and song_work.able(one, way)), None)
