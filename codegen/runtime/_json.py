# pyright: reportPrivateUsage=false
"""JSON text (RFC 8259): reading it, by orjson too, and writing it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import cache

from . import _errors
from ._data import JSON
from ._errors import DecodeError, problem, undecided
from ._lazy import Any

TYPE_CHECKING: bool = False
if TYPE_CHECKING:
    from typing import TypeVar

    T = TypeVar("T")
else:
    T = object  # for those who evaluate annotations


def loads(text: str | bytes) -> JSON:
    """Return the value of a JSON text (RFC 8259); raises DecodeError.

    NaN, Infinity and numbers beyond a double are not JSON values here. Of two properties of one name the last counts.
    """
    try:
        whole = (text if isinstance(text, str) else _decoded(text)).rstrip(" \t\n\r")
        decoder = _decoder()
        try:
            value, end = decoder.scan_once(whole, 0)
        except StopIteration:
            value, end = None, -1
        if end != len(whole):
            value = decoder.decode(whole)  # which takes space at the start, and says what is wrong and where
    except RecursionError as stop:
        raise DecodeError([undecided(text, stop)]) from None
    except ValueError as error:  # JSONDecodeError and UnicodeDecodeError are among these
        raise DecodeError([_no_json(text, error)]) from None
    found: JSON = value
    return found


def _decoded(text: bytes) -> str:
    """Return the text of bytes in UTF-8, or in another encoding that RFC 4627 allowed."""
    if text[:1] == b"{" and text[1:2] != b"\0":
        return text.decode("utf-8")
    import json

    return text.decode(json.detect_encoding(text))


_SHOWN = 60  # characters of a number


@cache
def _decoder() -> Any:
    """Return the decoder of all texts; `json.loads` would make one for each."""
    import json

    return json.JSONDecoder(parse_constant=_no_constant, parse_float=_float)


def _no_constant(name: str) -> float:
    raise ValueError(f"{name} is not a JSON value")


def _float(text: str) -> float:
    number = float(text)
    if number - number == 0.0:  # else it is infinite
        return number
    raise ValueError(f"the number {text[:_SHOWN]} is beyond a double")


def _no_json(text: str | bytes, error: ValueError) -> _errors.Problem:
    """Return the problem of a text that is no JSON: how it begins, and where it is not what it should be."""
    from ._problem import shown

    begin = text[: 2 * _SHOWN]
    found = problem("", f"must be JSON text ({error})", shown(begin if isinstance(begin, str) else _legible(begin)))
    line: int | None = getattr(error, "lineno", None)
    if line is not None:
        found.within(None, line)
    return found


def _legible(text: bytes) -> str:
    """Return bytes as text of the encoding that they seem to have, what is not in it as escapes."""
    import json

    return text.decode(json.detect_encoding(text), "backslashreplace")


def decode_lines(
    loads: Callable[[str | bytes], T], lines: Iterable[str | bytes]
) -> Iterator[tuple[int, T | DecodeError]]:
    """Yield the value of each line with its number from 1, or the error; blank lines are passed over."""
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            yield number, loads(line)
        except DecodeError as error:
            error.locate(None, first=number)
            yield number, error


def loads_auto(text: str | bytes) -> JSON:
    """Return the value of a JSON text as `loads` does, by orjson where that is installed and says the same."""
    reader = _orjson()
    if reader is None:
        return loads(text)
    read, kinds_of, levels = reader
    try:
        data = text.encode() if isinstance(text, str) else text
        kinds = data.translate(kinds_of)
        if _LONG_INTEGER in kinds or kinds[:1] == b"0":  # a text that begins with a digit is one number
            return loads(text)
        if len(kinds) > levels and (len(kinds) > _LARGE or kinds.count(_END) > levels):
            return _read_within(read, data)
        value: JSON = read(data)
    except ValueError:  # what only one of the two takes is for the standard library to decide
        return loads(text)
    return value


_LONG_INTEGER, _END = b"1" + b"0" * 19, b"2"

_ORJSON_LEVELS, _OUTER_LEVELS = 1024, 124

_LARGE = 16384  # bytes, among which counting the ends takes longer than reading within more arrays


@cache
def _orjson() -> tuple[Callable[[bytes], Any], bytes, int] | None:
    """Return orjson's reader, the kinds of bytes, and how many arrays and objects it may find; None without orjson.

    A byte's kind is 0 for a digit, 1 where the digits of an integer may follow, 2 for the end of an array or object,
    and 3 for all others. An integer of 19 digits may be beyond 64 bits, of which orjson would make a float; to look
    for one in the kinds takes a seventh of the time of a regular expression.
    """
    from importlib import import_module

    try:
        read = import_module("orjson").loads
    except ImportError:
        return None
    kinds = ("0123456789", "-[:, \t\n\r", "]}")
    of = bytes(next((48 + kind for kind, those in enumerate(kinds) if chr(byte) in those), 51) for byte in range(256))
    try:
        loads("[" * _ORJSON_LEVELS + "]" * _ORJSON_LEVELS)
    except DecodeError:  # Python 3.11 counts the levels of a text with its own calls, of which there are 1,000
        return read, of, _ORJSON_LEVELS - _OUTER_LEVELS
    return read, of, 1 << 62


def _read_within(read: Callable[[bytes], Any], data: bytes) -> JSON:
    """Return what orjson reads within so many more arrays that it raises ValueError where `loads` may find it too deep.

    Only arrays of one item are opened again, as a text such as `1],[2` would close those around it.
    """
    value = read(b"[" * _OUTER_LEVELS + data + b"]" * _OUTER_LEVELS)
    for _ in range(_OUTER_LEVELS):
        (value,) = value
    inner: JSON = value
    return inner


def dumps(value: object) -> str:
    """Return the JSON text of what encoding gave, in ASCII; raises ValueError for NaN and infinities."""
    return "".join(_chunks()(value, 0))


def indented(value: object, indent: int | str) -> str:
    """Return the JSON text of what encoding gave on lines of its own, as `json.dumps` indents it."""
    import json

    return json.dumps(value, indent=indent, allow_nan=False)


@cache
def _chunks() -> Callable[[object, int], Iterable[str]]:
    """Return what makes the parts of a JSON text; `json.dumps` would make one for each text."""
    import json
    from json import encoder

    make: Any = getattr(encoder, "c_make_encoder", None)
    if make is None:  # another Python than CPython
        plain_encoder = json.JSONEncoder(allow_nan=False, separators=(",", ":"))
        return lambda value, _: plain_encoder.iterencode(value)
    default = json.JSONEncoder().default
    made: Callable[[object, int], Iterable[str]] = make(None, default, quoted, None, ":", ",", False, False, False)
    return made


if TYPE_CHECKING:

    def quoted(text: str, /) -> str:
        """Return the JSON text of a string, in ASCII; raises TypeError for anything else."""
        ...

else:
    try:
        from _json import encode_basestring_ascii as quoted  # without the 2 ms of `import json`
    except ImportError:  # another Python than CPython
        from json.encoder import py_encode_basestring_ascii as quoted


def boolean(value: object) -> str:
    """Return the JSON text of a boolean; raises TypeError for anything else."""
    if value is True:
        return "true"
    if value is False:
        return "false"
    raise TypeError(f"{type(value).__name__} is not a boolean")


def number(value: object) -> str:
    """Return the JSON text of a number; raises TypeError for anything else, ValueError for NaN and infinities."""
    if type(value) is int:
        return int.__repr__(value)
    if type(value) is float and value - value == 0.0:
        return float.__repr__(value)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return dumps(value)
    raise TypeError(f"{type(value).__name__} is not a number")
