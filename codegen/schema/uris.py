"""URI references: resolved against a base as RFC 3986 says, for every scheme.

`urllib.parse.urljoin` joins only the schemes that it knows; `$id`s are often `urn:` or `tag:`.
"""

from __future__ import annotations

import re

# RFC 3986, appendix B.
_PARTS = re.compile(r"(?:([^:/?#]+):)?(?://([^/?#]*))?([^?#]*)(?:\?([^#]*))?(?:#(.*))?", re.DOTALL)


def split_fragment(uri: str) -> tuple[str, str]:
    """Return a URI reference without its fragment, and the fragment without its `#` ("" if there is none)."""
    bare, _, fragment = uri.partition("#")
    return bare, fragment


def join(base: str, reference: str) -> str:
    """Return the reference as an absolute URI (RFC 3986, section 5.2.2)."""
    scheme, authority, path, query, fragment = _split(reference)
    if scheme is None:
        scheme, base_authority, base_path, base_query, _ = _split(base)
        if authority is None:
            authority = base_authority
            if path == "":
                path, query = base_path, base_query if query is None else query
            else:
                path = path if path.startswith("/") else _merge(base_authority, base_path, path)
    return _unsplit(scheme, authority, _remove_dots(path), query, fragment)


def _split(uri: str) -> tuple[str | None, str | None, str, str | None, str | None]:
    match = _PARTS.fullmatch(uri)
    if match is None:  # the expression matches every string
        raise ValueError(f"not a URI reference: {uri!r}")
    return match[1], match[2], match[3], match[4], match[5]


def _merge(authority: str | None, base_path: str, path: str) -> str:
    if authority is not None and base_path == "":
        return "/" + path
    return base_path[: base_path.rfind("/") + 1] + path


def _remove_dots(path: str) -> str:
    """Return the path without `.` and `..` segments (section 5.2.4); an opaque path (no `/`) stays as it is."""
    if "/" not in path:
        return path
    kept: list[str] = []
    segments = path.split("/")
    for index, segment in enumerate(segments):
        last = index == len(segments) - 1
        if segment == "..":
            if len(kept) > 1:
                kept.pop()
            if last:
                kept.append("")
        elif segment == ".":
            if last:
                kept.append("")
        else:
            kept.append(segment)
    return "/".join(kept)


def _unsplit(scheme: str | None, authority: str | None, path: str, query: str | None, fragment: str | None) -> str:
    return "".join(
        [
            "" if scheme is None else scheme + ":",
            "" if authority is None else "//" + authority,
            path,
            "" if query is None else "?" + query,
            "" if fragment is None else "#" + fragment,
        ]
    )
