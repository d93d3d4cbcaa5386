"""Load: bytes to values, strictly, with a line and a column for every JSON Pointer.

Only this module reads the schema folder. What it can't read as one JSON value of one meaning is a finding, and
all findings of a folder come at once. YAML is YAML 1.2 with the core schema's scalars, cut down to what JSON
can say.

Sources: RFC 8259 (JSON), RFC 6901 (JSON Pointer), YAML 1.2.2 sections 3.2.1 and 10.3.
"""

from __future__ import annotations

import hashlib
import json
import keyword
import os
import re
import stat
import sys
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeAlias

from codegen.findings import Finding, Place, Rule
from codegen.ir import JSON, escape_token

if TYPE_CHECKING:
    import yaml

MAX_BYTES = 64 * 1024 * 1024
"""The largest file that is read."""

MAX_DEPTH = 200
"""The deepest nesting of arrays and objects that is read.

Python compiles no literal with more than 200 open brackets, and what comes after walks schemas by recursion.
"""

MAX_ALIASED = 1_000_000
"""How many values and characters the aliases of one YAML file may repeat, in all."""

RESERVED_MODULES = frozenset(
    {"annotations", "importlib", "typing", "con", "prn", "aux", "nul"}
    | {f"{device}{number}" for device in ("com", "lpt") for number in range(1, 10)}
)
"""Names that no module gets: those that a package's `__init__` binds itself, and Windows' device names."""

FOLDER_MISSING = Rule("folder-missing", "The schema folder is there and can be listed.", exit_code=2)
FOLDER_EMPTY = Rule("folder-empty", "The schema folder holds at least one schema file.")
FILE_UNREADABLE = Rule("file-unreadable", "Every schema file can be opened and read.", exit_code=2)
FILE_KIND = Rule("file-kind", "A schema file is a regular file: no FIFO, device or socket.")
FILE_LINK = Rule("file-link", "A symbolic link leads to a file within the schema folder.")
FILE_NAME = Rule("file-name", "A file's name is Unicode text without control characters.")
FILE_SIZE = Rule("file-size", "A schema file has at most 64 MiB.")
ENCODING = Rule("encoding", "A schema file is UTF-8.")
BYTE_ORDER_MARK = Rule("byte-order-mark", "A schema file starts without a byte order mark.")
JSON_SYNTAX = Rule("json-syntax", "A .json file is one JSON value as RFC 8259 has it.")
YAML_SYNTAX = Rule("yaml-syntax", "A .yaml or .yml file is one YAML 1.2 document.")
YAML_FEATURE = Rule("yaml-feature", "YAML says nothing that JSON can't: no tags, no merge keys, string keys only.")
DUPLICATE_KEY = Rule("duplicate-key", "An object has each of its keys once.")
NUMBER_RANGE = Rule("number-range", "A number is finite and within the range of a double.")
NESTING_DEPTH = Rule("nesting-depth", "Arrays and objects are nested at most 200 levels deep.")
ROOT_TYPE = Rule("root-type", "A schema is an object or a boolean.")
MODULE_CLASH = Rule("module-clash", "Every schema file has a module name of its own.")

RULES: tuple[Rule, ...] = (
    FOLDER_MISSING,
    FOLDER_EMPTY,
    FILE_UNREADABLE,
    FILE_KIND,
    FILE_LINK,
    FILE_NAME,
    FILE_SIZE,
    ENCODING,
    BYTE_ORDER_MARK,
    JSON_SYNTAX,
    YAML_SYNTAX,
    YAML_FEATURE,
    DUPLICATE_KEY,
    NUMBER_RANGE,
    NESTING_DEPTH,
    ROOT_TYPE,
    MODULE_CLASH,
)

Format: TypeAlias = Literal["json", "yaml"]

_FORMATS: Mapping[str, Format] = {".json": "json", ".yaml": "yaml", ".yml": "yaml"}


@dataclass(frozen=True, slots=True)
class Source:
    """One schema file as it was read: its text and its value.

    `path` is posix and relative to its folder, `digest` the SHA-256 of its bytes in hex, `file` the name that
    findings give it.
    """

    path: str
    text: str
    content: JSON
    digest: str
    format: Format
    file: str


Loaded: TypeAlias = tuple[Source | None, tuple[Finding, ...]]


# --- Folders and files


