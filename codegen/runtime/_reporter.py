"""The reporter: it finds every problem of data by the tables in `_tables`; loaded only when there is some.

A table has the subschemas that an instance or a reference can come to, by name: the URI of each, and its rows, one for
each thing that it says. A row is a list whose first item is its kind: a rule that the instance itself must meet, with
the keyword, the message and what the rule needs; or what is said of parts of the instance, or by other subschemas.
These it names as a target: the keyword path that leads there (a JSON Pointer), and their rows, with their URI if they
do not stand below the subschema; or in place of the rows, their own name in a table, `module/subschema`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache

from ._data import JSON, is_not_finite, token
from ._equality import equal, is_unique
from ._lazy import Any, loaded
from ._numbers import exact, is_multiple
from ._problem import Problem, shown

TYPE_CHECKING: bool = False
if TYPE_CHECKING:
    from typing import TypeAlias

    Row: TypeAlias = "list[Any]"
    Table: TypeAlias = "Mapping[str, list[Any]]"  # by name: the URI and the rows
    Evaluated: TypeAlias = "set[str | int] | None"  # names and indices; None where nobody asks
    Place: TypeAlias = "tuple[str, str, str, str]"  # in the instance; of a subschema, by the way and absolute; from it
    Fault: TypeAlias = "tuple[object, Place, str, str]"  # value, its place, keyword ("": `false`), message
else:
    Row = Table = Evaluated = Place = Fault = object  # for those who evaluate annotations


def problems(name: str, data: JSON) -> list[Problem]:
    """Return every problem of data for the subschema of that name, as `module/subschema`."""
    return _REPORTER.problems(name, data)


class Reporter:
    """Reports problems by tables, each of which is loaded, by its module's name, when a row leads to it."""

    def __init__(self, load: Callable[[str], Table]) -> None:
        self._load = load
        self._tables: dict[str, Table] = {}

    def problems(self, name: str, data: JSON) -> list[Problem]:
        """Return every problem of data for the subschema of that name; raises RecursionError.

        What is asked of one value twice is answered once. What a second way leads to is reported again, but no more
        than two hundred times: from then on, one problem says that the value is not valid.
        """
        faults: list[Fault] = []
        try:
            _Evaluation(self).apply(["", name], data, ("", "", "", ""), faults, None)
        except _NotJSON as stop:
            faults.append(stop.fault)
        return [_problem(*fault) for fault in faults]

    def subschema(self, name: str) -> list[Any]:
        """Return the URI and the rows of a subschema, by its name in a table."""
        module, _, subschema = name.partition("/")
        if module not in self._tables:
            self._tables[module] = self._load(module)
        try:
            return self._tables[module][subschema]
        except LookupError as error:
            raise _damaged(module) from error


class _NotJSON(Exception):
    """Stops the evaluation at a float that is not a number, where a value of any other type would do."""

    def __init__(self, fault: Fault) -> None:
        self.fault = fault


class _Fails(Exception):
    """Says that a value is not valid where nobody asks why."""


_NO_JSON = "must be JSON data"
_REPEATED = "must be valid here as well; all reasons would take long to report"
_CONTAINERS = frozenset({dict, list})
_UNKNOWN: set[str | int] = set()
_MOST_REPEATS = 200
"""So often at the most is reported what was reported already, by another way that validation took."""


