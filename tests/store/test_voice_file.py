"""A voice goes into a file and comes back equal; a file from elsewhere puts nothing anywhere else."""

from __future__ import annotations

import hashlib
import io
import json
import stat
import zipfile
import zlib
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from studio.domain import voice
from studio.errors import StudioError
from studio.store import voice_file, voice_folder
from tests.store import voices


@pytest.fixture
def root(tmp_path):
    return tmp_path / "voices"


@pytest.fixture
def kept(root, tmp_path):
    found = voices.files(tmp_path / "files")
    with voice_folder.writing(root):
        return voice_folder.create(root, voices.profile(found), found)


@pytest.fixture
def written(root, kept, tmp_path):
    target = tmp_path / "ann.angenvoice"
    voice_file.write(root, kept, target, force=False)
    return target


def test_a_voice_comes_back(kept, written, tmp_path):
    with voice_file.unpacked(written, tmp_path / "out") as came:
        assert replace(came.profile, id=kept.id) == kept
        assert {name: path.read_bytes() for name, path in came.files.items()} == {
            name: path.read_bytes() for name, path in voices.files(tmp_path / "files").items()
        }
    assert not (tmp_path / "out").exists()


def test_the_same_voice_gives_the_same_bytes_and_people_can_read_it(root, kept, written, tmp_path):
    voice_file.write(root, kept, tmp_path / "again", force=False)
    assert (tmp_path / "again").read_bytes() == written.read_bytes()
    with zipfile.ZipFile(written) as packed:
        assert "Made by a machine." in packed.read("CONSENT.txt").decode()
        assert packed.read("LICENCE.txt") == b"CC0-1.0\n"


def test_no_file_is_written_over_without_leave(root, kept, written):
    before = written.read_bytes()
    with pytest.raises(StudioError, match="exists"):
        voice_file.write(root, replace(kept, notes="x"), written, force=False)
    assert written.read_bytes() == before
    voice_file.write(root, replace(kept, notes="x"), written, force=True)
    assert written.read_bytes() != before


def test_a_damaged_recording_is_not_passed_on(root, kept, tmp_path):
    (root / kept.id / voice_folder.SAMPLES / kept.files[1]).write_bytes(b"x")
    with pytest.raises(StudioError, match="damaged"):
        voice_file.write(root, kept, tmp_path / "out.angenvoice", force=False)
    assert not (tmp_path / "out.angenvoice").exists()


def _manifest(changes=None, **fields):
    profile = voices.profile(_CONTENT)
    data = {"form": "angen-voice", "schema": 1, "voice": voice.to_dict(profile) | (changes or {})}
    return json.dumps(data | fields).encode()


_CONTENT = {f"{hashlib.sha256(c).hexdigest()}.wav": c for c in (b"one" * 100, b"two" * 100)}
_NAMES = list(_CONTENT)
_GOOD = {"manifest.json": _manifest(), **{f"samples/{n}": c for n, c in _CONTENT.items()}}


def _packed(entries, *, method=zipfile.ZIP_STORED, mode=stat.S_IFREG):
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as out:
        for name, content in entries.items() if isinstance(entries, dict) else entries:
            entry = zipfile.ZipInfo(name)
            entry.compress_type = method
            entry.external_attr = (mode | 0o644) << 16
            out.writestr(entry, content)
    return made.getvalue()


def _nested() -> bytes:
    """A recording that holds another one, header and all: together they are more than the file."""
    inner = _packed({"samples/" + _name(_INNER): _INNER})
    inner = inner[: inner.index(b"PK\1\2")]
    names = [_name(inner), _name(_INNER)]
    samples = [{"id": f"s{n + 1}", "file": f, "original": f, "name": "x", "seconds": 6.0} for n, f in enumerate(names)]
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as out:
        out.writestr("manifest.json", _manifest({"samples": samples}))
        out.writestr(f"samples/{names[0]}", inner)
        first = out.getinfo(f"samples/{names[0]}")
        other = zipfile.ZipInfo(f"samples/{names[1]}")
        other.header_offset = first.header_offset + len(first.FileHeader())
        other.CRC, other.file_size, other.compress_size = zlib.crc32(_INNER), len(_INNER), len(_INNER)
        other.external_attr = (stat.S_IFREG | 0o644) << 16
        out.filelist.append(other)
    return made.getvalue()


def _name(content: bytes) -> str:
    return f"{hashlib.sha256(content).hexdigest()}.wav"


