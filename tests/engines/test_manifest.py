"""Descriptions of engines: ours are complete, and whatever a foreign one holds, only ManifestError comes of it."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.domain.dialogue import NONVERBALS
from studio.engines.manifest import APP_PACK, ManifestError, read_manifest
from studio.engines.pack import read_packs
from studio.engines.registry import Registry, find_engines

GOOD = """
id = "hum"
title = "Hum"
version = "1"
tasks = ["speech"]
pack = "app"
[licence]
code = "MIT"
weights = "none"
[[voices]]
id = "alto"
title = "Alto"
language = "en"
[[params]]
name = "pitch"
type = "float"
default = 220.0
min = 50
max = 1000
"""


TWICE = "[[voices]]\nid = 'alto'\ntitle = 'Alto'\nlanguage = 'en'\n[[voices]]"


def _folder(tmp_path: Path, text: str) -> Path:
    folder = tmp_path / "hum"
    folder.mkdir(exist_ok=True)
    (folder / "engine.toml").write_text(text, encoding="utf-8")
    (folder / "runner.py").touch()
    return folder


def _ours() -> Registry:
    return find_engines(Path("nowhere"))


@pytest.mark.parametrize("entry", _ours().entries(), ids=lambda e: e.id)
def test_our_engines_say_all_they_must(entry) -> None:
    m = entry.manifest
    assert m, entry.error
    assert m.title
    assert m.summary
    assert m.licence.code
    assert m.licence.weights
    assert all(x.licence for x in m.models)
    assert all(x.sha256 and x.revision if x.bundled else x.repo and x.url for x in m.models)
    assert m.licence.commercial or not all(x.commercial for x in m.models)
    assert all(m.voice(v) for v in m.default_voices)
    assert all(p.title for p in m.params)
    assert set(m.memory) <= {"plain", *m.rungs}
    assert list(m.memory.values()) == sorted(m.memory.values(), reverse=True), "a rung needs less than none"
    assert all(p.max is not None for p in m.params if p.type in {"int", "float", "text"}), "it would take all memory"
    assert all(p.min is not None for p in m.params if p.type in {"int", "float"})
    assert (m.folder / "README.md").is_file()


def test_our_ids_are_unique() -> None:
    ids = [e.id for e in _ours().entries()]
    assert len(ids) == len(set(ids))
    assert {"kokoro", "fake"} <= set(ids)


def test_a_good_one_is_read(tmp_path: Path) -> None:
    m = read_manifest(_folder(tmp_path, GOOD))
    assert (m.id, m.tasks, m.params[0].max, m.limits.hello) == ("hum", ("speech",), 1000, 30.0)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('id = "hum"', 'id = "Hum!"', "id"),
        ('tasks = ["speech"]', 'tasks = ["dance"]', "dance"),
        ('tasks = ["speech"]', "tasks = []", "tasks is empty"),
        ('version = "1"', "version = 1", "version"),
        ('version = "1"\n', "", "version is missing"),
        ('title = "Hum"', 'title = "Hum"\nsurprise = 1', "surprise"),
        ('pack = "app"', 'pack = "app"\naccelerators = ["abacus"]', "abacus"),
        ('pack = "app"', 'pack = "app"\ndefault_voices = ["tenor"]', "tenor"),
        ('pack = "app"', 'pack = "app"\nmemory = "much"', "table of numbers"),
        ('pack = "app"', 'pack = "app"\nmemory = {plain = 0}', "table of numbers"),
        ('pack = "app"', 'pack = "app"\nmemory = {plain = true}', "table of numbers"),
        ('pack = "app"', 'pack = "app"\nmemory = {plain = "8"}', "table of numbers"),
        ("default = 220.0", "default = 2.0", "from 50 to 1000"),
        ("min = 50", 'min = "low"', "min and max"),
        ('type = "float"', 'type = "colour"', "colour"),
        ("min = 50", "min = 1" + "0" * 5000, "not valid"),
        ("[[voices]]", TWICE, "twice"),
        ("[[voices]]", "[[models]]\nid = 'a'\n[[models]]\nid = 'a'\n[[voices]]", "models: an id stands twice"),
        ("[[voices]]", "[[models]]\nid = 'a'\npart_of = 'b'\n[[voices]]", "part of 'b'"),
        ('pack = "app"', 'pack = "app"\npacks = { directml = "core-directml" }', "packs: 'directml'"),
        ("[licence]", "[licence", "not valid"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert old in GOOD
    with pytest.raises(ManifestError, match=said):
        read_manifest(_folder(tmp_path, GOOD.replace(old, new, 1)))


MODELS = """
[[models]]
id = "large"
{defaults}
[[models]]
id = "codec"
part_of = "large"
{of_part}
[[voices]]
"""


def _with_models(defaults: str = "", of_part: str = "") -> str:
    return GOOD.replace("[[voices]]", MODELS.format(defaults=defaults, of_part=of_part), 1)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (_with_models("defaults = { tone = 3 }"), "models: large: defaults: there is no parameter 'tone'"),
        (_with_models("defaults = { pitch = 2000.0 }"), "models: large: defaults: pitch is a number from 50 to 1000"),
        (_with_models("defaults = { pitch = true }"), "pitch is a number from 50 to 1000, not 'True'"),
        (_with_models("defaults = { pitch = 0x" + "f" * 5000 + " }"), "models: large: defaults: pitch"),
        (_with_models("defaults = [1]"), "defaults is not a table"),
        (_with_models(of_part="defaults = { pitch = 100.0 }"), "models: codec: defaults: it is part of large"),
    ],
)
def test_a_model_s_defaults_are_values_that_its_engine_takes(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(ManifestError, match=said):
        read_manifest(_folder(tmp_path, text))


def test_what_a_model_leaves_open_is_the_engine_s(tmp_path: Path) -> None:
    m = read_manifest(_folder(tmp_path, _with_models("defaults = { pitch = 300.0 }")))
    assert m.defaults("large") == m.defaults() == {"pitch": 300.0}
    assert m.defaults("/a/folder/of/ones/own") == {"pitch": 220.0}
    assert read_manifest(_folder(tmp_path, GOOD)).defaults() == {"pitch": 220.0}


def test_each_model_for_pictures_begins_as_its_authors_use_it() -> None:
    pictures = _ours().manifest("diffusers")

    def usual(model: str) -> tuple[object, ...]:
        return tuple(pictures.defaults(model)[name] for name in ("width", "height", "steps", "guidance"))

    assert usual("") == usual("sd-1.5") == (512, 512, 25, 7.0)
    assert usual("sdxl-1.0") == (1024, 1024, 30, 5.0)
    assert usual("sdxl-turbo") == (512, 512, 1, 0.0)
    assert usual("flux.1-schnell") == (1024, 1024, 4, 0.0)


def test_odd_folders(tmp_path: Path) -> None:
    with pytest.raises(ManifestError, match="cannot be read"):
        read_manifest(tmp_path / "none")
    folder = _folder(tmp_path, GOOD)
    (folder / "runner.py").unlink()
    with pytest.raises(ManifestError, match=r"runner\.py"):
        read_manifest(folder)
    (folder / "smoke.py").touch()
    assert not read_manifest(folder).has_runner
    (folder / "engine.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ManifestError, match="not valid"):
        read_manifest(folder)
    (folder / "engine.toml").write_bytes(b"#" * 2_000_000)
    with pytest.raises(ManifestError, match="bytes"):
        read_manifest(folder)


VALUES = st.recursive(
    st.one_of(st.integers(), st.text(max_size=5), st.booleans(), st.floats(allow_nan=False, allow_infinity=False)),
    lambda inner: st.lists(inner, max_size=3),
    max_leaves=4,
)
FIELDS = st.sampled_from(
    ["tasks", "accelerators", "hidden", "sample_rate", "nonverbals", "rungs", "resources", "precision"]
)


@settings(max_examples=150, derandomize=True, deadline=None)
@given(field=FIELDS, value=VALUES)
def test_any_value_anywhere_is_read_or_refused(tmp_path_factory, field: str, value: object) -> None:
    lines = [line for line in GOOD.splitlines() if not line.startswith(f"{field} ")]
    text = f"{field} = {json.dumps(value, ensure_ascii=True)}\n" + "\n".join(lines)
    with suppress(ManifestError):
        read_manifest(_folder(tmp_path_factory.mktemp("m"), text))


def test_the_pack_may_differ_by_device(tmp_path: Path) -> None:
    lines = 'pack = "core"\naccelerators = ["cpu", "directml"]\npacks = { directml = "core-directml" }'
    m = read_manifest(_folder(tmp_path, GOOD.replace('pack = "app"', lines)))
    assert [m.pack_for(kind) for kind in ("cpu", "cuda", "directml")] == ["core", "core", "core-directml"]


def test_our_packs_exist_and_serve_the_devices_that_an_engine_names() -> None:
    packs = read_packs()
    for m in _ours().manifests():
        for kind in m.accelerators if m.pack != APP_PACK else ():
            assert kind in packs.pack(m.pack_for(kind)).accelerators, (m.id, kind)


def test_what_an_engine_of_a_pack_offers_is_what_was_asked_for() -> None:
    def of(engine: str) -> dict[str, tuple[object, object, object]]:
        return {p.name: (p.min, p.default, p.max) for p in _ours().manifest(engine).params}

    dia, xtts = of("dia"), of("xtts")
    assert dia["cfg_scale"] == (1.0, 3.0, 10.0)
    assert dia["temperature"] == (0.1, 1.8, 2.5)
    assert dia["top_p"] == (0.0, 0.9, 1.0)
    assert dia["top_k"] == (1, 45, 100)
    assert {"max_seconds", "speed"} <= set(dia)
    assert (xtts["temperature"][1], xtts["repetition_penalty"][1]) == (0.65, 2.0)
    assert {"length_penalty", "top_k", "top_p", "speed", "split_text"} <= set(xtts)
    assert len(_ours().manifest("xtts").languages) == 17
    assert of("acestep")["duration"] == (10.0, 60.0, 600.0)
    assert len(_ours().manifest("dia").nonverbals) == 21
    assert set(_ours().manifest("dia").nonverbals) == set(NONVERBALS)
    assert {"prompt", "negative", "steps", "scheduler", "strength", "lora", "count"} <= set(of("diffusers"))
