# pyright: basic, reportMissingImports=false
"""From a prompt to what the model is guided by: texts of any length, with weights. The worker's main thread.

What neither is long nor weighed comes out exactly as the libraries' own way of reading would have it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
import weights
from weights import Part

_LEAST_MEAN = 1e-3  # of the deviation; a mean below that is chance
_LEAST = 0.25  # a weighed text is made weaker or stronger by no more than that


@dataclass(frozen=True)
class Words:
    """One text encoder with its tokenizer."""

    tokenizer: Any
    encoder: Any

    @property
    def room(self) -> int:
        """How many tokens fit into one reading, besides its begin and end."""
        return int(self.tokenizer.model_max_length) - 2


@dataclass(frozen=True)
class Read:
    """A text as the model takes it, and as one vector."""

    each: Any
    pooled: Any = None


def clip(prompt: str, negative: str, of: list[Words], place: Any, *, skip: int, large: bool) -> tuple[Read, Read]:
    """Read a prompt and what must not appear by one or two encoders of CLIP; both come out equally long.

    `large` is the way of SDXL: the last layer but one, and a vector for the whole text.
    """
    texts = [weights.read(prompt) or [Part("")], weights.read(negative) or [Part("")]]
    tokens = [[_tokens(words, parts) for words in of] for parts in texts]
    portions = max(
        -(-len(found[0]) // words.room) for each in tokens for words, found in zip(of, each, strict=True)
    ) or 1  # fmt: skip
    made = [
        [_read(words, found, portions, place, skip=skip, large=large) for words, found in zip(of, each, strict=True)]
        for each in tokens
    ]
    positive, opposite = (Read(torch.cat([r.each for r in one], dim=-1), one[-1].pooled) for one in made)
    return positive, opposite


def _tokens(words: Words, parts: list[Part]) -> tuple[list[int], list[float]]:
    numbers: list[int] = []
    weighs: list[float] = []
    for part in parts:
        found = words.tokenizer(part.text, add_special_tokens=False, truncation=False).input_ids
        numbers += found
        weighs += [part.weight] * len(found)
    return numbers, weighs


def _read(
    words: Words, found: tuple[list[int], list[float]], portions: int, place: Any, *, skip: int, large: bool
) -> Read:
    """Read a text portion by portion; the vector for the whole is the first one's."""
    numbers, weighs = found
    each: list[Any] = []
    pooled: Any = None
    for n in range(portions):
        part = slice(n * words.room, (n + 1) * words.room)
        made, vector = _portion(words, numbers[part], place, skip=skip, large=large)
        each.append(_weighed(made, weighs[part]))
        pooled = vector if n == 0 else pooled
    return Read(torch.cat(each, dim=1), pooled)


def _portion(words: Words, numbers: list[int], place: Any, *, skip: int, large: bool) -> tuple[Any, Any]:
    tokenizer = words.tokenizer
    filled = [tokenizer.bos_token_id, *numbers, tokenizer.eos_token_id]
    filled += [tokenizer.pad_token_id] * (words.room + 2 - len(filled))
    given = torch.tensor([filled], device=place)
    if not large and not skip:
        return words.encoder(given)[0], None
    out = words.encoder(given, output_hidden_states=True)
    if large:
        return out.hidden_states[-(skip + 2)], out[0] if out[0].ndim == 2 else None
    inner = getattr(words.encoder, "text_model", words.encoder)  # older libraries wrap the model once more
    return inner.final_layer_norm(out.hidden_states[-(skip + 1)]), None


def _weighed(made: Any, weighs: list[float]) -> Any:
    """Weigh tokens, and keep the mean of the whole, as programs do whose prompts people exchange."""
    if all(weight == 1.0 for weight in weighs):
        return made
    factors = torch.ones(made.shape[1], dtype=torch.float32)
    factors[1 : 1 + len(weighs)] = torch.tensor(weighs)
    before = made.float()
    after = before * factors.to(made.device)[None, :, None]
    mean, kept = float(after.mean()), float(before.mean())
    if abs(mean) > _LEAST_MEAN * float(before.std()) and _LEAST < kept / mean < 1 / _LEAST:
        after = after * (kept / mean)
    return after.to(made.dtype)
