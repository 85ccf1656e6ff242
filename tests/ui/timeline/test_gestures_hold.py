"""Whatever is dragged and pressed on whatever project: the rules hold, a drag is one step, and undo leads back."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from random import Random

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from studio.domain import rules
from studio.domain.history import History
from studio.domain.project import Project
from studio.errors import StudioError
from studio.ui.timeline import commands
from studio.ui.timeline.gesture import Place
from studio.ui.timeline.gestures.begin import begin
from studio.ui.timeline.gestures.held import Held
from studio.ui.timeline.hits import Hit, Part
from studio.ui.timeline.lines import PointAt
from studio.ui.timeline.ways import Tool, Ways
from tests.domain.projects import random_project

SEEDS = st.integers(0, 2**32)
_OF_CLIPS = (
    Part.CLIP,
    Part.CLIP_START,
    Part.CLIP_END,
    Part.FADE_IN,
    Part.FADE_OUT,
    Part.GAIN,
    Part.STRETCH,
    Part.LINE,
    Part.POINT,
)
_OF_MARKS = (Part.REGION, Part.REGION_START, Part.REGION_END)
_OF_RULER = (Part.LOOP, Part.LOOP_START, Part.LOOP_END, Part.RULER, Part.LANE, Part.NOTHING, Part.PLAYHEAD)


def chosen_of(project: Project, random: Random) -> frozenset[str]:
    found = sorted(commands.every_clip(project))
    return frozenset(random.sample(found, min(len(found), random.choice([0, 1, 1, 2, 3]))))


def moment_of(project: Project, random: Random) -> int:
    """Return a moment near an edge of a clip, or anywhere."""
    edges = [edge for t in project.tracks for c in t.clips for edge in (c.start, c.end, (c.start + c.end) // 2)]
    at = random.choice(edges) if edges and random.random() < 0.8 else random.randint(0, 200_000)
    return max(0, at + random.choice([0, 0, 1, -1, random.randint(-500, 500)]))


def within(project: Project, chosen: frozenset[str], random: Random) -> int:
    """Return a moment at which one of the clips plays, mostly."""
    found = [clip for track in project.tracks for clip in track.clips if clip.id in chosen]
    if not found or random.random() < 0.2:
        return moment_of(project, random)
    clip = random.choice(found)
    return random.randint(clip.start, clip.end)


def track_of(project: Project, random: Random) -> str:
    return random.choice([track.id for track in project.tracks] or [""])


def hit_of(project: Project, random: Random) -> Hit:
    """Return something of the project that can be pressed."""
    hits = [Hit(part, moment_of(project, random)) for part in _OF_RULER]
    hits += [Hit(Part.MARKER, marker.at, id=marker.id) for marker in project.markers]
    hits += [Hit(part, region.start, id=region.id) for region in project.regions for part in _OF_MARKS]
    for row, track in enumerate(project.tracks):
        at = moment_of(project, random)
        for part, what in product((Part.LINE, Part.POINT, Part.LINE_LANE), ("volume", "panning")):
            value = random.uniform(-100, 100)
            hits.append(Hit(part, at, row, track.id, index=random.randint(0, 4), value=value, line=what))
        for clip in track.clips:
            at = random.randint(clip.start, clip.end)
            hits += [Hit(part, at, row, track.id, clip.id, index=random.randint(-1, 3)) for part in _OF_CLIPS]
    return random.choice(hits)


def held_of(project: Project, random: Random) -> Held:
    ways = Ways(ripple=random.random() < 0.5, grid=random.random() < 0.3)
    tool = random.choice([Tool.SELECT, Tool.SELECT, Tool.SELECT, Tool.BLADE, Tool.SLIP])
    loop = random.choice([None, (10, 5_000)])
    at, points = moment_of(project, random), points_of(project, random)
    return Held(project, chosen_of(project, random), tool, ways, at, loop, 700, points)


def points_of(project: Project, random: Random) -> frozenset[PointAt]:
    """Return some points of some lines, as they may be chosen."""
    there = [PointAt(track.id, "volume", point.at) for track in project.tracks for point in track.volume]
    there += [PointAt(track.id, "panning", point.at) for track in project.tracks for point in track.panning]
    there += [PointAt(c.id, "volume", point.at) for track in project.tracks for c in track.clips for point in c.volume]
    return frozenset(one for one in there if random.random() < 0.5)


def place_of(project: Project, hit: Hit, random: Random) -> Place:
    at = random.choice([hit.at, hit.at + random.randint(-3_000, 3_000), moment_of(project, random), 10**12, 0])
    row = random.choice([hit.row, hit.row, hit.row, -1, len(project.tracks), 1])
    rise = random.choice([0.0, 0.1, random.uniform(-40, 40), -1e6, 1e6])
    return Place(at, row, rise, random.choice([0, 50, 2_000]), random.random() < 0.2, random.random() < 0.2)


Command = Callable[[Project, frozenset[str], Random], "commands.Done"]


def _cut_and_paste(project: Project, chosen: frozenset[str], random: Random) -> commands.Done:
    (project, _none), text = commands.cut(project, chosen, follow=random.random() < 0.5)
    paste = random.choice([commands.paste, commands.paste_insert])
    return paste(project, text, moment_of(project, random), track=track_of(project, random))


def _copy_and_paste(project: Project, chosen: frozenset[str], random: Random) -> commands.Done:
    paste = random.choice([commands.paste, commands.paste_insert])
    text = commands.copied(project, chosen)
    return paste(project, text, moment_of(project, random), track=track_of(project, random))


COMMANDS: dict[str, Command] = {
    "split": lambda p, c, r: commands.split(p, c, within(p, c, r)),
    "trim start": lambda p, c, r: commands.trim_start(p, c, within(p, c, r), follow=r.random() < 0.5),
    "trim end": lambda p, c, r: commands.trim_end(p, c, within(p, c, r), follow=r.random() < 0.5),
    "fade in": lambda p, c, r: commands.fade_in(p, c, within(p, c, r)),
    "fade out": lambda p, c, r: commands.fade_out(p, c, within(p, c, r)),
    "join": lambda p, c, _r: commands.join(p, c),
    "duplicate": lambda p, c, _r: commands.duplicate(p, c),
    "remove": lambda p, c, r: commands.remove(p, c, follow=r.random() < 0.5),
    "cut and paste": _cut_and_paste,
    "copy and paste": _copy_and_paste,
    "group": lambda p, c, _r: commands.group(p, c),
    "ungroup": lambda p, c, _r: commands.ungroup(p, c),
    "lock": lambda p, c, _r: commands.switch_lock(p, c),
    "mute": lambda p, c, _r: commands.switch_mute(p, c),
    "nudge": lambda p, c, r: commands.nudge(p, c, by=r.choice([1, -1, commands.frame(p), 700, -700])),
    "right": lambda p, _c, r: commands.Done(p, commands.clips_to_the_right(p, moment_of(p, r))),
}


class Hands(RuleBasedStateMachine):
    """Somebody who drags and presses keys without looking."""

    def __init__(self) -> None:
        super().__init__()
        self.history = History((Project("Nothing"),))
        self.first = self.history.now
        self.presses = 0

    @initialize(seed=SEEDS)
    def open(self, seed: int) -> None:
        self.first = random_project(Random(seed))
        self.history = History((self.first,))

    @rule(seed=SEEDS)
    def drag(self, seed: int) -> None:
        random = Random(seed)
        before = self.history
        hit, held = hit_of(before.now, random), held_of(before.now, random)
        gesture = begin(hit, held, copy=random.random() < 0.2)
        if gesture is None:
            return
        self.presses += 1
        places = [place_of(before.now, hit, random) for _ in range(random.randint(1, 4))]
        for place in places:
            try:
                step = gesture.at(place)
            except StudioError as e:
                told = e.message, e.hint
                assert all(told), hit
                continue
            assert rules.problems(step.project) == [], (hit, place)
            assert gesture.at(place) == step, "a place means the same whenever the pointer comes there"
            assert step.loop is None or 0 <= step.loop[0] <= step.loop[1]
            self.history = self.history.do(gesture.label, step.project, merge=f"press {self.presses}")
            assert self.history.at <= before.at + 1, "a drag is one step"
        if self.history is not before and self.history.at > before.at:
            assert self.history.undo().now == before.now

    @rule(seed=SEEDS, name=st.sampled_from(sorted(COMMANDS)))
    def press(self, seed: int, name: str) -> None:
        random = Random(seed)
        now = self.history.now
        try:
            done = COMMANDS[name](now, chosen_of(now, random), random)
        except StudioError as e:
            told = e.message, e.hint
            assert all(told), name
            return
        assert done.chosen <= commands.every_clip(done.project), name
        self.history = self.history.do(name, done.project)

    @rule()
    def undo(self) -> None:
        if self.history.can_undo:
            self.history = self.history.undo()

    @rule()
    def redo(self) -> None:
        if self.history.can_redo:
            self.history = self.history.redo()

    @invariant()
    def the_rules_hold(self) -> None:
        assert rules.problems(self.history.now) == []

    @invariant()
    def undo_leads_back_to_the_start(self) -> None:
        assert self.history.jump(0).now == self.first


def test_gestures_and_commands_hold() -> None:
    run_state_machine_as_test(
        Hands, settings=settings(max_examples=settings().max_examples // 2, stateful_step_count=30)
    )
