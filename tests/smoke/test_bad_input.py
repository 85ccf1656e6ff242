"""Bad input gets one clear line and one hint, never a traceback, and loses nothing that was there before."""

from __future__ import annotations

import base64
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from tests.smoke import driver
from tests.store.disk import mounted

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform == "win32", reason="mounts, signals and rights of POSIX"),
]

_FAKE = ("--engine", "fake", "--seed", "1")


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    """A data folder with a finished job in it, which every test must leave as it is."""
    folder = tmp_path_factory.mktemp("kept") / "data"
    assert driver.studio("speak", "Earlier.", "-o", folder.parent / "earlier.wav", *_FAKE, data=folder).code == 0
    return folder


@pytest.fixture
def out(tmp_path):
    folder = tmp_path / "out"
    folder.mkdir()
    return folder


def _check_words(ran: driver.Ran) -> None:
    lines = ran.err.splitlines()
    assert [line[:6] for line in lines if line.startswith(("error:", "hint:"))] == ["error:", "hint: "], ran
    assert all(len(line.split(":", 1)[1].strip()) > 3 for line in lines if line.startswith(("error:", "hint:")))
    assert "Traceback" not in ran.err
    assert "mistake" not in ran.err


def _kept(data: Path) -> None:
    with closing(sqlite3.connect(data / "studio.db")) as database:
        assert database.execute("select state from jobs where id = 1").fetchall() == [("succeeded",)]
        (file,) = database.execute("select file from media where job = 1").fetchone()
        assert database.execute("pragma integrity_check").fetchone() == ("ok",)
    assert (data / file).stat().st_size > 1000
    driver.assert_clean(data)


def _refused(*args: str | Path, data: Path, code: int = 2, **more) -> driver.Ran:
    """The command fails as the contract says; return what it said."""
    ran = driver.studio(*args, "--json", data=data, **more)
    assert ran.code == code, ran
    _check_words(ran)
    error = ran.error
    assert error["message"]
    assert error["hint"]
    assert {"job", "state", "notes"} <= set(ran.json)
    return ran


# --------------------------------------------------------------------------------------------------------------- texts


@pytest.mark.parametrize(
    "text",
    ["", " ", "\n\t \u200b", "[S1]", "[pause 500ms]", "...", "🎵🎵", "[S1] (burps)", "\u202e\u200f"],
)
def test_a_text_without_words(data, out, text):
    _refused("speak", text, "-o", out / "x.wav", *_FAKE, data=data)
    assert list(out.iterdir()) == []
    _kept(data)


@pytest.mark.slow
@pytest.mark.parametrize(
    "text",
    [
        "Hello \x07\x1b[31m world\x7f.",
        "Emoji 👩‍👩‍👧‍👦 in the middle. 🎵",
        "\u05e9\u05dc\u05d5\u05dd \u05e2\u05d5\u05dc\u05dd. \u202eReversed\u202c and plain.",
        "Ze\u0301ro\u200bwidth a\u0300\u0301\u0302\u0303 combining.",
        "--not-an-option is this.",
        "\ufdfa \U0010ffff word",
    ],
)
def test_odd_characters_are_spoken_or_left_out(data, out, text):
    ran = driver.studio("speak", "-o", out / "x.wav", *_FAKE, "--json", "--", text, data=data)
    assert ran.code == 0, ran
    assert ran.json["outputs"][0]["recipe"]["script"] == text
    assert (out / "x.wav").read_bytes()[:4] == b"RIFF"


def test_control_characters_do_not_reach_the_terminal(data, out):
    ran = driver.studio("speak", "Hi.", "-o", out / "x.wav", "--voice", "S9\x1b[31m=low", *_FAKE, data=data)
    assert ran.code == 2
    _check_words(ran)
    assert "\x1b" not in ran.err


