"""How well the built-in speech does: words understood, pace, first sound, voices told apart."""

from __future__ import annotations

import itertools
import subprocess
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from studio.app import Studio
from studio.domain import quality
from studio.domain.alike import folded
from studio.domain.spoken.english import spoken
from studio.engines.shared.speaker import encoders as speaker
from studio.protocol.float_wav import read_samples
from studio.services.tasks.work import Wish
from tests.bench import common

MEANINGS = {
    "word_error": "share of words that the bundled recogniser hears otherwise (aim: at most 0.04)",
    "misheard": "the lines concerned",
    "rtf": "seconds of work for a second of sound, many lines, a loaded engine (aim: at most 0.3 on 2 cores at rest)",
    "first_sound_s": "from the start of the command to the first finished sentence of a dialogue (aim: at most 3)",
    "cast_max_similarity": "the most alike pair of the default cast, by the stricter encoder (aim: at most 0.75)",
    "cast_closest": "which, by which encoder",
    "drift_similarity": "first and last minute of a long script in one voice, by the stricter encoder (aim: 0.85)",
    "drift_minutes": "length of that script; 10 without --quick",
}
RATE = 24000
ENGINE = "kokoro"
SENTENCES = (
    "The old lighthouse keeper walked slowly down the stairs to the harbour.",
    "She opened the window, and a cool breeze filled the whole kitchen.",
    "Nobody knew why the machine had stopped, but everyone had an opinion about it.",
    "Please send the final report to my office before noon on Friday.",
    "Music is a language that does not need to be translated.",
    "The tickets cost $5.20 each, and children pay 50% less.",
    "On March 3, 2024, the river rose by 2.5 metres in a single night.",
    "Can you call me back at half past seven, or is that too late for you?",
    "Dr. Miller moved to 14 Baker Street in 1987.",
    "We counted 1,250 birds on the island, most of them gulls.",
    "The quick brown fox jumps over the lazy dog.",
    "Although it was raining, the children refused to come inside.",
    "My grandmother baked bread every Sunday morning for thirty years.",
    "The committee will publish its decision at the end of the month.",
    "What a strange thing to say to somebody you have never met!",
    "Turn left at the bakery, then follow the river until you reach the bridge.",
    "The museum is closed on Mondays, but the garden stays open.",
    "He whispered something to the driver, and the carriage began to move.",
    "Light travels through glass more slowly than through air.",
    "I would rather walk home than wait another hour for the bus.",
    "The surgeon washed her hands and looked at the clock on the wall.",
    "Every autumn the farmers burn the dry leaves behind the barn.",
    "Could you please speak a little louder? The engine is very noisy.",
    "They found a wooden box full of letters under the kitchen floor.",
    "Most of the island is covered with forest, and only the coast has roads.",
    "The judge listened to both sides and asked only one question.",
    "It takes about eight minutes for sunlight to reach the Earth.",
    "Her brother plays the violin, and her sister teaches mathematics.",
    "The captain ordered everyone to stay below deck until the storm had passed.",
    "If you add too much salt, the soup cannot be saved.",
    "The train to the coast leaves from platform nine at 6:45 in the morning.",
    "A small dog followed us all the way from the market to the hotel.",
    "The new library has more than two hundred thousand books.",
    "Nobody expected the smallest team to win the championship.",
    "She wrote her name in the dust on the window of the car.",
    "The doctor told him to drink more water and to sleep longer.",
    "We will need three hammers, a long rope, and a great deal of patience.",
    "The first snow of the year fell quietly during the night.",
    "The actor forgot his words, so he simply sat down and smiled.",
    "Thank you for listening, and see you again next week.",
)
FRESH = (
    "Beyond the orchard there is a narrow path, which leads down to a pond where the village children skate in winter.",
    "Nobody had told the new gardener that the fountain only works when somebody pumps the water by hand.",
)
DIALOGUE = "[Ann] Good morning, Ben.\n[Ben] Good morning. Did you sleep well?\n"


def main() -> None:
    """Measure everything."""
    opts = common.options(__doc__ or "")
    opts.data_dir.mkdir(parents=True, exist_ok=True)
    figures: dict[str, object] = {}
    with tempfile.TemporaryDirectory(prefix="angen-speech-", dir=opts.data_dir) as room:
        figures["first_sound_s"] = _first_sound(Path(room), starts=3 if opts.quick else 5)
        bench = _Bench(Path(room) / "jobs")
        try:
            figures.update(bench.words())
            figures.update(bench.cast())
            figures.update(bench.drift(rounds=1 if opts.quick else 4))
        finally:
            bench.close()
    common.report(figures, as_json=opts.as_json, meanings=MEANINGS)


