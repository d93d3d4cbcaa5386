"""The JSON text of objects: written straight from the fields, as `json.dumps` would write what they encode to."""

from __future__ import annotations

import json
from dataclasses import dataclass

from codegen.checks.encode import Encoder, absent, kept_or, read_kept
from codegen.checks.lines import Lines, f_string
from codegen.checks.values import ByKind, Members, Property, Through
from codegen.escapes import Code, code
from codegen.escapes.python import identifier
from codegen.ir import Location


@dataclass(frozen=True, slots=True)
class TextEncoder:
    """The expressions that write values as JSON text in one module."""

    encoder: Encoder

    def shown(self, location: Location, value: Code) -> Code:
        """Return the expression of what an f-string writes as the JSON text of a value: the text, or a number."""
        form, kinds = self.encoder.values.form(location), self.encoder.values.kinds(location)
        if isinstance(form, Through) and kinds >= self.encoder.values.kinds(form.target):
            return self.shown(form.target, value)
        if isinstance(form, ByKind) and kinds == {"integer"}:
            return code("{v} if type({v}) is int else _runtime.number({v})", v=value)
        if isinstance(form, ByKind) and kinds == {"number", "integer"}:
            # x - x is not 0 for inf and nan
            test = "{v} if (type({v}) is float and {v} - {v} == 0) or type({v}) is int else _runtime.number({v})"
            return code(test, v=value)
        return self.text(location, value)

    def text(self, location: Location, value: Code) -> Code:
        """Return the expression of the JSON text of a value."""
        values = self.encoder.values
        form = values.form(location)
        kinds = values.kinds(location)
        if isinstance(form, Members) and not form.nullable and not form.open and kinds == {"string"}:
            return code("_runtime.quoted({v}._value_)", v=value)
        if isinstance(form, Through) and kinds >= values.kinds(form.target):
            return self.text(form.target, value)
        if isinstance(form, ByKind) and len(kinds) == 1:
            return self._of_kind(location, next(iter(kinds)), value)
        if isinstance(form, ByKind) and len(kinds) == 2 and "null" in kinds and values.is_json(location):
            text = self._of_kind(location, next(iter(kinds - {"null"})), value)
            return code('"null" if {v} is None else {text}', v=value, text=text)
        if isinstance(form, ByKind) and kinds == {"number", "integer"}:
            return code("_runtime.number({v})", v=value)
        return self._dumped(location, value)

    def _of_kind(self, location: Location, kind: str, value: Code) -> Code:
        values = self.encoder.values
        if kind == "object" and location in values.classes:
            function = self.encoder.writers.text(location)
            return code("{v}.to_json()", v=value) if function is None else code("{f}({v})", f=function, v=value)
        if kind == "integer":
            return code("_runtime.number({v})", v=value)
        if kind == "boolean":
            return code('"true" if {v} is True else "false" if {v} is False else _runtime.boolean({v})', v=value)
        if kind == "string":
            text = self.encoder.format_text(location, value) if values.typed_format(location) else value
            return code("_runtime.quoted({text})", text=text)
        rest = values.array(location).rest if kind == "array" and not values.array(location).first else None
        if rest is not None and not values.is_json(rest):
            item = self.text(rest, Code("item"))
            if " for item in " not in item:
                return code('"[" + ",".join([{item} for item in {v}]) + "]"', item=item, v=value)
        return self._dumped(location, value)

    def _dumped(self, location: Location, value: Code) -> Code:
        return code("_runtime.dumps({v})", v=self.encoder.data(location, value))


def text_body(lines: Lines, encoder: Encoder, location: Location) -> None:
    """Print the function that writes an object, its properties in the order of the schema.

    Every property has a comma before it: that of the first is left out, or cut off where the first may be absent.
    """
    values = encoder.values
    kept = read_kept(lines, values, location)
    properties = values.properties(location)
    pieces = [_piece(lines, encoder, found, kept.get(found.json_name)) for found in properties]
    if values.has_additional(location):
        pieces.append([_extra(lines, encoder, location)])
    whole = bool(properties) and properties[0].required
    if whole:
        pieces[0][0] = "{" + pieces[0][0].removeprefix(",")
        pieces[-1].append("}")
    lines.add("return (" if whole else "text = (")
    for piece in pieces or [[""]]:
        lone = piece[0] if len(piece) == 1 else ""
        if isinstance(lone, Code):
            lines.add('    f"{{piece}}"', piece=lone)
        else:
            lines.add("    {piece}", piece=f_string(*piece))
    lines.add(")")
    if not whole:
        lines.add('return "{" + text[1:] + "}"')


def _piece(lines: Lines, encoder: Encoder, found: Property, kept: tuple[Code, Code] | None) -> list[Code | str]:
    """Print what has to be known of a property first; return the parts of its text."""
    variable, name, end = lines.fresh(found.json_name), f",{json.dumps(found.json_name)}:", ""
    field = code("self.{name}", name=identifier(found.name))
    if kept is not None:
        # The text of a typed format has nothing to escape.
        text = kept_or(encoder.format_text(found.location, variable), variable, kept)
        name, end = f'{name}"', '"'
    else:
        text = TextEncoder(encoder).shown(found.location, variable)
        once = TextEncoder(encoder).shown(found.location, field)
        if found.required and once.count(field) == 1 and '"' not in once:
            return [name, once]
    lines.add("{variable} = {field}", variable=variable, field=field)
    if found.required and '"' not in text:
        return [name, text, end]
    written = lines.fresh(f"{found.name}_text")
    if found.required:
        lines.add("{written} = {text}", written=written, text=text)
        return [name, written]
    whole = code("{name} + ({text})", name=f_string(name), text=text) if '"' in text else f_string(name, text, end)
    parts = {"written": written, "variable": variable, "absent": absent(found), "whole": whole}
    lines.add('{written} = "" if {variable} is {absent} else {whole}', **parts)
    return [written]


def _extra(lines: Lines, encoder: Encoder, location: Location) -> Code:
    """Print the text of the properties without a field; return its variable."""
    extra, written = lines.fresh("extra"), lines.fresh("extra_text")
    item = encoder.values.map(location).item
    data = extra if item is None or encoder.values.is_json(item) else code("_runtime.encode({extra})", extra=extra)
    lines.add("{extra} = self.additional_properties", extra=extra)
    text = f_string(",", code("_runtime.dumps({data})[1:-1]", data=data))
    lines.add('{written} = {text} if {extra} else ""', written=written, text=text, extra=extra)
    return written
