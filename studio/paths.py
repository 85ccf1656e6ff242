"""Where the studio keeps things: one value that names every place in the data folder. Any thread."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path, PurePath

from studio.errors import StudioError

RESOURCES = Path(__file__).parent.parent / "resources"


@dataclass(frozen=True)
class DataPaths:
    """The places in a data folder. Naming one does not make it."""

    root: Path

    @property
    def database(self) -> Path:
        """Jobs, media, what was learned."""
        return self.root / "studio.db"

    @property
    def owner_lock(self) -> Path:
        """Held by the one process that runs jobs."""
        return self.root / "owner.lock"

    @property
    def settings(self) -> Path:
        """The settings that were changed."""
        return self.root / "settings.json"

    @property
    def window(self) -> Path:
        """What the window remembers: sizes, choices, the last project."""
        return self.root / "window.json"

    @property
    def projects(self) -> Path:
        """Projects that were begun in the window and saved nowhere else."""
        return self.root / "projects"

    @property
    def engines(self) -> Path:
        """Plug-in engines, a folder each."""
        return self.root / "engines"

    @property
    def kits(self) -> Path:
        """What engine processes are started from, by content."""
        return self.root / "kits"

    @property
    def cache(self) -> Path:
        """What can be made again."""
        return self.root / "cache"

    @property
    def environments(self) -> Path:
        """What engines need installed, a folder a pack."""
        return self.root / "environments"

    @property
    def pythons(self) -> Path:
        """Interpreters that were brought along for packs."""
        return self.root / "pythons"

    @property
    def packages(self) -> Path:
        """Packages as they were downloaded; environments share their files."""
        return self.cache / "packages"

    @property
    def proofs(self) -> Path:
        """What probes found of devices."""
        return self.cache / "proofs.json"

    @property
    def models(self) -> Path:
        """What is known of downloaded models, and which terms were accepted; the models lie elsewhere."""
        return self.root / "models"

    @property
    def loras(self) -> Path:
        """Where the user puts small additions to models for pictures, by name."""
        return self.models / "loras"

    @property
    def parts(self) -> Path:
        """Finished sentences, by recipe."""
        return self.cache / "parts"

    @property
    def peaks(self) -> Path:
        """Peaks of sounds, by the sound's hash."""
        return self.cache / "peaks"

    @property
    def prints(self) -> Path:
        """What the encoder that judges heard in sounds, by the sound's hash."""
        return self.cache / "prints"

    @property
    def conformed(self) -> Path:
        """Stretched and pitched sound, by what it was made from."""
        return self.cache / "conformed"

    @property
    def heard(self) -> Path:
        """Sounds that were listened to and belong to no project, by content."""
        return self.cache / "heard"

    @property
    def thumbnails(self) -> Path:
        """Small pictures of pictures, by content and size."""
        return self.cache / "thumbnails"

    @property
    def inputs(self) -> Path:
        """Files that engines were given, in the form in which they got them, by content."""
        return self.cache / "inputs"

    @property
    def voices(self) -> Path:
        """Kept voices, a folder each."""
        return self.root / "voices"

    @property
    def styles(self) -> Path:
        """Kept styles of music: a description each, and the sounds they are to be like."""
        return self.root / "styles"

    @property
    def library(self) -> Path:
        """Results: `masters/` as the engine made them, `files/` in the user's format."""
        return self.root / "library"

    @property
    def snapshots(self) -> Path:
        """Projects as they were when an export was asked for, by content."""
        return self.root / "snapshots"

    @property
    def scratch(self) -> Path:
        """Where engine processes write; a folder a job."""
        return self.root / "scratch"

    @property
    def logs(self) -> Path:
        """Logs of engine processes, and reports of bugs."""
        return self.root / "logs"


def data_root(given: str | None) -> Path:
    """Choose the data folder: the option, the variable, or the system's place. Refuse places that lose data."""
    chosen = given or os.environ.get("STUDIO_DATA_DIR")
    try:
        root = Path(chosen).expanduser() if chosen else _default_root()
    except RuntimeError as e:  # ~name of nobody, or no home at all
        raise StudioError(f"There is no home folder for {chosen or '~'}.", "Name a folder with --data-dir.") from e
    root = Path(os.path.abspath(root))  # noqa: PTH100 — resolve() would follow links into places not asked for
    refuse_unsafe(root, is_wsl=is_wsl(), platform=sys.platform)
    return root


def refuse_unsafe(root: PurePath, *, is_wsl: bool, platform: str) -> None:
    """Raise StudioError for a place where locks, renames or databases cannot be trusted."""
    text = root.as_posix()
    if is_wsl and text.startswith("/mnt/") and len(text.split("/")[2]) == 1:
        raise StudioError(
            f"The data folder {root} lies on a Windows drive, where locks and renames fail under WSL.",
            "Choose one in the Linux home, for example --data-dir ~/angen.",
        )
    if platform == "win32" and (str(root).startswith("\\\\") or "onedrive" in text.lower()):
        raise StudioError(
            f"The data folder {root} lies on a network share or in OneDrive, which would damage the database.",
            "Choose a folder on a local disk with --data-dir.",
        )


def is_wsl() -> bool:
    """Whether this is Linux inside Windows."""
    if sys.platform != "linux":
        return False
    try:
        return "microsoft" in Path("/proc/version").read_text(encoding="utf-8").lower()
    except OSError:
        return False


def _default_root() -> Path:
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA", str(Path.home() / "AppData" / "Local"))) / "Angen"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support" / "Angen"
    base = os.environ.get("XDG_DATA_HOME")
    return (Path(base) if base and Path(base).is_absolute() else Path.home() / ".local" / "share") / "angen-studio"
