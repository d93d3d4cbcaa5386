"""What subschemas say by themselves: two of equal content are printed alike, wherever they stand."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from ..ir import Keyword, Location
from ..schema.vocabulary import ENTRIES, Role
from .analysis import Analysis

_DECIDING = frozenset({Role.ASSERTION, Role.IN_PLACE, Role.ON_PARTS})
_SILENT = frozenset({Role.ANNOTATION, Role.DIALECT})


class Contents(dict[Location, int | None]):
    """Gives for a subschema the number of its content, None if that leads elsewhere: equal ones are equal contents.

    Only what leads nowhere else has one: no reference, no anchor, nothing `named`, which has a class or an enum of its
    own. What a dialect makes of keywords belongs to it.
    """

    def __init__(self, analysis: Analysis, named: Collection[Location]) -> None:
        super().__init__()
        self._analysis = analysis
        self._named = named
        self._numbers: dict[object, int] = {}

    def __missing__(self, location: Location) -> int | None:
        self[location] = self._number(location)
        return self[location]

    def _number(self, location: Location) -> int | None:
        subschema = self._analysis[location]
        if location in self._named:
            return None
        parts: list[object] = []
        for keyword in subschema.keywords.values():
            entry = ENTRIES.get(keyword.name)
            if entry is None or entry.role in _SILENT:
                continue
            if entry.role not in _DECIDING or entry.is_dynamic or keyword.target is not None:
                return None
            parts += self._parts(keyword)
        if None in parts:
            return None
        resource = self._analysis.resource(location)
        dialect = resource.dialect, resource.asserts_format, resource.contains_evaluates
        content = subschema.boolean, dialect, tuple(parts)
        return self._numbers.setdefault(content, len(self._numbers))

    def _parts(self, keyword: Keyword) -> Iterator[object]:
        """Yield what a keyword says; None among it if that leads elsewhere."""
        yield keyword.name, keyword.written, "" if keyword.schemas else repr(keyword.value)
        for token, location in keyword.schemas:
            number = self[location]
            yield None if number is None else (token, number)
