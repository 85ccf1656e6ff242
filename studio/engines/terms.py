"""Under which terms models come, in our own words: read from `licences/`, shown before a download. Any thread."""

from __future__ import annotations

import functools
import hashlib
import json
import tomllib
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from studio.engines.manifest import Model

OURS = Path(__file__).parent / "licences"


@dataclass(frozen=True)
class Terms:
    """What a licence asks and allows. What counts is the text at `url`."""

    id: str
    title: str
    names: tuple[str, ...]  # as `licence` of a model may say it
    ask: bool  # whether it has to be accepted before a download
    commercial: str  # "yes", "no", or "limited": it depends on who you are
    results: str
    summary: str
    url: str

    @property
    def version(self) -> str:
        """A name for these very words: what somebody accepts is what was shown."""
        return hashlib.sha256(json.dumps(asdict(self), sort_keys=True).encode()).hexdigest()[:16]


def terms_of(model: Model) -> Terms:
    """Return a model's terms; those of a licence that we do not know have to be read and accepted, too."""
    known = all_terms().get(model.licence.casefold())
    if known:
        return known
    return Terms(
        id=model.licence.casefold() or "none",
        title=model.licence or "No licence is named",
        names=(),
        ask=True,
        commercial="yes" if model.commercial else "no",
        results="What may be done with what is made stands in the licence itself.",
        summary="The studio has no summary of this licence.",
        url=model.url,
    )


@functools.cache
def all_terms() -> dict[str, Terms]:
    """Return our summaries by each name a licence goes by, in lower case."""
    found: dict[str, Terms] = {}
    for file in sorted(OURS.glob("*.toml")):
        data: dict[str, Any] = tomllib.loads(file.read_text(encoding="utf-8"))
        names: list[str] = data.pop("names")
        terms = Terms(**data, names=tuple(names))
        found.update(dict.fromkeys([terms.id.casefold(), *(name.casefold() for name in terms.names)], terms))
    return found
