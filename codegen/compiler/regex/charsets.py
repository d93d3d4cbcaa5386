"""Sets of code points, as sorted ranges: Unicode properties and the sets of ECMA-262.

The properties come from the pinned `regex` package, so that what is generated does not depend on the Unicode
version of the running Python.
"""

from __future__ import annotations

from functools import cache, lru_cache
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
_TURKIC: Ranges = ((0x130, 0x131),)  # the dotted capital and the dotless small i, an i to `regex`, not to ECMA-262


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

    if name == "Changes_When_NFKC_Casefolded":
        return _changes_when_nfkc_casefolded()
    try:
        pattern = regex.compile(rf"\p{{{name}={value}}}+" if value else rf"\p{{{name}}}+")
    except regex.error as error:
        raise UnknownProperty(f"the property {name}{'=' if value else ''}{value} is not known here") from error
    return tuple((match.start(), match.end() - 1) for match in pattern.finditer(_all_characters()))


def _changes_when_nfkc_casefolded() -> Ranges:
    """Return what NFKC_Casefold changes: it folds, normalizes, drops what is ignorable; `regex` does not know it."""
    parts = [("Changes_When_Casefolded", ""), ("Default_Ignorable_Code_Point", ""), ("NFKC_Quick_Check", "No")]
    return merged([one for part in parts for one in of_property(*part)])


@lru_cache(maxsize=256)
def case_closed(ranges: Ranges) -> Ranges:
    """Return the code points that are in the ranges or have the same simple case folding as one that is."""
    import regex

    others = intersection(ranges, complement(_TURKIC))
    if not others:
        return ranges
    body = "".join(rf"\U{first:08x}-\U{last:08x}" for first, last in others)
    same = regex.findall(f"(?i)[{body}]", _cased())
    return merged([*ranges, *((ord(character), ord(character)) for character in same)])


def is_caseless(ranges: Ranges) -> bool:
    """Return whether no code point of the ranges has the same simple case folding as another one."""
    return not intersection(ranges, tuple((ord(character), ord(character)) for character in _cased()))


def is_within(ranges: Ranges, others: Ranges) -> bool:
    """Return whether all code points of the ranges are among the others."""
    return intersection(ranges, others) == merged([*ranges])


def intersection(one: Ranges, other: Ranges) -> Ranges:
    """Return the code points that are in both."""
    return complement(merged([*complement(one), *complement(other)]))


@cache
def _cased() -> str:
    """Return the characters that change with case, without those that only `regex` takes for an i."""
    import regex

    characters = regex.findall(r"[\p{Changes_When_Casefolded}\p{Changes_When_Casemapped}]", _all_characters())
    return "".join(character for character in characters if character not in "\u0130\u0131")


@cache
def _all_characters() -> str:
    return "".join(map(chr, range(LAST + 1)))
