"""Loading a model from a hub that behaves, and from all that stands between: it comes whole or not at all."""

from __future__ import annotations

import hashlib
import os
import resource
import signal
import threading
from pathlib import Path

import pytest

from studio.errors import Cancelled, EngineFailure, StudioError
from studio.runtime import hub_cache
from studio.services.model_shelf import MISSING, PARTIAL, READY
from tests.processes import descendants
from tests.runtime.downloads.fake_hub import COMMIT, HTML, REPO, serving
from tests.services.model_maker import FILES, WEIGHTS, hear, models, never

pytestmark = pytest.mark.slow  # each starts the download process, which needs a second to load the hub's library
BIG = "sub/model.safetensors"


@pytest.fixture
def hub():
    with serving(dict(FILES)) as running:
        yield running


def _load(made, tell=hear, cancelled=never):
    return made.download("small", tell, cancelled)


def _small(made):
    return made.find("small").model


def _is_whole(made) -> bool:
    folder = made.place(_small(made))
    wanted = {name: data for name, data in FILES.items() if name != "README.md"}
    return folder is not None and {n: (folder / n).read_bytes() for n in hub_cache.names_in(folder)} == wanted


def test_a_model_comes_whole_in_the_layout_of_the_hubs_own_tools_and_then_nothing_more_is_asked(hub, tmp_path) -> None:
    made = models(tmp_path, hub.url)
    told: list[tuple[str, float | None]] = []
    found = _load(made, lambda stage, fraction: told.append((stage, fraction)))
    assert (found.state, found.commit) == (READY, COMMIT)
    assert _is_whole(made)
    repo = tmp_path / "hf" / "hub" / "models--people--model"
    assert (repo / "refs" / "main").read_text() == COMMIT
    assert (repo / "snapshots" / COMMIT / BIG).readlink() == Path("../../../blobs", hashlib.sha256(WEIGHTS).hexdigest())
    assert {p.name for p in (repo / "snapshots" / COMMIT).iterdir()} == {"config.json", "sub", "tokenizer.json"}
    assert [path for path, _, _ in hub.asked if "/api/" in path] == [f"/api/models/{REPO}/revision/main"]
    assert all(path.startswith((f"/api/models/{REPO}/", f"/{REPO}/resolve/{COMMIT}/")) for path, *_ in hub.asked)
    fractions = [fraction for _, fraction in told if fraction is not None]
    assert fractions == sorted(fractions)
    before = len(hub.asked)
    assert _load(made).state == READY
    assert len(hub.asked) == before


def test_what_was_begun_stays_the_same_when_the_hub_goes_on(hub, tmp_path) -> None:
    hub.on_file = lambda answer: answer.name == BIG and (answer.say(404), True)[1]
    made = models(tmp_path, hub.url)
    with pytest.raises(StudioError):
        _load(made)
    hub.on_list = lambda answer: (answer.say(500), True)[1]
    hub.on_file = lambda _answer: False
    assert _load(made).commit == COMMIT
    assert _is_whole(made)


def _kill_download(reached: threading.Event, hub, part: Path | None) -> None:
    """End the download process when the hub is at the moment, and, where a file is named, its bytes are on disk."""
    assert reached.wait(30)
    while part and not (part.exists() and part.stat().st_size):
        if hub.done.wait(0.01):
            return
    for process in descendants():
        if "studio.runtime.downloads" in process.command:
            os.kill(process.pid, signal.SIGKILL)


@pytest.mark.parametrize("moment", [-1, 0, 1, 1_500_000, len(WEIGHTS) - 1])
def test_after_kill_9_the_next_try_goes_on_where_the_first_stopped(hub, tmp_path, moment) -> None:
    """At -1 the hub has not even said what there is; then it has sent so many bytes of the large file."""
    reached = threading.Event()

    def hold(answer) -> bool:
        if reached.is_set() or (moment >= 0 and answer.name != BIG):
            return False
        if moment >= 0:
            answer.begin(WEIGHTS[:moment], len(WEIGHTS))
        reached.set()
        return hub.done.wait(30) or True

    setattr(hub, "on_list" if moment < 0 else "on_file", hold)
    part = hub_cache.unfinished(tmp_path / "hf" / "hub", REPO, hashlib.sha256(WEIGHTS).hexdigest())
    far = moment > 100_000  # what is less is still in the process, and goes with it
    killer = threading.Thread(target=_kill_download, args=(reached, hub, part if far else None))
    killer.start()
    made = models(tmp_path, hub.url)
    with pytest.raises(EngineFailure):
        _load(made)
    killer.join()
    assert made.look(_small(made)).state == (MISSING if moment < 0 else PARTIAL)
    assert _load(made).state == READY
    assert _is_whole(made)
    if far:
        assert hub.loads(BIG)[-1] > 0  # not from the beginning


