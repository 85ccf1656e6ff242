"""Works on a project until it is killed: `python -m tests.smoke.project_driver FOLDER DATA SOUNDS SEED`.

Each line on stdout is something that has been done, with the moment it was: `edit N T`, `saved N T`, `media SHA256 T`.
The project's script is the number of its last edit.
"""

from __future__ import annotations

import random
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path

from studio.app import Studio
from studio.services.projects import OpenProject
from tests.services.sounds import write_wav


def main() -> None:
    """Edit, undo, save and take in sounds, in a hurry and in no order."""
    folder, data, sounds = (Path(argument) for argument in sys.argv[1:4])
    dice = random.Random(sys.argv[4])
    with Studio(data).projects.open(folder, autosave=True) as opened:
        number = int(opened.project.script or 0)
        _say("ready")
        while True:
            number += 1
            _work(opened, number, dice, sounds)
            threading.Event().wait(dice.expovariate(100))


def _work(opened: OpenProject, number: int, dice: random.Random, sounds: Path) -> None:
    choice = dice.random()
    if choice < 0.1:
        file = write_wav(sounds / f"{number}.wav", value=number % 30_000, frames=1 + number % 5000)
        media = opened.take_in(file)
        _say("media", next(m.sha256 for m in opened.project.media if m.id == media))
    elif choice < 0.2 and opened.history.can_undo:
        opened.undo()
        opened.redo()
    opened.do(f"Edit {number}", replace(opened.project, script=str(number)))
    _say("edit", number)
    if choice > 0.9:
        opened.save()
        _say("saved", number)


def _say(*words: object) -> None:
    print(*words, time.monotonic(), flush=True)


if __name__ == "__main__":
    main()
