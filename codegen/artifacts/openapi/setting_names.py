"""The names that OpenAPI has for the keys of `[tool.triptych.openapi]`, and findings about these settings.

What each key can be is in `settings.schema.json`, and checked before an artifact is prepared.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from ...findings import SETTINGS, Finding, Place, Rule
from ...ir import JSON, escape_token

OPENAPI_SETTING = Rule("openapi-setting", "The settings of the OpenAPI document say what OpenAPI can say.", exit_code=2)

_TABLE: Final = "/openapi"

# In OpenAPI's order, each with its name there.
INFO: Final[Mapping[str, str]] = {
    "title": "title",
    "summary": "summary",
    "description": "description",
    "terms_of_service": "termsOfService",
    "contact": "contact",
    "license": "license",
    "version": "version",
}
OPERATION: Final[Mapping[str, str]] = {
    "method": "method",
    "path": "path",
    "operation_id": "operationId",
    "summary": "summary",
    "description": "description",
    "tags": "tags",
    "deprecated": "deprecated",
    "parameters": "parameters",
    "request": "requestBody",
    "responses": "responses",
    "security": "security",
    "servers": "servers",
    "external_docs": "externalDocs",
}
PARAMETER: Final[Mapping[str, str]] = {
    "name": "name",
    "in": "in",
    "description": "description",
    "required": "required",
    "deprecated": "deprecated",
    "schema": "schema",
}
TAG: Final[Mapping[str, str]] = {"name": "name", "description": "description", "external_docs": "externalDocs"}
SERVER: Final[Mapping[str, str]] = {"url": "url", "description": "description", "variables": "variables"}


def fault(at: tuple[str, ...], message: str, help: str) -> Finding:
    """Return the finding for the setting at the keys below `[tool.triptych.openapi]`."""
    pointer = "".join(f"/{escape_token(key)}" for key in at)
    return Finding(OPENAPI_SETTING, Place(SETTINGS, pointer=_TABLE + pointer), f"{'.'.join(at)}: {message}", help)


def renamed(table: Mapping[str, JSON], names: Mapping[str, str]) -> dict[str, JSON]:
    """Return the table with OpenAPI's names for its keys, in OpenAPI's order; extensions stay behind them."""
    named: dict[str, JSON] = {name: table[key] for key, name in names.items() if key in table}
    return {**named, **{key: value for key, value in table.items() if key not in names}}
