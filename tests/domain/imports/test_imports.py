"""Each form becomes the script that a person would write, and no file is a trap."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.domain import dialogue
from studio.domain.imports import any_form, fountain
from studio.domain.imports.value import Chapter, Imported, sound_of
from studio.errors import StudioError
from tests.domain.imports import books
from tests.domain.scripts import scripts


def _read(text: str, name: str) -> Imported:
    return any_form.read(text.encode(), name=name)


# ---------------------------------------------------------------------------------------------------------- plain text


@settings(max_examples=100, derandomize=True, deadline=None)
@given(scripts)
def test_a_script_stays_as_it_is(text: str):
    if any(line.tagged for line in dialogue.parse(text).lines):
        plain = text.replace("\r\n", "\n").replace("\r", "\n")
        assert _read(text, "a.txt").text == plain.removeprefix("\ufeff")


def test_names_and_colons_become_tags():
    found = _read("ADA: Hello there.\nDr. Ben: Hi: you. [pause 1s]\nAnd more.\n\nAda: Bye (laughs).", "a.txt")
    assert found.text == ("[ADA] Hello there.\n[Dr. Ben] Hi: you. [pause 1s]\nAnd more.\n\n[ADA] Bye (laughs).")
    assert found.form == "plain text"
    assert len(found.notes) == 1


@pytest.mark.parametrize(
    "text",
    [
        "Just: prose.\nAnd a second line.",
        "Note: this.\nChapter: that.",
        "See https://example.com\nand http://example.com",
        "[S1] ADA: Hello.\nBEN: Hi.",
        "it was late: ten\nso we left: at once",
        "One: a\n" + "Prose goes on and on.\n" * 5,
        "# A title\nWords.",
        "",
    ],
)
def test_prose_with_colons_stays_prose(text: str):
    found = _read(text, "a.txt")
    assert (found.text, found.form, found.notes) == (text, "script", ())


def test_sections_are_chapters():
    assert _read("# One\n[S1] a\n\n# Two\nb", "a.txt").chapters == (
        Chapter(1, "One"),
        Chapter(4, "Two"),
    )


# ------------------------------------------------------------------------------------------------------------ Fountain

PLAY = """Title: The Boat
Author: Nobody

# Act One

= What happens here.

INT. KITCHEN - DAY #1#

The *rain* falls. /* gone
and gone */ He waits.

ADA (V.O.)
(quietly)
Hello there. [[a note]]
(laughing)
How are _you_?

BEN ^
(beat)
Fine.

@McCLANE
Yippee.
__
Still me.

CUT TO:

.A FORCED HEADING

~La la la

> THE END <
""".replace("\n__\n", "\n  \n")


def test_a_screenplay():
    found = _read(PLAY, "a.fountain")
    assert found.text == (
        "# Act One\n# INT. KITCHEN - DAY\n[Narrator] The rain falls. He waits.\n"
        "[ADA] Hello there. (laughs) How are you?\n[BEN] [pause 500ms] Fine.\n[McCLANE] Yippee. Still me.\n"
        "# A FORCED HEADING\n[Narrator] La la la\nTHE END\n"
    )
    assert found.notes == (
        "The title page was left out.",
        "Dialogue that is spoken at the same time is read one after the other.",
        "Left out directions: 1 (quietly).",
    )


def test_action_can_be_left_out():
    found = fountain.read(PLAY, narrated=False)
    assert "Narrator" not in found.text
    assert "Left out lines of action: 3." in found.notes


@pytest.mark.parametrize(
    ("direction", "sound"),
    [
        ("(laughs)", "laughs"),
        ("(laughing)", "laughs"),
        ("(she sighs)", "sighs"),
        ("(clears his throat)", "clears throat"),
        ("[LAUGHS]", "laughs"),
        ("(whistling)", "whistles"),
        ("(humming)", "humming"),
        ("(claps)", "claps"),
        ("(to Ben)", None),
        ("(single)", None),
        ("(laughter-free)", None),
        ("()", None),
    ],
)
def test_directions_that_are_sounds(direction: str, sound: str | None):
    found = sound_of(direction)
    assert (found.name if isinstance(found, dialogue.Tag) else found) == sound


# ----------------------------------------------------------------------------------------------------------- subtitles


def test_srt():
    text = (
        "1\n00:00:01,000 --> 00:00:02,000\n<i>Hello there,\n\n2\n00:00:02,100 --> 00:00:03,000\nmy friend.</i> "
        "(door slams) [LAUGHS]\n\n3\n00:00:10,000 --> 00:00:12,000\n- ADA: Who is it?\n"
        "- BEN: It's me &amp; {\\an8}you.\n"
    )
    found = _read(text, "a.srt")
    assert found.text == "[Narrator] Hello there, my friend. (laughs)\n[ADA] Who is it?\n[BEN] It's me & you.\n"
    assert found.notes[-1] == "Left out descriptions of sounds: 1 (door slams)."
    assert _read(text, "a.txt").form == "SRT"


def test_vtt():
    text = (
        "WEBVTT\n\nNOTE nothing\nof this\n\nid\n00:01.000 --> 00:02.000 align:start\n"
        "<v Ada>Hi <00:01.500><c.x>there</c>.\n\n"
        "00:03.000 --> 00:04.000\n<v.loud Ben Smith>Bye,\n\n00:09.000 --> 00:10.000\nlater.\n"
    )
    assert _read(text, "a.vtt").text == "[Ada] Hi there.\n[Ben Smith] Bye,\nlater.\n"
    assert _read(text, "a").form == "WebVTT"


# ------------------------------------------------------------------------------------------------------------ Markdown


def test_markdown():
    text = """---
