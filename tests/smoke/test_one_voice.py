"""One kept voice, spoken by three engines: Kokoro's own voice it is bound to, Dia with its words, XTTS by its sound."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import soundfile

from studio.app import Studio
from studio.domain import jobs as states
from studio.domain.voice import Binding, Consent
from studio.services.generation import Wish
from studio.services.voices import NewVoice
from tests import drifting
from tests.engines import xtts_checkpoint
from tests.smoke import driver

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]
_DIA = "import sys; from pathlib import Path; from studio.engines.dia import smoke; smoke.make(Path(sys.argv[1]))"
_WORDS = "Good evening, and welcome to the workshop."


@pytest.fixture
def studio(tmp_path: Path, pack_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Studio]:
    """A studio in which both packs are installed."""
    found = Studio(driver.with_packs(tmp_path / "data", pack_folder, "core", "xtts"))
    yield found
    found.close()


def test_a_voice_that_is_kept_once_is_spoken_by_all_three(
    studio: Studio, tmp_path: Path, pack_python: Callable[[str], Path]
) -> None:
    for name in ("dia", "xtts"):
        (tmp_path / name).mkdir()
    driver.in_pack(pack_python("core"), _DIA, tmp_path / "dia")
    sound, rate = drifting.speech_of_hers()
    soundfile.write(tmp_path / "may.wav", sound[: 6 * rate], rate)
    new = NewVoice("May", Consent("My own voice.", "own"), "en", "CC0-1.0")
    studio.voices.add(new, [tmp_path / "may.wav"])
    studio.voices.write_words("May", "s1", _WORDS)
    sample = studio.voices.bind("May", Binding("kokoro", voice=drifting.HER)).samples[0]
    models: dict[str, dict[str, object]] = {
        "kokoro": {},
        "dia": {"model": str(tmp_path / "dia"), "retries": 0, "max_seconds": 5.0},
        "xtts": {"model": str(xtts_checkpoint.made(str(pack_python("xtts")), tmp_path / "xtts"))},
    }
    assert studio.ownership.try_take()
    found = {}
    for engine, params in models.items():
        job = studio.generation.ask(Wish("[A] Hello.", engine=engine, voices={"A": "May"}, params=params, seed=5))
        studio.dispatcher.run(until=lambda job=job: studio.jobs.get(job).settled)
        assert studio.jobs.get(job).state == states.SUCCEEDED, studio.jobs.get(job).error
        [found[engine]] = studio.library.of_job(job)
        assert found[engine].facts["seconds"] > 0.05
    assert found["kokoro"].recipe["cast"] == {"A": drifting.HER}
    for engine in ("dia", "xtts"):
        recipe = found[engine].recipe
        assert recipe["cast"] == {"A": "reference:A"}
        assert recipe["files"] == {"reference:A": sample.file}
        assert recipe["transcripts"] == {"reference:A": _WORDS}
        assert "CC0-1.0" in recipe["licence"]
