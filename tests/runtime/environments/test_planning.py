"""Plans: complete ones without a network, others from an index, and none with a torch that was not wanted."""

from __future__ import annotations

import hashlib
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from studio.engines import pack as packs_module
from studio.engines.pack import Flavour, Pack, Packs, Pin, parse_lock, read_packs
from studio.errors import Cancelled, StudioError
from studio.runtime.environments import planning, resolving, uv
from studio.runtime.environments.indexes import Sources
from studio.runtime.environments.interpreters import Interpreter
from studio.runtime.environments.plan import BuildPlan
from studio.runtime.environments.planning import Tools, plan
from tests.runtime.environments import index as fake
from tests.runtime.environments.index import Index, Wheel

pytestmark = pytest.mark.slow

OURS = read_packs()
NOTHING_SET = Sources()
HERE = ".".join(map(str, sys.version_info[:3]))
needs_uv = pytest.mark.skipif(uv.find() is None, reason="uv is not installed")


# -------------------------------------------------------------------------------------------- known beforehand, no uv


@pytest.fixture(name="alone")
def _no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: object) -> tuple[Pin, ...]:
        raise AssertionError(f"looked up: {args}")

    monkeypatch.setattr(resolving, "resolve", refuse)


def _ours(
    pack_id: str,
    accelerator: str,
    system: str,
    python: str = "3.11.7",
    *,
    sources: Sources = NOTHING_SET,
    flavour: str = "",
) -> BuildPlan:
    machine = "arm64" if system == "macos" else "x86_64"
    tools = Tools(OURS, sources, Path("/nowhere"))
    interpreter = Interpreter(Path("/python"), python, machine, system)
    return plan(OURS.pack(pack_id), accelerator, python=interpreter, tools=tools, flavour=flavour)


@pytest.mark.usefixtures("alone")
@pytest.mark.parametrize("pack_id", ["core", "xtts", "diffrhythm2"])
def test_a_pack_for_the_processor_is_planned_without_a_network(pack_id: str, tmp_path: Path) -> None:
    wheel = tmp_path / "torch-2.13.0+cpu-cp311-cp311-manylinux_2_28_x86_64.whl"
    wheel.write_bytes(b"0" * 1000)
    found = _ours(pack_id, "cpu", "linux", sources=Sources((str(tmp_path),)))
    assert (found.torch, found.hashed, found.sources.indexes) == ("2.13.0+cpu", True, ())
    torch = next(r for r in found.requirements if r.name == "torch")
    assert (torch.size, torch.source, torch.licence) == (1000, "find-links", "BSD-3-Clause")
    assert all(r.licence and r.size for r in found.requirements)
    assert not {"torchaudio", "torchvision", "pyopenjtalk"} & {r.name for r in found.requirements}
    assert not any(r.name.startswith("nvidia-") for r in found.requirements)
    assert found.download_bytes == sum(r.size for r in found.requirements)
    assert found.disk_bytes > 1_000_000_000
    assert found.lock_sha == hashlib.sha256(found.lock_text.encode()).hexdigest()
    pins = parse_lock(found.lock_text, "lock")
    assert [(p.name, p.version) for p in pins] == [(r.name, r.version) for r in found.requirements]
    assert all(p.hashes and not p.marker for p in pins)


@pytest.mark.usefixtures("alone")
def test_without_a_folder_of_wheels_the_index_for_the_processor_is_named() -> None:
    found = _ours("core", "cpu", "linux")
    assert [i.id for i in found.sources.indexes] == ["torch-cpu"]
    assert {r.name: r.source for r in found.requirements}["torch"] == "torch-cpu"
    assert {r.name: r.source for r in found.requirements}["numpy"] == "public index"
    assert 250_000_000 < found.download_bytes < 400_000_000