def test_a_megabyte_of_text(data, out, tmp_path):
    script = tmp_path / "long.txt"
    script.write_text("All work and no play. " * 48_000)
    ran = _refused("speak", "--script", script, "-o", out / "x.wav", *_FAKE, data=data)
    assert "500,000" in ran.err
    script.write_text("a" * 1_000_000)
    _refused("speak", "--script", script, "-o", out / "x.wav", *_FAKE, data=data)
    script.write_bytes(b"a" * 17_000_000)
    _refused("speak", "--script", script, "-o", out / "x.wav", *_FAKE, data=data)
    _kept(data)


def test_a_script_with_a_null_character(data, out, tmp_path):
    script = tmp_path / "s.txt"
    script.write_bytes(b"Hello\0there. And\x01 you.")
    assert driver.studio("speak", "--script", script, "-o", out / "x.wav", *_FAKE, data=data).code == 0


def test_a_script_that_is_not_utf_8_names_the_byte(data, out, tmp_path):
    script = tmp_path / "latin.txt"
    script.write_bytes("[S1] Grün.\n[S2] Blau.".encode("latin-1"))
    ran = _refused("speak", "--script", script, "-o", out / "x.wav", *_FAKE, data=data)
    assert "0xFC at offset 7" in ran.err
    assert "line 1" in ran.err
    _refused("lint", script, data=data)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_scripts_with_a_byte_order_mark_are_read(data, out, tmp_path, encoding):
    script = tmp_path / "s.txt"
    script.write_bytes("Grün ist gut.\r\nUnd blau.".encode(encoding))
    ran = driver.studio("speak", "--script", script, "-o", out / "x.wav", *_FAKE, "--json", data=data)
    assert ran.code == 0, ran
    assert ran.json["outputs"][0]["recipe"]["script"] == "Grün ist gut.\nUnd blau."


def test_a_script_that_is_not_there_or_a_folder(data, out, tmp_path):
    _refused("speak", "--script", tmp_path / "none.txt", "-o", out / "x.wav", *_FAKE, data=data)
    _refused("speak", "--script", tmp_path, "-o", out / "x.wav", *_FAKE, data=data)
    _refused("speak", "-o", out / "x.wav", *_FAKE, data=data)
    _refused("speak", "Text", "--script", tmp_path, "-o", out / "x.wav", *_FAKE, data=data)


def test_words_that_are_no_unicode(data, out):
    """A terminal may send any bytes."""
    for args in (["speak", b"H\xffi.", "-o", out / "x.wav"], ["speak", "Hi.", "-o", bytes(out) + b"/\xff.wav"]):
        argv = [*driver.command(data=data), *args, *_FAKE, "--json"]
        done = subprocess.run(argv, env=driver.environment(), capture_output=True, timeout=60, check=False)
        ran = driver.Ran(done.returncode, done.stdout, done.stderr.decode(errors="replace"))
        assert ran.code == 2, ran
        _check_words(ran)
        assert ran.error["message"]


# ---------------------------------------------------------------------------------------------------- names and values


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (("--voice", "S7=low"), ["'S7'", "S1", "S2"]),
        (("--voice", "S1=lo"), ["'lo'", "low", "voices list"]),
        (("--voice", "low"), ["2 speakers", "--voice"]),
        (("--engine", "fak"), ["'fak'", "fake", "engines list"]),
        (("--engine", "../../etc"), ["engines list"]),
        (("--set", "secnds=1"), ["'secnds'", "seconds"]),
        (("--set", "seconds=61"), ["0.0", "60.0", "61"]),
        (("--set", "seconds=-0.1"), ["0.0", "60.0"]),
        (("--set", "seconds=nan"), ["0.0", "60.0"]),
        (("--set", "seconds=inf"), ["0.0", "60.0"]),
        (("--set", "seconds=1e999"), ["0.0", "60.0"]),
        (("--set", "seconds=soon"), ["0.0", "60.0", "soon"]),
        (("--set", "behaviour=slo"), ["slow"]),
        (("--set", "seconds"), ["NAME=VALUE"]),
        (("--set", "=1"), ["NAME=VALUE"]),
        (("--set", "model=/nowhere"), ["/nowhere"]),
        (("--seed", "-2"), ["-1", "4294967295"]),
        (("--seed", "4294967296"), ["-1", "4294967295"]),
        (("--seed", "one"), ["seed"]),
        (("--device", "cuda9"), ["cuda9"]),
        (("--format", "ogg"), ["wav"]),
        (("--frobnicate",), ["--frobnicate"]),
    ],
)
def test_unknown_names_and_values_out_of_range(data, out, args, words):
    ran = _refused("speak", "[S1] Hi. [S2] Ho.", "-o", out / "x.wav", *_FAKE, *args, data=data)
    assert all(word in ran.err for word in words), ran.err
    assert list(out.iterdir()) == []


