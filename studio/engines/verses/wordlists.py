"""Plain lists of words, from `lists.json`. Read once; any thread.

`unfit` holds hashes: words that no song of ours sings, which nobody needs to read there.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any


def words_of(name: str) -> frozenset[str]:
    """A list as a set."""
    return frozenset(_lists()[name].split())


def pairs_of(name: str) -> Mapping[str, str]:
    """A list of words that belong to others."""
    return dict(_lists()[name])


@lru_cache(maxsize=1)
def _lists() -> dict[str, Any]:
    return json.loads((Path(__file__).parent / "lists.json").read_text("utf-8"))
