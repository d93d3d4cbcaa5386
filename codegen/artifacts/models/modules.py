"""The values that all modules of a package are made of, and the order of its imports."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import field

from ...escapes import Code
from ...ir import JSON, Package
from ...records import dataclass


@dataclass(frozen=True, slots=True)
class Modules:
    """What all modules are made of: the package, and what the settings say about each module.

    `schemas` has by module what `schema_texts` gives, if `has_schemas`.
    For the pydantic flavour, `uris` has the URI of each document by its module, and `loose` has by URI the pointers of
    subschemas whose validity depends on the dynamic scope.
    """

    package: Package
    frozen: bool
    loads: Code
    is_checked: bool = False  # where objects are made
    is_filled: bool = False  # with defaults, where they are decoded
    has_string_enums: bool = False
    has_schemas: bool = False
    schemas: Mapping[str, dict[str, JSON]] = field(default_factory=dict)
    uris: Mapping[str, str] = field(default_factory=dict)
    loose: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def in_import_order(shapes: Sequence[tuple[Code, Code]]) -> list[tuple[Code, Code]]:
    """Return names and their modules as (module, name), as linters sort imports.

    Names in capitals come first, then those that begin with one, then the rest, each in the order of their letters and
    numbers.
    """
    return sorted(((module, name) for name, module in shapes), key=lambda row: (row[0], _rank(row[1]), row[1]))


def _rank(name: str) -> tuple[int, list[str | int]]:
    kind = 0 if name.isupper() and len(name) > 1 else 1 if name[0].isupper() else 2
    parts = re.split("([0-9]+)", name.lower())
    return kind, [int(part) if number % 2 else part for number, part in enumerate(parts)]
