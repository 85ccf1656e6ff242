"""`studio demo`."""

from __future__ import annotations

from argparse import Namespace
from dataclasses import replace
from pathlib import Path

from studio.app import Studio
from studio.cli.commands.speak import read_script
from studio.cli.main import open_studio
from studio.cli.output import Output
from studio.cli.shell_words import typed
from studio.cli.waiting import finish
from studio.domain.edits import fades, find, marks, place, tracks, whole
from studio.domain.export.options import Options
from studio.domain.project import Duck, Fade
from studio.errors import StudioError
from studio.paths import RESOURCES
from studio.protocol.recordings import REFERENCE
from studio.services.export import Wish as ExportWish
from studio.services.generation import Wish
from studio.services.library import Media
from studio.services.projects import OpenProject
from studio.services.tasks import speech
from studio.store import atomic

_SEED = 20  # the same demo for everyone
_PROJECT = "Demo.angen"
_INTRO = 3.0  # seconds of music before the first word
_TURN = 0.45  # seconds between two lines
_OUTRO = 5.0  # seconds of music after the last
_CAST = {"Ada": "af_heart", "Ben": "am_eric"}
_CHAPTERS = {0: "Welcome", 3: "When the power fails", 5: "A guest"}  # line → name
_DESCRIPTION = {"title": "A first evening", "artist": "Angen Studio", "album": "Angen Studio", "language": "en"}
# The guest's recording is itself spoken by the studio, in a voice of its own: nobody's voice is taken.
_GUEST = "Guest"
_GUEST_VOICE = "bm_fable"
_GUEST_SAYS = (
    "This is a short recording of a voice, so that another line can be spoken in a voice like it. "
    "It was made by this very program, and it belongs to nobody."
)
_STYLE = "calm warm lofi piano, slow"
_PICTURE = "a cosy workshop village by a lake at night, warm windows, mountains, moon, stars, calm"
_BED_DB = -9.0


def run(args: Namespace, out: Output) -> int:
    """Make the demo: speak the lines, lay music under them, paint a cover, put all on a timeline, export it."""
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
            maker = _Maker(studio, opened, args.device or "", out)
            maker.dialogue(script)
            maker.music()
            maker.cover()
            opened.save()
        job = studio.exports.ask(ExportWish(project, folder / "demo.mp3", Options(preset="podcast"), force=args.force))
        data = finish(studio, job, out)
        data["project"] = str(project)
    finally:
        studio.close()
    made = data["outputs"][0]
    out.result(
        data,
        f"{made['path']}: {made['seconds']:.1f} s of dialogue, with a guest in a cloned voice, music and a cover. "
        "Play it, then try `studio speak`.\n"
        f"{project}: its timeline. `studio project info {typed(project)}` shows it.",
    )
    return 0


def fresh(studio: Studio, folder: Path) -> OpenProject:
    """Open an empty project. An earlier demo's, which may never have come to its end, is emptied; undo remembers."""
    if not (folder / "project.json").exists():
        return studio.projects.create(folder)
    opened = studio.projects.open(folder)
    opened.do("Begin anew", replace(opened.project, takes=(), tracks=(), markers=(), regions=()))
    return opened


class _Maker:
    """Makes the pieces, each a job and a take of its own, and lays them on the timeline."""

    def __init__(self, studio: Studio, opened: OpenProject, device: str, out: Output) -> None:
        self._studio = studio
        self._opened = opened
        self._device = device
        self._out = out

    def dialogue(self, script: str) -> None:
        """Speak each line and place it after the one before."""
        project, track = tracks.add_track(self._opened.project, "Dialogue", kind="speech")
        self._opened.do("Add a track", whole.set_metadata(replace(project, script=script), **_DESCRIPTION))
        at = round(_INTRO * project.rate)
        for number, line in enumerate(filter(str.strip, script.splitlines())):
            (speaker,) = speech.speakers(line)
            made = self._made(self._line(speaker, line, _SEED + number))
            _, text = place.spoken_words(made.recipe) or ("", "")
            take = self._opened.take_from_library(made.file, recipe=made.recipe, speaker=speaker, text=text)
            changed, clip = place.take(self._opened.project, take, track=track, at=at)
            changed = fades.set_fades(changed, clip, fade_in=Fade(48), fade_out=Fade(480))
            if number in _CHAPTERS:
                begin = 0 if number == 0 else at
                changed, _ = marks.add_marker(changed, begin, _CHAPTERS[number], chapter=True)
            self._opened.do(f"Add line {number + 1}", changed)
            at = find.clip(changed, clip).end + round(_TURN * project.rate)

    def music(self) -> None:
        """Lay a bed of music under everything, which goes down while somebody speaks."""
        project = self._opened.project
        seconds = max(clip.end for track in project.tracks for clip in track.clips) / project.rate + _OUTRO
        params = {"style": _STYLE, "duration": round(seconds, 2)}
        made = self._made(Wish(task="music", params=params, seed=_SEED, device=self._device))
        take = self._opened.take_from_library(made.file, recipe=made.recipe, speaker="", text="")
        changed, track = tracks.add_track(self._opened.project, "Music", kind="music")
        changed = tracks.set_track(changed, track, gain_db=_BED_DB, duck=Duck.at_rate(project.rate))
        changed, clip = place.take(changed, take, track=track, at=0)
        changed = fades.set_fades(changed, clip, fade_in=Fade(project.rate // 2), fade_out=Fade(3 * project.rate))
        self._opened.do("Add the music", changed)

    def cover(self) -> None:
        """Paint the cover, with the title on it."""
        params = {"prompt": _PICTURE, "width": 1024, "height": 1024, "title": _DESCRIPTION["title"]}
        made = self._made(Wish(task="image", params=params, seed=_SEED, device=self._device))
        self._opened.set_cover(made.file, licence=str(made.recipe["licence"]), recipe=made.recipe)

    def _line(self, speaker: str, line: str, seed: int) -> Wish:
        if speaker != _GUEST:
            voices = {speaker: _CAST[speaker]}
            return Wish(script=line, engine="kokoro", voices=voices, seed=seed, device=self._device)
        recording = self._made(Wish(_GUEST_SAYS, engine="kokoro", voices={"": _GUEST_VOICE}, seed=_SEED)).file
        return Wish(
            task="clone", script=line, files={REFERENCE: recording},
            transcripts={REFERENCE: _GUEST_SAYS}, seed=seed, device=self._device,
        )  # fmt: skip

    def _made(self, wish: Wish) -> Media:
        job = self._studio.generation.ask(wish)
        finish(self._studio, job, self._out)
        return self._studio.library.of_job(job)[0]