title: x
---
# One #

Some **bold** text with a [link](http://x.y), `code` and snake_case
on two lines (maybe). ![pic](x.png) 2 * 3[^1]

Setext
------
- item *one*
- [ ] item two
1. three

> quoted __words__ &amp; \\*stars\\*

```python
code
```

    more code

| a | b |
|---|---|
| 1 | 2 |

[S2] Hi there, **you** [pause 1s] (laughs).
Still you [see].

[ref]: http://x
<!-- gone -->
"""
    found = _read(text, "a.md")
    assert found.text == (
        "# One\nSome bold text with a link, code and snake_case on two lines \\(maybe). 2 * 3\n# Setext\n"
        "item one\nitem two\nthree\nquoted words & *stars*\na, b\n1, 2\n"
        "[S2] Hi there, you [pause 1000ms] (laughs). Still you \\[see].\n"
    )
    assert found.notes == ("Left out blocks of code: 1.", "Left out lines of code: 1.")


def test_a_dialogue_in_markdown():
    found = _read("**Ada:** Hello.\n**Ben:** Hi.\n\n**Ada:** So,\nwell.", "a.md")
    assert found.text == "[Ada] Hello.\n[Ben] Hi.\n[Ada] So, well.\n"


# ------------------------------------------------------------------------------------------------------------- all


@pytest.mark.parametrize(
    ("data", "name", "said"),
    [
        (b"%PDF-1.7", "a.txt", "is a PDF"),
        (b"PK\x03\x04docx", "a.docx", "word processor"),
        (b"<html>", "a.html", "not read"),
        ("Grün".encode("latin-1"), "a.md", "not UTF-8"),
        (b"x" * (any_form.LARGEST_TEXT + 1), "a.txt", "16,000,000 bytes"),
        (b"no zip", "a.epub", "no EPUB"),
    ],
)
def test_what_cannot_be_read_is_refused_in_words(data: bytes, name: str, said: str):
    with pytest.raises(StudioError, match=said) as refused:
        any_form.read(data, name=name)
    assert refused.value.hint


def test_a_book_is_known_by_what_is_in_it():
    stored = books.zipped(books.files())
    assert any_form.read(stored, name="download.zip").form == "EPUB"


PIECES = (
    *(
        "A",
        "ADA",
        "Ada: ",
        "(x)",
        "(laughs)",
        "[S1] ",
        "[[x]]",
        "# ",
        "- ",
        "* ",
        "> ",
        "`",
        "```",
        "|",
        "<b>",
        "<v A>",
        "&amp;",
    ),
    *(
        "\n",
        "\n\n",
        "  \n",
        "    ",
        "1\n00:00:01,000 --> 00:00:02,000\n",
        "INT. X",
        "CUT TO:",
        "/*",
        "*/",
        "<!--",
        "-->",
    ),
    *(
        "[a](b)",
        "\\",
        "@",
        "^",
        "~",
        ".",
        "...",
        "é",
        "\u200b",
        "\x00",
        "---",
        "===",
        "[pause 1s]",
        "[pause x]",
        "((",
        "]]",
    ),
)
documents = st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=4)), max_size=25).map("".join)


@settings(max_examples=250, derandomize=True, deadline=None)
@given(documents, st.sampled_from(["a.fountain", "a.srt", "a.vtt", "a.md", "a.txt"]))
def test_any_text_is_read_and_its_script_can_be_written_again(text: str, name: str):
    data = text.encode("utf-8", "ignore")
    found = any_form.read(data, name=name)
    script = dialogue.parse(found.text)
    assert [chapter.title for chapter in found.chapters] == [section.title for section in script.sections]
    if found.form not in ("script", "plain text"):
        assert dialogue.write(script) == found.text


UNITS = (
    "(",
    "[[",
    "<",
    "# ",
    " ",
    "A\n",
    "/*",
    "<!--",
    "A: b\n",
    "*",
    "`",
    "|",
    "1\n00:00:01,000 --> 00:00:02,000\nA\n\n",
    "\t",
    "![",
)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["a.fountain", "a.srt", "a.vtt", "a.md", "a.txt"])
@pytest.mark.parametrize("unit", UNITS)
def test_a_long_file_of_anything_is_no_trap(unit: str, name: str):
    # Not a timing: with a quadratic search this would not end before the test's time limit.
    assert any_form.read((unit * (50_000 // len(unit)) + "x").encode(), name=name)
