"""Workers: processes that share many jobs of one kind; where none can be started, this one does all of them.

A worker is a copy of this process, so that it has all that was made so far, and is confined as this is. The jobs are
parted into portions: each process begins with one of its own, and takes the next one whenever it is through, from a
pipe that has the numbers of those left. What a worker gives back goes through a pipe of its own. One that fails, for
whatever reason, is not a fault: its work is done here.
"""

from __future__ import annotations

import contextlib
import gc
import os
import pickle
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from typing import Generic, TypeVar

from . import sandbox

Job = TypeVar("Job")
Result = TypeVar("Result")

WORTH = 100
"""So many jobs are worth a worker: to start one costs as much as some ten."""
_MOST = 8
_PORTIONS = 24  # for each process; their numbers have to fit into a byte


def share_out(work: Callable[[Job], Result], jobs: Sequence[Job]) -> list[Result]:
    """Return what the work gives for each job, in their order. It may be done in a copy of this process."""
    count = min(_cores(), _MOST, len(jobs) // (WORTH // 2))
    if count < 2 or not _can_copy():
        return [work(job) for job in jobs]
    parts = count * _PORTIONS
    portions = [jobs[number::parts] for number in range(parts)]
    left = _Numbers(range(count, parts))
    workers: list[_Worker[Job, Result]] = []
    try:
        workers += [_Worker(work, portions, first, left) for first in range(1, count)]
        done = {number: [work(job) for job in portions[number]] for number in left.taken(0)}
        for worker in workers:
            done.update(worker.results())
    finally:
        left.close()
        for worker in workers:
            worker.end()
    every = [done.get(number) or [work(job) for job in portion] for number, portion in enumerate(portions)]
    return [every[index % parts][index // parts] for index in range(len(jobs))]


def _cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _can_copy() -> bool:
    """Return whether this process can be copied: libraries of macOS may not survive that, and threads don't."""
    return hasattr(os, "fork") and sys.platform != "darwin" and threading.active_count() == 1


class _Numbers:
    """The numbers of portions that nobody has taken yet, in a pipe from which several processes take them."""

    def __init__(self, numbers: range) -> None:
        self._read, write = os.pipe()
        with open(write, "wb") as stream:
            stream.write(bytes(numbers))

    def taken(self, first: int) -> Iterator[int]:
        """Yield the first number, and then one after the other as long as there are some: each goes to one process."""
        yield first
        while number := os.read(self._read, 1):
            yield number[0]

    def close(self) -> None:
        """Let the pipe go."""
        os.close(self._read)


class _Worker(Generic[Job, Result]):
    """A copy of this process that does some portions of the jobs, beginning with the `first`, and ends."""

    def __init__(
        self, work: Callable[[Job], Result], portions: Sequence[Sequence[Job]], first: int, left: _Numbers
    ) -> None:
        self._process = 0
        self._pipe = -1
        read, write = os.pipe()
        try:
            with sandbox.copying():
                self._process = os.fork()
        except OSError:  # there are too many processes, or there is too little memory
            os.close(read)
            os.close(write)
            return
        if self._process == 0:
            _run(work, portions, first, left, write)
        os.close(write)
        self._pipe = read

    def results(self) -> dict[int, list[Result]]:
        """Return what the worker gives for the portions that it took, by their numbers; nothing if it has failed."""
        if not self._process:
            return {}
        with open(self._pipe, "rb", closefd=False) as stream:
            sent = stream.read()
        _, status = os.waitpid(self._process, 0)
        self._process = 0
        results: dict[int, list[Result]] = pickle.loads(sent) if status == 0 else {}
        return results

    def end(self) -> None:
        """Let nothing of the worker be left."""
        if self._process:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self._process, signal.SIGKILL)
            os.waitpid(self._process, 0)
        if self._pipe >= 0:
            os.close(self._pipe)


def _run(
    work: Callable[[Job], Result], portions: Sequence[Sequence[Job]], first: int, left: _Numbers, write: int
) -> None:
    """Do portions of the jobs in the copy, send what they give, and end the copy."""
    try:
        gc.freeze()  # a collection would write to all memory that the two have in common, which copies it
        done = {number: [work(job) for job in portions[number]] for number in left.taken(first)}
        with open(write, "wb") as stream:
            pickle.dump(done, stream, pickle.HIGHEST_PROTOCOL)
        os._exit(0)
    except BaseException:  # whatever it was happens again in the process that was copied, which reports it
        os._exit(1)
