"""Whatever file somebody drags in: it works, or it is refused in plain words. Nothing hangs, nothing crashes."""

from __future__ import annotations

import os
import re
import struct
import sys
from pathlib import Path

import pytest

from studio.errors import EngineFailure, StudioError
from studio.paths import DataPaths
from studio.runtime.hosts.local import LocalHost
from studio.services.sound import SoundHost
from tests.audio import sounds
from tests.audio.sounds import HOSTILE, Case
from tests.processes import descendants

pytestmark = pytest.mark.slow  # real processes, one after the other

_CODE = re.compile(r"Error|Traceback|None|\\x|0x|libsndfile|<|>|\bnan\b")
_SIX_HOURS = 6 * 3600


def _shown(case: Case) -> str:
    return re.sub(r"[^\w.-]", "-", case.name[:24])


@pytest.fixture(scope="module")
def sound(tmp_path_factory):
    """A warm sound process for all cases: one that a case breaks, breaks the next one."""
    folder = tmp_path_factory.mktemp("sound")
    host = SoundHost(LocalHost(folder), DataPaths(folder / "data"))
    with host.task("take_in", {"file": str(sounds.wav(folder / "good.wav", sounds.pcm(480)))}):
        pass
    yield host
    host.close()


@pytest.fixture
def sound_process(sound):
    """The process that does the work; it has to be there afterwards."""
    before = {process.pid for process in descendants()}
    yield before
    assert before <= {process.pid for process in descendants()}, "the sound process died"


@pytest.mark.parametrize("case", [case for case in HOSTILE if case.works], ids=_shown)
def test_an_odd_file_works(case: Case, sound: SoundHost, sound_process: set[int], tmp_path: Path) -> None:
    path = tmp_path / case.name
    case.make(path)
    with sound.task("take_in", {"file": str(path)}) as done:
        assert done.facts["frames"] > 0
        assert done.facts["frames"] == (case.frames or done.facts["frames"])
        assert case.said in " ".join(done.notes)
        if case.rewritten:
            assert done.file.suffix == f".{done.facts['ending']}"
            with sound.task("take_in", {"file": str(done.file)}) as again:
                assert (again.facts["frames"], again.notes) == (done.facts["frames"], ())


@pytest.mark.parametrize("case", [case for case in HOSTILE if not case.works], ids=_shown)
@pytest.mark.skipif(sys.platform == "win32", reason="its names and links are others")
def test_what_is_no_sound_is_refused(case: Case, sound: SoundHost, sound_process: set[int], tmp_path: Path) -> None:
    path = tmp_path / case.name
    case.make(path)
    with pytest.raises(StudioError) as caught, sound.task("take_in", {"file": str(path)}):
        pass
    assert not isinstance(caught.value, EngineFailure), caught.value.details
    assert case.said in caught.value.message
    assert caught.value.hint
    assert not _CODE.search(caught.value.message)


def test_what_is_said_names_the_file_of_the_user(sound: SoundHost, tmp_path: Path) -> None:
    path = tmp_path / ".incoming.1234.part"
    path.write_bytes(sounds.jpeg())
    task = sound.task("take_in", {"file": str(path), "name": "Our photo.wav"})
    with pytest.raises(StudioError, match=r"^Our photo\.wav is a JPEG picture"), task:
        pass


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="asks Linux for the memory")
def test_six_hours_take_no_more_memory_than_a_minute(sound: SoundHost, tmp_path: Path) -> None:
    _take_in_zeros(sound, tmp_path / "minute.wav", 60)
    before = _most_memory()
    facts = _take_in_zeros(sound, tmp_path / "long.wav", _SIX_HOURS)
    assert facts["seconds"] == _SIX_HOURS
    assert _most_memory() - before < 8_000  # kB


def _take_in_zeros(sound: SoundHost, path: Path, seconds: int) -> dict:
    length = seconds * 8000 * 2
    sounds.wav(path, b"", rate=8000, claimed=length)
    os.truncate(path, 44 + length)
    with sound.task("take_in", {"file": str(path)}) as done:
        return done.facts


def _most_memory() -> int:
    peaks = []
    for process in descendants():
        status = Path(f"/proc/{process.pid}/status").read_text(encoding="utf-8")
        peaks += [int(found[1]) for found in [re.search(r"VmHWM:\s+(\d+)", status)] if found]
    return max(peaks)


def test_a_cancel_is_heard_while_a_file_is_checked(sound: SoundHost, tmp_path: Path) -> None:
    path = tmp_path / "endless.wav"
    length = struct.unpack("<I", b"\xf0\xff\xff\x7f")[0]
    sounds.wav(path, b"", claimed=length)
    os.truncate(path, 44 + length)
    heard: list[object] = []
    task = sound.task("take_in", {"file": str(path)}, on_progress=heard.append, cancelled=lambda: bool(heard))
    with pytest.raises(StudioError, match="Stopped"), task:
        pass
    with sound.task("take_in", {"file": str(sounds.wav(tmp_path / "next.wav", sounds.pcm(480)))}) as done:
        assert done.facts["frames"] == 480
