"""The lyrics model in its real environment: songs section by section, seen as they come, lines anew, rhymes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from studio.engines.registry import find_engines
from studio.paths import RESOURCES
from studio.protocol import messages
from studio.worker import failures
from tests.engines.harness import Reply, Worker, modules_of
from tests.engines.real_engine import RealEngine, fractions, made

PackPython = Callable[[str], Path]
DEFAULTS = {p.name: p.default for p in find_engines(RESOURCES / "no engines here").manifest("writer").params}

# A model that says a new line, and that it has ended, more often than by chance.
_TALKATIVE = """
from transformers import AutoModelForCausalLM, AutoTokenizer
words = AutoTokenizer.from_pretrained(folder / "writer")
model = AutoModelForCausalLM.from_pretrained(folder / "writer")
model.lm_head.weight.data[words.convert_tokens_to_ids("\u010a")] *= 12
model.save_pretrained(folder / "writer")
"""

_SPY = """
def prepare(load):
    import torch, transformers
    kind = transformers.Qwen3ForCausalLM
    real = kind.generate

    def generate(self, **given):
        words = transformers.AutoTokenizer.from_pretrained(load.model + "/writer")
        told(asked=words.decode(given["input_ids"][0]), dtype=str(self.dtype), tokens=given["max_new_tokens"],
             temperature=given["temperature"], top_p=given["top_p"], math=torch.backends.cuda.flash_sdp_enabled())
        return real(self, **given)

    kind.generate = generate
    in_steps(kind)
    spied._SHOW = -1.0  # all that is written is seen, however fast the machine
"""


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory, pack_python: PackPython) -> RealEngine:
    return made("writer", pack_python("core"), tmp_path_factory.mktemp("writer"), spy=_SPY, more=_TALKATIVE)


@pytest.fixture(scope="module")
def running(engine: RealEngine) -> Iterator[Worker]:
    with engine.running() as worker:
        yield worker


def begin(worker: Worker, scratch: Path, *, seed: int = 7, **params: Any) -> None:
    """Send a job."""
    inputs = {"text": "", "files": {}, "transcripts": {}}
    worker.start(scratch, [], task="lyrics", inputs=inputs, params={**DEFAULTS, **params}, seed=seed)


def written(worker: Worker, scratch: Path, **params: Any) -> Reply:
    """Have something written."""
    begin(worker, scratch, **params)
    return worker.finish()


def tags(text: str) -> list[str]:
    """The titles of a song's sections."""
    return [line for line in text.splitlines() if line.startswith("[")]


