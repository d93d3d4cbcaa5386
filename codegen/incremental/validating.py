"""What the metaschemas say of documents; one that was found valid before is not asked about again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial

from ..findings import Finding
from ..ir import JSON, Document
from ..schema.resolver import Resolution
from ..validation import metaschema
from .cache import Cache


def invalid(resolution: Resolution, cache: Cache | None, before: Iterable[Finding]) -> Iterator[Finding]:
    """Yield what the metaschemas say, but of a place where the walk has met the same fault `before`."""
    every = metaschema.findings(resolution, resolution.documents) if cache is None else _found(resolution, cache)
    told = {(finding.rule, finding.place) for finding in before}
    yield from (finding for finding in every if (finding.rule, finding.place) not in told)


def _found(resolution: Resolution, cache: Cache) -> list[Finding]:
    keys = {document.location.document: cache.key("valid", row) for document, row in _held_against(resolution)}
    for resource in resolution.resources.values():
        cache.has(_tables_key(cache, resource.dialect))  # the next run may need it
    fresh = [document for document in resolution.documents if cache.find(keys[document.location.document]) is None]
    found = list(metaschema.findings(resolution, fresh, partial(_tables, cache))) if fresh else []
    files = {finding.place.file for finding in found}
    for document in fresh:
        uri = document.location.document
        if resolution.sources[uri].file not in files:
            cache.keep(keys[uri], True)
    return found


def _tables_key(cache: Cache, dialect: str) -> str:
    return cache.key("metaschema", dialect)


def _tables(cache: Cache, dialect: str) -> metaschema.Tables:
    """Return the tables of a dialect's metaschema, which are made of that and our own code alone."""
    key = _tables_key(cache, dialect)
    known = cache.find(key)
    if isinstance(known, dict):
        return {module: str(text) for module, text in known.items()}
    tables = metaschema.tables_of(dialect)
    cache.keep(key, dict(tables))
    return tables


def _held_against(resolution: Resolution) -> Iterator[tuple[Document, JSON]]:
    """Yield each document with all that its validity depends on: some of it is a schema only as others refer to it."""
    dialects: dict[str, list[JSON]] = {}
    for location, resource in resolution.resources.items():
        dialects.setdefault(location.document, []).append([location.pointer, resource.dialect])
    strays: dict[str, list[JSON]] = {}
    for location in resolution.strays:
        strays.setdefault(location.document, []).append(location.pointer)
    for document in resolution.documents:
        uri = document.location.document
        source = resolution.sources[uri]
        yield document, [source.format, source.digest, dialects.get(uri, []), strays.get(uri, [])]
