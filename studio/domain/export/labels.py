"""Labels in Audacity's form: a line each with start, end and text, parted by tabs. Pure; any thread."""

from __future__ import annotations

from studio.domain.export import captions
from studio.domain.project import Project


def audacity(project: Project, start: int, end: int) -> str:
    """Return markers as points, regions and spoken lines as stretches; times count from the start of the export."""
    rows = [(m.at, m.at, m.name or m.id) for m in project.markers if start <= m.at <= end]
    rows += [
        (max(r.start, start), min(r.end, end), r.name or r.id)
        for r in project.regions
        if r.start < end and (r.end > start or start <= r.start)
    ]
    rows += [
        (line.start, line.end, f"{line.speaker}: {line.text}" if line.speaker else line.text)
        for line in captions.spoken(project, start, end)
    ]
    rows.sort(key=lambda row: row[:2])
    rate = project.rate
    return "".join(
        f"{(a - start) / rate:.6f}\t{(b - start) / rate:.6f}\t{' '.join(text.split())}\n" for a, b, text in rows
    )
