"""Every action of the window in one table: menus, shortcuts, tooltips and the palette come from it. The GUI thread.

A room binds what its actions do. An action of a room works while that room is shown. Keys may be changed; what was
changed is a setting.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget

from studio.ui.language import t
from studio.ui.theme.icons import icon


@dataclass(frozen=True)
class Entry:
    """One action. `room` is where it works, "" is everywhere; `keys` are as Qt writes them."""

    id: str
    title: str
    keys: tuple[str, ...] = ()
    icon: str = ""
    room: str = ""


TABLE: tuple[Entry, ...] = (
    Entry("room.dialogue", "Show Dialogue", ("Ctrl+1",), "message-square-text"),
    Entry("room.voices", "Show Voices", ("Ctrl+2",), "users"),
    Entry("room.music", "Show Music", ("Ctrl+3",), "music"),
    Entry("room.images", "Show Images", ("Ctrl+4",), "image"),
    Entry("room.library", "Show Library", ("Ctrl+5",), "library"),
    Entry("room.engines", "Show Engines", ("Ctrl+6",), "cpu"),
    Entry("room.arrange", "Show Arrange", ("Ctrl+7",), "chart-gantt"),
    Entry("palette", "Find a command", ("Ctrl+K",), "command"),
    Entry("shortcuts", "Show all shortcuts", ("F1",), "keyboard"),
    Entry("settings", "Settings", ("Ctrl+,",), "settings"),
    Entry("welcome", "Show the first page", (), "circle-help"),
    Entry("theme", "Switch between light and dark", ("Ctrl+Shift+L",), "sun"),
    Entry("text.larger", "Larger text", ("Ctrl++", "Ctrl+="), "type"),
    Entry("text.smaller", "Smaller text", ("Ctrl+-",), "type"),
    Entry("text.normal", "Text at its normal size", ("Ctrl+0",), "type"),
    Entry("inspector", "Show or hide the inspector", ("Ctrl+I",), "panel-right"),
    Entry("quit", "Quit", ("Ctrl+Q",), "x"),
    Entry("project.new", "New project", ("Ctrl+N",), "plus"),
    Entry("project.open", "Open a project", ("Ctrl+O",), "folder-open"),
    Entry("project.save", "Save", ("Ctrl+S",), "save"),
    Entry("project.save_as", "Save a copy elsewhere", ("Ctrl+Shift+S",), "copy"),
    Entry("project.export", "Export", ("Ctrl+Shift+E",), "share-2"),
    Entry("project.demo", "Open the demo project", (), "book-open"),
    Entry("undo", "Undo", ("Ctrl+Z",), "undo-2"),
    Entry("redo", "Redo", ("Ctrl+Shift+Z", "Ctrl+Y"), "redo-2"),
    Entry("play", "Play or pause", ("Space",), "play"),
    Entry("play.anywhere", "Play or pause, also while writing", ("Ctrl+Space",), "play"),
    Entry("stop", "Stop the sound", ("Shift+Space",), "square"),
    Entry("loop", "Play around and around", (), "repeat"),
    Entry("jobs", "Show or hide the jobs", ("Ctrl+J",), "list-checks"),
    Entry("jobs.cancel", "Cancel the running job", ("Ctrl+.",), "ban"),
    Entry("jobs.cancel_all", "Cancel all jobs", ("Ctrl+Shift+.",), "ban"),
    Entry("generate", "Generate", ("Ctrl+Return", "Ctrl+Enter"), "wand-sparkles"),
    Entry("generate.front", "Generate before everything that waits", ("Ctrl+Shift+Return",), "arrow-up"),
    # Dialogue
    Entry("dialogue.line", "Generate this line", ("Alt+Return",), "circle-play", "dialogue"),
    Entry("dialogue.selection", "Generate the selected lines", ("Alt+Shift+Return",), "list", "dialogue"),
    Entry("dialogue.missing", "Generate what is missing", ("Ctrl+M",), "circle", "dialogue"),
    Entry("dialogue.best", "Best of three for this line", ("Ctrl+B",), "badge-check", "dialogue"),
    Entry("dialogue.play_line", "Play this line", ("Ctrl+P",), "play", "dialogue"),
    Entry("dialogue.play_all", "Play the dialogue from this line", ("Ctrl+Shift+P",), "list-music", "dialogue"),
    Entry("dialogue.find", "Search the script", ("Ctrl+F",), "search", "dialogue"),
    Entry("dialogue.fix", "Fix all that can be fixed", ("Ctrl+Shift+F",), "lightbulb", "dialogue"),
    Entry("dialogue.next_problem", "Go to the next problem", ("F8",), "triangle-alert", "dialogue"),
    Entry("dialogue.insert_sound", "Insert a sound", ("Ctrl+T",), "audio-lines", "dialogue"),
    Entry("dialogue.insert_pause", "Insert a pause", ("Ctrl+Shift+T",), "pause", "dialogue"),
    Entry("dialogue.import", "Import a script", ("Ctrl+Shift+O",), "file-up", "dialogue"),
    Entry("dialogue.export_script", "Save the script as a file", (), "file-down", "dialogue"),
    Entry("dialogue.export_subtitles", "Save subtitles", (), "captions", "dialogue"),
    Entry("dialogue.send", "Send to the timeline", ("Ctrl+Shift+A",), "send", "dialogue"),
    # Voices
    Entry("voices.add", "Keep a voice from a recording", ("Ctrl+Shift+N",), "user-plus", "voices"),
    Entry("voices.record", "Record a voice", ("Ctrl+R",), "mic", "voices"),
    Entry("voices.import", "Import a voice", (), "upload", "voices"),
    Entry("voices.find", "Search the voices", ("Ctrl+F",), "search", "voices"),
    Entry("voices.compare", "Compare two voices", (), "columns-2", "voices"),
    Entry("voices.drift", "Show the voices over the project", (), "spline", "voices"),
    # Music
    Entry("music.lyrics", "Write lyrics", ("Ctrl+L",), "pencil", "music"),
    Entry("music.rewrite", "Rewrite this line", ("Ctrl+Shift+R",), "pencil", "music"),
    Entry("music.rhyme", "Find a rhyme", ("Ctrl+Shift+Y",), "search", "music"),
    Entry("music.continue", "Continue the lyrics", ("Alt+Return",), "plus", "music"),
    Entry("music.check", "Check the sung words", ("Ctrl+Shift+H",), "mic", "music"),
    Entry("music.more", "More like this", ("Ctrl+M",), "copy", "music"),
    Entry("music.seed", "Another seed", ("Ctrl+D",), "dices", "music"),
    # Images
    Entry("images.seed", "Another seed", ("Ctrl+D",), "dices", "images"),
    Entry("images.compare", "Compare two pictures", (), "columns-2", "images"),
    Entry("images.paint", "Paint on this picture", ("Ctrl+E",), "pencil", "images"),
    Entry("images.larger", "Make it larger", (), "scan", "images"),
    Entry("images.more", "Make variations", ("Ctrl+M",), "copy-plus", "images"),
    Entry("images.cover", "Use as the cover", (), "bookmark", "images"),
    Entry("images.copy", "Copy the parameters", ("Ctrl+Shift+C",), "copy", "images"),
    # Library
    Entry("library.find", "Search the library", ("Ctrl+F",), "search", "library"),
    Entry("library.import", "Import files", ("Ctrl+Shift+O",), "import", "library"),
    Entry("library.star", "Star", ("Ctrl+D",), "star", "library"),
    Entry("library.again", "Make again", ("Ctrl+R",), "rotate-ccw", "library"),
    Entry("library.reveal", "Show in the folder", (), "folder-open", "library"),
    Entry("library.trash", "Move to the trash", ("Del",), "trash-2", "library"),
    # Arrange
    Entry("arrange.split", "Split at the playhead", ("S",), "scissors", "arrange"),
    Entry("arrange.select", "Tool: select and move", ("V",), "mouse-pointer-2", "arrange"),
    Entry("arrange.blade", "Tool: cut where one clicks", ("B",), "slice", "arrange"),
    Entry("arrange.slip", "Tool: slip what a clip plays", ("Y",), "move-horizontal", "arrange"),
    Entry("arrange.snap", "Snap on or off", ("N",), "magnet", "arrange"),
    Entry("arrange.ripple", "Ripple on or off", ("R",), "fold-horizontal", "arrange"),
    Entry("arrange.grid", "Snap to the ruler on or off", ("G",), "grid-3x3", "arrange"),
    Entry("arrange.automation", "Automation lanes on all tracks: volume, pan, none", ("A",), "spline", "arrange"),
    Entry("arrange.volume_lane", "Show or hide the volume lane of the track", ("Shift+V",), "spline", "arrange"),
    Entry("arrange.pan_lane", "Show or hide the pan lane of the track", ("Shift+P",), "spline", "arrange"),
    Entry("arrange.point", "Set an automation point at the playhead", ("P",), "plus", "arrange"),
    Entry("arrange.follow", "Follow the playhead on or off", ("F",), "locate", "arrange"),
    Entry("arrange.zoom_in", "Zoom in", ("+", "="), "zoom-in", "arrange"),
    Entry("arrange.zoom_out", "Zoom out", ("-",), "zoom-out", "arrange"),
    Entry("arrange.taller", "Show the tracks higher", ("Ctrl+Shift+Up",), "zoom-in", "arrange"),
    Entry("arrange.flatter", "Show the tracks flatter", ("Ctrl+Shift+Down",), "zoom-out", "arrange"),
    Entry("arrange.fit", "Show the whole piece", ("Z",), "maximize-2", "arrange"),
    Entry("arrange.fit_selection", "Show what is selected", ("Shift+Z",), "scan", "arrange"),
    Entry("arrange.home", "Playhead to the begin", ("Home",), "skip-back", "arrange"),
    Entry("arrange.end", "Playhead to the end", ("End",), "skip-forward", "arrange"),
    Entry("arrange.back", "Three seconds back", ("J",), "skip-back", "arrange"),
    Entry("arrange.hold", "Pause, at normal speed again", ("K",), "pause", "arrange"),
    Entry("arrange.faster", "Play, and faster each time", ("L",), "skip-forward", "arrange"),
    Entry("arrange.next", "Select the next clip", ("Ctrl+Right",), "chevron-right", "arrange"),
    Entry("arrange.previous", "Select the previous clip", ("Ctrl+Left",), "chevron-left", "arrange"),
    Entry("arrange.earlier", "Nudge to the left", ("Alt+Left",), "chevron-left", "arrange"),
    Entry("arrange.later", "Nudge to the right", ("Alt+Right",), "chevron-right", "arrange"),
    Entry("arrange.much_earlier", "Nudge far to the left", ("Alt+Shift+Left",), "chevron-left", "arrange"),
    Entry("arrange.much_later", "Nudge far to the right", ("Alt+Shift+Right",), "chevron-right", "arrange"),
    Entry("arrange.up", "Move to the track above", ("Alt+Up",), "chevron-up", "arrange"),
    Entry("arrange.down", "Move to the track below", ("Alt+Down",), "chevron-down", "arrange"),
    Entry("arrange.trim_start", "Trim the start to the playhead", ("Q",), "between-horizontal-start", "arrange"),
    Entry("arrange.trim_end", "Trim the end to the playhead", ("W",), "between-vertical-start", "arrange"),
    Entry("arrange.fade_in", "Fade in up to the playhead", ("Shift+Q",), "triangle", "arrange"),
    Entry("arrange.fade_out", "Fade out from the playhead", ("Shift+W",), "triangle", "arrange"),
    Entry("arrange.join", "Join pieces that follow each other", ("Ctrl+Shift+J",), "merge", "arrange"),
    Entry("arrange.duplicate", "Duplicate", ("Ctrl+D",), "copy-plus", "arrange"),
    Entry("arrange.copy", "Copy clips", ("Ctrl+C",), "copy", "arrange"),
    Entry("arrange.cut", "Cut clips", ("Ctrl+X",), "scissors", "arrange"),
    Entry("arrange.paste", "Paste at the playhead", ("Ctrl+V",), "clipboard-paste", "arrange"),
    Entry("arrange.paste_insert", "Paste and move what follows", ("Ctrl+Shift+V",), "clipboard-paste", "arrange"),
    Entry("arrange.group", "Group", ("Ctrl+G",), "group", "arrange"),
    Entry("arrange.ungroup", "Ungroup", ("Ctrl+Shift+G",), "ungroup", "arrange"),
    Entry("arrange.lock", "Lock or unlock", ("Ctrl+L",), "lock", "arrange"),
    Entry("arrange.mute", "Mute or unmute", ("Shift+M",), "volume-x", "arrange"),
    Entry("arrange.select_all", "Select all clips", ("Ctrl+A",), "list-checks", "arrange"),
    Entry("arrange.select_right", "Select all from the playhead on", ("Shift+A",), "list-checks", "arrange"),
    Entry("arrange.delete", "Delete", ("Del", "Backspace"), "trash-2", "arrange"),
    Entry("arrange.ripple_delete", "Delete and close the gap", ("Shift+Del", "Shift+Backspace"), "trash-2", "arrange"),
    Entry("arrange.marker", "Set a marker", ("M",), "bookmark", "arrange"),
    Entry("arrange.chapter", "Begin a chapter", ("Ctrl+M",), "book-open", "arrange"),
    Entry("arrange.region", "Make a region of the selection", ("Ctrl+R",), "square", "arrange"),
    Entry("arrange.loop", "Loop the selection, or none", ("C",), "repeat", "arrange"),
    Entry("arrange.outline", "Show the timeline as an outline", ("Ctrl+T",), "list", "arrange"),
    Entry("arrange.history", "Show what was done", ("Ctrl+H",), "history", "arrange"),
    Entry("arrange.add_files", "Add sounds from files", ("Ctrl+Shift+O",), "file-audio", "arrange"),
    Entry("arrange.add_speech", "Add a speech track", (), "message-square-text", "arrange"),
    Entry("arrange.add_music", "Add a music track", (), "music", "arrange"),
    Entry("arrange.add_sound", "Add a sound track", (), "audio-lines", "arrange"),
    # Engines
    Entry("engines.test", "Test the engine", ("Ctrl+T",), "flask-conical", "engines"),
)


class Actions(QObject):
    """The table, alive: a QAction each."""

    changed = Signal()  # other keys

    def __init__(self, window: QWidget, keys: str = "") -> None:
        super().__init__(window)
        self._by_id: dict[str, QAction] = {}
        self._acts: dict[str, Callable[[], object]] = {}
        self._room = ""
        for entry in TABLE:
            action = QAction(t(entry.title), window)
            action.setShortcutContext(Qt.ShortcutContext.WindowShortcut)
            if entry.icon:
                action.setIcon(icon(entry.icon))
            action.triggered.connect(self._acting(entry.id))
            action.setEnabled(False)
            self._by_id[entry.id] = action
            window.addAction(action)
        self.rebind(keys)

    def bind(self, action_id: str, act: Callable[[], object]) -> QAction:
        """Say what an action does; of actions that several rooms have, the shown room's is meant by `bind_room`."""
        self._acts[action_id] = act
        self._refresh()
        return self._by_id[action_id]

    def unbind(self, action_id: str) -> None:
        """Let an action do nothing any more."""
        self._acts.pop(action_id, None)
        self._refresh()

    def get(self, action_id: str) -> QAction:
        """Return an action, for buttons and menus."""
        return self._by_id[action_id]

    def trigger(self, action_id: str) -> None:
        """Do what an action does."""
        self._by_id[action_id].trigger()

    def show_room(self, room: str) -> None:
        """Let the actions of this room work, and those of the others rest."""
        self._room = room
        self._refresh()

    def usable(self) -> list[Entry]:
        """Return what can be done here and now, for the palette."""
        return [entry for entry in TABLE if self._works(entry)]

    def keys_of(self, action_id: str) -> str:
        """Return an action's first shortcut as people read it; "" without one."""
        found = self._by_id[action_id].shortcuts()
        return found[0].toString(QKeySequence.SequenceFormat.NativeText) if found else ""

    def hint(self, action_id: str, title: str = "") -> str:
        """Return a tooltip: what it does, and its key."""
        keys = self.keys_of(action_id)
        title = title or self._by_id[action_id].text()
        return f"{title}  ({keys})" if keys else title

    def rebind(self, keys: str) -> None:
        """Use other keys: `ACTION=KEYS;…`, where empty keys take the shortcut away."""
        chosen = changed_keys(keys)
        for entry in TABLE:
            own = (chosen[entry.id],) if entry.id in chosen else entry.keys
            self._by_id[entry.id].setShortcuts([QKeySequence(one) for one in own if one])
        self._refresh()
        self.changed.emit()

    def _acting(self, action_id: str) -> Callable[[], None]:
        def act() -> None:
            bound = self._acts.get(action_id)
            if bound:
                bound()

        return act

    def _works(self, entry: Entry) -> bool:
        return entry.id in self._acts and entry.room in {"", self._room}

    def _refresh(self) -> None:
        """Two rooms may use one key: the actions of a room that is not shown are off, so Qt sees no doubt."""
        for entry in TABLE:
            self._by_id[entry.id].setEnabled(self._works(entry))


def changed_keys(keys: str) -> dict[str, str]:
    """Return the changed shortcuts by action, from the form of the setting; a key may be a semicolon itself. Pure."""
    parts = re.split(r";(?=[a-z_.]+=)", keys)
    return dict(part.split("=", 1) for part in parts if "=" in part)


def clashes(keys: dict[str, str]) -> list[tuple[str, str, str]]:
    """Return pairs of actions with the same key that can work at the same time: (key, one, other). Pure."""
    found: list[tuple[str, str, str]] = []
    seen: dict[str, list[Entry]] = {}
    for entry in TABLE:
        for key in (keys[entry.id],) if entry.id in keys else entry.keys:
            for other in seen.get(key, []) if key else []:
                if other.room == entry.room or not other.room or not entry.room:
                    found.append((key, other.id, entry.id))
            seen.setdefault(key, []).append(entry)
    return found
