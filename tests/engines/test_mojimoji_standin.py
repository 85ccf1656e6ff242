"""The stand-in for mojimoji: the two conversions that reading Japanese aloud needs."""

from __future__ import annotations

import importlib
import sys

import pytest

from studio.engines.shared.neural import mojimoji_standin


def test_it_is_found_under_the_others_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "mojimoji", None)  # and is gone again afterwards
    mojimoji_standin.install()
    module = importlib.import_module("mojimoji")
    assert module.zen_to_han("ＡＢＣ　１２３！ガ", kana=False) == "ABC 123!ガ"  # noqa: RUF001 — wide letters are the point
    assert module.han_to_zen("ｶﾞｷﾞｯﾌﾟ｡ﾃｽﾄ abc 12", digit=False, ascii=False) == "ガギップ。テスト abc 12"


def test_what_nobody_asks_for_is_refused_and_not_guessed() -> None:
    with pytest.raises(NotImplementedError):
        mojimoji_standin.zen_to_han("ガ")
    with pytest.raises(NotImplementedError):
        mojimoji_standin.han_to_zen("abc")
