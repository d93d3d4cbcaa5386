r"""Patterns of ECMA-262 as patterns of Python's `re` with the same meaning.

A pattern is read with the flag `u`, as JSON Schema asks for; if it is not valid so, it is read as browsers read it
without that flag (annex B), and `Pattern.note` says why. Either way characters are code points, never UTF-16 units. A
pattern that is rendered is written from its syntax tree: what means the same in Python stays as it was written.
"""

from __future__ import annotations

import dataclasses
from collections import Counter
from dataclasses import field

from ...records import dataclass
from ...runtime import _ecma
from ...runtime._ecma import (
    Alternation,
    AnyCharacter,
    Assertion,
    BackReference,
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
    Syntax,
)
from . import charsets, redos, rewriting
from .patterns import Pattern, Untranslatable
from .trees import UnknownFolding, characters, children, folded

MAX_DEPTH = 60  # nested groups: beyond this `re` may run out of stack when it compiles
MAX_COUNT = 2**32 - 2  # the greatest count that `re` takes
MAX_GROWTH = 250_000  # characters beyond those of the pattern, which `re` compiles in a fifth of a second
MAX_LOOKBEHINDS = 64  # fixed widths that one lookbehind may be split into


def translate(pattern: str) -> Pattern:
    """Return the Python pattern with the meaning that ECMA-262 gives to `pattern`; raise Untranslatable if none has."""
    tree, note = _read(pattern)
    _check_depth(tree)
    try:
        tree = rewriting.without_empty_turns(tree)
        source = _source(pattern, tree)  # before anything else: this is what refuses a pattern that is too large
        warning = redos.warning(pattern, tree)
        for other in rewriting.rewritten(tree) if warning is not None else ():
            if redos.warning(pattern, other) is None:
                return Pattern(_source(pattern, other), None, note)
    except charsets.UnknownProperty as error:
        raise Untranslatable(str(error)) from error
    except UnknownFolding as error:
        raise Untranslatable(f"{error} can't be carried over") from error
    return Pattern(source, warning, note)


def _source(pattern: str, tree: Node) -> str:
    homes = _groups(tree)
    context = _Context(pattern, homes, Counter(home.group.name for home in homes.values()))
    source = _render(tree, context)
    return f"(?a){source}" if context.ascii_only else source


def _read(pattern: str) -> tuple[Node, str | None]:
    try:
        return _ecma.parse(pattern), None
    except _ecma.PatternError as error:
        strict = error
    try:
        tree = _ecma.parse(pattern, Syntax.LEGACY)
    except _ecma.PatternError:
        raise Untranslatable(f"it is not a regular expression of ECMA-262: {strict}") from None
    for text in (r"\p{", r"\P{", r"\u{"):
        if text in pattern:
            raise Untranslatable(
                f"it is not a regular expression with the flag `u` ({strict}); without it `{text}` means something else"
            )
    return tree, f"it is a regular expression only without the flag `u` ({strict})"


# The tree


def _check_depth(tree: Node) -> None:
    stack: list[tuple[Node, int]] = [(tree, 0)]
    while stack:
        node, depth = stack.pop()
        depth += isinstance(node, Group | Look)
        if depth > MAX_DEPTH:
            raise Untranslatable(f"it has more than {MAX_DEPTH} groups within each other")
        stack.extend((child, depth) for child in children(node))


@dataclass(frozen=True, slots=True)
class _Home:
    """Where a capturing group is: the nodes around it, outermost first, each with the index of the child on the way."""

    group: Group
    path: tuple[tuple[Node, int], ...]


def _groups(tree: Node) -> dict[int, _Home]:
    homes: dict[int, _Home] = {}

    def visit(node: Node, path: tuple[tuple[Node, int], ...]) -> None:
        if isinstance(node, Group) and node.number:
            homes[node.number] = _Home(node, path)
        for index, child in enumerate(children(node)):
            visit(child, (*path, (node, index)))

    visit(tree, ())
    return homes


# Rendering


@dataclasses.dataclass(slots=True)
class _Context:
    """What the rendering of one pattern knows: its text, its capturing groups, and where the rendering stands."""

    text: str
    homes: dict[int, _Home]
    names: Counter[str]  # how many groups have a name
    ascii_only: bool = False
    grown: int = 0  # the characters that sets and lookbehinds have become
    lookbehind: bool = False
    path: list[tuple[Node, int]] = field(default_factory=list)
    numbers: dict[int, int] = field(default_factory=dict)  # of ECMA-262 -> of Python

    def written(self, node: Node) -> str:
        return self.text[node.start : node.end]

    def grow(self, source: str) -> str:
        """Return the source, which is longer than what it was made from; refuse too much of that."""
        self.grown += len(source)
        if self.grown > MAX_GROWTH:
            raise Untranslatable(f"in Python it would be more than {MAX_GROWTH:,} characters longer")
        return source


