r"""Patterns of ECMA-262 as patterns of Python's `re` with the same meaning.

A pattern is read with the flag `u`, as JSON Schema asks for; if it is none, it is read as browsers read it without
that flag (annex B), and `Pattern.note` tells why. Either way characters are code points, never UTF-16 units. A
pattern that is rendered is written from its syntax tree: what means the same in Python stays as it was written.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from codegen.artifacts.models.runtime import _ecma
from codegen.artifacts.models.runtime._ecma import (
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
from codegen.checks import backtracking, charsets

MAX_DEPTH = 60  # nested groups: beyond this `re` may run out of stack when it compiles
MAX_COUNT = 2**32 - 2  # the greatest count that `re` takes
MAX_LOOKBEHINDS = 64  # fixed widths that one lookbehind may be split into


class Untranslatable(Exception):
    """The pattern can't be carried over to Python; `reason` is a sentence that tells why."""

    def __init__(self, reason: str) -> None:
        """Keep the reason as the message too."""
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Pattern:
    """A pattern of Python's `re`, to be used with `re.search`.

    `warning` is a sentence if the pattern can take time that grows much faster than the text; `note` is one if it
    could only be read without the flag `u`.
    """

    source: str
    warning: str | None = None
    note: str | None = None


def translate(pattern: str) -> Pattern:
    """Return the Python pattern with the meaning that ECMA-262 gives to `pattern`; raise Untranslatable if none has."""
    tree, note = _read(pattern)
    _check_depth(tree)
    context = _Context(pattern, _groups(tree))
    try:
        source = _render(tree, context)
        warning = backtracking.warning(pattern, tree)
    except charsets.UnknownProperty as error:
        raise Untranslatable(str(error)) from error
    if context.ascii_only:
        source = f"(?a){source}"
    return Pattern(source, warning, note)


def _read(pattern: str) -> tuple[Node, str | None]:
    try:
        return _ecma.parse(pattern), None
    except _ecma.PatternError as error:
        strict = error
    try:
        tree = _ecma.parse(pattern, Syntax.LEGACY)
    except _ecma.PatternError:
        raise Untranslatable(f"it is no regular expression of ECMA-262: {strict}") from None
    for text in (r"\p{", r"\P{", r"\u{"):
        if text in pattern:
            raise Untranslatable(
                f"it is no regular expression with the flag `u` ({strict}); without it `{text}` means something else"
            )
    return tree, f"it is a regular expression only without the flag `u` ({strict})"


# The tree


def children(node: Node) -> tuple[Node, ...]:
    """Return the nodes directly within a node."""
    if isinstance(node, Group | Look | Repeat):
        return (node.body,)
    if isinstance(node, Sequence):
        return node.items
    return node.options if isinstance(node, Alternation) else ()


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


@dataclass(slots=True)
class _Context:
    """What the rendering of one pattern knows: its text, its capturing groups, and where the rendering stands."""

    text: str
    homes: dict[int, _Home]
    ascii_only: bool = False
    lookbehind: bool = False
    path: list[tuple[Node, int]] = field(default_factory=list)
    numbers: dict[int, int] = field(default_factory=dict)  # of ECMA-262 -> of Python

    def written(self, node: Node) -> str:
        return self.text[node.start : node.end]


def _render(node: Node, context: _Context) -> str:
    match node:
        case Literal():
            return _literal(node, context)
        case AnyCharacter():
            return r"[^\n\r\u2028\u2029]"
        case ClassEscape():
            return _class_escape(node, context)
        case Property():
            return _character_set(charsets.of_property(node.name, node.value), node.negated)
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
    if written == node.text:
        return "".join(_escaped(character) for character in written)
    if _same_escape(written):
        return written
    return _escaped(node.text)


def _escaped(character: str) -> str:
    if character in "\\^$.*+?()[]{}|":
        return f"\\{character}"
    return _code_point(ord(character)) if "\ud800" <= character <= "\udfff" or character < " " else character


def _same_escape(written: str) -> bool:
    """Tell whether Python reads an escape of one character as ECMA-262 does."""
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
    context.ascii_only = True
    return f"\\{node.letter}"


# White space and line terminators (ECMA-262, sections 11.2 and 11.3).
_SPACES = r"\t-\r \xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"


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
    parts: list[str] = []
    letters = {item.letter for item in node.items if isinstance(item, ClassEscape)}
    for item in node.items:
        if isinstance(item, Range):
            parts.append(_class_range(item, node, context))
        elif isinstance(item, Property):
            ranges = charsets.of_property(item.name, item.value)
            parts.append(_ranges(charsets.complement(ranges) if item.negated else ranges))
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
        doubled = written in "&|~" and written * 2 in context.written(within)
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
        return "^"
    if node.kind == "$":
        return r"\Z"
    context.ascii_only = True
    # Python's \B is never true in an empty text.
    return r"\b" if node.kind == "b" else r"(?!\b)"


# Groups, repetition, lookaround


def _group(node: Group, context: _Context) -> str:
    if node.number and context.lookbehind:
        opener = "(?:"  # a lookbehind may be written more than once; nothing refers to its groups
    elif node.number:
        context.numbers[node.number] = len(context.numbers) + 1
        named = node.name.isidentifier() and node.name.isascii()
        opener = f"(?P<{node.name}>" if named else "("
    else:
        opener = "(?:"
    return f"{opener}{''.join(_render_children(node, context))})"


