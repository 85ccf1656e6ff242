"""Projects to test with: a small one made by hand, large ones, and random ones that use everything a project can hold.

A random project, and a random edit of one, follow from a number, so that a long chain of edits is quickly made and
shrinks to a short one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from random import Random
from typing import Any

from hypothesis import strategies as st

from studio.domain import effects as table
from studio.domain import samples
from studio.domain.edits import (
    automation,
    clips,
    effects,
    fades,
    grouping,
    levelling,
    live,
    marks,
    pace,
    ripple,
    takes,
    tightening,
    tracks,
    whole,
)
from studio.domain.project import (
    CURVES,
    TRACK_KINDS,
    Clip,
    Duck,
    Effect,
    Fade,
    Marker,
    Media,
    Metadata,
    Picture,
    Point,
    Project,
    Region,
    Style,
    Take,
    Track,
    Voice,
    playable,
)

STRETCHES = (1.0, 1.0, 1.0, 0.25, 0.5, 0.7, 1.1, 1.2345678, 2.0, 3.3, 4.0)
COVER = Picture("media/fedcba9876543210.jpg", "f" * 64)
NAMES = ("", "Intro", "Ünï", "a" * 200, "日本", "x\ny", "\N{OGHAM SPACE MARK}", "\0", "𝄞")


def small(*, rate: int = 48_000) -> Project:
    """Return a project with a speech and a music track: c1 and c2 on the one, c3 on the other."""
    second = rate
    return Project(
        name="Small",
        rate=rate,
        next_id=100,
        script="[Ada] Hello.\n[Ben] Good evening.",
        voices=(Voice("Ada", "heart", "kokoro"), Voice("Ben", "puck")),
        media=(
            media("m1", seconds=10),
            media("m2", seconds=20, rate=44_100, channels=1),
            media("m3", seconds=60),
        ),
        takes=(Take("k1", "m1", "Ada", "Hello.", "1"), Take("k2", "m2", "Ada", "Hello.", "1")),
        tracks=(
            Track(
                "t1",
                "Speech",
                "speech",
                (Clip("c1", 0, 4 * second, take="k1"), Clip("c2", 6 * second, 5 * second, second, media="m2")),
            ),
            Track("t2", "Music", "music", (Clip("c3", second, 30 * second, media="m3"),), duck=Duck()),
        ),
        markers=(Marker("n1", 0, "Beginning", chapter=True), Marker("n2", 8 * second, "Here")),
        regions=(Region("r1", 2 * second, 7 * second, "Part"),),
    )


def media(media_id: str, *, seconds: float = 10, rate: int = 48_000, channels: int = 2) -> Media:
    """Return media of some length."""
    return Media(
        media_id,
        f"{media_id}.wav",
        f"media/{int(media_id[1:]):016x}.wav",
        f"{int(media_id[1:]):064x}",
        rate,
        channels,
        samples.from_seconds(seconds, rate),
    )


def large(clip_count: int = 10_000, *, track_count: int = 8) -> Project:
    """Return a project of many clips, each of which plays a take of its own."""
    each = clip_count // track_count
    all_media = tuple(media(f"m{i}", seconds=10) for i in range(1, clip_count + 1))
    all_takes = tuple(Take(f"k{clip_count + i}", f"m{i}") for i in range(1, clip_count + 1))
    first = 2 * clip_count + 1
    all_tracks = tuple(
        Track(
            f"t{3 * clip_count + 1 + row}",
            f"Track {row + 1}",
            "speech",
            tuple(
                Clip(f"c{first + row * each + i}", i * 96_000, 90_000, 100, take=all_takes[row * each + i].id)
                for i in range(each)
            ),
        )
        for row in range(track_count)
    )
    next_id = 3 * clip_count + track_count + 1
    ordered = tuple(replace(t, clips=tuple(sorted(t.clips, key=lambda c: (c.start, c.id)))) for t in all_tracks)
    return Project("Large", next_id=next_id, media=all_media, takes=all_takes, tracks=ordered)


def projects() -> st.SearchStrategy[Project]:
    """Return sound projects that use everything a project can hold."""
    return st.integers(0, 2**32).map(lambda seed: random_project(Random(seed)))


def edits(*, most: int = 20) -> st.SearchStrategy[list[tuple[str, int]]]:
    """Return chains of edits for `edited`."""
    return st.lists(st.tuples(st.sampled_from(sorted(EDITS)), st.integers(0, 2**32)), max_size=most)


def edited(project: Project, edit: tuple[str, int]) -> Project:
    """Do an edit; it may be refused with a StudioError."""
    name, seed = edit
    return EDITS[name](project, Random(seed))


# ------------------------------------------------------------------------------------------------------ random projects


class _Ids:
    def __init__(self) -> None:
        self.next = 1

    def __call__(self, letter: str) -> str:
        self.next += 1
        return f"{letter}{self.next - 1}"


def random_project(random: Random) -> Project:
    """Return a sound project."""
    ids = _Ids()
    rate = random.choice([8_000, 44_100, 48_000, 48_000, 96_000])
    all_media = tuple(_random_media(random, ids) for _ in range(random.randint(1, 4)))
    all_takes = tuple(
        Take(
            ids("k"),
            random.choice(all_media).id,
            random.choice(NAMES),
            "text",
            "1",
            random.choice([None, {"wer": 0.5}]),
        )
        for _ in range(random.randint(0, 3))
    )
    groups = ["", "", ids("g")]
    return Project(
        name=random.choice(NAMES),
        rate=rate,
        script=random.choice(NAMES),
        voices=tuple(Voice(name, "v", random.choice(["", "kokoro"])) for name in random.sample(["A", "B", "C"], 2)),
        media=all_media,
        takes=all_takes,
        tracks=tuple(
            _random_track(random, ids, rate, all_media, all_takes, groups) for _ in range(random.randint(0, 3))
        ),
        markers=_ordered(
            [Marker(ids("n"), random.randint(0, 20), random.choice(NAMES), random.random() < 0.5) for _ in range(2)]
        ),
        regions=tuple(
            sorted(
                (Region(ids("r"), at, at + random.randint(0, 50)) for at in (3, 1, 3)), key=lambda r: (r.start, r.id)
            )
        ),
        style=Style(random.choice(NAMES), random.randint(-1, 2**40), random.choice([0.0, 120.5]), "C", all_media[0].id),
        cover=random.choice([None, Picture("media/0123456789abcdef.png", "0" * 64, {"engine": "painter"}, "CC0-1.0")]),
        metadata=Metadata(title=random.choice(NAMES), year=random.choice(["", "2024"])),
        next_id=ids.next,
    )


def _ordered(markers: list[Marker]) -> tuple[Marker, ...]:
    return tuple(sorted(markers, key=lambda m: (m.at, m.id)))


def _random_media(random: Random, ids: _Ids) -> Media:
    frames = random.choice([1, 2, 7, 100, 1_000, 12_345, 480_000])
    found = ids("m")
    rate = random.choice([8_000, 22_050, 44_100, 48_000, 384_000])
    recipe = random.choice([None, {"engine": "kokoro", "seed": 7, "params": {"speed": 1.0, "list": [1, "a", None]}}])
    return Media(
        found,
        random.choice(NAMES),
        f"media/{int(found[1:]):016x}.wav",
        "0" * 64,
        rate,
        random.randint(1, 64),
        frames,
        recipe,
    )


def _random_track(
    random: Random, ids: _Ids, rate: int, all_media: tuple[Media, ...], all_takes: tuple[Take, ...], groups: list[str]
) -> Track:
    found = [
        clip
        for _ in range(random.randint(0, 6))
        if (clip := _random_clip(random, ids, rate, all_media, all_takes, groups)) is not None
    ]
    return Track(
        ids("t"),
        random.choice(NAMES),
        random.choice(TRACK_KINDS),
        tuple(sorted(found, key=lambda c: (c.start, c.id))),
        gain_db=random.choice([0.0, -6.5, 24.0, -90.0]),
        pan=random.choice([0.0, -1.0, 0.3]),
        mute=random.random() < 0.2,
        solo=random.random() < 0.2,
        effects=tuple(_random_effect(random, ids) for _ in range(random.randint(0, 2))),
        volume=random_points(random, low=-60.0, high=24.0),
        panning=random_points(random, low=-1.0, high=1.0),
        duck=random.choice([None, Duck(), Duck(-20.0, 0, 5)]),
        colour=random.choice(["", "#aabbcc"]),
        height=random.choice([0, 80]),
        locked=random.random() < 0.1,
    )


def _random_clip(
    random: Random, ids: _Ids, rate: int, all_media: tuple[Media, ...], all_takes: tuple[Take, ...], groups: list[str]
) -> Clip | None:
    take = random.choice(all_takes) if all_takes and random.random() < 0.5 else None
    playing = next(m for m in all_media if m.id == take.media) if take else random.choice(all_media)
    stretch = random.choice(STRETCHES)
    lasting = playable(playing, rate, stretch)
    offset = random.choice([0, 0, random.randrange(playing.frames)])
    room = lasting - samples.stretched(offset, stretch)
    if room < 1:
        return None
    length = random.choice([room, random.randint(1, room)])
    return Clip(
        ids("c"),
        random.choice([0, random.randint(0, 500), random.randint(0, 100_000)]),
        length,
        offset,
        media="" if take else playing.id,
        take=take.id if take else "",
        name=random.choice(NAMES),
        gain_db=random.choice([0.0, -3.25, 24.0, -200.0]),
        pan=random.choice([0.0, 1.0, -0.1]),
        mute=random.random() < 0.2,
        fade_in=random_fade(random, length),
        fade_out=random_fade(random, length),
        stretch=stretch,
        pitch=random.choice([0.0, -12.0, 0.5]),
        effects=tuple(_random_effect(random, ids) for _ in range(random.choice([0, 0, 2]))),
        volume=random_points(random, low=-60.0, high=24.0),
        group=random.choice(groups),
        locked=random.random() < 0.1,
    )


def random_fade(random: Random, length: int) -> Fade:
    """Return a fade that fits into a length."""
    return random.choice([Fade(), Fade(random.randint(0, length), random.choice(CURVES))])


def random_points(random: Random, *, low: float, high: float) -> tuple[Point, ...]:
    """Return a line."""
    moments = sorted({random.randint(0, 1_000) for _ in range(random.choice([0, 0, 1, 4]))})
    return tuple(Point(at, random.choice([low, high, random.uniform(low, high)])) for at in moments)


def _random_effect(random: Random, ids: _Ids) -> Effect:
    kind = random.choice(list(table.KINDS))
    return Effect(ids("e"), kind, random_settings(random, kind), random.random() < 0.8)


def random_settings(random: Random, kind: str) -> dict[str, float]:
    """Return some settings of an effect."""
    return {s.name: random.choice([s.low, s.high, s.default]) for s in table.KINDS[kind] if random.random() < 0.5}


# -------------------------------------------------------------------------------------------------------- random edits


def _track(project: Project, random: Random) -> str:
    return random.choice([t.id for t in project.tracks] or ["t0"])


def _clip(project: Project, random: Random) -> str:
    found = [c.id for t in project.tracks for c in t.clips]
    return random.choice(found) if found and random.random() < 0.98 else "c0"


def _some_clips(project: Project, random: Random) -> list[str]:
    return [_clip(project, random) for _ in range(random.choice([1, 1, 2, 3]))]


def _neighbours(project: Project, random: Random) -> list[str]:
    found = random.choice([t.clips for t in project.tracks if len(t.clips) > 1] or [()])
    first = random.randrange(max(1, len(found) - 1))
    return [clip.id for clip in found[first : first + 2]] or ["c0", "c0"]


def _media(project: Project, random: Random) -> str:
    return random.choice([m.id for m in project.media] or ["m0"])


def _source(project: Project, random: Random) -> dict[str, Any]:
    if project.takes and random.random() < 0.5:
        return {"take": random.choice(project.takes).id}
    return {"media": _media(project, random)}


def _moment(project: Project, random: Random) -> int:
    """Return a moment near an edge of a clip, or anywhere."""
    edges = [edge for t in project.tracks for c in t.clips for edge in (c.start, c.end, (c.start + c.end) // 2)]
    at = random.choice(edges) if edges and random.random() < 0.8 else random.randint(0, 200_000)
    return at + random.choice([0, 0, 1, -1, random.randint(-500, 500)])


def _effect(project: Project, random: Random) -> str:
    found = [e.id for t in project.tracks for e in t.effects]
    found += [e.id for t in project.tracks for c in t.clips for e in c.effects]
    return random.choice(found or ["e0"])


def _owner(project: Project, random: Random) -> str:
    return random.choice([_track, _clip])(project, random)


def _length(random: Random) -> int:
    return random.choice([0, 1, 10, 300, -5, random.randint(0, 50_000)])


def _set_track(project: Project, random: Random) -> Project:
    changes: list[tracks.Changes] = [
        {"name": random.choice([*NAMES, "\udc80"])},
        {"kind": random.choice([*TRACK_KINDS, "none"])},
        {"gain_db": random.uniform(-100, 30)},
        {"pan": random.uniform(-1.1, 1.1)},
        {"mute": random.random() < 0.5, "solo": random.random() < 0.5},
        {"duck": random.choice([None, Duck(), Duck(3.0), Duck(-6.0, -1)])},
        {"locked": random.random() < 0.3, "height": random.randint(-1, 100)},
    ]
    return tracks.set_track(project, _track(project, random), **random.choice(changes))


def _points(project: Project, random: Random) -> Project:
    what = random.choice(["volume", "volume", "panning", "tempo"])
    points = random_points(random, low=-1.2, high=1.2)
    return automation.set_points(project, _owner(project, random), points, what=what)


def _add_effect(project: Project, random: Random) -> Project:
    kind = random.choice([*table.KINDS, "fuzz"])
    settings = random_settings(random, kind) if kind in table.KINDS else {}
    settings |= random.choice([{}, {}, {"odd": 1.0}, {"ratio": 1e9}])
    return effects.add(project, _owner(project, random), kind, settings)[0]


def _marker(project: Project, random: Random) -> str:
    return random.choice([m.id for m in project.markers] or ["n0"])


def _region(project: Project, random: Random) -> str:
    return random.choice([r.id for r in project.regions] or ["r0"])


def _new_media(project: Project, random: Random) -> Media:
    ids = _Ids()
    ids.next = project.next_id
    return _random_media(random, ids)


EDITS: dict[str, Callable[[Project, Random], Project]] = {
    "add track": lambda p, r: tracks.add_track(p, r.choice(NAMES), kind=r.choice(TRACK_KINDS))[0],
    "set track": _set_track,
    "move track": lambda p, r: tracks.move_track(p, _track(p, r), r.randint(-2, 5)),
    "copy track": lambda p, r: tracks.duplicate_track(p, _track(p, r))[0] if len(p.tracks) < 6 else p,
    "remove track": lambda p, r: tracks.remove_track(p, _track(p, r)),
    "add clip": lambda p, r: clips.add_clip(p, _track(p, r), start=_moment(p, r), **_source(p, r))[0],
    "add part": lambda p, r: clips.add_clip(
        p, _track(p, r), start=_moment(p, r), length=_length(r), offset=_length(r), **_source(p, r)
    )[0],
    "move": lambda p, r: clips.move(p, _some_clips(p, r), by=r.randint(-3_000, 3_000)),
    "move to track": lambda p, r: clips.move(p, _some_clips(p, r), by=r.randint(-9, 9), track=_track(p, r)),
    "trim start": lambda p, r: clips.trim(p, _clip(p, r), start=_moment(p, r)),
    "trim end": lambda p, r: clips.trim(p, _clip(p, r), end=_moment(p, r)),
    "trim both": lambda p, r: clips.trim(p, _clip(p, r), start=_moment(p, r), end=_moment(p, r)),
    "slip": lambda p, r: clips.slip(p, _clip(p, r), by=r.randint(-5_000, 5_000)),
    "split": lambda p, r: clips.split(p, _clip(p, r), _moment(p, r))[0],
    "join": lambda p, r: clips.join(p, _neighbours(p, r)),
    "duplicate": lambda p, r: clips.duplicate(p, _some_clips(p, r), by=r.choice([None, 100, -100, 10**12]))[0],
    "remove": lambda p, r: clips.remove(p, _some_clips(p, r)),
    "gain": lambda p, r: clips.set_gain(p, _some_clips(p, r), r.choice([-300.0, -6.0, 0.0, 24.0, float("nan")])),
    "add gain": lambda p, r: clips.add_gain(p, _some_clips(p, r), r.choice([-300.0, -6.0, 3.3, float("nan")])),
    "pan": lambda p, r: clips.set_pan(p, _some_clips(p, r), r.choice([-2.0, -1.0, 0.5, float("inf")])),
    "mute": lambda p, r: clips.set_mute(p, _some_clips(p, r), on=r.random() < 0.5),
    "lock": lambda p, r: clips.set_locked(p, _some_clips(p, r), on=r.random() < 0.3),
    "rename": lambda p, r: clips.rename(p, _clip(p, r), r.choice(["Name", "\ud800", "x" * 10_000])),
    "fades": lambda p, r: fades.set_fades(
        p,
        _clip(p, r),
        fade_in=Fade(_length(r), r.choice([*CURVES, "odd"])),
        fade_out=r.choice([None, Fade(_length(r))]),
    ),
    "crossfade": lambda p, r: fades.crossfade(p, *_neighbours(p, r)),
    "stretch": lambda p, r: pace.set_stretch(p, _clip(p, r), r.choice([*STRETCHES, 5.0, 0.1, float("nan")])),
    "pitch": lambda p, r: pace.set_pitch(p, _clip(p, r), r.choice([-24.0, 0.0, 3.5, 30.0])),
    "group": lambda p, r: grouping.group(p, _some_clips(p, r))[0],
    "ungroup": lambda p, r: grouping.ungroup(p, _some_clips(p, r)),
    "ripple remove": lambda p, r: ripple.remove(p, _some_clips(p, r), everywhere=r.random() < 0.5),
    "ripple move": lambda p, r: ripple.move(
        p, _some_clips(p, r), by=r.randint(-9_000, 9_000), track=_track(p, r) if r.random() < 0.3 else None
    ),
    "ripple duplicate": lambda p, r: ripple.duplicate(
        p, _some_clips(p, r), by=r.choice([None, 100, -100, 10**12]), track=_track(p, r) if r.random() < 0.3 else None
    )[0],
    "ripple trim start": lambda p, r: ripple.trim_start(p, _clip(p, r), _moment(p, r)),
    "ripple trim end": lambda p, r: ripple.trim_end(p, _clip(p, r), _moment(p, r)),
    "close gaps": lambda p, r: tightening.close_gaps(p, longest=_length(r), everywhere=r.random() < 0.5),
    "close gaps of clips": lambda p, r: tightening.close_gaps(p, longest=0, clips=_some_clips(p, r)),
    "close gaps of tracks": lambda p, r: tightening.close_gaps(p, longest=100, tracks=[_track(p, r)]),
    "silences": lambda p, r: tightening.remove_silences(
        p,
        _some_clips(p, r),
        {m.id: [(0.0, 0.001), (0.002, r.choice([0.02, 5.0]))] for m in p.media},
        keep=_length(r),
        everywhere=r.random() < 0.5,
    ),
    "level": lambda p, r: levelling.level(p, {_clip(p, r): r.uniform(-90, 10)}, target=r.choice([-20.0, 5.0])),
    "duck": lambda p, r: levelling.duck_music(p, depth_db=r.choice([None, -12.0, 3.0])),
    "replace source": lambda p, r: live.replace_source(
        p, _clip(p, r), follow=r.choice([*live.Follow]), **_source(p, r)
    ),
    "insert time": lambda p, r: ripple.insert_time(
        p, _moment(p, r), _length(r), tracks=r.choice([None, [_track(p, r)]])
    ),
    "insert clip": lambda p, r: ripple.insert_clip(
        p, _track(p, r), at=_moment(p, r), everywhere=r.random() < 0.5, **_source(p, r)
    )[0],
    "add effect": _add_effect,
    "change effect": lambda p, r: effects.change(p, _effect(p, r), r.choice([{}, {"ratio": 2.0}, {"mix": 7.0}])),
    "switch effect": lambda p, r: effects.switch(p, _effect(p, r), on=r.random() < 0.5),
    "order effects": lambda p, r: effects.reorder(p, _effect(p, r), r.randint(-1, 3)),
    "remove effect": lambda p, r: effects.remove(p, _effect(p, r)),
    "line": _points,
    "add point": lambda p, r: automation.add_point(p, _owner(p, r), _length(r), r.uniform(-100, 30)),
    "remove point": lambda p, r: automation.remove_point(p, _owner(p, r), _length(r)),
    "swap": lambda p, r: takes.set_source(p, _clip(p, r), **_source(p, r)),
    "add media": lambda p, r: takes.add_media(p, _new_media(p, r))[0],
    "replace media": lambda p, r: takes.replace_media(p, _media(p, r), _new_media(p, r)),
    "media notes": lambda p, r: takes.set_media_notes(p, _media(p, r), name=r.choice(NAMES), licence="CC0-1.0"),
    "add take": lambda p, r: takes.add_take(p, _media(p, r), speaker=r.choice(NAMES), text="\udfff")[0],
    "remove take": lambda p, r: takes.remove_take(p, r.choice([t.id for t in p.takes] or ["k0"])),
    "add marker": lambda p, r: marks.add_marker(p, _moment(p, r), r.choice(NAMES), chapter=r.random() < 0.5)[0],
    "move marker": lambda p, r: marks.move_marker(p, _marker(p, r), _moment(p, r)),
    "rename marker": lambda p, r: marks.rename_marker(p, _marker(p, r), r.choice(NAMES)),
    "chapter": lambda p, r: marks.set_chapter(p, _marker(p, r), chapter=r.random() < 0.5),
    "remove marker": lambda p, r: marks.remove_marker(p, _marker(p, r)),
    "add region": lambda p, r: marks.add_region(p, _moment(p, r), _moment(p, r))[0],
    "set region": lambda p, r: marks.set_region(p, _region(p, r), end=_moment(p, r)),
    "move region": lambda p, r: marks.move_region(p, _region(p, r), _moment(p, r)),
    "rename region": lambda p, r: marks.rename_region(p, _region(p, r), r.choice(NAMES)),
    "remove region": lambda p, r: marks.remove_region(p, _region(p, r)),
    "project name": lambda p, r: whole.rename(p, r.choice(NAMES)),
    "script": lambda p, r: whole.set_script(p, r.choice(NAMES)),
    "voice": lambda p, r: whole.set_voice(p, r.choice(["A", "B"]), "v"),
    "style": lambda p, r: whole.set_style(
        p, Style("calm", r.choice([-1, 7, 2**60]), r.choice([-1.0, 99.0]), "", _media(p, r))
    ),
    "cover": lambda p, r: whole.set_cover(p, r.choice([None, COVER, replace(COVER, file="../c.png")])),
    "metadata": lambda p, r: whole.set_metadata(p, **{r.choice(["title", "odd"]): r.choice([*NAMES, "\ud8ff"])}),
}
