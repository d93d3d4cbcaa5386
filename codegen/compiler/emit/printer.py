"""The base of all printers: what stands in place, and tests of whole subschemas."""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache
from typing import NamedTuple, Protocol

from ...ir import Location
from ...schema.equality import key
from ..analysis import Analysis
from ..keywords import Constants, Scope
from ..lower import nodes, tracks
from ..nodes import (
    Apply,
    Check,
    Choice,
    Conditional,
    Contains,
    Context,
    Each,
    Kinds,
    Listed,
    Member,
    Negation,
    Never,
    Node,
    Required,
    TableCheck,
    Target,
    When,
)
from . import text
from .body import Body
from .narrowing import ANY, Outcome, Types, comparisons, listings, outcome, together, types_of
from .pieces import Pieced, repeated
from .templates import expression
from .tree import (
    ALWAYS,
    NOTHING,
    Call,
    Comparison,
    Expression,
    Name,
    Subscript,
    Tuple,
    every,
    literal,
    negated,
    some,
)

_EXPRESSION = 90  # longer expressions read better as a function of their own
LONGEST = 150  # lines, after which parts get functions of their own: pyright gives up on some of 600
MOST_MEMBERS = 50
"""Properties that one function looks at; of an object with more, each so many have one of their own."""
_WEIGHT = 10  # subschemas of more nodes get a function of their own
_DEPTH = 4  # so do those that would stand deeper


class Functions(Pieced, Protocol):
    """The maker of functions: each method requests one and returns how it is called from this module."""

    @property
    def passes(self) -> Collection[str]:
        """The names of the passes that are not turned off."""

    def valid(self, target: Target, *, evaluated: bool) -> Expression:
        """Return the function that returns whether a value is valid."""

    def memoized(self, target: Target, *, evaluated: bool) -> Expression:
        """Return the function that returns whether a value is valid, and takes the memo of one instance."""

    def passes_memo(self, location: Location) -> bool:
        """Return whether the function of a location looks at the memo of one instance, or passes it on."""

    def is_remembered(self, target: Target) -> bool:
        """Return whether the validity against a target is remembered while one instance is validated."""

    def problems(self, target: Target) -> str:
        """Return the name of the target's rows in the tables of problems."""

    def claim(self, name: str) -> Name:
        """Return a name that nothing else in this module has, the wanted one if that is free."""

    def outline(self, target: Target) -> tuple[Node, ...]:
        """Return the target's nodes for a variable `value`: to look at, not to print."""

    def is_local(self, location: Location) -> bool:
        """Return whether the location's code stands in this module."""

    def has_function(self, location: Location) -> bool:
        """Return whether the location is worth a function whatever its size (a class)."""


class _Learnt(NamedTuple):
    """What came of printing a piece, beside its statements: what a printer knows from there on."""

    raises: frozenset[str]
    types: Mapping[Expression, Types]
    values: Mapping[Expression, frozenset[object]]


