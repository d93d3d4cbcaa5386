"""The changelogs: what has changed in each schema since its older versions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from ...escapes import Code, code, join
from ...escapes.markdown import Bullet, bullets, codespan, heading, json_text, link, literal
from ...ir import JSON, Change, Document, Effect, Location, Release
from ...schema.equality import distinct
from .page_index import PageIndex, relative

Item = Mapping[str, object]

OVERVIEW = "changes.md"
_LONGEST_VALUE = 72
_LONGEST_DOCUMENT = 2000


def page_path(page_index: PageIndex, location: Location) -> str:
    """Return the path of a document's changelog."""
    return f"changes/{page_index.units[location]}"


def pages(page_index: PageIndex, documents: Sequence[Document]) -> list[Item]:
    """Return the items of the changelogs: one for each document, none if no history is known."""
    history = page_index.package.history
    return [
        {
            "document": document,
            "documents": history.files.get(document.location, ()),
            "path": page_path(page_index, document.location),
            "schema": page_index.link(document.location, page_path(page_index, document.location)),
            "parts": tuple(_parts(page_index, document.location, history.releases[document.location])),
        }
        for document in documents
        if document.location in history.releases
    ]


def overview(page_index: PageIndex, documents: Sequence[Document]) -> list[Item]:
    """Return the item of the page of all changes, none if no history is known."""
    history = page_index.package.history
    if not history.versions:
        return []
    parts = []
    for name, since in reversed(list(zip((*history.versions[1:], ""), history.versions, strict=True))):
        schemas = [*_changed(page_index, documents, name, since), *_gone(history.gone, name)]
        parts.append((heading(_title(name, since), 2), bullets(schemas) or Code("No schema has changed.")))
    return [{"parts": tuple(parts)}]


def _changed(page_index: PageIndex, documents: Sequence[Document], name: str, since: str) -> Iterator[Bullet]:
    for document in documents:
        for release in page_index.package.history.releases.get(document.location, ()):
            if release.version == name and not release.is_same:
                where = link(page_index.label(document.location), page_path(page_index, document.location))
                yield Bullet(code("{where}: {sum}", where=where, sum=_sum(release) if release.since else Code("new")))


def _gone(gone: Sequence[tuple[str, str, str]], name: str) -> Iterator[Bullet]:
    for version, _, path in gone:
        if version == name:
            yield Bullet(code("{path}: gone", path=codespan(path)))


def _sum(release: Release) -> Code:
    breaks = [change for change in release.changes if True in (change.writers.breaks, change.readers.breaks)]
    open_ = [change for change in release.changes if change not in breaks and None in _validities(change)]
    parts = [f"{len(release.changes)} {'change' if len(release.changes) == 1 else 'changes'}"]
    parts += [f"{len(breaks)} of them breaking"] if breaks else []
    parts += [f"{len(open_)} of them not decided"] if open_ else []
    return Code(", ".join(parts))


def _validities(change: Change) -> tuple[bool | None, bool | None]:
    return change.writers.breaks, change.readers.breaks


def _title(name: str, since: str) -> Code:
    return code("{name}, since {since}", name=codespan(name) if name else Code("Now"), since=codespan(since))


def _parts(page_index: PageIndex, location: Location, releases: Sequence[Release]) -> Iterator[tuple[Code, Code]]:
    """Yield heading and text for each version, newest first."""
    page = page_path(page_index, location)
    for release in releases:
        if not release.since:
            yield heading(codespan(release.version) if release.version else Code("Now"), 2), Code("New.")
            continue
        changes = bullets([_change(page_index, change, page) for change in release.changes])
        if not changes and not release.is_same:
            changes = Code("No keyword of JSON Schema has changed.")
        others = join(", ", (_other(page_index, other, page) for other in release.also))
        also = code("What it refers to has changed: {others}.", others=others) if others else Code("")
        parts = [part for part in (changes or Code("No change."), also) if part]
        yield heading(_title(release.version, release.since), 2), join("\n\n", parts)


def _other(page_index: PageIndex, location: Location, page: str) -> Code:
    if location not in page_index.package.history.releases:
        return page_index.link(location, page)
    return link(page_index.label(location), relative(page_path(page_index, location), page))


# One change


def _change(page_index: PageIndex, change: Change, page: str) -> Bullet:
    what = _what(change)
    if change.location.pointer:
        what = code("{place}: {what}", place=_place(page_index, change.location, page), what=what)
    else:
        what = Code(what[:1].upper() + what[1:])
    if _validities(change) == (False, False):
        return Bullet(code("{what}. Breaks nobody.", what=what))
    sides = (
        ("writers", change.writers, "was valid, is refused now"),
        ("readers", change.readers, "is valid now, was refused"),
    )
    return Bullet(what, tuple(_effect(who, effect, how) for who, effect, how in sides))


