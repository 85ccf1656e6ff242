"""Whatever comes from outside: the environment that was there works on, and one sentence says what happened."""

from __future__ import annotations

import dataclasses
import os
from pathlib import Path

import pytest

from studio.errors import StudioError
from studio.runtime.environments import places
from studio.runtime.environments.progress import BuildProgress
from studio.runtime.environments.store import Environments
from tests.runtime.environments import index as fake
from tests.runtime.environments.index import ALPHA, Answer, Index, Wheel, plan_of
from tests.runtime.environments.test_build import make, never, only_the_taken
from tests.store.disk import mounted

pytestmark = pytest.mark.slow


def still_refused(
    index: Index, environments: Environments, words: str, *wheels: Wheel, accelerator: str = "cpu"
) -> StudioError:
    """Build what is wrong beside what works; return what was said of it."""
    before = environments.marker("core")
    index.add(*wheels)
    with pytest.raises(StudioError, match=words) as caught:
        make(environments, plan_of(index, *wheels, accelerator=accelerator), lambda python: {})
    assert environments.marker("core") == before
    assert environments.state("core") == places.READY
    assert environments.verify("core", hashes=True) == []
    assert only_the_taken(environments)
    assert caught.value.hint
    return caught.value


@pytest.mark.parametrize(
    ("torch", "accelerator", "words"),
    [
        (fake.torch(inside="2.13.0+cu130", cuda="13.0"), "cpu", "2.13.0[+]cu130"),
        (fake.torch(cuda="13.0"), "cpu", "one for cuda"),
        (fake.torch("2.13.0+rocm7.2", hip="7.2"), "cuda", "one for hip"),
        (fake.torch("2.13.0"), "cuda", "one for the CPU"),
        (fake.torch("2.13.0", inside="2.4.1"), "cpu", "2.4.1"),
        (fake.torch(says="2.4.1"), "cpu", "not what its name says"),
        (fake.wheel("torch", "2.13.0+cpu"), "cpu", "does not say which build"),
    ],
)
def test_another_torch_than_the_one_planned(
    torch: Wheel, accelerator: str, words: str, index: Index, standing: Environments
) -> None:
    still_refused(index, standing, words, torch, accelerator=accelerator)


@pytest.mark.slow
def test_the_builds_that_are_right(index: Index, environments: Environments) -> None:
    for number, (torch, accelerator) in enumerate((
        (fake.torch("2.13.0", inside="2.13.0+cu130", cuda="13.0"), "cuda"),
        (fake.torch("2.13.0+rocm7.2", hip="7.2"), "rocm"),
        (fake.torch("2.4.1"), "directml"),
    )):  # fmt: skip
        index.wheels.clear()
        index.add(torch)
        plan = plan_of(index, torch, accelerator=accelerator, pack=f"pack{number}")
        make(environments, dataclasses.replace(plan, torch=torch.version[:5] + "*"), lambda python: {})
        marker = environments.marker(f"pack{number}")
        assert marker is not None
        assert marker.torch == (torch.version if number else "2.13.0+cu130")


def test_a_package_that_brings_a_torch_of_its_own(index: Index, standing: Environments) -> None:
    evil = fake.wheel("evil", "1.0", {"torch/__init__.py": b"", "torch/version.py": b"__version__ = '9'\n"})
    still_refused(index, standing, "without a description", evil)


def test_a_package_that_writes_over_torch(index: Index, standing: Environments) -> None:
    torch = fake.torch()
    evil = fake.wheel("evil", "1.0", {"torch/__init__.py": b""})
    still_refused(index, standing, "evil puts its own torch/__init__.py over that of torch", torch, evil)


def test_a_library_of_another_build(index: Index, standing: Environments) -> None:
    cublas = fake.wheel("nvidia_cublas", "13.0")
    still_refused(index, standing, "nvidia-cublas 13.0 is there", cublas)


@pytest.mark.slow
def test_packages_that_were_not_in_the_plan(index: Index, environments: Environments) -> None:
    beta = fake.wheel("beta", "1.0")
    index.add(beta, ALPHA)
    plan = plan_of(index, beta, ALPHA)
    for wanted, words in (
        (plan.requirements[:1], "alpha 1.0 was not planned"),
        ((dataclasses.replace(plan.requirements[0], version="2.0"), plan.requirements[1]), "beta 2.0 was planned, 1.0"),
        (
            (*plan.requirements, dataclasses.replace(plan.requirements[0], name="gamma")),
            "gamma 1.0 was planned and is not",
        ),
    ):
        with pytest.raises(StudioError, match=words):
            make(environments, dataclasses.replace(plan, requirements=wanted), lambda python: {})
        assert environments.state("core") == places.MISSING


