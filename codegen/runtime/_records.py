"""What is wrong with records: data whose schema says what properties and items are, as most schemas do.

It is found on one way through the data, on which the Python types of all that is passed are checked too. Where a row
says more than that of a value, its test (`_acceptance`) has to accept the value; else all is left to the reporter.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ._acceptance import NEVER, Acceptance
from ._data import OWN_TYPES, is_not_finite, is_plain, is_plain_but
from ._lazy import Any
from ._rules import RULES, Row, applicable, missing

TYPE_CHECKING: bool = False
if TYPE_CHECKING:
    from typing import TypeAlias

    Place: TypeAlias = "tuple[str, str, str, str]"  # in the instance; of a subschema, by the way and absolute; from it
    # value, its place, keyword ("": `false`), message; and what an alternative is called that the value was taken for
    Fault: TypeAlias = "tuple[object, Place, str, str] | tuple[object, Place, str, str, str]"
else:
    Place = Fault = object  # for those who evaluate annotations


class Records:
    """Finds the faults of records; `subschema` gives the URI and the rows of a name."""

    def __init__(self, subschema: Callable[[str], Sequence[Any]], acceptance: Acceptance) -> None:
        self._subschema = subschema
        self._acceptance = acceptance
        self._rows: dict[tuple[int, type[Any]], list[Row]] = {}

    def find(self, target: Row, value: object, place: Place, faults: list[Fault], *, is_refused: bool = False) -> bool:
        """Add the faults of a value at a place; return False if that is not for here to say.

        Where the target's test has refused the value, one row that is about it is what has refused it.
        """
        rows, here = where(self._subschema, target, place)
        kind = type(value)
        of_value = self._rows.get((id(rows), kind))
        if of_value is None:
            of_value = applicable(rows, value)
            if kind not in OWN_TYPES or is_not_finite(value):
                return False
            if kind is not float and _by_type(rows):
                self._rows[id(rows), kind] = of_value
        is_seen = kind is not dict and kind is not list
        if is_refused and is_seen and len(of_value) == 1 and of_value[0][0] in RULES:
            faults.append((value, here, of_value[0][1], of_value[0][2]))
            return True
        for row in of_value:
            name = row[0]
            if name == "properties":
                is_said = is_seen = self._properties(row, value, here, faults)
            elif name == "items":
                is_said = is_seen = self._items(row, value, here, faults)
            elif name == "required":
                is_said = _required(row, value, here, faults)
            elif name in RULES:
                is_said = _rule(row, value, here, faults)
            else:
                is_said = bool(self._acceptance.accepts(row, value))
            if not is_said:
                return False
        return is_seen or is_plain(value)

    def _properties(self, row: Row, value: Any, place: Place, faults: list[Fault]) -> bool:
        known, members = self._acceptance.members(row)
        for name, step, target, types, accepts in members:
            if name in value:
                item = value[name]
                if type(item) not in types and not accepts(item):
                    at, via, uri, path = place
                    is_refused = accepts is not NEVER.one
                    if not self.find(target, item, (at + step, via, uri, path), faults, is_refused=is_refused):
                        return False
        return known.issuperset(value) or is_plain_but(value, known)

    def _items(self, row: Row, value: Any, place: Place, faults: list[Fault]) -> bool:
        _, start, target, unevaluated = row
        if start or unevaluated:
            return False
        at, via, uri, path = place
        test = self._acceptance.test(target)
        step = _AT_ONCE if test.is_quick else len(value)
        for first in range(0, len(value), max(step, 1)):
            if test.is_quick and test.many(value[first : first + step]):
                continue
            for index in range(first, min(first + step, len(value))):
                item = value[index]
                is_accepted = test.only is not dict and test.one(item)  # an object is looked at by itself at once
                if not is_accepted and not self.find(target, item, (f"{at}/{index}", via, uri, path), faults):
                    return False
        return True


_AT_ONCE = 16


def where(subschema: Callable[[str], Sequence[Any]], target: Row, place: Place) -> tuple[list[Row], Place]:
    """Return a target's rows, and the place that they are about."""
    at, via, uri, path = place
    path += target[0]
    rows: Any = target[1]
    if type(rows) is str:
        via, path = via + path, ""
        uri, rows = subschema(rows)
    elif len(target) > 2:
        via, uri, path = via + path, target[2], ""
    return rows, (at, via, uri, path)


def _by_type(rows: list[Row]) -> bool:
    """Return whether the Python type of a value decides which rows are about it: nothing else that it has does."""
    cases = [case for row in rows if row[0] == "kinds" for case in row[1].values()]
    return not any([row[0] == "when" for row in rows]) and all([_by_type(case) for case in cases])


def _required(row: Row, value: Any, place: Place, faults: list[Fault]) -> bool:
    for name in row[1:]:
        if name not in value:
            faults.append((value, place, *missing(name)))
    return True


def _rule(row: Row, value: Any, place: Place, faults: list[Fault]) -> bool:
    if not RULES[row[0]](value, *row[3:]):
        faults.append((value, place, row[1], row[2]))
    return True
