"""From readable text to phonemes: each language by its own front end, loaded when asked for. One thread at a time."""

# hibari carries no types.
# pyright: standard

from __future__ import annotations

from collections.abc import Callable

from studio.engines.shared.kokoro import espeak, japanese
from studio.worker.failures import UserMistake

Convert = Callable[[str], str]

ENGLISH = ("en-us", "en-gb")
LANGUAGES = (*ENGLISH, *espeak.LANGUAGES, japanese.LANGUAGE)


class FrontEnds:
    """The converters in use."""

    def __init__(self) -> None:
        self._converters: dict[str, Convert] = {}
        self._espeak: espeak.Espeak | None = None

    def __getitem__(self, language: str) -> Convert:
        """Return what turns text of a language into phonemes; raise UserMistake for one that cannot be read."""
        if language not in self._converters:
            self._converters[language] = self._loaded(language)
        return self._converters[language]

    def _loaded(self, language: str) -> Convert:
        if language in ENGLISH or language == "en":
            from hibari.g2p import G2P

            return G2P(british=language == "en-gb")
        if language in espeak.LANGUAGES:
            reader = self._espeak = self._espeak or espeak.Espeak()
            return lambda text: reader.convert(text, language)
        if language == japanese.LANGUAGE:
            return japanese.converter()
        raise UserMistake(f"There are no reading rules for {language!r}.", f"Languages: {', '.join(LANGUAGES)}.")
