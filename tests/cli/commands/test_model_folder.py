"""`--set model=DIR` with folders that hold more, or other things, than a model."""

from __future__ import annotations

import os
import sys

import pytest

from tests.smoke.driver import studio

pytestmark = pytest.mark.slow


@pytest.mark.skipif(sys.platform == "win32", reason="pipes")
def test_a_pipe_beside_the_weights_is_no_trouble(tmp_path):
    model = tmp_path / "model"
    model.mkdir()
    os.mkfifo(model / "pipe")
    ran = studio(
        "speak", "Hi.", "--engine", "fake", "--set", f"model={model}", "-o", tmp_path / "a.wav", data=tmp_path / "data"
    )
    assert ran.code == 0, ran.err
    assert (tmp_path / "a.wav").is_file()


def test_a_folder_that_holds_far_more_than_a_model_is_refused(tmp_path):
    for number in range(11):
        (tmp_path / "many" / f"{number}").mkdir(parents=True)
        for name in range(1000):
            (tmp_path / "many" / f"{number}" / f"{name}").touch()
    ran = studio(
        "speak", "Hi.", "--engine", "fake", "--set", f"model={tmp_path / 'many'}", "-o", tmp_path / "a.wav",
        data=tmp_path / "data",
    )  # fmt: skip
    assert ran.code == 2, ran.err
    assert "many holds more than 10,000 files and folders." in ran.err
    assert "hint: Name the folder of one model." in ran.err
    assert not (tmp_path / "a.wav").exists()
