"""The style sheet, made from the tokens. Pure; any thread.

A widget says what it is by the property `kind` (a card, a chip, a primary button…), never by a style of its own.
"""

from __future__ import annotations

from studio.ui.theme import tokens
from studio.ui.theme.tokens import Theme

_SHEET = """
* {{ font-size: {body}px; color: {text}; }}
QWidget {{ background: transparent; outline: none; }}
QMainWindow, QDialog, #canvas {{ background: {canvas}; }}
QToolTip {{ background: {raised}; color: {text}; border: 1px solid {border}; padding: 4px 8px; }}

QFrame#popup {{ background: {raised}; border: 1px solid {border}; }}

QLabel[kind="title"] {{ font-size: {title}px; font-weight: 600; }}
QLabel[kind="welcome"] {{ font-size: {welcome}px; font-weight: 600; }}
QLabel[kind="heading"] {{ font-weight: 600; }}
QLabel[kind="secondary"] {{ font-size: {secondary}px; color: {muted}; }}
QLabel[kind="caption"] {{ font-size: {caption}px; color: {muted}; }}
QLabel[tone="good"] {{ color: {good}; }}
QLabel[tone="warn"] {{ color: {warn}; }}
QLabel[tone="bad"] {{ color: {bad}; }}
QLabel:disabled {{ color: {faint}; }}

QFrame[kind="surface"] {{ background: {surface}; }}
QFrame[kind="card"] {{ background: {surface}; border: 1px solid {line}; border-radius: 8px; padding: 1px; }}
QFrame[kind="card"][chosen="true"] {{ border: 2px solid {accent}; background: {chosen}; padding: 0; }}
QFrame[kind="card"]:focus {{ border: 2px solid {accent}; padding: 0; }}
QFrame[kind="raised"] {{ background: {raised}; border-radius: 8px; }}
QFrame[kind="head"] {{ background: {surface}; border: none; border-bottom: 1px solid {line};
    border-left: 3px solid {surface}; }}
QFrame[kind="head"][chosen="true"] {{ background: {chosen}; border-left-color: {accent}; }}
QFrame[kind="head"]:focus {{ border-left-color: {text}; }}
QFrame[kind="rule"] {{ background: {line}; max-height: 1px; min-height: 1px; }}
QFrame[kind="upright"] {{ background: {line}; max-width: 1px; min-width: 1px; }}
QFrame[kind="banner"] {{ background: {raised}; border: 1px solid {border}; border-left: 4px solid {muted};
    border-radius: 6px; }}
QFrame[kind="banner"][tone="bad"] {{ border-left-color: {bad}; }}
QFrame[kind="banner"][tone="warn"] {{ border-left-color: {warn}; }}
QFrame[kind="banner"][tone="good"] {{ border-left-color: {good}; }}
QFrame[kind="toast"] {{ background: {raised}; border: 1px solid {border}; border-radius: 8px; }}
QFrame[drop="true"] {{ border: 2px dashed {accent}; border-radius: 8px; }}

QPushButton, QToolButton {{ background: {raised}; border: 1px solid {border}; border-radius: 6px;
    padding: 4px 12px; min-height: {control}px; }}
QPushButton:hover, QToolButton:hover {{ background: {hover}; }}
QPushButton:pressed, QToolButton:pressed, QPushButton:checked, QToolButton:checked {{ background: {chosen};
    border-color: {accent}; }}
QPushButton:focus, QToolButton:focus {{ border: 2px solid {accent}; padding: 3px 11px; }}
QPushButton:disabled, QToolButton:disabled {{ color: {faint}; border-color: {line}; background: {surface}; }}
QPushButton[kind="primary"] {{ background: {accent}; color: {on_accent}; border-color: {accent}; font-weight: 600; }}
QPushButton[kind="primary"]:hover {{ background: {accent_hover}; }}
QPushButton[kind="primary"]:focus {{ border: 2px solid {text}; }}
QPushButton[kind="primary"]:disabled {{ background: {raised}; color: {faint}; border-color: {line}; }}
QPushButton[kind="quiet"], QToolButton[kind="quiet"] {{ background: transparent; border-color: transparent; }}
QPushButton[kind="quiet"]:hover, QToolButton[kind="quiet"]:hover {{ background: {raised}; }}
QPushButton[kind="quiet"]:checked, QToolButton[kind="quiet"]:checked {{ background: {chosen}; }}
QPushButton[kind="quiet"]:focus, QToolButton[kind="quiet"]:focus {{ border: 2px solid {accent}; }}
QPushButton[kind="link"] {{ background: transparent; border: none; color: {accent}; padding: 0 2px;
    text-align: left; }}
QPushButton[kind="link"]:hover {{ text-decoration: underline; background: transparent; }}
QPushButton[kind="link"]:focus {{ border: 2px solid {accent}; padding: 0; }}
QPushButton[kind="fold"] {{ background: transparent; border: none; padding: 0 2px; text-align: left;
    font-weight: 600; }}
QPushButton[kind="fold"]:hover {{ color: {accent}; background: transparent; }}
QPushButton[kind="fold"]:focus {{ border: 2px solid {accent}; padding: 0; }}
QPushButton[kind="chip"] {{ background: {surface}; border: 1px solid {border}; border-radius: {chip_radius}px;
    padding: 0 10px; min-height: {chip}px; font-size: {secondary}px; }}
QPushButton[kind="chip"]:hover {{ background: {hover}; }}
QPushButton[kind="chip"]:checked {{ background: {chosen}; border-color: {accent}; }}
QPushButton[kind="chip"]:focus {{ border: 2px solid {accent}; padding: 0 9px; }}
QToolButton[kind="icon"] {{ background: transparent; border: 2px solid transparent; padding: 2px;
    min-height: {icon}px; min-width: {icon}px; }}
QToolButton[kind="icon"]:hover {{ background: {raised}; }}
QToolButton[kind="icon"]:checked {{ background: {chosen}; }}
QToolButton[kind="icon"]:focus {{ border: 2px solid {accent}; }}
QToolButton[kind="icon"]:disabled {{ background: transparent; }}
QToolButton[kind="letter"] {{ background: transparent; border: 1px solid transparent; border-radius: 4px; padding: 0;
    min-height: {letter}px; min-width: {letter}px; max-height: {letter}px; max-width: {letter}px; color: {muted};
    font-size: {secondary}px; font-weight: 600; }}
QToolButton[kind="letter"]:hover {{ background: {raised}; }}
QToolButton[kind="letter"]:checked {{ background: {accent}; color: {on_accent}; }}
QToolButton[kind="letter"]:focus {{ border-color: {accent}; }}
QToolButton[kind="rail"] {{ background: transparent; border: 2px solid transparent; border-radius: 8px;
    padding: 6px 2px; font-size: {caption}px; color: {muted}; }}
QToolButton[kind="rail"][tight="true"] {{ padding: 0 2px; }}
QToolButton[kind="rail"]:hover {{ background: {raised}; color: {text}; }}
QToolButton[kind="rail"]:checked {{ background: {chosen}; color: {text}; font-weight: 600; }}
QToolButton[kind="rail"]:focus {{ border-color: {accent}; }}
QToolButton::menu-indicator, QPushButton::menu-indicator {{ image: none; width: 0; }}

QLineEdit, QPlainTextEdit, QTextEdit, QSpinBox, QDoubleSpinBox, QComboBox, QKeySequenceEdit QLineEdit {{
    background: {field}; border: 1px solid {border}; border-radius: 6px; padding: 4px 8px;
    selection-background-color: {accent}; selection-color: {on_accent}; }}
QLineEdit, QSpinBox, QDoubleSpinBox, QComboBox {{ min-height: {control}px; }}
QLineEdit {{ padding: 4px 6px; }}
QPlainTextEdit, QTextEdit {{ padding: 4px; }}
QSpinBox, QDoubleSpinBox {{ padding: 2px 8px 3px 8px; }}
QLineEdit:focus, QPlainTextEdit:focus, QTextEdit:focus, QSpinBox:focus, QDoubleSpinBox:focus, QComboBox:focus {{
    border: 2px solid {accent}; padding: 3px 7px; }}
QLineEdit:focus, QLineEdit[wrong="true"] {{ padding: 3px 5px; }}
QPlainTextEdit:focus, QTextEdit:focus, QPlainTextEdit[wrong="true"] {{ padding: 3px; }}
QSpinBox:focus, QDoubleSpinBox:focus, QSpinBox[wrong="true"], QDoubleSpinBox[wrong="true"] {{
    padding: 1px 7px 2px 7px; }}
QLineEdit:disabled, QPlainTextEdit:disabled, QSpinBox:disabled, QDoubleSpinBox:disabled, QComboBox:disabled {{
    color: {faint}; border-color: {line}; }}
QLineEdit[wrong="true"], QPlainTextEdit[wrong="true"], QSpinBox[wrong="true"], QDoubleSpinBox[wrong="true"] {{
    border: 2px solid {bad}; }}
QPlainTextEdit[kind="bare"], QTextEdit[kind="bare"] {{ border: none; border-radius: 0; padding: 0;
    background: transparent; }}
QComboBox::drop-down {{ border: none; width: 24px; }}
QComboBox::down-arrow {{ image: url({chevron}); width: 12px; height: 12px; }}
QComboBox QAbstractItemView {{ background: {raised}; border: 1px solid {border}; padding: 4px;
    selection-background-color: {chosen}; selection-color: {text}; }}
QSpinBox::up-button, QDoubleSpinBox::up-button, QSpinBox::down-button, QDoubleSpinBox::down-button {{ width: 20px;
    border: none; background: transparent; }}
QSpinBox::up-arrow, QDoubleSpinBox::up-arrow {{ image: url({chevron_up}); width: 10px; height: 10px; }}
QSpinBox::down-arrow, QDoubleSpinBox::down-arrow {{ image: url({chevron}); width: 10px; height: 10px; }}
QCheckBox, QRadioButton {{ spacing: 8px; padding: 2px; border: 2px solid transparent; border-radius: 6px; }}
QCheckBox:focus, QRadioButton:focus {{ border-color: {accent}; }}
QCheckBox::indicator, QRadioButton::indicator {{ width: 16px; height: 16px; border: 1px solid {border};
    background: {field}; border-radius: 4px; }}
QRadioButton::indicator {{ border-radius: 9px; }}
QCheckBox::indicator:checked {{ background: {accent}; border-color: {accent}; image: url({tick}); }}
QRadioButton::indicator:checked {{ background: {accent}; border: 4px solid {field}; }}
QSlider {{ min-height: 24px; border: 2px solid transparent; border-radius: 6px; }}
QSlider[kind="small"], QSlider[kind="pan"] {{ min-height: 16px; }}
QSlider:focus {{ border-color: {accent}; }}
QSlider::groove:horizontal {{ height: 4px; background: {line}; border-radius: 2px; }}
QSlider::sub-page:horizontal {{ height: 4px; background: {accent}; border-radius: 2px; }}
QSlider[kind="pan"]::sub-page:horizontal {{ background: {line}; }}
QSlider::handle:horizontal {{ width: 14px; height: 14px; margin: -5px 0; border-radius: 7px; background: {text}; }}
QProgressBar {{ background: {line}; border: none; border-radius: 3px; max-height: 6px; min-height: 6px; }}
QProgressBar::chunk {{ background: {accent}; border-radius: 3px; }}

QScrollArea {{ border: none; }}
QScrollBar:vertical {{ width: 12px; background: transparent; margin: 0; }}
QScrollBar:horizontal {{ height: 12px; background: transparent; margin: 0; }}
QScrollBar::handle {{ background: {border}; border-radius: 4px; margin: 2px; min-height: 32px; min-width: 32px; }}
QScrollBar::handle:hover {{ background: {muted}; }}
QScrollBar::add-line, QScrollBar::sub-line, QScrollBar::add-page, QScrollBar::sub-page {{ background: none;
    border: none; width: 0; height: 0; }}
QSplitter::handle {{ background: {line}; }}
QSplitter::handle:horizontal {{ width: 1px; }}
QSplitter::handle:vertical {{ height: 1px; }}
QSplitter::handle:hover {{ background: {accent}; }}

QListView, QTreeView, QTableView {{ background: {surface}; alternate-background-color: {canvas}; border: none;
    selection-background-color: {chosen}; selection-color: {text}; }}
QListView::item, QTreeView::item, QTableView::item {{ padding: 4px 8px; border: none; }}
QListView::item:selected, QTreeView::item:selected, QTableView::item:selected {{ background: {chosen}; color: {text}; }}
QListView::item:focus, QTreeView::item:focus, QTableView::item:focus {{ border: 2px solid {accent}; }}
QHeaderView {{ background: {surface}; }}
QHeaderView::section {{ background: {surface}; color: {muted}; font-size: {secondary}px; border: none;
    border-bottom: 1px solid {line}; padding: 4px {cell}px; }}

QMenu {{ background: {raised}; border: 1px solid {border}; padding: 4px; }}
QMenu::item {{ padding: 6px 24px 6px 12px; border-radius: 4px; }}
QMenu::item:selected {{ background: {chosen}; }}
QMenu::item:disabled {{ color: {faint}; }}
QMenu::separator {{ height: 1px; background: {line}; margin: 4px 8px; }}
QTabBar::tab {{ background: transparent; padding: 6px 12px; border: none; border-bottom: 2px solid transparent;
    color: {muted}; }}
QTabBar::tab:selected {{ color: {text}; border-bottom-color: {accent}; font-weight: 600; }}
QTabBar::tab:focus {{ border: 2px solid {accent}; }}
QTabWidget::pane {{ border: none; }}
"""