@pytest.mark.slow
@pytest.mark.timeout(600)
class TestInItsEnvironment:
    """With the real libraries."""

    def test_a_song_has_its_structure_and_its_seed(self, engine: RealEngine, running: Worker, tmp_path: Path):
        wanted: dict[str, Any] = {
            "theme": "a lighthouse", "mood": "bright", "language": "German", "syllables": 6, "lines": 2,
            "structure": "verse chorus solo verse chorus", "scheme": "AABB", "temperature": 0.7, "top_p": 0.8,
        }  # fmt: skip
        before = len(engine.calls)
        first, again, other = (
            written(running, tmp_path / str(n), seed=seed, **wanted) for n, seed in enumerate((7, 7, 8))
        )
        calls = engine.calls[before:]
        text = first.file.read_text(encoding="utf-8")
        assert tags(text) == ["[Verse 1]", "[Chorus]", "[Solo]", "[Verse 2]", "[Chorus]"]
        sections = text.rstrip("\n").split("\n\n")
        assert [part.count("\n") for part in sections] == [2, 2, 0, 2, 2]
        assert sections[1] == sections[4], "the chorus comes again with other words"
        assert sections[0].splitlines()[1:] != sections[3].splitlines()[1:]
        assert again.file.read_text(encoding="utf-8") == text != other.file.read_text(encoding="utf-8")
        assert first.result is not None
        assert (first.result.media, first.result.facts["lines"]) == ("text", 8)
        assert [s["tag"] for s in first.result.facts["sections"]][2] == "Solo"
        told = calls[0]
        assert (told["temperature"], told["top_p"], told["tokens"]) == (0.7, 0.8, 2 * (6 * 6 + 16))
        for word in ("a lighthouse", "bright", "in German", "6 syllables", "2 lines of [Verse 1]", "lines 1 and 2"):
            assert word in told["asked"]
        assert fractions(first) == sorted(fractions(first))
        assert sections[0] in next(call for call in calls if "[Chorus]" in call["asked"])["asked"]

    def test_each_word_is_seen_as_it_comes(self, running: Worker, tmp_path: Path):
        begin(running, tmp_path, structure="verse chorus", lines=3)
        seen: list[str] = []
        while not isinstance(message := running.receive(), messages.Result):
            assert message is not None
            if isinstance(message, messages.Preview):
                seen.append(Path(message.file).read_text(encoding="utf-8").rstrip("\n"))
        assert running.finish().idle
        whole = Path(message.file).read_text(encoding="utf-8")
        assert len({text.count("\n") for text in seen}) >= 5  # line after line
        assert all(whole.startswith(text) for text in seen)
        lines = whole.splitlines()
        unfinished = [text for text in seen if text.splitlines()[-1] not in lines]  # it ends within a line
        assert len(unfinished) > 2, "word after word"

    def test_going_on_keeps_the_text(self, engine: RealEngine, running: Worker, tmp_path: Path):
        given = "[Verse 1]\nThe sea is grey\nand far away"
        reply = written(running, tmp_path, mode="continue", given=given, structure="bridge", lines=2)
        text = reply.file.read_text(encoding="utf-8")
        assert text.startswith(f"{given}\n\n[Bridge]\n")
        assert len(text.splitlines()) == 7
        assert given in engine.calls[-1]["asked"]

    def test_a_line_anew_and_rhymes(self, engine: RealEngine, running: Worker, tmp_path: Path):
        given = "The sea is grey\nand far away"
        anew = written(running, tmp_path / "a", mode="rewrite", given=given, line=2, count=3, theme="the sea")
        suggestions = anew.file.read_text(encoding="utf-8").splitlines()
        assert 1 <= len(suggestions) <= 3
        assert anew.result is not None
        assert anew.result.facts["suggestions"] == suggestions
        asked = engine.calls[-1]["asked"]
        for word in (given, 'Write the line "and far away" anew in 3', "the sea", "8 syllables"):
            assert word in asked
        rhymes = written(running, tmp_path / "b", mode="rhyme", given="grey", count=4)
        assert 1 <= len(rhymes.file.read_text(encoding="utf-8").splitlines()) <= 4
        assert '4 words or short phrases in English that rhyme perfectly with "grey"' in engine.calls[-1]["asked"]

    def test_a_cancel_ends_it_with_the_word_and_the_next_song_is_whole(
        self, engine: RealEngine, running: Worker, tmp_path: Path
    ):
        before = written(running, tmp_path / "a", structure="verse")
        calls = len(engine.calls)
        reply = written(running, tmp_path / "b", structure="verse", _broken="cancel")
        assert engine.begun(calls) == 1
        assert reply.failed is not None
        assert (reply.failed.failure, reply.idle) == (failures.CANCELLED, True)
        after = written(running, tmp_path / "c", structure="verse")
        assert before.file.read_bytes() == after.file.read_bytes()

    def test_a_text_that_the_model_cannot_hold_is_refused(self, running: Worker, tmp_path: Path):
        reply = written(running, tmp_path, mode="continue", given="la " * 6000, structure="verse")
        assert reply.failed is not None
        assert (reply.failed.failure, "16,384 tokens" in reply.failed.message) == (failures.USER, True)

    def test_precision_and_attention_reach_the_model(self, engine: RealEngine, tmp_path: Path):
        rungs = "empty_cache math_attention"
        with engine.running(number_format="bf16", rungs=rungs) as worker:
            written(worker, tmp_path / "a", structure="verse")
        assert (engine.calls[-1]["dtype"], engine.calls[-1]["math"]) == ("torch.bfloat16", False)


@pytest.fixture(scope="module")
def own() -> Iterator[Any]:
    """The engine's plain modules."""
    with modules_of("writer", "asking", "lines", "runner") as found:
        yield found


@pytest.mark.parametrize(
    ("said", "line"),
    [
        ("  The sea is grey  ", "The sea is grey"),
        ("1. The sea is grey", "The sea is grey"),
        ("- “The sea is grey”", "The sea is grey"),
        ("**Chorus:**", ""),
        ("[Verse 1]", ""),
        ("Verse 1:", ""),
        ("(la la la)", "(la la la)"),
        ("[Oh] what a day", "(Oh) what a day"),
        ("1999 was the year", "1999 was the year"),
        ("It's a long\u200b way\ufffd", "It's a long way"),
        ("la " * 100, ("la " * 66).strip()),
        ("...", "..."),
    ],
)
def test_a_line_is_what_is_sung(own: Any, said: str, line: str):
    assert own.lines.cleaned(said) == line


def test_lines_are_those_that_are_finished_and_no_thoughts(own: Any):
    lines = own.lines
    said = "<think>\nA song?\n</think>\n\n[Verse 1]\nOne\n\nTwo\nThr"
    assert lines.lines_of(said, whole=False) == ["One", "Two"]
    assert lines.lines_of(said, whole=True) == ["One", "Two", "Thr"]
    assert lines.lines_of("<think>\nwhat rhymes with sea\n", whole=True) == []
    assert lines.different(["Tea", "free", "tea", "SEA"], "sea") == ["Tea", "free"]


