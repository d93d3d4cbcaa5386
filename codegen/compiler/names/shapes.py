"""Shapes: what a Python programmer sees of a document: classes and enums, under the names of `naming`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from ... import names
from ...findings import Finding, Place, Rejected, Rule
from ...ir import Document, Location, Subschema
from .naming import Shapes, named

INVALID_OVERRIDE = Rule("invalid-pin", "A pinned name is a Python class name, given once, to a class or an enum.")


def shapes(
    documents: Sequence[Document],
    subschemas: Mapping[Location, Subschema],
    overrides: Mapping[str, Mapping[str, str]],
) -> dict[str, Shapes]:
    """Return the shapes of the documents by URI; `overrides` gives class names by path, and then by JSON Pointer.

    Raises `Rejected` for a pin that can't be kept.
    """
    found: dict[str, Shapes] = {}
    wrong: list[Finding] = []
    for document, each in named(documents, subschemas, overrides):
        wrong += _override_findings(document, each, overrides.get(document.path, {}))
        found[document.location.document] = each
    if wrong:
        raise Rejected(wrong)
    return found


def _override_findings(document: Document, shapes: Shapes, overrides: Mapping[str, str]) -> Iterator[Finding]:
    """Yield what is wrong with pins: no class name, given twice, or to no class or enum of the document."""
    known = {model.pointer for model in shapes.models} | {enum.pointer for enum in shapes.enums}
    given = list(overrides.values())
    for pointer, name in overrides.items():
        place = Place(document.path, pointer=pointer)
        if not names.is_class_name(name):
            message = f"{name!r} is no name for a class"
            yield Finding(INVALID_OVERRIDE, place, message, f"pin a name such as {names.class_name(name, 'Model')}")
        elif given.count(name) > 1:
            yield Finding(INVALID_OVERRIDE, place, f"{name!r} is pinned twice", "pin two different names")
        elif pointer not in known and pointer != "":
            help = "pin a subschema with `properties` or with `enum`, or delete the pin"
            yield Finding(INVALID_OVERRIDE, place, f"there is no class or enum to be named {name}", help)
