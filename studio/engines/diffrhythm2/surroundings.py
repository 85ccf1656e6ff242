# pyright: reportMissingImports=false
"""What DiffRhythm2's code expects around it, made of what its environment holds. The worker's main thread.

It imports packages that only other languages or training need, and looks for a library of the system to read words.
"""

from __future__ import annotations

from pathlib import Path

from studio.engines.shared.neural import absent, torchaudio_standin


def prepare() -> None:
    """Set everything up, before anything of DiffRhythm2 or of its style model is imported."""
    import espeakng_loader
    import jieba
    import transformers.utils  # noqa: F401 — it looks for torchcodec once, and wants the version of what it finds
    from phonemizer.backend.espeak.wrapper import EspeakWrapper

    torchaudio_standin.install()
    absent.pretend("torchvision", "pictures for training the style model")
    absent.pretend("pyopenjtalk", "Japanese words")
    EspeakWrapper.set_library(espeakng_loader.get_library_path())
    EspeakWrapper.set_data_path(espeakng_loader.get_data_path())
    jieba.setLogLevel("WARNING")


def keep_tables_in(folder: Path) -> None:
    """Say where the tables of Chinese words may lie; else it is one file for all users of the machine."""
    import jieba

    folder.mkdir(parents=True, exist_ok=True)
    jieba.dt.tmp_dir = str(folder)


def phonemes(line: str) -> list[int]:
    """Return a line of lyrics, in English or Chinese, as the numbers of its sounds."""
    from diffrhythm2.g2p.g2p_generation import chn_eng_g2p

    _, numbers = chn_eng_g2p(line)
    if not numbers:
        raise ValueError(f"no sounds were found for {line!r}")
    return list(numbers)
