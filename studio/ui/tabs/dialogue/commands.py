"""What can be done in the room: its actions, and what is wanted of a line, a take or a speaker. The GUI thread."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QPoint
from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QToolButton

from studio.domain.edits import lines as line_edits
from studio.domain.edits import takes as take_edits
from studio.domain.edits import whole
from studio.domain.project import Project, Take, take_called
from studio.domain.voice import Consent
from studio.protocol.recordings import is_reference
from studio.services.voices import Added, NewVoice
from studio.ui.bridge.notices import Banner, Choice
from studio.ui.language import t, tn
from studio.ui.tabs.dialogue import menus, model
from studio.ui.tabs.dialogue.files import Files
from studio.ui.tabs.dialogue.model import Row
from studio.ui.tabs.dialogue.page import in_order, sections_of

if TYPE_CHECKING:
    from studio.ui.tabs.dialogue.view import DialogueRoom

EXAMPLE = (
    "[Anna] Have you heard? The old lighthouse is for sale.",
    "[Ben] (laughs) The one without a roof?",
    "[Anna] It has the best view of the whole coast. [pause 500ms] And no neighbours.",
    "[Ben] Then we had better take a look before somebody else does.",
)
_BEST = 3


class Commands(QObject):
    """Acts on the room it belongs to."""

    def __init__(self, room: DialogueRoom) -> None:
        super().__init__(room)
        self._room = room
        self._desk = room.desk
        self.files = Files(room.desk, room, room.room_id)
        self.chapters_button: QToolButton | None = None
        self.more_button: QToolButton | None = None
        for action, act in self._table().items():
            room.actions_table.bind(action, act)

    def _table(self) -> dict[str, Callable[[], None]]:
        return {
            "dialogue.line": self.make_line,
            "dialogue.selection": self.make_selection,
            "dialogue.missing": self.make_missing,
            "dialogue.best": self.make_best,
            "dialogue.play_line": self.play_line,
            "dialogue.play_all": self.play_all,
            "dialogue.find": self._room.find_bar.open,
            "dialogue.fix": self.fix_all,
            "dialogue.next_problem": self.next_problem,
            "dialogue.insert_sound": self.insert_sound,
            "dialogue.insert_pause": self.insert_pause,
            "dialogue.import": self.import_script,
            "dialogue.export_script": self.export_script,
            "dialogue.export_subtitles": self.export_subtitles,
            "dialogue.send": self.send,
        }

    # ---- making lines

    def make_line(self) -> None:
        """Make the cursor's line, whatever there is of it."""
        self._make(lambda: self._room.page.current)

    def make_selection(self) -> None:
        """Make the lines that the selection touches."""
        self._make(lambda: self._room.page.selected)

    def make_missing(self) -> None:
        """Make the lines that have no take of their words."""
        room = self._room
        self._make(lambda: model.missing(room.project, room.rows, room.cast, room.busy), t("Nothing is missing."))

    def make_all(self, *, front: bool = False) -> None:
        """Make what is missing or would come out otherwise; where nothing is, a new take of each line."""
        self._make(self._all, t("Everything is being made already."), front=front)

    def make_best(self, count: int = _BEST) -> None:
        """Make several takes of the cursor's line and keep the best chosen."""
        rows = self._heard(self._up_to_date(lambda: self._room.page.current))
        if rows and self._has_engine():
            self._room.maker.best(rows[0], self._room.cast, self._room.side.gaps, count)

    def _all(self) -> list[Row]:
        room = self._room
        return model.to_make(room.project, room.rows, room.cast, room.busy)

    def _make(self, rows: Callable[[], Sequence[Row]], nothing: str = "", *, front: bool = False) -> None:
        room = self._room
        if not self._has_engine():
            return
        found = self._heard(self._up_to_date(rows))
        if not found:
            self._say((nothing if room.rows else "") or t("Write a line first: a name in brackets, then the words."))
            return
        self._tell_gone({row.speaker for row in found})
        room.maker.make(found, room.cast, room.side.gaps, front=front)
        room.show_now()

    def _tell_gone(self, speakers: set[str]) -> None:
        """Say which voices were deleted meanwhile, and who speaks in their place."""
        room, key = self._room, "voice gone"
        there = room.voice_names | {voice.id for manifest in room.manifests for voice in manifest.voices}
        gone = [
            t("{speaker}: {other} in the place of {voice}.", speaker=one.speaker or t("No name"),
              other=room.cast.voices.get(one.speaker, ""), voice=one.voice)
            for one in room.project.voices
            if one.voice and one.voice not in there and not is_reference(one.voice) and one.speaker in speakers
        ]  # fmt: skip
        if gone:
            hint = t("Choose another voice in the cast, or bring the old one back in the room Voices.")
            room.tell(t("A chosen voice is not there any more."), f"{' '.join(gone)} {hint}", tone="warn", key=key)
        else:
            self._desk.notices.dropped.emit(key)

    def _up_to_date(self, rows: Callable[[], Sequence[Row]]) -> list[Row]:
        """Return lines as they are with what was typed last."""
        self._room.sync.flush()
        self._room.show_now()
        return list(rows())

    def _heard(self, rows: Iterable[Row]) -> list[Row]:
        return [row for row in rows if model.can_be_heard(row.line, self._room.cast.sounds)]

    def _has_engine(self) -> bool:
        if self._room.manifest is None:
            hint = t("The room Engines shows what there is and what it needs.")
            self._room.tell(t("There is no engine that can speak."), hint, tone="warn", key="no engine")
        return self._room.manifest is not None

    # ---- listening

    def play_line(self) -> None:
        """Play the chosen take of the cursor's line, or the line itself while it is made."""
        listening = self._room.listening
        rows = sorted(self._room.page.current, key=lambda row: (row.id != listening.line, row.take is None))
        if not any(map(listening.hear, rows)):
            self._say(t("This line was not made yet."))

    def play_all(self) -> None:
        """Play the dialogue from the cursor's line."""
        here = self._room.edit.textCursor().blockNumber() + 1
        rows = [row for row in self._room.rows if row.take]
        rows = [row for row in rows if row.line.number >= here] or rows
        if rows:
            takes, gaps = self._in_order(rows)
            self._room.listening.play_all(takes, gaps)
        else:
            self._say(t("No line was made yet; generate the lines first."))

    def hear_voice(self, speaker: str) -> None:
        """Play how the voice of a speaker sounds."""
        room = self._room
        voice = room.cast.voices.get(speaker, "")
        if voice:
            room.listening.hear_voice(voice, room.manifest, kept=voice in room.cast.kept)

    def _in_order(self, rows: Sequence[Row]) -> tuple[list[Take], list[float]]:
        made = [(row.speaker, row.take) for row in rows if row.take]
        gaps = self._room.side.gaps
        silences = line_edits.gaps_between([speaker for speaker, _ in made], turn=gaps.turn, same=gaps.sentence)
        return [take for _, take in made], silences

    # ---- lines, takes and speakers

    def line_acted(self, what: str, line: str) -> None:
        """Do what a row's buttons say."""
        room = self._room
        row = next((row for row in room.rows if row.id == line), None)
        if not row:
            return
        if what == "play":
            room.listening.hear(row)
        elif what == "split":
            room.sync.set(t("Split a line"), model.split_turns(room.edit.text, row.line.number))
        elif what == "make" and line in room.busy:
            folder = str(room.desk.project.folder)
            for job in [*room.desk.jobs.waiting, *room.desk.jobs.running]:
                if job.request.line == line and job.request.project == folder:
                    room.desk.jobs.cancel(job.id)
        elif what == "make":
            self._make(lambda: [one for one in room.rows if one.id == line])

    def take_acted(self, what: str, take: str, line: str) -> None:
        """Do what the buttons of the take strip say."""
        room = self._room
        found = take_called(room.project, take) if take else None
        if what == "new":
            self._make(lambda: [row for row in room.rows if row.id == line])
        elif what.startswith("best") and self._has_engine():
            row = next((row for row in room.rows if row.id == line), None)
            if row:
                room.maker.best(row, room.cast, room.side.gaps, int(what.split()[1]))
        elif found and what == "play":
            room.listening.toggle(found)
        elif found and what == "choose":
            room.desk.project.do(t("Choose a take"), lambda project: line_edits.choose(project, take))
        elif found and what == "delete":
            done = room.desk.project.do(t("Delete a take"), lambda project: take_edits.remove_take(project, take))
            if done:
                self._say(t("The take was deleted."), undo=True)

    def cast_voice(self, speaker: str, voice: str, language: str) -> None:
        """Give a speaker a voice and a language."""
        engine = self._room.manifest.id if self._room.manifest else ""
        self._desk.project.do(
            t("Cast {speaker}", speaker=speaker or t("No name")),
            lambda project: whole.set_voice(project, speaker, voice, engine=engine, language=language),
            merge=f"cast {speaker}",  # each key in the list chooses another one
        )

    def keep_voice(self, speaker: str, file: Path, kind: str, words: str) -> None:
        """Keep a recording as a voice and let a speaker have it."""
        voices, folder = self._desk.studio.voices, self._desk.project.folder
        consent, otherwise = Consent(words, kind, "", datetime.date.today().isoformat()), t("Voice")

        def work() -> Added:
            return voices.add(NewVoice(voices.free_name(speaker, otherwise=otherwise), consent), [file])

        def done(added: Added) -> None:
            self._room.reload_voices()
            name = added.profile.name
            if self._desk.project.folder != folder:  # the voice is kept; this other project has speakers of its own
                self._say(t("{name} is kept.", name=name))
                return
            self.cast_voice(speaker, name, "")
            self._say(
                t("{speaker} speaks with the kept voice {name} now.", speaker=speaker or t("No name"), name=name),
                undo=True,
            )
            self._offer_cloning()

        def failed(error: Any) -> None:
            self._desk.notices.tell(error, room=self._room.room_id, key="voice")

        self._say(t("The recording is prepared; one moment."))
        self._desk.operations.run(self, work, done, failed)

    def _offer_cloning(self) -> None:
        """Say so where the engine cannot speak in a given voice, and which one can."""
        room = self._room
        usual = self._desk.studio.settings.defaults.clone
        able = min((m for m in room.manifests if "clone" in m.tasks), key=lambda m: m.id != usual, default=None)
        if not room.manifest or "clone" in room.manifest.tasks:
            return
        choices = (Choice(t("Use {engine}", engine=able.title), lambda: room.use_engine(able.id)),) if able else ()
        title = t("{engine} speaks with voices of its own alone.", engine=room.manifest.title)
        hint = t("Another engine is needed for a voice from a recording.")
        banner = Banner(title, hint, tone="warn", room=room.room_id, key="clone", choices=choices)
        self._desk.notices.banner.emit(banner)

    # ---- writing

    def fix_all(self) -> None:
        """Mend what can be mended."""
        if self._room.sync.fix_all():
            self._say(t("The script was fixed."), undo=True)
        else:
            self._say(t("There is nothing that can be fixed by itself."))

    def next_problem(self) -> None:
        """Go to the next problem; after the last comes the first."""
        edit = self._room.edit
        found = in_order(self._room.sync.problems, edit.textCursor().blockNumber() + 1)
        if found:
            edit.go_to(found[0].line, found[0].column)
        else:
            self._say(t("No problems were found."))

    def insert_sound(self) -> None:
        """Offer the sounds at the cursor."""
        menu = menus.menu(self._room, t("Insert a sound"))
        menus.add_sounds(menu, self._room.edit, self._room.cast_sounds)
        menu.popup(menus.at_cursor(self._room.edit))

    def insert_pause(self) -> None:
        """Offer pauses at the cursor."""
        menu = menus.menu(self._room, t("Insert a pause"))
        menus.add_pauses(menu, self._room.edit)
        menu.popup(menus.at_cursor(self._room.edit))

    def use_example(self) -> None:
        """Write a short dialogue."""
        self._room.sync.set(t("Use an example"), "\n".join(EXAMPLE) + "\n")
        self._room.edit.setFocus()

    def begin_chapter(self) -> None:
        """Write a chapter's line above the cursor's and choose its title."""
        edit = self._room.edit
        cursor = edit.textCursor()
        cursor.movePosition(QTextCursor.MoveOperation.StartOfBlock)
        title = t("Title of the chapter")
        cursor.insertText(f"# {title}\n")
        cursor.movePosition(QTextCursor.MoveOperation.Left)
        cursor.movePosition(QTextCursor.MoveOperation.Left, QTextCursor.MoveMode.KeepAnchor, len(title))
        edit.setTextCursor(cursor)
        edit.setFocus()

    def restore(self, recipe: Mapping[str, Any]) -> bool:
        """Fill the form from a recipe; its words come to the script unless they stand there."""
        room = self._room
        room.sync.flush()
        room.use_engine(str(recipe.get("engine", "")))
        params, cast, script = recipe.get("params"), recipe.get("cast"), recipe.get("script")
        if room.side.form and isinstance(params, dict):
            room.side.form.set_values(params)

        def restored(project: Project) -> Project:
            if isinstance(script, str) and script.strip() and script.strip() not in project.script:
                project = whole.set_script(project, model.joined(project.script, script))
            for speaker, voice in cast.items() if isinstance(cast, dict) else ():
                if isinstance(voice, str) and not is_reference(voice):
                    project = whole.set_voice(project, str(speaker), voice, engine=str(recipe.get("engine", "")))
            return project

        return self._desk.project.do(t("Restore a recipe"), restored)

    # ---- files and the timeline

    def import_script(self) -> None:
        """Let somebody choose a script."""
        self.files.ask_import()

    def export_script(self) -> None:
        """Save the script."""
        self._room.sync.flush()
        self.files.ask_script(self._room.project.script)

    def export_subtitles(self) -> None:
        """Save subtitles of the chosen takes."""
        rows = [row for row in self._room.rows if row.take]
        self.files.ask_subtitles(self._room.project, rows, self._in_order(rows)[1])

    def send(self) -> None:
        """Put the chosen takes on the timeline, in order, with the pauses between them."""
        rows = [row for row in self._room.rows if row.take]
        if not rows:
            self._say(t("No line was made yet; generate the lines first."))
            return
        takes, gaps = self._in_order(rows)
        if not self._desk.project.do(
            t("Send to the timeline"), lambda project: line_edits.send(project, takes, gaps)[0]
        ):
            return
        left_out = len(self._heard(self._room.rows)) - len(rows)
        said = tn(len(rows), "{count} line is on the timeline.", "{count} lines are on the timeline.")
        if left_out > 0:
            said += " " + tn(left_out, "{count} line was not made yet.", "{count} lines were not made yet.")
        self._say(said, undo=True)

    # ---- menus

    def show_chapters(self) -> None:
        """List the chapters."""
        menu = menus.menu(self._room, t("Chapters"))
        menus.add_chapters(menu, self._room.edit, sections_of(self._room.edit.text), self.begin_chapter)
        if self.chapters_button:
            menu.popup(menus.below(self.chapters_button))

    def show_more(self) -> None:
        """List what has no button of its own."""
        menu = menus.menu(self._room, t("More"))
        names = (
            "dialogue.line",
            "dialogue.selection",
            "dialogue.best",
            "",
            "dialogue.play_line",
            "dialogue.play_all",
            "",
        )
        menus.add_actions(menu, self._room.actions_table, names)
        names = ("dialogue.next_problem", "", "dialogue.export_script", "dialogue.export_subtitles", "dialogue.send")
        menus.add_actions(menu, self._room.actions_table, names)
        if self.more_button:
            menu.popup(menus.below(self.more_button))

    def show_problems(self, below: Any) -> None:
        """List all problems."""
        menu = menus.menu(self._room, t("Problems"))
        menus.add_problems(menu, self._room.edit, self._room.sync.problems)
        menu.addSeparator()
        menus.add_actions(menu, self._room.actions_table, ("dialogue.fix",))
        menu.popup(menus.below(below))

    def show_fixes(self, block: int) -> None:
        """List what mends the problems of a line."""
        room = self._room
        found = room.edit.document().findBlockByNumber(block)
        menu = menus.menu(room, t("Problems of this line"))
        menus.add_fixes(menu, found.text(), room.edit.problems_at(found), room.sync.fix)
        cursor = QTextCursor(found)
        menu.popup(room.edit.viewport().mapToGlobal(room.edit.cursorRect(cursor).bottomLeft()))

    def show_menu(self, at: QPoint, cursor: QTextCursor) -> None:
        """Show the menu of the right mouse button."""
        room, block = self._room, cursor.block()
        if not room.edit.textCursor().hasSelection():
            room.edit.setTextCursor(cursor)
        menu = menus.menu(room, t("Script"))
        found = room.edit.problems_at(block)
        if found:
            menus.add_fixes(menu, block.text(), found, room.sync.fix)
            menu.addSeparator()
        menus.add_actions(menu, room.actions_table, ("dialogue.play_line", "dialogue.line", "dialogue.best", ""))
        menus.add_sounds(menu.addMenu(t("Insert a sound")), room.edit, room.cast_sounds)
        menus.add_pauses(menu.addMenu(t("Insert a pause")), room.edit)
        menu.addSeparator()
        menus.add_text_actions(menu, room.edit)
        menu.popup(at)

    def _say(self, text: str, *, undo: bool = False) -> None:
        choice = self._desk.project.way_back() if undo else None
        self._desk.notices.toast.emit(text, choice)
