"""Schemas of settings: each with the problem tables that our own compiler makes of it.

Those of this package have their tables in `problem_tables.json`, by the digest of the schema, since to compile them
takes a tenth of a small run; the schema of any other artifact is compiled when it is read.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final, NamedTuple

from ..compiler.analysis import Analysis
from ..compiler.regex.checked import CheckedPatterns
from ..findings import Finding, Rejected, Severity
from ..ir import JSON
from ..schema.dialects import DRAFT_7
from ..schema.resolver import Resolution, attempt
from ..source import values
from ..source.loader import Source
from ..validation import metaschema, validator
from ..validation.validator import Report

TABLES: Final = Path(__file__).parent / "problem_tables.json"
"""The tables of our own schemas, as `nox -s settings` writes them."""


class Described(NamedTuple):
    """A table of settings: the JSON Schema that describes it, its URI, and what reports every problem of a table."""

    schema: Mapping[str, JSON]
    uri: str
    problems: Report


class Tables(NamedTuple):
    """The problem tables of a schema by module, and the name of its root in them."""

    root: str
    tables: Mapping[str, Mapping[str, list[Any]]]


def described(schema: Mapping[str, JSON], source: Source | None = None) -> Described:
    """Return the table of settings that a schema describes; raises Rejected with all that is wrong with the schema.

    `source` is the file that it was read from, for the places of these findings.
    """
    compiled_before, key = _tables(), digest(schema)
    made = compiled_before.get(key)
    if made is None:
        made = compiled_before[key] = compiled(source or values.from_value("settings.json", dict(schema)))
    module, _, name = made.root.partition("/")
    uri = str(made.tables[module][name][0]).partition("#")[0]
    return Described(schema, uri, validator.reporter(made.tables, made.root))


@cache
def packaged(file: Path) -> Described:
    """Return the table of settings that a schema of this package describes."""
    return described(json.loads(file.read_text(encoding="utf-8")))


def digest(schema: Mapping[str, JSON]) -> str:
    """Return the key of a schema in `problem_tables.json`."""
    return hashlib.sha256(json.dumps(schema).encode()).hexdigest()


def compiled(source: Source) -> Tables:
    """Return the problem tables of a schema; raises Rejected with all that is wrong with it."""
    resolution, unresolved = attempt([source], dialect=DRAFT_7, lookup=lambda uri: None)
    findings = [*unresolved, *metaschema.findings(resolution, resolution.documents)]
    findings = findings or _untranslatable(resolution)
    if findings:
        raise Rejected(findings)
    root = resolution.documents[0].location
    analysis = Analysis(resolution.subschemas, resolution.resources, assert_formats=True)
    named, texts = validator.problem_tables(resolution, analysis, [root])
    return Tables(named[root], {module: json.loads(text) for module, text in texts.items()})


def _untranslatable(resolution: Resolution) -> list[Finding]:
    """Return a finding for every pattern that can't be carried over to Python."""
    patterns = CheckedPatterns(resolution)
    for location, subschema in resolution.subschemas.items():
        text, named = subschema.value("pattern"), subschema.keywords.get("patternProperties")
        if isinstance(text, str):
            patterns.translate(text, location / "pattern")
        for token, at in named.schemas if named else ():
            patterns.translate(token, at)
    return [finding for finding in patterns.findings.values() if finding.rule.severity is Severity.ERROR]


@cache
def _tables() -> dict[str, Tables]:
    """Return the tables of our own schemas by digest, and of those that this process has compiled."""
    entries = json.loads(TABLES.read_text(encoding="utf-8"))
    return {key: Tables(entry["root"], entry["tables"]) for key, entry in entries.items()}
