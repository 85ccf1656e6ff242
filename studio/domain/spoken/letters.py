"""Letters that are said one by one: initials, `U.S.`, `FBI`, `HTTP`. Pure; any thread.

Capitals that make a word (NASA, and all of a shouted line) stay as they are.
"""

from __future__ import annotations

import re

from studio.domain.spoken.style import ends_sentence, spelt

_SPELT_NAMES = (
    "ABC AC AD AI AKA API ATM BA BBC BC BCE CAD CCTV CE CEO CFO CIA CIO COO CPU CSI CTO CV DA DC DIY DJ DNA DOA "
    "DOI EEG EKG EMI ER ESP ETA EU EV FAQ FBI FDA FYI GDP GI GOP GPA GPU GUI HDMI HIV HR IBM ICU ID IDE IMF INS "
    "IO IOU IP IPA IPO IQ IRA IRS ISBN ISO ISP IV KFC KGB LA LED LGBTQ MA MIA MIT MRI MVP NBA NHL NIH NSA NYU OCD "
    "OK PA PIB POV PTA PTSD RIP RNA RPG SAP SEO SOS SUV TA TBA TIA TNA UAE UFO UI UK UN UPS URI URL US USA USB "
    "USSR UTC UV UX VIP VAT VOIP"
)
_SPELT = frozenset(_SPELT_NAMES.split())
# Without a vowel, yet no letters.
_NOT_SPELT_NAMES = (
    "MR MRS MS DR ST MT FT PST SHH SHHH HM HMM HMMM MM MMM GRR GRRR BRR BRRR TSK PFFT PSST ZZZ ZZZZ NTH TH ND RD "
    "NVM MY BY WHY TRY FLY SKY DRY CRY SHY SPY GYM HYMN MYTH RHYTHM"
)
_NOT_SPELT = frozenset(_NOT_SPELT_NAMES.split())
# Ordinary words when a whole line is in capitals.
_WORDS_IN_CAPITALS = frozenset(
    {"US", "AD", "LA", "MA", "PA", "ID", "IV", "OK", "DA", "ER", "LED", "RIP", "UPS", "SAP", "INS"}
)
_DOTTED = re.compile(
    r"(?<![\w.-])(?P<letters>(?:[A-Za-z]\.){2,8})(?P<last>[A-Za-z]\b(?!\.))?(?P<end>(?:’|')s\b)?(?![^\W\d_])"
)
_DEGREE = re.compile(r"(?<![\w.])(?P<letters>Ph\.\s?D|M\.\s?Sc|B\.\s?Sc)\.?(?!\w)")
_INITIALS = re.compile(r"(?<![\w.-])(?P<letters>[A-Z]\.(?:\s?[A-Z]\.){0,4})\s{1,2}(?=[A-Z][\w'’])")
_CAPITALS = re.compile(r"(?<![\w-])(?P<letters>[A-Z]{2,6})(?P<end>s|(?:’|')s)?(?![\w])(?!-[A-Z]\b)")
_JOINED = re.compile(r"(?<![\w&])(?P<first>[A-Z]{1,3})&(?P<last>[A-Z]{1,3})(?![\w&])")
_VOWELS = frozenset("AEIOU")
_SHOUTED_LETTERS = 8


def read(text: str) -> str:
    """The text with spelt letters apart: `F-B-I`."""
    if not any(sign.isupper() for sign in text) and "." not in text:
        return text
    text = _DEGREE.sub(lambda m: spelt(re.sub(r"[^A-Za-z]", "", m["letters"])) + _stop(m), text)
    text = _INITIALS.sub(_initials, text)
    text = _DOTTED.sub(_dotted, text)
    text = _JOINED.sub(lambda m: f"{spelt(m['first'])} and {spelt(m['last'])}", text)
    shouted = _is_shouted(text)
    return _CAPITALS.sub(lambda m: _capitals(m, shouted=shouted), text)


def _is_shouted(text: str) -> bool:
    letters = [sign for sign in text if sign.isalpha()]
    return len(letters) >= _SHOUTED_LETTERS and sum(sign.isupper() for sign in letters) * 2 > len(letters)


def _initials(match: re.Match[str]) -> str:
    letters = match["letters"].replace(".", "").replace(" ", "")
    # "So am I. You too?" is two sentences; a lone letter is an initial only when it is no word.
    if letters == "I":
        return match.group()
    return f"{spelt(letters)} "


def _dotted(match: re.Match[str]) -> str:
    letters = match["letters"].replace(".", "") + (match["last"] or "")
    full_stop = match.group().endswith(".") and ends_sentence(match.string, match.end())
    return spelt(letters) + (match["end"] or "") + ("." if full_stop else "")


def _capitals(match: re.Match[str], *, shouted: bool) -> str:
    letters = match["letters"]
    if not _is_spelt(letters, shouted=shouted):
        return match.group()
    return spelt(letters) + (match["end"] or "")


def _is_spelt(letters: str, *, shouted: bool) -> bool:
    if letters in _SPELT:
        return not (shouted and letters in _WORDS_IN_CAPITALS)
    if letters in _NOT_SPELT or _VOWELS & set(letters) or len(set(letters)) == 1:
        return False
    return not (shouted and "Y" in letters)


def _stop(match: re.Match[str]) -> str:
    return "." if match.group().endswith(".") and ends_sentence(match.string, match.end()) else ""
