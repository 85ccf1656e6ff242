"""From a piece of a script to the words that an engine gets. Pure; any thread."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

from studio.domain.dialogue import Piece
from studio.domain.spoken import english
from studio.domain.spoken.pronunciations import Finder
from studio.domain.spoken.shield import Shield
from studio.domain.spoken.style import English


def read(piece: Piece, *, language: str, finder: Finder | None = None, in_words: bool = True) -> str:
    """What an engine gets for a piece: respelt as the dictionary says and, `in_words`, with its figures read.

    Only English is put into words; for other languages that is the work of their own front end. What the script
    respells itself and sounds stay as they are.
    """
    shield = Shield()
    text = "".join(_hidden(piece, shield, finder))
    base, _, region = language.lower().replace("_", "-").partition("-")
    if in_words and base == "en":
        text = english.words(text, english=English(british=region == "gb"))
    return shield.show(text)


def _hidden(piece: Piece, shield: Shield, finder: Finder | None) -> Iterable[str]:
    places = [0, *(place for span in piece.kept for place in span), len(piece.text)]
    for number, (start, end) in enumerate(pairwise(places)):
        text = piece.text[start:end]
        if number % 2:
            yield shield.keep(text)
            continue
        at = 0
        for first, last, respelling in finder.found(text) if finder else ():
            yield shield.cleaned(text[at:first]) + shield.keep(respelling)
            at = last
        yield shield.cleaned(text[at:])
