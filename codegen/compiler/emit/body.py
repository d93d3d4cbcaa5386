"""The body of one function while it is written: its statements so far, and the variables in use."""

from __future__ import annotations

import keyword
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import lru_cache
from typing import NamedTuple

from ... import names
from ...records import dataclass
from . import templates
from .templates import Part
from .tree import Expression, For, Group, If, Name, Pass, Statement, Try, uses


class Place(NamedTuple):
    """Where a statement can still be written: in one of the blocks that are open, before others."""

    block: list[Statement]
    before: int


@dataclass(frozen=True, slots=True)
class Piece:
    """Statements that may stand in many places, how many lines they have, and the stem and name of each variable."""

    statements: tuple[Group, ...]
    length: int
    variables: tuple[tuple[str, str], ...]


class Mark(NamedTuple):
    """How far a body is written."""

    block: list[Statement]
    statements: int
    length: int
    variables: int


class Body:
    """The body of one function while it is written; its length is in lines, as if each could be as long as it likes."""

    def __init__(self, *taken: str) -> None:
        self._open: list[list[Statement]] = [[]]  # the blocks around the next statement, from the outermost on
        self._length = 0
        self._taken = set(taken)
        self._given: list[tuple[str, str]] = []  # the variables so far, as a piece has them

    def add(self, template: str, **parts: Part) -> None:
        """Write a simple statement, a template with its parts."""
        self.append(templates.statement(template, **parts))

    def append(self, statement: Statement) -> None:
        """Write a simple statement."""
        self._open[-1].append(statement)
        self._length += 1

    # Each of these writes what comes within one step deeper; an empty block is `pass`.

    @contextmanager
    def if_(self, test: Expression) -> Iterator[None]:
        """Write what comes within for when a test holds."""
        self._begin()
        yield
        block = self._end()
        self._open[-1].append(If(((test, block),)))

    @contextmanager
    def elif_(self, test: Expression) -> Iterator[None]:
        """Write what comes within for when no test so far holds, but this one."""
        self._begin()
        yield
        block, last = self._end(), self._last_if()
        self._open[-1][-1] = replace(last, branches=(*last.branches, (test, block)))

    @contextmanager
    def else_(self) -> Iterator[None]:
        """Write what comes within for when no test so far holds."""
        self._begin()
        yield
        block = self._end()
        self._open[-1][-1] = replace(self._last_if(), orelse=block)

    @contextmanager
    def for_(self, values: Expression, *variables: Name) -> Iterator[None]:
        """Write a loop, and what comes within; no loop if nothing does, and `_` for a variable that nothing uses."""
        length = self._length
        self._begin()
        yield
        block = self._end()
        if all(isinstance(statement, Pass) for statement in block):
            self._length = length
            return
        shown = tuple([variable if uses(block, variable) else _UNUSED for variable in variables])
        self._open[-1].append(For(shown, values, block))

    @contextmanager
    def try_(self, handler: Sequence[Statement], *exceptions: Expression) -> Iterator[None]:
        """Write what comes within, and simple statements for when one of some exceptions ends it."""
        self._begin()
        yield
        block = self._end()
        self._open[-1].append(Try(block, exceptions, tuple(handler)))
        self._length += 1 + len(handler)

    def _begin(self) -> None:
        self._open.append([])
        self._length += 1

    def _end(self) -> tuple[Statement, ...]:
        if not self._open[-1]:
            self.append(Pass())
        return tuple(self._open.pop())

    def _last_if(self) -> If:
        last = self._open[-1][-1]
        if not isinstance(last, If) or last.orelse:
            raise TypeError(f"no `if` stands before: {last}")
        return last

    def wrap(self, handler: Statement, *exceptions: Expression) -> None:
        """Put all that is written so far in a `try`, with the one statement for when one of some exceptions ends it."""
        (block,) = self._open
        block[:] = [Try(tuple(block), exceptions, (handler,))]
        self._length += 3

    def place(self) -> Place:
        """Return where the next statement comes."""
        return Place(self._open[-1], len(self._open[-1]))

    def insert(self, place: Place, template: str, **parts: Part) -> None:
        """Write a simple statement at a place that others have come after."""
        place.block.insert(place.before, templates.statement(template, **parts))
        self._length += 1

    def begin(self, statement: Statement) -> None:
        """Write a simple statement before all others."""
        self._open[0].insert(0, statement)
        self._length += 1

    def drop_unused(self, place: Place, variable: Name) -> None:
        """Take back the statement at a place, which gives a variable its value, if nothing after it uses that."""
        if not uses(tuple(place.block[place.before + 1 :]), variable):
            del place.block[place.before]
            self._length -= 1

    def fresh(self, hint: str) -> Name:
        """Return a variable that the function does not use yet, named after the hint."""
        return _variable(self._fresh(_stem(hint)))

    def _fresh(self, stem: str) -> str:
        free = names.unique(stem, self._taken)
        self._taken.add(free)
        self._given.append((stem, free))
        return free

    # Pieces

    def mark(self) -> Mark:
        """Return where a piece begins."""
        return Mark(self._open[-1], len(self._open[-1]), self._length, len(self._given))

    def since(self, mark: Mark) -> Piece:
        """Return what was written since, in the block that was open then, and make it one group there."""
        written = tuple(mark.block[mark.statements :])
        mark.block[mark.statements :] = grouped = (Group(written),) if written else ()
        return Piece(grouped, self._length - mark.length, tuple(self._given[mark.variables :]))

    def repeat(self, piece: Piece) -> bool:
        """Write a piece again, unless its variables would have other names here; return whether it was written."""
        given = len(self._given)
        for stem, name in piece.variables:
            if self._fresh(stem) != name:
                self._taken.difference_update([taken for _, taken in self._given[given:]])
                del self._given[given:]
                return False
        self._open[-1].extend(piece.statements)
        self._length += piece.length
        return True

    def statements(self) -> tuple[Statement, ...]:
        """Return all that was written."""
        (block,) = self._open
        return tuple(block)

    def __len__(self) -> int:
        """Return how many lines there are, if none is broken."""
        return self._length


@lru_cache(maxsize=4096)
def _stem(hint: str) -> str:
    """Return a variable's name by itself: an identifier that hides nothing."""
    stem = names.plain(names.identifier(hint, "item"), "item").lower()
    return f"{stem}_" if stem in _USED or keyword.iskeyword(stem) else stem


_variable = lru_cache(maxsize=4096)(Name)

_UNUSED = Name("_")
_USED = frozenset(
    {
        *("type", "len", "dict", "list", "str", "int", "float", "bool", "set", "range", "sum", "enumerate", "object"),
        *("re", "datetime", "date", "time", "uuid", "ipaddress", "annotations", "isinstance", "tuple", "cls", "self"),
        "quoted",
    }
)
"""Names that the generated functions use themselves, and a variable must not hide."""
