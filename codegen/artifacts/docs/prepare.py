"""The items of the docs templates: the index, the site's configuration, pages, diagrams, schemas to download."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from codegen.artifacts.docs import changelog
from codegen.artifacts.docs.atlas import Atlas, atlas, by_beginning, relative
from codegen.artifacts.docs.diagram import diagram, references
from codegen.artifacts.docs.examples import example
from codegen.artifacts.docs.operations import operations
from codegen.artifacts.docs.sections import Section, block, group_section, unit_sections
from codegen.artifacts.docs.typescript import typescript
from codegen.artifacts.docs.usage import problems_example, python_example
from codegen.artifacts.docs.words import Words
from codegen.escapes import Code, code, join
from codegen.escapes.markdown import Bullet, bullets, codespan, fence, first_paragraph, image, link, text
from codegen.ir import JSON, Document, Location, Package

Item = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Settings:
    """What `[tool.triptych.docs]` says; the defaults are those of artifact.toml.

    `openapi` are the settings of the OpenAPI artifact.
    """

    title: str = "Schemas"
    comments: bool = True
    page_limit: int = 400
    raw_limit: int = 60_000
    openapi: Mapping[str, JSON] = field(default_factory=dict)


def prepare(package: Package, settings: Mapping[str, JSON]) -> Mapping[str, Sequence[Item]]:
    """Return the items by `each`: one `run`; a `page`, `diagram` or `schema` for every such file."""
    chosen = _settings(settings)
    made = atlas(package, chosen.page_limit)
    documents = [document for document in package.documents if document.public]
    edges = references(made)
    diagrams = {
        d.location: drawn
        for d in documents
        if d.location.document in edges and (drawn := diagram(made, d, edges[d.location.document])) is not None
    }
    return {
        "run": [_index(made, documents, chosen)],
        "page": [
            page
            for document in documents
            for page in _pages(made, document, chosen, has_diagram=document.location in diagrams)
        ],
        "diagram": [
            {"document": document, "path": _diagram_path(made, document), "diagram": diagrams[document.location]}
            for document in documents
            if document.location in diagrams
        ],
        "changes": changelog.pages(made, documents),
        "overview": changelog.overview(made, documents),
        "schema": [
            # A copy of the file: it is no part of another text, so there is nothing to escape.
            {"document": document, "path": schema_path(document), "content": Code(document.text)}
            for document in documents
        ],
    }


def _settings(settings: Mapping[str, JSON]) -> Settings:
    default = Settings()
    title, comments = settings.get("title"), settings.get("comments")
    page_limit, raw_limit = settings.get("page_limit"), settings.get("raw_limit")
    openapi = settings.get("openapi")
    return Settings(
        title=title if isinstance(title, str) and title.strip() else default.title,
        comments=comments if isinstance(comments, bool) else default.comments,
        page_limit=page_limit if isinstance(page_limit, int) else default.page_limit,
        raw_limit=raw_limit if isinstance(raw_limit, int) else default.raw_limit,
        openapi=openapi if isinstance(openapi, dict) else default.openapi,
    )


def schema_path(document: Document) -> str:
    """Return where a document's copy stands within the docs; a character that some file system refuses is `_`."""
    safe = re.sub(r'[\\:*?"<>|]|[^\x20-\x7e\u00a1-\u024f]|[. ]+(?=/|$)', _replacement, document.path)
    return f"schemas/{safe}"


def _replacement(match: re.Match[str]) -> str:
    return "_" if match[0].isascii() else f"_u{ord(match[0]):04x}_"


def _index(made: Atlas, documents: Sequence[Document], settings: Settings) -> Item:
    entries = []
    for document in documents:
        description = made.subschema(document.location).value("description")
        summary = first_paragraph(description) if isinstance(description, str) else Code("")
        entry = made.link(document.location, "index.md")
        entries.append(Bullet(code("{entry}: {summary}", entry=entry, summary=summary) if summary else entry))
    schemas = [Bullet(link(codespan(document.path), schema_path(document))) for document in documents]
    return {
        "package": made.package,
        "title": text(settings.title),
        "site_name": html.escape(settings.title, quote=False),  # themes print it as HTML
        "nav": ["index.md", *_nav(made, documents), *([changelog.OVERVIEW] if made.package.history.versions else [])],
        "entries": bullets(entries),
        "changes": link(Code("Since older versions"), changelog.OVERVIEW)
        if made.package.history.versions
        else Code(""),
        "schemas": bullets(schemas),
    }


