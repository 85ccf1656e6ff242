"""How tests are shared out among processes that run beside one another, one for each core.

Those of a file stay together, for what they share is made once. So do all that need the environments of packs: these
are built once, some tests damage and repair them, and as nothing else takes so long they begin first.
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

_ROOT = Path(__file__).parents[1]
_PACKS = re.compile(r"\b(built_packs|pack_folder|pack_python)\b")


class _ByFile(LoadFileScheduling):
    def _split_scope(self, nodeid: str) -> str:
        file = super()._split_scope(nodeid)
        return "packs" if _needs_packs(_ROOT / file) else file


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LoadFileScheduling:
    """Share out by files, in the order in which they were collected."""
    config.option.loadscopereorder = False
    return _ByFile(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put first what takes longest."""
    items.sort(key=lambda item: not _needs_packs(item.path))


@cache
def _needs_packs(file: Path) -> bool:
    return bool(_PACKS.search(file.read_text(encoding="utf-8")))
