"""The downgrade: Schema Objects of OpenAPI 3.1 in the terms of 3.0.3, and a list of what those can't say.

Every schema is written for one of two sides. On the wide side it may accept more than the original, never less;
on the narrow side less, never more. A component stands on the wide side, what is below `not` on the other one,
so that whatever is lost, no valid instance is refused.

One thing depends on the reader: 3.0 has the integers of draft 4, where `1.0` is not one, but many tools accept it. An
integer is written as `integer`, since otherwise no client has integers, and each such place is reported. Below `not`,
of which no client makes a type, it is written so that all readers agree.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import field
from functools import lru_cache
from typing import Final, NamedTuple

from ...ir import JSON, escape_token
from ...records import dataclass
from ...schema import vocabulary
from ...schema.equality import distinct, equal
from ...schema.vocabulary import DECIDING, ENTRIES, IN_PLACE, Role
from . import surrogates
from .unevaluated import TooManyCasesError, without_unevaluated

_PREFIX: Final = "#/components/schemas/"
_SAME: Final = (
    *("title", "description", "format", "pattern", "maxLength", "minLength", "maxItems", "minItems", "uniqueItems"),
    *("maxProperties", "minProperties", "deprecated", "readOnly", "writeOnly", "discriminator", "xml", "externalDocs"),
)
_HOISTED: Final = frozenset({"anyOf", "oneOf", "not", "enum", "maxProperties"})
_BOUNDING: Final = frozenset({"items", "prefixItems", "maxItems", "unevaluatedItems", "allOf"})
_FALSE: Final[Mapping[str, JSON]] = {"not": {}}
_WHOLE_NUMBER: Final[Mapping[str, JSON]] = {"type": "number", "multipleOf": 1}
_EVERY_NAME: Final = frozenset({"", ".*", "^", "^.*"})
_EXACT_FLOATS: Final = 2**53
DECIMALS: Final = "1.0 is an integer in JSON Schema, and not for every reader of 3.0"


class Loss(NamedTuple):
    """Something that 3.0 can't say: where it stands in the 3.1 document, the keyword, and why."""

    pointer: str
    keyword: str
    reason: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a component in 3.0 terms.

    `exact` is whether nothing was lost in it, `integers` and `spelled` are as in `Downgrade`, but for what it refers
    to: that are `referred`. `looked_up` are the components of which it depends on what became of them.
    """

    exact: bool
    integers: bool
    spelled: bool
    losses: frozenset[Loss]
    referred: frozenset[str]
    looked_up: frozenset[str]


@dataclass(frozen=True, slots=True)
class Downgrade:
    """What was lost in the components in 3.0 terms.

    `wider` are the components that accept more than before, `integers` those where it depends on the reader whether
    numbers like `1.0` are taken for integers, `spelled` those that accept something else in YAML.
    """

    losses: tuple[Loss, ...]
    wider: frozenset[str]
    integers: frozenset[str]
    spelled: frozenset[str]
    originals: Mapping[str, JSON]

    @property
    def exact(self) -> frozenset[str]:
        """Return the components that accept just the same, whoever reads them."""
        return frozenset(self.originals) - self.wider - self.integers - self.spelled

    def schema(self, value: JSON, pointer: str) -> tuple[dict[str, JSON], tuple[Loss, ...]]:
        """Return a schema that is no component, and what was lost in it; it may refer to the components."""
        translation = Translation(self.originals, self.wider)
        made = translation.schema(value, True, pointer)
        return made, tuple(sorted(translation.losses))


def downgrade(schemas: Mapping[str, JSON]) -> tuple[dict[str, JSON], Downgrade]:
    """Return the component schemas of an OpenAPI 3.1 document in the terms of 3.0.3, and what was lost in them."""
    made: dict[str, JSON] = {}

    def again(name: str, inexact: frozenset[str]) -> Outcome:
        made[name], outcome = component(name, schemas, inexact)
        return outcome

    return made, settled({name: again(name, frozenset()) for name in schemas}, again, schemas)


def component(name: str, schemas: Mapping[str, JSON], inexact: frozenset[str]) -> tuple[dict[str, JSON], Outcome]:
    """Return one of the component schemas in the terms of 3.0.3, where some are known as inexact."""
    translation = Translation(schemas, inexact)
    at = f"/components/schemas/{escape_token(name)}"
    made = translation.schema(schemas[name], True, at)
    spelled = list(surrogates.keywords(made, at)) if surrogates.has_lone(made) else []
    return made, Outcome(
        exact=translation.exact,
        integers=translation.integers,
        spelled=any(surrogates.asserts(keyword) for _, keyword in spelled),
        losses=frozenset(translation.losses.union(Loss(*each, surrogates.REASON) for each in spelled)),
        referred=frozenset(translation.referred),
        looked_up=frozenset(translation.looked_up),
    )


def settled(
    outcomes: Mapping[str, Outcome], again: Callable[[str, frozenset[str]], Outcome], originals: Mapping[str, JSON]
) -> Downgrade:
    """Return what was lost in all components, given what was lost in each as long as none was known as inexact.

    What refers to an inexact component may be inexact too, and is downgraded `again`, until nothing changes.
    """
    outcomes = dict(outcomes)
    inexact: frozenset[str] = frozenset()
    pending: Iterable[str] = outcomes
    while pending:
        new = {name for name in pending if not outcomes[name].exact} - inexact
        inexact |= new
        pending = [name for name, outcome in outcomes.items() if not outcome.looked_up.isdisjoint(new)] if new else ()
        outcomes.update((name, again(name, inexact)) for name in pending)
    losses = tuple(sorted(loss for outcome in outcomes.values() for loss in outcome.losses))
    integers = {name for name, outcome in outcomes.items() if outcome.integers}
    spelled = {name for name, outcome in outcomes.items() if outcome.spelled}
    return Downgrade(losses, inexact, _leading_to(integers, outcomes), _leading_to(spelled, outcomes), originals)


def _leading_to(components: Iterable[str], outcomes: Mapping[str, Outcome]) -> frozenset[str]:
    """Return the components, and all that refer to one of them."""
    callers: dict[str, list[str]] = {}
    for name, outcome in outcomes.items():
        for referred in outcome.referred:
            callers.setdefault(referred, []).append(name)
    pending = list(components)
    reached = set(pending)
    while pending:
        new = [name for name in callers.get(pending.pop(), ()) if name not in reached]
        reached.update(new)
        pending += new
    return frozenset(reached)


@dataclasses.dataclass(slots=True)
class Translation:
    """One schema on its way; `exact` until something is lost in it or in a component that it refers to.

    `integers` is whether it has an integer, `referred` are the components that it refers to, `looked_up` those of which
    it depends on whether they are inexact: some may stand in what is lost.
    """

    components: Mapping[str, JSON]
    inexact: frozenset[str]
    exact: bool = True
    integers: bool = False
    losses: set[Loss] = field(default_factory=set)
    referred: set[str] = field(default_factory=set)
    looked_up: set[str] = field(default_factory=set)

    def schema(self, value: JSON, wide: bool, at: str, longest: int | None = None) -> dict[str, JSON]:
        """Return a schema of 3.0 that accepts at least (`wide`) or at most what the schema accepts.

        `longest` is how many items an array can have here, if something beside the schema bounds that.
        """
        if not isinstance(value, dict):
            return {} if value is not False else dict(_FALSE)
        rewriting = Rewriting(self, value, wide, at, self._longest(value, longest))
        for function in _functions(tuple(value)):
            function(rewriting)
        return rewriting.result()

    def _longest(self, value: Mapping[str, JSON], longest: int | None) -> int | None:
        """Return how many items a valid array can have, as far as the schema and its `allOf` bound that."""
        if _BOUNDING.isdisjoint(value):
            return longest
        prefix, most, branches = value.get("prefixItems"), value.get("maxItems"), value.get("allOf")
        bounds: list[int | None] = [longest, most if isinstance(most, int) else None]
        if value.get("items") is False or value.get("items") == _FALSE:
            bounds.append(len(prefix) if isinstance(prefix, list) else 0)
        if "unevaluatedItems" in value:
            with suppress(TooManyCasesError):
                plain = without_unevaluated(value, "unevaluatedItems", self.target)
                bounds += [self._longest(plain, None)] if isinstance(plain, dict) else []
        for branch in branches if isinstance(branches, list) else []:
            bounds += [self._longest(branch, None)] if isinstance(branch, dict) else []
        return min((bound for bound in bounds if bound is not None), default=None)

    def apart(self) -> Translation:
        """Return a translation for a part that may be lost by itself."""
        return Translation(self.components, self.inexact, looked_up=self.looked_up)

    def take(self, part: Translation) -> None:
        """Note what a part that is written down has, but for what was lost in it."""
        self.integers |= part.integers
        self.referred |= part.referred

    def target(self, reference: str) -> JSON:
        """Return the component in 3.1 terms that a reference leads to."""
        self.looked_up.add(reference.removeprefix(_PREFIX))
        return self.components.get(reference.removeprefix(_PREFIX), {})


@dataclasses.dataclass(slots=True)
class Rewriting:
    """One Schema Object: what it says in 3.1, and what is made of it for 3.0.

    `out` are the keywords that stand side by side, `parts` what has to hold besides.
    """

    translation: Translation
    original: Mapping[str, JSON]
    wide: bool
    at: str
    longest: int | None
    out: dict[str, JSON] = field(default_factory=dict)
    parts: list[JSON] = field(default_factory=list)
    lost: dict[str, JSON] = field(default_factory=dict)

    def array(self, keyword: str) -> list[JSON]:
        """Return the array that is the keyword's value, an empty one if it is not there."""
        value = self.original.get(keyword)
        return value if isinstance(value, list) else []

    def object(self, keyword: str) -> Mapping[str, JSON]:
        """Return the object that is the keyword's value, an empty one if it is not there."""
        value = self.original.get(keyword)
        return value if isinstance(value, dict) else {}

    def below(self, value: JSON, *path: str | int, wide: bool | None = None) -> dict[str, JSON]:
        """Return a subschema for the same side, or the one that is named."""
        at = self.at + "".join(f"/{escape_token(str(token))}" for token in path)
        longest = self.longest if path[0] in IN_PLACE else None
        return self.translation.schema(value, self.wide if wide is None else wide, at, longest)

    def lose(self, keyword: str, reason: str) -> None:
        """Note that a keyword can't be said; the narrow side then accepts nothing."""
        self.translation.exact = False
        self.report(keyword, reason)
        if not self.wide:
            self.parts.append(dict(_FALSE))

    def report(self, keyword: str, reason: str) -> None:
        """Note that a keyword stands as an extension only, where no instance's validity depends on it."""
        self.translation.losses.add(Loss(self.at, keyword, reason))
        self.lost[keyword] = self.original.get(keyword)

    def result(self) -> dict[str, JSON]:
        """Return the Schema Object of 3.0."""
        together: list[JSON] = []
        for part in self.parts:
            free = isinstance(part, dict) and part.keys() <= _HOISTED and not part.keys() & self.out.keys()
            if free and isinstance(part, dict):
                self.out.update(part)
            else:
                together.append(part)
        if self.lost:
            self.out["x-lost"] = self.lost
        if len(together) == 1 and not self.out and isinstance(together[0], dict):
            return together[0]
        if together:
            self.out["allOf"] = together
        return self.out