def load_folder(folder: Path, *, public: bool = True) -> tuple[tuple[Source, ...], tuple[Finding, ...]]:
    """Return every schema file below the folder, by path in code point order, and all findings of all of them.

    A folder that is only referred to (not `public`) may be empty, and makes no modules that could clash.
    """
    paths, findings = _schema_paths(folder)
    sources = []
    for path in paths:
        source, found = load_file(folder / path, path)
        findings.extend(found)
        if source is not None:
            sources.append(source)
    if public:
        findings.extend(_module_clashes(folder, paths))
        if not paths and not findings:
            findings.append(_empty(folder))
    return tuple(sources), tuple(sorted(findings, key=lambda finding: _order(finding.place)))


def folder_digests(folder: Path) -> dict[str, str] | None:
    """Return the SHA-256 of every schema file below the folder by path, None if `load_folder` has to say why not.

    Nothing is parsed: this is the cheap question whether anything changed.
    """
    paths, findings = _schema_paths(folder)
    if findings:
        return None
    digests = {}
    for path in paths:
        data = _bytes(folder / path)
        if isinstance(data, Finding):
            return None
        digests[path] = hashlib.sha256(data).hexdigest()
    return digests


def load_file(file: Path, path: str | None = None) -> Loaded:
    """Return one file's source, None if anything is wrong with it, and the findings.

    `path` is its path relative to its folder; the file's name, if it is not given. The suffix says the format.
    """
    path = file.name if path is None else path
    data = _bytes(file)
    if isinstance(data, Finding):
        return None, (data,)
    name = file.as_posix()
    early = []
    if data.startswith(b"\xef\xbb\xbf"):
        early.append(_byte_order_mark(name))
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return None, (*early, _not_utf8(name, data, error))
    source, findings = _parsed(path, text, name, hashlib.sha256(data).hexdigest())
    return (None if early else source), (*early, *findings)


def load_text(path: str, text: str, *, file: str | None = None) -> Loaded:
    """Return the source of a text that is no file (yet), None if anything is wrong with it, and the findings.

    The suffix of `path` says the format; `file` is the name that findings give it, `path` if it is not given.
    """
    name = path if file is None else file
    if text.startswith("\ufeff"):
        return None, (_byte_order_mark(name),)
    try:
        data = text.encode()
    except UnicodeEncodeError as error:
        place = _place(name, text, error.start)
        return None, (Finding(ENCODING, place, "a lone surrogate is no character", "Write it as an escape."),)
    return _parsed(path, text, name, hashlib.sha256(data).hexdigest())


def from_value(path: str, content: JSON) -> Source:
    """Return a source for a value that comes from no file; its text is the value as indented JSON."""
    text = json.dumps(content, indent=2)
    return Source(path, text, content, hashlib.sha256(text.encode()).hexdigest(), "json", path)


def _schema_paths(folder: Path) -> tuple[list[str], list[Finding]]:
    """Return the schema files below the folder (posix, relative to it), sorted, and what can't be walked."""
    paths: list[str] = []
    findings: list[Finding] = []
    root = os.path.realpath(folder)
    pending = [""]
    while pending:
        parent = pending.pop()
        try:
            with os.scandir(folder / parent) as listing:
                entries = [entry for entry in listing if not entry.name.startswith(".")]
        except OSError as error:
            findings.append(_unlisted(folder, parent, error))
            continue
        for entry in entries:
            path = f"{parent}/{entry.name}" if parent else entry.name
            is_folder = os.path.isdir(entry.path)
            if not is_folder and not _is_schema(path):
                continue
            finding = _bad_name(folder, path) or (_bad_link(folder, path, root) if entry.is_symlink() else None)
            if finding is not None:
                findings.append(finding)
            else:
                (pending if is_folder else paths).append(path)
    return sorted(paths), findings


def _is_schema(path: str) -> bool:
    return os.path.splitext(path)[1].lower() in _FORMATS


def _unlisted(folder: Path, parent: str, error: OSError) -> Finding:
    place = Place((folder / parent).as_posix())
    if parent or folder.exists():
        return Finding(
            FOLDER_MISSING if not parent else FILE_UNREADABLE,
            place,
            f"the folder can't be listed: {error.strerror}",
            "Name a folder that you may read.",
        )
    return Finding(FOLDER_MISSING, place, "there is no such folder", "Make the folder, or name another one.")


