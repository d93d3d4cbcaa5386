"""Stamps: they show that a run would do nothing, before anything heavy is imported.

After a run that left the output as it must be, a stamp in the user's cache folder lists every file that the
run depended on and every file in the output. A later run with the same arguments compares that list with the
disk, as git's index does: size, times and inode first, and the content where these differ or were too recent
to be trusted when the stamp was made. A stamp is never part of the output and never replaces a check: without
one, all work is done. It is of one Python, one place of our own code and one working folder, and CI neither keeps
nor uses any.

Only modules that a bare interpreter has at hand are imported at the top: `json`, `re` or `dataclasses` alone cost
more than the comparison.
"""

from __future__ import annotations

import os
import sys
import time

from . import cache_folder

TYPE_CHECKING = False  # `typing` itself would cost as much as the comparison
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_FORMAT = "triptych-stamp 3"
_END = "end"  # a stamp without it was cut short
_UNSETTLED = "?"  # in place of a status that may stay as it is while the file changes
_FINE_NS = 100_000_000  # file systems with fine times tick every 4 ms at worst
_COARSE_NS = 2_100_000_000  # FAT ticks every 2 s
_CACHES = frozenset({"__pycache__", ".git", ".mypy_cache", ".ruff_cache", ".pytest_cache", ".site", ".cache"})


class Unstampable(Exception):
    """What is on the disk can't be held in a stamp: a link, a special file, a strange name."""


class Entry:
    """One regular file as a stamp sees it: its path, a line of its status and its path, and when it last changed."""

    __slots__ = ("changed_ns", "line", "path")

    def __init__(self, path: str, status: os.stat_result) -> None:
        modified_ns, changed_ns = status.st_mtime_ns, status.st_ctime_ns
        self.path = path
        self.line = f"{status.st_size} {modified_ns} {changed_ns} {status.st_ino} {status.st_mode}\t{path}"
        self.changed_ns = modified_ns if modified_ns > changed_ns else changed_ns

    def as_linked(self) -> str:
        """Return the line without the time that moves when a link to the file is made or taken away."""
        size, modified, _, rest = self.line.split(" ", 3)
        return f"{size} {modified} {rest}"

    def younger_than(self, moment_ns: int, fine_ns: int = _FINE_NS) -> bool:
        """Return whether the file may have changed after that moment without its times showing it."""
        coarse = self.changed_ns % 10_000_000 == 0
        return self.changed_ns > moment_ns - (_COARSE_NS if coarse else fine_ns)


def recall(arguments: Sequence[str]) -> str | None:
    """Return what the run with these arguments would print if it has nothing to do, else None."""
    if _in_ci():
        return None
    now = time.time_ns()
    try:
        lines = cache_folder.read(_stamp_name(arguments)).decode("utf-8", "surrogateescape").split("\n")
        form, key, printed, roots, *rows, end = lines
        if form != _FORMAT or key != _key(arguments) or end != _END or _was_killed(roots.split("\t")[-1]):
            return None
        files = len(rows) // 2
        fresh = _same(rows[:files], rows[files:], entries(roots.split("\t")), now)
    except (OSError, ValueError, Unstampable):
        return None  # no stamp, a damaged one, or one that can't be compared: the full run decides
    if fresh:
        try:  # noqa: SIM105 - the import of contextlib would cost more
            _store(arguments, printed, roots, fresh)
        except OSError:
            pass  # the next run reads the same files again
    return None if fresh is None else _printable(printed)


def record(
    runs: Sequence[Sequence[str]],
    printed: str,
    inputs: list[str],
    out: str,
    written: Mapping[str, str],
    started_ns: int,
    known: Mapping[str, str],
) -> bool:
    """Return whether a stamp was kept for each of the runs, which are given by their arguments.

    It is if the output is exactly `written` (path to SHA-256) and the inputs are older. `known` has the digests of
    files that this run has read by their lines `as_linked`, which a file keeps that is carried over into a new folder.
    """
    if _in_ci():
        return False
    roots = [*inputs, out]
    now = time.time_ns()
    try:
        if any("\t" in root or "\n" in root for root in roots):
            raise Unstampable("a tab or a line feed in a path")
        read = entries(inputs)
        if any(entry.younger_than(started_ns, 10_000_000) for entry in read):
            return False
        rows = {
            entry.path: (_settled(entry, now), known.get(entry.as_linked()) or sha256(entry.path))
            for entry in (*read, *entries([out]))
        }
        expected = {os.path.join(out, *path.split("/")): digest for path, digest in written.items()}
        inside = {path: row[1] for path, row in rows.items() if path.startswith(out + os.sep)}
        if inside != expected:
            return False
        for arguments in runs:
            _store(arguments, _folded(printed), "\t".join(roots), rows)
        cache_folder.prune()
    except (OSError, ValueError, Unstampable):
        return False  # a cache that can't be written costs the next run its short cut, nothing else
    return True


