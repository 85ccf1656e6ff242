"""EPUBs made by hand, whole and hostile."""

from __future__ import annotations

import io
import zipfile

CONTAINER = (
    '<?xml version="1.0"?><container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
    '<rootfile full-path="OEBPS/book.opf"/></rootfiles></container>'
)
ITEM = '<item id="{id}" href="{href}" media-type="application/xhtml+xml" properties="{properties}"/>'
XHTML = '<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops">'
NAV = (
    XHTML + '<body><nav epub:type="landmarks"><a href="text/b.xhtml">Not this</a></nav><nav epub:type="toc"><ol>'
    '<li><a href="text/a%20b.xhtml">Chapter <b>One</b></a></li><li><a href="text/b.xhtml#two">Two</a></li>'
    "</ol></nav></body></html>"
)
NCX = (
    '<ncx xmlns="http://www.daisy.org/z3986/2005/ncx/"><docTitle><text>A Book</text></docTitle><navMap><navPoint>'
    '<navLabel><text>First</text></navLabel><content src="text/a%20b.xhtml"/></navPoint></navMap></ncx>'
)
FIRST = (
    '<?xml version="1.0"?><!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.1//EN" "http://example.invalid/xhtml11.dtd">'
    + XHTML
    + "<head><title>No</title><style>p {}</style></head><body><h1>Chapter&nbsp;One</h1><p>Hello &mdash; <i>you</i>.</p>"
    '<p>Two<br/>parts (maybe).<a epub:type="noteref" href="#n">1</a> <img src="x.png"/></p>'
    '<aside epub:type="footnote" id="n"><p>A note.</p></aside></body></html>'
)
SECOND = XHTML + '<body><p>Before.</p><section id="two"><h2>TWO</h2><p>After.</p><h3>More</h3></section></body></html>'


def package(*, nav: bool = True, more: str = "") -> str:
    """The package file of a book with two texts."""
    items = [
        ITEM.format(id="nav", href="nav.xhtml", properties="nav") if nav else "",
        ITEM.format(id="a", href="text/a%20b.xhtml", properties=""),
        ITEM.format(id="b", href="text/b.xhtml", properties=""),
        more,
    ]
    spine = '<spine><itemref idref="nav"/><itemref idref="a"/><itemref idref="b"/></spine>'
    return f'<package xmlns="http://www.idpf.org/2007/opf"><manifest>{"".join(items)}</manifest>{spine}</package>'


def files(**changed: str | bytes | None) -> dict[str, str | bytes]:
    """The files of a whole book; `first`, `second`, `nav`, `package`, `container` can be changed or left out."""
    parts: dict[str, str | bytes | None] = {
        "container": CONTAINER,
        "package": package(),
        "nav": NAV,
        "first": FIRST,
        "second": SECOND,
        **changed,
    }
    paths = {
        "container": "META-INF/container.xml",
        "package": "OEBPS/book.opf",
        "nav": "OEBPS/nav.xhtml",
        "first": "OEBPS/text/a b.xhtml",
        "second": "OEBPS/text/b.xhtml",
    }
    return {"mimetype": "application/epub+zip"} | {paths[key]: part for key, part in parts.items() if part is not None}


def zipped(content: dict[str, str | bytes]) -> bytes:
    """The files in an archive."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, data in content.items():
            archive.writestr(path, data, zipfile.ZIP_STORED if path == "mimetype" else zipfile.ZIP_DEFLATED)
    return stream.getvalue()