class _Evaluation:
    """The evaluation of one instance; `faults` is where these go, None where it only counts whether there are any.

    Answers are kept by the rows and the value, whose identity holds while the instance does.
    """

    def __init__(self, reporter: Reporter) -> None:
        self._subschema = reporter.subschema
        # None: not valid; else what it evaluates
        self._answers: dict[tuple[int, int, bool], set[str | int] | None] = {}
        self._reported: set[tuple[int, str]] = set()
        self._repeats = 0

    def holds(self, target: Row, value: JSON, place: Place, evaluated: Evaluated) -> bool:
        """Return whether a value is valid by a target; what that evaluates is `evaluated`."""
        try:
            self.apply(target, value, place, None, evaluated)
        except _Fails:
            return False
        return True

    def apply(
        self,
        target: Row,
        value: Any,
        place: Place,
        faults: list[Fault] | None,
        evaluated: Evaluated,
        *,
        is_part: bool = False,
    ) -> None:
        """Add the problems of a value at a place; raises _Fails in place of the first if nobody asks which they are.

        The parts of the value are looked at here, for the sake of few frames.
        """
        rows, here = self._where(target, place)
        at, via, uri, path = here
        if not rows and not at and is_not_finite(value):  # elsewhere, what nothing is said of is not looked at
            _add(faults, (value, here, "", _NO_JSON))
        key = None
        if not is_part or type(value) in _CONTAINERS:  # of a scalar in a container little is asked
            key = id(rows), id(value), evaluated is None
            answer = self._answers.get(key, _UNKNOWN)
            if answer is not _UNKNOWN and (answer is not None or faults is None or self._is_enough(rows, at)):
                _take_over(answer, (value, here, "", _REPEATED), faults, evaluated)
                return
            self._answers[key] = None
        evaluated_here: Evaluated = None if evaluated is None else set()
        before = 0 if faults is None else len(faults)
        for row in _applicable(rows, value):
            kind = row[0]
            if kind == "kinds":
                raise _NotJSON((value, here, "", _NO_JSON))
            if kind == "properties":
                for name in [name for name in row[1] if name in value]:
                    below = (f"{at}/{token(name)}", via, uri, path)
                    self.apply(row[1][name], value[name], below, faults, None, is_part=True)
                    if evaluated_here is not None:
                        evaluated_here.add(name)
            elif kind == "items":
                for index, item in _items(row, value, evaluated_here):
                    self.apply(row[2], item, (f"{at}/{index}", via, uri, path), faults, None, is_part=True)
                if evaluated_here is not None:
                    evaluated_here.update(range(row[1], len(value)))
            elif kind == "track":
                evaluated_here = set[str | int]()
            elif kind in _RULES:
                if not _RULES[kind](value, *row[3:]):
                    _add(faults, (value, here, row[1], _NO_JSON if is_not_finite(value) else row[2]))
            else:
                getattr(self, f"_{kind}")(row, value, here, faults, evaluated_here)
        if key is not None and (faults is None or len(faults) == before):
            self._answers[key] = evaluated_here or set()
        if evaluated is not None and evaluated_here is not None:
            evaluated |= evaluated_here

    def _where(self, target: Row, place: Place) -> tuple[list[Row], Place]:
        """Return a target's rows, and the place that they are about."""
        at, via, uri, path = place
        path += target[0]
        rows: Any = target[1]
        if type(rows) is str:
            via, path = via + path, ""
            uri, rows = self._subschema(rows)
        elif len(target) > 2:
            via, uri, path = via + path, target[2], ""
        return rows, (at, via, uri, path)

    def _is_enough(self, rows: list[Row], at: str) -> bool:
        """Return whether what is wrong at a place was reported before, and too much was reported again already."""
        key = id(rows), at
        if key in self._reported:
            self._repeats += 1
            return self._repeats > _MOST_REPEATS
        self._reported.add(key)
        return False

    # Objects

    def _required(self, row: Row, value: Any, place: Place, faults: list[Fault] | None, evaluated: Evaluated) -> None:
        for name in row[1:]:
            if name not in value:
                _add(faults, (value, place, *_missing(name)))

    def _others(self, row: Row, value: Any, place: Place, faults: list[Fault] | None, evaluated: Evaluated) -> None:
        """Look at the properties that the names and patterns of the others leave over, or that one pattern takes."""
        _, target, names, patterns, only, unevaluated = row
        for key, item in value.items():
            if key in names or (patterns and any(_search(pattern)(key) for pattern in patterns)):
                continue
            if only is not None and not _search(only)(key):
                continue
            if unevaluated and evaluated is not None and key in evaluated:
                continue
            self.apply(target, item, _part(place, key), faults, None, is_part=True)
            if evaluated is not None:
                evaluated.add(key)

    def _names(self, row: Row, value: Any, place: Place, faults: list[Fault] | None, evaluated: Evaluated) -> None:
        """Look at the property names; the place of a bad one is its object."""
        for key in value:
            self.apply(row[1], key, place, faults, None, is_part=True)

    # Arrays

    def _item(self, row: Row, value: Any, place: Place, faults: list[Fault] | None, evaluated: Evaluated) -> None:
        _, index, target = row
        if len(value) > index:
            self.apply(target, value[index], _part(place, str(index)), faults, None, is_part=True)
            if evaluated is not None:
                evaluated.add(index)

    def _contains(self, row: Row, value: Any, place: Place, faults: list[Fault] | None, evaluated: Evaluated) -> None:
        _, target, least, most, evaluates = row
        matching = [index for index, item in enumerate(value) if self.holds(target, item, place, None)]
        if evaluated is not None and evaluates:
            evaluated.update(matching)
        if len(matching) < least:
            times = "an item" if least == 1 else f"at least {least} items"
            _add(faults, (value, place, "contains", f"must contain {times} that matches"))
        if most is not None and len(matching) > most:
            _add(faults, (value, place, "maxContains", f"must contain at most {most} items that match"))

    # In place

    def _all(self, row: Row, value: Any, place: Place, faults: list[Fault] | None, evaluated: Evaluated) -> None:
        self.apply(row[1], value, place, faults, evaluated)

    def _any(self, row: Row, value: Any, place: Place, faults: list[Fault] | None, evaluated: Evaluated) -> None:
        """Try every branch; if none holds, the nearest one's problems are reported."""
        _, keyword, exclusive, branches = row
        matches = [index for index, branch in enumerate(branches) if self.holds(branch, value, place, evaluated)]
        if matches:
            if exclusive and len(matches) > 1:
                message = f"must match exactly one of {len(branches)} alternatives, but matches {matches}"
                _add(faults, (value, place, keyword, message))
        elif faults is None:
            raise _Fails
        else:
            faults += _nearest(value, place, keyword, [self._branch(branch, value, place) for branch in branches])

    def _branch(self, branch: Row, value: Any, place: Place) -> list[Fault]:
        """Return the faults of a branch that does not hold: what is plain at once, or what shows when one looks in."""
        faults = list(self._plain(branch, value, place, _LEVELS))
        if not faults:
            self.apply(branch, value, place, faults, None)
        return faults

    def _plain(self, target: Row, value: Any, place: Place, levels: int) -> Iterator[Fault]:
        """Yield the faults of a target by the value's type, its constants and the names that it requires."""
        rows, here = self._where(target, place)
        at, via, uri, path = here
        for row in _applicable(rows, value):
            if row[0] == "kinds":
                raise _NotJSON((value, here, "", _NO_JSON))
            if row[0] in ("type", "enum") and not _RULES[row[0]](value, *row[3:]):
                yield value, here, row[1], row[2]
            elif row[0] == "required":
                yield from ((value, here, *_missing(name)) for name in row[1:] if name not in value)
            elif row[0] == "all" and levels:
                yield from self._plain(row[1], value, here, levels - 1)
            elif row[0] == "properties" and levels:
                for name in [name for name in row[1] if name in value]:
                    yield from self._plain(row[1][name], value[name], (f"{at}/{token(name)}", via, uri, path), 0)

    def _tagged(self, row: Row, value: Any, place: Place, faults: list[Fault] | None, evaluated: Evaluated) -> None:
        """Look at the branch that the value of one property names."""
        _, keyword, name, branches = row
        tag: JSON = value.get(name) if _kind(value) == "object" else None
        for values, branch in branches:
            if tag in values:
                self.apply(branch, value, place, faults, evaluated)
                return
        listed = ", ".join([f'"{each}"' for values, _ in branches for each in values])
        _add(faults, (value, place, keyword, f'must be an object whose property "{name}" is one of {listed}'))

    def _not(self, row: Row, value: Any, place: Place, faults: list[Fault] | None, evaluated: Evaluated) -> None:
        if self.holds(row[1], value, place, None):
            _add(faults, (value, place, "not", "must not match what `not` says"))

    def _if(self, row: Row, value: Any, place: Place, faults: list[Fault] | None, evaluated: Evaluated) -> None:
        _, condition, then, orelse = row
        branch = then if self.holds(condition, value, place, evaluated) else orelse
        if branch is not None:
            self.apply(branch, value, place, faults, evaluated)

    def _never(self, row: Row, value: Any, place: Place, faults: list[Fault] | None, evaluated: Evaluated) -> None:
        _add(faults, (value, place, "", "must not be there"))


