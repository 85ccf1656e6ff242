"""The task `convert`: a plain master becomes the file that the user wants, with its recipe inside."""

from __future__ import annotations

from studio.audio import streams, tagging, writing
from studio.audio.reading import open_sound
from studio.audio.resampling import Stream
from studio.audio.tagging import Tags
from studio.audio.writing import Format
from studio.worker.answers import path_in
from studio.worker.context import RunContext
from studio.worker.runner import Output


def run(context: RunContext) -> Output:
    """Write `master` in `format` with `tags` and `recipe`. Equal inputs give equal bytes."""
    form = Format.of(context.inputs.get("format") or {})
    tags = Tags.of(context.inputs.get("tags") or {}, context.inputs.get("recipe"))
    name = f"sound.{form.kind}"
    with context.create(name) as unfinished, open_sound(path_in(context, "master")) as master:
        rate = _rate_for(form, master.rate)
        resample = Stream(master.rate, rate, master.channels)
        done = 0
        with writing.open_encoder(unfinished, form, rate=rate, channels=master.channels) as encoder:
            for block in streams.blocks_of(master):
                context.check_cancelled()
                encoder.write(resample(block))
                done += len(block)
                context.progress("converting", done / master.frames)
            encoder.write(resample(master.read(master.frames, 0), last=True))
        tagging.write(unfinished, form.kind, tags)
    if encoder.clipped:
        context.note(f"{encoder.clipped:,} samples were beyond full scale and were clamped.")
    facts = {"rate": rate, "channels": master.channels, "seconds": done / master.rate, "clipped": encoder.clipped}
    return Output(context.scratch / name, "audio", facts)


def _rate_for(form: Format, rate: int) -> int:
    """Return the rate itself, or the next one that the format knows."""
    known = writing.rates(form.kind)
    if not known or rate in known:
        return rate
    return min((other for other in known if other > rate), default=max(known))
