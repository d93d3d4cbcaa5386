"""Where each subschema is described: its page, its unit, its section or bullet, and how to link to it."""

from __future__ import annotations

import posixpath
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import lru_cache

from ...escapes import Code, code, join
from ...escapes.markdown import codespan, fragment, link, text
from ...ir import JSON, ClassShape, FieldShape, Location, Package, Subschema
from ...names import Taken, identifier, plain
from ...pointer import last, value_at
from ...records import dataclass
from ...schema import vocabulary
from ...schema.vocabulary import ENTRIES, Holds

RESERVED_PAGES = ("index", "readme", "llms", "schemas", "changes")
"""Names that no page has: site builders give the first two a meaning, the others are ours."""

DEEPEST_BULLET = 3
_LONGEST_NAME = 100  # of a page; no file system has room for all names
MOST_ROWS = 200
"""Rows of a table of properties, where a document is split."""

_STEP_SEPARATOR = " \u203a "


@dataclass(frozen=True, slots=True)
class Parent:
    """The keyword that a subschema stands under: the subschema above, the keyword's name, and its token there."""

    location: Location
    keyword: str
    token: str


@dataclass(frozen=True, slots=True)
class Group:
    """Properties of one subschema whose names begin alike and that have a page together, as one can't hold all."""

    above: Location
    beginning: str
    page: str
    members: tuple[Location, ...]


@dataclass(frozen=True, slots=True)
class PageIndex:
    """Every way from a subschema to its place in the pages.

    `units` are the roots of what is described as a whole (documents and definitions), with their pages;
    `parents` leads from a subschema to the one above; `children` lists those below but no units;
    `sections` are the subschemas with a heading, `targets` those that references lead to. `groups` are the properties
    of a subschema that are units, as one page can't hold them all, and `grouped` are these.
    """

    package: Package
    units: Mapping[Location, str]
    parents: Mapping[Location, Parent]
    children: Mapping[Location, tuple[Location, ...]]
    sections: frozenset[Location]
    targets: frozenset[Location]
    fields: Mapping[Location, tuple[Location, int]]
    groups: Mapping[Location, tuple[Group, ...]]
    grouped: frozenset[Location]

    def subschema(self, location: Location) -> Subschema:
        """Return the subschema at a location."""
        return self.package.subschemas[location]

    def members(self, location: Location) -> Mapping[str, JSON]:
        """Return a subschema's object as the file has it; nothing for a boolean."""
        value = value_at(location.pointer, self.package.by_uri[location.document].content)
        return value if isinstance(value, dict) else {}

    def field(self, location: Location) -> tuple[str, FieldShape] | None:
        """Return the class and the field that a subschema describes, None if it describes no field."""
        where = self.fields.get(location)
        shape = self.package.shapes[where[0]] if where is not None else None
        return (shape.name, shape.fields[where[1]]) if where is not None and isinstance(shape, ClassShape) else None

    def unit(self, location: Location) -> Location | None:
        """Return the root of the unit that a subschema belongs to, None if no page describes it."""
        here: Location | None = location
        while here is not None and here not in self.units:
            above = self.parents.get(here)
            here = None if above is None else above.location
        return here

    def link(self, location: Location, page: str) -> Code:
        """Return a link from a page to a subschema; its URI, if no page describes it."""
        unit = self.unit(location)
        if unit is None:
            return codespan(self.subschema(location).uri.removesuffix("#"))
        return self.link_as(self.label(location), location, page)

    def link_as(self, label: Code, location: Location, page: str) -> Code:
        """Return a link with these words from a page to a subschema that some page describes."""
        home = self.units[self.unit(location) or location]
        alone = self.heads_page(location)
        path = "" if home == page and not alone else relative(home, page)
        return link(label, path, "" if alone else location.pointer)

    def page(self, location: Location) -> str:
        """Return the page and anchor of a subschema as seen from the index, "" if no page describes it."""
        unit = self.unit(location)
        if unit is None:
            return ""
        return self.units[unit] + ("" if self.heads_page(location) else f"#{fragment(location.pointer)}")

    def stands_alone(self, location: Location) -> bool:
        """Return whether a subschema is the root of a document or of a definition."""
        return location in self.units and location not in self.grouped

    def heads_page(self, location: Location) -> bool:
        """Return whether a subschema is what its page begins with."""
        return location.pointer == "" or self._is_split(location)

    def _is_split(self, location: Location) -> bool:
        page = self.units.get(location)
        return page is not None and location not in self.grouped and page != self.units[Location(location.document)]

    def label(self, location: Location) -> Code:
        """Return what a subschema is called: its title, else the way to it from its unit."""
        title = self.subschema(location).value("title")
        if isinstance(title, str) and title.strip():
            return text(title)
        return self.trail(location)

    def trail(self, location: Location) -> Code:
        """Return the way from the unit to a subschema; a unit is called as its document or definition is."""
        steps: list[Code] = []
        here = location
        while here not in self.units or here in self.grouped:
            above = self.parents[here]
            steps.append(step(above))
            here = above.location
        return join(_STEP_SEPARATOR, reversed(steps)) if steps else self._unit_name(here)

    def _unit_name(self, location: Location) -> Code:
        if location.pointer == "":
            return codespan(self.package.by_uri[location.document].module)
        return codespan(definition_name(location))


