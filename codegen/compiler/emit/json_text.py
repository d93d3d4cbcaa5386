"""The JSON text of objects: written straight from the fields, as `json.dumps` would write what they encode to."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TypeAlias

from ...ir import Location
from ..types import ByKind, Members, Property, Through
from .body import Body
from .encode import ITEM, Encoder, absent, field_of, has_loop, kept_or, read_kept
from .templates import expression
from .tree import Assign, Call, Concatenation, Expression, Formatted, IfExp, Name, count, f_string, literal


@dataclass(frozen=True, slots=True)
class TextEncoder:
    """The expressions that write values as JSON text in one module."""

    encoder: Encoder

    def shown(self, location: Location, value: Expression) -> list[Expression | str]:
        """Return what an f-string writes as the JSON text of a value: text, and expressions of texts or numbers."""
        test = self.plain(location, value)
        if test is not None:
            return [expression("{v} if {test} else _json.number({v})", v=value, test=test)]
        items = self.items(location, value)
        return [self.text(location, value)] if items is None else ["[", items, "]"]

    def items(self, location: Location, value: Expression) -> Expression | None:
        """Return the expression of the text between the brackets of an array, None if that is not written by items."""
        values = self.encoder.values
        form, kinds = values.form(location), values.kinds(location)
        if isinstance(form, Through) and kinds >= values.kinds(form.target):
            return self.items(form.target, value)
        array = values.array(location) if isinstance(form, ByKind) and kinds == {"array"} else None
        if array is None or array.first or array.rest is None:
            return None
        if values.is_json(array.rest) and values.kinds(array.rest) != {"string"}:
            return None
        item = self.text(array.rest, ITEM)
        return None if has_loop(item) else expression('",".join([{item} for item in {v}])', item=item, v=value)

    def plain(self, location: Location, value: Expression) -> Expression | None:
        """Return the test that Python's own text of a number is its JSON text, None if the value is no number."""
        values = self.encoder.values
        form, kinds = values.form(location), values.kinds(location)
        if isinstance(form, Through) and kinds >= values.kinds(form.target):
            return self.plain(form.target, value)
        if not isinstance(form, ByKind) or not kinds or not kinds <= {"number", "integer"}:
            return None
        if kinds == {"integer"}:
            return expression("type({v}) is int", v=value)
        # x - x is not 0 for inf and nan
        return expression("(type({v}) is float and {v} - {v} == 0.0) or type({v}) is int", v=value)

    def text(self, location: Location, value: Expression) -> Expression:
        """Return the expression of the JSON text of a value."""
        values = self.encoder.values
        form = values.form(location)
        kinds = values.kinds(location)
        if isinstance(form, Members) and not form.nullable and not form.open and kinds == {"string"}:
            return expression("quoted({v}._value_)", v=value)
        if isinstance(form, Through) and kinds >= values.kinds(form.target):
            return self.text(form.target, value)
        if isinstance(form, ByKind) and len(kinds) == 1:
            return self._of_kind(location, next(iter(kinds)), value)
        if isinstance(form, ByKind) and len(kinds) == 2 and "null" in kinds and values.is_json(location):
            text = self._of_kind(location, next(iter(kinds - {"null"})), value)
            return expression('"null" if {v} is None else {text}', v=value, text=text)
        if isinstance(form, ByKind) and kinds == {"number", "integer"}:
            return expression("_json.number({v})", v=value)
        return self._dumped(location, value)

    def _of_kind(self, location: Location, kind: str, value: Expression) -> Expression:
        values = self.encoder.values
        if kind == "object" and location in values.classes:
            function = self.encoder.writers.text(location)
            return expression("{v}.to_json()", v=value) if function is None else Call(function, (value,))
        if kind == "integer":
            return expression("_json.number({v})", v=value)
        if kind == "boolean":
            return expression('"true" if {v} is True else "false" if {v} is False else _json.boolean({v})', v=value)
        if kind == "string":
            text = self.encoder.format_text(location, value) if values.typed_format(location) else value
            return expression("quoted({text})", text=text)
        items = self.items(location, value) if kind == "array" else None
        return self._dumped(location, value) if items is None else expression('"[" + {items} + "]"', items=items)

    def _dumped(self, location: Location, value: Expression) -> Expression:
        return expression("_json.dumps({v})", v=self.encoder.data(location, value))