def _nav(made: Atlas, documents: Sequence[Document]) -> list[JSON]:
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
        {f"{beginning}\u2026": [names[name] for name in own]} if len(own) > 1 else names[own[0]]
        for beginning, own in groups
    ]


_MOST_TOGETHER = 60
_PLAIN_FOLDER = re.compile(r"[A-Za-z0-9_./ -]*")


def _pages(made: Atlas, document: Document, settings: Settings, *, has_diagram: bool) -> Iterator[Item]:
    """Yield the items of a document's pages: one, or one for the root and one for each definition."""
    units = [unit for unit in made.units if unit.document == document.location.document]
    headed = {group.page: group for groups in made.groups.values() for group in groups}
    by_page: dict[str, list[Location]] = {}
    for unit in units:
        by_page.setdefault(made.units[unit], []).append(unit)
    for page, own in by_page.items():
        words = Words(made, page, settings.comments)
        about = tuple(_about(made, document, page))
        is_root = own[0] == document.location
        group = headed.get(page)
        opens = about if group is None else ()
        sections = [part for unit in own for part in unit_sections(words, unit, opens if unit == own[0] else ())]
        if group is not None:
            sections.insert(0, group_section(words, group, about))
        if is_root:
            sections[0] = _with_example(made, document, sections[0])
        yield {
            "document": document,
            "path": page,
            "sections": sections,
            "is_root": is_root,
            "is_searchable": all(len(section.rows) <= _MOST_SEARCHABLE_ROWS for section in sections),
            "definitions": bullets(tuple(_links(made, units, by_page, page))) if is_root else Code(""),
            "diagram": _drawing(made, document) if is_root and has_diagram else Code(""),
            "download": link(codespan(document.path), relative(schema_path(document), page)),
            **(_use(made, document, settings) if is_root else {}),
        }


_MOST_SEARCHABLE_ROWS = 500
"""Rows of a table; a site's index of words has room for some thousands of words under one heading."""


def _with_example(made: Atlas, document: Document, section: Section) -> Section:
    """Return the section with an example made for it, unless the schema gives examples of its own."""
    if "examples" in made.subschema(document.location).keywords:
        return section
    values = example(made.package, document.location)
    blocks = [block(Code("For example:"), value) for value in values]
    return replace(section, blocks=join("\n\n", [*blocks, *([section.blocks] if section.blocks else [])]))


def _use(made: Atlas, document: Document, settings: Settings) -> Item:
    types = typescript(made, document.location)
    return {
        "python": fence(python_example(made.package, document), Code("python")),
        "problems": fence(problems_example(made.package, document), Code("python")),
        "typescript": fence(types, Code("typescript")) if types else Code(""),
        "operations": tuple(operations(made, document, settings.openapi)),
        "raw": _raw(document, settings),
    }


def _diagram_path(made: Atlas, document: Document) -> str:
    return f"diagrams/{made.units[document.location].removesuffix('.md')}.svg"


def _drawing(made: Atlas, document: Document) -> Code:
    name = made.label(document.location)
    return image(code("How the schemas of {name} refer to each other", name=name), _diagram_path(made, document))


def _about(made: Atlas, document: Document, page: str) -> Iterator[Bullet]:
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


def _links(
    made: Atlas, units: Iterable[Location], by_page: Mapping[str, list[Location]], page: str
) -> Iterator[Bullet]:
    """Yield links to the definitions that other pages describe."""
    elsewhere = {location for other, own in by_page.items() if other != page for location in own}
    return (Bullet(made.link(unit, page)) for unit in units if unit in elsewhere and made.stands_alone(unit))


def _raw(document: Document, settings: Settings) -> Code:
    if len(document.text) > settings.raw_limit:
        return Code(f"The schema has {len(document.text)} characters: too many to show here.")
    is_json = document.path.lower().endswith(".json")
    return fence(document.text, Code("json" if is_json else "yaml"))
