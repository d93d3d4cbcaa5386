"""The cache: results of earlier runs, so that a run does again only what depends on what has changed since.

An entry's key is the SHA-256 of all that its value was made from, and a file of entries is of one Python, one set of
installed tools and one text of our own code; so there is no entry that could be out of date. The file stands in the
user's cache folder (`cache_folder`), holds JSON, packed where it is long, and is never part of the output. One that is
damaged counts as none: that costs time, nothing else. Each run leaves the entries that it used, no others.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import json
import os
import sys
import zlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

from ..ir import JSON
from . import cache_folder
from .stamp import Entry, sha256

_PACKAGE = str(Path(__file__).parent.parent)
_FORMAT = b"triptych-cache 1 "
_END = b"end "
_PACKED = b"z"  # no JSON begins so
_SMALL = 200
_JSON = json.JSONEncoder(ensure_ascii=False, check_circular=False, separators=(",", ":"))  # one line all the same


class Cache:
    """Values by their keys; none of them is `None`. `own` are the digests of our own files, as a stamp knows files."""

    def __init__(
        self,
        recalled: Mapping[str, bytes] = MappingProxyType({}),
        made_by: str = "",
        status: Sequence[str] = (),
        own: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        self.made_by = made_by
        self.own = own
        self.status = status
        self._recalled = recalled
        self._used: dict[str, bytes] = {}

    def key(self, kind: str, made_from: JSON) -> str:
        """Return the key for something of a kind, from all that it is made from in this run."""
        return hashlib.sha256(json.dumps([kind, made_from]).encode()).hexdigest()

    def find(self, key: str) -> JSON:
        """Return what an earlier run kept, None if nothing."""
        packed = self._recalled.get(key) or self._used.get(key)
        if packed is None:
            return None
        self._used[key] = packed
        value: JSON = json.loads(_unpacked(packed))
        return value

    def has(self, key: str) -> bool:
        """Return whether something is kept, and keep it for runs to come."""
        if key in self._recalled:
            self._used[key] = self._recalled[key]
        return key in self._used

    def keep(self, key: str, value: JSON) -> None:
        """Keep a value for runs to come."""
        self._used[key] = _packed(_JSON.encode(value).encode(errors="surrogatepass"))

    def rows(self, *keys: str) -> dict[str, bytes]:
        """Return what is kept by some keys as it is kept, for another process to take."""
        return {key: self._used[key] for key in keys if key in self._used}

    def take(self, rows: Mapping[str, bytes]) -> None:
        """Keep what another process has kept."""
        self._used.update(rows)

    @property
    def has_news(self) -> bool:
        """Return whether other entries were used than there were."""
        return self._used != self._recalled

    def lines(self) -> list[bytes]:
        """Return the entries that were used in this run, a line each."""
        return [key.encode() + b" " + value for key, value in self._used.items()]


def _packed(value: bytes) -> bytes:
    """Return a value on one line; the code of a model takes a sixth of its room so."""
    return value if len(value) < _SMALL else _PACKED + base64.b64encode(zlib.compress(value, 1))


def _unpacked(value: bytes) -> bytes:
    return zlib.decompress(base64.b64decode(value[1:])) if value.startswith(_PACKED) else value


def recall(about: str) -> Cache:
    """Return what is kept for runs about something (folders, as text), nothing if there is no intact file."""
    try:
        status = _status()
        own = [(entry, sha256(entry.path)) for entry in _own_files()]
    except OSError:
        return Cache()  # our own files can't be read, so nothing is taken or kept
    made_by = _made_by({entry.path: digest for entry, digest in own})
    digests = {entry.as_linked(): digest for entry, digest in own}
    return Cache(_intact_entries(about, made_by), made_by, status, digests)


def _intact_entries(about: str, made_by: str) -> Mapping[str, bytes]:
    try:
        head, _, rest = cache_folder.read(_name(about)).partition(b"\n")
    except OSError:
        return {}  # without a cache all work is done
    body, _, end = rest.rpartition(b"\n")
    if head != _FORMAT + made_by.encode() or end != _END + hashlib.sha256(body).hexdigest().encode():
        return {}
    pairs = (line.partition(b" ") for line in body.split(b"\n") if line)
    return {key.decode(): value for key, _, value in pairs}


def store(about: str, cache: Cache) -> None:
    """Keep what a run used and made, in place of what was kept before."""
    with contextlib.suppress(OSError):  # a cache that can't be written costs the next run its time, nothing else
        if not cache.has_news:
            cache_folder.touch(_name(about))
            return
        body = b"\n".join(cache.lines())
        if len(body) > cache_folder.LARGEST - 1024 or not cache.made_by or cache.status != _status():
            return  # the code may have been another one while it ran
        end = _END + hashlib.sha256(body).hexdigest().encode()
        cache_folder.write(_name(about), b"\n".join([_FORMAT + cache.made_by.encode(), body, end]))


def _name(about: str) -> str:
    return f"{hashlib.sha256(about.encode(errors='surrogatepass')).hexdigest()[:16]}.cache"


def _made_by(own: Mapping[str, str]) -> str:
    """Return the digest of what makes the values: Python, everything that is installed, and our own files by path."""
    rows = [f"{path.removeprefix(_PACKAGE)} {digest}" for path, digest in own.items()]
    text = "\n".join([sys.version, *_installed(), *rows])
    return hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()


def _status() -> list[str]:
    """Return what changes when something of that does, without the content of our own files."""
    return [*_installed(), *(entry.line for entry in _own_files())]


def _installed() -> Iterator[str]:
    """Yield what is installed, by the folders where Python looks for it."""
    for folder in sys.path:
        with contextlib.suppress(OSError):  # a zip, or a folder that is not there
            names = [name for name in os.listdir(folder or ".") if name.endswith((".dist-info", ".egg-info"))]
            yield from (folder, *sorted(names))


def _own_files() -> list[Entry]:
    """Return our own files that make the values, as they are now."""
    paths = sorted(
        os.path.join(folder, name)
        for folder, _, names in os.walk(_PACKAGE)
        for name in names
        if name.endswith((".py", ".jinja", ".toml", ".json"))
    )
    return [Entry(path, os.stat(path)) for path in paths]
