"""Takes sets of real schemas through every step, each in a process of its own, and prints what it cost.

`python -m tests.wild --room DIR`; `--sets cyclonedx mcp` takes only these, `--pyright` asks pyright too. The exit code
is 1 if a step fails or costs more than its set allows. Where there are no real schemas, it says so and passes.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.wild.sets import SETS, SHARED, Limit, Set

ROOT = Path(__file__).parent.parent.parent
DETAIL = 2000
UNIT = 1024 * 1024 if sys.platform == "darwin" else 1024  # of ru_maxrss in a MiB: bytes there, KiB elsewhere


@dataclass(frozen=True, slots=True)
class Cost:
    """What a step of a set has cost, and what went wrong with it ("": nothing)."""

    set: str
    step: str
    seconds: float
    memory: float
    limit: Limit
    fault: str
    said: str

    def __str__(self) -> str:
        """Return a row of the table."""
        used = f"{self.seconds:7.1f} s of {self.limit.seconds:5.0f}  {self.memory:6.0f} MiB of {self.limit.memory:5}"
        return f"{self.set:18}{self.step:10}{used}  {self.fault or self.said}"


def main() -> int:
    """Return the exit code: 1 if a step failed or cost too much."""
    parser = argparse.ArgumentParser(prog="python -m tests.wild")
    parser.add_argument("--room", type=Path, help="folder for what is made")
    parser.add_argument("--sets", nargs="+", choices=[each.name for each in SETS], default=[each.name for each in SETS])
    parser.add_argument("--home", type=Path, default=SHARED, help="folder of the sets")
    parser.add_argument("--pyright", action="store_true", help="ask pyright too")
    arguments = parser.parse_args()
    chosen = [each for each in SETS if each.name in arguments.sets]
    for each in chosen:
        if not (arguments.home / each.name).is_dir():
            print(f"skipped {each.name}: there is no {os.path.relpath(arguments.home / each.name)}")
    there = [each for each in chosen if (arguments.home / each.name).is_dir()]
    with tempfile.TemporaryDirectory(dir=arguments.room) as room:
        if there:
            _warm_up(Path(room) / "first")
        costs = [cost for each in there for cost in taken(each, arguments.home, Path(room), arguments.pyright)]
    wrong = [cost for cost in costs if cost.fault]
    for cost in wrong:
        print(f"\n{cost.set}, {cost.step}: {cost.fault}\n{cost.said[-DETAIL:]}", file=sys.stderr)
    return 1 if wrong else 0


def _warm_up(out: Path) -> None:
    """Generate something once, so that Python has compiled all modules before anything is measured."""
    command = [sys.executable, "-m", "codegen", "generate", "--out", str(out)]
    subprocess.run(command, cwd=ROOT, env=_surroundings(out), check=True, stdout=subprocess.DEVNULL)


def _surroundings(room: Path) -> dict[str, str]:
    """Return the environment for a command: nothing comes from the cache of earlier runs."""
    others = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {**others, "XDG_CACHE_HOME": str(room / "cache")}


def taken(each: Set, home: Path, above: Path, pyright: bool) -> Iterator[Cost]:
    """Yield what the steps of a set cost, and print it; none after one that makes nothing to use."""
    room = above.resolve() / each.name
    _set_up(each, room)
    package = room / "out" / "models" / "models"
    use = [sys.executable, "-m", "tests.wild.use"]
    schema = ["--schema", str((home / each.name).resolve()), "--config", str(room / "triptych.toml")]
    commands: list[tuple[str, Sequence[str]]] = [
        ("generate", [sys.executable, "-m", "codegen", "generate", *schema, "--out", str(room / "out")]),
        ("import", [*use, "import", str(package)]),
        (
            "types",
            [sys.executable, "-m", "mypy", "--strict", "--config-file=", "--cache-dir", os.devnull, str(package)],
        ),
        *([("types", ["pyright", str(package)])] if pyright else []),
        ("decode", [*use, "decode", str(package), *schema]),
    ]
    for step, command in commands:
        cost = measured(each, step, command, room)
        print(cost if not cost.fault.startswith("exit") else f"{cost.set:18}{cost.step:10}{cost.fault}", flush=True)
        yield cost
        if cost.fault.startswith("exit") and step in ("generate", "import"):
            return


def _set_up(each: Set, room: Path) -> None:
    """Write the configuration of a set, and the documents of others that it needs."""
    room.mkdir()
    lines = ["[tool.triptych]", *([f'dialect = "{each.dialect}"'] if each.dialect else [])]
    lines += ["[tool.triptych.references]"] if each.others else []
    for number, (uri, text) in enumerate(each.others.items()):
        (room / f"other{number}.json").write_text(text, encoding="utf-8")
        lines.append(f'"{uri}" = "other{number}.json"')
    (room / "triptych.toml").write_text("\n".join(lines) + "\n", encoding="utf-8")


def measured(each: Set, step: str, command: Sequence[str], room: Path) -> Cost:
    """Return what a command costs, with all processes that it starts."""
    said = room / f"{step}.txt"
    with said.open("wb") as out:
        process = subprocess.Popen(command, cwd=ROOT, env=_surroundings(room), stdout=out, stderr=subprocess.STDOUT)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    seconds, memory, limit = usage.ru_utime + usage.ru_stime, usage.ru_maxrss / UNIT, each.limits[step]
    text = said.read_text(encoding="utf-8", errors="replace")
    fault = f"exit code {process.returncode}" if process.returncode else ""
    if not fault and (seconds > limit.seconds or memory > limit.memory):
        fault = "costs more than its set allows"
    return Cost(
        each.name, step, seconds, memory, limit, fault, text if fault else text.rstrip().rpartition("\n")[2][:60]
    )


if __name__ == "__main__":
    raise SystemExit(main())
