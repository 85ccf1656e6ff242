"""Many pictures on one, in rows and columns, with words above and beside them. Picture process."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PIL import Image, ImageDraw, ImageFont

from studio.paths import RESOURCES

_FONT = RESOURCES / "fonts" / "Lato-Medium.ttf"
_LARGEST = 8_000  # pixels a side, about
_SIDE, _LEAST_SIDE = 384, 48  # of a picture on it
_GAP = 12
_LETTERS = 18
_LINES = 4
_BESIDE = 200
_PAPER, _INK = (255, 255, 255), (32, 32, 36)


def make(
    load: Callable[[int], Image.Image], columns: Sequence[str], rows: Sequence[str], tick: Callable[[int], None]
) -> Image.Image:
    """Return the sheet; `load` gives the pictures row by row, one at a time, and `tick` hears how many are done.

    Pictures of one grid are of one size; one that is larger than the first becomes as small as that one's place.
    """
    font = ImageFont.truetype(str(_FONT), _LETTERS)
    first = load(0)
    side = max(_LEAST_SIDE, min(_SIDE, _LARGEST // len(columns), _LARGEST // len(rows)))
    scale = min(1.0, side / max(first.size))
    wide, high = (max(1, round(length * scale)) for length in first.size)
    above = [_wrapped(text, wide, font) for text in columns]
    beside = [_wrapped(text, _BESIDE, font) for text in rows]
    top = _GAP + (max(map(len, above)) * _line(font) + _GAP if any(columns) else 0)
    left = _GAP + (_BESIDE + _GAP if any(rows) else 0)
    size = (left + len(columns) * (wide + _GAP), top + len(rows) * (high + _GAP))
    sheet = Image.new("RGB", size, _PAPER)
    pen = ImageDraw.Draw(sheet)
    for number, lines in enumerate(above):
        _write(pen, (left + number * (wide + _GAP), _GAP), lines, font)
    for number, lines in enumerate(beside):
        _write(pen, (_GAP, top + number * (high + _GAP)), lines, font)
    for number in range(len(rows) * len(columns)):
        row, column = divmod(number, len(columns))
        image = first if number == 0 else load(number)
        image.thumbnail((wide, high), Image.Resampling.LANCZOS)
        place = (left + column * (wide + _GAP), top + row * (high + _GAP))
        sheet.paste(image, place, image if image.mode == "RGBA" else None)
        tick(number + 1)
    return sheet


def _write(
    pen: ImageDraw.ImageDraw, place: tuple[int, int], lines: Sequence[str], font: ImageFont.FreeTypeFont
) -> None:
    for number, line in enumerate(lines):
        pen.text((place[0], place[1] + number * _line(font)), line, _INK, font)


def _line(font: ImageFont.FreeTypeFont) -> int:
    return sum(font.getmetrics()) + 2


def _wrapped(text: str, width: int, font: ImageFont.FreeTypeFont) -> list[str]:
    """Return a text as lines that fit; what is too much is left out and said by three dots."""
    words = [piece for word in text.split()[:200] for piece in _broken(word, width, font)]
    lines: list[str] = []
    for word in words:
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and font.getlength(longer) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    if len(lines) > _LINES:
        lines = [*lines[: _LINES - 1], f"{lines[_LINES - 1]} …"]
        while font.getlength(lines[-1]) > width and len(lines[-1]) > 2:
            lines[-1] = f"{lines[-1][:-2].rstrip()}…"
    return lines


def _broken(word: str, width: int, font: ImageFont.FreeTypeFont) -> list[str]:
    """Return a word in pieces that fit."""
    pieces = [""]
    for sign in word[:500]:
        if pieces[-1] and font.getlength(pieces[-1] + sign) > width:
            pieces.append("")
        pieces[-1] += sign
    return pieces
