"""A sketch painter: pictures by rules, from the words of a prompt. No model, no weights; the processor alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from studio.engines.shared import enlarging, pictures
from studio.engines.shared.finished_pictures import Finished, Said
from studio.protocol import messages
from studio.worker.context import RunContext
from studio.worker.failures import UserMistake
from studio.worker.runner import Output
from studio.worker.runner import Runner as BaseRunner

STAGE = "painting"
SMALLEST, LARGEST = 64, 2048
MOST = 16
_LAYERS = 90.0  # steps that a picture takes, about; only progress depends on it
_EXAMPLES = 'For example: "mountains at sunset, three pines, a lake" or "a lighthouse in a storm, watercolour".'


class Runner(BaseRunner):
    """Paints; holds nothing between jobs."""

    def load(self, load: messages.Load) -> dict[str, Any]:
        """There is nothing to load but libraries."""
        del load
        import painting

        self._painting = painting
        return {"precision": "fp32"}

    def run(self, context: RunContext) -> Output:
        """Paint the pictures asked for; the first is the result, the others come along."""
        times = enlarging.factor(context.params, context.inputs.get("files") or {})
        if times > 1:
            return _enlarged(context, times)
        order = self._order(context)
        count = pictures.whole(context.params.get("count", 1), "count", 1, MOST)
        context.progress(STAGE, 0.0)
        finished = Finished(context, {}, {})
        made = [finished.found(number) or self._one(finished, order, number, count) for number in range(count)]
        context.progress(STAGE, 1.0)
        return Output(made[0].path, "image", made[0].facts, more=tuple(made[1:]))

    def _order(self, context: RunContext) -> Any:
        import prompts
        import starting
        from lettering import Words

        params = context.params
        text = str(params.get("prompt") or context.inputs.get("text") or "")
        if not text.strip():
            raise UserMistake("There is no prompt to paint.", _EXAMPLES)
        if len(text) > prompts.LONGEST:
            raise UserMistake(
                f"The prompt is longer than {prompts.LONGEST:,} characters.", "A few words do: " + _EXAMPLES
            )
        width = pictures.whole(params.get("width", 768), "width", SMALLEST, LARGEST)
        height = pictures.whole(params.get("height", 768), "height", SMALLEST, LARGEST)
        wanted = prompts.read(text, str(params.get("negative") or ""))
        _tell(context, wanted)
        files: dict[str, str] = context.inputs.get("files") or {}
        if files.get("mask") and not files.get("init"):
            raise UserMistake("A mask needs a picture to start from.", "Give one with --init.")
        start = starting.picture(Path(files["init"]), width, height) if files.get("init") else None
        where = starting.mask(Path(files["mask"]), width, height) if files.get("mask") else None
        words = Words(
            str(params.get("title") or ""), str(params.get("subtitle") or ""),
            str(params.get("title_position") or "auto"), str(params.get("lettering") or "auto"),
        )  # fmt: skip
        return self._painting.Order(
            wanted, width, height, context.seed, str(params.get("palette") or "auto"),
            str(params.get("style") or "auto"), words, start, where, float(params.get("strength", 0.6)),
        )  # fmt: skip

    def _one(self, finished: Finished, order: Any, number: int, count: int) -> Output:
        from dataclasses import replace

        from PIL import Image

        context = finished.context
        seed = pictures.seed_of(context.seed, number)
        steps = 0

        def tick() -> None:
            nonlocal steps
            steps += 1
            context.check_cancelled()
            context.progress(STAGE, (number + min(0.97, steps / (steps + _LAYERS * 0.4))) / count)

        pixels, lost = self._painting.paint(replace(order, seed=seed), tick)
        lacking = f"The letters' font has no {' '.join(lost[:12])}; left out."
        name = pictures.name_of(number)
        with context.create(name) as unfinished, unfinished.open("wb") as file:
            Image.fromarray(pixels).save(file, "PNG", compress_level=4)
        facts = {"width": order.width, "height": order.height, "seed": seed}
        picture = Output(context.scratch / name, "image", facts)
        finished.keep(number, picture, [Said(lacking)] if lost and number == 0 else [])
        context.check_cancelled()  # not before: what is finished is kept
        return picture


def _enlarged(context: RunContext, times: int) -> Output:
    """Make the start picture larger in the plain way, which works everywhere, and say so."""
    context.progress(STAGE, 0.0)
    image = enlarging.plainly(Path(context.inputs["files"]["init"]), times)
    context.check_cancelled()
    context.progress(STAGE, 0.5)
    name = pictures.name_of(0)
    with context.create(name) as unfinished, unfinished.open("wb") as file:
        image.save(file, "PNG", compress_level=4)
    context.note("Enlarged plainly (Lanczos): nothing was painted, so it got no more detail.", level="info")
    context.progress(STAGE, 1.0)
    return Output(context.scratch / name, "image", {"width": image.width, "height": image.height, "seed": context.seed})


def _tell(context: RunContext, wanted: Any) -> None:
    """Say once what was not understood."""
    shown = [word for word in wanted.unknown if len(word) > 2][:12]
    if wanted.empty:
        context.note("The painter knows none of these words, so it paints a landscape of its own choice. " + _EXAMPLES)
    elif shown:
        context.note(f"The painter does not know {', '.join(shown)}; left out.", level="info")
