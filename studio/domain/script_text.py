"""From the bytes of a script file to its text. Pure; any thread.

It never guesses an encoding: wrong words are worse than an error.
"""

from __future__ import annotations

import codecs

from studio.errors import StudioError

_WITH_MARK = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_TITLES = {"utf-8": "UTF-8", "utf-16-le": "UTF-16", "utf-16-be": "UTF-16"}


def decode(data: bytes, *, name: str) -> str:
    """The text of a script file, with `\\n` as the only line end. `name` is the file's name for the error."""
    mark, encoding = next(((mark, encoding) for mark, encoding in _WITH_MARK if data.startswith(mark)), (b"", "utf-8"))
    try:
        text = data[len(mark) :].decode(encoding)
    except UnicodeDecodeError as error:
        offset = len(mark) + error.start
        line = 1 + _with_plain_line_ends(data[len(mark) : offset].decode(encoding, errors="replace")).count("\n")
        raise StudioError(
            f"{name} is not {_TITLES[encoding]} text: byte 0x{data[offset]:02X} at offset {offset} (line {line}).",
            "Save the file as UTF-8 in your editor (Save as, encoding UTF-8) and try again.",
            f"{encoding}: {error.reason}",
        ) from error
    return _with_plain_line_ends(text)


def _with_plain_line_ends(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")
