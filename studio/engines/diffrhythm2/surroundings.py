# pyright: reportMissingImports=false
"""What DiffRhythm2's code expects around it, made of what its environment holds. The worker's main thread.

It imports packages that only other languages or training need, and looks for a library of the system to read words.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from studio.engines.shared.neural import absent, torchaudio_standin


def prepare(cache: Path) -> None:
    """Set everything up, before anything of DiffRhythm2 or of its style model is imported."""
    import espeakng_loader
    import jieba
    from phonemizer.backend.espeak.wrapper import EspeakWrapper

    torchaudio_standin.install()
    absent.pretend("torchvision", "pictures for training the style model")
    absent.pretend("pyopenjtalk", "Japanese words")
    EspeakWrapper.set_library(espeakng_loader.get_library_path())
    EspeakWrapper.set_data_path(espeakng_loader.get_data_path())
    jieba.setLogLevel("WARNING")
    jieba.dt.tmp_dir = str(cache)  # else it is one file for all users of the machine


def phonemes(line: str) -> list[int]:
    """Return a line of lyrics, in English or Chinese, as the numbers of its sounds."""
    from diffrhythm2.g2p.g2p_generation import chn_eng_g2p

    _, numbers = chn_eng_g2p(line)
    if not numbers:
        raise ValueError(f"no sounds were found for {line!r}")
    return list(numbers)


def style_model() -> Any:
    """Return the class of the model that turns words or a sound into a style; its weights are no part of this."""
    from muq import MuQMuLan

    return MuQMuLan
