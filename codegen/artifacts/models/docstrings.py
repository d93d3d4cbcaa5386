"""The docstrings of the models: titles, descriptions and annotations, as plain text."""

from __future__ import annotations

import json
from collections.abc import Iterator

from ...ir import ClassShape, EnumShape, FieldShape, Package, Subschema


def module(subschema: Subschema, path: str) -> str:
    """Return the docstring of a module."""
    return "\n\n".join([*_title(subschema), *_description(subschema)]) or f"The schema {path}."


def class_(package: Package, shape: ClassShape) -> str:
    """Return the docstring of a class."""
    subschema = package.subschemas[shape.location]
    paragraphs = [*_title(subschema), *_description(subschema)]
    return "\n\n".join(paragraphs) or f"An object of {shape.location.pointer or 'the document'}."


def enum(package: Package, shape: EnumShape) -> str:
    """Return the docstring of an enum."""
    subschema = package.subschemas[shape.location]
    return "\n\n".join([*_title(subschema), *_description(subschema)]) or "One of a few values."


def field(package: Package, shape: FieldShape) -> str:
    """Return the docstring of a field; "" if the schema says nothing about it."""
    subschema = package.subschemas[shape.location]
    return "\n\n".join([*_title(subschema), *_description(subschema), *_notes(shape, subschema)])


def _title(subschema: Subschema) -> Iterator[str]:
    title = subschema.value("title")
    if isinstance(title, str) and title.strip():
        yield title.strip() if title.strip().endswith((".", "!", "?")) else f"{title.strip()}."


def _description(subschema: Subschema) -> Iterator[str]:
    description = subschema.value("description")
    if isinstance(description, str) and description.strip():
        yield description


def _notes(shape: FieldShape, subschema: Subschema) -> Iterator[str]:
    if shape.json_name != shape.name:
        yield f"In JSON: {json.dumps(shape.json_name)}."
    if subschema.value("deprecated") is True:
        yield "Deprecated."
    if subschema.value("readOnly") is True:
        yield "Read-only: set by the server."
    if subschema.value("writeOnly") is True:
        yield "Write-only: never sent back."
    if "default" in subschema.keywords:
        yield f"Default: {json.dumps(subschema.value('default'))}."
    examples = subschema.value("examples")
    if isinstance(examples, list) and examples:
        yield f"Examples: {', '.join(json.dumps(example) for example in examples[:3])}."
