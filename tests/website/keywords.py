"""The page of the keywords, made of the compiler's own tables: what they do not list, the page does not claim."""

from __future__ import annotations

import re
from collections.abc import Iterator

from codegen.compiler.formats import FORMATS
from codegen.compiler.keywords import COVERAGE
from codegen.escapes.markdown import codespan, text
from codegen.schema.vocabulary import ANY, DECIDING, WRITTEN, Entry

_ANNOTATION = "identifies or annotates: it decides nothing"


def page() -> str:
    """Return the page: every keyword of every dialect, how it is decided, and every format."""
    return "\n".join(
        [
            "# Keywords",
            "",
            "Written from the vocabulary, which the compiler has to know whole: no keyword is ever ignored.",
            "",
            "| Keyword | Dialects | What is done |",
            "| --- | --- | --- |",
            *_keyword_rows(),
            "",
            "## Formats",
            "",
            'With `formats = "assert"`, the default, each is checked; with `"annotate"`, none is.',
            "",
            "| Format | Since | Type in Python |",
            "| --- | --- | --- |",
            *_format_rows(),
            "",
        ]
    )


def _keyword_rows() -> Iterator[str]:
    for name in sorted(WRITTEN, key=lambda name: name.lstrip("$").lower()):
        dialects = [_short(uri) for uri in WRITTEN[name].drafts]
        yield f"| {codespan(name)} | {_range(dialects)} | {text(_done(WRITTEN[name]))} |"


def _short(uri: str) -> str:
    found = re.search(r"draft[-/]([0-9-]+)", uri)
    return found[1].lstrip("0") if found else uri


def _range(dialects: list[str]) -> str:
    return dialects[0] if len(dialects) == 1 else f"{dialects[0]} to {dialects[-1]}"


_OLDER_ITEMS = {"additionalItems": "read as items after prefixItems"}


def _done(entry: Entry) -> str:
    if entry.read_as:
        return _OLDER_ITEMS.get(entry.name, f"read as {' and '.join(entry.read_as)}")
    if entry.name not in DECIDING:
        return _ANNOTATION
    if COVERAGE.why_not.get(entry.name):
        together = entry.read_by or COVERAGE.why_not[entry.name]
        return f"decided together with {together}"
    return f"decided, of {'any value' if entry.of == ANY else _plural(entry.of)} ({entry.section})"


def _plural(kind: str) -> str:
    return f"{kind}s"


def _format_rows() -> Iterator[str]:
    for known in FORMATS.values():
        annotation = known.python_type.annotation if known.python_type else "str"
        yield f"| {codespan(known.name)} | {_short(known.since)} | {codespan(annotation)} |"
