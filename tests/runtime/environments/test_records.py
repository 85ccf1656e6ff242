"""Records say what should be there; they come from outside and are believed only as far as one can look."""

from __future__ import annotations

from pathlib import Path

import pytest

from studio.runtime.environments import records
from studio.runtime.environments.records import Damage


@pytest.fixture(name="site")
def _make_site(tmp_path: Path) -> Path:
    site = tmp_path / "env" / "lib" / "python3.11" / "site-packages"
    site.mkdir(parents=True)
    return site


def put(site: Path, name: str, rows: list[str] | bytes, version: str = "1.0") -> Path:
    info = site / f"{name}-{version}.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n\nName: other\n")
    whole = [*rows, f"{info.name}/METADATA,,"] if isinstance(rows, list) else []
    (info / "RECORD").write_bytes(rows if isinstance(rows, bytes) else "\n".join(whole).encode())
    return info


def damages(site: Path, *, hashes: bool = True) -> list[Damage]:
    return records.damages(site.parents[2], hashes=hashes)


def test_a_file_two_packages_bring_is_right_when_one_of_them_is(site: Path) -> None:
    (site / "LICENSE").write_text("abc")
    put(site, "one", ["LICENSE,sha256=ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0,3"])
    put(site, "two", ["LICENSE,,9"])
    assert damages(site) == []
    (site / "LICENSE").write_text("abd")
    assert [d.what for d in damages(site)] == ["size"]


def test_scripts_above_the_packages_are_part_of_it_and_nothing_beyond(site: Path) -> None:
    script = site.parents[2] / "bin" / "tool"
    script.parent.mkdir()
    script.write_text("abc")
    put(site, "one", ["../../../bin/tool,,3", "../../../../../../etc/passwd,,1", "/etc/passwd,,1", "bad\0name,,1"])
    assert [(d.path, d.what) for d in damages(site)] == [
        ("../../../../../../etc/passwd", "outside"),
        ("/etc/passwd", "outside"),
    ]


def test_compiled_code_comes_and_goes(site: Path) -> None:
    put(site, "one", ["one/__pycache__/a.cpython-311.pyc,,"])
    assert damages(site) == []


@pytest.mark.parametrize(
    ("rows", "found"),
    [
        (b"", ["record"]),
        (b"\xff\xfe\x00garbage", ["record"]),
        (b'one.py,"unclosed,3\n', ["record"]),
        (b"one.py,md6=xyz,3", ["record", "content"]),
        (b"one.py,shake_128=xyz,3", ["record", "content"]),
        (b"one.py,sha256=,3", ["record", "content"]),
        (b"one.py,,three", ["record"]),
        (b"x" * 200_000 + b",,1", ["record"]),
        (b"x" * 20_000 + b",,1", ["record", "missing"]),
    ],
)
def test_records_that_are_nonsense(rows: bytes, found: list[str], site: Path) -> None:
    (site / "one.py").write_text("abc")
    put(site, "one", rows)
    assert [d.what for d in damages(site)] == found


def test_a_package_without_a_record(site: Path) -> None:
    (put(site, "one", []) / "RECORD").unlink()
    assert [(d.package, d.what) for d in damages(site)] == [("one", "record")]


def test_names_come_from_the_first_lines(site: Path) -> None:
    put(site, "Some.Package_x", [])
    assert [(p.name, p.version) for p in records.installed(site.parents[2])] == [("some-package-x", "1.0")]
    (site / "bare-2.0.dist-info").mkdir()
    assert ("bare", "2.0") in {(p.name, p.version) for p in records.installed(site.parents[2])}


@pytest.mark.parametrize(
    ("there", "planned", "said"),
    [
        ("1.0", "1.00", ""),
        ("0.4.1.post8", "0.4.1-post8", ""),
        ("2.13.0+cpu", "2.13.0+cpu", ""),
        ("2.13.0", "2.13.0+cpu", "one 2.13.0+cpu was planned, 2.13.0 is there"),
        ("1.0", "1.0.1", "one 1.0.1 was planned, 1.0 is there"),
    ],
)
def test_versions_are_compared_as_numbers(there: str, planned: str, said: str, site: Path) -> None:
    put(site, "one", [], there)
    assert records.differing(site.parents[2], {"one": planned}) == said


def test_a_package_that_is_there_twice(site: Path) -> None:
    put(site, "one", [], "1.0")
    info = site / "one-1.00.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Name: one\nVersion: 1.0\n")
    assert records.differing(site.parents[2], {"one": "1.0"}) == "a package is there twice"


def test_looking_ends_when_it_is_no_longer_wanted(site: Path) -> None:
    put(site, "one", [f"file{number},,1" for number in range(10)])
    looks = iter([False, False, True])
    assert len(records.damages(site.parents[2], hashes=False, cancelled=lambda: next(looks))) == 2
