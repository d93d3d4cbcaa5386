"""Escapes: the only functions by which text from a schema becomes part of a language.

One module per language; each function returns a `Code`. The template environment refuses to print any other
string, so text that went through none of these can't reach a file.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache


class Code(str):
    """Text that is already in the language it is printed in."""

    __slots__ = ()


_SLOT = re.compile(r"\{(\w+)\}")


def code(template: str, **parts: Code | int) -> Code:
    """Return the template with each `{name}` replaced by that part; a part that is a plain string is a TypeError.

    The template is a constant of ours; `{` that opens no slot stays as it is.
    """
    for name, part in parts.items():
        if part.__class__ is not Code and not isinstance(part, (Code, int)):
            raise TypeError(f"{name} is a plain string, not Code: {part!r}")
    return Code(_slotted(template) % parts)


@lru_cache(maxsize=4096)
def _slotted(template: str) -> str:
    """Return a template with `%(name)s` for its slots; there are a few hundred of them."""
    return _SLOT.sub(r"%(\1)s", template.replace("%", "%%"))


def join(separator: str, parts: Iterable[Code]) -> Code:
    """Return the parts with the separator (a constant of ours) between them."""
    return Code(separator.join([part if part.__class__ is Code else _checked(part) for part in parts]))


def _checked(part: Code) -> Code:
    if not isinstance(part, Code):
        raise TypeError(f"a plain string, not Code: {part!r}")
    return part
