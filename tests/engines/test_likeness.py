"""A voice like that of a recording: the search and the shaping by themselves, and real weights in a real process."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from studio.engines.shared.kokoro import model
from studio.protocol import float_wav, messages
from tests import spoken
from tests.engines.harness import ENGINES, Reply, Worker, modules_of, piece, started

RATE = 24_000
_PATIENCE = 600.0  # a search is half a minute of work, on a machine that does nothing else


@pytest.fixture(scope="module")
def engine() -> Iterator[Any]:
    """Its modules."""
    with modules_of("likeness", "fitting", "keeping", "shaping") as found:
        yield found


def go_on() -> None:
    """Check nothing."""


def vowel(pitch: float, seconds: float = 1.0, tilt: float = 1.0) -> np.ndarray:
    """A held sound with a wavering pitch and two resonances."""
    time = np.arange(int(seconds * RATE), dtype=np.float32) / np.float32(RATE)
    phase = 2 * np.pi * np.cumsum(pitch * (1 + 0.05 * np.sin(2 * np.pi * 3 * time))) / RATE
    made = np.zeros_like(time)
    for n in range(1, int(7000 // pitch)):
        frequency = n * pitch
        resonance = np.exp(-(((frequency - 600) / 200) ** 2)) + 0.3 * np.exp(-(((frequency - 1700) / 300) ** 2)) + 0.02
        made += resonance / n**tilt * np.sin(n * phase)
    return (0.2 * made / np.abs(made).max()).astype(np.float32)


# -------------------------------------------------------------------------------------------------------- shaping


@given(st.integers(1, 10 * RATE), st.integers(0, 2**32 - 1))
def test_slices_hold_all_and_none_is_long(engine, size, seed):
    sound = np.random.default_rng(seed).standard_normal(size).astype(np.float32)
    slices = list(engine.shaping.slices(sound))
    assert [begin for begin, _ in slices] == [0, *(end for _, end in slices[:-1])]
    assert slices[-1][1] == size
    assert all(0 < end - begin <= 3 * RATE for begin, end in slices)


def test_slices_are_cut_where_it_is_quiet(engine):
    sound = np.ones(5 * RATE, np.float32)
    sound[int(2.2 * RATE) : int(2.3 * RATE)] = 0.0
    (_, cut), _ = engine.shaping.slices(sound)
    assert 2.2 * RATE <= cut <= 2.3 * RATE


def test_a_plain_shaping_changes_nothing(engine):
    sound = vowel(120.0)
    assert engine.shaping.shaped(sound, engine.shaping.Shaping(), go_on) is sound


def test_pitch_and_its_spread_come_to_what_is_wanted(engine):
    shaping = engine.shaping
    low, high = vowel(110.0, 1.5), vowel(165.0, 1.5)
    base, wanted = shaping.measured(low, go_on), shaping.measured(high, go_on)
    assert np.exp(base.pitch) == pytest.approx(110.0, rel=0.02)
    made = shaping.shaped(low, shaping.towards(base, wanted), go_on)
    assert made.size == low.size
    assert np.exp(shaping.measured(made, go_on).pitch) == pytest.approx(165.0, rel=0.03)
    assert np.sqrt((made**2).mean()) == pytest.approx(np.sqrt((low**2).mean()), rel=1e-3)


@pytest.mark.slow
def test_a_sound_put_together_unchanged_is_about_what_it_was(engine):
    shaping = engine.shaping
    sound = np.concatenate([vowel(130.0, 1.9), np.zeros(RATE // 5, np.float32), vowel(140.0, 1.9)])
    parts = shaping.taken_apart(sound, go_on)
    assert len(parts) == 2
    made = shaping.put_together(parts, shaping.Shaping(), go_on)
    assert made.size == sound.size
    difference = shaping.average_spectrum(made) - shaping.average_spectrum(sound)
    assert np.abs(difference[20:200]).mean() < 0.3  # nepers of power, where the voice is


def test_the_average_spectrum_comes_nearer(engine):
    shaping = engine.shaping
    dull, bright = vowel(120.0, tilt=1.5), vowel(120.0, tilt=0.5)
    had, wanted = shaping.average_spectrum(dull), shaping.average_spectrum(bright)
    made = shaping.shaped(dull, shaping.equalised(shaping.Shaping(), had, wanted), go_on)
    voice = slice(5, 80)  # where it has its resonances
    differences = [(one - wanted)[voice] for one in (had, shaping.average_spectrum(made))]
    before, after = (float(np.abs(one - one.mean()).mean()) for one in differences)
    assert after < 0.7 * before
    assert made.size == dull.size


def test_a_recording_of_a_narrow_band_makes_no_voice_dull(engine):
    shaping = engine.shaping
    had = np.zeros(shaping.BINS)
    wanted = np.where(np.arange(shaping.BINS) < 150, 1.0, -20.0)  # nothing above 3.5 kHz
    gains = shaping.equalised(shaping.Shaping(), had, wanted).gains
    assert float(gains.max() / gains.min()) < 1.01


@pytest.mark.slow
def test_resonances_move_and_pitch_stays(engine):
    shaping = engine.shaping
    sound = vowel(120.0)
    base = shaping.measured(sound, go_on)
    made = shaping.shaped(sound, shaping.Shaping(centre=base.pitch, formants=1.2), go_on)
    assert np.exp(shaping.measured(made, go_on).pitch) == pytest.approx(120.0, rel=0.03)

    def middle(one: np.ndarray) -> float:
        power = np.exp(shaping.average_spectrum(one))[:60]
        return float((power * np.arange(60)).sum() / power.sum())

    assert middle(made) / middle(sound) == pytest.approx(1.2, abs=0.1)


def test_a_cancel_is_heard_within_a_slice(engine):
    calls: list[int] = []

    def leave() -> None:
        calls.append(1)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        engine.shaping.shaped(vowel(120.0), engine.shaping.Shaping(pitch=0.1, centre=4.8), leave)
    assert len(calls) == 1


# --------------------------------------------------------------------------------------------------------- search


class Styles:
    """As much of Kokoro as the table of voices needs."""

    def __init__(self) -> None:
        with np.load(model._VOICES, allow_pickle=False) as packed:
            self.names = tuple(sorted(name[:-2] for name in packed.files if name.endswith(".m")))

    def style(self, name: str) -> np.ndarray:
        """A table that tells the voice by its number."""
        return np.full((4, 2), self.names.index(name), np.float32)


def test_every_voice_is_in_the_table_and_nearest_to_itself(engine):
    styles = Styles()
    voices = engine.fitting.Voices(styles)
    assert voices.names == styles.names
    with np.load(engine.fitting.TABLE, allow_pickle=False) as table:
        assert list(table["names"]) == list(styles.names)
        vectors = table["vectors"].astype(np.float32)
    for name, vector in zip(styles.names, vectors, strict=True):
        bases = voices.bases(vector)
        assert bases[0].weights == {name: 1.0}
        assert max(bases[2].weights, key=bases[2].weights.__getitem__) == name
        for base in bases:
            assert all(weight > 0 for weight in base.weights.values())
            assert sum(base.weights.values()) == pytest.approx(1.0, abs=1e-4)
        assert name not in engine.fitting.Voices(styles, frozenset({name})).bases(vector)[0].weights


def test_a_blend_is_the_sum_of_its_parts_and_beyond_leads_away_from_the_average(engine):
    styles = Styles()
    voices = engine.fitting.Voices(styles)
    first, last = styles.names[0], styles.names[-1]
    assert (voices.style({first: 0.25, last: 0.75}, 1.0) == 0.75 * (len(styles.names) - 1)).all()
    average = (len(styles.names) - 1) / 2
    assert voices.style({last: 1.0}, 1.4) == pytest.approx(average + 1.4 * (len(styles.names) - 1 - average))


def _candidates(engine: Any, scores: list[tuple[float, int, int]]) -> list[Any]:
    fitting = engine.fitting
    bases = [fitting.Base(str(n), {"a": 1.0}) for n in range(4)]
    rest = [fitting.Candidate(bases[base], engine.shaping.Shaping(), s, (shape, base)) for s, shape, base in scores]
    return [fitting.Candidate(bases[0], engine.shaping.Shaping(), 0.5, (0, 0)), *rest]


@example([(0.515, 1, 0)])
@given(st.lists(st.tuples(st.floats(0.45, 0.57), st.integers(0, 2), st.integers(0, 3)), max_size=12))
def test_what_is_kept_is_the_nearest_voice_or_clearly_better(engine, scores):
    candidates = _candidates(engine, scores)
    kept = engine.fitting.kept(candidates)
    assert kept is candidates[0] or kept.score >= candidates[0].score + 0.02
    best = max(c.score for c in candidates)
    if best >= candidates[0].score + 0.03:
        assert kept.score >= best - 0.01
        assert kept.order == min(c.order for c in candidates if c.score >= best - 0.01)


# -------------------------------------------------------------------------------------------------------- keeping


def _fit(engine: Any, **changes: Any) -> Any:
    gains = np.linspace(0.5, 2.0, engine.shaping.BINS)
    shape = engine.shaping.Shaping(0.1, 0.9, 4.7, 1.04, gains)
    plain = {"method": "blend", "weights": {"af_heart": 0.75, "am_onyx": 0.25}, "beyond": 1.4, "shaping": shape}
    numbers = {"pace": 1.1, "pitch": 120.0, "nearest": "af_heart", "score": 0.8, "nearest_score": 0.6}
    return engine.fitting.Fit(**{**plain, **numbers, **changes})


def test_what_was_found_is_kept_exactly(engine, tmp_path):
    names = Styles().names
    for number, fit in enumerate((_fit(engine), _fit(engine, shaping=engine.shaping.Shaping()))):
        files = [tmp_path / f"{number}-{n}.json" for n in range(2)]
        for file in files:
            engine.keeping.write(file, fit)
        assert files[0].read_bytes() == files[1].read_bytes()
        found = engine.keeping.read(files[0], names)
        for name in ("method", "weights", "beyond", "pace", "pitch", "nearest", "score", "nearest_score"):
            assert getattr(found, name) == getattr(fit, name)
        assert found.shaping.takes_apart == fit.shaping.takes_apart
        assert (found.shaping.gains is None) == (fit.shaping.gains is None)
        assert fit.shaping.gains is None or (found.shaping.gains == fit.shaping.gains).all()


@given(st.data())
def test_what_is_damaged_is_never_taken_for_whole(engine, tmp_path_factory, data):
    file = tmp_path_factory.mktemp("kept") / "fit.json"
    engine.keeping.write(file, _fit(engine))
    whole = bytearray(file.read_bytes())
    where = data.draw(st.integers(0, len(whole) - 1))
    if data.draw(st.booleans()):
        whole = whole[:where]
    else:
        whole[where] ^= data.draw(st.integers(1, 255))
    file.write_bytes(whole)
    with pytest.raises(engine.keeping.Damaged):
        engine.keeping.read(file, Styles().names)


@pytest.mark.parametrize(
    "changes",
    [{"weights": {"nobody": 1.0}}, {"weights": {}}, {"pace": float("nan")}, {"beyond": float("inf")}],
    ids=["an unknown voice", "no voice", "no number", "no finite number"],
)
def test_what_cannot_be_spoken_counts_as_damaged(engine, tmp_path, changes):
    engine.keeping.write(tmp_path / "fit.json", _fit(engine, **changes))
    with pytest.raises(engine.keeping.Damaged):
        engine.keeping.read(tmp_path / "fit.json", Styles().names)


def test_the_description_tells_the_truth():
    ours, kokoros, speakers = (
        tomllib.loads((ENGINES / name / "engine.toml").read_text()) for name in ("likeness", "kokoro", "speaker")
    )
    assert ours["voices"] == [v for v in kokoros["voices"] if v["language"].startswith("en-")]
    assert ours["params"] == kokoros["params"]
    assert ours["models"] == kokoros["models"] + speakers["models"]
    assert {v["language"] for v in ours["voices"]} == set(ours["languages"])
    assert set(ours["default_voices"]) <= {v["id"] for v in ours["voices"]}
    assert "approximate" in ours["title"].lower()


# ------------------------------------------------------------------------------------------------- the real process


@pytest.fixture(scope="module")
def worker() -> Iterator[Worker]:
    with started("likeness", patience=_PATIENCE) as running:
        loaded = running.load(threads=2)
        assert isinstance(loaded, messages.Loaded), loaded
        yield running


def _clone(worker: Worker, folder: Path, sound: np.ndarray, *, job: int = 1, **changes: Any) -> Reply:
    _begin(worker, folder, sound, job=job, **changes)
    return worker.finish()


def _begin(worker: Worker, folder: Path, sound: np.ndarray, *, job: int, **changes: Any) -> None:
    folder.mkdir()
    float_wav.write_float_wav(folder / "reference.wav", np.ascontiguousarray(sound, np.float32), rate=RATE)
    pieces = [
        piece("The kettle is on, so sit down and tell me the whole story.", voice="reference:S1", language="en-us"),
        piece("All of it?", voice="bm_george", language="en-gb", line=2, before=0.3),
    ]
    inputs: dict[str, Any] = {"pieces": pieces, "after": 0.0, "files": {"reference:S1": str(folder / "reference.wav")}}
    inputs |= {"transcripts": {}, "fits": {"reference:S1": "the fit"}}
    worker.start(folder / "out", [], task="clone", job=job, inputs=inputs, **changes)


@pytest.mark.slow
def test_a_voice_is_found_kept_and_found_again(worker, tmp_path):
    reference = spoken.lines(spoken.HIM)
    first = _clone(worker, tmp_path / "1", reference, params={"speed": 1.0})
    assert first.result is not None, first.failed
    facts = first.result.facts
    assert facts["similarity"] > 0.75  # he is one of the voices, so he can be found
    assert facts["nearest_voice"] == spoken.HIM
    assert 0.5 < facts["similarity_chosen_by"] <= 1.0
    assert [n.level for n in first.notes] == ["info"]
    assert "approximate" in first.notes[0].text
    hers, his = facts["pieces"]
    assert his["start"] - hers["end"] == pytest.approx(0.3, abs=1e-6)

    kept = {"the fit": first.parts["the fit"]}
    again = _clone(worker, tmp_path / "2", reference, job=2, params={"speed": 1.0}, parts=kept)
    assert again.file.read_bytes() == first.file.read_bytes()
    assert "the fit" not in again.parts
    assert again.result is not None
    assert again.result.facts == facts
    assert "finding the voice" not in {p.stage for p in again.progress}

    damaged = tmp_path / "damaged.json"
    damaged.write_bytes(Path(kept["the fit"]).read_bytes()[:-100])
    _begin(worker, tmp_path / "3", reference, job=3, parts={"the fit": str(damaged)})
    while not (isinstance(said := worker.receive(), messages.Progress) and said.stage == "finding the voice"):
        assert not isinstance(said, messages.Result | messages.Failed)
    worker.send(messages.Cancel(3))
    ended = worker.finish()
    assert ended.failed is not None
    assert ended.failed.failure == "cancelled"


@pytest.mark.slow
def test_a_reference_without_a_voice_is_the_users_mistake(worker, tmp_path):
    for number, sound in enumerate((np.zeros(5 * RATE), spoken.lines()[: RATE // 5]), 10):
        reply = _clone(worker, tmp_path / str(number), sound, job=number)
        assert reply.failed is not None
        assert reply.failed.failure == "user"
    reply = worker.run(tmp_path / "none", [piece("Hello.", voice="reference", language="en-us")], job=20)
    assert reply.failed is not None
    assert reply.failed.failure == "user"
