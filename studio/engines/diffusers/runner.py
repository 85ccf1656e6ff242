# pyright: reportMissingImports=false
"""Pictures by Stable Diffusion, SDXL and Flux: from words, from a picture, filled in and continued. The main thread."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from studio.engines.shared import enlarging, pictures
from studio.protocol import messages
from studio.worker.context import RunContext
from studio.worker.runner import Output
from studio.worker.runner import Runner as BaseRunner

if TYPE_CHECKING:
    from collections.abc import Iterator

    from machine import Fitting, Machine, Made, Watch
    from order import Order

STAGE = "painting"
LORAS = "loras"  # the setting that names the folder for them
_STEPS_SHARE = 0.95  # of a picture's time; the rest is decoding
_FEW_STEPS, _LITTLE_GUIDANCE = 8, 2.5  # a model that was made for a few steps wants no more


class Runner(BaseRunner):
    """Holds a model, and what of it is on."""

    def load(self, load: messages.Load) -> dict[str, Any]:
        """Load the model from its folder or file."""
        from machine import Machine

        from studio.engines.shared.neural import memory, proof

        memory.begin(load.threads)
        self._loras = str(load.settings.get(LORAS, ""))
        self._machine: Machine = Machine(load.model, load.device, _fitting(load))
        memory.spare()
        made = self._machine
        told = {"precision": made.form, "family": made.family, "saving": made.saving, "looks": made.looks}
        return {**proof.versions("torch", "diffusers"), **told}

    def run(self, context: RunContext) -> Output:
        """Paint the pictures asked for; the first is the result, the others come along."""
        import order as orders
        import starting

        context.progress(STAGE, 0.0)
        order = orders.read(context.params, context.inputs.get("files") or {}, str(context.inputs.get("text") or ""))
        if "smaller_batch" in context.rungs:
            order = replace(order, batch=1)
        start = starting.prepared(order) if order.upscale == 1 else None
        machine = self._machine
        hashes = machine.use(order.loras, self._loras)
        _tell(context, machine, order)
        texts = machine.read(order, context.check_cancelled)
        facts: dict[str, Any] = {"loras": hashes} if hashes else {}
        facts |= {"saving": ", ".join(machine.saving)} if machine.saving else {}
        if order.upscale > 1:
            return _enlarged(context, machine, order, texts, facts)
        made: list[Output] = []
        while len(made) < order.count:
            numbers = range(len(made), min(order.count, len(made) + order.batch))
            seeds = [pictures.seed_of(context.seed, number) for number in numbers]
            found = machine.paint(order, texts, seeds, start, _watch(context, numbers, order.count))
            for number, seed, one in zip(numbers, seeds, found, strict=True):
                made.append(_kept(context, number, one, {**facts, "seed": seed}))
        context.progress(STAGE, 1.0)
        return replace(made[0], more=tuple(made[1:]))

    def clean_up(self) -> None:
        """Give memory back."""
        from studio.engines.shared.neural import memory

        memory.give_back()


def _fitting(load: messages.Load) -> Fitting:
    """Return how the model is to be loaded: on the ladder's rungs, and as the user chose."""
    import saving
    from machine import Fitting

    from studio.engines.shared.neural import checkpoint

    settings = load.settings
    loras = str(settings.get(LORAS, ""))
    ways = saving.ways_of(load)
    return Fitting(
        form=checkpoint.wanted_format(load, ways),
        ways=ways,
        channels_last=bool(settings.get("channels_last", False)),
        own=tuple(checkpoint.parts_of(load).values()),
        beside=Path(loras).parent if loras else None,
    )


def _enlarged(
    context: RunContext, machine: Machine, order: Order, texts: dict[str, Any], facts: dict[str, Any]
) -> Output:
    """Paint the start picture larger, tile by tile."""
    import numpy as np
    from machine import Made, Watch
    from showing import Showing
    from starting import Start

    from studio.engines.shared import tiling

    assert order.start is not None
    canvas = np.asarray(pictures.on_white(enlarging.plainly(order.start, order.upscale)))
    showing = Showing(context)
    show = showing.show if order.preview else lambda _look: None
    kept: list[Output] = []
    for number in range(order.count):
        seed = pictures.seed_of(context.seed, number)
        withheld, redone = 0, False

        def paint(tile: int, tiles: int, under: Any, number: int = number, seed: int = seed) -> Any:
            nonlocal withheld, redone

            def step(done: int, total: int, look: Any) -> None:
                del look  # of a tile alone; what is shown is the whole
                inside = (tile + min(1.0, done / max(1, total))) / tiles
                context.progress(STAGE, (number + _STEPS_SHARE * inside) / order.count)

            one = replace(order, width=under.shape[1], height=under.shape[0], preview=False)
            watch = Watch(context.check_cancelled, step)
            made = machine.paint(one, texts, [pictures.seed_of(seed, tile)], Start(under), watch)[0]
            withheld, redone = withheld + made.withheld, redone or made.redone
            return under if made.withheld else made.pixels

        whole = tiling.painted(canvas, order.width, order.height, paint, show)
        if withheld:
            context.note(f"The model's own checker withheld tiles of it ({withheld}); there it is enlarged plainly.")
        kept.append(_kept(context, number, Made(whole, redone=redone), {**facts, "seed": seed}))
    context.progress(STAGE, 1.0)
    return replace(kept[0], more=tuple(kept[1:]))


def _kept(context: RunContext, number: int, made: Made, facts: dict[str, Any]) -> Output:
    from PIL import Image

    picture = f"Picture {number + 1}"
    if made.withheld:
        context.note(f"{picture} is black: the model's own checker withheld it. Another seed or text may pass.")
    if made.redone:
        context.note(f"{picture} came to nothing when it was decoded, and was decoded again in fp32.", level="info")
    context.check_cancelled()
    name = pictures.name_of(number)
    with context.create(name) as unfinished, unfinished.open("wb") as file:
        Image.fromarray(made.pixels).save(file, "PNG", compress_level=4)
    height, width = made.pixels.shape[:2]
    return Output(context.scratch / name, "image", {"width": width, "height": height, **facts})


def _watch(context: RunContext, numbers: range, count: int) -> Watch:
    from machine import Watch
    from showing import Showing

    showing = Showing(context)

    def step(number: int, total: int, look: Any) -> None:
        inside = _STEPS_SHARE * min(1.0, number / max(1, total))
        context.progress(STAGE, (numbers.start + len(numbers) * inside) / count)
        if look is not None and number < total:
            showing.show(look)

    return Watch(context.check_cancelled, step)


def _tell(context: RunContext, machine: Machine, order: Order) -> None:
    """Say once what this model does not do as asked."""
    if machine.distilled and (order.steps > _FEW_STEPS or (order.guidance > _LITTLE_GUIDANCE and not machine.is_flux)):
        context.note("This model was made for 1 to 4 steps and a closeness to the text of 0 to 2.", level="info")
    if order.negative.strip() and (machine.is_flux or order.guidance <= 1.0):
        context.note("What must not appear has no effect with this model or this closeness to the text.", level="info")
    if machine.is_flux:
        for sentence in _left_out_by_flux(order):
            context.note(sentence, level="info")


def _left_out_by_flux(order: Order) -> Iterator[str]:
    import weights

    if order.scheduler != "auto":
        yield "Flux keeps its own scheduler."
    if any(part.weight != 1.0 for part in weights.read(order.prompt)):
        yield "Flux reads all words alike: their weights have no effect."
    if order.clip_skip:
        yield "Flux skips no layers when it reads."
