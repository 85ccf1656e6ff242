"""What was chosen for an export, and what will come of it. No widgets; the GUI thread, for its words."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from studio.domain import samples
from studio.domain.export import chapters, file_names, licences
from studio.domain.export.credits import attributions, licence_of
from studio.domain.export.heard import Heard, heard, name_of
from studio.domain.export.options import Options, Settled, settle
from studio.domain.project import Project, sounding
from studio.services.export import CREDITS, Wish
from studio.ui.language import clock, figures, t, tn

KINDS = {"wav": "WAV", "flac": "FLAC", "mp3": "MP3", "ogg": "Ogg Vorbis", "opus": "Opus", "m4b": "M4B (audiobook)"}
BITS = {"wav": (16, 24, 32), "flac": (16, 24)}
KBITS = (64, 96, 128, 160, 192, 224, 256, 320)
_FLAC = 0.6  # of the plain size, as a rule
_SHOWN = 6  # things that a list of limits names


@dataclass(frozen=True)
class Chosen:
    """The state of the dialog. Times are seconds; None is the piece's own begin or end."""

    output: Path
    preset: str = ""
    bits: int | None = None
    bitrate: int | None = None
    loudness: float | None = None
    peak: float | None = None
    start: float | None = None
    end: float | None = None
    chapters: bool = False
    stems: bool = False
    subtitles: str = ""  # an ending
    labels: bool = False
    otio: bool = False

    @property
    def options(self) -> Options:
        """What the export is asked for."""
        return Options(self.preset, self.loudness, self.peak, self.bits, self.bitrate, self.start, self.end)

    @property
    def beside(self) -> dict[str, Path]:
        """The files and folders that are made beside the sound."""
        output = self.output
        found: dict[str, Path] = {}
        if self.chapters:
            found["chapters"] = output.with_name(f"{output.stem} – {t('chapters')}")
        if self.stems:
            found["stems"] = output.with_name(f"{output.stem} – {t('tracks')}")
        if self.subtitles:
            found["subtitles"] = output.with_suffix(f".{self.subtitles}")
        if self.labels:
            found["labels"] = output.with_name(f"{output.stem} labels.txt")
        if self.otio:
            found["otio"] = output.with_suffix(".otio")
        return found

    def wish(self, project: Path, *, force: bool) -> Wish:
        """Return it as the studio is asked."""
        beside = self.beside
        return Wish(
            project=project,
            output=self.output,
            options=self.options,
            stems=beside.get("stems"),
            chapters=beside.get("chapters"),
            labels=beside.get("labels"),
            otio=beside.get("otio"),
            subtitles=beside.get("subtitles"),
            force=force,
        )

    def in_the_way(self) -> list[Path]:
        """Return what is there already and would be replaced. Any thread."""
        places = [self.output, self.output.with_name(f"{self.output.name}{CREDITS}"), *self.beside.values()]
        return [place for place in places if place.is_file() or (place.is_dir() and any(place.iterdir()))]


@dataclass(frozen=True)
class Limit:
    """What keeps an export from being used commercially, or asks for a name."""

    what: str
    why: str


@dataclass(frozen=True)
class Outlook:
    """What an export will be."""

    seconds: float
    lines: tuple[str, ...]
    notes: tuple[str, ...]
    answer: str  # of studio.domain.export.licences: YES, NO or UNKNOWN
    limits: tuple[Limit, ...]
    names: tuple[str, ...]  # who must be named


def ranges(project: Project) -> list[tuple[str, float | None, float | None]]:
    """Return what can be exported by name: the whole, the regions, the chapters."""
    found: list[tuple[str, float | None, float | None]] = [(t("The whole piece"), None, None)]
    rate = project.rate
    for region in project.regions:
        name = region.name or clock(region.start / rate)
        found.append((t("Region: {name}", name=name), region.start / rate, min(region.end, project.length) / rate))
    for chapter in chapters.chapters(project, 0, project.length):
        found.append((t("Chapter: {name}", name=chapter.title), chapter.start / rate, chapter.end / rate))
    return found


