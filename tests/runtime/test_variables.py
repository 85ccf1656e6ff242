"""An engine's variables are made from scratch; the user wins, and nothing else leaks in."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from studio.runtime import variables

NAMES = st.sampled_from(
    ["PATH", "HOME", "PIP_NO_INDEX", "PYTHONUTF8", "HIP_VISIBLE_DEVICES", "COLOUR", "HF_HUB_OFFLINE"]
)
SETS = st.dictionaries(NAMES, st.text(max_size=5), max_size=5)
QUIET = {"PIP_NO_INDEX": "1", "UV_OFFLINE": "1", "HF_HUB_OFFLINE": "1", "TRANSFORMERS_OFFLINE": "1"}


def build(environment: dict[str, str], **layers: dict[str, str]) -> dict[str, str]:
    given_layers = {"device": {}, "engine": {}, "user": {}, **layers}
    return variables.build(
        environment, device=given_layers["device"], engine=given_layers["engine"], user=given_layers["user"], cache="/c"
    )


@given(environment=SETS, device=SETS, engine=SETS, user=SETS)
def test_later_layers_win_and_the_user_last(
    environment: dict[str, str], device: dict[str, str], engine: dict[str, str], user: dict[str, str]
) -> None:
    found = build(environment, device=device, engine=engine, user=user)
    assert found.items() >= user.items()
    assert found.items() >= {k: v for k, v in engine.items() if k not in user}.items()
    assert found.items() >= {k: v for k, v in device.items() if k not in {**engine, **user}}.items()


def test_nothing_of_the_shell_leaks_in() -> None:
    hostile = ("LD_PRELOAD", "PYTHONPATH", "PYTHONSTARTUP", "PYTHONHOME", "SECRET_TOKEN", "HIP_VISIBLE_DEVICES",
               "OMP_NUM_THREADS", "VIRTUAL_ENV", "STUDIO_DATA_DIR", "HTTPS_PROXY", "PIP_INDEX_URL")  # fmt: skip
    found = build(dict.fromkeys([*hostile, "PATH"], "x"))
    assert found["PATH"] == "x"
    assert not set(hostile) & set(found)


def test_nothing_is_fetched_unless_the_user_says_so() -> None:
    assert build({}).items() >= QUIET.items()
    assert build(dict.fromkeys(QUIET, "0")).items() >= QUIET.items()
    assert build({}, user={"HF_HUB_OFFLINE": "0"})["HF_HUB_OFFLINE"] == "0"


def test_the_cache_is_named_for_an_engine() -> None:
    assert build({}, engine={"MIOPEN_USER_DB_PATH": "{cache}/miopen"})["MIOPEN_USER_DB_PATH"] == "/c/miopen"
    assert build({}, user={"ODD": "{cache}"})["ODD"] == "{cache}"


def test_what_the_user_wants_engines_to_see() -> None:
    shell = {"STUDIO_ENV_HSA_OVERRIDE_GFX_VERSION": "10.3.0", "STUDIO_ENV_": "x", "STUDIO_DATA_DIR": "y", "PATH": "z"}
    assert variables.user_overrides(shell) == {"HSA_OVERRIDE_GFX_VERSION": "10.3.0"}