def _place(page_index: PageIndex, location: Location, page: str) -> Code:
    """Return a link to the changed subschema; its pointer, if it is no longer there."""
    return page_index.link(location, page) if location in page_index.package.subschemas else codespan(location.pointer)


def _effect(who: str, effect: Effect, how: str) -> Bullet:
    if effect.breaks is None:
        return Bullet(Code(f"For {who}: not decided"))
    if not effect.breaks:
        return Bullet(Code(f"For {who}: breaks nothing"))
    shown = json_text(effect.document[0])
    document = codespan(shown) if len(shown) <= _LONGEST_DOCUMENT else Code(f"a document of {len(shown)} characters")
    return Bullet(code("For {who}: **breaks**; {how}: {document}", who=Code(who), how=Code(how), document=document))


def _what(change: Change) -> Code:
    """Return a change in words, which begin with a lower-case letter."""
    came, went = not change.before, not change.after
    if change.keyword in _MEMBERS:
        what = code(_MEMBERS[change.keyword], name=codespan(change.token))
        return code(
            "{what} {change}", what=what, change=Code("is new" if came else "is gone" if went else "has changed")
        )
    if change.keyword == "required":
        return code(
            "{name} is {need}", name=codespan(change.token), need=Code("required now" if came else "no longer required")
        )
    if change.keyword == "enum" and (came or went):
        return _enum(change)
    if change.keyword in _MARKS:
        is_so = change.after == (True,)
        return Code(f"{_MARKS[change.keyword]} now" if is_so else f"no longer {_MARKS[change.keyword]}")
    noun = _NOUNS.get(change.keyword) or code("the keyword {name}", name=codespan(change.keyword))
    if change.token.isdecimal():
        noun = code("part {number} of {name}", number=int(change.token) + 1, name=codespan(change.keyword))
    elif change.token:
        noun = code("{token} of {name}", token=codespan(change.token), name=codespan(change.keyword))
    return _value(noun, _shown(change.before), _shown(change.after), came=came, went=went)


def _enum(change: Change) -> Code:
    (values,) = change.after or change.before
    listed = join(", ", map(literal, distinct(values))) if isinstance(values, list) else literal(values)
    return code("allowed now: {values}" if change.after else "no longer allowed: {values}", values=listed)


def _shown(values: tuple[JSON, ...]) -> Code:
    """Return a value in code, "" if no line can hold it."""
    return literal(values[0]) if values and len(json_text(values[0])) <= _LONGEST_VALUE else Code("")


def _value(noun: Code, before: Code, after: Code, *, came: bool, went: bool) -> Code:
    if came:
        return code("{noun} is new: {value}", noun=noun, value=after) if after else code("{noun} is new", noun=noun)
    if went:
        return code("{noun} is gone: {value}", noun=noun, value=before) if before else code("{noun} is gone", noun=noun)
    if before and after:
        return code("{noun} is {after}, was {before}", noun=noun, after=after, before=before)
    return code("{noun} has changed", noun=noun)


_MEMBERS: Mapping[str, str] = {
    "properties": "the property {name}",
    "patternProperties": "what holds for properties whose name matches {name}",
    "dependentSchemas": "what holds if {name} is there",
    "dependentRequired": "what is required if {name} is there",
    "$defs": "the definition {name}",
}
_MARKS: Mapping[str, str] = {"deprecated": "deprecated", "readOnly": "read-only", "writeOnly": "write-only"}
_NOUNS: Mapping[str, Code] = {
    name: Code(noun)
    for name, noun in {
        "": "what is allowed",
        "type": "the type",
        "const": "the only value",
        "enum": "the list of values",
        "minimum": "the least number",
        "exclusiveMinimum": "the bound that it must exceed",
        "maximum": "the greatest number",
        "exclusiveMaximum": "the bound that it must stay below",
        "multipleOf": "the number that it must be a multiple of",
        "minLength": "the least number of characters",
        "maxLength": "the greatest number of characters",
        "pattern": "the regular expression",
        "format": "the format",
        "minItems": "the least number of items",
        "maxItems": "the greatest number of items",
        "uniqueItems": "the rule that no two items are equal",
        "minContains": "the least number of contained items",
        "maxContains": "the greatest number of contained items",
        "minProperties": "the least number of properties",
        "maxProperties": "the greatest number of properties",
        "additionalProperties": "what holds for every other property",
        "$ref": "the reference",
        "title": "the title",
        "description": "the description",
        "default": "the default",
        "examples": "the list of examples",
        "$comment": "the comment",
        "$id": "the identifier",
        "$schema": "the dialect",
    }.items()
}
