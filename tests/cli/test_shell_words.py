"""Words of hints come out of a shell as they were."""

from __future__ import annotations

import shlex

import pytest

from studio.cli.shell_words import typed


@pytest.mark.parametrize("word", ["a.wav", "my song.wav", 'it\'s; rm $HOME `x` "y" *.wav', "ein Stück.wav", ""])
def test_what_is_copied_into_a_shell_is_one_word_there(word: str) -> None:
    assert shlex.split(f"studio again {typed(word, 'linux')} -o x") == ["studio", "again", word, "-o", "x"]


def test_on_windows_only_double_quotes_hold_a_path_together() -> None:
    plain = r"C:\Users\Ada\a-1_b.wav"
    assert typed(plain, "win32") == plain
    for path in (r"C:\My Songs\a.wav", r"C:\a&b.wav", "a (1).wav", ""):
        assert typed(path, "win32") == f'"{path}"'
