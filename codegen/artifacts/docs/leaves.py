"""Leaves: subschemas of which the same is said wherever they stand, so that it is made once and kept by their content.

Most fields of real sets of schemas are like many others: `{"type": "string"}`.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TypeVar

from ...ir import JSON, Location
from ...schema.vocabulary import ON_PARTS, WRITTEN
from .keywords import Words

_AROUND: frozenset[str] = ON_PARTS - {"propertyNames"}
"""What makes no difference to the types of a subschema that stands there."""

_MOST_KEPT = 4096

T = TypeVar("T")


def once_for_leaves(make: Callable[[Words, Location], T]) -> Callable[[Words, Location], T]:
    """Return the function with what it gives for leaves kept by their content."""
    kept: dict[str, T] = {}

    @wraps(make)
    def made(words: Words, location: Location) -> T:
        content = leaf(words, location)
        if not content:
            return make(words, location)
        if content not in kept:
            if len(kept) >= _MOST_KEPT:
                kept.clear()
            kept[content] = make(words, location)
        return kept[content]

    return made


def leaf(words: Words, location: Location) -> str:
    """Return what all words about a leaf depend on, "" if the subschema is none.

    A leaf is part of an object or array. Neither it nor what is within it refers to anything, and nothing within it
    has a section or is referred to.
    """
    content = words.leaves.get(location)
    if content is None:
        content = words.leaves[location] = _leaf(words, location)
    return content


def _leaf(words: Words, location: Location) -> str:
    page_index = words.page_index
    parent = page_index.parents.get(location)
    if parent is None or parent.keyword not in _AROUND or location in page_index.units:
        return ""
    content = _content(words, location)
    if content is None:
        return ""
    unknown = [(name, value) for name, value in page_index.members(location).items() if name not in WRITTEN]
    return repr((words.comments, location in page_index.sections, content, unknown))


def _content(words: Words, location: Location) -> list[JSON] | None:
    """Return what a subschema says, with all within it; None if that leads to other places."""
    page_index, subschema = words.page_index, words.page_index.subschema(location)
    content: list[JSON] = [subschema.boolean, location in page_index.package.hints]
    for keyword in subschema.keywords.values():
        content += (keyword.name, keyword.value)
        if keyword.target is not None:
            return None
        for token, child in keyword.schemas:
            apart = child in page_index.sections or child in page_index.targets
            within = None if apart else _content(words, child)
            if within is None:
                return None
            content += (token, within)
    return content
