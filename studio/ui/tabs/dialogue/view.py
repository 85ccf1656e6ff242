"""The room Dialogue: a script, a take for each of its lines, who speaks it. The GUI thread."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QVBoxLayout, QWidget

from studio.domain.project import Project
from studio.domain.voice import Profile
from studio.engines.manifest import Manifest
from studio.ui.actions import Actions
from studio.ui.bridge.desk import Desk
from studio.ui.bridge.notices import Banner
from studio.ui.language import t
from studio.ui.tabs.dialogue import cast, inspector, model
from studio.ui.tabs.dialogue.commands import Commands
from studio.ui.tabs.dialogue.editor import SCRIPTS
from studio.ui.tabs.dialogue.find_bar import FindBar
from studio.ui.tabs.dialogue.inspector import Side
from studio.ui.tabs.dialogue.listening import Listening
from studio.ui.tabs.dialogue.making import Maker
from studio.ui.tabs.dialogue.model import Cast, Row
from studio.ui.tabs.dialogue.page import ScriptPage, View
from studio.ui.tabs.dialogue.status import StatusLine
from studio.ui.tabs.dialogue.sync import Sync
from studio.ui.theme import tokens
from studio.ui.widgets import basics
from studio.ui.widgets.empty_state import EmptyState
from studio.ui.widgets.room import Room

_TOOLS = (
    ("dialogue.find", "search"),
    ("", "heading"),
    ("dialogue.insert_sound", "audio-lines"),
    ("dialogue.insert_pause", "pause"),
    ("dialogue.fix", "lightbulb"),
    ("dialogue.import", "file-up"),
)
_LAZY = 60  # milliseconds from what a job says until it is shown


class DialogueRoom(Room):
    """Puts the parts together and shows in all of them what the project and the jobs say."""

    def __init__(self, desk: Desk, actions: Actions) -> None:
        super().__init__(desk, actions, "dialogue", t("Dialogue"))
        studio = desk.studio
        self.manifests = list(studio.registry.able("speech"))
        self.rows: list[Row] = []
        self.cast = Cast()
        self._profiles: tuple[Profile, ...] = ()
        self._made_of: tuple[object, ...] = ()
        self._counted_of: tuple[list[Row], Cast, frozenset[str]] | None = None
        self.page = ScriptPage()
        self.edit = self.page.edit
        self.find_bar = FindBar(self.edit)
        self.status = StatusLine()
        self.side = Side(desk)
        self.sync = Sync(desk, self.edit, self)
        self.maker = Maker.of(desk, self.room_id)
        self.listening = Listening(desk, self.room_id, self)
        self.commands = Commands(self)
        default = studio.settings.speech.engine
        self.engines = inspector.engine_chooser(self.manifests, desk.memory.get("dialogue.engine", default))
        self._build()
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(0)
        self._soon.timeout.connect(self._refresh)
        self._lazy = QTimer(self)
        self._lazy.setSingleShot(True)
        self._lazy.setInterval(_LAZY)
        self._lazy.timeout.connect(self._refresh)
        self._connect()
        self._choose_engine()
        self._refresh()

    # ---- what it works with

    @property
    def project(self) -> Project:
        """The open project."""
        return self.desk.project.value

    @property
    def manifest(self) -> Manifest | None:
        """The engine that speaks."""
        chosen = self.engines.currentData()
        return next((m for m in self.manifests if m.id == chosen), None)

    @property
    def busy(self) -> frozenset[str]:
        """The lines of which a job waits or runs."""
        folder = str(self.desk.project.folder)
        jobs = [*self.desk.jobs.waiting, *self.desk.jobs.running]
        return self.maker.asked | {job.request.line for job in jobs if job.request.project == folder}

    def use_engine(self, engine: str) -> None:
        """Let another engine speak; one that is not there changes nothing."""
        found = self.engines.findData(engine)
        if found >= 0:
            self.engines.setCurrentIndex(found)

    @property
    def voice_names(self) -> set[str]:
        """The names of the kept voices."""
        return {profile.name for profile in self._profiles}

    def show_now(self) -> None:
        """Show at once what would be shown a moment later."""
        self._soon.stop()
        self._lazy.stop()
        self._refresh()

    def reload_voices(self) -> None:
        """Read the kept voices again."""
        voices = self.desk.studio.voices

        def done(found: tuple[list[Profile], list[str]]) -> None:
            self._profiles = tuple(found[0])
            self._soon.start()

        self.desk.operations.look(self, "voices", voices.all, done)

    # ---- the window's side

    def generate(self) -> None:
        """Make all lines that are not made as they would be now."""
        self.commands.make_all()

    def generate_first(self) -> None:
        """Make them before all that waits."""
        self.commands.make_all(front=True)

    def entered(self) -> None:
        """Look at what other rooms may have changed, and show the line that one of them wants to be seen."""
        self.reload_voices()
        wanted = int(self.desk.memory.get("dialogue.go_to", 0))
        if wanted:
            self.desk.memory.put("dialogue.go_to", 0)
            self.edit.go_to(wanted)
        if not self.project.script:
            self.edit.setFocus()
        if not self.manifests:
            hint = t("The script can be written all the same. The room Engines shows what there is and what it needs.")
            self.desk.notices.banner.emit(
                Banner(t("There is no engine that can speak."), hint, tone="warn", room=self.room_id, key="no engine")
            )

    def left(self) -> None:
        """Keep what was typed."""
        self.sync.flush()

    def take_files(self, files: list[Path]) -> bool:
        """Take scripts."""
        texts = [file for file in files if file.suffix.lower() in SCRIPTS]
        if texts:
            self.commands.files.take(texts)
        return bool(texts)

    def restore(self, recipe: Mapping[str, Any]) -> bool:
        """Show a recipe's engine, values, voices and words."""
        return recipe.get("task") == "speech" and self.commands.restore(recipe)

    # ---- inside

    def _build(self) -> None:
        self.header.addWidget(basics.label(t("Engine"), "secondary"))
        self.header.addWidget(self.engines)
        for action, sign in _TOOLS:
            tip = self.actions_table.hint(action) if action else t("Chapters")
            button = basics.icon_button(sign, tip, self._tool(action), size=20)
            button.setAccessibleName(self.actions_table.get(action).text() if action else tip)
            if not action:
                self.commands.chapters_button = button
            self.header.addWidget(button)
        more = basics.icon_button("ellipsis", t("More"), self.commands.show_more, size=20)
        self.commands.more_button = more
        self.header.addWidget(more)
        self._empty = EmptyState(
            "message-square-text",
            t("A script, and a voice for each who speaks"),
            t("Write a line above, such as “Anna: Hello there.” Each line gets a voice, can be heard and made again."),
            (t("Import a script…"), self.commands.import_script),
            (t("Or begin with an example"), self.commands.use_example),
        )
        middle = QVBoxLayout()
        middle.setSpacing(tokens.GRID)
        middle.addWidget(self.find_bar)
        middle.addWidget(self.page, 1)
        middle.addWidget(self._empty, 3)
        middle.addWidget(self.status)
        holder = QWidget()
        middle.setContentsMargins(0, 0, 0, 0)
        holder.setLayout(middle)
        self.body.addWidget(holder, 1)
        self.inspector.addWidget(self.side)
        self.missing_button = basics.button(
            "", self.commands.make_missing, icon_name="circle", tip=self.actions_table.hint("dialogue.missing")
        )
        self.send_button = basics.button(
            t("Send to the timeline"),
            self.commands.send,
            icon_name="send",
            tip=self.actions_table.hint("dialogue.send"),
        )
        self.foot.addWidget(self.missing_button)
        self.foot.addWidget(self.send_button)
        self.set_primary(t("Generate all"))

    def _tool(self, action: str) -> Any:
        return (lambda: self.actions_table.trigger(action)) if action else self.commands.show_chapters

    def _connect(self) -> None:
        self.desk.project.settling.connect(self.sync.flush)
        desk, refresh = self.desk, self._soon.start
        desk.project.changed.connect(refresh)
        desk.jobs.changed.connect(self._jobs_changed)
        desk.jobs.progressed.connect(self._jobs_changed)
        desk.jobs.reset.connect(refresh)
        self.listening.changed.connect(refresh)
        desk.player.changed.connect(refresh)
        self.engines.currentIndexChanged.connect(self._choose_engine)
        self.side.changed.connect(refresh)
        self.side.cast.chosen.connect(self.commands.cast_voice)
        self.side.cast.heard.connect(self.commands.hear_voice)
        self.side.cast.dropped.connect(self.commands.keep_voice)
        self.page.acted.connect(self.commands.line_acted)
        self.page.take_acted.connect(self.commands.take_acted)
        self.page.fixes_wanted.connect(self.commands.show_fixes)
        self.edit.menu_wanted.connect(self.commands.show_menu)
        self.edit.files.connect(self.commands.files.take)
        self.edit.line_changed.connect(self._line_changed)
        self.edit.typed.connect(self._show_empty)
        self.sync.linted.connect(self._show_problems)
        self.status.fix_wanted.connect(self.sync.fix)
        self.status.all_wanted.connect(self.commands.show_problems)

    def _choose_engine(self, _index: int = 0) -> None:
        manifest = self.manifest
        if manifest:
            self.desk.memory.put("dialogue.engine", manifest.id)
        self.side.show_engine(manifest)
        self.sync.know_sounds(frozenset(manifest.nonverbals if manifest else ()))
        self._soon.start()

    def _jobs_changed(self, _job: int = 0) -> None:
        """Many jobs change in a row; a look that is due stays due."""
        if not self._lazy.isActive():
            self._lazy.start()

    def _refresh(self) -> None:
        """Show what the project and the jobs say; the lines are only looked at again where they may be others."""
        project, manifest = self.project, self.manifest
        made_of = (project.script, project.script_lines, project.takes, project.media)
        if len(made_of) != len(self._made_of) or any(a is not b for a, b in zip(made_of, self._made_of, strict=True)):
            self._made_of = made_of
            self.rows = model.rows_of(project)
        self.cast = model.cast_of(project, manifest, self.rows, self._profiles, self.side.params)
        folder = str(self.desk.project.folder)
        jobs = {
            job.request.line: (job, self.desk.jobs.progress(job.id))
            for job in sorted(self.desk.jobs.rows, key=lambda job: job.id)
            if job.request.line and job.request.project == folder
        }
        heard, line, place = self.listening.take, self.listening.line, self.desk.project.folder
        self.page.show_view(View(project, self.rows, self.cast, jobs, self.maker.asked, heard, line, place))
        speakers = model.speakers_of(self.rows)
        self.edit.completion.know(speakers, self.cast_sounds)
        voice = self.listening.voice
        speaker = next((name for name in speakers if voice and self.cast.voices.get(name) == voice), "")
        self.side.cast.show_cast(speakers, self.cast, cast.Known(manifest, self._profiles), speaker)
        self._show_counts()
        self._show_empty()

    @property
    def cast_sounds(self) -> tuple[str, ...]:
        """The sounds of the engine, in its order."""
        return self.manifest.nonverbals if self.manifest else ()

    def _show_counts(self) -> None:
        """Count anew only where it may be another count: it is done with each word of a job's progress."""
        state = (self.rows, self.cast, self.busy)
        before = self._counted_of
        if before and before[0] is self.rows and before[1:] == state[1:] and self.manifest is not None:
            return
        self._counted_of = state
        made = [row.take for row in self.rows if row.take]
        project = self.project
        seconds = sum(model.seconds_of(project, take) for take in made)
        self.status.show_counts(len(self.rows), len(made), model.length(seconds))
        count = len(model.missing(project, self.rows, self.cast, self.busy))
        text = t("Generate what is missing ({count})", count=count) if count else t("Nothing is missing")
        self.missing_button.setText(text)
        self.missing_button.setAccessibleName(text)
        ready = self.manifest is not None and bool(self.rows)
        self.missing_button.setEnabled(ready and count > 0)
        self.send_button.setEnabled(bool(made))
        if self.primary:
            self.primary.setEnabled(ready)

    def _show_empty(self) -> None:
        empty = self.edit.document().isEmpty()
        if self._empty.isHidden() == empty:
            self._empty.setVisible(empty)
            self.status.setVisible(not empty)

    def _line_changed(self, _block: int) -> None:
        self._show_problems()
        here = self.page.current
        if here and here[0].take:
            self.listening.select(here[0].take)

    def _show_problems(self) -> None:
        block = self.edit.textCursor().block()
        here = self.edit.problems_at(block)
        self.status.show_problems(self.sync.problems, here[0] if here else None, block.text())


def make(desk: Desk, actions: Actions) -> Room:
    """Build the room."""
    return DialogueRoom(desk, actions)
