"""What a peer does for the same job: ffmpeg's lanes, loudnorm in two passes, 24-bit WAV, MP3.

The clips of a track lie in two lanes, even and odd, in which nothing overlaps: a concatenation each, and a mix of the
sixteen. ffmpeg resamples with the library that we use, at the same class of quality; with its default one the sound
differs above 5 kHz. It begins to read at a whole frame only, and at 44.1 kHz nine in ten milliseconds lie between
frames; so it begins at the last one that does not, and what is too much is cut off once it is resampled.
"""

from __future__ import annotations

import json
import math
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

from tests.bench.reference_job import RATE, Job, Piece, channels_of, name_of, rate_of

_WHOLE = 10  # milliseconds that are whole frames at every rate
_QUIET = ("ffmpeg", "-y", "-v", "error", "-nostdin")
LOUDNESS, CEILING = -16, -1
_AIM = f"loudnorm=I={LOUDNESS}:TP={CEILING}:LRA=20"
# loudnorm works at 192 kHz and forgets the channels; without this its second pass fails.
_BACK = f"aformat=sample_fmts=s32:sample_rates={RATE}:channel_layouts=stereo"


@dataclass(frozen=True)
class Chain:
    """The commands for one job; they run in `sources`, and write into `folder`."""

    job: Job
    sources: Path
    folder: Path

    @property
    def mix(self) -> Path:
        """The mix before loudness."""
        return self.folder / "peer_mix.wav"

    @property
    def wav(self) -> Path:
        """The finished WAV."""
        return self.folder / "peer.wav"

    @property
    def mp3(self) -> Path:
        """The finished MP3."""
        return self.folder / "peer.mp3"

    def mixing(self) -> list[str]:
        """Return the command that mixes to 32-bit float."""
        inputs: list[str] = []
        for piece in self.job.pieces:
            early = _early(piece)
            begin, length = _seconds(piece.offset - early), _seconds(piece.length + early)
            inputs += ["-ss", begin, "-t", length, "-i", name_of(piece.source)]
        graph = self.folder / "peer_graph.txt"
        graph.write_text(_graph(self.job), encoding="utf-8")
        form = ["-c:a", "pcm_f32le", "-rf64", "auto", str(self.mix)]
        return [*_QUIET, *inputs, "-filter_complex_script", str(graph), "-map", "[o]", *form]

    def measuring(self) -> list[str]:
        """Return the command of loudnorm's first pass; it tells what it found on stderr."""
        first = f"{_AIM}:print_format=json"
        return ["ffmpeg", "-hide_banner", "-nostats", "-nostdin", "-i", str(self.mix), "-af", first, "-f", "null", "-"]

    def finishing(self, told: str) -> list[str]:
        """Return the command of the second pass."""
        found = json.loads(told[told.rindex("{") : told.rindex("}") + 1])
        names = {"measured_I": "input_i", "measured_TP": "input_tp", "measured_LRA": "input_lra"}
        names |= {"measured_thresh": "input_thresh", "offset": "target_offset"}
        second = _AIM + ":linear=true:" + ":".join(f"{ours}={found[theirs]}" for ours, theirs in names.items())
        return [*_QUIET, "-i", str(self.mix), "-af", f"{second},{_BACK}", "-c:a", "pcm_s24le", str(self.wav)]

    def encoding(self) -> list[str]:
        """Return the command that encodes the WAV."""
        return [*_QUIET, "-i", str(self.wav), "-b:a", "320k", str(self.mp3)]


def summary(file: Path) -> tuple[float, float]:
    """Return a file's integrated loudness and true peak as ffmpeg measures them."""
    meter = "ebur128=peak=true:framelog=verbose"
    argv = ["ffmpeg", "-hide_banner", "-nostats", "-nostdin", "-i", str(file), "-af", meter, "-f", "null", "-"]
    told = subprocess.run(argv, capture_output=True, text=True, check=True).stderr
    told = told[told.rindex("Summary:") :]
    loudness, peak = re.search(r"I:\s+(\S+) LUFS", told), re.search(r"Peak:\s+(\S+) dBFS", told)
    assert loudness
    assert peak
    return float(loudness[1]), float(peak[1])


def _graph(job: Job) -> str:
    parts: list[str] = []
    lanes: dict[tuple[int, int], list[int]] = {}
    seen: dict[int, int] = {}
    for number, piece in enumerate(job.pieces):
        count = seen[piece.track] = seen.get(piece.track, -1) + 1
        lanes.setdefault((piece.track, count % 2), []).append(number)
    for lane, numbers in enumerate(lanes.values()):
        parts += _lane(job, lane, numbers)
    mixed = "".join(f"[l{lane}]" for lane in range(len(lanes)))
    whole = f"apad=whole_dur={job.seconds},atrim=0:{job.seconds}[o]"
    parts.append(f"{mixed}amix=inputs={len(lanes)}:normalize=0:dropout_transition=0,{whole}")
    return ";\n".join(parts)


def _lane(job: Job, lane: int, numbers: list[int]) -> list[str]:
    parts: list[str] = []
    names = ""
    at = 0
    for number in numbers:
        piece = job.pieces[number]
        if piece.start > at:
            parts.append(f"aevalsrc=0|0:s={RATE}:d={_seconds(piece.start - at)}:c=stereo[g{number}]")
            names += f"[g{number}]"
        length = _seconds(piece.length)
        parts.append(f"[{number}:a]{_filters(piece)},apad=whole_dur={length},atrim=0:{length}[a{number}]")
        names += f"[a{number}]"
        at = piece.start + piece.length
    return [*parts, f"{names}concat=n={names.count('[')}:v=0:a=1[l{lane}]"]


def _early(piece: Piece) -> int:
    """Return how many milliseconds before its offset a piece has to be read from."""
    return piece.offset % _WHOLE if rate_of(piece.source) * piece.offset % 1000 else 0


def _filters(piece: Piece) -> str:
    angle = (piece.pan + 1) * math.pi / 4
    gain = 10 ** (piece.gain_db / 20) * math.sqrt(2)
    right = "c0" if channels_of(piece.source) == 1 else "c1"
    early = _early(piece)
    cut = f"atrim=start_sample={early * RATE // 1000},asetpts=PTS-STARTPTS," if early else ""
    return (
        f"aresample={RATE}:resampler=soxr:precision=20,{cut}"
        f"pan=stereo|c0={gain * math.cos(angle):.6f}*c0|c1={gain * math.sin(angle):.6f}*{right},"
        f"afade=t=in:d={_seconds(piece.fade_in)},"
        f"afade=t=out:st={_seconds(piece.length - piece.fade_out)}:d={_seconds(piece.fade_out)}"
    )


def _seconds(milliseconds: int) -> str:
    return f"{milliseconds / 1000:.3f}"
