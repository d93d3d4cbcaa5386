"""Swapping: the output folder is read and replaced as a whole; no other module touches it."""

from __future__ import annotations

import contextlib
import ctypes
import errno
import os
import shutil
import stat
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Final, NamedTuple

from ..findings import Finding, Place, Rejected, Rule, Severity
from ..incremental.stamp import Entry
from ..source.paths import real
from .manifest import MANIFEST, digest, manifest_tables, recorded_hash

UNWRITABLE = Rule("output-unwritable", "The output folder can be written.", exit_code=2)
UNREADABLE = Rule("output-unreadable", "The output folder can be read.", exit_code=2)
NOT_PLAIN = Rule("output-not-plain", "The output folder holds plain files and folders, no links or devices.")
BUSY = Rule("output-busy", "One run at a time writes an output folder.", exit_code=2)
SURROUNDS = Rule("output-surrounds", "The output folder is a folder of its own.", exit_code=2)
OBSTRUCTED = Rule("output-obstructed", "No file made by hand stands where a generated one goes.")
FOREIGN = Rule("output-foreign", "The output folder holds generated files only.", Severity.WARNING)

# What tools leave behind in any folder of Python, and builders of the site: neither generated nor written by hand.
_LEFT_BY_PYTHON: Final = frozenset({"__pycache__", ".mypy_cache", ".ruff_cache", ".pytest_cache", ".DS_Store"})
_LEFT_BY_TOOLS: Final = _LEFT_BY_PYTHON | {".site", ".cache"}
_LOCK_SECONDS: Final = 60.0
_RENAME_EXCHANGE: Final = 2
_AT_FDCWD: Final = -100


ShareOut = Callable[[Callable[[str], None], Sequence[str]], object]
"""Does some work for each of many paths; it may be done in copies of this process."""


def one_by_one(work: Callable[[str], None], paths: Sequence[str]) -> None:
    """Do the work for each path here."""
    for path in paths:
        work(path)


class File(NamedTuple):
    """A file as it was read: its content, the SHA-256 of that in hex, and its status before as a stamp has it.

    The status is None if it was too recent to show every change since.
    """

    content: bytes
    sha256: str
    entry: Entry | None


NOTHING_SEEN: Final[Mapping[str, File]] = MappingProxyType({})


def write(
    out: Path,
    files: Mapping[str, str],
    *,
    keep_away: Sequence[Path] = (),
    share_out: ShareOut = one_by_one,
    seen: Mapping[str, File] = NOTHING_SEEN,
) -> tuple[Finding, ...]:
    """Return warnings, after the folder holds exactly these files and what others had put there.

    The whole folder is swapped in at one moment: a reader, a kill or a full disk at any time meets the old files
    or the new ones. Files that are not ours are carried over and reported. `keep_away` are paths that must not lie
    in the folder, such as the schemas; what the folder held when it was `seen` is not read again where it still does.
    Raises Rejected, with what was there before untouched.
    """
    keep_apart(out, keep_away)
    wanted = {path: text.encode() for path, text in files.items()}
    with faults_as_findings(out), locked(out):
        recover(out)
        present = read_tree(out, seen)
        old = manifest_tables(present.get(MANIFEST))
        foreign = _foreign(present, wanted, old)
        _refuse_obstruction(out, present, foreign, wanted, old)
        if not _same(present, wanted, foreign):
            swap_in(out, wanted, present, foreign, share_out)
    return tuple(
        finding_at(FOREIGN, out, path, "was not generated; it is left as it is", how_to_keep(path)) for path in foreign
    )


def finding_at(rule: Rule, out: Path, path: str, message: str, help: str, detail: str = "") -> Finding:
    """Return a finding about a file of an output folder."""
    return Finding(rule, Place((out / path).as_posix()), f"{path} {message}", help, detail)


def how_to_keep(path: str) -> str:
    """Return the help for a file that is the user's."""
    return f"keep {path} in another folder, or delete it"


# What is there


def look(out: Path) -> dict[str, File]:
    """Return every file in the folder by its path, as it is read now; none if not all can be read."""
    files: dict[str, File] = {}
    now = time.time_ns()
    try:
        for path, entry in _entries(out):
            content = _content(entry.path)
            files[path] = File(content, digest(content), None if entry.younger_than(now) else entry)
    except (OSError, Rejected):
        return {}
    return files


