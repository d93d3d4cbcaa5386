"""How the docs describe each keyword: one function per keyword, and the table of these functions.

A function yields bullets; a bullet begins with a lower-case letter, as it may follow other words on a line.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import field
from functools import cache

from ...escapes import Code, code, join
from ...escapes.markdown import Bullet, anchor, codespan, lines, literal, text
from ...ir import JSON, Keyword, Location, Subschema
from ...records import dataclass
from ...schema import vocabulary
from ...schema.equality import distinct
from ...schema.vocabulary import ENTRIES, Role
from .formats import FORMATS
from .page_index import PageIndex
from .property_types import ANYTHING, possible_types, property_type

_LONGEST_LINE = 120


@dataclass(frozen=True, slots=True)
class Words:
    """What describing a keyword needs: the page index, the page that is written, and whether `$comment` is shown.

    `leaves` is what is known of subschemas by now as leaves (see there).
    """

    page_index: PageIndex
    page: str
    comments: bool = True
    leaves: dict[Location, str] = field(default_factory=dict, repr=False, compare=False)
    _required: dict[Location, frozenset[str]] = field(default_factory=dict, repr=False, compare=False)

    def is_required(self, location: Location) -> bool:
        """Return whether a subschema describes a property that the object above it requires."""
        parent = self.page_index.parents.get(location)
        if parent is None or parent.keyword != "properties":
            return False
        if parent.location not in self._required:
            names = self.page_index.subschema(parent.location).value("required")
            names = names if isinstance(names, list) else []
            self._required[parent.location] = frozenset(name for name in names if isinstance(name, str))
        return parent.token in self._required[parent.location]

    def inline(self, location: Location) -> Bullet:
        """Return a subschema as a bullet: what it is, then what it says; a link, if it has its own section."""
        page_index = self.page_index
        what = self.what(location)
        mark = anchor(location.pointer) if location in page_index.targets else Code("")
        if location in page_index.sections:
            where = page_index.link(location, self.page)
            return Bullet(where if what == ANYTHING else code("{where} ({what})", where=where, what=what))
        prose, facts = tuple(self.prose(location)), tuple(self.facts(location))
        title = page_index.subschema(location).value("title")
        if isinstance(title, str) and title.strip():
            what = code("{title} ({what})", title=text(title), what=what)
        if (facts or prose) and "description" not in page_index.subschema(location).keywords:
            parts = [bullet.text for bullet in (*prose, *facts)]
            line = join("; ", parts if what == ANYTHING else [what, *parts])
            if len(line) <= _LONGEST_LINE and not any(fact.below for fact in facts):
                return Bullet(code("{mark}{line}", mark=mark, line=line))
        return Bullet(code("{mark}{what}", mark=mark, what=what), (*prose, *map(capital, facts)))

    def what(self, location: Location) -> Code:
        """Return a subschema's property type, but not one that only its listed values imply: these stand beside it."""
        keywords = self.page_index.subschema(location).keywords.keys()
        if {"const", "enum"} & keywords and "type" not in keywords and "$ref" not in keywords:
            return ANYTHING
        return property_type(self.page_index, location, self.page)

    def prose(self, location: Location) -> Iterator[Bullet]:
        """Yield a subschema's description and its marks, where it has no section to show them."""
        subschema = self.page_index.subschema(location)
        description = subschema.value("description")
        if isinstance(description, str) and description.strip():
            yield Bullet(lines(description))
        yield from map(Bullet, marks(subschema))

    def facts(self, location: Location, without: frozenset[str] = frozenset()) -> Iterator[Bullet]:
        """Yield what a subschema says, in the order of the table, which is the same on every page."""
        subschema = self.page_index.subschema(location)
        names = subschema.keywords.keys() - ON_THE_PAGE.keys() - without
        for name in sorted(names, key=_rank) if len(names) > 1 else names:
            if name in ENTRIES:
                yield from KEYWORDS.get(name, _plainly)(self, subschema, subschema.keywords[name])
        if location not in self.page_index.sections:
            yield from self.properties(subschema)

    def properties(self, subschema: Subschema) -> Iterator[Bullet]:
        """Yield the properties of a subschema that has no table for them."""
        keyword = subschema.keywords.get("properties")
        for name, location in keyword.schemas if keyword is not None else ():
            yield _led(code("{name} is", name=codespan(name)), self.inline(location))

    def is_only(self, subschema: Subschema, *types: str) -> bool:
        """Return whether nothing but these types reaches a keyword, so that it needs no condition."""
        return possible_types(self.page_index, subschema) <= frozenset(types)


