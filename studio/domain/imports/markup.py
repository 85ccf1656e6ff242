"""XML that may be hostile: events of elements and text, no document types, no entities but those of HTML. Pure."""

from __future__ import annotations

import html.entities
from collections.abc import Callable
from typing import Any, Protocol
from xml.parsers import expat

DEEPEST = 500


class Refused(Exception):
    """XML that does what no book has to: it defines entities, or is nested without end."""


class Handler(Protocol):
    """Who is told about a document."""

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """An element begins. Names carry no namespace."""
        ...

    def end(self, name: str) -> None:
        """An element ends."""
        ...

    def text(self, text: str) -> None:
        """Text, perhaps in parts."""
        ...


def parse(data: bytes, handler: Handler) -> str:
    """Tell the handler what is there. Return "" or, for a damaged document, what is wrong; raise Refused for a trap."""
    parser = expat.ParserCreate()
    # With an outer document type that is never read, entities of HTML are told to us and are no error.
    parser.UseForeignDTD(True)
    parser.buffer_text = True
    _set_handlers(parser, handler)
    try:
        parser.Parse(data, True)
    except expat.ExpatError as e:
        return f"line {e.lineno}: {expat.ErrorString(e.code)}"
    except (LookupError, ValueError) as e:  # an encoding that nobody knows
        return str(e)
    return ""


def _set_handlers(parser: Any, handler: Handler) -> None:
    depth = 0

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > DEEPEST:
            raise Refused(f"elements nested deeper than {DEEPEST}")
        handler.start(_local(name), {_local(key): value for key, value in attributes.items()})

    def end(name: str) -> None:
        nonlocal depth
        depth -= 1
        handler.end(_local(name))

    def skipped(name: str, is_parameter: int) -> None:
        if not is_parameter:
            handler.text(html.entities.html5.get(f"{name};", ""))

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = handler.text
    parser.SkippedEntityHandler = skipped
    parser.EntityDeclHandler = _refuser("it defines entities")
    parser.UnparsedEntityDeclHandler = _refuser("it defines entities")
    parser.ExternalEntityRefHandler = _refuser("it refers to entities outside")


def _refuser(why: str) -> Callable[..., int]:
    def refuse(*_: object) -> int:
        raise Refused(why)

    return refuse


def _local(name: str) -> str:
    return name.rpartition(":")[2].lower()
