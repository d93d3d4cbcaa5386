"""Metaschemas: every document is held against its dialect's, which is compiled like any other schema."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache

from codegen.checks.program import Program
from codegen.dialects import DIALECTS
from codegen.findings import Finding
from codegen.ir import JSON, Document, Location
from codegen.load import place
from codegen.resolve import INVALID_SCHEMA, Resolution, bundled, resolve
from codegen.verdicts import Problem, Tell, tellers


def findings(resolution: Resolution, documents: Iterable[Document]) -> Iterator[Finding]:
    """Yield what the metaschema of its dialect says against each of the documents.

    A custom dialect's keywords are those of the drafts, so its documents are held against the default's metaschema.
    """
    for document in documents:
        if document.public and document.dialect in DIALECTS:
            source = resolution.sources[document.location.document]
            for problem in problems(document.content, document.dialect):
                told = place(source, problem.instance_location)
                message = f"the schema is not valid: {problem.message}, not {problem.value}"
                cure = f"see {problem.absolute_keyword_location}"
                yield Finding(INVALID_SCHEMA, told, message, cure)


def problems(schema: JSON, dialect: str) -> list[Problem]:
    """Return what the metaschema of a dialect says against a schema."""
    return _teller(dialect)(schema)


@cache
def _teller(dialect: str) -> Tell:
    """Return the function that tells every problem of a schema, made by our own compiler."""
    source = bundled(dialect)
    if source is None:
        raise LookupError(f"no bundled metaschema {dialect}")
    resolution = resolve([source], dialect=dialect, lookup=lambda uri: None, retrieval={source.path: dialect})
    program = Program(resolution.subschemas, resolution.resources, assert_formats=False)
    return tellers(resolution, program, [Location(dialect)])[Location(dialect)]
