"""The sections of a page: one per document, definition, property, and whatever else is too large for a bullet."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache

from ...escapes import Code, code, join
from ...escapes.markdown import (
    Bullet,
    bullets,
    codespan,
    fence,
    first_paragraph,
    heading,
    json_text,
    link,
    literal,
    paragraphs,
    text,
)
from ...escapes.python import identifier
from ...ir import JSON, ClassShape, EnumShape, Location, Subschema
from ...records import dataclass
from ...schema.vocabulary import WRITTEN
from .keywords import Words, capital, marks
from .leaves import leaf, once_for_leaves
from .page_index import MOST_ROWS, Group, PageIndex, definition_name, relative
from .property_types import ANYTHING, property_type, short_values, written_types
from .usage import annotation

_LONGEST_INLINE = 72
_LONGEST_ANNOTATION = 400


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a table of properties."""

    name: Code
    type: Code
    description: Code


@dataclass(frozen=True, slots=True)
class Section:
    """One section, in parts that a template prints one after the other; an empty part is left out.

    `line` is type, required and other marks; `lead` stands before the table.
    """

    heading: Code
    line: Code
    prose: Code
    facts: Code
    blocks: Code
    lead: Code
    rows: tuple[Row, ...]


def unit_sections(words: Words, unit: Location, about: Sequence[Bullet] = ()) -> Iterator[Section]:
    """Yield the sections of a unit, each before those below it; a unit that opens its page says more about itself."""
    stack = [(unit, 1 if about else 2)]
    while stack:
        location, level = stack.pop()
        yield section(words, location, level, about if location == unit else ())
        if not leaf(words, location):
            below = tuple(_below(words.page_index, location))
            stack.extend((child, max(3, level + 1)) for child in reversed(below))


def _below(page_index: PageIndex, location: Location) -> Iterator[Location]:
    """Yield the sections right below a subschema: properties first, and those that stand within bullets too."""
    properties = page_index.subschema(location).keywords.get("properties")
    first = [child for _, child in properties.schemas] if properties is not None else []
    for child in dict.fromkeys((*first, *page_index.children[location])):
        if child in page_index.grouped:
            continue
        if child in page_index.sections:
            yield child
        else:
            yield from _below(page_index, child)


def section(words: Words, location: Location, level: int, about: Sequence[Bullet] = ()) -> Section:
    """Return the section of one subschema under a heading of that level; `about` comes after its facts."""
    lead, rows = (Code(""), ()) if leaf(words, location) else _table(words, location, level)
    said = _said(words, location)
    is_part = bool(leaf(words, location)) or not words.page_index.stands_alone(location)
    others = bullets((*map(Bullet, _python(words.page_index, location)), *about))
    return Section(
        heading=_heading(words.page_index, location, level, is_part=is_part),
        line=_type_line(words, location, said, is_part=is_part),
        prose=said.prose,
        facts=join("\n", [part for part in (said.facts, others) if part]),
        blocks=said.blocks,
        lead=lead,
        rows=rows,
    )


@dataclass(frozen=True, slots=True)
class _Said:
    """What a section says that depends only on the subschema itself, and on what it refers to.

    `what` is its type, `marked` that it is read-only and the like; the rest is as in a section.
    """

    what: Code
    marked: tuple[Code, ...]
    prose: Code
    facts: Code
    blocks: Code


@once_for_leaves
def _said(words: Words, location: Location) -> _Said:
    page_index = words.page_index
    subschema = page_index.subschema(location)
    facts, blocks = _facts_and_blocks(words, location)
    return _Said(
        what=property_type(page_index, location, words.page),
        marked=tuple(code("**{mark}**", mark=mark) for mark in marks(subschema)),
        prose=_prose(page_index, subschema),
        facts=bullets(facts),
        blocks=join("\n\n", blocks),
    )


def _heading(page_index: PageIndex, location: Location, level: int, *, is_part: bool) -> Code:
    label = page_index.trail(location) if is_part else page_index.label(location)
    return heading(label, level, "" if level == 1 else location.pointer)


def _type_line(words: Words, location: Location, said: _Said, *, is_part: bool) -> Code:
    """Return type, required and marks; a definition is called one, with the name that references use."""
    parts = [said.what] if said.what != ANYTHING or _is_told(words.page_index, location) else []
    if words.is_required(location):
        parts.append(Code("**required**"))
    parts += said.marked
    if is_part or not location.pointer:
        return _line(*parts)
    line = join(", ", parts or [said.what])
    return code("Definition {name}: {line}", name=codespan(definition_name(location)), line=line)


