"""Languages: their names, whether two codes mean one, a careful guess at a text's language. Pure; any thread."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter

_NAMES = {
    "en": "English",
    "en-us": "American English",
    "en-gb": "British English",
    "es": "Spanish",
    "fr": "French",
    "fr-fr": "French",
    "it": "Italian",
    "pt": "Portuguese",
    "pt-br": "Brazilian Portuguese",
    "pt-pt": "European Portuguese",
    "de": "German",
    "nl": "Dutch",
    "pl": "Polish",
    "sv": "Swedish",
    "da": "Danish",
    "nb": "Norwegian",
    "fi": "Finnish",
    "cs": "Czech",
    "hu": "Hungarian",
    "ro": "Romanian",
    "tr": "Turkish",
    "vi": "Vietnamese",
    "id": "Indonesian",
    "ru": "Russian",
    "uk": "Ukrainian",
    "bg": "Bulgarian",
    "sr": "Serbian",
    "el": "Greek",
    "ar": "Arabic",
    "fa": "Persian",
    "ur": "Urdu",
    "he": "Hebrew",
    "hi": "Hindi",
    "bn": "Bengali",
    "ta": "Tamil",
    "te": "Telugu",
    "th": "Thai",
    "ka": "Georgian",
    "hy": "Armenian",
    "ko": "Korean",
    "ja": "Japanese",
    "zh": "Chinese",
}
# Scripts that one language of the list writes, by the first word of their letters' names.
_BY_SCRIPT = {
    "GREEK": "el",
    "HEBREW": "he",
    "DEVANAGARI": "hi",
    "BENGALI": "bn",
    "TAMIL": "ta",
    "TELUGU": "te",
    "THAI": "th",
    "GEORGIAN": "ka",
    "ARMENIAN": "hy",
    "HANGUL": "ko",
}
# Languages whose letters no front end of another one reads.
OF_OWN_LETTERS = frozenset({*_BY_SCRIPT.values(), "ru", "uk", "ar", "fa", "ur", "ja", "zh"})
_KANA = frozenset({"HIRAGANA", "KATAKANA"})
# Small words that make up a good part of any text, and few of another language's.
_WORDS_OF = {
    "en": "the of and to in on at is was that it for with his her they this have from not are but had you what which",
    "es": (
        "el la los las de que y en un una es por con para como pero más este esta está muy también hay cuando porque"
    ),
    "fr": (
        "le la les des et est une un du que qui dans pour pas "
        "sur avec ce cette il elle nous vous mais sont être au ne je"
    ),
    "it": "il la di che e è un una per non con del della sono gli le più come anche questo questa ma nel alla i",
    "pt": "o a os as de que e é um uma não com para por mais do da dos das em no na como mas você foi ao está",
    "de": "der die das und ist nicht in ein eine ich zu den mit sich auf für es dem von im auch wie sie war aber noch",
    "nl": (
        "de het een en van is dat niet in op te zijn voor met die aan er maar om ook ik je was heeft wij deze naar nog"
    ),
    "pl": "i w nie na się że do jest z to jak ale po co tak za od jego przez był tylko jej było czy dla już",
    "sv": "och att det som en är på av för med den till inte har jag var ett om men så han hon de från sig vi",
}
_WORDS = {language: frozenset(words.split()) for language, words in _WORDS_OF.items()}
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_LOOKED_AT = 4000  # characters: more tell nothing new
_LEAST_SHARE = 0.7  # of the letters in one script
_LEAST_WORDS = 4
_SENTENCE = 8  # Chinese characters
_LEAST_KNOWN = 0.2  # of the words are small words of the language
_LEAST_KNOWN_WORDS = 2
_LEAD = 1.4  # over the next language
_UKRAINIAN, _NOT_RUSSIAN = frozenset("іїєґ"), frozenset("іїєґђјљњћџў")
_PERSIAN, _URDU = frozenset("پچژگ"), frozenset("ٹڈڑںےھ")


def name_of(code: str) -> str:
    """A language's English name; of an unknown code the code itself."""
    plain = _plain(code)
    return _NAMES.get(plain) or _NAMES.get(plain.partition("-")[0]) or code


def same_language(first: str, second: str) -> bool:
    """Whether two codes mean one language, spoken in perhaps two countries."""
    return _plain(first).partition("-")[0] == _plain(second).partition("-")[0]


def guess(text: str) -> str | None:
    """The language of a text as a code without a country; None when it is not sure."""
    text = unicodedata.normalize("NFC", text[:_LOOKED_AT])
    scripts = Counter(_script(sign) for sign in text if sign.isalpha())
    total = scripts.total()
    if not total:
        return None
    kana = sum(scripts[name] for name in _KANA)
    if kana + scripts["CJK"] >= total * _LEAST_SHARE:
        # Chinese has no kana, and a whole Japanese sentence hardly ever none.
        return "ja" if kana else "zh" if total >= _SENTENCE else None
    script, count = scripts.most_common(1)[0]
    if count < total * _LEAST_SHARE:
        return None
    if script == "CYRILLIC":
        return _cyrillic(text)
    if script == "ARABIC":
        return _arabic(text)
    return _latin(text) if script == "LATIN" else _BY_SCRIPT.get(script)


def _plain(code: str) -> str:
    return code.strip().lower().replace("_", "-")


def _script(sign: str) -> str:
    return "LATIN" if sign.isascii() else unicodedata.name(sign, "").partition(" ")[0].partition("-")[0]


def _cyrillic(text: str) -> str | None:
    letters = set(text.lower())
    if letters & _UKRAINIAN:
        return "uk"
    return "ru" if letters & frozenset("ыэё") or not letters & _NOT_RUSSIAN else None


def _arabic(text: str) -> str | None:
    letters = set(text)
    if letters & _URDU:
        return "ur"
    return "fa" if letters & _PERSIAN else "ar"


def _latin(text: str) -> str | None:
    words = [word.lower() for word in _WORD.findall(text)]
    if len(words) < _LEAST_WORDS:
        return None
    known = Counter({language: sum(word in small for word in words) for language, small in _WORDS.items()})
    (first, most), (_, next_most) = known.most_common(2)
    if len(_WORDS[first].intersection(words)) < _LEAST_KNOWN_WORDS:
        return None
    if most < len(words) * _LEAST_KNOWN or most < next_most * _LEAD:
        return None
    return first