class _Bench:
    """A studio with its engine loaded."""

    def __init__(self, data_dir: Path) -> None:
        self._studio = Studio(data_dir)
        self._studio.ownership.try_take()
        self._cast = self._studio.registry.manifest(ENGINE).default_voices
        self._encoders = {name: speaker.load(name) for name in ("chooser", "judge")}

    def close(self) -> None:
        """End its processes."""
        self._studio.close()

    def words(self) -> dict[str, object]:
        """Have the default cast speak all sentences, and listen to each."""
        script, voices = self._spread(SENTENCES)
        self._spoken("One sentence, so that the engine is loaded.", {})
        begun = time.perf_counter()
        job, sounds = self._spoken(script, voices)
        spent = time.perf_counter() - begun
        judged = self._studio.quality.check(job)
        wrong = count = 0.0
        misheard: list[str] = []
        for number, text in enumerate(SENTENCES):
            words = len(folded(spoken(text)))
            error = quality.word_error(text, judged[number].heard)
            wrong, count = wrong + error * words, count + words
            if error:
                voice = self._cast[number % len(self._cast)]
                misheard.append(f"{voice}: {text} -> {judged[number].heard.strip()}")
        seconds = sum(sound.size for sound in sounds) / RATE
        return {"word_error": wrong / count, "misheard": misheard, "rtf": spent / seconds}

    def cast(self) -> dict[str, object]:
        """Compare all pairs of the default cast, from a fresh line each."""
        lines = [FRESH[n % len(FRESH)] for n in range(len(self._cast))]
        script, voices = self._spread(lines)
        _, sounds = self._spoken(script, voices)
        found: list[tuple[float, str]] = []
        for name, encoder in self._encoders.items():
            who = [encoder.embed(sound, RATE) for sound in sounds]
            for a, b in itertools.combinations(range(len(who)), 2):
                found.append((speaker.similarity(who[a], who[b]), f"{self._cast[a]} {self._cast[b]} ({name})"))
        worst, pair = max(found)
        return {"cast_max_similarity": worst, "cast_closest": pair}

    def drift(self, *, rounds: int) -> dict[str, object]:
        """Compare the beginning and the end of a long script."""
        sentences = [SENTENCES[(n * 7 + n // 40) % 40] for n in range(40 * rounds)]
        _, sounds = self._spoken(" ".join(sentences), {})
        whole = np.concatenate(sounds)
        first, last = whole[: 60 * RATE], whole[-60 * RATE :]
        alike = [
            speaker.similarity(encoder.embed(first, RATE), encoder.embed(last, RATE))
            for encoder in self._encoders.values()
        ]
        return {"drift_similarity": min(alike), "drift_minutes": whole.size / RATE / 60}

    def _spread(self, sentences: Sequence[str]) -> tuple[str, dict[str, str]]:
        """Give the sentences to the voices of the cast in turn."""
        names = [f"Speaker {chr(ord('A') + n)}" for n in range(len(self._cast))]
        turns = [f"[{names[n % len(names)]}] {text}\n" for n, text in enumerate(sentences)]
        return "".join(turns), dict(zip(names, self._cast, strict=True))

    def _spoken(self, script: str, voices: dict[str, str]) -> tuple[int, list[np.ndarray]]:
        """Speak a script; return the job and the sound of each sentence."""
        used = {name: voice for name, voice in voices.items() if f"[{name}]" in script}
        job = self._studio.generation.ask(Wish(script=script, engine=ENGINE, seed=11, voices=used))
        self._studio.dispatcher.run(until=lambda: self._studio.jobs.get(job).final)
        made = self._studio.library.of_job(job)[0]
        whole = np.array(read_samples(made.master), np.float32)
        places = made.facts["pieces"]
        return job, [whole[round(p["start"] * RATE) : round(p["end"] * RATE)] for p in places]


def _first_sound(room: Path, *, starts: int) -> float:
    """Start the command in a new process until it has made its first sentence; return the least of some starts."""
    return min(_one_start(room / f"start{number}") for number in range(starts))


def _one_start(data_dir: Path) -> float:
    data_dir.mkdir(parents=True)
    script = data_dir / "script.txt"
    script.write_text(DIALOGUE, encoding="utf-8")
    argv = common.studio(
        data_dir / "data", "speak", "--script", str(script), "-o", str(data_dir / "out.wav"), "--engine", ENGINE
    )
    begun = time.perf_counter()
    with subprocess.Popen(argv, cwd=common.ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        found = 0.0
        while not found and process.poll() is None:
            if any(data_dir.rglob("piece-00000.wav")):
                found = time.perf_counter() - begun
            else:
                time.sleep(0.02)
        process.wait()
    if not found:
        raise SystemExit("the command ended without a sentence")
    return found


if __name__ == "__main__":
    main()
