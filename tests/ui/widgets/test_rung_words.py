"""What helped an engine is said in words, in both languages."""

from __future__ import annotations

from studio.runtime import ladder
from studio.ui import language
from studio.ui.widgets import rung_words
from studio.ui.widgets.rung_words import helps


def test_every_rung_that_is_remembered_has_words_in_both_languages() -> None:
    rungs = ladder.settings_of({rung for rungs in ladder.RUNGS.values() for rung in rungs} | {ladder.SKIP_CLEANUP})
    assert len(rungs) > 12
    assert [rung for rung in rungs if rung_words._HELPS.get(rung, "") not in language.catalogue("de")] == []


def test_several_rungs_are_one_sentence() -> None:
    assert helps(("decode_cpu", "empty_cache")) == "decoded on the processor, with the card's memory emptied"
    assert helps(("one of tomorrow",)) == "one of tomorrow"