def sheet(theme: Theme, scale: float) -> str:
    """Return the style sheet of the whole window; `scale` is that of the text."""
    from studio.ui.theme import icons

    def px(size: float) -> int:
        return round(size * scale)

    return _SHEET.format(
        canvas=theme.canvas,
        surface=theme.surface,
        raised=theme.raised,
        line=theme.line,
        text=theme.text,
        muted=theme.muted,
        accent=theme.accent,
        on_accent=theme.on_accent,
        good=theme.good,
        warn=theme.warn,
        bad=theme.bad,
        border=theme.border,
        chosen=theme.chosen,
        field=theme.surface if theme.name == "light" else theme.canvas,
        faint=tokens.mixed(theme.muted, theme.surface, 0.4),
        hover=tokens.mixed(theme.raised, theme.text, 0.08),
        accent_hover=tokens.mixed(theme.accent, theme.text, 0.15),
        chevron=icons.file_of("chevron-down", theme.muted),
        chevron_up=icons.file_of("chevron-up", theme.muted),
        tick=icons.file_of("check", theme.on_accent),
        body=px(tokens.BODY),
        secondary=px(tokens.SECONDARY),
        caption=px(tokens.CAPTION),
        title=px(tokens.TITLE),
        welcome=px(tokens.WELCOME),
        control=px(22),
        chip=px(24),
        chip_radius=px(12),
        icon=px(24),
        letter=px(20),
        cell=px(8),
    )
