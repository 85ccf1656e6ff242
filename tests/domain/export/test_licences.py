"""What licences allow."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.domain.export.licences import NO, UNKNOWN, YES, terms, worst


@pytest.mark.parametrize(
    ("name", "answer"),
    [
        ("MIT", YES), ("Apache-2.0", YES), ("CC0-1.0", YES), ("CC-BY-4.0", YES), ("cc by 4.0", YES),
        ("CC-BY-SA-3.0", YES),
        ("GPL-3.0-or-later", YES), ("own work", YES), ("Public Domain", YES), ("CC-BY-3.0-DE", YES),
        ("CC-BY-NC-4.0", NO), ("CC-BY-NC-SA-4.0", NO), ("CC BY-NC 3.0", NO), ("CC-BY-NC-ND-4.0", NO), ("CPML", NO),
        ("Coqui Public Model License", NO), ("Some non-commercial licence", NO), ("research-only", NO),
        ("CC-BY-ND-4.0", UNKNOWN), ("stabilityai-community", UNKNOWN), ("llama3", UNKNOWN),
        ("", UNKNOWN), ("   ", UNKNOWN), ("LicenseRef-Mine", UNKNOWN), ("MITT", UNKNOWN), ("commercial", UNKNOWN),
        ("MIT AND CC-BY-NC-4.0", NO), ("MIT OR CC-BY-NC-4.0", YES), ("MIT AND CC-BY-4.0", YES),
        ("(MIT OR Apache-2.0) AND CC-BY-NC-4.0", NO), ("(MIT OR Apache-2.0) AND who knows", UNKNOWN),
        ("((CPML OR MIT) AND CC-BY-4.0)", YES), ("(" * 30_000 + "MIT", UNKNOWN), ("MIT) OR (MIT", UNKNOWN),
        ("MIT AND who knows", UNKNOWN), ("CPML OR who knows", UNKNOWN),
        ("GPL-2.0-only WITH Classpath-exception-2.0", YES),
    ],
)  # fmt: skip
def test_a_licence_allows_what_its_name_says(name, answer):
    found = terms(name)
    assert found.commercial == answer
    assert bool(found.why) == (answer != YES)


def test_creative_commons_wants_its_author_named():
    found = terms("CC-BY-SA-4.0")
    assert found.name_author
    assert found.address == "https://creativecommons.org/licenses/by-sa/4.0/"
    assert terms("MIT AND CC-BY-3.0").name_author
    assert not terms("CC0-1.0").name_author
    assert not terms("MIT OR CC-BY-4.0").name_author


@given(st.text(max_size=40).filter(lambda text: "OR" not in text.split()))
def test_a_name_that_nobody_knows_is_never_a_yes(text):
    # No licence begins like this; what is joined to it by other words than OR holds beside it.
    assert terms(f"qx{text}").commercial != YES


def test_the_worst_counts():
    assert worst([]) == YES
    assert worst([YES, UNKNOWN]) == UNKNOWN
    assert worst([UNKNOWN, NO, YES]) == NO
