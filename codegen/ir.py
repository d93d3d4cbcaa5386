"""The intermediate representation: frozen values that join schemas, shapes and code by location.

Everything is in the words of JSON Schema 2020-12, whatever dialect a document was written in; `Location`
and `Keyword.written` keep the way back to what the file says.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import field
from types import MappingProxyType
from typing import Any, NamedTuple, TypeAlias

from .findings import Place
from .records import dataclass

JSON: TypeAlias = "None | bool | int | float | str | list[JSON] | dict[str, JSON]"

TYPES = ("object", "array", "string", "number", "integer", "boolean", "null")
"""The types that `type` may name (Validation, section 6.1.1)."""


def type_of(value: JSON) -> str:
    """Return the JSON type of a value: `integer` for a number without a fraction."""
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, float):
        return "integer" if value.is_integer() else "number"
    return next(name for kind, name in _TYPE_OF if isinstance(value, kind))


_TYPE_OF = ((str, "string"), (int, "integer"), (list, "array"), (dict, "object"), (type(None), "null"))


class Location(NamedTuple):
    """Where a subschema stands: its document's retrieval URI, and a JSON Pointer as the file has it ("": the root).

    A tuple, since the passes over all subschemas look locations up by the million.
    """

    document: str
    pointer: str = ""

    def __truediv__(self, token: str | int) -> Location:
        """Return the location one reference token deeper; the token is escaped here."""
        return Location(self.document, f"{self.pointer}/{escape_token(str(token))}")

    def __str__(self) -> str:
        """Return the location as a URI with a JSON Pointer for its fragment."""
        return f"{self.document}#{self.pointer}"


def escape_token(token: str) -> str:
    """Return a reference token as it stands in a JSON Pointer (RFC 6901, section 3)."""
    if "~" in token or "/" in token:
        return token.replace("~", "~0").replace("/", "~1")
    return token


@dataclass(frozen=True, slots=True)
class Keyword:
    """One keyword of a subschema, in the terms of 2020-12.

    `written` is the keyword as the file has it (`additionalItems` where `name` is `items`), `value` its
    JSON value in 2020-12's form. An applicator names its subschemas in `schemas`, as (token, location):
    the token is the property name, pattern or index as a string, "" for a keyword with one subschema; where several
    lead to it, they are joined as in a JSON Pointer.
    `target` is where a `$ref` or `$dynamicRef` leads at first. The value of a `$dynamicRef` is the name of
    the dynamic anchor that it looks up, None where it leads to its first target like a `$ref`.
    """

    name: str
    written: str
    value: JSON
    schemas: tuple[tuple[str, Location], ...] = ()
    target: Location | None = None


@dataclass(frozen=True, slots=True)
class Subschema:
    """One subschema: `boolean` is its value if that is `true` or `false`, else None and `keywords` counts.

    `uri` is its absolute location: the base URI of its resource, and a pointer from that resource's root.
    `resource` is the root of that schema resource (a document's root, or the nearest subschema with an `$id`).
    """

    location: Location
    uri: str
    resource: Location
    boolean: bool | None = None
    keywords: Mapping[str, Keyword] = field(default_factory=dict)

    def value(self, keyword: str) -> JSON:
        """Return the keyword's value, None if it is not there (a `null` value looks the same: ask `keywords`)."""
        entry = self.keywords.get(keyword)
        return None if entry is None else entry.value


@dataclass(frozen=True, slots=True)
class Resource:
    """One schema resource: its root, its absolute URI, its dialect's metaschema URI, its dynamic anchors by name.

    `asserts_format` is whether its dialect makes `format` an assertion, `contains_evaluates` whether `contains`
    counts items as evaluated there (it does since 2020-12).
    """

    location: Location
    uri: str
    dialect: str
    dynamic_anchors: Mapping[str, Location] = field(default_factory=dict)
    asserts_format: bool = False
    contains_evaluates: bool = True


@dataclass(frozen=True, slots=True)
class Document:
    """One schema file: its path within the schema folder, its module name, its text and its parsed content.

    `location` is its root. `public` is false for a document that is only here because others refer to it
    (a bundled metaschema, a mapped reference): it has no pages and no component of its own.
    """

    path: str
    module: str
    location: Location
    uri: str
    dialect: str
    text: str
    content: JSON
    public: bool = True


@dataclass(frozen=True, slots=True)
class FieldShape:
    """One property of a class: its JSON name, its Python name, where its subschema stands, what is always there.

    `annotation` is the Python type of the attribute as its reader sees it, as source text. `also` are the other
    subschemas that apply to the property.
    """

    json_name: str
    name: str
    location: Location
    required: bool
    annotation: str
    default: str = ""  # what stands for a property that is not there, as source; "" if it is always there
    also: tuple[Location, ...] = ()


@dataclass(frozen=True, slots=True)
class ClassShape:
    """One dataclass: its subschema, its name and its fields in the order of the schema."""

    location: Location
    name: str
    fields: tuple[FieldShape, ...]


@dataclass(frozen=True, slots=True)
class EnumShape:
    """One enum: its subschema, its name and its members as (Python name, JSON value)."""

    location: Location
    name: str
    members: tuple[tuple[str, JSON], ...]


@dataclass(frozen=True, slots=True)
class FunctionCode:
    """One generated function: the subschema that it is for, its name and its source."""

    location: Location
    name: str
    source: str


@dataclass(frozen=True, slots=True)
class ClassCode:
    """The functions behind a class: `read` makes an object of JSON data, `write` does the reverse, `problems` reports.

    `text` makes the JSON text of an object. `members` names the table of its fields. `additional` is the annotation
    of the values of properties without a field, "" if the class can have none; `keeps_text` is whether an object
    remembers how its date-times were written.
    """

    read: str
    write: str
    text: str
    problems: str
    members: str
    additional: str
    keeps_text: bool


@dataclass(frozen=True, slots=True)
class RootCode:
    """What decides, decodes and encodes a document's root: names of functions, and the expressions that write `value`.

    `arguments` is what `decode` is called with.
    """

    annotation: str
    valid: str
    problems: str
    decode: str
    arguments: str
    encoded: str
    text: str


@dataclass(frozen=True, slots=True)
class ModuleCode:
    """The code of one document's module, ready to be printed.

    `enums` are those of the module, `tables` and `constants` are lines; `imports` gives other documents' modules the
    names that they have here, `runtime` are the modules of the runtime that are needed, `names` what else its text uses
    that is not its own. `problems` is the table of problems, as JSON text.
    """

    root: RootCode
    classes: Mapping[Location, ClassCode]
    enums: tuple[Location, ...]
    tables: tuple[str, ...]
    constants: tuple[str, ...]
    functions: tuple[FunctionCode, ...]
    names: tuple[str, ...]
    runtime: tuple[str, ...]
    imports: Mapping[str, str]
    problems: str


@dataclass(frozen=True, slots=True)
class Effect:
    """What a change does to those on one side: `breaks` is None where that was not decided.

    `document` holds an instance that shows it, which is valid on the one side of the change only; it is empty unless
    `breaks` is true.
    """

    breaks: bool | None
    document: tuple[JSON, ...] = ()


@dataclass(frozen=True, slots=True)
class Change:
    """One change of a subschema: the keyword ("": the subschema itself), and the name or index in it, if it has some.

    `before` and `after` hold the value, and are empty where there is none. `writers` send what was valid before,
    `readers` still hold what is valid now against the version before.
    """

    location: Location
    keyword: str
    token: str
    before: tuple[JSON, ...]
    after: tuple[JSON, ...]
    writers: Effect
    readers: Effect


@dataclass(frozen=True, slots=True)
class Release:
    """What became of one document from the version `since` to `version` ("": the schema as it stands now).

    `since` is empty if the document is new. `also` are the documents that it refers to and that have changed too.
    """

    version: str
    since: str
    is_same: bool
    changes: tuple[Change, ...] = ()
    also: tuple[Location, ...] = ()


@dataclass(frozen=True, slots=True)
class History:
    """What is known of the schemas' past: the versions from old to new, the releases of each document from new to old.

    `gone` has the paths that were there in `since` and no longer in `version`, as (version, since, path), `files` the
    names of the older files behind each document's releases.
    """

    versions: tuple[str, ...] = ()
    releases: Mapping[Location, tuple[Release, ...]] = field(default_factory=dict)
    gone: tuple[tuple[str, str, str], ...] = ()
    files: Mapping[Location, tuple[str, ...]] = field(default_factory=dict)


_NOT_GIVEN: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Package:
    """All that an artifact may print: documents, subschemas by location, and the shapes of the models.

    `subschemas` holds every subschema that a document has or refers to. `shapes` has the classes and
    enums by the location of their subschema, `annotations` the Python type of a document's root by its location.
    `modules` has the code of each document that needs some, by the URI of its location, `examples` a valid instance
    of each public document where one was found, `history` what is known of older versions. `hints` are the subschemas
    whose `format` decides nothing: by the settings, or as its dialect does not know it.

    `joins` are the subschemas that no document has: each stands for several that apply to one value together, as the
    subschema of a class.

    What resolving knew is here too: `resources` has each schema resource by its root, `places` where each subschema
    stands: its file within the schema folder, with line and column. `by_uri` has the documents by the URI of their
    location, `by_module` these URIs by the name of the document's module.
    """

    name: str
    documents: tuple[Document, ...]
    subschemas: Mapping[Location, Subschema]
    shapes: Mapping[Location, ClassShape | EnumShape]
    annotations: Mapping[Location, str]
    modules: Mapping[str, ModuleCode] = field(default_factory=dict)
    examples: Mapping[Location, JSON] = field(default_factory=dict)
    history: History = History()
    hints: frozenset[Location] = frozenset()
    resources: Mapping[Location, Resource] = field(default_factory=dict)
    places: Mapping[Location, Place] = field(default_factory=dict, repr=False, compare=False)
    joins: Mapping[Location, Subschema] = field(default_factory=dict)
    by_uri: Mapping[str, Document] = field(default_factory=lambda: _NOT_GIVEN, repr=False, compare=False)
    by_module: Mapping[str, str] = field(default_factory=lambda: _NOT_GIVEN, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Fill in the documents by their URIs and modules, where these are not given."""
        if self.by_uri is _NOT_GIVEN:
            by_uri = {document.location.document: document for document in self.documents}
            object.__setattr__(self, "by_uri", by_uri)
            object.__setattr__(self, "by_module", {document.module: uri for uri, document in by_uri.items()})

    def subschema(self, location: Location) -> Subschema:
        """Return the subschema at a location, be it a join."""
        return self.subschemas.get(location) or self.joins[location]


Item: TypeAlias = Mapping[str, object]
"""What a template prints, by the names that it has there."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """What a prepare.py gives: items by the `each` of the templates, and for some of these how they are completed.

    `complete` has by `each` a function of a module. It is given the `index` and an item when the item is printed, and
    returns all that the template prints; so `items` only need to hold what their paths name. The `index` is what was
    worked out once for all items: frozen records of tables by location or URI, which may hold the package.
    """

    items: Mapping[str, Sequence[Item]]
    complete: Mapping[str, Callable[[Any, Any], Item]] = field(default_factory=dict)
    index: object = None


@dataclass(frozen=True, slots=True)
class Parts:
    """What a prepare.py gives where files are joined from parts, each of which is made by itself.

    `make` is a function of a module. It is given the `index`, as that of `Prepared`, and one of the `items`, and
    returns a JSON value: texts, and what joining them has to know. `join` is given these values in the order of the
    items, and returns what a prepare.py returns: items, `Prepared`, or parts again. A text that an escape made may come
    to it as a plain string, since it may have been kept: `Code(text)` says that it is in its language already.
    """

    items: Sequence[Item]
    make: Callable[[Any, Any], JSON]
    join: Callable[[Sequence[Any]], Mapping[str, Sequence[Item]] | Prepared | Parts]
    index: object = None
