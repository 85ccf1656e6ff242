"""What an engine is, needs and does, in words. No widgets."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QLocale

from studio.domain import languages
from studio.domain.dialogue import NONVERBALS
from studio.engines.manifest import Manifest
from studio.engines.params import Param
from studio.runtime.devices import Device
from studio.services import engine_list
from studio.services.engine_list import Row
from studio.services.engine_test import task_without_files
from studio.ui.language import current, t
from studio.ui.tabs.engines.seen import Environment

RUNNING = "running"
TESTING = "testing"
WORKED_ON = "worked_on"  # its pack is being built, checked or removed
INCOMPLETE, BROKEN_ENVIRONMENT = "incomplete", "broken_environment"
INSTALL, REPAIR, LOAD, TEST = "install", "repair", "load", "test"  # the next sensible step

_TASKS = {
    "speech": "speaks",
    "clone": "speaks in a given voice",
    "transcribe": "writes down what is said",
    "clean": "takes noise out of speech",
    "embed": "compares voices",
    "music": "makes music",
    "lyrics": "writes lyrics",
    "image": "makes pictures",
}
# sign, tone, words: a state is never told by colour alone.
_STATES = {
    engine_list.READY: ("circle-check", "good", "Ready"),
    engine_list.NO_ENVIRONMENT: ("package", "warn", "Its environment is missing"),
    engine_list.NO_RUNNER: ("package", "warn", "Cannot work yet"),
    engine_list.NO_MODEL: ("download", "warn", "Its model is missing"),
    engine_list.BROKEN: ("circle-x", "bad", "Broken"),
    INCOMPLETE: ("package", "warn", "Its environment is incomplete"),
    BROKEN_ENVIRONMENT: ("circle-x", "bad", "Its environment is broken"),
    WORKED_ON: ("loader", "accent", "Its pack is being worked on"),
    RUNNING: ("loader", "accent", "Works right now"),
    TESTING: ("flask-conical", "accent", "Is being tested"),
}
_ENVIRONMENTS = {"incomplete": INCOMPLETE, "broken": BROKEN_ENVIRONMENT}
_HINDERED = {
    engine_list.NOT_HERE: "The chosen device is not here.",
    engine_list.NOT_IT: "It does not run on the chosen device.",
    engine_list.NO_CPU: "It finds only the CPU here, and the CPU is not allowed.",
    engine_list.NONE: "No device here suits it.",
}
_GIGABYTE = 1 << 30
LARGE = 1.1  # of the text; beyond it a state has no room beside a title and a button
_KINDS = {"int": "whole number", "float": "number", "bool": "yes or no", "text": "text", "choice": "choice"}


def standing(row: Row, environment: Environment | None) -> str:
    """Return what an engine lacks, or that it is ready; the first thing that one would do something about."""
    if environment is None or row.state != engine_list.NO_ENVIRONMENT:
        return row.state
    return _ENVIRONMENTS.get(environment.state, row.state)


def state_of(state: str) -> tuple[str, str, str]:
    """Return a state as a sign, a tone and words."""
    sign, tone, words = _STATES[state]
    return sign, tone, t(words)


def title_of(row: Row) -> str:
    """Return what an engine is called."""
    return t(row.entry.manifest.title) if row.entry.manifest else row.id


def summary_of(row: Row) -> str:
    """Return what an engine says of itself; what is wrong with a broken one."""
    if row.entry.manifest is None:
        return t("Its description cannot be used: {error}.", error=row.entry.error)
    return t(row.entry.manifest.summary)


def does(row: Row) -> str:
    """Return what an engine does, in words."""
    if row.entry.manifest is None:
        return ""
    said = ", ".join(t(_TASKS[task]) for task in row.entry.manifest.tasks if task in _TASKS)
    return said[:1].upper() + said[1:]


def size_of(row: Row) -> str:
    """Return how large its models are."""
    return bytes_of(row.size) if row.size else t("no model")


def bytes_of(count: int) -> str:
    """Return a size in the unit that suits it."""
    digits = 1 if count >= _GIGABYTE else 0
    return QLocale(current()).formattedDataSize(count, digits, QLocale.DataSizeFormat.DataSizeTraditionalFormat)


def licence_of(row: Row) -> str:
    """Return its terms in a line."""
    m = row.entry.manifest
    if m is None:
        return ""
    names = (
        m.licence.code
        if m.licence.weights in {m.licence.code, "none", ""}
        else f"{m.licence.code} / {m.licence.weights}"
    )
    return f"{names} · {t('commercial use allowed') if m.licence.commercial else t('no commercial use')}"


def runs_on(row: Row) -> str:
    """Return where it would run and why, or why nowhere."""
    if row.device is not None:
        return t("Would run on {device}: {why}.", device=short_name(row.device), why=t(row.why))
    if row.hindered:
        return t("Would not run: {why}", why=t(_HINDERED[row.hindered]))
    return ""


def next_step(row: Row, environment: Environment | None) -> str:
    """Say what stands between a user and the engine; empty when nothing does."""
    state = standing(row, environment)
    if environment is not None and state == engine_list.NO_ENVIRONMENT:
        return t("It needs the pack {pack}.", pack=environment.title)
    if environment is not None and state == INCOMPLETE:
        return t("The pack {pack} was begun and not finished. “Repair” goes on.", pack=environment.title)
    if environment is not None and state == BROKEN_ENVIRONMENT:
        return t("The pack {pack} is damaged. “Repair” builds it anew.", pack=environment.title)
    if state == engine_list.NO_RUNNER:
        return t("It can be installed and tested; a later version of the studio makes things with it.")
    if state == engine_list.NO_MODEL:
        return t("Its model is not on this disk. Its terms are shown before it is loaded.")
    if state == engine_list.BROKEN:
        return t("Mend it or remove its folder: {folder}", folder=row.entry.folder)
    return ""


def step(row: Row, environment: Environment | None) -> str:
    """Return the next sensible step that has a button: install, repair, test, or none."""
    state = standing(row, environment)
    if state == engine_list.NO_ENVIRONMENT:
        return INSTALL if row.device is not None else ""
    if state in {INCOMPLETE, BROKEN_ENVIRONMENT}:
        return REPAIR
    if state == engine_list.NO_MODEL:
        return LOAD
    return TEST if can_be_tested(row, environment) else ""


def can_be_tested(row: Row, environment: Environment | None) -> bool:
    """Whether a test makes sense: of the engine, or of its environment as long as there is no more of it."""
    state, manifest = standing(row, environment), row.entry.manifest
    tiny = manifest is not None and manifest.smoke.is_file() and environment is not None
    return state == engine_list.READY or (tiny and state in {engine_list.NO_RUNNER, engine_list.NO_MODEL})


def can_be_measured(row: Row, environment: Environment | None) -> bool:
    """Whether it can make something without a file of the user's, so that its time can be taken."""
    ready = standing(row, environment) == engine_list.READY
    return ready and row.entry.manifest is not None and bool(task_without_files(row.entry.manifest))