def entries(roots: list[str]) -> list[Entry]:
    """Return every regular file at or below the roots, caches left out; a root that is not there has none."""
    files: list[Entry] = []
    for root in roots:
        try:
            status = os.stat(root)
        except FileNotFoundError:
            continue
        if os.path.isdir(root):
            _walk(root, files)
        elif os.path.isfile(root):
            files.append(Entry(root, status))
        else:
            raise Unstampable(root)  # a FIFO may never answer
    return files


def _walk(folder: str, files: list[Entry]) -> None:
    with os.scandir(folder) as children:
        for child in children:
            if child.is_dir(follow_symlinks=False):
                if child.name not in _CACHES:
                    _walk(child.path, files)
            elif child.is_file(follow_symlinks=False) and "\n" not in child.path and "\t" not in child.path:
                files.append(Entry(child.path, child.stat(follow_symlinks=False)))
            else:
                raise Unstampable(child.path)


def _same(lines: list[str], digests: list[str], present: list[Entry], now_ns: int) -> dict[str, tuple[str, str]] | None:
    """Return None if something differs, else the rows of a newer stamp; empty where the old one will do."""
    if lines == [entry.line for entry in present]:
        return {}
    recorded = {line.partition("\t")[2]: (line, digest) for line, digest in zip(lines, digests, strict=True)}
    if len(recorded) != len(present):
        return None
    for entry in present:
        line, digest = recorded.get(entry.path, ("", ""))
        if line != entry.line and sha256(entry.path) != digest:
            return None
    return {entry.path: (_settled(entry, now_ns), recorded[entry.path][1]) for entry in present}


def _settled(entry: Entry, now_ns: int) -> str:
    """Return the line of a file, without its status if the file may change from now on without that showing it."""
    return f"{_UNSETTLED}\t{entry.path}" if entry.younger_than(now_ns) else entry.line


def sha256(path: str) -> str:
    """Return the SHA-256 of a file's content, in hex."""
    import hashlib  # 5 ms, and most runs read no content

    with open(path, "rb") as stream:
        return hashlib.sha256(stream.read()).hexdigest()


def _store(arguments: Sequence[str], printed: str, roots: str, rows: dict[str, tuple[str, str]]) -> None:
    lines = [_FORMAT, _key(arguments), printed, roots]
    lines += [line for line, _ in rows.values()]
    lines += [digest for _, digest in rows.values()]
    lines.append(_END)
    cache_folder.write(_stamp_name(arguments), "\n".join(lines).encode("utf-8", "surrogateescape"))


def _in_ci() -> bool:
    """Return whether this runs in CI, where a short cut is not worth what a planted stamp could hide."""
    return os.environ.get("CI", "").lower() not in ("", "0", "false")


def _was_killed(out: str) -> bool:
    """Return whether a killed run has left its new tree beside the output folder: the full run takes it away."""
    return os.path.lexists(os.path.join(os.path.dirname(out), f".{os.path.basename(out)}.triptych-new"))


def _key(arguments: Sequence[str]) -> str:
    """Return what a stamp is of: the Python, where it finds code, ours first, the working folder and the arguments."""
    package = os.path.dirname(os.path.dirname(os.path.realpath(__file__)))
    parts = (sys.version, sys.prefix, package, os.pathsep.join(sys.path), os.getcwd(), *arguments)
    return "\t".join(_folded(part) for part in parts)


def _folded(text: str) -> str:
    return text.replace("\\", "\\\\").replace("\n", "\\n").replace("\t", "\\t").replace("\r", "\\r")


def _unfolded(text: str) -> str:
    parts = (part.replace("\\n", "\n").replace("\\t", "\t").replace("\\r", "\r") for part in text.split("\\\\"))
    return "\\".join(parts)


def _printable(printed: str) -> str:
    """Return what a stamp says is printed as a terminal may show it."""
    if not printed:
        return ""
    from ..printable import printable  # most runs print nothing

    return printable(_unfolded(printed))


def _stamp_name(arguments: Sequence[str]) -> str:
    import zlib  # the name only spreads the stamps: the whole key stands in the stamp

    key = os.fsencode(_key(arguments))
    return f"{zlib.crc32(key):08x}{zlib.adler32(key):08x}.stamp"
