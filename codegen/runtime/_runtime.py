"""What the generated code shares: the error that holds problems, JSON equality, exact multiples."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from enum import Enum
from functools import cache

TYPE_CHECKING: bool = False  # the constant of `typing`, which is not worth its import here
if TYPE_CHECKING:
    import typing
    from typing import Any as Any
    from typing import ClassVar, TypeAlias, TypeVar

    from . import _reasons
    from ._reasons import Problem as Problem

    JSON: TypeAlias = "dict[str, JSON] | list[JSON] | str | int | float | bool | None"
    T = TypeVar("T")
    Made = TypeVar("Made", bound="Model")
else:
    # All that an annotation says is there for those who evaluate it (`typing.get_type_hints`, runtime type checkers):
    # a module is loaded when they do, and what may be anything is an object.
    Any = JSON = T = Made = object


class Absent(Enum):
    """The type of `ABSENT`, for annotations."""

    ABSENT = "absent"

    def __bool__(self) -> typing.Literal[False]:
        """Return False, so that `if value:` holds for no absent property."""
        return False

    def __repr__(self) -> str:
        """Return the name under which it is imported."""
        return "ABSENT"


ABSENT = Absent.ABSENT
"""The value of a property that is not there, where None would be the JSON value null."""


def loaded(module: str, package: str) -> Any:
    """Return a module of the package, by their names; where all of them are named for bundlers, see `_problems`."""
    from importlib import import_module

    return import_module(f".{module}", package)


def later(owner: str, name: str, module: str) -> Any:
    """Return what stands for a module under a name in another, the owner, until it is used.

    A dot before the module's name says that it is of the owner's package. Modules that imported each other at once
    would nest, and a long chain of them is too deep for Python.
    """
    return _Later(owner, name, module)


class _Later:
    def __init__(self, owner: str, name: str, module: str) -> None:
        self._owner, self._name, self._module = owner, name, module

    def __getattr__(self, attribute: str) -> Any:
        import sys
        from importlib import import_module

        module = import_module(self._module, self._owner.rpartition(".")[0])
        setattr(sys.modules[self._owner], self._name, module)  # from now on it stands there itself
        return getattr(module, attribute)


if not TYPE_CHECKING:

    class _Literal:
        """Stands for `typing.Literal` in the annotations of other modules, and makes the real one for who evaluates."""

        def __getitem__(self, values: object) -> object:
            return typing.Literal[values]

    Literal = _Literal()
    typing = later(__name__, "typing", "typing")
    _reasons = later(__name__, "_reasons", "._reasons")

    def __getattr__(name: str) -> object:
        """Return what annotations of other modules name and few need, when they are evaluated (PEP 562)."""
        if name == "Problem":
            return _reasons.Problem
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


class DecodeError(ValueError):
    """The instance is not valid; `problems` holds every reason."""

    def __init__(self, problems: Iterable[_reasons.Problem]) -> None:
        self.problems: tuple[_reasons.Problem, ...] = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))

    def __reduce__(self) -> tuple[type[DecodeError], tuple[tuple[_reasons.Problem, ...]]]:
        """Return how to pickle the error: by its problems."""
        return type(self), (self.problems,)

    def output(self) -> dict[str, object]:
        """Return the problems in the specification's `basic` output format."""
        return {"valid": False, "errors": [problem.output_unit() for problem in self.problems]}


class Unwritable(ValueError):
    """A value of the right Python type that JSON has no text for; `args` are what it must do, and the value."""

    def __str__(self) -> str:
        """Return the words that `problems` has for it too."""
        must, value = self.args
        return f"{must}, not {value!r}"


class Invalid(Exception):
    """Stops the fast path; never leaves the package."""


class Foreign(Invalid):
    """Stops the fast path at a value whose Python type is not one of JSON's own."""


STOPS = (Invalid, KeyError, RecursionError, ValueError)
"""What ends the fast path before its end.

A required property and a member of an enum are looked up, and an array of two or three is unpacked, without asking.
"""

