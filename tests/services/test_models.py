"""Models as a service: what is here, what keeps an engine waiting, whose terms were accepted, removing and moving."""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from studio.engines import terms
from studio.engines.manifest import read_manifest
from studio.errors import Cancelled, StudioError
from studio.runtime import hub_cache
from studio.services import model_report
from studio.services.model_shelf import MISSING, PARTIAL, READY, UNREACHABLE
from studio.services.model_terms import Accepted
from tests.runtime.downloads.fake_hub import COMMIT, REPO, serving
from tests.services.model_maker import FILES, engine, hear, models, never

pytestmark = pytest.mark.slow

PART = """
[[models]]
id = "codec"
repo = "people/codec"
licence = "CC-BY-NC-4.0"
part_of = "small"
commercial = false
"""
OTHER = "f" * 40


@pytest.fixture
def hub():
    with serving(dict(FILES)) as running:
        yield running


def _strange(cache: Path, repo: str = REPO, commit: str = COMMIT, **files: bytes) -> Path:
    """Lay files as another program leaves them: contents by hash, and links."""
    folder = hub_cache.snapshot(cache, repo, commit)
    content = files or {"config.json": b"{}", "model.safetensors": b"weights"}
    for number, (name, data) in enumerate(content.items()):
        blob = hub_cache.blob(cache, repo, f"{commit[0]}{number}")
        blob.parent.mkdir(parents=True, exist_ok=True)
        blob.write_bytes(data)
        hub_cache.place(blob, folder / name)
    return folder


def _state(made) -> str:
    return made.look(made.find("small").model).state


def _manifest(made):
    return made._registry.manifests()[0]


def test_what_is_only_described_needs_no_weights(tmp_path) -> None:
    described = [("config.json",), ("config.json", "tokenizer.json"), ("*.json", "*.safetensors"), ()]
    (_strange(tmp_path / "hf" / "hub") / "model.safetensors").unlink()
    made = models(tmp_path)
    model = made.find("small").model
    states = [made.look(replace(model, files=files)).state for files in described]
    assert states == [READY, PARTIAL, PARTIAL, PARTIAL]


def test_a_download_makes_an_engine_able_to_load_and_removing_it_unable(hub, tmp_path) -> None:
    made = models(tmp_path, hub.url)
    manifest = _manifest(made)
    assert made.state(manifest) == "missing"
    blocked = made.missing(manifest)
    assert blocked is not None
    assert "`studio models download small`" in blocked.hint
    made.download("small", hear, never)
    assert made.state(manifest) == "ready"
    assert made.missing(manifest) is None
    assert made.place(made.find("small").model) == hub_cache.snapshot(tmp_path / "hf" / "hub", REPO, COMMIT)
    assert made.remove("small") == sum(len(data) for name, data in FILES.items() if name != "README.md") + 40  # the ref
    assert made.state(manifest) == "missing"
    assert not list((tmp_path / "hf" / "hub").iterdir())


def test_what_belongs_to_a_model_is_needed_and_asked_for_too(hub, tmp_path) -> None:
    made = models(tmp_path, hub.url, PART)
    _strange(tmp_path / "hf" / "hub")
    manifest = _manifest(made)
    blocked = made.missing(manifest)
    assert blocked is not None
    assert "codec" in blocked.message
    assert "download small" in blocked.hint
    assert [m.id for m in made.unaccepted(made.find("small"))] == ["codec"]
    with pytest.raises(StudioError, match="terms of codec were not accepted") as caught:
        made.download("small", hear, never)
    assert "--accept-licence" in caught.value.hint
    assert hub.asked == []
    _strange(tmp_path / "hf" / "hub", "people/codec")
    assert made.missing(manifest) is None


def test_a_folder_of_the_users_needs_no_model(tmp_path) -> None:
    made = models(tmp_path)
    assert made.missing(_manifest(made), str(tmp_path)) is None
    assert made.missing(_manifest(made), "small") is not None


def test_an_engine_with_models_to_choose_from_needs_one(tmp_path) -> None:
    more = '[[models]]\nid = "large"\nrepo = "people/large"\nlicence = "MIT"'
    made = models(tmp_path, more=more)
    _strange(tmp_path / "hf" / "hub", "people/large")
    manifest = _manifest(made)
    assert made.missing(manifest) is None
    ready = made.ready_model(manifest)
    assert ready is not None
    assert ready.id == "large"
    assert made.missing(manifest, "small") is not None
    assert made.used(manifest) == made.used(manifest, "large") == ready
    assert made.folder_of(manifest) == made.folder_of(manifest, "large") == str(made.place(ready))
    assert (made.used(manifest, str(tmp_path)), made.folder_of(manifest, str(tmp_path))) == (None, str(tmp_path))
    assert made.folder_of(manifest, "small") == ""


