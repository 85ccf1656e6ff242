"""The words of the commands that make something. Nothing heavy is imported here."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any


def generating(parser: ArgumentParser) -> None:
    """Add what every command takes that makes something."""
    parser.add_argument("--engine", metavar="ID", default="", help="the engine to use")
    parser.add_argument("--seed", type=int, default=-1, metavar="N", help="-1 draws one at random")
    parser.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        dest="params",
        help="a parameter of the engine; repeatable",
    )
    parser.add_argument("--no-cpu", action="store_true", help="fail rather than compute on the CPU")
    parser.add_argument("--force", action="store_true", help="replace an existing output")
    parser.add_argument("--detach", action="store_true", help="queue only")


def _heard(parser: ArgumentParser) -> None:
    """Add what speech takes besides."""
    parser.add_argument("--play", action="store_true", help="listen from the first sound on, while the rest is made")


def add_speak(parser: ArgumentParser) -> None:
    """Dialogue to sound."""
    parser.add_argument("text", nargs="?", metavar="TEXT", help="[S1] or [Name], (laughs), [pause 500ms], [[respell]]")
    parser.add_argument("--script", metavar="FILE", help="read the text from a file: text, Fountain, SRT, VTT, EPUB …")
    parser.add_argument("-o", "--output", metavar="OUT", required=True, help="the sound file, or - for stdout")
    parser.add_argument(
        "--voice", action="append", default=[], metavar="S1=NAME", dest="voices", help="a speaker's voice; repeatable"
    )
    parser.add_argument(
        "--language", action="append", default=[], metavar="S1=CODE", dest="languages",
        help="a speaker's language, where it is not the voice's; repeatable",
    )  # fmt: skip
    parser.add_argument(
        "--say", action="append", default=[], metavar="WORD=SPELLING", dest="pronunciations",
        help="how a word is spoken, in ordinary letters; repeatable",
    )  # fmt: skip
    parser.add_argument("--draft", action="store_true", help="the fastest engine, one voice")
    parser.add_argument("--subtitles", metavar="FILE", default="", help="write .srt or .vtt as well")
    parser.add_argument("--best-of", type=int, default=1, metavar="N", help="make N takes, keep the best of each line")
    parser.add_argument("--project", metavar="DIR", default="", help="store the take in this project as well")
    parser.add_argument(
        "--format", choices=("wav", "mp3", "base64"), help="what goes to stdout; elsewhere OUT's ending says it"
    )
    _heard(parser)
    generating(parser)


def add_clone(parser: ArgumentParser) -> None:
    """A line in a given voice."""
    parser.add_argument("text", metavar="TEXT")
    parser.add_argument(
        "--reference", metavar="FILE", required=True, action="append",
        help="a recording of the voice, 5 to 15 seconds; up to ten times, where an engine listens to several",
    )  # fmt: skip
    parser.add_argument("--transcript", metavar="T", default="", help="the words spoken in it")
    parser.add_argument("-o", "--output", metavar="OUT", required=True, help="the sound file")
    parser.add_argument("--project", metavar="DIR", default="", help="store the take in this project as well")
    _heard(parser)
    generating(parser)


def add_transcribe(parser: ArgumentParser) -> None:
    """Words from sound."""
    parser.add_argument("file", metavar="FILE")
    parser.add_argument("-o", "--output", metavar="OUT", default="", help=".txt, .srt, .vtt or .json; else to stdout")
    parser.add_argument("--language", metavar="L", default="", help="what is spoken, else it is guessed")
    generating(parser)


def add_clean(parser: ArgumentParser) -> None:
    """Speech without its noise."""
    parser.add_argument("file", metavar="FILE")
    parser.add_argument("-o", "--output", metavar="OUT", required=True, help="the sound file")
    parser.add_argument("--no-trim", action="store_true", help="leave the silence at both ends")
    parser.add_argument("--no-level", action="store_true", help="leave the loudness as it is")
    generating(parser)


def add_music(parser: ArgumentParser) -> None:
    """A piece of music."""
    parser.add_argument(
        "--style", metavar="TEXT", default="",
        help="words for it, for example: calm lofi piano; or the name of a style that is kept",
    )  # fmt: skip
    parser.add_argument("--lyrics", metavar="FILE", default="", help="its words, whose sections it follows")
    parser.add_argument(
        "--duration", type=float, metavar="S", help="seconds, exactly; needed unless there is a --source"
    )
    parser.add_argument("--bpm", type=float, metavar="N", help="beats a minute")
    parser.add_argument("--key", metavar="K", help="for example: C, A minor, F# dorian")
    parser.add_argument("--reference", metavar="FILE", default="", help="a piece to sound like, where an engine can")
    parser.add_argument(
        "--source", metavar="FILE", default="",
        help="a song to work on, as --set mode=… says; all that is not named is as it was made",
    )  # fmt: skip
    parser.add_argument("--stems", metavar="DIR", default="", help="write each instrument by itself as well")
    parser.add_argument("--midi", metavar="FILE", default="", help="write the notes as well")
    parser.add_argument("-o", "--output", metavar="OUT", required=True, help="the sound file")
    parser.add_argument("--project", metavar="DIR", default="", help="store the take in this project as well")
    generating(parser)


def add_lyrics(parser: ArgumentParser) -> None:
    """Words for a song."""
    parser.add_argument("--theme", metavar="TEXT", help="what it is about; a song needs one")
    parser.add_argument("--structure", metavar="S", help='for example "verse chorus verse chorus bridge chorus"')
    work = parser.add_argument_group("a text that is there, where an engine can work on one")
    ways = work.add_mutually_exclusive_group()
    ways.add_argument("--continue", metavar="FILE", dest="going_on", help="write the structure's sections after it")
    ways.add_argument("--rewrite", metavar="FILE", help="write its line --line anew")
    ways.add_argument("--rhyme", metavar="WORDS", help="find what rhymes with these words")
    work.add_argument("--line", type=int, metavar="N", help="which line, counted from 1")
    parser.add_argument("-o", "--output", metavar="OUT.txt", default="", help="the text file; else to stdout")
    generating(parser)


def add_songs(verbs: Any, add: Any, common: ArgumentParser) -> None:
    """Songs that are there, and their words."""
    check = add(verbs, common, "check", "listen to a song, and say which lines it sings as they are written")
    again = add(verbs, common, "again", "sing a line of a song again, where its engine can make a part anew")
    for verb in (check, again):
        verb.add_argument("song", metavar="SONG")
        verb.add_argument("--lyrics", metavar="FILE", default="", help="its words; else those it was made with")
        verb.add_argument("--language", metavar="L", default="", help="what is sung; else what its recipe says")
    again.add_argument("--line", type=int, metavar="N", required=True, help="which line of the lyrics, from 1")
    again.add_argument("-o", "--output", metavar="OUT", required=True, help="the sound file")
    generating(again)


def add_image(parser: ArgumentParser) -> None:
    """Pictures."""
    parser.add_argument("prompt", nargs="?", default="", metavar="PROMPT")
    parser.add_argument("--negative", metavar="T", help="what it must not show")
    parser.add_argument("--size", metavar="WxH", default="", help="for example 1024x768")
    parser.add_argument("--steps", type=int, metavar="N", help="steps, where an engine has them")
    parser.add_argument("--count", type=int, metavar="N", help="how many pictures")
    parser.add_argument("--init", metavar="FILE", default="", help="a picture to start from")
    parser.add_argument("--mask", metavar="FILE", default="", help="where to paint: white")
    parser.add_argument(
        "--like", metavar="FILE", default="",
        help="as this picture was made, by whatever program, where it tells; what is given besides is another",
    )  # fmt: skip
    parser.add_argument(
        "--upscale", choices=("2", "4"), help="the picture of --init, so many times wider and higher; needs no PROMPT"
    )
    parser.add_argument(
        "--grid", action="store_true",
        help="a picture for each of the alternatives in PROMPT, as in a {red|blue} cat, and a sheet of all as OUT",
    )  # fmt: skip
    parser.add_argument("--seeds", type=int, metavar="N", help="of a --grid: each of them with N seeds")
    parser.add_argument("--title", metavar="T", help="letters on it")
    parser.add_argument("--style", metavar="S", help="the way of painting")
    parser.add_argument("-o", "--output", metavar="OUT", required=True, help=".png, .jpg or .webp")
    generating(parser)


def add_voices(verbs: Any, add: Any, common: ArgumentParser) -> None:
    """The voice library."""
    verb = add(verbs, common, "list", "list voices")
    verb.add_argument("--engine", metavar="ID", default="", help="only those of one engine")
    verb = add(verbs, common, "add", "keep a voice")
    verb.add_argument("name", metavar="NAME")
    verb.add_argument("files", metavar="FILE", nargs="+", help="recordings of it")
    verb.add_argument("--consent", metavar="T", default="", help="whose voice it is and who allowed its use")
    verb.add_argument(
        "--consent-kind", choices=("own", "written", "synthetic", "public-domain", "stated"), default="stated",
        help="how its use was allowed (stated: as the text says)",
    )  # fmt: skip
    verb.add_argument("--consent-by", metavar="WHO", default="", help="who allowed it")
    verb.add_argument("--licence", metavar="L", default="", help="under which terms it may be used")
    verb.add_argument("--language", metavar="CODE", default="", help="what is spoken")
    verb.add_argument("--transcript", metavar="T", default="", help="the words spoken, for one recording")
    verb.add_argument("--notes", metavar="T", default="", help="anything else about it")
    verb.add_argument("--denoise", action="store_true", help="take the noise out first")
    verb = add(verbs, common, "show", "show all about one voice")
    verb.add_argument("name", metavar="NAME")
    verb = add(verbs, common, "remove", "remove a kept voice")
    verb.add_argument("name", metavar="NAME")
    verb = add(verbs, common, "export", "write a kept voice as one file")
    verb.add_argument("name", metavar="NAME")
    verb.add_argument("file", metavar="FILE")
    verb.add_argument("--force", action="store_true", help="replace an existing file")
    verb = add(verbs, common, "import", "keep a voice from such a file")
    verb.add_argument("file", metavar="FILE")
    verb = add(verbs, common, "words", "write down what is said in a kept voice's recording")
    verb.add_argument("name", metavar="NAME")
    verb.add_argument("text", metavar="TEXT", nargs="?", default="", help="the words; without, they are listened to")
    verb.add_argument("--recording", metavar="ID", default="", help="which one, as `show` names it; else the clearest")
    verb = add(verbs, common, "enhance", "speak from a kept voice's recording without its noise; both are kept")
    verb.add_argument("name", metavar="NAME")
    verb.add_argument("--recording", metavar="ID", default="", help="which one, as `show` names it; else the clearest")
    verb.add_argument("--original", action="store_true", help="speak from it as it was recorded, again")
    verb = add(verbs, common, "drift", "say how alike a project's takes are to each speaker's voice")
    verb.add_argument("project", metavar="DIR")
    verb.add_argument("--speaker", metavar="NAME", default="", help="only this one")
    verb = add(verbs, common, "anchor", "keep a take of a project as a voice, and cast its speaker with it")
    verb.add_argument("project", metavar="DIR")
    verb.add_argument("speaker", metavar="SPEAKER")
    verb.add_argument("--take", metavar="ID", default="", help="which take; else the one most alike to the voice")
    verb.add_argument("--name", metavar="NAME", default="", help="what the voice is called")
    verb.add_argument("--consent", metavar="T", default="", help="whose voice it is, where the take does not tell")
    verb.add_argument(
        "--consent-kind", choices=("own", "written", "synthetic", "public-domain", "stated"), default="stated",
        help="how its use was allowed (stated: as the text says)",
    )  # fmt: skip


def add_styles(verbs: Any, add: Any, common: ArgumentParser) -> None:
    """What keeps pieces of music alike."""

    def in_project(verb: Any, text: str) -> None:
        verb.add_argument("--project", metavar="DIR", default="", help=text)

    verb = add(verbs, common, "list", "list styles")
    in_project(verb, "those of this project too")
    verb = add(verbs, common, "save", "keep a style for all projects, or in one")
    verb.add_argument("name", metavar="NAME")
    verb.add_argument("--text", metavar="T", help="its words")
    verb.add_argument("--bpm", type=float, metavar="N", help="beats a minute")
    verb.add_argument("--key", metavar="K", help="for example: C, A minor")
    verb.add_argument("--seed", type=int, metavar="N", help="from which the seeds of its pieces follow")
    verb.add_argument("--reference", metavar="FILE", default="", help="a piece to sound like")
    verb.add_argument("--from", metavar="FILE", default="", dest="made", help="a piece of the studio's in that style")
    verb.add_argument("--force", action="store_true", help="replace the style of that name")
    in_project(verb, "keep it in this project instead")
    verb = add(verbs, common, "show", "show a style, and what an engine makes of it")
    verb.add_argument("name", metavar="NAME")
    verb.add_argument("--engine", metavar="ID", default="", help="what becomes of it with this engine")
    in_project(verb, "the style that this project keeps")
    verb = add(verbs, common, "remove", "forget a style")
    verb.add_argument("name", metavar="NAME")
    in_project(verb, "the style that this project keeps")
    verb = add(verbs, common, "apply", "make clips of a project again in a style that it keeps")
    verb.add_argument("name", metavar="NAME")
    verb.add_argument("clips", metavar="CLIP", nargs="+", help="their ids, as `project info` shows them")
    verb.add_argument("--project", metavar="DIR", required=True, help="the project")
