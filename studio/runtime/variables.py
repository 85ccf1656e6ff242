"""The environment variables of an engine process: from scratch, so that nothing of the user's shell leaks in. Pure."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping

USER_PREFIX = "STUDIO_ENV_"  # STUDIO_ENV_NAME=value in the studio's environment becomes NAME=value of the engine

_PASSED_ON = (
    "PATH", "HOME", "USER", "LOGNAME", "LANG", "LC_ALL", "TZ", "TMPDIR", "XDG_RUNTIME_DIR", "LD_LIBRARY_PATH",
    "SYSTEMROOT", "SYSTEMDRIVE", "WINDIR", "COMSPEC", "TEMP", "TMP", "USERPROFILE", "APPDATA", "LOCALAPPDATA",
    "PROGRAMDATA", "PROGRAMFILES", "NUMBER_OF_PROCESSORS", "PROCESSOR_ARCHITECTURE", "HF_HOME",
)  # fmt: skip

# Nothing is installed or fetched at run time, whatever a library tries.
_NO_NETWORK = {
    "PIP_NO_INDEX": "1",
    "PIP_CONFIG_FILE": os.devnull,
    "PIP_DISABLE_PIP_VERSION_CHECK": "1",
    "UV_OFFLINE": "1",
    "UV_NO_CONFIG": "1",
    "HF_HUB_OFFLINE": "1",
    "TRANSFORMERS_OFFLINE": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "DO_NOT_TRACK": "1",
}
_PYTHON = {"PYTHONNOUSERSITE": "1", "PYTHONUTF8": "1", "PYTHONFAULTHANDLER": "1"}


def user_overrides(environment: Mapping[str, str]) -> dict[str, str]:
    """Return what the user wants engines to see; stored in a job's row, for it is part of the request."""
    return {k[len(USER_PREFIX) :]: v for k, v in environment.items() if k.startswith(USER_PREFIX) and k != USER_PREFIX}


def build(
    environment: Mapping[str, str],
    *,
    device: Mapping[str, str],
    engine: Mapping[str, str],
    user: Mapping[str, str],
    cache: str,
) -> dict[str, str]:
    """Compose the variables; later ones win, the user last. "{cache}" in an engine's value is the cache folder."""
    wanted = _PASSED_ON if sys.platform != "win32" else tuple(n for n in _PASSED_ON if n != "HOME")
    base = {name: environment[name] for name in wanted if name in environment}
    engine = {name: value.replace("{cache}", cache) for name, value in engine.items()}
    return {**base, **_NO_NETWORK, **_PYTHON, **device, **engine, **user}
