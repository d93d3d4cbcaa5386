"""The sandbox: while a run works, its thread opens no socket, starts no process and touches only its own files.

An audit hook (PEP 578) sees every such call before the system does. It keeps honest code honest: schemas can't
reach code that could get around it, and an artifact's `prepare.py` is trusted, but may err. Only `workers` makes copies
of the process (`copying`), which keep the hook and its limits.
"""

from __future__ import annotations

import os
import sys
import sysconfig
import tempfile
from _thread import get_ident
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache, lru_cache
from pathlib import Path
from types import FrameType
from typing import Final

from ..findings import Finding, Place, Rejected, Rule

OUTSIDE = Rule("guard-refused", "A run opens no socket, starts no process and reads only its own folders.", exit_code=2)

_PACKAGE: Final = Path(__file__).parent.parent
TEMPORARY: Final = "triptych-"
"""How the name of every temporary folder of a run begins."""


class Refused(PermissionError):
    """A call that the sandbox has stopped."""


_NETWORK: Final = "opens a connection"
_PROCESS: Final = "starts a process"
_THREAD: Final = "starts a thread, which nothing would watch"
_REFUSED: Final[Mapping[str, str]] = {
    **dict.fromkeys(("socket.__new__", "socket.connect", "socket.bind", "socket.sendto", "socket.sendmsg"), _NETWORK),
    **dict.fromkeys(("socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr"), _NETWORK),
    **dict.fromkeys(("socket.getnameinfo", "urllib.Request", "http.client.connect", "webbrowser.open"), _NETWORK),
    **dict.fromkeys(("subprocess.Popen", "os.system", "os.exec", "os.fork", "os.forkpty"), _PROCESS),
    **dict.fromkeys(("os.posix_spawn", "os.spawn", "os.startfile", "os.startfile/2", "pty.spawn"), _PROCESS),
    **dict.fromkeys(("_thread.start_new_thread", "_thread.start_joinable_thread"), _THREAD),
}
"""Events that nothing in a run needs, and what they are."""

_CHANGES: Final[Mapping[str, tuple[int, ...]]] = {
    "os.mkdir": (0,),
    "os.rename": (0, 1),
    "os.link": (1,),
    "os.symlink": (1,),
    "os.remove": (0,),
    "os.rmdir": (0,),
    "os.truncate": (0,),
    "os.chmod": (0,),
    "os.chown": (0,),
    "os.utime": (0,),
}
"""Events that change the disk, and which of their arguments are paths."""

_BELOW_OPEN_FOLDER: Final[Mapping[str, int]] = {"os.remove": 1, "os.rmdir": 1, "os.mkdir": 2, "os.chmod": 2}
"""Which argument is the open folder (-1: none) that a path is relative to; its opening was checked before."""

_TURNING: Final = frozenset({"os.rename", "os.symlink", "os.remove", "os.rmdir"})
"""Events after which the path of a folder may lead elsewhere."""

_WRITING: Final = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_DEVICES: Final = frozenset({os.devnull, "/dev/urandom"})


@dataclass(slots=True)
class _Limits:
    """What one run may touch, as beginnings of real paths, and what it was refused."""

    reads: tuple[str, ...]
    writes: tuple[str, ...]
    above: frozenset[str]
    findings: list[Finding] = field(default_factory=list)


_active: dict[int, list[_Limits]] = {}
_copying: set[int] = set()
_hooked = False


@contextmanager
def confined(reads: Iterable[Path], writes: Iterable[Path] = ()) -> Iterator[None]:
    """Let this thread touch nothing but these files and folders, Python's own and temporary ones of the run.

    `writes` may be read too; what ends in `*` there stands for every name that begins so. Raises Rejected at the end if
    anything was refused, even if the refusal was caught.
    """
    global _hooked
    written = tuple(_beginning(path) for path in writes)
    temporary = os.path.join(os.path.realpath(tempfile.gettempdir()), TEMPORARY)
    above = frozenset(str(folder) for path in writes for folder in Path(os.path.realpath(path)).parents)
    limits = _Limits((*map(_beginning, reads), *written, temporary), (*written, temporary), above)
    installation()
    _real_folder.cache_clear()
    if not _hooked:
        sys.addaudithook(_hook)
        _hooked = True
    stack = _active.setdefault(get_ident(), [])
    stack.append(limits)
    try:
        yield
    except Exception as error:
        if not limits.findings:
            raise
        others = error.findings if isinstance(error, Rejected) else ()
        raise Rejected([*limits.findings, *others]) from error
    finally:
        stack.pop()
        if not stack:
            del _active[get_ident()]
    if limits.findings:
        raise Rejected(limits.findings)


@contextmanager
def copying() -> Iterator[None]:
    """Let this thread make a copy of the process, which is confined as the process is."""
    _copying.add(get_ident())
    try:
        yield
    finally:
        _copying.discard(get_ident())


