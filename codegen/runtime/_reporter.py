"""The reporter: it finds every problem of data by the tables in `_tables`; loaded only when there is some.

A table has the subschemas that an instance or a reference can come to, by name: the URI of each, and its rows, one for
each thing that it says. A row is a list whose first item is its kind: a rule that the instance itself must meet, with
the keyword, the message and what the rule needs; or what is said of parts of the instance, or by other subschemas.
These it names as a target: the keyword path that leads there (a JSON Pointer), and their rows, with their URI if they
do not stand below the subschema; or in place of the rows, their own name in a table, `module/subschema`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence

from ._acceptance import DEAREST, Acceptance
from ._data import JSON, is_not_finite, token
from ._equality import twins
from ._errors import Faults, Foreign
from ._lazy import Any, loaded
from ._problem import Problem, named, shown
from ._records import Fault, Place, Records, where
from ._rules import RULES, Row, applicable, kind_of, missing, search

TYPE_CHECKING: bool = False
if TYPE_CHECKING:
    from typing import TypeAlias

    Table: TypeAlias = "Mapping[str, list[Any]]"  # by name: the URI and the rows
    Evaluated: TypeAlias = "set[str | int] | None"  # names and indices; None where nobody asks
    Part: TypeAlias = "tuple[Row, Any, Place]"  # what is said of it, the part of the instance, and its place
else:
    Table = Evaluated = Part = object  # for those who evaluate annotations


class _Found(Faults):
    def problems(self) -> list[Problem]:
        """Return the problems."""
        return [problem(*fault) for fault in self]


class Tables:
    """The tables of problems, each of which is loaded, by its module's name, when a row leads to it."""

    def __init__(self, load: Callable[[str], Table]) -> None:
        self._load = load
        self._tables: dict[str, Table] = {}
        self._found: dict[str, list[Any]] = {}

    def subschema(self, name: str) -> list[Any]:
        """Return the URI and the rows of a subschema, by its name in a table."""
        found = self._found.get(name)
        if found is not None:
            return found
        module, _, subschema = name.partition("/")
        if module not in self._tables:
            self._tables[module] = self._load(module)
        try:
            found = self._found[name] = self._tables[module][subschema]
        except LookupError as error:
            raise _damaged(module) from error
        return found