def test_a_voice_without_a_speaker_is_for_the_one_there_is(data, out):
    for text in ("Hi.", "[Ann] Hi."):
        ran = driver.studio(
            "speak", text, "-o", out / "x.wav", *_FAKE, "--force", "--voice", "high", "--json", data=data
        )
        assert ran.code == 0, ran
        assert list(ran.json["outputs"][0]["recipe"]["cast"].values()) == ["high"]


@pytest.mark.parametrize(
    "args",
    [
        ("speak",),
        ("speak", "Hi."),
        ("frobnicate",),
        ("jobs",),
        ("jobs", "show", "x"),
        ("jobs", "show", "99"),
        ("jobs", "show", "-1"),
        ("jobs", "show", "9" * 30),
        ("jobs", "cancel", "9" * 19),
        ("jobs", "retry", "0"),
        ("engines", "show", "nothing"),
        ("voices", "list", "--engine", "nothing"),
        ("recipe", "/nowhere.wav"),
        ("recipe", "/"),
        ("lint", "/nowhere.txt"),
        ("settings", "set", "speech.turn_gap", "11"),
        ("settings", "set", "speech.turn_gap", "nan"),
        ("settings", "set", "speech.turn_gap", "wide"),
        ("settings", "set", "engines.allow_cpu", "perhaps"),
        ("settings", "set", "engines.threads", "1.5"),
        ("settings", "set", "speech", "1"),
        ("settings", "set", "nothing.at_all", "1"),
        ("settings", "set", "__class__.__name__", "1"),
    ],
)
def test_commands_that_make_no_sense(data, args):
    _refused(*args, data=data)


def test_a_setting_out_of_range_names_the_range_and_keeps_the_old_value(tmp_path):
    data = tmp_path / "data"
    assert driver.studio("settings", "set", "speech.turn_gap", "2", data=data).code == 0
    ran = _refused("settings", "set", "speech.turn_gap", "11", data=data)
    assert "0.0 to 10.0" in ran.err
    assert driver.studio("settings", "--json", data=data).json["settings"]["speech"]["turn_gap"] == 2.0
    (data / "settings.json").write_bytes(b'{"speech": {"turn')
    ran = driver.studio("settings", "--json", data=data)
    assert ran.json["settings"]["speech"]["turn_gap"] == 0.45
    assert len(list(data.glob("settings.damaged-*.json"))) == 1
    assert "set aside" in ran.err


def test_options_may_stand_before_and_after_the_command(data, out, tmp_path):
    orders = [
        ["--json", "--data-dir", data, "jobs", "list"],
        ["jobs", "--json", "list", "--data-dir", data],
        ["--data-dir", data, "jobs", "list", "--json"],
        ["--data-dir", tmp_path / "other", "jobs", "list", "--data-dir", data, "--json"],
    ]
    found = [driver.studio(*args).json["jobs"][-1]["id"] for args in orders]
    assert found == [1] * 4
    assert not (tmp_path / "other").exists()
    ran = driver.studio("jobs", "list", "--json", env={"STUDIO_DATA_DIR": str(data)})
    assert ran.json["jobs"][-1]["id"] == 1


# -------------------------------------------------------------------------------------------------------------- outputs


