"""Function names: what the function of a subschema is called, by its place alone.

It does not depend on who calls the function, or on what was compiled before, so that other modules know the names
without the module that has them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

from ... import names
from ...escapes import Code
from ...escapes.python import identifier
from ...ir import Location
from ..nodes import Context


class Request(NamedTuple):
    """One function that somebody calls: what it does, for which subschema, in which dynamic scope.

    `evaluated` is whether it marks what it has evaluated.
    """

    role: str
    location: Location
    context: Context
    evaluated: bool


@dataclass(frozen=True)
class FunctionNames:
    """The names of all functions that there may be, by module.

    `modules` has the name of each document's module, `labels` the words for a location where they are not made from its
    pointer. `first` are by document the locations that have the plain words where several want the same, `locations`
    all of them; `anchored` are the locations that dynamic anchors are bound to.
    """

    modules: Mapping[str, str]
    labels: Mapping[Location, str]
    first: Mapping[str, Sequence[Location]]
    locations: Mapping[str, Sequence[Location]]
    anchored: Sequence[Location]
    _words: dict[Location, str] = field(default_factory=dict, repr=False, compare=False)
    _unique: dict[str, Mapping[Location, str]] = field(default_factory=dict, repr=False, compare=False)

    def of(self, request: Request, usual: Context) -> Code:
        """Return the name of a function; `usual` is the scope that its subschema has where an instance starts there."""
        uri = request.location.document
        if uri not in self._unique:
            self._unique[uri] = self._labelled(uri)
        name = f"_{request.role}_{self._unique[uri][request.location]}"
        if request.context != usual:  # no label has a letter in upper case
            name += "_In" + "_".join(str(self.anchored.index(at)) for _, at in request.context.bindings)
        return identifier(name + ("_evaluated" if request.evaluated else ""))

    def _labelled(self, uri: str) -> Mapping[Location, str]:
        """Return the words for each location of a document, no two the same."""
        taken = names.Taken()
        every = dict.fromkeys((*self.first.get(uri, ()), *self.locations[uri]))
        return {location: taken.claim(_plain(self.label(location))) for location in every}

    def label(self, location: Location) -> str:
        """Return the label of a location, or that of the nearest one above it and the way from there."""
        way: list[tuple[Location, str]] = []
        at = location
        while at not in self._words and at not in self.labels and at.pointer:
            above, _, token = at.pointer.rpartition("/")
            way.append((at, token))
            at = Location(at.document, above)
        words = self._words.get(at) or self.labels.get(at, self.modules[at.document])
        for here, token in reversed(way):
            words += f"_{_word(token)}" if token not in UNSAID else ""
            self._words[here] = words
        return words


UNSAID = frozenset({"properties", "$defs", "definitions", "allOf", "anyOf", "oneOf", "$ref"})
"""The tokens of a pointer that add nothing to a name."""

_ENDING = re.compile(r"_(?:evaluated|part(?:_\d+)?)\Z")
"""How the names of functions end that stand beside others of the same label."""


def _plain(label: str) -> str:
    return f"{label}_" if _ENDING.search(label) else label


@lru_cache(maxsize=4096)
def _word(token: str) -> str:
    """Return a token of a pointer as a word of a name."""
    return "item" if token == "items" else names.plain(names.identifier(token, "item"), "item").lower().strip("_")


def by_document(locations: Iterable[Location]) -> Mapping[str, Sequence[Location]]:
    """Return locations by document."""
    by_uri: dict[str, list[Location]] = {}
    for location in locations:
        by_uri.setdefault(location.document, []).append(location)
    return by_uri