new = object.__new__
identity = id  # under a name that no property has: in a function that asks for it, `id` may be a variable


_OWN = frozenset({dict, list, str, int, float, bool, type(None)})
"""The Python types of JSON data as `json` makes it."""


def known(value: object) -> bool:
    """Return True for a value of a type that JSON data has by itself; raises Foreign for others, Invalid for NaN."""
    if type(value) not in _OWN:
        raise Foreign
    if is_no_number(value):
        raise Invalid
    return True


def is_no_number(value: object) -> bool:
    """Return whether a value is a float that JSON has no text for: NaN or an infinity."""
    return type(value) is float and value - value != 0.0


def refused(value: JSON) -> bool:
    """Return False, for a value of the wrong type; raises Foreign if it, or a name in it, is not JSON's own."""
    if type(value) not in _OWN or (type(value) is dict and not all([type(name) is str for name, _ in _members(value)])):
        raise Foreign
    return False


def refused_items(items: Iterable[JSON]) -> bool:
    """Return False, for an array that lacks items of the right kind; raises Foreign if the type of one is foreign."""
    return any([refused(item) for item in items])


def retry(name: str, decode: Callable[..., T], data: object, *rest: type[Any]) -> T:
    """Return the decoded value of data that is valid but for Python types beside JSON's own; else raise DecodeError.

    The name is that of the subschema in the tables of problems; `decode` gets the rest after the data.
    A mapping counts as a dict, a tuple as a list, and a subclass of a JSON type as that type.
    """
    try:
        value = plain(data)
        found = _told(name, value)
        if not found:
            return decode(value, *rest)
    except DecodeError:  # of `plain`, which says where
        raise
    except STOPS as stop:
        found = [unsaid(data, stop)]
    raise DecodeError(found) from None


def recheck(valid: Callable[[JSON], bool], data: Any) -> bool:
    """Return whether data is valid which holds Python types beside JSON's own, as in `retry`.

    Raises DecodeError if the data is nested too deeply to say, or holds what has no place in JSON.
    """
    try:
        return valid(plain(data))
    except RecursionError as stop:
        raise DecodeError([unsaid(data, stop)]) from None
    except Invalid:
        return False


def problems(name: str, data: object) -> tuple[_reasons.Problem, ...]:
    """Return every problem of the data for the subschema of that name in the tables of problems."""
    try:
        found = _told(name, plain(data))
    except RecursionError as stop:
        found = [unsaid(data, stop)]
    except DecodeError as error:
        return error.problems
    return tuple(found)


def _told(name: str, data: JSON) -> list[_reasons.Problem]:
    from ._teller import problems as tell  # which few need

    return tell(name, data)


def _is_nullable(value: object, attribute: str) -> bool:
    """Return whether None stands for null in a field: there ABSENT is the default."""
    fields: dict[str, Any] = getattr(value, "__dataclass_fields__", {})
    return attribute in fields and fields[attribute].default is ABSENT


def _drafted(value: object) -> object:
    """Return a value as JSON data, what has no place in JSON left as it is."""
    if isinstance(value, dict):
        return {name: _drafted(item) for name, item in _members(value)}
    if isinstance(value, list | tuple):
        return [_drafted(item) for item in _items(value)]
    inner = getattr(value, "_draft", None)
    if inner is not None:
        return inner()
    try:
        return encode(value)
    except (TypeError, ValueError):
        return value


def _unwritable(value: object, at: str) -> Iterator[_reasons.Problem]:
    """Yield a problem, in the words of who would write it, for each value of a draft that has no text."""
    from ._teller import token

    if isinstance(value, dict):
        for name, item in _members(value):
            yield from _unwritable(item, f"{at}/{token(str(name))}")
    elif isinstance(value, list):
        for index, item in enumerate(_items(value)):
            yield from _unwritable(item, f"{at}/{index}")
    elif not isinstance(value, str | int | float | None):
        try:
            encode(value)
        except Unwritable as error:
            yield _problem(at, error.args[0], repr(value))
        except TypeError:
            pass  # it is of no type that JSON has, which `plain` says


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
            yield number, error


