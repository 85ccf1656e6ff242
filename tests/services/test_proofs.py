"""What probes found, kept as long as lock, driver and card are the same."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from pathlib import Path

import pytest

from studio.runtime.devices import Device
from studio.services import device_report, proofs
from studio.services.proofs import Built, Proof, Proofs

CARD = Device("local/rocm0", "RX 6700 XT", "rocm", 12 << 30, driver="6.12")
PLACE = Built("core", "lock", "rocm", Path("python"))
PROOF = Proof("core", "lock", "6.12", "local/rocm0", "RX 6700 XT", "good", "It computes.", ("fp32",), {"a": 1}, 2.5)


def test_what_was_found_is_known_after_a_restart(tmp_path: Path) -> None:
    kept = Proofs(tmp_path / "cache/proofs.json")
    kept.forget()
    kept.keep(PROOF)
    again = Proofs(tmp_path / "cache/proofs.json")
    assert again.known(CARD, PLACE) == PROOF
    again.forget()
    assert kept.known(CARD, PLACE) is None


def test_a_card_is_probed_in_what_was_built_for_its_chip_only() -> None:
    card = replace(CARD, gfx="gfx1031")
    assert proofs.worth_probing(card, PLACE)
    assert proofs.worth_probing(card, replace(PLACE, gfx="gfx1031"))
    assert not proofs.worth_probing(card, replace(PLACE, gfx="gfx1100"))
    assert proofs.worth_probing(Device("local/cpu", "A processor", "cpu", 1), replace(PLACE, gfx="gfx1100"))


@pytest.mark.parametrize(
    ("device", "place"),
    [
        (replace(CARD, driver="6.13"), PLACE),
        (replace(CARD, name="RX 7900 XTX"), PLACE),
        (replace(CARD, id="local/rocm1"), PLACE),
        (CARD, replace(PLACE, lock="another")),
        (CARD, replace(PLACE, pack="xtts")),
    ],
)
def test_it_holds_for_this_card_driver_and_lock_only(device: Device, place: Built, tmp_path: Path) -> None:
    kept = Proofs(tmp_path / "proofs.json")
    kept.keep(PROOF)
    assert kept.known(device, place) is None


def test_a_newer_proof_takes_the_place_of_the_old_one_and_few_are_kept(tmp_path, monkeypatch) -> None:
    kept = Proofs(tmp_path / "proofs.json")
    kept.keep(PROOF)
    kept.keep(replace(PROOF, verdict="wrong"))
    found = kept.known(CARD, PLACE)
    assert found is not None
    assert found.verdict == "wrong"
    assert len(json.loads((tmp_path / "proofs.json").read_text())) == 1
    monkeypatch.setattr(proofs, "_MOST_KEPT", 2)
    kept.keep(replace(PROOF, lock="b"))
    kept.keep(replace(PROOF, lock="c"))
    assert kept.known(CARD, PLACE) is None
    assert kept.known(CARD, replace(PLACE, lock="c")) is not None


@pytest.mark.parametrize(
    "text",
    ["", "[", "{}", "[1, null, []]", "\x00", "[" * 100_000, json.dumps([asdict(PROOF) | {"verdict": 7}]),
     json.dumps([asdict(PROOF) | {"facts": "no"}]), json.dumps([asdict(PROOF) | {"precisions": None}]),
     json.dumps([{"pack": "core"}])],
)  # fmt: skip
def test_a_damaged_file_is_none(text: str, tmp_path: Path) -> None:
    file = tmp_path / "proofs.json"
    file.write_text(text)
    assert Proofs(file).known(CARD, PLACE) is None
    Proofs(file).keep(PROOF)
    assert Proofs(file).known(CARD, PLACE) == PROOF


def test_devices_carry_what_was_found_by_pack(tmp_path: Path) -> None:
    kept = Proofs(tmp_path / "proofs.json")
    kept.keep(PROOF)
    kept.keep(replace(PROOF, pack="xtts", verdict="on_cpu"))
    other = Device("local/cpu", "CPU", "cpu", 1)
    card, processor = kept.with_verdicts([CARD, other], [PLACE, replace(PLACE, pack="xtts")])
    assert card.proven == {"core": "good", "xtts": "on_cpu"}
    assert processor.proven == {}
    assert "core: good, xtts: on_cpu" in device_report.line(device_report.row(card))