class Layout:
    """What stands in place and what by itself: the same for printers and for the tables of problems."""

    small = 0
    """Of how many nodes a class may be whose code stands in its caller's."""
    looped = 0
    """The same for a class that is used only for the items of one array."""

    is_full = False
    """Whether the function that is printed is so long that what comes yet gets functions of its own."""

    def __init__(self, analysis: Analysis, functions: Functions) -> None:
        self.analysis = analysis
        self.functions = functions
        self._stack: list[tuple[Location, Context]] = []

    @contextmanager
    def entered(self, target: Target) -> Iterator[None]:
        """Go on within the target."""
        self._stack.append((target.location, target.context))
        yield
        self._stack.pop()

    def settled(self, target: Target) -> Target:
        """Return the target itself, or where it leads if all that it says is a reference to another."""
        path = [target]
        while True:
            body = self.functions.outline(path[-1])
            only = body[0] if len(body) == 1 else None
            if not isinstance(only, Apply) or any(only.target.location == passed.location for passed in path):
                return Target(path[-1].location, path[-1].context, "".join(passed.path for passed in path))
            path.append(only.target)

    @property
    def here(self) -> Location:
        """The subschema that is printed."""
        return self._stack[-1][0]

    def is_never(self, target: Target) -> bool:
        """Return whether the target is the subschema `false`."""
        return self.analysis[target.location].boolean is False

    def stands_here(self, target: Target, _: Member) -> bool:
        """Return whether the code for the value of a property, whose settled target this is, stands in its caller's."""
        return self.inlines(target)

    def refuses(self, target: Target) -> bool:
        """Return whether the target lets nothing in."""
        return _refuses_all(self.functions.outline(self.settled(target)))

    def says(self, target: Target, evaluated: Name | None = None) -> bool:
        """Return whether the target can refuse anything, or has anything to mark."""
        if evaluated is not None and self.marks(target.location):
            return True
        return any(self._node_says(node) for node in self.functions.outline(target))

    def _node_says(self, node: Node) -> bool:
        match node:
            case Apply(target=target):
                return self.says(target)
            case Conditional(then=None, orelse=None):
                return False
        return True

    def inlines(self, target: Target) -> bool:
        """Return whether the target's code may stand in its caller's."""
        if (target.location, target.context) in self._stack or len(self._stack) > _DEPTH:
            return False
        if self.functions.is_remembered(target):
            return False
        body, local = self.functions.outline(target), self.functions.is_local(target.location)
        if self.is_full and not _is_leaf(body):
            return False
        if self.functions.has_function(target.location):
            return local and self._has_room(target, body)
        if target.path.endswith(_REFERENCES) or not local:
            return _is_leaf(body)
        return _weight(body) <= _WEIGHT

    def _has_room(self, target: Target, body: tuple[Node, ...]) -> bool:
        """Return whether the code of a class may stand in its caller's here: one in another would soon be much text.

        Beside small ones that is one that is printed nowhere else, in the loop over an array.
        """
        above = [location for location, _ in self._stack[1:] if self.functions.has_function(location)]
        if _weight(body) <= self.small:
            return not above or (len(above) == 1 and self.analysis.is_only_item(above[0]))
        return not above and _weight(body) <= self.looped and self.analysis.is_only_item(target.location)

    def marks(self, location: Location) -> bool:
        """Return whether the subschema can evaluate properties or items of its instance."""
        return location in self.analysis.marking


