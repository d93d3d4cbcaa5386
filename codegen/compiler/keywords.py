"""The meaning of every keyword: one function a keyword, named like it, and nowhere else.

Each takes the scope of a subschema and yields the nodes that the keyword adds. Sources: JSON Schema
2020-12, Core (sections 10 and 11) and Validation (sections 6 and 7); older drafts read as in `dialects`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Protocol

from ..ir import JSON, Keyword, Location, Subschema
from ..records import dataclass
from ..runtime._problem import named
from ..schema import vocabulary
from ..schema.listing import is_beyond_doubles, type_kinds
from ..schema.vocabulary import ENTRIES, Evaluates, Role
from .analysis import Analysis
from .discriminators import discriminator
from .emit.templates import expression
from .emit.tree import Attribute, Call, Comparison, Expression, Name, Set, Tuple, every, literal, negated, some
from .nodes import (
    Apply,
    Check,
    Choice,
    Conditional,
    Contains,
    Context,
    Each,
    Item,
    Items,
    Listed,
    Names,
    Negation,
    Node,
    Required,
    TableCheck,
    Target,
    When,
)


class Constants(Protocol):
    """Where module-level constants are kept; each returns the constant's name."""

    def names(self, location: Location, values: Sequence[str]) -> Expression:
        """Keep a frozen set of strings."""

    def value(self, location: Location, value: JSON) -> Expression:
        """Keep a JSON value."""

    def keys(self, location: Location, values: Sequence[JSON]) -> Expression:
        """Keep a frozen set of the JSON values' equality keys."""

    def search(self, location: Location, pattern: str) -> Expression:
        """Keep the search function of an ECMA-262 pattern."""


@dataclass(frozen=True, slots=True)
class Scope:
    """What a keyword function may look at: the subschema, its variable, its dynamic scope, its neighbours."""

    analysis: Analysis
    subschema: Subschema
    value: Expression
    context: Context
    constants: Constants

    def target(self, location: Location, path: str) -> Target:
        """Return a subschema that this one applies, reached over the keyword path."""
        return self.analysis.target(self.context, location, path)

    def targets(self, keyword: Keyword) -> Iterator[tuple[str, Target]]:
        """Yield the keyword's subschemas as (token, target)."""
        return self.analysis.targets(self.subschema.location, keyword, self.context)

    def only(self, keyword: Keyword) -> Target:
        """Return the one subschema of the keyword as a target."""
        return next(target for _, target in self.targets(keyword))

    def number(self, name: str, default: int | float) -> int | float:
        """Return the numeric value of a neighbouring keyword, the default if it is not there."""
        value = self.subschema.value(name)
        return value if isinstance(value, int | float) else default

    def tokens(self, name: str) -> tuple[str, ...]:
        """Return the property names (or patterns, or indices) of a neighbouring applicator."""
        keyword = self.subschema.keywords.get(name)
        return () if keyword is None else tuple(token for token, _ in keyword.schemas)


KeywordFunction = Callable[[Scope, Keyword], Iterator[Node]]


# Any type


def enum(scope: Scope, keyword: Keyword) -> Iterator[Node]:
    """Validation 6.1.2."""
    values = keyword.value if isinstance(keyword.value, list) else []
    if scope.subschema.location in scope.analysis.open_enums:
        kinds = ["string", *(["null"] if None in values else [])]
        test = some([kind_test(kind, scope.value) for kind in kinds])
        yield Check(test, ("type", *kinds), keyword.written, "must be a string", value=scope.value)
        return
    shown = ", ".join(_shown(value) for value in values[:8]) + (", ..." if len(values) > 8 else "")
    message = f"must be one of {shown}" if len(values) > 1 else f"must be {shown}"
    yield TableCheck(("enum", values), keyword.written, message)


def const(scope: Scope, keyword: Keyword) -> Iterator[Node]:
    """Validation 6.1.3."""
    message = f"must be {_shown(keyword.value)}"
    yield TableCheck(("enum", [keyword.value]), keyword.written, message)


def listed(scope: Scope, values: tuple[JSON, ...], checks: tuple[Node, ...]) -> Listed:
    """Return the node for the values that `enum`, `const` and `type` list together."""
    quick = None
    strings = [value for value in values if isinstance(value, str)]
    if len(strings) == len(values) > 1:
        test, quick = _one_of_strings(scope, strings)
    elif len(values) > _FEW:
        container = scope.constants.keys(scope.subschema.location, values)
        test = expression("_equality.key({v}) in {c}", v=scope.value, c=container)
    else:
        tests = [_equal(scope, value) for value in values]
        test = some(tests)
    return Listed(scope.value, values, test, quick, checks)


