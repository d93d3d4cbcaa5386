"""The encoding of values: straight expressions where the type is known, the general encoder where it is not."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from functools import partial
from typing import Protocol, TypeAlias

from ...ir import Location
from ...records import dataclass
from ..types import ByKind, Members, Property, Through, Values
from .body import Body
from .pieces import Pieced, repeated
from .templates import expression
from .tree import Assign, Attribute, Call, Dict, DictComp, Expression, ListComp, Name, Tuple, literal, walk


class Writers(Pieced, Protocol):
    """The maker of the functions that write the objects of a class, as they are called from one module."""

    def write(self, location: Location) -> Expression | None:
        """Return the function that makes a dict of an object, None if it stands in another module."""

    def text(self, location: Location) -> Expression | None:
        """Return the function that writes an object as JSON text, None if it stands in another module."""


@dataclass(frozen=True, slots=True)
class Encoder:
    """The expressions that encode values in one module."""

    values: Values
    writers: Writers

    def data(self, location: Location, value: Expression) -> Expression:
        """Return the expression of the JSON value."""
        values = self.values
        if values.is_json(location):
            return value
        form = values.form(location)
        if isinstance(form, Members) and not form.nullable and not form.open:
            return expression("{v}._value_", v=value)  # a plain attribute, where `value` is a slow descriptor
        if isinstance(form, Through) and values.kinds(location) >= values.kinds(form.target):
            return self.data(form.target, value)
        kinds = values.kinds(location)
        if isinstance(form, ByKind) and len(kinds) == 1:
            return self._of_kind(location, next(iter(kinds)), value)
        return expression("_data.encode({v})", v=value)

    def _of_kind(self, location: Location, kind: str, value: Expression) -> Expression:
        if kind == "object" and location in self.values.classes:
            function = self.writers.write(location)
            return expression("{v}.to_dict()", v=value) if function is None else Call(function, (value,))
        if kind == "string":
            return self.format_text(location, value)
        if kind == "array" and not self.values.array(location).first:
            rest = self.values.array(location).rest
            if rest is not None:
                item = self.data(rest, ITEM)
                if not has_loop(item):
                    return expression("[{item} for item in {v}]", item=item, v=value)
        return expression("_data.encode({v})", v=value)

    def format_text(self, location: Location, value: Expression) -> Expression:
        """Return the expression of the text of a value that a format was decoded to."""
        python_type = self.values.conjunctions.python_type(location)
        if python_type is None:
            raise ValueError(f"no typed format at {location}")
        return Call(Attribute(Name(python_type.module), python_type.encoder), (value,))


ITEM = Name("item")
"""The variable of every comprehension; one within another would want a second name."""


def has_loop(node: Expression) -> bool:
    """Return whether a comprehension stands in an expression."""
    return any(isinstance(part, ListComp | DictComp) for part in walk(node))


Kept = Mapping[str, tuple[Name, Name]]
"""By JSON name, the variables of a value that an object was decoded with and of the text that it came in."""


def read_kept(lines: Body, encoder: Encoder, location: Location) -> Kept:
    """Print the reading of the texts that an object keeps; return the variables that hold them."""
    fields = tuple([(property_.json_name, property_.name) for property_ in encoder.values.kept(location)])
    if not fields:
        return {}
    return repeated(encoder.writers, lines, (read_kept, fields), partial(_read_kept, lines, fields))


def _read_kept(lines: Body, fields: Sequence[tuple[str, str]]) -> Kept:
    kept = {json_name: (lines.fresh(f"{name}_was"), lines.fresh(f"{name}_kept")) for json_name, name in fields}
    nothing = [Assign(pair, literal(None)) for pair in kept.values()]
    names = tuple([name for pair in kept.values() for name in pair])
    with lines.try_(nothing, Name("AttributeError")):  # the object was not decoded
        lines.append(Assign((Tuple(names, on_a_line=0 if len(kept) == 1 else 2),), _KEPT))
    return kept


_KEPT = expression("self._kept")


def field_of(property_: Property) -> Expression:
    """Return the field of a property."""
    return Attribute(_SELF, property_.name)


_SELF = Name("self")


Case: TypeAlias = tuple[Expression | None, Expression]
"""A test, None where no other one holds, and the expression that counts then."""


def kept_or(fresh: Expression, variable: Name, kept: tuple[Name, Name]) -> list[Case]:
    """Return the cases of a kept text, and of a fresh one if the value is another by now."""
    was, text = kept
    return [(expression("{variable} is {was}", variable=variable, was=was), text), (None, fresh)]


def choose(lines: Body, target: Expression, cases: Sequence[Case]) -> None:
    """Print the choice of a target's value: a branch for each case."""
    first, *others = cases
    if first[0] is None:
        lines.append(Assign((target,), first[1]))
        return
    with lines.if_(first[0]):
        lines.append(Assign((target,), first[1]))
    for test, value in others:
        with lines.else_() if test is None else lines.elif_(test):
            lines.append(Assign((target,), value))


