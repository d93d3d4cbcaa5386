"""Reads: the tables within frozen records are wrapped, so that it is recorded which of their parts are read.

A part of a table is all that it has for one document, or for one other key. Whoever reads a part of one table depends
on that part of all of them: for one document, these are made of the same. What is not a table within a record is the
`rest` of it: that is small, and counts as always read.
"""

from __future__ import annotations

import hashlib
import io
import pickle
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import fields, is_dataclass, replace
from functools import cached_property
from operator import attrgetter
from types import MappingProxyType
from typing import Any

from ..escapes import Code
from ..ir import JSON, Document, Item, Location, Package

WHOLE = "\n"  # not a key of any table


class Reads:
    """What was read: of tables, by the fields that lead to them, the parts, and `WHOLE` for all of them."""

    def __init__(self) -> None:
        self._parts: dict[str, set[str]] = {}

    def __iter__(self) -> Iterator[tuple[str, str]]:
        """Yield each table with a part of it that was read."""
        return ((table, part) for table, parts in self._parts.items() for part in parts)

    def to_json(self) -> JSON:
        """Return the tables of which all was read, and the parts that were read of any of the tables."""
        tables: list[JSON] = [table for table, parts in self._parts.items() if WHOLE in parts]
        return [tables, list(sorted(set().union(*self._parts.values()) - {WHOLE}))]

    def of(self, table: str) -> set[str]:
        """Return the parts of a table, to which others are added as they are read."""
        return self._parts.setdefault(table, set())

    def forget(self) -> None:
        """Begin anew: nothing was read."""
        for parts in self._parts.values():
            parts.clear()


class Given:
    """A value that many functions are given, each of which reads some of it.

    `digests` has by URI the key of a document in the package: where it is the same, so are all parts of tables of
    the package that are about the document.
    """

    def __init__(self, value: object, digests: Mapping[str, str]) -> None:
        self._value = value
        self._by_uri = digests
        self._tables: dict[str, _Table] = {}
        self._parts: dict[str, str] = {}
        rest: list[tuple[str, object]] = []
        self._find(value, "", {}, rest)
        self.rest = digest(rest)
        self._reads = Reads()
        self._items: dict[int, tuple[Item, str]] = {}

    def _find(self, value: Any, path: str, digests: Mapping[str, str], rest: list[tuple[str, object]]) -> None:
        """Take in the tables of a value, and what is not a table; those of a package are about documents."""
        if _is_table(value):
            self._tables[path] = _Table(value, digests)
        elif _has_tables(value):
            inside = self._by_uri if isinstance(value, Package) else {}
            for field in fields(value):
                self._find(getattr(value, field.name), f"{path}.{field.name}", inside, rest)
        else:
            rest.append((path, value))

    def watched(self) -> tuple[Any, Reads]:
        """Return the value with its tables wrapped, and the record of what is read of them until the next call."""
        self._reads.forget()
        return self._recorded, self._reads

    @cached_property
    def _recorded(self) -> Any:
        return self._wrapped(self._value, "")

    def _wrapped(self, value: Any, path: str) -> Any:
        if path in self._tables:
            return _recorded(value, self._reads.of(path))
        if not _has_tables(value):
            return value
        inner = {field.name: getattr(value, field.name) for field in fields(value)}
        return replace(value, **{name: self._wrapped(each, f"{path}.{name}") for name, each in inner.items()})

    def together(self, read: JSON) -> str:
        """Return the digest of all that was read, as it is now."""
        tables, parts = read if isinstance(read, list) and len(read) == 2 else ([], [])
        digests = [self.whole(str(table)) for table in tables] if isinstance(tables, list) else []
        digests += [self.part(str(part)) for part in parts] if isinstance(parts, list) else []
        return hashlib.sha256(" ".join(digests).encode()).hexdigest()

    def whole(self, table: str) -> str:
        """Return the digest of a table as it is now; "" if there is no such table."""
        return self._tables[table].whole if table in self._tables else ""

    def part(self, part: str) -> str:
        """Return the digest of a part of all tables as it is now."""
        if part not in self._parts:
            tables = ((name, table) for name, table in self._tables.items() if not table.is_about_documents)
            rows = [(name, rows) for name, table in tables if (rows := table.part(part))]
            self._parts[part] = digest([self._by_uri.get(part), rows])
        return self._parts[part]

    def item(self, item: Item) -> str:
        """Return the digest of an item, in which the key of a document stands for it."""
        _, known = self._items.get(id(item), (None, ""))
        if not known:  # many are those of several templates; each is kept, so that no other one gets its id
            known = digest({name: self._shown(value) for name, value in item.items()})
            self._items[id(item)] = item, known
        return known

    def _shown(self, value: object) -> object:
        if isinstance(value, Document) and value.location.document in self._by_uri:
            return self._by_uri[value.location.document]
        return _flat(value)


def _is_table(value: object) -> bool:
    """Return whether a value is looked into: a JSON object or array is not, a tuple or set of whatever is."""
    return (isinstance(value, Mapping | Set | tuple) and not isinstance(value, dict | Location)) or type(value) is dict