def read_tree(out: Path, seen: Mapping[str, File] = NOTHING_SEEN) -> dict[str, bytes]:
    """Return the content of every file in the folder by its path; anything but files and folders is Rejected.

    A file with the size, times and inode that it had when it was `seen` is not read again, if these were old enough
    then to show every later change.
    """
    files: dict[str, bytes] = {}
    for path, entry in _entries(out):
        known = seen.get(path)
        is_same = known is not None and known.entry is not None and known.entry.line == entry.line
        files[path] = known.content if known is not None and is_same else _content(entry.path)
    return files


def digests(seen: Mapping[str, File]) -> dict[str, str]:
    """Return the digests of files as a stamp takes them, of those whose status shows every change."""
    return {file.entry.as_linked(): file.sha256 for file in seen.values() if file.entry is not None}


def _entries(out: Path) -> list[tuple[str, Entry]]:
    """Return every file in the folder with its path in it; anything but files and folders is Rejected."""
    status = _status(out)
    if status is None:
        return []
    if not stat.S_ISDIR(status.st_mode):
        what = "a symbolic link" if stat.S_ISLNK(status.st_mode) else "not a folder"
        raise Rejected(
            [Finding(NOT_PLAIN, Place(str(out)), f"the output folder is {what}", "name a folder of its own")]
        )
    files: list[tuple[str, Entry]] = []
    faults: list[Finding] = []
    _walk(out, "", files, faults)
    if faults:
        raise Rejected(faults)
    return files


def _walk(out: Path, prefix: str, files: list[tuple[str, Entry]], faults: list[Finding]) -> None:
    with os.scandir(out / prefix) as children:
        for child in sorted(children, key=lambda entry: entry.name):
            path = prefix + child.name
            if child.is_dir(follow_symlinks=False):
                if child.name not in _LEFT_BY_TOOLS:
                    _walk(out, path + "/", files, faults)
            elif not child.is_file(follow_symlinks=False):
                what = "a symbolic link" if child.is_symlink() else "not a plain file"
                message = f"is {what}: nothing is written through it or over it"
                faults.append(finding_at(NOT_PLAIN, out, path, message, f"take {path} out of the output folder"))
            elif child.name not in _LEFT_BY_TOOLS:
                files.append((path, Entry(child.path, child.stat(follow_symlinks=False))))


def _content(path: str) -> bytes:
    with open(path, "rb", buffering=0) as stream:
        return stream.read()


def _status(path: Path) -> os.stat_result | None:
    try:
        return os.lstat(path)
    except FileNotFoundError:
        return None


def _foreign(
    present: Mapping[str, bytes], files: Mapping[str, bytes], old: Mapping[str, Mapping[str, object]]
) -> list[str]:
    """Return the paths that no run wrote: the old manifest does not name them, or with another content."""
    return [
        path
        for path, content in present.items()
        if path not in files and path != MANIFEST and recorded_hash(path, old) != digest(content)
    ]


def _refuse_obstruction(
    out: Path,
    present: Mapping[str, bytes],
    foreign: Sequence[str],
    files: Mapping[str, bytes],
    old: Mapping[str, Mapping[str, object]],
) -> None:
    """Reject files that are not ours in places that are to be ours.

    A damaged manifest (a merge leaves one) says nothing of what is ours, and must not stop the run that mends it.
    """
    folders = _folders(files)
    obstacles = [path for path in foreign if path in folders or any(path.startswith(f"{file}/") for file in files)]
    if old["files"] or MANIFEST not in present:
        unrecorded = (path for path in files.keys() & present.keys() if path not in old["files"] and path != MANIFEST)
        obstacles += sorted(path for path in unrecorded if present[path] != files[path])
    if obstacles:
        message = "was not generated, and stands where a generated file or folder goes"
        raise Rejected(finding_at(OBSTRUCTED, out, path, message, how_to_keep(path)) for path in obstacles)


def _folders(paths: Iterable[str]) -> set[str]:
    """Return the folders that files of these paths stand in."""
    folders: set[str] = set()
    for path in paths:
        folder = os.path.dirname(path)
        while folder and folder not in folders:
            folders.add(folder)
            folder = os.path.dirname(folder)
    return folders


