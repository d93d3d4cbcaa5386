"""What each pass of the compiler is worth: the same documents with all passes and without one, in turns."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from importlib.abc import InspectLoader
from pathlib import Path
from types import ModuleType
from typing import Any

import making
import measure
import payloads

import codegen
from codegen.app import build
from codegen.compiler.compilation import Compilation
from codegen.compiler.emit.passes import PASSES

WORKS = ("is_valid", "decode")
SCHEMAS = Path(__file__).parent / "schema"


DOCUMENTS = (*making.DOCUMENTS, "jobs, closed")


def module(name: str, without: Iterable[str] = ()) -> ModuleType:
    """Return the models of a document, compiled without some passes; of one that is closed, no unknown property is."""
    document, _, closed = name.partition(", ")
    folder = SCHEMAS if (SCHEMAS / f"{document}.json").exists() else making.ROOT / "schema"
    schema = json.loads((folder / f"{document}.json").read_text(encoding="utf-8"))
    schema = _closed(schema) if closed else schema
    whole = build.Compilation
    build.Compilation = partial(Compilation, passes=frozenset(PASSES) - {*without})  # type: ignore[misc, assignment]
    try:
        return codegen.compile_schema(schema, formats="assert")
    finally:
        build.Compilation = whole  # type: ignore[misc]


def _closed(schema: Any) -> Any:
    """Return a schema whose objects have no properties but those that they name, as most that people write."""
    if isinstance(schema, list):
        return [_closed(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    made = {name: _closed(value) for name, value in schema.items()}
    return {**made, "additionalProperties": False} if isinstance(schema.get("properties"), dict) else made


def losses(names: Iterable[str], rounds: int) -> Iterator[tuple[str, str, str, float]]:
    """Yield for each pass, document and work how many times as long the work takes without the pass."""
    payload = payloads.by_name()
    full = {document: module(document) for document in DOCUMENTS}
    for name in names:
        for document, with_all in full.items():
            data, without = payload[document.partition(",")[0]], module(document, [name])
            if _text(without) == _text(with_all):
                continue  # nothing in the document is for this pass
            for work in WORKS:
                pair = {"with": _each(getattr(with_all, work), data), "without": _each(getattr(without, work), data)}
                times = measure.race(pair, rounds)
                yield name, document, work, measure.ratio(times["without"], times["with"])


def _text(made: ModuleType) -> str:
    spec = made.__spec__
    loader = spec.loader if spec else None
    return str(loader.get_source(made.__name__)) if isinstance(loader, InspectLoader) else ""


def _each(function: Callable[[Any], object], data: Iterable[Any]) -> Callable[[], object]:
    items = list(data)
    return lambda: [function(item) for item in items]


def page(names: Iterable[str], rounds: int) -> str:
    """Return the losses as a table, a row for each pass; a cell is empty where the pass finds nothing to do."""
    table: dict[str, dict[str, float]] = {name: {} for name in names}
    for name, document, work, ratio in losses(table, rounds):
        table[name][f"{document} {work}"] = ratio
    columns = [f"{document} {work}" for document in DOCUMENTS for work in WORKS]
    lines = ["| without | " + " | ".join(columns) + " |", "|---|" + "---|" * len(columns)]
    for name, row in table.items():
        cells = [f"{row[each]:.2f}" if each in row else "" for each in columns]
        lines.append(f"| {name} | {' | '.join(cells)} |")
    return "\n".join(lines)
