"""Each rule finds its problem in the right place; what can be mended is, once and for all."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.domain import dialogue
from studio.domain.dialogue import NONVERBALS, Bad, Text
from studio.domain.lint import Problem, fix, fix_one, lint, lint_reference
from tests.domain.scripts import scripts

# Long enough that the script as a whole is not too short; closed by the speaker before the last.
WORDS = "Here are some words that take their time to be spoken, and then a few more of them."
GOOD = f"[S1] {WORDS}\n[S2] {WORDS}\n[S1]\n"


def _rules(text: str, supported: frozenset[str] = frozenset(NONVERBALS)) -> list[str]:
    return [problem.rule for problem in lint(text, supported=supported)]


def _only(text: str, rule: str) -> Problem:
    problems = [problem for problem in lint(text) if problem.rule == rule]
    assert len(problems) == 1, problems
    return problems[0]


def _place(text: str, rule: str) -> tuple[int, int, str]:
    problem = _only(text, rule)
    return problem.line, problem.column, problem.level


def test_a_good_script_has_no_problems():
    assert lint(GOOD) == ()
    assert fix(GOOD) == GOOD


def test_it_begins_with_a_speaker():
    text = f"\n  Hello there. {WORDS}"
    assert _place(text, "starts-with-speaker") == (2, 3, "error")
    assert fix(text) == f"\n  [S1] Hello there. {WORDS}"
    assert "starts-with-speaker" not in _rules("[Anna] Hello")


def test_two_speakers_alternate():
    text = f"[S1] {WORDS}\n[S1]: Again. [S2] Yes. [S2] No.\n[S1]"
    problems = [problem for problem in lint(text) if problem.rule == "speaker-alternates"]
    assert [(problem.line, problem.column, problem.level) for problem in problems] == [
        (2, 1, "warning"),
        (2, 24, "warning"),
    ]
    assert fix(text) == f"[S1] {WORDS}\nAgain. [S2] Yes. No.\n[S1]"


def test_one_speaker_or_three_need_not_alternate():
    assert "speaker-alternates" not in _rules("[S1] a\n[S1] b")
    assert "speaker-alternates" not in _rules("[S1] a [S1] b [S2] c [S3] d")


def test_the_closing_tag_is_the_speaker_before_the_last():
    text = f"[S1] {WORDS} [S2] {WORDS}\n\n"
    assert _place(text, "closing-tag")[2] == "note"
    assert fix(text) == f"[S1] {WORDS} [S2] {WORDS} [S1]\n\n"
    assert "closing-tag" not in _rules(f"[S1] {WORDS}")


def test_a_closing_tag_of_another_speaker_is_an_empty_turn():
    text = f"[S1] {WORDS} [S2] {WORDS} [S2]"
    assert _rules(text) == ["empty-turn", "closing-tag"] or _rules(text) == ["closing-tag", "empty-turn"]
    assert fix(text) == f"[S1] {WORDS} [S2] {WORDS} [S1]"


def test_empty_turns():
    text = f"[S1] {WORDS} [S3] [S2] {WORDS} [S1]"
    line, column, level = _place(text, "empty-turn")
    assert (line, text[column - 1 :][:4], level) == (1, "[S3]", "warning")
    assert fix(text) == f"[S1] {WORDS} [S2] {WORDS} [S1]"
    assert "empty-turn" not in _rules(f"[S1]\n{WORDS}")
    assert "empty-turn" not in _rules(f"[S1] {WORDS} [S2] [pause 1s] [S1] {WORDS}")


def test_a_turn_that_takes_too_long_says_how_long():
    text = f"[S1] {WORDS}\n{WORDS}\n{WORDS}\n{WORDS} [pause 10s]"
    assert _place(text, "call-length") == (1, 1, "note")
    seconds = 4 * len(WORDS) / 15 + 10
    assert f"{seconds:.0f} s" in _only(text, "call-length").text
    assert "long-line" not in _rules(text)


def test_a_line_that_takes_too_long():
    text = f"[S1] {WORDS}\n  {WORDS} {WORDS} {WORDS} {WORDS}"
    line, _, level = _place(text, "long-line")
    assert (line, level) == (2, "warning")


def test_only_a_whole_script_is_too_short():
    assert _place("\n[S1] Hello there.", "call-length") == (2, 1, "note")
    assert "0.8 s" in _only("\n[S1] Hello there.", "call-length").text
    assert "call-length" not in _rules(f"[S1] Hi. [S2] {WORDS} [S1]")


@pytest.mark.parametrize(
    ("source", "mended"),
    [
        ("So (laugh) he", "So (laughs) he"),
        ("So (chuckles) he", "So (chuckle) he"),
        ("So (clear throat) he", "So (clears throat) he"),
        ("So (door slams) he", "So he"),
        ("So(door slams)he", "So he"),
        ("So (door sl\u200bams) he", "So he"),
        ("So he. (xylophone)", "So he."),
    ],
)
def test_unlisted_sounds(source: str, mended: str):
    text = f"[S1] {WORDS} {source}"
    line, column, level = _place(text, "unlisted-nonverbal")
    assert (line, text[column - 1], level) == (1, "(", "warning")
    assert fix(text) == f"[S1] {WORDS} {mended}"


def test_sounds_the_engine_lacks():
    text = f"[S1] {WORDS} (Sighs) yes"
    (problem,) = lint(text, supported=frozenset({"laughs"}))
    assert (problem.rule, problem.level, problem.fix) == ("unsupported-nonverbal", "note", None)
    assert "(sighs)" in problem.text
    assert lint(text) == ()


def test_dense_sounds():
    dense = "[S1] one two (laughs) three four (sighs) five six seven eight nine ten eleven"
    assert _place(dense, "dense-nonverbals") == (1, 34, "warning")
    assert "dense-nonverbals" not in _rules(dense + " twelve")
    assert "dense-nonverbals" not in _rules("[S1] (laughs) Yes.")
    row = f"[S1] {WORDS} {WORDS} (laughs) (sighs) {WORDS}"
    line, column, _ = _place(row, "dense-nonverbals")
    assert (line, row[column - 1 :][:7]) == (1, "(sighs)")


@pytest.mark.parametrize(
    ("pause", "mended"),
    [
        ("[pause 500]", "[pause 500ms]"),
        ("[pause 2]", "[pause 2000ms]"),
        ("[pause]", "[pause 500ms]"),
        ("[pause:1,5s]", "[pause 1500ms]"),
        ("[Pause500ms]", "[pause 500ms]"),
        ("[pause 3 seconds]", "[pause 3000ms]"),
        ("[pause 99999s]", "[pause 60000ms]"),
    ],
)
def test_broken_pauses_that_can_be_mended(pause: str, mended: str):
    text = f"[S1] {WORDS} {pause} {WORDS}"
    line, column, level = _place(text, "bad-pause")
    assert (line, text[column - 1 :][: len(pause)], level) == (1, pause, "error")
    assert fix(text) == f"[S1] {WORDS} {mended} {WORDS}"


def test_a_broken_pause_that_nobody_understands_stays():
    text = f"[S1] {WORDS} [pause banana] {WORDS}"
    assert _only(text, "bad-pause").fix is None
    assert fix(text) == text


@pytest.mark.parametrize(
    ("source", "mended"),
    [
        ("[S2 Hello", "[S2] Hello"),
        ("[pause 500ms Hello", "[pause 500ms] Hello"),
        ("(laughs Hello", "(laughs) Hello"),
        ("[[tomahto] Hello", "[[tomahto]] Hello"),
    ],
)
def test_brackets_left_open_where_the_meaning_is_clear(source: str, mended: str):
    text = f"[S1] {WORDS} {source}"
    line, column, level = _place(text, "unclosed-bracket")
    assert (line, column, level) == (1, len(f"[S1] {WORDS} ") + 1, "error")
    assert fix(text).startswith(f"[S1] {WORDS} {mended}")


def test_other_open_brackets_are_told_only():
    text = f"[S1] {WORDS} [what"
    assert _only(text, "unclosed-bracket").fix is None
    assert fix(text) == text
    assert "unclosed-bracket" not in _rules(rf"[S1] {WORDS} \[what :(")


def test_brackets_that_mean_nothing():
    assert fix(f"[S1] {WORDS} a [] b") == f"[S1] {WORDS} a b"
    problem = _only(f"[S1] {WORDS} [a/b]", "odd-bracket")
    assert (problem.level, problem.fix) == ("warning", None)


def test_invisible_characters_are_named_and_removed():
    text = f"[S1] {WORDS}\na\x00b \u200b\u200bc"
    assert _place(text, "control-character") == (2, 2, "warning")
    problem = _only(text, "control-character")
    assert "U+0000" in problem.text
    assert "U+200B zero width space" in problem.text
    assert fix(text) == f"[S1] {WORDS}\nab c"


@pytest.mark.parametrize("text", ["", " \n", "...", "[S1]", "(giggles)", "[S1] [pause 1s]", "\x00"])
def test_nothing_to_say(text: str):
    assert _place(text, "nothing-to-say") == (1, 1, "error")


def test_problems_stand_in_the_order_of_the_source():
    problems = lint("Hi (giggles) [pause x]\n[S1] a \x00 [S2]\n[S1] [q")
    assert [(problem.line, problem.column) for problem in problems] == sorted(
        (problem.line, problem.column) for problem in problems
    )


@settings(max_examples=200, derandomize=True, deadline=None)
@given(scripts, st.frozensets(st.sampled_from(NONVERBALS)))
def test_what_can_be_mended_is_mended_once(text: str, supported: frozenset[str]):
    mended = fix(text, supported=supported)
    assert [problem for problem in lint(mended, supported=supported) if problem.fix] == []
    assert fix(mended, supported=supported) == mended


@settings(max_examples=200, derandomize=True, deadline=None)
@given(scripts, st.frozensets(st.sampled_from(NONVERBALS)))
def test_problems_stand_inside_the_source(text: str, supported: frozenset[str]):
    sources = [source for _, source in dialogue.source_lines(text)]
    for problem in lint(text, supported=supported):
        assert 1 <= problem.line <= len(sources)
        assert 1 <= problem.column <= len(sources[problem.line - 1]) + 1
        assert problem.level in ("error", "warning", "note")
        assert problem.text.endswith(".")


@settings(max_examples=200, derandomize=True, deadline=None)
@given(scripts)
def test_each_bad_pause_is_told(text: str):
    bad = [item for line in dialogue.parse(text).lines for item in line.items if isinstance(item, Bad)]
    assert _rules(text).count("bad-pause") == len(bad)


words = st.lists(
    st.sampled_from(["[S1]", "[S2]", "[Anna]", "(laughs)", "(giggles)", "one", "two.", "\n", "\x00"]), max_size=30
)


@settings(max_examples=200, derandomize=True, deadline=None)
@given(words.map(" ".join))
def test_mending_keeps_all_words(text: str):
    def spoken(source: str) -> list[str]:
        items = [item for line in dialogue.parse(source).lines for item in line.items]
        return " ".join(item.text for item in items if isinstance(item, Text)).split()

    assert spoken(fix(text)) == spoken(text)


def test_titles_of_sections_are_no_lines():
    text = f"# A title (giggles) [pause banana]\n{GOOD}# Another\n"
    assert lint(text) == ()
    assert fix(text) == text


def test_mending_makes_no_title_of_words():
    text = f"[S1] {WORDS}\n[S1] # five\n[S2] {WORDS} [S1]"
    assert fix(text) == f"[S1] {WORDS}\n\\# five\n[S2] {WORDS} [S1]"


# ---------------------------------------------------------------------------------------------------------- references


SAID = "The boat left the harbour early in the morning, and nobody saw it go."


@pytest.mark.parametrize(
    ("seconds", "found"),
    [(0.2, ["error"]), (3.0, ["warning"]), (5.0, []), (10.0, []), (30.0, ["note"])],
)
def test_how_long_a_reference_is(seconds: float, found: list[str]):
    problems = [p for p in lint_reference(seconds, SAID, SAID) if p.rule == "reference-length"]
    assert [problem.level for problem in problems] == found


@pytest.mark.parametrize(
    ("transcript", "heard", "found"),
    [
        (SAID, SAID.upper().replace(",", ""), []),
        (SAID, SAID.replace("harbour", "harbor"), []),
        (SAID, "", []),
        ("", SAID, ["warning"]),
        ("", "", ["warning"]),
        ("The boat left early and nobody was there to see it.", SAID, ["warning"]),
        ("Something else altogether was written down here.", SAID, ["error"]),
        (SAID * 9, "", ["warning"]),
    ],
)
def test_whether_the_transcript_is_what_is_heard(transcript: str, heard: str, found: list[str]):
    problems = lint_reference(7.0, transcript, heard)
    assert [(problem.rule, problem.level) for problem in problems] == [("reference-transcript", f) for f in found]
    assert all(bool(problem.fix) == bool(heard) for problem in problems)


def test_a_hostile_transcript_costs_little():
    assert lint_reference(7.0, "word " * 200_000, "other " * 200_000)


def test_rules_can_be_left_out_for_lines_that_are_spoken_by_themselves() -> None:
    text = "[Anna] Hello there.\n[Ben] Hm."
    rules = {problem.rule for problem in lint(text)}
    assert "closing-tag" in rules
    assert "closing-tag" not in {p.rule for p in lint(text, without=("closing-tag",))}
    assert fix(text, without=("closing-tag",)) == text != fix(text)


def test_one_problem_is_mended_and_the_others_are_left() -> None:
    text = "[Anna] (laghs) Hello. [pause banana] [pause]\n"
    first = next(p for p in lint(text) if p.rule == "unlisted-nonverbal")
    assert fix_one(text, first) == "[Anna] (laughs) Hello. [pause banana] [pause]\n"
    unfixable = next(p for p in lint(text) if p.rule == "bad-pause" and not p.fix)
    assert fix_one(text, unfixable) == text
    assert fix_one("[Anna] Something else.", first) == "[Anna] Something else."
