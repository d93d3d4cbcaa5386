"""The tables of problems: the same nodes become rows, by which the runtime's `_reporter` finds every problem.

What a row looks like is said there; each kind of row has a method of that name in the reporter.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import groupby

from ...ir import JSON, Location, Subschema
from ..analysis import Analysis
from ..lower import tracks
from ..nodes import (
    Apply,
    Check,
    Choice,
    Conditional,
    Contains,
    Each,
    Item,
    Items,
    Kinds,
    Listed,
    Member,
    Names,
    Negation,
    Never,
    Node,
    Required,
    TableCheck,
    Target,
    When,
)
from .pieces import made_once
from .printer import Functions, Layout

Row = list[JSON]


class TableMaker(Layout):
    """Makes the rows of subschemas; `translate` gives a pattern at a place in Python's language."""

    def __init__(self, analysis: Analysis, functions: Functions, translate: Callable[[str, Location], str]) -> None:
        super().__init__(analysis, functions)
        self._translate = translate
        self._home: Subschema | None = None
        self._path = ""

    def subschema(self, target: Target) -> JSON:
        """Return what a table has for a subschema: its URI, and its rows."""
        self._home = self.analysis[target.location]
        return [self._home.uri, list(self._rows(target))]

    def _rows(self, target: Target) -> Iterator[Row]:
        with self.entered(target):
            if tracks(self.analysis[target.location]):
                yield ["track"]
            yield from self._body(self.functions.outline(target), target.location)

    def _body(self, body: tuple[Node, ...], at: Location) -> Iterator[Row]:
        for kind, same in groupby(body, type):
            if kind is Required:
                yield ["required", *(node.name for node in same if isinstance(node, Required))]
            elif kind is Member:
                members = (node for node in same if isinstance(node, Member))
                yield ["properties", {node.name: self._target(node.target) for node in members}]
            else:
                for node in same:
                    yield from self._row(node, at)

    def _target(self, target: Target) -> JSON:
        """Return a target: its path with its rows, and its URI if it is not below, or with its name in a table."""
        content = self.functions.content(target.location)
        key = None if content is None else (TableMaker, content, target.path, len(self._stack))
        return made_once(self.functions, key, lambda: self._made(target))

    def _made(self, target: Target) -> JSON:
        target = self.settled(target)
        if not self.functions.outline(target):
            return [target.path, []]
        if not self.inlines(target):
            return [target.path, self.functions.problems(target)]
        subschema = self.analysis[target.location]
        with self._moved(target.path, subschema) as is_below:
            return [target.path, list(self._rows(target)), *([] if is_below else [subschema.uri])]

    @contextmanager
    def _moved(self, path: str, to: Subschema) -> Iterator[bool]:
        """Go on at a subschema; give whether the path leads there from home, within one schema resource."""
        before = self._home, self._path
        home, way = self._home, self._path + path
        is_below = home is not None and home.resource == to.resource
        is_below = is_below and home is not None and to.location.pointer == home.location.pointer + way
        self._home, self._path = (home, way) if is_below else (to, "")
        yield is_below
        self._home, self._path = before

    # Rows

    def _row(self, node: Node, at: Location) -> Iterator[Row]:
        """Yield the row of a node of the subschema at a location, none if it says nothing."""
        match node:
            case Check() | TableCheck():
                yield self._check(node, at)
            case Listed():
                yield from self._body(node.checks, at)
            case Never():
                yield ["never"]
            case When():
                yield ["when", node.name, list(self._body(node.body, at))]
            case Kinds():
                cases: dict[str, JSON] = {kind: list(self._body(body, at)) for kind, _, body in node.cases}
                yield ["kinds", cases, self._check(node.otherwise, at) if node.otherwise else None]
            case Each():
                yield self._others(node)
            case Names():
                yield ["names", self._target(node.target)]
            case Apply():
                if self.says(node.target) or self.marks(node.target.location):
                    yield ["all", self._target(node.target)]
            case Conditional(condition=condition, then=None, orelse=None) if not self.marks(condition.location):
                pass
            case _:
                yield self._row_of_array(node)

    def _row_of_array(self, node: Node) -> Row:
        """Return the row of a node for items, or at the validity against several subschemas."""
        match node:
            case Item():
                return ["item", node.index, self._target(node.target)]
            case Items():
                return ["items", node.start, self._target(node.target), node.unevaluated]
            case Contains():
                return ["contains", self._target(node.target), node.least, node.most, node.evaluates]
            case Choice():
                return self._choice(node)
            case Negation():
                return ["not", self._target(node.target)]
            case Conditional():
                branches = [None if branch is None else self._target(branch) for branch in (node.then, node.orelse)]
                return ["if", self._target(node.condition), *branches]
            case _:
                raise TypeError(f"no row for {type(node).__name__}")

    def _check(self, node: Check | TableCheck, at: Location) -> Row:
        rule, *needed = node.rule
        if rule == "pattern":
            needed = [self._translate(str(needed[0]), at / node.keyword)]
        return [rule, node.keyword, node.message, *needed]

    def _others(self, node: Each) -> Row:
        patterns: Row = [self._translate(*expression) for expression in node.expressions]
        only = self._translate(*node.expression) if node.expression else None
        return ["others", self._target(node.target), list(node.named), patterns, only, node.unevaluated]

    def _choice(self, node: Choice) -> Row:
        branches: Row = [self._target(branch) for branch in node.branches]
        if node.discriminator is None:
            return ["any", node.keyword, node.exclusive, branches]
        pairs = zip(node.discriminator.values, branches, strict=True)
        return ["tagged", node.keyword, node.discriminator.name, [[list(values), branch] for values, branch in pairs]]
