"""Escapes for TOML."""

from __future__ import annotations

from . import Code


def literal(text: str) -> Code:
    """Return a text as a basic string in ASCII (TOML 1.0, section String); a lone surrogate is a ValueError."""
    return Code('"' + "".join(map(_escaped, text)) + '"')


def _escaped(character: str) -> str:
    point = ord(character)
    if 0xD800 <= point <= 0xDFFF:
        raise ValueError(f"TOML has no lone surrogates: U+{point:04X}")
    if character in '"\\':
        return "\\" + character
    if 0x20 <= point < 0x7F:
        return character
    return f"\\u{point:04X}" if point <= 0xFFFF else f"\\U{point:08X}"
