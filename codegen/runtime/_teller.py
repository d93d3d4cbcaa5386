"""What tells every problem of data, by the tables in `_problems`; loaded only when there is some.

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

from ._reasons import Problem
from ._runtime import JSON, Any, equal, exact, is_multiple, is_no_number, is_unique, loaded, shown

TYPE_CHECKING: bool = False
if TYPE_CHECKING:
    from typing import TypeAlias

    Row: TypeAlias = "list[Any]"
    Table: TypeAlias = "Mapping[str, list[Any]]"  # by name: the URI and the rows
    Seen: TypeAlias = "set[str | int] | None"
    Place: TypeAlias = "tuple[str, str, str, str]"  # in the instance; of a subschema, by the way and absolute; from it
    Told: TypeAlias = "tuple[object, Place, str, str]"  # value, its place, keyword ("": `false`), message
else:
    Row = Table = Seen = Place = Told = object  # for those who evaluate annotations


def problems(name: str, data: JSON) -> list[Problem]:
    """Return every problem of data for the subschema of that name, as `module/subschema`."""
    return _TELLER.problems(name, data)


class Teller:
    """Tells problems by tables, each of which is loaded, by its module's name, when a row leads to it."""

    def __init__(self, load: Callable[[str], Table]) -> None:
        self._load = load
        self._tables: dict[str, Table] = {}

    def problems(self, name: str, data: JSON) -> list[Problem]:
        """Return every problem of data for the subschema of that name; raises RecursionError.

        What is asked of one value twice is answered once. What a second way leads to is told again, but no more than
        two hundred times: from then on, it is only said that it is not valid.
        """
        found: list[Told] = []
        try:
            _Telling(self).apply(["", name], data, ("", "", "", ""), found, None)
        except _NotJSON as stop:
            found.append(stop.told)
        return [_problem(*told) for told in found]

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
    """Stops telling at a float that is no number, where a value of any other type would do."""

    def __init__(self, told: Told) -> None:
        self.told = told


class _Fails(Exception):
    """Says that a value is not valid where nobody asks why."""


_NO_JSON = "must be JSON data"
_AGAIN_TOLD = "must be valid here as well; why would take long to tell"
_CONTAINERS = frozenset({dict, list})
_UNKNOWN: set[str | int] = set()
_AGAIN = 200
"""So often at the most is told what was told already, by another way that validation took."""


