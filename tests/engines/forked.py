"""Interpreters of packs whose libraries are loaded once for many processes: importing them takes longer than the tests.

A process is forked from one that has imported them and done nothing else; from then on it is as any other. Where the
system cannot do that, the pack's interpreter itself is given.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.engines.harness import ROOT

DIA = """
import scipy.signal, torch, accelerate, numpy
from transformers import AutoFeatureExtractor, AutoTokenizer, DacModel, DiaForConditionalGeneration, DiaProcessor
from transformers import DiaFeatureExtractor, DiaTokenizer, GenerationConfig
"""
XTTS = f"""
import sys
sys.path.insert(1, {str(ROOT)!r})
import soundfile
from studio.engines.shared.neural import mojimoji_standin, torchaudio_standin
torchaudio_standin.install()
mojimoji_standin.install()
from TTS.tts.configs.xtts_config import XttsConfig
from TTS.tts.models import xtts
sys.path.remove({str(ROOT)!r})
"""
_SHIM = """#!{python} -IS
import json, os, signal, socket, sys
asking = socket.socket(socket.AF_UNIX)
asking.connect({place!r})
socket.send_fds(asking, [b"x"], [0, 1, 2])
environment = {{name: value for name, value in os.environ.items() if name != {parent!r}}}
asking.sendall(json.dumps([sys.argv[1:], environment, os.getcwd()]).encode() + bytes([10]))
told = asking.makefile("rb").readline()
code = int(told) if told else 1
if code < 0:
    signal.signal(-code, signal.SIG_DFL)
    os.kill(os.getpid(), -code)
os._exit(code)
"""
_PARENT = "STUDIO_PARENT"  # the process that would look whether its own parent is the studio is not its child


@contextmanager
def interpreter(python: Path, preload: str) -> Iterator[Path]:
    """Give a stand-in for an interpreter that starts processes with these imports done."""
    if not hasattr(os, "pidfd_open"):
        yield python
        return
    with tempfile.TemporaryDirectory() as folder:
        place, shim = Path(folder) / "socket", Path(folder) / "python"
        shim.write_text(_SHIM.format(python=sys.executable, place=str(place), parent=_PARENT), encoding="utf-8")
        shim.chmod(0o755)
        threads = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1")  # a fork takes one thread along
        command = [str(python), "-X", "utf8", str(Path(__file__).with_name("fork_server.py")), str(place), preload]
        pipe, variables = subprocess.PIPE, {**os.environ, **threads}
        with subprocess.Popen(command, stdin=pipe, stdout=pipe, env=variables) as server:  # it ends with its input
            assert server.stdout is not None
            assert server.stdout.readline() == b"ready\n", "the libraries could not be imported"
            yield shim
