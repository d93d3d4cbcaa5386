"""Unreadable documents: they are there, so that a reference to one of them is not a fault of its own."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from urllib.parse import quote

from . import uris
from .resolver import RETRIEVAL

_IDENTIFIER = r"""(?:^|[\s{,"'])\$?id["']?\s*:\s*["']?([^\s"',}]+)"""


def unread(texts: Mapping[str, str]) -> Callable[[str], bool]:
    """Return whether a URI without a fragment may be one of the documents, which are given as text by path.

    A document that can't be parsed may still name itself; one without any text may be whatever its name fits.
    """
    named = {uri for path, text in texts.items() for uri in _uris(path, text)}
    nameless = tuple(path for path, text in texts.items() if not text)

    def is_unread(uri: str) -> bool:
        inside = uri.startswith(tuple(f"{RETRIEVAL}{_quoted(path)}/" for path in nameless))
        return uri in named or inside or uri.endswith(tuple("/" + _quoted(path) for path in nameless))

    return is_unread


def _quoted(path: str) -> str:
    """Return a path as it stands in a URI; a name that is not UTF-8 has surrogates in it."""
    return quote(path, errors="surrogatepass")


def _uris(path: str, text: str) -> Iterator[str]:
    """Yield the URIs that a text may have been meant to have: the identifiers in it, relative ones below the first."""
    base = RETRIEVAL + _quoted(path)
    yield base
    for index, identifier in enumerate(re.findall(_IDENTIFIER, text)):
        uri = uris.split_fragment(uris.join(base, identifier))[0]
        yield uri
        if not index:
            base = uri