def test_a_file_of_the_users_comes_with_the_engines_models_that_may_describe_it(tmp_path) -> None:
    more = '[[models]]\nid = "large"\nrepo = "people/large"\nlicence = "MIT"\n'
    more += f'[[models]]\nid = "pinned"\nrepo = "people/pinned"\nrevision = "{OTHER}"\nlicence = "MIT"'
    made = models(tmp_path, more=more)
    large = _strange(tmp_path / "hf" / "hub", "people/large")
    _strange(tmp_path / "hf" / "hub", "people/pinned")  # another state of it
    file = tmp_path / "mine.safetensors"
    file.touch()
    assert made.parts_of(_manifest(made), str(file)) == {"large": str(large)}
    assert made.parts_of(_manifest(made), str(tmp_path)) == {}
    assert made.parts_of(_manifest(made), "m" * 300) == {}, "a name that no file can have"
    assert made.parts_of(_manifest(made)) == {}


@pytest.mark.parametrize(
    ("files", "state"),
    [
        ({"config.json": b"{}", "model.safetensors": b"w"}, READY),
        ({"config.json": b"{}"}, PARTIAL),
        ({"model.safetensors": b"w"}, PARTIAL),
        ({"README.md": b"x"}, MISSING),
        ({"model.safetensors.index.json": b'{"weight_map": {"a": "a.safetensors"}}', "a.safetensors": b"w"}, READY),
        (
            {
                "model.safetensors.index.json": b'{"weight_map": {"a": "a.safetensors", "b": "b.safetensors"}}',
                "a.safetensors": b"w",
            },
            PARTIAL,
        ),
        ({"model.safetensors.index.json": b"[1]", "a.safetensors": b"w"}, PARTIAL),
    ],
)
def test_what_other_programs_loaded_is_found(tmp_path, files, state) -> None:
    made = models(tmp_path)
    _strange(tmp_path / "hf" / "hub", **files)
    assert _state(made) == state
    assert (made.place(made.find("small").model) is not None) == (state == READY)


def test_a_link_to_nothing_is_no_file(tmp_path) -> None:
    folder = _strange(tmp_path / "hf" / "hub")
    (folder / "model.safetensors").resolve().unlink()
    assert _state(models(tmp_path)) == PARTIAL


def test_only_the_pinned_commit_counts(tmp_path) -> None:
    _strange(tmp_path / "hf" / "hub", commit=OTHER)
    made = models(tmp_path)
    model = made.find("small").model
    assert made.look(model).commit == OTHER
    assert made.look(replace(model, revision=COMMIT)).state == MISSING
    _strange(tmp_path / "hf" / "hub")
    assert made.look(replace(model, revision=COMMIT)).commit == COMMIT


def test_the_commit_of_main_comes_before_others(tmp_path) -> None:
    cache = tmp_path / "hf" / "hub"
    _strange(cache)
    _strange(cache, commit=OTHER)
    (hub_cache.repo_folder(cache, REPO) / "refs").mkdir()
    (hub_cache.repo_folder(cache, REPO) / "refs" / "main").write_text(COMMIT)
    made = models(tmp_path)
    assert made.look(made.find("small").model).commit == COMMIT


def test_where_all_programs_look_follows_the_variables() -> None:
    home = Path("~/.cache/huggingface/hub").expanduser()
    assert hub_cache.standard({}) == home
    assert hub_cache.standard({"XDG_CACHE_HOME": "/x"}) == Path("/x/huggingface/hub")
    assert hub_cache.standard({"XDG_CACHE_HOME": "/x", "HF_HOME": "/h"}) == Path("/h/hub")
    assert hub_cache.standard({"HF_HOME": "/h", "HF_HUB_CACHE": "/c"}) == Path("/c")


def test_offline_nothing_is_asked_and_what_is_here_serves(hub, tmp_path) -> None:
    made = models(tmp_path, hub.url, offline=True)
    with pytest.raises(StudioError, match="switched off") as caught:
        made.download("small", hear, never)
    assert "models.offline no" in caught.value.hint
    _strange(tmp_path / "hf" / "hub")
    assert made.download("small", hear, never).state == READY
    assert hub.asked == []