Function = Callable[[Rewriting], None]


def _annotations(schema: Rewriting) -> None:
    for keyword, value in schema.original.items():
        if keyword in _SAME or keyword.startswith("x-"):
            schema.out[keyword] = value
        elif keyword in _EXTENSIONS:
            schema.out[f"x-{keyword.removeprefix('$')}"] = value
    if schema.original.get("readOnly") is True and schema.original.get("writeOnly") is True:
        del schema.out["readOnly"], schema.out["writeOnly"]
        schema.report("readOnly", "a property of 3.0 is not both read-only and write-only")
    examples = schema.array("examples")
    if examples:
        schema.out["example"] = examples[0]
    if len(examples) > 1:
        schema.out["x-examples"] = examples


def _reference(schema: Rewriting) -> None:
    reference = schema.original.get("$ref")
    if not isinstance(reference, str):
        return
    schema.translation.looked_up.add(reference.removeprefix(_PREFIX))
    if reference.removeprefix(_PREFIX) in schema.translation.inexact:
        schema.translation.exact = False
        if not schema.wide:
            schema.lose("$ref", "the component accepts more in 3.0, which must not refuse more here")
            return
    schema.translation.referred.add(reference.removeprefix(_PREFIX))
    schema.parts.append({"$ref": reference})


def _type(schema: Rewriting) -> None:
    value = schema.original.get("type")
    if value is None:
        return
    if isinstance(value, str) and value != "null":
        schema.out.update(_form(schema, value))
        return
    kinds = [kind for kind in (value if isinstance(value, list) else [value]) if isinstance(kind, str)]
    if "number" in kinds:
        kinds = [kind for kind in kinds if kind != "integer"]
    nullable = "null" in kinds
    forms = [_form(schema, kind) for kind in kinds if kind != "null"]
    if nullable and forms:
        forms[0]["nullable"] = True
    if not forms:
        schema.parts.append({"enum": [None]})
    elif len(forms) == 1:
        schema.out.update(forms[0])
    else:
        schema.parts.append({"anyOf": list(forms)})