@cache
def _order() -> Mapping[str, int]:
    return {name: index for index, name in enumerate(KEYWORDS)}


def _rank(name: str) -> tuple[int, str]:
    return _order().get(name, len(KEYWORDS)), name


Word = Callable[[Words, Subschema, Keyword], Iterator[Bullet]]


def marks(subschema: Subschema) -> Iterator[Code]:
    """Yield the marks of a subschema: deprecated, read-only, write-only."""
    for name, mark in MARKS.items():
        if subschema.value(name) is True:
            yield mark


MARKS = {"deprecated": Code("deprecated"), "readOnly": Code("read-only"), "writeOnly": Code("write-only")}


def capital(bullet: Bullet) -> Bullet:
    """Return a bullet with a capital letter where it begins with a lower-case one of ours."""
    first = bullet.text[:1]
    if not (first.isascii() and first.islower()):
        return bullet
    return Bullet(Code(first.upper() + bullet.text[1:]), bullet.below)


def _led(lead: Code, bullet: Bullet) -> Bullet:
    """Return a bullet with words before it."""
    return Bullet(code("{lead} {text}", lead=lead, text=bullet.text), bullet.below)


def _quantity(number: JSON, one: str, many: str) -> Code:
    return code("{number} {noun}", number=number_text(number), noun=Code(one if number == 1 else many))


def number_text(number: JSON) -> Code:
    """Return a number as text; a float that is whole is written as an integer, as JSON Schema takes it."""
    if isinstance(number, float) and number.is_integer() and abs(number) < 1e15:
        number = int(number)
    return Code(literal(number).strip("`"))


# Bounds


def _bound(types: tuple[str, ...], subject: str, words_: str, one: str = "", many: str = "") -> Word:
    """Return the wording of a keyword that bounds one type: the words, its number, a noun."""

    def word(words: Words, subschema: Subschema, keyword: Keyword) -> Iterator[Bullet]:
        amount = _quantity(keyword.value, one, many) if one else number_text(keyword.value)
        rule = code("{words} {amount}", words=Code(words_), amount=amount)
        yield Bullet(_conditional(words, subschema, types, subject, rule))

    return word


def _conditional(words: Words, subschema: Subschema, types: tuple[str, ...], subject: str, rule: Code) -> Code:
    if words.is_only(subschema, *types):
        return rule
    return code("if {subject}: {rule}", subject=Code(subject), rule=rule)


_NUMBER = (("number", "integer"), "a number")
_STRING = (("string",), "a string")
_ARRAY = (("array",), "an array")
_OBJECT = (("object",), "an object")


# Values


def _const(words: Words, subschema: Subschema, keyword: Keyword) -> Iterator[Bullet]:
    yield Bullet(code("always {value}", value=literal(keyword.value)))


def _enum(words: Words, subschema: Subschema, keyword: Keyword) -> Iterator[Bullet]:
    values = distinct(keyword.value if isinstance(keyword.value, list) else [keyword.value])
    if len(values) == 1:
        yield Bullet(code("always {value}", value=literal(values[0])))
    else:
        yield Bullet(code("one of: {values}", values=join(", ", map(literal, values))))


def _default(words: Words, subschema: Subschema, keyword: Keyword) -> Iterator[Bullet]:
    yield Bullet(code("default: {value}", value=literal(keyword.value)))


def _examples(words: Words, subschema: Subschema, keyword: Keyword) -> Iterator[Bullet]:
    values = keyword.value if isinstance(keyword.value, list) else [keyword.value]
    if values:
        yield Bullet(code("for example: {values}", values=join(", ", map(literal, values))))


# Strings


def _pattern(words: Words, subschema: Subschema, keyword: Keyword) -> Iterator[Bullet]:
    rule = code("matches the regular expression {pattern}", pattern=codespan(str(keyword.value)))
    yield Bullet(_conditional(words, subschema, *_STRING, rule))


