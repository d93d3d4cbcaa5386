"""Workers: processes that share many jobs of one kind; where none can be started, this one does all of them.

A worker is a copy of this process, so that it has all that was made so far, and is confined as this is. What it
gives back goes through a pipe. One that fails, for whatever reason, is not a fault: its work is done here.
"""

from __future__ import annotations

import contextlib
import os
import pickle
import signal
import sys
import threading
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from . import sandbox

Job = TypeVar("Job")
Result = TypeVar("Result")

WORTH = 100
"""So many jobs are worth a worker: to start one costs as much as some ten."""
_MOST = 8


def share_out(work: Callable[[Job], Result], jobs: Sequence[Job]) -> list[Result]:
    """Return what the work gives for each job, in their order. It may be done in a copy of this process."""
    count = min(_cores(), _MOST, len(jobs) // (WORTH // 2))
    if count < 2 or not _can_copy():
        return [work(job) for job in jobs]
    workers = [_Worker(work, jobs[index::count]) for index in range(1, count)]
    try:
        done = [[work(job) for job in jobs[::count]]]
        done += [worker.results() or [work(job) for job in worker.jobs] for worker in workers]
    finally:
        for worker in workers:
            worker.end()
    return [done[index % count][index // count] for index in range(len(jobs))]


def _cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _can_copy() -> bool:
    """Return whether this process can be copied: libraries of macOS may not survive that, and threads don't."""
    return hasattr(os, "fork") and sys.platform != "darwin" and threading.active_count() == 1


class _Worker(Generic[Job, Result]):
    """A copy of this process that does some jobs, and ends."""

    def __init__(self, work: Callable[[Job], Result], jobs: Sequence[Job]) -> None:
        self.jobs = jobs
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
            _run(work, jobs, write)
        os.close(write)
        self._pipe = read

    def results(self) -> list[Result] | None:
        """Return what the worker gives for its jobs, None if it has failed."""
        if not self._process:
            return None
        with open(self._pipe, "rb", closefd=False) as stream:
            sent = stream.read()
        _, status = os.waitpid(self._process, 0)
        self._process = 0
        results: list[Result] | None = pickle.loads(sent) if status == 0 else None
        return results

    def end(self) -> None:
        """Let nothing of the worker be left."""
        if self._process:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self._process, signal.SIGKILL)
            os.waitpid(self._process, 0)
        if self._pipe >= 0:
            os.close(self._pipe)


def _run(work: Callable[[Job], Result], jobs: Sequence[Job], write: int) -> None:
    """Do the jobs in the copy, send what they give, and end the copy."""
    try:
        sent = pickle.dumps([work(job) for job in jobs], pickle.HIGHEST_PROTOCOL)
        with open(write, "wb") as stream:
            stream.write(sent)
        os._exit(0)
    except BaseException:  # whatever it was happens again in the process that was copied, which reports it
        os._exit(1)