def _form(schema: Rewriting, kind: str) -> dict[str, JSON]:
    if kind != "integer":
        return {"type": "array", "items": {}} if kind == "array" else {"type": kind}
    if not schema.wide:
        return dict(_WHOLE_NUMBER)
    schema.translation.integers = True
    schema.translation.losses.add(Loss(schema.at, "type", DECIMALS))
    return {"type": "integer"}


def _default(schema: Rewriting) -> None:
    """Write the default if it has the type beside it, as 3.0.3 demands (section 4.7.24.1)."""
    if "default" not in schema.original:
        return
    value, kind = _written(schema, schema.original["default"]), schema.out.get("type")
    if kind is None or kind in kinds_of(value) or (value is None and schema.out.get("nullable") is True):
        schema.out["default"] = value
    else:
        schema.report("default", "a default of 3.0 has the type that stands beside it")


def kinds_of(value: JSON) -> tuple[str, ...]:
    """Return the types that a JSON value has in 3.0."""
    if isinstance(value, bool):
        return ("boolean",)
    if isinstance(value, int):
        return ("integer", "number")
    names = ((float, "number"), (str, "string"), (list, "array"), (dict, "object"))
    return tuple(name for kind, name in names if isinstance(value, kind))


def _written(schema: Rewriting, value: JSON) -> JSON:
    """Return a value as it stands beside the type: where that is `integer`, `1.0` is written as 1."""
    is_whole = isinstance(value, float) and value.is_integer() and abs(value) < _EXACT_FLOATS
    return int(value) if is_whole and isinstance(value, float) and schema.out.get("type") == "integer" else value


