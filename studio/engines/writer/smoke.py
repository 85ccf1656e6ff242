# pyright: reportMissingImports=false
"""Tries the lyrics model on a tiny chat model of the real classes: words that stream, and end when one wants."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

from studio.engines.shared.neural import loading, memory, placing, proof, tiny

_MODEL = "writer"
_START, _END, _PAD = "<|im_start|>", "<|im_end|>", "<|endoftext|>"
_TEMPLATE = (
    "{% for m in messages %}<|im_start|>{{m['role']}}\n{{m['content']}}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
_ASKED = ({"role": "system", "content": "You write lyrics."}, {"role": "user", "content": "A song about rain."})
_ENOUGH = 10  # pieces, after which it is told to stop
_MOST = 200


def make(folder: Path) -> None:
    """Write a chat model of 150 kilobytes."""
    import torch
    from transformers import Qwen3Config, Qwen3ForCausalLM

    with loading.quiet():
        torch.manual_seed(0)
        words = tiny.byte_tokenizer(eos=_END, pad=_PAD, special=(_START, _END, _PAD))
        words.chat_template = _TEMPLATE
        words.save_pretrained(folder / _MODEL)
        Qwen3ForCausalLM(
            Qwen3Config(
                vocab_size=len(words), hidden_size=32, intermediate_size=64, num_hidden_layers=2, head_dim=8,
                num_attention_heads=4, num_key_value_heads=2, max_position_embeddings=16384, bos_token_id=None,
                eos_token_id=words.eos_token_id, pad_token_id=words.pad_token_id,
            )
        ).save_pretrained(folder / _MODEL)  # fmt: skip


def check(folder: Path, device: str) -> dict[str, Any]:
    """Write a few words twice, then stream and stop in the middle; return facts, or raise what went wrong."""
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer

    memory.begin(0)
    place = placing.torch_device(device)
    with loading.quiet():
        model = loading.whole(AutoModelForCausalLM, str(folder / _MODEL)).to(place)
        placing.require_on(model, place)
        words = AutoTokenizer.from_pretrained(folder / _MODEL, local_files_only=True)
        given = words.apply_chat_template(
            list(_ASKED), add_generation_prompt=True, return_tensors="pt", return_dict=True
        ).to(place)

        def write(seed: int) -> Any:
            torch.manual_seed(seed)
            return model.generate(**given, max_new_tokens=20, min_new_tokens=20, do_sample=True, temperature=0.9)

        same = proof.repeats(write, "the text", device)
        streamed = _streamed(model, words, given)
    return {
        **proof.versions("torch", "transformers"), "device": str(place), "same_seed_equal": same,
        "pieces_before_it_stopped": streamed, "checkpoint_bytes": proof.size_of(folder),
    }  # fmt: skip


def _streamed(model: Any, words: Any, given: Any) -> int:
    """Read the text as it comes, say stop in the middle, and return how many pieces came."""
    import torch
    from transformers import StoppingCriteria, StoppingCriteriaList, TextIteratorStreamer

    stop = threading.Event()

    class WhenTold(StoppingCriteria):
        def __call__(self, ids: Any, scores: Any, **more: Any) -> Any:
            del scores, more
            return torch.full((ids.shape[0],), stop.is_set(), dtype=torch.bool, device=ids.device)

    pieces = TextIteratorStreamer(words, skip_prompt=True, skip_special_tokens=True, timeout=60.0)
    settings = {"max_new_tokens": _MOST, "min_new_tokens": _MOST, "do_sample": True}
    writing = threading.Thread(
        target=model.generate,
        kwargs={**given, **settings, "streamer": pieces, "stopping_criteria": StoppingCriteriaList([WhenTold()])},
        daemon=True,
    )
    writing.start()
    count = 0
    for _ in pieces:
        count += 1
        if count == _ENOUGH:
            stop.set()
    writing.join()
    if not _ENOUGH <= count < _MOST:
        raise ValueError(f"{count} pieces came; the text was to stop soon after {_ENOUGH}")
    return count
