"""`studio transcribe`."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path
from typing import Any

from studio.cli.main import open_studio
from studio.cli.making import make, params_of, target_of, wish_of
from studio.cli.output import Output
from studio.domain import words
from studio.domain.requests import Target
from studio.domain.words import Transcript
from studio.errors import StudioError


def run(args: Namespace, out: Output) -> int:
    """Write down what is said in a sound: to a file, or to stdout."""
    target = target_of(args, "transcribe") if args.output else None
    if target is None and args.detach:
        raise StudioError("Without -o nobody would read the words.", "Leave out --detach, or name a file with -o.")
    studio = open_studio(args, out)
    try:
        data = make(studio, _wish(args, target), args, out)
        found = words.parse(_written(studio, data)) if data else None
    finally:
        studio.close()
    if data is not None and found is not None:
        said = f"{data['outputs'][0]['path']}: {len(found.words)} words" if target else found.text
        out.result(data | _shown(found), said)
    return 0


def _wish(args: Namespace, target: Target | None) -> Any:
    language = args.language or None
    return wish_of(
        args,
        "transcribe",
        files={"source": Path(args.file)},
        params=params_of(args, language=language),
        target=target,
    )


def _written(studio: Any, data: dict[str, Any]) -> str:
    """The engine's own words: the file may be in a form that leaves the times out."""
    text: str = studio.library.of_job(data["job"])[0].master.read_text(encoding="utf-8")
    return text


def _shown(found: Transcript) -> dict[str, Any]:
    return {
        "language": found.language,
        "seconds": found.seconds,
        "text": found.text,
        "segments": [
            {
                "start": segment.start,
                "end": segment.end,
                "text": segment.text,
                "words": [
                    {"start": w.start, "end": w.end, "word": w.text, "probability": w.probability}
                    for w in segment.words
                ],
            }
            for segment in found.segments
        ],
    }
