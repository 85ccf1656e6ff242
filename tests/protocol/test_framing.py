"""Frames come out as they went in, however the stream cuts them; anything else is a FramingError."""

from __future__ import annotations

import io
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.protocol import framing
from studio.protocol.framing import MAX_FRAME, FramingError, read_frame, write_frame


class Dripping(io.BytesIO):
    """A stream that gives a few bytes at a time, as a pipe may."""

    def __init__(self, content: bytes, most: int) -> None:
        super().__init__(content)
        self._most = most

    def read(self, size: int | None = -1, /) -> bytes:
        return super().read(min(size or 0, self._most))


def framed(*payloads: bytes) -> bytes:
    stream = io.BytesIO()
    for payload in payloads:
        write_frame(stream, payload)
    return stream.getvalue()


@given(st.lists(st.binary(max_size=300), max_size=6), st.integers(1, 64))
def test_what_goes_in_comes_out(payloads: list[bytes], most: int) -> None:
    stream = Dripping(framed(*payloads), most)
    assert [read_frame(stream) for _ in payloads] == payloads
    assert read_frame(stream) is None


@given(st.binary(min_size=1, max_size=100), st.data())
def test_a_stream_that_ends_too_early_is_an_error(payload: bytes, data: st.DataObject) -> None:
    whole = framed(payload)
    cut = data.draw(st.integers(1, len(whole) - 1))
    with pytest.raises(FramingError, match="ended"):
        read_frame(io.BytesIO(whole[:cut]))


@given(st.binary(max_size=200))
def test_hostile_bytes_are_frames_or_an_error(content: bytes) -> None:
    stream = io.BytesIO(content)
    try:
        while (payload := read_frame(stream)) is not None:
            assert len(payload) <= len(content)
    except FramingError:
        pass


@pytest.mark.parametrize("length", [MAX_FRAME + 1, 0x7FFFFFFF, 0xFFFFFFFF])
def test_a_huge_claim_is_refused_before_anything_is_read(length: int) -> None:
    stream = io.BytesIO(struct.pack("<I", length) + b"x" * 100)
    with pytest.raises(FramingError, match=str(length)):
        read_frame(stream)
    assert stream.tell() == 4


def test_what_no_reader_would_take_is_not_written(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(framing, "MAX_FRAME", 10)
    stream = io.BytesIO()
    write_frame(stream, b"x" * 10)
    with pytest.raises(FramingError, match="limit of 10"):
        write_frame(stream, b"x" * 11)
    assert len(stream.getvalue()) == 14
