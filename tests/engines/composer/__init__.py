"""The sketch composer. Its modules know one another by bare names, as they do in the engine's process."""

import sys
from pathlib import Path

_FOLDER = str(Path(__file__).parents[3] / "studio" / "engines" / "composer")
if _FOLDER not in sys.path:
    sys.path.append(_FOLDER)
