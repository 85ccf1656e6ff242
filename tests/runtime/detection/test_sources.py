"""What detection makes of files, answers and registries that are not as they should be, and of this very machine."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from studio.runtime.detection import found, host_memory, linux, nvidia, windows
from studio.runtime.detection.advice import plan
from studio.runtime.detection.machine import look
from studio.runtime.detection.sources import Sources, number, this_machine
from studio.runtime.hosts.base import Completed
from tests.runtime.detection.fakes import Setting, sources_of


def test_this_machine_is_looked_at() -> None:
    sources = this_machine()
    seen = look(sources)
    assert plan(seen)
    total, free = host_memory.read(sources)
    assert 0 < free < total
    assert "threads" in host_memory.processor_name(sources)


def test_a_command_that_is_not_there_is_no_error() -> None:
    assert this_machine().run(["no-such-command-anywhere"]) is None


@pytest.mark.parametrize(
    ("text", "value"), [("0x73df", 0x73DF), ("12", 12), ("", 0), ("0x", 0), ("many", 0), ("-1", -1)]
)
def test_numbers_as_the_kernel_writes_them(text: str, value: int) -> None:
    assert number(text) == value


@pytest.mark.parametrize(
    "properties",
    [
        b"",
        b"\xff\xfe\x00",
        b"simd_count\n",
        b"simd_count many\ngfx_target_version 1 2\n",
        b"gfx_target_version 100301\n",
    ],
)
def test_a_node_of_nonsense_is_no_computing_node(properties: bytes, tmp_path: Path) -> None:
    sources = sources_of(tmp_path, ["RX 6700 XT"], Setting())
    (tmp_path / linux.KFD / "1/properties").write_bytes(properties)
    (card,) = look(sources).cards
    assert (card.gfx, card.trouble) == ("gfx1031", found.NO_COMPUTE)


def test_a_kernel_that_does_not_say_what_a_card_runs_is_helped_by_the_number(tmp_path: Path) -> None:
    sources = sources_of(tmp_path, ["RX 6600"], Setting())
    (tmp_path / linux.KFD / "1/properties").write_text("simd_count 56\ndrm_render_minor 128\n")
    (card,) = look(sources).cards
    assert (card.gfx, card.trouble) == ("gfx1032", "")


def test_nodes_are_counted_as_rocm_counts_them(tmp_path: Path) -> None:
    sources = sources_of(tmp_path, ["RX 6600", "RX 7900 XTX"], Setting())
    nodes = tmp_path / linux.KFD
    (nodes / "1").rename(nodes / "10")  # ten comes after two, unlike in an alphabet
    assert {c.name: c.index for c in look(sources).cards} == {"AMD Radeon RX 7900 XTX": 0, "AMD Radeon RX 6600": 1}


def test_without_the_systems_table_a_card_has_our_name(tmp_path: Path) -> None:
    sources = sources_of(tmp_path, ["RX 6700 XT"], Setting())
    (tmp_path / "usr/share/libdrm/amdgpu.ids").write_text("1.0.0\n73DF\n,,\n73DF,\tC5,\tAMD Radeon RX 6800M\n")
    assert look(sources).cards[0].name == "AMD Radeon RX 6700/6750 XT"


@pytest.mark.parametrize(
    ("code", "output", "cards", "trouble"),
    [
        (0, "", 0, ""),
        (0, "<html>\n", 0, ""),
        (0, "0, RTX 4090, GPU-1, [N/A], [N/A], 580.95.05, 00000000:01:00.0, [N/A]\nWarning: infoROM\n", 1, ""),
        (6, "No devices were found\n", 0, ""),
        (9, "NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver.\n", 0, found.DRIVER_FAILED),
        (18, "Failed to initialize NVML: Driver/library version mismatch\n", 0, found.RESTART),
        (-9, "", 0, found.DRIVER_FAILED),
    ],
)
def test_what_nvidia_smi_may_say(code: int, output: str, cards: int, trouble: str) -> None:
    answer = nvidia.ask(Sources("linux", run=lambda argv: Completed(code, output)))
    assert (len(answer.told), answer.trouble) == (cards, trouble)
    if cards:
        assert (answer.told[0].card.capability, answer.told[0].card.memory, answer.told[0].free) == ((8, 9), 0, 0)


def test_an_old_driver_is_asked_without_the_field_it_does_not_know(tmp_path: Path) -> None:
    sources = sources_of(tmp_path, ["RTX 3060"], Setting(nvidia="470.256.02"))
    (told,) = nvidia.ask(sources).told
    assert (told.card.driver, told.card.capability) == ("470.256.02", (8, 6))


@pytest.mark.parametrize(
    "adapter",
    [
        {},
        {"DriverDesc": 7, "MatchingDeviceId": None},
        {"DriverDesc": "Parsec Virtual Display Adapter", "MatchingDeviceId": r"ROOT\Parsec\VDA"},
        {"DriverDesc": "QXL", "MatchingDeviceId": r"PCI\VEN_1B36&DEV_0100"},
        {"DriverDesc": "Half", "MatchingDeviceId": r"PCI\VEN_1002"},
    ],
)
def test_adapters_that_are_no_cards(adapter: dict[str, Any]) -> None:
    assert windows.cards(Sources("win32", adapters=lambda: [adapter])) == ()


@pytest.mark.parametrize("memory", [b"", b"\0" * 20, -1, "12 GB", None])
def test_an_odd_size_in_the_registry_is_none(memory: object) -> None:
    adapter = {"MatchingDeviceId": r"pci\ven_1002&dev_73df", "HardwareInformation.qwMemorySize": memory}
    (card,) = windows.cards(Sources("win32", adapters=lambda: [adapter]))
    assert (card.memory, card.gfx) == (0, "gfx1031")


def test_without_nvidia_smi_windows_driver_number_tells_nvidias(tmp_path: Path) -> None:
    (card,) = look(sources_of(tmp_path, ["RTX 4090"], Setting(system="windows", nvidia="none"))).cards
    assert (card.driver, card.capability, card.memory) == ("581.42", (8, 9), 24564 << 20)


def test_a_wsl_that_may_not_start_programs_of_windows_sees_nvidia_only(tmp_path: Path) -> None:
    sources = sources_of(tmp_path, ["Vega of a Ryzen 5800H", "RTX 3060 Laptop"], Setting(system="wsl"))
    mute = Sources("linux", root=tmp_path, run=lambda argv: None if argv[0].endswith("reg.exe") else sources.run(argv))
    assert [card.vendor for card in look(mute).cards] == [found.NVIDIA]


def test_metal_is_for_apples_own_processors() -> None:
    said = Completed(0, "17179869184\nApple M2\n")
    (card,) = look(Sources("darwin", "arm64", run=lambda argv: said)).cards
    assert (card.name, card.memory) == ("Apple M2", 16 << 30)
    assert look(Sources("darwin", "x86_64", run=lambda argv: said)).cards == ()


@pytest.mark.parametrize("system", ["windows", "wsl"])
@pytest.mark.parametrize(("title", "size"), [("Arc A770", 16288 << 20), ("RX 6700 XT", 12272 << 20)])
def test_sizes_are_read_as_numbers_and_as_bytes(title: str, size: int, system: str, tmp_path: Path) -> None:
    (card,) = look(sources_of(tmp_path, [title], Setting(system=system))).cards
    assert card.memory == size
