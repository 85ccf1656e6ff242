"""The score: playable, in its key, without wrong notes, the same again from the same seed."""

import random
import statistics

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.engines.composer import clarity, harmony, humanise, instruments, melody, rhythm, theory
from studio.engines.composer.score import Note
from tests.engines.composer import band


def leads(piece):
    """The melody's notes, each with the chord under its beginning; nothing of swing or lapses of time in the way."""
    found = [p for p in piece.score.parts if p.role == "lead"]
    for note in found[0].notes if found else ():
        beat = note.start * piece.score.bpm / 60
        span = next(s for s in reversed(piece.spans) if s.beat <= beat + 0.12)
        yield note, beat, span


def check(piece) -> None:
    score = piece.score
    assert len({p.name for p in score.parts}) == len(score.parts)
    assert sum(len(p.notes) for p in score.parts) > 0
    for part in score.parts:
        assert -1 <= part.pan <= 1
        starts = [n.start for n in part.notes]
        assert starts == sorted(starts)
        for note in part.notes:
            assert 0 <= note.start < score.seconds
            assert note.length > 0
            assert note.end <= score.seconds + 1e-6
            assert 1 <= note.velocity <= 127
            assert 0 <= note.pitch <= 127
        if not part.drum:
            last: dict[int, float] = {}
            for note in part.notes:
                assert note.start >= last.get(note.pitch, 0.0) - 1e-6  # a key is let go before it is struck again
                last[note.pitch] = note.end


@pytest.mark.parametrize("style", band.styles())
def test_a_score_can_be_played(style):
    piece = band.compose(style, 20.0, 2)
    check(piece)
    for part in piece.score.parts:
        tool = instruments.BY_PROGRAM.get(part.program)
        if not part.drum and tool:
            inside = sum(tool.low - 5 <= n.pitch <= tool.high + 2 for n in part.notes)
            assert inside >= 0.97 * len(part.notes), part.name


@pytest.mark.slow
@pytest.mark.parametrize("style", band.styles())
def test_there_are_no_wrong_notes(style):
    strong = fitting = grinding = total = 0
    for seed in (1, 2):
        piece = band.compose(style, 40.0, seed)
        for note, beat, span in leads(piece):
            place = beat % piece.form.bar_beats
            near = min(place, piece.form.bar_beats - place)
            total += 1
            if near < 0.1:
                strong += 1
                fitting += note.pitch % 12 in span.chord.classes
            elif note.length > 60 / piece.score.bpm:
                grinding += note.pitch % 12 in theory.avoided(span.chord)
    if strong:
        assert fitting >= 0.95 * strong
    assert grinding <= 0.02 * total


@pytest.mark.slow
@pytest.mark.parametrize("style", ["pop", "folk", "classical piano", "techno", "metal", "jazz", "waltz"])
@pytest.mark.parametrize("key", ["C", "A minor", "F# minor", "Eb"])
def test_a_key_stands_out_in_the_notes(style, key):
    piece = band.compose(style, 30.0, 4, key=key)
    assert piece.score.key == theory.parse_key(key).name
    assert clarity.margin(piece.score.parts, theory.parse_key(key)) > 0


@pytest.mark.parametrize("style", ["pop", "lofi", "jazz", "waltz"])
def test_chords_follow_each_other_closely(style):
    piece = band.compose(style, 60.0, 1)
    layer = piece.style.layers[0]
    before, moves = (), []
    for span in piece.spans:
        now = harmony._voicing(layer, span.chord, before, piece.style)
        if before:
            moves.append(statistics.mean(min(abs(p - q) for q in before) for p in now))
        before = now
    assert statistics.mean(moves) < 2.5


def test_the_same_seed_is_the_same_and_others_differ():
    first, again, other = (band.compose("jazz", 30.0, seed).score for seed in (1, 1, 2))
    assert first == again
    assert first != other
    notes = [tuple(n.pitch for p in band.compose("rock", 20.0, seed).score.parts for n in p.notes) for seed in range(6)]
    assert len(set(notes)) == 6


@given(
    st.sampled_from([*band.styles(), "", "epic orchestral metal", "jazz in 5/4", "solo flute", "kalimba only, sad"]),
    st.floats(1, 25), st.sampled_from(["", "C", "F# phrygian"]), st.floats(0, 1), st.integers(0, 2**32),
)  # fmt: skip
@settings(max_examples=12)
def test_any_order_can_be_filled(style, seconds, key, intensity, seed):
    check(band.compose(style, seconds, seed, key=key, intensity=intensity))


def test_short_and_long():
    for seconds in (1.0, 1.7, 3.0, 600.0):
        piece = band.compose("rock", seconds, 1)
        check(piece)
        assert max(n.end for p in piece.score.parts for n in p.notes) > 0.8 * seconds


def test_the_tempo_asked_for_is_the_grid():
    piece = band.compose("techno", 30.0, 3, bpm=127.0)
    assert piece.score.bpm == 127.0
    drums = next(p for p in piece.score.parts if p.drum)
    steps = [n.start * 127.0 / 60 * 4 for n in drums.notes]
    assert max(abs(s - round(s)) for s in steps) < 0.01


def test_intensity_brings_more_in():
    quiet, loud = (band.compose("pop", 40.0, 1, intensity=x) for x in (0.0, 1.0))
    count = [sum(len(p.notes) for p in piece.score.parts) for piece in (quiet, loud)]
    assert count[1] > 1.3 * count[0]


def test_a_line_gets_a_note_for_each_syllable():
    lyrics = "[verse]\n" + "Over the hills and far away\n" * 4
    piece = band.compose("pop", 25.0, 1, lyrics=lyrics)
    verse = next(s for s in piece.form.stretches if s.kind == "verse" and s.lines)
    start, end = (piece.form.at(b * piece.form.bar_beats) for b in (verse.bar, verse.bar + verse.bars))
    lead = next(p for p in piece.score.parts if p.role == "lead")
    sung = [n for n in lead.notes if start - 0.1 <= n.start < end - 0.1]
    assert abs(len(sung) - sum(verse.lines)) <= 2
    assert sum("no voice" in note for note in piece.notes) == 1


@given(st.integers(1, 64), st.sampled_from([12, 16, 24, 32, 40]))
def test_syllables_find_their_places(count, steps):
    found = melody.syllabic(count, steps)
    assert 1 <= len(found) <= count
    starts = [s.step for s in found]
    assert starts == sorted(set(starts))
    assert found[-1].step + found[-1].steps <= steps
    if count <= steps // 3:
        assert len(found) == count


def test_motifs_can_be_turned_and_moved():
    motif = melody.Motif(tuple(rhythm.strokes("x---x---x-x-x---")), melody.contour(5, random.Random(1)), 16)
    assert melody.inverted(melody.inverted(motif)) == motif
    assert [b - a for a, b in zip(motif.contour, melody.moved(motif, 2).contour, strict=True)] == [2] * 5


@given(st.floats(0, 64), st.floats(0.5, 0.7), st.sampled_from([0.5, 0.25]))
def test_swing_keeps_order_and_beats(beat, ratio, unit):
    assert rhythm.swung(beat, ratio, unit) <= rhythm.swung(beat + 0.01, ratio, unit)
    whole = round(beat)
    assert rhythm.swung(whole, ratio, unit) == pytest.approx(whole)


def test_two_strokes_at_once_become_one():
    made = humanise.untangled([Note(0, 2, 60, 80), Note(0.01, 2, 60, 90), Note(1, 1, 60, 90)])
    assert [(n.start, n.end) for n in made] == [(0, 1), (1, 2)]
