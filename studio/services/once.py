"""A property that is made when it is first asked for, once, whichever threads ask at the same time. Any thread.

The standard library's stopped keeping threads apart with Python 3.12.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any, Generic, TypeVar, overload

T = TypeVar("T")


class once(Generic[T]):
    """Decorates a method that makes something; the object keeps it under the method's name."""

    def __init__(self, make: Callable[[Any], T]) -> None:
        self._make = make
        self._name = make.__name__
        self._making = threading.Lock()  # what is made asks for others, and never in a circle
        self.__doc__ = make.__doc__

    @overload
    def __get__(self, owner: None, kind: type[Any]) -> once[T]: ...
    @overload
    def __get__(self, owner: object, kind: type[Any] | None = None) -> T: ...
    def __get__(self, owner: object | None, kind: type[Any] | None = None) -> T | once[T]:
        """Return what was made, or make it now."""
        if owner is None:
            return self
        with self._making:
            kept: dict[str, Any] = owner.__dict__
            if self._name not in kept:
                kept[self._name] = self._make(owner)
            return kept[self._name]
