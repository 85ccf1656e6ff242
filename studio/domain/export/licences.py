"""What a licence allows, as far as its name says it. A name that is not known allows nothing. Pure; any thread.

The table tells what the licence of the sound itself says; it is no advice about anything beside that.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

YES, NO, UNKNOWN = "yes", "no", "unknown"
_WORST = {YES: 0, UNKNOWN: 1, NO: 2}
_MOST_BRACKETS = 20


@dataclass(frozen=True)
class Terms:
    """What one may do. `commercial` is YES, NO or UNKNOWN; `why` completes a sentence where it is not YES."""

    commercial: str
    why: str = ""
    name_author: bool = False  # whoever publishes the sound must name who made it
    address: str = ""


_FREE = frozenset({
    "0bsd", "agpl-3.0", "apache-2.0", "bsd-2-clause", "bsd-3-clause", "bsl-1.0", "cc0-1.0", "gpl-2.0", "gpl-3.0", "isc",
    "lgpl-2.1", "lgpl-3.0", "mit", "mit-0", "mpl-2.0", "ofl-1.1", "pddl-1.0", "unlicense", "wtfpl", "zlib",
    # not SPDX, but what people write about sound of their own, and what model cards say
    "own", "own work", "public domain", "publicdomain", "pdm-1.0", "creativeml-openrail-m", "openrail", "openrail++",
    "bigscience-openrail-m", "bigscience-bloom-rail-1.0", "bigcode-openrail-m",
})  # fmt: skip
_CREATIVE = re.compile(r"cc[- ]by((?:[- ](?:nc|sa|nd))*)(?:[- ](\d(?:\.\d)?))?(?:[- ][a-z]{2,3})?")
_NOT_FOR_MONEY = re.compile(r"\bnon[- ]?commercial\b|\bnc\b|\bresearch[- ]only\b|\bno commercial\b|\bpersonal use\b")
_NO_MONEY = "does not allow it"
_FORBID = frozenset(
    {"cpml", "coqui public model license", "coqui-public-model-license", "cpml-1.0", "fair-noncommercial"}
)
_CONDITIONAL = {
    "stabilityai-community": "allows it below a certain revenue only",
    "stabilityai-ai-community": "allows it below a certain revenue only",
    "stability-ai-community": "allows it below a certain revenue only",
    "stability ai community license": "allows it below a certain revenue only",
    "llama3": "allows it below a certain number of users only",
}


def terms(name: str) -> Terms:
    """Return what a licence allows; SPDX names, joined by AND and OR where there are several."""
    text = " ".join(name.split())
    if not text:
        return Terms(UNKNOWN, "has no licence")
    if text.count("(") > _MOST_BRACKETS:
        return Terms(UNKNOWN, "has a licence that nobody can read")
    return _any(text)


def worst(verdicts: list[str]) -> str:
    """Return what holds when all of them must."""
    return max(verdicts, key=_WORST.__getitem__, default=YES)


def _any(text: str) -> Terms:
    alternatives = [_all(part) for part in _split(text, "OR")]
    return min(alternatives, key=lambda found: (_WORST[found.commercial], found.name_author))


def _all(text: str) -> Terms:
    parts = [_bracketed(part) for part in _split(text, "AND")]
    weakest = max(parts, key=lambda found: _WORST[found.commercial])
    credited = next((p for p in parts if p.name_author), weakest)
    return Terms(weakest.commercial, weakest.why, credited.name_author, credited.address)


def _bracketed(text: str) -> Terms:
    return _any(text[1:-1].strip()) if text.startswith("(") and text.endswith(")") else _one(text)


def _split(text: str, word: str) -> list[str]:
    """Cut a text at a word that stands in no brackets."""
    parts, depth = [""], 0
    for token in text.split(" "):
        if token == word and depth == 0:
            parts.append("")
        else:
            depth += token.count("(") - token.count(")")
            parts[-1] += f" {token}"
    return [part.strip() for part in parts]


def _one(text: str) -> Terms:
    name = re.sub(r"\s+WITH\s+.*", "", text.strip(" ()")).lower()
    short = re.sub(r"(?:-only|-or-later|\+)$", "", name)
    if short in _FREE or name in _FREE:
        return Terms(YES)
    if name in _CONDITIONAL:
        return Terms(UNKNOWN, f"is under {text.strip()}, which {_CONDITIONAL[name]}")
    creative = _CREATIVE.fullmatch(name)
    if creative:
        return _creative_commons(text.strip(), re.split(r"[- ]", creative[1])[1:], creative[2] or "4.0")
    if name in _FORBID or _NOT_FOR_MONEY.search(name):
        return Terms(NO, f"is under {text.strip()}, which {_NO_MONEY}")
    return Terms(UNKNOWN, f"is under {text.strip()!r}, which this studio does not know")


def _creative_commons(text: str, words: list[str], version: str) -> Terms:
    version = version if "." in version else f"{version}.0"
    address = f"https://creativecommons.org/licenses/{'-'.join(['by', *words])}/{version}/"
    if "nc" in words:
        return Terms(NO, f"is under {text}, which {_NO_MONEY}", name_author=True, address=address)
    if "nd" in words:
        why = f"is under {text}, which allows no changed versions: ask its author whether this is one"
        return Terms(UNKNOWN, why, name_author=True, address=address)
    return Terms(YES, name_author=True, address=address)
