"""The docstrings of the models: titles, descriptions and annotations, as plain text."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace

from ...ir import ClassShape, EnumShape, FieldShape, Package, Subschema


def module(subschema: Subschema, path: str) -> str:
    """Return the docstring of a module."""
    return "\n\n".join([*_title(subschema), *_description(subschema)]) or f"The schema {path}."


def class_(package: Package, shape: ClassShape) -> str:
    """Return the docstring of a class."""
    subschema = package.subschema(shape.location)
    paragraphs = [*_title(subschema), *_description(subschema)]
    return "\n\n".join(paragraphs) or f"An object of {_written(shape.location.pointer) or 'the document'}."


def _written(pointer: str) -> str:
    """Return a pointer as people write it: that of a join marks the keyword that several subschemas stand for."""
    return re.sub("/~(?![01])", "/", pointer)


def enum(package: Package, shape: EnumShape) -> str:
    """Return the docstring of an enum."""
    subschema = package.subschemas[shape.location]
    return "\n\n".join([*_title(subschema), *_description(subschema)]) or "One of a few values."


def field(package: Package, shape: FieldShape) -> str:
    """Return the docstring of a field: of all that describes it, what comes first; "" if the schema says nothing.

    Its first line has no colon: Sphinx's napoleon takes what stands before one for the type.
    """
    subschema = described(package, shape)
    name = f"Named {json.dumps(shape.json_name)} in JSON."
    told = [*_title(subschema), *_description(subschema), *([name] if shape.json_name != shape.name else [])]
    told += [*_absence(shape), *_notes(shape, subschema)]
    if told and ":" in told[0]:
        lead = "A property of the object." if ":" in name else name
        told = [lead, *(paragraph for paragraph in told if paragraph != lead)]
    return "\n\n".join(told)


def described(package: Package, shape: FieldShape) -> Subschema:
    """Return a subschema that has each keyword of a property as the first of those has it that describe it."""
    subschema = package.subschemas[shape.location]
    if not shape.also:
        return subschema
    others = [package.subschemas[location] for location in reversed(shape.also)]
    keywords = {name: keyword for each in (*others, subschema) for name, keyword in each.keywords.items()}
    return replace(subschema, keywords=keywords)


def _absence(shape: FieldShape) -> Iterator[str]:
    """Yield what a field holds for a property that is not there, where None would be null."""
    if shape.default == "_absent.ABSENT":
        yield "None stands for null, and ABSENT, also called UNSET, for a property that is absent."


def _title(subschema: Subschema) -> Iterator[str]:
    title = subschema.value("title")
    if isinstance(title, str) and title.strip():
        yield title.strip() if title.strip().endswith((".", "!", "?")) else f"{title.strip()}."


def _description(subschema: Subschema) -> Iterator[str]:
    description = subschema.value("description")
    if isinstance(description, str) and description.strip():
        yield description


def _notes(shape: FieldShape, subschema: Subschema) -> Iterator[str]:
    if subschema.value("deprecated") is True:
        yield "Deprecated."
    if subschema.value("readOnly") is True:
        yield "Read-only, set by the server."
    if subschema.value("writeOnly") is True:
        yield "Write-only, never sent back."
    if "default" in subschema.keywords:
        default = json.dumps(subschema.value("default"))
        absent = shape.default.rpartition(".")[2]
        where = f"If absent ({absent}), the" if absent else "The"
        yield f"{where} schema's default is {default}."
    examples = subschema.value("examples")
    if isinstance(examples, list) and examples:
        yield f"For example {', '.join(json.dumps(example) for example in examples[:3])}."