class Reporter:
    """Reports problems by tables; `dearest` are the looks that a test may take which spares a valid part its rows."""

    def __init__(self, tables: Tables, dearest: int = DEAREST) -> None:
        self.tables = tables
        self.acceptance = Acceptance(tables.subschema, dearest)
        self._records = Records(tables.subschema, self.acceptance)

    def problems(self, name: str, data: JSON) -> list[Problem]:
        """Return every problem of data for the subschema of that name; raises RecursionError."""
        return self.faults(name, data).problems()

    def faults(self, name: str, data: JSON) -> _Found:
        """Return what `problem` makes every problem of.

        What is asked of one value twice is answered once. What a second way leads to is reported again, but no more
        than two hundred times: from then on, one problem says that the value is not valid.
        """
        faults = _Found()
        try:
            _Evaluation(self).apply(["", name], data, ("", "", "", ""), faults, None)
        except _NotJSON as stop:
            faults.append(stop.fault)
        return faults

    def records(self, name: str, data: object) -> Faults | None:
        """Return the same of data in any types, if that is wrong as records are; else None."""
        faults = _Found()
        try:
            is_said = self._records.find(["", name], data, ("", "", "", ""), faults)
        except Foreign:
            return None
        return faults if is_said and faults else None


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
        self._subschema = reporter.tables.subschema
        self._acceptance = reporter.acceptance
        # None: not valid; else what it evaluates
        self._answers: dict[tuple[int, int, bool], set[str | int] | None] = {}
        self._reported: set[tuple[int, str]] = set()
        self._repeats = 0

    def holds(self, target: Row, value: JSON, place: Place, evaluated: Evaluated) -> bool:
        """Return whether a value is valid by a target; what that evaluates is `evaluated`."""
        is_known = evaluated is None and type(value) is not float  # NaN alone is nothing, whatever is said of it
        if is_known and self._acceptance.test(target).one(value):
            return True
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
        """Add the problems of a value at a place; raises _Fails in place of the first if nobody asks which they are."""
        rows, here = where(self._subschema, target, place)
        if not rows and not here[0] and is_not_finite(value):  # elsewhere, what nothing is said of is not looked at
            _add(faults, (value, here, "", _NO_JSON))
        key = None
        if not is_part or type(value) in _CONTAINERS:  # of a scalar in a container little is asked
            key = id(rows), id(value), evaluated is None
            answer = self._answers.get(key, _UNKNOWN)
            if answer is not _UNKNOWN and (answer is not None or faults is None or self._is_enough(rows, here[0])):
                _take_over(answer, (value, here, "", _REPEATED), faults, evaluated)
                return
            self._answers[key] = None
        evaluated_here: Evaluated = None if evaluated is None else set()
        before = 0 if faults is None else len(faults)
        for row in applicable(rows, value):
            if row[0] == "track":
                evaluated_here = set[str | int]()
                continue
            for part, item, below in self._row(row, value, here, faults, evaluated_here):
                self.apply(part, item, below, faults, None, is_part=True)
        if key is not None and (faults is None or len(faults) == before):
            self._answers[key] = evaluated_here or set()
        if evaluated is not None and evaluated_here is not None:
            evaluated |= evaluated_here

    def _row(
        self, row: Row, value: Any, place: Place, faults: list[Fault] | None, evaluated: Evaluated
    ) -> Sequence[Part]:
        """Add the problems of a value by one row; return the parts of the value that it has something to say of."""
        kind = row[0]
        if kind in _PARTS:
            return _PARTS[kind](self, row, value, place, evaluated)
        if kind in RULES:
            if not RULES[kind](value, *row[3:]):
                _add(faults, (value, place, row[1], _NO_JSON if is_not_finite(value) else row[2]))
        elif kind == "kinds":
            raise _NotJSON((value, place, "", _NO_JSON))
        else:
            _WHOLE[kind](self, row, value, place, faults, evaluated)
        return ()

    def _is_enough(self, rows: list[Row], at: str) -> bool:
        """Return whether what is wrong at a place was reported before, and too much was reported again already."""
        key = id(rows), at
        if key in self._reported:
            self._repeats += 1
            return self._repeats > _MOST_REPEATS
        self._reported.add(key)
        return False

    # Parts of the value: what each row has to say of them is looked at by `apply`, which accepts those that it can

    def _properties(self, row: Row, value: Any, place: Place, evaluated: Evaluated) -> list[Part]:
        if evaluated is not None:
            evaluated.update([name for name in row[1] if name in value])
        at, via, uri, path = place
        parts: list[Part] = []
        for name, step, target, types, accepts in self._acceptance.members(row)[1]:
            if name in value:
                item = value[name]
                if type(item) not in types and not accepts(item):
                    parts.append((target, item, (at + step, via, uri, path)))
        return parts

    def _others(self, row: Row, value: Any, place: Place, evaluated: Evaluated) -> list[Part]:
        """Return the properties that the names and patterns of the others leave over, or that one pattern takes."""
        _, target, names, patterns, only, unevaluated = row
        others = [
            (name, item)
            for name, item in value.items()
            if not (name in names or (patterns and any([search(pattern)(name) for pattern in patterns])))
            and (only is None or search(only)(name))
            and not (unevaluated and evaluated is not None and name in evaluated)
        ]
        if evaluated is not None:
            evaluated.update([name for name, _ in others])
        accepts = self._acceptance.test(target).one
        return [(target, item, _part(place, name)) for name, item in others if not accepts(item)]

    def _names(self, row: Row, value: Any, place: Place, evaluated: Evaluated) -> list[Part]:
        """Return the property names; the place of a bad one is its object."""
        return [(row[1], name, place) for name in value]

    def _item(self, row: Row, value: Any, place: Place, evaluated: Evaluated) -> list[Part]:
        _, index, target = row
        if len(value) <= index:
            return []
        if evaluated is not None:
            evaluated.add(index)
        return [(target, value[index], _part(place, str(index)))]

    def _items(self, row: Row, value: Any, place: Place, evaluated: Evaluated) -> list[Part]:
        """Return the items from an index on, or those of them that are not evaluated."""
        _, start, target, unevaluated = row
        seen = evaluated if unevaluated and evaluated is not None else ()
        accepts = self._acceptance.test(target).one
        parts = [
            (target, item, _part(place, str(index)))
            for index, item in enumerate(value)
            if not accepts(item) and index >= start and index not in seen
        ]
        if evaluated is not None:
            evaluated.update(range(start, len(value)))
        return parts

    # The value itself

    def _required(self, row: Row, value: Any, place: Place, faults: list[Fault] | None, evaluated: Evaluated) -> None:
        for name in row[1:]:
            if name not in value:
                _add(faults, (value, place, *missing(name)))

    def _contains(self, row: Row, value: Any, place: Place, faults: list[Fault] | None, evaluated: Evaluated) -> None:
        _, target, least, most, evaluates = row
        matching = [index for index, item in enumerate(value) if self.holds(target, item, place, None)]
        if evaluated is not None and evaluates:
            evaluated.update(matching)
        if len(matching) < least:
            message = f"must contain at least {_items(least)} as `contains` describes, but has {len(matching)}"
            _add(faults, (value, place, "contains", message))
        if most is not None and len(matching) > most:
            message = f"must contain at most {_items(most)} as `contains` describes, but has {len(matching)}"
            _add(faults, (value, place, "maxContains", message))

    def _all(self, row: Row, value: Any, place: Place, faults: list[Fault] | None, evaluated: Evaluated) -> None:
        self.apply(row[1], value, place, faults, evaluated)

    def _any(self, row: Row, value: Any, place: Place, faults: list[Fault] | None, evaluated: Evaluated) -> None:
        """Try every branch; if none holds, the problems of the one that was meant are reported."""
        _, keyword, exclusive, branches = row
        matches = [index for index, branch in enumerate(branches) if self.holds(branch, value, place, evaluated)]
        if matches:
            if exclusive and len(matches) > 1:
                those = " and ".join([f"`{keyword}/{index}`" for index in matches])
                message = f"must match exactly one of {len(branches)} alternatives, but matches {those}"
                _add(faults, (value, place, keyword, message))
        elif faults is None:
            raise _Fails
        else:
            found = [self._branch(branch, value, place) for branch in branches]
            likenesses = [self._likeness(branch, value, place, _LEVELS) for branch in branches]
            meant = _meant(place[0], found, likenesses)
            if meant is None:
                faults.append((value, place, keyword, _of_all(found, place[0])))
            else:
                called = self._called(branches, meant, value, likenesses, place)
                faults += [_taken_for(called, fault) for fault in found[meant]]

    def _likeness(self, target: Row, value: Any, place: Place, levels: int) -> tuple[set[str], set[str]]:
        """Return the names that a value has whose values a target lists, theirs among them, and all that it knows."""
        rows, here = where(self._subschema, target, place)
        listed: set[str] = set()
        known: set[str] = set()
        for row in applicable(rows, value):
            if row[0] == "properties":
                there = [name for name in row[1] if name in value]
                known.update(there)
                listed.update([name for name in there if self._is_listed(row[1][name], value[name], here)])
            elif row[0] == "all" and levels:
                more = self._likeness(row[1], value, here, levels - 1)
                listed, known = listed | more[0], known | more[1]
        return listed, known

    def _is_listed(self, target: Row, value: Any, place: Place) -> bool:
        rows = applicable(where(self._subschema, target, place)[0], value)
        lists = [row[3] for row in rows if row[0] == "enum"]
        return bool(lists) and all([RULES["enum"](value, values) for values in lists])

    def _called(
        self, branches: list[Row], meant: int, value: Any, likenesses: list[tuple[set[str], set[str]]], place: Place
    ) -> str:
        """Return what to call the branch that was meant: by the value that says so, its definition, or its number."""
        listed = likenesses[meant][0]
        telling = [name for name in value if name in listed] if kind_of(value) == "object" else []
        for name in telling:
            if not all([name in others for others, _ in likenesses]):
                return f"{named(name)} {shown(value[name])}"
        _, (_, _, uri, path) = where(self._subschema, branches[meant], place)
        *_, above, last = ["", "", *(uri + path).rpartition("#")[2].split("/")]
        return named(last) if above in ("$defs", "definitions") else f"alternative {meant + 1} of {len(branches)}"

    def _branch(self, branch: Row, value: Any, place: Place) -> list[Fault]:
        """Return the faults of a branch that does not hold: what is plain at once, or what shows when one looks in."""
        faults = list(self._plain(branch, value, place, _LEVELS))
        if not faults:
            self.apply(branch, value, place, faults, None)
        return faults

    def _plain(self, target: Row, value: Any, place: Place, levels: int) -> Iterator[Fault]:
        """Yield the faults of a target by the value's type, its constants and the names that it requires."""
        rows, here = where(self._subschema, target, place)
        at, via, uri, path = here
        for row in applicable(rows, value):
            if row[0] == "kinds":
                raise _NotJSON((value, here, "", _NO_JSON))
            if row[0] in ("type", "enum") and not RULES[row[0]](value, *row[3:]):
                yield value, here, row[1], row[2]
            elif row[0] == "required":
                yield from ((value, here, *missing(name)) for name in row[1:] if name not in value)
            elif row[0] == "all" and levels:
                yield from self._plain(row[1], value, here, levels - 1)
            elif row[0] == "properties" and levels:
                for name in [name for name in row[1] if name in value]:
                    yield from self._plain(row[1][name], value[name], (f"{at}/{token(name)}", via, uri, path), 0)

    def _tagged(self, row: Row, value: Any, place: Place, faults: list[Fault] | None, evaluated: Evaluated) -> None:
        """Look at the branch that the value of one property names."""
        _, keyword, name, branches = row
        tag: JSON = value.get(name) if kind_of(value) == "object" else None
        for values, branch in branches:
            if tag in values:
                before = len(faults or ())
                self.apply(branch, value, place, faults, evaluated)
                if faults is not None:
                    called = f"{named(name)} {shown(tag)}"
                    faults[before:] = [_taken_for(called, fault) for fault in faults[before:]]
                return
        listed = ", ".join([shown(each) for values, _ in branches for each in values])
        if kind_of(value) != "object":
            message = f"must be an object whose property {named(name)} is one of {listed}"
        elif name in value:
            message = f"{named(name)} must be one of {listed}, not {shown(tag)}"
        else:
            message = f"{named(name)} is missing, which must be one of {listed}"
        _add(faults, (value, place, keyword, message))

    def _not(self, row: Row, value: Any, place: Place, faults: list[Fault] | None, evaluated: Evaluated) -> None:
        if self.holds(row[1], value, place, None):
            _add(faults, (value, place, "not", "must not be what `not` describes"))

    def _if(self, row: Row, value: Any, place: Place, faults: list[Fault] | None, evaluated: Evaluated) -> None:
        _, condition, then, orelse = row
        branch = then if self.holds(condition, value, place, evaluated) else orelse
        if branch is not None:
            self.apply(branch, value, place, faults, evaluated)

    def _never(self, row: Row, value: Any, place: Place, faults: list[Fault] | None, evaluated: Evaluated) -> None:
        _add(faults, (value, place, "", "must not be there"))