@pytest.mark.usefixtures("alone")
@pytest.mark.parametrize(
    ("accelerator", "system", "python", "torch"),
    [
        ("cpu", "windows", "3.13.1", "2.13.0"),
        ("cpu", "macos", "3.12.1", "2.13.0"),
        ("mps", "macos", "3.11.9", "2.13.0"),
        ("cuda", "linux", "3.12.1", "2.13.0"),
    ],
)
def test_what_the_public_index_has_is_complete(accelerator: str, system: str, python: str, torch: str) -> None:
    found = _ours("core", accelerator, system, python)
    names = {r.name for r in found.requirements}
    assert (found.torch, found.hashed) == (torch, True)
    assert ("colorama" in names) == (system == "windows")
    assert ("nvidia-cublas" in names) == (accelerator == "cuda")
    assert (found.download_bytes > 1_500_000_000) == (accelerator == "cuda")


@pytest.mark.usefixtures("alone")
def test_directml_is_planned_for_windows_and_old_pythons_only() -> None:
    found = _ours("core-directml", "directml", "windows", "3.12.4")
    versions = {r.name: r.version for r in found.requirements}
    assert (found.torch, found.hashed) == ("2.4.1", True)
    assert versions["torch-directml"] == "0.2.5.dev240914"
    assert versions["transformers"] == "4.57.6"
    with pytest.raises(StudioError, match=r"Python 3\.13: torch-directml ended in 2024"):
        _ours("core-directml", "directml", "windows", "3.13.0")
    with pytest.raises(StudioError, match="does not exist for directml on Linux"):
        _ours("core-directml", "directml", "linux")


@pytest.mark.usefixtures("alone")
@pytest.mark.parametrize("gfx", ["", "gfx90c", "gfx1033", "gfx1031; reboot"])
def test_a_chip_without_kernels_is_refused(gfx: str) -> None:
    tools = Tools(OURS, Sources(), Path("/nowhere"))
    with pytest.raises(StudioError, match="There is no torch for"):
        plan(OURS.pack("core"), "rocm", python=Interpreter(Path("/p"), "3.11.7"), tools=tools, gfx=gfx)


@pytest.mark.usefixtures("alone")
def test_a_lock_that_was_edited_to_bring_another_torch_is_refused() -> None:
    lock = parse_lock(f"torch==2.6.0 --hash=sha256:{'0' * 64}", "edited")
    flavour = replace(OURS.pack("core").flavour("cpu", "windows"), lock=lock)
    with pytest.raises(StudioError, match=r"wants torch 2\.13\.0, and 2\.6\.0 would be installed"):
        _edited(flavour)
    twice = OURS.pack("core").flavour("cpu", "windows").lock + lock
    with pytest.raises(StudioError, match=r"2\.13\.0 and 2\.6\.0 would be installed"):
        _edited(replace(flavour, lock=twice))
    with pytest.raises(StudioError, match="nvidia-cublas would be installed, which belongs to another torch"):
        _edited(replace(flavour, lock=(*twice[:-1], Pin("nvidia-cublas", "1"))))
    with pytest.raises(StudioError, match="torchvision would be installed"):
        _edited(replace(flavour, lock=(*twice[:-1], Pin("torchvision", "1"))))
    with pytest.raises(StudioError, match="numpy would be installed twice"):
        _edited(replace(flavour, lock=(*twice[:-1], Pin("numpy", "1"))))


def _edited(flavour: Flavour) -> BuildPlan:
    pack = replace(OURS.pack("core"), flavours=(flavour,))
    tools = Tools(OURS, Sources(), Path("/nowhere"))
    return plan(pack, "cpu", python=Interpreter(Path("/p"), "3.11.7", "x86_64", "windows"), tools=tools)


# -------------------------------------------------------------------------------------------------- from an index here


def _pin(wheel: Wheel) -> Pin:
    return Pin(wheel.name, wheel.version, hashes=(f"sha256:{wheel.sha256}",))


