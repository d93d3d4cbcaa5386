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
    evaluated: set[Node] = set()
    for start in reversed(_left(leads)):
        found: list[Node] = []
        waiting = [start]
        while waiting:
            node = waiting.pop()
            if node not in evaluated:
                evaluated.add(node)
                found.append(node)
                waiting.extend(sources[node])
        if found:
            yield found


def _left(leads: Mapping[Node, Iterable[Node]]) -> list[Node]:
    """Return the nodes of a graph in the order in which a walk in depth leaves them."""
    evaluated: set[Node] = set()
    left: list[Node] = []
    for start in reversed(list(leads)):
        waiting = [(start, False)]
        while waiting:
            node, leaving = waiting.pop()
            if leaving:
                left.append(node)
            elif node not in evaluated:
                evaluated.add(node)
                waiting.append((node, True))
                waiting.extend((other, False) for other in leads[node])
    return left
