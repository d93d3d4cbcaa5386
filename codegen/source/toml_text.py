"""TOML texts: their values, and where every key, table and item stands, which tomllib does not say.

Source: TOML 1.0.0. Only texts that tomllib has read are scanned, so that nothing has to be refused here.
"""

from __future__ import annotations

import re
import stat
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import field, replace
from functools import lru_cache
from pathlib import Path
from typing import Final

from ..findings import Finding, Place, Rejected, Rule
from ..ir import escape_token
from ..records import dataclass

# Compiled on first use, which is the first finding.
_TOKEN = r"""(?sx)
    (?P<blank>[ \t\r]+|\#[^\n]*)
  | (?P<string>\"{3}(?:[^\\]|\\.)*?\"{3,5}|'{3}.*?'{3,5}|"(?:[^"\\\n]|\\.)*"|'[^'\n]*')
  | (?P<mark>[\n\[\]{}=,.])
  | (?P<bare>[^\s\[\]{}=,.\#"']+)
"""


@dataclass(frozen=True, slots=True)
class Toml:
    """A TOML file as it was read: the name that findings give it, its text and its values."""

    file: str = ""
    text: str = field(default="", repr=False)
    values: Mapping[str, object] = field(default_factory=dict)

    def place(self, *keys: str) -> Place:
        """Return where a key or an item stands, or the nearest one around it; its JSON Pointer is that of the key."""
        pointer = "".join(f"/{escape_token(key)}" for key in keys)
        return replace(key_place(self.file, self.text, keys), pointer=pointer)


def read_toml(file: Path, unreadable: Rule, syntax: Rule) -> Toml:
    """Return a TOML file of at most a mebibyte; raises Rejected by a rule for what can't be read, or for its syntax.

    Only a regular file is opened, since a FIFO or a device may never end.
    """
    name = file.as_posix()
    try:
        status = file.stat()
        if not stat.S_ISREG(status.st_mode):
            raise _unreadable(unreadable, name, "it is not a regular file")
        if status.st_size > _MAX_BYTES:
            raise _unreadable(unreadable, name, f"it has more than {_MAX_BYTES // 1024**2} MiB")
        data = file.read_bytes()
    except (OSError, ValueError) as error:  # a NUL in the name is a ValueError
        raise _unreadable(unreadable, name, str(getattr(error, "strerror", None) or error)) from error
    text = _decoded(syntax, name, data)
    try:
        return Toml(name, text, tomllib.loads(text))
    except (ValueError, RecursionError) as error:  # a number with too many digits is a plain ValueError
        raise Rejected([_syntax(syntax, name, text, error)]) from error


_MAX_BYTES: Final = 1024 * 1024


def _unreadable(rule: Rule, name: str, why: str) -> Rejected:
    return Rejected([Finding(rule, Place(name), f"this file can't be read: {why}", "name a file that is there")])


def _decoded(rule: Rule, name: str, data: bytes) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        before = data[: error.start].decode()
        place = Place(name, before.count("\n") + 1, len(before) - before.rfind("\n"))
        message = f"the file is not UTF-8: {error.reason}"
        raise Rejected([Finding(rule, place, message, "save the file as UTF-8")]) from error


def _syntax(rule: Rule, name: str, text: str, error: Exception) -> Finding:
    if text.startswith("\ufeff"):
        help = "save the file as UTF-8 without a byte order mark"
        return Finding(rule, Place(name, 1, 1), "the file starts with a byte order mark", help)
    place, reason = _syntax_place(name, error)
    return Finding(rule, place, f"this is not TOML: {reason}", "correct the text at this place")


def key_place(file: str, text: str, keys: tuple[str, ...]) -> Place:
    """Return the line and column of a key or of an item (by its index), or of the nearest one around it."""
    offsets = _offsets(text)
    for length in range(len(keys), 0, -1):
        offset = offsets.get(keys[:length])
        if offset is not None:
            return Place(file, text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset))
    return Place(file)