def _pack(index: Index, *fixed: Wheel, torch: str = "2.13.0+cpu", gfx: tuple[str, ...] = ()) -> Pack:
    wanted = "torch[device-{gfx}]" if gfx else "torch"
    flavour = Flavour(
        id="mine",
        title="a card",
        accelerator="rocm" if gfx else "cpu",
        systems=packs_module.SYSTEMS,
        torch=torch,
        wanted=(f"{wanted}=={torch.partition('+')[0]}" if "*" in torch else f"{wanted}=={torch}",),
        index=packs_module.Index("near", f"{index.url}/simple", (403,)),
        gfx=gfx,
        forbidden=("nvidia-*",),
        bytes=5_000_000,
    )
    minor = ".".join(HERE.split(".")[:2])
    return Pack("mine", "Mine", "", (minor,), (flavour,), tuple(map(_pin, fixed)), left_out={"torchaudio": "ours"})


def _plan(pack: Pack, index: Index, tmp_path: Path, *, saved: BuildPlan | None = None, gfx: str = "") -> BuildPlan:
    tools = Tools(Packs((pack,)), Sources(default=f"{index.url}/simple"), tmp_path / "cache", saved)
    python = Interpreter(Path(sys.executable), HERE)
    return plan(pack, pack.flavours[0].accelerator, python=python, tools=tools, gfx=gfx)


ALPHA = fake.wheel("alpha", "1.0", needs=("torch>=2", "torchaudio"))
TORCH = fake.torch()


@needs_uv
def test_torch_is_looked_up_and_all_else_keeps_its_hashes(index: Index, tmp_path: Path) -> None:
    index.add(ALPHA, TORCH)
    index.answers["torchaudio"] = fake.refuse
    pack = _pack(index, ALPHA)
    pack = replace(pack, lock=(replace(pack.lock[0], hashes=("sha256:" + "1" * 64,)),))
    found = _plan(pack, index, tmp_path)
    assert {(r.name, r.version, r.source) for r in found.requirements} == {
        ("alpha", "1.0", "public index"),
        ("torch", "2.13.0+cpu", "near"),
    }
    pins = {p.name: p for p in parse_lock(found.lock_text, "lock")}
    assert pins["torch"].hashes == (f"sha256:{TORCH.sha256}",)
    assert pins["alpha"].hashes == ("sha256:" + "1" * 64,)
    assert found.hashed
    assert found.download_bytes == 5_000_000  # about, as nobody says it
    assert found.disk_bytes == 15_000_000


@needs_uv
def test_an_answer_of_403_is_no_failure_where_the_index_says_it_for_everything(index: Index, tmp_path: Path) -> None:
    """As AMD's index does; the package then comes from the public one."""
    index.add(ALPHA, TORCH)
    with fake.serving(TORCH) as near:
        near.answers["alpha"] = fake.refuse
        pack = _pack(near, ALPHA)
        found = _plan(pack, index, tmp_path)
        assert "alpha" in near.asked
        assert found.torch == "2.13.0+cpu"


@needs_uv
@pytest.mark.parametrize("needs", ["torch==2.6.0", "torch>=2.14", "torch<2.13"])
def test_a_package_that_drags_in_another_torch_is_refused(index: Index, tmp_path: Path, needs: str) -> None:
    dragger = fake.wheel("dragger", "1.0", needs=(needs,))
    index.add(dragger, TORCH, fake.torch("2.6.0"), fake.torch("2.14.0"))
    with pytest.raises(StudioError, match=r"do not go together with torch==2\.13\.0\+cpu") as e:
        _plan(_pack(index, dragger), index, tmp_path)
    assert "dragger" in e.value.message
    assert "Nothing was installed" in e.value.hint


@needs_uv
def test_libraries_of_another_torch_are_refused(index: Index, tmp_path: Path) -> None:
    foreign = fake.wheel("nvidia_cublas", "13.0")
    index.add(fake.wheel("dragger", "1.0", needs=("nvidia-cublas",)), TORCH, foreign)
    with pytest.raises(StudioError, match="nvidia-cublas would be installed, which belongs to another torch"):
        _plan(_pack(index, fake.wheel("dragger", "1.0")), index, tmp_path)


