# pyright: reportPrivateUsage=false
"""What is wrong with an object as it is now, whatever its fields hold: `Model.problems` asks."""

from __future__ import annotations

from collections.abc import Iterator

from . import _errors, _fallback
from ._absent import ABSENT
from ._data import encode, items, members, plain, token
from ._errors import DecodeError, Unwritable
from ._lazy import Any
from ._problem import shown
from ._wrong_types import Place, wrong_values


def problems(model: Any) -> tuple[_errors.Problem, ...]:
    """Return what is wrong with an object of a generated class; nothing if it can be sent."""
    data = _draft_object(model)
    unwritable = list(_unwritable(data, ""))
    places = {problem.instance_location for problem in unwritable}
    wrong = [problem for problem in _fallback.report(model._subschema, data) if problem.instance_location not in places]
    wrong += unwritable
    wrong += _of_wrong_types(model, {problem.instance_location for problem in wrong})
    try:
        plain(data)
    except DecodeError as error:
        reported = {problem.instance_location for problem in wrong}
        wrong.extend(problem for problem in error.problems if problem.instance_location not in reported)
    return tuple(wrong)


def _of_wrong_types(model: Any, reported: set[str]) -> Iterator[_errors.Problem]:
    """Yield a problem for each value that JSON has a text for, but not of its field's type: it can't be written."""
    for each in wrong_values(type(model), model, Place("")):
        at = each.place.pointer
        if not each.has_type and not any(other == at or other.startswith(f"{at}/") for other in reported):
            yield _errors.problem(at, each.must, shown(each.value))


def _draft_object(model: Any) -> dict[str, Any]:
    """Return the object as JSON data, what has no place in JSON left as it is."""
    data: dict[str, object] = {}
    for attribute, name, required in model._fields:
        item: object = getattr(model, attribute)
        if required or (item is not ABSENT and (item is not None or _is_nullable(model, attribute))):
            data[name] = _draft(item)
    extra: object = getattr(model, "additional_properties", None)
    if isinstance(extra, dict):
        data.update((str(name), _draft(item)) for name, item in members(extra))
    return data


def _draft(value: object) -> object:
    """Return a value as JSON data, what has no place in JSON left as it is."""
    if isinstance(value, dict):
        return {name: _draft(item) for name, item in members(value)}
    if isinstance(value, list | tuple):
        return [_draft(item) for item in items(value)]
    if hasattr(value, "_subschema"):
        return _draft_object(value)
    try:
        return encode(value)
    except (TypeError, ValueError):
        return value


def _is_nullable(model: object, attribute: str) -> bool:
    """Return whether None stands for null in a field: there ABSENT is the default."""
    fields: dict[str, Any] = getattr(model, "__dataclass_fields__", {})
    return attribute in fields and fields[attribute].default is ABSENT


def _unwritable(value: object, at: str) -> Iterator[_errors.Problem]:
    """Yield a problem, in the words of who would write it, for each value of a draft that has no text."""
    if isinstance(value, dict):
        for name, item in members(value):
            yield from _unwritable(item, f"{at}/{token(str(name))}")
    elif isinstance(value, list):
        for index, item in enumerate(items(value)):
            yield from _unwritable(item, f"{at}/{index}")
    elif not isinstance(value, str | int | float | None):
        try:
            encode(value)
        except Unwritable as error:
            yield _errors.problem(at, error.args[0], repr(value))
        except TypeError:
            pass  # its type is not one that JSON has, which `plain` says