def unsaid(data: object, stop: Exception) -> _reasons.Problem:
    """Return the problem of data that stopped whoever looked at it."""
    message = "must not be nested so deeply" if isinstance(stop, RecursionError) else "must be JSON data"
    return _problem("", message, type(data).__name__)


def _problem(at: str, message: str, value: str) -> _reasons.Problem:
    """Return what no keyword tells; few need it, and a dataclass takes its time."""
    from ._reasons import Problem

    return Problem(at, "", "", "", message, value)


def plain(data: object, at: str = "") -> JSON:
    """Return a copy of data in JSON's own types: a mapping is a dict, a tuple a list, a subclass what it is one of.

    Raises DecodeError for what has no place in JSON, and for a property name that is no string; `at` is the data's
    own place.
    """
    if data is None or isinstance(data, bool):
        return data
    if isinstance(data, str | int | float):
        return _scalar(data)
    if hasattr(data, "keys"):
        return {_name(name, at): plain(item, f"{at}/{name}") for name, item in _members(data)}
    if isinstance(data, list | tuple):
        return [plain(item, f"{at}/{index}") for index, item in enumerate(_items(data))]
    raise DecodeError([_problem(at, "must be JSON data", _named(data))])


def _named(value: object) -> str:
    return f"a Python {type(value).__name__}"


def _members(mapping: Any) -> Iterator[tuple[object, object]]:
    """Yield the keys of any mapping with their values."""
    for name in mapping:
        yield name, mapping[name]


def _items(sequence: Any) -> Iterator[object]:
    """Yield the items of any sequence."""
    yield from sequence


def twin(cls: type[Any]) -> type[Any]:
    """Return a class of the same layout as a frozen dataclass, whose objects can be written to until they are done.

    It is a subclass: to become one of its base costs an object half of what it costs to become one of a sibling.
    """
    usual = {"__setattr__": object.__setattr__, "__delattr__": object.__delattr__}
    return type(f"{cls.__name__}Twin", (cls,), {"__slots__": (), **usual})


def as_subclass(made: Any, cls: type[Any]) -> Any:
    """Return an object of a subclass of a frozen dataclass, with what was made for the class itself."""
    return _restored(cls, dict(_slots(made)))


def _restored(cls: type[Any], slots: dict[str, Any]) -> Any:
    found = new(cls)
    for name, value in slots.items():
        object.__setattr__(found, name, value)
    return found


def _slots(value: Any) -> Iterator[tuple[str, Any]]:
    """Yield the slots of an object that are filled, with their values, and what a user's own class holds beside."""
    for base in type(value).__mro__:
        for name in getattr(base, "__slots__", ()):
            if hasattr(value, name):
                yield name, getattr(value, name)
    yield from getattr(value, "__dict__", {}).items()


def no_members() -> dict[str, Any]:
    """Return an empty dict, of the type that its reader asks for."""
    return {}


def _scalar(data: str | int | float) -> JSON:
    if isinstance(data, str):
        return str.__str__(data)
    return int(data) if isinstance(data, int) else float(data)


def _name(key: object, at: str) -> str:
    if isinstance(key, str):
        return str.__str__(key)
    raise DecodeError([_problem(at, "must have strings for property names", _named(key))])


def loads_auto(text: str | bytes) -> JSON:
    """Return the value of a JSON text as `loads` does, by orjson where that is installed and says the same."""
    found = _orjson()
    if found is None:
        return loads(text)
    read, kinds_of, levels = found
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
    found: JSON = value
    return found