def _format(words: Words, subschema: Subschema, keyword: Keyword) -> Iterator[Bullet]:
    name = str(keyword.value)
    if subschema.location in words.page_index.package.hints or name not in FORMATS:
        yield Bullet(code("format {name}: an annotation, which is not validated", name=codespan(name)))
    else:
        rule = code("format {name}: {meaning}", meaning=FORMATS[name], name=codespan(name))
        yield Bullet(_conditional(words, subschema, *_STRING, rule))


def _content(words: Words, subschema: Subschema, keyword: Keyword) -> Iterator[Bullet]:
    media, encoding = subschema.value("contentMediaType"), subschema.value("contentEncoding")
    if keyword.name == "contentMediaType" and encoding is not None:
        return  # the encoding's bullet has both
    holds = code("holds {media}", media=codespan(str(media))) if media is not None else Code("holds data")
    if encoding is not None:
        holds = code("{holds}, encoded as {encoding}", holds=holds, encoding=codespan(str(encoding)))
    yield Bullet(_conditional(words, subschema, *_STRING, holds))


def _content_schema(words: Words, subschema: Subschema, keyword: Keyword) -> Iterator[Bullet]:
    if "contentMediaType" not in subschema.keywords:
        yield Bullet(
            Code("what it holds has a schema, without effect as no media type is given:"), _below(words, keyword)
        )
    else:
        yield _led(Code("what it holds, decoded:"), words.inline(_only(keyword)))


# Arrays


def _items(words: Words, subschema: Subschema, keyword: Keyword) -> Iterator[Bullet]:
    below = words.page_index.subschema(_only(keyword)).boolean
    further = "further " if "prefixItems" in subschema.keywords else ""
    if below is None:
        lead = code("each {further}item:", further=Code(further))
        bullet = words.inline(_only(keyword))
        line = property_type(words.page_index, subschema.location, words.page)
        if f"array of {bullet.text}" in line and not bullet.below and not further:
            return  # the line of the type says it
        yield _led(_conditional(words, subschema, *_ARRAY, lead), bullet)
    elif below:
        yield Bullet(_conditional(words, subschema, *_ARRAY, Code(f"{further or 'the '}items may be anything")))
    else:
        rule = Code("no further items" if further else "no items: always empty")
        yield Bullet(_conditional(words, subschema, *_ARRAY, rule))


def _prefix_items(words: Words, subschema: Subschema, keyword: Keyword) -> Iterator[Bullet]:
    below = tuple(_led(Code(f"Item {int(index) + 1}:"), words.inline(location)) for index, location in keyword.schemas)
    yield Bullet(
        _conditional(words, subschema, *_ARRAY, Code("items by their position, as far as there are any:")), below
    )


def _contains(words: Words, subschema: Subschema, keyword: Keyword) -> Iterator[Bullet]:
    least, most = subschema.value("minContains"), subschema.value("maxContains")
    least = 1 if least is None else least
    count = code("at least {least}", least=_quantity(least, "item is", "items are"))
    if most is not None and least == most:
        count = code("exactly {most}", most=_quantity(most, "item is", "items are"))
    elif most is not None:
        most_text = _quantity(most, "item is", "items are")
        count = code("{least} to {most}", least=number_text(least), most=most_text)
    yield _led(_conditional(words, subschema, *_ARRAY, code("{count}:", count=count)), words.inline(_only(keyword)))


def _contains_count(words: Words, subschema: Subschema, keyword: Keyword) -> Iterator[Bullet]:
    if "contains" not in subschema.keywords:
        name = codespan(keyword.name)
        yield Bullet(
            code(
                "{name} is {n}, without effect as there is no {contains}",
                name=name,
                n=number_text(keyword.value),
                contains=codespan("contains"),
            )
        )


def _unique_items(words: Words, subschema: Subschema, keyword: Keyword) -> Iterator[Bullet]:
    rule = Code("no two items are equal" if keyword.value is True else "items may be equal")
    yield Bullet(_conditional(words, subschema, *_ARRAY, rule))


def _unevaluated_items(words: Words, subschema: Subschema, keyword: Keyword) -> Iterator[Bullet]:
    yield from _others(words, subschema, keyword, _ARRAY, ("items", "item"), _BESIDE_COMBINED)


# Objects


