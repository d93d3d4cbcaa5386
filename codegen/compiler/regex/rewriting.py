r"""Patterns rewritten so that a search finds them in the same texts, in a time that is linear in them.

A search tries a pattern at every place of the text. Where it begins with a loop over a set of characters, as `\s+$`
does, a match that begins after a character of the set could as well begin one place sooner, so that only places after
another character have to be tried: `(?<!\s)\s+$`.

What can take nothing need not be repeated often, so that `(?:a?){60}` is `(?:a?){0,60}`, which stops at an empty turn.

Where a pattern ends with such a loop and `$`, and what stands before takes characters of the same set only, as in
`^.*,.*$`, a look at the rest of the text finds another character at once: `^(?=.*$).*,.*$`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

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
    Repeat,
    Sequence,
)
from . import charsets
from .charsets import Ranges
from .trees import characters, children, folded

ONE_CHARACTER = (AnyCharacter, CharacterClass, ClassEscape, Property)


def without_empty_turns(tree: Node) -> Node:
    """Return the tree with no least count where turns can be empty, which `re` would share out in all ways.

    The groups of a turn are others then, so a tree with references to them stays as it is.
    """
    return tree if _refers(tree) else _uncounted(tree)


def _uncounted(node: Node) -> Node:
    inner = children(node)
    changed = tuple(map(_uncounted, inner))
    if not _are_same(inner, changed):
        node = _with_children(node, changed)
    if isinstance(node, Repeat) and node.low > 1 and _is_free(node.body):
        return replace(node, low=0)
    return node


def _with_children(node: Node, inner: tuple[Node, ...]) -> Node:
    match node:
        case Group() | Look() | Repeat():
            return replace(node, body=inner[0])
        case Sequence():
            return replace(node, items=inner)
        case Alternation():
            return replace(node, options=inner)
    raise AssertionError(f"a node with nothing in it: {node!r}")


def _is_free(node: Node) -> bool:
    """Return whether a node can take nothing whatever stands around it."""
    match node:
        case Repeat():
            return node.low == 0 or _is_free(node.body)
        case Group() | Sequence():
            return all(map(_is_free, children(node)))
        case Alternation():
            return any(map(_is_free, node.options))
    return isinstance(node, Literal) and not node.text


def rewritten(tree: Node) -> Iterator[Node]:
    """Yield the trees that can stand for one tree, those with fewer changes first."""
    leading = tree if _refers(tree) else _before(tree)
    if leading is not tree:
        yield leading
    for changed in (tree, leading) if leading is not tree else (tree,):
        ending = _looked(changed)
        if ending is not changed:
            yield ending


def is_character(node: Node) -> bool:
    """Return whether a node stands for exactly one character."""
    return isinstance(node, ONE_CHARACTER) or (isinstance(node, Literal) and len(node.text) == 1)


def repeated_character(node: Node) -> Node | None:
    """Return the one character that an endless loop repeats; None if the node is another one."""
    node = _within_groups(node)
    if not isinstance(node, Repeat) or node.high is not None:
        return None
    body = _within_groups(node.body)
    return body if is_character(body) else None


def is_end(node: Node) -> bool:
    """Return whether a node is the `$` at the end of the text."""
    return isinstance(node, Assertion) and node.kind == "$" and "m" not in node.flags


def _are_same(nodes: tuple[Node, ...], others: tuple[Node, ...]) -> bool:
    return all(one is other for one, other in zip(nodes, others, strict=True))


# The beginning


def _refers(tree: Node) -> bool:
    """Return whether a tree refers to what a group matched, which depends on where a match begins."""
    return isinstance(tree, BackReference) or any(map(_refers, children(tree)))


def _before(node: Node) -> Node:
    match node:
        case Group():
            body = _before(node.body)
            return node if body is node.body else replace(node, body=body)
        case Alternation():
            options = tuple(map(_before, node.options))
            return node if _are_same(options, node.options) else replace(node, options=options)
        case Sequence() if node.items:
            items = _begun(node.items)
            return node if items is node.items else replace(node, items=items)
    first = _first(node)
    return node if first is None else Sequence(node.start, node.end, (_not_after(first), node))


def _begun(items: tuple[Node, ...]) -> tuple[Node, ...]:
    """Return the items of a sequence, changed where its first one may be left out or begins with a loop."""
    head, rest = items[0], items[1:]
    following = _first_of(rest)
    if isinstance(head, Repeat) and head.low == 0 and head.high != 0 and following is not None:
        repeated = _first(head)
        choice = Alternation(head.start, head.end, (replace(head, low=1), _not_after(following)))
        group = Group(head.start, head.end, choice, 0, "")
        return (group, *rest) if repeated is None else (_not_after(repeated), group, *rest)
    changed = _before(head)
    return items if changed is head else (changed, *rest)


def _first(node: Node) -> Node | None:
    """Return the one character of the endless loop that every match of the node begins with, None if there is none."""
    match node:
        case Repeat():
            repeated = repeated_character(node)
            return repeated or (_first(node.body) if node.low > 0 else None)
        case Group():
            return _first(node.body)
        case Sequence():
            return _first_of(node.items)
    return None


def _first_of(items: tuple[Node, ...]) -> Node | None:
    return _first(items[0]) if items else None


def _not_after(character: Node) -> Look:
    return Look(character.start, character.start, character, behind=True, negated=True)


# The end


def _looked(node: Node) -> Node:
    """Return the node with a lookahead to the end of the text before what the last loop could match."""
    match node:
        case Group():
            body = _looked(node.body)
            return node if body is node.body else replace(node, body=body)
        case Alternation():
            options = tuple(map(_looked, node.options))
            return node if _are_same(options, node.options) else replace(node, options=options)
        case Sequence() if len(node.items) > 2 and is_end(node.items[-1]):
            return _with_lookahead(node, node.items)
    return node


def _with_lookahead(node: Sequence, items: tuple[Node, ...]) -> Node:
    character = repeated_character(items[-2])
    if character is None:
        return node
    allowed = characters(character)
    first = len(items) - 2
    while first > 0 and _is_within(items[first - 1], allowed):
        first -= 1
    while isinstance(items[first], Assertion | Look):
        first += 1
    rest = Sequence(node.end, node.end, (Repeat(node.end, node.end, character, 0, None, False), items[-1]))
    look = Look(node.end, node.end, rest, behind=False, negated=False)
    return replace(node, items=(*items[:first], look, *items[first:]))


def ends_in_looked(items: tuple[Node, ...]) -> bool:
    """Return whether a sequence ends with a loop and `$`, and has looked before whether these will match."""
    if len(items) < 3 or not is_end(items[-1]):
        return False
    character = repeated_character(items[-2])
    looks = [item.body for item in items[:-2] if isinstance(item, Look) and not item.behind and not item.negated]
    return character is not None and any(_is_looked(body, characters(character)) for body in looks)


def _is_looked(body: Node, allowed: Ranges) -> bool:
    if not isinstance(body, Sequence) or len(body.items) != 2 or not is_end(body.items[1]):
        return False
    repeated = repeated_character(body.items[0])
    return repeated is not None and _is_within(repeated, allowed)


def _is_within(node: Node, allowed: Ranges) -> bool:
    """Return whether a node takes no other characters than those."""
    match node:
        case Literal():
            taken = charsets.merged([(ord(character), ord(character)) for character in node.text])
            return charsets.is_within(folded(taken, node.flags), allowed)
        case AnyCharacter() | ClassEscape() | Property() | CharacterClass():
            return charsets.is_within(characters(node), allowed)
        case BackReference():
            return False
        case Assertion() | Look():
            return True
    return all(_is_within(child, allowed) for child in children(node))


def _within_groups(node: Node) -> Node:
    while isinstance(node, Group):
        node = node.body
    return node