def test_a_line_that_is_cut_again_and_again_still_brings_all(hub, tmp_path) -> None:
    def cut(answer) -> bool:
        answer.file(most=700_000)
        return True

    hub.on_file = cut
    made = models(tmp_path, hub.url)
    assert _load(made).state == READY
    assert _is_whole(made)
    starts = hub.loads(BIG)
    assert len(starts) > 3
    assert starts == sorted(set(starts))


def test_a_line_that_is_cut_before_the_first_byte_is_given_up_and_said(hub, tmp_path) -> None:
    hub.on_file = lambda answer: (answer.file(most=0), True)[1]
    with pytest.raises(StudioError, match="could not be loaded: the connection was cut") as caught:
        _load(models(tmp_path, hub.url))
    assert caught.value.exit_code == 2
    assert "goes on where it stopped" in caught.value.hint
    assert len(hub.asked) == 1 + 3  # the listing; the first file, with two further tries


def test_a_line_that_falls_silent_is_left_and_taken_up_again(hub, tmp_path) -> None:
    silent = threading.Event()

    def fall_silent(answer) -> bool:
        if answer.name != BIG or silent.is_set():
            return False
        silent.set()
        answer.begin(WEIGHTS[:1_000_000], len(WEIGHTS))
        return hub.done.wait(30) or True

    hub.on_file = fall_silent
    made = models(tmp_path, hub.url)
    assert _load(made).state == READY
    assert _is_whole(made)
    assert hub.loads(BIG)[1] > 0


def test_a_server_that_knows_no_middle_begins_anew(hub, tmp_path) -> None:
    hub.on_file = lambda answer: (answer.file(ranges=False, most=None if answer.start else 900_000), True)[1]
    made = models(tmp_path, hub.url)
    assert _load(made).state == READY
    assert _is_whole(made)


def test_wrong_content_is_loaded_once_more_and_never_kept(hub, tmp_path) -> None:
    wrong = bytes(len(WEIGHTS))
    hub.on_file = lambda answer: answer.name == BIG and (answer.file(data=wrong), True)[1]
    made = models(tmp_path, hub.url)
    with pytest.raises(StudioError, match=r"model\.safetensors of people/model came twice with a wrong checksum"):
        _load(made)
    assert hub.loads(BIG) == [0, 0]
    assert made.place(_small(made)) is None
    kept = {p.stat().st_size for p in (tmp_path / "hf" / "hub" / "models--people--model" / "blobs").iterdir()}
    assert len(wrong) not in kept
    hub.on_file = lambda _answer: False
    assert _load(made).state == READY
    assert _is_whole(made)


def test_more_than_a_file_has_is_not_taken(hub, tmp_path) -> None:
    hub.on_file = lambda answer: answer.name == BIG and (answer.file(data=WEIGHTS + b"more"), True)[1]
    with pytest.raises(StudioError, match="wrong checksum"):
        _load(models(tmp_path, hub.url))


def test_a_half_loaded_file_that_was_damaged_meanwhile_is_loaded_anew(hub, tmp_path) -> None:
    part = hub_cache.unfinished(tmp_path / "hf" / "hub", REPO, hashlib.sha256(WEIGHTS).hexdigest())
    part.parent.mkdir(parents=True)
    part.write_bytes(b"not the beginning of it")
    made = models(tmp_path, hub.url)
    assert _load(made).state == READY
    assert _is_whole(made)
    assert hub.loads(BIG) == [len(b"not the beginning of it"), 0]


