"""The vocabulary: one row for each keyword of JSON Schema, with what a reader of schemas has to know of it.

Which keywords apply subschemas in place, which bound a number, which evaluate items: each is a question to this table,
and stands nowhere else as a list. What has to be written for each keyword by hand (code, words, another dialect's
terms) says with `cover` which rows it has, so that it can't be imported while a new row is missing there.

Sources: JSON Schema 2020-12, Core and Validation; the older drafts for what 2020-12 no longer has.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import field
from enum import Enum
from typing import Final, Literal, TypeAlias

from ..ir import JSON, escape_token
from ..records import dataclass

DRAFT_4: Final = "http://json-schema.org/draft-04/schema"
DRAFT_6: Final = "http://json-schema.org/draft-06/schema"
DRAFT_7: Final = "http://json-schema.org/draft-07/schema"
DRAFT_2019_09: Final = "https://json-schema.org/draft/2019-09/schema"
DRAFT_2020_12: Final = "https://json-schema.org/draft/2020-12/schema"
DRAFTS: Final = (DRAFT_4, DRAFT_6, DRAFT_7, DRAFT_2019_09, DRAFT_2020_12)


class Role(Enum):
    """What a keyword is for."""

    ASSERTION = "decides, by its own value"
    IN_PLACE = "applies subschemas to the instance itself"
    ON_PARTS = "applies subschemas to parts of the instance"
    REFERENCE = "applies the subschema that it leads to"
    DEFINITIONS = "holds subschemas, and applies none"
    IDENTIFIER = "gives a subschema a name"
    DIALECT = "says how the rest is read"
    ANNOTATION = "describes, and decides nothing"


class Holds(Enum):
    """Which of an applicator's subschemas hold for an instance that is valid, or for the parts that they apply to."""

    ALL = "all"
    SOME = "at least one"
    ONE = "exactly one"
    NONE = "none"
    EITHER_WAY = "they may or may not: others depend on it"
    AT_TIMES = "those whose condition is met"


class Evaluates(Enum):
    """Which properties or items a keyword evaluates (Core, section 11)."""

    BELOW = "what its subschemas evaluate"
    NAMED_PROPERTIES = "the properties that it names"
    MATCHING_PROPERTIES = "the properties that its patterns match"
    OTHER_PROPERTIES = "the properties that its neighbours do not name"
    UNEVALUATED_PROPERTIES = "the properties that nothing else evaluates"
    FIRST_ITEMS = "the items that it has a position for"
    OTHER_ITEMS = "the items behind these"
    MATCHING_ITEMS = "the items that are valid against its subschema"
    UNEVALUATED_ITEMS = "the items that nothing else evaluates"


class Value(Enum):
    """What the value of a keyword without subschemas is, where that matters to those who only carry it on."""

    COUNT = "a whole number, be it written as 2.0"
    INSTANCE = "an instance, or an array of them: what looks like a keyword in it is not one"
    OTHER = "anything else"


Form: TypeAlias = tuple[Literal["array", "object"], ...]
"""How the subschemas of a keyword lie in its value: in an array, in an object, or, with () for it, as the value."""

ONE: Final[Form] = ()
ARRAY: Final[Form] = ("array",)
OBJECT: Final[Form] = ("object",)

ANY: Final = "any"
"""In place of a JSON type: all of them."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One keyword.

    `section` is where the specification has it, `vocabulary` the one of 2020-12 that it belongs to, `since` and
    `until` are the first and the last draft that have it. `of` is the JSON type that it is for, `form` that of its
    subschemas (None: it has none), of which `holds` says which have to be met. One that `is_dynamic` leads to another
    subschema in another dynamic scope; one that is `read_by` another means nothing without that; one that is `read_as`
    others is of an older draft, and no reader of subschemas meets it.

    `narrows` is whether it is known that one more such keyword never makes more instances valid. What a row does not
    say is not known, and nothing is concluded.
    """

    name: str
    role: Role
    section: str
    vocabulary: str
    since: str = DRAFT_4
    of: str = ANY
    form: Form | None = None
    holds: Holds | None = None
    evaluates: Evaluates | None = None
    until: str = DRAFT_2020_12
    value: Value = Value.OTHER
    is_dynamic: bool = False
    read_by: str = ""
    read_as: tuple[str, ...] = ()
    narrows: bool = False

    @property
    def drafts(self) -> tuple[str, ...]:
        """Return the drafts that have the keyword, from old to new."""
        return DRAFTS[DRAFTS.index(self.since) : DRAFTS.index(self.until) + 1]

    @property
    def is_in_place(self) -> bool:
        """Return whether the keyword applies a subschema to the very instance that it stands on."""
        return self.role in (Role.IN_PLACE, Role.REFERENCE)

    @property
    def is_monotone(self) -> bool:
        """Return whether it is known that the keyword accepts no more if its subschemas accept fewer."""
        return self.holds in (Holds.ALL, Holds.SOME, Holds.AT_TIMES)


