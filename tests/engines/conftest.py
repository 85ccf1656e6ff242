"""Interpreters of packs with their libraries loaded, for all tests of the engines that need them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.engines import forked


@pytest.fixture(scope="package")
def dia_python(pack_python: Callable[[str], Path]) -> Iterator[Path]:
    """The interpreter that Dia's processes begin with."""
    with forked.interpreter(pack_python("core"), forked.DIA) as python:
        yield python


@pytest.fixture(scope="package")
def xtts_python(pack_python: Callable[[str], Path]) -> Iterator[Path]:
    """The interpreter that XTTS's processes begin with."""
    with forked.interpreter(pack_python("xtts"), forked.XTTS) as python:
        yield python
