"""An export as its row holds it."""

from __future__ import annotations

import json

from studio.domain.export import order
from studio.domain.export.options import Options, settle
from studio.domain.export.order import Order, Piece
from studio.domain.requests import Request, Target, from_json

_ORDER = Order(
    folder="/p",
    snapshot="0" * 64,
    settled=settle(Options("podcast"), ".wav", 44_100),
    tags={"title": "T"},
    pieces=(Piece("/o/a.wav", order.MIX, 0, 5, "T"), Piece("/o/s/x.wav", order.STEM, 0, 5, "X", "k1"),
            Piece("/o/a.wav.CREDITS.txt", order.CREDITS, 0, 5)),
    again=("/o/a.wav",),
    makes=("/o/s",),
)  # fmt: skip


def test_a_row_gives_the_order_back_and_unknown_names_do_no_harm():
    data = json.loads(json.dumps(_ORDER.to_dict()))
    assert order.from_dict(data) == _ORDER
    data["later"] = data["settled"]["later"] = data["pieces"][0]["later"] = 1
    assert order.from_dict(data) == _ORDER


def test_only_what_it_may_replace_is_replaced():
    assert [_ORDER.may_replace(p) for p in _ORDER.pieces] == [True, False, False]
    assert [p.is_sound for p in _ORDER.pieces] == [True, True, False]


def test_a_request_knows_all_the_places_it_writes_to():
    target = Target("/o/a.wav", "wav")
    request = Request(task="export", engine="", params=_ORDER.to_dict(), seed=0, target=target)
    assert from_json(request.to_json()).places == ["/o/a.wav", "/o/s/x.wav", "/o/a.wav.CREDITS.txt"]
    speech = Request(task="speech", engine="x", params={"pieces": 5}, seed=0, target=target)
    assert speech.places == ["/o/a.wav"]
    assert Request(task="speech", engine="x", params={}, seed=0).places == []