def test_a_mirror_that_is_no_address_is_refused(tmp_path) -> None:
    with pytest.raises(StudioError, match="is no address"):
        models(tmp_path, mirror="somewhere").download("small", hear, never)


# --------------------------------------------------------------------------------------------------- a removed disk


def _on_a_disk(hub, tmp_path) -> Path:
    disk = tmp_path / "disk"
    disk.mkdir()
    models(tmp_path, hub.url, folder=str(disk)).download("small", hear, never)
    return disk


def test_a_model_on_a_removed_disk_is_neither_missing_nor_loaded_anew(hub, tmp_path) -> None:
    disk = _on_a_disk(hub, tmp_path)
    made = models(tmp_path, hub.url, folder=str(disk))
    assert _state(made) == READY
    disk.rename(tmp_path / "pocket")
    for rest in (False, True):  # some systems leave the empty folder to which the disk belongs
        if rest:
            disk.mkdir()
        assert _state(made) == UNREACHABLE
        blocked = made.missing(_manifest(made))
        assert blocked is not None
        assert str(disk) in blocked.message
        assert "Connect its disk" in blocked.hint
        for act in (lambda: made.download("small", hear, never), lambda: made.remove("small")):
            with pytest.raises(StudioError, match="cannot be reached"):
                act()
        assert model_report.row(made, made.find("small"))["state"] == UNREACHABLE
    disk.rmdir()
    (tmp_path / "pocket").rename(disk)
    assert _state(made) == READY


def test_a_folder_that_no_system_can_look_into_is_told_as_one_that_is_not_there(hub, tmp_path) -> None:
    made = models(tmp_path, hub.url, folder=str(tmp_path / ("a" * 300)))
    assert _state(made) != READY
    with pytest.raises(StudioError, match="cannot be reached"):
        made.download("small", hear, never)


def test_after_a_disk_is_lost_another_folder_serves(hub, tmp_path) -> None:
    shutil.rmtree(_on_a_disk(hub, tmp_path))
    made = models(tmp_path, hub.url)
    assert _state(made) == UNREACHABLE
    assert made.download("small", hear, never).cache == tmp_path / "hf" / "hub"
    assert _state(made) == READY


# --------------------------------------------------------------------------------------------------- remove and move


def test_removing_leaves_what_belongs_to_another_commit(hub, tmp_path) -> None:
    other = _strange(tmp_path / "hf" / "hub", commit=OTHER)
    made = models(tmp_path, hub.url)
    model = replace(made.find("small").model, revision=COMMIT)
    _strange(tmp_path / "hf" / "hub")
    found = made.look(model)
    assert made._remove(model, found) == len(b"{}weights")
    assert (other / "model.safetensors").read_bytes() == b"weights"
    assert made.look(model).state == MISSING


def test_removing_leaves_what_another_model_from_the_same_place_needs(hub, tmp_path) -> None:
    more = f'[[models]]\nid = "settings"\nrepo = "{REPO}"\nlicence = "MIT"\nfiles = ["config.json", "README.md"]'
    made = models(tmp_path, hub.url, more)
    for name in ("small", "settings"):
        made.download(name, hear, never)
    made.remove("small")
    folder = made.place(made.find("settings").model)
    assert folder
    assert set(hub_cache.names_in(folder)) == {"config.json", "README.md"}
    assert (folder / "config.json").read_bytes() == FILES["config.json"]


def test_what_came_with_the_studio_is_neither_loaded_nor_removed(studio) -> None:
    for act in (
        lambda: studio.models.remove("kokoro-82m-int8"),
        lambda: studio.models.download("fluid-cut", hear, never),
    ):
        with pytest.raises(StudioError, match="comes with the studio"):
            act()
    with pytest.raises(StudioError, match="no model 'nothing'"):
        studio.models.find("nothing")


@pytest.mark.parametrize("linked", [True, False])
def test_a_move_brings_all_and_leaves_nothing(hub, tmp_path, monkeypatch, linked) -> None:
    if not linked:

        def refuse(*_names) -> None:
            raise OSError

        monkeypatch.setattr(os, "link", refuse)
    made = models(tmp_path, hub.url)
    made.download("small", hear, never)
    saved: list[Path] = []
    done = made.move(tmp_path / "far", saved.append, hear, never)
    assert (done.moved, done.left, saved) == (("small",), (), [tmp_path / "far"])
    assert not list((tmp_path / "hf" / "hub").iterdir())
    moved = models(tmp_path, hub.url, folder=str(tmp_path / "far"))
    folder = moved.place(moved.find("small").model)
    assert folder
    assert folder == hub_cache.snapshot(tmp_path / "far", REPO, COMMIT)
    assert {n: (folder / n).read_bytes() for n in hub_cache.names_in(folder)} == {
        name: data for name, data in FILES.items() if name != "README.md"
    }
    before = len(hub.asked)
    assert moved.download("small", hear, never).state == READY  # checks all hashes
    assert len(hub.asked) == before


