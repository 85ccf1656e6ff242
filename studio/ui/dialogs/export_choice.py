"""What was chosen for an export, and what will come of it. No widgets; the GUI thread, for its words."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from studio.domain import samples
from studio.domain.export import chapters, file_names, licences
from studio.domain.export.heard import Heard, heard, name_of
from studio.domain.export.options import Options, Settled, settle
from studio.domain.export.presets import PRESETS
from studio.domain.project import Project, licence_of, sounding
from studio.services.export import CREDITS, Wish
from studio.ui.language import clock, figures, t, tn

KINDS = {"wav": "WAV", "flac": "FLAC", "mp3": "MP3", "ogg": "Ogg Vorbis", "opus": "Opus", "m4b": "M4B (audiobook)"}
BITS = {"wav": (16, 24, 32), "flac": (16, 24)}
KBITS = (64, 96, 128, 160, 192, 224, 256, 320)
Span = tuple[str, int, int]  # its name, and samples of the project
_FLAC = 0.6  # of the plain size, as a rule
_SHOWN = 3  # things that share a licence and are named
_LONG = 30  # characters of what a thing is called; clips of speech bear whole lines


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
        return [place for place in places if _is_taken(place)]


@dataclass(frozen=True)
class Limit:
    """What keeps an export from being used commercially, or leaves it open: all things with the same reason."""

    what: str
    why: str
    answer: str  # NO or UNKNOWN


@dataclass(frozen=True)
class Outlook:
    """What an export will be."""

    seconds: float
    lines: tuple[str, ...]
    notes: tuple[str, ...]
    answer: str  # of studio.domain.export.licences: YES, NO or UNKNOWN
    limits: tuple[Limit, ...]
    names: tuple[str, ...]  # who must be named


def ranges(project: Project, chosen: Sequence[Span] = ()) -> list[tuple[str, float | None, float | None]]:
    """Return what can be exported by name: the whole, what is chosen in the rooms, the regions, the chapters."""
    found: list[tuple[str, float | None, float | None]] = [(t("The whole piece"), None, None)]
    rate = project.rate
    for name, start, end in chosen:
        last = min(end, project.length)
        if start < last:
            times = t("{start} to {end}", start=clock(start / rate, 1), end=clock(last / rate, 1))
            found.append((f"{name}: {times}", start / rate, last / rate))
    for region in project.regions:
        name = region.name or clock(region.start / rate)
        found.append((t("Region: {name}", name=name), region.start / rate, min(region.end, project.length) / rate))
    for chapter in chapters.chapters(project, 0, project.length):
        found.append((t("Chapter: {name}", name=chapter.title), chapter.start / rate, chapter.end / rate))
    return found


def file_name(project: Project, kind: str) -> str:
    """Return what the file would be called."""
    return f"{file_names.safe(project.metadata.title or project.name, otherwise='Export')}.{kind}"


def _is_taken(place: Path) -> bool:
    try:
        return place.is_file() or (place.is_dir() and any(place.iterdir()))
    except OSError:  # nobody may look, or the name is too long: the export says what is wrong with the place
        return False


def place_of(text: str, folder: Path) -> Path:
    """Return the file that was typed: a mere name lies in a folder, and a home that nobody knows is a name as well."""
    place = Path(text.strip())
    with suppress(RuntimeError):
        place = place.expanduser()
    return folder / place if place.name else place


def short(value: float) -> str:
    """Return a number with no more digits than it needs, as the language writes it."""
    return figures(value, len(f"{value:g}".partition(".")[2]))


def megabytes(size: float) -> str:
    """Return a number of bytes as people read it."""
    return f"{figures(size / 1e6)} MB" if size < 1e9 else f"{figures(size / 1e9)} GB"


def outlook(project: Project, chosen: Chosen) -> Outlook:
    """Return what an export will be; raise StudioError for what nothing can fulfil."""
    settled = settle(chosen.options, chosen.output.suffix, project.rate)
    start = 0 if chosen.start is None else samples.from_seconds(chosen.start, project.rate)
    end = project.length if chosen.end is None else samples.from_seconds(chosen.end, project.rate)
    clips = heard(project, start, end)
    seconds = max(0.0, (end - start) / project.rate)
    things = list(dict.fromkeys(_things(project, clips)))
    return Outlook(
        seconds=seconds,
        lines=tuple(_lines(project, chosen, settled, clips, (start, end))),
        notes=tuple(_note(note, settled) for note in settled.notes),
        answer=licences.worst([licences.terms(licence).commercial for _, licence in things]),
        limits=_limits(things),
        names=tuple(f"{what} ({licence})" for what, licence in things if licences.terms(licence).name_author),
    )


def _things(project: Project, clips: list[Heard]) -> list[tuple[str, str]]:
    """Return what is heard or seen, by name, with its licence."""
    found = [(_short_name(item), licence_of(item.media) if item.media else "") for item in clips]
    return [*found, (t("The cover"), licence_of(project.cover))] if project.cover else found


def _short_name(item: Heard) -> str:
    name = " ".join(name_of(item).split())
    return name if len(name) <= _LONG else f"{name[: _LONG - 1].rstrip()}…"


def _limits(things: list[tuple[str, str]]) -> tuple[Limit, ...]:
    """Return what is not plainly allowed, by its reason: what is forbidden first, then what is not stated or known."""
    alike: dict[tuple[str, str], list[str]] = {}
    for what, licence in things:
        answer = licences.terms(licence).commercial
        if answer != licences.YES:
            alike.setdefault((answer, _why(licence)), []).append(what)
    first = sorted(alike.items(), key=lambda item: item[0][0] != licences.NO)
    return tuple(Limit(_counted_up(names), why, answer) for (answer, why), names in first)


def _counted_up(names: list[str]) -> str:
    shown = " · ".join(names[:_SHOWN])
    more = len(names) - _SHOWN
    return t("{names} and {count} more", names=shown, count=more) if more > 0 else shown


def _note(note: str, settled: Settled) -> str:
    """Say in the window's words what the exporter notes of the choices."""
    if note.startswith("The preset"):
        right = PRESETS[settled.preset]
        return t("{preset} is meant to be {kind}.", preset=t(right.title), kind=t(KINDS[right.kind]))
    return t("{kind} cannot hold the project's rate; it is converted.", kind=t(KINDS[settled.kind]))


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
    sound = t("{channels}, {rate} kHz", channels=_channels(settled.channels), rate=short(settled.rate / 1000))
    depth = t("{bits} bit", bits=settled.bits) if settled.kind in BITS else f"{settled.bitrate} kbit/s"
    parts = [
        t("{clips} on {tracks}", clips=tn(len(clips), "{count} clip", "{count} clips"),
          tracks=tn(len(tracks), "{count} track", "{count} tracks")),
        f"{t(KINDS[settled.kind])}, {sound}, {depth}",
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
        return t("{level} dB RMS, as audiobooks need it", level=short(settled.rms))
    if settled.loudness is None:
        return t("as loud as it is mixed")
    return t("{level} LUFS, peaks at most {peak} dBTP", level=short(settled.loudness), peak=short(settled.peak or 0.0))


def _size(settled: Settled, seconds: float) -> str:
    if settled.kind in BITS:
        size = seconds * settled.rate * settled.channels * settled.bits / 8 * (_FLAC if settled.kind == "flac" else 1.0)
    else:
        size = seconds * settled.bitrate * 125
    return megabytes(size)
