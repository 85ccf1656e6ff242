"""`studio engines install | verify | repair | remove`: the packs behind engines."""

from __future__ import annotations

import time
from argparse import Namespace
from collections.abc import Callable, Generator
from contextlib import contextmanager

from studio.app import Studio
from studio.cli.asking import ask, listening
from studio.cli.main import open_studio
from studio.cli.output import Output, table
from studio.engines.manifest import APP_PACK, Manifest
from studio.errors import StudioError
from studio.runtime.environments.plan import BuildPlan
from studio.runtime.environments.progress import BuildProgress
from studio.services.pack_work import Ears, described

VERBS = frozenset({"install", "verify", "repair", "remove"})
_MOST_SHOWN = 20  # damaged files


def run(args: Namespace, out: Output) -> int:
    """Do one of the verbs."""
    studio = open_studio(args, out)
    try:
        manifest = studio.registry.manifest(args.engine)
        if manifest.pack == APP_PACK:
            raise StudioError(f"The engine {manifest.id} comes with the studio.", "There is nothing to install for it.")
        verbs: dict[str, Callable[[Studio, Manifest, Namespace, Output], int]] = {
            "install": _install, "verify": _verify, "repair": _repair, "remove": _remove,
        }  # fmt: skip
        return verbs[args.verb](studio, manifest, args, out)
    finally:
        studio.close()


def _install(studio: Studio, manifest: Manifest, args: Namespace, out: Output) -> int:
    plan = studio.pack_work.plan(manifest, args.accelerator or args.device or "", tell=out.tell)
    shown = dict(described(plan))
    if args.dry_run:
        out.result({"plan": shown}, _plan_text(studio, plan))
        return 0
    if not args.yes:
        out.tell(_plan_text(studio, plan))
        ask("Install this?", "Add --yes to install without a question, or --dry-run to see the plan only.")
    with _ears(out) as ears:
        marker = studio.pack_work.install(plan, ears)
    facts = {"pack": marker.pack, "environment": "ready", "torch": marker.torch, "smoke": marker.smoke, "plan": shown}
    out.result(facts, f"Installed {marker.pack} ({marker.packages} packages, torch {marker.torch or 'none'}).")
    return 0


def _verify(studio: Studio, manifest: Manifest, args: Namespace, out: Output) -> int:
    pack = _built(studio, manifest)
    with _ears(out) as ears:
        found = studio.pack_work.verify(pack, hashes=args.hashes, cancelled=ears.cancelled)
    if found:
        lines = [f"{d.package or 'the environment'}: {d.path or d.what} ({d.what})" for d in found[:_MOST_SHOWN]]
        raise StudioError(
            f"The pack {pack} is damaged in {len(found)} places.",
            f"Run `studio engines repair {manifest.id}`.",
            "\n".join(lines),
        )
    out.result({"pack": pack, "environment": "ready", "damages": []}, f"The pack {pack} is as it was installed.")
    return 0


def _repair(studio: Studio, manifest: Manifest, args: Namespace, out: Output) -> int:
    del args
    pack = _built(studio, manifest)
    with _ears(out) as ears:
        marker = studio.pack_work.repair(pack, ears)
    out.result({"pack": pack, "environment": "ready", "smoke": marker.smoke}, f"The pack {pack} works again.")
    return 0


def _remove(studio: Studio, manifest: Manifest, args: Namespace, out: Output) -> int:
    pack = _built(studio, manifest)
    others = [m.title for m in studio.pack_work.served(pack) if m.id != manifest.id]
    if not args.yes:
        also = f" {', '.join(others)} will not work without it either." if others else ""
        out.tell(f"This removes the pack {pack}.{also}")
        ask("Remove it?", "Add --yes to remove it without a question.")
    studio.pack_work.remove(pack)
    out.result({"pack": pack, "environment": "missing"}, f"Removed the pack {pack}.")
    return 0


def _built(studio: Studio, manifest: Manifest) -> str:
    """Return the pack of an engine of which anything is there; the one it would get where nothing is."""
    there = [p for p in dict.fromkeys([manifest.pack, *manifest.packs.values()]) if p in studio.environments.ids()]
    return there[0] if there else studio.pack_work.pack_of(manifest)


def _plan_text(studio: Studio, plan: BuildPlan) -> str:
    rows = [[r.name, r.version, _megabytes(r.size) if r.size else "-", r.licence or "-"] for r in plan.requirements]
    titles = ", ".join(studio.registry.manifest(engine).title for engine in plan.engines)
    notes = "".join(f"\n{note}" for note in plan.notes)
    return (
        f"{table(rows, ['package', 'version', 'download', 'licence'])}\n\n"
        f"The pack {plan.pack} for {plan.accelerator}: torch {plan.torch}, with {plan.python}.\n"
        f"It serves: {titles}.\n"
        f"{_megabytes(plan.download_bytes)} to download, {_megabytes(plan.disk_bytes)} on disk.{notes}"
    )


def _megabytes(count: int) -> str:
    return f"{count / 1_000_000:.1f} MB"


@contextmanager
def _ears(out: Output) -> Generator[Ears, None, None]:
    """Show progress with the time left, and let Ctrl+C cancel."""
    begun = time.monotonic()

    def told(progress: BuildProgress) -> None:
        passed = time.monotonic() - begun
        left = passed / progress.fraction * (1 - progress.fraction) if progress.fraction > 0.05 else None
        out.progress(progress.stage, progress.fraction, left)

    with listening() as asked:
        yield Ears(told, asked.is_set)
