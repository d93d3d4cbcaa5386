"""What subschemas say by themselves: two of equal content are printed alike, wherever they stand."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import field

from ..ir import Keyword, Location
from ..records import dataclass
from ..schema.vocabulary import ENTRIES, Role
from .analysis import Analysis

_DECIDING = frozenset({Role.ASSERTION, Role.IN_PLACE, Role.ON_PARTS})
_SILENT = frozenset({Role.ANNOTATION, Role.DIALECT})


@dataclass(frozen=True, slots=True)
class Contents:
    """The contents of subschemas, as numbers: equal ones are equal contents.

    Only what leads nowhere else has one: no reference, no anchor, nothing `named`, which has a class or an enum of its
    own. What a dialect makes of keywords belongs to it.
    """

    analysis: Analysis
    named: Collection[Location]
    _numbers: dict[object, int] = field(default_factory=dict)
    _found: dict[Location, int | None] = field(default_factory=dict)

    def of(self, location: Location) -> int | None:
        """Return the number of a subschema's content, None if that leads elsewhere."""
        if location not in self._found:
            self._found[location] = self._number(location)
        return self._found[location]

    def _number(self, location: Location) -> int | None:
        subschema = self.analysis[location]
        if location in self.named:
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
        resource = self.analysis.resource(location)
        dialect = resource.dialect, resource.asserts_format, resource.contains_evaluates
        content = subschema.boolean, dialect, tuple(parts)
        return self._numbers.setdefault(content, len(self._numbers))

    def _parts(self, keyword: Keyword) -> Iterator[object]:
        """Yield what a keyword says; None among it if that leads elsewhere."""
        yield keyword.name, keyword.written, "" if keyword.schemas else repr(keyword.value)
        for token, location in keyword.schemas:
            number = self.of(location)
            yield None if number is None else (token, number)