def _required(words: Words, subschema: Subschema, keyword: Keyword) -> Iterator[Bullet]:
    names = [name for name in keyword.value if isinstance(name, str)] if isinstance(keyword.value, list) else []
    if subschema.location in words.page_index.sections:
        listed = subschema.keywords.get("properties")
        shown = {name for name, _ in listed.schemas} if listed is not None else set()
        names = [name for name in names if name not in shown]
    if names:
        verb = Code("is required" if len(names) == 1 else "are required")
        rule = code("{names} {verb}", names=_and(map(codespan, names)), verb=verb)
        yield Bullet(_conditional(words, subschema, *_OBJECT, rule))


def _additional_properties(words: Words, subschema: Subschema, keyword: Keyword) -> Iterator[Bullet]:
    yield from _others(words, subschema, keyword, _OBJECT, ("properties", "property"), "")


def _unevaluated_properties(words: Words, subschema: Subschema, keyword: Keyword) -> Iterator[Bullet]:
    yield from _others(words, subschema, keyword, _OBJECT, ("properties", "property"), _BESIDE_COMBINED)


_BESIDE_COMBINED = " than those described here and in the schemas combined with this one"


def _others(
    words: Words,
    subschema: Subschema,
    keyword: Keyword,
    kind: tuple[tuple[str, ...], str],
    nouns: tuple[str, str],
    beside: str,
) -> Iterator[Bullet]:
    """Yield what holds for all other properties or items; `nouns` are the plural and the singular."""
    below = words.page_index.subschema(_only(keyword)).boolean
    if below is None:
        lead = _conditional(words, subschema, *kind, Code(f"every other {nouns[1]}{beside}:"))
        yield _led(lead, words.inline(_only(keyword)))
    else:
        rule = f"other {nouns[0]}{beside} may be anything" if below else f"no other {nouns[0]}{beside}"
        yield Bullet(_conditional(words, subschema, *kind, Code(rule)))


def _pattern_properties(words: Words, subschema: Subschema, keyword: Keyword) -> Iterator[Bullet]:
    for pattern, location in keyword.schemas:
        lead = code("every property whose name matches {pattern}:", pattern=codespan(pattern))
        yield _led(_conditional(words, subschema, *_OBJECT, lead), words.inline(location))


def _property_names(words: Words, subschema: Subschema, keyword: Keyword) -> Iterator[Bullet]:
    yield _led(_conditional(words, subschema, *_OBJECT, Code("each property name:")), words.inline(_only(keyword)))


def _dependent_required(words: Words, subschema: Subschema, keyword: Keyword) -> Iterator[Bullet]:
    rows = keyword.value if isinstance(keyword.value, dict) else {}
    for name, needed in rows.items():
        names = [codespan(str(other)) for other in needed] if isinstance(needed, list) else []
        verb = Code("is required" if len(names) == 1 else "are required")
        rule = code("{names} {verb}", names=_and(names), verb=verb) if names else Code("nothing else is required")
        yield Bullet(code("if {name} is there: {rule}", name=codespan(name), rule=rule))


def _dependent_schemas(words: Words, subschema: Subschema, keyword: Keyword) -> Iterator[Bullet]:
    for name, location in keyword.schemas:
        yield _led(code("if {name} is there:", name=codespan(name)), words.inline(location))


# Composition


def _all_of(words: Words, subschema: Subschema, keyword: Keyword) -> Iterator[Bullet]:
    yield from _composition(words, keyword, "all of:")


def _any_of(words: Words, subschema: Subschema, keyword: Keyword) -> Iterator[Bullet]:
    yield from _composition(words, keyword, "any of (at least one):")


def _one_of(words: Words, subschema: Subschema, keyword: Keyword) -> Iterator[Bullet]:
    yield from _composition(words, keyword, "exactly one of:")


def _composition(words: Words, keyword: Keyword, lead: str) -> Iterator[Bullet]:
    if len(keyword.schemas) == 1 and keyword.schemas[0][1] not in words.page_index.sections:
        yield _led(Code("also:"), words.inline(keyword.schemas[0][1]))
    elif keyword.name != "allOf" and all(_is_value(words, location) for _, location in keyword.schemas):
        values = tuple(_value(words, location) for _, location in keyword.schemas)
        yield Bullet(Code("one of these values:"), values)
    else:
        yield Bullet(Code(lead), _below(words, keyword))


