"""How tests are shared out among processes that run beside one another, one for each core.

Those of a file stay together, for what they share is made once. One that needs the environments of packs begins first,
since they are built then, and all others wait for that. So the next of these come some minutes later; but not last,
for nothing else takes so long.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from xdist.scheduler import LoadFileScheduling

if TYPE_CHECKING:
    from xdist.remote import Producer

_PACKS = re.compile(r"\b(built_packs|pack_folder|pack_python|dia_python|xtts_python)\b")
_MEANWHILE = 0.3  # of the other tests: they take longer than the building


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LoadFileScheduling:
    """Share out by files, in the order in which they were collected."""
    config.option.loadscopereorder = False
    return LoadFileScheduling(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put in the second place, after some others, what takes longest; but its first file before all."""
    long = [item for item in items if _needs_packs(item.path)]
    rest = [item for item in items if not _needs_packs(item.path)]
    first = [item for item in long if item.path == long[0].path]
    count = round(_MEANWHILE * len(rest))
    while 0 < count < len(rest) and rest[count].path == rest[count - 1].path:
        count += 1
    items[:] = [*first, *rest[:count], *long[len(first) :], *rest[count:]]


@cache
def _needs_packs(file: Path) -> bool:
    return bool(_PACKS.search(file.read_text(encoding="utf-8")))
