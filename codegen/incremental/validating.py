"""Validation by the metaschemas; a document that was valid before is not validated again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ..findings import Finding
from ..ir import JSON, Document
from ..schema.resolver import Resolution
from ..validation import metaschema
from .cache import Cache


def invalid(resolution: Resolution, cache: Cache | None, before: Iterable[Finding]) -> Iterator[Finding]:
    """Yield the findings of the metaschemas, but for faults that the walk has reported at the same place `before`."""
    every = metaschema.findings(resolution, resolution.documents) if cache is None else _findings(resolution, cache)
    reported = {(finding.rule, finding.place) for finding in before}
    yield from (finding for finding in every if (finding.rule, finding.place) not in reported)


def _findings(resolution: Resolution, cache: Cache) -> list[Finding]:
    keys = {document.location.document: cache.key("valid", row) for document, row in _keyed(resolution)}
    fresh = [document for document in resolution.documents if not cache.has(keys[document.location.document])]
    findings = list(metaschema.findings(resolution, fresh))
    files = {finding.place.file for finding in findings}
    for document in fresh:
        uri = document.location.document
        if resolution.sources[uri].file not in files:
            cache.keep(keys[uri], True)
    return findings


def _keyed(resolution: Resolution) -> Iterator[tuple[Document, JSON]]:
    """Yield each document with all that its validity depends on: some of it is a schema only as others refer to it."""
    dialects: dict[str, list[JSON]] = {}
    for location, resource in resolution.resources.items():
        dialects.setdefault(location.document, []).append([location.pointer, resource.dialect])
    only_referenced: dict[str, list[JSON]] = {}
    for location in resolution.only_referenced:
        only_referenced.setdefault(location.document, []).append(location.pointer)
    for document in resolution.documents:
        uri = document.location.document
        source = resolution.sources[uri]
        yield document, [source.format, source.digest, dialects.get(uri, []), only_referenced.get(uri, [])]
