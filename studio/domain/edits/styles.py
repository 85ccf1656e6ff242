"""The styles that a project keeps, each under its name, so that pieces of music made at any time are alike. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from studio.domain.edits import parts, whole
from studio.domain.project import Project, Style
from studio.errors import StudioError

LONGEST_NAME = 80
MOST = 500


def plain_name(name: str) -> str:
    """Return a name under which a style can be kept; raise StudioError for what is none."""
    plain = " ".join(name.split())
    if not plain or plain.startswith("-") or not plain.isprintable() or len(plain) > LONGEST_NAME:
        raise StudioError(f"{name[:40]!r} is no name for a style.", f"Write one of at most {LONGEST_NAME} characters.")
    return plain


def free_name(name: str, taken: Iterable[str]) -> str:
    """Return a name, with a number behind it where it is taken."""
    used, number, free = {one.casefold() for one in taken}, 1, name
    while free.casefold() in used:
        number += 1
        free = f"{name[: LONGEST_NAME - len(str(number)) - 1].rstrip()} {number}"
    return free


def named(project: Project, name: str) -> Style | None:
    """Return the style that is kept under a name; large and small letters are the same."""
    wanted = " ".join(name.split()).casefold()
    return next((style for style in project.styles if style.name.casefold() == wanted), None)


def keep(project: Project, style: Style) -> Project:
    """Keep a style under its name, in the place of the one that had it; the piece is in that style from now on."""
    style = replace(style, name=plain_name(style.name))
    others = [one for one in project.styles if one.name.casefold() != style.name.casefold()]
    if len(others) >= MOST:
        raise StudioError(f"A project keeps at most {MOST} styles.", "Remove one first.")
    project = whole.set_style(project, style)
    return replace(project, styles=tuple(sorted([*others, project.style], key=lambda one: one.name.casefold())))


def use(project: Project, name: str) -> Project:
    """Let the piece be in a style that is kept."""
    return whole.set_style(project, _get(project, name))


def remove(project: Project, name: str) -> Project:
    """Forget a style; a piece that is in it is in none any more. What was made in it stays."""
    style = _get(project, name)
    project = replace(project, styles=tuple(one for one in project.styles if one is not style))
    return whole.set_style(project, Style()) if project.style == style else project


def _get(project: Project, name: str) -> Style:
    found = named(project, name)
    if found is None:
        there = ", ".join(style.name for style in project.styles)
        raise StudioError(
            f"The project keeps no style {parts.plain_text(name[:40])!r}.",
            f"It keeps: {there}." if there else "Keep one first.",
        )
    return found
