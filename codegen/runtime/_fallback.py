# pyright: reportPrivateUsage=false
"""What generated functions fall back on where the fast path stops: plain copies of data, and the tables of problems."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from . import _errors, _lazy
from ._data import JSON, is_plain, plain
from ._errors import STOPS, DecodeError, Invalid, undecided
from ._lazy import Any

TYPE_CHECKING: bool = False
if TYPE_CHECKING:
    from typing import TypeVar

    from . import _reporter

    T = TypeVar("T")
else:
    T = object  # for those who evaluate annotations
    _reporter = _lazy.later(__name__, "_reporter", "._reporter")  # which few need


UNWRITTEN = (AttributeError, TypeError, ValueError)
"""What ends the writing of an object that holds a value of another type than its field's."""


def explained(kind: Any, value: object, error: Exception) -> Exception:
    """Return an error that says which value within one of this type could not be written, and what it must be."""
    from ._wrong_types import explained  # which few need

    return explained(kind, value, error)


def explained_root(encode: Callable[..., object], value: object, error: Exception) -> Exception:
    """Return such an error for a value of the type that the function of a module takes."""
    from typing import get_type_hints

    return explained(get_type_hints(encode)["value"], value, error)


def retry(name: str, decode: Callable[..., T], data: object, *rest: type[Any]) -> T:
    """Return the decoded value of data that is valid but for Python types beside JSON's own; else raise DecodeError.

    The name is that of the subschema in the tables of problems; `decode` gets the rest after the data.
    A mapping counts as a dict, a tuple as a list, and a subclass of a JSON type as that type.
    """
    try:
        faults = _reporter.records(name, data)
        if faults is None:
            value: Any = data if is_plain(data) else plain(data)
            faults = _reporter.faults(name, value)
            if not faults:
                return decode(value, *rest)
        reasons: _errors.Faults | Iterable[_errors.Problem] = faults
    except DecodeError as error:  # of `plain`, which says where
        reasons = error.problems
    except STOPS as stop:
        reasons = [undecided(data, stop)]
    raise DecodeError(reasons, rest[0].__name__ if rest else name.partition("/")[0]) from None


def recheck(valid: Callable[[JSON], bool], data: Any) -> bool:
    """Return whether data is valid which holds Python types beside JSON's own, as in `retry`.

    Raises DecodeError if the data is nested too deeply to say, or holds what has no place in JSON.
    """
    try:
        return valid(plain(data))
    except RecursionError as stop:
        raise DecodeError([undecided(data, stop)]) from None
    except Invalid:
        return False


def problems(name: str, data: object) -> tuple[_errors.Problem, ...]:
    """Return every problem of the data for the subschema of that name in the tables of problems."""
    try:
        reasons = report(name, plain(data))
    except RecursionError as stop:
        reasons = [undecided(data, stop)]
    except DecodeError as error:
        return error.problems
    return tuple(reasons)


def json_schema(module: str, cls: type[Any] | None) -> dict[str, object]:
    """Return the JSON Schema of a class of a module, or of its whole document, from those that the package carries."""
    from ._class_schemas import json_schema  # which few need

    return json_schema(f"{__package__}.{module}", cls)


def report(name: str, data: JSON) -> list[_errors.Problem]:
    """Return every problem of data in JSON's own types; raises RecursionError."""
    return _reporter.problems(name, data)
