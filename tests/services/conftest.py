"""The services over a data folder of the test's own, with the engines that come with the studio."""

from __future__ import annotations

import pytest

from studio.app import Studio


@pytest.fixture
def studio(tmp_path):
    opened = Studio(tmp_path / "data")
    yield opened
    opened.close()