def text_body(lines: Body, encoder: Encoder, location: Location) -> None:
    """Print the function that writes an object, its properties in the order of the schema.

    From the first property that is always there on, each has a comma before it, and those before have one after; where
    none is always there, each has one before, and the first comma is cut off.
    """
    values = encoder.values
    kept = read_kept(lines, values, location)
    properties = values.properties(location)
    first = next((index for index, found in enumerate(properties) if found.required), None)
    pieces: list[list[_Part]] = [] if first is None else [["{"]]
    for index, found in enumerate(properties):
        before, after = ("", "" if index == first else ",") if first is not None and index <= first else (",", "")
        pieces.append(_Piece(lines, encoder, found, kept.get(found.json_name), before, after).parts())
    if values.has_additional(location):
        pieces.append([_extra(lines, encoder, location)])
    if first is not None:
        pieces[-1].append("}")
        pieces[:2] = [pieces[0] + pieces[1]]
    text = Concatenation(tuple([f_string(*piece) for piece in pieces or [[""]]]))
    if first is not None:
        lines.add("return {text}", text=text)
        return
    lines.add("text = {text}", text=text)
    lines.add('return "{" + text[1:] + "}"')


_Part: TypeAlias = Expression | Formatted | str


@dataclass(frozen=True, slots=True)
class _Piece:
    """The text of one property, with what stands before and after it."""

    lines: Body
    encoder: Encoder
    found: Property
    kept: tuple[Name, Name] | None
    before: str
    after: str

    def parts(self) -> list[_Part]:
        """Print what has to be known of the property first; return the parts of its text."""
        found, texts = self.found, TextEncoder(self.encoder)
        name = f"{self.before}{json.dumps(found.json_name)}:"
        field = field_of(found)
        if found.required and self.kept is None:
            once = texts.shown(found.location, field)
            if count(tuple(once), field) == 1:
                return [name, *once, self.after]
        variable = self.lines.fresh(found.json_name)
        self.lines.append(Assign((variable,), field))
        if self.kept is not None:
            # The text of a typed format has nothing to escape.
            text = kept_or(self.encoder.format_text(found.location, variable), variable, self.kept)
            return self._shown(variable, [f'{name}"', text, f'"{self.after}'])
        test = texts.plain(found.location, variable)
        if test is not None:
            plain = f_string(name, Formatted(variable), self.after)
            other = f_string(name, expression("_json.number({v})", v=variable), self.after)
            return self._named(variable, IfExp(test, plain, other))
        return self._shown(variable, [name, *texts.shown(found.location, variable), self.after])

    def _shown(self, variable: Name, parts: list[_Part]) -> list[_Part]:
        """Return the parts, or the variable of their text where they may be absent."""
        return parts if self.found.required else self._named(variable, f_string(*parts))

    def _named(self, variable: Name, whole: Expression) -> list[_Part]:
        """Print the variable of a text, empty if the property is absent."""
        found = self.found
        written = self.lines.fresh(f"{found.name}_text")
        if not found.required:
            gone = expression("{variable} is {absent}", variable=variable, absent=absent(found))
            whole = IfExp(gone, literal(""), whole)
        self.lines.append(Assign((written,), whole))
        return [written]


def _extra(lines: Body, encoder: Encoder, location: Location) -> Name:
    """Print the text of the properties without a field; return its variable."""
    extra, written = lines.fresh("extra"), lines.fresh("extra_text")
    item = encoder.values.map(location).item
    data = extra if item is None or encoder.values.is_json(item) else expression("_data.encode({extra})", extra=extra)
    lines.add("{extra} = self.additional_properties", extra=extra)
    text = f_string(",", expression("_json.dumps({data})[1:-1]", data=data))
    lines.add('{written} = {text} if {extra} else ""', written=written, text=text, extra=extra)
    return written
