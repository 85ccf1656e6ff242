"""The words of `studio export`. Loads nothing heavy."""

from __future__ import annotations

from typing import Any

_TAGS = ("title", "artist", "album", "year", "genre", "comment", "language")


def add_export(parser: Any) -> None:
    """Add the command's options to its parser."""
    parser.add_argument("project", metavar="DIR", help="the project's folder; what is saved there is exported")
    parser.add_argument(
        "-o", "--output", metavar="OUT", required=True, help="the sound file: .wav, .flac, .mp3, .ogg, .opus or .m4b"
    )
    sound = parser.add_argument_group("sound")
    sound.add_argument("--preset", metavar="NAME", default="", help="podcast, acx, ebu, music or draft")
    sound.add_argument("--loudness", type=float, metavar="LUFS", help="stronger than the preset, for example -16")
    sound.add_argument("--peak", type=float, metavar="DBTP", help="the ceiling of the true peak, for example -1")
    sound.add_argument("--bits", type=int, metavar="N", help="of .wav and .flac: 16, 24, or 32 for floating point")
    sound.add_argument("--bitrate", type=int, metavar="KBITS", help="of the others, for example 192")
    sound.add_argument("--from", type=float, metavar="S", dest="start", help="begin here on the timeline")
    sound.add_argument(
        "--to",
        type=float,
        metavar="S",
        dest="end",
        help="end here, at most 10 s after the last clip; else where the sound ends",
    )
    files = parser.add_argument_group("files besides")
    files.add_argument("--stems", metavar="DIR", help="a file for each track, without the limiter")
    files.add_argument("--chapters-to", metavar="DIR", help="a file for each chapter")
    files.add_argument("--labels", metavar="FILE", help="markers, regions and spoken lines as Audacity reads them")
    files.add_argument("--otio", metavar="FILE", help="the timeline as OpenTimelineIO")
    files.add_argument("--subtitles", metavar="FILE", help="the spoken lines as .srt or .vtt")
    tags = parser.add_argument_group("what the file says of itself, instead of what the project says")
    for name in _TAGS:
        tags.add_argument(f"--{name}", metavar="TEXT", default="")
    parser.add_argument("--force", action="store_true", help="replace existing files")
    parser.add_argument("--detach", action="store_true", help="queue only")
