"""Packs are really built, for the processor: each with its engines' smoke tests, a second time from the cache."""

from __future__ import annotations

import shutil
import time
from pathlib import Path

import pytest

from studio.engines.registry import find_engines
from studio.runtime.environments.store import Environments
from tests.built_packs import WITH, BuiltPacks
from tests.smoke.driver import studio

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1200)]
NO_NETWORK: dict[str, str] = dict.fromkeys(
    ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "https_proxy"), "http://127.0.0.1:9"
)


@pytest.mark.parametrize("pack", WITH)
def test_each_engine_of_a_pack_was_tried_and_the_pack_is_ready(pack: str, built_packs: BuiltPacks) -> None:
    told = built_packs.printed[pack]
    served = {m.id for m in find_engines(Path("nowhere")).manifests() if m.pack == pack}
    assert set(told["smoke"]) == served == set(told["plan"]["engines"])
    assert told["torch"] == "2.13.0+cpu"
    assert not [p["name"] for p in told["plan"]["packages"] if p["name"].startswith("nvidia")]
    listed = studio("engines", "list", "--json", data=built_packs.data).json["engines"]
    assert {e["environment"] for e in listed if e["pack"] == pack} == {"ready"}


def test_packs_share_what_they_have_in_common(built_packs: BuiltPacks) -> None:
    sizes = Environments(built_packs.data / "environments", built_packs.data / "cache" / "packages").sizes()
    print({name: size // 1_000_000 for name, size in sizes.own.items()}, sizes.shared // 1_000_000, "MB shared")
    assert sizes.shared > 500_000_000  # torch, once
    assert sizes.whole < 3_000_000_000


def test_a_pack_is_built_again_without_a_network_mended_and_removed(built_packs: BuiltPacks, tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    (data / "cache").symlink_to(built_packs.data / "cache", target_is_directory=True)
    begun = time.monotonic()
    done = studio("engines", "install", "xtts", "--yes", "--json", data=data, env=NO_NETWORK, seconds=600.0)
    assert done.code == 0, done.err
    print(f"xtts from the cache, with its smoke test: {time.monotonic() - begun:.1f} s")
    assert done.json["smoke"]["xtts"]["same_seed_equal"] is True

    python = Environments(data / "environments", data / "cache").python("xtts")
    assert python
    (package,) = python.parents[1].glob("lib/python3*/site-packages/safetensors")
    shutil.rmtree(package)
    found = studio("engines", "verify", "xtts", "--json", data=data)
    assert found.code == 2
    assert "safetensors" in found.error["details"]
    assert "engines repair xtts" in found.error["hint"]
    mended = studio("engines", "repair", "xtts", data=data, env=NO_NETWORK, seconds=600.0)
    assert mended.code == 0, mended.err
    assert studio("engines", "verify", "xtts", "--hashes", data=data).code == 0

    assert studio("engines", "remove", "xtts", "--yes", data=data).code == 0
    assert Environments(data / "environments", data / "cache").python("xtts") is None