def file_name(project: Project, kind: str) -> str:
    """Return what the file would be called."""
    return f"{file_names.safe(project.metadata.title or project.name, otherwise='Export')}.{kind}"


def outlook(project: Project, chosen: Chosen) -> Outlook:
    """Return what an export will be; raise StudioError for what nothing can fulfil."""
    settled = settle(chosen.options, chosen.output.suffix, project.rate)
    start = 0 if chosen.start is None else samples.from_seconds(chosen.start, project.rate)
    end = project.length if chosen.end is None else samples.from_seconds(chosen.end, project.rate)
    clips = heard(project, start, end)
    seconds = max(0.0, (end - start) / project.rate)
    judged = list(dict.fromkeys(_judged(project, clips)))
    return Outlook(
        seconds=seconds,
        lines=tuple(_lines(project, chosen, settled, clips, (start, end))),
        notes=settled.notes,
        answer=licences.worst([answer for _, answer, _ in judged]),
        limits=tuple(Limit(what, why) for what, answer, why in judged if answer != licences.YES)[:_SHOWN],
        names=tuple(attributions(clips, project.cover)),
    )


def _judged(project: Project, clips: list[Heard]) -> list[tuple[str, str, str]]:
    """Return what is heard or seen, what its licence allows, and why."""
    things = [(name_of(item), licence_of(item.media) if item.media else "") for item in clips]
    if project.cover:
        things.append((t("The cover"), licence_of(project.cover)))
    return [(name, licences.terms(licence).commercial, _why(licence)) for name, licence in things]


def _why(licence: str) -> str:
    answer = licences.terms(licence).commercial
    if not licence.strip():
        return t("no licence is known")
    if answer == licences.NO:
        return t("{licence} does not allow it", licence=licence)
    return t("{licence}: what it allows is not certain", licence=licence)


def _lines(project: Project, chosen: Chosen, settled: Settled, clips: list[Heard], span: tuple[int, int]) -> list[str]:
    tracks = [track for track in sounding(project.tracks) if track.clips]
    seconds = (span[1] - span[0]) / project.rate
    sound = t("{channels}, {rate} kHz", channels=_channels(settled.channels), rate=f"{settled.rate / 1000:g}")
    depth = t("{bits} bit", bits=settled.bits) if settled.kind in BITS else f"{settled.bitrate} kbit/s"
    parts = [
        t("{clips} on {tracks}", clips=tn(len(clips), "{count} clip", "{count} clips"),
          tracks=tn(len(tracks), "{count} track", "{count} tracks")),
        f"{KINDS[settled.kind]}, {sound}, {depth}",
        t("about {size}", size=_size(settled, seconds)),
        _loudness(settled),
    ]  # fmt: skip
    marked = chapters.chapters(project, *span)
    if marked and settled.chapters:
        parts.append(tn(len(marked), "{count} chapter mark", "{count} chapter marks"))
    parts.append(t("with the cover") if project.cover else t("without a cover"))
    beside = [place.name for place in chosen.beside.values()]
    parts.append(t("Besides: {files}", files=", ".join([*beside, f"{chosen.output.name}{CREDITS}"])))
    return parts


def _channels(count: int) -> str:
    return t("mono") if count == 1 else t("stereo")


def _loudness(settled: Settled) -> str:
    if settled.rms is not None:
        return t("{level} dB RMS, as audiobooks need it", level=f"{settled.rms:g}")
    if settled.loudness is None:
        return t("as loud as it is mixed")
    return t("{level} LUFS, peaks at most {peak} dBTP", level=f"{settled.loudness:g}", peak=f"{settled.peak:g}")


def _size(settled: Settled, seconds: float) -> str:
    if settled.kind in BITS:
        size = seconds * settled.rate * settled.channels * settled.bits / 8 * (_FLAC if settled.kind == "flac" else 1.0)
    else:
        size = seconds * settled.bitrate * 125
    return f"{figures(size / 1e6)} MB" if size < 1e9 else f"{figures(size / 1e9)} GB"
