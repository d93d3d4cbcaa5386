"""The nodes of one subschema: its keywords' nodes, grouped by the JSON type that they apply to."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from ..ir import JSON, Keyword, Subschema, type_of
from ..schema.listing import type_kinds
from .emit.tree import some
from .keywords import ASSERTIONS, LAST, KeywordFunction, Scope, kind_test, listed, type_message, type_tests
from .nodes import Check, Kinds, Never, Node

_GROUPS = ("object", "array", "string", "number")
_ORDER = {name: index for index, name in enumerate([*ASSERTIONS, *LAST])}


def nodes(scope: Scope, kind: str | None = None) -> tuple[Node, ...]:
    """Return what the subschema says of the value, all of it in the order of the code.

    With a `kind` the value is known to be of that JSON type, and only the nodes for it are returned.
    """
    if scope.subschema.boolean is not None:
        return () if scope.subschema.boolean else (Never(),)
    values = scope.analysis.listed(scope.subschema.location)
    if values is not None:
        return _listed(scope, values, kind)
    first = _grouped(scope, ASSERTIONS)
    last = _grouped(scope, LAST) if tracks(scope.subschema) else {}
    if kind is not None:
        return (*first.get(kind, ()), *first.get("any", ()), *last.get(kind, ()))
    return (*_guarded(scope, first), *first.get("any", ()), *_cases(scope, last))


def _listed(scope: Scope, values: tuple[JSON, ...], kind: str | None) -> tuple[Node, ...]:
    """Return the nodes where values are listed: the other keywords count for their JSON types only."""
    if kind is not None:
        values = tuple(value for value in values if _group(type_of(value)) == _group(kind))
    listing = _grouped(scope, {name: ASSERTIONS[name] for name in ("enum", "const")})
    node = listed(scope, values, (*_guarded(scope, listing), *listing.get("any", ())))
    if not values:
        return (node,)
    first = _grouped(scope, {name: row for name, row in ASSERTIONS.items() if name not in ("enum", "const")})
    last = _grouped(scope, LAST) if tracks(scope.subschema) else {}
    groups = {_group(type_of(value)) for value in values}
    if kind is not None:
        return (node, *first.get(kind, ()), *first.get("any", ()), *last.get(kind, ()))
    return (node, *_cases(scope, first, groups), *first.get("any", ()), *_cases(scope, last, groups))


def by_keyword(scope: Scope) -> Iterator[tuple[Keyword, tuple[Node, ...]]]:
    """Yield each keyword of a subschema that nodes are made of, with these; several that list values have one node."""
    first = nodes(scope)[:1]
    is_listing = scope.analysis.listed(scope.subschema.location) is not None
    for keyword in scope.subschema.keywords.values():
        if keyword.name == "type" or (is_listing and keyword.name in ("enum", "const")):
            yield keyword, first
        elif (row := ASSERTIONS.get(keyword.name) or LAST.get(keyword.name)) is not None:
            yield keyword, tuple(row[1](scope, keyword))


def tracks(subschema: Subschema) -> bool:
    """Return whether the subschema looks at what its neighbours have evaluated."""
    return not LAST.keys().isdisjoint(subschema.keywords)


def _grouped(scope: Scope, table: Mapping[str, tuple[str, KeywordFunction]]) -> dict[str, tuple[Node, ...]]:
    keywords = [keyword for keyword in scope.subschema.keywords.values() if keyword.name in table]
    by_type: dict[str, list[Node]] = {}
    for keyword in sorted(keywords, key=_rank) if len(keywords) > 1 else keywords:
        group, function = table[keyword.name]
        single = _single_kind(scope) if keyword.name in ("enum", "const") else None
        by_type.setdefault(single or group, []).extend(function(scope, keyword))
    return {group: tuple(body) for group, body in by_type.items()}


def _rank(keyword: Keyword) -> int:
    return _ORDER[keyword.name]


def _single_kind(scope: Scope) -> str | None:
    """Return the group of the only type that `type` allows, None if it allows several."""
    if "type" not in scope.subschema.keywords:
        return None
    kinds = {"number" if kind == "integer" else kind for kind in type_kinds(scope.subschema.value("type"))}
    return kinds.pop() if len(kinds) == 1 else None


def _guarded(scope: Scope, bodies: dict[str, tuple[Node, ...]]) -> tuple[Node, ...]:
    """Return the nodes behind the guard of `type`, and what it says itself."""
    keyword = scope.subschema.keywords.get("type")
    if keyword is None:
        return _cases(scope, bodies)
    message = type_message(keyword)
    tests = type_tests(scope, keyword)
    cases = [(kind, test, bodies.get(_group(kind), ())) for kind, test in tests]
    full = tuple(case for case in cases if case[2])
    rest = [(kind, test) for kind, test, body in cases if not body]
    rule = ("type", *(kind for kind, _ in rest))
    otherwise = Check(some([test for _, test in rest]), rule, "type", message, value=scope.value)
    return (Kinds(scope.value, full, otherwise),) if full else (otherwise,)


def _group(kind: str) -> str:
    return "number" if kind == "integer" else kind


def _cases(scope: Scope, bodies: dict[str, tuple[Node, ...]], groups: Collection[str] = _GROUPS) -> tuple[Node, ...]:
    kinds = [kind for kind in _GROUPS if kind in groups and bodies.get(kind)]
    cases = tuple((kind, kind_test(kind, scope.value), bodies[kind]) for kind in kinds)
    return (Kinds(scope.value, cases, None),) if cases else ()
