# pyright: reportPrivateUsage=false
"""Which values of an object are not of the types of their fields: for what writing says, and for `problems`."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import takewhile
from types import NoneType, UnionType

from ._absent import ABSENT, Absent
from ._data import encode, is_not_finite, items, members, token
from ._errors import Unwritable
from ._lazy import Any, later
from ._problem import shown

TYPE_CHECKING: bool = False  # the constant of `typing`, which is not worth its import here
if TYPE_CHECKING:
    import typing
else:
    typing = later(__name__, "typing", "typing")


@dataclass(frozen=True)
class Place:
    """Where a value stands: in words of Python (`Order.lines[0].price`), and as a JSON Pointer."""

    name: str
    pointer: str = ""

    def item(self, index: int) -> Place:
        """Return the place of an item."""
        return Place(f"{self.name}[{index}]", f"{self.pointer}/{index}")

    def member(self, name: object, attribute: str = "") -> Place:
        """Return the place of a property, in a field or in a dict."""
        way = f".{attribute}" if attribute else f"[{name!r}]"
        return Place(self.name + way, f"{self.pointer}/{token(str(name))}")


@dataclass(frozen=True)
class WrongValue:
    """A value that is not of its type, or one without a text in JSON (`has_type`): where it is, and what it must be."""

    place: Place
    must: str
    value: object
    has_type: bool = False

    def error(self) -> Exception:
        """Return what is raised of it."""
        must = f"{self.place.name}: {self.must}"
        return Unwritable(must, self.value) if self.has_type else TypeError(f"{must}, not {shown(self.value)}")


def explained(kind: Any, value: object, error: Exception) -> Exception:
    """Return an error that says which value could not be written; the one that was raised if every value is right."""
    place = Place(kind.__name__ if isinstance(kind, type) else "value")
    wrong = next(wrong_values(kind, value, place), None)
    return error if wrong is None else wrong.error()


def wrong_values(kind: Any, value: object, place: Place) -> Iterator[WrongValue]:
    """Yield each value that is not of its type, within one that should be of this type."""
    kinds = typing.get_args(kind) if typing.get_origin(kind) in (typing.Union, UnionType) else (kind,)
    found = [each for each in kinds if _is(each, value)]
    if not found:
        yield WrongValue(place, f"must be {_words(kinds)}", value)
        return
    within = [list(_within(each, value, place)) for each in found]
    yield from min(within, key=len)  # of a union, the type that most of it is of


def _is(kind: Any, value: object) -> bool:
    """Return whether a value is of a type, whatever is in it; a tuple does for a list, and an integer for a number."""
    origin = typing.get_origin(kind)
    if kind is object or kind is None or kind is NoneType:
        return kind is object or value is None
    if origin is typing.Literal:
        return any(
            value == each and isinstance(value, bool) is isinstance(each, bool) for each in typing.get_args(kind)
        )
    if kind is int or kind is float:
        is_whole = isinstance(value, int) or (isinstance(value, float) and float.is_integer(value))
        return not isinstance(value, bool) and (is_whole or (kind is float and isinstance(value, float)))
    if origin in (list, tuple) or kind in (list, tuple):
        return isinstance(value, list | tuple)
    expected = kind if origin is None else origin
    return not isinstance(expected, type) or isinstance(value, expected)


def _within(kind: Any, value: Any, place: Place) -> Iterator[WrongValue]:
    """Yield each value that is not of its type within one that is of this type."""
    origin, parts = typing.get_origin(kind), typing.get_args(kind)
    if isinstance(kind, type) and hasattr(value, "_subschema"):
        yield from _of_object(value, place)
    elif origin is list:
        for index, item in enumerate(items(value)):
            yield from wrong_values(parts[0], item, place.item(index))
    elif origin is tuple:
        first = takewhile(_is_one, parts)
        for index, (part, item) in enumerate(zip(first, items(value), strict=False)):
            yield from wrong_values(part, item, place.item(index))
    elif origin is dict:
        for name, item in members(value):
            yield from wrong_values(parts[1], item, place.member(name))
    elif is_not_finite(value):
        yield WrongValue(place, "must be finite", value, has_type=True)
    elif kind is not object:
        try:
            encode(value)
        except Unwritable as error:
            yield WrongValue(place, error.args[0], value, has_type=True)


def _is_one(part: Any) -> bool:
    """Return whether a part of a tuple's type is about one item, not about any number of them."""
    return part is not ... and not getattr(part, "__unpacked__", False)


def _of_object(model: Any, place: Place) -> Iterator[WrongValue]:
    hints = _hints(next(base for base in type(model).__mro__ if "_subschema" in vars(base)))
    for attribute, name, _ in model._fields:
        yield from wrong_values(hints[attribute], getattr(model, attribute, ABSENT), place.member(name, attribute))
    if "additional_properties" in hints:
        extra = getattr(model, "additional_properties", ABSENT)
        inner = Place(f"{place.name}.additional_properties", place.pointer)
        yield from wrong_values(hints["additional_properties"], extra, inner)


@lru_cache(maxsize=256)
def _hints(cls: type[Any]) -> dict[str, Any]:
    return typing.get_type_hints(cls)


_NAMED: dict[Any, str] = {
    str: "a string",
    int: "an integer",
    float: "a number",
    bool: "a boolean",
    NoneType: "None",
    list: "a list",
    tuple: "a list",
    dict: "a dict",
}


def _words(kinds: Iterable[Any]) -> str:
    """Return what values of some types are, as in `a Currency or None`."""
    words = list(dict.fromkeys(word for kind in kinds if kind is not Absent for word in _of_kind(kind)))
    return " or ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def _of_kind(kind: Any) -> Iterator[str]:
    if typing.get_origin(kind) is typing.Literal:
        yield from (json.dumps(value) for value in typing.get_args(kind))
        return
    cls = typing.get_origin(kind) or kind
    article = "an" if cls.__name__[0] in "AEIOU" else "a"
    yield _NAMED.get(cls) or f"{article} {cls.__name__}"