_VALUE_KEYWORDS = {"const", "title", "description", "type", "$comment", *MARKS}


def _is_value(words: Words, location: Location) -> bool:
    keywords = words.page_index.subschema(location).keywords.keys()
    return "const" in keywords and keywords <= _VALUE_KEYWORDS and location not in words.page_index.targets


def _value(words: Words, location: Location) -> Bullet:
    """Return an allowed value with its meaning: the value, its title, and below it the rest."""
    subschema = words.page_index.subschema(location)
    value = literal(subschema.value("const"))
    remarks = join(", ", marks(subschema))
    if remarks:
        value = code("{value} ({remarks})", value=value, remarks=remarks)
    title, description = subschema.value("title"), subschema.value("description")
    meanings = [lines(part) for part in (title, description) if isinstance(part, str) and part.strip()]
    parts = [code("{value}: {meaning}", value=value, meaning=join(". ", meanings)) if meanings else value]
    if words.comments and "$comment" in subschema.keywords:
        parts += [bullet.text for bullet in _comment(words, subschema, subschema.keywords["$comment"])]
    return Bullet(join("; ", parts))


def _not(words: Words, subschema: Subschema, keyword: Keyword) -> Iterator[Bullet]:
    excluded = words.page_index.subschema(_only(keyword))
    names = excluded.value("required")
    if isinstance(names, list) and len(names) == 1 and excluded.keywords.keys() == {"required"}:
        rule = code("{name} is not allowed", name=codespan(str(names[0])))
        yield Bullet(_conditional(words, subschema, *_OBJECT, rule))
    else:
        yield _led(Code("must not be:"), words.inline(_only(keyword)))


def _if(words: Words, subschema: Subschema, keyword: Keyword) -> Iterator[Bullet]:
    yield _led(Code("if this holds:"), words.inline(_only(keyword)))
    for name, lead in (("then", "then:"), ("else", "otherwise:")):
        branch = subschema.keywords.get(name)
        if branch is not None:
            yield _led(Code(lead), words.inline(_only(branch)))
    if not {"then", "else"} & subschema.keywords.keys():
        yield Bullet(Code("without effect, as neither a then nor an else follows"))


def _branch(words: Words, subschema: Subschema, keyword: Keyword) -> Iterator[Bullet]:
    if "if" not in subschema.keywords:
        lead = code("{name}, without effect as there is no if:", name=Code(keyword.name))
        yield _led(lead, words.inline(_only(keyword)))


# Identification


def _dynamic_ref(words: Words, subschema: Subschema, keyword: Keyword) -> Iterator[Bullet]:
    if isinstance(keyword.value, str) and keyword.value:
        name = codespan(f"#{keyword.value}")
        yield Bullet(code("a dynamic reference: a schema that refers to this one can replace {name}", name=name))
    elif keyword.value is not None:
        yield Bullet(Code("a recursive reference: a schema that refers to this one can take its place"))


def _anchor(words: Words, subschema: Subschema, keyword: Keyword) -> Iterator[Bullet]:
    yield Bullet(code("anchor: {name}", name=codespan(f"#{keyword.value}")))


def _dynamic_anchor(words: Words, subschema: Subschema, keyword: Keyword) -> Iterator[Bullet]:
    name = codespan(f"#{keyword.value}")
    yield Bullet(code("dynamic anchor: {name}, the place that a dynamic reference looks for", name=name))


def _recursive_anchor(words: Words, subschema: Subschema, keyword: Keyword) -> Iterator[Bullet]:
    if keyword.value is True:
        yield Bullet(Code("a place that a recursive reference looks for"))


def _id(words: Words, subschema: Subschema, keyword: Keyword) -> Iterator[Bullet]:
    yield Bullet(code("identifier: {uri}", uri=codespan(str(keyword.value))))


def _schema(words: Words, subschema: Subschema, keyword: Keyword) -> Iterator[Bullet]:
    yield Bullet(code("dialect: {uri}", uri=codespan(str(keyword.value))))


