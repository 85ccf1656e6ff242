"""What `launch_wsl.sh uninstall` and `launch.ps1 -Uninstall` do with the data folder: list, ask, remove.

Projects are never touched.

Needs the standard library only, so that a broken environment can be uninstalled as well. The launcher removes the
environment itself afterwards, for a running Python cannot do that on Windows. Exit code 0: removed; 4: nothing was.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from studio.errors import StudioError
from studio.paths import DataPaths, data_root
from studio.runtime import hub_cache
from studio.runtime.hub_cache import Record
from studio.store.lock import FileLock

UNTOUCHED = 4


@dataclass(frozen=True)
class Group:
    """Things that are removed together or stay together."""

    title: str
    places: tuple[Path, ...]

    @property
    def there(self) -> list[Path]:
        """The places that exist."""
        return [p for p in self.places if os.path.lexists(p)]


def groups(paths: DataPaths, environment: list[Path]) -> tuple[Group, Group, Group]:
    """Return what can be made again, the models, and what cannot be made again. Projects are in none of them."""
    root = paths.root
    locks = (paths.owner_lock, root / "open.lock")
    again = (paths.environments, paths.pythons, paths.cache, paths.kits, paths.scratch, paths.logs, *locks)
    databases = tuple(sorted(root.glob(f"{paths.database.name}*")))
    return (
        Group("the program's environment, packs, caches and logs", (*environment, *again)),
        Group("models that were downloaded", (*weights(paths), paths.models)),
        Group(
            "settings, voices, plug-in engines and the library of everything made",
            (
                paths.settings,
                paths.window,
                paths.voices,
                paths.library,
                paths.snapshots,
                paths.engines,
                *databases,
            ),
        ),
    )


def weights(paths: DataPaths) -> dict[Path, Record]:
    """Return what the studio loaded of models, by its folder; what other programs loaded lies beside it and stays."""
    records = [hub_cache.read_record(file) for file in sorted((paths.models / "known").glob("*.json"))]
    return {record.snapshot: record for record in records if record}


def main(arguments: list[str]) -> int:
    """List, ask, remove."""
    parser = argparse.ArgumentParser(prog="uninstall", description="remove the studio; projects always stay")
    parser.add_argument("--data-dir", metavar="DIR")
    parser.add_argument("--environment", metavar="DIR", action="append", default=[], help=argparse.SUPPRESS)
    parser.add_argument("--yes", action="store_true", help="remove program, packs and caches without a question")
    parser.add_argument("--models", action="store_true", help="remove models as well")
    parser.add_argument("--everything", action="store_true", help="remove settings, voices and the library as well")
    chosen = parser.parse_args(arguments)
    try:
        paths = DataPaths(data_root(chosen.data_dir))
        return _uninstall(paths, chosen)
    except StudioError as e:
        _say(f"error: {e.message}\nhint: {e.hint}")
        return 2
    except OSError as e:
        _say(f"error: {e.filename or 'A file'} could not be removed: {e.strerror}.\nhint: Close what uses it.")
        return 2


def _uninstall(paths: DataPaths, chosen: argparse.Namespace) -> int:
    _refuse_while_running(paths)
    found = groups(paths, [Path(p) for p in chosen.environment])
    for group in found:
        for place in group.there:
            _say(f"  {_size(place):>10}  {place}")
    said = zip(found, (chosen.yes, chosen.yes and chosen.models, chosen.yes and chosen.everything), strict=True)
    wanted = [
        group for group, yes in said if group.there and (yes or (not chosen.yes and _ask(f"Remove {group.title}?")))
    ]
    if found[0] not in wanted and found[0].there:
        _say("Nothing was removed.")
        return UNTOUCHED
    outside, loaded = {Path(p) for p in chosen.environment}, weights(paths)
    for place in (p for group in wanted for p in group.there if p not in outside):
        if place in loaded:
            _forget(loaded[place])
        else:
            _remove(place)
    kept = sorted(p.name for p in paths.root.iterdir()) if paths.root.is_dir() else []
    if kept:
        _say(f"Kept in {paths.root}: {', '.join(kept)}")
    else:
        with suppress(OSError):
            paths.root.rmdir()
    return 0


def _refuse_while_running(paths: DataPaths) -> None:
    if not paths.owner_lock.exists():
        return
    lock = FileLock(paths.owner_lock)
    if not lock.try_acquire():
        raise StudioError("The studio is running.", "Close it, then uninstall.")
    lock.release()


def _ask(question: str) -> bool:
    if sys.stdin is None or not sys.stdin.isatty():
        raise StudioError(
            "Nobody can be asked here.", "Add --yes, and --models or --everything for more than the program."
        )
    sys.stderr.write(f"{question} [y/N] ")
    sys.stderr.flush()
    return sys.stdin.readline().strip().lower() in {"y", "yes"}


def _remove(place: Path) -> None:
    if place.is_dir() and not place.is_symlink():
        shutil.rmtree(place)
    else:
        place.unlink(missing_ok=True)


def _forget(record: Record) -> None:
    """Remove a model's files; another commit of it, or a model beside it, is somebody else's."""
    hub_cache.forget(Path(record.cache), record.repo, record.commit, [file.name for file in record.files])
    hub_cache.unmark(Path(record.cache))


def _size(place: Path) -> str:
    total = sum(_sizes(place)) if place.is_dir() and not place.is_symlink() else place.lstat().st_size
    return f"{total / 1_000_000:,.1f} MB"


def _sizes(folder: Path) -> Iterator[int]:
    with suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            with suppress(OSError):
                if entry.is_dir(follow_symlinks=False):
                    yield from _sizes(Path(entry.path))
                else:
                    yield entry.stat(follow_symlinks=False).st_size


def _say(text: str) -> None:
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