_LEVELS = 3
"""Through so many references and members of `allOf` one looks for what is plain at once."""


def _take_over(answer: set[str | int] | None, fault: Fault, faults: list[Fault] | None, evaluated: Evaluated) -> None:
    """Add what was evaluated of a value that is known to be valid, else the fault of one that is known not to be."""
    if answer is None:
        _add(faults, fault)
    elif evaluated is not None:
        evaluated |= answer


def _add(faults: list[Fault] | None, fault: Fault) -> None:
    if faults is None:
        raise _Fails
    faults.append(fault)


def _missing(name: str) -> tuple[str, str]:
    """Return the keyword and the message of a property that is required and not there."""
    return "required", f'must have the property "{name}"'


def _part(place: Place, key: str) -> Place:
    """Return the place of a part of the instance, where the keyword path goes on."""
    at, via, uri, path = place
    return f"{at}/{token(key)}", via, uri, path


def _applicable(rows: Iterable[Row], value: Any) -> Iterator[Row]:
    """Yield the rows that are about a value: of its JSON type, and of the properties that it has."""
    for row in rows:
        if row[0] == "kinds":
            chosen = _of_kind(row[1], value)
            if chosen is not None:
                yield from _applicable(chosen, value)
            elif row[2] is not None:
                yield row[2]
            elif is_not_finite(value):
                yield row
        elif row[0] == "when":
            if row[1] in value:
                yield from _applicable(row[2], value)
        else:
            yield row


