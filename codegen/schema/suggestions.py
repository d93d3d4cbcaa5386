"""Suggestions: what a reference that leads nowhere may have been meant to be, from the names that are there."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from ..ir import JSON, escape_token
from ..pointer import find, reach, unescape
from ..source.positions import quoted

_SHOWN = 6
"""How many names a help lists."""


def document(uri: str, resource_uris: Iterable[str], paths: Mapping[str, str]) -> str:
    """Return what to do about the URI of a document that is not there.

    `resource_uris` are the URIs of all schema resources, `paths` those of the schema folder's files by retrieval URI.
    """
    names = {path.rpartition("/")[2]: retrieval for retrieval, path in paths.items()}
    name = uri.rpartition("/")[2]
    if name in names and names[name] != uri and not uri.startswith("schema:"):
        return f"give {paths[names[name]]} the $id {uri}, refer to it by the $id that it has, or {_MAP}"
    meant = close(uri, resource_uris)
    if not meant and (near := close(name, names)):
        meant = names[near]
    hint = f"did you mean {paths.get(meant, meant)}? If not, " if meant else ""
    if uri.startswith("schema:"):
        return f"{hint}{_ADD}"
    if uri.startswith("file:"):
        return f"{hint}refer to a file of the schema folder by its relative path, or {_MAP}"
    return f"{hint}{_ADD}, or {_MAP}; nothing is fetched from the network"


_ADD = "correct the reference or add the document to the schema folder"
_MAP = "map the URI to a file of your own in [tool.triptych.references]"


def anchor(name: str, anchors: Collection[str], content: JSON) -> tuple[str, str]:
    """Return what is wrong with an anchor that a schema resource does not have, and what to do."""
    if "/" in name and find("/" + name, content):
        return f"it has no anchor {quoted(name)}", f"a JSON Pointer begins with a slash: write #/{name}"
    near = close(name, anchors)
    help = f"did you mean #{near}?" if near else _there(anchors, "anchor")
    return f"it has no anchor {quoted(name)}", help


def pointer(path: str, content: JSON) -> tuple[str, str]:
    """Return how far a JSON Pointer that leads nowhere goes in a value, and what to do."""
    value, rest = reach(path, content)
    gone = path.removesuffix("".join(f"/{part}" for part in rest))
    token, *later = rest
    name = f"#{gone}" if gone else "it"
    return f"{name} {_lacks(value, unescape(token))}", _help(content, value, gone, token, "/".join(["", *later]))


def _lacks(value: JSON, token: str) -> str:
    if isinstance(value, dict):
        return f"has no member {quoted(token)}"
    if isinstance(value, list):
        return f"is an array of {len(value)} items, and has no item {quoted(token)}"
    return f"is neither an object nor an array, and has nothing at {quoted(token)}"


def _help(content: JSON, value: JSON, gone: str, token: str, rest: str) -> str:
    """Return the nearest name where a pointer ends, a definition of the name it ends with, or all that is there."""
    if isinstance(value, list):
        return "correct the reference: an index counts from 0"
    if not isinstance(value, dict):
        return "correct the reference"
    near = close(unescape(token), value)
    here = f"{gone}/{escape_token(near)}" if near else ""
    ending = f"{token}{rest}".rpartition("/")[2]
    for meant in (here + rest if near else "", f"/$defs/{ending}", f"/definitions/{ending}"):
        if meant and find(meant, content):
            return f"did you mean #{meant}?"
    return f"did you mean #{here}?" if near else _there(value, "member")


def _there(names: Collection[str], what: str) -> str:
    """Return the names that are there, as many as a line can hold."""
    if not names:
        return f"correct the reference: there is no {what} at all"
    listed = ", ".join(sorted(names)[:_SHOWN]) + (f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else "")
    return f"correct the reference: there is {listed}"


def close(name: str, names: Iterable[str]) -> str:
    """Return which of the names a name is nearest to, "" if it is near to none."""
    # A reference that leads somewhere has no need of this import.
    from difflib import get_close_matches

    return next(iter(get_close_matches(name, list(names), 1, 0.75)), "")


__all__ = ["anchor", "close", "document", "pointer"]
