"""Files that engines are given: read elsewhere, kept by content, refused in words."""

from __future__ import annotations

import os

import pytest

from studio.domain.export import licences
from studio.errors import StudioError
from studio.protocol.float_wav import read_float_wav
from studio.services.generation import Wish
from studio.services.tasks.table import TASKS
from studio.services.tasks.work import Role, Work, nothing_more, plain_plan, role_of
from studio.store import cache
from tests.services.sounds import write_wav
from tests.smoke.samples import write_voice

_HEARD = TASKS["transcribe"]


@pytest.mark.slow
def test_a_sound_is_kept_by_content_in_the_form_that_the_engine_takes(studio, tmp_path):
    file = write_wav(tmp_path / "a.wav", frames=48_000, rate=48_000)
    before = file.read_bytes()
    first = studio.inputs.take_in(_HEARD, {"source": file}, {})
    second = studio.inputs.take_in(_HEARD, {"source": file}, {})
    assert first.names == second.names
    found = read_float_wav(studio.inputs.path(first.names["source"]))
    assert (found.rate, found.channels, found.frames) == (16_000, 1, 16_000)
    assert first.seconds == pytest.approx(1.0)
    assert file.read_bytes() == before


@pytest.mark.slow
def test_what_is_no_sound_or_too_long_is_refused_in_words_that_name_the_file(studio, tmp_path):
    odd = tmp_path / "notes.wav"
    odd.write_bytes(b"RIFF\0\0\0\0not a sound")
    with pytest.raises(StudioError, match=r"notes\.wav"):
        studio.inputs.take_in(_HEARD, {"source": odd}, {})
    short = Work(
        "text", nothing_more, plain_plan, ("txt",),
        {"source": Role("sound", "a sound", rate=16_000, most_seconds=0.5)},
    )  # fmt: skip
    with pytest.raises(StudioError, match="at most"):
        studio.inputs.take_in(short, {"source": write_wav(tmp_path / "long.wav", frames=48_000)}, {})
    for missing in (tmp_path / "none.wav", tmp_path):
        with pytest.raises(StudioError) as told:
            studio.inputs.take_in(_HEARD, {"source": missing}, {})
        assert told.value.hint


@pytest.mark.slow
@pytest.mark.parametrize("task", ["clone", "speech"])
def test_a_voice_is_cut_to_its_best_part_and_one_that_is_too_short_is_refused(studio, tmp_path, task):
    role = "reference" if task == "clone" else "reference:Ann"
    taken = studio.inputs.take_in(TASKS[task], {role: write_voice(tmp_path / "long.wav", 40.0)}, {})
    assert 4.0 < read_float_wav(studio.inputs.path(taken.names[role])).frames / 24_000 <= 15.0
    with pytest.raises(StudioError) as told:
        studio.inputs.take_in(TASKS[task], {role: write_voice(tmp_path / "short.wav", 0.2)}, {})
    assert told.value.hint


def test_only_files_that_the_task_takes_are_taken(studio, tmp_path):
    file = write_wav(tmp_path / "a.wav")
    with pytest.raises(StudioError, match="takes no file"):
        studio.inputs.take_in(TASKS["music"], {"init": file}, {})
    with pytest.raises(StudioError, match="takes no file"):
        studio.inputs.take_in(_HEARD, {"source": file, "source:Ann": file}, {})
    with pytest.raises(StudioError, match="no file for this"):
        studio.inputs.take_in(_HEARD, {}, {})
    assert role_of(TASKS["speech"], "reference:") is None


@pytest.mark.parametrize("name", ["../../etc/passwd", "a" * 64 + ".exe", "/etc/passwd", "", "A" * 64 + ".wav"])
def test_a_name_from_outside_leads_nowhere_else(studio, name):
    with pytest.raises(StudioError, match="no name of a kept file"):
        studio.inputs.take_in(_HEARD, {}, {"source": name})


def test_an_input_that_is_gone_is_told_and_one_that_a_job_waits_for_stays(studio, tmp_path):
    kept = studio.inputs.put(write_wav(tmp_path / "a.wav"))
    other = studio.inputs.put(write_wav(tmp_path / "b.wav", value=9))
    assert studio.inputs.path(kept) != studio.inputs.path(other)
    assert cache.prune(studio.paths.inputs, most_bytes=0, needed={kept}) == 1
    studio.inputs.check({"source": kept})
    with pytest.raises(StudioError, match="no longer kept"):
        studio.inputs.check({"source": other})


def test_a_file_that_is_kept_already_counts_as_used_when_it_is_given_again(studio, tmp_path):
    file = write_wav(tmp_path / "a.wav")
    kept = studio.inputs.path(studio.inputs.put(file))
    os.utime(kept, (1, 1))
    studio.inputs.put(file)  # other processes clear up by age until its row is there
    assert kept.stat().st_mtime > 1


@pytest.mark.slow
def test_terms_of_a_cleaned_sound_hold_for_the_result_and_for_what_is_made_of_that(studio, tmp_path):
    job = studio.generation.ask(Wish(task="clean", files={"source": write_voice(tmp_path / "a.wav", 6.0)}))
    assert studio.ownership.try_take()
    studio.dispatcher.run(until=lambda: studio.jobs.get(job).final)
    (made,) = studio.library.of_job(job)
    licence = made.recipe["licence"]
    assert licence == "(MIT OR Apache-2.0) AND unstated licence of the sound"
    assert licences.terms(licence).commercial == licences.UNKNOWN
    again = studio.jobs.get(studio.generation.ask(Wish(task="clone", script="Hi.", files={"reference": made.file})))
    assert again.request.rights == {"reference": licence}