def piece_key(encoder: Encoder, property_: Property, *more: Hashable) -> Hashable | None:
    """Return what a piece that writes a property depends on, and `more`; None if no content stands by itself there."""
    content = encoder.writers.content(property_.location)
    names = property_.name, property_.json_name
    return None if content is None else (names, property_.required, property_.nullable, content, more)


def absent(property_: Property) -> Expression:
    """Return what stands in a field for a property that is not there."""
    return expression("_absent.ABSENT" if property_.nullable else "None")


def class_body(lines: Body, encoder: Encoder, location: Location) -> None:
    """Print the function that makes a dict of an object, its properties in the order of the schema."""
    values = encoder.values
    kept = read_kept(lines, encoder, location)
    properties = values.properties(location)
    first = next((i for i, property_ in enumerate(properties) if not _is_direct(property_, kept)), len(properties))
    start = Dict(tuple([_pair(encoder, property_) for property_ in properties[:first]]))
    lines.add("data: dict[str, object] = {start}", start=start)
    for property_ in properties[first:]:
        pair = kept.get(property_.json_name)
        key = piece_key(encoder, property_, class_body, pair)
        repeated(encoder.writers, lines, key, partial(_field, lines, encoder, property_, pair))
    if values.has_additional(location):
        item = values.map(location).item
        extra = expression("self.additional_properties")
        with lines.if_(extra):
            if item is not None and not values.is_json(item):
                one = encoder.data(item, ITEM)
                extra = expression("{key: {one} for key, item in {extra}.items()}", one=one, extra=extra)
            lines.add("data.update({extra})", extra=extra)
    lines.add("return data")


def _is_direct(property_: Property, kept: Kept) -> bool:
    """Return whether a property is written without looking at its value first."""
    return property_.required and property_.json_name not in kept


def _pair(encoder: Encoder, property_: Property) -> tuple[Expression, Expression]:
    return literal(property_.json_name), encoder.data(property_.location, field_of(property_))


def _field(lines: Body, encoder: Encoder, property_: Property, kept: tuple[Name, Name] | None) -> None:
    name, value = literal(property_.json_name), field_of(property_)
    if property_.required and kept is None:
        lines.add("data[{name}] = {v}", name=name, v=encoder.data(property_.location, value))
        return
    variable = lines.fresh(property_.json_name)
    lines.append(Assign((variable,), value))
    fresh = encoder.data(property_.location, variable)
    target = expression("data[{name}]", name=name)
    cases: list[Case] = [(None, fresh)] if kept is None else kept_or(fresh, variable, kept)
    if property_.required:
        choose(lines, target, cases)
        return
    with lines.if_(expression("{variable} is not {absent}", variable=variable, absent=absent(property_))):
        choose(lines, target, cases)
