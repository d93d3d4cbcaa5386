"""What generating costs: a thousand models beside datamodel-code-generator alone, and a run after a change.

Every run is a process of its own with an empty cache folder, but for those after a change; its CPU time and its memory
are what the system says of it.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import making
from thousand import schema

MANY, FEW, MOST = 1000, 300, 5000
TURNS = 3  # of those that are compared: the machine has other work too, and the least is nearest to what it takes
SHORT = 3  # so many times as many where a run takes a moment only
OTHER = [sys.executable, "-m", "datamodel_code_generator", "--input-file-type", "jsonschema"]
OTHER += ["--output-model-type", "dataclasses.dataclass", "--disable-timestamp"]


@dataclass(frozen=True, slots=True)
class Cost:
    """What one process took: seconds of CPU time, the most memory it had in MiB, and seconds of the clock."""

    seconds: float
    mebibytes: float
    wall: float


def measured(room: Path) -> dict[str, dict[str, float]]:
    """Return seconds of CPU time and MiB for each kind of run."""
    return {name: {"s": cost.seconds, "MiB": cost.mebibytes} for name, cost in runs(room)}


def runs(room: Path) -> list[tuple[str, Cost]]:
    """Return the cost of each kind of run: of those that are compared the least of some, which take turns."""
    many, few, most = (schemas(room / f"schemas{count}", count) for count in (MANY, FEW, MOST))
    turns = [compared(room / f"turn{turn}", many) for turn in range(TURNS)]
    costs = [(name, min((turn[name] for turn in turns), key=lambda took: took.seconds)) for name in turns[0]]
    costs += [
        (f"{FEW:,} models: Triptych", ours(room / "few", few)),
        (f"{FEW:,} models: Triptych, nothing changed", ours(room / "few", few)),
    ]
    changed = few / "m0100.json"
    content = json.loads(changed.read_text(encoding="utf-8"))
    content["properties"]["field_1"]["minimum"] += 1
    changed.write_text(json.dumps(content), encoding="utf-8")
    return [
        *costs,
        (f"{FEW:,} models: Triptych, one document changed", ours(room / "few", few)),
        (f"{MOST:,} models: Triptych", ours(room / "most", most)),
    ]


def compared(room: Path, folder: Path) -> dict[str, Cost]:
    """Return what a thousand models cost the tool alone, as it is by default (with black and isort) and not, and us."""
    room.mkdir()
    default = [*OTHER, "--input", str(folder), "--output", str(room / "default")]
    builtin = [*OTHER, "--formatters", "builtin", "--input", str(folder), "--output", str(room / "builtin")]
    return {
        f"{MANY:,} models: datamodel-code-generator": cost(default),
        f"{MANY:,} models: datamodel-code-generator with its built-in formatter": cost(builtin),
        f"{MANY:,} models: Triptych": ours(room / "many", folder),
    }


def ours(room: Path, folder: Path) -> Cost:
    """Return what one of our runs costs; the room keeps its output and its cache for the next one."""
    command = [sys.executable, "-m", "codegen", "generate", "--schema", str(folder), "--out", str(room / "out")]
    return cost(command, XDG_CACHE_HOME=str(room / "cache"))


def cost(command: Sequence[str], cores: Iterable[int] = (), cwd: Path = making.ROOT, **environment: str) -> Cost:
    """Return what a command costs, which must end well; it may use only these cores, if any are given."""
    held = partial(os.sched_setaffinity, 0, {*cores}) if cores and hasattr(os, "sched_setaffinity") else None
    start = time.perf_counter()
    process = subprocess.Popen(command, cwd=cwd, env={**os.environ, **environment}, preexec_fn=held)
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    unit = 1024 * 1024 if sys.platform == "darwin" else 1024
    return Cost(usage.ru_utime + usage.ru_stime, usage.ru_maxrss / unit, wall)


def schemas(folder: Path, count: int) -> Path:
    """Return the folder, filled with so many schemas of one model of twelve fields each."""
    folder.mkdir()
    for index in range(count):
        (folder / f"m{index:04}.json").write_text(json.dumps(schema(index)), encoding="utf-8")
    return folder