class Printer(Layout):
    """What all printers share: scopes, and tests for whole subschemas."""

    def __init__(self, analysis: Analysis, functions: Functions, constants: Constants, lines: Body) -> None:
        super().__init__(analysis, functions)
        self.constants = constants
        self.lines = lines
        self.raises: set[str] = set()
        """Which errors mean no: KeyError of a missing property, TypeError of what has no hash."""
        self.memo: Name | None = None  # the variable of what is remembered, where there is one
        self.needs_memo = False  # whether anything that was called looks at it
        self._types: dict[Expression, Types] = {}  # by variable, the Python types that are left for its value
        self._values: dict[Expression, frozenset[object]] = {}  # by variable, of which its value is one, by `key`

    @contextmanager
    def within(self, target: Target, evaluated: Name | None) -> Iterator[Name | None]:
        """Print in the target's scope; give the variable of what it has evaluated, if anything needs that."""
        with self.entered(target):
            marked, place = evaluated, self.lines.place()
            if tracks(self.analysis[target.location]):
                marked = self.lines.fresh("evaluated")
                self.lines.add("{marked}: set[str | int] = set()", marked=marked)
            yield marked
            if marked is not evaluated and marked is not None and evaluated is None:
                self.lines.drop_unused(place, marked)
            if marked is not evaluated and marked is not None and evaluated is not None:
                self.lines.add("{evaluated} |= {marked}", evaluated=evaluated, marked=marked)

    # Pieces

    def key(self, target: Target, value: Expression, name: str, *more: Hashable) -> Hashable | None:
        """Return what a piece for a property depends on, and `more`; None if its subschema has no content by itself."""
        content = self.functions.content(target.location)
        if content is None:
            return None
        known = self.types(item_of(value, name)), len(self._stack), self.is_full
        return type(self), value, name, content, known, more

    def repeated(self, key: Hashable | None, write: Callable[[], None]) -> None:
        """Print a piece, or print it again if it is kept; without a key, only print."""
        if key is None:
            write()
            return
        learnt = repeated(self.functions, self.lines, key, lambda: self._learning(write))
        self.raises |= learnt.raises
        self._types.update(learnt.types)
        self._values.update(learnt.values)

    def _learning(self, write: Callable[[], None]) -> _Learnt:
        """Print, and return what is known from there on that was not before."""
        raises, types, values = self.raises, dict(self._types), dict(self._values)
        self.raises = set()
        write()
        learnt = _Learnt(
            frozenset(self.raises),
            {value: of for value, of in self._types.items() if types.get(value) != of},
            {value: of for value, of in self._values.items() if values.get(value) != of},
        )
        self.raises = raises
        return learnt

    # The types of values where the next line stands

    def types(self, value: Expression) -> Types:
        """Return the Python types that a value can have here, as type checkers know them too."""
        return self._types.get(value, ANY)

    def learn(self, value: Expression, types: Types) -> None:
        """Add that a value is of one of some Python types from here on."""
        self._types[value] = self.types(value) & types

    @contextmanager
    def supposing(self, value: Expression | None = None, types: Types = ANY) -> Iterator[None]:
        """Print what counts on a condition: that a value is of some types, and what is learnt meanwhile."""
        before = dict(self._types), dict(self._values)
        if value is not None:
            self.learn(value, types)
        yield
        self._types, self._values = before

    def learn_from(self, node: Node) -> None:
        """Add what a node implies for its value's type, which holds from here on."""
        if not isinstance(node, Never | TableCheck | When) and node.value is not None:
            self.learn(node.value, self._outcome(node).holds)
            if isinstance(node, Listed):
                self._values[node.value] = frozenset(map(key, node.values))

    def outcome(self, target: Target, depth: int = _DEPTH) -> Outcome:
        """Return what the validity against a target implies for its value's type; nothing if a call finds it."""
        body = self.functions.outline(self.settled(target))
        if depth == 0 or _weight(body) > _WEIGHT:
            return Outcome()
        return together(self._outcome(node, depth - 1) for node in body)

    def _outcome(self, node: Node, depth: int = _DEPTH) -> Outcome:
        match node:
            case Apply():
                return self.outcome(node.target, depth)
            case Negation():
                holds, fails = self.outcome(node.target, depth)
                return Outcome(fails, holds)
            case _:
                return outcome(node)

    def fits(self, target: Target, value: Expression) -> bool:
        """Return whether every comparison of the target's can hold for what is left of the value's types."""
        left, values = self.types(value), self._values.get(value)
        if left == ANY:
            return True
        body = self.functions.outline(self.settled(target))
        if values is not None and not all(values.issuperset(map(key, listed)) for listed in listings(body)):
            return False
        return not any(types.isdisjoint(left) for types in comparisons(body))

    # Subschemas

    def scope(self, target: Target, value: Expression) -> Scope:
        """Return the scope of a target for a variable."""
        return Scope(self.analysis, self.analysis[target.location], value, target.context, self.constants)

    def call(self, target: Target, value: Expression, evaluated: Name | None) -> Expression:
        """Return the call of the target's function as a test."""
        tracked = evaluated if self.marks(target.location) else None
        memo = self.memo if self.functions.passes_memo(target.location) else None
        self.needs_memo = self.needs_memo or memo is not None
        function = (self.functions.memoized if memo else self.functions.valid)(target, evaluated=tracked is not None)
        return Call(function, tuple([part for part in (value, tracked, memo) if part is not None]))

    def chosen(self, node: Each, key: Name, evaluated: Name | None) -> Expression:
        """Return the test by which a loop over properties chooses its keys."""
        tests: list[Expression] = []
        if node.only is not None:
            tests.append(_matches(node.only, key))
        if node.named:
            tests.append(Comparison(key, "not in", self.names_of(node)))
        tests.extend(negated(_matches(search, key)) for search in node.patterns)
        if node.unevaluated and evaluated is not None:
            tests.append(unevaluated(key, evaluated))
        return every(tests)

    def names_of(self, node: Each) -> Expression:
        """Return the set of the names that the node leaves out, a constant."""
        return self.constants.names(self.here, node.named)

    # Expressions

    def validity(self, target: Target, value: Expression) -> Expression:
        """Return the test that the value is valid against the target."""
        target = self.settled(target)
        body = nodes(self.scope(target, value))
        if not body:
            return ALWAYS
        if _refuses_all(body):
            return NOTHING
        if self.inlines(target) and self.fits(target, value) and not tracks(self.analysis[target.location]):
            with self.entered(target):
                test = self.expression(body)
            if test is not None and len(text.expression(test)) <= _EXPRESSION:
                return test
        return self.call(target, value, None)

    def expression(self, body: tuple[Node, ...]) -> Expression | None:
        """Return the nodes as one test, None if they need statements."""
        tests: list[Expression] = []
        with self.supposing():
            for node in body:
                test = self._test(node)
                if test is None:
                    return None
                tests.append(test)
                self.learn_from(node)
        return every(tests)

    def _test(self, node: Node) -> Expression | None:
        match node:
            case Check() | Listed():
                return node.test
            case Required():
                return has(node.value, node.name)
            case Never():
                return NOTHING
            case Apply():
                return self.validity(node.target, node.value)
            case Negation():
                return negated(self.validity(node.target, node.value))
            case Kinds():
                return self._kinds_test(node)
            case _:
                return None

    def _kinds_test(self, node: Kinds) -> Expression | None:
        tests: list[Expression] = []
        for kind, guard, body in node.cases:
            with self.supposing(node.value, types_of([kind])):
                inner = self.expression(body)
            if inner is None:
                return None
            tests.append(every([guard, inner]) if node.otherwise else some([negated(guard), inner]))
        if node.otherwise is None:
            return _of_any_type(node, tests)
        return some([*tests, node.otherwise.test])


