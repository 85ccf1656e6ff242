"""What the sketch composer makes, by measure: tempo, key, loudness, cost; and whether its styles can be told apart.

The classifier knows the mean of each style's figures in the other seeds (leave one out) and takes the nearest.
"""

from __future__ import annotations

import json
import resource
import time
from collections import Counter
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from studio.audio import loudness
from tests.bench import common
from tests.engines.composer import analysis, band

SECONDS = 24.0
FIGURES = {
    "plain": "log tempo, 12 chroma as heard, log centroid, log onset density",
    "turned": "the same with the chroma turned to the tonic that was heard",
    "more": "plain, and spectral flatness and the share below 150 Hz",
}


@dataclass(frozen=True)
class Made:
    """One piece, measured."""

    style: str
    seed: int
    bpm: float
    key: tuple[int, bool]
    heard: analysis.Heard
    loudness: float


def main() -> None:
    """Measure everything."""
    opts = common.options(__doc__ or "")
    seeds = range(1, 4 if opts.quick else 6)
    made = [measured(style, seed) for style in band.styles() for seed in seeds]
    shares = {name: classified(made, name)[0] for name in FIGURES}
    cost = _cost()
    levels = Counter(analysis.relation(m.heard.tempo, m.bpm) or "none" for m in made)
    figures: dict[str, Any] = {
        "styles": len({m.style for m in made}),
        "pieces": len(made),
        "told_apart": {name: round(share, 3) for name, share in shares.items()},
        "tempo_levels": dict(levels),
        "tempo_error_max": max(abs(_beat(m) / m.bpm - 1) for m in made),
        "key_found": sum(_key_found(m) for m in made) / len(made),
        "loudness": [round(min(m.loudness for m in made), 2), round(max(m.loudness for m in made), 2)],
        **cost,
    }
    if opts.as_json:
        print(json.dumps(figures))
        return
    _table(made)
    _confusion(classified(made, "plain")[1])
    common.report(figures, as_json=False, meanings={**{f"told_apart {k}": v for k, v in FIGURES.items()}})
    for name, meaning in FIGURES.items():
        print(f"{name}: {meaning}")


def measured(style: str, seed: int, seconds: float = SECONDS) -> Made:
    """Make and measure a piece."""
    piece, mix = band.play(style=style, seconds=seconds, seed=seed)
    level = loudness.integrated(loudness.segment_energies(mix, band.RATE))
    heard = analysis.listen(mix, band.RATE)
    return Made(style, seed, piece.score.bpm, (piece.key.tonic, piece.key.minor), heard, level)


def features(heard: analysis.Heard, which: str) -> NDArray[np.float64]:
    """Return the figures that the classifier goes by."""
    chroma = heard.chroma
    if which == "turned":
        chroma = np.roll(chroma, -analysis.key_of(chroma)[0])
    row = [np.log2(heard.tempo), *chroma, np.log2(heard.centroid), np.log2(heard.onsets + 0.1)]
    if which == "more":
        row += [np.log(heard.flatness + 1e-6), heard.low_share]
    return np.array(row)


def classified(made: list[Made], which: str) -> tuple[float, list[tuple[str, str]]]:
    """Give each piece to the style with the nearest mean over all seeds but its own; return the share that is right.

    Figures are scaled by their spread; the twelve of the chroma together count as three.
    """
    rows = np.array([features(m.heard, which) for m in made])
    weights = np.ones(rows.shape[1])
    weights[1:13] = (3 / 12) ** 0.5
    found: list[tuple[str, str]] = []
    for seed in sorted({m.seed for m in made}):
        known = np.array([m.seed != seed for m in made])
        scaled = (rows - rows[known].mean(axis=0)) / (rows[known].std(axis=0) + 1e-9) * weights
        names = sorted({m.style for m in made})
        centres = [scaled[known & np.array([m.style == n for m in made])].mean(axis=0) for n in names]
        for at, one in enumerate(made):
            if one.seed == seed:
                near = min(range(len(names)), key=lambda n: float(np.linalg.norm(scaled[at] - centres[n])))
                found.append((one.style, names[near]))
    return sum(a == b for a, b in found) / len(found), found


def _beat(made: Made) -> float:
    """The tempo heard, brought to the level of the one asked for where it is a plain multiple."""
    return made.heard.tempo / analysis.LEVELS.get(analysis.relation(made.heard.tempo, made.bpm), 1.0)


def _key_found(made: Made) -> bool:
    tonic, mode = analysis.key_of(made.heard.chroma)
    return (tonic, mode == "minor") == made.key


def _cost() -> dict[str, float]:
    """What a minute of music costs, the instruments warm and cold."""
    times: list[tuple[float, float]] = []
    for style in ("rock", "orchestral march", "jazz"):
        begun, cpu = time.perf_counter(), time.process_time()
        band.play(style=style, seconds=60.0, seed=9)
        times.append((time.perf_counter() - begun, time.process_time() - cpu))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"minute_wall_s": max(t[0] for t in times), "minute_cpu_s": max(t[1] for t in times), "rss_mb": peak}


def _table(made: list[Made]) -> None:
    print("style           seed    bpm  heard level  key     Hz  on/s   low   LUFS")
    for m in made:
        level = analysis.relation(m.heard.tempo, m.bpm) or "-"
        print(
            f"{m.style:15} {m.seed:4} {m.bpm:6.1f} {m.heard.tempo:6.1f} {level:>5}  {_yes(m):3}"
            f"  {m.heard.centroid:5.0f} {m.heard.onsets:5.2f} {m.heard.low_share:5.2f} {m.loudness:6.2f}"
        )


def _yes(made: Made) -> str:
    return "yes" if _key_found(made) else "no"


def _confusion(found: list[tuple[str, str]]) -> None:
    print("\nconfused: " + ", ".join(f"{a} taken for {b} x{n}" for (a, b), n in Counter(found).items() if a != b))


if __name__ == "__main__":
    main()
