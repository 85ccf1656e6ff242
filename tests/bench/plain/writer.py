# pyright: basic, reportMissingImports=false
"""Lyrics by a plain script: rhymes for a word, which the model is asked for once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.bench.plain import loops

LOOP = loops.SAMPLING
DECODER = ""
TASK = "lyrics"
_WORD, _COUNT = "river", 20
PARAMS: dict[str, Any] = {"mode": "rhyme", "given": _WORD, "count": _COUNT}
SHORT = [""]
LONG = SHORT

_ASKED = (
    {"role": "system", "content": "You write song lyrics in English. You answer with lyrics and nothing else."},
    {
        "role": "user",
        "content": f"Give {_COUNT} words or short phrases in English that rhyme perfectly with "
        f'"{_WORD}". Give only them, one on each line, without numbers or remarks.',
    },
)


def make(folder: Path) -> None:
    """Write the checkpoint of the smoke test, then a larger one that never ends a line, nor its answer."""
    import torch
    from transformers import AutoTokenizer, GenerationConfig, Qwen3Config, Qwen3ForCausalLM

    from studio.engines.writer import smoke

    smoke.make(folder)
    place = folder / "writer"
    words = AutoTokenizer.from_pretrained(place)
    config = Qwen3Config.from_pretrained(place)
    config.hidden_size, config.intermediate_size, config.num_hidden_layers = 384, 1152, 8
    config.layer_types = ["full_attention"] * config.num_hidden_layers
    config.num_attention_heads, config.num_key_value_heads, config.head_dim = 6, 2, 64
    torch.manual_seed(0)
    model = Qwen3ForCausalLM(config)
    never = [words.eos_token_id, *(words.convert_tokens_to_ids(sign) for sign in ("\u010a", "\u010d"))]
    model.generation_config = GenerationConfig(
        suppress_tokens=never, eos_token_id=words.eos_token_id, pad_token_id=words.pad_token_id
    )
    model.save_pretrained(place)


class Script:
    """The loaded model."""

    def __init__(self, folder: Path) -> None:
        """Load it, with its tokenizer."""
        from transformers import AutoModelForCausalLM, AutoTokenizer

        self._model = AutoModelForCausalLM.from_pretrained(folder / "writer").eval()
        self._words = AutoTokenizer.from_pretrained(folder / "writer")

    def make(self, texts: list[str], seed: int, steps: int, out: str) -> None:
        """Write so many tokens."""
        import torch

        del texts
        with torch.inference_mode():
            torch.manual_seed(seed)
            given = self._words.apply_chat_template(
                list(_ASKED), add_generation_prompt=True, return_tensors="pt", return_dict=True
            )
            said = self._model.generate(
                **given, max_new_tokens=steps, do_sample=True, temperature=0.9, top_p=0.95, repetition_penalty=1.05
            )
        text = self._words.decode(said[0, given["input_ids"].shape[1] :], skip_special_tokens=True)
        Path(out).write_text(text, encoding="utf-8")
