"""The library as one keeps order in it: found, starred, tagged, named, trashed, taken in from outside. Any thread.

What belongs to a result (the stems of a piece of music) goes with it and is never listed by itself.
"""

from __future__ import annotations

import json
import shutil
import time
import uuid
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

from studio.domain import recipe as recipes
from studio.errors import EngineFailure, StudioError
from studio.paths import DataPaths
from studio.protocol.messages import Progress
from studio.services.helper import HelperHost
from studio.store import atomic, plain_file
from studio.store.database import Database, Row
from studio.worker.context import sha256_of

SPEECH, MUSIC, PICTURES, TEXTS, IMPORTED = "speech", "music", "pictures", "texts", "imported"
KINDS = (SPEECH, MUSIC, PICTURES, TEXTS, IMPORTED)
ORDERS = ("time", "title", "length")
SOUND_ENDINGS = frozenset(
    {".wav", ".flac", ".mp3", ".ogg", ".oga", ".opus", ".aiff", ".aif", ".w64", ".au", ".caf"}
    | {".m4a", ".aac", ".mp4", ".mov", ".wma", ".webm", ".mkv"}  # with ffmpeg
)
PICTURE_ENDINGS = frozenset({".png", ".jpg", ".jpeg", ".webp", ".bmp", ".gif", ".tif", ".tiff"})

_LONGEST_TITLE, _LONGEST_TAG, _MOST_TAGS = 200, 40, 50
_SHOWN = 160  # characters of a title
_AT_ONCE = 500  # values in one statement; SQLite takes at least 999

_MAIN = "json_extract(m.facts, '$.role') is null"
_TASK = "json_extract(m.recipe, '$.task')"
_OF_KIND = {
    SPEECH: f"{_TASK} in ('speech', 'clone', 'clean')",
    MUSIC: f"{_TASK} = 'music'",
    PICTURES: "m.kind = 'image'",
    TEXTS: "m.kind = 'text'",
    IMPORTED: "json_extract(m.facts, '$.imported') is not null",
}
# What a result is called as long as nobody gives it a name: its words, its prompt, its style, its theme.
_TITLE = """coalesce(nullif(m.title, ''), nullif(trim(json_extract(m.recipe, '$.params.prompt')), ''),
    nullif(trim(json_extract(m.recipe, '$.params.style')), ''), nullif(trim(json_extract(m.recipe, '$.script')), ''),
    nullif(trim(json_extract(m.recipe, '$.params.theme')), ''), '')"""
_ORDER = {
    "time": "m.created {way}, m.id {way}",
    "title": "lower(substr({title}, 1, 80)) {way}, m.id {way}",
    "length": "coalesce(json_extract(m.facts, '$.seconds'), 0) {way}, m.id {way}",
}
_FOUND = """(m.title like ? escape '\\' or m.tags like ? escape '\\'
    or json_extract(m.recipe, '$.script') like ? escape '\\' or json_extract(m.recipe, '$.engine') like ? escape '\\'
    or exists (select 1 from json_each(m.recipe, '$.params') p where p.type = 'text' and p.value like ? escape '\\')
    or exists (select 1 from json_each(m.recipe, '$.cast') c where c.value like ? escape '\\'))"""


@dataclass(frozen=True)
class Query:
    """What is looked for. Words must all be found; of the kinds one is enough; no kind is any."""

    words: str = ""
    kinds: frozenset[str] = frozenset()
    starred: bool = False
    project: str = ""  # made for the project in this folder
    tag: str = ""
    trash: bool = False
    order: str = "time"
    rising: bool = False
    engines: Mapping[str, str] = field(default_factory=dict[str, str], hash=False)  # id → title, which is searched too


@dataclass(frozen=True)
class Item:
    """A file of the library, with everything that is known of it."""

    id: int
    kind: str  # audio, image, text, midi
    title: str
    named: bool  # by somebody, not after its words
    created: float
    file: Path
    there: bool  # whether the file is where it should be
    sha256: str
    starred: bool
    trashed: bool
    tags: tuple[str, ...]
    facts: Mapping[str, Any] = field(hash=False)
    recipe: Mapping[str, Any] = field(hash=False)
    size: int = 0  # bytes

    @property
    def task(self) -> str:
        """What it was made by; empty for what came from outside."""
        return str(self.recipe.get("task", ""))

    @property
    def engine(self) -> str:
        """Who made it; empty for what came from outside."""
        return str(self.recipe.get("engine", ""))

    @property
    def imported(self) -> bool:
        """Whether it came from outside."""
        return bool(self.facts.get("imported"))

    @property
    def seconds(self) -> float:
        """How long it lasts; 0 for what has no length."""
        value = self.facts.get("seconds", 0.0)
        return float(value) if isinstance(value, (int, float)) else 0.0


