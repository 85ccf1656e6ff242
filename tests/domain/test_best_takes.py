"""Choosing among takes, and the seeds that make the choice again."""

from __future__ import annotations

from studio.domain import best_takes, seeds
from studio.domain.quality import LineQuality


def _line(error: float) -> LineQuality:
    return LineQuality(error, 2.8, clipped=False, trailing_noise=0.0, silence=0.0, heard="", badge="good")


def test_each_line_has_its_best_take():
    takes = [{0: _line(0.2), 1: _line(0.0), 2: _line(0.1)}, {0: _line(0.0), 1: _line(0.1), 2: _line(0.1)}]
    assert best_takes.chosen(takes) == {0: 1, 1: 0, 2: 0}
    assert best_takes.chosen([]) == {}
    assert best_takes.chosen([{0: _line(0.2)}, {}]) == {}, "what one take does not judge cannot be compared"


def test_the_seeds_are_those_the_sentences_had_in_their_take():
    found = best_takes.seeds_of({0: 0, 1: 2}, [0, 1, 1, 2], 7)
    other = seeds.of_take(7, 2)
    assert found == {"1": seeds.of_piece(other, 1), "2": seeds.of_piece(other, 2)}


def test_takes_differ_and_the_first_is_the_seed_itself():
    found = [seeds.of_take(7, n) for n in range(best_takes.MOST)]
    assert found[0] == 7
    assert len(set(found)) == best_takes.MOST
    assert all(0 <= seed <= seeds.LARGEST for seed in found)
