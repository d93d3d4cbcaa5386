"""Instances: JSON values made for a schema, most of them valid or nearly so, all from one seed."""

from __future__ import annotations

import copy
import math
import re
from collections.abc import Sequence
from random import Random
from typing import Any

from codegen.ir import JSON, Keyword, Location
from codegen.schema.resolver import Resolution

Merged = dict[str, list[Keyword]]
"""The keywords that hold for one instance together, by their names."""

_DEEPEST = 5
_TYPES = ("object", "array", "string", "integer", "number", "boolean", "null")
_SPEAKS_OF = {
    "object": "properties required additionalProperties patternProperties propertyNames minProperties dependentSchemas",
    "array": "items prefixItems contains minItems maxItems uniqueItems unevaluatedItems",
    "string": "pattern minLength maxLength format",
    "integer": "minimum maximum multipleOf exclusiveMinimum exclusiveMaximum",
}
_WORDS = ("", "a", "b", "ab", "a1", "1", "x-y", "A b", "é", "\U0001f409", "latest", "1.0.0", "./src/a.json", "*")
_NUMBERS = (0, 1, -1, 1.0, 1.5, 2, 3, 0.1, 10, 100, -0.0, 1e3, 2**53 + 1)
_FORMATS = {
    "date": ("2024-02-29", "2023-02-29"),
    "date-time": ("2024-02-29T12:30:00Z", "2024-02-29T12:30:00.25+05:30", "2024-02-29"),
    "time": ("12:30:00Z", "25:00:00Z"),
    "ipv4": ("192.0.2.1", "256.1.1.1"),
    "ipv6": ("2001:db8::1", ":::1"),
    "uuid": ("123e4567-e89b-12d3-a456-426614174000", "123e4567"),
    "uri": ("https://example.com/a?b#c", "no uri"),
    "email": ("a@example.com", "a"),
}


