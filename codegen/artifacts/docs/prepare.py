"""The items of the docs templates: the index, the site's configuration, pages, diagrams, schemas to download."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from ...escapes import Code, code, join
from ...escapes.markdown import Bullet, bullets, codespan, fence, first_paragraph, image, link, text
from ...ir import JSON, Document, Item, Location, Package, Prepared
from ...records import dataclass
from . import changelog
from .diagram import Edges, diagram, is_drawn, references
from .examples import example
from .keywords import Words
from .operations import operations
from .page_index import Group, PageIndex, by_beginning, page_index, relative
from .sections import Section, block, group_section, unit_sections
from .typescript import typescript
from .usage import problems_example, python_example


@dataclass(frozen=True, slots=True)
class Settings:
    """What `[tool.triptych.docs]` says, as settings.schema.json describes it; `openapi` are the OpenAPI artifact's."""

    title: str
    comments: bool
    page_limit: int
    raw_limit: int
    openapi: Mapping[str, JSON]


@dataclass(frozen=True, slots=True)
class Pages:
    """The pages: one for a document, or one for its root, one for each definition, and some for many properties.

    `by_document` has by URI the pages of a document, each with the units that it describes; `headed` has the pages that
    a group of properties heads. `edges` are what the schemas of a document refer to, `drawn` the roots with a diagram.
    """

    page_index: PageIndex
    settings: Settings
    by_document: Mapping[str, Mapping[str, tuple[Location, ...]]]
    headed: Mapping[str, Group]
    edges: Mapping[str, Edges]
    drawn: frozenset[Location]


def prepare(package: Package, settings: Mapping[str, JSON]) -> Prepared:
    """Return the items by `each`: one `run`; a `site` that is always the same; a `page` or `schema` for each file."""
    chosen = _settings(settings)
    pages = _pages(page_index(package, chosen.page_limit), chosen)
    documents = [document for document in package.documents if document.public]
    items: dict[str, Sequence[Item]] = {
        "run": [_index(pages.page_index, documents, chosen)],
        "site": [{}],
        "page": [
            {"document": document, "path": path}
            for document in documents
            for path in pages.by_document[document.location.document]
        ],
        "diagram": [
            {"document": document, "path": _diagram_path(pages.page_index, document)}
            for document in documents
            if document.location in pages.drawn
        ],
        "changes": changelog.pages(pages.page_index, documents),
        "overview": changelog.overview(pages.page_index, documents),
        "schema": [
            # A copy of the file: it is not part of another text, so there is nothing to escape.
            {"document": document, "path": schema_path(document), "content": Code(document.text)}
            for document in documents
        ],
    }
    return Prepared(items, {"page": page, "diagram": drawing}, pages)


def _pages(made: PageIndex, settings: Settings) -> Pages:
    by_document: dict[str, dict[str, tuple[Location, ...]]] = {}
    for unit, path in made.units.items():
        by_page = by_document.setdefault(unit.document, {})
        by_page[path] = (*by_page.get(path, ()), unit)
    edges = references(made)
    public = (document for document in made.package.documents if document.public)
    drawn = frozenset(d.location for d in public if is_drawn(d, edges.get(d.location.document, {})))
    headed = {group.page: group for groups in made.groups.values() for group in groups}
    return Pages(made, settings, by_document, headed, edges, drawn)


def _settings(table: Mapping[str, Any]) -> Settings:
    return Settings(
        title=table["title"] if table["title"].strip() else "Schemas",
        comments=table["comments"],
        page_limit=table["page_limit"],
        raw_limit=table["raw_limit"],
        openapi=table.get("openapi", {}),
    )


def schema_path(document: Document) -> str:
    """Return where a document's copy stands within the docs; a character that some file system refuses is `_`."""
    safe = re.sub(r'[\\:*?"<>|]|[^\x20-\x7e\u00a1-\u024f]|[. ]+(?=/|$)', _replacement, document.path)
    return f"schemas/{safe}"


def _replacement(match: re.Match[str]) -> str:
    return "_" if match[0].isascii() else f"_u{ord(match[0]):04x}_"


def _index(made: PageIndex, documents: Sequence[Document], settings: Settings) -> Item:
    entries = []
    for document in documents:
        description = made.subschema(document.location).value("description")
        summary = first_paragraph(description) if isinstance(description, str) else Code("")
        entry = made.link(document.location, "index.md")
        entries.append(Bullet(code("{entry}: {summary}", entry=entry, summary=summary) if summary else entry))
    schemas = [Bullet(link(codespan(document.path), schema_path(document))) for document in documents]
    return {
        "title": text(settings.title),
        "site_name": html.escape(settings.title, quote=False),  # themes print it as HTML
        "nav": ["index.md", *_nav(made, documents), *([changelog.OVERVIEW] if made.package.history.versions else [])],
        "entries": bullets(entries),
        "changes": link(Code("Since older versions"), changelog.OVERVIEW)
        if made.package.history.versions
        else Code(""),
        "schemas": bullets(schemas),
    }


def _nav(made: PageIndex, documents: Sequence[Document]) -> list[JSON]:
    """Return the pages of the documents, those of one folder together; a page's title is its heading."""
    folders: dict[str, list[str]] = {}
    for document in documents:
        folder = document.path.rpartition("/")[0]
        folders.setdefault(folder if _PLAIN_FOLDER.fullmatch(folder) else "", []).append(made.units[document.location])
    top = _by_beginning(folders.pop("", []))
    grouped: list[JSON] = [{folder: _by_beginning(pages)} for folder, pages in folders.items()]
    return [*top, *grouped]


