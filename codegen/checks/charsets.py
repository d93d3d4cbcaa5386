"""Sets of code points, as sorted ranges: Unicode properties and the sets of ECMA-262.

The properties come from the pinned `regex` package, so that what is generated does not depend on the Unicode
version of the running Python.
"""

from __future__ import annotations

from functools import cache
from typing import TypeAlias

Ranges: TypeAlias = tuple[tuple[int, int], ...]

LAST = 0x10FFFF
ALL: Ranges = ((0, LAST),)
DIGITS: Ranges = ((0x30, 0x39),)
WORD: Ranges = ((0x30, 0x39), (0x41, 0x5A), (0x5F, 0x5F), (0x61, 0x7A))
SPACES: Ranges = (
    (0x09, 0x0D),
    (0x20, 0x20),
    (0xA0, 0xA0),
    (0x1680, 0x1680),
    (0x2000, 0x200A),
    (0x2028, 0x2029),
    (0x202F, 0x202F),
    (0x205F, 0x205F),
    (0x3000, 0x3000),
    (0xFEFF, 0xFEFF),
)
LINE_TERMINATORS: Ranges = ((0x0A, 0x0A), (0x0D, 0x0D), (0x2028, 0x2029))


class UnknownProperty(Exception):
    """The `regex` package does not know the property."""


def merged(ranges: list[tuple[int, int]]) -> Ranges:
    """Return the ranges sorted, with neighbours made one."""
    result: list[tuple[int, int]] = []
    for first, last in sorted(ranges):
        if result and first <= result[-1][1] + 1:
            result[-1] = (result[-1][0], max(result[-1][1], last))
        else:
            result.append((first, last))
    return tuple(result)


def complement(ranges: Ranges) -> Ranges:
    """Return all code points that are not in the ranges, which must be sorted."""
    result: list[tuple[int, int]] = []
    start = 0
    for first, last in ranges:
        if first > start:
            result.append((start, first - 1))
        start = last + 1
    if start <= LAST:
        result.append((start, LAST))
    return tuple(result)


@cache
def of_property(name: str, value: str) -> Ranges:
    """Return the code points with a property of ECMA-262 (a value of "" for a binary one), by their long names."""
    import regex  # half a second for the first property: most schemas need none

    try:
        pattern = regex.compile(rf"\p{{{name}={value}}}+" if value else rf"\p{{{name}}}+")
    except regex.error as error:
        raise UnknownProperty(f"the property {name}{'=' if value else ''}{value} is not known here") from error
    return tuple((found.start(), found.end() - 1) for found in pattern.finditer(_all_characters()))


@cache
def _all_characters() -> str:
    return "".join(map(chr, range(LAST + 1)))