@pytest.mark.slow
@pytest.mark.parametrize(
    ("answer", "of_page", "of_wheel"),
    [
        (fake.refuse, "refused to hand over", "refused to hand over"),
        (fake.gone, "not to be had", "not to be had"),
        (fake.proxy_page, "not to be had", "no package"),
        (fake.cut, "could not be reached|connection broke", "connection broke"),
        (fake.other_content, "", "another hash"),
    ],
)
def test_an_index_that_misbehaves(
    answer: Answer, of_page: str, of_wheel: str, index: Index, standing: Environments
) -> None:
    beta = fake.wheel("beta", "1.0", {"beta/data.bin": os.urandom(10_000)})
    for last, words in ((beta.file, of_wheel), ("beta", of_page)):
        if words:
            index.answers = {last: answer}
            said = still_refused(index, standing, words, beta)
            assert Path(said.log).read_text()
            assert standing.log("core") == Path(said.log)
            index.wheels.clear()


@pytest.mark.slow
def test_a_connection_that_stalls(index: Index, standing: Environments, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UV_HTTP_TIMEOUT", "1")
    beta = fake.wheel("beta", "1.0", {"beta/data.bin": os.urandom(10_000)})
    index.answers[beta.file] = index.stall
    still_refused(index, standing, "connection broke", beta)


def test_a_connection_that_is_slow_and_gets_there(index: Index, environments: Environments) -> None:
    beta = fake.wheel("beta", "1.0", {"beta/data.bin": os.urandom(10_000)})
    index.add(beta)
    index.answers[beta.file] = index.stall
    told: list[str] = []

    def tell(progress: BuildProgress) -> None:
        told.append(progress.stage)
        if index.halted.is_set():  # it is told of while it waits
            index.go_on.set()

    environments.build(plan_of(index, beta), lambda python: {}, tell, never)
    assert environments.verify("core", hashes=True) == []
    assert told[-1] == "finish"


def test_only_an_older_one_is_to_be_had(index: Index, standing: Environments) -> None:
    index.add(fake.torch("2.4.1"))
    with pytest.raises(StudioError, match="not to be had"):
        make(standing, plan_of(index, fake.torch("2.13.0+cpu")), lambda python: {})
    assert standing.state("core") == places.READY
    assert only_the_taken(standing)


def test_no_network(environments: Environments, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UV_HTTP_RETRIES", "0")
    with fake.serving() as index:
        pass
    with pytest.raises(StudioError, match="could not be reached"):
        make(environments, plan_of(index, ALPHA), lambda python: {})


@pytest.mark.slow
def test_a_connection_that_breaks_is_gone_on_with(index: Index, environments: Environments) -> None:
    beta = fake.wheel("beta", "1.0", {"beta/data.bin": os.urandom(10_000)})
    index.add(ALPHA, beta)
    plan = plan_of(index, ALPHA, beta)
    make(environments, plan_of(index, ALPHA), lambda python: {})  # from this index: the cache knows each one apart
    index.answers[beta.file] = fake.cut
    with pytest.raises(StudioError):
        make(environments, plan, lambda python: {})
    index.answers.clear()
    index.asked.clear()
    make(environments, plan, lambda python: {})
    assert ALPHA.file not in index.asked  # what came whole is not asked for twice


@pytest.mark.slow
def test_a_disk_that_becomes_full(tmp_path: Path, index: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    big = fake.wheel("big", "1.0", {"big/data.bin": os.urandom(6_000_000)})
    index.add(ALPHA, big)
    monkeypatch.setattr("studio.runtime.environments.disk.MARGIN", 0)
    with mounted(tmp_path / "small", "size=5m") as folder:
        environments = Environments(folder / "environments", folder / "cache")
        make(environments, plan_of(index, ALPHA), lambda python: {})
        before = environments.marker("core")
        plan = dataclasses.replace(plan_of(index, ALPHA, big), disk_bytes=0)
        with pytest.raises(StudioError, match="disk became full"):
            make(environments, plan, lambda python: {})
        assert environments.marker("core") == before
        assert environments.verify("core", hashes=True) == []
        assert only_the_taken(environments)
        with pytest.raises(StudioError, match="not enough room"):
            make(environments, dataclasses.replace(plan, disk_bytes=60_000_000), lambda python: {})


@pytest.mark.slow
def test_a_file_of_the_cache_that_was_damaged_is_loaded_anew(index: Index, environments: Environments) -> None:
    beta = fake.wheel("beta", "1.0", {"beta/data.bin": b"sound" * 100})
    index.add(beta)
    make(environments, plan_of(index, beta), lambda python: {})
    python = environments.python("core")
    assert python is not None
    (inside,) = python.parent.parent.glob("lib/*/site-packages/beta/data.bin")
    assert inside.stat().st_nlink > 1
    with inside.open("r+b") as file:  # in place, as a tool that patches would: the cache has the same file
        file.write(b"noise")
    assert [d.path for d in environments.verify("core", hashes=True)] == ["beta/data.bin"]
    index.asked.clear()
    environments.repair("core", lambda python: {}, lambda p: None, never)
    assert beta.file in index.asked
    assert environments.verify("core", hashes=True) == []
