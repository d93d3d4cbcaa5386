"""Arrays of small integers, each of which is checked by one look."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from ._lazy import Any


def are_small_integers(rows: list[Any], size: int | None, least: float | None, most: float | None) -> bool:
    """Return True only if all rows are lists of `size` small ints within the bounds, or of any one size if it is None.

    False says nothing: a loop has to decide. CPython has one object for each int from -5 to 256, so such an int is the
    very one in a table of those, and nothing else is: no bool, no float, no subclass. One look there is cheaper than
    one at the type and one at each bound.
    """
    small = _small(least, most)
    try:
        if size is None:
            size = len(rows[0]) if rows else 0
        # Names of a function's own are found faster than built-in ones.
        few = _OF_FEW.get(size)
        return few(rows, small, type, list) if few is not None else _are_small(rows, small, type, list, size)
    except (TypeError, ValueError, LookupError):
        return False


def _are_small(
    rows: list[Any], small: tuple[int | None, ...], kind: Callable[[object], type[Any]], array: type[Any], size: int
) -> bool:
    for row in rows:
        if kind(row) is not array or len(row) != size:
            return False
        for item in row:
            if small[item] is not item:
                return False
    return True


def _are_ones(
    rows: list[Any], small: tuple[int | None, ...], kind: Callable[[object], type[Any]], array: type[Any]
) -> bool:
    for row in rows:
        if kind(row) is not array:
            return False
        (first,) = row
        if small[first] is not first:
            return False
    return True


def _are_pairs(
    rows: list[Any], small: tuple[int | None, ...], kind: Callable[[object], type[Any]], array: type[Any]
) -> bool:
    for row in rows:
        if kind(row) is not array:
            return False
        first, second = row
        if small[first] is not first or small[second] is not second:
            return False
    return True


def _are_triples(
    rows: list[Any], small: tuple[int | None, ...], kind: Callable[[object], type[Any]], array: type[Any]
) -> bool:
    for row in rows:
        if kind(row) is not array:
            return False
        first, second, third = row
        if small[first] is not first or small[second] is not second or small[third] is not third:
            return False
    return True


_OF_FEW = {1: _are_ones, 2: _are_pairs, 3: _are_triples}


@cache
def _small(least: float | None, most: float | None) -> tuple[int | None, ...]:
    """Return for each index from -5 to 256 the int that it is, None for those beyond the bounds."""
    low, high = -5 if least is None else least, 256 if most is None else most
    return tuple([number if low <= number <= high else None for number in (*range(257), *range(-5, 0))])
