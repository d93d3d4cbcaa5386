"""Graphs: the strongly connected components of what leads to what."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping
from typing import TypeVar

Node = TypeVar("Node", bound=Hashable)


def components(leads: Mapping[Node, Iterable[Node]]) -> Iterator[list[Node]]:
    """Yield the strongly connected components of a graph, each before those that it leads to (Kosaraju, Sharir)."""
    sources: dict[Node, dict[Node, None]] = {node: {} for node in leads}
    for node, others in leads.items():
        for other in others:
            sources[other][node] = None
    visited: set[Node] = set()
    for start in reversed(_left(leads)):
        component: list[Node] = []
        pending = [start]
        while pending:
            node = pending.pop()
            if node not in visited:
                visited.add(node)
                component.append(node)
                pending.extend(sources[node])
        if component:
            yield component


def _left(leads: Mapping[Node, Iterable[Node]]) -> list[Node]:
    """Return the nodes of a graph in the order in which a walk in depth leaves them."""
    visited: set[Node] = set()
    left: list[Node] = []
    for start in reversed(list(leads)):
        pending = [(start, False)]
        while pending:
            node, leaving = pending.pop()
            if leaving:
                left.append(node)
            elif node not in visited:
                visited.add(node)
                pending.append((node, True))
                pending.extend((other, False) for other in leads[node])
    return left
