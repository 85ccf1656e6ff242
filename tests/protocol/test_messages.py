"""Messages survive the way through JSON; whatever else comes in is a MessageError."""

from __future__ import annotations

import dataclasses
import json
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.protocol import messages
from studio.protocol.messages import Message, MessageError, decode, encode

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63) | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=10,
)  # fmt: skip
NUMBERS = st.integers(-(2**63) + 1, 2**63 - 1)
FIELDS: dict[str, st.SearchStrategy[Any]] = {
    "int": NUMBERS,
    "str": st.text(),
    "float | None": st.none() | st.floats(allow_nan=False, allow_infinity=False),
    "int | None": st.none() | NUMBERS,
    "dict[str, Any]": st.dictionaries(st.text(max_size=10), JSON, max_size=4),
    "dict[str, str]": st.dictionaries(st.text(max_size=10), st.text(max_size=10), max_size=4),
    "list[str]": st.lists(st.text(max_size=10), max_size=4),
    "list[dict[str, Any]]": st.lists(st.dictionaries(st.text(max_size=10), JSON, max_size=2), max_size=2),
}
KINDS: tuple[type[Any], ...] = get_args(Message)
PLAIN = {"kind": "progress", "job": 1, "stage": "speaking", "fraction": 0.5}


def one_of_kind(kind: type[Any]) -> st.SearchStrategy[Any]:
    return st.builds(kind, **{f.name: FIELDS[str(f.type)] for f in dataclasses.fields(kind)})


def decoded_or_refused(payload: bytes) -> Message | None:
    try:
        return decode(payload)
    except MessageError:
        return None


@given(st.one_of([one_of_kind(kind) for kind in KINDS]))
def test_what_goes_in_comes_out(message: Message) -> None:
    assert decode(encode(message)) == message


def test_each_kind_has_a_name_of_its_own() -> None:
    assert len({kind.kind for kind in KINDS}) == len(KINDS) == 18


@given(st.binary(max_size=100))
def test_hostile_bytes_are_refused(payload: bytes) -> None:
    assert decoded_or_refused(payload) is None


@given(JSON)
def test_other_json_is_refused(value: object) -> None:
    assert decoded_or_refused(json.dumps(value).encode()) is None


@given(st.sampled_from(KINDS), st.data())
def test_a_message_of_odd_values_is_whole_or_refused(kind: type[Any], data: st.DataObject) -> None:
    names = [f.name for f in dataclasses.fields(kind)]
    fields = {name: data.draw(JSON, label=name) for name in names if data.draw(st.booleans())}
    found = decoded_or_refused(json.dumps({"kind": kind.kind, **fields}).encode())
    if found is not None:
        assert isinstance(found, kind)
        assert decode(encode(found)) == found


def test_fields_of_a_newer_side_are_ignored() -> None:
    newer = json.dumps({**PLAIN, "colour": "green"}).encode()
    assert decode(newer) == messages.Progress(job=1, stage="speaking", fraction=0.5)


@pytest.mark.parametrize(
    "changes",
    [
        {"kind": "surprise"}, {"kind": None}, {"kind": ["progress"]}, {"job": "1"}, {"job": True}, {"job": None},
        {"job": 1.5}, {"job": 2**63}, {"stage": 1}, {"stage": None}, {"fraction": "half"}, {"fraction": 10**400},
        {"fraction": [0.5]},
    ],
)  # fmt: skip
def test_wrong_values_are_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(MessageError):
        decode(json.dumps({**PLAIN, **changes}).encode())


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e999", "-1e999", "9" * 5000])
@pytest.mark.parametrize("place", ['"fraction":{}', '"fraction":0.5,"more":{{"deep":[{}]}}'])
def test_numbers_that_are_none_are_refused(number: str, place: str) -> None:
    text = '{"kind":"progress","job":1,"stage":"speaking",' + place.format(number) + "}"
    with pytest.raises(MessageError):
        decode(text.encode())


def test_a_missing_field_is_named() -> None:
    with pytest.raises(MessageError, match=r"progress: .*stage"):
        decode(b'{"kind":"progress","job":1}')


@pytest.mark.parametrize("depth", [*range(850, 1010, 3), 100_000])
@pytest.mark.parametrize("field", ["kind", "more", "stage"])
def test_depth_without_end_is_refused_or_taken(depth: int, field: str) -> None:
    nested = "[" * depth + "]" * depth
    found = decoded_or_refused(f'{{"kind":"progress","job":1,"stage":"a","{field}":{nested}}}'.encode())
    assert found is None or field == "more"


def test_a_number_that_is_none_cannot_be_sent() -> None:
    with pytest.raises(ValueError, match="Out of range"):
        encode(messages.Progress(job=1, stage="speaking", fraction=float("nan")))