def test_an_existing_output_is_kept_without_force(data, out):
    (out / "x.wav").write_bytes(b"mine")
    _refused("speak", "Hi.", "-o", out / "x.wav", *_FAKE, data=data)
    assert (out / "x.wav").read_bytes() == b"mine"
    assert driver.studio("speak", "Hi.", "-o", out / "x.wav", *_FAKE, "--force", data=data).code == 0
    assert (out / "x.wav").read_bytes()[:4] == b"RIFF"
    assert [p.name for p in out.iterdir()] == ["x.wav"]


@pytest.mark.slow
@pytest.mark.parametrize(
    "name", ["x.xyz", "x", ".wav", "x.wav.", "x.mp5", "nowhere/x.wav", "", ".", "y" * 300 + ".wav"]
)
def test_outputs_that_cannot_be(data, out, name):
    place = str(out / name) if name else ""
    _refused("speak", "Hi.", "-o", place, *_FAKE, data=data)
    assert list(out.iterdir()) == []
    _kept(data)


def test_an_output_below_a_file_or_on_a_folder(data, out):
    (out / "file").write_bytes(b"")
    (out / "folder.wav").mkdir()
    _refused("speak", "Hi.", "-o", out / "file" / "x.wav", *_FAKE, data=data)
    _refused("speak", "Hi.", "-o", out / "folder.wav", *_FAKE, "--force", data=data)
    assert sorted(p.name for p in out.iterdir()) == ["file", "folder.wav"]


def test_sound_on_stdout_is_the_file_and_nothing_else(data, out):
    assert driver.studio("speak", "Hi.", "-o", out / "x.wav", *_FAKE, data=data).code == 0
    ran = driver.studio("speak", "Hi.", "-o", "-", *_FAKE, data=data)
    assert ran.code == 0
    assert ran.raw == (out / "x.wav").read_bytes()
    ran = driver.studio("speak", "Hi.", "-o", "-", "--format", "base64", *_FAKE, data=data)
    assert base64.b64decode(ran.raw) == (out / "x.wav").read_bytes()
    _refused("speak", "Hi.", "-o", "-", *_FAKE, data=data)
    ran = driver.studio("speak", "Hi.", "-o", "-", "--detach", *_FAKE, data=data)
    assert (ran.code, ran.raw) == (2, b"")
    _check_words(ran)
    ran = driver.studio("speak", "Hi.", "-o", "-", "--format", "mp3", *_FAKE, data=data)
    assert (ran.code, ran.raw[:3]) == (0, b"ID3")


@pytest.mark.slow
def test_base64_to_a_file(data, out):
    args = ("speak", "Hi.", "-o", out / "x.txt", "--format", "base64", *_FAKE)
    ran = driver.studio(*args, "--json", data=data)
    assert ran.code == 0
    assert ran.json["outputs"][0]["path"].endswith("x.txt")
    assert base64.b64decode((out / "x.txt").read_bytes())[:4] == b"RIFF"
    _refused(*args, data=data)
    assert driver.studio(*args, "--force", data=data).code == 0
    assert [p.name for p in out.iterdir()] == ["x.txt"]


def _fill(folder: Path, *, leave: int) -> Path:
    """Fill a file system but for so many bytes; return the file that does it."""
    ballast = folder / "ballast"
    with ballast.open("wb") as file:
        free = os.statvfs(folder)
        file.write(bytes(max(0, free.f_bavail * free.f_frsize - leave)))
    return ballast


def test_base64_to_nowhere(data):
    for place in ("", ".", "/"):
        _refused("speak", "Hi.", "-o", place, "--format", "base64", *_FAKE, data=data)


def test_a_read_only_output_folder(data, tmp_path):
    with mounted(tmp_path / "ro", "ro,size=1m") as folder:
        ran = _refused("speak", "Hi.", "-o", folder / "x.wav", *_FAKE, data=data)
        assert "cannot be written" in ran.err
    _kept(data)


