"""Sharing work of one kind among processes: its type, and the default, which shares nothing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol, TypeVar

Job = TypeVar("Job")
Result = TypeVar("Result")


class ShareOut(Protocol):
    """Gives what some work gives for each of many jobs, in their order; it may be done in a copy of this process."""

    def __call__(self, work: Callable[[Job], Result], jobs: Sequence[Job], /) -> list[Result]: ...  # noqa: D102


def one_by_one(work: Callable[[Job], Result], jobs: Sequence[Job], /) -> list[Result]:
    """Return what the work gives for each job."""
    return [work(job) for job in jobs]
