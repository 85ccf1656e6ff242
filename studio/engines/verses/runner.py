"""Words for a song: reads the theme, writes the sections, says what each line was made to be. No model."""

from __future__ import annotations

from typing import Any

import rhyming
import songs
import themes
from bank import Words
from wordsounds import Dictionary

from studio.engines.shared import song_sections
from studio.protocol import messages
from studio.worker.context import RunContext
from studio.worker.failures import UserMistake
from studio.worker.runner import Output
from studio.worker.runner import Runner as BaseRunner

STAGE = "writing"
RHYME = "rhyme"


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
        if params["mode"] == RHYME:
            return self._rhymes(context, str(params["given"]), int(params["count"]))
        theme = self._theme(context, str(params["theme"]))
        order = song_sections.ordered(str(params["structure"]), int(params["lines"]))
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

    def _rhymes(self, context: RunContext, given: str, count: int) -> Output:
        """Hand over words that rhyme, a line each."""
        if not themes.readable(given):
            raise UserMistake("There is no English word to rhyme with.", "Give one: --rhyme light.")
        found = rhyming.rhymes_with(given, self._words, self._sounds, count)
        if not found:
            word = given.rsplit(maxsplit=1)[-1][:40]
            raise UserMistake(
                f"No word that this writer knows rhymes with {word!r}.", "Take another, or a lyrics model."
            )
        with context.create("lyrics.txt") as path:
            path.write_text("\n".join(found) + "\n", encoding="utf-8", newline="\n")
        facts = {"language": "en", "lines": len(found), "suggestions": found}
        return Output(context.scratch / "lyrics.txt", "text", facts)

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
