"""Makes the demo project beside this file: `python resources/demo/make.py`. Everything in it is made by the studio.

The lines land in the project as they do in the window, so each has its takes; the archive has no history, so that
nobody undoes the demo away. Takes some minutes, and needs no network.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[1]))

from studio.app import Studio  # noqa: E402 — the path comes first
from studio.domain import jobs as states  # noqa: E402
from studio.domain import script_lines  # noqa: E402
from studio.domain.dialogue import Line  # noqa: E402
from studio.domain.edits import fades, find, marks, place, tracks, whole  # noqa: E402
from studio.domain.export.options import Options  # noqa: E402
from studio.domain.history import begun_with  # noqa: E402
from studio.domain.project import Duck, Fade, Project  # noqa: E402
from studio.services.export import Wish as ExportWish  # noqa: E402
from studio.services.generation import Wish  # noqa: E402
from studio.services.library import Media  # noqa: E402
from studio.services.projects import OpenProject  # noqa: E402
from studio.store import project_zip  # noqa: E402

TARGET = HERE / "demo.angen.zip"
SAMPLE = HERE / "sample.ogg"
_SEED = 20
_MOST = 4_000_000  # bytes
_INTRO, _TURN, _OUTRO = 3.0, 0.45, 4.0  # seconds
_CAST = {"Ada": "af_heart", "Ben": "am_eric"}
_SCRIPT = """\
[Ada] Good evening, and welcome to the workshop. Everything you hear was made on this computer.
[Ben] With no network at all?
[Ada] None. A line of text goes in, and a voice comes out. [pause 300ms] \
Each sentence is kept as soon as it is finished.
[Ben] So if the power fails in the middle of a long dialogue?
[Ada] Then only the missing sentences are made again. Nothing finished is ever lost.
[Ben] The music behind us, and the picture on the cover?
[Ada] Those were made here as well. [pause 400ms] Now it is your turn.
"""
_CHAPTERS = {0: "Welcome", 3: "When the power fails"}  # line → name
_SECOND_TAKE = 0  # this line has two, to choose from
_DESCRIPTION = {"title": "A first evening", "artist": "Angen Studio", "album": "Angen Studio", "language": "en"}
_STYLE = "calm warm lofi piano, slow"
_PICTURE = "a cosy workshop village by a lake at night, warm windows, mountains, moon, stars, calm"
_BED_DB = -9.0


def main() -> None:
    """Make the project in a folder that goes away, and pack it."""
    with tempfile.TemporaryDirectory() as kept:
        studio = Studio(Path(kept) / "data")
        try:
            with studio.projects.create(Path(kept) / "Demo.angen") as opened:
                maker = _Maker(studio, opened)
                maker.dialogue()
                maker.music()
                maker.cover()
                opened.save()
                history = begun_with(opened.project)
                sample(studio, opened.folder)
                for sentence in project_zip.collect(opened.folder, history, 1, TARGET, replace=True):
                    raise SystemExit(sentence)
        finally:
            studio.close()
    size = TARGET.stat().st_size
    if size > _MOST:
        raise SystemExit(f"{TARGET} has {size:,} bytes; it comes with every copy of the studio.")
    sys.stdout.write(f"{TARGET}: {size:,} bytes\n")


def sample(studio: Studio, project: Path) -> None:
    """Export the piece as the first page plays it."""
    with tempfile.TemporaryDirectory() as kept:
        file = Path(kept) / SAMPLE.name
        job = studio.exports.ask(ExportWish(project, file, Options(preset="podcast", bitrate=96)))
        _finish(studio, job)
        SAMPLE.write_bytes(file.read_bytes())


def _finish(studio: Studio, job: int) -> None:
    if not studio.ownership.try_take():
        raise SystemExit("the data folder is not ours")
    studio.dispatcher.run(until=lambda: studio.jobs.get(job).settled)
    done = studio.jobs.get(job)
    if done.state != states.SUCCEEDED:
        raise SystemExit(f"{done.task}: {done.state}: {done.error}")
    sys.stdout.write(f"{done.task} {job}\n")
    sys.stdout.flush()


class _Maker:
    """Asks for the pieces as the window does, and lays them on the timeline."""

    def __init__(self, studio: Studio, opened: OpenProject) -> None:
        self._studio = studio
        self._opened = opened

    def dialogue(self) -> None:
        """Speak each line and place it after the one before."""
        project = whole.set_metadata(whole.set_script(self._opened.project, _SCRIPT), **_DESCRIPTION)
        for speaker, voice in _CAST.items():
            project = whole.set_voice(project, speaker, voice, engine="kokoro")
        self._opened.do("Write the script", project)
        lines = list(zip(project.script_lines.split(), script_lines.lines_of(_SCRIPT), strict=True))
        jobs = [self._line(line, words, _SEED) for line, words in lines]
        jobs.append(self._line(*lines[_SECOND_TAKE], _SEED + 1))
        chosen = [self._landed(job) for job in jobs][: len(lines)]
        self._place(chosen)

    def music(self) -> None:
        """Lay a bed of music under everything, which goes down while somebody speaks."""
        project = self._opened.project
        seconds = project.length / project.rate + _OUTRO
        made = self._made(
            Wish(task="music", params={"style": _STYLE, "duration": round(seconds, 2)}, seed=_SEED, format="ogg")
        )
        media = self._opened.take_in(made.file, name="Music", recipe=made.recipe)
        project, track = tracks.add_track(self._opened.project, "Music", kind="music")
        project = tracks.set_track(project, track, gain_db=_BED_DB, duck=Duck.at_rate(project.rate))
        project, clip = place.media(project, media, track=track, at=0)
        project = fades.set_fades(project, clip, fade_in=Fade(project.rate // 2), fade_out=Fade(3 * project.rate))
        self._opened.do("Add the music", project)

    def cover(self) -> None:
        """Paint the cover, with the title on it."""
        params = {"prompt": _PICTURE, "width": 768, "height": 768, "title": _DESCRIPTION["title"]}
        made = self._made(Wish(task="image", params=params, seed=_SEED, format="jpg"))
        self._opened.set_cover(made.file, licence=str(made.recipe["licence"]), recipe=made.recipe)

    def _line(self, line: str, words: Line, seed: int) -> int:
        speaker = words.speaker or ""
        wish = Wish(
            script=words.raw, engine="kokoro", voices={speaker: _CAST[speaker]}, seed=seed, format="flac",
            project=str(self._opened.folder), line=line,
        )  # fmt: skip
        return self._studio.generation.ask(wish)

    def _landed(self, job: int) -> str:
        _finish(self._studio, job)
        landing = self._studio.landing
        landed = landing.fetch(self._opened.folder, self._opened.project, self._studio.jobs.get(job))
        project, take = landing.put(self._opened.project, landed)
        self._opened.do("Add a take", project)
        landing.done(job)
        return take

    def _place(self, chosen: list[str]) -> None:
        project, track = tracks.add_track(self._opened.project, "Dialogue", kind="speech")
        at = round(_INTRO * project.rate)
        for number, take in enumerate(chosen):
            project, clip = place.take(project, take, track=track, at=at)
            project = fades.set_fades(project, clip, fade_in=Fade(48), fade_out=Fade(480))
            if number in _CHAPTERS:
                project, _ = marks.add_marker(project, 0 if number == 0 else at, _CHAPTERS[number], chapter=True)
            at = find.clip(project, clip).end + round(_TURN * project.rate)
        self._opened.do("Send to the timeline", _checked(project))

    def _made(self, wish: Wish) -> Media:
        job = self._studio.generation.ask(wish)
        _finish(self._studio, job)
        return self._studio.library.of_job(job)[0]


def _checked(project: Project) -> Project:
    """Each line has its take, or the demo shows nothing worth showing."""
    if {take.line for take in project.takes} != set(project.script_lines.split()):
        raise SystemExit("a line has no take")
    return project


if __name__ == "__main__":
    main()
