"""The one renderer: what is played and what is exported comes from here.

The timeline is cut into windows. What lies in a window is made as a whole, the same way each time, and any piece of
the mix is taken out of windows: so a sample depends on its place alone, never on what was asked for before or on how
much was asked for at once. A Mixer belongs to one thread at a time; several threads have a Mixer each, over one Plan.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from itertools import accumulate

import numpy as np
from numpy.typing import NDArray

from studio.audio import envelopes, stretching
from studio.audio.effects import Chain, memory
from studio.audio.envelopes import Line
from studio.audio.plan import Plan, PlannedClip, PlannedTrack, Source
from studio.audio.sources import Sources
from studio.audio.stretching import Stretched
from studio.domain.project import Effect, Fade, Point

Samples = NDArray[np.float32]

WINDOW = 1 << 16
# Chains of effects begin anew with each group of windows, after a run-up as long as they remember. Who renders in
# segments wastes nothing when these begin and end with groups.
GROUP = 4
SEGMENT = WINDOW * GROUP
_KEPT_WINDOWS = 4
LEVEL_FRAMES = 2048  # that share a peak of a track
_KEPT_LEVELS = 16  # windows: what is mixed ahead is heard seconds later


class Mixer:
    """Renders a plan. A watched one remembers how loud each track was; its mix is the same to the last bit."""

    def __init__(self, plan: Plan, *, watched: bool = False) -> None:
        self.plan = plan
        self._sources = Sources(plan.rate)
        self._silent: set[Source] = set()
        self._unreadable: set[str] = set()
        self._chains: dict[str, _Effected] = {}
        self._tracks = [_TrackMixer(track, self) for track in plan.tracks]
        self._windows: OrderedDict[int, Samples] = OrderedDict()
        self._coming: _Coming | None = None
        self._watched = watched
        self._levels: dict[int, Samples] = {}

    @property
    def unreadable(self) -> frozenset[str]:
        """The media that turned out so far to be damaged: silent, or less than they should be."""
        return frozenset(self._unreadable)

    def render(self, start: int, frames: int) -> Samples:
        """Return stereo samples from `start`, in rows of left and right; silence outside the mix."""
        out = np.zeros((frames, 2), np.float32)
        for number in range(start // WINDOW, -(-(start + frames) // WINDOW)):
            origin = number * WINDOW
            first, last = max(start, origin), min(start + frames, origin + WINDOW, self.plan.length)
            if last <= first or first < 0:
                continue
            piece = out[first - start : last - start]
            if last - first == WINDOW and number not in self._windows:
                self._mix(number, piece)
            else:
                piece[:] = self._window(number)[first - origin : last - origin]
                self._look_ahead(number + 1, (last - first) / (origin + WINDOW - first))
        return out

    def levels(self, start: int, end: int) -> Mapping[str, float]:
        """Return the peak of each track that sounds between two samples, after its gain and effects. Any thread.

        It is known of what was rendered not long ago, where the mixer is watched.
        """
        found = [0.0] * len(self.plan.tracks)
        for number in range(max(0, start) // WINDOW, -(-end // WINDOW)):
            levels = self._levels.get(number)
            if levels is not None:
                first, last = (max(0, at - number * WINDOW) for at in (start, end))
                some = levels[:, first // LEVEL_FRAMES : -(-last // LEVEL_FRAMES)]
                found = [max(old, float(new)) for old, new in zip(found, some.max(axis=1, initial=0.0), strict=True)]
        return {track.id: level for track, level in zip(self.plan.tracks, found, strict=True) if level > 0.0}

    def close(self) -> None:
        """Close the files."""
        self._sources.close()

    def source(self, clip: PlannedClip, start: int, end: int) -> Samples | None:
        """Return samples of what a clip plays, counted from the clip's beginning; None when it cannot be read."""
        source = clip.source
        if source in self._silent:
            return None
        if source.stretched:
            block = stretching.read(source.stretched, self._sources, clip.first + start, clip.first + end)
        else:
            block = self._sources.read(source.file, clip.first + start, clip.first + end)
        if block is None:
            self._silent.add(source)
        if block is None or source.file in self._sources.damaged:
            self._unreadable.add(source.media)
        return block

    def chain(self, owner: str, make: Callable[[], _Effected]) -> _Effected:
        """Return the effects at work for a track or clip, from where they were left."""
        found = self._chains.get(owner)
        if found is None:
            found = self._chains[owner] = make()
        return found

    def _window(self, number: int) -> Samples:
        found = self._windows.get(number)
        if found is None:
            found = self._windows[number] = np.zeros((WINDOW, 2), np.float32)
            self._mix(number, found)
            if len(self._windows) > _KEPT_WINDOWS:
                self._windows.popitem(last=False)
        self._windows.move_to_end(number)
        return found

    def _look_ahead(self, number: int, part: float) -> None:
        """Do a part of what is left of the next window's work: who plays in small blocks never waits for all of it."""
        if number * WINDOW >= self.plan.length or number in self._windows:
            return
        if self._coming is None or self._coming.number != number:
            self._coming = self._begin(number)
        self._coming.go_on(part)

    def _begin(self, number: int) -> _Coming:
        return _Coming(number, self._tracks, watched=self._watched)

    def _mix(self, number: int, out: Samples) -> None:
        """Fill one window of the mix."""
        coming, self._coming = self._coming, None
        if coming is None or coming.number != number:
            coming = self._begin(number)
        coming.go_on(1.0)
        if coming.sounded:
            out[:, 0], out[:, 1] = coming.bus
        if coming.levels is not None:
            self._levels.pop(number, None)
            self._levels[number] = coming.levels
            if len(self._levels) > _KEPT_LEVELS:
                del self._levels[next(iter(self._levels))]
        self._chains = {owner: chain for owner, chain in self._chains.items() if abs(chain.number - number) <= GROUP}


