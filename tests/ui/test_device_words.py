"""What is advised for cards is said in German as well, and with the values that its sentences have places for."""

from __future__ import annotations

from studio.runtime.detection import advice
from studio.runtime.devices import PASSED_OVER
from studio.ui.language import catalogue

_TABLES = (advice.TROUBLES, advice.HINTS, advice.CONTAINER_HINTS)


def _texts() -> set[str]:
    """The constants of the module are its sentences, as those of more than one word."""
    plain = {value for name, value in vars(advice).items() if name.isupper() and isinstance(value, str)}
    return plain | {PASSED_OVER} | {text for table in _TABLES for text in table.values()}


def test_german_has_every_advice() -> None:
    texts = _texts()
    assert len(texts) > 30
    german = catalogue("de")
    assert sorted(text for text in texts if text not in german) == []