_FEW = 8  # so many values are compared one by one


def _one_of_strings(scope: Scope, values: Sequence[str]) -> tuple[Expression, Expression | None]:
    """Return the test of any value, and a quicker one that only takes a value with a hash."""
    if len(values) <= _FEW:
        # A tuple compares with ==, so it can take a value that has no hash; a set is quicker from four values on.
        items = tuple(map(literal, values))
        quick = _in(scope.value, Set(items)) if len(values) > 3 else None
        return _in(scope.value, Tuple(items)), quick
    quick = _in(scope.value, scope.constants.names(scope.subschema.location, values))
    return every([kind_test("string", scope.value), quick]), quick


def _in(value: Expression, container: Expression) -> Expression:
    return Comparison(value, "in", container)


def _equal(scope: Scope, value: JSON) -> Expression:
    """Return the test of JSON equality (Core 4.2.2): Python takes True for 1, JSON does not."""
    if value is None or isinstance(value, bool):
        return Comparison(scope.value, "is", literal(value))
    if isinstance(value, list | dict) or is_beyond_doubles(value):
        constant = scope.constants.value(scope.subschema.location, value)
        return expression("_equality.equal({v}, {c})", v=scope.value, c=constant)
    same = Comparison(scope.value, "==", literal(value))
    return every([same, negated(kind_test("boolean", scope.value))]) if value in (0, 1) else same


def _shown(value: JSON) -> str:
    text = "null" if value is None else str(value).lower() if isinstance(value, bool) else _json_text(value)
    return text if len(text) <= 60 else text[:57] + "..."


def _json_text(value: JSON) -> str:
    if isinstance(value, str):
        return f'"{value}"'
    if isinstance(value, list):
        return "[" + ", ".join(_shown(item) for item in value) + "]"
    if isinstance(value, dict):
        return "{" + ", ".join(f'"{key}": {_shown(item)}' for key, item in value.items()) + "}"
    return str(value)


# Numbers


def _bound(scope: Scope, keyword: Keyword, operator: str, words: str) -> Iterator[Node]:
    value, bound = scope.value, literal(keyword.value)
    if is_beyond_doubles(keyword.value):
        exact = expression("_numbers.exact")
        test = Comparison(Call(exact, (value,)), operator, Call(exact, (bound,)))
    else:
        test = Comparison(value, operator, bound)
    yield Check(test, (keyword.name, keyword.value), keyword.written, f"must be {words} {keyword.value}")


def minimum(scope: Scope, keyword: Keyword) -> Iterator[Node]:
    """Validation 6.2.4."""
    yield from _bound(scope, keyword, ">=", "at least")


def maximum(scope: Scope, keyword: Keyword) -> Iterator[Node]:
    """Validation 6.2.2."""
    yield from _bound(scope, keyword, "<=", "at most")


def exclusiveMinimum(scope: Scope, keyword: Keyword) -> Iterator[Node]:
    """Validation 6.2.5."""
    yield from _bound(scope, keyword, ">", "more than")


def exclusiveMaximum(scope: Scope, keyword: Keyword) -> Iterator[Node]:
    """Validation 6.2.3."""
    yield from _bound(scope, keyword, "<", "less than")


def multipleOf(scope: Scope, keyword: Keyword) -> Iterator[Node]:
    """Validation 6.2.1; exact in decimal, as JSON writes numbers."""
    test = expression("_numbers.is_multiple({v}, {c})", v=scope.value, c=literal(keyword.value))
    rule = ("multipleOf", keyword.value)
    yield Check(test, rule, keyword.written, f"must be a multiple of {keyword.value}")


# Strings


def minLength(scope: Scope, keyword: Keyword) -> Iterator[Node]:
    """Validation 6.3.2; Python counts characters as RFC 8259 does."""
    yield from _size(scope, keyword, least=True, one="character", many="characters")


def maxLength(scope: Scope, keyword: Keyword) -> Iterator[Node]:
    """Validation 6.3.1."""
    yield from _size(scope, keyword, least=False, one="character", many="characters")


