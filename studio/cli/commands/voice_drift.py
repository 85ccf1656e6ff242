"""`studio voices drift` and `studio voices anchor`: voices over a project. A file of their own, for their length."""

from __future__ import annotations

import datetime
from argparse import Namespace
from pathlib import Path
from typing import Any

from studio.app import Studio
from studio.cli.output import Output, table
from studio.cli.waiting import hearer, made_aside
from studio.domain import drift as rules
from studio.domain import voice
from studio.domain.drift import Point, Verdict
from studio.domain.project import Project
from studio.domain.voice import Consent
from studio.errors import StudioError
from studio.services import anchoring, voice_prints
from studio.services import drift as drifts
from studio.services.drift import Look, Speaker
from studio.services.projects import OpenProject


def drift(studio: Studio, args: Namespace, out: Output) -> int:
    """Say how alike the takes of each speaker are, in the script's order."""
    with studio.projects.open(Path(args.project), writing=False) as opened:
        spoken = drifts.spoken_takes(opened.project)
        only = _speaker(spoken, args.speaker) if args.speaker or not spoken else None
        found = _listened(studio, opened, args, out)
    speakers = [one for one in found.speakers if only in {None, one.name}]
    shown = "\n\n".join("\n".join([_heading(one), _table(one)]) for one in speakers)
    out.result({"speakers": [_told(one) for one in speakers]}, shown)
    return 0


def anchor(studio: Studio, args: Namespace, out: Output) -> int:
    """Keep a take as a voice and cast its speaker with it: one step of the project."""
    with studio.projects.open(Path(args.project)) as opened:
        speaker = _speaker(drifts.spoken_takes(opened.project), args.speaker)
        before = _listened(studio, opened, args, out).speaker(speaker)
        take = args.take or (before.best if before else "")
        plan = anchoring.plan(
            opened.project, opened.folder, speaker, take,
            voices=studio.voices, registry=studio.registry, name=args.name,
        )  # fmt: skip
        consent = _consent(args)
        if consent and plan.consent:
            out.tell(f"note: the consent that the take's voice has is kept: {plan.consent.text}")
        added = anchoring.keep(plan, studio.voices, consent=consent, hear=hearer(studio, args, out))
        name = added.profile.name
        opened.do(f"Re-anchor the voice of {speaker}" if speaker else "Re-anchor the voice", _cast(opened, plan, name))
        opened.save()
    for note in added.notes:
        out.tell(f"note: {note}")
    drifted = [point.number for point in before.drifted] if before else []
    data = {"voice": voice.to_dict(added.profile), "speaker": speaker, "take": plan.take, "drifted": drifted}
    lines = f" Lines that had drifted: {', '.join(map(str, drifted))}." if drifted else ""
    out.result(data, f"{speaker or 'The voice'} is carried by {name} now, kept from take {plan.take}.{lines}")
    return 0


def _cast(opened: OpenProject, plan: anchoring.Anchor, name: str) -> Project:
    return anchoring.cast_with(opened.project, plan.speaker, name)


def _speaker(spoken: dict[str, Any], wanted: str) -> str:
    if not spoken:
        raise StudioError("There are no takes in this project.", "Make a line first.")
    found = next((name for name in spoken if name.casefold() == wanted.casefold()), None)
    if found is None:
        names = ", ".join(name for name in spoken if name) or "none with takes"
        raise StudioError(f"Nobody called {wanted!r} has takes in this project.", f"There are: {names}.")
    return found


def _consent(args: Namespace) -> Consent | None:
    today = datetime.date.today().isoformat()
    return Consent(args.consent.strip(), args.consent_kind, "", today) if args.consent.strip() else None


def _listened(studio: Studio, opened: OpenProject, args: Namespace, out: Output) -> Look:
    """Return the figures of a project, having listened to what nobody has listened to yet."""
    found = drifts.look(opened.project, opened.folder, studio.voices, studio.prints)
    for wish in voice_prints.wishes(drifts.sure(found.missing)):
        studio.prints.keep(made_aside(studio, wish, args, out))
    return drifts.look(opened.project, opened.folder, studio.voices, studio.prints) if found.missing else found


def _heading(speaker: Speaker) -> str:
    against = f"the voice {speaker.voice}" if speaker.voice else "the first take"
    return f"{speaker.name or 'no name'}: {words(speaker.verdict, speaker.points)} (held against {against})"


def words(verdict: Verdict, points: tuple[Point, ...]) -> str:
    """Say what a verdict means."""
    if verdict.kind == rules.FEW:
        return "too few takes to tell"
    if not verdict.spans:
        return "steady"
    spans = [(points[first].number, points[last].number) for first, last in verdict.spans]
    ends = [f"from line {first} to {last}" for first, last in spans]
    if verdict.to_the_end:
        ends[-1] = f"from line {spans[-1][0]} on"
    return f"drifting {', '.join(ends)}"


def _table(speaker: Speaker) -> str:
    drifted = {point.take for point in speaker.drifted}
    rows = [
        [
            str(point.number), point.take, f"{point.seconds:.1f}",
            "-" if point.likeness is None else f"{point.likeness:.2f}",
            "drifted" if point.take in drifted else "held against" if point.held_against else "",
        ]
        for point in speaker.points
    ]  # fmt: skip
    return table(rows, ["line", "take", "seconds", "likeness", ""])


def _told(speaker: Speaker) -> dict[str, Any]:
    verdict, drifted = speaker.verdict, {point.take for point in speaker.drifted}
    return {
        "speaker": speaker.name,
        "voice": speaker.voice or None,
        "verdict": verdict.kind,
        "from_line": speaker.points[verdict.spans[0][0]].number if verdict.spans else None,
        "level": None if verdict.level is None else round(verdict.level, 3),
        "best": speaker.best or None,
        "points": [
            {
                "line": point.number,
                "take": point.take,
                "seconds": round(point.seconds, 2),
                "likeness": None if point.likeness is None else round(point.likeness, 3),
                "drifted": point.take in drifted,
            }
            for point in speaker.points
        ],
    }