def _repeat(node: Repeat, context: _Context) -> str:
    body = "".join(_render_children(node, context))
    if node.low > MAX_COUNT:
        raise Untranslatable(f"it asks for {node.low} repetitions or more, `re` counts to {MAX_COUNT}")
    if isinstance(node.body, Look) or not body:
        return body if node.low else "(?:)"  # what takes no characters is repeated once or not at all
    quantifier = context.text[node.body.end : node.end]
    if quantifier.startswith("{"):
        high = "" if node.high is None or node.high > MAX_COUNT else str(node.high)
        quantifier = f"{{{node.low}}}" if high == str(node.low) else f"{{{node.low},{high}}}"
        quantifier += "?" if node.lazy else ""
    return body + quantifier


def _look(node: Look, context: _Context) -> str:
    mark = "!" if node.negated else "="
    if not node.behind:
        return f"(?{mark}{''.join(_render_children(node, context))})"
    outer, context.lookbehind = context.lookbehind, True
    bodies = [body for body, _ in _fixed_widths(node.body, context)]
    if len(bodies) == 1:
        bodies = ["".join(_render_children(node, context))]
    context.lookbehind = outer
    looks = [f"(?<{mark}{body})" for body in bodies]
    return "".join(looks) if node.negated or len(looks) == 1 else f"(?:{'|'.join(looks)})"


def _fixed_widths(node: Node, context: _Context) -> list[tuple[str, int]]:
    """Return rendered alternatives that together match what the node does, each with the one width that it has."""
    if isinstance(node, Group):
        return [(f"(?:{body})", width) for body, width in _fixed_widths(node.body, context)]
    if isinstance(node, Alternation):
        found = [choice for option in node.options for choice in _fixed_widths(option, context)]
    elif isinstance(node, Sequence):
        found = [("", 0)]
        for item in node.items:
            found = _concatenated(found, _fixed_widths(item, context))
    elif isinstance(node, Repeat):
        found = _fixed_repeats(node, context)
    elif isinstance(node, Look | Assertion):
        return [(_render(node, context), 0)]
    elif isinstance(node, BackReference):
        raise Untranslatable("a lookbehind with a backreference can't be carried over")
    else:
        return [(_render(node, context), len(node.text) if isinstance(node, Literal) else 1)]
    return _by_width(found)


def _by_width(choices: list[tuple[str, int]]) -> list[tuple[str, int]]:
    """Return one alternative for each width, so that `(?<=a|b)` stays one lookbehind."""
    widths: dict[int, list[str]] = {}
    for body, width in choices:
        widths.setdefault(width, []).append(body)
    if len(widths) > MAX_LOOKBEHINDS:
        raise Untranslatable(f"a lookbehind has more than {MAX_LOOKBEHINDS} different widths")
    return [(bodies[0] if len(bodies) == 1 else f"(?:{'|'.join(bodies)})", width) for width, bodies in widths.items()]


def _concatenated(first: list[tuple[str, int]], then: list[tuple[str, int]]) -> list[tuple[str, int]]:
    return _by_width([(f"{a}{b}", width + more) for a, width in first for b, more in then])


def _fixed_repeats(node: Repeat, context: _Context) -> list[tuple[str, int]]:
    if node.high is None or node.high > MAX_COUNT:
        raise Untranslatable(f"a lookbehind without a greatest width (`{context.written(node)}`) can't be carried over")
    bodies = _fixed_widths(node.body, context)
    if len(bodies) == 1 and node.high - node.low <= MAX_LOOKBEHINDS:
        body, width = bodies[0]
        return [(f"(?:{body}){{{count}}}", width * count) for count in range(node.low, node.high + 1)]
    if node.high > MAX_LOOKBEHINDS:
        raise Untranslatable(f"a lookbehind has more than {MAX_LOOKBEHINDS} different widths")
    found = [("", 0)]
    for count in range(node.high):
        longer = _concatenated(found, bodies)
        found = longer if count < node.low else _by_width([*found, *longer])
    return found


# Backreferences: ECMA-262 takes a group that did not match for empty, and forgets groups when a loop starts again


def _back_reference(node: BackReference, context: _Context) -> str:
    home = context.homes[node.group]
    if context.lookbehind or any(isinstance(outer, Look) and outer.behind for outer, _ in home.path):
        raise Untranslatable("a backreference from or into a lookbehind can't be carried over")
    shared = _shared_length(home.path, tuple(context.path))
    unseen = node.start < home.group.end
    undone = any(isinstance(outer, Look) and outer.negated for outer, _ in home.path[shared:])
    if unseen or undone or isinstance(home.path[shared][0], Alternation):
        return "(?:)"
    _check_loops(home, context)
    number = context.numbers[node.group]
    if number > 99:
        raise Untranslatable("a backreference to a group beyond the 99th can't be carried over")
    certain = not any(_may_skip(outer) for outer, _ in home.path[shared:])
    if not certain:
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


def _check_loops(home: _Home, context: _Context) -> None:
    """Refuse a reference to a group that a loop around it may leave out in one turn and `re` would remember."""
    for index, (node, _) in enumerate(home.path):
        loops = isinstance(node, Repeat) and (node.high is None or node.high > 1)
        if not loops:
            continue
        skipped = any(_may_skip(inner) for inner, _ in home.path[index + 1 :])
        assert isinstance(node, Repeat)
        if skipped or _may_be_empty(node.body):
            raise Untranslatable(
                f"a backreference to a group that `{context.written(node)}` may leave out can't be carried over"
            )


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