def _size(scope: Scope, keyword: Keyword, *, least: bool, one: str, many: str) -> Iterator[Node]:
    limit = _whole(keyword.value)
    if least and limit == 0:
        return
    test = expression("len({v}) >= {n}" if least else "len({v}) <= {n}", v=scope.value, n=limit)
    rule, words = ("least", "at least") if least else ("most", "at most")
    message = f"must have {words} {limit} {one if limit == 1 else many}"
    yield Check(test, (rule, limit), keyword.written, message)


def _whole(value: JSON) -> int:
    """Return a size as an int: JSON Schema allows `2.0`."""
    return int(value) if isinstance(value, int | float) else 0


def pattern(scope: Scope, keyword: Keyword) -> Iterator[Node]:
    """Validation 6.3.3; not anchored."""
    if isinstance(keyword.value, str):
        search = scope.constants.search(scope.subschema.location / keyword.written, keyword.value)
        test = expression("{s}({v}) is not None", s=search, v=scope.value)
        message = f"must match the pattern {keyword.value}"
        yield Check(test, ("pattern", keyword.value), keyword.written, message)


def format(scope: Scope, keyword: Keyword) -> Iterator[Node]:
    """Validation 7; a format that the specification does not name is an annotation."""
    format_ = scope.analysis.format(scope.subschema.location)
    if format_ is not None:
        python_type, many = format_.python_type, None
        if python_type is not None and python_type.reader:  # the quicker decoder also says whether the text is valid
            module, function = python_type.module, python_type.reader
            read = Attribute(Name(module), function)
            test = expression("{read}({v}) is not None", read=read, v=scope.value)
            many = scope.value, Attribute(Name(module), python_type.many)
        else:
            module, function = "_formats", format_.predicate
            test = Call(Attribute(Name(module), function), (scope.value,))
        rule = ("format", module, function)
        yield Check(test, rule, keyword.written, _format_message(format_.name), "format", many=many)


def _format_message(name: str) -> str:
    example = _EXAMPLES.get(name)
    return f"must be a valid {name}" + (f", such as {example}" if example else "")


_EXAMPLES = {
    "date-time": "2024-05-01T12:30:00Z",
    "date": "2024-05-01",
    "time": "12:30:00Z",
    "duration": "P1DT12H",
    "email": "name@example.com",
    "uri": "https://example.com/",
    "uuid": "2eb8aa08-aa98-11ea-b4aa-73b441d16380",
    "json-pointer": "/a/0",
}
"""Texts of formats that not everybody knows by their names."""


# Arrays


def minItems(scope: Scope, keyword: Keyword) -> Iterator[Node]:
    """Validation 6.4.2."""
    yield from _size(scope, keyword, least=True, one="item", many="items")


def maxItems(scope: Scope, keyword: Keyword) -> Iterator[Node]:
    """Validation 6.4.1."""
    yield from _size(scope, keyword, least=False, one="item", many="items")


def uniqueItems(scope: Scope, keyword: Keyword) -> Iterator[Node]:
    """Validation 6.4.3."""
    if keyword.value is True:
        test = expression("_equality.is_unique({v})", v=scope.value)
        yield Check(test, ("unique",), keyword.written, "must not hold the same item twice")


def prefixItems(scope: Scope, keyword: Keyword) -> Iterator[Node]:
    """Core 10.3.1.1."""
    for token, target in scope.targets(keyword):
        yield Item(scope.value, int(token), target)


def items(scope: Scope, keyword: Keyword) -> Iterator[Node]:
    """Core 10.3.1.2."""
    yield Items(scope.value, len(scope.tokens("prefixItems")), scope.only(keyword))


def contains(scope: Scope, keyword: Keyword) -> Iterator[Node]:
    """Core 10.3.1.3 with Validation 6.4.4 and 6.4.5."""
    most = scope.number("maxContains", -1)
    evaluates = scope.analysis.contains_evaluates(scope.subschema.location)
    least = scope.number("minContains", 1)
    yield Contains(scope.value, scope.only(keyword), least, None if most < 0 else most, evaluates)


def unevaluatedItems(scope: Scope, keyword: Keyword) -> Iterator[Node]:
    """Core 11.2."""
    yield Items(scope.value, 0, scope.only(keyword), unevaluated=True)


# Objects


def required(scope: Scope, keyword: Keyword) -> Iterator[Node]:
    """Validation 6.5.3."""
    for name in keyword.value if isinstance(keyword.value, list) else []:
        yield Required(scope.value, str(name))


