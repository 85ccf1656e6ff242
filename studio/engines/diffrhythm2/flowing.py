# pyright: basic, reportMissingImports=false
"""The network that makes a song, block after block: each begins as noise and becomes sound among what came before.

The library has such a loop as well. It makes some numbers half as fine as the weights, throws its dice on the card,
so that a seed is another song there, and tells nobody how far it is. On the thread that sings.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import torch

from studio.engines.shared.neural import checkpoint, loading, oobleck

_OVER = 0.05  # how near to ones a moment lies that says "the song is over"
_NO_GUIDANCE = 1e-5
_TEXT, _CLEAN = -1.0, 1.0  # the times of lyrics, and of sound that is finished


@dataclass(frozen=True)
class Manner:
    """How a song is made."""

    steps: int  # moments of the flow, of which the first is the noise itself
    guidance: float
    seed: int


def loaded(folder: Path) -> tuple[Any, int]:
    """Load the network strictly; return it with the length of a block."""
    from diffrhythm2.model.backbones.dit import DiT
    from diffrhythm2.model.cfm import CFM
    from safetensors.torch import load_file

    about = checkpoint.described(folder / "model.json", "mel_dim", "block_size", "dim")
    block = int(about["block_size"])
    # Compiled attention takes minutes to begin, and computes the same.
    with loading.no_larger_than_its_files(folder):
        network = DiT(**{**about, "use_flex_attn": False})
    whole = CFM(transformer=network, num_channels=about["mel_dim"], block_size=block)
    strictly(whole, load_file(folder / "model.safetensors"), folder)
    return whole.transformer.eval(), block


def strictly(model: Any, weights: dict[str, Any], folder: Path) -> None:
    """Fill a model; every parameter must come from the file."""
    left = set(model.load_state_dict(weights, strict=False).missing_keys)
    missing = sorted(left & {name for name, _ in model.named_parameters()})
    if missing:
        raise loading.IncompleteWeights(f"{folder} lacks {len(missing)} weights: {', '.join(missing[:3])}")


class _Memory:
    """What the network remembers of lyrics and finished blocks, for one style; or for none, to lead away from."""

    def __init__(self, network: Any, words: Any, style: Any) -> None:
        from diffrhythm2.model.cache_utils import BlockFlowMatchingCache

        self._network = network
        self._style = style
        self._words = words.shape[1]
        length = torch.tensor([self._words], device=style.device)
        self._cache = BlockFlowMatchingCache(text_lengths=length, layers=network.transformer_blocks)
        with self._cache.cache_text():
            self._ask(network.text_embed(words), _TEXT, 0, self._words)

    def direction(self, block: Any, time: Any, begin: int) -> Any:
        """Return where a block is to flow."""
        return self._ask(block, time, begin, self._words + begin + block.shape[1])

    def keep(self, block: Any, begin: int) -> None:
        """Remember a finished block."""
        with self._cache.cache_context():
            self._ask(block, _CLEAN, begin, self._words + begin + block.shape[1])

    def _ask(self, embedded: Any, time: Any, begin: int, seen: int) -> Any:
        count, place = embedded.shape[1], embedded.device
        made, _, _ = self._network(
            x=embedded, time=torch.full((1, count), float(time), device=place, dtype=self._style.dtype),
            position_ids=torch.arange(begin, begin + count, device=place)[None],
            attn_mask=torch.ones(1, 1, count, seen, dtype=torch.bool, device=place),
            style_prompt=self._style, use_cache=True, past_key_value=self._cache,
        )  # fmt: skip
        return made


def flowed(
    network: Any, block: int, numbers: list[int], count: int, style: Any, manner: Manner, tell: Callable[[float], None]
) -> Any:
    """Return latents (1, moments, width), as many as asked for, or fewer where the song is over before.

    `tell` hears the share that is done after each step, and in each layer of the network, where it may raise.
    """
    words = torch.tensor([numbers], device=style.device)
    dice = torch.Generator("cpu").manual_seed(manner.seed)
    times = torch.linspace(0, 1, manner.steps, dtype=style.dtype, device=style.device)
    blocks = -(-count // block)
    done, steps = 0, blocks * (manner.steps - 1)

    with ExitStack() as hooks, torch.no_grad():
        for layer in network.transformer_blocks:
            hooks.enter_context(oobleck.before_each(layer, lambda: tell(done / steps)))
        memory = _Memory(network, words, style)
        guided = manner.guidance >= _NO_GUIDANCE
        other = _Memory(network, torch.zeros_like(words), torch.zeros_like(style)) if guided else None
        song = torch.zeros(1, 0, network.proj_out.out_features, dtype=style.dtype, device=style.device)
        for begin in range(0, blocks * block, block):
            shape = (1, block, song.shape[-1])
            made = torch.randn(shape, generator=dice).to(style.device, style.dtype)
            for now, then in pairwise(times):
                seen = network.latent_embed(made)
                way = memory.direction(seen, now, begin)
                if other:
                    way = way + (way - other.direction(seen, now, begin)) * manner.guidance
                made = made + (then - now) * way
                done += 1
                tell(done / steps)
            seen = network.latent_embed(made)
            memory.keep(seen, begin)
            if other:
                other.keep(seen, begin)
            song = torch.cat([song, made], dim=1)
            sounding = sung(song)
            if sounding < song.shape[1]:
                return song[:, : min(sounding, count)]
    return song[:, :count]


def sung(song: Any) -> int:
    """Return how many moments there are before those at the end that say "the song is over"."""
    going = ((song.float() - 1).square().mean(dim=-1) > _OVER)[0].nonzero()
    return int(going[-1]) + 1 if len(going) else 0
