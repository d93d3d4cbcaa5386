"""Measuring: contestants take turns on the same data, in CPU time, so that a busy machine slows all of them alike."""

from __future__ import annotations

import gc
import random
import statistics
import subprocess
import sys
import time
import tracemalloc
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

Work = Callable[[], object]

ROUNDS = 15
_SAMPLE_NS = 12_000_000  # long against the clock's step, short against what else the machine does


def race(works: Mapping[str, Work], rounds: int = ROUNDS) -> dict[str, list[float]]:
    """Return the CPU times of each work in nanoseconds, one a round; in every round all run once, in random order."""
    repeats = {name: _repeats(work) for name, work in works.items()}
    times: dict[str, list[float]] = {name: [] for name in works}
    dice = random.Random(1)
    order = list(works)
    for _ in range(rounds):
        dice.shuffle(order)
        for name in order:
            times[name].append(_sample(works[name], repeats[name]) / repeats[name])
    return times


def _repeats(work: Work) -> int:
    work()
    return max(1, round(_SAMPLE_NS / max(_sample(work, 1), 1)))


def _sample(work: Work, repeats: int) -> int:
    gc.collect()  # and then leave the collector on, as it is where people decode
    start = time.process_time_ns()
    for _ in range(repeats):
        work()
    return time.process_time_ns() - start


def median(times: Sequence[float]) -> float:
    """Return the median."""
    return statistics.median(times)


def ratio(base: Sequence[float], times: Sequence[float]) -> float:
    """Return how many times faster than the base: the median of the ratios of each round."""
    return statistics.median(one / other for one, other in zip(base, times, strict=True))


def memory(decode: Callable[[object], object], data: Sequence[object]) -> float:
    """Return the bytes that one decoded object holds beyond its data."""
    decode(data[0])
    gc.collect()
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    kept = [decode(item) for item in data]
    after = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    return (after - before - sys.getsizeof(kept)) / len(data)


_IMPORT = """
import sys
sys.path[:0] = {paths!r}
import time
start = time.process_time_ns()
{statement}
print(time.process_time_ns() - start)
"""


def race_imports(statements: Mapping[str, str], paths: Iterable[Path], rounds: int = ROUNDS) -> dict[str, float]:
    """Return the median CPU time of each import in milliseconds, in a bare interpreter (no site, nothing imported)."""
    times: dict[str, list[float]] = {name: [] for name in statements}
    for turn in range(rounds + 1):
        for name, statement in statements.items():
            script = _IMPORT.format(paths=[str(path) for path in paths], statement=statement)
            command = [sys.executable, "-I", "-S", "-c", script]
            made = subprocess.run(command, check=True, capture_output=True, text=True)
            if turn:  # the first turn writes the bytecode
                times[name].append(int(made.stdout) / 1e6)
    return {name: median(found) for name, found in times.items()}
