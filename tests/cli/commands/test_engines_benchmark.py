"""`studio engines test --benchmark`: a table, an object, and what was measured before Ctrl+C."""

from __future__ import annotations

import json
import signal
import sys

import pytest

from studio.services.benchmark import HEADINGS
from tests.smoke.driver import finish, start, studio
from tests.smoke.plugins import TWO_MODELS, manifest, param, write_engine

pytestmark = pytest.mark.slow

# What the model that is here wants differs from what the engine's parameters say.
_MODELS = f"{TWO_MODELS}[models.defaults]\nguidance = 0.0\n"
_PARAMS = [param(name, "int", 64) for name in ("width", "height", "steps")] + [param("guidance", "float", 7.0)]
_RUNNER = """
from studio.worker.runner import Output, Runner as Base

class Runner(Base):
    def run(self, context):
        if context.params["guidance"]:
            raise ValueError("this is for another model")
        with context.create("a.png") as unfinished:
            unfinished.write_bytes(b"a picture")
        return Output(context.scratch / "a.png", "image")
"""


def test_it_prints_a_table_for_people_and_an_object_for_programs(tmp_path):
    table = studio("engines", "test", "painter", "--benchmark", "--sizes", "96,64x80", data=tmp_path)
    assert table.code == 0, table.err
    heads, *rows = table.out.splitlines()
    assert heads.split("  ")[0] == "device"
    assert [row.split()[:2] for row in rows] == [["local/cpu", "64x80"], ["local/cpu", "96x96"]]
    assert all(row.endswith("stable") for row in rows)
    assert "2 of 2: local/cpu, 96x96" in table.err
    assert table.err.count("warming up") == 1
    assert "1 of 2: local/cpu, 64x80, warming up" in table.err
    assert "left" in table.err
    ran = studio("--json", "engines", "test", "composer", "--benchmark", "--sizes", "2", data=tmp_path)
    assert (ran.code, ran.json["engine"], ran.json["state"]) == (0, "composer", "measured")
    (row,) = ran.json["sizes"]
    assert (row["device"], row["size"], row["steps"], row["verdict"], row["rungs"]) == (
        "local/cpu", "2", None, "stable", [],
    )  # fmt: skip
    assert row["seconds"] > 0


def test_with_steps_each_row_tells_them_its_time_and_memory_and_the_model_that_is_here_is_measured(tmp_path):
    write_engine(tmp_path / "engines" / "twin", runner=_RUNNER, toml=manifest("image", _MODELS, *_PARAMS))
    wanted = ("engines", "test", "twin", "--benchmark", "--sizes", "64", "--steps", "2,3")
    ran = studio("--json", *wanted, data=tmp_path)
    assert ran.code == 0, ran.err
    assert (ran.json["model"], ran.json["state"]) == ("quick", "measured")
    rows = ran.json["sizes"]
    assert [(row["size"], row["steps"], row["verdict"]) for row in rows] == [
        ("64x64", 2, "stable"), ("64x64", 3, "stable"),
    ]  # fmt: skip
    for row in rows:
        assert row["seconds"] > 0
        assert row["memory"] > 0 or sys.platform != "linux"
        assert row["against_cpu"] is None, "it is the processor"
    table = studio(*wanted, data=tmp_path)
    assert table.code == 0, table.err
    heads, *cells = ([cell for cell in line.split("  ") if cell] for line in table.out.splitlines())
    assert [head.strip() for head in heads] == HEADINGS
    assert [[cell.strip() for cell in row][:3] for row in cells] == [
        ["local/cpu", "64x64", "2"], ["local/cpu", "64x64", "3"],
    ]  # fmt: skip
    assert all(len(row) == len(HEADINGS) for row in cells)


def test_what_crashes_has_its_verdict_and_what_was_learned_serves_the_next_command(tmp_path):
    wanted = ("engines", "test", "fake", "--benchmark", "--sizes", "1", "--set")
    crashed = studio(*wanted, "behaviour=segfault", "--json", data=tmp_path)
    assert crashed.code == 3, crashed.err
    assert crashed.error["message"].startswith("Nothing of fake could be measured: The engine fake ended")
    assert f"log: {crashed.error['log']}" in crashed.err
    assert crashed.json["state"] == "failed"
    assert crashed.json["sizes"][0]["verdict"].startswith("crashed: The engine fake")
    assert studio(*wanted, "behaviour=out_of_memory", "--set", "until=offload", data=tmp_path).code == 0
    spoken = ("speak", "Hi.", "--engine", "fake", "--set", "behaviour=out_of_memory", "--set", "until=offload")
    ran = studio(*spoken, "-o", tmp_path / "a.wav", "--json", data=tmp_path)
    assert ran.code == 0
    assert ran.notes == ["started with empty_cache, slicing, smaller_batch, offload, which worked here before"]


def test_the_table_of_what_failed_is_printed_as_well(tmp_path):
    wanted = ("engines", "test", "fake", "--benchmark", "--sizes", "1", "--set", "behaviour=missing_result")
    ran = studio(*wanted, data=tmp_path)
    assert ran.code == 3, ran.err
    assert ran.out.splitlines()[0].startswith("device")
    assert "failed: The engine fake announced a result that is not there." in ran.out
    assert ran.err.count("error: Nothing of fake could be measured") == 1


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_ctrl_c_keeps_what_was_measured(tmp_path):
    process = start(
        "engines", "test", "fake", "--benchmark", "--sizes", "1,1000", "--set", "seconds=2", "--json", data=tmp_path
    )
    assert process.stderr is not None
    said = ""
    while "2 of 2" not in said:
        line = process.stderr.readline().decode()
        assert line, said
        said += line
    process.send_signal(signal.SIGINT)
    ran = finish(process)
    assert ran.code == 4, ran.err
    found = json.loads(ran.raw)
    assert found["error"]["message"] == "Stopped; what was measured until then is kept."
    assert (found["state"], [row["size"] for row in found["sizes"]]) == ("cancelled", ["1"])


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["painter", "--sizes", "64"], "belong to --benchmark"),
        (["painter", "--benchmark", "--steps", "many"], "'many' is no count of steps"),
        (["painter", "--benchmark", "--sizes", ","], "--sizes ',' names nothing"),
        (["diffusers", "--benchmark", "--steps", " , "], "--steps ' , ' names nothing"),
        (["painter", "--benchmark", "--keep", "x"], "no tiny model to keep"),
        (["diffusers", "--benchmark"], "needs the pack core"),
    ],
)
def test_what_cannot_be_measured_is_said(tmp_path, options, words):
    ran = studio("engines", "test", *options, data=tmp_path)
    assert ran.code == 2
    assert words in ran.err