def _render(node: Node, context: _Context) -> str:
    match node:
        case Literal():
            return _literal(node, context)
        case AnyCharacter():
            return r"(?s:.)" if "s" in node.flags else f"[^{_LINE_TERMINATORS}]"
        case ClassEscape():
            return _class_escape(node, context)
        case Property():
            return _property(node, context)
        case CharacterClass():
            return _character_class(node, context)
        case Assertion():
            return _assertion(node, context)
        case BackReference():
            return _back_reference(node, context)
        case Look():
            return _look(node, context)
        case Repeat():
            return _repeat(node, context)
        case Group():
            return _group(node, context)
        case Sequence():
            return "".join(_render_children(node, context))
        case Alternation():
            return "|".join(_render_children(node, context))
    raise AssertionError(f"an unknown node: {node!r}")


def _render_children(node: Node, context: _Context) -> list[str]:
    parts: list[str] = []
    for index, child in enumerate(children(node)):
        context.path.append((node, index))
        parts.append(_render(child, context))
        context.path.pop()
    return parts


def _literal(node: Literal, context: _Context) -> str:
    written = context.written(node)
    if "i" in node.flags:
        return "".join(_either_case(character, node.flags, context) for character in node.text)
    if written == node.text:
        return "".join(_escaped(character) for character in written)
    if _same_escape(written):
        return written
    return _escaped(node.text)


def _either_case(character: str, flags: str, context: _Context) -> str:
    point = ord(character)
    ranges = folded(((point, point),), flags)
    return _escaped(character) if ranges == ((point, point),) else context.grow(_character_set(ranges, negated=False))


def _escaped(character: str) -> str:
    if character in "\\^$.*+?()[]{}|":
        return f"\\{character}"
    return _code_point(ord(character)) if "\ud800" <= character <= "\udfff" or character < " " else character


def _same_escape(written: str) -> bool:
    """Return whether Python reads an escape of one character as ECMA-262 does."""
    if written[1] in "fnrtv" and len(written) == 2:
        return True
    if written[1] in "xu":
        return written[2:].isalnum() and len(written) == (4 if written[1] == "x" else 6)
    return len(written) == 2 and not written[1].isalnum() and written[1].isascii() and written[1] not in "/'\"_ "


def _code_point(point: int) -> str:
    if point <= 0xFF:
        return f"\\x{point:02x}"
    return f"\\u{point:04x}" if point <= 0xFFFF else f"\\U{point:08x}"


def _class_escape(node: ClassEscape, context: _Context) -> str:
    if node.letter in "sS":
        return f"[{'^' if node.letter == 'S' else ''}{_SPACES}]"
    if "i" in node.flags and node.letter in "wW":
        return _character_set(characters(node), negated=False)
    context.ascii_only = True
    return f"\\{node.letter}"


def _property(node: Property, context: _Context) -> str:
    if "i" in node.flags:
        return context.grow(_character_set(characters(node), negated=False))
    return context.grow(_character_set(charsets.of_property(node.name, node.value), node.negated))


# White space and line terminators (ECMA-262, sections 11.2 and 11.3).
_SPACES = r"\t-\r \xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"
_LINE_TERMINATORS = r"\n\r\u2028\u2029"


def _character_set(ranges: charsets.Ranges, negated: bool) -> str:
    if not ranges:
        return r"(?s:.)" if negated else r"[^\s\S]"
    return f"[{'^' if negated else ''}{_ranges(ranges)}]"


def _ranges(ranges: charsets.Ranges) -> str:
    return "".join(
        _class_point(first) if first == last else f"{_class_point(first)}-{_class_point(last)}"
        for first, last in ranges
    )


def _class_point(point: int) -> str:
    character = chr(point)
    if character.isascii() and character.isprintable():
        return character if character.isalnum() else f"\\{character}"
    return _code_point(point)


