"""The syntax trees of patterns: what stands within a node, and the characters that one matches."""

from __future__ import annotations

from ...runtime._ecma import (
    Alternation,
    AnyCharacter,
    CharacterClass,
    ClassEscape,
    Group,
    Literal,
    Look,
    Node,
    Property,
    Range,
    Repeat,
    Sequence,
)
from . import charsets
from .charsets import Ranges

_ASCII: Ranges = ((0, 0x7F),)
_NOT_ASCII: Ranges = charsets.complement(_ASCII)


class UnknownFolding(Exception):
    """Which characters differ in nothing but their case is not known here."""


def children(node: Node) -> tuple[Node, ...]:
    """Return the nodes directly within a node."""
    if isinstance(node, Group | Look | Repeat):
        return (node.body,)
    if isinstance(node, Sequence):
        return node.items
    return node.options if isinstance(node, Alternation) else ()


def characters(node: Node) -> Ranges:
    """Return the characters that a node which stands for one character matches."""
    match node:
        case AnyCharacter():
            return charsets.ALL if "s" in node.flags else charsets.complement(charsets.LINE_TERMINATORS)
        case Literal():
            return folded(((ord(node.text), ord(node.text)),), node.flags)
        case Range():
            return ((node.first, node.last),)
        case ClassEscape():
            plain = {"d": charsets.DIGITS, "w": charsets.WORD, "s": charsets.SPACES}[node.letter.lower()]
            ranges = folded(plain, node.flags)
            return ranges if node.letter.islower() else charsets.complement(ranges)
        case Property():
            ranges = charsets.of_property(node.name, node.value)
            return folded(charsets.complement(ranges) if node.negated else ranges, node.flags)
        case CharacterClass():
            ranges = folded(charsets.merged([one for item in node.items for one in characters(item)]), node.flags)
            return charsets.complement(ranges) if node.negated else ranges
    raise AssertionError(f"no set of characters: {node!r}")


def folded(ranges: Ranges, flags: str) -> Ranges:
    """Return the characters that match one of the ranges under the modifiers (ECMA-262, Canonicalize).

    Without the flag `u` upper case decides and ASCII stays apart from all others; beyond ASCII only what is the same
    with the flag is known: raises UnknownFolding for others.
    """
    if "i" not in flags:
        return ranges
    if "u" in flags:
        return charsets.case_closed(ranges)
    others = charsets.intersection(ranges, _NOT_ASCII)
    if charsets.intersection(charsets.case_closed(others), _NOT_ASCII) != others:
        raise UnknownFolding("upper and lower case beyond ASCII without the flag `u`")
    ascii_only = charsets.intersection(ranges, _ASCII)
    return charsets.merged([*others, *charsets.intersection(charsets.case_closed(ascii_only), _ASCII)])