def loads(text: str | bytes) -> JSON:
    """Return the value of a JSON text (RFC 8259); raises DecodeError.

    NaN, Infinity and numbers beyond a double are no JSON values here. Of two properties of one name the last counts.
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
        raise DecodeError([unsaid(text, stop)]) from None
    except ValueError as error:  # JSONDecodeError and UnicodeDecodeError are among these
        raise DecodeError([_problem("", f"must be JSON text ({error})", _text_shown(text))]) from None
    found: JSON = value
    return found


def _decoded(text: bytes) -> str:
    """Return the text of bytes in UTF-8, or in another encoding that RFC 4627 allowed."""
    if text[:1] == b"{" and text[1:2] != b"\0":
        return text.decode("utf-8")
    import json

    return text.decode(json.detect_encoding(text))


@cache
def _decoder() -> Any:
    """Return the decoder of all texts; `json.loads` would make one for each."""
    import json

    return json.JSONDecoder(parse_constant=_no_constant, parse_float=_float)


def _no_constant(name: str) -> float:
    raise ValueError(f"{name} is no JSON value")


def _float(text: str) -> float:
    number = float(text)
    if number - number == 0.0:  # else it is infinite
        return number
    raise ValueError(f"the number {text[:_SHOWN]} is beyond a double")


def _text_shown(text: str | bytes) -> str:
    return f"{type(text).__name__} of length {len(text)}"


def dumps(value: object) -> str:
    """Return the JSON text of what encoding gave, in ASCII; raises ValueError for NaN and infinities."""
    return "".join(_chunks()(value, 0))


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
    raise TypeError(f"{type(value).__name__} is no boolean")


def number(value: object) -> str:
    """Return the JSON text of a number; raises TypeError for anything else, ValueError for NaN and infinities."""
    if type(value) is int:
        return int.__repr__(value)
    if type(value) is float and value - value == 0.0:
        return float.__repr__(value)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return dumps(value)
    raise TypeError(f"{type(value).__name__} is no number")


class Model:
    """What the objects of every class can do, by the functions that its class was given."""

    __slots__ = ()
    if TYPE_CHECKING:  # or they would count among the annotations of every class, and be evaluated with its own
        _read: ClassVar[Callable[[Any, type[Any]], Any]]
        _write: ClassVar[Any]  # a method, as `_text` is: type checkers don't agree on a Callable here
        _text: ClassVar[Any]
        _fields: ClassVar[tuple[tuple[str, str, bool], ...]]  # (Python name, JSON name, always there)
        _told: ClassVar[str]  # its name in the tables of problems
        _loads: ClassVar[Callable[[str | bytes], JSON]]

    def __init_subclass__(cls, **options: object) -> None:
        """Mark a class that a user derives from a generated one, which has its functions already."""
        super().__init_subclass__(**options)
        if hasattr(cls, "_read"):
            cls._read = _read_derived

    @classmethod
    def from_dict(cls: type[Made], data: Mapping[str, object]) -> Made:  # by `Self`, jedi means this class
        """Return the object for JSON data; raises DecodeError with every problem."""
        read = cls._read
        try:
            found: Made = read(data, cls)
        except STOPS:
            found = retry(cls._told, read, data, cls)
        if read is _read_derived:
            _complete(found, cls)
        return found

    @classmethod
    def from_json(cls: type[Made], text: str | bytes) -> Made:
        """Return the object for a JSON text; raises DecodeError with every problem."""
        data: Any = cls._loads(text)
        return cls.from_dict(data)

    def to_dict(self, *, validate: bool = False) -> dict[str, object]:
        """Return the object as JSON data, equal to what it was decoded from.

        With `validate`, raises DecodeError with every problem if the data would not be valid.
        """
        if validate and (found := self.problems()):
            raise DecodeError(found)
        data: dict[str, object] = self._write()
        return data

    def to_json(self) -> str:
        """Return the object as JSON text."""
        text: str = self._text()
        return text

    def problems(self) -> tuple[_reasons.Problem, ...]:
        """Return what is wrong with the object as it is now; nothing if it can be sent."""
        data: Any = self._draft()
        unwritable = list(_unwritable(data, ""))
        places = {problem.instance_location for problem in unwritable}
        found = [problem for problem in _told(self._told, data) if problem.instance_location not in places]
        found += unwritable
        try:
            plain(data)
        except DecodeError as error:
            told = {problem.instance_location for problem in found}
            found.extend(problem for problem in error.problems if problem.instance_location not in told)
        return tuple(found)

    def _draft(self) -> dict[str, object]:
        """Return the object as JSON data, what has no place in JSON left as it is."""
        data: dict[str, object] = {}
        for attribute, name, required in self._fields:
            item: object = getattr(self, attribute)
            if required or (item is not ABSENT and (item is not None or _is_nullable(self, attribute))):
                data[name] = _drafted(item)
        extra: object = getattr(self, "additional_properties", None)
        if isinstance(extra, dict):
            data.update((str(name), _drafted(item)) for name, item in _members(extra))
        return data

    @classmethod
    def _bind(
        cls,
        read: Callable[[Any, type[Any]], Any],
        write: Callable[[Any], dict[str, object]],
        text: Callable[[Any], str],
        fields: tuple[tuple[str, str, bool], ...],
        told: str,
        loads: Callable[[str | bytes], JSON],
    ) -> None:
        """Give the class the functions behind it, the table of its fields, and its name in the tables of problems."""
        cls._read, cls._write, cls._text, cls._fields = read, write, text, fields
        cls._told, cls._loads = told, loads


def _generated(cls: type[Any]) -> type[Any]:
    """Return the generated class that a user's own is derived from."""
    return next(base for base in cls.__mro__ if "_told" in vars(base))