CORE: Final = "core"
APPLICATOR: Final = "applicator"
UNEVALUATED: Final = "unevaluated"
VALIDATION: Final = "validation"
META_DATA: Final = "meta-data"
FORMAT: Final = "format"
CONTENT: Final = "content"

_D6, _D7, _D2019, _D2020 = DRAFTS[1:]
_IN_PLACE, _ON_PARTS, _REFERENCE, _ASSERTION = Role.IN_PLACE, Role.ON_PARTS, Role.REFERENCE, Role.ASSERTION
_ID, _ANNOTATION = Role.IDENTIFIER, Role.ANNOTATION
_ALL, _AT_TIMES, _BELOW = Holds.ALL, Holds.AT_TIMES, Evaluates.BELOW
_COUNT, _INSTANCE = Value.COUNT, Value.INSTANCE
_OBJ, _ARR, _STR, _NUM = "object", "array", "string", "number"

# fmt: off
ROWS: Final[tuple[Entry, ...]] = (
    # What a schema is, and what it is called
    Entry("$schema", Role.DIALECT, "Core 8.1.1", CORE),
    Entry("$vocabulary", _ANNOTATION, "Core 8.1.2", CORE, _D2019),  # it describes a dialect, and decides nothing here
    Entry("$comment", _ANNOTATION, "Core 8.3", CORE, _D7),
    Entry("$id", _ID, "Core 8.2.1", CORE, _D6),
    Entry("id", _ID, "Core, draft 4, 7.2", CORE, until=DRAFT_4),
    Entry("$anchor", _ID, "Core 8.2.2", CORE, _D2019),
    Entry("$dynamicAnchor", _ID, "Core 8.2.2", CORE, _D2020),
    Entry("$recursiveAnchor", _ID, "Core, draft 2019-09, 8.2.4.2.2", CORE, _D2019, until=_D2019),
    Entry("$defs", Role.DEFINITIONS, "Core 8.2.4", CORE, _D2019, form=OBJECT),
    Entry("definitions", Role.DEFINITIONS, "Validation, draft 4, 5.5.7", CORE, form=OBJECT, read_as=("$defs",)),
    # References
    Entry("$ref", _REFERENCE, "Core 8.2.3.1", CORE, holds=_ALL, evaluates=_BELOW, narrows=True),
    Entry("$dynamicRef", _REFERENCE, "Core 8.2.3.2", CORE, _D2020, holds=_ALL, evaluates=_BELOW, is_dynamic=True),
    Entry("$recursiveRef", _REFERENCE, "Core, draft 2019-09, 8.2.4.2.1", CORE, _D2019, until=_D2019,
          holds=_ALL, evaluates=_BELOW, is_dynamic=True, read_as=("$dynamicRef",)),
    # Applicators in place
    Entry("allOf", _IN_PLACE, "Core 10.2.1.1", APPLICATOR, DRAFT_4, ANY, ARRAY, _ALL, _BELOW, narrows=True),
    Entry("anyOf", _IN_PLACE, "Core 10.2.1.2", APPLICATOR, DRAFT_4, ANY, ARRAY, Holds.SOME, _BELOW, narrows=True),
    Entry("oneOf", _IN_PLACE, "Core 10.2.1.3", APPLICATOR, DRAFT_4, ANY, ARRAY, Holds.ONE, _BELOW, narrows=True),
    Entry("not", _IN_PLACE, "Core 10.2.1.4", APPLICATOR, DRAFT_4, ANY, ONE, Holds.NONE, narrows=True),
    Entry("if", _IN_PLACE, "Core 10.2.2.1", APPLICATOR, _D7, ANY, ONE, Holds.EITHER_WAY, _BELOW, narrows=True),
    Entry("then", _IN_PLACE, "Core 10.2.2.2", APPLICATOR, _D7, ANY, ONE, _AT_TIMES, _BELOW, read_by="if", narrows=True),
    Entry("else", _IN_PLACE, "Core 10.2.2.3", APPLICATOR, _D7, ANY, ONE, _AT_TIMES, _BELOW, read_by="if", narrows=True),
    Entry("dependentSchemas", _IN_PLACE, "Core 10.2.2.4", APPLICATOR, _D2019, _OBJ, OBJECT, _AT_TIMES, _BELOW,
          narrows=True),
    # Applicators of parts; one more item or property that these apply to is taken away from their neighbours
    Entry("prefixItems", _ON_PARTS, "Core 10.3.1.1", APPLICATOR, _D2020, _ARR, ARRAY, _ALL, Evaluates.FIRST_ITEMS),
    Entry("items", _ON_PARTS, "Core 10.3.1.2", APPLICATOR, DRAFT_4, _ARR, ONE, _ALL, Evaluates.OTHER_ITEMS,
          narrows=True),
    Entry("additionalItems", _ON_PARTS, "Core, draft 2019-09, 9.3.1.2", APPLICATOR, DRAFT_4, _ARR, ONE, _ALL,
          Evaluates.OTHER_ITEMS, until=_D2019, read_as=("items",)),
    Entry("contains", _ON_PARTS, "Core 10.3.1.3", APPLICATOR, _D6, _ARR, ONE, Holds.SOME, Evaluates.MATCHING_ITEMS,
          narrows=True),
    Entry("properties", _ON_PARTS, "Core 10.3.2.1", APPLICATOR, DRAFT_4, _OBJ, OBJECT, _ALL,
          Evaluates.NAMED_PROPERTIES),
    Entry("patternProperties", _ON_PARTS, "Core 10.3.2.2", APPLICATOR, DRAFT_4, _OBJ, OBJECT, _ALL,
          Evaluates.MATCHING_PROPERTIES),
    Entry("additionalProperties", _ON_PARTS, "Core 10.3.2.3", APPLICATOR, DRAFT_4, _OBJ, ONE, _ALL,
          Evaluates.OTHER_PROPERTIES, narrows=True),
    Entry("propertyNames", _ON_PARTS, "Core 10.3.2.4", APPLICATOR, _D6, _OBJ, ONE, _ALL, narrows=True),
    Entry("unevaluatedItems", _ON_PARTS, "Core 11.2", UNEVALUATED, _D2019, _ARR, ONE, _ALL,
          Evaluates.UNEVALUATED_ITEMS, narrows=True),
    Entry("unevaluatedProperties", _ON_PARTS, "Core 11.3", UNEVALUATED, _D2019, _OBJ, ONE, _ALL,
          Evaluates.UNEVALUATED_PROPERTIES, narrows=True),
    # Both, by what the value of a property is; not in the newer vocabularies, but in their metaschemas
    Entry("dependencies", Role.IN_PLACE, "Validation, draft 7, 6.5.7", APPLICATOR, DRAFT_4, _OBJ,
          read_as=("dependentRequired", "dependentSchemas")),
    # Assertions
    Entry("type", _ASSERTION, "Validation 6.1.1", VALIDATION, narrows=True),
    Entry("enum", _ASSERTION, "Validation 6.1.2", VALIDATION, value=_INSTANCE, narrows=True),
    Entry("const", _ASSERTION, "Validation 6.1.3", VALIDATION, _D6, value=_INSTANCE, narrows=True),
    Entry("multipleOf", _ASSERTION, "Validation 6.2.1", VALIDATION, DRAFT_4, _NUM, narrows=True),
    Entry("maximum", _ASSERTION, "Validation 6.2.2", VALIDATION, DRAFT_4, _NUM, narrows=True),
    Entry("exclusiveMaximum", _ASSERTION, "Validation 6.2.3", VALIDATION, DRAFT_4, _NUM, narrows=True),
    Entry("minimum", _ASSERTION, "Validation 6.2.4", VALIDATION, DRAFT_4, _NUM, narrows=True),
    Entry("exclusiveMinimum", _ASSERTION, "Validation 6.2.5", VALIDATION, DRAFT_4, _NUM, narrows=True),
    Entry("maxLength", _ASSERTION, "Validation 6.3.1", VALIDATION, DRAFT_4, _STR, value=_COUNT, narrows=True),
    Entry("minLength", _ASSERTION, "Validation 6.3.2", VALIDATION, DRAFT_4, _STR, value=_COUNT, narrows=True),
    Entry("pattern", _ASSERTION, "Validation 6.3.3", VALIDATION, DRAFT_4, _STR, narrows=True),
    Entry("format", _ASSERTION, "Validation 7", FORMAT, DRAFT_4, _STR, narrows=True),
    Entry("maxItems", _ASSERTION, "Validation 6.4.1", VALIDATION, DRAFT_4, _ARR, value=_COUNT, narrows=True),
    Entry("minItems", _ASSERTION, "Validation 6.4.2", VALIDATION, DRAFT_4, _ARR, value=_COUNT, narrows=True),
    Entry("uniqueItems", _ASSERTION, "Validation 6.4.3", VALIDATION, DRAFT_4, _ARR, narrows=True),
    # `minContains: 0` takes away what `contains` asks for
    Entry("maxContains", _ASSERTION, "Validation 6.4.4", VALIDATION, _D2019, _ARR, value=_COUNT, read_by="contains",
          narrows=True),
    Entry("minContains", _ASSERTION, "Validation 6.4.5", VALIDATION, _D2019, _ARR, value=_COUNT, read_by="contains"),
    Entry("maxProperties", _ASSERTION, "Validation 6.5.1", VALIDATION, DRAFT_4, _OBJ, value=_COUNT, narrows=True),
    Entry("minProperties", _ASSERTION, "Validation 6.5.2", VALIDATION, DRAFT_4, _OBJ, value=_COUNT, narrows=True),
    Entry("required", _ASSERTION, "Validation 6.5.3", VALIDATION, DRAFT_4, _OBJ, narrows=True),
    Entry("dependentRequired", _ASSERTION, "Validation 6.5.4", VALIDATION, _D2019, _OBJ, narrows=True),
    # Annotations
    Entry("title", _ANNOTATION, "Validation 9.1", META_DATA),
    Entry("description", _ANNOTATION, "Validation 9.1", META_DATA),
    Entry("default", _ANNOTATION, "Validation 9.2", META_DATA, value=_INSTANCE),
    Entry("deprecated", _ANNOTATION, "Validation 9.3", META_DATA, _D2019),
    Entry("readOnly", _ANNOTATION, "Validation 9.4", META_DATA, _D7),
    Entry("writeOnly", _ANNOTATION, "Validation 9.4", META_DATA, _D7),
    Entry("examples", _ANNOTATION, "Validation 9.5", META_DATA, _D6, value=_INSTANCE),
    Entry("contentEncoding", _ANNOTATION, "Validation 8.3", CONTENT, _D7, _STR),
    Entry("contentMediaType", _ANNOTATION, "Validation 8.4", CONTENT, _D7, _STR),
    Entry("contentSchema", _ANNOTATION, "Validation 8.5", CONTENT, _D2019, _STR, form=ONE),
)
# fmt: on

