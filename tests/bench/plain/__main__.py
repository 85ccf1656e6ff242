# pyright: reportMissingImports=false
"""`python -m tests.bench.plain ID make FOLDER` writes a checkpoint; `… serve FOLDER THREADS` makes what it is told.

A line of JSON for each order on standard input, an answer for each on standard output: how long it took from the order
to the file, and what of it the model computed. What libraries print goes to standard error.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
import time
from pathlib import Path
from typing import Any

from tests.bench.plain import loops


def main() -> None:
    """Do what the command line says."""
    engine, what, folder, *threads = sys.argv[1:]
    module: Any = importlib.import_module(f"tests.bench.plain.{engine}")
    if what == "make":
        module.make(Path(folder))
    else:
        _serve(module, Path(folder), int(threads[0]))


def _serve(module: Any, folder: Path, threads: int) -> None:
    with os.fdopen(os.dup(1), "w", encoding="utf-8") as answers:
        os.dup2(2, 1)
        import torch

        if threads:
            torch.set_num_threads(threads)
        script = module.Script(folder)
        found = loops.watched(module.LOOP, module.DECODER)
        for line in sys.stdin:
            order = json.loads(line)
            found.clear()
            begun = time.perf_counter()
            script.make(**order)
            seconds = time.perf_counter() - begun
            answers.write(json.dumps({"seconds": seconds, "calls": found}) + "\n")
            answers.flush()


if __name__ == "__main__":
    main()