def _same(present: Mapping[str, bytes], files: Mapping[str, bytes], foreign: Sequence[str]) -> bool:
    is_complete = len(present) - len(foreign) == len(files) and files.keys() <= present.keys()
    return is_complete and all(present[path] == content for path, content in files.items())


# The swap

_MARK: Final = "made-by-triptych"
_MARK_TEXT: Final = b"A run of Triptych makes a folder anew in here. If no run is on, the next one takes this away.\n"


def _room(out: Path) -> Path:
    """Return the folder beside the output in which a run makes the new tree, and from which it deletes the old one.

    It holds a mark, by which a later run recognizes it, the tree `new`, and, where two names can't be exchanged at
    once, the tree `old`: that one is there only from the moment when `new` was complete on the disk.
    """
    return out.parent / f".{out.name}.triptych-new"


def recover(out: Path) -> None:
    """Take away what a killed run left, and finish its swap if it stood between two renames; and touch nothing else.

    What stands there without our mark was left by no run, and stays.
    """
    room = _room(out)
    if not _is_ours(room):
        return
    new, old = room / "new", room / "old"
    if _status(out) is None and _status(old) is not None:
        os.rename(new if _status(new) is not None else old, out)
        _sync_folder(out.parent)
    _take_away(room)


def _is_ours(room: Path) -> bool:
    """Return whether a run made the folder: nothing else stands in it, and no tree without the whole mark."""
    status = _status(room)
    if status is None or not stat.S_ISDIR(status.st_mode):
        return False
    names = set(os.listdir(room))
    if not names <= {_MARK, "new", "old"}:
        return False
    mark = _status(room / _MARK)
    if mark is None or not stat.S_ISREG(mark.st_mode):
        return not names  # the run ended before it could write the mark, or after it had deleted it
    if mark.st_size > len(_MARK_TEXT):
        return False
    content = (room / _MARK).read_bytes()
    return content == _MARK_TEXT or (names == {_MARK} and _MARK_TEXT.startswith(content))


def _take_away(room: Path) -> None:
    """Delete the folder, the mark after the trees: whenever this ends, the next run can go on with it."""
    for name in ("new", "old"):
        if _status(room / name) is not None:
            shutil.rmtree(room / name)
    (room / _MARK).unlink(missing_ok=True)
    os.rmdir(room)


def swap_in(
    out: Path,
    files: Mapping[str, bytes],
    present: Mapping[str, bytes],
    foreign: Sequence[str],
    share_out: ShareOut = one_by_one,
) -> None:
    """Put the files in place of what is there, all or none; foreign files are carried over."""
    room = _room(out)
    out.parent.mkdir(parents=True, exist_ok=True)
    if _status(room) is not None:
        message = "stands where a run makes the new tree, and no run has left it"
        raise Rejected([finding_at(OBSTRUCTED, out.parent, room.name, message, f"move {room.name} away")])
    room.mkdir()
    try:
        _write_file(os.path.join(room, _MARK), _MARK_TEXT)
        _sync_folder(room)
        _build(room / "new", out, files, present, foreign, share_out)
        _put_in_place(room, out)
        _sync_folder(out.parent)
    finally:
        between_renames = _status(out) is None and _status(room / "old") is not None
        if not between_renames:
            _take_away(room)


def _build(
    new: Path,
    out: Path,
    files: Mapping[str, bytes],
    present: Mapping[str, bytes],
    foreign: Sequence[str],
    share_out: ShareOut,
) -> None:
    """Make the complete new tree on the disk; a file that stays as it is keeps its inode and its times.

    Copies of this process that help have the lock of the folder too: no other run begins before the last one ends.
    """
    new.mkdir()
    if _status(out) is not None:
        shutil.copymode(out, new)
    fresh = [path for path in sorted(files) if present.get(path) != files[path]]
    folders = sorted(_folders([*files, *foreign]))
    for folder in folders:
        (new / folder).mkdir()
    share_out(lambda path: _write_file(os.path.join(new, path), files[path]), fresh)
    for path in sorted({*files, *foreign}.difference(fresh)):
        _carry_over(os.path.join(out, path), os.path.join(new, path))
    for folder in ("", *folders):
        _sync_folder(new / folder)


_NEW_FILE: Final = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)


