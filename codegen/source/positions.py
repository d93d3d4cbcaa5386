"""Positions: where every value of a text stands, and what is wrong on the way, whatever the text's syntax.

Source: RFC 6901 (JSON Pointer).
"""

from __future__ import annotations

import dataclasses
import json
import re
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import field

from ..findings import Finding, Place, Rule
from ..ir import JSON, escape_token
from ..records import dataclass

MAX_DEPTH = 200
"""The deepest nesting of arrays and objects that is read.

Python compiles no literal with more than 200 open brackets, and what comes after walks schemas by recursion.
"""

JSON_SYNTAX = Rule("json-syntax", "A .json file is one JSON value as RFC 8259 has it.")
YAML_SYNTAX = Rule("yaml-syntax", "A .yaml or .yml file is one YAML 1.2 document.")
YAML_FEATURE = Rule("yaml-feature", "YAML says nothing that JSON can't: no tags, no merge keys, string keys only.")
DUPLICATE_KEY = Rule("duplicate-key", "An object has each of its keys once.")
NUMBER_RANGE = Rule("number-range", "A number is finite and within the range of a double.")
NESTING_DEPTH = Rule("nesting-depth", "Arrays and objects are nested at most 200 levels deep.")


@dataclasses.dataclass(slots=True)
class Node:
    """Where a value starts, where its key starts (the value itself has none), and its members by reference token.

    `value` is a YAML scalar's; JSON's values come from the standard library's parser, which is faster.
    """

    start: int
    key: int
    members: dict[str, Node] | None = None
    is_array: bool = False
    value: JSON = None
    is_alias: bool = False


@dataclass(frozen=True, slots=True)
class Problem:
    """A finding that knows its offset, not yet its line."""

    rule: Rule
    offset: int
    pointer: str
    message: str
    help: str


@dataclasses.dataclass(slots=True)
class Tree:
    """The nodes of one text while it is read from its start to its end, and the problems on the way."""

    root: Node | None = None
    problems: list[Problem] = field(default_factory=list)
    _open: list[Node] = field(default_factory=list)
    _tokens: list[str] = field(default_factory=list)  # the token of each open node but the root
    _pending: tuple[str, int] | None = None  # a key whose value is yet to come, and its offset

    @property
    def depth(self) -> int:
        """Return how many arrays and objects are open."""
        return len(self._open)

    @property
    def wants_key(self) -> bool:
        """Return whether an object is open that waits for a key."""
        return bool(self._open) and not self._open[-1].is_array and self._pending is None

    def is_open(self, node: Node) -> bool:
        """Return whether the node is one of those that are open."""
        return any(node is other for other in self._open)

    def pointer(self) -> str:
        """Return where the next value stands (or its object, before its key is known)."""
        token = self._next_token()
        tokens = self._tokens if token is None else [*self._tokens, token]
        return "".join(f"/{escape_token(part)}" for part in tokens)

    def report(self, rule: Rule, offset: int, message: str, help: str) -> None:
        """Keep a problem with the next value, or with its object."""
        self.problems.append(Problem(rule, offset, self.pointer(), message, help))

    def key(self, token: str, offset: int) -> None:
        """Take the key of the next value."""
        self._pending = (token, offset)
        if token in (self._open[-1].members or ()):
            message = f"the key {quoted(token)} stands in this object twice"
            self.report(DUPLICATE_KEY, offset, message, "keep one of the two, or rename one")

    def refused_key(self) -> None:
        """Let the next value have a token that is never compared: its key is a problem already."""
        self._pending = ("?", 0)

    def add(self, node: Node) -> None:
        """Give the node its place: under the pending key, as the next item, or as the root."""
        token = self._next_token()
        if token is None:
            self.root = node
            return
        node.key = self._pending[1] if self._pending else node.start
        members = self._open[-1].members
        assert members is not None
        members[token] = node
        self._pending = None

    def push(self, node: Node) -> bool:
        """Open the array or object; False, and a problem, if it is nested too deep."""
        if self.depth >= MAX_DEPTH:
            message = f"arrays and objects are nested more than {MAX_DEPTH} levels deep here"
            self.report(NESTING_DEPTH, node.start, message, "move inner subschemas to $defs and refer to them")
            return False
        token = self._next_token()
        self.add(node)
        if token is not None:
            self._tokens.append(token)
        self._open.append(node)
        return True

    def pop(self) -> None:
        """Close the innermost array or object."""
        self._open.pop()
        self._pending = None
        if self._tokens:
            self._tokens.pop()

    def _next_token(self) -> str | None:
        if self._pending is not None:
            return self._pending[0]
        if self._open and self._open[-1].is_array:
            return str(len(self._open[-1].members or ()))
        return None


def place_at(file: str, text: str, offset: int, pointer: str = "") -> Place:
    """Return the line and column of an offset in a text."""
    line = text.count("\n", 0, offset) + 1
    return Place(file, line, offset - text.rfind("\n", 0, offset), pointer)


def quoted(text: str) -> str:
    """Return the text in double quotes, cut where it gets long: a message quotes what a file says."""
    return json.dumps(text if len(text) <= 60 else f"{text[:57]}...", ensure_ascii=False)


def located(problems: Iterable[Problem], file: str, text: str) -> tuple[Finding, ...]:
    """Return problems as findings, each with its line and column."""
    # The lines are found once: a file can be one long list of problems.
    starts = [0, *(match.end() for match in re.finditer("\n", text))]
    findings = []
    for problem in problems:
        line = bisect_right(starts, problem.offset)
        place = Place(file, line, problem.offset - starts[line - 1] + 1, problem.pointer)
        findings.append(Finding(problem.rule, place, problem.message, problem.help))
    return tuple(findings)


def in_range(number: str) -> bool:
    """Return whether a double can hold the number: it does not overflow, and only zero becomes zero."""
    value = float(number)
    if value == 0:
        return not any(digit in "123456789" for digit in number.lower().partition("e")[0])
    return abs(value) != float("inf")


NOT_A_NUMBER = "write a finite number, or take the keyword out"
OUT_OF_RANGE = "write a number between 5e-324 and 1.797e308 (or its negative, or 0)"


def shortened(number: str) -> str:
    """Return a number as a message shows it."""
    return number if len(number) <= 40 else f"{number[:20]}... ({len(number)} characters)"
