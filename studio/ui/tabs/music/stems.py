"""The stems of a take: which of them are heard together, each alone, and all of them as files."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QFileDialog, QVBoxLayout, QWidget

from studio.domain.export import file_names
from studio.domain.project import Media, Project
from studio.services import bringing, library_index
from studio.services.library_index import Item
from studio.ui.bridge.desk import Desk
from studio.ui.bridge.player import Playable
from studio.ui.language import t, tn
from studio.ui.theme import tokens
from studio.ui.theme.look import look
from studio.ui.widgets import basics
from studio.ui.widgets.flow_layout import FlowLayout
from studio.ui.widgets.library_deeds import key_of


class Stems(QWidget):
    """Lies below the row of a take."""

    def __init__(self, desk: Desk, title: str, stems: Sequence[Item]) -> None:
        super().__init__()
        self._desk = desk
        self._title = title
        self._stems = list(stems)
        self._media: dict[str, Media] = {}
        self._boxes: dict[str, QCheckBox] = {}
        self._names = _names(self._stems)
        place = QWidget()
        flow = FlowLayout(place)
        for name, item in zip(self._names, self._stems, strict=True):
            if item.kind == "audio":
                flow.addWidget(self._one(name, item))
        self._together = basics.button(t("Play these together"), self.play, icon_name="play")
        self._export = basics.button(
            t("Export to a folder…"), self._choose_folder, kind="quiet", icon_name="folder-open"
        )
        inside = QVBoxLayout(self)
        inside.setContentsMargins(look.px(32), tokens.HALF, 0, tokens.HALF)
        inside.setSpacing(tokens.GRID)
        inside.addWidget(place)
        inside.addLayout(basics.row(self._together, self._export, None))

    @property
    def silent(self) -> frozenset[str]:
        """The stems that are not to be heard."""
        return frozenset(name for name, box in self._boxes.items() if not box.isChecked())

    def play(self) -> None:
        """Play what is ticked, all at once."""
        if self._media:
            self._start()
            return
        desk, items = self._desk, dict(zip(self._names, self._stems, strict=True))
        folder = desk.studio.paths.heard

        def work() -> dict[str, Media]:
            (folder / "media").mkdir(parents=True, exist_ok=True)
            found: dict[str, Media] = {}
            for name, item in items.items():
                if item.kind == "audio":
                    found[name] = bringing.fetched(
                        folder, Project(name), desk.studio.sound, item.file, name=name, recipe={}
                    )
            return found

        desk.operations.run(self, work, self._have)

    def export_to(self, folder: Path) -> None:
        """Copy every stem into a folder; files that are there stay."""
        pairs = [
            (item, folder / f"{number:02d} {file_names.safe(name, otherwise='stem')}{item.file.suffix}")
            for number, (name, item) in enumerate(zip(self._names, self._stems, strict=True), 1)
        ]

        def work() -> int:
            for item, target in pairs:
                library_index.copy_out(item, target, replace=False)
            return len(pairs)

        self._desk.operations.run(self, work, self._exported)

    def _one(self, name: str, item: Item) -> QWidget:
        box = QCheckBox(name)
        box.setChecked(True)
        box.setAccessibleName(t("Hear {name}", name=name))
        box.toggled.connect(self._changed)
        self._boxes[name] = box
        alone = basics.icon_button("play", t("Play {name} alone", name=name))
        alone.clicked.connect(
            lambda: self._desk.player.toggle(Playable(key_of(item), f"{self._title}: {name}", item.file))
        )
        made, inside = basics.frame("raised", across=True, margin=tokens.HALF, spacing=tokens.HALF)
        inside.addWidget(box)
        inside.addWidget(alone)
        return made

    def _have(self, media: dict[str, Media]) -> None:
        self._media = media
        self._start()

    def _playable(self) -> Playable:
        silent = self.silent
        project = bringing.together(Project(self._title), self._media, silent)
        key = f"stems {self._stems[0].id} {'|'.join(sorted(silent))}"
        title = t("{title}: chosen stems", title=self._title)
        return Playable(key, title, project=project, folder=self._desk.studio.paths.heard)

    def _start(self) -> None:
        self._desk.player.toggle(self._playable())

    def _changed(self) -> None:
        """What is heard follows at once, from where it is."""
        self._together.setEnabled(len(self.silent) < len(self._boxes))
        player = self._desk.player
        heard = player.selected is not None and player.selected.key.startswith(f"stems {self._stems[0].id} ")
        if self._media and heard and player.playing:
            at = player.position
            player.select(self._playable())
            player.toggle()
            player.seek(at)

    def _choose_folder(self) -> None:
        dialog = QFileDialog(self.window(), t("Export the stems to a folder"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.fileSelected.connect(self._chosen)
        dialog.open()

    def _chosen(self, folder: str) -> None:
        self.export_to(Path(folder))

    def _exported(self, count: int) -> None:
        self._desk.notices.toast.emit(tn(count, "{count} file written.", "{count} files written."), None)


def _names(stems: Sequence[Item]) -> list[str]:
    """Return a name for each, told apart where an instrument plays twice."""
    found: list[str] = []
    for number, item in enumerate(stems, 1):
        name = str(item.facts.get("name") or item.facts.get("role") or number)[:60]
        found.append(name if name not in found else f"{name} {number}")
    return found