def _values(schema: Rewriting) -> None:
    for keyword in ("enum", "const"):
        if keyword not in schema.original:
            continue
        allowed = schema.array("enum") if keyword == "enum" else [schema.original["const"]]
        values = [_written(schema, value) for value in distinct(allowed)]  # draft 4 has no value twice
        if not values:
            schema.parts.append(dict(_FALSE))
        elif "enum" in schema.out:
            schema.parts.append({"enum": values})
        else:
            schema.out["enum"] = values


def _numbers(schema: Rewriting) -> None:
    for inclusive, exclusive, stricter in (("minimum", "exclusiveMinimum", max), ("maximum", "exclusiveMaximum", min)):
        bound, open_bound = _number(schema.original.get(inclusive)), _number(schema.original.get(exclusive))
        if open_bound is not None and (bound is None or stricter(bound, open_bound) == open_bound):
            schema.out[inclusive] = open_bound
            schema.out[exclusive] = True
        elif bound is not None:
            schema.out[inclusive] = bound
    step = schema.original.get("multipleOf")
    if step is not None and "multipleOf" in schema.out and step != 1:
        if isinstance(step, int):
            schema.out["multipleOf"] = step
        else:
            schema.parts.append({"multipleOf": step})
    elif step is not None:
        schema.out["multipleOf"] = step


