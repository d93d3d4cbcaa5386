"""The items of the docs templates: the index, the pages, and the schemas to download."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from codegen.artifacts.docs.atlas import Atlas, atlas, relative
from codegen.artifacts.docs.sections import unit_sections
from codegen.artifacts.docs.usage import python_example
from codegen.artifacts.docs.words import Words
from codegen.escapes import Code, code
from codegen.escapes.markdown import Bullet, bullets, codespan, fence, first_paragraph, link, text
from codegen.ir import JSON, Document, Location, Package

Item = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Settings:
    """What `[tool.triptych.docs]` says; the defaults are those of artifact.toml."""

    title: str = "Schemas"
    comments: bool = True
    page_limit: int = 400
    raw_limit: int = 60_000


def prepare(package: Package, settings: Mapping[str, JSON]) -> Mapping[str, Sequence[Item]]:
    """Return the items by `each`: one `run`, a `page` for every file of docs, a `schema` for every document."""
    chosen = _settings(settings)
    made = atlas(package, chosen.page_limit)
    documents = [document for document in package.documents if document.public]
    return {
        "run": [_index(made, documents, chosen)],
        "page": [page for document in documents for page in _pages(made, document, chosen)],
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
    return Settings(
        title=title if isinstance(title, str) and title.strip() else default.title,
        comments=comments if isinstance(comments, bool) else default.comments,
        page_limit=page_limit if isinstance(page_limit, int) else default.page_limit,
        raw_limit=raw_limit if isinstance(raw_limit, int) else default.raw_limit,
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
        "entries": bullets(entries),
        "schemas": bullets(schemas),
    }


def _pages(made: Atlas, document: Document, settings: Settings) -> Iterator[Item]:
    """Yield the items of a document's pages: one, or one for the root and one for each definition."""
    units = [unit for unit in made.units if unit.document == document.location.document]
    by_page: dict[str, list[Location]] = {}
    for unit in units:
        by_page.setdefault(made.units[unit], []).append(unit)
    for page, own in by_page.items():
        words = Words(made, page, settings.comments)
        about = tuple(_about(made, document, page))
        is_root = own[0] == document.location
        yield {
            "document": document,
            "path": page,
            "sections": [part for unit in own for part in unit_sections(words, unit, about if unit == own[0] else ())],
            "is_root": is_root,
            "definitions": bullets(tuple(_links(made, units, by_page, page))) if is_root else Code(""),
            "python": fence(python_example(made.package, document), Code("python")) if is_root else Code(""),
            "raw": _raw(document, settings) if is_root else Code(""),
            "download": link(codespan(document.path), relative(schema_path(document), page)),
        }


def _about(made: Atlas, document: Document, page: str) -> Iterator[Bullet]:
    if page != made.units[document.location]:
        yield Bullet(code("Part of {schema}", schema=made.link(document.location, page)))
    schema = link(codespan(document.path), relative(schema_path(document), page))
    yield Bullet(code("JSON Schema: {schema}", schema=schema))
    if "$schema" not in made.subschema(document.location).keywords:
        yield Bullet(code("Dialect: {uri}, by default", uri=codespan(document.dialect)))


def _links(
    made: Atlas, units: Iterable[Location], by_page: Mapping[str, list[Location]], page: str
) -> Iterator[Bullet]:
    """Yield links to the definitions that other pages describe."""
    elsewhere = {location for other, own in by_page.items() if other != page for location in own}
    return (Bullet(made.link(unit, page)) for unit in units if unit in elsewhere)


def _raw(document: Document, settings: Settings) -> Code:
    if len(document.text) > settings.raw_limit:
        return Code(f"The schema has {len(document.text)} characters: too many to show here.")
    is_json = document.path.lower().endswith(".json")
    return fence(document.text, Code("json" if is_json else "yaml"))
