"""Whether an instance is valid, as far as that is certain: what an example has to pass before a page shows it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from codegen.artifacts.docs.formats import FORMATS, SAMPLES, certain
from codegen.artifacts.docs.phrases import type_of
from codegen.ir import JSON, Keyword, Location, Subschema

Verdict = bool | None
"""Valid, not valid, or not certain."""

_MOST_STEPS = 20_000
_DEEPEST = 80


@dataclass(slots=True)
class Judge:
    """Says of instances whether they are valid; after a number of steps it is certain of nothing more."""

    subschemas: Mapping[Location, Subschema]
    steps: int = field(default=_MOST_STEPS)
    depth: int = 0

    def verdict(self, location: Location, value: JSON) -> Verdict:
        """Return the verdict of a subschema on an instance."""
        self.steps -= 1
        if self.steps < 0 or self.depth > _DEEPEST:
            return None
        subschema = self.subschemas[location]
        if subschema.boolean is not None:
            return subschema.boolean
        self.depth += 1
        found = every(self._keyword(subschema, keyword, value) for keyword in subschema.keywords.values())
        self.depth -= 1
        return found

    def _keyword(self, subschema: Subschema, keyword: Keyword, value: JSON) -> Verdict:
        applies, decide = _KEYWORDS.get(keyword.name, ("any", _annotation))
        kind = type_of(value)
        if applies not in ("any", "number" if kind == "integer" else kind):
            return True
        return decide(self, subschema, keyword, value)


def every(verdicts: Iterable[Verdict]) -> Verdict:
    """Return whether all hold."""
    found: Verdict = True
    for verdict in verdicts:
        if verdict is False:
            return False
        found = found and verdict
    return found


def some(verdicts: Iterable[Verdict]) -> Verdict:
    """Return whether at least one holds."""
    return opposite(every(opposite(verdict) for verdict in verdicts))


def opposite(verdict: Verdict) -> Verdict:
    """Return the verdict of a negation."""
    return None if verdict is None else not verdict


def equal(one: JSON, other: JSON) -> bool:
    """Return whether two values are equal in JSON, where `true` is not 1 and 1.0 is 1."""
    return _comparable(one) == _comparable(other)


def _comparable(value: JSON) -> object:
    if isinstance(value, bool):
        return ("boolean", value)
    if isinstance(value, list):
        return [_comparable(item) for item in value]
    return {key: _comparable(item) for key, item in value.items()} if isinstance(value, dict) else value


# Any type


def _annotation(judge: Judge, subschema: Subschema, keyword: Keyword, value: JSON) -> Verdict:
    return True


def _unsure(judge: Judge, subschema: Subschema, keyword: Keyword, value: JSON) -> Verdict:
    return None


def _type(judge: Judge, subschema: Subschema, keyword: Keyword, value: JSON) -> Verdict:
    allowed = keyword.value if isinstance(keyword.value, list) else [keyword.value]
    kind = type_of(value)
    return kind in allowed or (kind == "integer" and "number" in allowed)


def _enum(judge: Judge, subschema: Subschema, keyword: Keyword, value: JSON) -> Verdict:
    return isinstance(keyword.value, list) and any(equal(value, item) for item in keyword.value)


def _const(judge: Judge, subschema: Subschema, keyword: Keyword, value: JSON) -> Verdict:
    return equal(value, keyword.value)


# Numbers and sizes


def _bound(size: Callable[[JSON], Fraction], holds: Callable[[Fraction, Fraction], bool]) -> _Decide:
    def decide(judge: Judge, subschema: Subschema, keyword: Keyword, value: JSON) -> Verdict:
        return holds(size(value), _number(keyword.value))

    return decide


def _number(value: JSON) -> Fraction:
    return Fraction(str(value)) if isinstance(value, int | float) else Fraction(0)


def _length(value: JSON) -> Fraction:
    return Fraction(len(value)) if isinstance(value, str | list | dict) else Fraction(0)


def _at_least(value: Fraction, limit: Fraction) -> bool:
    return value >= limit


def _at_most(value: Fraction, limit: Fraction) -> bool:
    return value <= limit


def _more(value: Fraction, limit: Fraction) -> bool:
    return value > limit


def _less(value: Fraction, limit: Fraction) -> bool:
    return value < limit


def _multiple(value: Fraction, unit: Fraction) -> bool:
    return (value / unit).denominator == 1


# Strings

_PLAIN_PATTERN = re.compile(
    r"(?:[A-Za-z0-9 _/:;,@#%&=!<>~'\"^$.|*+-]|\((?!\?)|\)|\?|\\[dDwWsS.\-/+*?()\[\]{}|^$\\]"
    r"|\{[0-9]{1,3}(?:,[0-9]{0,3})?\}|\[\^?(?:[ -Z^-~]|\\[dws.\-/\]\\])+\])*"
)
_TRAP = re.compile(r"[*+}]\)[*+{]|\|[^)]*\)[*+{]|--|&&|~~|\|\|")
"""What may take for ever, and what Python may take for an operator between sets."""

_LONGEST_SUBJECT = 200


def matches(pattern: str, value: str) -> Verdict:
    """Return whether a pattern is found in a string, where ECMA-262 and Python certainly mean the same."""
    plain = value.isascii() and value.isprintable() and len(value) <= _LONGEST_SUBJECT
    if not plain or not _PLAIN_PATTERN.fullmatch(pattern) or _TRAP.search(pattern):
        return None
    try:
        return re.search(pattern, value, re.ASCII) is not None
    except re.error:
        return None


def _pattern(judge: Judge, subschema: Subschema, keyword: Keyword, value: JSON) -> Verdict:
    return matches(keyword.value, value) if isinstance(keyword.value, str) and isinstance(value, str) else None


def _format(judge: Judge, subschema: Subschema, keyword: Keyword, value: JSON) -> Verdict:
    name = keyword.value
    if not isinstance(name, str) or name not in FORMATS:
        return True
    return True if value == SAMPLES[name] or (isinstance(value, str) and certain(name, value)) else None


# Arrays


def _prefix_items(judge: Judge, subschema: Subschema, keyword: Keyword, value: JSON) -> Verdict:
    items = value if isinstance(value, list) else []
    return every(judge.verdict(below, item) for (_, below), item in zip(keyword.schemas, items, strict=False))


def _items(judge: Judge, subschema: Subschema, keyword: Keyword, value: JSON) -> Verdict:
    items = value if isinstance(value, list) else []
    return every(judge.verdict(_only(keyword), item) for item in items[_prefix(subschema) :])


def _prefix(subschema: Subschema) -> int:
    keyword = subschema.keywords.get("prefixItems")
    return 0 if keyword is None else len(keyword.schemas)


def _unevaluated_items(judge: Judge, subschema: Subschema, keyword: Keyword, value: JSON) -> Verdict:
    items = value if isinstance(value, list) else []
    if "items" in subschema.keywords:
        return True
    verdict = every(judge.verdict(_only(keyword), item) for item in items[_prefix(subschema) :])
    return True if verdict else None  # others may have evaluated them


def _contains(judge: Judge, subschema: Subschema, keyword: Keyword, value: JSON) -> Verdict:
    items = value if isinstance(value, list) else []
    verdicts = [judge.verdict(_only(keyword), item) for item in items]
    least, most = subschema.value("minContains"), subschema.value("maxContains")
    found, possible = verdicts.count(True), len(verdicts) - verdicts.count(False)
    enough = _between(found, possible, least if isinstance(least, int | float) else 1, None)
    few = _between(found, possible, None, most if isinstance(most, int | float) else len(items))
    return every((enough, few))


def _between(found: int, possible: int, least: float | None, most: float | None) -> Verdict:
    verdicts = {
        (least is None or count >= least) and (most is None or count <= most) for count in range(found, possible + 1)
    }
    return verdicts.pop() if len(verdicts) == 1 else None


def _unique_items(judge: Judge, subschema: Subschema, keyword: Keyword, value: JSON) -> Verdict:
    items = value if isinstance(value, list) else []
    pairs = ((one, other) for at, one in enumerate(items) for other in items[:at])
    return keyword.value is not True or not any(equal(one, other) for one, other in pairs)


# Objects


def _members(value: JSON) -> Mapping[str, JSON]:
    return value if isinstance(value, dict) else {}


def _required(judge: Judge, subschema: Subschema, keyword: Keyword, value: JSON) -> Verdict:
    return _has_all(keyword.value, value)


def _has_all(names: JSON, value: JSON) -> bool:
    return not isinstance(names, list) or all(name in _members(value) for name in names)


def _properties(judge: Judge, subschema: Subschema, keyword: Keyword, value: JSON) -> Verdict:
    members = _members(value)
    return every(judge.verdict(below, members[name]) for name, below in keyword.schemas if name in members)


def _pattern_properties(judge: Judge, subschema: Subschema, keyword: Keyword, value: JSON) -> Verdict:
    return every(
        some((opposite(matches(pattern, name)), judge.verdict(below, item)))
        for pattern, below in keyword.schemas
        for name, item in _members(value).items()
    )


def _additional_properties(judge: Judge, subschema: Subschema, keyword: Keyword, value: JSON) -> Verdict:
    return every(
        some((_is_named(subschema, name), judge.verdict(_only(keyword), item)))
        for name, item in _members(value).items()
    )


def _is_named(subschema: Subschema, name: str) -> Verdict:
    """Return whether `properties` or `patternProperties` of a subschema speak of a property."""
    names, patterns = (subschema.keywords.get(keyword) for keyword in ("properties", "patternProperties"))
    if names is not None and any(token == name for token, _ in names.schemas):
        return True
    return some(matches(token, name) for token, _ in patterns.schemas) if patterns is not None else False


def _unevaluated_properties(judge: Judge, subschema: Subschema, keyword: Keyword, value: JSON) -> Verdict:
    known = set(_certainly_evaluated(judge.subschemas, subschema))
    if None in known:
        return True
    others = {name: item for name, item in _members(value).items() if name not in known}
    verdict = every(judge.verdict(_only(keyword), item) for item in others.values())
    return True if verdict else None  # others may have evaluated them


def _certainly_evaluated(subschemas: Mapping[Location, Subschema], subschema: Subschema) -> Iterator[str | None]:
    """Yield the properties that subschemas which always apply speak of; None if they speak of all."""
    waiting, seen = [subschema], {subschema.location}
    while waiting:
        here = waiting.pop()
        named = {"additionalProperties"} if here is subschema else {"additionalProperties", "unevaluatedProperties"}
        if named & here.keywords.keys():
            yield None
        for keyword in (here.keywords[name] for name in ("properties", "allOf", "$ref") if name in here.keywords):
            if keyword.name == "properties":
                yield from (name for name, _ in keyword.schemas)
                continue
            below = [location for _, location in keyword.schemas] + ([keyword.target] if keyword.target else [])
            waiting += [subschemas[location] for location in below if location not in seen]
            seen.update(below)


def _property_names(judge: Judge, subschema: Subschema, keyword: Keyword, value: JSON) -> Verdict:
    return every(judge.verdict(_only(keyword), name) for name in _members(value))


def _dependent_required(judge: Judge, subschema: Subschema, keyword: Keyword, value: JSON) -> Verdict:
    needs = _members(keyword.value)
    return all(_has_all(names, value) for name, names in needs.items() if name in _members(value))


def _dependent_schemas(judge: Judge, subschema: Subschema, keyword: Keyword, value: JSON) -> Verdict:
    return every(judge.verdict(below, value) for name, below in keyword.schemas if name in _members(value))


# In place


def _ref(judge: Judge, subschema: Subschema, keyword: Keyword, value: JSON) -> Verdict:
    # The value of a dynamic reference is the name that it looks up: where to, depends on the way here.
    dynamic = keyword.name == "$dynamicRef" and keyword.value is not None
    return None if dynamic or keyword.target is None else judge.verdict(keyword.target, value)


def _all_of(judge: Judge, subschema: Subschema, keyword: Keyword, value: JSON) -> Verdict:
    return every(judge.verdict(below, value) for _, below in keyword.schemas)


def _any_of(judge: Judge, subschema: Subschema, keyword: Keyword, value: JSON) -> Verdict:
    return some(judge.verdict(below, value) for _, below in keyword.schemas)


def _one_of(judge: Judge, subschema: Subschema, keyword: Keyword, value: JSON) -> Verdict:
    verdicts = [judge.verdict(below, value) for _, below in keyword.schemas]
    return _between(verdicts.count(True), len(verdicts) - verdicts.count(False), 1, 1)


def _not(judge: Judge, subschema: Subschema, keyword: Keyword, value: JSON) -> Verdict:
    return opposite(judge.verdict(_only(keyword), value))


def _if(judge: Judge, subschema: Subschema, keyword: Keyword, value: JSON) -> Verdict:
    condition = judge.verdict(_only(keyword), value)
    branches = [
        some((outcome, judge.verdict(_only(subschema.keywords[name]), value)))
        for name, outcome in (("then", opposite(condition)), ("else", condition))
        if name in subschema.keywords
    ]
    return every(branches)


def _only(keyword: Keyword) -> Location:
    return keyword.schemas[0][1]


_Decide = Callable[[Judge, Subschema, Keyword, JSON], Verdict]

_KEYWORDS: Mapping[str, tuple[str, _Decide]] = {
    "type": ("any", _type),
    "enum": ("any", _enum),
    "const": ("any", _const),
    "minimum": ("number", _bound(_number, _at_least)),
    "maximum": ("number", _bound(_number, _at_most)),
    "exclusiveMinimum": ("number", _bound(_number, _more)),
    "exclusiveMaximum": ("number", _bound(_number, _less)),
    "multipleOf": ("number", _bound(_number, _multiple)),
    "minLength": ("string", _bound(_length, _at_least)),
    "maxLength": ("string", _bound(_length, _at_most)),
    "pattern": ("string", _pattern),
    "format": ("string", _format),
    "minItems": ("array", _bound(_length, _at_least)),
    "maxItems": ("array", _bound(_length, _at_most)),
    "uniqueItems": ("array", _unique_items),
    "prefixItems": ("array", _prefix_items),
    "items": ("array", _items),
    "contains": ("array", _contains),
    "unevaluatedItems": ("array", _unevaluated_items),
    "required": ("object", _required),
    "minProperties": ("object", _bound(_length, _at_least)),
    "maxProperties": ("object", _bound(_length, _at_most)),
    "properties": ("object", _properties),
    "patternProperties": ("object", _pattern_properties),
    "additionalProperties": ("object", _additional_properties),
    "unevaluatedProperties": ("object", _unevaluated_properties),
    "propertyNames": ("object", _property_names),
    "dependentRequired": ("object", _dependent_required),
    "dependentSchemas": ("object", _dependent_schemas),
    "$ref": ("any", _ref),
    "$dynamicRef": ("any", _ref),
    "$recursiveRef": ("any", _unsure),
    "discriminator": ("any", _unsure),
    "allOf": ("any", _all_of),
    "anyOf": ("any", _any_of),
    "oneOf": ("any", _one_of),
    "not": ("any", _not),
    "if": ("any", _if),
}
"""Every keyword that can refuse an instance, with the type that it speaks of; it is tested that none is missing."""
