"""What probes found of devices, kept as long as it holds: per environment, driver and card. Any thread."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, cast

from studio.runtime.devices import Device
from studio.runtime.environments.store import Environments
from studio.store import atomic

_MOST_KEPT = 200
_TEXTS = ("pack", "lock", "driver", "device", "name", "verdict", "sentence")


@dataclass(frozen=True)
class Built:
    """An environment that a device can be probed in."""

    pack: str
    lock: str  # the hash of what is installed in it
    accelerator: str
    python: Path
    gfx: str = ""  # the only chip it has kernels for, where it is for one


@dataclass(frozen=True)
class Proof:
    """What a probe found. It holds as long as lock, driver and device are the same."""

    pack: str
    lock: str
    driver: str
    device: str
    name: str  # of the device: another card may have taken its place
    verdict: str
    sentence: str
    precisions: tuple[str, ...] = ()
    facts: dict[str, Any] = field(default_factory=dict[str, Any])
    seconds: float = 0.0

    @property
    def key(self) -> tuple[str, ...]:
        """What it holds for."""
        return (self.pack, self.lock, self.driver, self.device, self.name)


def built(environments: Environments) -> list[Built]:
    """Return the environments that are ready."""
    found: list[Built] = []
    for pack in environments.ids():
        python, marker = environments.python(pack), environments.marker(pack)
        if python and marker:
            found.append(Built(pack, marker.lock_sha, marker.accelerator, python, marker.gfx))
    return found


def worth_probing(device: Device, place: Built) -> bool:
    """Whether an environment was built for a device; all compute on the processor as well."""
    return device.kind == "cpu" or (device.kind == place.accelerator and place.gfx in {"", device.gfx})


class Proofs:
    """What probes found, in a file that may be lost."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def known(self, device: Device, place: Built) -> Proof | None:
        """Return what was found of this device, with this driver, in this very environment."""
        key = (place.pack, place.lock, device.driver, device.id, device.name)
        return next((proof for proof in self._all() if proof.key == key), None)

    def keep(self, proof: Proof) -> None:
        """Remember a proof in the place of an older one."""
        self._write([proof, *(kept for kept in self._all() if kept.key != proof.key)])

    def forget(self, pack: str = "") -> None:
        """Drop everything, or what was found in a pack's environment: it may have been mended, or torn."""
        self._write([kept for kept in self._all() if pack and kept.pack != pack])

    def with_verdicts(self, devices: Iterable[Device], places: Iterable[Built]) -> tuple[Device, ...]:
        """Return the devices with what was found of them, by pack."""
        places = tuple(places)
        made: list[Device] = []
        for device in devices:
            proofs = [self.known(device, place) for place in places]
            made.append(replace(device, proven={proof.pack: proof.verdict for proof in proofs if proof}))
        return tuple(made)

    def _write(self, proofs: list[Proof]) -> None:
        if not proofs:
            self._file.unlink(missing_ok=True)
            return
        self._file.parent.mkdir(parents=True, exist_ok=True)
        atomic.write_bytes(self._file, json.dumps([asdict(kept) for kept in proofs[:_MOST_KEPT]], indent=1).encode())

    def _all(self) -> list[Proof]:
        try:
            data = json.loads(self._file.read_text(encoding="utf-8"))
        except (OSError, ValueError, RecursionError):
            return []
        items = cast("list[Any]", data) if isinstance(data, list) else []
        return [proof for item in items if (proof := _proof(item))]


def _proof(item: Any) -> Proof | None:
    """Read what was kept; anything odd counts as nothing."""
    values = cast("dict[str, Any]", item) if isinstance(item, dict) else {}
    texts = {name: values.get(name) for name in _TEXTS}
    precisions, facts, seconds = values.get("precisions"), values.get("facts"), values.get("seconds")
    if not all(isinstance(text, str) for text in texts.values()) or not isinstance(precisions, list):
        return None
    if not isinstance(facts, dict) or not isinstance(seconds, (int, float)):
        return None
    return Proof(
        **cast("dict[str, str]", texts),
        precisions=tuple(str(p) for p in cast("list[Any]", precisions)),
        facts=cast("dict[str, Any]", facts),
        seconds=float(seconds),
    )