def minProperties(scope: Scope, keyword: Keyword) -> Iterator[Node]:
    """Validation 6.5.2."""
    yield from _size(scope, keyword, least=True, one="property", many="properties")


def maxProperties(scope: Scope, keyword: Keyword) -> Iterator[Node]:
    """Validation 6.5.1."""
    yield from _size(scope, keyword, least=False, one="property", many="properties")


def properties(scope: Scope, keyword: Keyword) -> Iterator[Node]:
    """Core 10.3.2.1."""
    return iter(scope.analysis.members(scope.value, scope.subschema.location, keyword, scope.context))


def patternProperties(scope: Scope, keyword: Keyword) -> Iterator[Node]:
    """Core 10.3.2.2."""
    for regex, target in scope.targets(keyword):
        only = scope.constants.search(target.location, regex)
        yield Each(scope.value, target, only=only, expression=(regex, target.location))


def additionalProperties(scope: Scope, keyword: Keyword) -> Iterator[Node]:
    """Core 10.3.2.3."""
    named = scope.tokens("properties")
    patterns = scope.subschema.keywords.get("patternProperties")
    expressions = () if patterns is None else patterns.schemas
    searches = tuple(scope.constants.search(at, token) for token, at in expressions)
    yield Each(scope.value, scope.only(keyword), searches, named=named, expressions=expressions)


def propertyNames(scope: Scope, keyword: Keyword) -> Iterator[Node]:
    """Core 10.3.2.4."""
    yield Names(scope.value, scope.only(keyword))


def dependentRequired(scope: Scope, keyword: Keyword) -> Iterator[Node]:
    """Validation 6.5.4."""
    for name, needed in keyword.value.items() if isinstance(keyword.value, dict) else ():
        checks = tuple(_needs(scope, keyword, name, str(other)) for other in needed) if isinstance(needed, list) else ()
        if checks:
            yield When(_in(literal(name), scope.value), name, checks)


def _needs(scope: Scope, keyword: Keyword, name: str, other: str) -> Check:
    message = f"{named(other)} is missing, which has to be there as {named(name)} is"
    return Check(_in(literal(other), scope.value), ("has", other), keyword.written, message)


def dependentSchemas(scope: Scope, keyword: Keyword) -> Iterator[Node]:
    """Core 10.2.2.4."""
    for name, target in scope.targets(keyword):
        yield When(_in(literal(name), scope.value), name, (Apply(scope.value, target),))


def unevaluatedProperties(scope: Scope, keyword: Keyword) -> Iterator[Node]:
    """Core 11.3."""
    yield Each(scope.value, scope.only(keyword), unevaluated=True)


# In place


def ref(scope: Scope, keyword: Keyword) -> Iterator[Node]:
    """Core 8.2.3.1 and 8.2.3.2."""
    location = scope.analysis.referred(keyword, scope.context)
    yield Apply(scope.value, scope.target(location, "/" + keyword.written))


def allOf(scope: Scope, keyword: Keyword) -> Iterator[Node]:
    """Core 10.2.1.1."""
    for _, target in scope.targets(keyword):
        yield Apply(scope.value, target)


def anyOf(scope: Scope, keyword: Keyword) -> Iterator[Node]:
    """Core 10.2.1.2."""
    yield _choice(scope, keyword, exclusive=False)


def oneOf(scope: Scope, keyword: Keyword) -> Iterator[Node]:
    """Core 10.2.1.3."""
    yield _choice(scope, keyword, exclusive=True)


def _choice(scope: Scope, keyword: Keyword, *, exclusive: bool) -> Choice:
    branches = tuple(target for _, target in scope.targets(keyword))
    by_property = discriminator(scope.analysis, [branch.location for branch in branches])
    return Choice(scope.value, keyword.name, branches, exclusive, by_property)


def not_(scope: Scope, keyword: Keyword) -> Iterator[Node]:
    """Core 10.2.1.4."""
    yield Negation(scope.value, scope.only(keyword))


def if_(scope: Scope, keyword: Keyword) -> Iterator[Node]:
    """Core 10.2.2.1 to 10.2.2.3: `then` and `else` mean nothing without `if`."""
    then, orelse = (scope.subschema.keywords.get(name) for name in ("then", "else"))
    yield Conditional(
        scope.value,
        scope.only(keyword),
        None if then is None else scope.only(then),
        None if orelse is None else scope.only(orelse),
    )


