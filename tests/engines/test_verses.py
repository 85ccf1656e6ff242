"""The sketch writer: syllables, rhymes and structure against another reading of the dictionary."""

import json
import re
import sys
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.protocol import messages
from tests.engines.harness import ENGINES, started

FOLDER = ENGINES / "verses"
sys.path.append(str(FOLDER))  # its modules know one another by bare names, as they do in the engine's process

from studio.engines.shared import song_sections as sections  # noqa: E402
from studio.engines.verses import bank, grammar, rhyming, songs, themes, wordsounds  # noqa: E402

DEFAULT = "verse chorus verse chorus bridge chorus"
THEMES = (
    "lonely lighthouse by the sea", "a robot learning to love", "my grandmother's kitchen in winter", "war and peace",
    "Anna and the last train home", "dancing on a Friday night", "quantum bananas", "monday at the factory",
    "autumn leaves and old friends", "fire", "what is never said", "the stars over Berlin",
)  # fmt: skip


@pytest.fixture(scope="module")
def sounds() -> wordsounds.Dictionary:
    return wordsounds.Dictionary()


@pytest.fixture(scope="module")
def words() -> bank.Words:
    return bank.Words()


@pytest.fixture(scope="module")
def write(sounds, words):
    def write(theme="the sea", structure=DEFAULT, lines=4, scheme="AABB", syllables=8, mood="auto", seed=1):
        understood = themes.understand(theme, words.keys, words.nouns, sounds)
        writer = songs.Writer(words, understood, songs.Wanted(scheme, syllables, mood, seed), sounds)
        return writer.write(sections.read(structure, lines=lines), lambda _: None)

    return write


@pytest.fixture(scope="module")
def oracle() -> dict[str, list[str]]:
    """Each word's first pronunciation, read from the dictionary another way than the engine does."""
    found: dict[str, list[str]] = {}
    for line in wordsounds._file().read_text("utf-8").splitlines():
        head, *phones = line.partition("#")[0].split()
        if "(" not in head:
            found[head] = phones
    return found


def syllables_of(line: str, oracle: dict[str, list[str]]) -> int | None:
    """None when a word is not in the dictionary."""
    words = re.findall(r"[a-z']+", line.lower())
    if not all(w in oracle for w in words):
        return None
    return sum(phone[-1].isdigit() for w in words for phone in oracle[w])


def ending_of(line: str, oracle: dict[str, list[str]]) -> tuple[str, ...]:
    """From the last stressed vowel on."""
    phones = oracle[re.findall(r"[a-z']+", line.lower())[-1]]
    vowels = [n for n, p in enumerate(phones) if p[-1].isdigit()]
    stressed = [n for n in vowels if phones[n][-1] != "0"] or vowels
    return tuple(p.rstrip("012") for p in phones[stressed[-1] :])


def last_word(line: str) -> str:
    return re.findall(r"[a-z']+", line.lower())[-1]


def check_section(sung: songs.Sung, scheme: str, syllables: int, oracle) -> tuple[int, int]:
    """Return how many lines could be counted, and how many were exact."""
    letters = "".join(line.rhyme for line in sung.lines)
    assert letters == sections.letters(scheme, len(sung.lines))
    counted = exact = 0
    for line in sung.lines:
        assert abs(line.syllables - syllables) <= 1, line
        heard = syllables_of(line.text, oracle)
        if heard is not None:
            assert heard == line.syllables, line
            counted += 1
            exact += heard == syllables
    for one in sung.lines:
        for other in sung.lines:
            alike = ending_of(one.text, oracle) == ending_of(other.text, oracle)
            assert alike == (one.rhyme == other.rhyme), (one, other)
            if alike and one.text != other.text:
                assert last_word(one.text) != last_word(other.text), (one, other)
    return counted, exact


def check_song(song, scheme, syllables, oracle) -> tuple[int, int]:
    counts = [check_section(sung, scheme, syllables, oracle) for sung in song if sung.lines]
    outside = [line.text for sung in song if "horus" not in sung.title for line in sung.lines]
    assert len(set(outside)) == len(outside)
    choruses = [sung.lines for sung in song if sung.title == "Chorus"]
    assert all(lines == choruses[0] for lines in choruses)
    return sum(c for c, _ in counts), sum(e for _, e in counts)


