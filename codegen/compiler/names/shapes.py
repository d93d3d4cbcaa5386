"""Shapes: the classes and enums of each document, under the names of `naming`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from ... import names
from ...findings import Finding, Place, Rejected, Rule
from ...ir import Document
from ..conjunctions import Conjunctions
from .naming import Shapes, named

INVALID_OVERRIDE = Rule("invalid-pin", "A name override is a Python class name, given once, to a class or an enum.")


def shapes(
    documents: Sequence[Document],
    conjunctions: Conjunctions,
    overrides: Mapping[str, Mapping[str, str]],
) -> dict[str, Shapes]:
    """Return the shapes of the documents by URI; `overrides` gives class names by path, and then by JSON Pointer.

    Raises `Rejected` for a name override that can't be used.
    """
    by_uri: dict[str, Shapes] = {}
    findings: list[Finding] = []
    for document, each in named(documents, conjunctions, overrides):
        findings += _override_findings(document, each, overrides.get(document.path, {}))
        by_uri[document.location.document] = each
    if findings:
        raise Rejected(findings)
    return by_uri


def _override_findings(document: Document, shapes: Shapes, overrides: Mapping[str, str]) -> Iterator[Finding]:
    """Yield what is wrong with name overrides: not a class name, given twice, or not for a class or enum."""
    pointers = {model.pointer for model in shapes.models} | {enum.pointer for enum in shapes.enums}
    class_names = list(overrides.values())
    for pointer, name in overrides.items():
        place = Place(document.path, pointer=pointer)
        if not names.is_class_name(name):
            message = f"{name!r} is not a class name"
            yield Finding(INVALID_OVERRIDE, place, message, f"use a name such as {names.class_name(name, 'Model')}")
        elif class_names.count(name) > 1:
            yield Finding(INVALID_OVERRIDE, place, f"{name!r} is given twice", "give two different names")
        elif pointer not in pointers and pointer != "":
            help = "name a subschema with `properties` or with `enum`, or delete the override"
            yield Finding(INVALID_OVERRIDE, place, f"there is no class or enum here to name {name}", help)
