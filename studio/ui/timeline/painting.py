"""The lanes with their clips, as a picture of the project. The GUI thread.

A frame may hold thousands of clips. So what many of them share is drawn in one call, what is too small to be seen is
left out, and what takes measuring (names) is kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPen, QPixmap, QPolygonF

from studio.domain.project import Clip, Media, Project, Take, Track, media_of, sounding, take_called
from studio.services.wave_tiles import WIDTH
from studio.ui.theme import tokens
from studio.ui.theme.icons import icon
from studio.ui.theme.look import look
from studio.ui.timeline import figures, visible
from studio.ui.timeline.colours import colour_of, faded
from studio.ui.timeline.fade_painting import draw_fades
from studio.ui.timeline.figures import Figure
from studio.ui.timeline.lane_painting import draw_volume
from studio.ui.timeline.lanes import Lanes
from studio.ui.timeline.lines import PointAt
from studio.ui.timeline.names import Names
from studio.ui.timeline.scale import Scale
from studio.ui.timeline.tiles import Tiles, level_of

NAME = 16  # pixels of a clip's top that hold its name, at 100 % text
BADGES: Mapping[str, tuple[str, str]] = {  # sign and tone, as everywhere in the window
    "good": ("diamond", "good"),
    "clipped": ("triangle-alert", "bad"),
    "unclear": ("triangle-alert", "warn"),
    "noisy": ("triangle-alert", "warn"),
    "fast": ("triangle", "warn"),
    "slow": ("triangle", "warn"),
}
_BLOCK = 14.0  # pixels; narrower clips are plain blocks
_SIGN = 12  # pixels
_MOST_LABELS = 4_000
_WIDE = 4.0  # frames a pixel; with fewer, whole tiles are wider than Qt can draw
_HEIGHTS = (24, 40, 68, 104, 160, 240)  # pixels of tiles; others are drawn scaled


@dataclass(frozen=True)
class Sight:
    """What is drawn: the project, which part of it, and what of it is chosen."""

    project: Project
    scale: Scale
    lanes: Lanes
    width: int
    height: int
    clips: frozenset[str] = frozenset()
    track: str = ""
    marker: str = ""
    points: frozenset[PointAt] = frozenset()
    loop: tuple[int, int] | None = None


class Drawn(NamedTuple):
    """A clip that is drawn with all its parts."""

    clip: Clip
    figure: Figure


class Sound(NamedTuple):
    """What a clip plays, how many of its frames are a sample, and the take that it is of, if of one."""

    media: Media | None
    frames: float
    take: Take | None


class Label(NamedTuple):
    """What is written on a clip that plays a sound: signs with their tones, and its name."""

    clip: Clip
    signs: list[tuple[str, str]]
    name: str


class Ground(NamedTuple):
    """What the waveforms of a lane have in common: where they lie, the height of their tiles, and their colour."""

    top: float
    height: float
    tall: int
    colour: QColor


class LanesPainter:
    """Draws lanes; keeps what is the same from frame to frame."""

    def __init__(self, tiles: Tiles) -> None:
        self._tiles = tiles
        self._signs: dict[tuple[str, str, int], QPixmap] = {}
        self.names = Names(caption_font(QFont()))
        self._held: Project | None = None  # whose sounds are known
        self._sounds: dict[str, Sound] = {}
        self._labels: dict[str, Label] = {}

    def refresh(self, font: QFont) -> None:
        """Forget what hangs on the theme and the size of the text."""
        self._signs = {}
        self.names = Names(caption_font(font))

    @property
    def waiting(self) -> bool:
        """Whether waves are missing that will come."""
        return self._tiles.busy

    def ground(self, painter: QPainter, sight: Sight) -> None:
        """Draw what lies behind everything: which track is chosen."""
        lanes = sight.lanes
        for row in lanes.seen(sight.height):
            if sight.project.tracks[row].id == sight.track:
                painter.fillRect(QRectF(0, lanes.y(row), sight.width, lanes.whole(row)), look.colour("surface"))

    def draw(self, painter: QPainter, sight: Sight, row: int, *, plainly: bool = False) -> None:
        """Draw a lane; `plainly`, for a moment only, as mere blocks."""
        self._hold(sight.project)
        track = sight.project.tracks[row]
        silent = all(track is not one for one in sounding(sight.project.tracks))
        self._lane(painter, sight, row, track, silent=silent, plainly=plainly)

    def handles(self, painter: QPainter, figure: Figure) -> None:
        """Draw what a clip can be grabbed by."""
        if not figure.roomy:
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(look.colour("surface"), 1))
        painter.setBrush(look.colour("text"))
        for box in (figure.fade_in_handle, figure.fade_out_handle):
            painter.drawEllipse(_rect(box).adjusted(1, 1, -1, -1))
        box = figure.stretch_handle
        painter.drawPolygon(
            QPolygonF([QPointF(box.right, box.top), QPointF(box.right, box.bottom), QPointF(box.left, box.bottom)])
        )
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)

    # ---- one lane

    def _lane(self, painter: QPainter, sight: Sight, row: int, track: Track, *, silent: bool, plainly: bool) -> None:
        lanes = sight.lanes
        top, height = lanes.y(row), lanes.height(row)
        colour = colour_of(track, row)
        painter.fillRect(QRectF(0, top + height - 1, sight.width, 1), look.colour("line"))
        if plainly:
            self._plain(painter, sight, row, track, colour)
        else:
            drawn, small = self._bodies(painter, sight, row, track, colour)
            self._insides(painter, sight, row, drawn, small, colour)
        if silent:
            painter.fillRect(QRectF(0, top, sight.width, height - 1), faded("canvas", 150))

    def _plain(self, painter: QPainter, sight: Sight, row: int, track: Track, colour: QColor) -> None:
        """Draw where clips are, and nothing but that."""
        top, height = sight.lanes.y(row) + figures.GAP, sight.lanes.height(row) - 2 * figures.GAP
        # Cut off, as Qt cannot draw what is millions of pixels wide, where that makes no block of what is none.
        strokes = visible.strokes(track, sight.scale, _BLOCK)
        blocks = [QRectF(x, top, max(1.0, wide), height) for x, wide in strokes if wide < _BLOCK]
        bodies = [QRectF(x, top, wide, height) for x, wide in strokes if wide >= _BLOCK]
        fill(painter, blocks, mixed(look.theme.raised, colour.name(), 0.62))
        fill(painter, bodies, look.colour("raised"))

    def _insides(
        self, painter: QPainter, sight: Sight, row: int, drawn: list[Drawn], small: list[Clip], colour: QColor
    ) -> None:
        """Draw what is seen on the clips of a lane."""
        ground = _ground(sight.lanes, row, colour)
        self._small_ones(painter, sight, row, small, ground)
        self._waves(painter, sight, [one.clip for one in drawn], ground)
        self._lines(painter, sight, drawn)
        for one in drawn:
            if one.clip.mute:
                painter.fillRect(_rect(one.figure.body), faded("canvas", 150))
        self._outlines(painter, sight, drawn)

    def _bodies(
        self, painter: QPainter, sight: Sight, row: int, track: Track, colour: QColor
    ) -> tuple[list[Drawn], list[Clip]]:
        """Draw the ground of every clip; return those on which everything can be seen, and those with a mere wave."""
        lanes, clips, chosen = sight.lanes, track.clips, sight.clips
        top, height = lanes.y(row) + figures.GAP, lanes.height(row) - 2 * figures.GAP
        blocks: list[QRectF] = []
        marked: list[QRectF] = []
        bodies: list[QRectF] = []
        inner: list[QRectF] = []
        drawn: list[Drawn] = []
        small: list[Clip] = []
        beyond = sight.width + 4.0
        for first, last, x, end in visible.pieces(track, sight.scale):
            left, right = (x if x > -4.0 else -4.0), (end if end < beyond else beyond)
            wide = end - x
            if wide < _BLOCK or last - first > 1:
                box = QRectF(left, top, max(1.0, right - left), height)
                blocks.append(box)
                if chosen and any(clip.id in chosen for clip in clips[first:last]):
                    marked.append(box)
                continue
            clip = clips[first]
            bodies.append(QRectF(left, top, right - left, height))
            inner.append(QRectF(left + 1, top + 1, right - left - 2, height - 2))
            if wide < figures.ROOM and clip.id not in chosen:
                small.append(clip)
                continue
            figure = figures.clip_figure(clip, sight.scale, lanes, row)
            drawn.append(Drawn(clip, figure))
        fill(painter, blocks, mixed(look.theme.raised, colour.name(), 0.62))
        fill(painter, [QRectF(box.left(), box.top(), box.width(), 3) for box in marked], look.colour("accent"))
        fill(painter, [QRectF(box.left(), box.bottom() - 3, box.width(), 3) for box in marked], look.colour("accent"))
        # An edge that shows is a larger body below: filling is quicker than drawing lines around.
        fill(painter, bodies, mixed(look.theme.raised, colour.name(), 0.5))
        fill(painter, inner, look.colour("raised"))
        return drawn, small

    def _small_ones(self, painter: QPainter, sight: Sight, row: int, small: list[Clip], ground: Ground) -> None:
        """Draw what little can be seen of narrow clips."""
        scale, lanes = sight.scale, sight.lanes
        self._waves(painter, sight, small, ground)
        least = 4 * scale.per_pixel  # of a fade that is seen
        for clip in small:
            if clip.mute or clip.fade_in.length > least or clip.fade_out.length > least:
                figure = figures.clip_figure(clip, scale, lanes, row)
                draw_fades(painter, sight.width, clip, figure)
                if clip.mute:
                    painter.fillRect(_rect(figure.body), faded("canvas", 150))

    def _waves(self, painter: QPainter, sight: Sight, clips: list[Clip], ground: Ground) -> None:
        """Draw the sounds of a lane's clips: of those there are hundreds in a frame."""
        scale, project = sight.scale, sight.project
        top, height, tall, colour = ground
        if height < 4:
            return
        first_seen, last_seen, per_pixel = scale.first, scale.last, scale.per_pixel
        tiles, draw, rgb = self._tiles, painter.drawPixmap, colour.rgb() & 0xFFFFFF
        unknown: list[QRectF] = []
        known_ratio, level, columns = 0.0, 0, 1.0
        target, source = QRectF(), QRectF()
        for clip in clips:
            media, ratio, _take = self._sound_of(project, clip)
            start, length = clip.start, clip.length
            if media is None:
                continue
            if start < first_seen or start + length > last_seen:
                self._wave(painter, sight, clip, media, ground)
                continue
            ratio /= clip.stretch
            if ratio != known_ratio:
                known_ratio, level = ratio, level_of(per_pixel * ratio)
                columns = per_pixel * ratio / (1 << level)  # of a tile, for a pixel
            first = clip.offset * ratio * clip.stretch
            found = tiles.cut(media, level, first, first + length * ratio, tall, rgb)
            left, wide = (start - first_seen) / per_pixel, length / per_pixel
            if found is not None:
                target.setRect(left, top, wide, height)
                source.setRect(found[1], 0, wide * columns, tall)
                draw(target, found[0], source)
            elif tiles.has_some(media.sha256):
                self._wave(painter, sight, clip, media, ground)
            else:
                unknown.append(QRectF(left, top + height / 2 - 0.5, wide, 1))
        fill(painter, unknown, colour)

    def _hold(self, project: Project) -> None:
        """Forget what is known of the sounds of another project, or of one that has other sounds now."""
        held = self._held
        if held is None or held.media is not project.media or held.takes is not project.takes:
            self._held, self._sounds, self._labels = project, {}, {}

    def _sound_of(self, project: Project, clip: Clip) -> Sound:
        """Return what a clip plays; looked up hundreds of times a frame."""
        name = clip.take or clip.media
        found = self._sounds.get(name)
        if found is None:
            take = take_called(project, clip.take) if clip.take else None
            media = media_of(project, clip)
            found = self._sounds[name] = Sound(media, media.rate / project.rate if media else 1.0, take)
        return found

    def _label_of(self, project: Project, clip: Clip) -> Label:
        found = self._labels.get(clip.id)
        if found is None or found.clip is not clip:
            if len(self._labels) >= _MOST_LABELS:
                self._labels = {}
            sound = self._sound_of(project, clip)
            found = Label(clip, _signs(clip, sound.take), name_of(clip, sound.media, sound.take))
            self._labels[clip.id] = found
        return found

    def _wave(self, painter: QPainter, sight: Sight, clip: Clip, media: Media, ground: Ground) -> None:
        """Draw the part of a clip's sound that is seen."""
        scale = sight.scale
        start, stop = clip.start, clip.start + clip.length
        begin = scale.first if start < scale.first else start
        end = scale.last if stop > scale.last else stop
        top, height, tall, colour = ground
        if height < 4 or end <= begin:
            return
        ratio = media.rate / sight.project.rate
        a_pixel = scale.per_pixel / clip.stretch * ratio
        origin = clip.offset * ratio
        level = level_of(a_pixel)
        first = origin + (begin - start) / clip.stretch * ratio
        last = origin + (end - start) / clip.stretch * ratio
        if a_pixel > _WIDE:
            # Whole tiles, whatever of them is seen: a part of one would be scaled to other pixels.
            wide = WIDTH << level
            first = max(origin, first // wide * wide)
            last = min(origin + clip.length / clip.stretch * ratio, (last // wide + 1) * wide)
        left = scale.x(start) - origin / a_pixel
        found = False
        patches = self._tiles.patches(media, level, first, last, tall, colour.rgb() & 0xFFFFFF)
        for picture, source, width, begins, ends in patches:
            found = True
            target = QRectF(left + begins / a_pixel, top, (ends - begins) / a_pixel, height)
            painter.drawPixmap(target, picture, QRectF(source, 0, width, tall))
        if not found:
            x = scale.x(begin)
            painter.fillRect(QRectF(x, top + height / 2 - 0.5, scale.x(end) - x, 1), colour)

    def _lines(self, painter: QPainter, sight: Sight, drawn: list[Drawn]) -> None:
        """Draw gains and fades."""
        plain: list[QRectF] = []
        changed: list[QRectF] = []
        for clip, figure in drawn:
            body = figure.body
            draw_fades(painter, sight.width, clip, figure)
            if figure.roomy and clip.volume:
                draw_volume(painter, sight, clip, figure)
            elif figure.roomy:
                left, right = max(-4.0, body.left), min(sight.width + 4.0, body.right)
                line = QRectF(left, round(figure.gain), right - left, 1)
                (changed if clip.gain_db else plain).append(line)
        fill(painter, plain, faded("text", 46))
        fill(painter, changed, faded("text", 190))

    def words(self, painter: QPainter, sight: Sight, rows: Iterable[int]) -> list[int]:
        """Draw the names and signs of clips in lanes. They stay in sight while their clips scroll by.

        Return the lanes where names are missing: too many would have had to be laid out at once.
        """
        late: list[int] = []
        self.names.begin()
        project, lanes = sight.project, sight.lanes
        self._hold(project)
        heard = {track.id for track in sounding(project.tracks)}
        painter.setFont(self.names.font)
        for row in rows:
            if lanes.height(row) - 2 * figures.GAP < figures.FLAT:
                continue
            track = project.tracks[row]
            seen = [track.clips[place] for place in visible.wide(track, sight.scale, figures.ROOM)]
            if not seen:
                continue
            painter.setOpacity(1.0 if track.id in heard else 0.45)
            whole = True
            for token, mute in (("text", False), ("muted", True)):
                painter.setPen(look.colour(token))
                clips = [clip for clip in seen if clip.mute is mute]
                whole = self._words(painter, sight, lanes.y(row) + figures.GAP, clips) and whole
            if not whole:
                late.append(row)
        painter.setOpacity(1.0)
        return late

    def _words(self, painter: QPainter, sight: Sight, top: float, clips: list[Clip]) -> bool:
        """Draw what is written on clips of one lane, and in one colour: of those there are many in a frame."""
        size, first, per_pixel = sight.lanes.size, sight.scale.first, sight.scale.per_pixel
        side, named = round(_SIGN * size), round(NAME * size)
        beside, furthest = figures.HANDLE, float(sight.width)
        signed = top + (named - side) / 2 + 1
        written = top + (named - self.names.height) / 2 + 1
        label_of, fitting, write, project = self._label_of, self.names.fitting, painter.drawStaticText, sight.project
        whole = True
        for clip in clips:
            x = (clip.start - first) / per_pixel
            left = (x + beside if x > -beside else 0.0) + 4
            right = x + clip.length / per_pixel
            right = (right if right < furthest else furthest) - 4
            label = label_of(project, clip)
            for name, tone in label.signs:
                if right - side < left + side:
                    break
                right -= side
                painter.drawPixmap(QPointF(right, signed), self._sign(painter, name, tone, side))
                right -= 3
            if right - left > side:
                text, final = fitting(label.name, right - left)
                whole = whole and final
                if text is not None:
                    write(QPointF(left, written), text)
        return whole

    def _outlines(self, painter: QPainter, sight: Sight, drawn: list[Drawn]) -> None:
        """Draw what is chosen."""
        for one in drawn:
            if one.clip.id in sight.clips:
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.setPen(QPen(look.colour("accent"), 2))
                body = one.figure.body
                left, right = max(-4.0, body.left), min(sight.width + 4.0, body.right)
                painter.drawRect(QRectF(left + 1, body.top + 1, right - left - 2, body.height - 2))
                if not one.clip.locked:
                    self.handles(painter, one.figure)

    def _sign(self, painter: QPainter, name: str, tone: str, side: int) -> QPixmap:
        key = (name, tone, side)
        found = self._signs.get(key)
        if found is None:
            ratio = painter.device().devicePixelRatio()
            found = icon(name, tone).pixmap(round(side * ratio), round(side * ratio))
            found.setDevicePixelRatio(ratio)
            self._signs[key] = found
        return found


def fill(painter: QPainter, boxes: list[QRectF], colour: QColor) -> None:
    """Fill rectangles at once."""
    if boxes:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        painter.drawRects(boxes)


@lru_cache(maxsize=256)
def mixed(first: str, second: str, share: float) -> QColor:
    """Return a colour between two, not to be changed: the lanes need the same few in each frame."""
    return QColor(tokens.mixed(first, second, share))


def caption_font(font: QFont) -> QFont:
    """Return the font of small words, from that of a widget."""
    made = QFont(font)
    made.setPixelSize(look.px(tokens.CAPTION))
    return made


def name_of(clip: Clip, media: Media | None, take: Take | None) -> str:
    """Return what a clip is called: by its own name, by what is said, or by its media."""
    if clip.name:
        return clip.name
    if take is not None and take.text:
        return f"{take.speaker}: {take.text}" if take.speaker else take.text
    return media.name if media is not None else clip.id


def badge_of(take: Take | None) -> str:
    """Return the word for how a take came out; "" where nobody judged it. A project may come from anywhere."""
    told = take.quality.get("qa") if take is not None and isinstance(take.quality, dict) else None
    badge = told.get("badge") if isinstance(told, dict) else ""
    return badge if isinstance(badge, str) and badge in BADGES else ""


def _signs(clip: Clip, take: Take | None) -> list[tuple[str, str]]:
    """Return the signs of a clip with their tones, the rightmost first."""
    found: list[tuple[str, str]] = []
    if badge := badge_of(take):
        found.append(BADGES[badge])
    if clip.locked:
        found.append(("lock", "text"))
    if clip.mute:
        found.append(("volume-x", "text"))
    if clip.group:
        found.append(("group", "muted"))
    return found


def _ground(lanes: Lanes, row: int, colour: QColor) -> Ground:
    """Return where the waves of a lane lie: below the names, also of clips that are too narrow to bear one."""
    named = lanes.height(row) - 2 * figures.GAP >= figures.FLAT
    above = round(NAME * lanes.size) if named else 2
    top = lanes.y(row) + figures.GAP + above
    height = lanes.height(row) - 2 * figures.GAP - above - 2
    return Ground(top, height, next((h for h in _HEIGHTS if h >= height), _HEIGHTS[-1]), colour)


def _rect(box: figures.Box) -> QRectF:
    """Return a box for Qt, which cannot draw what is millions of pixels wide."""
    left, right = max(-32.0, box.left), min(32_000.0, box.right)
    return QRectF(left, box.top, right - left, box.height)
