"""Run by a pack's interpreter: loads its libraries once, and forks a process from that for each one that is asked for.

`python fork_server.py SOCKET PRELOAD`, where PRELOAD is Python that imports. It ends when its input does. Who asks is
a stand-in for the interpreter (see forked.py), sends its descriptors, and ends as the process that it asked for ends.
"""

from __future__ import annotations

import json
import os
import runpy
import select
import signal
import socket
import sys
import traceback
from contextlib import suppress
from pathlib import Path


def main(place: str, preload: str) -> None:
    """Wait for who asks; one thread, so that a fork is a whole process."""
    exec(preload, {})
    for name in [name for name in sys.modules if name.partition(".")[0] == "studio"]:
        del sys.modules[name]  # each process takes the studio from its own kit
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(place)
    listener.listen()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    while sys.stdin not in select.select([listener, sys.stdin], [], [])[0]:
        asking, _ = listener.accept()
        if os.fork() == 0:
            listener.close()
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            _watch(asking)
        asking.close()


def _watch(asking: socket.socket) -> None:
    """Start the process, end it with who asked for it, and tell how it ended."""
    _, (to_read, to_write, log), _, _ = socket.recv_fds(asking, 1, 3)
    told = asking.makefile("rb").readline()
    child = os.fork()
    if child == 0:
        for number, descriptor in enumerate((to_read, to_write, log)):
            os.dup2(descriptor, number)
        asking.close()
        os.closerange(3, 64)
        _become(*json.loads(told))
    os.closerange(0, 3)
    for descriptor in (to_read, to_write, log):
        os.close(descriptor)
    ending = os.pidfd_open(child)
    if ending not in select.select([ending, asking], [], [])[0]:
        os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    with suppress(ProcessLookupError):
        os.killpg(child, signal.SIGKILL)  # what it started
    with suppress(OSError):
        asking.sendall(b"%d\n" % os.waitstatus_to_exitcode(status))
    os._exit(0)


def _become(words: list[str], environment: dict[str, str], folder: str) -> None:
    """Be what `python [-X utf8] SCRIPT …`, or `-c CODE …`, would be."""
    os.setsid()
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    sys.argv = words[2:] if words[0] == "-X" else words
    text = sys.argv.pop(1) if sys.argv[0] == "-c" else ""
    sys.path[0] = "" if text else str(Path(sys.argv[0]).parent)
    sys.path[1:1] = [place for place in environment.get("PYTHONPATH", "").split(os.pathsep) if place]
    code = 0
    try:
        if text:
            exec(text, {"__name__": "__main__"})
        else:
            runpy.run_path(sys.argv[0], run_name="__main__")
    except BaseException:  # noqa: BLE001 — as an interpreter does
        traceback.print_exc()
        code = 1
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
