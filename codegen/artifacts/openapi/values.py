"""The values in a document: every example and default is valid; where a body has no example, one is made.

JSON Schema allows a default or an example that its own schema refuses, which tools for OpenAPI report as an error:
such a value becomes an extension.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from ...ir import JSON, escape_token
from ...schema import vocabulary
from ...schema.vocabulary import ENTRIES, Value
from ...validation.examples import Schemas, schemas_in

VALUES: Final = frozenset({"default", "examples"})
_NOT_SHOWN: Final = ("/components/schemas/", "/components/pathItems/")
SHOWN: Final = vocabulary.named(lambda entry: entry.value is Value.INSTANCE) | {"example"}
"""What holds instances: nothing in it is a Schema Object."""


def with_valid_values(document: Mapping[str, JSON], extra: Iterable[str] = ()) -> dict[str, JSON]:
    """Return the document with valid values only, and an example for each body and parameter that has none.

    `extra` names the components that come from no schema document. Raises `EndlessError`.
    """
    schemas = dict(_schemas(dict(document), ""))
    with_values = [at for at, schema in schemas.items() if isinstance(schema, dict) and not VALUES.isdisjoint(schema)]
    roots = [at for at in schemas if at.endswith("/schema") and not at.startswith(_NOT_SHOWN)]
    also = [f"/components/schemas/{escape_token(name)}" for name in extra]
    if not (with_values or roots or also):
        return dict(document)
    validators = schemas_in(dict(document), dict.fromkeys([*with_values, *roots]), also)
    changed = {at: _valid_values(schemas[at], at, validators) for at in with_values}
    made = {at.removesuffix("/schema"): validators.example(at, _hidden(at)) for at in roots}
    return {key: _rewritten(value, f"/{escape_token(key)}", changed, made) for key, value in document.items()}


def _hidden(at: str) -> str:
    """Return the keyword of properties that a body or parameter is without: they go the other way only."""
    return "writeOnly" if "/responses/" in at else "readOnly"


def _schemas(value: JSON, at: str) -> Iterator[tuple[str, JSON]]:
    """Yield the Schema Objects of a document by their JSON Pointers; components without values are left out."""
    if isinstance(value, list):
        for index, item in enumerate(value):
            yield from _schemas(item, f"{at}/{index}")
    if not isinstance(value, dict):
        return
    for key, item in value.items():
        here = f"{at}/{escape_token(key)}"
        if here == "/components/schemas" and isinstance(item, dict):
            for name, schema in item.items():
                if _has_values(schema):
                    yield from below(schema, f"{here}/{escape_token(name)}")
        elif key == "schema" and at != "/components/parameters":
            yield from below(item, here)
        elif not key.startswith("x-") and key not in SHOWN:
            yield from _schemas(item, here)


def _has_values(value: JSON) -> bool:
    """Return whether something in a Schema Object may be a default or an example."""
    pending = [value]
    while pending:
        each = pending.pop()
        if isinstance(each, dict):
            if not VALUES.isdisjoint(each):
                return True
            pending.extend(each.values())
        elif isinstance(each, list):
            pending.extend(each)
    return False


def below(schema: JSON, at: str) -> Iterator[tuple[str, JSON]]:
    """Yield a Schema Object and all subschemas in it."""
    yield at, schema
    for keyword, value in schema.items() if isinstance(schema, dict) else ():
        for way, inner in vocabulary.below(ENTRIES[keyword].form, value) if keyword in ENTRIES else ():
            yield from below(inner, "/".join([at, *map(escape_token, (keyword, *way))]))


def _valid_values(schema: JSON, at: str, validators: Schemas) -> dict[str, JSON]:
    """Return the keywords that stand for `default` and `examples` once each invalid value is an extension."""
    table = schema if isinstance(schema, dict) else {}
    written: dict[str, JSON] = {}
    if "default" in table:
        written["default" if validators.is_valid(at, table["default"]) else "x-default"] = table["default"]
    examples = table.get("examples", [])
    entries = examples if isinstance(examples, list) else []
    named: dict[str, list[JSON]] = {"examples": [], "x-invalid-examples": []}
    for entry in entries:
        named["examples" if validators.is_valid(at, entry) else "x-invalid-examples"].append(entry)
    return {**written, **{name: value for name, value in named.items() if value}}


def _rewritten(
    value: JSON, at: str, changed: Mapping[str, dict[str, JSON]], made: Mapping[str, tuple[JSON, ...]]
) -> JSON:
    if isinstance(value, list):
        return [_rewritten(item, f"{at}/{index}", changed, made) for index, item in enumerate(value)]
    if not isinstance(value, dict):
        return value
    values = changed.get(at)
    written: dict[str, JSON] = {}
    for key, item in value.items():
        if values is None or key not in VALUES:
            written[key] = _rewritten(item, f"{at}/{escape_token(key)}", changed, made)
        else:
            names = [name for name in values if name.endswith(key)]
            written.update((name, values[name]) for name in names)
    if made.get(at) and "example" not in written and "examples" not in written:
        written["example"] = made[at][0]
    return written
