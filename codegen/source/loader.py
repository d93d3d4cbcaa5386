"""Loading: schema files are read strictly as values, with a line and a column for every JSON Pointer.

Only this module reads the schema folder. What it can't read as one JSON value of one meaning is a finding, and
all findings of a folder come at once.
"""

from __future__ import annotations

import hashlib
import os
import re
import stat
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import TypeAlias

from ..findings import Finding, Place, Rule
from ..ir import JSON
from ..pointer import tokens
from ..records import dataclass
from .json_text import parse_json, scan_json
from .module_names import FORMATS, Format, module_name
from .positions import (
    DUPLICATE_KEY,
    JSON_SYNTAX,
    MAX_DEPTH,
    NESTING_DEPTH,
    NUMBER_RANGE,
    YAML_FEATURE,
    YAML_SYNTAX,
    Node,
    Problem,
    located,
    place_at,
)
from .yaml_text import parse_yaml, scan_yaml

MAX_BYTES = 16 * 1024 * 1024
"""The largest file that is read: what is wrong with one of that size is still reported within seconds."""


FOLDER_MISSING = Rule("folder-missing", "The schema folder is there and can be listed.", exit_code=2)
FOLDER_EMPTY = Rule("folder-empty", "The schema folder holds at least one schema file.")
FILE_UNREADABLE = Rule("file-unreadable", "Every schema file can be opened and read.", exit_code=2)
FILE_KIND = Rule("file-kind", "A schema file is a regular file: no FIFO, device or socket.")
FILE_LINK = Rule("file-link", "A symbolic link leads to a file within the schema folder.")
FILE_NAME = Rule("file-name", "A file's name is Unicode text without control characters.")
FILE_SIZE = Rule("file-size", "A schema file has at most 16 MiB.")
ENCODING = Rule("encoding", "A schema file is UTF-8.")
BYTE_ORDER_MARK = Rule("byte-order-mark", "A schema file starts without a byte order mark.")
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
        source, of_file = load_file(folder / path, path)
        findings.extend(of_file)
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


def load_file(file: Path, path: str | None = None, *, is_schema: bool = True) -> Loaded:
    """Return one file's source, None if it can't be read as one value, and the findings.

    `path` is its path relative to its folder; the file's name, if it is not given. The suffix says the format. What is
    not a schema may hold any JSON value.
    """
    path = file.name if path is None else path
    data = _bytes(file)
    if isinstance(data, Finding):
        return None, (data,)
    name = file.as_posix()
    early = []
    if data.startswith(b"\xef\xbb\xbf"):
        early.append(_byte_order_mark(name))
    # JSON and YAML start with an ASCII character, which only UTF-16 and UTF-32 put beside a zero.
    if b"\0" in data[:4] and not data.startswith(_UTF_16):
        message = "the file is UTF-16 or UTF-32, not UTF-8"
        return None, (*early, Finding(ENCODING, Place(name, 1, 1), message, "save the file as UTF-8"))
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return None, (*early, _not_utf8(name, data, error))
    source, findings = _parsed(path, text, name, hashlib.sha256(data).hexdigest(), is_schema=is_schema)
    return source, (*early, *findings)


def unread(folder: Path, sources: Iterable[Source]) -> dict[str, str]:
    """Return what stands below the folder and is not among the sources: its text by its path, "" where there is none.

    The text is a file's as far as it can be made out, whatever is wrong with it; a path may be a folder's.
    """
    read = {source.path for source in sources}
    paths, findings = _schema_paths(folder)
    refused = (os.path.relpath(finding.place.file, folder).replace(os.sep, "/") for finding in findings)
    return {**dict.fromkeys(refused, ""), **{path: _any_text(folder / path) for path in paths if path not in read}}


def _any_text(file: Path) -> str:
    data = _bytes(file)
    if isinstance(data, Finding):
        return ""
    return data.decode("utf-16" if data.startswith(_UTF_16) else "utf-8", errors="replace")


_UTF_16 = b"\xff\xfe", b"\xfe\xff"


def load_text(path: str, text: str, *, file: str | None = None) -> Loaded:
    """Return the source of a text that is not a file (yet), None if anything is wrong with it, and the findings.

    The suffix of `path` says the format; `file` is the name that findings give it, `path` if it is not given.
    """
    name = path if file is None else file
    if text.startswith("\ufeff"):
        return None, (_byte_order_mark(name),)
    try:
        data = text.encode()
    except UnicodeEncodeError as error:
        place = place_at(name, text, error.start)
        return None, (Finding(ENCODING, place, "a lone surrogate is not a character", "write it as an escape"),)
    return _parsed(path, text, name, hashlib.sha256(data).hexdigest())


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
    return os.path.splitext(path)[1].lower() in FORMATS


def _unlisted(folder: Path, parent: str, error: OSError) -> Finding:
    place = Place((folder / parent).as_posix())
    if parent or not isinstance(error, FileNotFoundError | NotADirectoryError):
        return Finding(
            FOLDER_MISSING if not parent else FILE_UNREADABLE,
            place,
            f"the folder can't be listed: {error.strerror}",
            "name a folder that you may read",
        )
    return Finding(FOLDER_MISSING, place, "there is no such folder", "make the folder, or name another one")


_UNPRINTABLE = "[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]"
"""Control characters, line breaks, what turns the direction of text, and bytes that are no UTF-8."""


def _bad_name(folder: Path, path: str) -> Finding | None:
    """Return what is wrong with a file's name: findings, headers and manifests have to print it."""
    name = path.rpartition("/")[2]
    if not re.search(_UNPRINTABLE, name):
        return None
    place = Place((folder / path).as_posix())
    message = f"the file's name {name!a} has characters that can't be printed"
    return Finding(FILE_NAME, place, message, "rename the file")


