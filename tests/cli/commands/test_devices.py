"""`studio devices` on machines that we do not have, and with a probe that finds fault."""

from __future__ import annotations

import json
import sys
from argparse import Namespace
from pathlib import Path

import pytest

from studio.app import Studio
from studio.cli.commands import devices
from studio.cli.output import Output
from studio.runtime.detection import sources
from studio.services import proofs
from studio.services.proofs import Built
from tests.runtime.detection.fakes import Setting, sources_of
from tests.services.torch_standin import interpreter


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Let the studio find itself on a machine with these cards."""

    def be(*cards: str, **setting) -> None:
        fake = sources_of(tmp_path / "machine", cards, Setting(**setting))
        monkeypatch.setattr(sources, "this_machine", lambda: fake)

    return be


def _run(root: Path, out: Output, **wishes) -> int:
    given = {"probe": False, "reset_envelope": False, "device": "", "data_dir": str(root / "data")}
    return devices.run(Namespace(**{**given, **wishes}), out)


def _shown(capsys: pytest.CaptureFixture[str]) -> dict:
    return json.loads(capsys.readouterr().out)


def test_cards_are_told_with_what_is_planned_for_them(machine, tmp_path: Path, capsys) -> None:
    machine("RX 6700 XT", "graphics of a Ryzen 7600")
    assert _run(tmp_path, Output(as_json=True, quiet=False)) == 0
    shown = _shown(capsys)
    card, processor = shown["devices"]
    assert (card["id"], card["gfx"], card["driver"]) == ("local/rocm0", "gfx1031", "6.12.9-generic")
    assert processor["id"] == "local/cpu"
    assert [(c["accelerator"], c["source"], c["text"]) for c in shown["cards"]] == [
        ("rocm", "rocm-multi", "AMD Radeon RX 6700 XT computes with ROCm."),
        ("cpu", "cpu", "AMD Radeon(TM) Graphics is slower than the processor beside it."),
    ]


def test_people_read_the_reason_and_the_way_out(machine, tmp_path: Path, capsys) -> None:
    machine("RX 6700 XT", groups=False)
    assert _run(tmp_path, Output(as_json=False, quiet=False)) == 0
    printed = capsys.readouterr().out
    assert (
        "AMD Radeon RX 6700 XT may not be used by this user. Engines compute on the CPU.\nRun `sudo usermod" in printed
    )
    assert "local/rocm0" not in printed


def test_without_a_pack_there_is_nothing_to_probe_with(machine, tmp_path: Path, capsys) -> None:
    machine("RX 6700 XT")
    assert _run(tmp_path, Output(as_json=True, quiet=False), probe=True) == 0
    said = capsys.readouterr()
    assert json.loads(said.out)["probes"] == []
    assert "Nothing to probe with" in said.err


@pytest.mark.skipif(sys.platform == "win32", reason="a shell script stands in for the interpreter")
def test_a_build_that_computes_on_the_processor_is_told_kept_and_not_used(
    machine, tmp_path: Path, capsys, monkeypatch: pytest.MonkeyPatch
) -> None:
    machine("RX 6700 XT")
    place = Built("core", "lock", "rocm", interpreter(tmp_path, "no card", "rocm"))
    monkeypatch.setattr(proofs, "built", lambda environments: [place])
    assert _run(tmp_path, Output(as_json=True, quiet=False), probe=True) == 2
    shown = _shown(capsys)
    verdicts = {p["device"]: p["verdict"] for p in shown["probes"]}
    assert verdicts["local/rocm0"] == "on_cpu"
    told = next(p["text"] for p in shown["probes"] if p["device"] == "local/rocm0")
    assert "Engines would compute on the CPU without saying so" in told
    assert shown["devices"][0]["probe"] == {"core": "on_cpu"}
    assert next(p["device"] for p in shown["plan"] if p["engine"] == "diffusers") == "local/cpu"
    again = Studio(tmp_path / "data")
    try:
        assert again.devices[0].proven == {"core": "on_cpu"}
    finally:
        again.close()
