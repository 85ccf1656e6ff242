"""Words for a song. Pure; any thread."""

from __future__ import annotations

from studio.services.tasks.work import Work, nothing_more, plain_plan

WORK = Work("text", nothing_more, plain_plan, ("txt",))
