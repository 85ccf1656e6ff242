"""What belongs to a project as a whole: its name, script, voices, style, cover and description. Pure; any thread."""

from __future__ import annotations

from dataclasses import fields, replace

from studio.domain import rules, script_lines, seeds
from studio.domain.edits import find, parts
from studio.domain.project import Metadata, Picture, Project, Style, Voice
from studio.errors import StudioError


def rename(project: Project, name: str) -> Project:
    """Give a project another name."""
    return replace(project, name=parts.plain_text(name))


def set_script(project: Project, script: str) -> Project:
    """Set what is to be spoken; lines that were there before keep their ids, and with them their takes."""
    script = parts.plain_text(script, most=parts.LONGEST_TEXT)
    old = script_lines.lines_of(project.script)
    ids = script_lines.carried(old, project.script_lines.split(), script_lines.lines_of(script))
    project, fresh = parts.new_ids(project, "l" * ids.count(""))
    news = iter(fresh)
    return replace(project, script=script, script_lines=" ".join(one or next(news) for one in ids))


def with_numbered_lines(project: Project) -> Project:
    """Give ids to the lines of a script that came without."""
    if len(script_lines.lines_of(project.script)) == len(project.script_lines.split()):
        return project
    return set_script(project, project.script)


def set_voice(project: Project, speaker: str, voice: str, *, engine: str = "", language: str = "") -> Project:
    """Say who speaks for a name of the script, and in which language where it is not the voice's own."""
    given = (speaker, voice, engine, language)
    new = Voice(*(parts.plain_text(text) for text in given))
    known = any(v.speaker == new.speaker for v in project.voices)
    voices = tuple(new if v.speaker == new.speaker else v for v in project.voices)
    return replace(project, voices=voices if known else (*voices, new))


def set_style(project: Project, style: Style) -> Project:
    """Set what keeps several pieces of music alike."""
    if style.reference:
        find.media(project, style.reference)
    if not rules.is_tempo(style.bpm):
        raise StudioError(
            f"The tempo cannot be {style.bpm:g} beats a minute.",
            f"It lies between {rules.SLOWEST:g} and {rules.FASTEST:g}; 0 is none.",
        )
    if not -1 <= style.seed <= seeds.LARGEST:
        raise StudioError(f"{style.seed} is no seed.", f"It is a whole number from -1 to {seeds.LARGEST}; -1 is none.")
    text = parts.plain_text(style.text, most=parts.LONGEST_TEXT)
    plain = replace(style, text=text, key=parts.plain_text(style.key), name=parts.plain_text(style.name))
    return replace(project, style=parts.storable(plain))


def set_cover(project: Project, cover: Picture | None) -> Project:
    """Set the cover, or take it away."""
    problem = next(rules.of_picture(cover), "") if cover else ""
    if problem:
        raise StudioError(f"This cannot be the cover: {problem}.", "Take the picture into the project first.")
    return replace(project, cover=None if cover is None else parts.storable(cover))


def set_metadata(project: Project, **values: str) -> Project:
    """Set what exported files say of themselves; what is not named stays."""
    known = [field.name for field in fields(Metadata)]
    unknown = next((name for name in values if name not in known), None)
    if unknown is not None:
        raise StudioError(f"A project says nothing about {unknown[:40]!r}.", f"It knows {', '.join(known)}.")
    plain = {name: parts.plain_text(value, most=parts.LONGEST_TEXT) for name, value in values.items()}
    return replace(project, metadata=replace(project.metadata, **plain))
