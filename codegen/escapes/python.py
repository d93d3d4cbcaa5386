"""Escapes for Python source."""

from __future__ import annotations

import re
import string
import textwrap
from unicodedata import ucd_3_2_0

from ..ir import JSON
from ..names import is_identifier, is_of_a_word
from . import Code


def identifier(name: str) -> Code:
    """Return a Python identifier as Code; a name that is not one is a ValueError."""
    if not is_identifier(name):
        raise ValueError(f"not an identifier of every Python: {name!r}")
    return Code(name)


_PRINTABLE = frozenset(string.printable) - frozenset("\t\n\r\x0b\x0c")


def literal(value: JSON) -> Code:
    """Return a JSON value as a Python literal; a float beyond a double is a ValueError."""
    parts: list[str] = []
    _write(value, parts)
    return Code("".join(parts))


def _write(value: JSON, parts: list[str]) -> None:
    """Add the parts of a literal; one frame a level, since a value may be nested as deep as Python can compile."""
    if isinstance(value, str):
        parts.append(_string(value))
    elif isinstance(value, list):
        parts.append("[")
        for index, item in enumerate(value):
            parts.append(", " if index else "")
            _write(item, parts)
        parts.append("]")
    elif isinstance(value, dict):
        parts.append("{")
        for index, (name, item) in enumerate(value.items()):
            parts += (", " if index else "", _string(name), ": ")
            _write(item, parts)
        parts.append("}")
    elif isinstance(value, float) and (value != value or value in (float("inf"), float("-inf"))):
        raise ValueError(f"not a JSON number: {value!r}")
    else:
        parts.append(repr(value))


def _string(text: str) -> str:
    """Return a literal, as ruff would write it: in double quotes, or in single ones if that saves escapes."""
    quote = "'" if '"' in text and "'" not in text else '"'
    return quote + escaped(text, quote) + quote


def escaped(text: str, quote: str) -> Code:
    """Return a text as it stands between two such quotes; what is not shown, or turns text, is escaped."""
    plain = text.isascii() and text.isprintable() and quote not in text and "\\" not in text
    return Code(text if plain else "".join(_escaped(character, quote) for character in text))


def _escaped(character: str, quote: str = "") -> str:
    if character in (quote, "\\"):
        return "\\" + character
    if character in _PRINTABLE:
        return character
    short = {"\n": "\\n", "\t": "\\t", "\r": "\\r"}.get(character)
    if short is not None:
        return short
    if _is_shown(character):
        return character
    return _hexadecimal(character)


def _hexadecimal(character: str) -> str:
    point = ord(character)
    if point <= 0xFF:
        return f"\\x{point:02x}"
    return f"\\u{point:04x}" if point <= 0xFFFF else f"\\U{point:08x}"


def raw_lines(text: str) -> Code:
    """Return lines of text as a literal in which all stands for itself; what can't stand in one is a ValueError."""
    plain = text.isascii() and text.replace("\n", "").isprintable()
    if not plain or '"""' in text:
        raise ValueError(f"not for a raw literal: {text!r:.80}")
    return Code(f'r"""\n{text}\n"""')


_LINE = 108  # a docstring's longest line, its indent included


def docstring(text: str, indent: int = 0) -> Code:
    """Return a docstring for a text, its lines wrapped, to be printed at the indent (in spaces)."""
    paragraphs = [" ".join(part.split()) for part in re.split(r"\n\s*\n", text)]
    wrapped = [_wrapped(part, _LINE - indent) for part in paragraphs if part]
    body = f"\n\n{' ' * indent}".join(f"\n{' ' * indent}".join(map(_quoted, lines)) for lines in wrapped)
    if body.endswith('"'):
        body = body[:-1] + '\\"'
    end = f"\n{' ' * indent}" if "\n" in body else ""
    return Code(f'"""{body}{end}"""')


def _wrapped(paragraph: str, width: int) -> list[str]:
    if len(paragraph) <= width - 6:
        return [paragraph]
    return textwrap.wrap(paragraph, width - 6, break_long_words=False, break_on_hyphens=False)


def _quoted(line: str) -> str:
    return _TWIN_QUOTE.sub(r'\\"', _shown(line))


_TWIN_QUOTE = re.compile('"(?=")')  # so that there are no three in a row, and the last one of a line is bare


def comment(text: str) -> Code:
    """Return a text on one line, for a comment, which declares no encoding even in the first line of a file."""
    return Code(_ENCODING.sub(lambda sign: _hexadecimal(sign[0]), _shown(" ".join(text.split()))))


_ENCODING = re.compile("(?<=coding)[:=]")  # PEP 263


def _shown(line: str) -> str:
    """Return a line as it stands in a docstring or comment."""
    plain = line.isascii() and line.isprintable() and "\\" not in line
    return line if plain else "".join(map(_escaped_in_text, line))


def _escaped_in_text(character: str) -> str:
    r"""Return a character as it stands in a docstring or comment: invisible ones, and those that turn text, as `\u`."""
    if character in "\\\n\r\t" or character in _PRINTABLE:
        return _escaped(character)
    point = ord(character)
    if 0xD800 <= point <= 0xDFFF:
        return f"\\\\u{point:04x}"  # spelled out: Python makes no class with a lone surrogate in its docstring
    return _escaped(character)


def _is_shown(character: str) -> bool:
    """Return whether a source text shows a character as it is: every Python has it, and it turns no line around."""
    if "\xa1" <= character <= "\xff":
        return character != "\xad"
    return is_of_a_word(character) and ucd_3_2_0.bidirectional(character) not in ("R", "AL", "NSM")
