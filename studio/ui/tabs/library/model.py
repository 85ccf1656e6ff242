"""What the library shows, in words: filters, kinds, facts, recipes. No widgets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from PySide6.QtCore import QDateTime, QLocale

from studio.services.library_index import KINDS, ORDERS, Item, Query
from studio.ui.language import clock, current, t
from studio.ui.widgets import recipe_words

KIND_TITLES = {
    "speech": "Speech",
    "music": "Music",
    "pictures": "Pictures",
    "texts": "Texts",
    "imported": "Imported",
}
SORTS = (
    ("time", False, "Newest first"),
    ("time", True, "Oldest first"),
    ("title", True, "Title A to Z"),
    ("title", False, "Title Z to A"),
    ("length", False, "Longest first"),
    ("length", True, "Shortest first"),
)
_TASKS = {
    "speech": "Speech",
    "clone": "Speech in a given voice",
    "clean": "Cleaned speech",
    "transcribe": "Written-down speech",
    "music": "Music",
    "lyrics": "Lyrics",
    "image": "Picture",
    "export": "Export",
}
_MEDIA = {"audio": "Sound", "image": "Picture", "text": "Text", "midi": "Notes (MIDI)"}
_RESTORED_IN = {"speech": "Dialogue", "clone": "Voices", "music": "Music", "lyrics": "Music", "image": "Images"}
_TOLD_APART = frozenset({"prompt", "style", "theme", "negative"})
_LONGEST = 400  # characters of a value


@dataclass(frozen=True)
class Filters:
    """What is chosen above the list; all of it is remembered but the words."""

    kinds: frozenset[str] = frozenset()
    starred: bool = False
    here: bool = False  # made for this project
    trash: bool = False
    tag: str = ""
    words: str = ""
    order: str = "time"
    rising: bool = False
    grid: bool = False

    @property
    def narrow(self) -> bool:
        """Whether something may be hidden by them."""
        return bool(self.kinds or self.starred or self.here or self.tag or self.words.strip())

    def query(self, project: str, engines: Mapping[str, str]) -> Query:
        """Return them as a question to the library."""
        return Query(
            words=self.words,
            kinds=self.kinds,
            starred=self.starred,
            project=project if self.here else "",
            tag=self.tag,
            trash=self.trash,
            order=self.order,
            rising=self.rising,
            engines=engines,
        )

    def to_memory(self) -> dict[str, Any]:
        """Return what is remembered."""
        return {"kinds": sorted(self.kinds), "starred": self.starred, "here": self.here} | {
            "order": self.order,
            "rising": self.rising,
            "grid": self.grid,
        }


def from_memory(data: Mapping[str, Any]) -> Filters:
    """Read what was remembered; what is no choice any more is left out."""
    order = str(data.get("order", "time"))
    kinds = data.get("kinds", [])
    return Filters(
        kinds=frozenset(kind for kind in KINDS if isinstance(kinds, list) and kind in kinds),
        starred=bool(data.get("starred")),
        here=bool(data.get("here")),
        order=order if order in ORDERS else "time",
        rising=bool(data.get("rising")),
        grid=bool(data.get("grid")),
    )


def without_narrowing(filters: Filters) -> Filters:
    """Return filters that hide nothing."""
    return replace(filters, kinds=frozenset(), starred=False, here=False, tag="", words="")


def title_of(item: Item) -> str:
    """Return what a thing is called; there is always something."""
    return item.title or kind_of(item)


def kind_of(item: Item) -> str:
    """Return in words what a thing is."""
    if item.task in _TASKS and not item.imported:
        return t(_TASKS[item.task]) if item.kind != "midi" else t(_MEDIA["midi"])
    return t(_MEDIA.get(item.kind, "Sound"))


def sign_of(item: Item) -> str:
    """Return the icon for a thing."""
    if item.kind == "image":
        return "image"
    if item.kind == "text":
        return "file-text"
    if item.task == "music" or item.kind == "midi":
        return "music"
    return "message-square-text" if item.task in {"speech", "clone"} else "audio-waveform"


def length_of(item: Item) -> str:
    """Return how long or how large a thing is; empty for what is neither."""
    if item.seconds:
        return lasting(item.seconds)
    width, height = item.facts.get("width"), item.facts.get("height")
    return f"{width} × {height}" if isinstance(width, int) and isinstance(height, int) else ""


def lasting(seconds: float) -> str:
    """Return a length as people read it: 4.2 s, 1:05, 1:00:00."""
    if seconds < 60:
        return t("{seconds} s", seconds=QLocale(current()).toString(seconds, "f", 1))
    return clock(seconds)


def when(created: float) -> str:
    """Return a time as people here write it."""
    return QLocale(current()).toString(QDateTime.fromSecsSinceEpoch(int(created)), QLocale.FormatType.ShortFormat)


def bytes_of(count: int) -> str:
    """Return a size in the unit that suits it."""
    return QLocale(current()).formattedDataSize(count, 1, QLocale.DataSizeFormat.DataSizeTraditionalFormat)


def can_be_made_again(item: Item) -> bool:
    """Whether there is a recipe that an engine can follow."""
    return item.task in _TASKS and item.task != "export"


def room_of(item: Item) -> str:
    """Return the title of the room whose form shows the recipe; empty for none."""
    return _RESTORED_IN.get(item.task, "")


def words_of(item: Item) -> str:
    """Return the words that a thing was made of: a script, lyrics, a prompt."""
    params = _params(item.recipe)
    found = [str(item.recipe.get("script", "")), *(str(params.get(name, "")) for name in ("prompt", "style", "theme"))]
    return "\n\n".join(part.strip() for part in found if part.strip())


def facts_of(item: Item) -> list[tuple[str, str]]:
    """Return what is known of the file itself."""
    rate, channels = item.facts.get("sample_rate"), item.facts.get("channels")
    sound = ""
    if isinstance(rate, int):
        sound = t("{kilohertz} kHz", kilohertz=QLocale(current()).toString(rate / 1000, "g", 4))
        sound += {1: f" · {t('mono')}", 2: f" · {t('stereo')}"}.get(channels if isinstance(channels, int) else 0, "")
    rows = [
        (t("Kind"), kind_of(item)),
        (t("Made") if not item.imported else t("Brought in"), when(item.created)),
        (t("Length") if item.seconds else t("Size"), length_of(item)),
        (t("Sound"), sound),
        (t("File"), f"{item.file.suffix.lstrip('.').upper()} · {bytes_of(item.size)}" if item.there else ""),
        (t("From"), str(item.facts.get("name", "")) if item.imported else ""),
    ]
    return [(label, value) for label, value in rows if value]


def rights_of(item: Item) -> list[tuple[str, str]]:
    """Return under which terms a thing may be used."""
    if not item.recipe:
        return [(t("Licence"), t("Not known; it came from outside"))]
    rights = item.recipe.get("rights")
    rows = [(t("Licence"), str(item.recipe.get("licence", "")) or t("Not known"))]
    if isinstance(rights, dict):
        rows += [(str(role), str(terms)) for role, terms in rights.items()]
    return rows


def recipe_of(item: Item, engines: Mapping[str, str], titles: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return how a thing was made, in words; `titles` are those of its engine's parameters."""
    recipe = item.recipe
    if not recipe:
        return []
    cast = recipe_words.table(recipe, "cast")
    rows = [
        (t("Engine"), t(engines.get(item.engine, item.engine))),
        (t("Voice") if len(cast) == 1 else t("Voices"), recipe_words.cast(cast)),
    ]
    for name, value in _params(recipe).items():
        if name not in _TOLD_APART and value not in ("", None):
            rows.append((t(titles.get(name, name)), recipe_words.value(value)))
    rows += [
        (t("Seed"), str(recipe.get("seed", ""))),
        (t("Model"), " ".join(str(recipe.get(name, "")) for name in ("model", "revision")).strip()),
        (t("Ran on"), str(recipe.get("device", "")).partition("/")[2].upper()),
    ]
    return [(label, value[:_LONGEST]) for label, value in rows if value]


def tags_after(item: Item, *, added: Sequence[str] = (), removed: str = "") -> list[str]:
    """Return a thing's tags after some came and one went."""
    return [tag for tag in dict.fromkeys([*item.tags, *added]) if tag != removed]


def typed_tags(text: str) -> list[str]:
    """Return the tags in what somebody typed, separated by commas."""
    return [tag for tag in (" ".join(part.split()) for part in text.split(",")) if tag]


def _params(recipe: Mapping[str, Any]) -> dict[str, Any]:
    return recipe_words.table(recipe, "params")
