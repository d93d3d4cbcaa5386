"""Tests that accept values which a table of problems has surely nothing against; loaded with the reporter.

A test is made of rows, once, and looks at a value and a few levels of what is in it. It takes a tenth of the time of
going through the rows, place by place. What it does not accept may be valid all the same: that the rows decide.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from itertools import chain

from ._data import is_plain, is_plain_but, token
from ._lazy import Any
from ._rules import KINDS, RULES, Row, format_, kind_of, search

TYPE_CHECKING: bool = False
if TYPE_CHECKING:
    from typing import TypeAlias

    # a name, the step to it in a JSON Pointer, what is said of its value, the types of which that accepts every value,
    # and the test of others
    Member: TypeAlias = "tuple[str, str, Row, Collection[type[Any]], Callable[[Any], object]]"
else:
    Member = object  # for those who evaluate annotations


class Test:
    """A test of one value, and of many at once; `cost` is how many looks at a value and its names it may take.

    `is_quick` says that of many it knows better than to ask of each. Of the Python types in `types` it accepts every
    value; `only` is the one of which it accepts any, where it knows.
    """

    __slots__ = ("cost", "is_quick", "many", "one", "only", "types")

    def __init__(
        self, one: Callable[[Any], object], many: Callable[[list[Any]], object] | None = None, cost: int = 1
    ) -> None:
        self.one = one
        self.many: Callable[[list[Any]], object] = many or _each(one)
        self.is_quick = many is not None
        self.cost = cost
        self.types: Collection[type[Any]] = ()
        self.only: type[Any] | None = None


def _each(one: Callable[[Any], object]) -> Callable[[list[Any]], object]:
    def many(values: list[Any]) -> bool:
        return all(map(one, values))

    return many


ALWAYS = Test(is_plain, is_plain, 0)
NEVER = Test(lambda value: False, lambda values: False)

LEVELS = 1
"""So many objects may stand within another in what a test looks at: what it refuses is looked at again from within."""

DEAREST = 500
"""More looks than this are left to the rows, which ask the same of a value once only."""


_LONGEST = 10
"""So many references, one behind the other, a test follows."""


class Acceptance:
    """Makes tests, by the identity of rows; `subschema` gives the URI and the rows of a name.

    A test that may take more than `dearest` looks accepts nothing; so with 0 none does.
    """

    def __init__(self, subschema: Callable[[str], Sequence[Any]], dearest: int = DEAREST) -> None:
        self._subschema = subschema
        self._dearest = dearest
        self._tests: dict[tuple[int, int], Test] = {}
        self._rows: dict[int, Test] = {}
        self._depth = 0
        self._members: dict[int, tuple[frozenset[str], list[Member]]] = {}

    def test(self, target: Row, levels: int = LEVELS) -> Test:
        """Return the test of a target's rows."""
        rows = target[1]
        if not self._dearest:
            return NEVER
        if type(rows) is str:
            rows = self._subschema(rows)[1]
        if not rows:
            return ALWAYS
        key = id(rows), levels
        found = self._tests.get(key)
        if found is None:
            if self._depth > _LONGEST:
                return NEVER
            self._tests[key] = NEVER  # for a way that leads back here
            self._depth += 1
            try:
                found = self._tests[key] = self._of_rows(rows, levels)
            finally:
                self._depth -= 1
        return found

    def members(self, row: Row) -> tuple[frozenset[str], list[Member]]:
        """Return the names of a row of properties, and what is needed for each."""
        found = self._members.get(id(row))
        if found is None:
            tests = [(name, target, self.test(target)) for name, target in row[1].items()]
            members: list[Member] = [
                (name, f"/{token(name)}", target, test.types, test.one) for name, target, test in tests
            ]
            found = self._members[id(row)] = frozenset(row[1]), members
        return found

    def accepts(self, row: Row, value: Any) -> object:
        """Return whether the test of a row accepts a value."""
        found = self._rows.get(id(row))
        if found is None:
            found = self._rows[id(row)] = self._of_row(row, LEVELS)
        return found.one(value)

    def _of_rows(self, rows: Sequence[Row], levels: int) -> Test:
        if [row[0] for row in rows] == ["required", "properties"]:
            return self._properties(rows[1], levels, rows[0][1:])
        made = _every([self._of_row(row, levels) for row in rows])
        return made if made.cost <= self._dearest else NEVER

    def _of_row(self, row: Row, levels: int) -> Test:
        kind = row[0]
        if kind in RULES:
            return _RULES[kind](*row[3:]) if kind in _RULES else _rule(kind, row[3:])
        if kind == "required":
            return _required(row[1:])
        make: Callable[[Row, int], Test] | None = getattr(self, f"_{kind}", None)
        return NEVER if make is None else make(row, levels)

    def _below(self, target: Row, levels: int) -> Test:
        """Return the test of what is said of a part of the value."""
        return self.test(target, levels - 1) if levels else NEVER

    # Rows

    def _kinds(self, row: Row, levels: int) -> Test:
        cases = {kind: self._of_rows(_whole(kind, rows), levels) for kind, rows in row[1].items()}
        return _by_kind(cases, ALWAYS if row[2] is None else NEVER)

    def _plain(self, row: Row, levels: int) -> Test:
        return Test(is_plain, is_plain)

    def _properties(self, row: Row, levels: int, required: Sequence[str] = ()) -> Test:
        made = _members(required, [(name, self._below(target, levels)) for name, target in row[1].items()])
        return made if made.cost <= self._dearest else NEVER

    def _items(self, row: Row, levels: int) -> Test:
        _, start, target, unevaluated = row
        return NEVER if unevaluated else _items(start, self.test(target, levels))

    def _item(self, row: Row, levels: int) -> Test:
        index, test = row[1], self._below(row[2], levels)
        return Test(lambda value: len(value) <= index or test.one(value[index]), cost=test.cost + 1)

    def _others(self, row: Row, levels: int) -> Test:
        _, target, names, patterns, only, unevaluated = row
        return NEVER if unevaluated else _others(self._below(target, levels), names, patterns, only)

    def _names(self, row: Row, levels: int) -> Test:
        test = self._below(row[1], levels)
        return Test(lambda value: test.many(list(value)), cost=test.cost + 1)

    def _when(self, row: Row, levels: int) -> Test:
        name, test = row[1], self._of_rows(row[2], levels)
        return Test(lambda value: name not in value or test.one(value), cost=test.cost + 1)

    def _all(self, row: Row, levels: int) -> Test:
        return self.test(row[1], levels)

    def _any(self, row: Row, levels: int) -> Test:
        """Return the test of alternatives; of those that exclude each other no test can say that only one holds."""
        tests = [self.test(branch, levels) for branch in row[3]]
        ones = [test.one for test in tests]
        cost = sum([test.cost for test in tests])
        return NEVER if row[2] else Test(lambda value: any([one(value) for one in ones]), cost=cost)

    def _tagged(self, row: Row, levels: int) -> Test:
        name, tests = row[2], [(values, self.test(branch, levels)) for values, branch in row[3]]
        by_tag = {tag: test.one for values, test in tests for tag in values}

        def one(value: Any) -> object:
            tag = value.get(name) if kind_of(value) == "object" else None
            return type(tag) is str and tag in by_tag and by_tag[tag](value)

        return Test(one, cost=1 + max([test.cost for _, test in tests], default=0))


