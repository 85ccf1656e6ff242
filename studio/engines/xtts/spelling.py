# pyright: basic, reportMissingImports=false
"""Texts as the model's own way of reading can take them. Its gaps are filled here: it fails on some numbers, and those
of Hindi it does not know. The worker's main thread.
"""

from __future__ import annotations

import re
from typing import Any

import hindi

from studio.worker.failures import UserMistake

# What the library's table of a language raises for a number that it cannot say.
_CANNOT_SAY = (ArithmeticError, LookupError, NotImplementedError, TypeError, ValueError)
_NUMBER = re.compile(r"\d+")
_MOST_UNKNOWN = 0.3


class Reading:
    """The tokenizer of a model, with what it lacks. `languages` are those that the model knows."""

    def __init__(self, model: Any) -> None:
        self._tokenizer = model.tokenizer
        self._most_tokens = int(model.args.gpt_max_text_tokens)
        self._unknown = self._tokenizer.tokenizer.token_to_id("[UNK]")
        self.languages = tuple(dict.fromkeys(_plain(one) for one in model.config.languages))

    def language(self, code: str) -> str:
        """Return the model's code for a language; raise UserMistake for one that it does not speak."""
        plain = _plain(code)
        if plain not in self.languages or plain not in self._tokenizer.char_limits:
            raise UserMistake(
                f"XTTS does not speak {code!r}.", f"It speaks: {', '.join(self.languages)}. `--language` names one."
            )
        return plain

    def limit(self, language: str) -> int:
        """Return how many characters of a language the model takes at once."""
        return int(self._tokenizer.char_limits[language])

    def fits(self, text: str, language: str) -> bool:
        """Whether the model takes a text at once."""
        return len(text) <= self.limit(language) and self.takes(text, language)

    def takes(self, text: str, language: str) -> bool:
        """Whether the model can be given a text at all, though it may lose its end."""
        return len(self._tokens(text, language)) < self._most_tokens

    def readable(self, text: str, language: str) -> tuple[str, str]:
        """Return a text that can be read, and a sentence about what had to be changed; both may be empty."""
        if not any(sign.isalnum() for sign in text):
            return "", ""
        text = hindi.spelled(text) if language == "hi" else text
        try:
            tokens = self._tokens(text, language)
        except _CANNOT_SAY:
            text, tokens = self._without_numbers(text, language)
            if not tokens:
                return "", "Its numbers cannot be said in this language; write them in words."
            return text, "A number could not be said as it is written; it is read by its plain value."
        unknown = sum(token == self._unknown for token in tokens)
        said = "The model does not know many of its letters." if unknown > _MOST_UNKNOWN * len(tokens) else ""
        return text, said

    def _without_numbers(self, text: str, language: str) -> tuple[str, list[int]]:
        """Read numbers as cardinals, digit by digit where that fails, and leave out what no way is left for."""
        from num2words import num2words

        def said(found: re.Match[str]) -> str:
            for numbers in ([found[0]], list(found[0])):
                try:
                    return " ".join(str(num2words(int(number), lang=language)) for number in numbers)
                except _CANNOT_SAY:
                    continue
            return " "

        for changed in (_NUMBER.sub(said, text), _NUMBER.sub(" ", text)):
            try:
                return changed, self._tokens(changed, language)
            except _CANNOT_SAY:
                continue
        return "", []

    def _tokens(self, text: str, language: str) -> list[int]:
        try:
            return self._tokenizer.encode(text.strip().lower(), lang=language)
        except ImportError as e:
            raise UserMistake(
                f"What is needed to read {language!r} is not installed: {e}.", "Run `studio engines repair xtts`."
            ) from e


def _plain(code: str) -> str:
    return code.lower().replace("_", "-").partition("-")[0]
