"""Scripts for properties: mostly mark-up, whole, broken and nested, with a few odd characters in between."""

from __future__ import annotations

from hypothesis import strategies as st

SPEAKERS = ("[S1]", "[S2]", "[s1]:", "[Anna]", "[S3]", "[S1 ", "[S2")
BRACKETS = ("[", "]", "[[", "]]", "(", ")", "[]", "[[]]", "[?]", "\\", ":", "[[ok]]")
SOUNDS = ("(laughs)", "(clears throat)", "(Sighs)", "(giggles)", "(laugh)", "(door slams)", "(laughs", "(sighs ")
PAUSES = ("[pause 500ms]", "[pause:1.5s]", "[pause 500]", "[pause]", "[pause banana]", "[pause 99s]", "[pause 1s")
WORDS = ("laughs", "S1", "pause", "1s", "Hello", "there", "(I mean it)", "Mr.", "I", "so on", "é", "שלום", "👩")
MARKS = (".", "...", "!", "?", ",", "\x00", "\u200b", "\u200d", "\u200c")
SPACES = (" ", " ", " ", " ", "  ", "\t", "\xa0", "\u2028", "\n", "\n", "\n\n", "\n# ", "\n#", "\r\n", "\r")
LONG = "a long stretch of words that takes its time, " * 8

_parts = st.sampled_from((*SPEAKERS, *BRACKETS, *SOUNDS, *PAUSES, *WORDS, *MARKS, *SPACES, LONG))
scripts = st.lists(st.one_of(_parts, _parts, st.text(max_size=3)), max_size=30).map("".join)