def _vocabulary(words: Words, subschema: Subschema, keyword: Keyword) -> Iterator[Bullet]:
    rows = keyword.value if isinstance(keyword.value, dict) else {}
    below = (
        Bullet(code("{uri}, {need}", uri=codespan(uri), need=Code("required" if needed else "optional")))
        for uri, needed in rows.items()
    )
    yield Bullet(Code("vocabularies of this metaschema:"), tuple(below))


def _comment(words: Words, subschema: Subschema, keyword: Keyword) -> Iterator[Bullet]:
    if words.comments:
        yield Bullet(code("comment for those who work on the schema: {text}", text=lines(str(keyword.value))))


def _plainly(words: Words, subschema: Subschema, keyword: Keyword) -> Iterator[Bullet]:
    """Yield a keyword that has no function of its own as the schema has it."""
    yield Bullet(code("{name}: {value}", name=codespan(keyword.name), value=literal(keyword.value)))


# Small parts


def _only(keyword: Keyword) -> Location:
    ((_, location),) = keyword.schemas
    return location


def _below(words: Words, keyword: Keyword) -> tuple[Bullet, ...]:
    return tuple(words.inline(location) for _, location in keyword.schemas)


def _and(names: Iterable[Code]) -> Code:
    listed = list(names)
    if len(listed) < 2:
        return join("", listed)
    return code("{first} and {last}", first=join(", ", listed[:-1]), last=listed[-1])


KEYWORDS: Mapping[str, Word] = {
    "const": _const,
    "enum": _enum,
    "multipleOf": _bound(*_NUMBER, "a multiple of"),
    "minimum": _bound(*_NUMBER, "at least"),
    "exclusiveMinimum": _bound(*_NUMBER, "more than"),
    "maximum": _bound(*_NUMBER, "at most"),
    "exclusiveMaximum": _bound(*_NUMBER, "less than"),
    "minLength": _bound(*_STRING, "at least", "character", "characters"),
    "maxLength": _bound(*_STRING, "at most", "character", "characters"),
    "pattern": _pattern,
    "format": _format,
    "contentEncoding": _content,
    "contentMediaType": _content,
    "contentSchema": _content_schema,
    "minItems": _bound(*_ARRAY, "at least", "item", "items"),
    "maxItems": _bound(*_ARRAY, "at most", "item", "items"),
    "uniqueItems": _unique_items,
    "prefixItems": _prefix_items,
    "items": _items,
    "contains": _contains,
    "minContains": _contains_count,
    "maxContains": _contains_count,
    "unevaluatedItems": _unevaluated_items,
    "required": _required,
    "minProperties": _bound(*_OBJECT, "at least", "property", "properties"),
    "maxProperties": _bound(*_OBJECT, "at most", "property", "properties"),
    "propertyNames": _property_names,
    "patternProperties": _pattern_properties,
    "additionalProperties": _additional_properties,
    "unevaluatedProperties": _unevaluated_properties,
    "dependentRequired": _dependent_required,
    "dependentSchemas": _dependent_schemas,
    "allOf": _all_of,
    "anyOf": _any_of,
    "oneOf": _one_of,
    "not": _not,
    "if": _if,
    "then": _branch,
    "else": _branch,
    "$dynamicRef": _dynamic_ref,
    "default": _default,
    "examples": _examples,
    "$id": _id,
    "id": _id,
    "$schema": _schema,
    "$anchor": _anchor,
    "$dynamicAnchor": _dynamic_anchor,
    "$recursiveAnchor": _recursive_anchor,
    "$vocabulary": _vocabulary,
    "$comment": _comment,
}
"""The keywords that make bullets, in the order in which every section has them."""

ON_THE_PAGE: Mapping[str, str] = {
    "title": "a heading, a name in a link, or a line of its own",
    "description": "paragraphs below the heading",
    "type": "the line below the heading, and the table",
    "$ref": "a link in the line below the heading, and in the table",
    "properties": "the table, and a section for each",
    "$defs": "a section for each",
    **{name: "a mark beside the type" for name in MARKS},
}
"""The keywords that the page itself shows, and as what."""

COVERAGE = vocabulary.cover(
    "the keywords that the docs describe",
    {*KEYWORDS, *ON_THE_PAGE},
    by_role={role: "its name and its value are shown" for role in (Role.ASSERTION, Role.IDENTIFIER, Role.ANNOTATION)},
)
