"""What the library shows, in words."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from studio.services.library_index import Item
from studio.ui.tabs.library import model
from studio.ui.tabs.library.model import Filters

_SPEECH = {
    "task": "speech", "engine": "kokoro", "script": "Ann: Hello.", "cast": {"Ann": "bf_emma"}, "seed": 7, "model": "m",
    "revision": "r1", "device": "local/cpu", "licence": "Apache-2.0", "params": {"speed": 1.5},
    "rights": {"reference": "CC0"},
}  # fmt: skip


def _item(recipe: dict[str, Any], *, kind: str = "audio", title: str = "", **facts: Any) -> Item:
    file = Path("a.wav")
    return Item(1, kind, title, bool(title), 0.0, file, True, "x", False, False, ("draft",), facts, recipe, size=2048)


def test_filters_are_remembered_but_words_and_trash_are_not() -> None:
    filters = Filters(
        frozenset({"music"}), starred=True, trash=True, words="sea", order="length", rising=True, grid=True
    )
    kept = model.from_memory(filters.to_memory())
    assert (kept.kinds, kept.starred, kept.order, kept.rising, kept.grid) == (
        frozenset({"music"}),
        True,
        "length",
        True,
        True,
    )
    assert (kept.trash, kept.words) == (False, "")


@pytest.mark.parametrize(
    "found", [{}, {"kinds": "music", "order": "colour"}, {"kinds": ["music", 3, "x"], "order": None}]
)
def test_a_damaged_memory_is_no_reason_not_to_start(found: dict[str, Any]) -> None:
    assert model.from_memory(found).order == "time"


def test_only_what_may_hide_something_counts_as_narrow() -> None:
    assert not Filters(grid=True, order="title").narrow
    assert not Filters(words="  ").narrow
    assert Filters(tag="draft").narrow
    assert not model.without_narrowing(Filters(frozenset({"music"}), words="x", here=True)).narrow


@pytest.mark.parametrize(("seconds", "words"), [(4.24, "4.2 s"), (65, "1:05"), (3599.7, "1:00:00"), (3725, "1:02:05")])
def test_lengths(seconds: float, words: str) -> None:
    assert model.lasting(seconds) == words


def test_a_recipe_in_words() -> None:
    rows = dict(model.recipe_of(_item(_SPEECH), {"kokoro": "Kokoro"}, {"speed": "Speed"}))
    wanted = {
        "Engine": "Kokoro",
        "Voice": "Ann: bf_emma",
        "Speed": "1.5",
        "Seed": "7",
        "Model": "m r1",
        "Ran on": "CPU",
    }
    assert rows == wanted
    assert model.rights_of(_item(_SPEECH)) == [("Licence", "Apache-2.0"), ("reference", "CC0")]
    assert model.rights_of(_item({})) == [("Licence", "Not known; it came from outside")]
    assert model.recipe_of(_item({}), {}, {}) == []


def test_a_hostile_recipe_breaks_nothing() -> None:
    odd = {"task": 3, "params": "x", "cast": [1], "rights": 5, "script": None, "seed": {}}
    item = _item(odd, title="Odd")
    assert model.title_of(item) == "Odd"
    assert model.facts_of(item)
    assert model.rights_of(item)
    model.recipe_of(item, {}, {})
    assert not model.can_be_made_again(item)


@pytest.mark.parametrize(
    ("recipe", "kind", "words", "again", "room"),
    [
        (_SPEECH, "audio", "Speech", True, "Dialogue"),
        ({"task": "image"}, "image", "Picture", True, "Images"),
        ({"task": "lyrics"}, "text", "Lyrics", True, "Music"),
        ({}, "audio", "Sound", False, ""),
        ({"task": "export"}, "audio", "Export", False, ""),
    ],
)
def test_what_a_thing_is_and_where_it_can_be_changed(
    recipe: dict[str, Any],
    kind: str,
    words: str,
    again: bool,
    room: str,
) -> None:
    item = _item(recipe, kind=kind)
    assert (model.kind_of(item), model.can_be_made_again(item), model.room_of(item)) == (words, again, room)


def test_tags_as_they_are_typed() -> None:
    assert model.typed_tags(" sea,  two   words ,, ") == ["sea", "two words"]
    assert model.tags_after(_item({}), added=["sea", "draft"]) == ["draft", "sea"]
    assert model.tags_after(_item({}), removed="draft") == []
