"""Models as lists and windows show them. Any thread."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from studio.engines.manifest import Model
from studio.engines.terms import terms_of
from studio.services.models import Known, Models


def row(models: Models, known: Known) -> dict[str, Any]:
    """Return the object that lists print for a model."""
    model, found = known.model, models.look(known.model)
    folder = found.folder(model.repo) if model.repo else None
    return {
        "id": model.id,
        "title": model.title or model.id,
        "engines": list(known.engines),
        "state": found.state,
        "licence": model.licence,
        "commercial": model.commercial and terms_of(model).commercial == "yes",
        "accepted": not terms_of(model).ask or model.bundled or models.accepted.of(model) is not None,
        "gated": model.gated,
        "bytes": sum(f.bytes for f in models.files(model)) or model.bytes,
        "revision": found.commit or model.revision or None,
        "repo": model.repo or None,
        "bundled": model.bundled,
        "part_of": model.part_of or None,
        "folder": str(folder or found.cache) if folder or found.cache else None,
    }


def details(models: Models, known: Known) -> dict[str, Any]:
    """Return everything about a model."""
    model = known.model
    return row(models, known) | {
        "needs": [part.id for part in known.parts],
        "page": f"https://huggingface.co/{model.repo}" if model.repo else None,
        "files": [{"name": f.name, "bytes": f.bytes, "hash": f.digest} for f in models.files(model)],
        "terms": terms(models, model),
    }


def terms(models: Models, model: Model) -> dict[str, Any]:
    """Return a model's terms, and who accepted them."""
    found, yes = terms_of(model), models.accepted.of(model)
    return {
        "id": found.id,
        "title": found.title,
        "ask": found.ask and not model.bundled,
        "commercial": found.commercial,
        "results": found.results,
        "summary": found.summary,
        "url": model.url or found.url,
        "version": found.version,
        "accepted": asdict(yes) if yes else None,
    }