@pytest.mark.parametrize("scheme", ["AABB", "ABAB", "ABCB", "ABBA", "AAAA"])
def test_syllables_and_rhymes_hold(write, oracle, scheme):
    song = write("lonely lighthouse by the sea", scheme=scheme, seed=3)
    counted, exact = check_song(song, scheme, 8, oracle)
    assert counted == 24
    assert exact >= 20


@pytest.mark.slow
@settings(max_examples=25)
@given(
    theme=st.sampled_from(THEMES),
    scheme=st.sampled_from(["AABB", "ABAB", "ABCB", "ABBA", "AAAA"]),
    syllables=st.integers(5, 14),
    lines=st.integers(2, 8),
    seed=st.integers(0, 2**63),
)
def test_any_song_keeps_its_promises(write, oracle, theme, scheme, syllables, lines, seed):
    try:
        song = write(theme, "verse chorus verse chorus", lines=lines, scheme=scheme, syllables=syllables, seed=seed)
    except songs.NoLine:
        assert scheme == "AAAA"  # four words and more that rhyme: now and then there are none, and it is said
        return
    check_song(song, scheme, syllables, oracle)


@pytest.mark.slow
def test_fifty_songs(write, oracle):
    counted = exact = 0
    for seed in range(50):
        song = write(THEMES[seed % len(THEMES)], syllables=6 + seed % 5, seed=seed, scheme=("AABB", "ABAB")[seed % 2])
        more = check_song(song, ("AABB", "ABAB")[seed % 2], 6 + seed % 5, oracle)
        counted, exact = counted + more[0], exact + more[1]
    assert exact / counted > 0.97


def test_the_same_seed_writes_the_same(write):
    assert write(seed=7) == write(seed=7)
    assert len({songs.as_text(write(seed=seed)) for seed in range(4)}) == 4


def test_the_theme_is_sung(write):
    for theme, word in (("a lonely lighthouse", "lighthouse"), ("Anna", "Anna"), ("my kitchen", "my kitchen")):
        for seed in range(2):
            assert word in songs.as_text(write(theme, seed=seed)), (theme, seed)


def test_songs_of_one_theme_stay_with_it(write, words):
    nouns = {n.rstrip("+~") for n in words.fields["sea"]["nouns"]} | {"tide", "water", "sand", "bay", "foam", "gulls"}
    text = songs.as_text(write("the sea", seed=2)).lower()
    assert sum(text.count(noun) for noun in nouns) >= 4


def test_no_line_says_a_word_twice(write):
    for seed in range(4):
        for sung in write("war and peace", seed=seed):
            for line in sung.lines:
                long = Counter(w for w in re.findall(r"[a-z']+", line.text.lower()) if len(w) > 4)
                assert not [w for w, n in long.items() if n > 1], line


def test_structure():
    read = sections.read("Intro, verse [chorus] | verse 2 -> Chorus - solo; pre-chorus + chorus outro", lines=4)
    assert [s.title for s in read] == [
        "Intro", "Verse 1", "Chorus", "Verse 2", "Chorus", "Solo", "Pre-Chorus", "Chorus", "Outro",
    ]  # fmt: skip
    assert [s.lines for s in read] == [2, 4, 4, 4, 4, 0, 4, 4, 2]
    assert [s.title for s in sections.read("bridge hook bridge refrain", lines=4)] == [
        "Bridge 1", "Chorus", "Bridge 2", "Chorus",
    ]  # fmt: skip
    assert sections.read(" ,;  ", lines=4) == []


def test_sections_have_german_names_too():
    found = sections.read("Vorspiel, Vers und Refrain, Brücke, Zwischenspiel dann Schluß", lines=4)
    assert [s.title for s in found] == ["Intro", "Verse 1", "Chorus", "Bridge", "Interlude", "Outro"]


def test_german_tags_become_english_and_nothing_else_of_the_lyrics():
    lyrics = "[Strophe 2]\nam Ende [Ende] der Brücke\n  [BRÜCKE: leise] Ende\n[Letzter Refrain x2]\n[hook]\n(Vers)"
    assert sections.tags_in_english(lyrics) == (
        "[Verse 2]\nam Ende [Ende] der Brücke\n  [Bridge: leise] Ende\n[Letzter Chorus x2]\n[hook]\n(Vers)"
    )


