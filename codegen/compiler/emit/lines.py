"""Lines of Python, collected with their depth."""

from __future__ import annotations

import keyword
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from ... import names
from ...escapes import Code, code, join
from ...escapes.python import escaped, literal


class Lines:
    """The body of one function while it is written: its lines so far, the depth, and the variables in use."""

    def __init__(self, *taken: str) -> None:
        self._lines: list[str] = []
        self._depth = 1
        self._taken = set(taken)

    def add(self, template: str, **parts: Code | int) -> None:
        """Write one line, a template with its parts, at the depth."""
        self._lines.append("    " * self._depth + code(template, **parts))

    @contextmanager
    def block(self, template: str, **parts: Code | int) -> Iterator[None]:
        """Write a line that opens a block, and what comes within one step deeper; an empty block is `pass`."""
        self.add(template, **parts)
        length = len(self._lines)
        self._depth += 1
        yield
        if len(self._lines) == length:
            self.add("pass")
        self._depth -= 1

    @contextmanager
    def loop(self, values: Code, *variables: Code) -> Iterator[None]:
        """Write a loop, and what comes within; no loop if nothing does, and `_` for a variable that nothing uses."""
        start = len(self._lines)
        with self.block("for {variables} in {values}:", variables=join(", ", variables), values=values):
            yield
        body = self._lines[start + 1 :]
        if all(line.strip() == "pass" for line in body):
            del self._lines[start:]
            return
        used = set(_WORD.findall("\n".join(body)))
        if not used.issuperset(variables):
            shown = join(", ", [variable if variable in used else Code("_") for variable in variables])
            self._lines[start] = "    " * self._depth + code("for {shown} in {values}:", shown=shown, values=values)

    def place(self) -> tuple[int, int]:
        """Return where the next line comes: after how many, and at what depth."""
        return len(self._lines), self._depth

    def drop_unused(self, index: int, variable: Code) -> None:
        """Take back the line that gives a variable its value, if no line after it uses the variable."""
        if variable not in _WORD.findall("\n".join(self._lines[index + 1 :])):
            del self._lines[index]

    def insert(self, place: tuple[int, int], template: str, **parts: Code | int) -> None:
        """Write one line at a place that others have come after."""
        index, depth = place
        self._lines.insert(index, "    " * depth + code(template, **parts))

    def wrap(self, before: str, after: str, end: Code) -> None:
        """Put all lines so far one step deeper, between two that open a block; the second holds the `end`."""
        self._lines = [f"    {before}", *(f"    {line}" for line in self._lines)]
        with self.block(after):
            self.add("{end}", end=end)

    def fresh(self, hint: str) -> Code:
        """Return a variable's name that the function does not use yet, made from the hint."""
        stem = names.identifier(hint, "item").lower()
        if stem in _USED or keyword.iskeyword(stem):
            stem += "_"
        free = names.unique(stem, self._taken)
        self._taken.add(free)
        return Code(free)

    def text(self) -> Code:
        """Return all lines."""
        return Code("\n".join(self._lines))  # each is blanks and Code

    def __len__(self) -> int:
        """Return how many lines there are."""
        return len(self._lines)


_WORD = re.compile(r"\w+")
_USED = frozenset(
    {
        *("type", "len", "dict", "list", "str", "int", "float", "bool", "set", "range", "sum", "enumerate", "object"),
        *(
            "re",
            "datetime",
            "date",
            "time",
            "uuid",
            "ipaddress",
            "annotations",
            "isinstance",
            "tuple",
            "cls",
            "self",
            "quoted",
        ),
    }
)
"""Names that the generated functions use themselves, and a variable must not hide."""


def f_string(*parts: Code | str) -> Code:
    """Return an f-string of texts and of `Code` expressions; a lone part is a literal or the expression."""
    parts = tuple(part for part in parts if part)
    if len(parts) == 1 and isinstance(parts[0], Code):
        return parts[0]
    if not any(isinstance(part, Code) for part in parts):
        return literal("".join(parts))
    quote = _quote_of(parts)
    if quote is None:
        raise ValueError(f"no f-string before Python 3.12: {parts}")
    shown = [f"{{{part}}}" if isinstance(part, Code) else _inner(part, quote) for part in parts]
    return Code(f"f{quote}{''.join(shown)}{quote}")


def _quote_of(parts: Iterable[Code | str]) -> str | None:
    """Return the quote around an f-string of these parts: none may stand in an expression. None if both do."""
    codes, texts = set[str](), set[str]()
    for part in parts:
        (codes if isinstance(part, Code) else texts).update(_QUOTES.intersection(part))
    free = sorted(_QUOTES - codes, key=lambda quote: (quote in texts, quote))  # the double quote is the first of equals
    return free[0] if free else None


_QUOTES = frozenset("\"'")


def _inner(text: str, quote: str) -> str:
    return escaped(text, quote).replace("{", "{{").replace("}", "}}")