def _write_file(path: str, content: bytes) -> None:
    try:
        descriptor = os.open(path, _NEW_FILE, 0o666)
    except FileExistsError:  # a copy of this process wrote it, and failed at another one
        os.unlink(path)
        descriptor = os.open(path, _NEW_FILE, 0o666)
    try:
        rest = memoryview(content)
        while rest:
            rest = rest[os.write(descriptor, rest) :]
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _carry_over(source: str, target: str) -> None:
    try:
        os.link(source, target, follow_symlinks=False)
    except (OSError, NotImplementedError) as error:
        if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT, errno.ENOENT):
            raise
        shutil.copy2(source, target, follow_symlinks=False)  # a file system without hard links


def _put_in_place(room: Path, out: Path) -> None:
    new, old = room / "new", room / "old"
    if _status(out) is None:
        os.rename(new, out)
    elif not _exchange(new, out):
        os.rename(out, old)
        try:
            os.rename(new, out)
        except OSError:
            os.rename(old, out)
            raise


def _exchange(one: Path, other: Path) -> bool:
    """Return whether the two names were exchanged at one moment (Linux, on file systems that can)."""
    if not sys.platform.startswith("linux"):
        return False
    renameat2 = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if renameat2 is None:
        return False
    if renameat2(_AT_FDCWD, os.fsencode(one), _AT_FDCWD, os.fsencode(other), _RENAME_EXCHANGE) == 0:
        return True
    code = ctypes.get_errno()
    if code in (errno.ENOSYS, errno.EINVAL, errno.EOPNOTSUPP):
        return False
    raise OSError(code, os.strerror(code), str(other))


def _sync_folder(folder: Path) -> None:
    if os.name != "posix":
        return  # elsewhere a folder can't be opened, and a rename is in the file system's log
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


# What surrounds it


def keep_apart(out: Path, others: Sequence[Path]) -> None:
    """Raise Rejected if the output folder would hold, or be held by, one of the other folders."""
    resolved = real(out)
    for other in (*others, Path.cwd()):
        inner = real(other)
        message = ""
        if inner == resolved or resolved in inner.parents:
            what = "this command's working folder" if other == Path.cwd() else str(other)
            message = f"the output folder is replaced as a whole, and {what} lies in it"
        elif other in others and inner in resolved.parents:
            message = f"the output folder lies in {other}, which is read for input"
        if message:
            raise Rejected([Finding(SURROUNDS, Place(str(out)), message, "name a folder of its own for the output")])


@contextlib.contextmanager
def faults_as_findings(out: Path, rule: Rule = UNWRITABLE) -> Iterator[None]:
    """Raise Rejected in place of every fault of the operating system."""
    try:
        yield
    except OSError as error:
        where = error.filename or str(out)
        message = f"{where}: {error.strerror or error}; what was there before is untouched"
        help = "check the space on the disk, the permissions and the path"
        raise Rejected([Finding(rule, Place(str(out)), message, help)]) from error


@contextlib.contextmanager
def locked(out: Path) -> Iterator[None]:
    """Hold the lock of the folder that the output stands in; the system lets go of it when the process ends."""
    out.parent.mkdir(parents=True, exist_ok=True)
    descriptor, take = _lock(out)
    try:
        _wait_for(take, out)
        yield
    finally:
        os.close(descriptor)


def _wait_for(take: Callable[[], None], out: Path) -> None:
    until = time.monotonic() + _LOCK_SECONDS
    while True:
        try:
            return take()
        except OSError as error:
            if error.errno not in (errno.EAGAIN, errno.EACCES, errno.EDEADLK):
                raise
        if time.monotonic() > until:
            message = f"another run has been writing beside {out} for {_LOCK_SECONDS:.0f} s"
            raise Rejected([Finding(BUSY, Place(str(out)), message, "wait for it to end, then run again")])
        time.sleep(0.02)


if sys.platform == "win32":
    import msvcrt

    def _lock(out: Path) -> tuple[int, Callable[[], None]]:
        descriptor = os.open(out.parent / f".{out.name}.triptych-lock", os.O_RDWR | os.O_CREAT)
        return descriptor, lambda: msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _lock(out: Path) -> tuple[int, Callable[[], None]]:
        descriptor = os.open(out.parent, os.O_RDONLY)  # the folder itself: no file to leave behind
        return descriptor, lambda: fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
