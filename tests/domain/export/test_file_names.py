"""File names out of titles: safe on every system, and each there once."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.domain.export.file_names import safe, unique


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Plain title", "Plain title"),
        ('  a / b \\ c : d * e ? " < > |  ', "a b c d e"),
        ("tab\there\nand there", "tab here and there"),
        ("...hidden...", "hidden"),
        ("con", "_con"),
        ("COM1", "_COM1"),
        ("aux.the sequel", "_aux.the sequel"),
        ("console", "console"),
        ("../../etc/passwd", "etc passwd"),
        ("", "Track"),
        ("...", "Track"),
        ("???", "Track"),
        ("Grüße, 漢字 🎵", "Grüße, 漢字 🎵"),
        ("evil\u202egpj.exe", "evil gpj.exe"),
    ],
)
def test_a_title_becomes_a_name_that_every_system_takes(title, name):
    assert safe(title, otherwise="Track") == name


@given(st.text(max_size=300))
def test_no_title_makes_a_dangerous_name(title):
    name = safe(title, otherwise="x")
    assert 0 < len(name.encode()) <= 81
    assert name == name.strip(". ")
    assert not re.search(r'[<>:"/\\|?*\x00-\x1f]', name)


def test_a_long_title_is_cut_between_characters():
    assert safe("漢" * 100, otherwise="x") == "漢" * 26


@given(st.lists(st.sampled_from(["a", "A", "b", "a (2)", "ß", "SS"]), max_size=12))
def test_names_are_unique_where_case_is_ignored(names):
    found = unique(names)
    assert len({n.casefold() for n in found}) == len(names)
    assert all(new.startswith(old) for new, old in zip(found, names, strict=True))
