"""When two written words are the same spoken word: spellings, contractions, and what sounds alike. Pure; any thread.

A recogniser chooses the spelling, not the speaker. Whatever is folded here is folded on both sides, so that folding too
much merges a few words and never finds an error where there is none.
"""

from __future__ import annotations

import re
import unicodedata

_CONTRACTIONS = (
    (re.compile(r"\bwon't\b"), "will not"),
    (re.compile(r"\bcan(?:'t|not)\b"), "can not"),
    (re.compile(r"\bshan't\b"), "shall not"),
    (re.compile(r"n't\b"), " not"),
    (re.compile(r"'ll\b"), " will"),
    (re.compile(r"'re\b"), " are"),
    (re.compile(r"'ve\b"), " have"),
    (re.compile(r"'m\b"), " am"),
    (re.compile(r"'d\b"), " would"),
    (re.compile(r"\b(it|that|he|she|what|there|here|who|where|how|when|everything|nothing)'s\b"), r"\1 is"),
    (re.compile(r"\blet's\b"), "let us"),
    (re.compile(r"\bgonna\b"), "going to"),
    (re.compile(r"\bwanna\b"), "want to"),
    (re.compile(r"\bgotta\b"), "got to"),
    (re.compile(r"\bo'clock\b"), "oclock"),
)
_ALIKE = """
their there they're | to too two | your you're | its it's | past passed | pair pear pare | here hear | no know | by
buy bye | for four fore | one won | see sea | son sun | write right rite | our hour | week weak | wait weight | where
wear ware | which witch | whole hole | would wood | ate eight | be bee | blue blew | break brake | cell sell | cent
scent sent | dear deer | die dye | fair fare | flour flower | great grate | hi high | hair hare | heel heal | him hymn
| knight night | knew new | made maid | mail male | main mane | meat meet | pale pail | peace piece | plain plane |
principal principle | rain reign rein | read red | road rode | role roll | sail sale | scene seen | sight site cite |
some sum | stair stare | steal steel | tail tale | than then | threw through thru | tide tied | toe tow | vain vein
vane | waist waste | way weigh | whether weather | wring ring | yoke yolk | ok okay | mr mister | mrs missus | grey
gray | centre center | theatre theater | metre meter | litre liter | fibre fiber | cheque check | tyre tire |
programme program | omelette omelet | storey story | mum mom | aluminium aluminum | draught draft | plough plow | kerb
curb | pyjamas pajamas | sceptical skeptical | a eh | ax axe | disc disk | jewellery jewelry | mould mold | moustache
mustache | practise practice | licence license | defence defense | offence offense | analogue analog | dialogue dialog
| catalogue catalog | cosy cozy | favourite favorite | ha huh | oh o owe | ah
ach uh | hm hmm mm | yeah yea | neighbour neighbor
"""
_SAME = {word: group.split()[0] for group in _ALIKE.split("|") for word in group.split()}
_ENDINGS = (
    (re.compile(r"is(e|ed|es|ing|ation|ations|er|ers)$"), r"iz\1"),
    (re.compile(r"ys(e|ed|es|ing)$"), r"yz\1"),
    (re.compile(r"(?<=[a-z]{2})our(s|ed|ing|ite|ites|able|ful|less|hood|ly)?$"), r"or\1"),
    (re.compile(r"(?<=[aeiou])ll(ed|ing|er|ers)$"), r"l\1"),
)
_APOSTROPHES = str.maketrans(dict.fromkeys("\u2018\u2019\u02bc\u00b4`", "'"))
_BETWEEN = re.compile(r"[^\w']+|_")


def folded(text: str) -> list[str]:
    """Return the spoken words of a text, each in one spelling."""
    plain = unicodedata.normalize("NFKD", text.translate(_APOSTROPHES)).lower()
    plain = "".join(c for c in plain if not unicodedata.combining(c)).replace("&", " and ")
    for pattern, instead in _CONTRACTIONS:
        plain = pattern.sub(instead, plain)
    words = (word.replace("'", "") for word in _BETWEEN.split(plain))
    return [_one_spelling(word) for word in words if word]


def _one_spelling(word: str) -> str:
    for pattern, instead in _ENDINGS:
        word = pattern.sub(instead, word)
    if word not in _SAME and word.endswith("s") and word[:-1] in _SAME:  # pears and pairs
        return f"{_SAME[word[:-1]]}s"
    return _SAME.get(word, word)