def _items(row: Row, value: list[JSON], evaluated: Evaluated) -> Iterator[tuple[int, JSON]]:
    """Yield the items that a row is about, with their indices: from the start on, or those not evaluated."""
    _, start, _, unevaluated = row
    for index, item in enumerate(value):
        if index >= start and not (unevaluated and evaluated is not None and index in evaluated):
            yield index, item


# Rules


_KINDS: dict[type[Any], str] = {
    dict: "object",
    list: "array",
    str: "string",
    int: "number",
    float: "number",
    bool: "boolean",
    type(None): "null",
}


def _kind(value: object) -> str:
    """Return the JSON type of a value, "" if it has none: a number may be an integer too."""
    return _KINDS.get(type(value), "")


def _of_kind(cases: Mapping[str, list[Row]], value: object) -> list[Row] | None:
    kind = _kind(value)
    if is_not_finite(value):
        return None
    if kind == "number" and "integer" in cases and _is_whole(value):
        return cases["integer"]
    return cases.get(kind)


def _is_whole(value: Any) -> bool:
    return type(value) is int or (type(value) is float and float.is_integer(value))


def _is_one_of(value: object, *kinds: str) -> bool:
    return (_kind(value) in kinds and not is_not_finite(value)) or ("integer" in kinds and _is_whole(value))


def _is_listed(value: JSON, values: list[JSON]) -> bool:
    return any(equal(value, other) for other in values)


def _matches(value: str, pattern: str) -> bool:
    return _search(pattern)(value) is not None


@cache
def _search(pattern: str) -> Callable[[str], re.Match[str] | None]:
    return re.compile(pattern).search


@cache
def _format(module: str, function: str) -> Callable[[str], object]:
    """Return what says of a text whether it has a format: by a value that is true."""
    predicate: Callable[[str], object] = getattr(loaded(module, __name__.rpartition(".")[0]), function)
    return predicate


