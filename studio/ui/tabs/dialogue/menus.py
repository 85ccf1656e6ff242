"""The menus of the room: sounds, pauses, chapters, problems, and the one of the right mouse button. The GUI thread."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QMenu, QWidget

from studio.domain.dialogue import NONVERBALS
from studio.domain.lint import Problem
from studio.ui.actions import Actions
from studio.ui.language import t
from studio.ui.tabs.dialogue import problems
from studio.ui.tabs.dialogue.completion import PAUSES
from studio.ui.tabs.dialogue.editor import ScriptEdit
from studio.ui.theme.icons import icon

_MOST = 40  # problems or chapters in a menu


def menu(parent: QWidget, name: str) -> QMenu:
    """Return an empty menu that goes when it is closed."""
    made = QMenu(parent)
    made.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    made.setAccessibleName(name)
    made.setToolTipsVisible(True)
    return made


def below(widget: QWidget) -> QPoint:
    """Return the place of a menu that belongs to a widget."""
    return widget.mapToGlobal(widget.rect().bottomLeft())


def at_cursor(editor: ScriptEdit) -> QPoint:
    """Return the place of a menu that belongs to the cursor."""
    return editor.viewport().mapToGlobal(editor.cursorRect().bottomLeft())


def add_sounds(into: QMenu, editor: ScriptEdit, supported: Collection[str]) -> None:
    """Offer sounds; those that the engine lacks say so."""
    for name in [n for n in NONVERBALS if n in supported] + [n for n in NONVERBALS if n not in supported]:
        text = f"({name})" if name in supported else t("({name}) — not in this engine", name=name)
        into.addAction(text, _inserting(editor, f"({name})"))


def add_pauses(into: QMenu, editor: ScriptEdit) -> None:
    """Offer pauses."""
    for pause in PAUSES:
        into.addAction(f"[{pause}]", _inserting(editor, f"[{pause}]"))


def add_chapters(into: QMenu, editor: ScriptEdit, chapters: Sequence[tuple[int, str]], add: Callable[[], None]) -> None:
    """Offer to go to a chapter, and to begin one."""
    for line, title in chapters[:_MOST]:
        into.addAction(icon("heading"), title.replace("&", "&&"), _going(editor, line, 1))
    if not chapters:
        into.addAction(t("No chapters yet")).setEnabled(False)
    into.addSeparator()
    into.addAction(icon("plus"), t("Begin a chapter here"), add)


def add_problems(into: QMenu, editor: ScriptEdit, found: Sequence[Problem]) -> None:
    """Offer to go to a problem."""
    for problem in found[:_MOST]:
        source = editor.document().findBlockByNumber(problem.line - 1).text()
        text = t("Line {number}: {problem}", number=problem.line, problem=problems.words(problem, source))
        sign = icon(problems.sign_of(problem), problems.tone_of(problem))
        into.addAction(sign, text.replace("&", "&&"), _going(editor, problem.line, problem.column))
    if len(found) > _MOST:
        into.addAction(t("and {count} more", count=len(found) - _MOST)).setEnabled(False)


def add_fixes(into: QMenu, source: str, found: Sequence[Problem], fix: Callable[[Problem], object]) -> None:
    """Offer what mends the problems of a line."""
    for problem in found:
        words = problems.fix_words(problem)
        sign = icon("lightbulb" if words else problems.sign_of(problem), problems.tone_of(problem))
        said = problems.words(problem, source).replace("&", "&&")
        if words:
            into.addAction(sign, words.replace("&", "&&"), _fixing(fix, problem)).setToolTip(said)
        else:
            into.addAction(sign, said).setEnabled(False)


def add_text_actions(into: QMenu, editor: ScriptEdit) -> None:
    """Offer what every text offers."""
    chosen = editor.textCursor().hasSelection()
    into.addAction(t("Cut"), editor.cut).setEnabled(chosen)
    into.addAction(t("Copy"), editor.copy).setEnabled(chosen)
    into.addAction(icon("copy"), t("Paste"), editor.paste).setEnabled(editor.canPaste())
    into.addAction(t("Select all"), editor.selectAll)


def add_actions(into: QMenu, actions: Actions, names: Sequence[str]) -> None:
    """Offer actions of the table."""
    for name in names:
        if name:
            into.addAction(actions.get(name))
        else:
            into.addSeparator()


def _inserting(editor: ScriptEdit, text: str) -> Callable[[], None]:
    return lambda: editor.insert_here(text)


def _going(editor: ScriptEdit, line: int, column: int) -> Callable[[], None]:
    return lambda: editor.go_to(line, column)


def _fixing(fix: Callable[[Problem], object], problem: Problem) -> Callable[[], None]:
    return lambda: (fix(problem), None)[1]