def _character_class(node: CharacterClass, context: _Context) -> str:
    if not node.items:
        return r"(?s:.)" if node.negated else r"[^\s\S]"
    if "i" in node.flags:
        return context.grow(_character_set(characters(node), negated=False))
    parts: list[str] = []
    letters = {item.letter for item in node.items if isinstance(item, ClassEscape)}
    for item in node.items:
        if isinstance(item, Range):
            parts.append(_class_range(item, node, context))
        elif isinstance(item, Property):
            ranges = charsets.of_property(item.name, item.value)
            parts.append(context.grow(_ranges(charsets.complement(ranges) if item.negated else ranges)))
        elif item.letter in "sS" and not letters >= {"s", "S"}:
            parts.append(_SPACES if item.letter == "s" else _ranges(charsets.complement(charsets.SPACES)))
        else:
            context.ascii_only = context.ascii_only or item.letter not in "sS"
            parts.append(f"\\{item.letter}")
    body = "".join(parts)
    if not body:
        return r"(?s:.)" if node.negated else r"[^\s\S]"
    return f"[{'^' if node.negated else ''}{body}]"


def _class_range(item: Range, within: CharacterClass, context: _Context) -> str:
    """Return a range as it was written if Python reads it so; `re` warns of `[`, `--`, `&&`, `||` and `~~`."""
    written = context.written(item)
    if written == "-":
        return "-" if item is within.items[0] or item is within.items[-1] else r"\-"
    if item.first == item.last and len(written) == 1:
        around = context.text[item.start - 1 : item.end + 1]
        doubled = written in "&|~" and written * 2 in around
        return f"\\{written}" if doubled else _class_literal(written)
    if len(written) == 3 and written[1] == "-" and "\\" not in written:
        ends = [r"\-" if end == "-" else _class_literal(end) for end in (written[0], written[2])]
        return "-".join(ends)
    if written[0] == "\\" and item.first == item.last and (_same_escape(written) or written == r"\b"):
        return written
    return _ranges(((item.first, item.last),))


def _class_literal(character: str) -> str:
    if character in "[\\":
        return f"\\{character}"
    return _code_point(ord(character)) if "\ud800" <= character <= "\udfff" or character < " " else character


def _assertion(node: Assertion, context: _Context) -> str:
    if node.kind == "^":
        return f"(?:^|(?<=[{_LINE_TERMINATORS}]))" if "m" in node.flags else "^"
    if node.kind == "$":
        return rf"(?=[{_LINE_TERMINATORS}]|\Z)" if "m" in node.flags else r"\Z"
    if "i" in node.flags and "u" in node.flags:
        word = _character_set(folded(charsets.WORD, node.flags), negated=False)
        within, outside = f"(?<={word})", f"(?<!{word})"
        if node.kind == "b":
            within, outside = outside, within
        return f"(?:{within}(?={word})|{outside}(?!{word}))"
    context.ascii_only = True
    # Python's \B is never true in an empty text.
    return r"\b" if node.kind == "b" else r"(?!\b)"


# Groups, repetition, lookaround


def _group(node: Group, context: _Context) -> str:
    if node.number and context.lookbehind:
        opener = "(?:"  # a lookbehind may be written more than once; nothing refers to its groups
    elif node.number:
        context.numbers[node.number] = len(context.numbers) + 1
        named = context.names[node.name] == 1 and node.name.isidentifier() and node.name.isascii()
        opener = f"(?P<{node.name}>" if named else "("
    else:
        opener = "(?:"
    return f"{opener}{''.join(_render_children(node, context))})"


def _repeat(node: Repeat, context: _Context) -> str:
    if node.low > MAX_COUNT:
        raise Untranslatable(f"it needs {node.low} repetitions or more, `re` counts to {MAX_COUNT}")
    if _is_left_out(node):
        return "(?:)"
    body = "".join(_render_children(node, context))
    return body if _takes_nothing(node.body) else body + _quantifier(node)


def _is_left_out(node: Node) -> bool:
    """Return whether no turn of a repetition counts: beyond the least count one that takes no characters does not."""
    return isinstance(node, Repeat) and (node.high == 0 or (node.low == 0 and _takes_nothing(node.body)))


def _quantifier(node: Repeat) -> str:
    high = "" if node.high is None or node.high > MAX_COUNT else str(node.high)
    if (node.low, high) == (1, "1"):
        return ""
    exact = f"{{{node.low}}}" if high == str(node.low) else f"{{{node.low},{high}}}"
    quantifier = {(0, ""): "*", (1, ""): "+", (0, "1"): "?"}.get((node.low, high), exact)
    return f"{quantifier}?" if node.lazy else quantifier


def _look(node: Look, context: _Context) -> str:
    mark = "!" if node.negated else "="
    if not node.behind:
        return f"(?{mark}{''.join(_render_children(node, context))})"
    outer, context.lookbehind = context.lookbehind, True
    if len(_widths(node.body, context)) == 1:
        bodies = ["".join(_render_children(node, context))]
    else:
        bodies = [body for body, _ in _fixed_widths(node.body, context)]
    context.lookbehind = outer
    looks = [f"(?<{mark}{body})" for body in bodies]
    return "".join(looks) if node.negated or len(looks) == 1 else f"(?:{'|'.join(looks)})"


