"""The document in the terms of OpenAPI 3.0.3, and the report of what those can't say."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from ...ir import JSON, escape_token
from .downgrade import Downgrade, Loss
from .operations import as_array, as_table

VERSION: Final = "3.0.3"
_ONE_LICENSE: Final = re.compile(r"[A-Za-z0-9.-]+")
_SECTIONS: Final = ("responses", "parameters")


def document30(document: Mapping[str, JSON], downgraded: Downgrade) -> tuple[dict[str, JSON], dict[str, JSON]]:
    """Return an OpenAPI 3.1 document without component schemas as one of 3.0.3, and the report of all that was lost.

    `downgraded` is what was lost in the component schemas.
    """
    components = as_table(document["components"])
    losses = set(downgraded.losses)
    sections: dict[str, JSON] = {}
    for section in _SECTIONS:
        if section in components:
            sections[section] = {
                name: _converted(value, f"/components/{section}/{escape_token(name)}", downgraded, losses)
                for name, value in as_table(components[section]).items()
            }
    if "securitySchemes" in components:
        sections["securitySchemes"] = components["securitySchemes"]
    made = {
        **document,
        "openapi": VERSION,
        "info": _info(as_table(document["info"])),
        "paths": _converted(document["paths"], "/paths", downgraded, losses),
        "components": sections,
    }
    _drop_new_schemes(made, losses)
    return made, _report(losses, downgraded)


def _report(losses: set[Loss], downgraded: Downgrade) -> dict[str, JSON]:
    rows: list[JSON] = [
        {"pointer": loss.pointer, "keyword": loss.keyword, "reason": loss.reason} for loss in sorted(losses)
    ]
    lists = {
        "exact": downgraded.exact,
        "wider": downgraded.wider,
        "integers": downgraded.integers,
        "spelled": downgraded.spelled,
    }
    named: dict[str, JSON] = {key: list[JSON](sorted(names)) for key, names in lists.items()}
    return {"document": "openapi-3.0.yaml", **named, "losses": rows}


def _converted(value: JSON, at: str, downgraded: Downgrade, losses: set[Loss]) -> JSON:
    """Return a part of the document with every Schema Object in it written for 3.0."""
    if isinstance(value, list):
        return [_converted(item, f"{at}/{index}", downgraded, losses) for index, item in enumerate(value)]
    if not isinstance(value, dict):
        return value
    made: dict[str, JSON] = {}
    for key, item in value.items():
        here = f"{at}/{escape_token(key)}"
        if key == "schema":
            made[key], lost = downgraded.schema(item, here)
            losses.update(lost)
        else:
            shown = key in ("example", "examples") or key.startswith("x-")
            made[key] = item if shown else _converted(item, here, downgraded, losses)
    return made


def _license(license_: Mapping[str, JSON]) -> dict[str, JSON]:
    made = {"x-identifier" if key == "identifier" else key: item for key, item in license_.items()}
    identifier = license_.get("identifier")
    if isinstance(identifier, str) and _ONE_LICENSE.fullmatch(identifier):
        # Linters ask for an address where 3.0 has no identifier; SPDX has a page for each of its identifiers.
        made.setdefault("url", f"https://spdx.org/licenses/{identifier}.html")
    return made


def _info(info: Mapping[str, JSON]) -> dict[str, JSON]:
    """Return the Info Object with what came with 3.1 as extensions."""
    made = {"x-summary" if key == "summary" else key: value for key, value in info.items()}
    if "license" in made:
        made["license"] = _license(as_table(made["license"]))
    return made


def _drop_new_schemes(document: dict[str, JSON], losses: set[Loss]) -> None:
    """Take away security by mutual TLS, and the requirements that name it."""
    components = as_table(document["components"])
    schemes = as_table(components.get("securitySchemes"))
    new = {name for name, scheme in schemes.items() if as_table(scheme).get("type") == "mutualTLS"}
    if not new:
        return
    for name in new:
        reason = "3.0 has no mutual TLS; requirements of it are left out"
        losses.add(Loss(f"/components/securitySchemes/{escape_token(name)}", "type", reason))
    components["securitySchemes"] = {name: scheme for name, scheme in schemes.items() if name not in new}
    operations = [item for path in as_table(document["paths"]).values() for item in as_table(path).values()]
    for owner in [document, *map(as_table, operations)]:
        if "security" in owner:
            owner["security"] = [
                {name: scopes for name, scopes in as_table(each).items() if name not in new}
                for each in as_array(owner["security"])
            ]