@pytest.mark.parametrize(
    ("text", "word", "near"),
    [("verse chrous", "chrous", "chorus"), ("verse qqq", "qqq", ""), ("zwischenspeil", "zwischenspeil", "interlude")],
)
def test_an_unknown_section_is_named(text, word, near):
    with pytest.raises(sections.UnknownSection) as caught:
        sections.read(text, lines=4)
    assert (caught.value.word, caught.value.near) == (word, near)


@pytest.mark.parametrize(
    ("scheme", "lines", "letters"),
    [("AABB", 4, "AABB"), ("AABB", 8, "AABBCCDD"), ("AABB", 5, "AABBB"), ("ABAB", 3, "AAA"), ("ABAB", 2, "AA"),
     ("ABCB", 4, "ABCB"), ("ABCB", 2, "AA"), ("ABBA", 3, "ABB"), ("AAAA", 6, "AAAABB"), ("ABCB", 6, "ABCBDD")],
)  # fmt: skip
def test_letters(scheme, lines, letters):
    assert sections.letters(scheme, lines) == letters


def test_a_theme_is_understood(words, sounds):
    def own(text: str) -> list[str]:
        return [o.definite for o in themes.understand(text, words.keys, words.nouns, sounds).own]

    def fields(text: str) -> set[str]:
        return set(themes.understand(text, words.keys, words.nouns, sounds).fields)

    assert own("a lonely lighthouse by the sea") == ["the lonely lighthouse", "the lighthouse", "the sea"]
    assert own("Anna in Zürich") == ["Anna", "Zürich"]
    assert own("my brother, love and Friday nights") == ["my brother", "love", "Friday nights", "the nights"]
    assert fields("rainy mornings") == {"rain", "morning"}
    assert fields("sailing through storms") == {"sea", "rain"}
    assert themes.understand("we keep dancing", words.keys, words.nouns, sounds).doing == ("dancing",)
    assert own("is it what it was") == []


def test_what_is_unfit_is_not_sung(words, sounds, write):
    unfit = bytes.fromhex("66 75 63 6b 69 6e 67").decode()
    assert themes.understand(f"{unfit} rain", words.keys, words.nouns, sounds).unfit == 1
    assert unfit[:4] not in songs.as_text(write(f"the {unfit} rain")).lower()


@given(st.text(max_size=500))
@settings(max_examples=40)
def test_any_theme_is_read_or_refused(words, sounds, text):
    if themes.readable(text):
        understood = themes.understand(text, words.keys, words.nouns, sounds)
        assert len(understood.own) <= 6
        assert all(o.words for o in understood.own)


def test_rhymes(sounds):
    def rhyme(one: str, other: str) -> bool:
        return wordsounds.rhymes(sounds.word(one), sounds.word(other))

    assert rhyme("light", "night")
    assert rhyme("water", "daughter")
    assert rhyme("belong", "song")
    assert not rhyme("night", "knight")  # the same sound twice is no rhyme
    assert not rhyme("light", "delight")
    assert not rhyme("light", "light")
    assert not rhyme("wind", "kind")  # it is said in two ways
    assert not rhyme("xyzzy", "light")


def test_rhymes_are_offered_by_their_length(words, sounds):
    found = rhyming.rhymes_with("on a morning like this, at night", words, sounds, 40)
    assert {"light", "bright"} <= {*found}
    assert not {"night", "tonight", "midnight"} & {*found}, "the same sound is no rhyme"
    counts = [sounds.word(word).syllables for word in found]
    assert counts == sorted(counts)
    oracle = {word: sounds.word(word).rhyme for word in found}
    assert set(oracle.values()) == {sounds.word("night").rhyme}


def test_what_parts_of_the_bank_are_called_is_no_rhyme(words, sounds):
    assert rhyming.rhymes_with("two towns", words, sounds, 40) == []  # not its "nouns"
    assert not {"moods", "nouns", "adjs", "scenes", "tails"} & words.single
    assert "june" in rhyming.rhymes_with("moon", words, sounds, 40), "what a theme can be is a rhyme"