def _number(value: JSON) -> int | float | None:
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


# Objects


def _required(schema: Rewriting) -> None:
    names = list(dict.fromkeys(name for name in schema.array("required") if isinstance(name, str)))
    if names:
        schema.out["required"] = list(names)


def _properties(schema: Rewriting) -> None:
    if "properties" in schema.original:
        schema.out["properties"] = {
            name: schema.below(value, "properties", name) for name, value in schema.object("properties").items()
        }
    if "additionalProperties" in schema.original and not schema.object("patternProperties"):
        value = schema.original["additionalProperties"]
        schema.out["additionalProperties"] = (
            value if isinstance(value, bool) else schema.below(value, "additionalProperties")
        )


def _pattern_properties(schema: Rewriting) -> None:
    by_pattern = schema.object("patternProperties")
    every = [pattern for pattern in by_pattern if pattern in _EVERY_NAME]
    for pattern in every:
        made = schema.below(by_pattern[pattern], "patternProperties", pattern)
        if "properties" in schema.original or "additionalProperties" in schema.out:
            schema.parts.append({"additionalProperties": made})
        else:
            schema.out["additionalProperties"] = made
    patterns = {pattern: value for pattern, value in by_pattern.items() if pattern not in _EVERY_NAME}
    # Where a pattern matches every name, nothing is additional.
    additional = {} if every else schema.original.get("additionalProperties", {})
    if not patterns or (additional in ({}, True) and all(value in ({}, True) for value in patterns.values())):
        return
    alike = all(equal(value, additional) for value in patterns.values())
    if alike and "properties" not in schema.original:
        schema.out["additionalProperties"] = schema.below(additional, "additionalProperties")
        return
    schema.lose("patternProperties", "3.0 has no schema for the properties that a pattern matches")
    if schema.wide and additional not in ({}, True):
        choices = [schema.below(value, "patternProperties", name) for name, value in patterns.items()]
        branches = [schema.below(additional, "additionalProperties"), *choices]
        if {} not in branches:
            schema.out["additionalProperties"] = {"anyOf": list(branches)}


def _property_names(schema: Rewriting) -> None:
    if "propertyNames" not in schema.original:
        return
    names = schema.original["propertyNames"]
    if names in ({}, True, {"type": "string"}):
        return
    if names in (False, _FALSE):
        schema.parts.append({"maxProperties": 0})
        return
    listed = _listed_names(names)
    if listed is None:
        schema.lose("propertyNames", "3.0 has no schema for the names of properties")
    else:
        properties: JSON = {name: {} for name in listed}
        schema.parts.append({"properties": properties, "additionalProperties": False})


def _listed_names(names: JSON) -> list[str] | None:
    """Return the strings that are valid against the schema if it lists them, else None."""
    if not isinstance(names, dict) or not names.keys() <= {"enum", "const", "type", "description", "title"}:
        return None
    if names.get("type", "string") != "string" or not names.keys() & {"enum", "const"}:
        return None
    const = names.get("const")
    values = names.get("enum", [const])
    strings = [value for value in values if isinstance(value, str)] if isinstance(values, list) else []
    return [value for value in strings if "const" not in names or value == const]


