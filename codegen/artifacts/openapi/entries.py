"""One component: its entries in all documents, made by itself, and what joining them has to know."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final, NamedTuple

from ...escapes import Code, join, json, yaml
from ...ir import JSON, Item
from ...render.schema_objects import Lifted, Scoped, reference
from . import downgrade
from .downgrade import Loss, Outcome
from .surrogates import has_lone
from .values import VALUES

_INDENT: Final = 4
"""That of an object below `components`, which is the same in each document."""
_PREFIX: Final = reference("")["$ref"]


class Entry(NamedTuple):
    """What stands for a component in a document, and whether a lone surrogate is in it."""

    yaml: str
    json: str
    is_lone: bool


class Component(NamedTuple):
    """One component in 3.1 and 3.0 terms.

    `references` are the texts that references in it have; `has_values` is whether a default or an example may be in it.
    """

    newer: Entry
    older: Entry
    references: tuple[str, ...]
    has_values: bool
    outcome: Outcome


class Schemas(Mapping[str, JSON]):
    """The Schema Objects of all components: those that are given, and the others, each made when it is asked for."""

    def __init__(self, lifted: Lifted, given: Mapping[str, JSON]) -> None:
        self._lifted = lifted
        self._made = dict(given)
        self._given = frozenset(given)

    def __getitem__(self, name: str) -> JSON:
        """Return the Schema Object of a component."""
        if name not in self._made:
            self._made[name] = self._lifted.schema(self._lifted.scoped[name])
        return self._made[name]

    def __iter__(self) -> Iterator[str]:
        """Yield the names in the order of the documents."""
        return iter(sorted({*self._lifted.scoped, *self._given}))

    def __len__(self) -> int:
        """Return how many components there are."""
        return len({*self._lifted.scoped, *self._given})


def component(name: str, schemas: Mapping[str, JSON]) -> Component:
    """Return the component with that name, as long as none is known as inexact in 3.0 terms."""
    schema = schemas[name]
    newer, (older, outcome) = _entry(name, schema), downgraded(name, schemas, frozenset())
    referring = sorted(references(schema)) if _is_key("$ref", newer) else ()
    return Component(newer, older, tuple(referring), any(_is_key(keyword, newer) for keyword in VALUES), outcome)


def _is_key(name: str, entry: Entry) -> bool:
    """Return whether a member may have the name; if none has, no walk through all that stands there finds one."""
    return f'"{name}": ' in entry.json


def downgraded(name: str, schemas: Mapping[str, JSON], inexact: frozenset[str]) -> tuple[Entry, Outcome]:
    """Return the component in 3.0 terms, where some are known as inexact, and what became of it."""
    schema, outcome = downgrade.component(name, schemas, inexact)
    return _entry(name, schema), outcome


def _entry(name: str, schema: JSON) -> Entry:
    text = json.member(name, schema, _INDENT)
    return Entry(yaml.entry(name, schema, _INDENT), text, "\\ud" in text and has_lone(schema))


def part(lifted: Lifted, item: Item) -> JSON:
    """Return the component of an item as JSON."""
    name, scoped = str(item["name"]), item["scoped"]
    if not isinstance(scoped, Scoped):
        raise TypeError("the item is not a component")
    made = component(name, Schemas(lifted, {name: lifted.schema(scoped)}))
    became = made.outcome
    return [
        [list(made.newer), list(made.older), list(made.references), made.has_values],
        [became.exact, became.integers, became.spelled],
        [list(loss) for loss in sorted(became.losses)],
        list(sorted(became.referred)),
        list(sorted(became.looked_up)),
    ]


def from_part(value: Any) -> Component:
    """Return the component that `part` gave."""
    (newer, older, texts, with_values), (exact, integers, spelled), losses, referred, looked_up = value
    lost = frozenset(Loss(*loss) for loss in losses)
    outcome = Outcome(exact, integers, spelled, lost, frozenset(referred), frozenset(looked_up))
    return Component(Entry(*newer), Entry(*older), tuple(texts), with_values, outcome)


def in_yaml(entries: Iterable[Entry]) -> Code:
    """Return the YAML of the Schema Objects of a document."""
    return join("", (Code(entry.yaml) for entry in entries))


def in_json(entries: Iterable[Entry]) -> Code:
    """Return the JSON of the Schema Objects of a document."""
    return json.members((Code(entry.json) for entry in entries), _INDENT)


def referred(references: Iterable[str]) -> Iterator[str]:
    """Yield the names of the components that references lead to."""
    return (each.removeprefix(_PREFIX) for each in references if each.startswith(_PREFIX))


def references(value: JSON) -> set[str]:
    """Return what the references within a value say."""
    found: set[str] = set()
    pending = [value]
    while pending:
        each = pending.pop()
        if isinstance(each, dict):
            target = each.get("$ref")
            if isinstance(target, str):
                found.add(target)
            pending.extend(each.values())
        elif isinstance(each, list):
            pending.extend(each)
    return found