def test_a_full_disk_under_the_output(data, tmp_path):
    with mounted(tmp_path / "small", "size=1m") as folder:
        ballast = _fill(folder, leave=0)
        ran = _refused("speak", "Hi.", "-o", folder / "x.wav", *_FAKE, data=data)
        assert "full" in ran.err
        ballast.unlink()
        _fill(folder, leave=8192)
        ran = _refused("speak", "A longer text than fits on it.", "-o", folder / "x.wav", *_FAKE, data=data)
        assert "full" in ran.err
        assert ran.json["state"] == "succeeded"
        assert sorted(p.name for p in folder.iterdir()) == ["ballast"]
        (folder / "ballast").unlink()
        assert driver.studio("jobs", "retry", str(ran.json["job"]), data=data).code == 0
        assert (folder / "x.wav").read_bytes()[:4] == b"RIFF"
    _kept(data)


@pytest.mark.slow
def test_a_full_disk_under_the_data_folder(tmp_path, out):
    with mounted(tmp_path / "small", "size=3m") as folder:
        data = folder / "data"
        assert driver.studio("speak", "Earlier.", "-o", out / "a.wav", *_FAKE, data=data).code == 0
        for leave in (300_000, 100_000, 40_000, 4096, 0):
            ballast = _fill(folder, leave=leave)
            text = " ".join(f"Sentence {n} is quite a long one." for n in range(20))
            ran = driver.studio("speak", text, "-o", out / f"{leave}.wav", *_FAKE, "--json", data=data)
            assert ran.code == 2, (leave, ran)
            _check_words(ran)
            assert "full" in ran.error["message"], (leave, ran)
            assert driver.studio("jobs", "list", "--json", data=data).code in {0, 2}
            ballast.unlink()
            listed = driver.studio("jobs", "list", "--json", data=data).json["jobs"]
            assert listed[-1]["state"] == "succeeded"
            assert all(job["state"] in {"failed", "interrupted"} for job in listed[:-1]), listed
        _kept(data)
        assert driver.studio("speak", "Later.", "-o", out / "b.wav", *_FAKE, data=data).code == 0
    assert sorted(p.name for p in out.iterdir()) == ["a.wav", "b.wav"]


# ------------------------------------------------------------------------------------------------------ the data folder


def test_a_data_folder_that_is_a_file(tmp_path, out):
    (tmp_path / "file").write_bytes(b"mine")
    for place in (tmp_path / "file", tmp_path / "file" / "below"):
        _refused("speak", "Hi.", "-o", out / "x.wav", *_FAKE, data=place)
    assert (tmp_path / "file").read_bytes() == b"mine"


def test_a_read_only_data_folder(tmp_path, out):
    with mounted(tmp_path / "ro", "size=3m") as folder:
        data = folder / "data"
        assert driver.studio("speak", "Earlier.", "-o", out / "a.wav", *_FAKE, data=data).code == 0
        subprocess.run(["mount", "-o", "remount,ro", str(folder)], check=True, timeout=60)
        ran = _refused("speak", "Hi.", "-o", out / "x.wav", *_FAKE, data=data)
        assert "read-only" in ran.err
        _refused("jobs", "list", data=data)
        subprocess.run(["mount", "-o", "remount,rw", str(folder)], check=True, timeout=60)
        _kept(data)
    assert [p.name for p in out.iterdir()] == ["a.wav"]


def test_a_data_folder_of_a_newer_studio(tmp_path, out):
    data = tmp_path / "data"
    assert driver.studio("speak", "Earlier.", "-o", out / "a.wav", *_FAKE, data=data).code == 0
    with closing(sqlite3.connect(data / "studio.db")) as database:
        database.execute("pragma user_version = 99")
    ran = _refused("speak", "Hi.", "-o", out / "x.wav", *_FAKE, data=data)
    assert "newer" in ran.err
    assert "99" in ran.err
    _kept(data)


def _garbage(path: Path) -> None:
    path.write_bytes(os.urandom(path.stat().st_size))


