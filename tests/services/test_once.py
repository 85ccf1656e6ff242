"""Things that are made when first asked for."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

from studio.services.once import once


class _Thing:
    def __init__(self) -> None:
        self.made: list[str] = []

    @once
    def first(self) -> object:
        """Documented."""
        self.made.append("first")
        threading.Event().wait(0.01)  # others come meanwhile
        return object()

    @once
    def second(self) -> tuple[object, object]:
        self.made.append("second")
        return self.first, object()


def test_however_many_threads_ask_there_is_one() -> None:
    thing = _Thing()
    with ThreadPoolExecutor(16) as pool:
        found = list(pool.map(lambda n: thing.first if n % 2 else thing.second[0], range(64)))
    assert len({id(x) for x in found}) == 1
    assert sorted(thing.made) == ["first", "second"]


def test_each_object_has_its_own_and_may_forget_it() -> None:
    one, other = _Thing(), _Thing()
    assert one.first is one.first
    assert one.first is not other.first
    before = one.first
    del one.__dict__["first"]
    assert one.first is not before
    assert _Thing.first.__doc__ == "Documented."