_PARTS: dict[str, Callable[..., list[Part]]] = {
    "properties": _Evaluation._properties,
    "others": _Evaluation._others,
    "names": _Evaluation._names,
    "item": _Evaluation._item,
    "items": _Evaluation._items,
}
_WHOLE: dict[str, Callable[..., None]] = {
    "required": _Evaluation._required,
    "contains": _Evaluation._contains,
    "all": _Evaluation._all,
    "any": _Evaluation._any,
    "tagged": _Evaluation._tagged,
    "not": _Evaluation._not,
    "if": _Evaluation._if,
    "never": _Evaluation._never,
}
"""By kind of row, what is done about it: for parts of the value, and for itself."""

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


def _part(place: Place, key: str) -> Place:
    """Return the place of a part of the instance, where the keyword path goes on."""
    at, via, uri, path = place
    return f"{at}/{token(key)}", via, uri, path


# Problems


def problem(value: object, place: Place, keyword: str, message: str, alternative: str = "") -> Problem:
    """Return the problem that a fault stands for."""
    at, via, uri, path = place
    below = f"{path}/{token(keyword)}" if keyword else path
    way = via + below
    last = way.rpartition("/")[2].replace("~1", "/").replace("~0", "~")
    message = _with_found(value, keyword, message)
    return Problem(at, way, uri + "".join(map(_in_fragment, below)), last, message, shown(value), alternative)