# The type


def type_tests(scope: Scope, keyword: Keyword) -> tuple[tuple[str, Expression], ...]:
    """Return a test for each JSON type that `type` allows (Validation 6.1.1), `number` for all numbers."""
    return _tests(_named(keyword.value), scope.value)


@lru_cache(maxsize=4096, typed=True)
def _tests(kinds: frozenset[str], value: Expression) -> tuple[tuple[str, Expression], ...]:
    return tuple((kind, kind_test(kind, value)) for kind in _ORDER if kind in kinds)


_ORDER = ("object", "array", "string", "number", "integer", "boolean", "null")
_TYPE_TESTS = {
    "object": "type({v}) is dict",
    "array": "type({v}) is list",
    "string": "type({v}) is str",
    "number": "type({v}) is int or (type({v}) is float and {v} - {v} == 0.0)",  # so NaN is none
    "integer": "type({v}) is int or (type({v}) is float and float.is_integer({v}))",
    "boolean": "type({v}) is bool",
    "null": "{v} is None",
}


def kind_test(kind: str, value: Expression) -> Expression:
    """Return the test for a JSON type; `1.0` is an integer (Core 4.2.1), `true` is not a number."""
    return expression(_TYPE_TESTS[kind], v=value)


def type_message(keyword: Keyword) -> str:
    """Return the message for a value of the wrong type."""
    return _wanted(_named(keyword.value))


@lru_cache(maxsize=256)
def _wanted(kinds: frozenset[str]) -> str:
    words = [_WORDS[kind] for kind in _ORDER if kind in kinds]
    return "must be " + (" or ".join(words) if words else "of no type at all")


def _named(value: JSON) -> frozenset[str]:
    kinds = type_kinds(value)
    return kinds - {"integer"} if "number" in kinds else kinds


_WORDS = {
    "object": "an object",
    "array": "an array",
    "string": "a string",
    "number": "a number",
    "integer": "an integer",
    "boolean": "true or false",
    "null": "null",
}


_FUNCTIONS: Mapping[str, KeywordFunction] = {
    "enum": enum,
    "const": const,
    "minimum": minimum,
    "maximum": maximum,
    "exclusiveMinimum": exclusiveMinimum,
    "exclusiveMaximum": exclusiveMaximum,
    "multipleOf": multipleOf,
    "minLength": minLength,
    "maxLength": maxLength,
    "pattern": pattern,
    "format": format,
    "minItems": minItems,
    "maxItems": maxItems,
    "uniqueItems": uniqueItems,
    "prefixItems": prefixItems,
    "items": items,
    "contains": contains,
    "required": required,
    "minProperties": minProperties,
    "maxProperties": maxProperties,
    "properties": properties,
    "patternProperties": patternProperties,
    "additionalProperties": additionalProperties,
    "propertyNames": propertyNames,
    "dependentRequired": dependentRequired,
    "dependentSchemas": dependentSchemas,
    "$ref": ref,
    "$dynamicRef": ref,
    "allOf": allOf,
    "anyOf": anyOf,
    "oneOf": oneOf,
    "not": not_,
    "if": if_,
    "unevaluatedItems": unevaluatedItems,
    "unevaluatedProperties": unevaluatedProperties,
}
"""The keywords that decide, each with its function, in the order of the code."""

COVERAGE = vocabulary.cover(
    "the compiler",
    _FUNCTIONS,
    {
        "type": "every function's guard",
        **{name: f"read by {entry.read_by}" for name, entry in ENTRIES.items() if entry.read_by},
    },
    by_role={role: role.value for role in (Role.IDENTIFIER, Role.DIALECT, Role.DEFINITIONS, Role.ANNOTATION)},
)

_LAST = vocabulary.evaluating(Evaluates.UNEVALUATED_ITEMS, Evaluates.UNEVALUATED_PROPERTIES)

ASSERTIONS: Mapping[str, tuple[str, KeywordFunction]] = {
    name: (ENTRIES[name].of, function) for name, function in _FUNCTIONS.items() if name not in _LAST
}
"""The keywords that decide by themselves, each with the JSON type that it applies to and its function."""

LAST: Mapping[str, tuple[str, KeywordFunction]] = {
    name: (ENTRIES[name].of, function) for name, function in _FUNCTIONS.items() if name in _LAST
}
"""The keywords that look at what all others of their subschema have evaluated."""
