"""Addresses, names and files of the net in words. Pure; any thread."""

from __future__ import annotations

import re

from studio.domain.spoken.style import spelt

_ENDINGS = (
    "com|org|net|edu|gov|info|app|dev|blog|shop|io|ai|tv|me|uk|de|fr|es|it|nl|eu|us|ca|au|jp|ch|at|be|se|no|fi|dk|pl"
)
_FILES = (
    "txt|pdf|docx?|xlsx?|pptx?|csv|json|xml|html?|css|js|ts|py|toml|ya?ml|md|ini|cfg|log|sql|sh|bat|exe|dll|zip|tar|gz|7z|"
    "png|jpe?g|gif|svg|webp|bmp|tiff?|psd|mp3|mp4|wav|flac|ogg|opus|m4a|m4b|avi|mkv|mov|epub|srt|vtt|mid|iso|apk|deb"
)
_SAID_ENDINGS = frozenset(
    [
        "com",
        "org",
        "net",
        "edu",
        "gov",
        "info",
        "app",
        "dev",
        "blog",
        "shop",
        "zip",
        "doc",
        "log",
        "bat",
        "tar",
        "gif",
        "wav",
        "flac",
        "jpeg",
        "ogg",
        "opus",
        "json",
        "me",
    ]
)
_WORD = r"[A-Za-z0-9_-]{1,63}"
_URL = re.compile(
    r"(?<![\w@])(?:https?://|ftp://|(?=www\.))(?P<rest>[A-Za-z0-9][A-Za-z0-9._~:/?#@!$&'*+,;=%-]{1,2000}+)"
)
_EMAIL = re.compile(
    r"(?<![\w.+-])(?P<user>[A-Za-z0-9][A-Za-z0-9._%+-]{0,63})@(?P<host>[A-Za-z0-9][A-Za-z0-9-]{0,62}(?:\.[A-Za-z0-9-]{1,63}){1,4})(?![\w@])"
)
_HOST = re.compile(
    rf"(?<![\w.@/-])(?P<host>(?:[A-Za-z0-9][A-Za-z0-9-]{{0,62}}\.){{1,3}}(?:co\.uk|{_ENDINGS}))"
    r"(?P<path>/[A-Za-z0-9_~/?#=&%.-]{0,500}+)?(?![\w@-]|\.\w)"
)
_FILE = re.compile(
    rf"(?<![\w./\\-])(?P<name>{_WORD}(?:\.{_WORD}){{0,3}})\.(?P<ending>{_FILES})(?![\w-]|\.\w)", re.IGNORECASE
)
_HANDLE = re.compile(r"(?<![\w@.])@(?P<name>[A-Za-z0-9_]{1,40})(?!\w)")
_HASHTAG = re.compile(r"(?<![\w#&/])#(?P<name>(?=[A-Za-z0-9_]{0,60}[A-Za-z])[A-Za-z0-9_]{1,60})(?!\w)")
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Za-z])(?=\d)|_+")
_SIGNS = {
    ".": "dot",
    "/": "slash",
    "-": "dash",
    "_": "underscore",
    "?": "question mark",
    "=": "equals",
    "&": "and",
    "#": "hash",
    ":": "colon",
    "@": "at",
    "~": "tilde",
    "%": "percent",
    "+": "plus",
    "!": "exclamation mark",
    "$": "dollar",
    "'": "apostrophe",
    "*": "star",
    ",": "comma",
    ";": "semicolon",
}
_PARTS = re.compile(r"[A-Za-z0-9]+|[^A-Za-z0-9]")
_CLOSING = ".,;:!?'"


def read(text: str) -> str:
    """The text with addresses, e-mail, handles, hashtags and file names in words."""
    if not any(sign in text for sign in ".@#"):
        return text
    text = _URL.sub(_url, text)
    text = _EMAIL.sub(lambda m: f"{_said(m['user'])} at {_host(m['host'])}", text)
    text = _FILE.sub(lambda m: f"{_said(m['name'])} dot {_ending(m['ending'])}", text)
    text = _HOST.sub(lambda m: _host(m["host"]) + _path(m["path"] or ""), text)
    text = _HANDLE.sub(lambda m: f"at {_said(m['name'])}", text)
    return _HASHTAG.sub(lambda m: "hashtag " + " ".join(_CAMEL.sub(" ", m["name"]).split()), text)


def _url(match: re.Match[str]) -> str:
    rest = match["rest"]
    address = rest.rstrip(_CLOSING)
    host, slash, path = address.partition("/")
    if not address:
        return match.group()
    return _host(host) + _path(slash + path) + rest[len(address) :]


def _path(path: str) -> str:
    closing = path[len(path.rstrip("./")) :]
    said = _said(path.rstrip("./"))
    return (f" {said}" if said else "") + ("." if closing.endswith(".") else "")


def _host(host: str) -> str:
    names = host.split(".")
    first = [spelt("www")] if names[0].lower() == "www" else [_said(names[0])]
    return " dot ".join([*first, *(_said(name) for name in names[1:-1]), *(_ending(name) for name in names[1:][-1:])])


def _ending(name: str) -> str:
    lower = name.lower()
    if lower in _SAID_ENDINGS or (len(lower) > 4 and lower.isalpha()):
        return lower.upper() if lower == "json" else lower
    if len(lower) > 4:
        return _said(lower)
    return " ".join(
        spelt(part) if part.isalpha() else part for part in re.findall(r"[A-Za-z]+|\d+|[^A-Za-z\d]+", lower)
    )


def _said(text: str) -> str:
    return " ".join(_SIGNS.get(match.group(), match.group()) for match in _PARTS.finditer(text))
