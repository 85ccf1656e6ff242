"""A model hub on this machine: it answers as the real one does, and misbehaves as proxies, mirrors and cables do."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar
from urllib.parse import unquote, urlsplit

REPO = "people/model"
COMMIT = "0123456789abcdef0123456789abcdef01234567"
HTML = b"<html><body>Please log in to the network.</body></html>"


@dataclass
class FakeHub:
    """What the hub has, what it was asked, and how it behaves: `on_file` may answer in its own way."""

    files: dict[str, bytes]
    commit: str = COMMIT
    asked: list[tuple[str, str, str]] = field(default_factory=list)  # path, Range, Authorization
    on_list: Callable[[Answer], bool] = lambda _answer: False
    on_file: Callable[[Answer], bool] = lambda _answer: False
    url: str = ""
    change: Callable[[dict[str, Any]], None] = lambda _listing: None
    done: threading.Event = field(default_factory=threading.Event)  # the test is over: who waits may go

    def loads(self, name: str) -> list[int]:
        """From which byte on a file was asked for, each time."""
        found = [r for path, r, _ in self.asked if path.endswith(f"/{name}")]
        return [int(r.removeprefix("bytes=").rstrip("-")) if r else 0 for r in found]

    def listing(self) -> dict[str, Any]:
        """The files as the hub describes them; weights by SHA-256, small ones by git's hash."""
        siblings = []
        for name, data in self.files.items():
            git = hashlib.sha1(b"blob %d\0" % len(data) + data, usedforsecurity=False).hexdigest()
            item: dict[str, Any] = {"rfilename": name, "size": len(data), "blobId": git}
            if name.endswith(".safetensors"):
                digest = hashlib.sha256(data).hexdigest()
                item["lfs"] = {"size": len(data), "sha256": digest, "pointerSize": 134}
            siblings.append(item)
        made = {"id": REPO, "sha": self.commit, "siblings": siblings, "private": False, "tags": [], "downloads": 1}
        self.change(made)
        return made


class Answer(BaseHTTPRequestHandler):
    """One request."""

    hub: ClassVar[FakeHub]
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        """Say what was asked for."""
        path = unquote(urlsplit(self.path).path)
        self.hub.asked.append((path, self.headers.get("Range", ""), self.headers.get("Authorization", "")))
        with suppress(OSError):
            if path.startswith("/api/models/"):
                if not self.hub.on_list(self):
                    self.say(200, json.dumps(self.hub.listing()).encode(), {"Content-Type": "application/json"})
            elif not self.hub.on_file(self):
                self.file()

    @property
    def name(self) -> str:
        """The file that is asked for."""
        return unquote(urlsplit(self.path).path).partition(f"/resolve/{self.hub.commit}/")[2]

    @property
    def start(self) -> int:
        """From which byte on."""
        return int(self.headers.get("Range", "bytes=0-").removeprefix("bytes=").rstrip("-"))

    def file(self, *, most: int | None = None, data: bytes | None = None, ranges: bool = True) -> None:
        """Send a file, or its first bytes only, or other bytes under its name."""
        data = self.hub.files[self.name] if data is None else data
        start = self.start if ranges else 0
        head = {"ETag": f'"{hashlib.sha256(data).hexdigest()}"', "X-Repo-Commit": self.hub.commit}
        if start:
            head["Content-Range"] = f"bytes {start}-{len(data) - 1}/{len(data)}"
        self.say(206 if start else 200, data[start:], head, most=most)

    def begin(self, data: bytes, length: int) -> None:
        """Send the first bytes of a file that has so many."""
        self.send_response(200)
        self.send_header("Content-Length", str(length))
        self.end_headers()
        self.wfile.write(data)
        self.wfile.flush()

    def say(
        self, status: int, data: bytes = b"", head: dict[str, str] | None = None, *, most: int | None = None
    ) -> None:
        """Send an answer; with `most`, only so many bytes of it, and then cut the line."""
        self.send_response(status)
        for name, value in (head or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data[:most])
        self.wfile.flush()
        if most is not None:
            self.close_connection = True

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 — its name
        """Nobody reads it."""


@contextmanager
def serving(files: dict[str, bytes]) -> Iterator[FakeHub]:
    """Run a hub with these files."""
    hub = FakeHub(files)
    handler = type("Bound", (Answer,), {"hub": hub})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    hub.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield hub
    finally:
        hub.done.set()
        server.shutdown()
        server.server_close()
        thread.join()