@pytest.mark.parametrize("trouble", ["cancelled", "damaged"])
def test_a_move_that_fails_leaves_the_models_where_they_were(hub, tmp_path, monkeypatch, trouble) -> None:
    def refuse(*_names) -> None:
        raise OSError

    monkeypatch.setattr(os, "link", refuse)
    made = models(tmp_path, hub.url)
    made.download("small", hear, never)
    if trouble == "damaged":
        folder = made.place(made.find("small").model)
        assert folder
        file = (folder / "sub/model.safetensors").resolve()
        file.write_bytes(bytes(file.stat().st_size))
    saved: list[Path] = []
    with pytest.raises((Cancelled, StudioError)):
        made.move(tmp_path / "far", saved.append, hear, lambda: trouble == "cancelled")
    assert saved == []
    assert made.look(made.find("small").model).cache == tmp_path / "hf" / "hub"


def test_what_other_programs_loaded_is_not_moved(tmp_path) -> None:
    folder = _strange(tmp_path / "hf" / "hub")
    done = models(tmp_path).move(tmp_path / "far", lambda _folder: None, hear, never)
    assert (done.moved, done.left) == ((), ("small",))
    assert (folder / "config.json").is_file()


def test_a_record_that_was_tampered_with_is_none(hub, tmp_path) -> None:
    made = models(tmp_path, hub.url)
    made.download("small", hear, never)
    file = tmp_path / "data" / "models" / "known" / "small.json"
    good = json.loads(file.read_bytes())
    evil = [{"name": "../../x", "bytes": 1, "digest": "0" * 64}]
    for data in (b"", b"[]", b"{", json.dumps({**good, "files": evil}), json.dumps({**good, "commit": "../.."}),
                 json.dumps({**good, "repo": "x\\..\\y"})):  # fmt: skip
        file.write_bytes(data if isinstance(data, bytes) else data.encode())
        assert hub_cache.read_record(file) is None
        assert _state(made) == READY  # as a model that another program might have loaded


# ------------------------------------------------------------------------------------------------------------ terms


def test_a_yes_is_kept_with_who_when_and_which_words(tmp_path, monkeypatch) -> None:
    made = models(tmp_path, more=PART)
    model = made.find("codec").model
    yes = made.accepted.accept(model)
    assert yes.who
    assert yes.when
    kept = Accepted(tmp_path / "data" / "models" / "accepted.json")
    assert kept.of(model) == yes
    assert kept.lacks(model) is None
    assert kept.lacks(replace(model, id="another")) is not None
    words = terms.terms_of(model)
    monkeypatch.setattr("studio.services.model_terms.terms_of", lambda _model: replace(words, summary="New words."))
    assert kept.lacks(model) is not None


@pytest.mark.parametrize("damage", [b"", b"{", b"{}", b'[{"model": 1}]', b"[1]", b"null", b"\xff"])
def test_a_damaged_file_of_acceptances_holds_none(tmp_path, damage) -> None:
    made = models(tmp_path, more=PART)
    file = tmp_path / "data" / "models" / "accepted.json"
    file.parent.mkdir(parents=True)
    file.write_bytes(damage)
    model = made.find("codec").model
    assert made.accepted.of(model) is None
    made.accepted.accept(model)
    assert made.accepted.of(model) is not None


def test_an_engine_may_know_the_hashes_of_its_files(tmp_path) -> None:
    folder = engine(tmp_path / "teller", 'hashes = { "a.bin" = "00" }')
    assert read_manifest(folder).models[0].hashes == {"a.bin": "00"}


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("config.json", True), ("a/b/c.bin", True), (".gitattributes", True), ("", False), ("/etc/x", False),
        ("../x", False), ("a/../../x", False), ("a//b", False), ("a\\b", False), ("C:x", False), ("a/.", False),
        ("a\n", False), ("x" * 301, False), (" ", False),
    ],
)  # fmt: skip
def test_only_plain_names_below_a_folder_are_safe(name, safe) -> None:
    assert hub_cache.is_safe(name) == safe
