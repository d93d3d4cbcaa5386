"""Passes: what makes the checks quicker, each a function from nodes to nodes that leaves validity as it is.

Without any of them a printer says what the nodes say, one after the other. A pass looks at the nodes of one subschema,
and at the layout for what stands in place; it prints nothing. Each can be turned off by its name, and each says how
many times as long the benchmark's documents take without it (`nox -s bench -- --without NAME`). One that gains less
than 5 % on all of them goes: fused bounds, arrays unpacked by size and rows looked at in one loop have gone (1.02).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Set
from dataclasses import replace
from typing import Final, TypeAlias

from ...ir import JSON
from ..nodes import Check, ClosedObject, Each, Items, Kinds, Listed, Member, Node, Required, Target
from .printer import Layout
from .tree import Name, count

Pass: TypeAlias = Callable[[tuple[Node, ...], Layout], tuple[Node, ...]]


def read_properties(body: tuple[Node, ...], layout: Layout) -> tuple[Node, ...]:
    """Look for no required property whose value is read anyway: that fails without it.

    Without it `is_valid` of jobs takes 1.2 times as long, of a session 1.06 times.
    """
    wanted = {node.name for node in body if isinstance(node, Required)}
    if not wanted:
        return body
    members = [node for node in body if isinstance(node, Member) and node.name in wanted]
    read = {node.name for node in members if _is_read(node, layout)}
    rewritten: list[Node] = []
    for node in body:
        if isinstance(node, Member) and node.name in wanted:
            rewritten.append(replace(node, required=True))
        elif not (isinstance(node, Required) and node.name in read):
            rewritten.append(node)
    return tuple(rewritten)


def _is_read(node: Member, layout: Layout) -> bool:
    """Return whether the code for a property reads its value."""
    return not layout.is_never(node.target) and layout.says(node.target)


# Of objects


def closed_objects(body: tuple[Node, ...], layout: Layout) -> tuple[Node, ...]:
    """Count the properties of a closed object while they are looked at, in place of looking at every name.

    Without it `is_valid` of jobs whose objects are closed takes 1.3 times as long, decoding 1.14 times.
    """
    named = {node.name for node in body if isinstance(node, Member) and not layout.is_never(node.target)}
    closing = closing_node(body, named, layout)
    if closing is None:
        return body
    return (ClosedObject(closing.value, tuple([node for node in body if node is not closing])),)


def closing_node(body: Iterable[Node], counted: Set[str], layout: Layout) -> Each | None:
    """Return the node that allows no properties but those that are counted: then their count says as much."""
    return next(
        (node for node in body if isinstance(node, Each) and closes(node, layout) and counted == {*node.named}), None
    )


def closes(node: Each, layout: Layout) -> bool:
    """Return whether the node allows no properties but some that it names."""
    return layout.is_never(node.target) and bool(node.named) and not node.patterns


def looks_in_place(body: tuple[Node, ...], layout: Layout) -> tuple[Node, ...]:
    """Keep no variable for the value of a property that is looked at but once.

    Without it `is_valid` of jobs takes 1.06 times as long, of a session 1.05 times.
    """
    return tuple([replace(n, in_place=True) if isinstance(n, Member) and _in_place(n, layout) else n for n in body])


def _in_place(node: Member, layout: Layout) -> bool:
    target = layout.settled(node.target)
    if not layout.stands_here(target, node):
        return True  # a call looks at it, or what it calls
    match layout.functions.outline(target):
        case (Check(many=None, test=test),) | (Listed(test=test, quick=None),):
            return count(test, _VALUE) == 1
        case (Listed(),):
            return True
    return False


_VALUE: Final = Name("value")  # of an outline


# Of arrays


def small_integers(body: tuple[Node, ...], layout: Layout) -> tuple[Node, ...]:
    """Prove rows of small integers valid by their text, as one; only where that fails, look at each.

    Without it a backend takes 1.8 times as long, one without bounds 1.5 times.
    """
    if not any(isinstance(node, Items) for node in body):
        return body
    return tuple([replace(node, proof=_proof(node, layout)) if isinstance(node, Items) else node for node in body])


def _proof(node: Items, layout: Layout) -> tuple[JSON, ...] | None:
    """Return how many integers a row has, and their bounds, if all items are rows of integers."""
    if node.unevaluated or node.start or not isinstance(node.value, Name):
        return None
    match layout.functions.outline(layout.settled(node.target)):
        case (Kinds(cases=(("array", _, body),), otherwise=Check(rule=("type",))),):
            pass
        case _:
            return None
    match body:
        case (Items(start=0, unevaluated=False, target=inner),):
            size = None
        case (Check(rule=("least", size)), Check(rule=("most", most)), Items(start=0, unevaluated=False, target=inner)):
            if size != most:
                return None
        case _:
            return None
    bounds = _integer_bounds(inner, layout)
    return None if bounds is None else (size, *bounds)


def _integer_bounds(target: Target, layout: Layout) -> tuple[JSON, JSON] | None:
    """Return the least and the greatest integer of a target that takes integers only, None of any other."""
    match layout.functions.outline(layout.settled(target)):
        case (Check(rule=("type", "integer")),):
            return None, None
        case (Kinds(cases=(("integer", _, body),), otherwise=Check(rule=("type",))),):
            rules = dict([node.rule for node in body if isinstance(node, Check) and len(node.rule) == 2])
            if len(rules) == len(body) and rules.keys() <= {"minimum", "maximum"}:
                return rules.get("minimum"), rules.get("maximum")
    return None


# Of validity: where an error, or one call for many, may say no


def gathered_texts(body: tuple[Node, ...], _: Layout) -> tuple[Node, ...]:
    """Gather the date-times of a loop, and have one call look at all of them.

    Without it `is_valid` of jobs takes 1.06 to 1.14 times as long.
    """
    return tuple([replace(n, is_gathered=True) if isinstance(n, Check) and n.many else n for n in body])


def quick_listings(body: tuple[Node, ...], _: Layout) -> tuple[Node, ...]:
    """Look for a value in a set before its type is known: what has no hash raises TypeError, and is none of them.

    Without it `is_valid` of jobs takes 1.05 times as long.
    """
    return tuple([replace(n, test=n.quick, is_quick=True) if isinstance(n, Listed) and n.quick else n for n in body])


OF_VALIDITY: Final[tuple[Pass, ...]] = (gathered_texts, quick_listings)

PASSES: Final[Mapping[str, Pass]] = {
    each.__name__: each for each in (read_properties, closed_objects, looks_in_place, small_integers, *OF_VALIDITY)
}
"""All passes by their names."""