def _widths(node: Node, context: _Context) -> frozenset[int]:
    """Return the widths of the texts that the node matches; refuse a node that has too many of them, or no greatest."""
    match node:
        case Group():
            widths = _widths(node.body, context)
        case Alternation():
            widths = frozenset(width for option in node.options for width in _widths(option, context))
        case Sequence():
            widths = frozenset((0,))
            for item in node.items:
                widths = _sums(widths, _widths(item, context))
        case Repeat():
            widths = _repeated_widths(node, context)
        case Look() | Assertion():
            widths = frozenset((0,))
        case BackReference():
            raise Untranslatable("a lookbehind with a backreference can't be carried over")
        case _:
            widths = frozenset((len(node.text) if isinstance(node, Literal) else 1,))
    return widths


_TOO_MANY_WIDTHS = f"a lookbehind has more than {MAX_LOOKBEHINDS} different widths"


def _repeated_widths(node: Repeat, context: _Context) -> frozenset[int]:
    once = _widths(node.body, context)
    if once == {0}:
        return once
    if node.high is None or node.high > MAX_COUNT:
        raise Untranslatable(f"a lookbehind without a greatest width (`{context.written(node)}`) can't be carried over")
    if len(once) == 1:
        if node.high - node.low >= MAX_LOOKBEHINDS:
            raise Untranslatable(_TOO_MANY_WIDTHS)
        (width,) = once
        if width * node.high > MAX_COUNT:
            raise Untranslatable(f"a lookbehind looks back over more than {MAX_COUNT} characters")
        return frozenset(width * count for count in range(node.low, node.high + 1))
    if node.high > MAX_LOOKBEHINDS:
        raise Untranslatable(_TOO_MANY_WIDTHS)
    widths, total = frozenset((0,)), frozenset((0,) if node.low == 0 else ())
    for count in range(1, node.high + 1):
        widths = _sums(widths, once)
        total = total | widths if count >= node.low else total
    return total


def _sums(first: frozenset[int], then: frozenset[int]) -> frozenset[int]:
    sums = frozenset(min(one + other, MAX_COUNT) for one in first for other in then)
    if len(sums) > MAX_LOOKBEHINDS:
        raise Untranslatable(_TOO_MANY_WIDTHS)
    return sums


def _fixed_widths(node: Node, context: _Context) -> list[tuple[str, int]]:
    """Return rendered alternatives that together match what the node does, each with the one width that it has."""
    if _takes_nothing(node):
        return [(_render(node, context), 0)]
    if isinstance(node, Group):
        return [(f"(?:{body})", width) for body, width in _fixed_widths(node.body, context)]
    if isinstance(node, Alternation):
        choices = [choice for option in node.options for choice in _fixed_widths(option, context)]
    elif isinstance(node, Sequence):
        choices = [("", 0)]
        for item in node.items:
            choices = _concatenated(choices, _fixed_widths(item, context), context)
    elif isinstance(node, Repeat):
        choices = _fixed_repeats(node, context)
    else:
        return [(_render(node, context), len(node.text) if isinstance(node, Literal) else 1)]
    return _by_width(choices)


def _by_width(choices: list[tuple[str, int]]) -> list[tuple[str, int]]:
    """Return one alternative for each width, so that `(?<=a|b)` stays one lookbehind."""
    widths: dict[int, list[str]] = {}
    for body, width in choices:
        widths.setdefault(width, []).append(body)
    return [(bodies[0] if len(bodies) == 1 else f"(?:{'|'.join(bodies)})", width) for width, bodies in widths.items()]


def _concatenated(
    first: list[tuple[str, int]], then: list[tuple[str, int]], context: _Context
) -> list[tuple[str, int]]:
    return _by_width([(context.grow(f"{a}{b}"), width + more) for a, width in first for b, more in then])


def _fixed_repeats(node: Repeat, context: _Context) -> list[tuple[str, int]]:
    assert node.high is not None  # _repeated_widths refuses others
    bodies = _fixed_widths(node.body, context)
    if len(bodies) == 1:
        body, width = bodies[0]
        return [(f"(?:{body}){{{count}}}", width * count) for count in range(node.low, node.high + 1)]
    choices = [("", 0)]
    for count in range(node.high):
        longer = _concatenated(choices, bodies, context)
        choices = longer if count < node.low else _by_width([*choices, *longer])
    return choices


