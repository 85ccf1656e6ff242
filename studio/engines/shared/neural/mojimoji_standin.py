"""Stands in for mojimoji, which has no build for new Pythons: letters of full and of half width, in Japanese text.

Call `install` before what imports it. The worker's main thread.
"""

from __future__ import annotations

import re
import sys
import types
import unicodedata
from importlib.machinery import ModuleSpec

_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}
_HALF_KANA = re.compile("[\uff61-\uff9f]+")


def zen_to_han(text: str, kana: bool = True, digit: bool = True, ascii: bool = True) -> str:  # noqa: A002, FBT001, FBT002 — as there
    """Make letters, digits and signs as wide as they are in English; kana stay."""
    if kana or not (digit and ascii):
        raise NotImplementedError("only letters, digits and signs together")
    return text.translate(_FULL_WIDTH)


def han_to_zen(text: str, kana: bool = True, digit: bool = True, ascii: bool = True) -> str:  # noqa: A002, FBT001, FBT002 — as there
    """Make narrow kana as wide as others, with their marks in one sign; all else stays."""
    if digit or ascii or not kana:
        raise NotImplementedError("only kana")
    return _HALF_KANA.sub(lambda found: unicodedata.normalize("NFKC", found[0]), text)


def install() -> None:
    """Be mojimoji from now on, also where the real one is."""
    module = types.ModuleType("mojimoji")
    module.__spec__ = ModuleSpec("mojimoji", None)
    module.__dict__.update(zen_to_han=zen_to_han, han_to_zen=han_to_zen)
    sys.modules["mojimoji"] = module
