"""Recovery: a resolution without what findings are about, so that the rest of it can still be checked."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace

from ..findings import Finding, Severity
from ..ir import Location, Subschema
from ..pointer import unescape
from .resolver import Resolution


def part(resolution: Resolution, findings: Iterable[Finding]) -> Resolution:
    """Return the resolution without the keywords that errors are about; a subschema that one is about holds always.

    What only a warning is about stays. What is left is more lenient than what was written, so `loose` has the
    subschemas of which nothing may be concluded.
    """
    faulty: dict[Location, set[str]] = {}
    uris = {source.file: uri for uri, source in resolution.sources.items()}
    for finding in _errors(findings):
        uri = uris.get(finding.place.file)
        if uri is not None:
            location, keyword = nearest(resolution.subschemas, Location(uri, finding.place.pointer))
            faulty.setdefault(location, set()).add(keyword)
    left = {location: _without(resolution.subschemas[location], keywords) for location, keywords in faulty.items()}
    loose = resolution.loose.union(faulty, _of_one_uri(resolution))
    return replace(resolution, subschemas={**resolution.subschemas, **left}, loose=loose)


def _errors(findings: Iterable[Finding]) -> Iterator[Finding]:
    return (finding for finding in findings if finding.rule.severity is Severity.ERROR)


def nearest(subschemas: Collection[Location], location: Location) -> tuple[Location, str]:
    """Return the innermost subschema around a location, and its keyword on the way ("": it is the very subschema)."""
    pointer, token = location.pointer, ""
    while pointer and Location(location.document, pointer) not in subschemas:
        pointer, _, token = pointer.rpartition("/")
    return Location(location.document, pointer), unescape(token)


def _without(subschema: Subschema, keywords: Collection[str]) -> Subschema:
    if "" in keywords:
        return replace(subschema, boolean=True, keywords={})
    left = {name: keyword for name, keyword in subschema.keywords.items() if keyword.written not in keywords}
    return replace(subschema, keywords=left)


def _of_one_uri(resolution: Resolution) -> Iterator[Location]:
    """Yield the roots of schema resources that share a URI: it is not known which of them a reference means."""
    roots: dict[str, list[Location]] = {}
    for location, resource in resolution.resources.items():
        roots.setdefault(resource.uri, []).append(location)
    for locations in roots.values():
        if len(locations) > 1:
            yield from locations


def faulty_paths(resolution: Resolution, findings: Iterable[Finding]) -> frozenset[str]:
    """Return the paths of the documents that an error is about."""
    files = {finding.place.file for finding in _errors(findings)}
    sources: Mapping[str, str] = {source.path: source.file for source in resolution.sources.values()}
    return frozenset(path for path, file in sources.items() if file in files)
