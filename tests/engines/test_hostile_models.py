"""Models from anywhere: what lies beside their weights is never run, however their descriptions ask for it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.engines.hostile_models import all_refused_but_the_plain_one

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]


def test_a_folder_that_brings_programs_is_refused(pack_python: Callable[[str], Path], tmp_path: Path):
    all_refused_but_the_plain_one(pack_python("core"), tmp_path)