def _read_derived(data: Any, cls: type[Any]) -> Any:
    """Return an object of a user's own class for JSON data, without the fields that are not of the schema."""
    return _generated(cls)._read(data, cls)


def _complete(made: Any, cls: type[Any]) -> None:
    """Give an object of a user's own class what its constructor would: defaults of its own fields, `__post_init__`."""
    from dataclasses import fields

    known = _generated(cls).__dataclass_fields__
    for field in fields(cls):
        if field.name not in known and (field.init or _has_default(field)):
            object.__setattr__(made, field.name, _default(cls, field))
    after = getattr(made, "__post_init__", None)
    if after is not None:
        # `dataclasses` has no public name for what is an argument of the constructor and no field: an InitVar.
        others: Iterable[Any] = cls.__dataclass_fields__.values()
        after(*[_default(cls, field) for field in others if str(field._field_type) == "_FIELD_INITVAR"])


def _has_default(field: Any) -> bool:
    from dataclasses import MISSING

    return field.default is not MISSING or field.default_factory is not MISSING


def _default(cls: type[Any], field: Any) -> object:
    """Return the value of a field that nobody gave; raises TypeError if it needs one."""
    from dataclasses import MISSING

    if not _has_default(field):
        raise TypeError(f"{cls.__name__} can't be made of JSON data: its field {field.name!r} has no default")
    return field.default_factory() if field.default is MISSING else field.default


class KeepsText(Model):
    """Remembers how the date-times of an object were written, so that they are written so again.

    The memory is no field: equality, `repr` and `dataclasses.fields` do not see it, and a value that was set since
    is written by itself.
    """

    __slots__ = ("_kept",)
    if TYPE_CHECKING:  # see `Model`
        _kept: tuple[Any, ...]

    def __reduce_ex__(self, protocol: object) -> tuple[Any, ...]:
        """Return how to copy and pickle the object, its memory with it: a frozen dataclass would leave that out."""
        return _restored, (type(self), dict(_slots(self)))


def encode(value: object) -> object:
    """Return the JSON value of a decoded value of any type; raises TypeError for what is none."""
    kind = type(value)
    if kind is str or kind is int or kind is float or kind is bool or value is None:
        return value
    if isinstance(value, dict):
        return {name: encode(item) for name, item in _members(value)}
    if isinstance(value, list | tuple):
        return [encode(item) for item in _items(value)]
    if isinstance(value, Enum):
        constant: object = value.value
        return constant
    to_dict = getattr(value, "to_dict", None)
    return to_dict() if to_dict is not None else _encode_format(value)


