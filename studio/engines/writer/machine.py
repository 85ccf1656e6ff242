# pyright: basic, reportMissingImports=false
"""The language model: loaded whole, asked word by word. On the thread that writes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from asking import Manner
from transformers import AutoModelForCausalLM, AutoTokenizer, StoppingCriteria, StoppingCriteriaList

from studio.engines.shared.neural import checkpoint, loading, memory, placing
from studio.worker.failures import UserMistake

_REPETITION = 1.05  # a little, or small models sing one line for ever

Hear = Callable[[str], bool]
"""Hears all that was said so far, and says whether that is enough; raises where the job was cancelled."""


class _Listening(StoppingCriteria):
    """Gives what was said so far to somebody, after each token."""

    def __init__(self, words: Any, asked: int, hear: Hear) -> None:
        self._words = words
        self._asked = asked
        self._hear = hear
        self.text = ""

    def __call__(self, ids: Any, scores: Any, **more: Any) -> Any:
        """Say whether it is enough."""
        del scores, more
        self.text = self._words.decode(ids[0, self._asked :], skip_special_tokens=True)
        enough = self._hear(self.text)
        return torch.full((ids.shape[0],), enough, dtype=torch.bool, device=ids.device)


class Machine:
    """A loaded model with its tokenizer."""

    def __init__(self, folder: Path, device: str, *, form: str, rungs: frozenset[str]) -> None:
        """Load both; every weight must be there."""
        self._place = placing.torch_device(device)
        memory.make_ready(rungs)
        with loading.quiet():
            self._words = AutoTokenizer.from_pretrained(folder, local_files_only=True)
            if not self._words.chat_template:
                raise UserMistake("This model cannot be asked: it has no chat template.", "Take an instruct model.")
            self._model = loading.whole(AutoModelForCausalLM, str(folder), dtype=checkpoint.dtype_of(form))
            placing.require_on(self._model.to(self._place), self._place)

    def write(self, messages: list[dict[str, str]], tokens: int, seed: int, manner: Manner, hear: Hear) -> str:
        """Ask, and return all that was said."""
        with torch.no_grad(), loading.quiet():
            given = self._words.apply_chat_template(
                messages, add_generation_prompt=True, return_tensors="pt", return_dict=True, enable_thinking=False
            ).to(self._place)
            asked = given["input_ids"].shape[1]
            room = self._model.config.max_position_embeddings
            if asked + tokens > room:
                raise UserMistake(
                    f"The text is too long for this model: it reads and writes {room:,} tokens.", "Shorten it."
                )
            listening = _Listening(self._words, asked, hear)
            torch.manual_seed(seed)
            self._model.generate(
                **given, max_new_tokens=tokens, do_sample=True, temperature=manner.temperature, top_p=manner.top_p,
                repetition_penalty=_REPETITION, stopping_criteria=StoppingCriteriaList([listening]),
                pad_token_id=self._words.pad_token_id,
            )  # fmt: skip
        return listening.text