def _beginning(path: Path) -> str:
    text = str(path)
    if text.endswith("*"):
        return os.path.join(os.path.realpath(os.path.dirname(text)), os.path.basename(text)[:-1])
    return os.path.join(os.path.realpath(text), "")


@cache
def installation() -> tuple[str, ...]:
    """Return where Python and what is installed for it stand, as beginnings of paths; the working folder is not one."""
    named = {*sysconfig.get_paths().values(), sys.prefix, sys.base_prefix, sys.exec_prefix, str(_PACKAGE)}
    here = os.path.realpath(os.getcwd())
    named |= {path for path in sys.path if path and os.path.realpath(path) != here}
    every = {spelled for path in named for spelled in (os.path.abspath(path), os.path.realpath(path))}
    return tuple(os.path.join(path, "") for path in sorted(every) if len(path) > 1)


def _hook(event: str, arguments: tuple[object, ...]) -> None:
    if not _active:
        return
    if event == "open":
        stack = _active.get(get_ident())
        if stack:
            _opened(stack, *arguments)
    elif event in _REFUSED or event in _CHANGES:
        stack = _active.get(get_ident())
        if event == "os.fork" and get_ident() in _copying:
            return
        if stack and event in _REFUSED:
            _refuse(stack, f"the run {_REFUSED[event]} ({event})")
        elif stack:
            _changed(stack, event, arguments)


def _opened(stack: list[_Limits], path: object, mode: object, flags: object) -> None:
    if not isinstance(path, str | bytes | os.PathLike):
        return  # a descriptor is of what was opened before
    name = os.path.abspath(os.fsdecode(path))
    if isinstance(flags, int) and flags & _WRITING:
        if name not in _DEVICES and not _may_write(stack, name):
            _refuse(stack, f"the run writes {name}, which is outside of its folders")
    elif not name.startswith(installation()) and name not in _DEVICES and not _may_read(stack, name):
        _refuse(stack, f"the run reads {name}, which is outside of its folders")


@lru_cache(maxsize=256)
def _real_folder(folder: str) -> str:
    """Return the real path of a folder, which is looked up once until a link, a name or a folder has changed."""
    return os.path.realpath(folder)


def _may_read(stack: list[_Limits], name: str) -> bool:
    """Return whether a path may be opened; opening a folder or a missing file reads nothing."""
    folder, file = os.path.split(name)
    real = os.path.realpath(name) if os.path.islink(name) else os.path.join(_real_folder(folder), file)
    below = os.path.join(real, "")
    if below.startswith(installation()) or all(below.startswith(limits.reads) for limits in stack):
        return True
    if sys.pycache_prefix is not None and real.startswith(os.path.realpath(sys.pycache_prefix)):
        return True  # compiled modules, which Python keeps there
    return os.path.isdir(real) or not os.path.exists(real)


def _changed(stack: list[_Limits], event: str, arguments: tuple[object, ...]) -> None:
    if event in _TURNING:
        _real_folder.cache_clear()
    folder = _BELOW_OPEN_FOLDER.get(event)
    if folder is not None and len(arguments) > folder and arguments[folder] not in (-1, None):
        return
    for index in _CHANGES[event]:
        path = arguments[index]
        if isinstance(path, str | bytes | os.PathLike):
            name = os.path.abspath(os.fsdecode(path))
            makes_above = event == "os.mkdir" and all(name in limits.above for limits in stack)
            if not makes_above and not _may_write(stack, name):
                _refuse(stack, f"the run changes {name} ({event}), which is outside of its folders")


def _may_write(stack: list[_Limits], name: str) -> bool:
    """Return whether a path may be written: in the run's own folders, or as the cache of compiled modules."""
    folder, file = os.path.split(name)
    real = os.path.join(_real_folder(folder), file)
    if all(os.path.join(real, "").startswith(limits.writes) for limits in stack):
        return True
    if sys.pycache_prefix is not None and real.startswith(os.path.realpath(sys.pycache_prefix)):
        return True
    return "__pycache__" in real.split(os.sep)[-2:]


def _refuse(stack: list[_Limits], message: str) -> None:
    help = "keep what the run needs in the schema folder, in [tool.triptych.references] or in the artifact's own folder"
    stack[-1].findings.append(Finding(OUTSIDE, _caller(), message, help))
    raise Refused(message)


def _caller() -> Place:
    """Return the line that made the call, as near to it as there is one that is not the installation's."""
    frame: FrameType | None = sys._getframe(1)
    package = str(_PACKAGE)
    while frame is not None:
        file = frame.f_code.co_filename
        if (
            file != __file__
            and os.path.isabs(file)
            and (file.startswith(package) or not file.startswith(installation()))
        ):
            return Place(file, frame.f_lineno, 1)
        frame = frame.f_back
    return Place("")