def _is_told(page_index: PageIndex, location: Location) -> bool:
    """Return whether it is said of a subschema even that it is anything: of a property, and of what has no parent."""
    parent = page_index.parents.get(location)
    return parent is None or parent.keyword == "properties"


@lru_cache(maxsize=1024)
def _line(*parts: Code) -> Code:
    return capital(Bullet(join(", ", parts))).text


def _prose(page_index: PageIndex, subschema: Subschema) -> Code:
    title, description = subschema.value("title"), subschema.value("description")
    parts = []
    if isinstance(title, str) and title.strip() and not page_index.stands_alone(subschema.location):
        parts.append(text(title))
    if isinstance(description, str) and description.strip():
        parts.append(paragraphs(description))
    return join("\n\n", parts)


# Facts, and values that are too long for a line


def _facts_and_blocks(words: Words, location: Location) -> tuple[tuple[Bullet, ...], tuple[Code, ...]]:
    long_values = list(_long_values(words.page_index, location))
    blocks = tuple(block(caption, value) for _, caption, values in long_values for value in values)
    short = words.facts(location, without=frozenset(name for name, _, _ in long_values))
    return (*map(capital, short), *_unknown_keywords(words.page_index, location)), blocks


def _long_values(page_index: PageIndex, location: Location) -> Iterator[tuple[str, Code, list[JSON]]]:
    """Yield the values that no line can hold, which are shown as blocks: keyword, caption, values."""
    subschema = page_index.subschema(location)
    for name, caption in (("default", Code("Default:")), ("examples", Code("For example:"))):
        if name in subschema.keywords:
            value = subschema.value(name)
            values = value if name == "examples" and isinstance(value, list) else [value]
            if any(isinstance(v, dict | list) and len(json_text(v)) > _LONGEST_INLINE for v in values):
                yield name, caption, values


def block(caption: Code, value: JSON) -> Code:
    """Return a JSON value as a block of its own, with a caption above."""
    return code("{caption}\n\n{block}", caption=caption, block=fence(json_text(value, is_laid_out=True), Code("json")))


def _unknown_keywords(page_index: PageIndex, location: Location) -> Iterator[Bullet]:
    """Yield the members of a subschema that no dialect knows; JSON Schema takes them as annotations."""
    for name, value in page_index.members(location).items():
        if name not in WRITTEN:
            shown = literal(value) if len(json_text(value)) <= _LONGEST_ANNOTATION else Code("see the schema itself")
            yield Bullet(code("{name}: {value}", name=codespan(name), value=shown))


def _python(page_index: PageIndex, location: Location) -> Iterator[Code]:
    """Yield how the generated models call a property or an enum."""
    class_and_field = page_index.field(location)
    if class_and_field is not None:
        name, field = class_and_field
        attribute = codespan(f"{identifier(name)}.{identifier(field.name)}")
        yield code(
            "In Python: {attribute}, {type}", attribute=attribute, type=codespan(annotation(page_index.package, field))
        )
    shape = page_index.package.shapes.get(location)
    if isinstance(shape, EnumShape):
        members = join(", ", (codespan(identifier(name)) for name, _ in shape.members))
        yield code("In Python: the enum {name} with {members}", name=codespan(shape.name), members=members)
    elif isinstance(shape, ClassShape):
        yield code("In Python: the class {name}", name=codespan(shape.name))


# The table


def _table(words: Words, location: Location, level: int) -> tuple[Code, tuple[Row, ...]]:
    """Return what stands before a table of properties, and its rows; neither if there is none."""
    if _is_crowded(words.page_index, location):
        lead = _table_lead(words, location, level)
        return code("{lead}\n\n{groups}", lead=lead, groups=_groups(words, location)), ()
    rows = tuple(_rows(words, location))
    return _table_lead(words, location, level) if rows else Code(""), rows


def _table_lead(words: Words, location: Location, level: int) -> Code:
    is_object = words.is_only(words.page_index.subschema(location), "object")
    if level == 1:
        title = heading(Code("Properties"), 2)
        return title if is_object else code("{title}\n\nOf an object:", title=title)
    return Code("Properties:" if is_object else "Properties, if it is an object:")