# Backreferences: ECMA-262 takes a group that did not match for empty, and forgets groups when a loop starts again


def _back_reference(node: BackReference, context: _Context) -> str:
    return "".join(context.grow(_reference(group, node, context)) for group in node.groups)


def _reference(group: int, node: BackReference, context: _Context) -> str:
    """Return the reference to one group; of several with one name at most one has matched, and the others are empty."""
    home = context.homes[group]
    if context.lookbehind or any(isinstance(outer, Look) and outer.behind for outer, _ in home.path):
        raise Untranslatable("a backreference from or into a lookbehind can't be carried over")
    shared = _shared_length(home.path, tuple(context.path))
    between = [outer for outer, _ in home.path[shared:]]
    unmatched = node.start < home.group.end or any(map(_is_left_out, between))
    forgotten = any(isinstance(outer, Look) and outer.negated for outer in between)
    if unmatched or forgotten or isinstance(between[0], Alternation):
        return "(?:)"
    _check_case(node, home.group)
    _check_loops(home, shared, context)
    _check_empty_turns(between, context)
    number = context.numbers[group]
    if number > 99:
        raise Untranslatable("a backreference to a group beyond the 99th can't be carried over")
    if any(map(_may_skip, between)):
        return f"(?({number})\\{number}|)"
    following = context.text[node.end : node.end + 1]
    return f"(?:\\{number})" if following and following in "0123456789\\" else f"\\{number}"


def _shared_length(one: tuple[tuple[Node, int], ...], other: tuple[tuple[Node, int], ...]) -> int:
    shared = 0
    while shared < min(len(one), len(other)) and _same(one[shared], other[shared]):
        shared += 1
    return shared


def _same(one: tuple[Node, int], other: tuple[Node, int]) -> bool:
    return one[0] is other[0] and one[1] == other[1]


def _may_skip(node: Node) -> bool:
    return isinstance(node, Alternation) or (isinstance(node, Repeat) and node.low == 0)


def _check_case(node: BackReference, group: Group) -> None:
    """Refuse a reference without regard to case to what has upper and lower case: `re` folds otherwise."""
    if "i" in node.flags and not _is_caseless(group.body):
        raise Untranslatable("a backreference without regard to case can't be carried over")


def _is_caseless(node: Node) -> bool:
    match node:
        case Literal():
            return charsets.is_caseless(charsets.merged([(ord(character), ord(character)) for character in node.text]))
        case AnyCharacter() | ClassEscape() | Property() | CharacterClass():
            return charsets.is_caseless(characters(node))
        case BackReference():
            return False
    return all(map(_is_caseless, children(node)))


def _check_loops(home: _Home, shared: int, context: _Context) -> None:
    """Refuse a reference to a group that a loop around it may leave out in one turn and `re` would remember."""
    for index, (node, _) in enumerate(home.path):
        if not isinstance(node, Repeat) or (node.high is not None and node.high <= 1) or _takes_nothing(node.body):
            continue
        skipped = any(_may_skip(inner) for inner, _ in home.path[max(index + 1, shared) :])
        if skipped or (index >= shared and _may_be_empty(node.body)):
            raise Untranslatable(
                f"a backreference to a group that `{context.written(node)}` may leave out can't be carried over"
            )


def _check_empty_turns(between: list[Node], context: _Context) -> None:
    """Refuse a reference to a lookahead's group where `re` counts an optional turn that takes no characters."""
    for index, node in enumerate(between):
        looks = any(isinstance(inner, Look) for inner in between[index + 1 :])
        if looks and isinstance(node, Repeat) and node.low == 0 and _may_be_empty(node.body):
            raise Untranslatable(
                f"a backreference into a lookahead that `{context.written(node)}` may leave out can't be carried over"
            )


def _takes_nothing(node: Node) -> bool:
    """Return whether a node never takes a character."""
    match node:
        case Assertion() | Look():
            return True
        case Literal():
            return not node.text
        case Repeat():
            return node.high == 0 or _takes_nothing(node.body)
        case Group() | Sequence() | Alternation():
            return all(map(_takes_nothing, children(node)))
    return False


def _may_be_empty(node: Node) -> bool:
    match node:
        case Sequence():
            return all(_may_be_empty(item) for item in node.items)
        case Alternation():
            return any(_may_be_empty(option) for option in node.options)
        case Repeat():
            return node.low == 0 or _may_be_empty(node.body)
        case Group():
            return _may_be_empty(node.body)
        case Assertion() | Look() | BackReference():
            return True
    return False