def test_what_cannot_be_is_said(own: Any):
    order = own.asking.order
    for params, told in (
        ({"mode": "rhyme"}, "no text to work on"),
        ({"mode": "rewrite", "given": "a\nb"}, "which line"),
        ({"mode": "rewrite", "given": "a\nb", "line": 3}, "no line 3"),
        ({"mode": "rewrite", "given": "a\n\nb", "line": 2}, "has no words"),
        ({"mode": "rewrite", "given": "[Verse]\nb", "line": 1}, "has no words"),
        ({"structure": "verse corus"}, "unknown"),
    ):
        with pytest.raises(failures.UserMistake, match=told):
            order({**DEFAULTS, **params})


@pytest.mark.parametrize("text", ["\n\nfirst\n\n[Verse]\nsecond\n", "\r\n\r\nfirst\r\n\r\n[Verse]\r\nsecond"])
def test_a_line_is_counted_as_an_editor_counts(own: Any, text: str):
    order = own.asking.order
    lines = [order({**DEFAULTS, "mode": "rewrite", "given": text, "line": number}).line for number in (3, 6)]
    assert lines == ["first", "second"]
    assert order({**DEFAULTS, "mode": "rhyme", "given": "\n light \n"}).line == "light"


@pytest.mark.parametrize(("verse", "chorus"), [("Verse", "Chorus"), ("Strophe", "Refrain")])
def test_a_song_goes_on_with_its_numbers_and_its_chorus(own: Any, tmp_path: Path, verse: str, chorus: str):
    given = f"[{verse} 1]\na\n\n[{chorus}]\nsing it\nagain\n\n[{verse.lower()} 2]\nb\n"
    model = _Model("One\nTwo", "Three\nFour")
    context = _Context(tmp_path, mode="continue", given=given, structure="verse chorus verse", lines=2)
    text = own.runner._Work(model, context).do().path.read_text()
    assert text.startswith(given)
    assert text[len(given) :] == "\n[Verse 3]\nOne\nTwo\n\n[Chorus]\nsing it\nagain\n\n[Verse 4]\nThree\nFour\n"
    assert len(model.seeds) == 2, "the chorus is there already"


def test_the_rest_of_a_section_is_asked_for_with_its_rhymes(own: Any):
    asking = own.asking
    order = asking.order({**DEFAULTS, "structure": "verse", "scheme": "ABAB"})
    call = asking.section_call(order, order.sections[0], "", ["One"])
    told = call.messages[1]["content"]
    assert call.lines == 3
    assert "[Verse 1]\nOne\n" in told
    assert "next 3 lines of [Verse 1]" in told
    assert "rhyme ABAB: lines 1 and 3; lines 2 and 4." in told
    free = asking.section_call(asking.order({**DEFAULTS, "scheme": "free"}), order.sections[0], "", [])
    assert "rhyme" not in free.messages[1]["content"]


class _Model:
    """Says what it is told to, however it is asked, letter by letter."""

    def __init__(self, *said: str) -> None:
        self._said = [*said]
        self.seeds: list[int] = []

    def write(self, messages: Any, tokens: int, seed: int, manner: Any, hear: Callable[[str], bool]) -> str:
        """Say the next thing."""
        del messages, tokens, manner
        self.seeds.append(seed)
        said = self._said.pop(0) if self._said else ""
        return next((said[:n] for n in range(1, len(said)) if hear(said[:n])), said)


class _Context:
    """A job whose notes are kept."""

    def __init__(self, scratch: Path, **params: Any) -> None:
        self.params = {**DEFAULTS, "lines": 3, **params}
        self.seed = 2**63 - 1
        self.scratch = scratch
        self.notes: list[str] = []

    @contextmanager
    def create(self, name: str) -> Iterator[Path]:
        """Give the place itself."""
        yield self.scratch / name

    def note(self, text: str) -> None:
        """Keep it."""
        self.notes.append(text)

    def check_cancelled(self) -> None:
        """Nobody does."""

    progress = preview = lambda self, *told: None


def test_what_a_section_lacks_is_asked_for_again(own: Any, tmp_path: Path):
    model, context = _Model("One\nTwo", "Three\nFour\nFive\nSix"), _Context(tmp_path, structure="verse")
    output = own.runner._Work(model, context).do()
    assert output.path.read_text() == "[Verse 1]\nOne\nTwo\nThree\n"
    assert len({*model.seeds}) == 2
    assert max(model.seeds) < 2**63
    assert context.notes == []


def test_a_model_that_says_too_little_or_nothing(own: Any, tmp_path: Path):
    context = _Context(tmp_path, structure="verse")
    output = own.runner._Work(_Model("", "One"), context).do()
    assert output.path.read_text() == "[Verse 1]\nOne\n"
    assert context.notes == ["[Verse 1] has 1 lines; the model wrote no more."]
    for params, told in (
        ({"structure": "verse"}, r"nothing for \[Verse 1\]"),
        ({"mode": "rhyme", "given": "x"}, "found nothing"),
    ):
        with pytest.raises(failures.UserMistake, match=told):
            own.runner._Work(_Model(), _Context(tmp_path, **params)).do()
