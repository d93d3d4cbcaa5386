"""Groups: documents that lead to each other, each group by itself in all that is made of it.

What the compiler makes of a document depends on what it says, on what the documents say that it refers to, and so on,
and on the functions that others call. So the groups stand in an order: each before those that it refers to. One whose
digest an earlier run has met, and of which nobody asks for anything else, need not be compiled again.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from functools import cache
from typing import Any, get_args, get_origin, get_type_hints

from ..escapes import Code
from ..ir import JSON, ClassCode, Document, FunctionCode, Location, ModuleCode, RootCode
from ..schema.resolver import Resolution
from .graphs import components


@dataclass(frozen=True, slots=True)
class Group:
    """Documents each of which leads to all others of the group; `digest` stands for all that they can depend on."""

    documents: tuple[Document, ...]
    digest: str


def groups(resolution: Resolution, said: Mapping[str, JSON]) -> list[Group]:
    """Return the documents in groups, each before those that it refers to; the digests hold what is `said` by URI.

    `said` is all that is known of a document beside the document itself. Dynamic references may lead anywhere, so all
    documents that know them are in one group.
    """
    leads: dict[str, dict[str, None]] = {document.location.document: {} for document in resolution.documents}
    for one, other in _links(resolution):
        leads[one][other] = None
    parts = list(components(leads))
    rows = _rows(resolution, said)
    documents = {document.location.document: document for document in resolution.documents}
    order = {uri: index for index, uri in enumerate(documents)}
    digests: dict[str, str] = {}
    found: list[Group] = []
    for part in reversed(parts):
        own = sorted(part, key=order.__getitem__)
        below = {digests[other] for uri in own for other in leads[uri] if other in digests}
        made_from: JSON = [[rows[uri] for uri in own], list(sorted(below))]
        digest = hashlib.sha256(json.dumps(made_from, sort_keys=True).encode()).hexdigest()
        digests.update((uri, digest) for uri in own)
        found.append(Group(tuple(documents[uri] for uri in own), digest))
    return found[::-1]


def _links(resolution: Resolution) -> Iterator[tuple[str, str]]:
    dialects = {document.uri: document.location.document for document in resolution.documents}
    dynamic: list[str] = []
    for location, resource in resolution.resources.items():
        if resource.dialect in dialects:
            yield location.document, dialects[resource.dialect]
        if resource.dynamic_anchors:
            dynamic.append(location.document)
    for location, subschema in resolution.subschemas.items():
        for keyword in subschema.keywords.values():
            if keyword.target is not None and keyword.target.document != location.document:
                yield location.document, keyword.target.document
            if keyword.name == "$dynamicRef":
                dynamic.append(location.document)
    yield from zip(dynamic, [*dynamic[1:], *dynamic[:1]], strict=True)  # a ring: each leads to all


def _rows(resolution: Resolution, said: Mapping[str, JSON]) -> dict[str, JSON]:
    """Return by URI what a document's code can depend on, but for what stands in the documents that it refers to.

    Which of its values are subschemas, and which of them others refer to, hangs on those others.
    """
    pointers: dict[str, list[str]] = {}
    leads: dict[str, list[JSON]] = {}
    asked: dict[str, set[str]] = {}
    for location, subschema in resolution.subschemas.items():
        pointers.setdefault(location.document, []).append(location.pointer)
        for keyword in subschema.keywords.values():
            if keyword.target is not None and keyword.target.document != location.document:
                leads.setdefault(location.document, []).append(str(keyword.target))
                asked.setdefault(keyword.target.document, set()).add(keyword.target.pointer)
    rows: dict[str, JSON] = {}
    for document in resolution.documents:
        uri = document.location.document
        source = resolution.sources[uri]
        about: list[JSON] = [uri, document.path, document.module, document.uri, document.dialect, document.public]
        below = "\n".join(pointers.get(uri, ())).encode(errors="surrogatepass")
        asked_for: list[JSON] = list(sorted(asked.get(uri, ())))
        found: list[JSON] = [hashlib.sha256(below).hexdigest(), leads.get(uri, []), asked_for]
        rows[uri] = [*about, source.format, source.digest, *found, said.get(uri)]
    return rows


def to_json(value: object) -> JSON:
    """Return a record of the intermediate representation as JSON."""
    if is_dataclass(value) and not isinstance(value, type):
        return [to_json(getattr(value, field.name)) for field in fields(value)]
    if isinstance(value, tuple):
        return [to_json(item) for item in value]
    if isinstance(value, Mapping):
        return [[to_json(key), to_json(item)] for key, item in value.items()]
    if isinstance(value, str | bool | None):
        return value
    raise TypeError(f"no record: {value!r}")


_RECORDS = (ModuleCode, RootCode, ClassCode, FunctionCode)


def module_from(value: JSON) -> ModuleCode:
    """Return the code of a module from its JSON; a ValueError for anything else."""
    module: ModuleCode = _read(ModuleCode, value)
    return module


def _read(kind: Any, value: JSON) -> Any:
    if kind is bool and isinstance(value, bool):
        return value
    if kind is str and isinstance(value, str):
        return Code(value)
    if isinstance(value, list) and kind is Location:
        return Location(*map(str, value))
    if isinstance(value, list) and kind in _RECORDS:
        return kind(*(_read(hint, item) for hint, item in zip(_hints(kind), value, strict=True)))
    if isinstance(value, list) and get_origin(kind) is tuple:
        return tuple(_read(get_args(kind)[0], item) for item in value)
    if isinstance(value, list) and get_origin(kind) is Mapping:
        key, item = get_args(kind)
        return {_read(key, pair[0]): _read(item, pair[1]) for pair in value if isinstance(pair, list)}
    raise ValueError(f"no {kind}: {value!r:.80}")


@cache
def _hints(kind: Any) -> tuple[Any, ...]:
    hints = get_type_hints(kind)
    return tuple(hints[field.name] for field in fields(kind))