def _has_format(value: str, module: str, function: str) -> bool:
    return bool(_format(module, function)(value))


def _minimum(value: Any, limit: Any) -> bool:
    return bool(exact(value) >= exact(limit))


def _maximum(value: Any, limit: Any) -> bool:
    return bool(exact(value) <= exact(limit))


def _exclusive_minimum(value: Any, limit: Any) -> bool:
    return bool(exact(value) > exact(limit))


def _exclusive_maximum(value: Any, limit: Any) -> bool:
    return bool(exact(value) < exact(limit))


def _least(value: Any, limit: int) -> bool:
    return len(value) >= limit


def _most(value: Any, limit: int) -> bool:
    return len(value) <= limit


def _has(value: Any, name: str) -> bool:
    return name in value


_RULES: dict[str, Callable[..., bool]] = {
    "type": _is_one_of,
    "enum": _is_listed,
    "minimum": _minimum,
    "maximum": _maximum,
    "exclusiveMinimum": _exclusive_minimum,
    "exclusiveMaximum": _exclusive_maximum,
    "multipleOf": is_multiple,
    "least": _least,
    "most": _most,
    "pattern": _matches,
    "format": _has_format,
    "unique": is_unique,
    "has": _has,
}


# Problems


def _problem(value: object, place: Place, keyword: str, message: str) -> Problem:
    at, via, uri, path = place
    below = f"{path}/{token(keyword)}" if keyword else path
    way = via + below
    named = way.rpartition("/")[2].replace("~1", "/").replace("~0", "~")
    return Problem(at, way, uri + "".join(map(_in_fragment, below)), named, message, shown(value))


_OF_FRAGMENT = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-~/?:@!$&'()*+,;=")


def _in_fragment(character: str) -> str:
    """Return a character as it stands in the fragment of a URI (RFC 3986, section 3.5)."""
    if character in _OF_FRAGMENT:
        return character
    return "".join([f"%{byte:02X}" for byte in character.encode("utf-8", "surrogatepass")])


def _nearest(value: object, place: Place, keyword: str, branches: list[list[Fault]]) -> list[Fault]:
    """Return the faults of the branch that was meant, or one fault of the choice if none stands out."""
    at = place[0]
    ranks = [_rank(branch, at) for branch in branches]
    best = min(ranks)
    if ranks.count(best) == 1 and best[0] < 2:
        return branches[ranks.index(best)]
    alone = [branch[0] for branch in branches if len(branch) == 1 and branch[0][1][0] == at]
    if len(alone) == len(branches):
        message = " or ".join(dict.fromkeys([message for _, _, _, message in alone]))
    else:
        message = f"must match one of {len(branches)} alternatives"
    return [(value, place, keyword, message)]


def _rank(branch: list[Fault], at: str) -> tuple[int, int]:
    """Return how far a branch is: the wrong type is farthest, then a wrong tag; then the number of faults counts."""
    here = {keyword for _, place, keyword, _ in branch if place[0] == at}
    tagged = any(keyword in ("const", "enum") and place[0].rpartition("/")[0] == at for _, place, keyword, _ in branch)
    return (2 if here & {"type", "const", "enum"} else 1 if tagged else 0), len(branch)


# The tables of the package


def _load(module: str) -> Table:
    try:
        from . import _tables  # not by its name, for those who look for imports: it has all that follow

        table: Table = json.loads(loaded(module, _tables.__name__).TABLE)
        if _kind(table) != "object":
            raise TypeError("a table is an object")
    except (AttributeError, ImportError, SyntaxError, TypeError, ValueError) as error:
        raise _damaged(module) from error
    return table


def _damaged(module: str) -> ImportError:
    """Return the error that a table of problems is not what it was when the package was made."""
    return ImportError(
        f"the package {__package__} is damaged: its table _tables/{module} can't be read; install it anew"
    )


_REPORTER = Reporter(_load)