_UNPRINTABLE = "[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]"
"""Control characters, line breaks, what turns the direction of text, and bytes that are no UTF-8."""


def _bad_name(folder: Path, path: str) -> Finding | None:
    """Return what is wrong with a file's name: findings, headers and manifests have to print it."""
    name = path.rpartition("/")[2]
    if not re.search(_UNPRINTABLE, name):
        return None
    place = Place((folder / path).as_posix())
    message = f"the file's name {name!a} has characters that can't be printed"
    return Finding(FILE_NAME, place, message, "Rename the file.")


def _bad_link(folder: Path, path: str, root: str) -> Finding | None:
    """Return what is wrong with a symbolic link; one to a file within the folder is fine."""
    place = Place((folder / path).as_posix())
    target = os.path.realpath(folder / path)
    if not Path(target).is_relative_to(root):
        return Finding(FILE_LINK, place, "the link leads out of the folder", "Put a copy of what it leads to here.")
    if os.path.isdir(target):
        message = "the link leads to a folder, whose files would be read twice"
        return Finding(FILE_LINK, place, message, "Remove the link.")
    if not os.path.exists(target):
        return Finding(FILE_LINK, place, "the link leads nowhere", "Remove the link, or put its target there.")
    return None


def _bytes(file: Path) -> bytes | Finding:
    """Return the bytes of a regular file; nothing else is opened, since a FIFO or a device may never answer."""
    place = Place(file.as_posix())
    try:
        status = os.stat(file)
        if not stat.S_ISREG(status.st_mode):
            return Finding(FILE_KIND, place, f"this is {_kind(status.st_mode)}, not a regular file", "Take it away.")
        # Non-blocking, because what was a regular file a moment ago may be a FIFO by now.
        with open(os.open(file, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)), "rb") as data:
            if not stat.S_ISREG(os.fstat(data.fileno()).st_mode):
                return Finding(FILE_KIND, place, "this is no longer a regular file", "Run again.")
            content = data.read(MAX_BYTES + 1) if status.st_size <= MAX_BYTES else None
    except OSError as error:
        message = f"the file can't be read: {error.strerror}"
        return Finding(FILE_UNREADABLE, place, message, "See that the file is there and that you may read it.")
    if content is None or len(content) > MAX_BYTES:
        message = f"the file has more than {MAX_BYTES // 1024**2} MiB ({max(status.st_size, MAX_BYTES + 1)} bytes)"
        return Finding(FILE_SIZE, place, message, "Split the schema, or move data out of it.")
    return content


def _kind(mode: int) -> str:
    kinds = {
        stat.S_IFDIR: "a folder",
        stat.S_IFIFO: "a FIFO",
        stat.S_IFSOCK: "a socket",
        stat.S_IFBLK: "a block device",
        stat.S_IFCHR: "a character device",
    }
    return kinds.get(stat.S_IFMT(mode), "something else")


def _byte_order_mark(name: str) -> Finding:
    cure = "Save the file as UTF-8 without a byte order mark."
    return Finding(BYTE_ORDER_MARK, Place(name, 1, 1), "the file starts with a byte order mark", cure)


def _not_utf8(name: str, data: bytes, error: UnicodeDecodeError) -> Finding:
    # The position that the error has does not count a byte order mark, so the prefix is decoded from there too.
    body = data.removeprefix(b"\xef\xbb\xbf")
    before = body[: error.start].decode()
    place = _place(name, before, len(before))
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return Finding(ENCODING, place, "the file is UTF-16, not UTF-8", "Save the file as UTF-8.")
    message = f"the byte 0x{body[error.start]:02x} here is not UTF-8: {error.reason}"
    return Finding(ENCODING, place, message, "Save the file as UTF-8.")


def _empty(folder: Path) -> Finding:
    cure = "Put schemas there as *.json, *.yaml or *.yml (hidden files are not read), or name another folder."
    return Finding(FOLDER_EMPTY, Place(folder.as_posix()), "there is no schema file in the folder", cure)


def _module_clashes(folder: Path, paths: Iterable[str]) -> Iterator[Finding]:
    first: dict[str, str] = {}
    for path in paths:
        name = module_name(path)
        other = first.setdefault(name, path)
        if other != path:
            place = Place((folder / path).as_posix())
            yield Finding(MODULE_CLASH, place, f"{other} has the module name {name} too", "Rename one of the files.")