def _has_tables(value: object) -> bool:
    return is_dataclass(value) and any(
        _is_table(inner) or _has_tables(inner) for inner in (getattr(value, each.name) for each in fields(value))
    )


class _Table:
    """A table by its parts, and its digest. If it is about documents, the digests of these stand for its parts."""

    def __init__(self, table: Any, digests: Mapping[str, str]) -> None:
        self._table = table
        self._by_uri = digests
        self.is_about_documents = bool(digests)

    @cached_property
    def whole(self) -> str:
        return digest(list(self._by_uri.items()) if self._by_uri else self._rows(self._table))

    def part(self, part: str) -> list[Any]:
        """Return the keys of a part with their values."""
        keys = self._parts.get(part)
        return self._rows(keys) if keys else []

    @cached_property
    def _parts(self) -> Mapping[str, list[Any]]:
        parts: dict[str, list[Any]] = {}
        for key in self._table:
            parts.setdefault(_part_of(key), []).append(key)
        return parts

    def _rows(self, keys: Iterable[Any]) -> list[Any]:
        if isinstance(self._table, Mapping):
            return [(_flat(key), _flat(self._table[key])) for key in keys]
        return [_flat(key) for key in (sorted(keys) if isinstance(self._table, Set) else keys)]


def _flat(value: Any) -> Any:
    """Return a location, a record or a row of these as plain ones; pickling each of them would cost five times."""
    kind = type(value)
    if kind is str:
        return value
    if kind is Location:
        return tuple(value)
    if kind is Code:
        return ("Code", value[:])
    if kind is tuple:
        return tuple(map(_flat, value))
    if kind is list:
        return [*map(_flat, value)]
    if isinstance(value, tuple):
        return (kind.__qualname__, *map(_flat, value))
    return (kind.__qualname__, *map(_flat, _VALUES[kind](value))) if is_dataclass(value) else value


def _part_of(key: object) -> str:
    """Return the part of a table that a key is in."""
    if isinstance(key, Location):
        return key.document
    return key if isinstance(key, str) else WHOLE


# Tables that record what is read of them


def _recorded(table: Any, parts: set[str]) -> object:
    if isinstance(table, Mapping):
        return _RecordedMapping(table, parts)
    return _RecordedSet(table, parts) if isinstance(table, Set) else _RecordedSequence(table, parts)


class _Recorded:
    """A table, and the parts of it that were read."""

    __slots__ = ("_note", "_table")

    def __init__(self, table: Any, parts: set[str]) -> None:
        self._table = table
        self._note = parts.add

    def __contains__(self, key: object) -> bool:
        self._note(key.document if type(key) is Location else _part_of(key))
        return key in self._table

    def __iter__(self) -> Iterator[Any]:
        self._note(WHOLE)
        return iter(self._table)

    def __len__(self) -> int:
        self._note(WHOLE)
        return len(self._table)


class _RecordedMapping(_Recorded, Mapping[Any, Any]):
    __slots__ = ()

    def __getitem__(self, key: Any) -> Any:
        self._note(key.document if type(key) is Location else _part_of(key))
        return self._table[key]

    def get(self, key: Any, default: Any = None) -> Any:
        """Return the value of a key, or the default."""
        self._note(key.document if type(key) is Location else _part_of(key))
        return self._table.get(key, default)


class _RecordedSet(_Recorded, Set[Any]):
    __slots__ = ()


class _RecordedSequence(_Recorded, Sequence[Any]):
    __slots__ = ()

    def __contains__(self, value: object) -> bool:
        self._note(WHOLE)
        return value in self._table

    def __getitem__(self, index: Any) -> Any:
        self._note(WHOLE)
        return self._table[index]


# Digests


def digest(value: object) -> str:
    """Return the digest of a frozen value: of equal values of the same types in the same order it is the same."""
    stream = io.BytesIO()
    pickler = pickle.Pickler(stream, pickle.HIGHEST_PROTOCOL)
    pickler.fast = True  # what is written depends on the content alone, not on which parts are the same object
    pickler.dispatch_table = _REDUCED
    pickler.dump(value)
    return hashlib.sha256(stream.getbuffer()).hexdigest()


class _Values(dict[type, Callable[[Any], tuple[Any, ...]]]):
    """Gives for a type of records the function that returns the values of one's fields."""

    def __missing__(self, kind: type) -> Callable[[Any], tuple[Any, ...]]:
        names = [field.name for field in fields(kind)]
        values = attrgetter(*names) if len(names) > 1 else lambda value: tuple(getattr(value, name) for name in names)
        self[kind] = values
        return values


class _Reducers(dict[type, Callable[[Any], tuple[Any, ...]]]):
    """Gives for a type what its values are written as: a record as its fields, what can't be changed as what can."""

    def __missing__(self, kind: type) -> Callable[[Any], tuple[Any, ...]]:
        if not is_dataclass(kind):
            raise KeyError(kind)
        name, values = kind.__qualname__, _VALUES[kind]
        self[kind] = lambda value: (tuple, (name, values(value)))
        return self[kind]


_VALUES = _Values()
_REDUCED: Any = _Reducers({MappingProxyType: lambda value: (dict, (dict(value),)), Location: lambda at: (str, at[:])})