@needs_uv
def test_another_build_of_the_same_version_is_refused(index: Index, tmp_path: Path) -> None:
    """The number is right, the card is not."""
    index.add(ALPHA, fake.torch("2.13.0+cu130"))
    with pytest.raises(StudioError, match=r"wants torch 2\.13\.0\+rocm\*, and 2\.13\.0\+cu130 would be installed"):
        _plan(_pack(index, ALPHA, torch="2.13.0+rocm*"), index, tmp_path)


@needs_uv
def test_a_chip_has_packages_of_its_own_and_what_was_looked_up_is_for_it_alone(index: Index, tmp_path: Path) -> None:
    needs = tuple(f'kernels-{g}==1.0; extra == "device-{g}"' for g in ("gfx1031", "gfx1100"))
    torch = fake.wheel("torch", "2.13.0+rocm7", needs=needs)
    index.add(ALPHA, torch, fake.wheel("kernels_gfx1031", "1.0"), fake.wheel("kernels_gfx1100", "1.0"))
    pack = _pack(index, ALPHA, torch="2.13.0+rocm*", gfx=("gfx1031", "gfx1100"))
    first = _plan(pack, index, tmp_path, gfx="gfx1031")
    assert (first.torch, first.gfx) == ("2.13.0+rocm7", "gfx1031")
    assert "kernels-gfx1031" in {r.name for r in first.requirements}
    second = _plan(pack, index, tmp_path, gfx="gfx1100", saved=first)
    assert "kernels-gfx1100" in {r.name for r in second.requirements}


@needs_uv
def test_what_was_looked_up_once_is_used_again_without_a_network(index: Index, tmp_path: Path) -> None:
    index.add(ALPHA, TORCH)
    pack = _pack(index, ALPHA)
    first = _plan(pack, index, tmp_path)
    index.add(fake.torch("2.13.0+cpu"))
    asked = len(index.asked)
    assert _plan(pack, index, tmp_path / "empty", saved=first) == first
    assert len(index.asked) == asked
    edited = replace(first, lock_text=first.lock_text.replace("2.13.0+cpu", "2.6.0"))
    assert _plan(pack, index, tmp_path / "empty", saved=edited).torch == "2.13.0+cpu"
    assert len(index.asked) > asked
    other = replace(pack, lock=(replace(pack.lock[0], hashes=("sha256:" + "1" * 64,)),))
    assert "1" * 64 in _plan(other, index, tmp_path, saved=first).lock_text


@needs_uv
@pytest.mark.parametrize("answer", [fake.gone, fake.proxy_page, fake.cut])
def test_an_index_that_misbehaves_gives_words_and_a_hint(index: Index, tmp_path: Path, answer: fake.Answer) -> None:
    index.add(ALPHA, TORCH)
    index.answers["torch"] = answer
    with pytest.raises(StudioError) as e:
        _plan(_pack(index, ALPHA), index, tmp_path)
    assert e.value.hint
    assert "Traceback" not in e.value.message


@needs_uv
def test_looking_up_can_be_cancelled(index: Index, tmp_path: Path) -> None:
    index.add(ALPHA, TORCH)
    index.answers["torch"] = index.stall
    pack = _pack(index, ALPHA)
    ears = replace(planning.SILENT, cancelled=index.halted.is_set)
    tools = Tools(Packs((pack,)), Sources(default=f"{index.url}/simple"), tmp_path / "cache", ears=ears)
    with pytest.raises(Cancelled):
        plan(pack, "cpu", python=Interpreter(Path(sys.executable), HERE), tools=tools)


def test_without_uv_there_is_a_way_out(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(uv, "find", lambda: None)
    with pytest.raises(StudioError, match="uv is missing"):
        _plan(_pack(Index(url="http://127.0.0.1:9")), Index(url="http://127.0.0.1:9"), tmp_path)