def test_words_that_the_dictionary_lacks_are_guessed(sounds):
    assert "streetlight" not in sounds
    assert sounds.word("streetlight").stresses == "11"
    assert [sounds.word(w).syllables for w in ("zorblaxo", "hummed", "zorbted", "zorble", "qwe")] == [3, 1, 2, 2, 1]
    assert sounds.line("").syllables == 0


def test_the_beat():
    assert wordsounds.clashes("01010101", rising=True) == 0
    assert wordsounds.clashes("10101010", rising=False) == 0
    assert wordsounds.clashes("10101010", rising=True) > 0.5


def test_every_phrase_of_the_bank_can_be_said(words, sounds):
    """Each word is in the dictionary, so syllables are counted, not guessed; but for a few compounds."""
    columns = [*words.fields.values(), *words.moods.values(), words.general]
    said = {
        word
        for column in columns
        for name, phrases in column.items()
        if name in {"nouns", "adjs", "places", "acts", "scenes", "tails"}
        for phrase in phrases
        for word in re.findall(r"[a-z']+", phrase.lower())
    }
    assert {w for w in said if w not in sounds} <= {"streetlight", "streetlights", "treehouse", "bassline", "gutter's"}
    for column in columns:
        for act in column.get("acts", ()):
            for form in (grammar.past(act), grammar.doing(act)):
                assert form.split()[0] in sounds or form.split()[0] in {"hummed", "strummed", "bided"}, form


def test_grammar():
    assert [grammar.past(v) for v in ("sing low", "try not to cry", "hum", "stop", "raise the sail", "lie awake")] == [
        "sang low", "tried not to cry", "hummed", "stopped", "raised the sail", "lay awake",
    ]  # fmt: skip
    assert [grammar.doing(v) for v in ("sing low", "lie awake", "run", "come home", "see", "hum along")] == [
        "singing low", "lying awake", "running", "coming home", "seeing", "humming along",
    ]  # fmt: skip
    assert [grammar.article(n) for n in ("hour", "island", "unicorn", "one-way road", "sail")] == [
        "an",
        "an",
        "a",
        "a",
        "a",
    ]
    assert grammar.plural("old friends")
    assert not grammar.plural("glass")


# ------------------------------------------------------------------------------------------------- as a real process


def ask(worker, scratch: Path, **params):
    plain = {
        "theme": "the sea", "structure": DEFAULT, "scheme": "AABB", "syllables": 8, "lines": 4, "mood": "auto",
        "mode": "song", "given": "", "count": 10,
    }  # fmt: skip
    return worker.run(scratch, [], task="lyrics", params={**plain, **params}, seed=11)


@pytest.mark.slow
def test_the_engine_writes_and_refuses(tmp_path):
    with started("verses") as worker:
        assert isinstance(worker.load(), messages.Loaded)
        reply = ask(worker, tmp_path / "a")
        text = reply.file.read_text("utf-8")
        assert reply.result is not None
        facts = reply.result.facts
        assert facts["lines"] == 24
        assert [s["tag"] for s in facts["sections"]] == re.findall(r"\[(.*)\]", text)
        assert json.loads(json.dumps(facts)) == facts
        fractions = [p.fraction for p in reply.progress if p.fraction is not None]
        assert fractions == sorted(fractions)
        assert fractions[-1] == 1.0
        assert ask(worker, tmp_path / "b").file.read_bytes() == reply.file.read_bytes()
        for bad, words in (
            ({"theme": "♥ 123"}, "Latin letters"), ({"theme": "Зимняя дорога"}, "Latin letters"),
            ({"structure": "verse chrous"}, "chrous"), ({"structure": "solo"}, "no section with words"),
            ({"structure": "verse " * 60}, "60 sections"),
        ):  # fmt: skip
            failed = ask(worker, tmp_path / "c", **bad).failed
            assert failed is not None
            assert words in failed.message
            assert failed.hint
        rhymed = ask(worker, tmp_path / "e", mode="rhyme", given="All that is light", count=3)
        assert rhymed.file.read_text("utf-8").splitlines() == ["bite", "bright", "fight"]
        for given, words in (("", "no English word"), ("an orange!", "orange!")):
            failed = ask(worker, tmp_path / "f", mode="rhyme", given=given).failed
            assert failed is not None
            assert words in failed.message
        named = ask(worker, tmp_path / "d", theme="Zxqwv")
        assert any("Zxqwv" in note.text for note in named.notes)