_INNER = b"\1" * 400_000
_HOSTILE = {
    "no zip": (b"nothing", "cannot be read"),
    "empty": (b"", "cannot be read"),
    "cut": (_packed(_GOOD)[:-60], "cannot be read"),
    "no manifest": (_packed({k: v for k, v in _GOOD.items() if k != "manifest.json"}), "no description"),
    "no JSON": (_packed(_GOOD | {"manifest.json": b"{"}), "cannot be read"),
    "deep JSON": (_packed(_GOOD | {"manifest.json": b"[" * 100_000}), "damaged"),
    "a list": (_packed(_GOOD | {"manifest.json": b"[]"}), "damaged"),
    "another form": (_packed(_GOOD | {"manifest.json": _manifest(form="x")}), "not one of a voice"),
    "newer": (_packed(_GOOD | {"manifest.json": _manifest(schema=2)}), "newer version"),
    "no voice": (_packed(_GOOD | {"manifest.json": _manifest(voice=3)}), "damaged"),
    "no consent": (_packed(_GOOD | {"manifest.json": _manifest({"consent": {"text": ""}})}), "nobody has allowed"),
    "missing recording": (_packed({k: v for k, v in _GOOD.items() if _NAMES[1] not in k}), "missing"),
    "wrong hash": (_packed(_GOOD | {f"samples/{_NAMES[0]}": b"other"}), "not what its name says"),
    "path up": (_packed(_GOOD | {"../evil": b"x"}), "no voice's file does"),
    "path up in samples": (_packed(_GOOD | {"samples/../../evil": b"x"}), "no voice's file does"),
    "absolute": (_packed(_GOOD | {"/evil": b"x"}), "no voice's file does"),
    "odd file": (_packed(_GOOD | {"run.sh": b"x"}), "no voice's file does"),
    "links": (_packed(_GOOD, mode=stat.S_IFLNK), "no voice's file does"),
    "packed": (_packed(_GOOD, method=zipfile.ZIP_DEFLATED), "packed in a way"),
    "manifest bomb": (
        _packed(_GOOD | {"manifest.json": b" " * 6_000_000}, method=zipfile.ZIP_DEFLATED), "larger than any",
    ),
    "too many": (_packed(_GOOD | {f"{n}": b"" for n in range(400)}), "more than a voice can"),
    "nested": (_nested(), ""),
}  # fmt: skip


@pytest.mark.parametrize("case", list(_HOSTILE))
def test_what_is_no_voice_is_refused_in_words_and_leaves_nothing(case, tmp_path):
    content, said = _HOSTILE[case]
    place = tmp_path / "in" / "x.angenvoice"
    place.parent.mkdir()
    place.write_bytes(content)
    with pytest.raises(StudioError) as caught, voice_file.unpacked(place, tmp_path / "out" / "here"):
        pass
    assert said in caught.value.message
    assert caught.value.hint
    assert sorted(p.name for p in tmp_path.rglob("*")) == ["in", "out", "x.angenvoice"]


def test_the_same_entry_twice_is_refused(tmp_path):
    entries = [*_GOOD.items(), ("CONSENT.txt", b"1")]
    with pytest.warns(UserWarning, match="Duplicate"):
        content = _packed([*entries, ("CONSENT.txt", b"2")])
    (tmp_path / "x").write_bytes(content)
    with pytest.raises(StudioError, match="no voice's file"), voice_file.unpacked(tmp_path / "x", tmp_path / "out"):
        pass


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(chance=st.data())
def test_any_byte_may_be_wrong(tmp_path, chance):
    content = bytearray(_packed(_GOOD))
    for _ in range(chance.draw(st.integers(1, 4))):
        content[chance.draw(st.integers(0, len(content) - 1))] = chance.draw(st.integers(0, 255))
    (tmp_path / "x").write_bytes(content)
    try:
        with voice_file.unpacked(tmp_path / "x", tmp_path / "out") as came:
            assert list(voice.problems(came.profile)) == []
            assert all(voice_folder.digest_of(p) == n.partition(".")[0] for n, p in came.files.items())
    except StudioError as e:
        said = e.hint
        assert said
    assert not (tmp_path / "out").exists()


def test_what_is_there_is_a_voice(tmp_path):
    (tmp_path / "x").write_bytes(_packed(_GOOD))
    with voice_file.unpacked(tmp_path / "x", tmp_path / "out") as came:
        assert came.profile.name == "Ann"