def _order(place: Place) -> tuple[str, int, int]:
    return place.file, place.line, place.column


# --- Module names


def module_name(path: str) -> str:
    """Return the name of a document's module: `runtime-job.schema.json` is `runtime_job`, `a/b-c.yaml` is `a_b_c`.

    Always an ASCII identifier in lower case that is no keyword, is not reserved and starts with no underscore.
    """
    stem, suffix = os.path.splitext(path)
    if suffix.lower() not in _FORMATS:
        stem = path
    if stem.lower().endswith(".schema"):
        stem = stem[: -len(".schema")]
    if not stem.isascii():
        stem = _in_ascii(stem)
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", stem)
    name = re.sub(r"[^a-z0-9]+", "_", words.lower()).strip("_") or "schema"
    if name[0].isdigit():
        name = f"schema_{name}"
    return f"{name}_" if keyword.iskeyword(name) or name in RESERVED_MODULES else name


def _in_ascii(text: str) -> str:
    """Return the text with accents taken off; a character that has no ASCII form stands as its code point."""
    import unicodedata

    plain = (c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return "".join(c if c.isascii() else f"_u{ord(c):04x}_" for c in plain)


# --- Places


@dataclass(slots=True)
class _Node:
    """Where a value starts, where its key starts (the value itself has none), and its members by reference token.

    `value` is a YAML scalar's; JSON's values come from the standard library's parser, which is faster.
    """

    start: int
    key: int
    members: dict[str, _Node] | None = None
    is_array: bool = False
    value: JSON = None
    is_alias: bool = False


@dataclass(frozen=True, slots=True)
class _Problem:
    """A finding that knows its offset, not yet its line."""

    rule: Rule
    offset: int
    pointer: str
    message: str
    cure: str


@dataclass(slots=True)
class _Tree:
    """The nodes of one text while it is read from its start to its end, and the problems on the way."""

    root: _Node | None = None
    problems: list[_Problem] = field(default_factory=list)
    _open: list[_Node] = field(default_factory=list)
    _tokens: list[str] = field(default_factory=list)  # the token of each open node but the root
    _pending: tuple[str, int] | None = None  # a key whose value is yet to come, and its offset

    @property
    def depth(self) -> int:
        return len(self._open)

    @property
    def wants_key(self) -> bool:
        return bool(self._open) and not self._open[-1].is_array and self._pending is None

    def is_open(self, node: _Node) -> bool:
        return any(node is other for other in self._open)

    def pointer(self) -> str:
        """Return where the next value stands (or its object, before its key is known)."""
        token = self._next_token()
        tokens = self._tokens if token is None else [*self._tokens, token]
        return "".join(f"/{escape_token(part)}" for part in tokens)

    def report(self, rule: Rule, offset: int, message: str, cure: str) -> None:
        self.problems.append(_Problem(rule, offset, self.pointer(), message, cure))

    def key(self, token: str, offset: int) -> None:
        self._pending = (token, offset)
        if token in (self._open[-1].members or ()):
            message = f"the key {_quoted(token)} stands in this object twice"
            self.report(DUPLICATE_KEY, offset, message, "Keep one of the two, or rename one.")

    def refused_key(self) -> None:
        """Let the next value have a token that is never compared: its key is a problem already."""
        self._pending = ("?", 0)

    def add(self, node: _Node) -> None:
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

    def push(self, node: _Node) -> bool:
        """Open the array or object; False, and a problem, if it is nested too deep."""
        if self.depth >= MAX_DEPTH:
            message = f"arrays and objects are nested more than {MAX_DEPTH} levels deep here"
            self.report(NESTING_DEPTH, node.start, message, "Move inner subschemas to $defs and refer to them.")
            return False
        token = self._next_token()
        self.add(node)
        if token is not None:
            self._tokens.append(token)
        self._open.append(node)
        return True

    def pop(self) -> None:
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


def place(source: Source, pointer: str, *, key: bool = False) -> Place:
    """Return the line and column of the value at the JSON Pointer, or of its key.

    If there is no such value, its nearest ancestor stands for it. The text is scanned when
    the first place is asked for, since most runs have no finding.
    """
    node = _root(source.text, source.format)
    if node is None:
        return Place(source.file, 1, 1, pointer)
    for part in pointer.split("/")[1:]:
        child = (node.members or {}).get(part.replace("~1", "/").replace("~0", "~"))
        if child is None:
            break
        node = child
    return _place(source.file, source.text, node.key if key else node.start, pointer)


@lru_cache(maxsize=4)
def _root(text: str, format: Format) -> _Node | None:
    # Kept for a few texts, because a document with one finding tends to have many.
    return _scan_json(text).root if format == "json" else _scan_yaml(text).root


def _place(file: str, text: str, offset: int, pointer: str = "") -> Place:
    line = text.count("\n", 0, offset) + 1
    return Place(file, line, offset - text.rfind("\n", 0, offset), pointer)


def _quoted(text: str) -> str:
    """Return the text in double quotes, cut where it gets long: a message quotes what a file says."""
    return json.dumps(text if len(text) <= 60 else f"{text[:57]}...", ensure_ascii=False)


# --- Parsing


def _parsed(path: str, text: str, file: str, digest: str) -> Loaded:
    format = _FORMATS.get(os.path.splitext(path)[1].lower(), "json")
    content, problems = _parse_json(text) if format == "json" else _parse_yaml(text)
    if not problems and not isinstance(content, dict | bool):
        message = f"the root is {_type(content)}, and a schema is an object or a boolean"
        problems = [_Problem(ROOT_TYPE, 0, "", message, "Write a schema object, or take the file out of the folder.")]
    if problems:
        return None, _located(problems, file, text)
    return Source(path, text, content, digest, format, file), ()


def _located(problems: Iterable[_Problem], file: str, text: str) -> tuple[Finding, ...]:
    # The lines are found once: a file can be one long list of problems.
    starts = [0, *(match.end() for match in re.finditer("\n", text))]
    findings = []
    for problem in problems:
        line = bisect_right(starts, problem.offset)
        place = Place(file, line, problem.offset - starts[line - 1] + 1, problem.pointer)
        findings.append(Finding(problem.rule, place, problem.message, problem.cure))
    return tuple(findings)


def _type(value: JSON) -> str:
    names = {dict: "an object", list: "an array", str: "a string", bool: "a boolean", type(None): "null"}
    return names.get(type(value), "a number")


def _in_range(number: str) -> bool:
    """Return whether a double can hold the number: it does not overflow, and only zero becomes zero."""
    value = float(number)
    if value == 0:
        return not any(digit in "123456789" for digit in number.lower().partition("e")[0])
    return abs(value) != float("inf")


def _integer(number: str) -> int:
    # Up to 308 digits are within a double, and any number that _in_range accepts is short enough for int().
    return int(number) if len(number) <= 308 or _in_range(number) else 0


_NOT_A_NUMBER = "Write a finite number, or take the keyword out."
_OUT_OF_RANGE = "Write a number between 5e-324 and 1.797e308 (or its negative, or 0)."


class _Oddities:
    """Hooks for the standard library's parser that note whether the scan below has something to tell."""

    def __init__(self) -> None:
        self.found = False

    def pairs(self, items: list[tuple[str, JSON]]) -> dict[str, JSON]:
        members = dict(items)
        self.found |= len(members) != len(items)
        return members

    def constant(self, name: str) -> None:
        self.found = True

    def real(self, number: str) -> float:
        self.found |= not _in_range(number)
        return float(number)

    def integer(self, number: str) -> int:
        self.found |= len(number) > 308 and not _in_range(number)
        return _integer(number)


def _parse_json(text: str) -> tuple[JSON, list[_Problem]]:
    odd = _Oddities()
    try:
        content: JSON = json.loads(
            text,
            object_pairs_hook=odd.pairs,
            parse_constant=odd.constant,
            parse_float=odd.real,
            parse_int=odd.integer,
        )
    except json.JSONDecodeError as error:
        tree = _scan_json(text[: error.pos])
        tree.report(JSON_SYNTAX, error.pos, f"this is not JSON: {error.msg}", _syntax_cure(text, error.pos))
        return None, tree.problems
    except RecursionError:
        return None, _scan_json(text).problems or [_too_deep()]
    if odd.found or _depth(content) > MAX_DEPTH:
        return None, _scan_json(text).problems
    return content, []


def _too_deep() -> _Problem:
    return _Problem(NESTING_DEPTH, 0, "", "arrays and objects are nested too deep", "Move inner subschemas to $defs.")


def _syntax_cure(text: str, offset: int) -> str:
    if text[offset : offset + 1] in ("}", "]", ",") and text[:offset].rstrip().endswith(","):
        return "Take out the comma before this place."
    cures = {
        "": "The file ends too early: complete it.",
        "'": "Write strings and keys in double quotes.",
        "/": "JSON has no comments: take it out, or use $comment.",
        "#": "JSON has no comments: take it out, or use $comment.",
        ",": "Take out the comma.",
    }
    return cures.get(text[offset : offset + 1], "Correct the text at this place.")


def _depth(content: JSON) -> int:
    """Return how deep arrays and objects are nested, level by level, for a recursion could be too deep itself."""
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


def _scan_json(text: str) -> _Tree:
    """Return the nodes and problems of a JSON text, as far as it is JSON; one that is too deep ends there."""
    tree = _Tree()
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


def _scan_mark(tree: _Tree, mark: str, start: int) -> bool:
    """Open or close an array or object; False where the scan has to end."""
    if mark in "[{":
        return tree.push(_Node(start, start, {}, is_array=mark == "["))
    if mark in "]}":
        if not tree.depth:
            return False
        tree.pop()
    return True


def _scan_scalar(tree: _Tree, scalar: str | None, start: int) -> None:
    if scalar in ("NaN", "Infinity", "-Infinity"):
        tree.report(NUMBER_RANGE, start, f"{scalar} is no JSON number", _NOT_A_NUMBER)
    elif scalar is not None and re.fullmatch(_NUMBER, scalar) and not _in_range(scalar):
        tree.report(NUMBER_RANGE, start, f"the number {_shortened(scalar)} is beyond a double", _OUT_OF_RANGE)
    tree.add(_Node(start, start))


_NUMBER = r"-?[0-9]+(\.[0-9]+)?([eE][-+]?[0-9]+)?"


def _shortened(number: str) -> str:
    return number if len(number) <= 40 else f"{number[:20]}... ({len(number)} characters)"


def _unescaped(string: str) -> str:
    if "\\" not in string:
        return string[1:-1]
    value = json.loads(string, strict=False)
    return str(value)


# --- YAML


def _parse_yaml(text: str) -> tuple[JSON, list[_Problem]]:
    tree = _scan_yaml(text)
    if tree.problems or tree.root is None:
        return None, tree.problems
    repeated = _Repetition(MAX_ALIASED)
    content = repeated.content(tree.root, 0)
    if repeated.fault is not None:
        return None, [repeated.fault]
    return content, []


@dataclass(slots=True)
class _Repetition:
    """Makes the value of a YAML node, every alias a copy of its own, and stops before that gets out of hand."""

    left: int
    fault: _Problem | None = None

    def content(self, node: _Node, depth: int, repeated: bool = False) -> JSON:
        repeated = repeated or node.is_alias
        if repeated:
            self._count(node)
        if self.fault is not None or node.members is None:
            return node.value
        if depth >= MAX_DEPTH:
            message = f"aliases nest arrays and objects more than {MAX_DEPTH} levels deep"
            self.fault = _Problem(NESTING_DEPTH, node.start, "", message, "Use $ref in place of aliases.")
            return None
        if node.is_array:
            return [self.content(member, depth + 1, repeated) for member in node.members.values()]
        return {token: self.content(member, depth + 1, repeated) for token, member in node.members.items()}

    def _count(self, node: _Node) -> None:
        """Take a value that an alias repeats off what may be repeated, by its keys and its text."""
        keys = () if node.members is None or node.is_array else node.members
        self.left -= 1 + sum(map(len, keys)) + (len(node.value) if isinstance(node.value, str) else 0)
        if self.left < 0 and self.fault is None:
            message = f"aliases repeat more than {MAX_ALIASED} values and characters"
            self.fault = _Problem(YAML_FEATURE, node.start, "", message, "Use $ref in place of aliases.")


# The patterns are compiled on first use (`re` keeps them): most runs need none of them, and together they cost
# as much as the rest of this module's import.
_YAML_REFUSED = "[^\t\n\r\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"
"""What YAML has no place for, and three line breaks of YAML 1.1 that 1.2 reads as ordinary characters."""


def _scan_yaml(text: str) -> _Tree:
    """Return the nodes and problems of a YAML text; the first error of syntax ends it."""
    import yaml

    reader = _YamlReader()
    refused = re.search(_YAML_REFUSED, text)
    if refused is not None:
        message = f"the character U+{ord(refused[0]):04X} can't stand in YAML as it is"
        reader.tree.report(YAML_SYNTAX, refused.start(), message, "Write it as an escape, in double quotes.")
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
        reader.tree.report(YAML_SYNTAX, offset, f"this is not YAML: {message}", "Correct the text at this place.")
    except yaml.YAMLError as error:
        reader.tree.report(YAML_SYNTAX, 0, f"this is not YAML: {error}", "Correct the text.")
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

    tree: _Tree = field(default_factory=_Tree)
    _anchors: dict[str, _Node] = field(default_factory=dict)
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
            self.tree.report(YAML_FEATURE, start, "the file holds a second YAML document", "Give it a file of its own.")
            return False
        version = event.version
        if version is not None and tuple(version) != (1, 2):
            message = f"the file says that it is YAML {version[0]}.{version[1]}, and is read as YAML 1.2"
            self.tree.report(YAML_FEATURE, start, message, "Take the %YAML line out, and see that 1.2 reads the same.")
        return True

    def _check_tag(self, event: yaml.NodeEvent) -> None:
        tag = getattr(event, "tag", None)
        if tag:
            message = f"the tag {_quoted(tag)} has no meaning in JSON"
            self.tree.report(YAML_FEATURE, _start(event), message, "Take the tag out; quote a string.")

    def _start(self, event: yaml.CollectionStartEvent) -> bool:
        import yaml

        start = _start(event)
        if self.tree.wants_key:
            self.tree.report(YAML_FEATURE, start, "a key is an array or object", "Make the key a string.")
            self._skipped = 1
            return True
        node = _Node(start, start, {}, is_array=isinstance(event, yaml.SequenceStartEvent))
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
        node = _Node(start, start, value=self._value(event.value, kind, start))
        self._anchor(event, node)
        self.tree.add(node)
        return True

    def _key(self, event: yaml.ScalarEvent, kind: str) -> None:
        start, text = _start(event), event.value
        self.tree.key(text, start)
        if kind != "string":
            article = "an" if kind == "integer" else "a"
            named = "null" if kind == "null" else f"{article} {kind}"
            self.tree.report(YAML_FEATURE, start, f"the key {text or '(empty)'} is {named}, no string", "Quote it.")
        elif text == "<<" and not event.style:
            cure = "Write the members out, or use allOf with $ref; quote it if it is a name."
            self.tree.report(YAML_FEATURE, start, "the merge key << is not part of YAML 1.2", cure)
        self._anchor(event, _Node(start, start, value=text))

    def _value(self, text: str, kind: str, start: int) -> JSON:
        if kind == "constant":
            self.tree.report(NUMBER_RANGE, start, f"{text} is no JSON number", _NOT_A_NUMBER)
        if kind in ("null", "constant"):
            return None
        if kind == "boolean":
            return text.lower() == "true"
        return text if kind == "string" else self._number(text, kind, start)

    def _number(self, text: str, kind: str, start: int) -> JSON:
        if text.startswith(("0o", "0x")):
            value = int(text[2:], 8 if text[1] == "o" else 16)
            in_range = value <= int(sys.float_info.max)
        else:
            in_range = _in_range(text)
            value = int(text.lstrip("+-0") or "0") if in_range and kind == "integer" else 0
            value = -value if text.startswith("-") else value
        if not in_range:
            self.tree.report(NUMBER_RANGE, start, f"the number {_shortened(text)} is beyond a double", _OUT_OF_RANGE)
        return float(text) if kind == "number" else value

    def _anchor(self, event: yaml.NodeEvent, node: _Node) -> None:
        if event.anchor is not None:
            self._anchors[event.anchor] = node

    def _alias(self, event: yaml.NodeEvent) -> bool:
        start = _start(event)
        node = self._anchors.get(event.anchor or "")
        if self.tree.wants_key:
            self.tree.report(YAML_FEATURE, start, "a key is an alias", "Write the key out.")
            self.tree.refused_key()
            return True
        if node is None or self.tree.is_open(node):
            what = "leads to no anchor before it" if node is None else "leads to a value that it is part of"
            self.tree.report(YAML_FEATURE, start, f"the alias *{event.anchor} {what}", "Use $ref, or write it out.")
            node = _Node(start, start)
        self.tree.add(_Node(start, start, node.members, node.is_array, node.value, is_alias=True))
        return True
