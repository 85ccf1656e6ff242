"""From letters to phonemes with espeak-ng, in the symbols that Kokoro was trained on. One thread at a time.

The library comes with the package espeakng-loader and runs inside the engine's process. It drops signs of punctuation,
which the model needs, so it gets the words between them only.
"""

# espeakng_loader carries no types; letters of the phonetic alphabet look like others.
# pyright: standard
# ruff: noqa: RUF001

from __future__ import annotations

import ctypes
import re
import unicodedata

from studio.worker.failures import UserMistake

# Our codes of languages, and espeak's names for them.
LANGUAGES = {"es": "es", "fr-fr": "fr", "it": "it", "pt-br": "pt-br", "hi": "hi"}

_SYNCHRONOUS = 2
_NO_EXIT = 0x8000  # an error comes back as a number, it does not end the process
_UTF8 = 1
_TIE = "^"  # put between the letters of one phoneme
_AS_IPA = 0x02 | 0x80 | ord(_TIE) << 8
_MARKS = re.compile(r"(\s*(?:[;:,.!?—…\"“”()]+(?=\s|[;:,.!?—…\"“”()]|$)|(?<!\S)[\"“(]+|—)\s*)")
_FOREIGN_WORD = re.compile(r"\([a-z^-]+\)")  # espeak says so when it changes to another language for a word
# One symbol of the model stands for each of these pairs; espeak has no letter of its own for the Hindi flap.
_PAIRS = {
    "a^ɪ": "I", "a^ʊ": "W", "e^ɪ": "A", "o^ʊ": "O", "ə^ʊ": "Q", "ɔ^ɪ": "Y",
    "r.": "ɽ", "d^z": "ʣ", "d^ʒ": "ʤ", "t^s": "ʦ", "t^ʃ": "ʧ", "s^s": "S",
}  # fmt: skip
_PAIR = re.compile("|".join(map(re.escape, _PAIRS)))


class Espeak:
    """The library, started once for the process; it can hold one language at a time."""

    def __init__(self) -> None:
        import espeakng_loader

        self._library = ctypes.CDLL(espeakng_loader.get_library_path())
        start, convert = self._library.espeak_Initialize, self._library.espeak_TextToPhonemes
        start.argtypes = [ctypes.c_int, ctypes.c_int, ctypes.c_char_p, ctypes.c_int]
        convert.argtypes = [ctypes.POINTER(ctypes.c_void_p), ctypes.c_int, ctypes.c_int]
        convert.restype = ctypes.c_char_p
        place = espeakng_loader.get_data_path()
        if start(_SYNCHRONOUS, 0, place.encode(), _NO_EXIT) < 0:
            raise UserMistake(
                "The reading rules of this language cannot be loaded.",
                f"They lie in {place}; a very long path keeps them from being found: put the studio somewhere shorter.",
            )
        self._language = ""

    def convert(self, text: str, language: str) -> str:
        """Return the text's phonemes with its punctuation; signs the model does not know may be among them."""
        if language != self._language:
            if self._library.espeak_SetVoiceByName(LANGUAGES[language].encode()) != 0:
                raise UserMistake(f"The reading rules for {language} are missing.", "Install the studio again.")
            self._language = language
        parts = _MARKS.split(text)
        return "".join(_mark(part) if n % 2 else self._words(part) for n, part in enumerate(parts))

    def _words(self, text: str) -> str:
        if not text.strip():
            return ""
        buffer = ctypes.create_string_buffer(text.encode("utf-8"))
        place = ctypes.c_void_p(ctypes.addressof(buffer))
        clauses: list[str] = []
        while place.value:  # it converts a clause at a time, and puts the place to null after the last
            clauses.append(self._library.espeak_TextToPhonemes(ctypes.byref(place), _UTF8, _AS_IPA).decode("utf-8"))
        return model_symbols(" ".join(clauses))


def model_symbols(ipa: str) -> str:
    """Turn espeak's symbols into those of the model."""
    plain = unicodedata.normalize("NFD", _FOREIGN_WORD.sub("", ipa)).replace("c\u0327", "ç")  # nasals are two signs
    plain = _PAIR.sub(lambda pair: _PAIRS[pair[0]], plain)
    return " ".join(plain.replace(_TIE, "").replace("-", "").split())


def _mark(mark: str) -> str:
    """Keep a space only where there was one."""
    kept = " ".join(mark.split())
    return (" " if mark[0].isspace() else "") + kept + (" " if kept and mark[-1].isspace() else "")
