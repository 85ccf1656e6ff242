"""Makes embeddings-fp16.npz anew: has each of Kokoro's voices read three sentences and listens. Some minutes.

PYTHONPATH=. OPENBLAS_NUM_THREADS=1 .venv/bin/python resources/voices/kokoro-embeddings/make.py
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from studio.engines.shared.kokoro import model
from studio.engines.shared.speaker import encoders as speaker

READ = (
    "A quick summer storm rolled over the hills and washed the dust from every road in the valley.",
    "Would you mind passing me that small blue bowl, or shall I fetch another from the shelf?",
    "Just before noon, George measured the garden gate twice, then shouted that nothing would fit through it.",
)


def main() -> None:
    """Speak, listen, write."""
    kokoro = model.Kokoro()
    kokoro.load(0)
    encoder = speaker.load(speaker.CHOOSER)
    phonemes = [portion for text in READ for portion in kokoro.phonemes(text, "en-us")[0]]
    vectors = [
        encoder.embed_all([kokoro.sound(p, kokoro.style(name), 1.0) for p in phonemes], model.RATE)
        for name in kokoro.names
    ]
    np.savez_compressed(
        Path(__file__).with_name("embeddings-fp16.npz"),
        names=np.array(kokoro.names),
        vectors=np.array(vectors).astype(np.float16),
    )


if __name__ == "__main__":
    main()