def _encode_format(value: object) -> str:
    """Return the text of a value that a format was decoded to."""
    # The modules of these types are imported already, since there is a value of one of them.
    from datetime import date, datetime, time
    from ipaddress import IPv4Address, IPv6Address
    from uuid import UUID

    from . import _datetimes, _ipaddresses, _uuids

    match value:
        case datetime():
            return _datetimes.encode_date_time(value)
        case date():
            return _datetimes.encode_date(value)
        case time():
            return _datetimes.encode_time(value)
        case UUID():
            return _uuids.encode_uuid(value)
        case IPv4Address():
            return _ipaddresses.encode_ipv4(value)
        case IPv6Address():
            return _ipaddresses.encode_ipv6(value)
        case _:
            raise TypeError(f"{type(value).__name__} is no type of a JSON value")


def integer(value: JSON) -> int:
    """Return an integer that JSON may write as 1.0 (Core 2020-12, section 4.2.1); raises Invalid for anything else."""
    if type(value) is float and value.is_integer():
        return int(exact(value))
    raise Invalid


def whole(value: JSON) -> JSON:
    """Return an array of integers, at any depth, with 1 in place of 1.0."""
    if isinstance(value, list):
        return [whole(item) for item in value]
    return int(exact(value)) if isinstance(value, float) else value


def are_small_integers(rows: list[Any], size: int | None, least: float | None, most: float | None) -> bool:
    """Return True only if all rows are lists of `size` small ints within the bounds, or of any one size if it is None.

    False says nothing: a loop has to decide. CPython has one object for each int from -5 to 256, so such an int is the
    very one in a table of those, and nothing else is: no bool, no float, no subclass. One look there is cheaper than
    one at the type and one at each bound.
    """
    small = _small(least, most)
    try:
        if size is None:
            size = len(rows[0]) if rows else 0
        # Names of a function's own are found faster than built-in ones.
        few = _OF_FEW.get(size)
        return few(rows, small, type, list) if few is not None else _are_small(rows, small, type, list, size)
    except (TypeError, ValueError, LookupError):
        return False


def _are_small(rows: list[Any], small: tuple[int | None, ...], kind: type[type], array: type[Any], size: int) -> bool:
    for row in rows:
        if kind(row) is not array or len(row) != size:
            return False
        for item in row:
            if small[item] is not item:
                return False
    return True


def _are_ones(rows: list[Any], small: tuple[int | None, ...], kind: type[type], array: type[Any]) -> bool:
    for row in rows:
        if kind(row) is not array:
            return False
        (first,) = row
        if small[first] is not first:
            return False
    return True


def _are_pairs(rows: list[Any], small: tuple[int | None, ...], kind: type[type], array: type[Any]) -> bool:
    for row in rows:
        if kind(row) is not array:
            return False
        first, second = row
        if small[first] is not first or small[second] is not second:
            return False
    return True


def _are_triples(rows: list[Any], small: tuple[int | None, ...], kind: type[type], array: type[Any]) -> bool:
    for row in rows:
        if kind(row) is not array:
            return False
        first, second, third = row
        if small[first] is not first or small[second] is not second or small[third] is not third:
            return False
    return True


_OF_FEW = {1: _are_ones, 2: _are_pairs, 3: _are_triples}


@cache
def _small(least: float | None, most: float | None) -> tuple[int | None, ...]:
    """Return for each index from -5 to 256 the int that it is, None for those beyond the bounds."""
    low, high = -5 if least is None else least, 256 if most is None else most
    return tuple([number if low <= number <= high else None for number in (*range(257), *range(-5, 0))])


_SHOWN = 60


def shown(value: object) -> str:
    """Return a value as JSON text, shortened to about 60 characters, in time that does not grow with the value."""
    if isinstance(value, str):
        import json

        from ._reasons import printable

        text = json.dumps(value if len(value) <= _SHOWN else value[: _SHOWN - 3] + "...", ensure_ascii=False)
        return printable(text)
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, dict):
        return f"an object of {_count(value, 'property', 'properties')}"
    if isinstance(value, list):
        return f"an array of {_count(value, 'item', 'items')}"
    if isinstance(value, int) and value.bit_length() > 200:
        return f"an integer of {value.bit_length()} bits"
    return repr(value) if isinstance(value, int | float) else _named(value)


