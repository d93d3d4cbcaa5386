"""Lone surrogates: JSON can hold them and YAML can't, so that the YAML documents spell them out."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Final

from ...ir import JSON
from ...schema import vocabulary
from ...schema.vocabulary import DECIDING, ENTRIES
from .values import below

REASON: Final = "YAML has no lone surrogates, and spells them out; the JSON document has them"
_LONE: Final = re.compile("[\ud800-\udfff]")
_WITHOUT_EFFECT: Final = (ENTRIES.keys() - DECIDING) | {"example", "format", "pattern", "externalDocs"}
"""Keywords whose text does not change what is valid; spelled out, a pattern means the same."""


def has_lone(value: JSON) -> bool:
    """Return whether a lone surrogate stands anywhere in the value."""
    text = json.dumps(value, ensure_ascii=False)
    return not text.isascii() and _LONE.search(text) is not None


def keywords(schema: JSON, at: str) -> Iterator[tuple[str, str]]:
    """Yield the place of each Schema Object within one with each of its keywords that has a lone surrogate itself."""
    for place, inner in below(schema, at):
        for keyword, value in inner.items() if isinstance(inner, dict) else ():
            form = ENTRIES[keyword].form if keyword in ENTRIES else None
            names: JSON = [token for way, _ in vocabulary.below(form, value) for token in way]
            if has_lone(value if form is None else names):
                yield place, keyword


def asserts(keyword: str) -> bool:
    """Return whether what is valid depends on the keyword's text."""
    return keyword not in _WITHOUT_EFFECT and not keyword.startswith("x-")