def _syntax_place(file: str, error: Exception) -> tuple[Place, str]:
    """Return where tomllib found a fault, as far as it says so, and what it says without that."""
    match = re.search(r" \(at line (\d+), column (\d+)\)$", str(error))
    if match is None:
        return Place(file), str(error)
    return Place(file, int(match[1]), int(match[2])), str(error)[: match.start()]


@lru_cache(maxsize=4)
def _offsets(text: str) -> dict[tuple[str, ...], int]:
    return _Scanner(text).offsets


class _Open:
    """An array or a table while its members are read; `index` counts an array's, `key` is a table's at hand."""

    def __init__(self, path: tuple[str, ...], index: int | None) -> None:
        self.path = path
        self.index = index
        self.key: tuple[str, ...] = ()

    @property
    def here(self) -> tuple[str, ...]:
        return (*self.path, *(self.key if self.index is None else (str(self.index),)))


class _Scanner:
    """Reads a text once; `offsets` then has where each key, table and item is first named."""

    def __init__(self, text: str) -> None:
        self.offsets: dict[tuple[str, ...], int] = {}
        self._counts: dict[tuple[str, ...], int] = {}  # of the tables in each array of tables
        self._tokens = [match for match in _tokens(text) if match.lastgroup != "blank"]
        self._next = 0
        self._open = [_Open((), None)]
        while self._next < len(self._tokens):
            self._step()

    def _step(self) -> None:
        within, token = self._open[-1], self._tokens[self._next]
        is_mark = token.lastgroup == "mark"
        if within.index is None and not within.key and not (is_mark and token[0] != "["):
            if token[0] == "[" and is_mark:
                self._header(token.start())
            else:
                within.key = self._key(within.path)
            return
        self._next += 1
        if not is_mark or token[0] in ("[", "{"):
            self.offsets.setdefault(within.here, token.start())
        if is_mark and token[0] in ("[", "{"):
            self._open.append(_Open(within.here, 0 if token[0] == "[" else None))
        elif is_mark and token[0] in ("]", "}"):
            self._open.pop()
        elif is_mark and (token[0] == "," or (token[0] == "\n" and len(self._open) == 1)):
            within.key = ()
            within.index = None if within.index is None else within.index + 1

    def _header(self, start: int) -> None:
        """Read `[a.b]` or `[[a.b]]`, which says what the keys below it belong to."""
        is_array = self._tokens[self._next + 1].start() == start + 1 and self._tokens[self._next + 1][0] == "["
        self._next += 2 if is_array else 1
        path: tuple[str, ...] = ()
        parts = self._parts()
        for part in parts[:-1]:
            path = self._within((*path, part), start)
        path = (*path, parts[-1])
        if is_array:
            self._counts[path] = self._counts.get(path, -1) + 1
        self._open = [_Open(self._within(path, start), None)]
        self._next += 2 if is_array else 1

    def _within(self, path: tuple[str, ...], start: int) -> tuple[str, ...]:
        """Return the path of the table that a name stands for now: of an array of tables it is the last one."""
        self.offsets.setdefault(path, start)
        if path in self._counts:
            path = (*path, str(self._counts[path]))
            self.offsets.setdefault(path, start)
        return path

    def _key(self, path: tuple[str, ...]) -> tuple[str, ...]:
        """Read a key, which may be dotted, up to its value."""
        start = self._tokens[self._next].start()
        parts = self._parts()
        for length in range(1, len(parts) + 1):
            self.offsets.setdefault((*path, *parts[:length]), start)
        self._next += 1  # the equals sign
        return parts

    def _parts(self) -> tuple[str, ...]:
        parts = []
        while (token := self._tokens[self._next])[0] not in ("=", "]"):
            if token[0] != ".":
                parts.append(token[0] if token.lastgroup == "bare" else next(iter(tomllib.loads(f"{token[0]} = 0"))))
            self._next += 1
        return tuple(parts)


def _tokens(text: str) -> Iterator[re.Match[str]]:
    token, offset = re.compile(_TOKEN), 0
    while match := token.match(text, offset):
        offset = match.end()
        yield match
