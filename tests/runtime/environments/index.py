"""A package index of tiny wheels on this machine, which can misbehave, and plans for what it holds."""

from __future__ import annotations

import base64
import hashlib
import io
import sys
import threading
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from studio.runtime.environments.plan import BuildPlan, Requirement, Sources

Answer = Callable[[BaseHTTPRequestHandler, bytes], None]
PROXY_PAGE = b"<html><body><h1>Sign in to the network</h1></body></html>"


@dataclass(frozen=True)
class Wheel:
    """A package as a file."""

    name: str
    version: str
    data: bytes

    @property
    def file(self) -> str:
        """The file's name."""
        return f"{self.name}-{self.version}-py3-none-any.whl"

    @property
    def sha256(self) -> str:
        """The content's hash."""
        return hashlib.sha256(self.data).hexdigest()


def wheel(
    name: str, version: str, files: Mapping[str, bytes] | None = None, *, needs: tuple[str, ...] = (), says: str = ""
) -> Wheel:
    """Make a wheel; `says` is the version that its description names, if not its own."""
    info = f"{name}-{version}.dist-info"
    lines = ["Metadata-Version: 2.1", f"Name: {name}", f"Version: {says or version}"]
    content = dict(files or {f"{name}/__init__.py": f"version = {version!r}\n".encode()})
    content[f"{info}/METADATA"] = "\n".join([*lines, *(f"Requires-Dist: {n}" for n in needs), ""]).encode()
    content[f"{info}/WHEEL"] = b"Wheel-Version: 1.0\nGenerator: x\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    rows = [
        f"{path},sha256={base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b'=').decode()},{len(data)}"
        for path, data in content.items()
    ]
    content[f"{info}/RECORD"] = "\n".join([*rows, f"{info}/RECORD,,", ""]).encode()
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for path, data in content.items():
            archive.writestr(zipfile.ZipInfo(path, (2026, 1, 1, 0, 0, 0)), data)
    return Wheel(name, version, packed.getvalue())


def torch(version: str = "2.13.0+cpu", *, inside: str = "", cuda: str = "", hip: str = "", says: str = "") -> Wheel:
    """Make a wheel called torch, with the file in which torch says what it is."""
    said = [f"__version__ = {inside or version!r}", f"cuda: str | None = {cuda or None!r}", f"hip = {hip or None!r}"]
    files = {"torch/__init__.py": b"", "torch/version.py": "\n".join(said).encode()}
    return wheel("torch", version, files, says=says)


ALPHA = wheel("alpha", "1.0", {"alpha/__init__.py": b"answer = 42\n", "alpha/data.bin": bytes(range(256)) * 200})


@dataclass
class Index:
    """What the server holds, how it answers, and what it was asked for."""

    url: str = ""
    wheels: dict[str, Wheel] = field(default_factory=dict[str, Wheel])
    answers: dict[str, Answer] = field(default_factory=dict[str, Answer])  # by the last part of the address
    asked: list[str] = field(default_factory=list[str])
    halted: threading.Event = field(default_factory=threading.Event)  # somebody waits for an answer
    go_on: threading.Event = field(default_factory=threading.Event)

    def add(self, *wheels: Wheel) -> None:
        """Take wheels in."""
        for each in wheels:
            self.wheels[each.file] = each

    def stall(self, handler: BaseHTTPRequestHandler, body: bytes) -> None:
        """Answer with the first half, and with the rest when the test goes on."""
        _head(handler, len(body))
        handler.wfile.write(body[: len(body) // 2])
        handler.wfile.flush()
        self.halted.set()
        self.go_on.wait(60)
        handler.wfile.write(body[len(body) // 2 :])


@contextmanager
def serving(*wheels: Wheel) -> Iterator[Index]:
    """Run an index while the block lasts."""
    index = Index()
    index.add(*wheels)
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(index))
    server.daemon_threads = True
    index.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield index
    finally:
        index.go_on.set()
        server.shutdown()
        server.server_close()
        thread.join()


def plan_of(
    index: Index, *wheels: Wheel, pack: str = "core", accelerator: str = "cpu", hashed: bool = True
) -> BuildPlan:
    """Return a plan that names these wheels."""
    lines = [f"{w.name}=={w.version}" + (f" --hash=sha256:{w.sha256}" if hashed else "") for w in wheels]
    text = "\n".join([*lines, ""])
    return BuildPlan(
        pack=pack,
        accelerator=accelerator,
        flavour=accelerator,
        python=Path(sys.executable),
        python_version=f"{sys.version_info.major}.{sys.version_info.minor}.{sys.version_info.micro}",
        torch=next((w.version for w in wheels if w.name == "torch"), ""),
        requirements=tuple(Requirement(w.name, w.version, len(w.data)) for w in wheels),
        download_bytes=sum(len(w.data) for w in wheels),
        disk_bytes=sum(len(w.data) for w in wheels),
        lock_text=text,
        lock_sha=hashlib.sha256(text.encode()).hexdigest(),
        hashed=hashed,
        sources=Sources(default=f"{index.url}/simple"),
        forbidden=("nvidia-*",),
    )


# ------------------------------------------------------------------------------------------------------ how it answers


def refuse(handler: BaseHTTPRequestHandler, body: bytes) -> None:
    """403, as an index of AMD's answers for what it does not hold."""
    del body
    handler.send_error(403)


def gone(handler: BaseHTTPRequestHandler, body: bytes) -> None:
    """404."""
    del body
    handler.send_error(404)


def proxy_page(handler: BaseHTTPRequestHandler, body: bytes) -> None:
    """200 and a page to sign in, as proxies in hotels do."""
    del body
    _head(handler, len(PROXY_PAGE), kind="text/html")
    handler.wfile.write(PROXY_PAGE)


def cut(handler: BaseHTTPRequestHandler, body: bytes) -> None:
    """Break off in the middle."""
    _head(handler, len(body))
    handler.wfile.write(body[: len(body) // 2])
    handler.close_connection = True


def other_content(handler: BaseHTTPRequestHandler, body: bytes) -> None:
    """A whole wheel, but not the one that was planned."""
    changed = wheel("alpha", "1.0", {"alpha/__init__.py": b"evil = True\n" * 20}).data
    del body
    _head(handler, len(changed))
    handler.wfile.write(changed)


def _head(handler: BaseHTTPRequestHandler, length: int, kind: str = "") -> None:
    kind = kind or ("application/octet-stream" if handler.path.endswith(".whl") else "text/html")
    handler.send_response(200)
    handler.send_header("content-type", kind)
    handler.send_header("content-length", str(length))
    handler.end_headers()


def _handler(index: Index) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            last = self.path.partition("#")[0].strip("/").rpartition("/")[2].replace("%2B", "+")
            index.asked.append(last)
            found = index.wheels.get(last)
            body = found.data if found else self._page(last)
            answer = index.answers.get(last)
            try:
                if answer:
                    answer(self, body)
                elif not body:
                    self.send_error(404)
                else:
                    _head(self, len(body))
                    self.wfile.write(body)
            except OSError:  # who asked is gone
                pass

        def do_HEAD(self) -> None:
            self.send_error(405)

        def _page(self, name: str) -> bytes:
            links = [
                f'<a href="/files/{w.file.replace("+", "%2B")}#sha256={w.sha256}">{w.file}</a>'
                for w in index.wheels.values()
                if w.name.replace("_", "-") == name
            ]
            return f"<!DOCTYPE html><html><body>{''.join(links)}</body></html>".encode() if links else b""

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 — so it is called there
            pass

    return Handler