@pytest.mark.parametrize("damage", [b"short", bytes(len(WEIGHTS))])
def test_a_file_with_a_wrong_hash_on_disk_is_mended(hub, tmp_path, damage) -> None:
    made = models(tmp_path, hub.url)
    _load(made)
    folder = made.place(_small(made))
    assert folder
    (folder / BIG).resolve().write_bytes(damage)
    assert _load(made).state == READY
    assert _is_whole(made)
    assert hub.loads("config.json") == [0]


@pytest.mark.parametrize("where", ["on_list", "on_file"])
def test_a_proxy_that_answers_with_a_page_is_recognised(hub, tmp_path, where) -> None:
    setattr(hub, where, lambda answer: (answer.say(200, HTML, {"Content-Type": "text/html; charset=utf-8"}), True)[1])
    made = models(tmp_path, hub.url)
    with pytest.raises(StudioError, match="as a proxy or a log-in page does") as caught:
        _load(made)
    assert "HTTPS_PROXY" in caught.value.hint
    assert not _is_whole(made)


@pytest.mark.parametrize(
    ("status", "code", "said"),
    [
        (401, "GatedRepo", "only to those who accepted its terms"),
        (403, "GatedRepo", "only to those who accepted its terms"),
        (403, "", "refuses people/model"),
        (404, "RepoNotFound", "shows no model people/model"),
        (404, "RevisionNotFound", "no such revision"),
        (404, "EntryNotFound", "not there any more"),
        (503, "", "the server is busy"),
        (429, "", "the server is busy"),
    ],
)
def test_refusals_are_told_in_words(hub, tmp_path, status, code, said) -> None:
    hub.on_file = lambda answer: (answer.say(status, b"", {"X-Error-Code": code} if code else {}), True)[1]
    with pytest.raises(StudioError, match=said) as caught:
        _load(models(tmp_path, hub.url))
    assert caught.value.exit_code == 2
    assert caught.value.hint


def test_without_a_network_that_is_said(tmp_path) -> None:
    with pytest.raises(StudioError, match="cannot be reached") as caught:
        _load(models(tmp_path, "http://127.0.0.1:9"))
    assert caught.value.exit_code == 2


def test_a_token_goes_to_the_hub_and_never_to_a_mirror(hub, tmp_path) -> None:
    for folder in (tmp_path / "hf", tmp_path / "other" / "hf"):
        folder.mkdir(parents=True)
        (folder / "token").write_text("hf_secret")
    _load(models(tmp_path, hub.url))
    assert {authorization for *_, authorization in hub.asked} == {"Bearer hf_secret"}
    hub.asked.clear()
    _load(models(tmp_path / "other", "http://127.0.0.1:9", mirror=hub.url))
    assert {authorization for *_, authorization in hub.asked} == {""}


def test_where_the_hub_sends_on_to_the_token_does_not_go(hub, tmp_path) -> None:
    """Weights lie with somebody else, whose address the hub gives out."""
    (tmp_path / "hf").mkdir()
    (tmp_path / "hf" / "token").write_text("hf_secret")
    made = models(tmp_path, hub.url)
    with serving(dict(FILES)) as store:
        hub.on_file = lambda answer: (answer.say(302, b"", {"Location": store.url + answer.path}), True)[1]
        store.on_file = lambda answer: (answer.file(most=None if answer.start else 1_000_000), True)[1]
        assert _load(made).state == READY
    assert _is_whole(made)
    assert {authorization for *_, authorization in hub.asked} == {"Bearer hf_secret"}
    assert {authorization for *_, authorization in store.asked} == {""}
    assert store.loads(BIG)[-1] > 0


def test_a_model_larger_than_the_disk_is_refused_before_the_first_byte(hub, tmp_path) -> None:
    def huge(listing) -> None:
        for sibling in listing["siblings"]:
            sibling["size"] = 10**15

    hub.change = huge
    with pytest.raises(StudioError, match="not enough room") as caught:
        _load(models(tmp_path, hub.url))
    assert "studio models move" in caught.value.hint
    assert hub.loads("config.json") == []


def test_a_folder_that_cannot_be_written_to_is_told(hub, tmp_path) -> None:
    (tmp_path / "hf").write_text("a file where the folder would be")
    with pytest.raises(StudioError, match="cannot be written below") as caught:
        _load(models(tmp_path, hub.url))
    assert caught.value.exit_code == 2


