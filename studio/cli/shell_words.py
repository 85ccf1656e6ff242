"""Words of commands as a person types them into a shell: hints that can be copied are made of them. Any thread."""

from __future__ import annotations

import re
import shlex
import sys
from pathlib import Path

_PLAIN = re.compile(r"[\w%+=:,./\\~-]+")


def typed(word: str | Path, platform: str = sys.platform) -> str:
    """Return a word as it is typed into a shell, in quotes where it needs them."""
    text = str(word)
    if platform != "win32":
        return shlex.quote(text)
    return text if _PLAIN.fullmatch(text) else f'"{text}"'  # no file there has such a quote in its name
