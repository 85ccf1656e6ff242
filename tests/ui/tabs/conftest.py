"""What drives a whole room is left to the full run; the models of the rooms are in the fast one as well."""

from __future__ import annotations

from pathlib import Path

import pytest


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what opens a window here; the hook is handed everything that was collected."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents and "start" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.slow)
