"""Decide small schemas of two and three keywords on one place: `python -m tests.combinations --schemas 100000`."""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Iterator, Sequence
from multiprocessing import Pool

from .deciding import faults
from .schemas import VALUES, Case, cases, count

_AT_ONCE = 100
_SHOWN = 40


def main() -> int:
    """Print how many decisions were made and every one that is wrong; return the exit code."""
    options = _options()
    started = time.monotonic()
    chosen = list(cases((1, 2, 3), options.schemas, options.seed))
    groups = [chosen[start : start + _AT_ONCE] for start in range(0, len(chosen), _AT_ONCE)]
    with Pool(options.jobs, maxtasksperchild=20) as pool:
        found = [fault for told in pool.imap_unordered(_told, groups) for fault in told]
    print(*found[:_SHOWN], sep="\n")
    every = sum(count(size) for size in (1, 2, 3))
    decisions = f"{len(chosen):,} of {every:,} schemas, {len(chosen) * len(VALUES):,} decisions by every road"
    print(f"{decisions}, seed {options.seed}: {len(found)} faults, {time.monotonic() - started:.0f} s")
    return 1 if found else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--schemas", type=int, default=100_000, help="how many schemas to try: the small ones first")
    parser.add_argument("--seed", type=int, default=int(time.time()), help="which of the triples are drawn")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="how many processes decide")
    return parser.parse_args()


def _told(group: Sequence[Case]) -> list[str]:
    return list(_each(group))


def _each(group: Sequence[Case]) -> Iterator[str]:
    try:
        yield from faults(group)
    except Exception as error:  # a fault of the generator, which one of the schemas brings out
        if len(group) == 1:
            yield f"{group[0].schema}: {type(error).__name__}: {error}"
        for case in group if len(group) > 1 else ():
            yield from _each([case])


if __name__ == "__main__":
    sys.exit(main())