def terms_of(m: Manifest) -> list[tuple[str, str]]:
    """Return the licences one by one."""
    rows = [
        (t("Code"), m.licence.code),
        (t("Weights"), t("none") if m.licence.weights == "none" else m.licence.weights),
        (t("What it makes"), t("own work") if m.licence.output == "own work" else m.licence.output),
        (t("Commercial use"), t("allowed") if m.licence.commercial else t("not allowed")),
    ]
    return [(label, value) for label, value in rows if value]


def facts_of(m: Manifest) -> list[tuple[str, str]]:
    """Return what else there is to know."""
    spoken = dict.fromkeys([*m.languages, *(voice.language for voice in m.voices)])
    rows = [
        (t("Version"), m.version),
        (t("Comes with"), t("the studio") if m.pack == "app" else t("the pack {pack}", pack=m.pack)),
        (t("Runs on"), ", ".join(kind.upper() for kind in m.accelerators)),
        (t("Precision"), m.precision),
        (t("Sample rate"), t("{kilohertz} kHz", kilohertz=f"{m.sample_rate / 1000:g}") if m.sample_rate else ""),
        (t("Languages"), ", ".join(language_name(code) for code in spoken)),
    ]
    return [(label, value) for label, value in rows if value]


def models_of(m: Manifest) -> list[tuple[str, str]]:
    """Return its models with what tells them from others."""
    found: list[tuple[str, str]] = []
    for model in m.models:
        told = [bytes_of(model.bytes), model.licence, t("comes with the studio") if model.bundled else t("not here")]
        told += [t("revision {revision}", revision=model.revision)] if model.revision else []
        told += [f"SHA-256 {model.sha256}"] if model.sha256 else []
        found.append((model.title or model.id, "\n".join(part for part in told if part)))
    return found


def params_of(params: Sequence[Param]) -> list[tuple[str, str]]:
    """Return what can be set, with ranges."""
    found: list[tuple[str, str]] = []
    for param in params:
        told = [t(_KINDS[param.type])]
        if param.type == "choice":
            told = [", ".join(t(choice) for choice in param.choices if choice)]
        elif param.type in {"int", "float"} and param.min is not None and param.max is not None:
            told.append(t("{low} to {high}", low=f"{param.lowest:g}", high=f"{param.max:g}"))
        found.append((t(param.title or param.name), ", ".join(told)))
    return found


def voices_of(m: Manifest) -> list[tuple[str, str]]:
    """Return its voices by language."""
    by_language: dict[str, list[str]] = {}
    for voice in m.voices:
        by_language.setdefault(language_name(voice.language), []).append(voice.title)
    return [(language, ", ".join(names)) for language, names in by_language.items()]


def lacking(m: Manifest) -> str:
    """Return the sounds that its voices cannot make; they are left out of a script with a note."""
    return ", ".join(f"({name})" for name in engine_list.lacking_nonverbals(m, NONVERBALS))


def language_name(code: str) -> str:
    """Return a language in words."""
    return t(languages.name_of(code))


def short_name(device: Device) -> str:
    """Return what a device is called in a line."""
    return "CPU" if device.kind == "cpu" else device.name


def seconds_of(seconds: float) -> str:
    """Return a time as people read it."""
    return t("{seconds} s", seconds=QLocale(current()).toString(seconds, "f", 1))


def breakable(place: str) -> str:
    """Let a path go on in the next line after each of its parts."""
    return "".join(f"{c}\u200b" if c in "/\\" else c for c in place)
