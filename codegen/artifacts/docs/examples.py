"""An example of an instance: the schema's own, else one made from what it says; only one that is certainly valid."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from codegen.artifacts.docs.formats import SAMPLES
from codegen.artifacts.docs.phrases import TYPES, written_types
from codegen.artifacts.docs.verdicts import Judge
from codegen.ir import JSON, Location, Subschema

_MOST_VALUES = 300
_DEEPEST = 8
_DEEPEST_OPTIONAL = 2
_MOST_OPTIONAL = 24
_LONGEST = 4000


class NoExampleError(Exception):
    """No value could be made for a subschema."""


def example(subschemas: Mapping[Location, Subschema], location: Location) -> tuple[JSON, ...]:
    """Return one valid instance; () if none could be made that is certainly valid."""
    for optional in (True, False):
        try:
            value = _Maker(subschemas, optional).make((location,), 0)
        except NoExampleError:
            continue
        if len(json.dumps(value)) <= _LONGEST and Judge(subschemas).verdict(location, value):
            return (value,)
    return ()


@dataclass(slots=True)
class _Maker:
    """Makes values for subschemas that hold together; gives up after a number of them."""

    subschemas: Mapping[Location, Subschema]
    optional: bool
    made: int = field(default=0)

    def make(self, locations: Sequence[Location], depth: int) -> JSON:
        """Return a value for subschemas that all have to hold; raises NoExampleError."""
        self.made += 1
        if depth > _DEEPEST or self.made > _MOST_VALUES:
            raise NoExampleError
        merged = tuple(self._merged(locations))
        for value in self._candidates(merged, depth):
            if all(Judge(self.subschemas).verdict(location, value) for location in locations):
                return value
        raise NoExampleError

    def _merged(self, locations: Sequence[Location]) -> Iterator[Subschema]:
        """Yield the subschemas that speak of the value: these, what they refer to, their parts and first choices."""
        waiting, seen = list(reversed(locations)), set(locations)
        while waiting:
            here = self.subschemas[waiting.pop()]
            if here.boolean is False:
                raise NoExampleError
            yield here
            below = []
            for keyword in here.keywords.values():
                if keyword.target is not None:
                    below.append(keyword.target)
                if keyword.name in ("allOf", "anyOf", "oneOf"):
                    chosen = keyword.schemas if keyword.name == "allOf" else keyword.schemas[:1]
                    below += [location for _, location in chosen]
            waiting += [location for location in reversed(below) if location not in seen]
            seen.update(below)

    def _candidates(self, merged: Sequence[Subschema], depth: int) -> Iterator[JSON]:
        yield from _written(merged)
        for kind in _kinds(merged):
            if kind == "object":
                yield self._object(merged, depth)
            elif kind == "array":
                yield self._array(merged, depth)
            elif kind == "string":
                yield from _strings(merged)
            elif kind in ("integer", "number"):
                yield from _numbers(merged, kind)
            else:
                yield from {"boolean": (True, False), "null": (None,)}[kind]

    def _object(self, merged: Sequence[Subschema], depth: int) -> dict[str, JSON]:
        properties: dict[str, list[Location]] = {}
        for name, location in _applied(merged, "properties"):
            properties.setdefault(name, []).append(location)
        required = _names(merged, "required")
        made: dict[str, JSON] = {}
        for name in dict.fromkeys((*properties, *required)):
            own = properties.get(name) or [location for _, location in _applied(merged, "additionalProperties")]
            if name not in required and not self._is_shown(own, len(made), depth):
                continue
            try:
                made[name] = self.make(own, depth + 1) if own else "string"
            except NoExampleError:
                if name in required:
                    raise
        if not properties and self.optional:
            for _, location in _applied(merged, "additionalProperties"):
                made.setdefault("name", self.make([location], depth + 1))
        return made

    def _is_shown(self, locations: Sequence[Location], count: int, depth: int) -> bool:
        if not self.optional or depth >= _DEEPEST_OPTIONAL or count >= _MOST_OPTIONAL:
            return False
        return not any(self.subschemas[location].value("deprecated") is True for location in locations)

    def _array(self, merged: Sequence[Subschema], depth: int) -> list[JSON]:
        prefix = [location for _, location in _applied(merged, "prefixItems")]
        items = [location for _, location in _applied(merged, "items")]
        contains = [location for _, location in _applied(merged, "contains")]
        least = max((int(n) for n in _bounds(merged, "minItems")), default=0)
        wanted = [max(int(n), 1) for n in _bounds(merged, "minContains")] or [1] * bool(contains)
        made: list[JSON] = [self.make([location], depth + 1) for location in prefix]
        made += [self.make([*contains, *items], depth + 1) for _ in range(max(wanted, default=0))]
        if items and not made and (depth < _DEEPEST_OPTIONAL or least) and self.optional:
            least = max(least, 1)
        while len(made) < min(least, 10):
            made.append(self.make(items, depth + 1) if items else len(made) + 1)
        return made


def _applied(merged: Sequence[Subschema], name: str) -> Iterator[tuple[str, Location]]:
    for subschema in merged:
        if name in subschema.keywords:
            yield from subschema.keywords[name].schemas


def _names(merged: Sequence[Subschema], keyword: str) -> list[str]:
    values = [subschema.value(keyword) for subschema in merged]
    return [name for value in values if isinstance(value, list) for name in value if isinstance(name, str)]


def _bounds(merged: Sequence[Subschema], *keywords: str) -> list[int | float]:
    values = [subschema.value(keyword) for subschema in merged for keyword in keywords]
    return [value for value in values if isinstance(value, int | float) and not isinstance(value, bool)]


def _written(merged: Sequence[Subschema]) -> Iterator[JSON]:
    """Yield the values that the schema itself gives."""
    for name in ("examples", "default", "const", "enum"):
        for subschema in merged:
            value = subschema.value(name)
            if name in ("examples", "enum"):
                yield from value if isinstance(value, list) else ()
            elif name in subschema.keywords:
                yield value


def _kinds(merged: Sequence[Subschema]) -> tuple[str, ...]:
    """Return the types that all allow; what says nothing is what its keywords speak of."""
    allowed = [types for subschema in merged if (types := written_types(subschema))]
    if not allowed:
        speaks = {name for subschema in merged for name in subschema.keywords}
        guessed = "object" if speaks & {"properties", "required"} else "array" if "items" in speaks else "string"
        return (guessed, *(kind for kind in TYPES if kind != guessed))
    wide = [(*types, "integer") if "number" in types else types for types in allowed]
    return tuple(kind for kind in allowed[0] if all(kind in types for types in wide)) or (
        ("integer",) if all("integer" in types for types in wide) else ()
    )


_STRINGS = ("string", "text", "a", "A", "ab", "AB", "abc", "ABC", "1", "01", "123", "a1", "A1", "a-b", "1.0.0", "/a")


def _strings(merged: Sequence[Subschema]) -> Iterator[str]:
    formats = [subschema.value("format") for subschema in merged]
    yield from (SAMPLES[name] for name in formats if isinstance(name, str) and name in SAMPLES)
    patterns = [subschema.value("pattern") for subschema in merged]
    yield from (made for pattern in patterns if isinstance(pattern, str) and (made := _fitting(pattern)))
    yield from _STRINGS
    least, most = _bounds(merged, "minLength"), _bounds(merged, "maxLength")
    length = int(max([*least, *([min(6, *most)] if most else [])], default=6))
    if length <= _MOST_VALUES:
        yield ("string" * (length // 6 + 1))[:length]


_PIECE = re.compile(
    r"(?P<one>\\d|\\w|\\[-./]|\[(?P<first>[A-Za-z0-9])[^\]\\^]*\]|[A-Za-z0-9 _/:;,@#%=-])"
    r"(?:\{(?P<least>[0-9]{1,3})(?:,[0-9]*)?\}|(?P<mark>[+*?]))?"
)
_SHORTHANDS = {"\\d": "1", "\\w": "a"}


def _fitting(pattern: str) -> str:
    """Return a string for a pattern that is a plain sequence of characters and classes, "" for any other."""
    rest, made = pattern.removeprefix("^").removesuffix("$"), []
    while rest:
        piece = _PIECE.match(rest)
        if piece is None:
            return ""
        one = piece["first"] or _SHORTHANDS.get(piece["one"]) or piece["one"].removeprefix("\\")
        made.append(one * (int(piece["least"]) if piece["least"] else 0 if piece["mark"] in ("*", "?") else 1))
        rest = rest[piece.end() :]
    return "".join(made)


def _numbers(merged: Sequence[Subschema], kind: str) -> Iterator[int | float]:
    low, high = _bounds(merged, "minimum", "exclusiveMinimum"), _bounds(merged, "maximum", "exclusiveMaximum")
    units = _bounds(merged, "multipleOf")
    plain: list[int | float] = [1, 0] if kind == "integer" else [1.5, 1, 0.5, 0]
    found = [*plain, *units]
    found += [value + step for value in low for step in (0, 1, *units)]
    found += [value - step for value in high for step in (0, 1, *units)]
    if low and high:
        found.append((max(low) + min(high)) / 2)
    yield from (int(value) if kind == "integer" else value for value in found)
