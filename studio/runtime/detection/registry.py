"""The display adapters as the Windows registry lists them. Windows only; any thread."""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

KEY = r"SYSTEM\CurrentControlSet\Control\Class\{4d36e968-e325-11ce-bfc1-08002be10318}"
VALUES = ("DriverDesc", "MatchingDeviceId", "HardwareInformation.qwMemorySize", "DriverVersion")


def display_adapters() -> list[Mapping[str, Any]]:
    """Return the values of each adapter, in the registry's order."""
    found: list[Mapping[str, Any]] = []
    if sys.platform == "win32":
        import winreg

        with suppress(OSError), winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, KEY) as adapters:
            for number in range(winreg.QueryInfoKey(adapters)[0]):
                name = winreg.EnumKey(adapters, number)
                if not re.fullmatch(r"\d{4}", name):
                    continue
                values: dict[str, Any] = {}
                with suppress(OSError), winreg.OpenKey(adapters, name) as adapter:
                    for value in VALUES:
                        with suppress(OSError):
                            values[value] = winreg.QueryValueEx(adapter, value)[0]
                found.append(values)
    return found
