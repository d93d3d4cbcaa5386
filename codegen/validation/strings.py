"""Texts that patterns of ECMA-262 match, made from their syntax trees; the same ones on every run."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from typing import Final

from ..compiler.regex.charsets import Ranges, complement, merged
from ..compiler.regex.on_demand import translate
from ..compiler.regex.trees import characters
from ..records import dataclass
from ..runtime import _ecma
from ..runtime._ecma import Alternation, Group, Literal, Node, Repeat
from .budget import LONGEST, Budget, SpentError

_READABLE: Final = tuple((ord(first), ord(last)) for first, last in ("az", "AZ", "09", " ~"))
_OPTIONS: Final = 4  # how many of the first options of an alternation are tried
_LONGEST_SLOW: Final = 20  # 2 ** 20 steps of a matcher are a moment
_MORE: Final = (1, 0, 2, 3, 5, 8, 16, 32, 64)  # how many more turns a loop has than its least count


@cache
def search(pattern: str) -> Callable[[str], object]:
    """Return the search function of a pattern; raises `Untranslatable`.

    It raises SpentError for a text that the pattern may take for ever to match.
    """
    translated = translate(pattern)
    searched = re.compile(translated.source).search
    if translated.warning is None:
        return searched

    def of_a_short_text(text: str) -> object:
        if len(text) > _LONGEST_SLOW:
            raise SpentError
        return searched(text)

    return of_a_short_text


def matching(
    patterns: Sequence[str], least: int, most: int | None, variant: int, left: Budget | None = None
) -> str | None:
    """Return a text of `least` to `most` characters that all patterns match; None if none was found.

    Another `variant` gives another text where the patterns leave a choice. Raises SpentError once no characters are
    `left` to try.
    """
    longest = LONGEST if most is None else most
    for pattern in patterns:
        for text in _texts(_tree(pattern), least, variant):
            if left is not None:
                left.spend(len(text))
            if least <= len(text) <= longest and _match(patterns, text):
                return text
    return None


def _match(patterns: Sequence[str], text: str) -> bool:
    try:
        return all(search(each)(text) for each in patterns)
    except SpentError:
        return False


@cache
def _tree(pattern: str) -> Node:
    try:
        return _ecma.parse(pattern)
    except _ecma.PatternError:
        return _ecma.parse(pattern, _ecma.Syntax.LEGACY)


def _texts(tree: Node, least: int, variant: int) -> Iterator[str]:
    first = variant // 3 % len(_MORE)
    for option in range(_OPTIONS):
        for more in (*_MORE[first:], *_MORE[:first], least):
            text = _Writing(option, more, variant).text(tree)[: LONGEST + 1]
            if variant:
                yield f"{text}{variant}"  # for a pattern without an end
            yield text
            yield text + "a" * (min(least, LONGEST) - len(text))


@dataclass(frozen=True, slots=True)
class _Writing:
    """One way through a pattern: which option, how many more turns, which of the characters."""

    option: int
    more: int
    variant: int

    def text(self, node: Node) -> str:
        """Return a text for the node; an assertion, a lookaround or a back-reference adds nothing to it."""
        match node:
            case Literal():
                return node.text
            case Group():
                return self.text(node.body)
            case _ecma.Sequence():
                return self._joined(node.items)
            case Alternation():
                return self.text(node.options[min(self.option, len(node.options) - 1)])
            case Repeat():
                high = node.low + self.more if node.high is None else min(node.high, node.low + self.more)
                text = self.text(node.body)
                return text * min(high, LONGEST // max(1, len(text)) + 1)
            case _ecma.AnyCharacter() | _ecma.ClassEscape() | _ecma.Property() | _ecma.CharacterClass():
                return _character(characters(node), self.variant)
        return ""

    def _joined(self, nodes: Iterable[Node]) -> str:
        """Return the texts of the nodes one after the other; what is too long is not made longer."""
        made = ""
        for node in nodes:
            if len(made) > LONGEST:
                break
            made += self.text(node)
        return made


def _character(ranges: Ranges, variant: int) -> str:
    """Return a character of the ranges, one that is easily read if there is one."""
    outside = complement(ranges)
    for readable in _READABLE:
        shared = complement(merged([*outside, (0, readable[0] - 1), (readable[1] + 1, 0x10FFFF)]))
        if shared:
            return _pick(shared, variant)
    return _pick(ranges, variant) if ranges else ""


def _pick(ranges: Ranges, variant: int) -> str:
    left = variant % sum(last - first + 1 for first, last in ranges)
    for first, last in ranges:
        if left <= last - first:
            return chr(first + left)
        left -= last - first + 1
    raise AssertionError("the ranges are longer than they are")
