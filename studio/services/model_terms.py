"""Which terms of models were accepted here: by whom, when, and which words were shown. Any thread."""

from __future__ import annotations

import getpass
import json
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from studio.engines.manifest import Model
from studio.engines.terms import Terms, terms_of
from studio.store import atomic

_MOST_BYTES = 5_000_000


@dataclass(frozen=True)
class Acceptance:
    """Somebody's yes to the terms of a model."""

    model: str
    licence: str
    version: str  # of the words that were shown
    url: str  # of the text that counts
    who: str
    when: str


class Accepted:
    """The file with every yes."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def of(self, model: Model) -> Acceptance | None:
        """Return the yes to a model's terms as they are now."""
        terms = terms_of(model)
        wanted = (model.id, terms.id, terms.version)
        return next((a for a in reversed(self._all()) if (a.model, a.licence, a.version) == wanted), None)

    def lacks(self, model: Model) -> Terms | None:
        """Return the terms that nobody has accepted yet and somebody has to."""
        terms = terms_of(model)
        return terms if terms.ask and self.of(model) is None else None

    def accept(self, model: Model) -> Acceptance:
        """Remember that whoever is logged in said yes now."""
        terms = terms_of(model)
        made = Acceptance(model.id, terms.id, terms.version, terms.url, _who(), _now())
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            text = json.dumps([asdict(a) for a in [*self._all(), made]], indent=1, ensure_ascii=False)
            atomic.write_bytes(self._file, text.encode())
        except OSError as e:
            raise atomic.explain(e, "The acceptance could not be saved") from e
        return made

    def _all(self) -> list[Acceptance]:
        """A damaged file holds nothing: then one is asked again."""
        try:
            if self._file.stat().st_size > _MOST_BYTES:
                return []
            data: Any = json.loads(self._file.read_bytes())
            return [Acceptance(**{name: str(value) for name, value in item.items()}) for item in data]
        except (OSError, ValueError, TypeError, AttributeError, RecursionError):
            return []


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def _who() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):  # a container's user without a name
        return "unknown"
