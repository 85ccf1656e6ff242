"""The voices as cards: search, chips, those that are kept and those of the engines. The GUI thread."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLineEdit, QMenu, QPushButton, QScrollArea, QVBoxLayout, QWidget

from studio.ui.language import t, tn
from studio.ui.tabs.voices import model
from studio.ui.tabs.voices.card import WIDTH, VoiceCard
from studio.ui.tabs.voices.fields import without_drops
from studio.ui.tabs.voices.model import Card, Filter
from studio.ui.tabs.voices.shelf import Shelf
from studio.ui.theme import tokens
from studio.ui.theme.look import look
from studio.ui.widgets import basics
from studio.ui.widgets.empty_state import EmptyState
from studio.ui.widgets.flow_layout import FlowLayout

_AT_ONCE = 12  # cards made before the window is shown again
_MOST_LANGUAGES = 8


class CardsPage(QWidget):
    """Shows what fits the filter."""

    chosen = Signal(str)
    add_wanted = Signal()
    compare_wanted = Signal(str)
    export_wanted = Signal(str)

    def __init__(self, shelf: Shelf) -> None:
        super().__init__()
        self._shelf = shelf
        self._desk = shelf.desk
        self._widgets: dict[str, VoiceCard] = {}
        self._pending: list[tuple[FlowLayout, Card]] = []
        self._filter = Filter(whose=str(self._desk.memory.get("voices.whose", "")))
        self._languages: list[str] = []
        self._built: list[Card] | None = None
        self._scrolled = 0
        self.current = str(self._desk.memory.get("voices.card", ""))
        inside = QVBoxLayout(self)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(tokens.MARGIN)
        self.search = QLineEdit()
        self.search.setPlaceholderText(t("Search by name, language, accent or engine"))
        self.search.setAccessibleName(t("Search the voices"))
        without_drops(self.search)
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(self._typed)
        inside.addWidget(self.search)
        self._chips = FlowLayout()
        chips = QWidget()
        chips.setLayout(self._chips)
        inside.addWidget(chips)
        self._chip_buttons: list[tuple[QPushButton, str, str]] = []
        self._scroll = _Scroll()
        self._scroll.setMinimumHeight(look.px(24))  # where two voices are compared in large letters, little is left
        self._scroll.resized.connect(self._fit)
        self._scroll.setWidgetResizable(True)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        shown = QWidget()
        self._list = QVBoxLayout(shown)
        self._list.setContentsMargins(0, 0, 0, 0)
        self._list.setSpacing(tokens.GRID)
        self._scroll.setWidget(shown)
        inside.addWidget(self._scroll, 1)
        self._more = QTimer(self)
        self._more.setInterval(0)
        self._more.timeout.connect(self._add_some)
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(120)
        self._later.timeout.connect(self.refresh)
        shelf.changed.connect(self.rebuild)
        shelf.working.connect(self._show_state_of)
        shelf.outlined.connect(self._show_outline)
        self._desk.player.changed.connect(self._show_states)
        self._desk.player.moved.connect(self._show_position)
        if shelf.loaded:
            self.rebuild()

    @property
    def shown_keys(self) -> list[str]:
        """The cards that fit the filter, in order."""
        return [card.key for card in self._shelf.cards if self._filter.fits(card)]

    def rebuild(self) -> None:
        """Show the voices as they are now; what has not changed stays as it is."""
        chips = model.language_chips(self._shelf.cards)
        if chips != self._languages or not self._chip_buttons:
            self._languages = chips
            self._build_chips()
        if self._shelf.cards != self._built:
            self.refresh()

    def refresh(self) -> None:
        """Show those cards that fit the filter."""
        focused = next((key for key, widget in self._widgets.items() if widget.hasFocus()), "")
        self._built = list(self._shelf.cards)
        self._more.stop()
        self._scrolled = self._scroll.verticalScrollBar().value()
        self._pending.clear()
        self._widgets.clear()
        basics.clear(self._list)
        cards = [card for card in self._shelf.cards if self._filter.fits(card)]
        kept, others = [c for c in cards if c.kept], [c for c in cards if not c.kept]
        if self._filter.whose != "engines" and (kept or not self._narrowed):
            self._add_kept(kept)
        if self._filter.whose != "kept" and others:
            self._add_flow(t("Voices of the engines"), others, top=tokens.GRID)
        if not cards and self._narrowed:
            clear = (t("Show all voices"), self.clear)
            words = t("Try another word, or fewer filters.")
            self._list.addWidget(EmptyState("search", t("No voice fits"), words, clear))
        self._list.addStretch(1)
        self._add_some()
        if focused in self._widgets:
            self._widgets[focused].setFocus()

    def clear(self) -> None:
        """Want all voices again."""
        self._filter = Filter()
        self.search.clear()
        self._desk.memory.put("voices.whose", "")
        self._check_chips()
        self.refresh()

    def choose(self, key: str, *, reveal: bool = False) -> None:
        """Mark a card as the chosen one."""
        self.current = key
        self._desk.memory.put("voices.card", key)
        while reveal and self._pending and key not in self._widgets:
            self._add_some()
        for one, widget in self._widgets.items():
            widget.show_chosen(chosen=one == key)
        self._rove()
        if reveal and key in self._widgets:
            self._scroll.ensureWidgetVisible(self._widgets[key])

    # ---- inside

    @property
    def _card_width(self) -> int:
        """As many cards beside one another as fit, and no room left."""
        room, least = self._scroll.viewport().width(), look.px(WIDTH)
        columns = max(1, (room + tokens.GRID) // (least + tokens.GRID))
        return max(least, (room - (columns - 1) * tokens.GRID) // columns)

    def _fit(self) -> None:
        width = self._card_width
        for widget in self._widgets.values():
            widget.setFixedWidth(width)

    @property
    def _narrowed(self) -> bool:
        return replace(self._filter, whose="") != Filter()

    def _typed(self, text: str) -> None:
        self._filter = replace(self._filter, text=text)
        self._later.start()

    def _build_chips(self) -> None:
        self._chips.clear()
        self._chip_buttons.clear()
        self._chip(t("All"), "whose", "")
        self._chip(t("Kept"), "whose", "kept")
        self._chip(t("Of the engines"), "whose", "engines")
        for sex, title in model.SEXES.items():
            self._chip(t(title), "sex", sex)
        for code in self._languages[:_MOST_LANGUAGES]:
            self._chip(model.language_name(code), "language", code)

    def _chip(self, title: str, field: str, value: str) -> None:
        chip = basics.button(title, lambda: self._toggle(field, value), kind="chip")
        chip.setCheckable(True)
        chip.setChecked(getattr(self._filter, field) == value)
        self._chip_buttons.append((chip, field, value))
        self._chips.addWidget(chip)

    def _toggle(self, field: str, value: str) -> None:
        """Chips of one kind stand for one another; a second click takes one away."""
        now = getattr(self._filter, field)
        self._filter = replace(self._filter, **{field: "" if now == value else value})
        if field == "whose":
            self._desk.memory.put("voices.whose", self._filter.whose)
        self._check_chips()
        self._scroll.verticalScrollBar().setValue(0)
        self.refresh()

    def _check_chips(self) -> None:
        for chip, field, value in self._chip_buttons:
            chip.setChecked(getattr(self._filter, field) == value)

    def _add_kept(self, kept: list[Card]) -> None:
        if kept:
            self._add_flow(t("Kept voices"), kept)
            return
        words = t("Drop a clip of 5 to 15 seconds of one person here. Lines can then be spoken in a voice like it.")
        action = (t("Choose a recording…"), self.add_wanted.emit)
        empty = EmptyState("user-plus", t("No voice is kept yet"), words, action)
        frame, inside = basics.frame("card", margin=0)
        inside.addWidget(empty)
        self._list.addWidget(frame)

    def _add_flow(self, title: str, cards: list[Card], *, top: int = 0) -> None:
        if top:
            self._list.addSpacing(top)
        count = tn(len(cards), "{count} voice", "{count} voices")
        self._list.addLayout(basics.row(basics.label(title, "heading"), basics.label(count, "secondary"), None))
        place = QWidget()
        flow = FlowLayout(place)
        self._list.addWidget(place)
        self._pending += [(flow, card) for card in cards]

    def _add_some(self) -> None:
        """Make a few cards; the rest follows when the window has had its turn."""
        for flow, card in self._pending[:_AT_ONCE]:
            self._add_card(flow, card)
        del self._pending[:_AT_ONCE]
        if self._pending:
            self._more.start()
        else:
            self._more.stop()
            self._rove()
            QTimer.singleShot(0, self, self._scroll_back)

    def _rove(self) -> None:
        """Let Tab find one card, not fifty: the chosen one, from which the arrows lead to the others."""
        keys = self.shown_keys
        found = self.current if self.current in keys else next(iter(keys), "")
        for key, widget in self._widgets.items():
            widget.setFocusPolicy(Qt.FocusPolicy.StrongFocus if key == found else Qt.FocusPolicy.ClickFocus)

    def _scroll_back(self) -> None:
        """Go where the list was before it was made anew."""
        self._scroll.verticalScrollBar().setValue(self._scrolled)

    def _add_card(self, flow: FlowLayout, card: Card) -> None:
        widget = VoiceCard(card)
        widget.chosen.connect(self.chosen)
        widget.played.connect(self._play)
        widget.menu_wanted.connect(self._offer)
        widget.stepped.connect(self._step)
        widget.removed.connect(self._remove)
        widget.show_chosen(chosen=card.key == self.current)
        widget.setFixedWidth(self._card_width)
        flow.addWidget(widget)
        self._widgets[card.key] = widget
        self._shelf.outline(card)
        widget.show_outline(self._shelf.outlines.get(card.key, ()))
        self._show_state_of(card.key)

    def _play(self, key: str) -> None:
        card = self._shelf.card(key)
        if card:
            self._shelf.toggle(card)

    def _remove(self, key: str) -> None:
        card = self._shelf.card(key)
        if card:
            self._shelf.remove(card)

    def _step(self, key: str, arrow: Qt.Key) -> None:
        """Go to a neighbour: what lies nearest in the direction of the arrow."""
        here = self._centre(key)
        across = arrow in {Qt.Key.Key_Left, Qt.Key.Key_Right}
        ahead = 1 if arrow in {Qt.Key.Key_Right, Qt.Key.Key_Down} else -1
        keys = [one for one in self.shown_keys if one in self._widgets]
        if across:
            at = keys.index(key) + ahead
            target = keys[at] if 0 <= at < len(keys) else ""
        else:
            places = {one: self._centre(one) for one in keys}
            beyond = [one for one in keys if (places[one].y() - here.y()) * ahead > look.px(20)]
            rows = {abs(places[one].y() - here.y()) for one in beyond}
            nearest = [one for one in beyond if abs(places[one].y() - here.y()) == min(rows)]
            target = min(nearest, key=lambda one: abs(places[one].x() - here.x()), default="")
        if target:
            self._widgets[target].setFocus(Qt.FocusReason.TabFocusReason)
            self._scroll.ensureWidgetVisible(self._widgets[target])

    def _centre(self, key: str) -> QPoint:
        widget = self._widgets[key]
        return widget.mapTo(self, widget.rect().center())

    def _offer(self, key: str, place: QPoint) -> None:
        card = self._shelf.card(key)
        if card is None:
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(t("Play"), lambda: self._play(key))
        menu.addAction(t("Compare with another voice"), lambda: self.compare_wanted.emit(key))
        if card.kept:
            menu.addAction(t("Export as one file…"), lambda: self.export_wanted.emit(key))
            menu.addSeparator()
            menu.addAction(t("Remove"), lambda: self._remove(key))
        menu.popup(place)

    # ---- what goes on

    def _show_states(self) -> None:
        for key in self._widgets:
            self._show_state_of(key)

    def _show_state_of(self, key: str) -> None:
        widget, player = self._widgets.get(key), self._desk.player
        if widget:
            mine = player.selected is not None and player.selected.key == key
            widget.show_state(playing=mine and player.playing, spoken=self._shelf.is_spoken(key))
            if not mine:
                widget.show_position(0.0)

    def _show_position(self) -> None:
        player = self._desk.player
        widget = self._widgets.get(player.selected.key) if player.selected else None
        if widget and player.seconds:
            widget.show_position(player.position / player.seconds)

    def _show_outline(self, key: str) -> None:
        if key in self._widgets:
            self._widgets[key].show_outline(self._shelf.outlines.get(key, ()))


class _Scroll(QScrollArea):
    """Says how much room there is."""

    resized = Signal()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Tell."""
        super().resizeEvent(event)
        self.resized.emit()
