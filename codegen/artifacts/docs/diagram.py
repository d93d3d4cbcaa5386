"""The diagram of how the schemas of a document refer to each other, drawn as an outline.

Every schema is a row; it stands below and to the right of the first one that refers to it, and the line on the
left leads to it. Every further reference is an arc on the right. That keeps the diagram as narrow as the screen of a
telephone.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping, Sequence

from ...escapes import Code, code, join
from ...escapes.svg import text
from ...ir import Document, Location
from ...records import dataclass
from .page_index import PageIndex, definition_name

MOST_ROWS = 40
_LONGEST_LABEL = 30
_ROW = 34
_STEP = 20
_BOX = 24
_CHARACTER = 7.4
_LANE = 9
_LANES = 6


Edges = Mapping[Location, Sequence[Location]]


@dataclass(frozen=True, slots=True)
class Diagram:
    """A diagram: the parts of its SVG, and a description of what it shows."""

    width: int
    height: int
    label: Code
    description: Code
    shapes: Code


@dataclass(frozen=True, slots=True)
class _Row:
    location: Location
    depth: int
    above: int  # the row that leads here, -1 for the first ones


def is_drawn(document: Document, edges: Edges) -> bool:
    """Return whether a document has a diagram: one that shows something, and is not too large to read."""
    return bool(edges) and 1 < len(_rows(document.location, edges)) <= MOST_ROWS


def diagram(page_index: PageIndex, document: Document, edges: Edges) -> Diagram:
    """Return the diagram of a document."""
    rows = _rows(document.location, edges)
    places = {row.location: at for at, row in enumerate(rows)}
    labels = [_label(page_index, row.location) for row in rows]
    arcs = [
        (places[one], places[other])
        for one in edges
        for other in edges[one]
        if rows[places[other]].above != places[one]
    ]
    right = max(_left(row) + _width(label) for row, label in zip(rows, labels, strict=True))
    drawn = [
        *(_lead(rows, at) for at, row in enumerate(rows) if row.above >= 0),
        *(_arc(rows, labels, arc, right + _LANE * (lane % _LANES + 1)) for lane, arc in enumerate(arcs)),
        *(_box(page_index, row, at, label) for at, (row, label) in enumerate(zip(rows, labels, strict=True))),
    ]
    return Diagram(
        width=right + (_LANE * (min(len(arcs), _LANES) + 1) if arcs else 4),
        height=len(rows) * _ROW,
        label=text(f"References of {_label(page_index, document.location)}"),
        description=text(" ".join(_sentences(labels, rows, edges, places))),
        shapes=join("\n", drawn),
    )


# What refers to what


def references(page_index: PageIndex) -> Mapping[str, Edges]:
    """Return for each document which of its units refers to which units, in the order of the schema."""
    by_document: dict[str, dict[Location, dict[Location, None]]] = {}
    for location, subschema in page_index.package.subschemas.items():
        targets = [keyword.target for keyword in subschema.keywords.values() if keyword.target is not None]
        unit = _home(page_index, location) if targets else None
        if unit is not None:
            leads = by_document.setdefault(unit.document, {}).setdefault(unit, {})
            leads.update((_home(page_index, target) or target, None) for target in targets)
    return {
        document: {unit: list(targets) for unit, targets in edges.items()} for document, edges in by_document.items()
    }


def _home(page_index: PageIndex, location: Location) -> Location | None:
    """Return the document's or definition's root that a subschema belongs to, whatever page has it."""
    unit = page_index.unit(location)
    while unit is not None and not page_index.stands_alone(unit):
        unit = page_index.unit(page_index.parents[unit].location)
    return unit


def _rows(root: Location, edges: Edges) -> list[_Row]:
    """Return the rows: the root, below each row what it refers to first; then what the root does not lead to."""
    below: dict[Location, list[Location]] = {}
    starts: list[Location] = []
    placed: set[Location] = set()
    for start in (root, *(unit for unit, targets in edges.items() if targets)):
        if start in placed:
            continue
        starts.append(start)
        placed.add(start)
        queue = deque([start])
        while queue:
            here = queue.popleft()
            new = [target for target in edges.get(here, ()) if target not in placed]
            below[here] = new
            placed.update(new)
            queue.extend(new)
    return list(_outline(starts, below))


def _outline(starts: Sequence[Location], below: Mapping[Location, Sequence[Location]]) -> Iterator[_Row]:
    stack = [_Row(start, 0, -1) for start in reversed(starts)]
    count = 0
    while stack:
        row = stack.pop()
        yield row
        stack += [_Row(target, row.depth + 1, count) for target in reversed(below.get(row.location, ()))]
        count += 1


def _label(page_index: PageIndex, location: Location) -> str:
    title = page_index.subschema(location).value("title")
    if isinstance(title, str) and title.strip():
        name = " ".join(title.split())
    elif location.pointer:
        name = definition_name(location)
    else:
        document = page_index.package.by_uri.get(location.document)
        name = location.document if document is None else document.module
    return name if len(name) <= _LONGEST_LABEL else name[: _LONGEST_LABEL - 1] + "\u2026"


def _sentences(
    labels: Sequence[str],
    rows: Sequence[_Row],
    edges: Edges,
    places: Mapping[Location, int],
) -> Iterator[str]:
    for row, label in zip(rows, labels, strict=True):
        if targets := [labels[places[target]] for target in edges.get(row.location, ())]:
            yield f"{label} refers to {', '.join(targets)}."


# The drawing


def _left(row: _Row) -> int:
    return 4 + row.depth * _STEP


def _middle(at: int) -> int:
    return 4 + at * _ROW + _BOX // 2


def _lead(rows: Sequence[_Row], at: int) -> Code:
    row = rows[at]
    return code(
        '<path class="lead" d="M{x} {top}V{y}H{left}"/>',
        x=_left(rows[row.above]) + _STEP // 2,
        top=_middle(row.above) + _BOX // 2,
        y=_middle(at),
        left=_left(row),
    )


def _arc(rows: Sequence[_Row], labels: Sequence[str], arc: tuple[int, int], lane: int) -> Code:
    start, end = (_left(rows[at]) + _width(labels[at]) for at in arc)
    low, high = _middle(arc[0]) + 4, _middle(arc[1]) - 4
    return code(
        '<path class="arc" d="M{start} {low}H{lane}V{high}H{end}"/><path class="tip" d="M{end} {high}l6 -3v6z"/>',
        start=start,
        low=low,
        lane=lane,
        high=high,
        end=end,
    )


def _width(label: str) -> int:
    return int(len(label) * _CHARACTER) + 16


def _box(page_index: PageIndex, row: _Row, at: int, label: str) -> Code:
    """Return a row's box; `data-page` is where a page may link it to."""
    page = page_index.page(row.location)
    return code(
        '<g{page}><rect x="{x}" y="{y}" width="{width}" height="{height}" rx="4"/>'
        '<text x="{text_x}" y="{text_y}">{label}</text></g>',
        page=code(' data-page="{page}"', page=text(page)) if page else Code(""),
        x=_left(row),
        y=_middle(at) - _BOX // 2,
        width=_width(label),
        height=_BOX,
        text_x=_left(row) + 8,
        text_y=_middle(at) + 4,
        label=text(label),
    )
