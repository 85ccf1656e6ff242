"""From an installer's last words to what the user can do. Pure.

The words are those of uv and pip; what is not known here is shown as it was said.
"""

from __future__ import annotations

import re

from studio.errors import StudioError
from studio.runtime.environments.indexes import without_password

_AGAIN = "What was loaded is kept: run the same command again to go on."

# In this order: a full disk also looks like a broken download, and a refused file like a missing one.
_KNOWN: tuple[tuple[str, str, str], ...] = (
    (
        r"No space left|os error 28|os error 112|not enough space on the disk|Disk quota|os error 122|"
        r"File too large|os error 27",
        "The disk became full while packages were written.",
        "Free some space, or choose a data folder on another disk with --data-dir, then run the same command again.",
    ),
    (
        r"Hash mismatch|DO NOT MATCH THE HASHES|hash-checking mode",
        "A package is not the one that was planned: its content has another hash.",
        "A proxy or mirror may have changed it, or the index did. Try another connection; do not use the package.",
    ),
    (
        r"\b407\b|proxy authentication",
        "The proxy asks for a name and a password.",
        "Set them in HTTPS_PROXY (http://NAME:PASSWORD@PROXY:PORT), then run the same command again.",
    ),
    (
        r"\b40[13]\b (Forbidden|Unauthorized)|status client error \(40[13]|HTTP error 40[13]|ERROR 40[13]",
        "The package source refused to hand over a package.",
        "A mirror may want a password, or does not hold this package: look at the mirror in the settings.",
    ),
    (
        r"certificate|UnknownIssuer|CERTIFICATE_VERIFY_FAILED|InvalidCertificate",
        "The connection to the package source cannot be trusted: its certificate is not known.",
        "Behind a company's proxy, name its certificate with SSL_CERT_FILE, then run the same command again.",
    ),
    (
        r"malformed wheel|does not match filename|inconsistent (name|version)",
        "A package is not what its name says.",
        "This is a mistake of the package source: report it with the log.",
    ),
    (
        r"timed? ?out|timeout|end of file|unexpected EOF|IncompleteRead|broken pipe|decoding response|error decoding|"
        r"dns error|error sending request|connection (refused|reset|aborted|error|closed)|Network is unreachable|"
        r"from connection|Temporary failure in name|Name or service not known|status server error",
        "The package source could not be reached, or the connection broke.",
        f"Look at the network and the proxy. {_AGAIN}",
    ),
    (
        r"not found in the package registry|no version of|only the following versions|No matching distribution|"
        r"not found in the cache|has no wheels|no wheels with a matching|\b404\b|Not Found",
        "A package of the plan is not to be had.",
        "Sign in to the network where it wants that, and look at the mirror in the settings. Else it was withdrawn: "
        "report it with the log.",
    ),
    (
        r"invalid (Zip|zip)|[Zz]ip archive|end of central directory|expected `?</|HTML|Unable to parse|"
        r"Unsupported Content-Type|Failed to (read|extract|unzip)|not a (valid )?wheel|BadZipFile|metadata.*corrupt",
        "What came is no package: a proxy may have answered in its place.",
        "Sign in to the network with a browser, or set a mirror in the settings, then run the same command again.",
    ),
    (
        r"Failed to (fetch|download)|network (connectivity )?(is|was) disabled",
        "A package could not be loaded.",
        f"Look at the network and the proxy. {_AGAIN}",
    ),
)


def explain(lines: list[str], *, installer: str, log: str) -> StudioError:
    """Return what to tell, from the lines that came before the end."""
    words = "\n".join(lines[-60:])
    for pattern, message, hint in _KNOWN:
        if re.search(pattern, words, re.IGNORECASE):
            return StudioError(f"{message}{_which(lines)}", hint, words, log=log)
    last = next((line.strip() for line in reversed(lines) if line.strip()), "it said nothing")
    return StudioError(f"{installer} could not install the packages: {last[:200]}", _AGAIN, words, log=log)


def is_full_disk(lines: list[str]) -> bool:
    """Whether there is no use in trying it another way."""
    return re.search(_KNOWN[0][0], "\n".join(lines[-60:]), re.IGNORECASE) is not None


def _which(lines: list[str]) -> str:
    """Return the first line that names what failed, for the message."""
    for line in lines:
        if found := re.search(r"Failed to (?:fetch|download|read|extract|prepare)[^`]*`([^`]{1,200})`", line):
            return f" It was {without_password(found[1])}."
    return ""
