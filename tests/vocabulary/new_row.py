"""Prints as JSON what the readers of the vocabulary make of a row that nobody knows; for a process of its own.

The keyword is `propertyDependencies`, which is proposed for JSON Schema: property name, then value, then subschema. The
row is the least that one can write: nothing that something could be proven by.
"""

from __future__ import annotations

import importlib
import json
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import codegen.schema

NAME = "propertyDependencies"
ROW = f"""    Entry("{NAME}", Role.IN_PLACE, "proposed", APPLICATOR, DRAFT_2020_12, "object", ("object", "object"),
          evaluates=Evaluates.BELOW),
"""
START = "ROWS: Final[tuple[Entry, ...]] = (\n"
ROOT = Path(codegen.schema.__file__).parent.parent


def with_row() -> ModuleType:
    """Return the vocabulary with the row more, as all others import it from now on."""
    file = ROOT / "schema" / "vocabulary.py"
    text = file.read_text(encoding="utf-8")
    assert text.count(START) == 1
    module = ModuleType("codegen.schema.vocabulary")
    sys.modules[module.__name__] = codegen.schema.vocabulary = module
    exec(compile(text.replace(START, START + ROW), str(file), "exec"), vars(module))
    return module


def complaints(vocabulary: ModuleType) -> list[str]:
    """Import everything, each reader that does not know the row without it; return who these are."""
    found: list[str] = []
    cover: Callable[..., Any] = vocabulary.cover

    def lenient(reader: str, *rest: Any, **named: Any) -> Any:
        try:
            return cover(reader, *rest, **named)
        except vocabulary.UnknownKeywordError:
            found.append(reader)
            rows = named.pop("rows", vocabulary.ENTRIES)
            return cover(reader, *rest, **named, rows={name: row for name, row in rows.items() if name != NAME})

    vocabulary.cover = lenient  # type: ignore[attr-defined]
    for file in sorted(ROOT.rglob("*.py")):
        name = ".".join(("codegen", *file.relative_to(ROOT).with_suffix("").parts))
        if not name.endswith("__"):
            importlib.import_module(name)
    return found


def resolved(schema: Any) -> Any:
    """Return the resolution of one schema."""
    from codegen.schema.resolver import resolve
    from codegen.schema.vocabulary import DRAFT_2020_12
    from codegen.source import values

    return resolve([values.from_value("it.json", schema)], dialect=DRAFT_2020_12, lookup=lambda uri: None)


def analysis(schema: Any) -> Any:
    """Return the analysis of one schema."""
    from codegen.compiler.analysis import Analysis

    resolution = resolved(schema)
    return Analysis(resolution.subschemas, resolution.resources)


def pointers(locations: Any) -> list[str]:
    """Return the JSON Pointers of locations, sorted."""
    return sorted(location.pointer for location in locations)


def steps(before: Any, after: Any) -> list[Any]:
    """Return what a comparison finds, with what it says is proven."""
    from codegen.ir import Location
    from codegen.versions.diff import comparison

    compared = comparison(analysis(before), analysis(after), before, after)
    changes = compared.steps(Location("schema:///it.json"))
    return [[one.keyword, one.token, one.proof.old_stays, one.proof.new_was] for one in changes]


def component(schema: Any) -> tuple[Any, Any]:
    """Return the Schema Object of a schema in OpenAPI 3.1, and the keywords that 3.0 loses of it."""
    from codegen.artifacts.openapi.downgrade import downgrade
    from codegen.ir import Package
    from codegen.render.schema_objects import components

    it = resolved(schema)
    made = components(Package("it", it.documents, it.subschemas, {}, {}, resources=it.resources))
    _, lost = downgrade(made.schemas)
    return made.schemas["It"], [loss.keyword for loss in lost.losses]


def main() -> None:
    """Print what everybody makes of the row."""
    complaining = complaints(with_row())
    from codegen.artifacts.openapi.surrogates import keywords
    from codegen.artifacts.openapi.values import below
    from codegen.ir import Location
    from codegen.validation.instances import Maker

    inner: Any = {"properties": {"x": {"minimum": 1}}}
    held: Any = {NAME: {"k": {"a/b": inner}}}
    root = Location("schema:///it.json")
    marks = analysis({"$ref": "#/$defs/d", "unevaluatedProperties": False, "$defs": {"d": held}})
    written, lost = component({NAME: {"k": {"v": {"$ref": "#/$defs/d"}}}, "$defs": {"d": {"type": "string"}}})
    output = {
        "complaints": complaining,
        "subschemas": pointers(resolved(held).subschemas),
        "tokens": [token for token, _ in resolved(held).subschemas[root].keywords[NAME].schemas],
        "marking": pointers(marks.marking),
        "endless": pointers(analysis({NAME: {"k": {"v": {"$ref": "#"}}}}).endless([root])),
        "renamed": steps(held, {NAME: {"k": {"c": inner}}}),
        "came": steps({}, held),
        "narrowed": steps(held, {NAME: {"k": {"a/b": {"properties": {"x": {"minimum": 2}}}}}}),
        "instance": next(Maker(resolved({**held, "type": "object"}).subschemas).instances(root)),
        "component": written,
        "lost": lost,
        "below": [at for at, _ in below(held, "")],
        "lone": [list(row) for row in keywords({NAME: {"k": {"\ud800": True}}}, "")],
    }
    print(json.dumps(output))


if __name__ == "__main__":
    main()
