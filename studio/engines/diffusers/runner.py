# pyright: reportMissingImports=false
"""Pictures by Stable Diffusion, SDXL and Flux: from words, from a picture, filled in and continued. The main thread."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from studio.engines.shared import enlarging, pictures
from studio.engines.shared.finished_pictures import Finished, Said
from studio.protocol import messages
from studio.worker.context import RunContext
from studio.worker.failures import UserMistake
from studio.worker.runner import Output
from studio.worker.runner import Runner as BaseRunner

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from machine import Fitting, Machine, Made, Watch
    from order import Order
    from starting import Start

STAGE = "painting"
_STEPS_SHARE = 0.95  # of a picture's time; the rest is decoding


class Runner(BaseRunner):
    """Holds a model, and what of it is on."""

    def load(self, load: messages.Load) -> dict[str, Any]:
        """Load the model from its folder or file."""
        from machine import Machine

        from studio.engines.shared.neural import memory, proof

        memory.begin(load.threads)
        self._loras = str(load.settings.get(messages.LORAS, ""))
        self._machine: Machine = Machine(load.model, load.device, _fitting(load))
        made = self._machine
        self._device = load.device
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
        machine = self._machine
        if order.upscale > 1 and machine.only_fills:
            raise UserMistake(
                "This model only fills in, so it enlarges nothing.", "Choose another model, or the engine Swin2SR."
            )
        start = starting.prepared(order) if order.upscale == 1 else None
        hashes = machine.use(order.loras, self._loras)
        _tell(context, machine, order)
        texts = machine.read(order, context.check_cancelled)
        facts: dict[str, Any] = {"loras": hashes} if hashes else {}
        facts |= {"saving": ", ".join(machine.saving)} if machine.saving else {}
        finished = Finished(context, self._under(context), {"loras": hashes} if hashes else {})
        if order.upscale > 1:
            return _enlarged(finished, machine, order, texts, facts)
        return _painted(finished, machine, order, texts, facts, start)

    def _under(self, context: RunContext) -> dict[str, Any]:
        """Return what decides about a picture besides its job, and may be another when the job is gone on with."""
        return {"device": self._device, "precision": self._machine.form, "rungs": [*context.rungs]}

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
    loras = str(settings.get(messages.LORAS, ""))
    ways = saving.ways_of(load)
    return Fitting(
        form=checkpoint.wanted_format(load, ways),
        ways=ways,
        channels_last=bool(settings.get("channels_last", False)),
        own=tuple(checkpoint.parts_of(load).values()),
        beside=Path(loras).parent if loras else None,
    )


def _painted(
    finished: Finished,
    machine: Machine,
    order: Order,
    texts: dict[str, Any],
    facts: dict[str, Any],
    start: Start | None,
) -> Output:
    """Paint the pictures that are missing, a batch at a time; all of a batch are handed over when it is done.

    A batch is painted whole even where some of it is there: what is computed together decides about the last bits.
    """
    context = finished.context
    made = {number: one for number in range(order.count) if (one := finished.found(number)) is not None}
    for begin in range(0, order.count, order.batch):
        numbers = range(begin, min(order.count, begin + order.batch))
        if made.keys() >= set(numbers):
            continue
        seeds = [pictures.seed_of(context.seed, number) for number in numbers]
        found = machine.paint(order, texts, seeds, start, _watch(context, numbers, order.count))
        for number, seed, one in zip(numbers, seeds, found, strict=True):
            if number not in made:
                made[number] = _kept(finished, number, one, {**facts, "seed": seed})
        context.check_cancelled()  # not before: what is finished is kept
    return _together(context, made)


def _enlarged(
    finished: Finished, machine: Machine, order: Order, texts: dict[str, Any], facts: dict[str, Any]
) -> Output:
    """Paint the start picture larger, tile by tile."""
    import numpy as np
    from machine import Made, Watch
    from showing import Showing
    from starting import Start

    from studio.engines.shared import tiling

    assert order.start is not None
    context = finished.context
    canvas = np.asarray(pictures.on_white(enlarging.plainly(order.start, order.upscale)))
    showing = Showing(context)
    show = showing.show if order.preview else lambda _look: None
    kept = {number: one for number in range(order.count) if (one := finished.found(number)) is not None}
    for number in (number for number in range(order.count) if number not in kept):
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
        plain = f"The model's own checker withheld tiles of it ({withheld}); there it is enlarged plainly."
        notes = [Said(plain)] if withheld else []
        kept[number] = _kept(finished, number, Made(whole, redone=redone), {**facts, "seed": seed}, notes)
        context.check_cancelled()
    return _together(context, kept)


def _together(context: RunContext, made: dict[int, Output]) -> Output:
    context.progress(STAGE, 1.0)
    first, *others = (made[number] for number in sorted(made))
    return replace(first, more=tuple(others))


def _kept(finished: Finished, number: int, made: Made, facts: dict[str, Any], notes: Iterable[Said] = ()) -> Output:
    from PIL import Image

    context, picture, notes = finished.context, f"Picture {number + 1}", [*notes]
    if made.withheld:
        black = f"{picture} is black: the model's own checker withheld it. Another seed or text may pass."
        notes.append(Said(black))
    if made.redone:
        again = f"{picture} came to nothing when it was decoded, and was decoded again in fp32."
        notes.append(Said(again, "info"))
    name = pictures.name_of(number)
    with context.create(name) as unfinished, unfinished.open("wb") as file:
        Image.fromarray(made.pixels).save(file, "PNG", compress_level=4)
    height, width = made.pixels.shape[:2]
    output = Output(context.scratch / name, "image", {"width": width, "height": height, **facts})
    finished.keep(number, output, notes)
    return output


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
    for sentence in machine.advice(order):
        context.note(sentence, level="info")
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