@dataclass(frozen=True)
class Imported:
    """What came of taking a file in. `known`: it was there already."""

    id: int
    known: bool
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Coming:
    """What was read of a file from outside."""

    kind: str
    file: Path
    ending: str
    name: str
    source: str  # the hash of the file as it came
    recipe: object
    notes: tuple[str, ...]


class LibraryIndex:
    """Questions to the table of media, and what can be changed in it."""

    def __init__(self, paths: DataPaths, database: Database) -> None:
        self._paths = paths
        self._database = database

    def find(self, query: Query) -> list[int]:
        """Return what is asked for, in order; `items` brings the rows that are needed."""
        where = [_MAIN, "m.trashed is not null" if query.trash else "m.trashed is null"]
        values: list[Any] = []
        if query.kinds:
            where.append("(" + " or ".join(_OF_KIND[kind] for kind in sorted(query.kinds)) + ")")
        if query.starred:
            where.append("m.starred = 1")
        if query.tag:
            where.append("exists (select 1 from json_each(m.tags) t where t.value = ?)")
            values.append(query.tag)
        if query.project:
            where.append("m.job in (select id from jobs where project = ?)")
            values.append(query.project)
        for word in query.words.split():
            condition, found = _matching(word, query.engines)
            where.append(condition)
            values += found
        order = _ORDER[query.order].format(title=_TITLE, way="asc" if query.rising else "desc")
        sql = f"select m.id from media m where {' and '.join(where)} order by {order}"
        return [int(row[0]) for row in self._database.rows(sql, values)]

    def items(self, ids: Sequence[int]) -> list[Item]:
        """Return rows in the order asked for; those that are gone are left out."""
        found: dict[int, Item] = {}
        for some in _portions(ids):
            marks = ", ".join("?" * len(some))
            sql = f"select m.*, substr({_TITLE}, 1, {_SHOWN}) as shown from media m where m.id in ({marks})"
            found |= {int(row["id"]): self._item(row) for row in self._database.rows(sql, some)}
        return [found[number] for number in ids if number in found]

    def parts(self, item: int) -> list[Item]:
        """Return what belongs to a result: the stems of a piece of music, its notes."""
        return self.items(self._parts([item]))

    def tags(self) -> list[str]:
        """Return every tag there is, the most used first."""
        rows = self._database.rows(
            "select t.value, count(*) as uses from media m, json_each(m.tags) t where m.trashed is null"
            " group by t.value order by uses desc, t.value"
        )
        return [str(row[0]) for row in rows]

    def in_trash(self) -> int:
        """Return how many things lie in the trash."""
        return int(self._database.rows(f"select count(*) from media m where m.trashed is not null and {_MAIN}")[0][0])

    def star(self, ids: Iterable[int], *, on: bool) -> None:
        """Mark things as dear, or no longer."""
        self._set(ids, "starred = ?", (int(on),))

    def rename(self, item: int, title: str) -> None:
        """Give a thing a name; an empty one lets it be called after its words again."""
        self._set([item], "title = ?", (_plain(title, _LONGEST_TITLE),))

    def set_tags(self, tags: Mapping[int, Sequence[str]]) -> None:
        """Give each thing these tags and no others."""
        with self._database.transaction() as connection:
            for number, some in tags.items():
                kept = [name for name in dict.fromkeys(_plain(tag, _LONGEST_TAG) for tag in some) if name]
                text = json.dumps(kept[:_MOST_TAGS], ensure_ascii=False)
                connection.execute("update media set tags = ? where id = ?", (text, number))

    def trash(self, ids: Iterable[int]) -> None:
        """Put things into the trash, with what belongs to them; nothing leaves the disk."""
        chosen = list(ids)
        self._set([*chosen, *self._parts(chosen)], "trashed = ?", (time.time(),))

    def restore(self, ids: Iterable[int]) -> None:
        """Take things out of the trash."""
        chosen = list(ids)
        self._set([*chosen, *self._parts(chosen)], "trashed = ?", (None,))

    def empty_trash(self) -> int:
        """Delete what lies in the trash for good; return how many bytes became free.

        A file that another row names as well stays.
        """
        with self._database.transaction() as connection:
            rows = connection.execute("select file, master from media where trashed is not null").fetchall()
            connection.execute("delete from media where trashed is not null")
        names = {str(name) for row in rows for name in (row["file"], row["master"])}
        freed = 0
        for name in sorted(names):
            if not self._database.rows("select 1 from media where file = ? or master = ? limit 1", (name, name)):
                freed += _removed(self._paths.root / name)
        return freed

    def take_in(
        self,
        file: Path,
        sound: HelperHost,
        pictures: HelperHost,
        *,
        on_progress: Callable[[Progress], None] | None = None,
    ) -> Imported:
        """Copy a sound or a picture into the library; raise StudioError for what is neither.

        It is read in a process that may crash, and kept as that process found it.
        """
        file = file.absolute()
        name = plain_file.name_of(Path(file.name))
        with self._copied(file) as copy:
            came = sha256_of(copy)
            known = self._known(came)
            if known:
                return Imported(known, known=True)
            if file.suffix.lower() in PICTURE_ENDINGS:
                return self._keep_picture(copy, name, came, pictures)
            inputs = {"file": str(copy), "name": name}
            with sound.task("take_in", inputs, on_progress=on_progress) as done:
                facts = done.facts
                kept = copy if facts.get("file") is None else done.file
                told = {key: facts[key] for key in ("seconds", "channels") if key in facts}
                told["sample_rate"] = facts.get("rate")
                coming = _Coming("audio", kept, str(facts.get("ending")), name, came, facts.get("recipe"), done.notes)
                return self._keep(coming, told)

    # ---- inside

    def _keep_picture(self, copy: Path, name: str, came: str, pictures: HelperHost) -> Imported:
        inputs = {"file": str(copy), "name": name}
        with pictures.task("inspect", inputs) as looked:
            recipe = looked.facts.get("recipe")
        with pictures.task("take_in", inputs) as done:
            told = {key: done.facts[key] for key in ("width", "height") if key in done.facts}
            return self._keep(_Coming("image", done.file, "png", name, came, recipe, done.notes), told)

    def _keep(self, coming: _Coming, facts: dict[str, Any]) -> Imported:
        """Store what was read; the process that read it may have been taken over, so nothing is believed unseen."""
        numbers = all(isinstance(value, (int, float)) for value in facts.values())
        if not numbers or f".{coming.ending}" not in (SOUND_ENDINGS if coming.kind == "audio" else {".png"}):
            raise EngineFailure(
                f"{coming.name} could not be read.", "Try again, or with another file.", repr(facts)[:200]
            )
        digest = sha256_of(coming.file)
        known = self._known(digest)
        if known:
            return Imported(known, known=True, notes=coming.notes)
        target = self._files / f"{digest}.{coming.ending}"
        try:
            with atomic.written(target) as unfinished:
                shutil.copyfile(coming.file, unfinished)
        except OSError as e:
            raise atomic.explain(e, f"{coming.name} could not be stored in the library") from e
        facts = {"imported": True, "name": coming.name, "source": coming.source, **facts}
        recipe = recipes.from_dict(coming.recipe)
        place = target.relative_to(self._paths.root).as_posix()
        values = (
            coming.kind, place, digest, place, digest, json.dumps(facts, ensure_ascii=False),
            recipe.to_json() if recipe else "{}", time.time(), _plain(Path(coming.name).stem, _LONGEST_TITLE),
        )  # fmt: skip
        with self._database.transaction() as connection:
            cursor = connection.execute(
                "insert into media (job, kind, file, sha256, master, master_sha256, facts, recipe, created, title)"
                " values (null, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                values,
            )
        return Imported(int(cursor.lastrowid or 0), known=False, notes=coming.notes)

    def _known(self, digest: str) -> int:
        """Return the thing that is this very file, or was made from it, out of the trash; 0 for none."""
        rows = self._database.rows(
            "select id from media where sha256 = ? or json_extract(facts, '$.source') = ? order by id limit 1",
            (digest, digest),
        )
        if not rows:
            return 0
        self.restore([int(rows[0]["id"])])
        return int(rows[0]["id"])

    @property
    def _files(self) -> Path:
        return self._paths.library / "files"

    @contextmanager
    def _copied(self, file: Path) -> Generator[Path, None, None]:
        """Copy a file first: so what is checked is what is kept."""
        unfinished = self._files / f".{uuid.uuid4().hex}{atomic.UNFINISHED}"
        try:
            self._files.mkdir(parents=True, exist_ok=True)
            with plain_file.opened(file) as stream, unfinished.open("xb") as out:
                shutil.copyfileobj(stream, out)
            yield unfinished
        except OSError as e:
            raise atomic.explain(e, f"{plain_file.name_of(file)} could not be copied into the library") from e
        finally:
            unfinished.unlink(missing_ok=True)

    def _set(self, ids: Iterable[int], change: str, values: tuple[Any, ...]) -> None:
        with self._database.transaction() as connection:
            for some in _portions(list(ids)):
                marks = ", ".join("?" * len(some))
                connection.execute(f"update media set {change} where id in ({marks})", (*values, *some))

    def _parts(self, ids: Sequence[int]) -> list[int]:
        found: list[int] = []
        for some in _portions(ids):
            marks = ", ".join("?" * len(some))
            sql = (
                "select p.id from media m join media p on p.job is m.job and p.recipe = m.recipe and p.id != m.id"
                f" where m.id in ({marks}) and json_extract(p.facts, '$.role') is not null order by p.id"
            )
            found += [int(row[0]) for row in self._database.rows(sql, some)]
        return found

    def _item(self, row: Row) -> Item:
        file = self._paths.root / str(row["file"])
        try:
            size, there = file.stat().st_size, True
        except OSError:
            size, there = 0, False
        facts = _table(row["facts"])
        shown = " ".join(str(row["shown"]).split())
        if "role" in facts and facts.get("name"):
            shown = str(facts["name"])
        tags: object = json.loads(row["tags"])
        return Item(
            id=int(row["id"]),
            kind=str(row["kind"]),
            title=shown,
            named=bool(row["title"]),
            created=float(row["created"]),
            file=file,
            there=there,
            sha256=str(row["sha256"]),
            starred=bool(row["starred"]),
            trashed=row["trashed"] is not None,
            tags=tuple(str(tag) for tag in cast("list[object]", tags)) if isinstance(tags, list) else (),
            facts=facts,
            recipe=_table(row["recipe"]),
            size=size,
        )


