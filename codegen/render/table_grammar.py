"""The closed grammar of the tables of problems: what rows there are, and what stands in each.

Like the tables of `python_grammar`, it is kept by hand and apart from what makes the rows. A table is data: what it can
lead to is a subschema in another one, and a function of the runtime that checks a format; both are looked up here.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping
from typing import Any, Final

_RULES: Final = frozenset(
    (
        "type enum minimum maximum exclusiveMinimum exclusiveMaximum multipleOf least most pattern format unique has"
    ).split()
)
_KINDS: Final = frozenset("object array string number integer boolean null".split())


def foreign(text: str, modules: Collection[str], attributes: Mapping[str, Collection[str]]) -> str | None:
    """Return what no table has, None if the text is a table of a package with these modules.

    `attributes` are the names that are ever looked up in each module of the runtime.
    """
    try:
        table = json.loads(text)
    except ValueError as error:
        return str(error)
    reader = _Reader(modules, attributes)
    is_table = type(table) is dict and all(map(reader.is_subschema, table.values()))
    return None if is_table else f"a row {reader.last!r:.80}"


class _Reader:
    """Says of parts of a table whether they are well-formed; `last` is the row that was looked at last."""

    def __init__(self, modules: Collection[str], attributes: Mapping[str, Collection[str]]) -> None:
        self.last: object = None
        self._modules = modules
        self._attributes = attributes

    def is_subschema(self, value: Any) -> bool:
        """Return whether a value is a URI with rows."""
        return type(value) is list and len(value) == 2 and _is_text(value[0]) and self._is_rows(value[1])

    def _is_rows(self, value: Any) -> bool:
        return type(value) is list and all(map(self._is_row, value))

    def _is_row(self, row: Any) -> bool:
        self.last = row
        if type(row) is not list or not row or not _is_text(row[0]):
            return False
        kind, *parts = row
        if kind in _RULES:
            return len(parts) >= 2 and _is_text(parts[0]) and _is_text(parts[1]) and self._is_rule(kind, parts[2:])
        if kind == "required":
            return _is_texts(parts)
        shape = _SHAPES.get(kind)
        if shape is None or len(shape) != len(parts):
            return False
        return all(is_part(self, part) for is_part, part in zip(shape, parts, strict=True))

    def _is_rule(self, kind: str, needed: list[Any]) -> bool:
        if kind == "type":
            return all(_is_text(each) and each in _KINDS for each in needed)
        if kind == "format":
            return len(needed) == 2 and _is_texts(needed) and needed[1] in self._attributes.get(needed[0], ())
        return len(needed) == (0 if kind == "unique" else 1) and (kind not in ("pattern", "has") or _is_texts(needed))

    def _is_target(self, value: Any) -> bool:
        if type(value) is not list or not 2 <= len(value) <= 3 or not _is_text(value[0]) or not _is_texts(value[2:]):
            return False
        return self._is_name(value[1]) if _is_text(value[1]) else self._is_rows(value[1])

    def _is_name(self, value: str) -> bool:
        module, slash, name = value.partition("/")
        return module in self._modules and slash == "/" and name.isidentifier()

    def _is_cases(self, value: Any) -> bool:
        return type(value) is dict and _KINDS.issuperset(value) and all(map(self._is_rows, value.values()))

    def _is_properties(self, value: Any) -> bool:
        return type(value) is dict and all(map(self._is_target, value.values()))

    def _is_branches(self, value: Any) -> bool:
        pairs = type(value) is list and all(type(pair) is list and len(pair) == 2 for pair in value)
        return pairs and all(_is_texts(values) and self._is_target(target) for values, target in value)

    def _is_targets(self, value: Any) -> bool:
        return type(value) is list and all(map(self._is_target, value))


_IsPart = Callable[[_Reader, Any], bool]


def _is_text(value: object) -> bool:
    return type(value) is str


def _is_texts(value: object) -> bool:
    return type(value) is list and all(map(_is_text, value))


def _text(_: _Reader, value: Any) -> bool:
    return _is_text(value)


def _texts(_: _Reader, value: Any) -> bool:
    return _is_texts(value)


def _number(_: _Reader, value: Any) -> bool:
    return type(value) in (int, float)


def _flag(_: _Reader, value: Any) -> bool:
    return type(value) is bool


def _or_none(is_part: _IsPart) -> _IsPart:
    return lambda reader, value: value is None or is_part(reader, value)


_target, _rows = _Reader._is_target, _Reader._is_rows

_SHAPES: Final[Mapping[str, tuple[_IsPart, ...]]] = {
    "track": (),
    "never": (),
    "kinds": (_Reader._is_cases, _or_none(_Reader._is_row)),
    "when": (_text, _rows),
    "properties": (_Reader._is_properties,),
    "others": (_target, _texts, _texts, _or_none(_text), _flag),
    "names": (_target,),
    "item": (_number, _target),
    "items": (_number, _target, _flag),
    "contains": (_target, _number, _or_none(_number), _flag),
    "all": (_target,),
    "any": (_text, _flag, _Reader._is_targets),
    "tagged": (_text, _text, _Reader._is_branches),
    "not": (_target,),
    "if": (_target, _or_none(_target), _or_none(_target)),
}
"""What follows the kind of a row, which is not a rule."""
