"""The JSON text of objects: written straight from the fields, as `json.dumps` would write what they encode to."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import partial
from typing import TypeAlias

from ...ir import Location
from ...records import dataclass
from ..types import ByKind, Members, Property, Through
from .body import Body
from .encode import ITEM, Case, Encoder, absent, choose, field_of, has_loop, kept_or, piece_key, read_kept
from .pieces import repeated
from .templates import expression
from .tree import Assign, Call, Concatenation, Expression, Formatted, IfExp, Name, count, f_string, literal

_Part: TypeAlias = Expression | Formatted | str

_TextCase: TypeAlias = tuple[Expression | None, list[_Part]]
"""A test, None where no other one holds, and the parts of an f-string then."""


@dataclass(frozen=True, slots=True)
class TextEncoder:
    """The expressions that write values as JSON text in one module."""

    encoder: Encoder

    def shown(self, location: Location, value: Expression) -> list[Expression | str]:
        """Return what an f-string writes as the JSON text of a value: text, and expressions of texts."""
        items = self.items(location, value)
        return [self.text(location, value)] if items is None else ["[", items, "]"]

    def cases(self, location: Location, value: Expression) -> list[_TextCase]:
        """Return how the JSON text of a value is written, by tests of it: the first that holds counts."""
        values = self.encoder.values
        form, kinds = values.form(location), values.kinds(location)
        if isinstance(form, Through) and kinds >= values.kinds(form.target):
            return self.cases(form.target, value)
        if isinstance(form, ByKind) and kinds and kinds <= {"number", "integer"}:
            return [*_plain(kinds, value), (None, [expression("_json.number({v})", v=value)])]
        if isinstance(form, ByKind) and kinds == {"boolean"}:
            return _of_boolean(value)
        if isinstance(form, ByKind) and len(kinds) == 2 and "null" in kinds and values.is_json(location):
            other = self._of_kind(location, next(iter(kinds - {"null"})), value)
            return [(expression("{v} is None", v=value), ["null"]), (None, [other])]
        return [(None, [*self.shown(location, value)])]

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


def _plain(kinds: frozenset[str], value: Expression) -> Iterator[_TextCase]:
    """Yield the cases of a number whose text in Python is its JSON text."""
    if "number" in kinds:  # x - x is not 0 for inf and nan
        yield expression("type({v}) is float and {v} - {v} == 0.0", v=value), [Formatted(value)]
    yield expression("type({v}) is int", v=value), [Formatted(value)]


def _of_boolean(value: Expression) -> list[_TextCase]:
    return [
        (expression("{v} is True", v=value), ["true"]),
        (expression("{v} is False", v=value), ["false"]),
        (None, [expression("_json.boolean({v})", v=value)]),
    ]


def text_body(lines: Body, encoder: Encoder, location: Location) -> None:
    """Print the function that writes an object, its properties in the order of the schema.

    From the first property that is always there on, each has a comma before it, and those before have one after; where
    none is always there, each has one before, and the first comma is cut off.
    """
    values = encoder.values
    kept = read_kept(lines, encoder, location)
    properties = values.properties(location)
    first = next((index for index, property_ in enumerate(properties) if property_.required), None)
    pieces: list[list[_Part]] = [] if first is None else [["{"]]
    for index, property_ in enumerate(properties):
        before, after = ("", "" if index == first else ",") if first is not None and index <= first else (",", "")
        pair = kept.get(property_.json_name)
        key = piece_key(encoder, property_, text_body, pair, before, after)
        make = partial(_parts, lines, encoder, property_, pair, before, after)
        pieces.append([*repeated(encoder.writers, lines, key, make)])
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


def _parts(
    lines: Body, encoder: Encoder, property_: Property, kept: tuple[Name, Name] | None, before: str, after: str
) -> list[_Part]:
    """Print the statements for the text of one property; return the parts of it."""
    return _Piece(lines, encoder, property_, kept, before, after).parts()


@dataclass(frozen=True, slots=True)
class _Piece:
    """The text of one property, with what stands before and after it."""

    lines: Body
    encoder: Encoder
    property_: Property
    kept: tuple[Name, Name] | None
    before: str
    after: str

    def parts(self) -> list[_Part]:
        """Print the statements that come first; return the parts of its text."""
        property_, encoder = self.property_, TextEncoder(self.encoder)
        field = field_of(property_)
        if property_.required and self.kept is None:
            alone = encoder.cases(property_.location, field)
            if len(alone) == 1 and count(tuple(alone[0][1]), field) == 1:
                return self._whole(alone[0][1])
        variable = self.lines.fresh(property_.json_name)
        self.lines.append(Assign((variable,), field))
        cases = encoder.cases(property_.location, variable) if self.kept is None else self._kept(self.kept, variable)
        if property_.required and len(cases) == 1:
            return self._whole(cases[0][1])
        written = self.lines.fresh(f"{property_.name}_text")
        self._choose(written, variable, [(test, f_string(*self._whole(parts))) for test, parts in cases])
        return [written]

    def _choose(self, written: Name, variable: Name, cases: list[Case]) -> None:
        """Print the choice of a text that is empty if the property is absent."""
        if self.property_.required:
            choose(self.lines, written, cases)
            return
        gone = expression("{variable} is {absent}", variable=variable, absent=absent(self.property_))
        if len(cases) > 1:
            choose(self.lines, written, [(gone, literal("")), *cases])
        else:
            self.lines.append(Assign((written,), IfExp(gone, literal(""), cases[0][1])))

    def _whole(self, parts: list[_Part]) -> list[_Part]:
        """Return the parts with the property's name before them."""
        return [f"{self.before}{json.dumps(self.property_.json_name)}:", *parts, self.after]

    def _kept(self, kept: tuple[Name, Name], variable: Name) -> list[_TextCase]:
        """Return the cases of a value that was decoded from a text; a text of a format has nothing to escape."""
        fresh = self.encoder.format_text(self.property_.location, variable)
        return [(test, ['"', text, '"']) for test, text in kept_or(fresh, variable, kept)]


def _extra(lines: Body, encoder: Encoder, location: Location) -> Name:
    """Print the text of the properties without a field; return its variable."""
    extra, written = lines.fresh("extra"), lines.fresh("extra_text")
    item = encoder.values.map(location).item
    data = extra if item is None or encoder.values.is_json(item) else expression("_data.encode({extra})", extra=extra)
    lines.add("{extra} = self.additional_properties", extra=extra)
    text = f_string(",", expression("_json.dumps({data})[1:-1]", data=data))
    lines.add('{written} = {text} if {extra} else ""', written=written, text=text, extra=extra)
    return written
