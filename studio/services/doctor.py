"""Checks everything there is and says how to mend it; makes a scrubbed report to send. The calling thread."""

from __future__ import annotations

import getpass
import json
import os
import platform
import re
import shutil
import sys
import zipfile
from array import array
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import studio
from studio import settings as settings_values
from studio.engines.manifest import Manifest
from studio.engines.registry import Registry
from studio.errors import StudioError
from studio.paths import DataPaths
from studio.protocol.float_wav import write_float_wav
from studio.runtime.detection.advice import ON_CPU, TRY_DIRECTML, plan
from studio.runtime.detection.found import Machine
from studio.services import environment_size
from studio.services.jobs import Jobs
from studio.services.library import Library
from studio.services.sound import SoundHost
from studio.settings import Settings
from studio.store import atomic
from studio.store.database import Database

_LOW_DISK = 2 * 2**30
_LOG_BYTES = 200_000


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at."""

    name: str
    ok: bool
    text: str
    hint: str = ""


@dataclass(frozen=True)
class Patient:
    """What is looked at."""

    paths: DataPaths
    database: Database
    registry: Registry
    jobs: Jobs
    library: Library
    settings: Settings
    sound: SoundHost
    machine: Machine
    start_engine: Callable[[Manifest], str]  # starts an engine's process and ends it; returns what was wrong


def examine(patient: Patient) -> list[Finding]:
    """Look at everything; never raises for what it finds."""
    checks = (
        _python, _environment, _disk, _database, _devices, _library, _engines, _engine_process, _sound_process, _ffmpeg,
    )  # fmt: skip
    return [finding for check in checks for finding in check(patient)]


def write_bundle(patient: Patient, findings: list[Finding], target: Path) -> None:
    """Write a report without names of people, machines and places; scripts and voices stay at home."""
    report = {
        "studio": studio.__version__,
        "python": sys.version,
        "system": f"{platform.system()} {platform.release()} {platform.machine()}",
        "findings": [asdict(f) for f in findings],
        "settings": settings_values.changed(patient.settings),
        "jobs": [
            {
                "id": j.id,
                "state": j.state,
                "engine": j.engine,
                "error": j.error,
                "notes": [{**note, "text": _without_quotes(note["text"])} for note in j.notes],
                "timing": j.timing,
            }
            for j in patient.jobs.newest(50)
        ],
    }
    try:
        with atomic.written(target) as unfinished, zipfile.ZipFile(unfinished, "w", zipfile.ZIP_DEFLATED) as bundle:
            bundle.writestr(
                "report.json", scrubbed(json.dumps(report, indent=2, ensure_ascii=False), patient.paths.root)
            )
            for log in sorted(patient.paths.logs.glob("*.log")) + sorted(patient.paths.logs.glob("bug-*.txt")):
                text = log.read_bytes()[-_LOG_BYTES:].decode(errors="replace")
                bundle.writestr(f"logs/{log.name}", scrubbed(text, patient.paths.root))
    except OSError as e:
        raise atomic.explain(e, f"{target} could not be written") from e


def scrubbed(text: str, root: Path) -> str:
    """Return the text without home folders, user, host, passwords in addresses, and the data folder's place."""
    text = re.sub(r"//[^/@\s\"']+@", "//", text)
    for place, name in ((str(root), "<data>"), (str(Path.home()), "<home>")):
        for form in {place, place.replace("\\", "\\\\"), place.replace("\\", "/")}:
            text = text.replace(form, name)
    for word, name in ((_user(), "<user>"), (platform.node(), "<host>")):
        if len(word) > 2:
            text = re.sub(rf"\b{re.escape(word)}\b", name, text)
    return text


def _without_quotes(text: str) -> str:
    """Notes quote scripts and what was heard of them, and both stay at home."""
    text = re.sub("“.*”", "“…”", text, flags=re.DOTALL)
    return re.sub(r"'[^']*'|\"[^\"]*\"", "'…'", text)


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return ""