def _count(value: Any, one: str, many: str) -> str:
    number = len(value)
    return f"{number} {one if number == 1 else many}"


# JSON equality (Core 2020-12, section 4.2.2)


def equal(one: JSON, other: JSON) -> bool:
    """Return whether two JSON values are equal: 1 and 1.0 are, 1 and true are not; raises Foreign for other types."""
    if type(one) is not type(other):
        if type(one) not in _OWN or type(other) not in _OWN:
            raise Foreign
        return type(one) is not bool and type(other) is not bool and bool(exact(one) == exact(other))
    if type(one) is dict and type(other) is dict:
        return one.keys() == other.keys() and all([equal(value, other[key]) for key, value in one.items()])
    if type(one) is list and type(other) is list:
        return len(one) == len(other) and all(map(equal, one, other))
    return one == other


LARGEST_EXACT = 1 << 53
"""Up to here a double is the number that its decimal form says, and has a hash of its own as an integer."""


def exact(value: Any) -> Any:
    """Return a float beyond 2 ** 53 as the integer that its decimal form says, anything else as it is.

    JSON text says `1e23`, which is 10 ** 23; the nearest double is 99999999999999991611392.
    """
    if type(value) is float and not -LARGEST_EXACT <= value <= LARGEST_EXACT and value.is_integer():
        digits, exponent = _decimal(value)
        return digits * 10**exponent if exponent >= 0 else int(value)
    return value


def key(value: JSON) -> object:
    """Return a hashable value that is equal for JSON-equal values only.

    What a sender could choose to have one hash (large numbers, and tuples of any) is hashed as text, which is seeded.
    """
    if type(value) is bool:
        return (bool, value)
    if type(value) is dict or type(value) is list:
        return (type(value), _as_text(value))
    if type(value) is int and not -LARGEST_EXACT <= value <= LARGEST_EXACT:
        return (int, _as_text(value))
    if type(value) is float and not -LARGEST_EXACT <= value <= LARGEST_EXACT:
        return (int, _as_text(value))
    if type(value) not in _OWN:
        raise Foreign
    return value


def _as_text(value: JSON) -> str:
    """Return a text that is the same for JSON-equal values only: numbers as they count, properties in order."""
    if type(value) is dict:
        members = [(name, value[name]) for name in sorted(value)]
        return f"{{{','.join([f'{name!r}:{_as_text(item)}' for name, item in members])}}}"
    if type(value) is list:
        return f"[{','.join(map(_as_text, value))}]"
    if type(value) is float and value.is_integer():
        value = int(exact(value))
    return f"{value:x}" if type(value) is int else repr(value)


def is_unique(items: list[JSON]) -> bool:
    """Return whether no two items are JSON-equal."""
    return len(set(map(key, items))) == len(items)


def is_multiple(value: int | float, step: int | float) -> bool:
    """Return whether a number is a whole multiple of the step, exactly as both are written in decimal."""
    if type(value) is int and type(step) is int:
        return value % step == 0
    if is_no_number(value):
        return False
    digits, exponent = _decimal(value)
    step_digits, step_exponent = _decimal(step)
    scale: int = 10 ** abs(exponent - step_exponent)
    if exponent >= step_exponent:
        return digits * scale % step_digits == 0
    return digits % (step_digits * scale) == 0


def _decimal(number: int | float) -> tuple[int, int]:
    """Return the digits and the power of ten of a number's shortest decimal form."""
    if type(number) is int:
        return number, 0
    mantissa, _, exponent = repr(number).partition("e")
    whole, _, fraction = mantissa.partition(".")
    return int(whole + fraction), int(exponent or 0) - len(fraction)
