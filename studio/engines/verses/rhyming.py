"""Words that rhyme with what stands at the end of a line: those that this engine sings with. Pure; any thread."""

from __future__ import annotations

from bank import Words
from wordsounds import Dictionary, rhymes


def rhymes_with(text: str, words: Words, sounds: Dictionary, count: int) -> list[str]:
    """Return so many words that rhyme perfectly with the last one; those of its length in syllables come first."""
    wanted = sounds.line(text)
    last = sounds.word(wanted.last) if wanted.last else wanted
    found = [word for word in words.single if rhymes(sounds.word(word), wanted)]
    return sorted(found, key=lambda word: (abs(sounds.word(word).syllables - last.syllables), word))[:count]
