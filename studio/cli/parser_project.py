"""The words of `studio project`. Loads nothing heavy."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import Any

Add = Callable[[Any, argparse.ArgumentParser, str, str], Any]


def add_project(commands: Any, common: argparse.ArgumentParser, *, add: Add, verbs_of: Callable[[Any], Any]) -> None:
    """Add the command and its verbs; `add` makes a parser, `verbs_of` the place for those of a command."""
    verbs = verbs_of(add(commands, common, "project", "arrange sound on a timeline"))

    def verb(name: str, text: str) -> Any:
        made = add(verbs, common, name, text)
        made.add_argument("project", metavar="DIR", help="the project's folder")
        return made

    new = verb("new", "make an empty project")
    new.add_argument("--rate", type=int, default=48_000, metavar="N", help="samples a second (48000)")
    verb("info", "show tracks, clips and markers")
    verb("check", "look for damage and for missing media")
    verb("undo", "take back the last change")
    verb("redo", "do again what was taken back")
    verb("history", "list what undo and redo would do")
    _adding(verb)
    _changing_clips(verb)
    _changing_many(verb)
    _about_the_whole(verb)


def _adding(verb: Callable[[str, str], Any]) -> None:
    made = verb("add", "put sound files on a track")
    made.add_argument("files", nargs="+", metavar="FILE")
    made.add_argument("--track", metavar="NAME", default="", help="made when there is none; else the first")
    made.add_argument("--at", type=float, metavar="S", help="where, in seconds; else after the last clip")
    made.add_argument("--licence", metavar="NAME", default="", help="under which licence the sound may be used")
    made = verb("track", "add a track, or change one")
    made.add_argument("name", metavar="NAME")
    made.add_argument("--kind", choices=("speech", "music", "sound"), help="music goes down under speech when asked to")
    made.add_argument("--gain", type=float, metavar="DB")
    made.add_argument("--pan", type=float, metavar="P", help="-1 left to 1 right")
    made.add_argument("--mute", choices=("on", "off"))
    made.add_argument("--solo", choices=("on", "off"))
    made.add_argument(
        "--duck", type=float, metavar="DB", help="go down by so much while somebody speaks, for example 12; 0 ends it"
    )
    made = verb("marker", "name a moment")
    made.add_argument("name", metavar="NAME")
    made.add_argument("--at", type=float, required=True, metavar="S")
    made.add_argument("--chapter", action="store_true", help="a chapter begins here")


def _changing_clips(verb: Callable[[str, str], Any]) -> None:
    def clip_verb(name: str, text: str) -> Any:
        made = verb(name, text)
        made.add_argument("clip", metavar="CLIP", help="its id, as `info` shows it")
        return made

    made = clip_verb("split", "cut a clip in two; the left part keeps the id")
    made.add_argument("--at", type=float, required=True, metavar="S", help="where on the timeline")
    made = clip_verb("trim", "move a clip's ends")
    made.add_argument("--start", type=float, metavar="S", help="where on the timeline it begins")
    made.add_argument("--end", type=float, metavar="S", help="where on the timeline it ends")
    made = clip_verb("move", "put a clip elsewhere")
    made.add_argument("--at", type=float, required=True, metavar="S")
    made.add_argument("--track", metavar="NAME", default="")
    made = clip_verb("remove", "take a clip away")
    made.add_argument("--ripple", action="store_true", help="close the gap")
    made = clip_verb("gain", "make a clip louder or softer")
    made.add_argument("--db", type=float, required=True, metavar="X")
    made = clip_verb("fade", "fade a clip in or out")
    made.add_argument("--in", dest="fade_in", type=float, metavar="S")
    made.add_argument("--out", dest="fade_out", type=float, metavar="S")
    made = clip_verb("stretch", "make a clip longer or shorter, or higher or lower")
    made.add_argument("--factor", type=float, default=1.0, metavar="X", help="2 lasts twice as long, at the same pitch")
    made.add_argument("--pitch", type=float, default=0.0, metavar="N", help="semitones, without changing the length")


def _changing_many(verb: Callable[[str, str], Any]) -> None:
    made = verb("assemble", "put the takes of the script's lines in order on the timeline")
    made.add_argument("--per-speaker", action="store_true", help="a track for each speaker; else one for all")
    made.add_argument(
        "--no-chapters", dest="chapters", action="store_false", help="the script's sections stay unmarked"
    )
    made = verb("close-gaps", "shorten the gaps between clips")
    made.add_argument("--longest", type=float, default=0.5, metavar="S", help="what a longer gap becomes (0.5)")
    _of_tracks(made)
    made = verb("level", "make all spoken clips equally loud")
    made.add_argument("--target", type=float, default=-20.0, metavar="LUFS", help="how loud each becomes (-20)")
    made.add_argument("--track", action="append", default=[], metavar="NAME", help="only there; repeatable")
    made = verb("silences", "cut the silences inside spoken clips short")
    made.add_argument("--shortest", type=float, default=0.5, metavar="S", help="what is silent for less stays (0.5)")
    made.add_argument("--keep", type=float, default=0.2, metavar="S", help="what is left of each (0.2)")
    _of_tracks(made)


def _of_tracks(made: Any) -> None:
    made.add_argument("--track", action="append", default=[], metavar="NAME", help="only there; repeatable")
    made.add_argument("--everywhere", action="store_true", help="what comes later on the other tracks follows, too")


def _about_the_whole(verb: Callable[[str, str], Any]) -> None:
    made = verb("meta", "say what exported files say of themselves")
    made.add_argument("values", nargs="+", metavar="NAME=VALUE", help="title, artist, album, year, genre, comment, …")
    made = verb("licence", "say under which licence a sound may be used")
    made.add_argument("media", metavar="MEDIA", help="its id, as `info` shows it")
    made.add_argument("name", metavar="NAME", help="for example CC-BY-4.0")
    made = verb("cover", "give the project a cover, or take it away")
    made.add_argument("file", metavar="FILE", nargs="?", default="", help="a PNG or JPEG picture")
    made.add_argument("--remove", action="store_true", help="take the cover away")
    made.add_argument("--licence", metavar="NAME", default="", help="under which licence the picture may be used")
    made = verb("collect", "pack the project with all its media into one file")
    made.add_argument("zip", metavar="ZIP")
    made.add_argument("--force", action="store_true", help="replace an existing file")
    made = verb("expand", "make a project from such a file")
    made.add_argument("zip", metavar="ZIP")
    made = verb("relink", "say where missing media is")
    made.add_argument("media", metavar="MEDIA", help="its id, as `info` shows it")
    made.add_argument("file", metavar="FILE")
