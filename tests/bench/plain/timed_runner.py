# pyright: basic, reportMissingImports=false, reportAttributeAccessIssue=false
"""The runner of a copy of an engine that is like it in all, but writes down how long its model computed.

Beside it lie `untimed.py`, which is the engine's own runner, `loops.py`, and `timed.json`: what is measured, and where
that is written.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import loops
import untimed

_ABOUT = json.loads((Path(__file__).parent / "timed.json").read_text(encoding="utf-8"))


class Runner(untimed.Runner):
    """The engine's own."""

    def load(self, load: Any) -> dict[str, Any]:
        """Load, then begin to measure."""
        facts: dict[str, Any] = super().load(load)
        self._calls = loops.watched(_ABOUT["loop"], _ABOUT["decoder"])
        return facts

    def run(self, context: Any) -> Any:
        """Do the job, then write down what was measured."""
        self._calls.clear()
        output = super().run(context)
        Path(_ABOUT["log"]).write_text(json.dumps(self._calls), encoding="utf-8")
        return output
