"""The runner of smoke tests: it does what an engine's `smoke.py` says, in the loop that serves every engine.

Start it as any runner; the message Load names the engine, whose folder lies beside this package. The main thread.
"""

from __future__ import annotations

import importlib.util
import sys
import time
from pathlib import Path
from types import ModuleType
from typing import Any

from studio.protocol import messages
from studio.worker.answers import facts_only, path_in
from studio.worker.context import RunContext
from studio.worker.runner import Output
from studio.worker.runner import Runner as BaseRunner

_ENGINES = Path(__file__).resolve().parents[1] / "engines"


class Runner(BaseRunner):
    """Tries one engine: `make(folder)` builds a tiny checkpoint, `check(folder, device)` loads it and generates."""

    def load(self, load: messages.Load) -> dict[str, Any]:
        """Load the engine's smoke test; its libraries come with the first job, so that there is something to tell."""
        self._device = load.device
        self._smoke = _module(_ENGINES / load.engine / "smoke.py")
        return {}

    def run(self, context: RunContext) -> Output:
        """Build and try; the facts are what `check` returns, with how long both took."""
        folder = path_in(context, "folder")
        folder.mkdir(parents=True, exist_ok=True)
        context.progress("building a tiny model", 0.0)
        begun = time.monotonic()
        self._smoke.make(folder)
        made = time.monotonic()
        context.check_cancelled()
        context.progress("trying it", 0.5)
        facts: dict[str, Any] = self._smoke.check(folder, self._device)
        took = {"make_seconds": round(made - begun, 2), "check_seconds": round(time.monotonic() - made, 2)}
        return facts_only(context, {**facts, **took})


def _module(file: Path) -> ModuleType:
    """Load by the path; what the engine has in its folder can be imported from there, as for its runner."""
    spec = importlib.util.spec_from_file_location("engine_smoke", file)
    if spec is None or spec.loader is None:
        raise ImportError(f"{file} is no Python file")
    module = importlib.util.module_from_spec(spec)
    sys.modules["engine_smoke"] = module
    sys.path.insert(1, str(file.parent))
    spec.loader.exec_module(module)
    return module
