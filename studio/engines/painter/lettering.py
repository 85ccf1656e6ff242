"""Letters on a picture: set large enough, wrapped, placed where it is calm, with as much shade behind as they need.

The fonts are free and lie in the studio's resources. Main thread.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from canvas import Canvas, Mask
from PIL import Image, ImageDraw, ImageFont

FONTS = Path(__file__).parents[3] / "resources" / "fonts"
POSITIONS = ("auto", "top", "middle", "bottom")
FACES = ("auto", "plain", "classic")
_FILES = {
    "plain": ("Lato-Black.ttf", "Lato-Medium.ttf"),
    "classic": ("EBGaramond12-Regular.otf", "EBGaramond12-Regular.otf"),
}
_MARGIN = 0.075  # of the shorter side
_MOST_LINES = 5
_CONTRAST = 4.5  # against what lies behind, as guidelines for readable text ask


@dataclass(frozen=True)
class Words:
    """What to write and where."""

    title: str
    subtitle: str
    position: str
    face: str


NO_WORDS = Words("", "", "auto", "auto")


@dataclass(frozen=True)
class _Line:
    text: str
    font: ImageFont.FreeTypeFont
    high: float
    gap: float  # extra room between letters, in pixels


def letter(canvas: Canvas, words: Words) -> str:
    """Write on the canvas; return the signs that the fonts lack, which were left out."""
    face = words.face if words.face in _FILES else "plain"
    title, lost = _known(words.title, face)
    subtitle, lost_too = _known(words.subtitle, face)
    missing = "".join(dict.fromkeys(lost + lost_too))
    if not title and not subtitle:
        return missing
    room = canvas.width - 2 * _MARGIN * canvas.unit
    lines = _fitted(title, face, 0, room, canvas, large=True) + _fitted(subtitle, face, 1, room, canvas, large=False)
    high = sum(line.high for line in lines)
    top = _top(canvas, words.position, high)
    ink = _drawn(canvas, lines, top)
    canvas.tick()
    _lay(canvas, ink, top, high)
    return missing


def _known(text: str, face: str) -> tuple[str, str]:
    """Return the text that the face can write, and what it cannot."""
    font = ImageFont.truetype(str(FONTS / _FILES[face][0]), 24)
    unknown = _glyph(font, "\U0010fffe")
    kept: list[str] = []
    lost: list[str] = []
    for sign in " ".join(text.split()):
        if sign == " " or (sign.isprintable() and _glyph(font, sign) != unknown):
            kept.append(sign)
        elif sign.isprintable():
            lost.append(sign)
    return " ".join("".join(kept).split()), "".join(lost)


def _glyph(font: ImageFont.FreeTypeFont, sign: str) -> bytes:
    image = Image.new("L", (48, 48))
    ImageDraw.Draw(image).text((8, 8), sign, font=font, fill=255)
    return image.tobytes()


def _fitted(text: str, face: str, weight: int, room: float, canvas: Canvas, *, large: bool) -> list[_Line]:
    """Return the text in the largest size in which it fits."""
    if not text:
        return []
    shown = text.upper() if large and face == "plain" and len(text) <= 40 else text
    largest, smallest = (0.14, 0.034) if large else (0.05, 0.026)
    share = canvas.height * (0.34 if large else 0.12)
    size = largest * canvas.unit
    while True:
        font = ImageFont.truetype(str(FONTS / _FILES[face][weight]), max(8, round(size)))
        gap = size * (0.02 if large else 0.1)
        lines = _wrapped(shown, font, gap, room)
        high = size * (1.12 if large else 1.5)
        if (len(lines) <= _MOST_LINES and len(lines) * high <= share) or size <= smallest * canvas.unit:
            kept = lines[: max(1, int(canvas.height * 0.8 / high))]
            return [_Line(line, font, high, gap) for line in kept]
        size *= 0.93


def _wide(text: str, font: ImageFont.FreeTypeFont, gap: float) -> float:
    return font.getlength(text) + gap * max(0, len(text) - 1)


def _wrapped(text: str, font: ImageFont.FreeTypeFont, gap: float, room: float) -> list[str]:
    """Break between words into the fewest lines, of lengths as equal as they can be; long words break anywhere."""
    words = [part for word in text.split() for part in _pieces(word, font, gap, room)]
    lines = _greedy(words, font, gap, room)
    low, high = 0.0, room
    for _ in range(8):  # the narrowest room that needs no line more
        middle = (low + high) / 2
        narrow = _greedy(words, font, gap, middle)
        if len(narrow) > len(lines) or any(_wide(line, font, gap) > middle for line in narrow):
            low = middle
        else:
            high = middle
    return _greedy(words, font, gap, high)


def _pieces(word: str, font: ImageFont.FreeTypeFont, gap: float, room: float) -> list[str]:
    pieces: list[str] = []
    while word:
        end = len(word)
        while end > 1 and _wide(word[:end], font, gap) > room:
            end -= 1
        pieces.append(word[:end])
        word = word[end:]
    return pieces


def _greedy(words: list[str], font: ImageFont.FreeTypeFont, gap: float, room: float) -> list[str]:
    lines: list[str] = []
    for word in words:
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and _wide(longer, font, gap) <= room:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def _top(canvas: Canvas, position: str, high: float) -> float:
    """Return where the block begins: as asked, or where the picture is calmest."""
    margin = _MARGIN * canvas.unit
    places = {"top": margin, "middle": (canvas.height - high) / 2, "bottom": canvas.height - margin - high}
    if position in places:
        return max(0.0, places[position])
    grey = canvas.pixels.mean(axis=2)
    calm = {}
    for name in ("top", "bottom"):
        begin = int(max(0, places[name]))
        part = grey[begin : begin + max(1, int(high))]
        edges = np.abs(np.diff(part[::2, ::2], axis=1)).mean() + np.abs(np.diff(part[::2, ::2], axis=0)).mean()
        calm[name] = float(edges) + (0.002 if name == "bottom" else 0.0)
    return max(0.0, places[min(calm, key=lambda name: calm[name])])


def _drawn(canvas: Canvas, lines: list[_Line], top: float) -> Mask:
    image = Image.new("L", (canvas.width, canvas.height))
    draw = ImageDraw.Draw(image)
    y = top
    for line in lines:
        x = (canvas.width - _wide(line.text, line.font, line.gap)) / 2
        for number, sign in enumerate(line.text):
            # The place of a letter by the length of all before it keeps the font's own kerning.
            before = line.font.getlength(line.text[: number + 1]) - line.font.getlength(sign)
            draw.text(
                (x + before + line.gap * number, y + line.high * 0.44), sign, font=line.font, fill=255, anchor="lm"
            )
        y += line.high
    return np.asarray(image, np.float32) / np.float32(255)


def _lay(canvas: Canvas, ink: Mask, top: float, high: float) -> None:
    """Put letters down, light or dark as the ground is, and shade the ground until they can be read."""
    pixels = canvas.pixels
    rows = slice(int(max(0, top)), int(min(canvas.height, top + high)) + 1)
    behind = pixels[rows].reshape(-1, 3)
    light_letters = _luminance(behind).mean() < 0.36
    colour = np.array([1.0, 0.985, 0.95] if light_letters else [0.07, 0.07, 0.11], np.float32)
    ground = np.array([0.03, 0.03, 0.07] if light_letters else [1.0, 0.99, 0.96], np.float32)
    reach = (canvas.ys * canvas.unit - (top + high / 2)) / (high / 2 + 0.07 * canvas.unit)
    band = np.exp(-(np.abs(reach) ** 3.2) * 0.9).astype(np.float32)[:, None]
    halo = canvas.blurred(np.minimum(1, ink * 2), 0.02)
    letters = _luminance(colour[None])[0]
    for strength in (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8):
        shade = (np.maximum(band * 0.75, (halo * 1.6).clip(0, 1)) * np.float32(strength))[..., None]
        trial = pixels + (ground - pixels) * shade
        spots = _luminance(trial[rows][halo[rows] > 0.05])
        worst = np.percentile(spots, 95 if light_letters else 5) if spots.size else letters
        high_l, low_l = max(float(worst), float(letters)), min(float(worst), float(letters))
        if (high_l + 0.05) / (low_l + 0.05) >= _CONTRAST:
            break
        canvas.tick()
    pixels[:] = trial + (colour - trial) * ink[..., None]


def _luminance(colours: np.ndarray) -> np.ndarray:
    linear = np.where(colours <= 0.04045, colours / 12.92, ((np.maximum(colours, 0) + 0.055) / 1.055) ** 2.4)
    return linear @ np.array([0.2126, 0.7152, 0.0722], np.float32)
