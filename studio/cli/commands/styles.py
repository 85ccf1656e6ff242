"""`studio styles`: what keeps pieces of music alike, under names; kept for all projects, or in one."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from studio.app import Studio
from studio.cli.commands.recipe import stored_in
from studio.cli.main import open_studio
from studio.cli.output import Output, table
from studio.cli.waiting import finish
from studio.domain.edits import find, parts, styles
from studio.domain.project import Project, Style, media_called
from studio.errors import StudioError
from studio.services import live_clips, styling
from studio.services.projects import OpenProject
from studio.services.tasks.work import Wish


def run(args: Namespace, out: Output) -> int:
    """List styles, keep one, look at it, make clips in it."""
    studio = open_studio(args, out)
    try:
        return _VERBS[args.verb](studio, args, out)
    finally:
        studio.close()


def _list(studio: Studio, args: Namespace, out: Output) -> int:
    kept, told = studio.styles.all()
    for sentence in told:
        out.tell(f"warning: {sentence}")
    rows = [_row(one.style, one.reference.name if one.reference else "", "library") for one in kept]
    if args.project:
        with studio.projects.open(Path(args.project), writing=False) as opened:
            rows += [_row(one, _sound_in(opened.project, one), "project") for one in opened.project.styles]
    shown = [[str(row[name] or "") for name in ("name", "text", "bpm", "key", "seed", "where")] for row in rows]
    out.result({"styles": rows}, table(shown, ["name", "words", "bpm", "key", "seed", "where"]))
    return 0


def _save(studio: Studio, args: Namespace, out: Output) -> int:
    made = Path(args.made) if args.made else None
    recipe = _recipe_of(studio, made) if made else {}
    style = styling.of_recipe(recipe, args.name) if made else Style(name=args.name)
    given = {"text": args.text, "bpm": args.bpm, "key": args.key, "seed": args.seed}
    style = replace(style, **{name: value for name, value in given.items() if value is not None})
    reference = Path(args.reference) if args.reference else made
    if style == Style(name=style.name) and reference is None:
        raise StudioError("The style says nothing.", "Add --text, --bpm, --key, --seed, --reference or --from.")
    terms = "" if args.reference else str(recipe.get("licence") or "")
    if not args.project:
        kept = studio.styles.keep(style, reference, terms=terms, force=args.force)
        row = _row(kept.style, kept.reference.name if kept.reference else "", "library")
    else:
        with studio.projects.open(Path(args.project)) as opened:
            row = _keep_in(opened, style, reference, recipe if not args.reference else {}, force=args.force)
    out.result(row, f"Kept the style {row['name']}: {_line(row)}")
    return 0


def _keep_in(
    opened: OpenProject, style: Style, reference: Path | None, recipe: Mapping[str, Any], *, force: bool
) -> dict[str, Any]:
    if styles.named(opened.project, style.name) and not force:
        raise StudioError(
            f"The project keeps a style {style.name[:40]!r} already.", "Choose another name, or add --force."
        )
    styles.plain_name(style.name)
    step = f"style {opened.project.next_id}"
    if reference is not None:
        media = opened.take_in(reference, name=reference.stem, recipe=dict(recipe) or None, merge=step)
        style = replace(style, reference=media)
    opened.do("Keep the style of the music", styles.keep(opened.project, style), merge=step)
    opened.save()
    return _row(opened.project.style, _sound_in(opened.project, opened.project.style), "project")


def _show(studio: Studio, args: Namespace, out: Output) -> int:
    style, reference = _found(studio, args.name, args.project)
    row = _row(style, reference, "project" if args.project else "library")
    lines = [f"{row['name']}: {_line(row)}"]
    if args.engine:
        engine = studio.generation.engine_for(Wish(task="music", engine=args.engine))
        fits = styling.fitted(style, engine, reference=bool(reference))
        row |= {"engine": engine.id, "params": fits.params, "in_words": [*fits.in_words]}
        row |= {"left_out": [*fits.left_out], "takes_reference": fits.reference}
        lines += [f"  {name} = {value}" for name, value in fits.params.items()]
        lines += fits.told(engine.title)
    out.result(row, "\n".join(lines))
    return 0


def _remove(studio: Studio, args: Namespace, out: Output) -> int:
    if args.project:
        with studio.projects.open(Path(args.project)) as opened:
            opened.do("Forget a style", styles.remove(opened.project, args.name))
            opened.save()
    else:
        studio.styles.remove(args.name)
    out.result({"removed": args.name}, f"Removed the style {args.name}.")
    return 0


def _apply(studio: Studio, args: Namespace, out: Output) -> int:
    """Make clips of a project again in a style that it keeps; each takes the place of what is there."""
    with studio.projects.open(Path(args.project)) as opened:
        style = styles.named(opened.project, args.name)
        if style is None:
            raise StudioError(
                f"The project keeps no style {args.name[:40]!r}.", "`studio styles save NAME --project DIR` keeps one."
            )
        clips = [find.clip(opened.project, name) for name in args.clips]
        parts.check_unlocked(opened.project, find.spots(opened.project, args.clips).values())
        engines = {engine.id: engine for engine in studio.registry.manifests()}
        wishes, fits = live_clips.in_style(opened.project, opened.folder, clips, style, engines)
        told = [sentence for title, fit in fits.items() for sentence in fit.told(title)]
        for sentence in told:
            out.tell(f"note: {sentence}")
        step = f"style {opened.project.next_id}"
        made: list[dict[str, Any]] = []
        for wish in wishes:
            job = studio.generation.ask(replace(wish, device=args.device or ""))
            made.append(finish(studio, job, out))
            landed = studio.landing.fetch(opened.folder, opened.project, studio.jobs.get(job))
            opened.do("Make music in a style", studio.landing.put(opened.project, landed)[0], merge=step)
            opened.save()
            studio.landing.done(job)
        out.result(
            {"style": style.name, "clips": list(args.clips), "jobs": made, "told": told},
            f"{len(made)} clips are in the style {style.name} now; `studio project undo` takes it back.",
        )
    return 0


def _found(studio: Studio, name: str, project: str) -> tuple[Style, str]:
    if not project:
        kept = studio.styles.get(name)
        return kept.style, str(kept.reference or "")
    with studio.projects.open(Path(project), writing=False) as opened:
        style = styles.named(opened.project, name)
        if style is None:
            raise StudioError(f"The project keeps no style {name[:40]!r}.", "`studio styles list --project` shows all.")
        return style, _sound_in(opened.project, style)


def _recipe_of(studio: Studio, file: Path) -> dict[str, Any]:
    """Return how a piece was made, as the file or the library says."""
    found = stored_in(studio, file)
    if found.get("task") != "music":
        raise StudioError(f"{file.name} is no music that the studio made.", "Name it with --reference, and --text.")
    return found


def _row(style: Style, reference: str, where: str) -> dict[str, Any]:
    return {
        "name": style.name, "text": style.text, "bpm": style.bpm, "key": style.key, "seed": style.seed,
        "reference": reference or None, "where": where,
    }  # fmt: skip


def _line(row: Mapping[str, Any]) -> str:
    parts = [row["text"], f"{row['bpm']:g} bpm" if row["bpm"] else "", row["key"]]
    parts += [f"seed {row['seed']}" if row["seed"] >= 0 else "", "with a reference" if row["reference"] else ""]
    return ", ".join(str(part) for part in parts if part) or "nothing"


def _sound_in(project: Project, style: Style) -> str:
    media = media_called(project, style.reference) if style.reference else None
    return media.file if media else ""


_VERBS: dict[str, Callable[[Studio, Namespace, Output], int]] = {
    "list": _list,
    "save": _save,
    "show": _show,
    "remove": _remove,
    "apply": _apply,
}
