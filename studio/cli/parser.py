"""The command line's words. Nothing heavy is imported here: `studio --help` must be instant."""

from __future__ import annotations

import argparse
import re
from typing import Any, NoReturn

from studio import __version__
from studio.cli import parser_making
from studio.cli.parser_export import add_export
from studio.cli.parser_project import add_project
from studio.errors import StudioError


class Parser(argparse.ArgumentParser):
    """A parser that reports mistakes as all commands do, and knows no abbreviations: scripts would rest on them."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options, allow_abbrev=False)
        # Python's own takes -16. and -1.6e1 for options.
        self._negative_number_matcher = re.compile(r"-(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$")

    def error(self, message: str) -> NoReturn:
        """Raise instead of printing: with --json even this must be an object."""
        raise StudioError(f"{message[:1].upper()}{message[1:]}.", f"`{self.prog} --help` shows how it is used.")


def build() -> Parser:
    """Return the parser of all commands."""
    common = _common()
    parser = Parser(
        prog="studio",
        description="Make speech, voices, songs and pictures with local models. Without a command: the window.",
        parents=[common],
    )
    parser.add_argument("--version", action="version", version=f"Angen Studio {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", parser_class=Parser)
    for add in (
        _demo,
        _making,
        _lint,
        _voices,
        _styles,
        _engines,
        _models,
        _devices,
        _doctor,
        _settings,
        _jobs,
        _recipe,
        _again,
        _project,
        _export,
        _play,
    ):
        add(commands, common)
    return parser


def _common() -> argparse.ArgumentParser:
    # The defaults are suppressed, so that an option before the command is not undone by the parser after it.
    common = argparse.ArgumentParser(add_help=False, argument_default=argparse.SUPPRESS)
    group = common.add_argument_group("options of every command")
    group.add_argument("--data-dir", metavar="DIR", help="where the studio keeps its things")
    group.add_argument("--json", action="store_true", help="print one JSON object on stdout")
    group.add_argument("--quiet", action="store_true", help="no progress")
    group.add_argument("--device", metavar="D", help="where to compute, for example cpu")
    return common


def _add(commands: Any, common: argparse.ArgumentParser, name: str, text: str) -> Parser:
    parser: Parser = commands.add_parser(
        name, help=text, description=text[:1].upper() + text[1:] + ".", parents=[common]
    )
    return parser


def _demo(commands: Any, common: argparse.ArgumentParser) -> None:
    parser = _add(commands, common, "demo", "make a first piece with the built-in engines")
    parser.add_argument("-o", "--output", metavar="DIR", default="angen-demo", help="where it goes (angen-demo)")
    parser.add_argument("--force", action="store_true", help="replace an earlier demo")


def _lint(commands: Any, common: argparse.ArgumentParser) -> None:
    parser = _add(commands, common, "lint", "find problems in a script")
    parser.add_argument("script", metavar="SCRIPT")
    parser.add_argument("--engine", metavar="ID", default="", help="judge by what this engine can do")
    parser.add_argument("--fix", action="store_true", help="mend what can be mended")


def _voices(commands: Any, common: argparse.ArgumentParser) -> None:
    parser = _add(commands, common, "voices", "the voices there are")
    verbs = parser.add_subparsers(dest="verb", metavar="VERB", required=True, parser_class=Parser)
    parser_making.add_voices(verbs, _add, common)


def _styles(commands: Any, common: argparse.ArgumentParser) -> None:
    parser = _add(commands, common, "styles", "what keeps pieces of music alike")
    verbs = parser.add_subparsers(dest="verb", metavar="VERB", required=True, parser_class=Parser)
    parser_making.add_styles(verbs, _add, common)


def _making(commands: Any, common: argparse.ArgumentParser) -> None:
    parser_making.add_speak(_add(commands, common, "speak", "turn a dialogue into sound"))
    parser_making.add_clone(_add(commands, common, "clone", "speak in the voice of a recording, approximately"))
    parser_making.add_music(_add(commands, common, "music", "make a piece of music"))
    parser_making.add_lyrics(_add(commands, common, "lyrics", "write words for a song"))
    parser_making.add_image(_add(commands, common, "image", "paint pictures"))
    parser_making.add_transcribe(_add(commands, common, "transcribe", "write down what is said in a sound"))
    parser_making.add_clean(_add(commands, common, "clean", "take the noise out of speech"))
    songs = _add(commands, common, "songs", "check whether songs sing their words, and sing lines again")
    verbs = songs.add_subparsers(dest="verb", metavar="VERB", required=True, parser_class=Parser)
    parser_making.add_songs(verbs, _add, common)


def _engines(commands: Any, common: argparse.ArgumentParser) -> None:
    parser = _add(commands, common, "engines", "the engines there are")
    verbs = parser.add_subparsers(dest="verb", metavar="VERB", required=True, parser_class=Parser)
    verb = _add(verbs, common, "list", "list engines")
    verb.add_argument("--all", action="store_true", help="the ones for tests too")
    verb = _add(verbs, common, "show", "show all about one engine")
    verb.add_argument("engine", metavar="ID")
    verb = _add(verbs, common, "test", "build a tiny model, load it and generate once; needs no downloaded model")
    verb.add_argument("engine", metavar="ID")
    verb.add_argument("--keep", metavar="DIR", help="keep the tiny model in this new or empty folder")
    verb.add_argument("--benchmark", action="store_true", help="measure time and memory by size with the real model")
    verb.add_argument("--sizes", metavar="A,B", default="", help="512,768x512 of pictures; seconds of sound")
    verb.add_argument("--steps", metavar="A,B", default="", help="counts of steps: 10,20,50")
    verb.add_argument("--set", metavar="NAME=VALUE", action="append", default=[], dest="params", help="a parameter")
    verb = _add(verbs, common, "install", "install what an engine needs: shows the plan, then asks")
    verb.add_argument("engine", metavar="ID")
    verb.add_argument("--accelerator", metavar="A", default="", help="cpu, cuda, rocm, directml, xpu or mps")
    verb.add_argument("--dry-run", action="store_true", help="show the plan and install nothing")
    verb.add_argument("--yes", action="store_true", help="do not ask")
    verb = _add(verbs, common, "verify", "look whether what was installed is still as it was")
    verb.add_argument("engine", metavar="ID")
    verb.add_argument("--hashes", action="store_true", help="compare contents, not only sizes")
    verb = _add(verbs, common, "repair", "install anew what an engine needs, mostly from what was loaded before")
    verb.add_argument("engine", metavar="ID")
    verb = _add(verbs, common, "remove", "remove what an engine needs, where no other engine uses it")
    verb.add_argument("engine", metavar="ID")
    verb.add_argument("--yes", action="store_true", help="do not ask")


def _devices(commands: Any, common: argparse.ArgumentParser) -> None:
    parser = _add(commands, common, "devices", "what can compute here, and what would run where")
    parser.add_argument("--probe", action="store_true", help="compute on each device and compare with the processor")
    parser.add_argument(
        "--reset-envelope", action="store_true", help="forget what was learned about fallbacks, and what probes found"
    )


def _doctor(commands: Any, common: argparse.ArgumentParser) -> None:
    parser = _add(commands, common, "doctor", "check everything and say how to mend it")
    parser.add_argument("--bundle", metavar="FILE.zip", help="write a scrubbed report to send")


def _settings(commands: Any, common: argparse.ArgumentParser) -> None:
    parser = _add(commands, common, "settings", "show and change settings")
    verbs = parser.add_subparsers(dest="verb", metavar="VERB", parser_class=Parser)
    _add(verbs, common, "show", "show all settings")
    verb = _add(verbs, common, "set", "change a setting")
    verb.add_argument("name", metavar="GROUP.NAME")
    verb.add_argument("value", metavar="VALUE")
    _add(verbs, common, "reset", "back to the defaults")


def _models(commands: Any, common: argparse.ArgumentParser) -> None:
    parser = _add(commands, common, "models", "the weights that engines load")
    verbs = parser.add_subparsers(dest="verb", metavar="VERB", required=True, parser_class=Parser)
    verb = _add(verbs, common, "list", "list models with licence, size and revision")
    verb.add_argument("--all", action="store_true", help="those for tests, too")
    for name, text in (("show", "show everything about a model"), ("remove", "remove a model's files")):
        verb = _add(verbs, common, name, text)
        verb.add_argument("model", metavar="ID")
    verb.add_argument("--yes", action="store_true", help="remove also what another program loaded, without a question")
    verb = _add(verbs, common, "download", "load a model, or check and mend one that is here")
    verb.add_argument("model", metavar="ID")
    verb.add_argument("--accept-licence", action="store_true", help="accept its terms without a question")
    verb = _add(verbs, common, "move", "move downloaded models to a folder, where later ones go, too")
    verb.add_argument("folder", metavar="DIR")


def _jobs(commands: Any, common: argparse.ArgumentParser) -> None:
    parser = _add(commands, common, "jobs", "the queue")
    verbs = parser.add_subparsers(dest="verb", metavar="VERB", required=True, parser_class=Parser)
    _add(verbs, common, "list", "list jobs, the newest first")
    for name, text in (("show", "show one job"), ("cancel", "end a job"), ("retry", "do a job again")):
        verb = _add(verbs, common, name, text)
        verb.add_argument("job", metavar="N", type=int)
    _add(verbs, common, "clear", "forget the jobs that are over; results stay")
    _add(verbs, common, "run", "work on what waits, until nothing does")


def _recipe(commands: Any, common: argparse.ArgumentParser) -> None:
    parser = _add(commands, common, "recipe", "show how a file was made")
    parser.add_argument("file", metavar="FILE")


def _again(commands: Any, common: argparse.ArgumentParser) -> None:
    parser = _add(commands, common, "again", "make a file again from the recipe in it, and compare")
    parser.add_argument("file", metavar="FILE")
    parser.add_argument("-o", "--output", metavar="OUT", required=True, help="where the new one goes")
    parser.add_argument(
        "--set",
        metavar="model=DIR",
        action="append",
        default=[],
        dest="params",
        help="the model, where it was your own",
    )
    parser.add_argument("--force", action="store_true", help="replace an existing output")


def _project(commands: Any, common: argparse.ArgumentParser) -> None:
    def verbs_of(parser: Any) -> Any:
        return parser.add_subparsers(dest="verb", metavar="VERB", required=True, parser_class=Parser)

    add_project(commands, common, add=_add, verbs_of=verbs_of)


def _export(commands: Any, common: argparse.ArgumentParser) -> None:
    add_export(_add(commands, common, "export", "write a project's sound to files"))


def _play(commands: Any, common: argparse.ArgumentParser) -> None:
    parser = _add(commands, common, "play", "listen to a project")
    parser.add_argument("project", metavar="DIR", help="the project's folder")
    parser.add_argument("--from", type=float, default=0.0, metavar="S", dest="start", help="begin at this second")
