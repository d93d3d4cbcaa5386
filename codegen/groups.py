"""Groups: documents that refer to each other, each group by itself in all that is made of it.

What the compiler makes of a document depends on those that it refers to (what they say), and on those that refer to
it (which functions they call). Nothing else of a package has a say in it, so a group that an earlier run has compiled
without a finding need not be compiled again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import fields, is_dataclass
from functools import cache
from typing import Any, get_args, get_origin, get_type_hints

from codegen.escapes import Code
from codegen.ir import JSON, ClassCode, Document, FunctionCode, Location, ModuleCode, RootCode
from codegen.resolve import Resolution


def groups(resolution: Resolution) -> list[list[Document]]:
    """Return the documents in groups; dynamic references may lead anywhere, so all that know them are in one group."""
    above: dict[str, str] = {
        document.location.document: document.location.document for document in resolution.documents
    }

    def top(uri: str) -> str:
        while above[uri] != uri:
            above[uri] = uri = above[above[uri]]
        return uri

    for one, other in _links(resolution):
        above[top(one)] = top(other)
    found: dict[str, list[Document]] = {}
    for document in resolution.documents:
        found.setdefault(top(document.location.document), []).append(document)
    return list(found.values())


def _links(resolution: Resolution) -> Iterator[tuple[str, str]]:
    dialects = {document.uri: document.location.document for document in resolution.documents}
    dynamic: str | None = None
    for location, resource in resolution.resources.items():
        if resource.dialect in dialects:
            yield location.document, dialects[resource.dialect]
        if resource.dynamic_anchors:
            yield location.document, dynamic or location.document
            dynamic = location.document
    for location, subschema in resolution.subschemas.items():
        for keyword in subschema.keywords.values():
            if keyword.target is not None and keyword.target.document != location.document:
                yield location.document, keyword.target.document
            if keyword.name == "$dynamicRef":
                yield location.document, dynamic or location.document
                dynamic = location.document


def made_from(resolution: Resolution, group: Sequence[Document], settings: Mapping[str, JSON]) -> JSON:
    """Return all that the code of a group is made from; `settings` hold too, the rows about its own documents."""
    paths = {document.path for document in group}
    rows: list[JSON] = [
        [
            document.location.document,
            document.path,
            document.module,
            document.uri,
            document.dialect,
            document.public,
            resolution.sources[document.location.document].format,
            resolution.sources[document.location.document].digest,
        ]
        for document in group
    ]
    return [{name: _about(paths, value) for name, value in sorted(settings.items())}, rows]


def _about(paths: Set[str], value: JSON) -> JSON:
    """Return a setting without what it says, by `file#pointer`, of other documents."""
    if isinstance(value, dict):
        return {name: value[name] for name in sorted(value) if name.partition("#")[0] in paths}
    if isinstance(value, list):
        return [name for name in value if isinstance(name, str) and name.partition("#")[0] in paths]
    return value


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
