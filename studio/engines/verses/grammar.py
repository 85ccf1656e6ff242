"""A little English grammar: the forms of verbs, articles, what is one and what is many. Pure; any thread."""

from __future__ import annotations

from wordlists import pairs_of, words_of

_PAST = pairs_of("past")
_DOUBLED = words_of("doubled")
_SHORT_ING = words_of("doubled_doing")
_E_KEPT = frozenset(("see", "be", "free"))
_NEVER_BEFORE_A_NOUN = words_of("predicates")
_UNCOUNTED = words_of("uncounted")


def past(phrase: str) -> str:
    """A phrase that begins with a verb, in the past tense."""
    verb, _, rest = phrase.partition(" ")
    if verb in _PAST:
        told = _PAST[verb]
    elif verb.endswith("e"):
        told = verb + "d"
    elif verb in _DOUBLED:
        told = verb + verb[-1] + "ed"
    else:
        told = verb + "ed"
    return f"{told} {rest}".strip()


def doing(phrase: str) -> str:
    """A phrase that begins with a verb, as what goes on."""
    verb, _, rest = phrase.partition(" ")
    if verb == "lie":
        going = "lying"
    elif verb in _SHORT_ING or verb in _DOUBLED:
        going = verb + verb[-1] + "ing"
    elif verb.endswith("e") and verb not in _E_KEPT:
        going = verb[:-1] + "ing"
    else:
        going = verb + "ing"
    return f"{going} {rest}".strip()


def past_is_safe(phrase: str) -> bool:
    """Whether only the phrase's first word is a verb: "say goodbye and go" has two."""
    return " and " not in phrase and "," not in phrase and not phrase.endswith("hide and seek")


def article(words: str) -> str:
    """The indefinite article for what follows, by how it is said."""
    first = words.lower()
    if first.startswith(("hour", "honest", "honor")):
        return "an"
    if first.startswith(("one", "uni", "use", "eu")):
        return "a"
    return "an" if first[:1] in "aeiou" else "a"


def attributive(adjective: str) -> bool:
    """Whether an adjective may stand before its noun."""
    return " " not in adjective and adjective not in _NEVER_BEFORE_A_NOUN


def uncounted(noun: str) -> bool:
    """Whether a noun is used without "a" and often without "the"."""
    head = noun.rsplit(maxsplit=1)[-1]
    return head in _UNCOUNTED or (head.endswith(("ness", "ship", "hood", "dom", "ism", "ity")) and head != "city")


def plural(noun: str) -> bool:
    """Whether a noun names many."""
    head = noun.rsplit(maxsplit=1)[-1]
    if head in {"people", "children", "men", "women", "feet", "mice", "geese", "wolves"}:
        return True
    return head.endswith("s") and not head.endswith(("ss", "us", "is", "ous"))