_CONTAINERS = frozenset({dict, list})
_OBJECT: type[Any] = dict  # of which type checkers would ask what is in it
_PLAIN: Row = ["plain"]


def _whole(kind: str, rows: list[Row]) -> list[Row]:
    """Return the rows of a JSON type, with one more if none of them looks at all parts of an array or object."""
    looking = [row for row in rows if row[0] == "properties" or row[:2] == ["items", 0]]
    return rows if looking or kind not in ("array", "object") else [*rows, _PLAIN]


def _every(tests: Iterable[Test]) -> Test:
    """Return the test that accepts what all of them do."""
    needed = [test for test in tests if test is not ALWAYS]
    if NEVER in needed:
        return NEVER
    if len(needed) < 2:
        return needed[0] if needed else ALWAYS
    ones, manys = [test.one for test in needed], [test.many for test in needed]

    def one(value: Any) -> bool:
        for accepts in ones:  # noqa: SIM110 - a generator takes three times as long
            if not accepts(value):
                return False
        return True

    return Test(one, lambda values: all([many(values) for many in manys]), sum([test.cost for test in needed]))


def _by_kind(cases: Mapping[str, Test], rest: Test) -> Test:
    """Return the test of values by their JSON type; `rest` is that of the types that are not among the cases."""
    number = cases.get("number", rest)
    tests = {of: cases.get(kind, rest) for of, kind in KINDS.items()}
    tests[int] = cases.get("integer", number)
    tests[float] = _float(tests[int] if "integer" in cases else number, number)
    accepted = {of: test for of, test in tests.items() if test is not NEVER}
    cost = max([test.cost for test in accepted.values()], default=0) + 1
    if len(accepted) == 1:
        return _of_type(*accepted.popitem(), cost)
    types = frozenset([of for of, test in accepted.items() if test is ALWAYS]) - _CONTAINERS
    ones = {of: test.one for of, test in accepted.items()}

    def many(values: list[Any]) -> object:
        kinds = set(map(type, values))
        if types.issuperset(kinds):
            return True
        if not kinds <= accepted.keys():
            return False
        if len(kinds) == 1:
            return accepted[kinds.pop()].many(values)
        return all([type(value) in types or ones[type(value)](value) for value in values])

    made = Test(lambda value: type(value) in ones and ones[type(value)](value), many, cost)
    made.types = types
    return made


