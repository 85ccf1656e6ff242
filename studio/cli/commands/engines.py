"""`studio engines`."""

from __future__ import annotations

import json
from argparse import Namespace
from pathlib import Path

from studio.cli.asking import listening
from studio.cli.commands import engine_packs
from studio.cli.main import CommandError, open_studio
from studio.cli.making import params_of
from studio.cli.output import Output, table
from studio.errors import Cancelled, StudioError
from studio.services import engine_list, smoke_test


def run(args: Namespace, out: Output) -> int:
    """List engines, show one, or try one."""
    if args.verb == "test":
        _check_options(args)
        return _benchmark(args, out) if args.benchmark else _test(args, out)
    if args.verb in engine_packs.VERBS:
        return engine_packs.run(args, out)
    studio = open_studio(args, out)
    try:
        if args.verb == "list":
            found = [
                engine_list.describe(e, studio.readiness) for e in engine_list.listed(studio.registry, hidden=args.all)
            ]
            rows = [
                [
                    e["id"],
                    e["title"],
                    ",".join(e["tasks"]),
                    "yes" if e["usable"] else "no",
                    e["error"] or e["environment"],
                ]
                for e in found
            ]
            out.result({"engines": found}, table(rows, ["id", "title", "tasks", "usable", "state"]))
            return 0
        entry = next((e for e in studio.registry.entries() if e.id == args.engine), None)
        if entry is None:
            studio.registry.manifest(args.engine)
            raise StudioError(f"There is no engine {args.engine!r}.")
        shown = engine_list.details(entry, studio.readiness)
        out.result(shown, json.dumps(shown, indent=2, ensure_ascii=False))
    finally:
        studio.close()
    return 0


def _test(args: Namespace, out: Output) -> int:
    """Have an engine build a tiny model, load it and generate once."""
    studio = open_studio(args, out)
    try:
        manifest = studio.registry.manifest(args.engine)
        wishes = studio.settings.engines
        wanted = args.device or wishes.device
        choice = studio.readiness.choose(manifest, wanted=wanted, allow_cpu=wishes.allow_cpu)
        python = smoke_test.python_for(manifest, choice.device, studio.environments)
        out.tell(f"Testing {manifest.id} on {choice.device.id}.")
        facts = smoke_test.run(
            manifest,
            python,
            choice.device,
            studio.paths,
            tell=out.tell,
            cancelled=lambda: False,
            keep=Path(args.keep) if args.keep else None,
        )
    finally:
        studio.close()
    result = {"engine": manifest.id, "device": choice.device.id, "passed": True, "facts": facts}
    out.result(result, "\n".join([f"{manifest.id} works.", *(f"  {name}: {value}" for name, value in facts.items())]))
    return 0


def _check_options(args: Namespace) -> None:
    """Refuse what the other kind of test has no use for."""
    of_benchmark = args.sizes or args.steps or args.params
    if not args.benchmark and of_benchmark:
        raise StudioError("--sizes, --steps and --set belong to --benchmark.", "Add --benchmark.")
    if args.benchmark and args.keep:
        raise StudioError("A benchmark makes no tiny model to keep.", "Leave out --keep, or --benchmark.")


def _benchmark(args: Namespace, out: Output) -> int:
    """Measure each size with each count of steps; Ctrl+C keeps what was measured."""
    from studio.runtime import memory
    from studio.services import benchmark, benchmark_order
    from studio.services.generation import loaded_by

    studio = open_studio(args, out)
    try:
        manifest = studio.registry.manifest(args.engine)
        order = benchmark_order.prepared(
            manifest,
            studio.settings,
            sizes=_listed(args.sizes, "--sizes", "512,768"),
            steps=[_whole(text) for text in _listed(args.steps, "--steps", "10,20")],
            params=params_of(args),
            device=args.device or "",
            loaded=loaded_by(manifest, studio.readiness.models),
        )
        tools = benchmark.Tools(studio.paths, studio.readiness, studio.envelope, memory.read, studio.settings)

        def told(now: benchmark.Progress) -> None:
            what = _what(now.device, now.size, now.steps)
            stage = f", {now.stage}" if now.stage else ""
            out.progress(f"{now.number} of {now.count}: {what}{stage}", now.fraction, now.seconds_left)

        def measured(row: benchmark.Row) -> None:
            took = f"{row.seconds:.1f} s, " if row.made else ""
            out.tell(f"{_what(row.device, row.size, row.steps)}: {took}{row.verdict}")

        with listening() as asked:
            report = benchmark.Benchmark(tools, order, benchmark.Ears(told, measured, asked.is_set)).run()
    finally:
        studio.close()
    text = table(benchmark.table_of(report.rows), benchmark.HEADINGS)
    error = report.error
    if report.state == benchmark.CANCELLED:
        error = Cancelled("Stopped; what was measured until then is kept.", "Run it again for the rest.")
    if error:
        if not out.as_json:
            out.result({}, text)
        raise CommandError(error, error.exit_code, report.to_dict())
    out.result(report.to_dict(), text)
    return 0


def _what(device: str, size: str, steps: int | None) -> str:
    return ", ".join(part for part in (device, size, "" if steps is None else f"{steps} steps") if part)


def _listed(text: str, option: str, example: str) -> list[str]:
    """Read what stands between commas; without the option nothing, which means the usual."""
    found = [part.strip() for part in text.split(",") if part.strip()]
    if text and not found:
        raise StudioError(f"{option} {text[:40]!r} names nothing.", f"Write {option} {example}, or leave it out.")
    return found


def _whole(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise StudioError(f"{text[:40]!r} is no count of steps.", "Write whole numbers: --steps 10,20,50.") from None
