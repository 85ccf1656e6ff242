"""Effects: that each does what its name says, and that nobody hears where a chain began."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.audio import effects, mixer, plan
from studio.audio.effects import Chain
from studio.audio.mixer import SEGMENT, WINDOW, Mixer
from studio.domain.effects import KINDS
from studio.domain.project import Clip, Effect, Project
from tests.audio import mixes

pytestmark = pytest.mark.slow

RATE = mixes.RATE
INAUDIBLE = 10 ** (-80 / 20)


def effect(kind: str, **more: float) -> Effect:
    return Effect("e1", kind, more)


def through(sound: np.ndarray, *chain: Effect) -> np.ndarray:
    """Return what a chain makes of one sound, in blocks of a window."""
    made = Chain(chain, RATE)
    blocks = range(0, sound.shape[1], WINDOW)
    return np.concatenate([made.process(np.ascontiguousarray(sound[:, at : at + WINDOW])) for at in blocks], axis=1)


def sine(hertz: float, *, level: float = 0.25, windows: int = 2) -> np.ndarray:
    wave = level * np.sin(2 * np.pi * hertz * np.arange(windows * WINDOW) / RATE)
    return np.stack([wave, wave]).astype(np.float32)


def level_db(sound: np.ndarray) -> float:
    """Return the level of the second half, where all has settled."""
    return 20 * float(np.log10(np.sqrt((sound[:, sound.shape[1] // 2 :].astype(float) ** 2).mean()) + 1e-12))


class TestEachKind:
    """What comes out is what the settings say."""

    @pytest.mark.parametrize(
        ("hertz", "change", "setting"),
        [
            (40.0, 6.0, {"low_gain_db": 6.0}),
            (1_000.0, -9.0, {"mid_gain_db": -9.0}),
            (16_000.0, 12.0, {"high_gain_db": 12.0, "high_hz": 4_000.0}),
            (1_000.0, 0.0, {"low_gain_db": 24.0, "low_hz": 20.0}),
            (100.0, -6.0, {"low_cut_hz": 100.0}),
            (1_000.0, 0.0, {}),
        ],
    )
    def test_eq_moves_its_band(self, hertz: float, change: float, setting: dict[str, float]) -> None:
        sound = sine(hertz)
        assert level_db(through(sound, effect("eq", **setting))) - level_db(sound) == pytest.approx(change, abs=0.5)

    def test_compressor_lowers_what_is_above_by_its_ratio(self) -> None:
        chain = effect("compressor", threshold_db=-20.0, ratio=4.0, attack_ms=0.1, release_ms=1_000.0, makeup_db=3.0)
        loud, quiet = sine(1_000.0, level=1.0), sine(1_000.0, level=0.05)
        assert level_db(through(loud, chain)) - level_db(loud) == pytest.approx(3.0 - 15.0, abs=0.5)
        assert level_db(through(quiet, chain)) - level_db(quiet) == pytest.approx(3.0, abs=0.1)

    def test_limiter_holds_its_threshold_and_leaves_the_rest(self) -> None:
        loud, quiet = sine(1_000.0, level=1.0), sine(1_000.0, level=0.1)
        assert np.abs(through(loud, effect("limiter", threshold_db=-6.0))).max() <= 10 ** (-6 / 20) * 1.01
        assert np.array_equal(through(quiet, effect("limiter", threshold_db=-6.0)), quiet)

    def test_gate_closes_under_its_threshold(self) -> None:
        chain = effect("gate", threshold_db=-30.0)
        loud, quiet = sine(1_000.0, level=0.5), sine(1_000.0, level=0.01)
        assert level_db(through(loud, chain)) - level_db(loud) == pytest.approx(0.0, abs=0.1)
        assert level_db(through(quiet, chain)) - level_db(quiet) < -40

    def test_delay_repeats(self) -> None:
        click = np.zeros((2, WINDOW), np.float32)
        click[:, 100] = 0.5
        made = through(click, effect("delay", seconds=0.25, feedback=0.5, mix=0.5))
        assert list(np.flatnonzero(np.abs(made[0]) > 0.01)[:3]) == [100, 12_100, 24_100]
        assert made[0, 24_100] / made[0, 12_100] == pytest.approx(0.5, abs=0.01)

    def test_reverb_rings_and_leaves_the_direct_sound(self) -> None:
        click = np.zeros((2, WINDOW), np.float32)
        click[:, 100] = 0.5
        made = through(click, effect("reverb", room=0.5, wet=0.3))
        assert made[0, 100] == pytest.approx(0.5, abs=0.02)
        assert np.abs(made[:, 20_000:30_000]).max() > 1e-4

    @given(data=st.data())
    @settings(max_examples=settings().max_examples // 2)
    def test_any_settings_are_taken(self, data: st.DataObject) -> None:
        kind = data.draw(st.sampled_from(sorted(KINDS)))
        given_settings = {
            s.name: data.draw(st.one_of(st.just(s.low), st.just(s.high), st.floats(s.low, s.high))) for s in KINDS[kind]
        }
        rate = data.draw(st.sampled_from([8_000, 48_000, 192_000]))
        chain = effect(kind, **given_settings)
        made = Chain([chain], rate)
        sound = mixes.noise(1, frames=4_096, channels=2).T.copy()
        assert all(np.isfinite(made.process(sound)).all() for _ in range(3))
        assert 0 <= effects.tail([chain], rate) <= effects.memory([chain], rate) <= effects.LONGEST_MEMORY * rate

    def test_what_is_no_number_does_not_stay(self) -> None:
        made = Chain([effect("reverb")], RATE)
        broken = sine(100.0, windows=1)
        broken[0, 5] = np.nan
        assert not made.process(broken).any()
        assert np.isfinite(made.process(sine(100.0, windows=1))).all()


def speech_like(*, seconds: float, seed: int = 1) -> np.ndarray:
    """Return bursts of noise of changing loudness with pauses between them."""
    random = np.random.default_rng(seed)
    frames = int(seconds * RATE)
    loudness = np.repeat(
        random.uniform(0, 1, frames // 9_000 + 1) ** 2 * (random.random(frames // 9_000 + 1) > 0.3), 9_000
    )
    return (mixes.noise(seed, frames=frames, channels=2, level=0.7) * loudness[:frames, None]).astype(np.float32)


Place = Callable[[Project, list[Effect]], Project]

CHAINS = {
    "eq": [effect("eq", low_cut_hz=80.0, low_gain_db=6.0, mid_gain_db=-6.0, mid_q=2.0, high_gain_db=4.0)],
    "compressor": [effect("compressor")],
    "slow compressor": [effect("compressor", threshold_db=-40.0, ratio=10.0, release_ms=2_000.0)],
    "gate": [effect("gate", threshold_db=-30.0)],
    "limiter": [effect("limiter", threshold_db=-12.0)],
    "reverb": [effect("reverb")],
    "hall": [effect("reverb", room=0.9, wet=0.5, damping=0.2)],
    "delay": [effect("delay", seconds=0.4, feedback=0.5)],
    "voice": [effect("eq", low_cut_hz=80.0), effect("gate"), effect("compressor"), effect("reverb"), effect("limiter")],
}


@pytest.fixture(scope="module", name="folder")
def make_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("effects")


@pytest.fixture(scope="module", name="project")
def make_project(folder: Path) -> Project:
    media = mixes.add_media(folder, "m1", speech_like(seconds=14.0))
    found = [Clip("c1", 5_000, 400_000, 0, "m1"), Clip("c2", 405_000, 200_000, 450_000, "m1")]
    return mixes.project([media], [mixes.track("t1", found)])


def with_effects(project: Project, chain: list[Effect]) -> Project:
    return replace(project, tracks=(replace(project.tracks[0], effects=tuple(chain)),))


def with_clip_effects(project: Project, chain: list[Effect]) -> Project:
    track = project.tracks[0]
    return replace(
        project, tracks=(replace(track, clips=tuple(replace(c, effects=tuple(chain)) for c in track.clips)),)
    )


def rendered(project: Project, folder: Path) -> np.ndarray:
    made = Mixer(plan.make(project, folder, cache=folder / "cache"))
    whole = made.render(0, made.plan.length)
    made.close()
    return whole


class TestInTheMix:
    """Chains in groups of windows sound like one chain from beginning to end."""

    @pytest.mark.parametrize("name", CHAINS)
    def test_seams_are_inaudible(self, folder: Path, project: Project, name: str) -> None:
        dry = rendered(project, folder)
        ours = rendered(with_effects(project, CHAINS[name]), folder)
        assert len(ours) > 2 * SEGMENT  # or there is no seam
        feed = np.zeros((2, -(-len(ours) // WINDOW) * WINDOW), np.float32)
        feed[:, : len(dry)] = dry.T
        theirs = through(feed, *CHAINS[name])[:, : len(ours)].T
        assert np.abs(ours - theirs).max() <= INAUDIBLE
        assert np.abs(ours[: len(dry)] - dry).max() > 0.01

    @pytest.mark.parametrize("place", [with_effects, with_clip_effects])
    def test_no_sample_depends_on_how_it_is_asked_for(self, folder: Path, project: Project, place: Place) -> None:
        affected = place(project, CHAINS["voice"])
        whole = rendered(affected, folder)
        made = Mixer(plan.make(affected, folder, cache=folder / "cache"))
        for start, frames in ((500_000, 1_024), (10_000, 3_000), (501_024, 70_000), (250_000, 200_000), (0, 1)):
            assert np.array_equal(made.render(start, frames), whole[start : start + frames])
        made.close()

    def test_going_anywhere_costs_a_run_up_and_a_group_at_most(
        self, folder: Path, project: Project, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(mixer, "Chain", _Counted)
        _Counted.blocks = 0
        made = Mixer(plan.make(with_effects(project, CHAINS["eq"]), folder, cache=folder / "cache"))
        made.render(9 * WINDOW, 1_024)
        assert _Counted.blocks == 1 + 2  # from the window before the group at 8
        made.render(9 * WINDOW + 1_024, 1_024)
        assert _Counted.blocks == 3
        made.close()

    @pytest.mark.parametrize("place", [with_effects, with_clip_effects])
    def test_a_block_of_playback_waits_for_one_window_of_effects_at_most(
        self, folder: Path, project: Project, place: Place, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A run-up, and a window of many tracks, are made between the blocks before."""
        monkeypatch.setattr(mixer, "Chain", _Counted)
        track = place(project, CHAINS["voice"]).tracks[0]
        alike = [
            replace(track, id=f"t{n}", clips=tuple(replace(c, id=f"{c.id}{n}") for c in track.clips)) for n in range(3)
        ]
        made = Mixer(plan.make(replace(project, tracks=tuple(alike)), folder, cache=folder / "cache"))
        made.render(3 * WINDOW, 4_096)
        most = 0
        for at in range(3 * WINDOW + 4_096, 6 * WINDOW, 4_096):  # over the seam between two groups
            _Counted.blocks = 0
            made.render(at, 4_096)
            most = max(most, _Counted.blocks)
        made.close()
        assert most == 1

    def test_an_abandoned_look_ahead_changes_nothing(self, folder: Path, project: Project) -> None:
        affected = with_effects(project, CHAINS["voice"])
        whole = rendered(affected, folder)
        made = Mixer(plan.make(affected, folder, cache=folder / "cache"))
        for at in (250_000, 10, 255_000, 262_144 * 2 - 2_000, 262_144 * 2, 300_000, 262_144 * 2 - 500, 70_000, 5):
            assert np.array_equal(made.render(at, 1_000), whole[at : at + 1_000]), at
        made.close()

    @pytest.mark.parametrize("hertz", [0.0, 100.0])
    def test_the_longest_delay_has_no_seam(self, tmp_path: Path, hertz: float) -> None:
        """The tone is the worst: all its echoes add up."""
        rate = 8_000  # where a group lasts half a minute
        frames = 200 * rate
        sound = 0.25 * np.sin(2 * np.pi * hertz * np.arange(frames) / rate)[:, None]
        sound = sound.astype(np.float32) if hertz else mixes.noise(3, frames=frames)
        media = mixes.add_media(tmp_path, "m1", sound, rate=rate)
        longest = {s.name: s.high for s in KINDS["delay"]}
        chain = effect("delay", **longest)
        track = mixes.track("t1", [Clip("c1", 0, frames, 0, "m1")], effects=(chain,))
        ours = rendered(mixes.project([media], [track], rate=rate), tmp_path)
        assert effects.memory([chain], rate) < 4 * SEGMENT < frames
        feed = np.zeros((2, -(-len(ours) // WINDOW) * WINDOW), np.float32)
        feed[:, :frames] = sound.T
        theirs = Chain([chain], rate).process(feed)[:, : len(ours)].T
        assert np.abs(ours - theirs).max() <= INAUDIBLE
        assert np.abs(ours[:frames] - sound).max() > 0.1

    def test_a_tail_rings_on_and_ends(self, folder: Path, project: Project) -> None:
        ours = rendered(with_effects(project, CHAINS["reverb"]), folder)
        assert np.abs(ours[project.length : project.length + RATE // 10]).max() > 1e-3
        assert np.abs(ours[-100:]).max() < 1e-4

    def test_the_tail_of_a_clips_effects_ends_with_the_clip(self, folder: Path, project: Project) -> None:
        track = project.tracks[0]
        clip = replace(track.clips[0], effects=(effect("delay", seconds=0.05, mix=0.5),))
        alone = replace(
            project, tracks=(replace(track, clips=(clip, replace(clip, id="c9", start=700_000, effects=()))),)
        )
        ours = rendered(alone, folder)
        assert ours[clip.end - 1_000 : clip.end].any()
        assert not ours[clip.end : 700_000].any()

    def test_a_clips_effects_come_before_its_fades_and_gain(self, folder: Path, project: Project) -> None:
        track = project.tracks[0]
        plain = replace(track.clips[0], effects=(effect("compressor", threshold_db=-40.0),))
        shaped = replace(plain, gain_db=-20.0)
        both = [rendered(replace(project, tracks=(replace(track, clips=(c,)),)), folder) for c in (plain, shaped)]
        assert np.abs(both[1] - both[0] * 0.1).max() < 1e-6

    def test_what_is_off_is_off(self, folder: Path, project: Project) -> None:
        silent = [replace(e, on=False) for e in CHAINS["voice"]]
        assert np.array_equal(rendered(with_effects(project, silent), folder), rendered(project, folder))

    def test_a_chain_that_breaks_is_silent_and_recovers(
        self, folder: Path, project: Project, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(mixer, "Chain", _Breaking)
        ours = rendered(with_effects(project, CHAINS["eq"]), folder)
        assert np.isfinite(ours).all()


class _Breaking(Chain):
    """Gets what is no number, once in a while."""

    def process(self, block: np.ndarray) -> np.ndarray:
        spoilt = block.copy()
        spoilt[0, 7] = np.inf
        return super().process(spoilt)


class _Counted(Chain):
    """Counts what is asked of all chains."""

    blocks = 0

    def process(self, block: np.ndarray) -> np.ndarray:
        _Counted.blocks += 1
        return super().process(block)
