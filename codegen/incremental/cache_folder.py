"""The cache folder: the files that a run leaves there for later ones, private to the user.

A file is read, replaced or deleted only if it is a regular one that only this user can write, in a folder of which the
same holds; a link is never followed. Any other counts as not there: that costs time, nothing else.

Only modules that a bare interpreter has at hand are imported: a run with nothing to do comes here first.
"""

from __future__ import annotations

import os
import stat
import sys
import time

LARGEST = 128 * 1024 * 1024
_OLDEST_S = 30 * 24 * 3600
_SHARED = stat.S_IWGRP | stat.S_IWOTH
_NO_LINK = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
_FOLDER = os.O_RDONLY | _NO_LINK | getattr(os, "O_DIRECTORY", 0)
_KINDS = ("cache", "stamp")
_HEX = frozenset("0123456789abcdef")
# Windows opens no folders, and keeps the user's ones to the user.
_HAS_DESCRIPTORS = os.open in os.supports_dir_fd and hasattr(os, "O_DIRECTORY")


class Unsafe(OSError):
    """The folder or the file may be somebody else's."""


def read(name: str) -> bytes:
    """Return the content of a file of that name; raises OSError if there is none that is this user's alone."""
    with _Opened() as (prefix, folder), open(_own_file(prefix + name, folder), "rb") as stream:
        return stream.read()


def _own_file(path: str, folder: int | None) -> int:
    """Return the descriptor of a file to read; raises OSError if it may be somebody else's."""
    descriptor = os.open(path, os.O_RDONLY | _NO_LINK | getattr(os, "O_NONBLOCK", 0), dir_fd=folder)
    status = os.fstat(descriptor)
    if stat.S_ISREG(status.st_mode) and _is_own(status) and status.st_size <= LARGEST:
        return descriptor
    os.close(descriptor)
    raise Unsafe(path)


def write(name: str, content: bytes) -> None:
    """Put a whole file in the place of another at once; raises OSError. Two runs leave the file of one of them."""
    os.makedirs(cache_folder(), mode=0o700, exist_ok=True)
    with _Opened() as (prefix, folder):
        beside = f"{prefix}{name}.{os.urandom(8).hex()}"
        descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _NO_LINK, 0o600, dir_fd=folder)
        try:
            with open(descriptor, "wb") as stream:
                stream.write(content)
            os.replace(beside, prefix + name, src_dir_fd=folder, dst_dir_fd=folder)
        except BaseException:
            os.unlink(beside, dir_fd=folder)
            raise


def touch(name: str) -> None:
    """Let a file count as used now; raises OSError."""
    with _Opened() as (prefix, folder), open(_own_file(prefix + name, folder), "rb") as stream:
        os.utime(stream.fileno() if os.utime in os.supports_fd else prefix + name)


def prune() -> None:
    """Delete what runs have left and none has used for a month; raises OSError. Nothing of anybody else is touched."""
    oldest = time.time() - _OLDEST_S
    with _Opened() as (prefix, folder):
        for name in os.listdir(cache_folder() if folder is None else folder):
            if _is_ours(name):
                status = os.stat(prefix + name, dir_fd=folder, follow_symlinks=False)
                if stat.S_ISREG(status.st_mode) and _is_own(status) and status.st_mtime < oldest:
                    os.unlink(prefix + name, dir_fd=folder)


def cache_folder() -> str:
    """Return the folder of this tool in the user's cache folder; a relative one counts as not set, as XDG has it."""
    base = os.environ.get("XDG_CACHE_HOME") or os.environ.get("LOCALAPPDATA") or ""
    return os.path.join(base if os.path.isabs(base) else os.path.join(os.path.expanduser("~"), ".cache"), "triptych")


class _Opened:
    """The cache folder while it is open: what stands before a name in it, and its descriptor (None: there are none).

    Whoever puts another folder in its place changes nothing for those that have it open.
    """

    def __enter__(self) -> tuple[str, int | None]:
        if not _HAS_DESCRIPTORS:
            return os.path.join(cache_folder(), ""), None
        self.descriptor = os.open(cache_folder(), _FOLDER)
        if not _is_own(os.fstat(self.descriptor)):
            os.close(self.descriptor)
            raise Unsafe(cache_folder())
        return "", self.descriptor

    def __exit__(self, *raised: object) -> None:
        if _HAS_DESCRIPTORS:
            os.close(self.descriptor)


def _is_own(status: os.stat_result) -> bool:
    """Return whether a file or folder is this user's, and nobody else can write it."""
    return sys.platform == "win32" or (status.st_uid == os.geteuid() and not status.st_mode & _SHARED)


def _is_ours(name: str) -> bool:
    """Return whether a name is one that runs give: 16 hex digits, a kind, and on the way into place 16 more."""
    stem, _, rest = name.partition(".")
    kind, _, beside = rest.partition(".")
    return len(stem) == 16 and _HEX.issuperset(stem + beside) and kind in _KINDS and len(beside) in (0, 16)
