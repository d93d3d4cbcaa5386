"""The Content-Security-Policy of a built site: its own scripts, and of the theme those that a page without text has."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterator
from pathlib import Path

_SCRIPT = re.compile(r"<script\b([^>]*)>(.*?)</script>", re.DOTALL | re.IGNORECASE)
_DATA = re.compile(r'\btype="application/(?:ld\+)?json"')
_CHARSET = '<meta charset="utf-8">'
# What the theme's own scripts do to styles, no list of hashes could follow; a style can't run anything.
_OTHERS = (
    "default-src 'none'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; connect-src 'self'; "
    "worker-src 'self' blob:; base-uri 'none'; form-action 'none'"
)


def write(site: Path, blank: Path) -> list[str]:
    """Give every page its policy; return a line for every inline script that the pages of `blank` do not have."""
    theirs = {script for page in blank.rglob("*.html") for script in inline_scripts(page.read_text(encoding="utf-8"))}
    faults = []
    for page in sorted(site.rglob("*.html")):
        text = page.read_text(encoding="utf-8")
        name = page.relative_to(site).as_posix()
        scripts = list(dict.fromkeys(inline_scripts(text)))
        faults += [f"{name}: a script that is not the theme's: {one[:80]}" for one in scripts if one not in theirs]
        if text.count(_CHARSET) != 1:
            faults.append(f"{name}: no place for a policy")
        page.write_text(text.replace(_CHARSET, f"{_CHARSET}\n{_meta(scripts)}"), encoding="utf-8")
    return faults


def inline_scripts(text: str) -> Iterator[str]:
    """Yield the scripts that stand in a page itself and would run."""
    for attributes, script in _SCRIPT.findall(text):
        if not re.search(r"\bsrc\s*=", attributes) and not _DATA.search(attributes):
            yield script


def _meta(scripts: list[str]) -> str:
    hashes = [f" 'sha256-{base64.b64encode(hashlib.sha256(one.encode()).digest()).decode()}'" for one in scripts]
    policy = f"{_OTHERS}; script-src 'self'{''.join(hashes)}"
    return f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