class _Coming:
    """A window of the mix in the making, in steps that are small enough to be done between two blocks."""

    def __init__(self, number: int, tracks: Sequence[_TrackMixer], *, watched: bool) -> None:
        self.number = number
        self.bus = np.zeros((2, WINDOW), np.float32)
        self.levels = np.zeros((len(tracks), WINDOW // LEVEL_FRAMES), np.float32) if watched else None
        self.sounded = False
        self._alone = np.zeros((2, WINDOW), np.float32) if watched else None
        self._steps = [
            step for row, track in enumerate(tracks) for step in (*track.run_up(number), partial(self._add, track, row))
        ]
        self._done = 0

    def go_on(self, part: float) -> None:
        """Do a part of the steps that are left."""
        upto = self._done + math.ceil((len(self._steps) - self._done) * part)
        while self._done < upto:
            self._steps[self._done]()
            self._done += 1

    def _add(self, track: _TrackMixer, row: int) -> None:
        sounded = track.add(self.number, self.bus, self._alone)
        self.sounded |= sounded
        if sounded and self.levels is not None and self._alone is not None:
            self.levels[row] = _peaks(self._alone)
            self._alone.fill(0.0)


class _TrackMixer:
    """One track at work."""

    def __init__(self, track: PlannedTrack, mixer: Mixer) -> None:
        self._track = track
        self._mixer = mixer
        self._starts = [clip.start for clip in track.clips]
        self._reach = list(accumulate((clip.end for clip in track.clips), max))
        self._volume = _line(track.volume)
        self._ducked = Line(track.ducked) if track.ducked else None
        self._panning = _line(track.panning)
        moves = self._volume or self._ducked or self._panning
        left, right = (1.0, 1.0) if self._panning else envelopes.pan_gains(track.pan)
        self._gains = track.gain * left, track.gain * right
        self._straight = not moves and not track.effects
        self._bus = np.zeros((2, 0 if self._straight else WINDOW), np.float32)

    def add(self, number: int, bus: Samples, alone: Samples | None = None) -> bool:
        """Add one window of the track to the mix, and to what holds it alone; say whether there was anything to add."""
        if self._straight:
            return self._add_clips(number, self._gains, bus, alone)
        wet = self._wet(number)
        if wet is None:
            return False
        left, right = self._moving_gains(number * WINDOW, (number + 1) * WINDOW)
        sound = wet[0] * left, wet[1] * right
        for one in (bus, alone):
            if one is not None:
                one[0] += sound[0]
                one[1] += sound[1]
        return True

    def run_up(self, number: int) -> list[Callable[[], None]]:
        """Return the steps that bring effects to a window; without them `add` takes longer, that is all."""
        if self._track.effects:
            chains = [self._through_track()]
        else:
            clips = self._clips(number * WINDOW, (number + 1) * WINDOW)
            chains = [self._through_clip(clip) for clip in clips if clip.effects]
        return [partial(chain.approach, number) for chain in chains for _ in range(chain.distance(number))]

    def _wet(self, number: int) -> Samples | None:
        """Return a window of the clips together, through the track's effects."""
        return self._through_track().window(number) if self._track.effects else self._dry(number)

    def _through_track(self) -> _Effected:
        track, rate = self._track, self._mixer.plan.rate
        return self._mixer.chain(track.id, lambda: _Effected(track.effects, rate, self._dry))

    def _dry(self, number: int) -> Samples | None:
        self._bus.fill(0.0)
        return self._bus if self._add_clips(number, (1.0, 1.0), self._bus) else None

    def _add_clips(self, number: int, gains: tuple[float, float], bus: Samples, alone: Samples | None = None) -> bool:
        start, end = number * WINDOW, (number + 1) * WINDOW
        sounded = False
        for clip in self._clips(start, end):
            a, b = max(start, clip.start), min(end, clip.end)
            block = self._clip(clip, a - clip.start, b - clip.start)
            if block is not None:
                place = slice(a - start, b - start)
                left = block[:, 0] * np.float32(clip.left * gains[0])
                right = block[:, -1] * np.float32(clip.right * gains[1])
                for one in (bus, alone):
                    if one is not None:
                        one[0, place] += left
                        one[1, place] += right
                sounded = True
        return sounded

    def _clips(self, start: int, end: int) -> Iterator[PlannedClip]:
        """Yield the clips that sound between two samples."""
        first, last = bisect_right(self._reach, start), bisect_left(self._starts, end)
        return (clip for clip in self._track.clips[first:last] if clip.end > start)

    def _clip(self, clip: PlannedClip, start: int, end: int) -> Samples | None:
        """Return a part of a clip before its gain: effects, then volume and fades."""
        block = self._affected(clip, start, end) if clip.effects else self._mixer.source(clip, start, end)
        if block is None:
            return None
        if clip.volume:
            line = Line([(p.at, p.value) for p in clip.volume])
            level = line.level(start, end)
            if level is None:
                _scale(block, envelopes.amplitudes(line.values(start, end)))
            else:
                block *= np.float32(envelopes.amplitude(level))
        _fade(block, clip.fade_in, start, end)
        _fade(block[::-1], clip.fade_out, clip.length - end + 1, clip.length - start + 1)
        return block

    def _affected(self, clip: PlannedClip, start: int, end: int) -> Samples | None:
        """Return a part of a clip through its effects, which hear the media from the clip's first sample on."""
        number = (clip.start + start) // WINDOW
        wet = self._through_clip(clip).window(number)
        origin = number * WINDOW - clip.start
        return None if wet is None else wet[:, start - origin : end - origin].T.copy(order="F")

    def _through_clip(self, clip: PlannedClip) -> _Effected:
        rate = self._mixer.plan.rate

        def dry(window: int) -> Samples | None:
            origin = window * WINDOW
            a, b = max(origin, clip.start), min(origin + WINDOW, clip.end)
            block = self._mixer.source(clip, a - clip.start, b - clip.start) if b > a else None
            if block is None:
                return None
            whole = np.zeros((2, WINDOW), np.float32)
            whole[:, a - origin : b - origin] = block.T  # mono fills both
            return whole

        return self._mixer.chain(clip.id, lambda: _Effected(clip.effects, rate, dry))

    def _moving_gains(self, start: int, end: int) -> tuple[Samples | np.float32, Samples | np.float32]:
        """Return the factors of left and right between two samples."""
        left, right = self._gains
        factors: list[envelopes.Doubles] = []
        for line in (self._volume, self._ducked):
            level = line.level(start, end) if line else 0.0
            if line and level is None:
                factors.append(envelopes.amplitudes(line.values(start, end)))
            elif level:
                left, right = left * envelopes.amplitude(level), right * envelopes.amplitude(level)
        lefts: list[envelopes.Doubles] = list(factors)
        rights = factors
        if self._panning:
            pans = self._track.pan + self._panning.values(start, end)
            pan_left, pan_right = envelopes.pans_gains(pans)
            lefts.append(pan_left)
            rights.append(pan_right)
        return _product(left, lefts), _product(right, rights)


class _Effected:
    """What comes out of a chain of effects, window by window.

    The output of a group of windows is that of a fresh chain that began as long before as it remembers. Within the
    group the chain goes on from window to window; so playing on costs little, and going anywhere gives the same.
    """

    def __init__(self, effects: Sequence[Effect], rate: int, dry: Callable[[int], Samples | None]) -> None:
        self._effects = effects
        self._rate = rate
        self._dry = dry
        self._run_up = -(-memory(effects, rate) // WINDOW)
        self._chain: Chain | None = None  # none: it has heard nothing, or nothing for as long as it remembers
        self._quiet = 0  # windows since it heard something
        self._made: Samples | None = None
        self._group = -1  # for which it began
        self.number = -1  # the window made last

    def window(self, number: int) -> Samples | None:
        """Return a window, in rows of channels; None for silence. It must not be changed."""
        self._turn_to(number)
        while self.number < number:
            self._advance()
        return self._made

    def distance(self, number: int) -> int:
        """Return how many windows it has to hear until it has made one."""
        return number - (self.number if self._goes_on_to(number) else self._before(number))

    def approach(self, number: int) -> None:
        """Hear one window more on the way to one."""
        self._turn_to(number)
        if self.number < number:
            self._advance()

    def _before(self, number: int) -> int:
        """Return the window before the run-up to the group of one."""
        return max(0, number // GROUP * GROUP - self._run_up) - 1

    def _goes_on_to(self, number: int) -> bool:
        """Whether the chain is on its way to a window; the run-up is another for each group."""
        return self._group == number // GROUP and self.number <= number

    def _turn_to(self, number: int) -> None:
        """Begin anew for another group, and to go back."""
        if not self._goes_on_to(number):
            self._chain = None
            self._quiet = 0
            self._group = number // GROUP
            self.number = self._before(number)

    def _advance(self) -> None:
        self.number += 1
        self._made = self._next(self._dry(self.number))

    def _next(self, block: Samples | None) -> Samples | None:
        self._quiet = self._quiet + 1 if block is None else 0
        if block is None and self._quiet > self._run_up:
            self._chain = None
        if self._chain is None:
            if block is None:
                return None
            self._chain = Chain(self._effects, self._rate)
        return self._chain.process(np.zeros((2, WINDOW), np.float32) if block is None else block)


def prepare(
    plan: Plan, on_progress: Callable[[float], None] = lambda _: None, cancelled: Callable[[], bool] = lambda: False
) -> tuple[str, ...]:
    """Make the stretched sound that a plan needs, and return the media that are missing or not what they were.

    Each file is opened once. Without this a Mixer makes what it must on the way. When cancelled it returns early; what
    is made stays made.
    """
    sources = Sources(plan.rate)
    bad = set(plan.missing)
    todo = _needed(plan)
    try:
        files = {(clip.source.media, clip.source.file) for track in plan.tracks for clip in track.clips}
        bad |= {media for media, file in sorted(files) if not cancelled() and not sources.intact(file)}
        for done, (source, stretched, number) in enumerate(todo):
            on_progress(done / len(todo))
            if cancelled():
                break
            if source.media in bad or stretching.ready(stretched, number):
                continue
            if not stretching.make(stretched, number, sources, cancelled) and not cancelled():
                bad.add(source.media)
    finally:
        sources.close()
    return tuple(sorted(bad))


def _needed(plan: Plan) -> list[tuple[Source, Stretched, int]]:
    """Return the pieces of stretched sound that a plan plays, each once."""
    found: dict[tuple[Source, int], tuple[Source, Stretched, int]] = {}
    for clip in (clip for track in plan.tracks for clip in track.clips):
        if stretched := clip.source.stretched:
            for number in stretched.pieces(clip.first, clip.first + clip.length):
                found[clip.source, number] = clip.source, stretched, number
    return list(found.values())


def _line(points: Sequence[Point]) -> Line | None:
    return Line([(p.at, p.value) for p in points]) if points else None


def _product(level: float, factors: Sequence[envelopes.Doubles]) -> Samples | np.float32:
    if not factors:
        return np.float32(level)
    return (level * np.multiply.reduce(factors)).astype(np.float32)


def _fade(block: Samples, fade: Fade, start: int, end: int) -> None:
    """Fade a part of a clip in; seen from the other end it is a fade-out."""
    if start < fade.length:
        count = min(end, fade.length) - start
        _scale(block[:count], envelopes.fade(fade.curve, fade.length, start, start + count))


def _scale(block: Samples, gains: envelopes.Doubles) -> None:
    factors = gains.astype(np.float32)
    for channel in range(block.shape[1]):  # one after the other: an inner loop over two is slow
        block[:, channel] *= factors


def _peaks(bus: Samples) -> Samples:
    """Return the peak over both channels of each LEVEL_FRAMES."""
    rows = np.maximum(bus.max(axis=0), -bus.min(axis=0)).reshape(-1, LEVEL_FRAMES)
    return rows.max(axis=1)