def _garbage_in_the_middle(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[4096 : len(data) - 4096] = b"\xa5" * (len(data) - 8192)
    path.write_bytes(data)


def _cut(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


@pytest.mark.slow
@pytest.mark.parametrize("damage", [_garbage, _garbage_in_the_middle, _cut])
def test_a_damaged_database_is_set_aside_and_told(tmp_path, out, damage):
    data = tmp_path / "data"
    assert driver.studio("speak", "Earlier.", "-o", out / "a.wav", *_FAKE, data=data).code == 0
    kept = {p: p.read_bytes() for p in (data / "library").rglob("*.wav")}
    assert len(kept) == 2
    damage(data / "studio.db")
    ran = driver.studio("speak", "Hi.", "-o", out / "b.wav", *_FAKE, "--json", data=data)
    assert ran.code == 0, ran
    assert ran.json["job"] == 1
    (aside,) = data.glob("studio.damaged-*.db")
    assert str(aside) in ran.err
    assert "Traceback" not in ran.err
    assert {p: p.read_bytes() for p in kept} == kept
    assert "damaged" not in driver.studio("jobs", "list", data=data).err
    driver.assert_clean(data)


# ---------------------------------------------------------------------------------------- the edges of the command line


@pytest.mark.parametrize("args", [("--help",), ("--version",), ("speak", "--help"), ("jobs", "retry", "--help")])
def test_help_loads_nothing_heavy(args):
    program = (
        "import sys\nfrom studio.launch import main\n"
        f"try:\n    main({list(args)!r})\nexcept SystemExit as e:\n    assert not e.code\n"
        "heavy = {'numpy', 'PySide6', 'sqlite3', 'onnxruntime', 'asyncio'} & set(sys.modules)\n"
        "print(sorted(heavy), file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], env=driver.environment(), capture_output=True, timeout=60, check=True
    )
    assert done.stderr == b"[]\n"
    assert done.stdout.strip()


@pytest.mark.parametrize("args", [("jobs", "list"), ("--help",), ("voices", "list", "--engine", "kokoro")])
def test_a_reader_that_leaves_is_no_trouble(data, args):
    """`studio jobs list | head` must not end in a traceback."""
    read, write = os.pipe()
    os.close(read)
    with os.fdopen(write, "wb") as closed:
        done = subprocess.run(
            driver.command(*args, data=data), env=driver.environment(), stdout=closed, stderr=subprocess.PIPE,
            timeout=60, check=False,
        )  # fmt: skip
    assert done.stderr == b""
    assert done.returncode not in {2, 3, 70}


def test_a_listener_that_leaves_costs_no_job(data, out):
    """`studio speak … 2>&1 | head -1`: the job goes on to its end."""
    read, write = os.pipe()
    os.close(read)
    with os.fdopen(write, "wb") as closed:
        subprocess.run(
            driver.command("speak", "Hi there. And bye.", "-o", out / "x.wav", *_FAKE, data=data),
            env=driver.environment(), stdout=closed, stderr=closed, timeout=60, check=False,
        )  # fmt: skip
    assert (out / "x.wav").read_bytes()[:4] == b"RIFF"


def test_sound_into_a_closed_pipe_is_no_bug(data):
    read, write = os.pipe()
    os.close(read)
    with os.fdopen(write, "wb") as closed:
        done = subprocess.run(
            driver.command("speak", "Hi.", "-o", "-", *_FAKE, "--quiet", data=data),
            env=driver.environment(), stdout=closed, stderr=subprocess.PIPE, timeout=60, check=False,
        )  # fmt: skip
    assert done.stderr == b""
    assert done.returncode not in {2, 3, 70}


def test_piped_output_holds_no_control_codes(data, out):
    ran = driver.studio("speak", "Hi. Ho.", "-o", out / "x.wav", *_FAKE, data=data)
    assert ran.code == 0
    assert not set("\x1b\r\b") & set(ran.err + ran.out)
    assert driver.studio("speak", "Hi.", "-o", out / "y.wav", *_FAKE, "--quiet", data=data).err == ""
