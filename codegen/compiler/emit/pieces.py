"""Pieces that are made again and again: what a property of the same name and content comes to.

Most properties of a set of schemas say what others say too: `{"type": "string"}` under the name `id` or `description`.
What a printer makes of such a one depends on that alone, and on what the key names besides, as long as it requests
nothing that is called after a place; then it is kept, and written again. So are its rows in the tables of problems,
and its annotation.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any, Final, Protocol, TypeVar

from ...ir import Location
from .body import Body, Piece

Result = TypeVar("Result")

_MOST: Final = 8192
"""Pieces that are kept, of some three KiB each; all go when one more would come."""


class Pieces:
    """What was made, by keys that name all that it depends on."""

    def __init__(self) -> None:
        self._kept: dict[Hashable, Any] = {}

    def get(self, key: Hashable) -> Any:
        """Return what was made for a key, None if nothing is kept."""
        return self._kept.get(key)

    def keep(self, key: Hashable, made: object) -> None:
        """Keep what was made for a key."""
        if len(self._kept) >= _MOST:
            self._kept.clear()
        self._kept[key] = made


class Pieced(Protocol):
    """The module that is printed into, as far as pieces are concerned."""

    @property
    def pieces(self) -> Pieces:
        """The pieces that are kept."""

    @property
    def requested(self) -> int:
        """How many functions, constants and names were requested so far."""

    def content(self, location: Location) -> int | None:
        """Return the number of a subschema's content, None if that leads elsewhere."""


def repeated(scope: Pieced, lines: Body, key: Hashable | None, write: Callable[[], Result]) -> Result:
    """Write a piece, or write it again if it is kept; return what came of printing it. Without a key, only write."""
    if key is None:
        return write()
    kept: tuple[Piece, Result] | None = scope.pieces.get(key)
    if kept is not None and lines.repeat(kept[0]):
        return kept[1]
    requested, mark = scope.requested, lines.mark()
    result = write()
    if scope.requested == requested:
        scope.pieces.keep(key, (lines.since(mark), result))
    return result


def made_once(scope: Pieced, key: Hashable | None, make: Callable[[], Result]) -> Result:
    """Return what is made, or was made before, of what nobody changes; without a key, only make it."""
    kept: Result | None = None if key is None else scope.pieces.get(key)
    if kept is not None:
        return kept
    requested = scope.requested
    made = make()
    if key is not None and scope.requested == requested:
        scope.pieces.keep(key, made)
    return made