def definition_name(location: Location) -> str:
    """Return the last reference token of a location."""
    return last(location.pointer)


@lru_cache(maxsize=4096)
def relative(path: str, page: str) -> str:
    """Return the way from a page to another file."""
    folder = posixpath.dirname(page)
    return posixpath.relpath(path, folder) if folder else path


def step(parent: Parent) -> Code:
    """Return in words how one gets from a subschema to one below it."""
    if parent.keyword in _NAMED_STEPS:
        return code(_NAMED_STEPS[parent.keyword], name=codespan(parent.token))
    if parent.keyword in _NUMBERED_STEPS:
        return code(_NUMBERED_STEPS[parent.keyword], number=int(parent.token) + 1)
    return Code(_STEPS[parent.keyword])


_NAMED_STEPS = {
    "properties": "{name}",
    "patternProperties": "properties like {name}",
    "dependentSchemas": "with {name}",
    "$defs": "{name}",
}
_NUMBERED_STEPS = {
    "prefixItems": "item {number}",
    "anyOf": "option {number}",
    "oneOf": "option {number}",
    "allOf": "part {number}",
}
_STEPS = {
    "items": "each item",
    "contains": "contained item",
    "additionalProperties": "any other property",
    "propertyNames": "property name",
    "unevaluatedItems": "remaining item",
    "unevaluatedProperties": "remaining property",
    "not": "what it is not",
    "if": "condition",
    "then": "then",
    "else": "otherwise",
    "contentSchema": "decoded content",
}

COVERAGE = vocabulary.cover(
    "the ways between the subschemas of the docs",
    {*_NAMED_STEPS, *_NUMBERED_STEPS, *_STEPS},
    {name: "no subschema stands below it" for name, entry in ENTRIES.items() if entry.form is None},
)
_TESTING = vocabulary.holding(Holds.NONE, Holds.EITHER_WAY) | {"contains"}
"""The keywords whose subschemas only test, so that a type says little about them."""


# Making the page index


def page_index(package: Package, page_limit: int) -> PageIndex:
    """Return the page index of the public documents; one with more subschemas than the limit is split by definition."""
    parents = {
        below: Parent(location, name, token)
        for location, subschema in package.subschemas.items()
        for name, keyword in subschema.keywords.items()
        for token, below in keyword.schemas
    }
    roots = _unit_roots(package, parents)
    children = _children(package, frozenset(root for locations in roots.values() for root in locations))
    taken = _Pages(package, roots, page_limit)
    groups = {
        location: tuple(taken.groups(location, names))
        for location, names in _crowded(package, parents, taken, page_limit)
    }
    units = {**taken.pages, **{at: group.page for each in groups.values() for group in each for at in group.members}}
    grouped = units.keys() - taken.pages.keys()
    children = _children(package, frozenset(units)) if grouped else children
    targets = frozenset(
        keyword.target
        for subschema in package.subschemas.values()
        for keyword in subschema.keywords.values()
        if keyword.target is not None
    )
    fields: dict[Location, tuple[Location, int]] = {}
    for shape in package.shapes.values():
        for index, field in enumerate(shape.fields) if isinstance(shape, ClassShape) else ():
            is_own = field.location.pointer.startswith(f"{shape.location.pointer}/properties/")
            if field.location.document != shape.location.document:
                continue  # a page does not say who refers to its document
            if is_own or field.location not in fields:  # what extends a class has its fields too
                fields[field.location] = shape.location, index
    sections = frozenset(section for unit in units for section in _sections(package, children, parents, unit))
    return PageIndex(package, units, parents, children, sections, targets, fields, groups, frozenset(grouped))


def _unit_roots(package: Package, parents: Mapping[Location, Parent]) -> dict[str, list[Location]]:
    """Return what stands for itself in each public document: its root, definitions, and what only references reach."""
    roots: dict[str, list[Location]] = {d.location.document: [d.location] for d in package.documents if d.public}
    for location in package.subschemas:
        above = parents.get(location)
        if location.pointer and location.document in roots and (above is None or above.keyword == "$defs"):
            roots[location.document].append(location)
    return roots


