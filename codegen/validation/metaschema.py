"""Metaschemas: every document is validated against its dialect's, which is compiled like any other schema."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

from ..compiler.analysis import KINDS, Analysis
from ..findings import Finding
from ..ir import JSON, Document, Location, Subschema
from ..pointer import find, tokens, value_at
from ..runtime._problem import told
from ..schema import recovery, suggestions, vocabulary
from ..schema.dialects import DIALECTS
from ..schema.resolver import INVALID_SCHEMA, Resolution, bundled, resolve
from ..schema.vocabulary import Evaluates
from ..source.loader import place
from .validator import Problem, Report, problem_tables, reporter

TABLES: Final = Path(__file__).parent / "metaschema_tables.json"
"""The tables of problems of the published metaschemas, as `nox -s settings` writes them."""


def findings(resolution: Resolution, documents: Iterable[Document]) -> Iterator[Finding]:
    """Yield what the metaschema of its dialect says against each of the documents, and each value once.

    What has a dialect of its own within a document, or is a schema only because a reference leads there, is
    validated against its metaschema by itself. A custom dialect has none here: its keywords are those of the drafts.
    """
    metaschemas: dict[str, _Metaschema] = {}
    checked = {document.location.document for document in documents} - resolution.bundled
    for location in (at for at in _roots(resolution) if at.document in checked):
        dialect = _dialect(resolution, location)
        if dialect not in metaschemas:
            metaschemas[dialect] = _Metaschema(_reporter(dialect), resolution.subschemas)
        schema = value_at(location.pointer, resolution.sources[location.document].content)
        if not metaschemas[dialect].accepts(location, schema):
            yield from _findings(resolution, location, metaschemas[dialect].report(schema))


class _Metaschema:
    """A dialect's metaschema, which looks at schemas of the same content once.

    A schema is valid if it is with `{}` in place of the schemas within it, and if these are valid: what a metaschema
    says of a schema within is that it is one, and `{}` is one in every draft. Where names lead to schemas, these may
    as well not be there.
    """

    def __init__(self, report: Report, subschemas: Mapping[Location, Subschema]) -> None:
        self.report = report
        self._subschemas = subschemas
        self._valid: set[str] = set()

    def accepts(self, location: Location, schema: JSON) -> bool:
        """Return whether a schema is known to be valid; of one that has schemas of other dialects it may not be."""
        pending = [(location, schema)]
        while pending:
            at, value = pending.pop()
            emptied, within = _parted(self._subschemas[at], value)
            content = repr(emptied)
            if content not in self._valid:
                if self.report(emptied):
                    return False
                self._valid.add(content)
            pending += within
        return True


_EMPTY: Final[dict[str, JSON]] = {}  # one for all, of which the reporter asks everything once


_BY_PATTERN: Final = vocabulary.evaluating(Evaluates.MATCHING_PROPERTIES)
"""The keywords of which a metaschema says what the names of the schemas are; of no other does it say so."""


def _parted(subschema: Subschema, schema: JSON) -> tuple[JSON, list[tuple[Location, JSON]]]:
    """Return a schema with `{}` in place of the schemas within it, or nothing where a name has one; and these."""
    if not any(keyword.schemas for keyword in subschema.keywords.values()):
        return schema, []
    emptied: dict[Any, Any] = {"": schema}
    copied: set[int] = {id(emptied)}
    within = []
    start = len(subschema.location.pointer)
    for keyword in subschema.keywords.values():
        for _, child in keyword.schemas:
            holder: Any = emptied
            key: Any = ""
            for token in tokens(child.pointer[start:]):
                if id(holder[key]) not in copied:
                    holder[key] = holder[key].copy()
                    copied.add(id(holder[key]))
                holder = holder[key]
                key = int(token) if isinstance(holder, list) else token
            if isinstance(holder[key], dict):
                within.append((child, holder[key]))
                if holder is emptied[""] or isinstance(holder, list) or keyword.name in _BY_PATTERN:
                    holder[key] = _EMPTY
                else:
                    del holder[key]
    return emptied[""], within


def _findings(resolution: Resolution, location: Location, problems: Iterable[Problem]) -> Iterator[Finding]:
    """Yield what is wrong with a schema, but for what is in another dialect than its own."""
    source, dialect = resolution.sources[location.document], _dialect(resolution, location)
    by_pointer: dict[str, list[Problem]] = {}
    for problem in problems:
        at = Location(location.document, location.pointer + problem.instance_location)
        if _dialect(resolution, recovery.nearest(resolution.subschemas, at)[0]) == dialect:
            by_pointer.setdefault(at.pointer, []).append(problem)
    for pointer, reasons in by_pointer.items():
        wrong = [*dict.fromkeys(each.message for each in reasons)]
        whole = told(reasons[0]) if len(wrong) == 1 else f"{' and '.join(wrong)}, not {reasons[0].value}"
        message = f"the schema is not valid: {whole}"
        yield Finding(INVALID_SCHEMA, place(source, pointer), message, _help(source.content, pointer, reasons))


def _roots(resolution: Resolution) -> Iterator[Location]:
    """Yield the subschemas that no other one of the same dialect has within its keywords."""
    dialects = {document.location.document: document.dialect for document in resolution.documents}
    roots = [document.location for document in resolution.documents]
    roots += (at for at, resource in resolution.resources.items() if resource.dialect != dialects[at.document])
    return (at for at in dict.fromkeys((*roots, *resolution.only_referenced)) if _dialect(resolution, at) in DIALECTS)


def _dialect(resolution: Resolution, location: Location) -> str:
    return resolution.resources[resolution.subschemas[location].resource].dialect


def _help(content: JSON, pointer: str, reasons: Iterable[Problem]) -> str:
    value = find(pointer, content)
    word = value[0] if value and pointer.rpartition("/")[2] == "type" else None
    meant = suggestions.close(word, KINDS) if isinstance(word, str) else ""
    rules = " and ".join(problem.absolute_keyword_location for problem in reasons)
    return f'did you mean "{meant}"? See {rules}' if meant else f"write what this allows: {rules}"


def problems(schema: JSON, dialect: str) -> list[Problem]:
    """Return what the metaschema of a dialect says against a schema."""
    return _reporter(dialect)(schema)


@cache
def _reporter(dialect: str) -> Report:
    """Return the function that reports every problem of a schema."""
    tables = _tables()[dialect]
    return reporter(tables["tables"], tables["root"])


@cache
def _tables() -> dict[str, Any]:
    tables: dict[str, Any] = json.loads(TABLES.read_text(encoding="utf-8"))
    return tables


def compiled(dialect: str) -> dict[str, Any]:
    """Return the tables of problems of a dialect's metaschema by module, and its name in them, by our own compiler."""
    source = bundled(dialect)
    if source is None:
        raise LookupError(f"no bundled metaschema {dialect}")
    resolution = resolve([source], dialect=dialect, lookup=lambda uri: None, retrieval={source.path: dialect})
    analysis = Analysis(resolution.subschemas, resolution.resources, assert_formats=False)
    named, tables = problem_tables(resolution, analysis, [Location(dialect)])
    return {"root": named[Location(dialect)], "tables": {module: json.loads(text) for module, text in tables.items()}}
