"""The loop that serves the studio in an engine's process."""

from __future__ import annotations

from pathlib import Path

from studio.protocol import messages
from tests.engines.harness import started

# Holds what a model would be, and says at each job what the collector still looks at and whether it finds garbage.
_RUNNER = """
import gc
import weakref
from studio.worker.answers import facts_only
from studio.worker.runner import Runner as BaseRunner

class Knot:
    pass

class Runner(BaseRunner):
    def load(self, load):
        self.model = [Knot() for _ in range(50_000)]
        return {}

    def run(self, context):
        knot = Knot()
        knot.own = knot
        seen = weakref.ref(knot)
        del knot
        gc.collect()
        return facts_only(context, {"looked_at": len(gc.get_objects()), "found": seen() is None})
"""


def test_what_was_loaded_is_not_looked_at_again_for_garbage(tmp_path: Path):
    (tmp_path / "runner.py").write_text(_RUNNER, encoding="utf-8")
    with started("", folder=tmp_path) as worker:
        assert isinstance(worker.load(), messages.Loaded)
        result = worker.run(tmp_path / "scratch", []).result
    assert result is not None
    assert result.facts["looked_at"] < 10_000
    assert result.facts["found"] is True
