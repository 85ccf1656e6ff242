"""EPUB: the text of a book in its own order; the entries of its table of contents become sections. Pure; any thread."""

from __future__ import annotations

from dataclasses import dataclass, field

from studio.domain.imports import markup
from studio.domain.imports.book_text import Block, TextReader
from studio.domain.imports.value import Builder, Imported, items_of
from studio.domain.imports.zip_book import Book, resolved

_CONTAINER = "META-INF/container.xml"
_TEXTS = frozenset({"application/xhtml+xml", "text/html", "application/x-dtbook+xml", "text/x-oeb1-document"})
_CONTENTS = "application/x-dtbncx+xml"
MOST_DOCUMENTS = 5_000


@dataclass
class _Package:
    """What the book's package file says: its documents by id, their order, and where its contents are listed."""

    rootfile: str = ""
    items: dict[str, tuple[str, str, str]] = field(default_factory=dict[str, tuple[str, str, str]])
    order: list[str] = field(default_factory=list[str])

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "rootfile" and not self.rootfile:
            self.rootfile = attributes.get("full-path", "")
        elif name == "item" and "id" in attributes:
            found = (attributes.get(key, "") for key in ("href", "media-type", "properties"))
            href, kind, properties = found
            self.items[attributes["id"]] = (href, kind, properties)
        elif name == "itemref" and attributes.get("linear") != "no":
            self.order.append(attributes.get("idref", ""))

    def end(self, name: str) -> None:
        """Nothing ends that matters."""

    def text(self, text: str) -> None:
        """The package's texts tell about the book, they are not in it."""


@dataclass
class _Contents:
    """The table of contents, of either version: where each entry leads, and its title."""

    base: str
    titles: dict[tuple[str, str], str] = field(default_factory=dict[tuple[str, str], str])
    _inside: int = 0
    _words: list[str] | None = None
    _label: str = ""
    _target: str = ""

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "nav":
            kind = attributes.get("type", "toc")
            self._inside += 1 if kind == "toc" or self._inside else 0
        elif name in ("a", "text") and (name == "text" or self._inside):
            self._words, self._target = [], attributes.get("href", "")
        elif name == "content" and self._label:
            self._add(attributes.get("src", ""), self._label)

    def end(self, name: str) -> None:
        if name == "nav":
            self._inside = max(0, self._inside - 1)
        elif name in ("a", "text") and self._words is not None:
            title, self._words = " ".join("".join(self._words).split()), None
            if name == "a":
                self._add(self._target, title)
            self._label = title

    def text(self, text: str) -> None:
        if self._words is not None:
            self._words.append(text)

    def _add(self, target: str, title: str) -> None:
        if target and title:
            self.titles.setdefault(resolved(self.base, target), title)


def read(data: bytes, *, name: str) -> Imported:
    """The book as a script."""
    book = Book(data, name=name)
    builder = Builder()
    package, path = _package(book)
    documents = _documents(package, path, book)
    if len(documents) > MOST_DOCUMENTS:
        raise book.damaged(f"it has {len(documents):,} texts, at most {MOST_DOCUMENTS:,} can be read")
    titles = _titles(package, path, book, builder)
    for document in documents:
        _document(document, titles, book, builder)
    return builder.done("EPUB")


def _package(book: Book) -> tuple[_Package, str]:
    container = _Package()
    _told(book, _CONTAINER, container)
    path, _ = resolved("", container.rootfile)
    if not container.rootfile:
        raise book.damaged("it does not say where its text is")
    package = _Package()
    _told(book, path, package)
    return package, path


def _told(book: Book, path: str, handler: markup.Handler) -> str:
    try:
        return markup.parse(book.read(path), handler)
    except markup.Refused as e:
        raise book.damaged(f"{path[:80]} is refused, {e}") from e


def _documents(package: _Package, base: str, book: Book) -> list[str]:
    """The documents in the order of reading, each once."""
    known = (package.items[key] for key in package.order if key in package.items)
    paths = (
        resolved(base, href)[0]
        for href, kind, properties in known
        if kind in _TEXTS and "nav" not in properties.split()
    )
    found = list(dict.fromkeys(paths))
    if not found:
        raise book.damaged("it has no text")
    return found


def _titles(package: _Package, base: str, book: Book, builder: Builder) -> dict[tuple[str, str], str]:
    listed = [item for item in package.items.values() if "nav" in item[2].split()]
    listed += [item for item in package.items.values() if item[1] == _CONTENTS]
    for href, _, _ in listed:
        path, _ = resolved(base, href)
        if not book.has(path):
            continue
        contents = _Contents(path)
        _told(book, path, contents)
        if contents.titles:
            return contents.titles
    builder.note("The book has no table of contents; its headings begin the sections.")
    return {}


def _document(path: str, titles: dict[tuple[str, str], str], book: Book, builder: Builder) -> None:
    if not book.has(path):
        builder.left_out("missing texts", path)
        return
    reader = TextReader()
    damage = _told(book, path, reader)
    if damage:
        builder.note(f"{path[:80]} is damaged ({damage}); what comes after was left out.")
    for what, count in reader.skipped.items():
        for _ in range(min(count, 1000)):
            builder.left_out(what, "")
    entry = titles.get((path, ""))
    if entry:
        builder.section(entry)
    for block in reader.blocks():
        _block(block, path, titles, builder)


def _block(block: Block, path: str, titles: dict[tuple[str, str], str], builder: Builder) -> None:
    for place in block.ids:
        if title := titles.get((path, place)):
            builder.section(title)
    words = " ".join(block.text.split())
    if block.level and builder.is_title(words):
        return
    if block.level in (1, 2) and not titles:
        builder.section(words)
    else:
        builder.say(None, items_of(words))
