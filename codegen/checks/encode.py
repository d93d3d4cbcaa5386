"""The encoding of values: straight expressions where the type is known, the general encoder where it is not."""

from __future__ import annotations

from collections.abc import Callable

from codegen.checks.lines import Lines
from codegen.checks.values import ByKind, Constants, Members, Property, Through, Values
from codegen.escapes import Code, code
from codegen.escapes.python import identifier, literal
from codegen.ir import Location

Needs = Callable[[str], None]


def encoded(values: Values, location: Location, value: Code, needs: Needs) -> Code:
    """Return the expression of the JSON value; `needs` is told which module of the package it uses."""
    if values.plain(location):
        return value
    form = values.form(location)
    if isinstance(form, Members) and not form.nullable:
        return code("{v}.value", v=value)
    if isinstance(form, Constants):
        return value
    if isinstance(form, Through) and values.kinds(location) >= values.kinds(form.target):
        return encoded(values, form.target, value, needs)
    kinds = values.kinds(location)
    if isinstance(form, ByKind) and len(kinds) == 1:
        return _of_kind(values, location, next(iter(kinds)), value, needs)
    return code("_runtime.encode({v})", v=value)


def _of_kind(values: Values, location: Location, kind: str, value: Code, needs: Needs) -> Code:
    if kind == "object" and location in values.classes:
        return code("{v}.to_dict()", v=value)
    if kind == "integer":
        return value
    found = values.program.format(location) if kind == "string" else None
    if found is not None and found.python_type is not None:
        needs(found.python_type.module)
        module, function = identifier(found.python_type.module), identifier(found.python_type.encoder)
        return code("{m}.{f}({v})", m=module, f=function, v=value)
    if kind == "array" and not values.array(location).first:
        rest = values.array(location).rest
        if rest is not None:
            item = encoded(values, rest, Code("item"), needs)
            # One comprehension within another would want a second name.
            if "[" not in item:
                return code("[{item} for item in {v}]", item=item, v=value)
    return code("_runtime.encode({v})", v=value)


def class_body(lines: Lines, values: Values, location: Location, needs: Needs) -> None:
    """Print the function that makes a dict of an object, its properties in the order of the schema."""
    lines.add("data: dict[str, object] = {}")
    for found in values.properties(location):
        _field(lines, values, found, needs)
    if values.has_additional(location):
        item = values.map(location).item
        with lines.block("if self.additional_properties:"):
            extra = Code("self.additional_properties")
            if item is not None and not values.plain(item):
                one = encoded(values, item, Code("item"), needs)
                extra = code("{key: {one} for key, item in {extra}.items()}", one=one, extra=extra)
            lines.add("data.update({extra})", extra=extra)
    lines.add("return data")


def _field(lines: Lines, values: Values, found: Property, needs: Needs) -> None:
    name, value = literal(found.json_name), code("self.{name}", name=identifier(found.name))
    if found.required:
        lines.add("data[{name}] = {v}", name=name, v=encoded(values, found.location, value, needs))
        return
    variable = lines.fresh(found.json_name)
    lines.add("{variable} = {value}", variable=variable, value=value)
    absent = Code("_runtime.ABSENT" if found.nullable else "None")
    with lines.block("if {variable} is not {absent}:", variable=variable, absent=absent):
        lines.add("data[{name}] = {v}", name=name, v=encoded(values, found.location, variable, needs))
