"""Module names: what the Python module of a schema file is called."""

from __future__ import annotations

import keyword
import os
import re
from collections.abc import Mapping
from typing import Literal, TypeAlias

RESERVED_MODULES = frozenset(
    {"annotations", "importlib", "pydantic_models", "typing", "con", "prn", "aux", "nul"}
    | {f"{device}{number}" for device in ("com", "lpt") for number in range(1, 10)}
)
"""Names that no module gets: what a package's `__init__` binds itself, its flavours, and Windows' device names."""


Format: TypeAlias = Literal["json", "yaml"]


FORMATS: Mapping[str, Format] = {".json": "json", ".yaml": "yaml", ".yml": "yaml"}


def module_name(path: str) -> str:
    """Return the name of a document's module: `runtime-job.schema.json` is `runtime_job`, `a/b-c.yaml` is `a_b_c`.

    Always an ASCII identifier in lower case that is not a keyword, is not reserved and starts with no underscore.
    """
    stem, suffix = os.path.splitext(path)
    if suffix.lower() not in FORMATS:
        stem = path
    if stem.lower().endswith(".schema"):
        stem = stem[: -len(".schema")]
    if not stem.isascii():
        stem = _in_ascii(stem)
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", stem)
    name = re.sub(r"[^a-z0-9]+", "_", words.lower()).strip("_") or "schema"
    if name[0].isdigit():
        name = f"schema_{name}"
    return f"{name}_" if keyword.iskeyword(name) or name in RESERVED_MODULES else name


def _in_ascii(text: str) -> str:
    """Return the text with accents taken off; a character that has no ASCII form stands as its code point."""
    import unicodedata

    plain = (c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return "".join(c if c.isascii() else f"_u{ord(c):04x}_" for c in plain)
