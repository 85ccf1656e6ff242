"""How alike the built-in cloning gets, by an encoder that makes no blend: against the nearest of Kokoro's voices.

The references are synthetic: voices of Kokoro's own that are taken out of what a blend is made of, and those of flite
and espeak-ng where these programs are found. What is measured is read aloud after the search, in other words.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean

import numpy as np
import soundfile
import soxr

from studio.engines.shared.kokoro import model
from studio.engines.shared.speaker import encoders as speaker
from tests.bench import common

sys.path.insert(0, str(common.ROOT / "studio" / "engines" / "likeness"))  # as for the engine's own process
import fitting  # pyright: ignore[reportMissingImports]
import shaping  # pyright: ignore[reportMissingImports]

MEANINGS = {
    "mean": "mean similarity to the reference, by the judge (aim: above the next)",
    "nearest_stock": "the same for the nearest of Kokoro's voices as it is",
    "worse": "references for which the nearest voice would have been better (aim: 0)",
    "different_speakers": "mean similarity of two references, for scale",
}
SPOKEN = (
    "The old lighthouse keeper walked slowly down to the harbor.",
    "I have been thinking about your question, and honestly, nobody knows why.",
    "Perhaps we should wait until the weather gets better.",
)
MEASURED = (
    "She opened the window, and a cool breeze filled the whole kitchen with the smell of rain.",
    "Please send the final report to my office before three o'clock on Friday afternoon.",
)
LEFT_OUT = ("am_onyx", "bf_emma", "bm_lewis", "af_nicole", "hm_omega", "ff_siwis", "af_river", "am_fenrir")
FLITE = ("rms", "slt", "awb", "kal16")
ESPEAK = ("en-us", "en-gb+f3")
_QUICK = (6, 2, 0)  # references of each kind
_LEAST = 6  # of all together


@dataclass(frozen=True)
class Reference:
    """A voice to come near to."""

    name: str
    sound: np.ndarray  # 24 kHz
    without: frozenset[str] = frozenset()


def main() -> None:
    """Measure and print."""
    options = common.options(__doc__ or "")
    kokoro = model.Kokoro()
    kokoro.load(0)
    chooser, judge = speaker.load(speaker.CHOOSER), speaker.load(speaker.JUDGE)
    found = references(kokoro, _QUICK if options.quick else (len(LEFT_OUT), len(FLITE), len(ESPEAK)))
    if options.quick:
        found = found[-_LEAST:]
    rows: list[dict[str, object]] = []
    for reference in found:
        studio = fitting.Studio(kokoro, chooser, judge, fitting.Voices(kokoro, reference.without))
        rows.append(measure(studio, reference))
        if not options.as_json:
            show(rows[-1], first=len(rows) == 1)
    vectors = [judge.embed(r.sound, model.RATE) for r in found]
    pairs = [speaker.similarity(a, b) for n, a in enumerate(vectors) for b in vectors[:n]]
    figures: dict[str, object] = {
        "mean": round(fmean(float(str(r["likeness"])) for r in rows), 4),
        "nearest_stock": round(fmean(float(str(r["nearest_stock"])) for r in rows), 4),
        "worse": sum(float(str(r["likeness"])) < float(str(r["nearest_stock"])) for r in rows),
        "different_speakers": round(fmean(pairs), 4),
    }
    if options.as_json:
        figures["rows"] = rows
    common.report(figures, as_json=options.as_json, meanings=MEANINGS)


def references(kokoro: model.Kokoro, counts: tuple[int, int, int]) -> list[Reference]:
    """Have the references speak; programs that are not there are left out."""
    found = [
        Reference(name, np.concatenate(say(kokoro, SPOKEN, kokoro.style(name))), frozenset({name}))
        for name in LEFT_OUT[: counts[0]]
    ]
    text = " ".join(SPOKEN)
    commands = [(f"flite {v}", ["flite", "-voice", v, "-t", text, "-o"]) for v in FLITE[: counts[1]]]
    commands += [(f"espeak-ng {v}", ["espeak-ng", "-v", v, text, "-w"]) for v in ESPEAK[: counts[2]]]
    with tempfile.TemporaryDirectory() as folder:
        for number, (name, command) in enumerate(commands):
            if not shutil.which(command[0]):
                continue
            file = Path(folder) / f"{number}.wav"
            subprocess.run([*command, str(file)], check=True, capture_output=True)
            samples, rate = soundfile.read(file, dtype="float32")
            found.append(Reference(name, soxr.resample(samples, rate, model.RATE).astype(np.float32)))
    return found


def say(kokoro: model.Kokoro, texts: tuple[str, ...], style: np.ndarray, pace: float = 1.0) -> list[np.ndarray]:
    """Read texts aloud."""
    return [kokoro.sound(p, style, pace) for text in texts for p in kokoro.phonemes(text, "en-us")[0]]


def measure(studio: fitting.Studio, reference: Reference) -> dict[str, object]:
    """Find the voice, have it and the nearest one read something else, and judge both."""
    begun = time.process_time()
    fit = studio.fit(reference.sound, " ".join(SPOKEN), lambda: None)
    seconds = time.process_time() - begun
    style = studio.voices.style(fit.weights, fit.beyond)
    likeness = [shaping.shaped(s, fit.shaping, lambda: None) for s in say(studio.kokoro, MEASURED, style, fit.pace)]
    nearest = say(studio.kokoro, MEASURED, studio.kokoro.style(fit.nearest))
    row: dict[str, object] = {"reference": reference.name, "nearest_voice": fit.nearest}
    for suffix, encoder in (("", studio.judge), ("_by_chooser", studio.chooser)):
        wanted = encoder.embed(reference.sound, model.RATE)
        for name, sounds in (("nearest_stock", nearest), ("likeness", likeness)):
            heard = encoder.embed_all(sounds, model.RATE)
            row[name + suffix] = round(speaker.similarity(heard, wanted), 4)
    return {**row, "method": fit.method, "pace": fit.pace, "search_cpu_s": round(seconds, 1)}


def show(row: dict[str, object], *, first: bool) -> None:
    """Print a row of the table."""
    if first:
        print(
            f"{'reference':18} {'nearest':14} {'its':>6} {'ours':>6} {'by chooser':>13} {'ours':>6} {'CPU':>6}  method"
        )
    print(
        f"{row['reference']:18} {row['nearest_voice']:14} {row['nearest_stock']:6.3f} {row['likeness']:6.3f} "
        f"{row['nearest_stock_by_chooser']:13.3f} {row['likeness_by_chooser']:6.3f} {row['search_cpu_s']:6}  "
        f"{row['method']}, pace {row['pace']}",
        flush=True,
    )


if __name__ == "__main__":
    main()
