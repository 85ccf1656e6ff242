"""Packs as they are shipped, and packs as somebody may have changed them."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest

from studio.engines.pack import OURS, TORCH, PackError, Target, parse_lock, read_packs
from studio.errors import StudioError

HASH = "sha256:" + "0" * 64
PACKS = read_packs()
TARGETS = [
    Target(system, f"{python}.4", "arm64" if system == "macos" else "x86_64")
    for system in ("linux", "windows", "macos")
    for python in ("3.11", "3.12", "3.13")
]


@pytest.fixture(name="packs")
def _copy_packs(tmp_path: Path) -> Path:
    return Path(shutil.copytree(OURS, tmp_path / "packs"))


def _change(file: Path, old: str, new: str) -> None:
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), "utf-8")


# -------------------------------------------------------------------------------------------------------------- shipped


def test_all_packs_can_be_read() -> None:
    assert PACKS.errors == {}
    assert PACKS.ids == ("core", "core-directml", "diffrhythm2", "xtts")
    assert PACKS.pack("core").accelerators == ("cuda", "rocm", "xpu", "mps", "cpu")
    assert PACKS.pack("core-directml").accelerators == ("directml",)


@pytest.mark.parametrize("pack_id", PACKS.ids)
def test_a_lock_holds_all_that_is_required_and_nothing_that_is_left_out(pack_id: str) -> None:
    pack = PACKS.pack(pack_id)
    versions = {p.name: p.version for p in pack.lock}
    for line in (OURS / pack_id / "requirements.in").read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            name, version = re.sub(r"\[.*]", "", line).split("==")
            assert versions.get(name) == version, f"{line}: the lock was not made anew"
    assert not versions.keys() & (TORCH | pack.left_out.keys())
    assert all(p.hashes for p in pack.lock)


@pytest.mark.parametrize("pack_id", PACKS.ids)
def test_licence_and_size_are_known_of_each_package_on_each_machine(pack_id: str) -> None:
    pack = PACKS.pack(pack_id)
    missing: list[str] = []
    for target in TARGETS:
        if target.minor not in pack.python or (pack_id == "core-directml" and target.system != "windows"):
            continue
        locks = [f.lock for f in pack.flavours if target.system in f.systems]
        for pin in (*pack.lock, *(p for lock in locks for p in lock)):
            known = PACKS.package(pin.name, pin.version)
            if target.fits(pin.marker) and not (known.licence and known.disk and known.size(target)):
                missing.append(f"{pin.name}=={pin.version} {target.key}")
    assert missing == []


def test_the_licence_of_the_weights_for_styles_is_shown() -> None:
    assert "CC-BY-NC-4.0" in PACKS.package("muq", "0.1.0").licence
    assert "CC-BY-NC-4.0" in " ".join(PACKS.pack("diffrhythm2").notes)


@pytest.mark.parametrize("pack_id", PACKS.ids)
def test_no_pack_brings_what_is_built_on_the_spot_or_fits_one_torch_alone(pack_id: str) -> None:
    pack = PACKS.pack(pack_id)
    names = {pin.name for lock in (pack.lock, *(f.lock for f in pack.flavours)) for pin in lock}
    assert not names & {"deepspeed", "av", "torchaudio", "torchcodec"}


def test_no_pack_needs_a_compiler_or_the_system() -> None:
    names = {p.name for p in PACKS.pack("diffrhythm2").lock}
    assert "espeakng-loader" in names
    assert not names & {"pyopenjtalk", "torchaudio", "torchvision", "librosa"}


def test_torch_for_the_processor_is_locked_where_it_could_be_had() -> None:
    lock = PACKS.pack("core").flavour("cpu", "linux").lock
    found = {t.key: [p for p in lock if t.fits(p.marker)] for t in TARGETS}
    assert {k: [p.version for p in v] for k, v in found.items()} == {
        **{f"linux-{python}": [] for python in ("3.12", "3.13")},
        "linux-3.11": ["2.13.0+cpu"],
        **{f"{system}-{python}": ["2.13.0"] for system in ("windows", "macos") for python in ("3.11", "3.12", "3.13")},
    }
    assert found["linux-3.11"][0].hashes == ("sha256:6746dbcbeb526eb61330b76b41ff1b4eb848951103a892eeb080dfa2b264667b",)


def test_directml_stays_with_what_its_torch_can_run() -> None:
    pack = PACKS.pack("core-directml")
    versions = {p.name: p.version for p in pack.lock}
    assert (versions["transformers"], versions["diffusers"]) == ("4.57.6", "0.36.0")
    assert pack.python == ("3.11", "3.12")
    lock = pack.flavour("directml", "windows").lock
    assert {p.name: p.version for p in lock} == {
        "torch": "2.4.1",
        "torch-directml": "0.2.5.dev240914",
        "torchvision": "0.19.1",
    }
    with pytest.raises(StudioError, match="does not exist for directml on Linux"):
        pack.flavour("directml", "linux")


def test_a_flavour_is_the_best_of_its_kind_or_the_one_named() -> None:
    core = PACKS.pack("core")
    assert core.flavour("cuda", "linux").torch == "2.13.0"
    assert core.flavour("cuda", "windows").torch == "2.13.0+cu130"
    assert core.flavour("cuda", "linux", "cu126").torch == "2.13.0+cu126"
    assert core.flavour("rocm", "windows").index is not None
    assert core.flavour("rocm", "windows").index.absent == (403,)  # type: ignore[union-attr]
    with pytest.raises(StudioError) as e:
        core.flavour("cuda", "linux", "cu999")
    assert "cu126" in e.value.hint
    with pytest.raises(StudioError) as e:
        core.flavour("mps", "linux")
    assert "cuda, rocm, xpu, cpu" in e.value.hint


def test_only_the_indexes_of_torch_are_named() -> None:
    """A lock holds with any mirror, so it names no place to load from."""
    hosts = {
        (file.name, host)
        for file in OURS.rglob("*")
        if file.is_file()
        for host in re.findall(r"://([^/\s\"]*)", file.read_text("utf-8"))
    }
    assert hosts == {("torch.toml", "download.pytorch.org"), ("torch.toml", "stable.repo.amd.com")}


# -------------------------------------------------------------------------------------------------------------- changed


@pytest.mark.parametrize(
    "line",
    [
        "-r other.txt",
        "-e .",
        "--index-url https://example.invalid/simple",
        "--find-links /tmp",
        "numpy",
        "numpy>=2",
        "numpy @ https://example.invalid/numpy.whl",
        "numpy @ file:///tmp/numpy.whl",
        "./numpy.whl",
        "numpy[all]==2.0",
        "numpy==2.* --hash=" + HASH,
        "numpy==2.0 --hash=md5:0",
        "numpy==2.0 ; nonsense == 1",
        "numpy==2.0 ; " + "(" * 100_000,
        "numpy==2.0 --config-settings=x",
        "$(reboot)==1",
    ],
)
def test_a_lock_takes_exact_versions_only(line: str) -> None:
    with pytest.raises(PackError):
        parse_lock(line + "\n", "lock.txt")


def test_a_lock_is_read_as_it_is_written() -> None:
    text = (
        f'# said\nNum_Py==2.0 ; sys_platform == "win32" \\\n    --hash={HASH} \\\r\n    --hash={HASH[:-1]}1  # why\n\n'
    )
    (pin,) = parse_lock(text, "lock.txt")
    assert (pin.name, pin.version, len(pin.hashes)) == ("num-py", "2.0", 2)
    assert [t.system for t in TARGETS if t.fits(pin.marker)] == ["windows"] * 3
    assert parse_lock(pin.line, "again")[0].hashes == pin.hashes


@pytest.mark.parametrize(
    ("file", "old", "new", "error"),
    [
        ("core/pack.toml", 'id = "core"', 'id = "mine"', "not the folder's name"),
        ("core/pack.toml", 'title = "Core"', "", "title is missing"),
        ("core/pack.toml", 'title = "Core"', "title = 3", "title is not of type str"),
        ("core/pack.toml", 'title = "Core"', 'title = "Core"\ncommand = "rm"', "unknown field 'command'"),
        ("core/pack.toml", 'lock = "lock.txt"', 'lock = "../xtts/lock.txt"', "is not allowed"),
        ("core/pack.toml", 'lock = "lock.txt"', 'lock = "none.txt"', "cannot be read"),
        ("core/pack.toml", 'python = ["3.11"', 'python = ["three"', "is not allowed"),
        ("core/pack.toml", '"cu130", ', '"cu999", ', "no torch for cu999"),
        ("core/pack.toml", "id = ", "id == ", "is not valid"),
        ("core/lock.txt", "accelerate==", f"torch==2.6.0 --hash={HASH}\naccelerate==", "the lock names torch"),
        ("core/lock.txt", "accelerate==", f"hf-xet==1.8.0 --hash={HASH}\naccelerate==", "which is left out"),
        ("core/lock.txt", "accelerate==", "mine==1.0\naccelerate==", "no hash for mine"),
        ("core/lock.txt", "accelerate==", "accelerate>=", "no package with an exact version"),
    ],
)
def test_a_changed_pack_is_named_and_hides_no_other(packs: Path, file: str, old: str, new: str, error: str) -> None:
    _change(packs / file, old, new)
    found = read_packs(packs)
    assert "core" not in found.ids
    assert "xtts" in found.ids
    assert error in found.errors["core"]
    with pytest.raises(StudioError, match="The pack core cannot be used"):
        found.pack("core")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('url = "https://download.pytorch.org/whl/cpu"', 'url = "ftp://example.invalid"'),
        ('url = "https://download.pytorch.org/whl/cpu"', 'url = "https://name:word@example.invalid"'),
        ('wanted = ["torch==2.13.0+cpu"]', 'wanted = ["torch @ https://example.invalid/torch.whl"]'),
        ('wanted = ["torch==2.13.0+cpu"]', 'wanted = ["--index-url=x"]'),
        ('index = "torch-cpu"', 'index = "elsewhere"'),
        ('lock = "cpu.txt"', 'lock = "../core/lock.txt"'),
        ('accelerator = "cpu"', 'accelerator = "abacus"'),
        ("bytes = 200_000_000", 'bytes = "many"'),
    ],
)
def test_a_changed_torch_table_breaks_all_packs_with_one_reason(packs: Path, old: str, new: str) -> None:
    _change(packs / "torch" / "torch.toml", old, new)
    found = read_packs(packs)
    assert found.ids == ()
    assert found.errors["core"] == found.errors["torch"]


@pytest.mark.parametrize("content", [b"\xff\xfe", b"{", b"[1]", b'{"a": 1}', b"[" * 100_000, b""])
def test_without_notes_there_are_packs_all_the_same(packs: Path, content: bytes) -> None:
    (packs / "packages.json").write_bytes(content)
    found = read_packs(packs)
    assert found.ids == PACKS.ids
    assert "packages.json" in found.errors
    assert found.package("numpy", "2.4.6").size(TARGETS[0]) == 0


def test_a_file_beyond_all_measure_is_not_read(packs: Path) -> None:
    with (packs / "core" / "lock.txt").open("ab") as stream:
        stream.truncate(200_000_000)
    assert "is over" in read_packs(packs).errors["core"]


def test_an_unknown_pack_is_refused_with_the_known_ones() -> None:
    with pytest.raises(StudioError) as e:
        PACKS.pack("cores")
    assert "core-directml" in e.value.hint


def test_notes_are_of_packages_in_use() -> None:
    used = {
        f"{p.name}=={p.version}"
        for pack in PACKS.packs
        for p in (*pack.lock, *(q for flavour in pack.flavours for q in flavour.lock))
    }
    noted = json.loads((OURS / "packages.json").read_text("utf-8"))
    assert noted.keys() == used
