"""`studio voices`: the voices of the engines, and those that are kept."""

from __future__ import annotations

import datetime
import json
import sys
from argparse import Namespace
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

from studio.app import Studio
from studio.cli.commands import voice_drift
from studio.cli.main import open_studio
from studio.cli.output import Output, table
from studio.cli.waiting import hearer, made_aside
from studio.domain import voice
from studio.domain.voice import Consent, Profile, Sample
from studio.errors import StudioError
from studio.services import engine_list
from studio.services.generation import Wish
from studio.services.voice_work import refuse_engines_own
from studio.services.voices import Added, Clean, NewVoice
from studio.store import voice_folder

_QUESTION = "Whose voice is it, and who allowed its use? "


def run(args: Namespace, out: Output) -> int:
    """List voices, keep one, look at it, pass it on."""
    studio = open_studio(args, out)
    try:
        return _VERBS[args.verb](studio, args, out)
    finally:
        studio.close()


def _list(studio: Studio, args: Namespace, out: Output) -> int:
    found = engine_list.voices(studio.registry, args.engine)
    kept, told = studio.voices.all()
    for sentence in told:
        out.tell(f"warning: {sentence}")
    mine = [_row(p) for p in kept if not args.engine or args.engine in {b.engine for b in p.bindings}]
    rows = [
        [v["name"], v["title"], v["language"], v["sex"], v["accent"], v["engine"] or "kept"] for v in [*mine, *found]
    ]
    headings = ["name", "title", "language", "sex", "accent", "engine"]
    out.result({"voices": [*mine, *found]}, table(rows, headings))
    return 0


def _row(profile: Profile) -> dict[str, Any]:
    """Return the object of a kept voice among those of the engines."""
    return {
        "name": profile.name, "title": profile.name, "engine": None, "language": profile.language, "sex": "",
        "accent": "", "note": profile.notes, "id": profile.id, "kept": True, "samples": len(profile.samples),
        "seconds": sum(s.seconds for s in profile.samples), "licence": profile.licence,
        "consent": profile.consent.kind,
    }  # fmt: skip


def _add(studio: Studio, args: Namespace, out: Output) -> int:
    refuse_engines_own(studio.registry, args.name)
    consent = Consent(_consent(args), args.consent_kind, args.consent_by, datetime.date.today().isoformat())
    new = NewVoice(
        name=args.name, consent=consent, language=args.language, licence=args.licence, notes=args.notes,
        transcript=args.transcript, denoise=args.denoise,
    )  # fmt: skip

    clean, hear = _cleaner(studio, args, out), hearer(studio, args, out)
    added = studio.voices.add(new, [Path(f) for f in args.files], clean=clean, hear=hear)
    return _tell(added, out, "kept")


def _consent(args: Namespace) -> str:
    """Return the words of consent: from the option, or from whoever sits at the terminal."""
    if args.consent.strip():
        return str(args.consent).strip()
    asked = ""
    if sys.stdin is not None and sys.stdin.isatty() and not args.json:
        print(_QUESTION, end="", file=sys.stderr, flush=True)
        asked = sys.stdin.readline().strip()
    if not asked:
        raise StudioError(
            "A voice is kept only with the consent of the person.",
            'Say whose voice it is and who allowed its use, for example --consent "My own voice."',
        )
    return asked


def _tell(added: Added, out: Output, done: str) -> int:
    for note in added.notes:
        out.tell(f"note: {note}")
    profile = added.profile
    data = {"voice": voice.to_dict(profile), "notes": [*added.notes]}
    seconds = ", ".join(f"{s.seconds:.1f} s" for s in profile.samples)
    out.result(data, f"{profile.name}: {done}, {seconds}. Consent ({profile.consent.kind}): {profile.consent.text}")
    return 0


def _show(studio: Studio, args: Namespace, out: Output) -> int:
    profile = studio.voices.find(args.name)
    if profile is not None:
        data = voice.to_dict(profile)
        out.result({"voice": data | {"kept": True}}, "\n".join(_lines(profile)))
        return 0
    for found in engine_list.voices(studio.registry, ""):
        if args.name.casefold() in {found["name"].casefold(), found["title"].casefold()}:
            manifest = studio.registry.manifest(found["engine"]).voice(found["name"])
            shown = found | {"preview": manifest.preview if manifest else ""}
            out.result({"voice": shown}, "\n".join(f"{name}: {value}" for name, value in shown.items() if value))
            return 0
    studio.voices.get(args.name)  # raises with names that are alike
    return 0


