"""Records are what the standard library makes of the same classes, in all that we use them for."""

from __future__ import annotations

import copy
import dataclasses
import inspect
import pickle
from collections.abc import Callable
from dataclasses import field
from typing import Any, ClassVar

import pytest

from codegen import records

Made = Callable[[type], Any]


def _ours(body: type) -> Any:
    return records.dataclass(frozen=True, slots=True)(body)


def _theirs(body: type) -> Any:
    return dataclasses.dataclass(frozen=True, slots=True)(body)


def _classes(make: Made) -> dict[str, Any]:
    """Return the classes that are compared, made by one or the other."""

    class Empty:
        """None."""

    class Plain:
        """Fields with and without defaults."""

        one: int
        two: str = "2"
        rest: list[int] = field(default_factory=list, compare=False)
        hidden: str = field(default="", repr=False)
        shared: ClassVar[int] = 3

    class Completed:
        """A field that is made of another one."""

        one: int
        twice: int = field(init=False)

        def __post_init__(self) -> None:
            if self.one < 0:
                raise ValueError("negative")
            object.__setattr__(self, "twice", self.one * 2)

    class Shown:
        """Own functions, which stay."""

        one: int

        def __repr__(self) -> str:
            return "shown"

        def __hash__(self) -> int:
            return 1

    made = {body.__name__: make(body) for body in (Empty, Plain, Completed, Shown)}

    class Below(made["Plain"]):  # type: ignore[misc]
        """Fields beside those of a base."""

        three: float = 3.0

    return {**made, "Below": make(Below)}


OURS, THEIRS = _classes(_ours), _classes(_theirs)
Plain, Below, Completed = OURS["Plain"], OURS["Below"], OURS["Completed"]
MADE = [
    ("Empty", (), {}),
    ("Plain", (1,), {}),
    ("Plain", (1, "x"), {"rest": [1], "hidden": "y"}),
    ("Plain", (), {"two": "x", "one": 1}),
    ("Completed", (4,), {}),
    ("Shown", (1,), {}),
    ("Below", (1, "x", [2], "y", 4.0), {}),
]
for _kind in OURS.values():
    _kind.__qualname__ = _kind.__name__  # so that pickle finds them
    globals()[_kind.__name__] = _kind


@pytest.mark.parametrize("name", OURS)
def test_a_class_has_the_same_fields_parameters_and_slots(name: str) -> None:
    ours, theirs = OURS[name], THEIRS[name]
    assert [each.name for each in dataclasses.fields(ours)] == [each.name for each in dataclasses.fields(theirs)]
    assert list(inspect.signature(ours).parameters) == list(inspect.signature(theirs).parameters)
    assert (ours.__slots__, ours.__match_args__) == (theirs.__slots__, theirs.__match_args__)
    assert (ours.__doc__, dataclasses.is_dataclass(ours)) == (theirs.__doc__, True)


@pytest.mark.parametrize(("name", "values", "by_name"), MADE)
def test_a_value_shows_compares_hashes_and_copies_alike(
    name: str, values: tuple[Any, ...], by_name: dict[str, Any]
) -> None:
    ours, theirs = OURS[name](*values, **by_name), THEIRS[name](*values, **by_name)
    assert repr(ours) == repr(theirs).replace("_classes.<locals>.", "")
    assert ours == OURS[name](*values, **by_name) != theirs
    assert hash(ours) == hash(OURS[name](*values, **by_name))
    for copied in (copy.copy(ours), copy.deepcopy(ours), pickle.loads(pickle.dumps(ours))):
        assert (copied, repr(copied)) == (ours, repr(ours))
    assert dataclasses.asdict(ours) == dataclasses.asdict(theirs)


@pytest.mark.parametrize(
    ("one", "other", "is_equal"),
    [
        (Plain(1), Plain(1, rest=[5]), True),
        (Plain(1), Plain(2), False),
        (Plain(1), Below(1), False),
        (Completed(1), Completed(1), True),
        (Completed(1), 1, False),
    ],
)
def test_values_are_compared_by_the_fields_that_count(one: object, other: object, is_equal: bool) -> None:
    assert (one == other) is is_equal
    assert (hash(one) == hash(other)) is is_equal


@pytest.mark.parametrize("kind", [OURS, THEIRS], ids=["ours", "theirs"])
def test_what_is_wrong_is_refused(kind: dict[str, Any]) -> None:
    value = kind["Plain"](1)
    with pytest.raises(dataclasses.FrozenInstanceError):
        value.one = 2
    with pytest.raises(dataclasses.FrozenInstanceError):
        del value.one
    with pytest.raises((AttributeError, TypeError)):
        value.other = 2
    for values, by_name in [((), {}), ((1, 2, 3, 4, 5), {}), ((1,), {"one": 2}), ((1,), {"other": 2})]:
        with pytest.raises(TypeError):
            kind["Plain"](*values, **by_name)
    with pytest.raises(ValueError, match="negative"):
        kind["Completed"](-1)


def test_each_value_has_its_own_default() -> None:
    assert Plain(1).rest is not Plain(1).rest


def test_a_value_is_replaced_and_matched_by_its_fields() -> None:
    assert dataclasses.replace(Completed(1), one=3).twice == 6
    match Plain(1, "x"):
        case Plain(one, two):
            assert (one, two) == (1, "x")


@pytest.mark.parametrize("arguments", [{"frozen": True, "slots": False}, {"frozen": False, "slots": True}])
def test_others_are_not_made_here(arguments: dict[str, bool]) -> None:
    with pytest.raises(TypeError, match="frozen and has slots"):
        records.dataclass(**arguments)