class _Telling:
    """One instance while its problems are told; `found` is where these go, None where it only counts whether there are.

    Answers are kept by the rows and the value, whose identity holds while the instance does.
    """

    def __init__(self, teller: Teller) -> None:
        self._subschema = teller.subschema
        self._answers: dict[
            tuple[int, int, bool], set[str | int] | None
        ] = {}  # None: not valid; else what it evaluates
        self._told: set[tuple[int, str]] = set()
        self._again = 0

    def holds(self, target: Row, value: JSON, place: Place, seen: Seen) -> bool:
        """Return whether a value is valid by a target; what that evaluates is `seen`."""
        try:
            self.apply(target, value, place, None, seen)
        except _Fails:
            return False
        return True

    def apply(
        self, target: Row, value: Any, place: Place, found: list[Told] | None, seen: Seen, *, is_part: bool = False
    ) -> None:
        """Add the problems of a value at a place; raises _Fails in place of the first if nobody asks which they are.

        The parts of the value are looked at here, for the sake of few frames.
        """
        rows, here = self._where(target, place)
        at, via, uri, path = here
        if not rows and not at and is_no_number(value):  # elsewhere, what nothing is said of is not looked at
            _add(found, (value, here, "", _NO_JSON))
        key = None
        if not is_part or type(value) in _CONTAINERS:  # of a scalar in a container little is asked
            key = id(rows), id(value), seen is None
            known = self._answers.get(key, _UNKNOWN)
            if known is not _UNKNOWN and (known is not None or found is None or self._is_enough(rows, at)):
                _take_over(known, (value, here, "", _AGAIN_TOLD), found, seen)
                return
            self._answers[key] = None
        own: Seen = None if seen is None else set()
        before = 0 if found is None else len(found)
        for row in _applicable(rows, value):
            kind = row[0]
            if kind == "kinds":
                raise _NotJSON((value, here, "", _NO_JSON))
            if kind == "properties":
                for name in [name for name in row[1] if name in value]:
                    below = (f"{at}/{token(name)}", via, uri, path)
                    self.apply(row[1][name], value[name], below, found, None, is_part=True)
                    if own is not None:
                        own.add(name)
            elif kind == "items":
                for index, item in _items(row, value, own):
                    self.apply(row[2], item, (f"{at}/{index}", via, uri, path), found, None, is_part=True)
                if own is not None:
                    own.update(range(row[1], len(value)))
            elif kind == "track":
                own = set[str | int]()
            elif kind in _RULES:
                if not _RULES[kind](value, *row[3:]):
                    _add(found, (value, here, row[1], _NO_JSON if is_no_number(value) else row[2]))
            else:
                getattr(self, f"_{kind}")(row, value, here, found, own)
        if key is not None and (found is None or len(found) == before):
            self._answers[key] = own or set()
        if seen is not None and own is not None:
            seen |= own

    def _where(self, target: Row, place: Place) -> tuple[list[Row], Place]:
        """Return a target's rows, and the place where they speak."""
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
        """Return whether what is told at a place was told before, and things were told again too often already."""
        key = id(rows), at
        if key in self._told:
            self._again += 1
            return self._again > _AGAIN
        self._told.add(key)
        return False

    # Objects

    def _required(self, row: Row, value: Any, place: Place, found: list[Told] | None, seen: Seen) -> None:
        for name in row[1:]:
            if name not in value:
                _add(found, (value, place, *_missing(name)))

    def _others(self, row: Row, value: Any, place: Place, found: list[Told] | None, seen: Seen) -> None:
        """Look at the properties that the names and patterns of the others leave over, or that one pattern takes."""
        _, target, names, patterns, only, unseen = row
        for key, item in value.items():
            if key in names or (patterns and any(_search(pattern)(key) for pattern in patterns)):
                continue
            if (only is not None and not _search(only)(key)) or (unseen and seen is not None and key in seen):
                continue
            self.apply(target, item, _part(place, key), found, None, is_part=True)
            if seen is not None:
                seen.add(key)

    def _names(self, row: Row, value: Any, place: Place, found: list[Told] | None, seen: Seen) -> None:
        """Look at the property names; the place of a bad one is its object."""
        for key in value:
            self.apply(row[1], key, place, found, None, is_part=True)

    # Arrays

    def _item(self, row: Row, value: Any, place: Place, found: list[Told] | None, seen: Seen) -> None:
        _, index, target = row
        if len(value) > index:
            self.apply(target, value[index], _part(place, str(index)), found, None, is_part=True)
            if seen is not None:
                seen.add(index)

    def _contains(self, row: Row, value: Any, place: Place, found: list[Told] | None, seen: Seen) -> None:
        _, target, least, most, evaluates = row
        matching = [index for index, item in enumerate(value) if self.holds(target, item, place, None)]
        if seen is not None and evaluates:
            seen.update(matching)
        if len(matching) < least:
            times = "an item" if least == 1 else f"at least {least} items"
            _add(found, (value, place, "contains", f"must contain {times} that matches"))
        if most is not None and len(matching) > most:
            _add(found, (value, place, "maxContains", f"must contain at most {most} items that match"))

    # In place

    def _all(self, row: Row, value: Any, place: Place, found: list[Told] | None, seen: Seen) -> None:
        self.apply(row[1], value, place, found, seen)

    def _any(self, row: Row, value: Any, place: Place, found: list[Told] | None, seen: Seen) -> None:
        """Try every branch; if none holds, the nearest one's problems are told."""
        _, keyword, exclusive, branches = row
        matches = [index for index, branch in enumerate(branches) if self.holds(branch, value, place, seen)]
        if matches:
            if exclusive and len(matches) > 1:
                message = f"must match exactly one of {len(branches)} alternatives, but matches {matches}"
                _add(found, (value, place, keyword, message))
        elif found is None:
            raise _Fails
        else:
            found += _nearest(value, place, keyword, [self._branch(branch, value, place) for branch in branches])

    def _branch(self, branch: Row, value: Any, place: Place) -> list[Told]:
        """Return what a branch tells that does not hold: what is plain at once, or what is found when one looks in."""
        found = list(self._plain(branch, value, place, _LEVELS))
        if not found:
            self.apply(branch, value, place, found, None)
        return found

    def _plain(self, target: Row, value: Any, place: Place, levels: int) -> Iterator[Told]:
        """Yield what a target tells by the value's type, its constants and the names that it requires."""
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

    def _tagged(self, row: Row, value: Any, place: Place, found: list[Told] | None, seen: Seen) -> None:
        """Look at the branch that the value of one property names."""
        _, keyword, name, branches = row
        tag: JSON = value.get(name) if _kind(value) == "object" else None
        for values, branch in branches:
            if tag in values:
                self.apply(branch, value, place, found, seen)
                return
        known = ", ".join([f'"{each}"' for values, _ in branches for each in values])
        _add(found, (value, place, keyword, f'must be an object whose property "{name}" is one of {known}'))

    def _not(self, row: Row, value: Any, place: Place, found: list[Told] | None, seen: Seen) -> None:
        if self.holds(row[1], value, place, None):
            _add(found, (value, place, "not", "must not match what `not` says"))

    def _if(self, row: Row, value: Any, place: Place, found: list[Told] | None, seen: Seen) -> None:
        _, condition, then, orelse = row
        branch = then if self.holds(condition, value, place, seen) else orelse
        if branch is not None:
            self.apply(branch, value, place, found, seen)

    def _never(self, row: Row, value: Any, place: Place, found: list[Told] | None, seen: Seen) -> None:
        _add(found, (value, place, "", "must not be there"))