def test_a_disk_that_fills_up_meanwhile_is_told_and_what_came_is_kept(hub, tmp_path) -> None:
    """The system's limit on the size of a file stands for a full disk."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    made = models(tmp_path, hub.url)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, before[1]))
    try:
        with pytest.raises(StudioError, match="cannot be written below"):
            _load(made)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert made.look(_small(made)).state == PARTIAL
    assert _load(made).state == READY
    assert hub.loads(BIG)[-1] > 0
    assert _is_whole(made)


def test_names_that_lead_out_of_the_folder_are_refused(hub, tmp_path) -> None:
    hub.files["../../../evil.json"] = b"{}"
    with pytest.raises(StudioError, match="cannot be"):
        _load(models(tmp_path, hub.url))
    assert not list(tmp_path.rglob("evil.json"))


def test_a_hash_that_the_studio_knows_itself_outweighs_the_hubs(hub, tmp_path) -> None:
    more = f'hashes = {{ "{BIG}" = "{"0" * 64}" }}'
    with pytest.raises(StudioError, match="is not the file that the studio knows"):
        _load(models(tmp_path, hub.url, more))
    assert hub.loads(BIG) == []


def test_a_hub_that_tells_another_kind_of_hash_does_not_get_round_it(hub, tmp_path) -> None:
    def hide(listing) -> None:
        for item in listing["siblings"]:
            item.pop("lfs", None)

    hub.change = hide
    made = models(tmp_path, hub.url, f'hashes = {{ "{BIG}" = "{"0" * 64}" }}')
    with pytest.raises(StudioError, match="wrong checksum"):
        _load(made)
    assert made.look(_small(made)).state != READY
    right = f'hashes = {{ "{BIG}" = "{hashlib.sha256(WEIGHTS).hexdigest()}" }}'
    assert _load(models(tmp_path / "other", hub.url, right)).state == READY


def test_who_asks_for_the_end_gets_it_and_keeps_what_came(hub, tmp_path) -> None:
    part = hub_cache.unfinished(tmp_path / "hf" / "hub", REPO, hashlib.sha256(WEIGHTS).hexdigest())

    def half(answer) -> bool:
        if answer.name != BIG:
            return False
        answer.begin(WEIGHTS[:2_000_000], len(WEIGHTS))
        return hub.done.wait(30) or True

    hub.on_file = half
    made = models(tmp_path, hub.url)
    with pytest.raises(Cancelled, match="Stopped") as caught:
        _load(made, cancelled=lambda: part.exists() and part.stat().st_size > 0)
    assert "goes on with it" in caught.value.hint
    assert made.look(_small(made)).state == PARTIAL
    hub.on_file = lambda _answer: False
    assert _load(made).state == READY
    assert hub.loads(BIG)[-1] > 0
    assert _is_whole(made)


def test_two_downloads_of_one_model_do_not_meet(hub, tmp_path) -> None:
    made = models(tmp_path, hub.url)
    refused: list[str] = []

    def second(answer) -> bool:
        del answer
        if not refused:
            refused.append("")
            with pytest.raises(StudioError, match="Something is being done") as caught:
                _load(models(tmp_path, hub.url))
            refused[0] = caught.value.message
        return False

    hub.on_list = second
    assert _load(made).state == READY
    assert refused[0]


def test_another_programs_copy_is_checked_where_it_lies_and_only_what_lacks_is_loaded(hub, tmp_path) -> None:
    cache = tmp_path / "hf" / "hub"
    folder = hub_cache.snapshot(cache, REPO, COMMIT)
    (folder / "sub").mkdir(parents=True)
    for name in ("config.json", BIG, "tokenizer.json"):
        (folder / name).write_bytes(FILES[name])
    made = models(tmp_path, hub.url)
    assert made.look(_small(made)).state == READY
    assert made.is_strange(_small(made))
    (folder / "tokenizer.json").unlink()
    (folder / BIG).write_bytes(b"x" * len(WEIGHTS))
    assert _load(made).state == READY
    assert (hub.loads("config.json"), hub.loads("tokenizer.json"), hub.loads(BIG)) == ([], [0], [0])
    assert Path(folder / BIG).read_bytes() == WEIGHTS
