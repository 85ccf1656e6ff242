"""`studio models`."""

from __future__ import annotations

import time
from argparse import Namespace
from pathlib import Path
from typing import Any

from studio import settings
from studio.app import Studio
from studio.cli.asking import ask, listening
from studio.cli.main import open_studio
from studio.cli.output import Output, table
from studio.services import model_report
from studio.services.models import Tell


def run(args: Namespace, out: Output) -> int:
    """List models, show one, load one, remove one, or move all."""
    studio = open_studio(args, out)
    try:
        verbs = {"list": _list, "show": _show, "download": _download, "remove": _remove, "move": _move}
        verbs[args.verb](studio, args, out)
    finally:
        studio.close()
    return 0


def _list(studio: Studio, args: Namespace, out: Output) -> None:
    found = [model_report.row(studio.models, known) for known in studio.models.all(hidden=args.all)]
    rows = [
        [
            r["id"],
            ",".join(r["engines"]),
            r["state"],
            _size(r["bytes"]),
            r["licence"],
            (r["revision"] or "-")[:12],
        ]
        for r in found
    ]
    text = table(rows, ["model", "engines", "state", "size", "licence", "revision"])
    out.result(
        {"models": found, "folder": str(studio.models.folder)}, f"{text}\n\nDownloads go to {studio.models.folder}."
    )


def _show(studio: Studio, args: Namespace, out: Output) -> None:
    known = studio.models.find(args.model)
    shown = model_report.details(studio.models, known)
    files = [f"  {f['name']}  {_size(f['bytes'])}  {f['hash'][:16]}" for f in shown["files"]]
    lines = [
        f"{shown['title']} ({shown['id']}), for {', '.join(shown['engines'])}: {shown['state']}",
        f"  from {shown['repo'] or 'the installation'}, revision {shown['revision'] or 'fixed when loaded'}",
        f"  {_size(shown['bytes'])}{', given only to who accepted its terms there' if shown['gated'] else ''}",
        *([f"  in {shown['folder']}"] if shown["folder"] else []),
        *([f"  needs {', '.join(shown['needs'])} beside it"] if shown["needs"] else []),
        "",
        *_terms_lines(shown["terms"]),
        *(["", *files] if files else []),
    ]
    out.result(shown, "\n".join(lines))


def _download(studio: Studio, args: Namespace, out: Output) -> None:
    models = studio.models
    known = models.find(args.model)
    for model in models.unaccepted(known):
        if not args.accept_licence:
            out.tell(f"{model.title or model.id}\n" + "\n".join(_terms_lines(model_report.terms(models, model))))
            ask(
                "Accept these terms?",
                f"Read the terms, then add --accept-licence: `studio models download {args.model} --accept-licence`.",
            )
        made = models.accepted.accept(model)
        out.tell(f"Remembered that {made.who} accepted {made.licence} for {model.id}.")
    with listening() as asked:
        models.download(args.model, _teller(out), asked.is_set)
    row = model_report.row(models, known)
    out.result({"model": args.model, **row}, f"{args.model} is here: {row['folder']}")


def _remove(studio: Studio, args: Namespace, out: Output) -> None:
    known = studio.models.find(args.model)
    if studio.models.is_strange(known.model) and not args.yes:
        out.tell(f"{args.model} was not loaded by the studio; the program that did may still use it.")
        ask("Remove it?", "Add --yes to remove it without a question.")
    freed = studio.models.remove(args.model)
    out.result({"model": args.model, "state": "missing", "freed": freed}, f"Removed {args.model}, {_size(freed)}.")


def _move(studio: Studio, args: Namespace, out: Output) -> None:
    def save(folder: Path) -> None:
        studio.save_settings(settings.with_value(studio.settings, "models.folder", str(folder)))

    with listening() as asked:
        done = studio.models.move(Path(args.folder), save, _teller(out), asked.is_set)
    left = f" Loaded by other programs and left where they are: {', '.join(done.left)}." if done.left else ""
    text = f"Moved {len(done.moved)} models; downloads go to {studio.models.folder} from now on.{left}"
    out.result({"folder": str(studio.models.folder), "moved": list(done.moved), "left": list(done.left)}, text)


def _terms_lines(terms: dict[str, Any]) -> list[str]:
    accepted = terms["accepted"]
    return [
        f"  {terms['title']}: {terms['url'] or 'no address'}",
        f"  {terms['results']}",
        f"  {terms['summary']}",
        *([f"  Accepted by {accepted['who']} on {accepted['when']}."] if accepted else []),
    ]


def _teller(out: Output) -> Tell:
    begun = time.monotonic()

    def tell(stage: str, fraction: float | None) -> None:
        passed = time.monotonic() - begun
        left = passed / fraction * (1 - fraction) if fraction and fraction > 0.02 else None
        out.progress(stage, fraction, left)

    return tell


def _size(count: int) -> str:
    if count >= 1e9:
        return f"{count / 1e9:.1f} GB"
    return f"{count / 1e6:.1f} MB" if count else "-"