def _children(package: Package, units: frozenset[Location]) -> dict[Location, tuple[Location, ...]]:
    return {
        location: tuple(
            below for keyword in subschema.keywords.values() for _, below in keyword.schemas if below not in units
        )
        for location, subschema in package.subschemas.items()
    }


class _Pages:
    """The pages of the units: one for each document, and one for each definition where the document is `split`."""

    def __init__(self, package: Package, roots: Mapping[str, list[Location]], page_limit: int) -> None:
        self.pages: dict[Location, str] = {}
        self._limit = page_limit
        self._names: dict[str, str] = {}
        self._taken: dict[str, Taken] = {}
        sizes = Counter(location.document for location in package.subschemas)
        self.split = {document for document in roots if sizes[document] > page_limit}
        taken = Taken(RESERVED_PAGES)
        modules = {document.location.document: document.module for document in package.documents}
        for document, locations in roots.items():
            self._names[document] = taken.claim(modules[document])
            self._taken[document] = Taken(RESERVED_PAGES)
            for location in locations:
                whole = document not in self.split or not location.pointer
                self.pages[location] = f"{self._names[document]}.md" if whole else self._below(location)

    def _below(self, location: Location, beginning: str = "") -> str:
        name = "_".join(part for part in (definition_name(location), beginning) if part)
        file = self._taken[location.document].claim(
            plain(identifier(name, "definition"), "definition").lower()[:_LONGEST_NAME]
        )
        return f"{self._names[location.document]}/{file}.md"

    def groups(self, location: Location, weights: Mapping[Location, int]) -> Iterator[Group]:
        """Yield the groups of a subschema's properties; `weights` are the number of subschemas of each."""
        names = {definition_name(below): below for below in weights}
        sizes = {definition_name(below): weight for below, weight in weights.items()}
        for beginning, members in by_beginning(list(names), sizes, self._limit):
            yield Group(location, beginning, self._below(location, beginning), tuple(names[name] for name in members))


def by_beginning(names: list[str], weights: Mapping[str, int], limit: int) -> Iterator[tuple[str, list[str]]]:
    """Yield names that begin alike, together if a page holds them; a further name leaves other groups as they are."""
    pending = [("", names)]
    while pending:
        beginning, members = pending.pop()
        fits = len(members) <= MOST_ROWS and sum(weights[name] for name in members) <= limit
        if len(members) == 1 or (fits and beginning):
            yield (members[0] if len(members) == 1 else beginning), members
            continue
        length = len(posixpath.commonprefix(members)) + 1
        longer: dict[str, list[str]] = {}
        for name in members:
            longer.setdefault(name[:length], []).append(name)
        pending += reversed(longer.items())


def _crowded(
    package: Package, parents: Mapping[Location, Parent], taken: _Pages, limit: int
) -> Iterator[tuple[Location, Mapping[Location, int]]]:
    """Yield the subschemas of split documents whose properties are too many for one page, with the size of each."""
    locations = [location for location in package.subschemas if location.document in taken.split]
    sizes: Counter[Location] = Counter(locations)
    for location in locations:
        while location not in taken.pages and location in parents:
            location = parents[location].location
            sizes[location] += 1
    for location in locations:
        keyword = package.subschemas[location].keywords.get("properties")
        below = {child: sizes[child] for _, child in keyword.schemas} if keyword is not None else {}
        if len(below) > 1 and sum(below.values()) > limit:
            yield location, below


# Which subschemas have a heading


def _sections(
    package: Package,
    children: Mapping[Location, tuple[Location, ...]],
    parents: Mapping[Location, Parent],
    unit: Location,
) -> Iterator[Location]:
    """Yield the subschemas of a unit that have sections of their own; the others are bullets in one of these."""
    pending = [(unit, 0)]
    while pending:
        location, depth = pending.pop()
        if depth == 0:
            yield location
        for below in children[location]:
            heads = (depth == 0 and parents[below].keyword == "properties") or _is_large(
                package.subschemas, children, below, parents[below].keyword, depth + 1
            )
            pending.append((below, 0 if heads else depth + 1))


def _is_large(
    subschemas: Mapping[Location, Subschema],
    children: Mapping[Location, tuple[Location, ...]],
    location: Location,
    keyword: str,
    depth: int,
) -> bool:
    """Return whether a subschema is too large for a bullet: an object with documented properties, or deeply nested."""
    if depth >= DEEPEST_BULLET and children[location]:
        return True
    subschema = subschemas[location]
    if "properties" not in subschema.keywords:
        return False
    named = {"type", "title", "description"} & subschema.keywords.keys()
    if named and keyword not in _TESTING:
        return True
    below = (subschemas[child] for _, child in subschema.keywords["properties"].schemas)
    return any({"title", "description"} & child.keywords.keys() for child in below)
