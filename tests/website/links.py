"""Where the links of a built site lead: the builder knows pages and anchors, this knows every file and request."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from functools import cache
from html.parser import HTMLParser
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


class _Page(HTMLParser):
    """The ids of a page, and its links as (line, address, whether a browser loads it by itself)."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.ids: set[str] = set()
        self.links: list[tuple[int, str, bool]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        for name, value in attributes:
            if name in ("id", "name") and value:
                self.ids.add(value)
            elif name in ("href", "src", "data") and value is not None:
                loaded = (tag, name) in _LOADED and ("rel", "canonical") not in attributes
                self.links.append((self.getpos()[0], value, loaded))


def faults(site: Path) -> Iterator[str]:
    """Yield a line for every link that leads nowhere, and for everything that is loaded from elsewhere."""
    pages = {path: _page(path) for path in sorted(site.rglob("*.html"))}
    for path, page in pages.items():
        for line, address, loaded in page.links:
            fault = _fault(site, path, address, loaded)
            if fault and path.name != "404.html":  # its addresses are those of the site's root
                yield f"{path.relative_to(site).as_posix()}:{line}: {fault}: {address}"


@cache
def _page(path: Path) -> _Page:
    return _Page(path.read_text(encoding="utf-8"))


def _fault(site: Path, path: Path, address: str, loaded: bool) -> str:
    parts = urlsplit(address)
    if parts.scheme or parts.netloc:
        return "loaded from elsewhere" if loaded and parts.scheme != "data" else ""
    target = path
    if parts.path:
        target = Path(posixpath.normpath(path.parent / unquote(parts.path)))
        target = target / "index.html" if target.is_dir() else target
    if not target.is_file() or not target.is_relative_to(site):
        return "no such file"
    if parts.fragment and target.suffix == ".html" and unquote(parts.fragment) not in _page(target).ids:
        return "" if parts.fragment.startswith("__") else "no such anchor"
    return ""
