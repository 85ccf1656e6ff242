"""Who speaks, in numbers: the vectors of one voice or two, and how alike they are."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from studio.engines.shared.speaker import encoders as speaker
from studio.protocol import float_wav, messages
from studio.worker.context import RunContext
from studio.worker.failures import UserMistake
from studio.worker.runner import Output
from studio.worker.runner import Runner as BaseRunner

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Vector = NDArray[np.float32]

ENCODERS = (speaker.JUDGE, speaker.CHOOSER)  # the independent one first
_STAGE = "listening"
_DIGITS = 5
_ROLES = ("source", "other")
_MANY = "sound:"  # before the name of one of several sounds


class Runner(BaseRunner):
    """Holds both encoders."""

    def load(self, load: messages.Load) -> dict[str, Any]:
        """Load them."""
        del load
        self._encoders = {name: speaker.load(name) for name in ENCODERS}
        return {"precision": "int8", "revision": "1"}

    def run(self, context: RunContext) -> Output:
        """Write the vectors, and with two voices how alike they are."""
        files = context.inputs["files"]
        many = sorted(role for role in files if role.startswith(_MANY))
        if many:
            return self._many(context, {role.removeprefix(_MANY): Path(files[role]) for role in many})
        roles = [role for role in _ROLES if role in files]
        steps = len(roles) * len(ENCODERS)
        heard: dict[str, dict[str, Vector]] = {}
        for number, role in enumerate(roles):
            heard[role] = {}
            for place, name in enumerate(ENCODERS):
                context.progress(_STAGE, (number * len(ENCODERS) + place) / steps)
                heard[role][name] = self._heard(context, name, Path(files[role]))
        found: dict[str, Any] = {}
        if len(roles) > 1:
            one, other = (heard[role] for role in _ROLES)
            found = {name: round(speaker.similarity(one[name], other[name]), _DIGITS) for name in ENCODERS}
        told: dict[str, Any] = {"similarity": found} if found else {}
        for role, vectors in heard.items():
            told[role] = {name: [round(float(x), _DIGITS) for x in vector] for name, vector in vectors.items()}
        return self._written(context, told, {"similarity": found[speaker.JUDGE]} if found else {})

    def _many(self, context: RunContext, files: dict[str, Path]) -> Output:
        """Write the judge's vector of each of many sounds; one in which nobody speaks has none."""
        told: dict[str, list[float] | None] = {}
        for number, (name, file) in enumerate(files.items()):
            context.progress(_STAGE, number / len(files))
            try:
                vector = self._embedded(context, speaker.JUDGE, file)
            except speaker.NoSpeech:
                told[name] = None
            else:
                told[name] = [round(float(x), _DIGITS) for x in vector]
        return self._written(context, {"sounds": told}, {})

    def _written(self, context: RunContext, told: dict[str, Any], facts: dict[str, Any]) -> Output:
        with context.create("voices.json") as unfinished:
            unfinished.write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")
        context.progress(_STAGE, 1.0)
        return Output(context.scratch / "voices.json", "text", facts)

    def _heard(self, context: RunContext, encoder: str, file: Path) -> Vector:
        try:
            return self._embedded(context, encoder, file)
        except speaker.NoSpeech as e:
            raise UserMistake(f"There is no voice to hear in the sound: {e}.", "Take a few seconds of speech.") from e

    def _embedded(self, context: RunContext, encoder: str, file: Path) -> Vector:
        import numpy as np

        rate = float_wav.read_float_wav(file).rate
        samples = np.array(float_wav.read_samples(file), np.float32)
        return self._encoders[encoder].embed_all([samples], rate, context.check_cancelled)