WRITTEN: Final[Mapping[str, Entry]] = {entry.name: entry for entry in ROWS}
"""Every keyword of every draft, as it is written."""

ENTRIES: Final[Mapping[str, Entry]] = {name: entry for name, entry in WRITTEN.items() if not entry.read_as}
"""The keywords that a subschema can have once it is read in the terms of 2020-12."""


def named(is_so: Callable[[Entry], bool]) -> frozenset[str]:
    """Return the names of the keywords that something is so of, among those that a subschema can have."""
    return frozenset(name for name, entry in ENTRIES.items() if is_so(entry))


def holding(*which: Holds) -> frozenset[str]:
    """Return the names of the keywords that apply subschemas to the instance itself, of which these hold."""
    return named(lambda entry: entry.is_in_place and entry.holds in which)


def speaking_of(kind: str) -> frozenset[str]:
    """Return the names of the keywords that decide only of instances of a JSON type, `integer` for all numbers too."""
    of = "number" if kind == "integer" else kind
    return named(lambda entry: entry.of == of and entry.role is not Role.ANNOTATION)


def evaluating(*which: Evaluates) -> frozenset[str]:
    """Return the names of the keywords that evaluate these properties or items."""
    return named(lambda entry: entry.evaluates in which)


IN_PLACE: Final = named(lambda entry: entry.is_in_place)
"""The keywords that apply a subschema to the very instance that they stand on."""

