"""The sound host in its role `render`, as a service. An object belongs to one thread."""

from __future__ import annotations

from studio.paths import DataPaths
from studio.runtime.hosts.base import Host
from studio.services.helper import Helper, HelperHost

WHO = "The sound process"
MODULE = "studio.audio.host"

_HELPER = Helper("sound", WHO, (MODULE, "render"), "Try again; if it fails again, another file or effect may help.")


class SoundHost(HelperHost):
    """Has sound decoded, mixed and encoded elsewhere."""

    def __init__(self, host: Host, paths: DataPaths, *, idle_seconds: float = 300.0) -> None:
        super().__init__(_HELPER, host, paths, idle_seconds=idle_seconds)