class Maker:
    """Makes instances for the subschemas of a resolution, from a source of chance."""

    def __init__(self, resolution: Resolution, random: Random) -> None:
        self._subschemas = resolution.subschemas
        self._random = random

    def make(self, location: Location) -> JSON:
        """Return an instance that is valid against the subschema, as far as its keywords can be met one by one."""
        return self._value([location], 0)

    def any(self, depth: int = 0) -> JSON:
        """Return some JSON value."""
        kind = self._random.choice(_TYPES if depth < 2 else _TYPES[2:])
        if kind == "object":
            return {self._word(): self.any(depth + 1) for _ in range(self._random.randrange(3))}
        if kind == "array":
            return [self.any(depth + 1) for _ in range(self._random.randrange(3))]
        return self._scalar(kind, {})

    # By the keywords

    def _value(self, locations: Sequence[Location], depth: int) -> JSON:
        merged: Merged = {}
        for location in locations:
            self._merge(location, merged, frozenset())
        values = self._listed(merged)
        if values:
            return copy.deepcopy(self._random.choice(values))
        kind = self._kind(merged, depth)
        if kind == "object":
            return self._object(merged, depth)
        return self._array(merged, depth) if kind == "array" else self._scalar(kind, merged)

    def _merge(self, location: Location, merged: Merged, above: frozenset[Location]) -> None:
        """Add the keywords of a subschema, and of one way through those that it applies to the same instance."""
        if location in above or location not in self._subschemas:
            return
        above = above | {location}
        for keyword in self._subschemas[location].keywords.values():
            merged.setdefault(keyword.name, []).append(keyword)
            for inner in self._way(keyword):
                self._merge(inner, merged, above)

    def _way(self, keyword: Keyword) -> list[Location]:
        schemas = [at for _, at in keyword.schemas]
        if keyword.target is not None:
            return [keyword.target]
        if keyword.name == "allOf":
            return schemas
        if keyword.name in ("anyOf", "oneOf"):
            return [self._random.choice(schemas)] if schemas else []
        taken = keyword.name in ("if", "then", "else", "dependentSchemas") and self._random.random() < 0.5
        return schemas[:1] if taken else []

    def _listed(self, merged: Merged) -> list[JSON]:
        lists = [[keyword.value] for keyword in merged.get("const", [])]
        lists += [keyword.value for keyword in merged.get("enum", []) if isinstance(keyword.value, list)]
        return min(lists, key=len, default=[])

    def _kind(self, merged: Merged, depth: int) -> str:
        kinds = set(_TYPES)
        for keyword in merged.get("type", []):
            named = keyword.value if isinstance(keyword.value, list) else [keyword.value]
            kinds &= {*map(str, named), *(["integer"] if "number" in named else [])}
        spoken = [
            kind for kind, words in _SPEAKS_OF.items() if kind in kinds and not merged.keys().isdisjoint(words.split())
        ]
        likely = spoken if spoken and self._random.random() < 0.8 else [kind for kind in _TYPES if kind in kinds]
        if depth >= _DEEPEST:
            likely = [kind for kind in likely if kind not in ("object", "array")] or likely
        return self._random.choice(likely or list(_TYPES))

    # Objects and arrays

    def _object(self, merged: Merged, depth: int) -> JSON:
        found: dict[str, JSON] = {}
        for name in self._names(merged, depth) if depth < 2 * _DEEPEST else ():
            schemas = self._schemas_of(merged, name)
            found[name] = self._value(schemas, depth + 1) if schemas else self.any(depth + 1)
        return found

    def _names(self, merged: Merged, depth: int) -> list[str]:
        chosen = [str(name) for keyword in merged.get("required", []) for name in _list(keyword.value)]
        if depth < _DEEPEST:
            named = [name for keyword in merged.get("properties", []) for name, _ in keyword.schemas]
            share = self._random.choice((0.1, 0.5, 1.0)) * min(1.0, 8 / max(1, len(named)))
            chosen += [name for name in named if self._random.random() < share]
            patterns = [name for keyword in merged.get("patternProperties", []) for name, _ in keyword.schemas]
            chosen += [self._matching(pattern) for pattern in patterns if self._random.random() < 0.5]
            chosen += [self._word() for _ in range(self._random.choice((0, 0, 0, 1, 2)))]
        least = max((_size(keyword.value) for keyword in merged.get("minProperties", [])), default=0)
        chosen += [f"{self._word()}{number}" for number in range(least - len(set(chosen)))]
        return list(dict.fromkeys(chosen))

    def _schemas_of(self, merged: Merged, name: str) -> list[Location]:
        named = [at for keyword in merged.get("properties", []) for token, at in keyword.schemas if token == name]
        for keyword in merged.get("patternProperties", []):
            named += [at for pattern, at in keyword.schemas if _search(pattern, name)]
        if not named:
            rest = [*merged.get("additionalProperties", []), *merged.get("unevaluatedProperties", [])]
            named = [at for keyword in rest for _, at in keyword.schemas]
        return named

    def _array(self, merged: Merged, depth: int) -> JSON:
        first = [[at for _, at in keyword.schemas] for keyword in merged.get("prefixItems", [])]
        rest = [at for keyword in merged.get("items", []) for _, at in keyword.schemas]
        held = [at for keyword in merged.get("contains", []) for _, at in keyword.schemas]
        least = max((_size(keyword.value) for keyword in merged.get("minItems", [])), default=0)
        most = min((_size(keyword.value) for keyword in merged.get("maxItems", [])), default=least + 3)
        length = min(most, least + self._random.randrange(4)) if depth < _DEEPEST else 0
        found: list[JSON] = []
        for index in range(min(length, 20)):
            schemas = [row[index] for row in first if index < len(row)] or rest
            if held and self._random.random() < 0.5:
                schemas = [*schemas, *held]
            found.append(self._value(schemas, depth + 1) if schemas else self.any(depth + 1))
        return found

    # Scalars

    def _scalar(self, kind: str, merged: Merged) -> JSON:
        if kind == "string":
            return self._string(merged)
        if kind in ("integer", "number"):
            return self._number(kind, merged)
        return self._random.choice((True, False)) if kind == "boolean" else None

    def _string(self, merged: Merged) -> str:
        formats = [str(keyword.value) for keyword in merged.get("format", [])]
        if formats and formats[0] in _FORMATS:
            return self._random.choice(_FORMATS[formats[0]])
        patterns = [str(keyword.value) for keyword in merged.get("pattern", [])]
        text = self._matching(self._random.choice(patterns)) if patterns else self._word()
        least = max((_size(keyword.value) for keyword in merged.get("minLength", [])), default=0)
        most = min((_size(keyword.value) for keyword in merged.get("maxLength", [])), default=1000)
        return (text + "a" * (min(least, 1000) - len(text)))[:most]

    def _number(self, kind: str, merged: Merged) -> JSON:
        bounds = [*merged.get("minimum", []), *merged.get("maximum", []), *merged.get("multipleOf", [])]
        bounds += [*merged.get("exclusiveMinimum", []), *merged.get("exclusiveMaximum", [])]
        near = [keyword.value for keyword in bounds if isinstance(keyword.value, int | float)]
        value = (
            self._random.choice(near) + self._random.choice((0, 0, 1, -1)) if near else self._random.choice(_NUMBERS)
        )
        return int(value) if kind == "integer" and math.isfinite(value) and self._random.random() < 0.9 else value

    def _word(self) -> str:
        return self._random.choice(_WORDS)

    def _matching(self, pattern: str) -> str:
        """Return a text that the pattern matches, if Python can read it."""
        try:
            return self._text(re._parser.parse(pattern))  # type: ignore[attr-defined]
        except (re.error, RecursionError, OverflowError):
            return self._word()

    def _text(self, parts: Any) -> str:
        return "".join(self._part(str(name).lower(), value) for name, value in parts)

    def _part(self, name: str, value: Any) -> str:
        match name:
            case "literal":
                return chr(value)
            case "in":
                return self._one_of(value)
            case "any" | "not_literal":
                return self._random.choice("a1-")
            case "max_repeat" | "min_repeat" | "possessive_repeat":
                least, most, inner = value
                times = self._random.randint(least, min(int(most), least + 2))
                return "".join(self._text(inner) for _ in range(times))
            case "subpattern":
                return self._text(value[-1])
            case "branch":
                return self._text(self._random.choice(value[1]))
        return ""

    def _one_of(self, items: Any) -> str:
        name, value = self._random.choice(items)
        match str(name).lower():
            case "literal":
                return chr(value)
            case "range":
                return chr(self._random.randint(value[0], min(value[1], value[0] + 30)))
            case "category":
                return {"category_digit": "7", "category_space": " "}.get(str(value).lower(), "w")
        return self._random.choice("a1-Z_ ")

    # Mutation

    def mutated(self, value: JSON) -> JSON:
        """Return the value with one thing changed, somewhere."""
        if isinstance(value, dict) and value and self._random.random() < 0.75:
            name = self._random.choice(list(value))
            if self._random.random() < 0.3:
                return {key: item for key, item in value.items() if key != name}
            return {**value, name: self.mutated(value[name])}
        if isinstance(value, list) and value and self._random.random() < 0.75:
            index = self._random.randrange(len(value))
            put = self._random.choice(([], [value[index]] * 2, [self.mutated(value[index])]))
            return [*value[:index], *put, *value[index + 1 :]]
        return self._other(value)

    def _other(self, value: JSON) -> JSON:
        if isinstance(value, dict) and self._random.random() < 0.7:
            return {**value, self._word(): self.any(1)}
        if isinstance(value, str) and self._random.random() < 0.7:
            return self._random.choice((value + "\n", value[:-1], value.upper(), value + "a"))
        if isinstance(value, int | float) and self._random.random() < 0.7:
            return self._random.choice((value + 1, -value, value + 0.5, float(value) if abs(value) < 2**53 else 1))
        return self.any(1)


def _list(value: JSON) -> list[JSON]:
    return value if isinstance(value, list) else []


def _size(value: JSON) -> int:
    return min(int(value), 1000) if isinstance(value, int | float) else 0


def _search(pattern: str, name: str) -> bool:
    try:
        return re.search(pattern, name) is not None
    except re.error:
        return False