ON_PARTS: Final = named(lambda entry: entry.role is Role.ON_PARTS)
"""The keywords that apply a subschema to parts of the instance that they stand on."""

NOT_APPLIED: Final = named(lambda entry: entry.form is not None) - IN_PLACE - ON_PARTS
"""The keywords that hold subschemas without applying them."""

DECIDING: Final = named(lambda entry: entry.role is Role.ASSERTION) | IN_PLACE | ON_PARTS
"""The keywords by which an instance is valid or not."""


# Subschemas within a value


def below(form: Form | None, value: JSON) -> Iterator[tuple[tuple[str, ...], JSON]]:
    """Yield the subschemas in the value of a keyword, each with the reference tokens that lead to it, unescaped."""
    if form is None:
        return
    if form == ONE:
        yield (), value
    elif form[0] == "array" and isinstance(value, list):
        for index, item in enumerate(value):
            yield from (((str(index), *way), subschema) for way, subschema in below(form[1:], item))
    elif form[0] == "object" and isinstance(value, dict):
        for name, item in value.items():
            yield from (((name, *way), subschema) for way, subschema in below(form[1:], item))


def token(way: tuple[str, ...]) -> str:
    """Return what a subschema is called within its keyword: a name or index, escaped only where several lead to it."""
    return way[0] if len(way) == 1 else "/".join(map(escape_token, way))


