"""JSON texts: read by the standard library's parser, and scanned for places and problems where they are needed.

Source: RFC 8259.
"""

from __future__ import annotations

import json
import re

from ..ir import JSON
from .positions import (
    JSON_SYNTAX,
    MAX_DEPTH,
    NESTING_DEPTH,
    NOT_A_NUMBER,
    NUMBER_RANGE,
    OUT_OF_RANGE,
    Node,
    Problem,
    Tree,
    in_range,
    shortened,
)


def _integer(number: str) -> int:
    # Up to 308 digits are within a double, and any number that in_range accepts is short enough for int().
    return int(number) if len(number) <= 308 or in_range(number) else 0


class _Suspicion:
    """Hooks for the standard library's parser that note whether the scan below would report a problem."""

    def __init__(self) -> None:
        self.is_suspect = False

    def pairs(self, items: list[tuple[str, JSON]]) -> dict[str, JSON]:
        members = dict(items)
        self.is_suspect |= len(members) != len(items)
        return members

    def constant(self, name: str) -> None:
        self.is_suspect = True

    def real(self, number: str) -> float:
        self.is_suspect |= not in_range(number)
        return float(number)

    def integer(self, number: str) -> int:
        self.is_suspect |= len(number) > 308 and not in_range(number)
        return _integer(number)


def parse_json(text: str) -> tuple[JSON, list[Problem]]:
    """Return the value of a JSON text, None if there are problems, and the problems."""
    hooks = _Suspicion()
    try:
        content: JSON = json.loads(
            text,
            object_pairs_hook=hooks.pairs,
            parse_constant=hooks.constant,
            parse_float=hooks.real,
            parse_int=hooks.integer,
        )
    except json.JSONDecodeError as error:
        tree = scan_json(text[: error.pos])
        tree.report(JSON_SYNTAX, error.pos, f"this is not JSON: {error.msg}", _syntax_help(text, error.pos))
        return None, tree.problems
    except RecursionError:
        return None, scan_json(text).problems or [_too_deep()]
    may_be_deep = text.count("{") + text.count("[") > MAX_DEPTH  # most texts have not that many, at any depth
    if hooks.is_suspect or (may_be_deep and _depth(content) > MAX_DEPTH):
        return None, scan_json(text).problems
    return content, []


def _too_deep() -> Problem:
    return Problem(NESTING_DEPTH, 0, "", "arrays and objects are nested too deep", "move inner subschemas to $defs")


def _syntax_help(text: str, offset: int) -> str:
    if text[offset : offset + 1] in ("}", "]", ",") and text[:offset].rstrip().endswith(","):
        return "take out the comma before this place"
    helps = {
        "": "complete the file, which ends too early",
        "'": "write strings and keys in double quotes",
        "/": "take the comment out, or use $comment: JSON has no comments",
        "#": "take the comment out, or use $comment: JSON has no comments",
        ",": "take out the comma",
    }
    return helps.get(text[offset : offset + 1], "correct the text at this place")


def _depth(content: JSON) -> int:
    """Return how deep arrays and objects are nested, level by level, as a recursion could be too deep itself."""
    depth = 0
    level = [content] if isinstance(content, dict | list) else []
    while level:
        depth += 1
        level = [
            value
            for node in level
            for value in (node.values() if isinstance(node, dict) else node)
            if isinstance(value, dict | list)
        ]
    return depth


_TOKEN = r"""(?sx) [ \t\n\r]*+ (?:
    (?P<mark>[{}\[\],:])
  | (?P<string>"[^"\\]*+(?:\\.[^"\\]*+)*+")
  | (?P<scalar>[^ \t\n\r{}\[\],:"]++)
)"""


def scan_json(text: str) -> Tree:
    """Return the nodes and problems of a JSON text, as far as it is JSON; one that is too deep ends there."""
    tree = Tree()
    token = re.compile(_TOKEN)
    offset = 0
    while match := token.match(text, offset):
        offset = match.end()
        start, kind = match.start(match.lastgroup or 0), match.lastgroup
        if kind == "mark":
            if not _scan_mark(tree, match["mark"], start):
                break
        elif kind == "string" and tree.wants_key:
            tree.key(_unescaped(match["string"]), start)
        else:
            _scan_scalar(tree, match["scalar"], start)
    return tree


def _scan_mark(tree: Tree, mark: str, start: int) -> bool:
    """Open or close an array or object; False where the scan has to end."""
    if mark in "[{":
        return tree.push(Node(start, start, {}, is_array=mark == "["))
    if mark in "]}":
        if not tree.depth:
            return False
        tree.pop()
    return True


def _scan_scalar(tree: Tree, scalar: str | None, start: int) -> None:
    if scalar in ("NaN", "Infinity", "-Infinity"):
        tree.report(NUMBER_RANGE, start, f"{scalar} is not a JSON number", NOT_A_NUMBER)
    elif scalar is not None and re.fullmatch(_NUMBER, scalar) and not in_range(scalar):
        tree.report(NUMBER_RANGE, start, f"the number {shortened(scalar)} is beyond a double", OUT_OF_RANGE)
    tree.add(Node(start, start))


_NUMBER = r"-?[0-9]+(\.[0-9]+)?([eE][-+]?[0-9]+)?"


def _unescaped(string: str) -> str:
    if "\\" not in string:
        return string[1:-1]
    value = json.loads(string, strict=False)
    return str(value)