def _dependent(schema: Rewriting) -> None:
    for name, others in schema.object("dependentRequired").items():
        if isinstance(others, list) and others:
            names = list(dict.fromkeys(str(other) for other in others))
            schema.parts.append({"anyOf": [{"not": {"required": [name]}}, {"required": list(names)}]})
    for name, value in schema.object("dependentSchemas").items():
        there: JSON = {"type": "object", "required": [name]}
        schema.parts.append({"anyOf": [{"not": there}, schema.below(value, "dependentSchemas", name)]})


# Arrays


def _items(schema: Rewriting) -> None:
    prefix, rest = _prefix(schema)
    limit, maximum = schema.longest, schema.original.get("maxItems")
    if rest is False or rest == _FALSE:
        schema.out["maxItems"] = min(len(prefix), maximum) if isinstance(maximum, int) else len(prefix)
        rest = prefix[-1] if prefix else {}
    if prefix and limit is not None and limit <= len(prefix):
        prefix = prefix[:limit]
        rest = prefix[-1] if prefix else {}
    if all(equal(value, rest) for value in prefix):
        if rest not in ({}, True):
            schema.out["items"] = schema.below(rest, "items")
        return
    schema.lose("prefixItems", "3.0 has one schema for all items of an array")
    if schema.wide:
        branches = [schema.below(value, "prefixItems", index) for index, value in enumerate(prefix)]
        branches.append(schema.below(rest, "items"))
        if {} not in branches:
            schema.out["items"] = {"anyOf": [*dict((repr(branch), branch) for branch in branches).values()]}


def _prefix(schema: Rewriting) -> tuple[list[JSON], JSON]:
    """Return the schemas of the first items and of the rest; the prefix ends where no item may be."""
    prefix: list[JSON] = [{} if value is True else value for value in schema.array("prefixItems")]
    rest = schema.original.get("items", {})
    for index, value in enumerate(prefix):
        if value is False or value == _FALSE:
            return prefix[:index], False
    return prefix, {} if rest is True else rest


def _contains(schema: Rewriting) -> None:
    if "contains" not in schema.original:
        return
    value = schema.original["contains"]
    least, most = _number(schema.original.get("minContains", 1)) or 0, _number(schema.original.get("maxContains"))
    none: JSON = {"not": {"type": "array", "items": {}}}
    if most is not None and least > most:
        schema.parts.append(none)
        return
    if value in ({}, True):
        counted: dict[str, JSON] = {"minItems": least}
        schema.parts.append(counted if most is None else {**counted, "maxItems": most})
        return
    if most == 0:
        schema.parts.append({"items": {"not": schema.below(value, "contains", wide=not schema.wide)}})
    elif most is not None:
        schema.lose("maxContains", "3.0 can't count the items that a schema accepts")
    if least >= 1:
        no_item: JSON = {"not": schema.below(value, "contains")}
        schema.parts.append({"not": {"type": "array", "items": no_item}})
    if least > 1:
        schema.lose("minContains", "3.0 can't count the items that a schema accepts")
        schema.parts.append({"minItems": least})


# Applicators


def _all_of(schema: Rewriting) -> None:
    for index, value in enumerate(schema.array("allOf")):
        schema.parts.append(schema.below(value, "allOf", index))


def _any_of(schema: Rewriting) -> None:
    if "anyOf" in schema.original:
        branches = [schema.below(value, "anyOf", index) for index, value in enumerate(schema.array("anyOf"))]
        schema.parts.append({"anyOf": list(branches)})


def _one_of(schema: Rewriting) -> None:
    if "oneOf" not in schema.original:
        return
    inner = schema.translation.apart()
    branches: list[JSON] = [
        inner.schema(value, schema.wide, f"{schema.at}/oneOf/{index}", schema.longest)
        for index, value in enumerate(schema.array("oneOf"))
    ]
    schema.translation.losses |= inner.losses
    schema.translation.take(inner)
    if inner.exact:
        schema.parts.append({"oneOf": branches})
        return
    schema.lose("oneOf", "a branch accepts more in 3.0, so more than one may accept a valid instance")
    if schema.wide:
        schema.parts.append({"anyOf": branches})


