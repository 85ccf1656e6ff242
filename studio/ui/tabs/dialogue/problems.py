"""What the linter found, in the words of the window. Pure but for the language."""

from __future__ import annotations

from studio.domain import dialogue
from studio.domain.lint import Problem
from studio.ui.language import t

_TONES = {"error": "bad", "warning": "warn", "note": "muted"}
_SIGNS = {"error": "circle-x", "warning": "triangle-alert", "note": "info"}


def tone_of(problem: Problem) -> str:
    """Return the token of a problem's colour."""
    return _TONES[problem.level]


def sign_of(problem: Problem) -> str:
    """Return a problem's sign."""
    return _SIGNS[problem.level]


def extent(source: str, problem: Problem) -> tuple[int, int]:
    """Return the stretch of its source line that a problem is about, from 0."""
    at = problem.column - 1
    for token in dialogue.tokens(source):
        if token.start <= at < token.end:
            if token.kind is dialogue.Kind.TEXT:
                return at, max(at + 1, len(source.rstrip()))
            return token.start, token.end
    return max(0, min(at, len(source) - 1)), max(at + 1, len(source))


def words(problem: Problem, source: str) -> str:
    """Say what is wrong; `source` is the line it is in."""
    start, end = extent(source, problem)
    what = source[start:end].strip()
    what = what if len(what) <= 40 else f"{what[:39]}…"
    return {
        "unsupported-nonverbal": t("This engine has no sound for {what} and will leave it out.", what=what),
        "unlisted-nonverbal": t("{what} is no sound that engines know; it will be left out.", what=what),
        "bad-pause": t("{what} is no pause: write [pause 500ms] or [pause 1.5s], at most 60 seconds.", what=what),
        "odd-bracket": t("{what} is neither a speaker nor a pause; it is read as text.", what=what),
        "unclosed-bracket": t("This bracket is never closed, so it is read as text."),
        "dense-nonverbals": t("Many sounds for so few words; engines do better with fewer."),
        "long-line": t("This line takes more than 20 seconds; shorter lines come out better."),
        "starts-with-speaker": t("A script begins with a speaker."),
        "empty-turn": t("This speaker has nothing to say here."),
        "control-character": t("There are invisible characters here that nobody can speak."),
    }.get(problem.rule, problem.text)


def fix_words(problem: Problem) -> str:
    """Say what would mend a problem; "" where only a person can."""
    if not problem.fix:
        return ""
    if problem.fix.startswith("write "):
        return t("Write {words}", words=problem.fix.removeprefix("write "))
    if problem.rule == "starts-with-speaker":
        return t("Put [S1] in front")
    if problem.rule == "empty-turn":
        return t("Remove the speaker")
    return t("Remove it")
