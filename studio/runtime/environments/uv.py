"""uv: where it is, and what of the user's settings it sees. Any thread."""

from __future__ import annotations

import shutil
import sys
import sysconfig
from collections.abc import Mapping
from pathlib import Path

from studio.paths import RESOURCES

_NAME = "uv.exe" if sys.platform == "win32" else "uv"
# Of uv's own variables only those about a bad line: which packages come from where is the plan's affair.
_KEPT = frozenset({"UV_HTTP_TIMEOUT", "UV_HTTP_RETRIES", "UV_CONCURRENT_DOWNLOADS", "UV_SYSTEM_CERTS", "UV_NATIVE_TLS"})
_LEFT_OUT = ("UV_", "PIP_", "PYTHON", "VIRTUAL_ENV", "CONDA_", "STUDIO_", "__PYVENV")


def find() -> Path | None:
    """Return the uv that comes with the studio, or one of the user's."""
    for folder in (RESOURCES.parent / "bin", Path(sysconfig.get_path("scripts"))):
        if (folder / _NAME).is_file():
            return folder / _NAME
    found = shutil.which(_NAME)
    return Path(found) if found else None


def variables(environment: Mapping[str, str]) -> dict[str, str]:
    """Return the user's variables, proxies and certificates among them, without settings for other installs."""
    return {k: v for k, v in environment.items() if k in _KEPT or not k.upper().startswith(_LEFT_OUT)}
