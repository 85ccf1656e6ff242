"""How a file from anywhere was made, as far as it says. Any thread."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

from studio.errors import StudioError
from studio.services.helper import HelperHost
from studio.services.library import Library
from studio.services.library_index import PICTURE_ENDINGS
from studio.store import plain_file


def stored_in(library: Library, sound: HelperHost, pictures: HelperHost, path: Path) -> dict[str, Any]:
    """Return the recipe object of a file; raise StudioError where it holds none."""
    from studio.audio import wav_file

    with plain_file.opened(path):  # refuses folders, pipes and what is not there, in words
        pass
    try:
        in_wav = wav_file.read_recipe(path)  # our own few lines; all else is read in the sound process
    except OSError as e:
        raise StudioError(f"{path} cannot be read: {e.strerror}.", "Check the name and its rights.") from e
    if in_wav:
        return in_wav.to_dict()
    found = library.recipe_of(path)
    if found is None:
        host = pictures if path.suffix.lower() in PICTURE_ENDINGS else sound
        with host.task("inspect", {"file": str(path.absolute())}) as done:
            found = done.facts.get("recipe")
    if not isinstance(found, dict):
        raise StudioError(f"{path} holds no recipe.", "Only files that this studio made hold one.")
    return cast("dict[str, Any]", found)
