"""YAML texts: YAML 1.2 with the core schema's scalars, cut down to what JSON can say.

The only home of `yaml`, whose parser gives events; what they mean is decided here. Source: YAML 1.2.2, sections 3.2.1
and 10.3.
"""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ..ir import JSON
from .positions import (
    MAX_DEPTH,
    NESTING_DEPTH,
    NOT_A_NUMBER,
    NUMBER_RANGE,
    OUT_OF_RANGE,
    YAML_FEATURE,
    YAML_SYNTAX,
    Node,
    Problem,
    Tree,
    in_range,
    quoted,
    shortened,
)

if TYPE_CHECKING:
    import yaml

MAX_ALIASED = 1_000_000
"""How many values and characters the aliases of one YAML file may repeat, in all."""

_VALUES_OF_ANY = 2_000
_VALUES_OF_A_CHARACTER = 2
"""How many values they may repeat in a file of so many characters: who writes aliases by hand is far below it."""


def parse_yaml(text: str) -> tuple[JSON, list[Problem]]:
    """Return the value of a YAML text, None if there are problems, and the problems."""
    tree = scan_yaml(text)
    if tree.problems or tree.root is None:
        return None, tree.problems
    repeated = _Repetition(_VALUES_OF_ANY + _VALUES_OF_A_CHARACTER * len(text), MAX_ALIASED)
    content = repeated.content(tree.root, 0)
    if repeated.fault is not None:
        return None, [repeated.fault]
    return content, []


@dataclass(slots=True)
class _Repetition:
    """Makes the value of a YAML node, every alias a copy of its own, and stops at a limit."""

    values: int
    left: int
    fault: Problem | None = None

    def content(self, node: Node, depth: int, alias: int | None = None) -> JSON:
        """Return the value of a node; `alias` is where the outermost alias stands that repeats it."""
        if alias is None and node.is_alias:
            alias = node.start
        if alias is not None:
            self._count(node, alias)
        if self.fault is not None or node.members is None:
            return node.value
        if depth >= MAX_DEPTH:
            message = f"aliases nest arrays and objects more than {MAX_DEPTH} levels deep"
            self.fault = Problem(NESTING_DEPTH, node.start, "", message, "use $ref in place of aliases")
            return None
        if node.is_array:
            return [self.content(member, depth + 1, alias) for member in node.members.values()]
        return {token: self.content(member, depth + 1, alias) for token, member in node.members.items()}

    def _count(self, node: Node, alias: int) -> None:
        """Take a value that an alias repeats off what may be repeated, by its keys and its text."""
        keys = () if node.members is None or node.is_array else node.members
        self.values -= 1
        self.left -= 1 + sum(map(len, keys)) + (len(node.value) if isinstance(node.value, str) else 0)
        if (self.left < 0 or self.values < 0) and self.fault is None:
            much = (
                f"{MAX_ALIASED} values and characters" if self.left < 0 else "twice the values that the file could hold"
            )
            message = f"aliases repeat more than {much}"
            self.fault = Problem(YAML_FEATURE, alias, "", message, "use $ref in place of aliases")


# The patterns are compiled on first use (`re` keeps them): most runs need none of them, and together they cost
# as much as the rest of this module's import.
_YAML_REFUSED = "[^\t\n\r\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"
"""What YAML has no place for, and three line breaks of YAML 1.1 that 1.2 reads as ordinary characters."""


