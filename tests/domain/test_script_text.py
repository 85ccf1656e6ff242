"""Bytes become text, or an error that names the byte."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.domain.script_text import decode
from studio.errors import StudioError

TEXT = "[S1] Grüße 你好 🎉\n[S2] שלום\n"


@pytest.mark.parametrize(
    "data",
    [
        TEXT.encode(),
        b"\xef\xbb\xbf" + TEXT.encode(),
        b"\xff\xfe" + TEXT.encode("utf-16-le"),
        b"\xfe\xff" + TEXT.encode("utf-16-be"),
    ],
    ids=["utf-8", "utf-8 with mark", "utf-16-le", "utf-16-be"],
)
def test_reads_the_common_encodings(data: bytes):
    assert decode(data, name="a.txt") == TEXT


@pytest.mark.parametrize("line_end", ["\r\n", "\r", "\n"])
def test_all_line_ends_become_one(line_end: str):
    assert decode(f"a{line_end}{line_end}b".encode(), name="a.txt") == "a\n\nb"


def test_names_the_byte_that_is_not_utf8():
    data = b"[S1] Fine.\r\n[S2] Gr" + b"\xfc\xdfe"
    with pytest.raises(StudioError) as caught:
        decode(data, name="old.txt")
    assert "old.txt" in caught.value.message
    assert "0xFC" in caught.value.message
    assert f"offset {data.index(0xFC)} " in caught.value.message
    assert "line 2)" in caught.value.message
    assert "UTF-8" in caught.value.hint


def test_counts_the_byte_order_mark_in_the_offset():
    with pytest.raises(StudioError, match=r"0xE4 at offset 5 \(line 2\)"):
        decode(b"\xef\xbb\xbfa\n\xe4", name="a.txt")


def test_half_a_utf16_character_is_an_error():
    with pytest.raises(StudioError, match=r"0x42 at offset 6 \(line 2\)"):
        decode(b"\xff\xfeA\0\n\0B", name="a.txt")
    with pytest.raises(StudioError, match=r"at offset 4 \(line 1\)"):
        decode(b"\xfe\xff\0A\xd8\0", name="a.txt")


@settings(max_examples=200, derandomize=True, deadline=None)
@given(st.one_of(st.binary(), st.binary().map(lambda data: b"\xff\xfe" + data)))
def test_any_bytes_are_text_or_a_clear_error(data: bytes):
    caught: StudioError | None = None
    try:
        text = decode(data, name="a.txt")
    except StudioError as error:
        caught = error
        text = ""
    assert "\r" not in text
    text.encode()
    assert caught is None or (caught.hint and "0x" in caught.message)
