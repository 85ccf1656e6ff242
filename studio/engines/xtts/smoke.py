# pyright: reportMissingImports=false
"""Tries XTTS on a checkpoint of the real classes: 92 megabytes of random weights, for the vocoder's size is fixed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import checkpoint

from studio.engines.shared.neural import loading, memory, placing, proof, torchaudio_standin

RATE = 24000
_MODEL = "xtts"
_REFERENCE = "reference.wav"
_SPECIAL = ("[STOP]", "[UNK]", "[SPACE]", "[START]")
_SIGNS = "abcdefghijklmnopqrstuvwxyz0123456789.,!?'-:;() "
_TEXT = "Hello there, this is a test."
_SETTINGS = {"temperature": 0.65, "repetition_penalty": 2.0, "length_penalty": 1.0, "top_k": 50, "top_p": 0.85}
_VOICES = ("Claribel Dervla", "Andrew Chipper", "Ana Florence")


def make(folder: Path) -> None:
    """Write the files that a download would bring, and a recording to clone."""
    import numpy as np
    import soundfile
    import torch

    torchaudio_standin.install()
    with loading.quiet():
        from TTS.tts.configs.xtts_config import XttsConfig
        from TTS.tts.models import xtts

        torch.manual_seed(0)
        place = folder / _MODEL
        place.mkdir(parents=True, exist_ok=True)
        about = XttsConfig()
        _shrink(about, _write_words(place / "vocab.json", about.languages))
        model = xtts.Xtts(about)
        with xtts._legacy_safe_globals():  # noqa: SLF001 — the published file names its settings' classes as they were
            torch.save({"model": model.state_dict(), "config": about}, place / "model.pth")
        about.save_json(str(place / "config.json"))
        torch.save({name: _voice(about.model_args) for name in _VOICES}, place / "speakers_xtts.pth")
    time = np.arange(44100 * 3) / 44100
    voice = 0.1 * np.sin(2 * np.pi * 180 * time) * (1 + np.sin(2 * np.pi * 3 * time))
    soundfile.write(str(folder / _REFERENCE), voice.astype(np.float32), 44100)


def check(folder: Path, device: str) -> dict[str, Any]:
    """Take a voice from the recording and speak in it, at once and streamed; return facts, or raise what went wrong."""
    import torch

    memory.begin(0)
    place = placing.torch_device(device)
    with loading.quiet():
        model = checkpoint.load(folder / _MODEL).to(place)
        placing.require_on(model, place)
        latents, voice = model.get_conditioning_latents(audio_path=[str(folder / _REFERENCE)], max_ref_length=60)
        proof.finite(latents, "what was taken from the recording")
        proof.finite(voice, "the voice that was taken from the recording")

        def say(seed: int) -> Any:
            torch.manual_seed(seed)
            return model.inference(_TEXT, "en", latents, voice, enable_text_splitting=True, **_SETTINGS)["wav"]

        same = proof.repeats(say, "speech", device)
        sound = proof.finite(say(7), "speech")
        streamed = [proof.finite(piece, "streamed speech") for piece in model.inference_stream(
            _TEXT, "en", latents, voice, stream_chunk_size=20, **_SETTINGS
        )]  # fmt: skip
    return {
        **proof.versions("torch", "transformers", "coqui-tts"), "device": str(place), "sample_rate": RATE,
        "samples": sound.size, "streamed_samples": sum(piece.size for piece in streamed),
        "same_seed_equal": same, "languages": len(model.config.languages), "checkpoint_bytes": proof.size_of(folder),
    }  # fmt: skip


def _voice(sizes: Any) -> dict[str, Any]:
    """Make up a voice in the form of those that come with the model."""
    import torch

    timbre = torch.nn.functional.normalize(torch.randn(1, sizes.d_vector_dim, 1), dim=1)
    return {"gpt_cond_latent": torch.randn(1, 32, sizes.gpt_n_model_channels), "speaker_embedding": timbre}


def _write_words(file: Path, languages: list[str]) -> Any:
    from tokenizers import Tokenizer, models, pre_tokenizers

    special = [*_SPECIAL, *(f"[{language}]" for language in languages)]
    known = {word: number for number, word in enumerate([*special, *_SIGNS])}
    words = Tokenizer(models.BPE(vocab=known, merges=[], unk_token="[UNK]"))
    words.add_special_tokens(special)
    words.pre_tokenizer = pre_tokenizers.Whitespace()
    words.save(str(file))
    return words


def _shrink(about: Any, words: Any) -> None:
    """Make the speaking part small."""
    sizes = about.model_args
    sizes.gpt_layers, sizes.gpt_n_heads = 2, 2
    sizes.gpt_n_model_channels = sizes.decoder_input_dim = 64
    sizes.gpt_max_audio_tokens = sizes.gpt_max_text_tokens = 100
    sizes.gpt_use_perceiver_resampler = True
    sizes.gpt_num_audio_tokens, sizes.gpt_start_audio_token, sizes.gpt_stop_audio_token = 66, 64, 65
    sizes.gpt_number_text_tokens = words.get_vocab_size()
    sizes.gpt_start_text_token = words.token_to_id("[START]")
    sizes.gpt_stop_text_token = words.token_to_id("[STOP]")