def _not(schema: Rewriting) -> None:
    if "not" in schema.original:
        schema.parts.append({"not": schema.below(schema.original["not"], "not", wide=not schema.wide)})


def _if(schema: Rewriting) -> None:
    if "if" not in schema.original:
        return
    condition = schema.original["if"]
    if "then" in schema.original:
        invalid: JSON = {"not": schema.below(condition, "if", wide=not schema.wide)}
        schema.parts.append({"anyOf": [invalid, schema.below(schema.original["then"], "then")]})
    if "else" in schema.original:
        schema.parts.append({"anyOf": [schema.below(condition, "if"), schema.below(schema.original["else"], "else")]})


def _unevaluated(schema: Rewriting) -> None:
    for keyword in ("unevaluatedProperties", "unevaluatedItems"):
        if keyword not in schema.original or schema.original[keyword] in ({}, True):
            continue
        try:
            plain = without_unevaluated(schema.original, keyword, schema.translation.target)
        except TooManyCasesError:
            schema.lose(keyword, "there are too many cases, or it depends on itself")
            continue
        inner = schema.translation.apart()
        made = inner.schema(plain, schema.wide, schema.at, schema.longest)
        if inner.exact:
            schema.parts.append(made)
            schema.translation.take(inner)
            if inner.integers:
                schema.translation.losses.add(Loss(schema.at, keyword, DECIMALS))
        else:
            schema.lose(keyword, "what is evaluated depends on a keyword that 3.0 can't say")


def _unknown(schema: Rewriting) -> None:
    """Note a keyword that no function above takes: 3.0 has nothing for it."""
    for keyword in schema.original:
        is_lost = keyword in DECIDING or (keyword.startswith("$") and keyword not in _EXTENSIONS)
        if is_lost and keyword not in COVERAGE.takes:
            schema.lose(keyword, "3.0 has no such keyword")


_TAKING: Final[Mapping[Function, tuple[str, ...]]] = {
    _annotations: (*(keyword for keyword in _SAME if keyword in ENTRIES), "examples"),
    _reference: ("$ref",),
    _type: ("type",),
    _default: ("default",),
    _values: ("enum", "const"),
    _numbers: ("minimum", "exclusiveMinimum", "maximum", "exclusiveMaximum", "multipleOf"),
    _required: ("required",),
    _properties: ("properties", "additionalProperties"),
    _pattern_properties: ("patternProperties",),
    _property_names: ("propertyNames",),
    _dependent: ("dependentRequired", "dependentSchemas"),
    _items: ("items", "prefixItems"),
    _contains: ("contains", "minContains", "maxContains"),
    _all_of: ("allOf",),
    _any_of: ("anyOf",),
    _one_of: ("oneOf",),
    _not: ("not",),
    _if: ("if", "then", "else"),
    _unevaluated: ("unevaluatedProperties", "unevaluatedItems"),
    _unknown: (),
}
"""The functions in the order in which they are called, each with the keywords that it takes."""


@lru_cache(maxsize=1024)
def _functions(keywords: tuple[str, ...]) -> tuple[Function, ...]:
    """Return the functions for a schema with these keywords, in their order; most schemas of a document have a few."""
    others = not COVERAGE.takes.issuperset(keywords)
    return tuple(
        function
        for function, taken in _TAKING.items()
        if not frozenset(taken).isdisjoint(keywords) or (others and function in (_annotations, _unknown))
    )


COVERAGE: Final = vocabulary.cover(
    "the downgrade to 3.0",
    {keyword for taken in _TAKING.values() for keyword in taken},
    {"$dynamicRef": "a component has $ref in its place"},
    by_role={
        Role.ASSERTION: "it is lost, and reported",
        Role.ANNOTATION: "it becomes an extension",
        **dict.fromkeys((Role.IDENTIFIER, Role.DIALECT, Role.DEFINITIONS), "a component has none"),
    },
)
_EXTENSIONS: Final = vocabulary.named(lambda entry: entry.role is Role.ANNOTATION) - COVERAGE.takes
"""Annotations that 3.0 does not have."""
