"""`studio demo`."""

from __future__ import annotations

from argparse import Namespace
from dataclasses import replace
from pathlib import Path

from studio.app import Studio
from studio.cli.commands.speak import read_script
from studio.cli.main import open_studio
from studio.cli.output import Output
from studio.cli.waiting import finish
from studio.domain.edits import fades, find, marks, place, tracks, whole
from studio.domain.export.options import Options
from studio.domain.project import Fade
from studio.errors import StudioError
from studio.paths import RESOURCES
from studio.services.export import Wish as ExportWish
from studio.services.generation import Wish
from studio.services.library import Media
from studio.services.projects import OpenProject
from studio.services.tasks import speech
from studio.store import atomic

_SEED = 20  # the same demo for everyone
_PROJECT = "Demo.angen"
_TURN = 0.45  # seconds between two lines
_ENGINE = "kokoro"
_CAST = {"Ada": "af_heart", "Ben": "am_eric"}
_CHAPTERS = {0: "Welcome", 3: "When the power fails"}  # line → name
_DESCRIPTION = {"title": "A first evening", "artist": "Angen Studio", "album": "Angen Studio", "language": "en"}


def run(args: Namespace, out: Output) -> int:
    """Make the demo: speak the lines, put them on a timeline, export it."""
    folder = Path(args.output).absolute()
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as e:
        raise atomic.explain(e, f"The folder {folder} could not be made") from e
    if (folder / "demo.mp3").exists() and not args.force:
        raise StudioError(f"{folder / 'demo.mp3'} exists.", "Choose another folder, or add --force to replace it.")
    script = read_script(RESOURCES / "samples" / "demo.txt")
    studio = open_studio(args, out)
    try:
        project = folder / _PROJECT
        with fresh(studio, project) as opened:
            _arrange(studio, opened, script, args, out)
            opened.save()
        job = studio.exports.ask(ExportWish(project, folder / "demo.mp3", Options(preset="podcast"), force=args.force))
        data = finish(studio, job, out)
        data["project"] = str(project)
    finally:
        studio.close()
    made = data["outputs"][0]
    out.result(
        data,
        f"{made['path']}: a dialogue of {made['seconds']:.1f} s in two voices. Play it, then try `studio speak`.\n"
        f"{project}: its timeline. `studio project info {project}` shows it.",
    )
    return 0


def fresh(studio: Studio, folder: Path) -> OpenProject:
    """Open an empty project. An earlier demo's, which may never have come to its end, is emptied; undo remembers."""
    if not (folder / "project.json").exists():
        return studio.projects.create(folder)
    opened = studio.projects.open(folder)
    opened.do("Begin anew", replace(opened.project, takes=(), tracks=(), markers=(), regions=()))
    return opened


def _arrange(studio: Studio, opened: OpenProject, script: str, args: Namespace, out: Output) -> None:
    """Speak each line as a job of its own, so that each is a take, and put it on the timeline."""
    project, track = tracks.add_track(opened.project, "Dialogue", kind="speech")
    opened.do("Add a track", whole.set_metadata(replace(project, script=script), **_DESCRIPTION))
    gap = round(_TURN * project.rate)
    at = 0
    for number, line in enumerate(filter(str.strip, script.splitlines())):
        (speaker,) = speech.speakers(line)
        voices = {speaker: _CAST[speaker]}
        wish = Wish(script=line, engine=_ENGINE, voices=voices, seed=_SEED + number, device=args.device or "")
        made = _made(studio, studio.generation.ask(wish), out)
        _, text = place.spoken_words(made.recipe) or ("", "")
        take = opened.take_from_library(made.file, recipe=made.recipe, speaker=speaker, text=text)
        changed, clip = place.take(opened.project, take, track=track, at=at)
        changed = fades.set_fades(changed, clip, fade_in=Fade(48), fade_out=Fade(480))
        if number in _CHAPTERS:
            changed, _ = marks.add_marker(changed, at, _CHAPTERS[number], chapter=True)
        opened.do(f"Add line {number + 1}", changed)
        at = find.clip(changed, clip).end + gap


def _made(studio: Studio, job: int, out: Output) -> Media:
    finish(studio, job, out)
    return studio.library.of_job(job)[0]