def _with_found(value: Any, keyword: str, message: str) -> str:
    """Return a message with what was found, where the value as it is shown does not say that."""
    if message in (_NO_JSON, _REPEATED):
        return message
    if keyword in _SIZES:
        return f"{message}, but has {len(value)}"
    if keyword == "uniqueItems":
        same = twins(value)
        return message if same is None else f"{message}, but items {same[0]} and {same[1]} are equal"
    return message


_SIZES = frozenset({"minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties"})


_OF_FRAGMENT = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-~/?:@!$&'()*+,;=")


def _in_fragment(character: str) -> str:
    """Return a character as it stands in the fragment of a URI (RFC 3986, section 3.5)."""
    if character in _OF_FRAGMENT:
        return character
    return "".join([f"%{byte:02X}" for byte in character.encode("utf-8", "surrogatepass")])


def _meant(at: str, found: list[list[Fault]], likenesses: list[tuple[set[str], set[str]]]) -> int | None:
    """Return which branch was meant, None if none stands out.

    That is the one of the right type and without a wrong tag, by this order: which has more values that it lists, more
    names that it knows, and fewer faults.
    """
    ranks = [
        (far, -len(listed), -len(known), count)
        for (far, count), (listed, known) in zip([_rank(branch, at) for branch in found], likenesses, strict=True)
    ]
    best = min(ranks)
    return ranks.index(best) if ranks.count(best) == 1 and best[0] < 2 else None


