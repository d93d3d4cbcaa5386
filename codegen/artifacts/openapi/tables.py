"""Tables of `[tool.triptych.openapi]`: which keys each may have, and what is wrong with one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from ...findings import SETTINGS, Finding, Place, Rule
from ...ir import JSON, escape_token

OPENAPI_SETTING = Rule("openapi-setting", "The settings of the OpenAPI document say what OpenAPI can say.", exit_code=2)

_TABLE: Final = "/openapi"
_WORDS: Final = {str: "a string", bool: "true or false", list: "an array", dict: "a table"}


@dataclass(frozen=True, slots=True)
class Key:
    """One key of a table: the Python type of its JSON value, its name in OpenAPI, whether it has to be there."""

    kind: type
    name: str
    required: bool = False
    allowed: tuple[str, ...] = ()


METHODS: Final = ("get", "put", "post", "delete", "options", "head", "patch", "trace")

INFO: Final[Mapping[str, Key]] = {
    "title": Key(str, "title"),
    "summary": Key(str, "summary"),
    "description": Key(str, "description"),
    "terms_of_service": Key(str, "termsOfService"),
    "contact": Key(dict, "contact"),
    "license": Key(dict, "license"),
    "version": Key(str, "version"),
}
OPERATION: Final[Mapping[str, Key]] = {
    "method": Key(str, "method", required=True, allowed=METHODS),
    "path": Key(str, "path", required=True),
    "operation_id": Key(str, "operationId", required=True),
    "summary": Key(str, "summary"),
    "description": Key(str, "description"),
    "tags": Key(list, "tags"),
    "deprecated": Key(bool, "deprecated"),
    "parameters": Key(list, "parameters"),
    "request": Key(dict, "requestBody"),
    "responses": Key(dict, "responses", required=True),
    "security": Key(list, "security"),
    "servers": Key(list, "servers"),
    "external_docs": Key(dict, "externalDocs"),
}
PARAMETER: Final[Mapping[str, Key]] = {
    "name": Key(str, "name", required=True),
    "in": Key(str, "in", required=True, allowed=("path", "query", "header", "cookie")),
    "description": Key(str, "description"),
    "required": Key(bool, "required"),
    "deprecated": Key(bool, "deprecated"),
    "schema": Key(object, "schema"),
}
REQUEST: Final[Mapping[str, Key]] = {
    "description": Key(str, "description"),
    "schema": Key(object, "schema", required=True),
    "media_type": Key(str, "media_type"),
    "required": Key(bool, "required"),
}
RESPONSE: Final[Mapping[str, Key]] = {
    "description": Key(str, "description"),
    "schema": Key(object, "schema"),
    "media_type": Key(str, "media_type"),
}
TAG: Final[Mapping[str, Key]] = {
    "name": Key(str, "name", required=True),
    "description": Key(str, "description"),
    "external_docs": Key(dict, "externalDocs"),
}
SERVER: Final[Mapping[str, Key]] = {
    "url": Key(str, "url", required=True),
    "description": Key(str, "description"),
    "variables": Key(dict, "variables"),
}


def fault(at: tuple[str, ...], message: str, cure: str) -> Finding:
    """Return the finding for the setting at the keys below `[tool.triptych.openapi]`."""
    pointer = "".join(f"/{escape_token(key)}" for key in at)
    return Finding(OPENAPI_SETTING, Place(SETTINGS, pointer=_TABLE + pointer), f"{'.'.join(at)}: {message}", cure)


def faults(table: JSON, keys: Mapping[str, Key], at: tuple[str, ...]) -> Iterator[Finding]:
    """Yield what is wrong with the keys of a table; a key that starts with `x-` is an extension and stays."""
    if not isinstance(table, dict):
        yield fault(at, "this is no table", f"write a table with the keys {', '.join(keys)}")
        return
    for name, value in table.items():
        key = keys.get(name)
        if key is None:
            if not name.startswith("x-"):
                yield fault((*at, name), "there is no such key", f"use one of {', '.join(keys)}, or a name with x-")
        elif not isinstance(value, key.kind):
            yield fault((*at, name), f"this is not {_WORDS[key.kind]}", f"write {_WORDS[key.kind]}")
        elif key.allowed and value not in key.allowed:
            yield fault((*at, name), f"{value!r} is not allowed", f"use one of {', '.join(key.allowed)}")
    for name, key in keys.items():
        if key.required and name not in table:
            yield fault(at, f"the key {name} is missing", f"add {name}")


def renamed(table: Mapping[str, JSON], keys: Mapping[str, Key]) -> dict[str, JSON]:
    """Return the table with OpenAPI's names for its keys, in OpenAPI's order; extensions stay behind them."""
    known: dict[str, JSON] = {key.name: table[name] for name, key in keys.items() if name in table}
    return {**known, **{name: value for name, value in table.items() if name not in keys}}
