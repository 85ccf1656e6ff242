"""Words for a song: reads the theme, writes the sections, says what each line was made to be. No model."""

from __future__ import annotations

from typing import Any

import sections
import songs
import themes
from bank import Words
from wordsounds import Dictionary

from studio.protocol import messages
from studio.worker.context import RunContext
from studio.worker.failures import UserMistake
from studio.worker.runner import Output
from studio.worker.runner import Runner as BaseRunner

STAGE = "writing"
_MOST_LINES = 480


class Runner(BaseRunner):
    """Holds the dictionary and the words."""

    def load(self, load: messages.Load) -> dict[str, Any]:
        """Read the dictionary."""
        del load
        self._sounds = Dictionary()
        self._words = Words()
        return {}

    def run(self, context: RunContext) -> Output:
        """Write a song."""
        params = context.params
        theme = self._theme(context, str(params["theme"]))
        order = _order(str(params["structure"]), int(params["lines"]))
        wanted = songs.Wanted(str(params["scheme"]), int(params["syllables"]), str(params["mood"]), context.seed)
        writer = songs.Writer(self._words, theme, wanted, self._sounds)

        def step(done: float) -> None:
            context.check_cancelled()
            context.progress(STAGE, done)

        try:
            song = writer.write(order, step)
        except songs.NoLine as e:
            raise UserMistake(
                f"No words were found for {e} with lines of {wanted.syllables} syllables that rhyme {wanted.scheme}.",
                "Ask for other syllables, other rhymes or fewer lines, or take another seed.",
            ) from e
        _tell_compromises(context, song, wanted.syllables)
        with context.create("lyrics.txt") as path:
            path.write_text(songs.as_text(song), encoding="utf-8", newline="\n")
        context.progress(STAGE, 1.0)
        return Output(context.scratch / "lyrics.txt", "text", _facts(song))

    def _theme(self, context: RunContext, text: str) -> themes.Theme:
        if not themes.readable(text):
            raise UserMistake(
                "The theme has no word in Latin letters; the sketch writer reads and writes English.",
                'Write the theme in English, for example: --theme "a lighthouse by the sea".',
            )
        theme = themes.understand(text, self._words.keys, self._words.nouns, self._sounds)
        if theme.unfit:
            context.note("A word of the theme is left out: this writer does not sing it.")
        if theme.unknown:
            shown = ", ".join(theme.unknown[:6])
            context.note(f"The English dictionary lacks {shown}: sung as names, with guessed syllables.")
        if not theme.fields:
            context.note(
                "The theme calls up none of the fields of words this writer has; what surrounds it is general."
            )
        return theme


def _order(structure: str, lines: int) -> list[sections.Section]:
    try:
        order = sections.read(structure, lines=lines)
    except sections.UnknownSection as e:
        meant = f"Did you mean {e.near}? " if e.near else ""
        raise UserMistake(
            f"The structure has a section {e.word[:40]!r}, which is unknown.", f"{meant}There are: {sections.names()}."
        ) from e
    if not any(section.lines for section in order):
        raise UserMistake("The structure has no section with words.", "For example: verse chorus verse chorus.")
    if len(order) > sections.MOST or sum(s.lines for s in order) > _MOST_LINES:
        raise UserMistake(
            f"The structure has {len(order)} sections; a song takes at most {sections.MOST}.", "Leave some out."
        )
    return order


def _tell_compromises(context: RunContext, song: list[songs.Sung], syllables: int) -> None:
    off = {line.text for section in song for line in section.lines if line.syllables != syllables}
    if off:
        count = f"{len(off)} lines have" if len(off) > 1 else "A line has"
        context.note(f"{count} one syllable more or less than {syllables}: no better rhyme was found.", level="info")


def _facts(song: list[songs.Sung]) -> dict[str, Any]:
    """What is known of each line. `lines` counts those that are written down, choruses each time."""
    return {
        "language": "en",
        "lines": sum(len(section.lines) for section in song),
        "sections": [
            {
                "tag": section.title,
                "lines": [{"text": x.text, "syllables": x.syllables, "rhyme": x.rhyme} for x in section.lines],
            }
            for section in song
        ],
    }
