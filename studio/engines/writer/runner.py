"""Lyrics by a small language model: section after section, each word shown as it comes; lines anew; rhymes."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import asking
import lines
from asking import CONTINUE, Call, Manner, Order

from studio.engines.shared.neural.resident import Resident, Wanted
from studio.worker.context import RunContext
from studio.worker.failures import UserMistake
from studio.worker.runner import Output

if TYPE_CHECKING:
    from machine import Machine

STAGE = "writing"
_SO_FAR, _RESULT = "so-far.txt", "lyrics.txt"
_CALLS = 3  # for a section, where the model says too little
_ONCE_SUNG = frozenset({"chorus", "post-chorus"})  # come again with the same words
_SHOW = 0.2  # seconds between two looks at an unfinished line
_PRIME = 1_000_003


class Runner(Resident):
    """Holds the model."""

    wanted = Wanted("writer", "config.json", "model for lyrics", "qwen3-1.7b", ("torch", "transformers"), "ForCausalLM")
    machine: Machine

    def run(self, context: RunContext) -> Output:
        """Write what is asked for."""
        return self.wait_for(context, _Work(self.machine, context).do)


@dataclass
class _Shown:
    """What the user has seen so far."""

    text: str = ""
    lines: int = 0
    at: float = 0.0


class _Work:
    """One job: what is written, and what of it was shown."""

    def __init__(self, machine: Any, context: RunContext) -> None:
        self._machine = machine
        self._context = context
        self._order: Order = asking.order(context.params)
        self._manner = Manner(float(context.params["temperature"]), float(context.params["top_p"]))
        self._shown = _Shown()
        self._calls = 0

    def do(self) -> Output:
        """Write, and hand over the file with the facts."""
        order = self._order
        text, facts = self._song() if order.sections else self._suggestions()
        with self._context.create(_RESULT) as path:
            path.write_text(text + "\n", encoding="utf-8", newline="\n")
        self._context.progress(STAGE, 1.0)
        return Output(self._context.scratch / _RESULT, "text", {"language": order.language, **facts})

    def _song(self) -> tuple[str, dict[str, Any]]:
        order = self._order
        begun = f"{order.given}\n\n" if order.mode == CONTINUE else ""
        parts: list[tuple[str, list[str]]] = []
        known = asking.sung_before(order.given) if begun else {}
        total = sum(section.lines for section in order.sections)
        for section in order.sections:
            before = begun + lines.as_text(parts)
            done = sum(len(found) for _, found in parts)
            found = known.get(section.title.casefold()) if section.kind in _ONCE_SUNG else None
            if not found:
                found = self._section(section, before, (done / total, section.lines / total))
            known[section.title.casefold()] = found
            parts.append((section.title, found))
        facts = [{"tag": tag, "lines": [{"text": line} for line in found]} for tag, found in parts]
        return begun + lines.as_text(parts), {"lines": sum(len(found) for _, found in parts), "sections": facts}

    def _section(self, section: Any, before: str, share: tuple[float, float]) -> list[str]:
        """Return the lines of a section: exactly as many as it has, where the model can be brought to say them."""
        written: list[str] = []
        head = f"{before}\n\n[{section.title}]" if before else f"[{section.title}]"
        for _ in range(_CALLS if section.lines else 0):
            call = asking.section_call(self._order, section, before.strip(), written)
            written += self._asked(call, "\n".join([head, *written]), _share(share, len(written), section.lines))
            if len(written) >= section.lines:
                break
        if section.lines and not written:
            raise UserMistake(f"The model wrote nothing for [{section.title}].", "Take another seed, or another model.")
        if len(written) < section.lines:
            self._context.note(f"[{section.title}] has {len(written)} lines; the model wrote no more.")
        return written

    def _suggestions(self) -> tuple[str, dict[str, Any]]:
        order = self._order
        found = lines.different(self._asked(asking.suggestions_call(order), "", (0.0, 1.0)), order.line)
        if not found:
            raise UserMistake("The model found nothing.", "Take another seed, or another model.")
        return "\n".join(found), {"lines": len(found), "suggestions": found}

    def _asked(self, call: Call, before: str, share: tuple[float, float]) -> list[str]:
        """Return what the model says to that, as many lines as are wanted at most; each word is shown."""

        def hear(text: str) -> bool:
            self._context.check_cancelled()
            found = lines.lines_of(text, whole=False)
            self._context.progress(STAGE, min(0.999, share[0] + share[1] * min(1.0, len(found) / call.lines)))
            self._show(before, lines.lines_of(text, whole=True)[: call.lines], len(found))
            return len(found) >= call.lines

        seed = (self._context.seed + _PRIME * self._calls) % 2**63
        self._calls += 1
        text = self._machine.write(call.messages, call.tokens, seed, self._manner, hear)
        return lines.lines_of(text, whole=True)[: call.lines]

    def _show(self, before: str, found: list[str], finished: int) -> None:
        """Show the text as it is: each line when it is finished, and a few times while it is written."""
        text = "\n".join(part for part in (before, *found) if part)
        complete = before.count("\n") + finished
        now = time.monotonic()
        if text != self._shown.text and (complete != self._shown.lines or now - self._shown.at > _SHOW):
            with self._context.create(_SO_FAR) as path:
                path.write_text(text + "\n", encoding="utf-8", newline="\n")
            self._context.preview(self._context.scratch / _SO_FAR)
            self._shown = _Shown(text, complete, now)


def _share(whole: tuple[float, float], done: int, lines: int) -> tuple[float, float]:
    """Return the part of a section's progress that its missing lines have."""
    return whole[0] + whole[1] * done / lines, whole[1] * (lines - done) / lines
