"""What the window remembers."""

from __future__ import annotations

from pathlib import Path

import pytest

from studio.ui.bridge.memory import Memory


def test_what_is_put_is_there_the_next_day(tmp_path: Path, qapp: object) -> None:
    del qapp
    file = tmp_path / "window.json"
    first = Memory(file)
    first.put("room", "music")
    first.put("form.kokoro", {"speed": 1.5})
    first.close()
    second = Memory(file)
    assert second.get("room", "dialogue") == "music"
    assert second.get("form.kokoro", {}) == {"speed": 1.5}


def test_a_value_of_another_kind_is_not_believed(tmp_path: Path, qapp: object) -> None:
    del qapp
    file = tmp_path / "window.json"
    file.write_text('{"volume": "loud", "recent": 7}', encoding="utf-8")
    memory = Memory(file)
    assert memory.get("volume", 100) == 100
    assert memory.get("recent", []) == []


@pytest.mark.parametrize("content", [b"", b"{", b"[1]", b"\xff\xfe", b"null"])
def test_a_damaged_file_is_no_reason_not_to_start(content: bytes, tmp_path: Path, qapp: object) -> None:
    del qapp
    file = tmp_path / "window.json"
    file.write_bytes(content)
    memory = Memory(file)
    assert memory.get("room", "dialogue") == "dialogue"
    memory.put("room", "voices")
    memory.close()
    assert Memory(file).get("room", "") == "voices"


def test_a_folder_that_cannot_be_written_to_costs_no_message(tmp_path: Path, qapp: object) -> None:
    del qapp
    memory = Memory(tmp_path / "missing" / "window.json")
    memory.put("room", "voices")
    memory.close()
    assert memory.get("room", "") == "voices"
