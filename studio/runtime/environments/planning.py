"""Plans a build before anything is installed: packages, sizes, licences, and no torch but the one wanted.

Where all files are known beforehand nothing is asked of anybody, and a plan is made without a network. Any thread.
"""

from __future__ import annotations

import fnmatch
import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from studio.engines.pack import TORCH, Flavour, Pack, PackError, Packs, Pin, Target, parse_lock
from studio.errors import StudioError
from studio.runtime.environments import commands, interpreters, resolving
from studio.runtime.environments.indexes import Sources
from studio.runtime.environments.interpreters import Interpreter
from studio.runtime.environments.plan import BuildPlan, Requirement

PUBLIC, LINKS = "public index", "find-links"
SILENT = commands.Ears(lambda line: None, lambda: None, lambda: False)
_UNPACKED = 3  # times its size when loaded, where nobody has measured it


@dataclass(frozen=True)
class Tools:
    """What a plan is made with, besides the pack."""

    packs: Packs
    sources: Sources
    cache: Path  # of the installers
    saved: BuildPlan | None = None  # an earlier plan of the same pack, for what was looked up then
    ears: commands.Ears = SILENT  # while something is looked up


def plan(
    pack: Pack, accelerator: str, *, python: Interpreter, tools: Tools, gfx: str = "", flavour: str = ""
) -> BuildPlan:
    """Say what would be installed; raise StudioError when it cannot be, or when another torch would come with it."""
    target = python.target()
    interpreters.check(pack, python)
    chosen = pack.flavour(accelerator, target.system, flavour)
    _check_gfx(chosen, gfx)
    sources = tools.sources.for_flavour(chosen, target.minor)
    pins = pins_for((*pack.lock, *chosen.lock), target)
    if not any(p.name == "torch" for p in pins):
        question = resolving.Question(pack, chosen, pins_for(pack.lock, target), gfx)
        pins = _saved(question, target, tools.saved) or resolving.resolve(
            question, python, resolving.Means(sources, tools.cache, tools.ears)
        )
    check_torch(pack, chosen, pins)
    requirements = tuple(_requirement(p, pack, chosen, sources, tools.packs, target) for p in pins)
    text = "".join(f"{p.line}\n" for p in pins)
    return BuildPlan(
        pack=pack.id,
        accelerator=accelerator,
        flavour=chosen.id,
        python=python.file,
        python_version=python.version,
        torch=next(p.version for p in pins if p.name == "torch"),
        requirements=requirements,
        download_bytes=_download(requirements, pack, chosen),
        disk_bytes=_disk(requirements, pack, chosen, tools.packs),
        lock_text=text,
        lock_sha=hashlib.sha256(text.encode()).hexdigest(),
        hashed=all(p.hashes for p in pins),
        sources=sources,
        forbidden=chosen.forbidden,
        gfx=gfx if chosen.gfx else "",
        notes=pack.notes,
    )


def pins_for(pins: Iterable[Pin], target: Target) -> tuple[Pin, ...]:
    """Return the lines of a lock that are meant for a machine, each package once, in order of names."""
    return tuple(sorted((replace(p, marker="") for p in pins if target.fits(p.marker)), key=lambda p: p.name))


def check_torch(pack: Pack, flavour: Flavour, pins: Sequence[Pin]) -> None:
    """The tripwire before an install: one torch, the one wanted, and no library that only another one brings."""
    found = [p.version for p in pins if p.name == "torch"]
    if len(found) != 1 or not fnmatch.fnmatchcase(found[0], flavour.torch):
        have = " and ".join(found) or "none"
        raise refused(pack, f"it wants torch {flavour.torch}, and {have} would be installed")
    twice = {p.name for p in pins if sum(q.name == p.name for q in pins) > 1}
    if twice:
        raise refused(pack, f"{', '.join(sorted(twice))} would be installed twice")
    asked = {resolving.name_of(wanted) for wanted in flavour.wanted}
    for pin in pins:
        foreign = any(fnmatch.fnmatchcase(pin.name, pattern) for pattern in flavour.forbidden)
        if foreign or (pin.name in TORCH and pin.name not in asked):
            raise refused(pack, f"{pin.name} would be installed, which belongs to another torch than {flavour.torch}")


def refused(pack: Pack, what: str, details: str = "") -> StudioError:
    """Return what is told when a plan would end with a wrong torch."""
    return StudioError(
        f"The pack {pack.id} was not planned: {what}.",
        "Nothing was installed. If you changed the pack's files or use a mirror, look there; else report it.",
        details,
    )


def _check_gfx(flavour: Flavour, gfx: str) -> None:
    if flavour.gfx and gfx not in flavour.gfx:
        named = gfx or "an unknown chip"
        raise StudioError(
            f"There is no torch for {named} ({flavour.title}).",
            f"It exists for {', '.join(flavour.gfx)}. `studio devices` shows what is here.",
        )


def _saved(question: resolving.Question, target: Target, earlier: BuildPlan | None) -> tuple[Pin, ...]:
    """Return what an earlier plan looked up, if it was for the same and all else is still as the pack wants it."""
    if earlier is None or (earlier.flavour, earlier.gfx) != (question.flavour.id, question.gfx):
        return ()
    try:
        pins = pins_for(parse_lock(earlier.lock_text, "the lock of the last build"), target)
        same = set(question.fixed) <= set(pins)
        if earlier.python_version.split(".")[:2] != target.python.split(".")[:2] or not same:
            return ()
        check_torch(question.pack, question.flavour, pins)
    except (PackError, StudioError):
        return ()
    return pins


def _requirement(pin: Pin, pack: Pack, flavour: Flavour, sources: Sources, packs: Packs, target: Target) -> Requirement:
    known = packs.package(pin.name, pin.version)
    size, source = known.size(target), PUBLIC
    if pin.name not in {p.name for p in pack.lock}:
        file = sources.wheel(pin.name, pin.version, target.minor)
        if file is not None:
            size, source = file.stat().st_size, LINKS
        elif flavour.index is not None:
            source = flavour.index.id
    licence = known.licence or next((packs.known[k].licence for k in packs.known if k.startswith(f"{pin.name}==")), "")
    return Requirement(pin.name, pin.version, size, licence, source)


def _of_torch(requirements: Sequence[Requirement], pack: Pack) -> list[Requirement]:
    own = {p.name for p in pack.lock}
    return [r for r in requirements if r.name not in own]


def _download(requirements: Sequence[Requirement], pack: Pack, flavour: Flavour) -> int:
    """Add up what is announced; where torch's own size is not, take what it is about."""
    parts = _of_torch(requirements, pack)
    announced = sum(r.size for r in requirements)
    missing = flavour.bytes - sum(r.size for r in parts) if any(r.size == 0 for r in parts) else 0
    return announced + max(missing, 0)


def _disk(requirements: Sequence[Requirement], pack: Pack, flavour: Flavour, packs: Packs) -> int:
    measured = [packs.package(r.name, r.version).disk for r in requirements]
    guessed = sum(_UNPACKED * r.size for r, disk in zip(requirements, measured, strict=True) if not disk)
    parts = _of_torch(requirements, pack)
    missing = flavour.bytes - sum(r.size for r in parts) if any(r.size == 0 for r in parts) else 0
    return sum(measured) + guessed + _UNPACKED * max(missing, 0)
