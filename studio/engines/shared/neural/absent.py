"""Packages that others import and our way through their code never uses: they can be imported, and that is all.

What stands in refuses at the moment it is used, by name, so that nothing ever works with an empty shell. Any thread.
"""

from __future__ import annotations

import sys
import types
from importlib.machinery import ModuleSpec
from typing import Any, NoReturn


class NotInstalled(NotImplementedError):
    """Something was used after all that this environment leaves out."""


def pretend(name: str, reason: str) -> None:
    """Let `import name` work when the package is not there; one that is there stays."""
    if name not in sys.modules:
        sys.modules[name] = _Absent(name, reason)


def refuse(name: str, reason: str) -> type[Any]:
    """Return a class that can be imported and not be made."""

    def no(*_given: Any, **_settings: Any) -> NoReturn:
        raise NotInstalled(f"{name} is left out here: {reason}")

    return type(name.rpartition(".")[2], (), {"__new__": no})


class _Absent(types.ModuleType):
    """A module whose every name is such a class."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(name, reason)
        self.__spec__ = ModuleSpec(name, None, is_package=True)
        self.__path__ = []
        self._reason = reason

    def __getattr__(self, name: str) -> type[Any]:
        if name.startswith("__"):
            raise AttributeError(name)
        return refuse(f"{self.__name__}.{name}", self._reason)
