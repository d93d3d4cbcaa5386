r"""Escapes for YAML: a small subset that YAML 1.1 and YAML 1.2 read alike.

Block collections, one-line scalars. A string is plain only where no reader can take it for anything else;
otherwise it is double-quoted as in JSON. A lone surrogate is not a character of YAML (1.2.2, section 5.1), and no
escape stands for one: it is spelled out, as `\ud800` of six characters, which a pattern takes for the same.
"""

from __future__ import annotations

import json
import re
from functools import lru_cache
from typing import Final

from ..ir import JSON
from . import Code
from .json import HIDDEN

_PLAIN: Final = re.compile(r"[A-Za-z](?:[A-Za-z0-9_./() -]*[A-Za-z0-9_./)])?")
_NOT_STRINGS: Final = frozenset(["y", "n", "yes", "no", "on", "off", "true", "false", "null"])
_LONE: Final = re.compile("[\ud800-\udfff]")
_LONGEST_KEY: Final = 900  # YAML 1.2.2, section 7.4: an implicit key has at most 1024 characters


def block(value: JSON, indent: int = 0) -> Code:
    """Return a JSON value as YAML lines, each indented and ended by a newline.

    What is `Code` in it are lines that `block` or `entry` has made for their place, and stands as it is.
    """
    lines: list[str] = []
    _write(value, " " * indent, lines)
    return Code("\n".join([*lines, ""]))


def entry(name: str, value: JSON, indent: int = 0) -> Code:
    """Return a key of a mapping with its value as YAML lines, each indented and ended by a newline."""
    return block({name: value}, indent)


def scalar(value: JSON) -> Code:
    """Return a JSON value that is not an array or object on one line; an array or object is a TypeError."""
    if isinstance(value, list | dict):
        raise TypeError(f"not a scalar: {value!r:.80}")
    return Code(_scalar(value))


def comment(text: str) -> Code:
    """Return the text as a comment on one line."""
    return Code(f"# {_visible(_spelled(' '.join(text.split())))}")


def _write(value: JSON, indent: str, lines: list[str]) -> None:
    """Add the lines of a value, each with the indent; one frame a level, since a value may be nested deep.

    Strings, which are most of a document, are looked at first.
    """
    if isinstance(value, dict) and value:
        for key, item in _spelled_keys(value).items():
            name = _text(key)
            head = f"{indent}{name}:" if len(name) <= _LONGEST_KEY else f"{indent}? {name}\n{indent}:"
            if item.__class__ is str:
                lines.append(f"{head} {_text(item)}")
            elif item and isinstance(item, (list, dict, Code)):
                lines.append(head)
                _write(item, indent + "  ", lines)
            else:
                lines.append(f"{head} {_scalar(item)}")
    elif isinstance(value, list) and value:
        for item in value:
            start = len(lines)
            _write(item, indent + "  ", lines)
            lines[start] = f"{indent}- {lines[start][len(indent) + 2 :]}"
    elif isinstance(value, Code):
        lines.append(value.removesuffix("\n"))
    else:
        lines.append(indent + _scalar(value))


def _scalar(value: JSON) -> str:
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, float):
        return _float(value)
    return json.dumps(value)


@lru_cache(maxsize=4096)
def _text(value: str) -> str:
    """Return a string on one line; most of a document's come again and again, as keywords and names do."""
    plain = _PLAIN.fullmatch(value) and value.lower() not in _NOT_STRINGS
    return value if plain else _visible(json.dumps(_spelled(value), ensure_ascii=False))


def _spelled_keys(value: dict[str, JSON]) -> dict[str, JSON]:
    """Return the object with its keys spelled out, such that none becomes like another one."""
    if "".join(value).isascii() or not any(map(_LONE.search, value)):
        return value
    made: dict[str, JSON] = {}
    for key, item in value.items():
        name, width = _spelled(key), 4
        while name != key and (name in value or name in made):
            name, width = _spelled(key, width), width + 1
        made[name] = item
    return made


def _spelled(text: str, width: int = 0) -> str:
    r"""Return the text with lone surrogates spelled out, with a width as `\u{d800}` of at least so many digits."""
    return _LONE.sub(lambda match: f"\\u{{{ord(match[0]):0{width}x}}}" if width else f"\\u{ord(match[0]):04x}", text)


def _float(value: float) -> str:
    """Return a float with a point before its exponent, without which YAML 1.1 reads a string."""
    text = json.dumps(value, allow_nan=False)
    digits, exponent, power = text.partition("e")
    return text if "." in digits or not exponent else f"{digits}.0e{power}"


def _visible(text: str) -> str:
    return HIDDEN.sub(lambda match: _escape(ord(match[0])), text)


def _escape(point: int) -> str:
    return f"\\u{point:04x}" if point <= 0xFFFF else f"\\U{point:08x}"
