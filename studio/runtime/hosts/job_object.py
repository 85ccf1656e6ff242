"""Windows job objects: a box that takes everything in it along when it closes. Windows only; the starting thread."""

from __future__ import annotations

import ctypes
import subprocess
import sys
from typing import Any

assert sys.platform == "win32", "job objects exist on Windows only"

_KILL_ON_CLOSE = 0x2000
_EXTENDED_LIMITS = 9


class _Basic(ctypes.Structure):
    _fields_ = (
        ("process_time", ctypes.c_int64),
        ("job_time", ctypes.c_int64),
        ("flags", ctypes.c_uint32),
        ("smallest_set", ctypes.c_size_t),
        ("largest_set", ctypes.c_size_t),
        ("processes", ctypes.c_uint32),
        ("affinity", ctypes.c_size_t),
        ("priority", ctypes.c_uint32),
        ("scheduling", ctypes.c_uint32),
    )


class _Extended(ctypes.Structure):
    _fields_ = (
        ("basic", _Basic),
        ("io", ctypes.c_uint64 * 6),
        ("process_memory", ctypes.c_size_t),
        ("job_memory", ctypes.c_size_t),
        ("peak_process", ctypes.c_size_t),
        ("peak_job", ctypes.c_size_t),
    )


class JobObject:
    """A job whose processes die when it is closed, or when the studio dies and the system closes it."""

    def __init__(self) -> None:
        self._kernel: Any = ctypes.WinDLL("kernel32", use_last_error=True)
        self._kernel.CreateJobObjectW.restype = ctypes.c_void_p
        self._kernel.CreateJobObjectW.argtypes = [ctypes.c_void_p, ctypes.c_wchar_p]
        self._kernel.SetInformationJobObject.argtypes = [
            ctypes.c_void_p,
            ctypes.c_int,
            ctypes.c_void_p,
            ctypes.c_uint32,
        ]
        self._kernel.AssignProcessToJobObject.argtypes = [ctypes.c_void_p, ctypes.c_void_p]
        self._kernel.CloseHandle.argtypes = [ctypes.c_void_p]
        self._handle: int | None = self._kernel.CreateJobObjectW(None, None)
        limits = _Extended()
        limits.basic.flags = _KILL_ON_CLOSE
        if not self._kernel.SetInformationJobObject(
            self._handle, _EXTENDED_LIMITS, ctypes.byref(limits), ctypes.sizeof(limits)
        ):
            raise ctypes.WinError(ctypes.get_last_error())

    def adopt_suspended(self, process: subprocess.Popen[bytes]) -> None:
        """Take a process that was started suspended, then let it run: it cannot have started anything before."""
        handle = int(vars(process)["_handle"])  # Python keeps the only handle there is to itself
        if not self._kernel.AssignProcessToJobObject(self._handle, handle):
            process.kill()
            raise ctypes.WinError(ctypes.get_last_error())
        resume: Any = ctypes.WinDLL("ntdll").NtResumeProcess
        resume.argtypes = [ctypes.c_void_p]
        resume(handle)

    def close(self) -> None:
        """End everything in the job."""
        if self._handle is not None:
            self._kernel.CloseHandle(self._handle)
            self._handle = None