def rewritten(form: Form, value: JSON, make: Callable[[tuple[str, ...], JSON], JSON]) -> JSON:
    """Return the value of a keyword with each subschema made anew, from the tokens that lead to it and itself."""
    if form == ONE:
        return make((), value)
    if form[0] == "array" and isinstance(value, list):
        return [_deeper(form, str(index), item, make) for index, item in enumerate(value)]
    if form[0] == "object" and isinstance(value, dict):
        return {name: _deeper(form, name, item, make) for name, item in value.items()}
    return value


def _deeper(form: Form, name: str, value: JSON, make: Callable[[tuple[str, ...], JSON], JSON]) -> JSON:
    return rewritten(form[1:], value, lambda way, subschema: make((name, *way), subschema))


# Who reads the vocabulary


class UnknownKeywordError(Exception):
    """A reader of the vocabulary does not know one of its rows, or names a keyword that has none."""


@dataclass(frozen=True, slots=True)
class Coverage:
    """What one reader makes of each row: it `takes` it, or says why not, for the keyword or for all of a role."""

    reader: str
    takes: frozenset[str]
    why_not: Mapping[str, str] = field(default_factory=dict)
    by_role: Mapping[Role, str] = field(default_factory=dict)

    def reason(self, entry: Entry) -> str | None:
        """Return why the reader has nothing of its own for a row: "" if it has, None if it is missing."""
        if entry.name in self.takes:
            return ""
        return self.why_not.get(entry.name) or self.by_role.get(entry.role)

    def missing(self, entries: Iterable[Entry]) -> tuple[str, ...]:
        """Return the keywords that the reader neither takes nor says why not."""
        return tuple(entry.name for entry in entries if self.reason(entry) is None)


def cover(
    reader: str,
    takes: Collection[str],
    why_not: Mapping[str, str] | None = None,
    by_role: Mapping[Role, str] | None = None,
    *,
    rows: Mapping[str, Entry] = ENTRIES,
) -> Coverage:
    """Return what a reader makes of the rows; raises UnknownKeywordError for one that it does not know."""
    made = Coverage(reader, frozenset(takes), dict(why_not or {}), dict(by_role or {}))
    missing, gone = made.missing(rows.values()), sorted({*made.takes, *made.why_not} - rows.keys())
    if missing:
        raise UnknownKeywordError(f"{reader}: what is to be done with {', '.join(missing)}? It is in no table there")
    if gone:
        raise UnknownKeywordError(f"{reader}: {', '.join(gone)} is not a keyword of the vocabulary")
    return made
