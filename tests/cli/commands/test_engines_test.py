"""`studio engines test`: tries an engine without any downloaded model."""

from __future__ import annotations

import pytest

from tests.smoke.driver import studio

pytestmark = pytest.mark.slow


def test_a_test_says_what_it_found(tmp_path):
    ran = studio("engines", "test", "verses", "--json", "--keep", tmp_path / "kept", data=tmp_path / "data")
    assert ran.code == 0
    assert ran.json["engine"] == "verses"
    assert ran.json["passed"] is True
    assert ran.json["device"] == "local/cpu"
    assert ran.json["facts"]["lines"] == 2
    assert (tmp_path / "kept").is_dir()


def test_what_is_missing_is_named_with_the_way_out(tmp_path):
    ran = studio("engines", "test", "xtts", data=tmp_path / "data")
    assert ran.code == 2
    assert "needs the pack xtts, which is missing" in ran.err
    assert "studio engines install xtts" in ran.err
    assert studio("engines", "test", "fake", data=tmp_path / "data").code == 2
    assert "did you mean dia" in studio("engines", "test", "dai", data=tmp_path / "data").err.lower()