def _bad_link(folder: Path, path: str, root: str) -> Finding | None:
    """Return what is wrong with a symbolic link; one to a file within the folder is fine."""
    place = Place((folder / path).as_posix())
    target = os.path.realpath(folder / path)
    if not Path(target).is_relative_to(root):
        return Finding(FILE_LINK, place, "the link leads out of the folder", "put a copy of what it leads to here")
    if os.path.isdir(target):
        message = "the link leads to a folder, whose files would be read twice"
        return Finding(FILE_LINK, place, message, "remove the link")
    if not os.path.exists(target):
        return Finding(FILE_LINK, place, "the link leads nowhere", "remove the link, or put its target there")
    return None


def _bytes(file: Path) -> bytes | Finding:
    """Return the bytes of a regular file; nothing else is opened, since a FIFO or a device may never answer."""
    place = Place(file.as_posix())
    try:
        status = os.stat(file)
        if not stat.S_ISREG(status.st_mode):
            return Finding(
                FILE_KIND,
                place,
                f"this is {_kind(status.st_mode)}, not a regular file",
                "take it out of the folder, or name a regular file",
            )
        # Non-blocking, because what was a regular file a moment ago may be a FIFO by now.
        with open(os.open(file, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)), "rb") as data:
            if not stat.S_ISREG(os.fstat(data.fileno()).st_mode):
                return Finding(FILE_KIND, place, "this is no longer a regular file", "run the command again")
            content = data.read(MAX_BYTES + 1) if status.st_size <= MAX_BYTES else None
    except OSError as error:
        message = f"the file can't be read: {error.strerror}"
        return Finding(FILE_UNREADABLE, place, message, "see that the file is there and that you may read it")
    if content is None or len(content) > MAX_BYTES:
        message = f"the file has more than {MAX_BYTES // 1024**2} MiB ({max(status.st_size, MAX_BYTES + 1)} bytes)"
        return Finding(FILE_SIZE, place, message, "split the schema, or move data out of it")
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
    help = "save the file as UTF-8 without a byte order mark"
    return Finding(BYTE_ORDER_MARK, Place(name, 1, 1), "the file starts with a byte order mark", help)


def _not_utf8(name: str, data: bytes, error: UnicodeDecodeError) -> Finding:
    # The position that the error has does not count a byte order mark, so the prefix is decoded from there too.
    body = data.removeprefix(b"\xef\xbb\xbf")
    before = body[: error.start].decode()
    place = place_at(name, before, len(before))
    if data.startswith(_UTF_16):
        return Finding(ENCODING, place, "the file is UTF-16, not UTF-8", "save the file as UTF-8")
    message = f"the byte 0x{body[error.start]:02x} here is not UTF-8: {error.reason}"
    return Finding(ENCODING, place, message, "save the file as UTF-8")


def _empty(folder: Path) -> Finding:
    help = "put schemas there as *.json, *.yaml or *.yml (hidden files are not read), or name another folder"
    return Finding(FOLDER_EMPTY, Place(folder.as_posix()), "there is no schema file in the folder", help)


def _module_clashes(folder: Path, paths: Iterable[str]) -> Iterator[Finding]:
    first: dict[str, str] = {}
    for path in paths:
        name = module_name(path)
        other = first.setdefault(name, path)
        if other != path:
            place = Place((folder / path).as_posix())
            yield Finding(MODULE_CLASH, place, f"{other} has the module name {name} too", "rename one of the files")


def _order(place: Place) -> tuple[str, int, int]:
    return place.file, place.line, place.column


# --- Places


def place(source: Source, pointer: str, *, key: bool = False) -> Place:
    """Return the line and column of the value at the JSON Pointer, or of its key.

    If there is no such value, its nearest ancestor stands for it. The text is scanned for its first place, since most
    runs have no finding.
    """
    node = _root(source.text, source.format)
    if node is None:
        return Place(source.file, 1, 1, pointer)
    for token in tokens(pointer):
        child = (node.members or {}).get(token)
        if child is None:
            break
        node = child
    return place_at(source.file, source.text, node.key if key else node.start, pointer)


@lru_cache(maxsize=4)
def _root(text: str, format: Format) -> Node | None:
    # Kept for a few texts, because a document with one finding tends to have many.
    return scan_json(text).root if format == "json" else scan_yaml(text).root


# --- Parsing


def _parsed(path: str, text: str, file: str, digest: str, *, is_schema: bool = True) -> Loaded:
    format = FORMATS.get(os.path.splitext(path)[1].lower(), "json")
    content, problems = parse_json(text) if format == "json" else parse_yaml(text)
    if is_schema and not problems and not isinstance(content, dict | bool):
        message = f"the root is {_type(content)}, and a schema is an object or a boolean"
        problems = [Problem(ROOT_TYPE, 0, "", message, "write a schema object, or take the file out of the folder")]
    if problems:
        return None, located(problems, file, text)
    return Source(path, text, content, digest, format, file), ()


def _type(value: JSON) -> str:
    names = {dict: "an object", list: "an array", str: "a string", bool: "a boolean", type(None): "null"}
    return names.get(type(value), "a number")


__all__ = [
    "MAX_BYTES",
    "MAX_DEPTH",
    "RULES",
    "Loaded",
    "Source",
    "folder_digests",
    "load_file",
    "load_folder",
    "load_text",
    "place",
    "unread",
]