def scan_yaml(text: str) -> Tree:
    """Return the nodes and problems of a YAML text; the first error of syntax ends it."""
    import yaml

    reader = _YamlReader()
    refused = re.search(_YAML_REFUSED, text)
    if refused is not None:
        message = f"the character U+{ord(refused[0]):04X} can't stand in YAML as it is"
        reader.tree.report(YAML_SYNTAX, refused.start(), message, "write it as an escape, in double quotes")
        return reader.tree
    loader: type[yaml.SafeLoader | yaml.CSafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        for event in yaml.parse(text, Loader=loader):
            if not reader.read(event):
                break
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        message = ", ".join(part for part in (error.context, error.problem) if part)
        offset = mark.index if mark is not None else 0
        reader.tree.report(YAML_SYNTAX, offset, f"this is not YAML: {message}", "correct the text at this place")
    except yaml.YAMLError as error:
        reader.tree.report(YAML_SYNTAX, 0, f"this is not YAML: {error}", "correct the text")
    return reader.tree


_CORE_SCALARS: tuple[tuple[str, str], ...] = (
    (r"null|Null|NULL|~|", "null"),
    (r"true|True|TRUE|false|False|FALSE", "boolean"),
    (r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+", "integer"),
    (r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?", "number"),
    (r"[-+]?(\.inf|\.Inf|\.INF)|\.nan|\.NaN|\.NAN", "constant"),
)
"""How YAML 1.2's core schema reads a plain scalar (section 10.3.2); what fits none is a string."""


def _core_type(event: yaml.ScalarEvent) -> str:
    if event.style:
        return "string"
    return next((name for pattern, name in _CORE_SCALARS if re.fullmatch(pattern, event.value)), "string")


def _start(event: yaml.Event) -> int:
    """Return the offset of the event; the parser gives every event a mark, though its types don't promise it."""
    return event.start_mark.index if event.start_mark is not None else 0


@dataclass(slots=True)
class _YamlReader:
    """Reads the events of one YAML stream into a tree."""

    tree: Tree = field(default_factory=Tree)
    _anchors: dict[str, Node] = field(default_factory=dict)
    _documents: int = 0
    _skipped: int = 0  # how many collections are open that stand where a key should

    def read(self, event: yaml.Event) -> bool:
        """Take one event; False if nothing after it makes sense."""
        import yaml

        if isinstance(event, yaml.CollectionEndEvent):
            return self._end()
        if isinstance(event, yaml.DocumentStartEvent):
            return self._document(event)
        if not isinstance(event, yaml.NodeEvent):
            return True
        if self._skipped:
            self._skipped += isinstance(event, yaml.CollectionStartEvent)
            return True
        self._check_tag(event)
        if isinstance(event, yaml.CollectionStartEvent):
            return self._start(event)
        if isinstance(event, yaml.ScalarEvent):
            return self._scalar(event)
        return self._alias(event)

    def _document(self, event: yaml.DocumentStartEvent) -> bool:
        self._documents += 1
        start = _start(event)
        if self._documents > 1:
            self.tree.report(YAML_FEATURE, start, "the file holds a second YAML document", "give it a file of its own")
            return False
        version = event.version
        if version is not None and tuple(version) != (1, 2):
            message = f"the file says that it is YAML {version[0]}.{version[1]}, and is read as YAML 1.2"
            self.tree.report(YAML_FEATURE, start, message, "take the %YAML line out, and see that 1.2 reads the same")
        return True

    def _check_tag(self, event: yaml.NodeEvent) -> None:
        tag = getattr(event, "tag", None)
        if tag:
            message = f"the tag {quoted(tag)} has no meaning in JSON"
            self.tree.report(
                YAML_FEATURE, _start(event), message, "take the tag out, and quote the value if it is a string"
            )

    def _start(self, event: yaml.CollectionStartEvent) -> bool:
        import yaml

        start = _start(event)
        if self.tree.wants_key:
            self.tree.report(YAML_FEATURE, start, "a key is an array or object", "make the key a string")
            self._skipped = 1
            return True
        node = Node(start, start, {}, is_array=isinstance(event, yaml.SequenceStartEvent))
        self._anchor(event, node)
        return self.tree.push(node)

    def _end(self) -> bool:
        if not self._skipped:
            self.tree.pop()
            return True
        self._skipped -= 1
        if not self._skipped:
            self.tree.refused_key()
        return True

    def _scalar(self, event: yaml.ScalarEvent) -> bool:
        start, kind = _start(event), _core_type(event)
        if self.tree.wants_key:
            self._key(event, kind)
            return True
        node = Node(start, start, value=self._value(event.value, kind, start))
        self._anchor(event, node)
        self.tree.add(node)
        return True

    def _key(self, event: yaml.ScalarEvent, kind: str) -> None:
        start, text = _start(event), event.value
        self.tree.key(text, start)
        if kind != "string":
            article = "an" if kind == "integer" else "a"
            named = "null" if kind == "null" else f"{article} {kind}"
            self.tree.report(
                YAML_FEATURE, start, f"the key {text or '(empty)'} is {named}, not a string", "quote the key"
            )
        elif text == "<<" and not event.style:
            help = "write the members out, use allOf with $ref, or quote the key if it is a name"
            self.tree.report(YAML_FEATURE, start, "the merge key << is not part of YAML 1.2", help)
        self._anchor(event, Node(start, start, value=text))

    def _value(self, text: str, kind: str, start: int) -> JSON:
        if kind == "constant":
            self.tree.report(NUMBER_RANGE, start, f"{text} is not a JSON number", NOT_A_NUMBER)
        if kind in ("null", "constant"):
            return None
        if kind == "boolean":
            return text.lower() == "true"
        return text if kind == "string" else self._number(text, kind, start)

    def _number(self, text: str, kind: str, start: int) -> JSON:
        if text.startswith(("0o", "0x")):
            value = int(text[2:], 8 if text[1] == "o" else 16)
            fits = value <= int(sys.float_info.max)
        else:
            fits = in_range(text)
            value = int(text.lstrip("+-0") or "0") if fits and kind == "integer" else 0
            value = -value if text.startswith("-") else value
        if not fits:
            self.tree.report(NUMBER_RANGE, start, f"the number {shortened(text)} is beyond a double", OUT_OF_RANGE)
        return float(text) if kind == "number" else value

    def _anchor(self, event: yaml.NodeEvent, node: Node) -> None:
        if event.anchor is not None:
            self._anchors[event.anchor] = node

    def _alias(self, event: yaml.NodeEvent) -> bool:
        start = _start(event)
        node = self._anchors.get(event.anchor or "")
        if self.tree.wants_key:
            self.tree.report(YAML_FEATURE, start, "a key is an alias", "write the key out")
            self.tree.refused_key()
            return True
        if node is None or self.tree.is_open(node):
            what = "leads to no anchor before it" if node is None else "leads to a value that it is part of"
            self.tree.report(YAML_FEATURE, start, f"the alias *{event.anchor} {what}", "use $ref, or write it out")
            node = Node(start, start)
        self.tree.add(Node(start, start, node.members, node.is_array, node.value, is_alias=True))
        return True
