"""Count the steps of schemas that ask the same of one value twice: `python -m doublings --schemas 3000`."""

from __future__ import annotations

import argparse
import os
import resource
import sys
import time
from multiprocessing import Pool

import codegen
from codegen.findings import Rejected

from .counting import faults
from .schemas import KNOWN, made

_ROOM = 1 << 30  # bytes that one process may take


def main() -> int:
    """Print every schema that takes too many steps; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--schemas", type=int, default=3000, help="how many schemas the grammar makes")
    parser.add_argument("--seed", type=int, default=int(time.time()), help="where it begins")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="how many processes count")
    options = parser.parse_args()
    schemas = [*KNOWN.values(), *(made(options.seed + index) for index in range(options.schemas))]
    with Pool(options.jobs, initializer=_limited, maxtasksperchild=200) as pool:
        told = list(pool.imap_unordered(_told, schemas, chunksize=20))
    found = [fault for faults in told for fault in faults if fault]
    print(*found[:40], sep="\n")
    refused = sum(faults == [""] for faults in told)
    print(f"{len(schemas)} schemas, seed {options.seed}, {refused} refused: {len(found)} faults")
    return 1 if found else 0


def _limited() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (_ROOM, _ROOM))


def _told(schema: object) -> list[str]:
    """Return what is wrong with a schema; [""] for one that leads back to itself without an end."""
    try:
        return [f"{schema}: {fault}" for fault in faults(codegen.compile_schema(schema))]
    except Rejected:
        return [""]


if __name__ == "__main__":
    sys.exit(main())