def _groups(words: Words, location: Location) -> Code:
    """Return links to the pages of the properties, by how the names begin."""
    page = words.page
    links = (link(_names(group), relative(group.page, page)) for group in words.page_index.groups[location])
    counts = (len(group.members) for group in words.page_index.groups[location])
    return bullets(
        [
            Bullet(
                code("{where}: {count}", where=where, count=Code("1 property" if count == 1 else f"{count} properties"))
            )
            for where, count in zip(links, counts, strict=True)
        ]
    )


def _names(group: Group) -> Code:
    """Return what a group's properties are called together."""
    return codespan(group.beginning + ("" if len(group.members) == 1 else "\u2026"))


def group_section(words: Words, group: Group, about: Sequence[Bullet]) -> Section:
    """Return what the page of a group begins with, and the rows of the properties if no other page has them."""
    page_index = words.page_index
    label = code("{above} {names}", above=page_index.label(group.above), names=_names(group))
    rows = tuple(row for row in _rows(words, group.above, group.members) if _is_crowded(page_index, group.above))
    lead = Code("Properties:") if rows else Code("")
    nothing = Code("")
    return Section(heading(label, 1), nothing, nothing, bullets(about), nothing, lead, rows)


def _is_crowded(page_index: PageIndex, location: Location) -> bool:
    """Return whether a subschema has more properties than a table should have rows, and has pages for them."""
    members = sum(len(group.members) for group in page_index.groups.get(location, ()))
    return members > MOST_ROWS


def _rows(words: Words, location: Location, only: Sequence[Location] | None = None) -> Iterator[Row]:
    keyword = words.page_index.subschema(location).keywords.get("properties")
    wanted = None if only is None else frozenset(only)
    for name, child in keyword.schemas if keyword is not None else ():
        if wanted is None or child in wanted:
            yield _row(words, name, child)


def _row(words: Words, name: str, location: Location) -> Row:
    # A property that is no unit is described where its object is, on this page.
    is_unit = not leaf(words, location) and location in words.page_index.units
    label = codespan(name)
    label = words.page_index.link_as(label, location, words.page) if is_unit else link(label, "", location.pointer)
    if words.is_required(location):
        label = code("{label}, required", label=label)
    return Row(label, *_cells(words, location))


@once_for_leaves
def _cells(words: Words, location: Location) -> tuple[Code, Code]:
    """Return the type and the description of a property in a table."""
    page_index = words.page_index
    subschema = page_index.subschema(location)
    what = property_type(page_index, location, words.page)
    values = short_values(subschema)
    if values is not None:
        what = code("{what}: {values}", what=what, values=values) if written_types(subschema) else values
    sentences = [capital(Bullet(code("{mark}.", mark=mark))).text for mark in marks(subschema)]
    summary, bounds = _summary(page_index, location), _bounds(words, location)
    if summary and bounds and summary[-1] not in ".!?":
        summary = code("{summary}.", summary=summary)
    sentences += [part for part in (summary, bounds) if part]
    return Code("any") if what == ANYTHING else what, join(" ", sentences)


_BOUNDS = (
    *("multipleOf", "minimum", "exclusiveMinimum", "maximum", "exclusiveMaximum", "minLength", "maxLength", "pattern"),
    *("minItems", "maxItems", "uniqueItems", "minProperties", "maxProperties"),
)


def _bounds(words: Words, location: Location) -> Code:
    """Return the bounds of a property as one sentence, "" if there are none."""
    others = frozenset(words.page_index.subschema(location).keywords) - set(_BOUNDS)
    facts = [bullet.text for bullet in words.facts(location, without=others)]
    return code("{facts}.", facts=capital(Bullet(join(", ", facts))).text) if facts else Code("")


def _summary(page_index: PageIndex, location: Location) -> Code:
    """Return what a property is about: the first paragraph of its description, else its title, else its target's."""
    visited: set[Location] = set()
    here: Location | None = location
    while here is not None and here not in visited:
        visited.add(here)
        subschema = page_index.subschema(here)
        for part in (subschema.value("description"), subschema.value("title") if here == location else None):
            if isinstance(part, str) and part.strip():
                return first_paragraph(part)
        reference = subschema.keywords.get("$ref")
        here = reference.target if reference is not None else None
    return Code("")
