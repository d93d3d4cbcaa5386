"""The printer of decoders: the code of a validator that also builds the Python value as it goes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Protocol

from ...ir import JSON, Location
from ...schema.listing import is_beyond_doubles
from ..analysis import Analysis
from ..conjunctions import Array
from ..keywords import Constants, kind_test
from ..lower import nodes
from ..nodes import Apply, Check, Choice, Each, Item, Items, Kinds, Listed, Member, Node, Required, Target
from ..types import ByKind, Members, OneBranch, Property, Through, Values
from ..types import Constants as ConstantValues
from . import passes
from .body import Body
from .encode import absent, field_of
from .narrowing import ANY, Outcome, decided_by_type, types_of
from .printer import LONGEST, Functions, are_disjoint, has, has_count, item_of, tagged
from .templates import expression, statement
from .tree import (
    ALWAYS,
    Assign,
    Attribute,
    Call,
    Expression,
    Name,
    Starred,
    Subscript,
    Tuple,
    literal,
    negated,
    some,
)
from .validate import FastPrinter

Sink = Callable[[Expression], None]
"""What to print with the expression of a decoded value."""

_INVALID = statement("raise _errors.Invalid")
_UNHASHABLE = statement("raise _errors.Invalid from None")


class Decoders(Functions, Protocol):
    """The maker of functions and tables for decoding; each method returns how a thing is called from this module."""

    def decode(self, target: Target) -> Expression:
        """Return the function that decodes a value."""

    def decode_class(self, target: Target) -> Expression:
        """Return the function that makes an object of a class."""

    def reference(self, location: Location) -> Expression:
        """Return the name of the class or enum."""

    def members(self, location: Location, *, nullable: bool) -> Expression:
        """Return the table of an enum's members by value."""

    def made_of(self, location: Location) -> Expression:
        """Return the class that an object is made of before it is handed out."""

    def finish(self, location: Location, lines: Body) -> None:
        """Print the end of the function that makes an object: it returns the variable `self`."""

    def constant_table(self, location: Location, values: tuple[JSON, ...]) -> Expression:
        """Return the table that gives each of the values for itself."""