def _matching(word: str, engines: Mapping[str, str]) -> tuple[str, list[Any]]:
    """Return the condition that a word stands somewhere; a word may stand in the title of an engine as well."""
    # SQLite knows upper and lower case only of plain letters.
    forms = [word] if word.isascii() else list(dict.fromkeys((word, word.lower(), word.upper(), word.capitalize())))
    patterns = [f"%{_escaped(form)}%" for form in forms]
    values: list[Any] = [pattern for pattern in patterns for _ in range(_FOUND.count("?"))]
    condition = " or ".join([_FOUND] * len(patterns))
    titled = [engine for engine, title in engines.items() if word.lower() in title.lower()]
    if titled:
        marks = ", ".join("?" * len(titled))
        condition += f" or json_extract(m.recipe, '$.engine') in ({marks})"
        values += titled
    return f"({condition})", values


def _escaped(word: str) -> str:
    for sign in ("\\", "%", "_"):
        word = word.replace(sign, f"\\{sign}")
    return word


def _table(text: str) -> dict[str, Any]:
    found: object = json.loads(text)
    return cast("dict[str, Any]", found) if isinstance(found, dict) else {}


def _plain(text: str, longest: int) -> str:
    kept = "".join(c if c.isprintable() else " " for c in text.encode(errors="replace").decode())
    return " ".join(kept.split())[:longest]


def _portions(ids: Sequence[int]) -> list[list[int]]:
    return [list(ids[at : at + _AT_ONCE]) for at in range(0, len(ids), _AT_ONCE)]


def _removed(file: Path) -> int:
    """Delete a file; return how large it was. One that cannot be deleted is no reason to keep the others."""
    try:
        size = file.stat().st_size
        file.unlink()
    except OSError:
        return 0
    return size


def copy_out(item: Item, target: Path, *, replace: bool) -> None:
    """Copy a file of the library to where somebody wants it: whole or not at all."""
    try:
        with atomic.written(target, replace=replace) as unfinished:
            shutil.copyfile(item.file, unfinished)
    except FileExistsError as e:
        raise StudioError(f"{target} exists.", "Choose another name.") from e
    except FileNotFoundError as e:
        raise StudioError(f"{item.file} or the folder for its copy is gone.", "Look for it in the folder.") from e
    except OSError as e:
        raise atomic.explain(e, f"{target} could not be written") from e
