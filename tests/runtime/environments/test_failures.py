"""An installer's last words become one sentence and a hint."""

from __future__ import annotations

import pytest

from studio.runtime.environments import failures


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (
            "error: Failed to install\n  cause: failed to copy file: No space left on device (os error 28)",
            "disk became",
        ),
        ("  cause: There is not enough space on the disk. (os error 112)", "disk became full"),
        ("ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device", "disk became full"),
        ("  cause: invalid peer certificate: UnknownIssuer", "certificate"),
        ("SSLError(SSLCertVerificationError(1, '[SSL: CERTIFICATE_VERIFY_FAILED]", "certificate"),
        ("HTTP status client error (407 Proxy Authentication Required)", "proxy asks"),
        ("HTTP status client error (401 Unauthorized) for url", "refused"),
        ("ERROR: HTTP error 403 while getting http://x", "refused"),
        ("dns error: failed to lookup address information", "could not be reached"),
        ("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE.", "another hash"),
        ("ERROR: No matching distribution found for alpha==1.0", "not to be had"),
        ("thread 'main' panicked", "uv could not install the packages: thread 'main' panicked"),
        ("", "it said nothing"),
    ],
)
def test_what_is_known_is_said_in_plain_words(words: str, said: str) -> None:
    problem = failures.explain(words.splitlines(), installer="uv", log="/log")
    assert said in problem.message
    assert problem.hint
    assert problem.details == words
    assert problem.log == "/log"


def test_the_package_is_named_and_no_password() -> None:
    lines = ["error: Failed to fetch: `https://me:secret@mirror/simple/torch/`", "  cause: connection reset by peer"]
    problem = failures.explain(lines, installer="uv", log="")
    assert "https://mirror/simple/torch/" in problem.message
    assert "secret" not in problem.message
