"""Discriminators: the property whose value selects the branch of a choice, so that none has to be tried."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ..ir import Location
from ..schema import vocabulary
from ..schema.vocabulary import Holds
from .analysis import Analysis
from .nodes import Discriminator


def discriminator(
    analysis: Analysis, branches: Sequence[Location], *, among_objects: bool = False
) -> Discriminator | None:
    """Return a property that every branch requires, with different strings in each; None if there is none.

    A branch that allows anything but objects has none, since then the property need not be there; unless only objects
    are of interest (`among_objects`).
    """
    if len(branches) < 2:
        return None
    if not among_objects and any(not analysis.kinds(branch) <= {"object"} for branch in branches):
        return None
    tags = [_tags(analysis, branch, frozenset()) for branch in branches]
    for name in tags[0]:
        values = [tag.get(name) for tag in tags]
        present = [value for value in values if value is not None]
        if len(present) == len(branches) and _disjoint(present):
            return Discriminator(name, tuple(present))
    return None


_CONJUNCTIONS = vocabulary.holding(Holds.ALL) - vocabulary.named(lambda entry: entry.is_dynamic)


def _disjoint(groups: Sequence[tuple[str, ...]]) -> bool:
    return len({value for group in groups for value in group}) == sum(len(set(group)) for group in groups)


def _tags(analysis: Analysis, location: Location, above: frozenset[Location]) -> Mapping[str, tuple[str, ...]]:
    """Return the required properties whose value is one of some strings, through `$ref` and `allOf`."""
    subschema = analysis[location]
    if location in above or subschema.boolean is not None:
        return {}
    required = subschema.value("required")
    properties = subschema.keywords.get("properties")
    tags: dict[str, tuple[str, ...]] = {}
    for name, child in properties.schemas if properties else ():
        strings = _strings(analysis, child, frozenset())
        if strings and isinstance(required, list) and name in required:
            tags[name] = strings
    for keyword in subschema.keywords.values():
        if keyword.name in _CONJUNCTIONS:
            inner = [keyword.target] if keyword.target else [at for _, at in keyword.schemas]
            for child in inner:
                tags = {**_tags(analysis, child, above | {location}), **tags}
    return tags


def _strings(analysis: Analysis, location: Location, above: frozenset[Location]) -> tuple[str, ...]:
    """Return the strings that the subschema lists, nothing if it allows anything else."""
    values = analysis.listed(location)
    if values is not None:
        strings = tuple(value for value in values if isinstance(value, str))
        return strings if len(strings) == len(values) else ()
    keywords = analysis[location].keywords
    target = keywords["$ref"].target if "$ref" in keywords else None
    if target is None or location in above:
        return ()
    return _strings(analysis, target, above | {location})
