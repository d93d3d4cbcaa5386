"""Reads: the tables within frozen records are wrapped, so that it is recorded which of their parts are read.

A part of a table is all that it has for one document, or for one other key. What is not a table within a record is the
`rest` of it: that is small, and counts as always read.
"""

from __future__ import annotations

import hashlib
import io
import pickle
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import fields, is_dataclass, replace
from operator import attrgetter
from types import MappingProxyType
from typing import Any

from ..ir import JSON, Document, Item, Location, Package

Read = dict[tuple[str, str], None]
"""What was read: tables by the fields that lead to them, each with a part, or `WHOLE`."""

WHOLE = "\n"  # not a key of any table


class Given:
    """A value that many functions are given, each of which reads some of it.

    `digests` has by URI the key of a document in the package: where it is the same, so are all parts of tables of
    the package that are about the document.
    """

    def __init__(self, value: object, digests: Mapping[str, str], beside: object = None) -> None:
        self._value = value
        self._by_uri = digests
        self._tables: dict[str, _Table] = {}
        rest: list[tuple[str, object]] = [("", beside)]
        self._find(value, "", rest)
        self.rest = digest(rest)

    def _find(self, value: Any, path: str, rest: list[tuple[str, object]]) -> None:
        """Take in the tables of a record, and what is not a table."""
        digests = self._by_uri if isinstance(value, Package) else {}
        for field in fields(value):
            inner, here = getattr(value, field.name), f"{path}.{field.name}"
            if _is_table(inner):
                self._tables[here] = _Table(inner, digests)
            elif _has_tables(inner):
                self._find(inner, here, rest)
            else:
                rest.append((here, inner))

    def watched(self) -> tuple[Any, Read]:
        """Return the value with its tables wrapped, and the record of what is read of them."""
        read: Read = {}
        return self._watched(self._value, "", read), read

    def _watched(self, value: Any, path: str, read: Read) -> Any:
        wrapped: dict[str, object] = {}
        for field in fields(value):
            inner, here = getattr(value, field.name), f"{path}.{field.name}"
            if here in self._tables:
                wrapped[field.name] = _recorded(inner, here, read)
            elif _has_tables(inner):
                wrapped[field.name] = self._watched(inner, here, read)
        return replace(value, **wrapped)

    def digest(self, table: str, part: str) -> str:
        """Return the digest of a part of a table as it is now; "" if there is no such table."""
        return self._tables[table].digest(part) if table in self._tables else ""

    def together(self, read: JSON) -> str:
        """Return the digest of all that was read, as it is now."""
        digests = (
            [self.digest(*map(str, row)) for row in read if isinstance(row, list)] if isinstance(read, list) else []
        )
        return hashlib.sha256(" ".join(digests).encode()).hexdigest()

    def item(self, item: Item) -> object:
        """Return the key of an item, in which the key of a document stands for it."""
        return {name: self._shown(value) for name, value in item.items()}

    def _shown(self, value: object) -> object:
        if isinstance(value, Document) and value.location.document in self._by_uri:
            return self._by_uri[value.location.document]
        return value


def _is_table(value: object) -> bool:
    """Return whether a value is looked into: a JSON object or array is not, a tuple or set of whatever is."""
    return (isinstance(value, Mapping | Set | tuple) and not isinstance(value, dict | Location)) or type(value) is dict


def _has_tables(value: object) -> bool:
    return is_dataclass(value) and any(
        _is_table(inner) or _has_tables(inner) for inner in (getattr(value, each.name) for each in fields(value))
    )


class _Table:
    """The digests of a table's parts, each made on first use."""

    def __init__(self, table: Any, digests: Mapping[str, str]) -> None:
        self._table = table
        self._by_uri = digests
        self._parts: dict[str, list[Any]] | None = None
        self._digests: dict[str, str] = {}

    def digest(self, part: str) -> str:
        if part in self._by_uri:
            return self._by_uri[part]
        if part not in self._digests:
            self._digests[part] = digest(self._everything() if part == WHOLE else self._part(part))
        return self._digests[part]

    def _everything(self) -> object:
        if self._by_uri:
            return list(self._by_uri.items())
        return list(self._table.items()) if isinstance(self._table, Mapping) else list(self._table)

    def _part(self, part: str) -> list[Any]:
        if self._parts is None:
            self._parts = {}
            for key in self._table:
                self._parts.setdefault(_part_of(key), []).append(key)
        keys = self._parts.get(part, [])
        return [(key, self._table[key]) for key in keys] if isinstance(self._table, Mapping) else sorted(keys)


def _part_of(key: object) -> str:
    """Return the part of a table that a key is in."""
    if isinstance(key, Location):
        return key.document
    return key if isinstance(key, str) else WHOLE


# Tables that record what is read of them


def _recorded(table: Any, name: str, read: Read) -> object:
    if isinstance(table, Mapping):
        return _RecordedMapping(table, name, read)
    return _RecordedSet(table, name, read) if isinstance(table, Set) else _RecordedSequence(table, name, read)


class _Recorded:
    """A table, its name, and the record of what is read of it."""

    __slots__ = ("_name", "_read", "_table")

    def __init__(self, table: Any, name: str, read: Read) -> None:
        self._table = table
        self._name = name
        self._read = read

    def _note(self, key: object) -> None:
        self._read[self._name, _part_of(key)] = None

    def __contains__(self, key: object) -> bool:
        self._note(key)
        return key in self._table

    def __iter__(self) -> Iterator[Any]:
        self._note(None)
        return iter(self._table)

    def __len__(self) -> int:
        self._note(None)
        return len(self._table)


class _RecordedMapping(_Recorded, Mapping[Any, Any]):
    __slots__ = ()

    def __getitem__(self, key: Any) -> Any:
        self._read[self._name, key.document if type(key) is Location else _part_of(key)] = None
        return self._table[key]

    def get(self, key: Any, default: Any = None) -> Any:
        """Return the value of a key, or the default."""
        self._note(key)
        return self._table.get(key, default)


class _RecordedSet(_Recorded, Set[Any]):
    __slots__ = ()


class _RecordedSequence(_Recorded, Sequence[Any]):
    __slots__ = ()

    def __contains__(self, value: object) -> bool:
        self._note(None)
        return value in self._table

    def __getitem__(self, index: Any) -> Any:
        self._note(None)
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


class _Reducers(dict[type, Callable[[Any], tuple[Any, ...]]]):
    """Gives for a type what its values are written as: a record as its fields, what can't be changed as what can."""

    def __missing__(self, kind: type) -> Callable[[Any], tuple[Any, ...]]:
        if not is_dataclass(kind):
            raise KeyError(kind)
        names = [field.name for field in fields(kind)]
        values = attrgetter(*names) if len(names) > 1 else lambda value: (getattr(value, names[0]),)
        name = kind.__qualname__
        self[kind] = lambda value: (tuple, (name, values(value)))
        return self[kind]


_REDUCED: Any = _Reducers({MappingProxyType: lambda value: (dict, (dict(value),)), Location: lambda at: (str, at[:])})