def _of_all(found: list[list[Fault]], at: str) -> str:
    """Return the message for a choice of which no branch stands out."""
    alone = [branch[0][3] for branch in found if len(branch) == 1 and branch[0][1][0] == at]
    if len(alone) < len(found):
        return f"must match one of {len(found)} alternatives"
    first, *others = dict.fromkeys(alone)
    return " or ".join([first, *[other.removeprefix("must be ") for other in others]])


def _taken_for(alternative: str, fault: Fault) -> Fault:
    """Return a fault with what the alternative is called that it is one of; the innermost counts."""
    value, place, keyword, message, *others = fault
    return value, place, keyword, message, others[0] if others else alternative


def _items(count: int) -> str:
    return "one item" if count == 1 else f"{count} items"


def _rank(branch: list[Fault], at: str) -> tuple[int, int]:
    """Return how far a branch is: the wrong type is farthest, then a wrong tag; then the number of faults counts."""
    here = {keyword for _, place, keyword, *_ in branch if place[0] == at}
    tagged = any(keyword in ("const", "enum") and place[0].rpartition("/")[0] == at for _, place, keyword, *_ in branch)
    return (2 if here & {"type", "const", "enum"} else 1 if tagged else 0), len(branch)


# The tables of the package


def _load(module: str) -> Table:
    try:
        from . import _tables  # not by its name, for those who look for imports: it has all that follow

        table: Table = json.loads(loaded(module, _tables.__name__).TABLE)
        if kind_of(table) != "object":
            raise TypeError("a table is an object")
    except (AttributeError, ImportError, SyntaxError, TypeError, ValueError) as error:
        raise _damaged(module) from error
    return table


def _damaged(module: str) -> ImportError:
    """Return the error that a table of problems is not what it was when the package was made."""
    return ImportError(
        f"the package {__package__} is damaged: its table _tables/{module} can't be read; install it anew"
    )


_REPORTER = Reporter(Tables(_load))

problems, faults, records = _REPORTER.problems, _REPORTER.faults, _REPORTER.records
"""The methods of the package's own reporter."""
