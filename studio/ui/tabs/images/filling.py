"""Fills the form from the recipe of a picture, with what that was made from; a toast offers the way back.

The GUI thread.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject

from studio.domain import recipe as recipes
from studio.domain.picture_recipe import PictureRecipe
from studio.engines.manifest import Manifest
from studio.services import lora_shelf, picture_recipes
from studio.services.inputs import Inputs
from studio.services.picture_recipes import Fitted
from studio.ui.bridge.notices import Choice
from studio.ui.language import t
from studio.ui.tabs.images import model
from studio.ui.tabs.images.init_picture import Start
from studio.ui.told import told
from studio.ui.widgets.engine_box import EngineBox
from studio.ui.widgets.recipe_words import table

if TYPE_CHECKING:
    from studio.ui.tabs.images.view import ImagesRoom

_INIT, _MASK = "init", "mask"
_SAID = ("engine", "model", "start", "recipe")  # keys of what is said about a recipe while its form is shown


@dataclass(frozen=True)
class Begun:
    """What a picture was made from: the files that are still kept, and the roles of those that are not."""

    init: Path | None = None
    mask: Path | None = None
    gone: frozenset[str] = frozenset()
    terms: str = ""


class Filling(QObject):
    """Knows the form of the room, its engine and its seed."""

    def __init__(self, room: ImagesRoom, engines: EngineBox) -> None:
        super().__init__(room)
        self._room = room
        self._desk = room.desk
        self._engines = engines

    def restore(self, recipe: Mapping[str, Any], name: str) -> None:
        """Fill it from a recipe of this studio."""
        engine, wanted = str(recipe.get("engine", "")), str(recipe.get("model", ""))
        params, found = recipes.params_in(recipe), begun(recipe, self._desk.studio.inputs)
        way_back = self._fill(engine, params, model_id=wanted, found=found, seed=recipes.seed_in(recipe))
        room, chosen, models = self._room, self._engines.manifest, self._room.form.models
        if chosen is None or chosen.id != engine:
            room.tell(t("The engine {engine} is not here.", engine=engine), tone="warn", key="engine")
        if wanted and models and models.named != wanted:
            room.tell(
                t("It was made with the model {model}, which is not here.", model=wanted),
                t("Choose the one that is to be used."),
                tone="warn",
                key="model",
            )
        notes = cut(params)
        if notes:
            room.tell("\n".join(notes), tone="warn", key="recipe")
        known = t("The form is as it was for {name}.", name=name)
        self._desk.notices.toast.emit(known if name else t("The form is as it was for this picture."), way_back)

    def follow(self, found: PictureRecipe, file: Path) -> None:
        """Fill it with what another program wrote into a picture, and say what is not as it was."""
        able = self._desk.studio.registry.able("image")
        engine = next((one for one in able if one.id == found.engine), self._engines.manifest)
        paths = self._desk.studio.paths
        if engine is None:
            return

        def done(fitted: Fitted) -> None:
            way_back = self._fill(engine.id, fitted.params, model_id=fitted.model, found=Begun(), seed=fitted.seed)
            said = t("The form is filled from {name}, made with {program}.", name=file.name, program=found.source)
            notes = [*map(told, fitted.notes), *cut(fitted.params)]
            if found.strength is not None and found.strength < 1:
                notes.append(t("It may have been made from another picture; it does not say from which."))
            if notes:
                self._room.tell(said, "\n".join(notes), tone="warn", key="recipe")
            self._desk.notices.toast.emit(said, way_back)

        self._desk.operations.run(
            self, lambda: picture_recipes.fitted(found, engine, lora_shelf.loras_here(paths)), done
        )

    def _fill(self, engine: str, params: Mapping[str, Any], *, model_id: str, found: Begun, seed: int) -> Choice:
        """Fill the form, by an engine if it is here; return the way back. A seed below 0 stays as it is."""
        room, form, seeds = self._room, self._room.form, self._room.seed
        locked, shown = seeds.locked, seeds.value
        before = [(self._engines.manifest, form.filled)]
        if self._engines.choose(engine):
            before.append((self._engines.manifest, form.filled))  # what that engine's form said is filled over
        form.fill(params, model_id=model_id, start=_start(found))
        if seed >= 0:
            seeds.keep(seed)
        self._say_nothing()
        self._tell_start(found)

        def back() -> None:
            for manifest, filled in reversed(before):
                self._engines.choose(_id(manifest))
                room.form.put_back(filled)
            seeds.keep(shown, locked=locked)
            self._say_nothing()

        return Choice(t("Undo"), back)

    def _say_nothing(self) -> None:
        for key in _SAID:
            self._room.banners.drop(key)

    def _tell_start(self, found: Begun) -> None:
        """Say what of the picture that it was made from cannot be had again."""
        said, hint = "", ""
        if _INIT in found.gone:
            said, hint = t("The picture that it was made from is no longer here."), t("Choose one to start from.")
        elif found.init and self._room.init is None:
            said = t("This engine starts from nothing but words.")
        elif _MASK in found.gone:
            said = t("Where it was painted is no longer here; the picture that it was made from is.")
            hint = t("Paint on it where it is to be painted anew.")
        if said:
            self._room.tell(said, hint, tone="warn", key="start")


def begun(recipe: Mapping[str, Any], inputs: Inputs) -> Begun:
    """Return what a recipe from anywhere began with; a mask means nothing without its picture. Any thread."""
    files = table(recipe, "files")
    named = {role: files[role] for role in (_INIT, _MASK) if role in files}
    kept = {role: inputs.path(name) for role, name in named.items() if recipes.is_input_name(name)}
    here = {role: file for role, file in kept.items() if file.is_file()}
    if _INIT not in here:
        return Begun(gone=frozenset(named) - frozenset(here))
    terms = str(table(recipe, "rights").get(_INIT, ""))
    return Begun(here[_INIT], here.get(_MASK), frozenset(named) - frozenset(here), terms)


def cut(params: Mapping[str, Any]) -> list[str]:
    """Say which LoRAs are weaker in the form than a recipe says."""
    most = f"{model.STRONGEST:g}"
    return [
        t("The LoRA {name} was {strength} strong; the most is {most}.", name=name, strength=given, most=most)
        for name, given in model.too_strong(str(params.get("lora", "")))
    ]


def _start(found: Begun) -> Start | None:
    if found.init is None:
        return None
    return Start(found.init, t("The one it was made from"), mask=found.mask, terms=found.terms)


def _id(manifest: Manifest | None) -> str:
    return manifest.id if manifest else ""