def _of_type(of: type[Any], test: Test, cost: int) -> Test:
    """Return the test of values that have to be of one Python type."""
    if test.only is of:
        return test
    one, only = test.one, frozenset({of})

    def many(values: list[Any]) -> object:
        return only.issuperset(map(type, values)) and test.many(values)

    if test is ALWAYS and of not in _CONTAINERS:
        made = Test(lambda value: type(value) is of, lambda values: only.issuperset(map(type, values)), cost)
        made.types = only
        return made
    return Test(lambda value: type(value) is of and one(value), many, cost)


def _float(whole: Test, number: Test) -> Test:
    if whole is NEVER and number is NEVER:
        return NEVER

    if whole is number:
        return Test(lambda value: value - value == 0.0 and (number is ALWAYS or number.one(value)))

    def one(value: float) -> object:
        return value - value == 0.0 and (number if value % 1 else whole).one(value)

    return Test(one)


def _members(required: Sequence[str], named: Iterable[tuple[str, Test]]) -> Test:
    """Return the test of the properties of those names; of the others it asks what anything in data is asked."""
    tests = sorted(named, key=lambda member: member[1] is not NEVER)  # what is left to the rows is so at once
    known = frozenset([name for name, _ in tests])
    ones = [(name, test.types, test.one) for name, test in tests]

    def one(value: Any) -> bool:
        if type(value) is not _OBJECT:
            return False
        for name in required:
            if name not in value:  # a loop, as a generator takes three times as long
                return False
        for name, types, accepts in ones:
            if name in value:
                item = value[name]
                if type(item) not in types and not accepts(item):
                    return False
        return known.issuperset(value) or is_plain_but(value, known)

    made = Test(one, cost=sum([test.cost for _, test in tests]) + len(required) + 1)
    made.only = dict
    return made


def _items(start: int, test: Test) -> Test:
    """Return the test of the items from an index on; objects are better looked at one by one."""
    if test.only is dict or test is NEVER:
        return NEVER
    if start:
        return Test(lambda value: test.many(value[start:]) and is_plain(value[:start]), cost=test.cost + 1)
    return Test(test.many, lambda values: test.many([*chain.from_iterable(values)]), test.cost + 1)


def _others(test: Test, names: Collection[str], patterns: Iterable[str], only: str | None) -> Test:
    """Return the test of the properties that neither names nor patterns take, or that one pattern takes."""
    known = frozenset(names)
    searches = [search(pattern) for pattern in patterns]
    taken = None if only is None else search(only)

    def is_other(name: str) -> bool:
        return not any([found(name) for found in searches]) and (taken is None or taken(name) is not None)

    def one(value: Any) -> object:
        return known.issuperset(value) or test.many(
            [item for name, item in value.items() if name not in known and is_other(name)]
        )

    return Test(one, cost=test.cost + 1 + len(searches))


def _required(names: Sequence[str]) -> Test:
    needed = frozenset(names)
    return Test(lambda value: needed <= value.keys(), cost=len(names))


def _rule(kind: str, needed: Sequence[Any]) -> Test:
    rule = RULES[kind]
    return Test(lambda value: rule(value, *needed))


def _type(*kinds: str) -> Test:
    return _by_kind(dict.fromkeys(kinds, ALWAYS), NEVER)


def _enum(values: list[Any]) -> Test:
    rule, texts = RULES["enum"], frozenset([value for value in values if type(value) is str])
    if len(texts) == len(values):
        made = Test(lambda value: type(value) is str and value in texts)
        made.only = str
        return made
    return Test(lambda value: value in texts if type(value) is str else rule(value, values))


def _minimum(limit: Any) -> Test:
    rule, is_int = RULES["minimum"], type(limit) is int
    return Test(  # many values are of one type: `_by_kind` asks for these
        lambda value: value >= limit if is_int and type(value) is int else rule(value, limit),
        lambda values: not values or rule(min(values), limit),
    )


def _maximum(limit: Any) -> Test:
    rule, is_int = RULES["maximum"], type(limit) is int
    return Test(
        lambda value: value <= limit if is_int and type(value) is int else rule(value, limit),
        lambda values: not values or rule(max(values), limit),
    )


def _least(limit: int) -> Test:
    return Test(lambda value: len(value) >= limit, lambda values: not values or min(map(len, values)) >= limit)


def _most(limit: int) -> Test:
    return Test(lambda value: len(value) <= limit, lambda values: not values or max(map(len, values)) <= limit)


def _pattern(pattern: str) -> Test:
    return Test(search(pattern))


def _format(module: str, function: str) -> Test:
    return Test(format_(module, function))


_RULES: dict[str, Callable[..., Test]] = {
    "type": _type,
    "enum": _enum,
    "minimum": _minimum,
    "maximum": _maximum,
    "least": _least,
    "most": _most,
    "pattern": _pattern,
    "format": _format,
}
"""How to test what most values are asked; of the other rules there is nothing to make ahead."""