_LEVELS = 3
"""Through so many references and members of `allOf` one looks for what is plain at once."""


def _take_over(known: set[str | int] | None, told: Told, found: list[Told] | None, seen: Seen) -> None:
    """Add what was evaluated of a value that is known to be valid, else what is told of one that is known not to be."""
    if known is None:
        _add(found, told)
    elif seen is not None:
        seen |= known


def _add(found: list[Told] | None, told: Told) -> None:
    if found is None:
        raise _Fails
    found.append(told)


def _missing(name: str) -> tuple[str, str]:
    """Return the keyword and the message of a property that is required and not there."""
    return "required", f'must have the property "{name}"'


def _part(place: Place, key: str) -> Place:
    """Return the place of a part of the instance, where the keyword path goes on."""
    at, via, uri, path = place
    return f"{at}/{token(key)}", via, uri, path


def _applicable(rows: Iterable[Row], value: Any) -> Iterator[Row]:
    """Yield the rows that speak of a value: of its JSON type, and of the properties that it has."""
    for row in rows:
        if row[0] == "kinds":
            chosen = _of_kind(row[1], value)
            if chosen is not None:
                yield from _applicable(chosen, value)
            elif row[2] is not None:
                yield row[2]
            elif is_no_number(value):
                yield row
        elif row[0] == "when":
            if row[1] in value:
                yield from _applicable(row[2], value)
        else:
            yield row


def _items(row: Row, value: list[JSON], seen: Seen) -> Iterator[tuple[int, JSON]]:
    """Yield the items that a row speaks of, with their indices: those from the start on, or that nothing has seen."""
    _, start, _, unseen = row
    for index, item in enumerate(value):
        if index >= start and not (unseen and seen is not None and index in seen):
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
    if is_no_number(value):
        return None
    if kind == "number" and "integer" in cases and _is_whole(value):
        return cases["integer"]
    return cases.get(kind)


def _is_whole(value: Any) -> bool:
    return type(value) is int or (type(value) is float and value.is_integer())


def _is_one_of(value: object, *kinds: str) -> bool:
    return (_kind(value) in kinds and not is_no_number(value)) or ("integer" in kinds and _is_whole(value))


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
    found: Callable[[str], object] = getattr(loaded(module, __name__.rpartition(".")[0]), function)
    return found


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
    told = way.rpartition("/")[2].replace("~1", "/").replace("~0", "~")
    return Problem(at, way, uri + "".join(map(_in_fragment, below)), told, message, shown(value))


_OF_FRAGMENT = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-~/?:@!$&'()*+,;=")


def _in_fragment(character: str) -> str:
    """Return a character as it stands in the fragment of a URI (RFC 3986, section 3.5)."""
    if character in _OF_FRAGMENT:
        return character
    return "".join([f"%{byte:02X}" for byte in character.encode("utf-8", "surrogatepass")])


def token(key: str) -> str:
    """Return a property name as a reference token (RFC 6901, section 3)."""
    return key.replace("~", "~0").replace("/", "~1")


def _nearest(value: object, place: Place, keyword: str, branches: list[list[Told]]) -> list[Told]:
    """Return what the branch tells that was meant, or one thing of the choice if none stands out."""
    at = place[0]
    ranks = [_rank(branch, at) for branch in branches]
    best = min(ranks)
    if ranks.count(best) == 1 and best[0] < 2:
        return branches[ranks.index(best)]
    alone = [branch[0] for branch in branches if len(branch) == 1 and branch[0][1][0] == at]
    if len(alone) == len(branches):
        message = " or ".join(dict.fromkeys([said for _, _, _, said in alone]))
    else:
        message = f"must match one of {len(branches)} alternatives"
    return [(value, place, keyword, message)]


def _rank(branch: list[Told], at: str) -> tuple[int, int]:
    """Return how far a branch is: the wrong type is farthest, then a wrong tag; then it counts how much is told."""
    here = {keyword for _, place, keyword, _ in branch if place[0] == at}
    tagged = any(keyword in ("const", "enum") and place[0].rpartition("/")[0] == at for _, place, keyword, _ in branch)
    return (2 if here & {"type", "const", "enum"} else 1 if tagged else 0), len(branch)


# The tables of the package


def _load(module: str) -> Table:
    try:
        from . import _problems  # not by its name, for those who look for imports: it has all that follow

        table: Table = json.loads(loaded(module, _problems.__name__).TABLE)
        if _kind(table) != "object":
            raise TypeError("a table is an object")
    except (AttributeError, ImportError, SyntaxError, TypeError, ValueError) as error:
        raise _damaged(module) from error
    return table


def _damaged(module: str) -> ImportError:
    """Return the error that a table of problems is not what it was when the package was made."""
    return ImportError(
        f"the package {__package__} is damaged: its table _problems/{module} can't be read; install it anew"
    )


_TELLER = Teller(_load)
