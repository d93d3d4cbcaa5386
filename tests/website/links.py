"""Where the links of a built site lead: the builder knows pages and anchors, this knows every file and request."""

from __future__ import annotations

import html
import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from urllib.parse import unquote, urlsplit

_LOADED = {
    ("script", "src"),
    ("img", "src"),
    ("link", "href"),
    ("iframe", "src"),
    ("source", "src"),
    ("object", "data"),
}


# In a built page every `<` and `"` that is text is escaped or stands outside of tags, so tags need no parser; one
# would take minutes for thousands of pages.
_TAG = re.compile(r"<([a-z][a-z0-9]*)\s([^<>]*)>")
_ATTRIBUTE = re.compile(r'\b(id|name|href|src|data|rel)="([^"]*)"')


@dataclass(frozen=True, slots=True)
class _Page:
    """The ids of a page, and its links as (address, whether a browser loads it by itself)."""

    ids: frozenset[str]
    links: frozenset[tuple[str, bool]]


def faults(site: Path) -> Iterator[str]:
    """Yield a line for every link that leads nowhere, and for everything that is loaded from elsewhere."""
    for path in sorted(site.rglob("*.html")):
        if path.name == "404.html":  # its addresses are those of the site's root
            continue
        for address, loaded in sorted(_page(path).links):
            if fault := _fault(site, path, address, loaded):
                yield f"{path.relative_to(site).as_posix()}: {fault}: {address}"


@cache
def _page(path: Path) -> _Page:
    ids: set[str] = set()
    links: set[tuple[str, bool]] = set()
    for tag, attributes in _TAG.findall(path.read_text(encoding="utf-8")):
        found = dict(_ATTRIBUTE.findall(attributes))
        ids |= {html.unescape(found[name]) for name in ("id", "name") if name in found}
        for name in ("href", "src", "data"):
            if name in found:
                loaded = (tag, name) in _LOADED and found.get("rel") != "canonical"
                links.add((html.unescape(found[name]), loaded))
    return _Page(frozenset(ids), frozenset(links))


def _fault(site: Path, path: Path, address: str, loaded: bool) -> str:
    if address.startswith("#") and unquote(address[1:]) in _page(path).ids:
        return ""
    parts = urlsplit(address)
    if parts.scheme or parts.netloc:
        return "loaded from elsewhere" if loaded and parts.scheme != "data" else ""
    target = _file(path.parent, parts.path) if parts.path else path
    if target is None or not target.is_relative_to(site):
        return "no such file"
    if parts.fragment and target.suffix == ".html" and unquote(parts.fragment) not in _page(target).ids:
        return "" if parts.fragment.startswith("__") else "no such anchor"
    return ""


@cache
def _file(folder: Path, path: str) -> Path | None:
    target = Path(posixpath.normpath(folder / unquote(path)))
    target = target / "index.html" if target.is_dir() else target
    return target if target.is_file() else None