_REFERENCES = ("/$ref", "/$dynamicRef", "/$recursiveRef")


def is_json(value: Expression) -> Expression:
    """Return the test that a value is of a type that JSON data has by itself, which never fails but raises."""
    return expression("_data.is_json({v})", v=value)


def _of_any_type(node: Kinds, tests: list[Expression]) -> Expression:
    """Return the test that what is said by JSON type holds, and that the value is of one."""
    if len(tests) > 1:
        return every([*tests, is_json(node.value)])
    guard = node.cases[0][1]
    return every([*tests, some([guard, is_json(node.value)])])


@lru_cache(maxsize=4096)
def item_of(value: Expression, name: str) -> Subscript:
    """Return the value of a property that an object has, which is looked at in many places."""
    return Subscript(value, literal(name))


def has(value: Expression, name: str) -> Expression:
    """Return the test that an object has a property."""
    return Comparison(literal(name), "in", value)


def has_count(value: Expression, number: Expression) -> Expression:
    """Return the test that an object has so many properties."""
    return expression("len({value}) == {number}", value=value, number=number)


def tagged(tag: Expression, values: tuple[str, ...]) -> Expression:
    """Return the expression that a tag is one of some strings."""
    if len(values) == 1:
        return Comparison(tag, "==", literal(values[0]))
    return Comparison(tag, "in", Tuple(tuple(map(literal, values))))


def _matches(search: Expression, key: Expression) -> Expression:
    return expression("{search}({key}) is not None", search=search, key=key)


def unevaluated(key: Expression, evaluated: Name) -> Expression:
    """Return the test that nothing has evaluated the property or item yet."""
    return Comparison(key, "not in", evaluated)


def counted(node: Contains, count: Expression) -> list[Expression]:
    """Return the tests of a count of items against its bounds."""
    tests: list[Expression] = []
    if node.least > 0:
        tests.append(Comparison(count, ">=", literal(node.least)))
    if node.most is not None:
        tests.append(Comparison(count, "<=", literal(node.most)))
    return tests


def are_disjoint(analysis: Analysis, node: Choice) -> bool:
    """Return whether no instance can be valid against two branches, since their JSON types differ."""
    kinds = [analysis.kinds(branch.location) for branch in node.branches]
    return len(frozenset().union(*kinds)) == sum(len(kind) for kind in kinds)


def _refuses_all(body: tuple[Node, ...]) -> bool:
    return any(isinstance(node, Never) or (isinstance(node, Listed) and not node.values) for node in body)


def _weight(body: tuple[Node, ...]) -> int:
    return sum(1 + sum(_weight(case[2]) for case in node.cases) if isinstance(node, Kinds) else 1 for node in body)


def _is_leaf(body: tuple[Node, ...]) -> bool:
    """Return whether the nodes are a few plain checks."""
    return _weight(body) <= 3 and all(
        isinstance(node, Check | Listed | Never)
        or (isinstance(node, Kinds) and all(_is_leaf(case[2]) for case in node.cases))
        for node in body
    )
