"""The pictures of a grid on one sheet. Any thread."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

from studio.domain.prompt_grid import Grid, plainly
from studio.domain.requests import Target
from studio.errors import StudioError
from studio.services.helper import HelperHost
from studio.store import atomic


def write_sheet(
    pictures: HelperHost,
    grid: Grid,
    files: Sequence[Path],
    target: Target,
    *,
    seeded: Callable[[int], str] = plainly,
) -> tuple[int, int]:
    """Write the sheet whole or not at all, and return its size; `files` are those of the cells in their order.

    `seeded` says how a seed is called beside its pictures.
    """
    inputs = {
        "files": [str(file) for file in files],
        "columns": [label.text(seeded) for label in grid.columns],
        "rows": [label.text(seeded) for label in grid.rows],
        "format": {"kind": target.format},
    }
    path = Path(target.path)
    try:
        with (
            pictures.task("sheet", inputs) as done,
            atomic.written(path, replace=target.force, guarded=True) as unfinished,
        ):
            shutil.copyfile(done.file, unfinished)
    except FileExistsError as e:
        raise StudioError(f"{path} appeared meanwhile.", "Add --force to replace it; the pictures are kept.") from e
    except OSError as e:
        raise atomic.explain(e, f"{path} could not be written") from e
    return int(done.facts["width"]), int(done.facts["height"])
