"""Voices on disk: whole or not there, whoever dies; what is removed stays a month; what is damaged is told."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from dataclasses import replace

import pytest

from studio.domain import voice
from studio.errors import StudioError
from studio.store import voice_folder
from studio.store.lock import FileLock
from tests.store import voices
from tests.store.disk import record_disk


@pytest.fixture
def root(tmp_path):
    return tmp_path / "voices"


@pytest.fixture
def kept(root, tmp_path):
    found = voices.files(tmp_path / "files")
    with voice_folder.writing(root):
        return voice_folder.create(root, voices.profile(found), found)


def test_a_voice_is_there_with_its_files(root, kept):
    assert voice_folder.profiles(root) == ([kept], [])
    for name in kept.files:
        assert voice_folder.recording(root, kept, name).is_file()
    assert [p.name for p in root.iterdir() if p.name not in {kept.id, ".lock"}] == []


def test_the_description_is_durable_before_the_voice_appears(root, tmp_path, monkeypatch):
    found = voices.files(tmp_path / "files")
    steps = record_disk(monkeypatch)
    with voice_folder.writing(root):
        made = voice_folder.create(root, voices.profile(found), found)
    appears = steps.index(("rename", made.id))
    for name in (*made.files, voice_folder.SAMPLES):
        assert steps.index(("sync", name)) < appears
    assert steps.index(("rename", voice_folder.DESCRIPTION)) < appears
    assert ("sync", "voices") in steps[appears:]


def test_a_file_that_changed_meanwhile_is_not_kept(root, tmp_path):
    found = voices.files(tmp_path / "files")
    next(iter(found.values())).write_bytes(b"another")
    with voice_folder.writing(root), pytest.raises(StudioError, match="changed while"):
        voice_folder.create(root, voices.profile(found), found)
    assert voice_folder.profiles(root) == ([], [])
    assert [p.name for p in root.iterdir()] == [".lock"]


def test_what_is_removed_stays_for_a_month(root, kept):
    os.utime(root / kept.id, (0, 0))  # the month begins with the removal, however old the voice is
    with voice_folder.writing(root):
        place = voice_folder.remove(root, kept)
    assert voice_folder.profiles(root) == ([], [])
    with voice_folder.writing(root):
        assert place.is_dir()
    place.rename(root / kept.id)
    assert voice_folder.profiles(root) == ([kept], [])
    with voice_folder.writing(root):
        voice_folder.remove(root, kept)
    month_ago = time.time() - (voice_folder.KEPT_DAYS + 1) * 86_400
    os.utime(place, (month_ago, month_ago))
    with voice_folder.writing(root):
        assert not place.exists()


def test_one_damaged_voice_hides_no_other(root, kept, tmp_path):
    found = voices.files(tmp_path / "files")
    with voice_folder.writing(root):
        other = voice_folder.create(root, voices.profile(found, "Ben"), found)
    (root / other.id / voice_folder.DESCRIPTION).write_bytes(b'{"id": "' + b"[" * 100_000)
    (root / "a file").write_bytes(b"")
    (root / "v7").mkdir()
    stolen = root / "v8"
    stolen.mkdir()
    (stolen / voice_folder.DESCRIPTION).write_bytes(voice_folder.to_bytes(kept))
    good, told = voice_folder.profiles(root)
    assert good == [kept]
    assert len(told) == 4


def test_a_recording_is_checked_and_no_link_is_followed(root, kept):
    path = root / kept.id / voice_folder.SAMPLES / kept.files[0]
    content = path.read_bytes()
    path.write_bytes(content + b"x")
    with pytest.raises(StudioError, match="damaged"):
        voice_folder.recording(root, kept, kept.files[0])
    path.unlink()
    with pytest.raises(StudioError, match="missing"):
        voice_folder.recording(root, kept, kept.files[0])
    (root / "elsewhere").write_bytes(content)
    path.symlink_to(root / "elsewhere")
    with pytest.raises(StudioError, match="missing"):
        voice_folder.recording(root, kept, kept.files[0])
    with pytest.raises(StudioError, match="missing"):
        voice_folder.recording(root, kept, "../voice.json")


def test_only_one_writes(root, kept, monkeypatch):
    monkeypatch.setattr(voice_folder, "_PATIENCE", 0.0)
    other = FileLock(root / ".lock")
    assert other.try_acquire()
    with pytest.raises(StudioError, match="another window"), voice_folder.writing(root):
        pass
    other.release()
    with voice_folder.writing(root):
        pass


def test_a_workplace_in_use_stays_and_a_dead_one_goes(root):
    dead = root / ".work.00000000"
    dead.mkdir(parents=True)
    (dead / "half").write_bytes(b"x")
    unfinished = root / ".new.00000000.part"
    unfinished.mkdir()
    with voice_folder.workplace(root) as mine, voice_folder.writing(root):
        assert mine.is_dir()
        assert not dead.exists()
        assert not unfinished.exists()
    assert not mine.exists()


_KILLED = """
import sys
from dataclasses import replace
from pathlib import Path
from studio.store import voice_folder
from tests.store import voices
root, source = Path(sys.argv[1]), Path(sys.argv[2])
found = voices.files(source, count=8, size=200_000)
profile = voices.profile(found)
print("ready", flush=True)
while True:
    with voice_folder.writing(root):
        made = voice_folder.create(root, profile, found)
        voice_folder.rewrite(root, replace(made, notes="changed"))
        voice_folder.remove(root, made)
"""


def _kill_at_odd_moments(root, folder, count):
    odd = random.Random(4)
    for n in range(count):
        words = [sys.executable, "-c", _KILLED, str(root), str(folder)]
        process = subprocess.Popen(words, stdout=subprocess.PIPE)
        assert process.stdout is not None
        with process.stdout:
            assert process.stdout.readline() == b"ready\n"
            time.sleep(odd.uniform(0.0, 0.1))
            process.send_signal(signal.SIGKILL)
            process.wait()
        good, told = voice_folder.profiles(root)
        assert told == [], f"after kill {n}"
        for profile in good:
            assert list(voice.problems(profile)) == []
            for name in profile.files:
                voice_folder.recording(root, profile, name)
        with voice_folder.writing(root):
            for profile in good:
                voice_folder.remove(root, profile)
        assert {p.name for p in root.iterdir()} <= {".lock", ".removed"}


@pytest.mark.slow
def test_whoever_is_killed_leaves_a_whole_library(root, tmp_path):
    _kill_at_odd_moments(root, tmp_path / "files", 10)


@pytest.mark.soak
def test_whoever_is_killed_leaves_a_whole_library_each_time(root, tmp_path):
    _kill_at_odd_moments(root, tmp_path / "files", 100)


def test_a_changed_description_is_stored(root, kept):
    with voice_folder.writing(root):
        voice_folder.rewrite(root, replace(kept, notes="Changed."))
    assert voice_folder.profiles(root)[0][0].notes == "Changed."
