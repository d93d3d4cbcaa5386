"""The counting: how many functions a call goes through, ended where there are too many."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from types import FrameType, ModuleType

from codegen.ir import JSON

from .schemas import instances

DEPTH = 24
MOST = 60_000
"""So many calls at the most: 2,500 for each level of an instance."""


class TooMany(Exception):
    """A call went through more functions than it may."""


def steps(function: Callable[[JSON], object], data: JSON, most: int = MOST) -> int:
    """Return how many functions a call goes through, built-in ones left out; raises TooMany, and what it raises."""
    count = 0

    def counted(frame: FrameType, event: str, argument: object) -> None:
        nonlocal count
        count += event == "call"
        if count > most:
            sys.setprofile(None)
            raise TooMany(f"more than {most} calls")

    before = sys.getprofile()
    sys.setprofile(counted)
    try:
        function(data)
    finally:
        sys.setprofile(before)
    return count


def faults(model: ModuleType) -> Iterator[str]:
    """Yield which road takes too many steps for which instance, and where the roads disagree."""
    for data in instances(DEPTH):
        model.problems(data)  # which loads the tables
        for road in (model.is_valid, model.decode, model.problems):
            try:
                with suppress(model.DecodeError):
                    steps(road, data)
            except TooMany as many:
                yield f"{road.__name__} of {str(data)[:60]}: {many}"
        if model.is_valid(data) is bool(model.problems(data)):
            yield f"is_valid and problems disagree about {str(data)[:60]}"
