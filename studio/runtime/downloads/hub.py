"""What the model hub is asked, and its refusals in words. The download process only."""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import httpx2
from huggingface_hub import HfApi, constants, get_token, hf_hub_url
from huggingface_hub.errors import (
    GatedRepoError,
    HfHubHTTPError,
    HFValidationError,
    RemoteEntryNotFoundError,
    RepositoryNotFoundError,
    RevisionNotFoundError,
)
from huggingface_hub.utils import (
    build_hf_headers,  # pyright: ignore[reportUnknownVariableType] — its type is given in part only
    get_session,
    hf_raise_for_status,
)

from studio.runtime.hub_cache import COMMIT, HubFile, is_sound
from studio.worker.failures import UserMistake

AGAIN = "Run the same command again: it goes on where it stopped."
_BUSY = frozenset({408, 429, 500, 502, 503, 504})
_RANGE = re.compile(r"bytes (\d+)-\d+/(\d+)")


class Passing(Exception):
    """Something that may be over in a moment: a cut connection, a busy server."""


class WrongContent(Exception):
    """What comes is not the file that was asked for."""


@dataclass(frozen=True)
class Hub:
    """The hub as it is reached here. `token` None: the user's own, False: none, for a mirror is somebody else."""

    repo: str
    stall: float  # seconds without a byte
    token: bool | None = None

    def listing(self, revision: str, patterns: tuple[str, ...]) -> tuple[str, tuple[HubFile, ...]]:
        """Return the commit behind a revision and the files there that are wanted."""
        try:
            with self._in_words():
                info = HfApi(token=self.token).model_info(
                    self.repo, revision=revision or "main", files_metadata=True, timeout=self.stall
                )
        except (ValueError, TypeError, KeyError, AttributeError) as e:  # an answer, but none of the hub's
            raise self.not_the_hub() from e
        found: list[HubFile] = []
        for sibling in info.siblings or ():
            if patterns and not any(fnmatch.fnmatchcase(sibling.rfilename, p) for p in patterns):
                continue
            digest = sibling.lfs.sha256 if sibling.lfs else sibling.blob_id
            file = HubFile(str(sibling.rfilename), sibling.size if sibling.size is not None else -1, str(digest))
            if not is_sound(file):
                raise UserMistake(f"The hub describes a file of {self.repo} that cannot be: {file.name[:80]!r}.", _WHO)
            found.append(file)
        if not COMMIT.fullmatch(info.sha or ""):
            raise self.not_the_hub()
        if not found:
            raise UserMistake(f"{self.repo} has none of the files that the engine loads.", _WHO)
        return str(info.sha), tuple(found)

    @contextmanager
    def stream(self, commit: str, file: HubFile, start: int) -> Generator[tuple[int, Iterator[bytes]], None, None]:
        """Give a file's bytes from `start` on, and from where they really begin: some servers know no middle."""
        headers = build_hf_headers(token=self.token) | {"Accept-Encoding": "identity"}
        if start:
            headers["Range"] = f"bytes={start}-"
        url = hf_hub_url(self.repo, file.name, revision=commit)
        with self._in_words(), get_session().stream("GET", url, headers=headers, timeout=self.stall) as response:
            if response.status_code == 416:
                raise WrongContent(f"{file.name} ends before byte {start}")
            if response.status_code in _BUSY:
                raise Passing(f"the server is busy ({response.status_code})")
            hf_raise_for_status(response)
            if response.headers.get("Content-Type", "").startswith("text/html") and not file.name.endswith(".html"):
                raise self.not_the_hub()
            yield _begin(response, file, start), response.iter_bytes()

    def not_the_hub(self) -> UserMistake:
        """Say that somebody else answered."""
        return UserMistake(
            f"{constants.ENDPOINT} answered with something that is no model, as a proxy or a log-in page does.",
            "Log in to the network, set HTTPS_PROXY, or name another address with `studio settings set models.mirror`.",
        )

    @contextmanager
    def _in_words(self) -> Generator[None, None, None]:
        try:
            yield
        except GatedRepoError as e:
            raise self._gated() from e
        except RevisionNotFoundError as e:
            raise UserMistake(f"{self.repo} has no such revision any more.", _WHO) from e
        except RemoteEntryNotFoundError as e:
            raise UserMistake(f"A file of {self.repo} is not there any more.", _WHO) from e
        except RepositoryNotFoundError as e:
            why = "your token may be wrong, or it was withdrawn" if self._has_token() else "it was withdrawn"
            raise UserMistake(f"The hub shows no model {self.repo}: {why}.", _WHO) from e
        except HFValidationError as e:
            raise UserMistake(f"{self.repo!r} is no name of a model.", _WHO) from e
        except HfHubHTTPError as e:
            raise self._refused(e.response.status_code) from e
        except httpx2.HTTPError as e:
            raise Passing(_short(e)) from e

    def _refused(self, status: int) -> Exception:
        if status in _BUSY:
            return Passing(f"the server is busy ({status})")
        if status == 403 and self._has_token():
            return self._gated()
        return UserMistake(
            f"{constants.ENDPOINT} refuses {self.repo} ({status}).",
            "A proxy or firewall may stand between; name another address with `studio settings set models.mirror`.",
        )

    def _gated(self) -> UserMistake:
        accept = f"Accept its terms at https://huggingface.co/{self.repo} with an account there"
        if self._has_token():
            return UserMistake(f"{self.repo} is not given to the account of your token.", f"{accept}, then try again.")
        return UserMistake(
            f"{self.repo} is given only to those who accepted its terms at the hub.",
            f"{accept}, make a token, and give it to the studio in HF_TOKEN or with `hf auth login`.",
        )

    def _has_token(self) -> bool:
        return self.token is not False and get_token() is not None


_WHO = "Look at the model's page, or look for a newer version of the studio."


def _begin(response: httpx2.Response, file: HubFile, start: int) -> int:
    if response.status_code != 206:
        return 0
    told = _RANGE.fullmatch(response.headers.get("Content-Range", ""))
    if not told or int(told[1]) != start or int(told[2]) != file.bytes:
        raise WrongContent(f"{file.name} has another size")
    return start


def _short(error: httpx2.HTTPError) -> str:
    if isinstance(error, httpx2.TimeoutException):
        return "nothing came any more"
    if isinstance(error, httpx2.ConnectError):
        return f"{constants.ENDPOINT} cannot be reached"
    return "the connection was cut"