class DecodePrinter(FastPrinter):
    """Prints the nodes of one function that returns the value, or raises."""

    small = looped = 0
    is_validator = False

    def __init__(
        self, analysis: Analysis, functions: Decoders, constants: Constants, lines: Body, values: Values
    ) -> None:
        super().__init__(analysis, functions, constants, lines, _INVALID)
        self.functions: Decoders = functions
        self._kept: dict[str, tuple[Expression, Name]] = {}  # by JSON name: a value's field, its text's variable
        self._is_counted = False  # whether the properties of the object that are there are
        self._exact: Name | None = None  # within an array that is not copied: whether every integer is an int
        self.values = values

    def decode(self, target: Target, value: Expression, sink: Sink) -> None:
        """Print the decoding of the value: in place where that is short, else by a call."""
        if self.values.plain(target.location):
            self.apply(target, value, None)
            sink(value)
            return
        target = self.settled(target)
        call = self._decoder(target, value)
        if call is None and not self.fits(target, value):
            call = Call(self.functions.decode(target), (value,))
        if call is None:
            self.decode_here(target, value, sink)
        else:
            sink(call)

    def _decoder(self, target: Target, value: Expression) -> Expression | None:
        """Return the call that decodes a value by a settled target, None if the code for it stands in place."""
        if self.values.is_object(target.location):
            return self._made(target, value)
        return None if self.inlines(target) else Call(self.functions.decode(target), (value,))

    def _made(self, target: Target, value: Expression) -> Expression:
        """Return the call that makes an object of the target's class."""
        return Call(self.functions.decode_class(target), (value, self.functions.reference(target.location)))

    def inlines(self, target: Target) -> bool:
        """Return whether the target's code may stand in its caller's."""
        form = self.values.form(target.location)
        if not self.values.plain(target.location) and not isinstance(form, Members | ConstantValues | ByKind):
            return False
        return super().inlines(target)

    def decode_here(self, target: Target, value: Expression, sink: Sink) -> None:
        """Print the decoding of the value in place."""
        form = self.values.form(target.location)
        if isinstance(form, Members | ConstantValues):
            with self.within(target, None) as evaluated:
                if isinstance(form, ConstantValues) and len(form.values) == 1:
                    self.body(nodes(self.scope(target, value)), evaluated)
                    sink(literal(form.values[0]))
                else:
                    self._looked_up(target, form, value, evaluated, sink)
        elif isinstance(form, Through):
            self._through(target, form, value, sink)
        elif isinstance(form, OneBranch):
            self._one_branch(target, form, value, sink)
        else:
            self._by_kind(target, value, sink)

    # Enums

    def _looked_up(
        self, target: Target, form: Members | ConstantValues, value: Expression, evaluated: Name | None, sink: Sink
    ) -> None:
        """Print the look-up of a value in a table; what has no hash is not a value of an enum either."""
        if isinstance(form, Members):
            table = self.functions.members(form.enum, nullable=form.nullable)
        else:
            table = self.functions.constant_table(target.location, form.values)
        body = nodes(self.scope(target, value))
        if isinstance(form, Members) and form.open:
            self.body(body, evaluated)
            sink(expression("{table}.get({value}, {value})", table=table, value=value))
            return
        match body:
            case (Listed(values=values),) if not any(map(is_beyond_doubles, values)):
                # The look-up says as much: it finds the listed values, but for what is equal in Python only.
                if any(type(each) is int for each in values):
                    self.require(negated(kind_test("boolean", value)))  # True would find 1
                elif any(type(each) is bool for each in values):
                    self.require(negated(kind_test("number", value)))  # 1 would find True
            case _:
                self.body(body, evaluated)
        with self.lines.try_([_UNHASHABLE], Name("TypeError")):
            sink(Subscript(table, value))

    # In place

    def _through(self, target: Target, form: Through, value: Expression, sink: Sink) -> None:
        """Print all that is said of the value, then its decoding by the subschema that says most of it."""
        source = self._source(target, form)
        with self.within(target, None) as evaluated:
            for node in self.rewritten(nodes(self.scope(target, value)), passes.read_properties):
                # What is decoded below is checked there, unless its marks are wanted too.
                if not (isinstance(node, Apply) and node.target.location == source.location and evaluated is None):
                    self.node(node, evaluated)
        self.decode(source, value, sink)

    def _source(self, target: Target, form: Through) -> Target:
        """Return the subschema that gives the value, as the nodes have it."""
        if form.keyword.target is not None:
            referred = self.analysis.referred(form.keyword, target.context)
            return self.analysis.target(target.context, referred, "/" + form.keyword.written)
        path = form.target.pointer.removeprefix(target.location.pointer)
        return self.analysis.target(target.context, form.target, path)

    def _one_branch(self, target: Target, form: OneBranch, value: Expression, sink: Sink) -> None:
        """Print all that is said of the value, then its decoding by the branch that holds."""
        choice = None
        with self.within(target, None) as evaluated:
            for node in self.rewritten(nodes(self.scope(target, value)), passes.read_properties):
                if isinstance(node, Choice) and node.keyword == form.keyword.name:
                    choice = node
                    if evaluated is not None or not self._decides_itself(node):
                        self.node(node, evaluated)
                else:
                    self.node(node, evaluated)
        if choice is None:
            raise ValueError(f"no choice at {target.location}")
        self._branches(choice, value, sink)

    def _decides_itself(self, node: Choice) -> bool:
        """Return whether taking the first branch that holds is all that the choice needs."""
        return node.discriminator is not None or not node.exclusive or are_disjoint(self.analysis, node)

    def _branches(self, node: Choice, value: Expression, sink: Sink) -> None:
        """Print the decoding by the branch that holds, each of which is tried only if those before it do not."""
        opened = self.lines.if_
        tag = self.tag(node) if node.discriminator is not None else None
        with self.supposing():
            for index, branch in enumerate(node.branches):
                outcome = Outcome()
                if node.discriminator is not None and tag is not None:
                    test = tagged(tag, node.discriminator.values[index])
                elif are_disjoint(self.analysis, node):
                    kinds = self._kinds_left(branch, value)
                    test = some([kind_test(kind, value) for kind in kinds])
                    outcome = Outcome(types_of(kinds), ANY - decided_by_type(kinds))
                else:
                    test, outcome = self.validity(branch, value), self.outcome(branch)
                with opened(test), self.supposing(value, outcome.holds):
                    self.decode(branch, value, sink)
                self.learn(value, outcome.fails)
                opened = self.lines.elif_
        with self.lines.else_():
            self.lines.append(self.fail)

    def _kinds_left(self, branch: Target, value: Expression) -> list[str]:
        """Return the JSON types of a branch that the value can still be of."""
        kinds, left = self.analysis.kinds(branch.location), self.types(value)
        return [kind for kind in _ORDER if kind in kinds and not types_of([kind]).isdisjoint(left)]

    # By JSON type

    def _by_kind(self, target: Target, value: Expression, sink: Sink) -> None:
        kinds = self.values.kinds(target.location)
        shaped = [kind for kind in _SHAPED if kind in kinds and self._is_shaped(target.location, kind)]
        if len(shaped) == 1 and kinds == {shaped[0]}:
            if shaped[0] != "integer" and not (shaped[0] == "object" and target.location in self.values.classes):
                self.require(kind_test(shaped[0], value))
                self.learn(value, types_of(shaped))
            self.kind(target, shaped[0], value, sink)
            return
        opened = self.lines.if_
        for kind in shaped:
            with opened(kind_test(kind, value)), self.supposing(value, types_of([kind])):
                self.kind(target, kind, value, sink)
            opened = self.lines.elif_
        with self.lines.else_(), self.supposing(value, ANY - decided_by_type(shaped)):
            with self.within(target, None) as evaluated:
                self.body(_of_other_kinds(nodes(self.scope(target, value)), frozenset(shaped)), evaluated)
            sink(value)

    def _is_shaped(self, location: Location, kind: str) -> bool:
        """Return whether a value of the JSON type is anything but plain JSON here."""
        if kind == "object":
            item = self.values.map(location).item
            return location in self.values.classes or (item is not None and not self.values.plain(item))
        if kind == "array":
            array = self.values.array(location)
            parts = [*array.first, *([array.rest] if array.rest else [])]
            return array.is_tuple or not all(self.values.plain(part) for part in parts)
        if kind == "string":
            return self.values.typed_format(location)
        return "number" not in self.values.kinds(location)

    def kind(self, target: Target, kind: str, value: Expression, sink: Sink) -> None:
        """Print the decoding of a value that is known to be of the JSON type (not so for an integer)."""
        if kind == "object" and target.location in self.values.classes:
            sink(self._made(target, value))
            return
        with self.within(target, None) as evaluated:
            if kind == "integer":
                self._integer(target, value, evaluated, sink)
                return
            body = self.rewritten(nodes(self.scope(target, value), kind), passes.read_properties)
            if kind == "string":
                self._format(target, body, value, sink)
            elif kind == "array":
                self._array(target, body, value, evaluated, sink)
            else:
                self._map(target, body, value, evaluated, sink)

    def _integer(self, target: Target, value: Expression, evaluated: Name | None, sink: Sink) -> None:
        """Print the decoding of an integer: `1.0` is one, and becomes an int."""
        with self.lines.if_(expression("type({v}) is not int", v=value)):
            self.lines.add("{v} = _numbers.integer({v})", v=value)
            if self._exact is not None:
                self.lines.add("{exact} = False", exact=self._exact)
        self.learn(value, frozenset({"int"}))
        self.body(nodes(self.scope(target, value), "number"), evaluated)
        sink(value)

    def _format(self, target: Target, body: tuple[Node, ...], value: Expression, sink: Sink) -> None:
        python_type = self.values.conjunctions.python_type(target.location)
        if python_type is None:
            raise ValueError(f"no typed format at {target.location}")
        own = self.values.conjunctions.python_type_of(target.location)
        self.body(body if own is None else _without(body, "format"), None)
        decoded = self.lines.fresh("decoded")
        kept = python_type.reader and any(text is value for _, text in self._kept.values())
        decoder = python_type.reader if kept else python_type.decoder
        function = Attribute(Name(python_type.module), decoder)
        self.lines.append(Assign((decoded,), Call(function, (value,))))
        with self.lines.if_(expression("{d} is None", d=decoded)):
            self.lines.append(self.fail)
        sink(decoded)

    # Arrays

    def _array(
        self, target: Target, body: tuple[Node, ...], value: Expression, evaluated: Name | None, sink: Sink
    ) -> None:
        """Print what is said of the array, then its items, each decoded by the subschema for it."""
        array = self.values.array(target.location)
        items = {node.index: node.target for node in body if isinstance(node, Item)}
        first = {index: self._target_of(target, at, items.get(index)) for index, at in enumerate(array.first)}
        rest = None if array.rest is None else self._target_of(target, array.rest, self._said_of_rest(body, array))
        is_itself = any(isinstance(node, Items) and node.target is rest for node in body)
        is_shared = not array.is_tuple and not first and is_itself and rest is not None and self._is_integers(rest)
        body = self.rewritten(body, passes.small_integers) if is_shared else body
        for node in body:
            checked_below = isinstance(node, Item) and self._is_part(node.target, array.first[node.index])
            checked_below = checked_below or (isinstance(node, Items) and self._is_rest(node, array))
            if evaluated is not None or not checked_below:
                self.node(node, evaluated)
        if array.is_tuple:
            self._tuple(array, first, rest, value, sink)
        elif is_shared:
            self._shared(next(n for n in body if isinstance(n, Items) and self._is_rest(n, array)), sink)
        else:
            self._list(first, rest, value, sink)

    def _is_rest(self, node: Items, array: Array) -> bool:
        is_all = not node.unevaluated and node.start == len(array.first)
        return is_all and array.rest is not None and self._is_part(node.target, array.rest)

    def _said_of_rest(self, body: tuple[Node, ...], array: Array) -> Target | None:
        """Return what a node says of the items behind the first ones, if one says it of all of them."""
        return next((node.target for node in body if isinstance(node, Items) and self._is_rest(node, array)), None)

    def _target_of(self, holder: Target, place: Location, said: Target | None = None) -> Target:
        """Return the place of a part of a value as a target: what a node of the value says of it, where that is all."""
        if said is not None and said.location == place:
            return said
        if self.analysis.depends_on_scope(place):
            holder = self.values.conjunctions.holder(holder, place)
        return self.analysis.target(holder.context, place, "")

    def _is_part(self, said: Target, place: Location) -> bool:
        """Return whether decoding a part by its place validates it against what a node says of it."""
        return said.location == place or said.location in self.values.conjunctions.together(place)

    def _tuple(
        self, array: Array, first: Mapping[int, Target], rest: Target | None, value: Expression, sink: Sink
    ) -> None:
        items: list[Expression] = []
        for index, target in first.items():
            item, name = self.lines.fresh("item"), self.lines.fresh("first")
            self.lines.append(Assign((item,), Subscript(value, literal(index))))
            if not self.values.plain(target.location):
                self.lines.add("{name}: Any", name=name)  # values of several types, each in a line of its own
            self.decode(target, item, self._assign(name))
            items.append(name)
        if rest is not None:
            more = self.lines.fresh("rest")
            self._append_all(rest, expression("{v}[{n}:]", v=value, n=len(first)), more)
            items.append(Starred(more))
        elif array.open:
            items.append(Starred(expression("{v}[{n}:]", v=value, n=len(first))))
        sink(Tuple(tuple(items)))

    def _list(self, first: Mapping[int, Target], rest: Target | None, value: Expression, sink: Sink) -> None:
        result = self.lines.fresh("items")
        if not first and rest is not None:
            self._append_all(rest, value, result)
            sink(result)
            return
        index, item = self.lines.fresh("index"), self.lines.fresh("item")
        self.lines.add("{r}: list[Any] = []", r=result)
        with self.lines.for_(expression("enumerate({v})", v=value), index, item):
            opened = self.lines.if_
            for number, at in first.items():
                with opened(expression("{i} == {n}", i=index, n=number)), self.supposing():
                    self.decode(at, item, self._append(result))
                opened = self.lines.elif_
            with self.lines.else_():
                if rest is None:
                    self._append(result)(item)
                else:
                    self.decode(rest, item, self._append(result))
        sink(result)

    def _is_integers(self, target: Target) -> bool:
        """Return whether all that the target takes is an integer, or an array of such at any depth."""
        target = self.settled(target)
        location = target.location
        if not isinstance(self.values.form(location), ByKind) or not self.inlines(target):
            return False
        kinds, array = self.values.kinds(location), self.values.array(location)
        if kinds != {"array"} or array.first or array.rest is None:
            return kinds == {"integer"}
        return self._is_integers(Target(array.rest, target.context, ""))

    def _shared(self, node: Items, sink: Sink) -> None:
        """Print the decoding of an array of integers, which is copied only if one of them is written as 1.0."""
        outer = self._exact
        if outer is None:
            self._exact = self.lines.fresh("exact")
            self.lines.add("{exact} = True", exact=self._exact)
        self.each_item(node, lambda inner, item: self.decode(inner, item, lambda _: None))
        exact, self._exact = self._exact, outer
        if outer is None and exact is not None:
            sink(expression("{v} if {exact} else _numbers.whole({v})", v=node.value, exact=exact))

    def _append_all(self, target: Target, value: Expression, result: Name) -> None:
        item = self.lines.fresh("item")
        call = None if self.values.plain(target.location) else self._decoder(self.settled(target), item)
        if call is not None:
            self.lines.add("{r} = [{call} for {item} in {v}]", r=result, call=call, item=item, v=value)
            return
        self.lines.add("{r}: list[Any] = []", r=result)
        with self.lines.for_(value, item):
            self.decode(target, item, self._append(result))

    def _append(self, result: Name) -> Sink:
        return lambda value: self.lines.add("{r}.append({v})", r=result, v=value)

    def _assign(self, target: Expression) -> Sink:
        return lambda value: self.lines.append(Assign((target,), value))

    # Objects

    def _map(
        self, target: Target, body: tuple[Node, ...], value: Expression, evaluated: Name | None, sink: Sink
    ) -> None:
        """Print what is said of the object, then its properties in a dict."""
        each = self._each(target, body, value)
        if each is None:
            raise ValueError(f"no properties are decoded at {target.location}")
        for node in body:
            if node is not each or evaluated is not None:
                self.node(node, evaluated)
        result = self.lines.fresh("members")
        self.lines.add("{r}: dict[str, Any] = {}", r=result)
        self._each_decoded(each, value, result)
        sink(result)

    def _each(self, target: Target, body: tuple[Node, ...], value: Expression) -> Each | None:
        """Return the node by which properties without a field are decoded: one of the body's if that says it all."""
        item = self.values.map(target.location).item
        if item is None:
            return None
        own = next((node for node in body if isinstance(node, Each) and node.target.location == item), None)
        return own or Each(
            value, self._target_of(target, item), named=tuple(self.values.conjunctions.fields(target.location))
        )

    def _each_decoded(self, node: Each, value: Expression, result: Name) -> None:
        """Print the loop that decodes the chosen properties into a dict."""
        key, item = self.lines.fresh("key"), self.lines.fresh("item")
        choice = self.chosen(node, key, None)
        sink = self._keep(result, key)
        with self.lines.for_(expression("{value}.items()", value=value), key, item):
            if choice == ALWAYS:
                self.decode(node.target, item, sink)
            else:
                with self.lines.if_(choice):
                    self.decode(node.target, item, sink)

    def _keep(self, result: Name, key: Name) -> Sink:
        return self._assign(Subscript(result, key))

    def class_body(self, target: Target, value: Expression) -> None:
        """Print the function that makes an object of a class from a dict."""
        location = target.location
        properties = {property_.json_name: property_ for property_ in self.values.properties(location)}
        self.require(kind_test("object", value))
        self.learn(value, types_of(["object"]))
        with self.within(target, None) as evaluated:
            body = self.rewritten(nodes(self.scope(target, value), "object"), passes.read_properties)
            extra = self._each(target, body, value)
            self.lines.add("self = _new({cls})", cls=self.functions.made_of(location))
            is_counting = passes.closed_objects.__name__ in self.functions.passes
            closing = passes.closing_node(body, properties.keys(), self) if is_counting else None
            self._is_counted = closing is not None or self.values.has_additional(location)
            if self._is_counted:
                self.lines.add("present: int = {n}", n=len(properties))
            read: set[str] = set()
            for node in body:
                if node is not closing:
                    self._class_node(node, properties, value, evaluated, extra, read)
            for property_ in properties.values():
                if property_.json_name not in read:
                    self.field(property_, self._target_of(target, property_.location), value)
            if closing is not None:
                self.require(has_count(value, _PRESENT))
            if self.values.has_additional(location):
                self._additional(location, extra, value)
            self._keep_texts(location)
        self.functions.finish(location, self.lines)

    def _keep_texts(self, location: Location) -> None:
        """Print that the object remembers the text behind each value of a typed format."""
        pairs = tuple([part for property_ in self.values.kept(location) for part in self._kept[property_.json_name]])
        if pairs:
            self.lines.add("self._kept = {pairs}", pairs=Tuple(pairs))

    def _class_node(
        self,
        node: Node,
        properties: Mapping[str, Property],
        value: Expression,
        evaluated: Name | None,
        extra: Each | None,
        read: set[str],
    ) -> None:
        if isinstance(node, Member) and self._is_part(node.target, properties[node.name].location):
            read.add(node.name)
            property_ = properties[node.name]
            self.field(property_, self._target_of(node.target, property_.location, node.target), value)
            if evaluated is not None:
                with self.lines.if_(has(value, node.name)):
                    self.lines.add("{evaluated}.add({n})", evaluated=evaluated, n=literal(node.name))
        elif not (isinstance(node, Required) and node.name in properties) and not (node is extra and evaluated is None):
            self.node(node, evaluated)

    def field(self, property_: Property, target: Target, value: Expression) -> None:
        """Print the reading of one field: its value, or what stands for a property that is not there."""
        self.is_full = len(self.lines) > LONGEST
        variable = self.lines.fresh(property_.json_name)
        if property_.keeps_text:
            self._kept[property_.json_name] = field_of(property_), variable
        is_itself = target.location == property_.location and self._exact is None
        more = variable.identifier, property_.name, property_.required, property_.nullable, self._is_counted
        key = self.key(target, value, property_.json_name, *more) if is_itself else None
        self.repeated(key, lambda: self._field(property_, target, value, variable))

    def _field(self, property_: Property, target: Target, value: Expression, variable: Name) -> None:
        attribute = field_of(property_)
        if property_.required:
            self._read_field(property_, target, value, variable)
            return
        with self.lines.if_(has(value, property_.json_name)), self.supposing():
            self._read_field(property_, target, value, variable)
        with self.lines.else_():
            targets = (attribute, variable) if property_.json_name in self._kept else (attribute,)
            self.lines.append(Assign(targets, absent(property_)))
            if self._is_counted:
                self.lines.add("present -= 1")

    def _read_field(self, property_: Property, target: Target, value: Expression, variable: Name) -> None:
        """Print the reading of a property that is there."""
        at = item_of(value, property_.json_name)
        self.lines.append(Assign((variable,), at))
        self.learn(variable, self.types(at))
        self.decode(target, variable, self._assign(field_of(property_)))

    def _additional(self, location: Location, extra: Each | None, value: Expression) -> None:
        """Print the properties without a field: none if the count of those with one is the count of all."""
        named = tuple(property_.json_name for property_ in self.values.properties(location))
        parts = {"v": value, "names": self.constants.names(location, named)}
        with self.lines.if_(has_count(value, _PRESENT)):
            self.lines.add("self.additional_properties = {}")
        with self.lines.else_():
            if extra is None or self.values.plain(extra.target.location):
                if extra is not None:
                    self.node(extra, None)
                comprehension = "{key: item for key, item in {v}.items() if key not in {names}}"
                self.lines.add("self.additional_properties = " + comprehension, **parts)
                return
            if not {*named} <= {*extra.named}:
                self.node(extra, None)  # it applies to fields too that come from elsewhere
                extra = replace(extra, named=named)
            members = self.lines.fresh("members")
            self.lines.add("{members}: dict[str, Any] = {}", members=members)
            self._each_decoded(extra, value, members)
            self.lines.add("self.additional_properties = {members}", members=members)


_PRESENT = Name("present")
_SHAPED = ("object", "array", "string", "integer")
_ORDER = ("object", "array", "string", "number", "integer", "boolean", "null")


def _of_other_kinds(body: tuple[Node, ...], kinds: frozenset[str]) -> tuple[Node, ...]:
    """Return the nodes without the cases of some JSON types, of which the value is known not to be."""
    others: list[Node] = []
    for node in body:
        if not isinstance(node, Kinds):
            others.append(node)
            continue
        cases = tuple(case for case in node.cases if case[0] not in kinds)
        others.append(node.otherwise if node.otherwise and not cases else Kinds(node.value, cases, node.otherwise))
    return tuple(others)


def _without(body: tuple[Node, ...], drop: str) -> tuple[Node, ...]:
    """Return the nodes without the check that a conversion does; within the guards of a JSON type too."""
    others: list[Node] = []
    for node in body:
        if isinstance(node, Check) and node.drop == drop:
            continue
        if isinstance(node, Kinds):
            cases = tuple((kind, test, _without(inner, drop)) for kind, test, inner in node.cases)
            others.append(Kinds(node.value, cases, node.otherwise))
        else:
            others.append(node)
    return tuple(others)