def _python(_patient: Patient) -> list[Finding]:
    return [Finding("python", ok=True, text=f"Python {platform.python_version()}, studio {studio.__version__}")]


def _environment(_patient: Patient) -> list[Finding]:
    size = environment_size.measure()
    if size is None:
        return []
    text = f"{size.own / 1e9:.2f} GB of packages in {size.folder}"
    if size.development:
        text += f", and {size.development / 1e9:.2f} GB for development"
    return [Finding("environment", ok=True, text=text)]


def _disk(patient: Patient) -> list[Finding]:
    free = shutil.disk_usage(patient.paths.root).free
    text = f"{free / 2**30:.1f} GiB free for {patient.paths.root}"
    return [Finding("disk", free > _LOW_DISK, text, "" if free > _LOW_DISK else "Free some space soon.")]


def _database(patient: Patient) -> list[Finding]:
    try:
        found = patient.database.integrity()
    except StudioError as e:
        found = e.details or e.message
    hint = "" if found == "ok" else "Start again: a damaged database is set aside, finished files stay in the library."
    return [Finding("database", found == "ok", f"integrity: {found}", hint)]


def _devices(patient: Patient) -> list[Finding]:
    """Cards that could compute and do not are worth a word; without any, the processor is no fault."""
    advised = plan(patient.machine)
    found: list[Finding] = []
    for advice in advised:
        mendable = advice.accelerator == "cpu" and advice.hint not in {"", TRY_DIRECTML}
        found.append(Finding("device", not mendable, advice.sentence, advice.hint))
    if advised[0].accelerator == "cpu":
        found.append(Finding("device", ok=True, text=ON_CPU))
    return found


def _library(patient: Patient) -> list[Finding]:
    missing = patient.library.missing_files()
    text = "every result is there" if not missing else f"{len(missing)} files are missing, for example {missing[0]}"
    return [Finding("library", not missing, text, "" if not missing else "`studio jobs retry` makes them again.")]


def _engines(patient: Patient) -> list[Finding]:
    broken = [e for e in patient.registry.entries() if e.manifest is None]
    if not broken:
        return [Finding("engines", ok=True, text=f"{len(patient.registry.entries())} engines are described well")]
    return [Finding(f"engine {e.id}", ok=False, text=e.error, hint=f"Mend or remove {e.folder}.") for e in broken]


def _engine_process(patient: Patient) -> list[Finding]:
    try:
        manifest = patient.registry.manifest(patient.settings.speech.engine)
    except StudioError as e:
        return [Finding("engine process", ok=False, text=e.message, hint=e.hint)]
    problem = patient.start_engine(manifest)
    text = problem or f"the engine {manifest.id} starts and loads"
    return [Finding("engine process", not problem, text, f"See {patient.paths.logs}." if problem else "")]


def _sound_process(patient: Patient) -> list[Finding]:
    """Have the sound process look at a sound of ours."""
    sample = patient.paths.scratch / "doctor.wav"
    try:
        sample.parent.mkdir(parents=True, exist_ok=True)
        write_float_wav(sample, array("f", [0.0] * 480), rate=48_000)
        with patient.sound.task("inspect", {"file": str(sample)}):
            return [Finding("sound process", ok=True, text="the sound process starts and reads")]
    except StudioError as e:
        return [Finding("sound process", ok=False, text=e.message, hint=f"See {patient.paths.logs}.")]
    except OSError as e:
        return [Finding("sound process", ok=False, text=str(e), hint="Free some space in the data folder.")]
    finally:
        sample.unlink(missing_ok=True)


def _ffmpeg(_patient: Patient) -> list[Finding]:
    """ffmpeg is welcome, not needed."""
    found = os.environ.get("STUDIO_FFMPEG") or shutil.which("ffmpeg")
    text = f"found: {found}" if found else "not installed: M4A, AAC and WebM cannot be read, nor M4B written"
    return [Finding("ffmpeg", ok=True, text=text)]
