"""The picture host as a service. An object belongs to one thread."""

from __future__ import annotations

from studio.paths import DataPaths
from studio.runtime.hosts.base import Host
from studio.services.helper import Helper, HelperHost

_HELPER = Helper("pictures", "The picture process", ("studio.pictures.host",), "Try again, or with another picture.")


class PictureHost(HelperHost):
    """Has pictures read and written elsewhere."""

    def __init__(self, host: Host, paths: DataPaths, *, idle_seconds: float = 300.0) -> None:
        super().__init__(_HELPER, host, paths, idle_seconds=idle_seconds)
