"""Books are read in their order, and hostile ones cost nothing but an error."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.domain.imports import any_form, zip_book
from studio.domain.imports.value import Chapter, Imported
from studio.domain.imports.zip_book import resolved
from studio.errors import StudioError
from tests.domain.imports import books

BOMB = '<!DOCTYPE html [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>' + books.XHTML + "<body><p>&b;</p></body></html>"
OUTSIDE = '<!DOCTYPE html [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + books.XHTML + "<body><p>&x;</p></body></html>"


def _read(**changed: str | bytes | None) -> Imported:
    return any_form.read(books.zipped(books.files(**changed)), name="book.epub")


def test_a_book_with_a_table_of_contents():
    found = _read()
    assert found.text == ("# Chapter One\nHello — you.\nTwo parts \\(maybe).\nBefore.\n# Two\nAfter.\nMore\n")
    assert found.chapters == (Chapter(1, "Chapter One"), Chapter(5, "Two"))
    assert found.notes == ("Left out pictures: 1.", "Left out notes: 1.")
    assert found.form == "EPUB"


def test_an_older_book_names_its_chapters_otherwise():
    more = '<item id="ncx" href="toc.ncx" media-type="application/x-dtbncx+xml"/>'
    content = books.files(package=books.package(nav=False, more=more), nav=None) | {"OEBPS/toc.ncx": books.NCX}
    found = any_form.read(books.zipped(content), name="book")
    assert [chapter.title for chapter in found.chapters] == ["First"]
    assert "Chapter One" in found.text


def test_without_contents_the_headings_begin_the_sections():
    found = _read(package=books.package(nav=False), nav=None)
    assert [chapter.title for chapter in found.chapters] == ["Chapter One", "TWO"]


def test_a_damaged_text_is_read_as_far_as_it_goes():
    found = _read(second=books.XHTML + "<body><p>Before.</p><p>After<p>broken</body></html>")
    assert "Before.\n" in found.text
    assert any("text/b.xhtml is damaged" in note for note in found.notes)


def test_a_missing_text_is_told():
    found = _read(second=None)
    assert "Hello" in found.text
    assert found.notes[-1] == "Left out missing texts: 1 (OEBPS/text/b.xhtml)."


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"second": BOMB}, "defines entities"),
        ({"package": BOMB}, "defines entities"),
        ({"nav": OUTSIDE}, "defines entities"),
        ({"second": OUTSIDE}, "defines entities"),
        ({"second": books.XHTML + "<body>" + "<div>" * 1000}, "nested deeper than 500"),
        ({"container": None}, "container.xml is missing"),
        ({"container": "<container/>"}, "does not say where"),
        ({"package": "<package/>"}, "has no text"),
        ({"container": books.CONTAINER.replace("OEBPS/book.opf", "../../../../etc/passwd")}, "etc/passwd is missing"),
    ],
)
def test_what_is_refused_in_words(changed: dict[str, str | None], said: str):
    with pytest.raises(StudioError, match=said) as refused:
        _read(**changed)
    assert refused.value.hint


def test_a_text_that_unpacks_without_end(monkeypatch):
    monkeypatch.setattr(zip_book, "LARGEST_FILE", 100_000)
    with pytest.raises(StudioError, match="unpacks to more than 100,000 bytes"):
        _read(second=books.XHTML + "<body>" + " " * 200_000)
    monkeypatch.setattr(zip_book, "LARGEST_BOOK", 90_000)
    with pytest.raises(StudioError, match=r"The text of book\.epub unpacks to more than 90,000"):
        _read(first=books.XHTML + "<body>" + " " * 60_000, second=books.XHTML + "<body>" + " " * 60_000)


def test_too_many_files(monkeypatch):
    monkeypatch.setattr(zip_book, "MOST_FILES", 3)
    with pytest.raises(StudioError, match="holds 6 files"):
        _read()


def test_a_locked_book():
    data = bytearray(books.zipped(books.files()))
    for sign, flags in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        place = data.find(sign)
        while place >= 0:
            data[place + flags] |= 1
            place = data.find(sign, place + 4)
    with pytest.raises(StudioError, match="is encrypted"):
        any_form.read(bytes(data), name="book.epub")


@settings(max_examples=150, derandomize=True, deadline=None)
@given(st.data())
def test_a_damaged_archive_is_an_error_in_words(data: st.DataObject):
    whole = bytearray(books.zipped(books.files()))
    for _ in range(data.draw(st.integers(1, 6))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.one_of(st.just(len(whole)), st.integers(0, len(whole))))
    refused = _refusal(bytes(whole[:cut]))
    assert refused is None or refused.hint


def _refusal(data: bytes) -> StudioError | None:
    try:
        any_form.read(data, name="book.epub")
    except StudioError as error:
        return error
    return None


@pytest.mark.parametrize(
    ("base", "reference", "found"),
    [
        ("OEBPS/book.opf", "text/a%20b.xhtml#x%20y", ("OEBPS/text/a b.xhtml", "x y")),
        ("OEBPS/text/a.xhtml", "../b.xhtml", ("OEBPS/b.xhtml", "")),
        ("OEBPS/text/a.xhtml", "#here", ("OEBPS/text/a.xhtml", "here")),
        ("book.opf", "../../../etc/passwd", ("etc/passwd", "")),
        ("book.opf", "/etc/passwd", ("etc/passwd", "")),
    ],
)
def test_no_path_leads_out_of_the_book(base: str, reference: str, found: tuple[str, str]):
    assert resolved(base, reference) == found
