"""The JSON text of objects: written straight from the fields, as `json.dumps` would write what they encode to."""

from __future__ import annotations

import json

from codegen.checks.encode import encoded, format_text, kept_or, read_kept
from codegen.checks.lines import Lines, f_string
from codegen.checks.values import ByKind, Members, Property, Through, Values
from codegen.escapes import Code, code
from codegen.escapes.python import identifier
from codegen.ir import Location


def text_of(values: Values, location: Location, value: Code) -> Code:
    """Return the expression of the JSON text of a value."""
    form = values.form(location)
    kinds = values.kinds(location)
    if isinstance(form, Members) and not form.nullable and not form.open and kinds == {"string"}:
        return code("_runtime.quoted({v}._value_)", v=value)
    if isinstance(form, Through) and kinds >= values.kinds(form.target):
        return text_of(values, form.target, value)
    if isinstance(form, ByKind) and len(kinds) == 1:
        return _of_kind(values, location, next(iter(kinds)), value)
    if isinstance(form, ByKind) and kinds == {"number", "integer"}:
        return code("_runtime.number({v})", v=value)
    return code("_runtime.dumps({v})", v=encoded(values, location, value))


def _of_kind(values: Values, location: Location, kind: str, value: Code) -> Code:
    if kind == "object" and location in values.classes:
        return code("{v}.to_json()", v=value)
    if kind == "integer":
        return code("_runtime.number({v})", v=value)
    if kind == "boolean":
        return code("_runtime.boolean({v})", v=value)
    if kind == "string":
        text = format_text(values, location, value) if values.typed_format(location) else value
        return code("_runtime.quoted({text})", text=text)
    rest = values.array(location).rest if kind == "array" and not values.array(location).first else None
    if rest is not None and encoded(values, rest, Code("item")) != "item":
        item = text_of(values, rest, Code("item"))
        if " for item in " not in item:
            return code('"[" + ",".join([{item} for item in {v}]) + "]"', item=item, v=value)
    return code("_runtime.dumps({v})", v=encoded(values, location, value))


def text_body(lines: Lines, values: Values, location: Location) -> None:
    """Print the function that writes an object, its properties in the order of the schema.

    Every property is written with a comma before it; the first comma is cut off at the end.
    """
    kept = read_kept(lines, values, location)
    lines.add('text = ""')
    for found in values.properties(location):
        _field(lines, values, found, kept.get(found.json_name))
    if values.has_additional(location):
        item = values.map(location).item
        with lines.block("if self.additional_properties:"):
            extra = Code("self.additional_properties")
            if item is not None and not values.plain(item):
                extra = code("_runtime.encode({extra})", extra=extra)
            lines.add('text += "," + _runtime.dumps({extra})[1:-1]', extra=extra)
    lines.add('return "{" + text[1:] + "}"')


def _field(lines: Lines, values: Values, found: Property, kept: tuple[Code, Code] | None) -> None:
    variable = lines.fresh(found.json_name)
    lines.add("{variable} = self.{name}", variable=variable, name=identifier(found.name))
    text = text_of(values, found.location, variable)
    if text == code("_runtime.number({v})", v=variable):
        # An f-string writes an int as JSON does, and much faster than a call.
        text = code("{v} if type({v}) is int else _runtime.number({v})", v=variable)
    name, end = f",{json.dumps(found.json_name)}:", ""
    if kept is not None:
        # The text of a typed format has nothing to escape.
        text = kept_or(format_text(values, found.location, variable), variable, kept)
        name, end = f'{name}"', '"'
    if found.required:
        lines.add("text += {piece}", piece=_piece(name, text, end))
        return
    absent = Code("_runtime.ABSENT" if found.nullable else "None")
    with lines.block("if {variable} is not {absent}:", variable=variable, absent=absent):
        lines.add("text += {piece}", piece=_piece(name, text, end))


def _piece(name: str, text: Code, end: str) -> Code:
    """Return a property's name and value as one expression; an f-string where its value has no quotes of its own."""
    if '"' in text:
        return code("{name} + ({text})", name=f_string(name), text=text)
    return f_string(name, text, end)