def _by_beginning(pages: Sequence[str]) -> list[JSON]:
    """Return the pages as they are; too many for a menu, which every page has, are grouped by how they begin."""
    if len(pages) <= _MOST_TOGETHER:
        return list(pages)
    names = {page.removesuffix(".md"): page for page in sorted(pages)}
    groups = by_beginning(list(names), dict.fromkeys(names, 1), _MOST_TOGETHER)
    return [
        {f"{beginning}\u2026": [names[name] for name in members]} if len(members) > 1 else names[members[0]]
        for beginning, members in groups
    ]


_MOST_TOGETHER = 60
_PLAIN_FOLDER = re.compile(r"[A-Za-z0-9_./ -]*")


def page(pages: Pages, item: Item) -> Item:
    """Return what a page of a document shows."""
    document, path = _document(item), str(item["path"])
    made = pages.page_index
    by_page = pages.by_document[document.location.document]
    is_root = by_page[path][0] == document.location
    words = Words(made, path, pages.settings.comments)
    sections = _sections(pages, words, document, by_page[path])
    if is_root:
        sections[0] = _with_example(made, document, sections[0])
    has_diagram = is_root and document.location in pages.drawn
    return {
        **item,
        "sections": sections,
        "is_root": is_root,
        "is_searchable": all(len(section.rows) <= _MOST_SEARCHABLE_ROWS for section in sections),
        "definitions": bullets(tuple(_links(made, by_page, path))) if is_root else Code(""),
        "diagram": _drawing(made, document) if has_diagram else Code(""),
        "download": link(codespan(document.path), relative(schema_path(document), path)),
        **(_use(words, document, pages.settings) if is_root else {}),
    }


def _document(item: Item) -> Document:
    document = item["document"]
    if not isinstance(document, Document):
        raise TypeError("the item does not belong to a document")
    return document


def _sections(pages: Pages, words: Words, document: Document, units: Sequence[Location]) -> list[Section]:
    about = tuple(_about(pages.page_index, document, words.page))
    group = pages.headed.get(words.page)
    opens = about if group is None else ()
    sections = [part for unit in units for part in unit_sections(words, unit, opens if unit == units[0] else ())]
    return sections if group is None else [group_section(words, group, about), *sections]


def drawing(pages: Pages, item: Item) -> Item:
    """Return the diagram of a document."""
    document = _document(item)
    return {**item, "diagram": diagram(pages.page_index, document, pages.edges[document.location.document])}


_MOST_SEARCHABLE_ROWS = 500
"""Rows of a table; a site's index of words has room for some thousands of words under one heading."""


def _with_example(made: PageIndex, document: Document, section: Section) -> Section:
    """Return the section with an example made for it, unless the schema gives examples of its own."""
    if "examples" in made.subschema(document.location).keywords:
        return section
    values = example(made.package, document.location)
    blocks = [block(Code("For example:"), value) for value in values]
    return replace(section, blocks=join("\n\n", [*blocks, *([section.blocks] if section.blocks else [])]))


def _use(words: Words, document: Document, settings: Settings) -> Item:
    made = words.page_index
    types = typescript(words, document.location)
    return {
        "python": fence(python_example(made.package, document), Code("python")),
        "problems": fence(problems_example(made.package, document), Code("python")),
        "typescript": fence(types, Code("typescript")) if types else Code(""),
        "operations": tuple(operations(made, document, settings.openapi)),
        "raw": _raw(document, settings),
    }


def _diagram_path(made: PageIndex, document: Document) -> str:
    return f"diagrams/{made.units[document.location].removesuffix('.md')}.svg"


def _drawing(made: PageIndex, document: Document) -> Code:
    name = made.label(document.location)
    return image(code("How the schemas of {name} refer to each other", name=name), _diagram_path(made, document))


def _about(made: PageIndex, document: Document, page: str) -> Iterator[Bullet]:
    if page != made.units[document.location]:
        yield Bullet(code("Part of {schema}", schema=made.link(document.location, page)))
    schema = link(codespan(document.path), relative(schema_path(document), page))
    yield Bullet(code("JSON Schema: {schema}", schema=schema))
    if document.location in made.package.history.releases and page == made.units[document.location]:
        yield Bullet(
            link(Code("Changes since older versions"), relative(changelog.page_path(made, document.location), page))
        )
    if "$schema" not in made.subschema(document.location).keywords:
        yield Bullet(code("Dialect: {uri}, by default", uri=codespan(document.dialect)))


def _links(made: PageIndex, by_page: Mapping[str, Sequence[Location]], page: str) -> Iterator[Bullet]:
    """Yield links to the definitions that other pages describe."""
    elsewhere = (unit for other, units in by_page.items() if other != page for unit in units)
    return (Bullet(made.link(unit, page)) for unit in elsewhere if made.stands_alone(unit))


def _raw(document: Document, settings: Settings) -> Code:
    if len(document.text) > settings.raw_limit:
        return Code(f"The schema has {len(document.text)} characters: too many to show here.")
    is_json = document.path.lower().endswith(".json")
    return fence(document.text, Code("json" if is_json else "yaml"))
