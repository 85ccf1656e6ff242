"""Tries the engine as it was installed: reads the dictionary and writes two lines. Nothing tiny is made."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import songs
import themes
from bank import Words
from wordsounds import Dictionary

from studio.engines.shared import song_sections


def make(folder: Path) -> None:
    """There is nothing to make."""
    del folder


def check(folder: Path, device: str) -> dict[str, Any]:
    """Write two lines that rhyme, or raise what went wrong."""
    del folder, device
    sounds, words = Dictionary(), Words()
    theme = themes.understand("the sea at night", words.keys, words.nouns, sounds)
    wanted = songs.Wanted("AABB", 8, "auto", 1)
    song = songs.Writer(words, theme, wanted, sounds).write(song_sections.read("verse", lines=2), lambda _: None)
    return {"lines": len(song[0].lines)}
