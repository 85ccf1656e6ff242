"""A grid of pictures by the command line: one job a cell, and a sheet of all. The main thread."""

from __future__ import annotations

from argparse import Namespace
from dataclasses import replace
from pathlib import Path
from typing import Any

from studio.app import Studio
from studio.cli.output import Output
from studio.cli.waiting import finish
from studio.domain import jobs as states
from studio.domain import prompt_grid, seeds
from studio.domain.prompt_grid import Cell, Grid
from studio.domain.requests import Target
from studio.errors import StudioError
from studio.services.contact_sheet import write_sheet
from studio.services.library import check_file
from studio.services.tasks.work import Wish


def make_grid(studio: Studio, wish: Wish, args: Namespace, out: Output) -> dict[str, Any]:
    """Make a picture for each cell beside the sheet, then the sheet; what is made before a failure stays."""
    grid = _grid(wish, args)
    sheet = wish.target
    assert sheet is not None
    targets = [_beside(sheet, number, len(grid.cells)) for number in range(1, len(grid.cells) + 1)]
    outputs: list[dict[str, Any]] = []
    jobs: list[int] = []
    notes: list[dict[str, Any]] = []
    timing: dict[str, float] = {}
    for number, (cell, target) in enumerate(zip(grid.cells, targets, strict=True), 1):
        label = cell.label.text()
        out.tell(f"{number} of {len(grid.cells)}: {label}")
        data = _make(studio, wish, cell, target, out)
        jobs.append(int(data["job"]))
        outputs += [{**made, "label": label, "row": cell.row, "column": cell.column} for made in data["outputs"]]
        notes += [note for note in data["notes"] if note not in notes]
        timing = {name: round(timing.get(name, 0.0) + seconds, 3) for name, seconds in data["timing"].items()}
    width, height = write_sheet(studio.pictures, grid, [Path(target.path) for target in targets], sheet)
    out.tell(f"{sheet.path}: {width} × {height}, {len(grid.cells)} pictures")
    for note in notes:
        out.tell(f"{note['level']}: {note['text']}")
    return {
        "job": jobs[0], "jobs": jobs, "state": states.SUCCEEDED, "outputs": outputs, "notes": notes, "timing": timing,
        "sheet": {"path": sheet.path, "width": width, "height": height},
    }  # fmt: skip


def _grid(wish: Wish, args: Namespace) -> Grid:
    if args.detach:
        raise StudioError("--grid needs jobs that are waited for.", "Leave out --detach, or --grid.")
    if str(wish.params.get("count", 1)) != "1":
        raise StudioError(
            "A --grid makes one picture for each of its places.", "Leave out --count; --seeds N adds rows."
        )
    count = 1 if args.seeds is None else args.seeds
    if not 1 <= count <= prompt_grid.MOST_CELLS:
        raise StudioError(f"--seeds is a whole number from 1 to {prompt_grid.MOST_CELLS}, not {count}.", "Take fewer.")
    prompt = str(wish.params.get("prompt", ""))
    if count == 1 and not prompt_grid.is_matrix(prompt):
        prompt_grid.grid(prompt, [0])  # says what is wrong with braces that do not fit
        raise StudioError(
            "There is nothing to lay out in a grid.", 'Write alternatives, as in "a {red|blue} cat", or add --seeds 4.'
        )
    return prompt_grid.grid(prompt, prompt_grid.some_seeds(seeds.settle(wish.seed), count))


def _make(studio: Studio, wish: Wish, cell: Cell, target: Target, out: Output) -> dict[str, Any]:
    one = replace(wish, params={**wish.params, "prompt": cell.prompt}, seed=cell.seed, target=target)
    return finish(studio, studio.generation.ask(one), out)


def _beside(sheet: Target, number: int, count: int) -> Target:
    """Return where a cell's picture goes: `out-01.png` beside `out.png`; raise StudioError where it cannot."""
    path = Path(sheet.path)
    place = path.with_name(f"{path.stem}-{number:0{len(str(count))}}{path.suffix}")
    return replace(sheet, path=str(check_file(place, force=sheet.force)))
