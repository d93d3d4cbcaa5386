"""The page of the keywords, made of the compiler's own tables: what they do not list, the page does not claim."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator

from codegen.compiler.formats import FORMATS
from codegen.compiler.keywords import ASSERTIONS, LAST, NO_ASSERTION, READ_BY_OTHERS
from codegen.escapes.markdown import codespan, text
from codegen.schema.dialects import DIALECTS

_SECTION = re.compile(r"\b(?:Core|Validation) [0-9.]*[0-9]")
_ANNOTATION = "identifies or annotates: it decides nothing"


def page() -> str:
    """Return the page: every keyword of every dialect, how it is decided, and every format."""
    return "\n".join(
        [
            "# Keywords",
            "",
            "Written from the tables of the compiler. A keyword that stands in no table is refused with a finding "
            "when the models are generated; none is ever ignored.",
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
    names = dict.fromkeys(name for dialect in DIALECTS.values() for name in dialect.keywords)
    for name in sorted(names, key=lambda name: name.lstrip("$").lower()):
        dialects = [_short(uri) for uri, dialect in reversed(DIALECTS.items()) if name in dialect.keywords]
        yield f"| {codespan(name)} | {_range(dialects)} | {text(_done(name))} |"


def _short(uri: str) -> str:
    found = re.search(r"draft[-/]([0-9-]+)", uri)
    return found[1].lstrip("0") if found else uri


def _range(dialects: list[str]) -> str:
    return dialects[0] if len(dialects) == 1 else f"{dialects[0]} to {dialects[-1]}"


_IN_2020 = {
    "definitions": "read as `$defs`",
    "dependencies": "read as `dependentRequired` and `dependentSchemas`",
    "additionalItems": "read as `items` after `prefixItems`",
    "$recursiveRef": "read as `$dynamicRef`",
}


def _done(name: str) -> str:
    assertions = {**ASSERTIONS, **LAST}
    if name in assertions:
        kind, function = assertions[name]
        section = _SECTION.search(inspect.getdoc(function) or "")
        said = "decided, of any value" if kind == "any" else f"decided, of {_plural(kind)}"
        return f"{said} ({section[0]})" if section else said
    if name in READ_BY_OTHERS:
        return f"decided together with {READ_BY_OTHERS[name]}"
    if name in NO_ASSERTION:
        return _ANNOTATION
    return _IN_2020.get(name, "refused with a finding").replace("`", "")


def _plural(kind: str) -> str:
    return f"{kind}s"


def _format_rows() -> Iterator[str]:
    for known in FORMATS.values():
        annotation = known.python_type.annotation if known.python_type else "str"
        yield f"| {codespan(known.name)} | {_short(known.since)} | {codespan(annotation)} |"