def _lines(profile: Profile) -> list[str]:
    consent = profile.consent
    lines = [f"{profile.name} ({profile.id}), kept {profile.created}"]
    about = (("language", profile.language), ("licence", profile.licence), ("notes", profile.notes))
    lines += [f"{name}: {text}" for name, text in about if text]
    by = " ".join(part for part in (consent.who, consent.when) if part)
    lines.append(f"consent: {consent.text} ({', '.join(part for part in (consent.kind, by) if part)})")
    for sample in profile.samples:
        facts = {name: value for name, value in sample.facts.items() if name != "advice"}
        cleaned = ", cleaned" if sample.cleaned else ""
        other = "" if not sample.other else ", as recorded beside it" if sample.cleaned else ", cleaned beside it"
        lines.append(f"{sample.id}: {sample.seconds:.2f} s of {sample.name}{cleaned}{other}")
        lines += [f"  words: {sample.transcript}"] if sample.transcript else []
        lines += [
            f"  {name}: {value if isinstance(value, str) else json.dumps(value)}" for name, value in facts.items()
        ]
        given: Any = sample.facts.get("advice")  # of a voice that was imported it may be anything
        items = cast("list[Any]", given) if isinstance(given, list) else []
        said = [cast("dict[str, Any]", item) for item in items if isinstance(item, dict)]
        lines += [f"  {item.get('level')}: {item.get('text')} {item.get('hint')}" for item in said]
    for bound in profile.bindings:
        lines.append(f"with {bound.engine}: {bound.voice or bound.sample} {json.dumps(bound.params)}")
    return lines


def _words(studio: Studio, args: Namespace, out: Output) -> int:
    profile, sample = _chosen(studio, args)
    said = args.text.strip() or hearer(studio, args, out)(studio.voices.recording(profile, sample.file))
    if not said.strip():
        raise StudioError(f"In {sample.name} no words were heard.", "Write them yourself, after the name.")
    profile = studio.voices.write_words(profile.id, sample.id, said)
    found = profile.sample(sample.id)
    out.result({"voice": voice.to_dict(profile)}, f"{profile.name}, {sample.id}: {found.transcript if found else ''}")
    return 0


def _enhance(studio: Studio, args: Namespace, out: Output) -> int:
    profile, sample = _chosen(studio, args)
    clean = _cleaner(studio, args, out)
    profile = studio.voices.use_version(profile.id, sample.id, cleaned=not args.original, clean=clean)
    used = "as it was recorded" if args.original else "without its noise"
    out.result({"voice": voice.to_dict(profile)}, f"{profile.name} speaks from {sample.id} {used}; both are kept.")
    return 0


def _chosen(studio: Studio, args: Namespace) -> tuple[Profile, Sample]:
    profile = studio.voices.get(args.name)
    found = profile.sample(args.recording) if args.recording else profile.best()
    if found is None:
        known = ", ".join(s.id for s in profile.samples) or "none"
        raise StudioError(f"{profile.name} has no recording {args.recording[:40]!r}.", f"It has: {known}.")
    return profile, found


def _cleaner(studio: Studio, args: Namespace, out: Output) -> Clean:
    """Return what takes the noise out of a recording."""
    return lambda file: made_aside(studio, Wish(task="clean", files={"source": file}), args, out)[0].file


def _remove(studio: Studio, args: Namespace, out: Output) -> int:
    profile, place = studio.voices.remove(args.name)
    days = voice_folder.KEPT_DAYS
    said = f"{profile.name}: removed. For {days} days it stays in {place}; moved back, it is there again."
    out.result({"removed": profile.name, "id": profile.id, "path": str(place)}, said)
    return 0


def _export(studio: Studio, args: Namespace, out: Output) -> int:
    place = studio.voices.export(args.name, Path(args.file), force=args.force)
    profile = studio.voices.get(args.name)
    said = f"{place}: {profile.name} with its recordings, consent and licence."
    out.result({"path": str(place), "voice": voice.to_dict(profile)}, said)
    return 0


def _import(studio: Studio, args: Namespace, out: Output) -> int:
    return _tell(studio.voices.import_(Path(args.file)), out, "imported")


_VERBS: dict[str, Callable[[Studio, Namespace, Output], int]] = {
    "list": _list,
    "add": _add,
    "show": _show,
    "remove": _remove,
    "words": _words,
    "enhance": _enhance,
    "export": _export,
    "import": _import,
    "drift": voice_drift.drift,
    "anchor": voice_drift.anchor,
}
