"""This checkout beside another one, in one run and in turns: what generating costs, and how fast the models are.

Every run of a generator is a process of its own, on one core, but for those that show what a second core is worth; its
CPU time and its memory are what the system says of it. Of all turns the least counts.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import math
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import making
import measure
import payloads
from generation import OTHER, SHORT, Cost, cost, schemas

SIZE = 1000
GROWTH = (0.5, 1, 2, 4)
FEW = 0.3
TOOL = "datamodel-code-generator"
FORMATTERS: Mapping[str, Sequence[str]] = {
    "as it is by default, with black and isort": (),
    "with its built-in formatter": ("--formatters", "builtin"),
}
DOCUMENTS = ("session", "jobs")
WORKS = ("decode", "is_valid", "encode", "dumps")
WHO = ("ours", "today")
BYTECODE = {"PYTHONDONTWRITEBYTECODE": ""}  # a first run writes it, as it does for a user, and no later one pays for it


@dataclass(frozen=True, slots=True)
class Checkout:
    """A state of this project: its commit, and the folder that it is in."""

    commit: str
    folder: Path

    @classmethod
    def at(cls, folder: Path) -> Checkout:
        """Return the checkout in a folder; one without a repository of its own goes by the folder's name."""
        found = _git(folder, "describe", "--always", "--dirty", "--exclude=*") if (folder / ".git").exists() else ""
        return cls(found or folder.name, folder)


@contextlib.contextmanager
def checkout(reference: str) -> Iterator[Checkout]:
    """Return a checkout by its folder, or by what git calls it: that is in a temporary folder for as long."""
    if (Path(reference) / "codegen").is_dir():
        yield Checkout.at(Path(reference).resolve())
        return
    with tempfile.TemporaryDirectory() as room:
        folder = Path(room).resolve() / "checkout"
        _git(making.ROOT, "worktree", "add", "--quiet", "--detach", str(folder), reference)
        try:
            yield Checkout.at(folder)
        finally:
            _git(making.ROOT, "worktree", "remove", "--force", str(folder))


def _git(folder: Path, *arguments: str) -> str:
    command = ["git", "-C", str(folder), *arguments]
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout.strip()


@dataclass(frozen=True, slots=True)
class Least:
    """Runs that are compared: the least of what each has cost so far."""

    costs: dict[str, Cost] = field(default_factory=dict)
    start: float = field(default_factory=time.perf_counter)

    def add(self, name: str, took: Cost) -> None:
        """Count one more run, and say so: all of them take long."""
        least = self.costs.get(name, took)
        self.costs[name] = Cost(*(min(pair) for pair in zip(_figures(least), _figures(took), strict=True)))
        line = f"{time.perf_counter() - self.start:6.0f} s  {name}: {took.seconds:.2f} CPU s"
        print(line, file=sys.stderr, flush=True)


def _figures(took: Cost) -> tuple[float, float, float]:
    return took.seconds, took.mebibytes, took.wall


@dataclass(frozen=True, slots=True)
class Race:
    """Two checkouts that take turns over the same schemas, and the folder for all that they make."""

    pair: Mapping[str, Checkout]
    room: Path
    size: int
    least: Least = field(default_factory=Least)

    def run(self, who: str, name: str, folder: Path, out: Path | None = None, cores: int = 1) -> None:
        """Run a generator over a folder of schemas; without a folder to keep its output in, from nothing."""
        room = out or self.room / "made"
        command = [sys.executable, "-m", "codegen", "generate", "--schema", str(folder), "--out", str(room / "out")]
        took = cost(command, _cores(cores), self.pair[who].folder, XDG_CACHE_HOME=str(room / "cache"), **BYTECODE)
        self.least.add(f"{who}: {name}", took)
        if out is None:
            shutil.rmtree(room)

    def tool(self, name: str, folder: Path) -> None:
        """Run the tool alone, on one core, for its dataclasses."""
        out = self.room / "alone"
        command = [*OTHER, *FORMATTERS[name], "--input", str(folder), "--output", str(out)]
        self.least.add(name, cost(command, _cores(1), **BYTECODE))
        shutil.rmtree(out)


def _cores(count: int) -> Sequence[int]:
    """Return so many of the cores that this process may use; none where the system can't hold a process to some."""
    return sorted(os.sched_getaffinity(0))[-count:] if hasattr(os, "sched_getaffinity") else ()


def measured(other: Checkout, room: Path, size: int, turns: int, rounds: int) -> dict[str, Any]:
    """Return every row of the table, ready for JSON, with what it depends on."""
    pair = dict(zip(WHO, (Checkout.at(making.ROOT), other), strict=True))
    race = Race(pair, room, size)
    generate(race, turns)
    rows = [*generation_rows(race.least.costs, size), *model_rows(pair, room, rounds)]
    return {
        "commits": {who: one.commit for who, one in pair.items()},
        "counts": counts(size),
        "turns": turns,
        "rows": rows,
    }


def generate(race: Race, turns: int) -> None:
    """Let both generators run, in turns, over all that is measured of them."""
    folders = {count: schemas(race.room / f"schemas{count}", count) for count in counts(race.size)}
    few = schemas(race.room / "few", _few(race.size))
    for who in race.pair:
        race.run(who, "warm", few, race.room / f"few_{who}")
    for formatter in FORMATTERS:
        race.tool(formatter, few)
    race.least.costs.clear()  # those have written the bytecode
    for turn in range(turns):
        order = list(race.pair) if turn % 2 else list(race.pair)[::-1]
        for count, folder in folders.items():
            for who in order:
                race.run(who, f"{count} models", folder)
        for who in order:
            race.run(who, "on two cores", folders[race.size], cores=2)
        for formatter in FORMATTERS:
            race.tool(formatter, folders[race.size])
        change(few, turn)
        for who in order:
            race.run(who, "one changed", few, race.room / f"few_{who}")
        for _ in range(SHORT):
            for who in order:
                race.run(who, "nothing changed", few, race.room / f"few_{who}")


def counts(size: int) -> list[int]:
    """Return how many models the growth is measured with."""
    return [round(size * times) for times in GROWTH]


def _few(size: int) -> int:
    return max(2, round(size * FEW))


def change(folder: Path, turn: int) -> None:
    """Change one number of one document, another one in each turn."""
    files = sorted(folder.iterdir())
    file = files[(turn + 1) * len(files) // 7 % len(files)]
    content = json.loads(file.read_text(encoding="utf-8"))
    content["properties"]["field_1"]["minimum"] += 1
    file.write_text(json.dumps(content), encoding="utf-8")


def generation_rows(costs: Mapping[str, Cost], size: int) -> Iterator[dict[str, Any]]:
    """Yield the rows of what generating costs."""
    every, few = counts(size), _few(size)

    def of(name: str, figure: str = "seconds") -> dict[str, float]:
        return {who: getattr(costs[f"{who}: {name}"], figure) for who in WHO}

    whole = of(f"{size} models")
    yield row(f"{size:,} models", "CPU s", whole)
    for name in FORMATTERS:
        alone = costs[name].seconds
        title = f"{size:,} models, beside {TOOL}'s dataclasses alone, {name} ({alone:.2f} CPU s)"
        yield row(title, "times", {who: took / alone for who, took in whole.items()})
    if len(_cores(2)) == 2:
        one, two = of(f"{size} models", "wall"), of("on two cores", "wall")
        yield row(f"{size:,} models, on two cores", "s of the clock", two)
        yield row(
            f"{size:,} models, on two cores, beside their own time on one",
            "times",
            {who: two[who] / one[who] for who in WHO},
        )
    growth = {who: exponent({count: of(f"{count} models")[who] for count in every}) for who in WHO}
    yield row(f"growth from {every[0]:,} to {every[-1]:,} models", "exponent", growth)
    yield row(f"one of {few:,} documents changed", "CPU s", of("one changed"))
    yield row(f"none of {few:,} documents changed", "CPU s", of("nothing changed"))
    yield row(f"{every[-1]:,} models", "MiB at most", of(f"{every[-1]} models", "mebibytes"))


def row(title: str, unit: str, found: Mapping[str, float], times: float | None = None) -> dict[str, Any]:
    """Return a row of the table: both figures, and how many times the other's ours is."""
    return {"row": title, "unit": unit, **found, "times": found["ours"] / found["today"] if times is None else times}


def exponent(seconds: Mapping[int, float]) -> float:
    """Return the power of the count that the seconds grow by: the slope of the line through their logarithms."""
    slope, _ = statistics.linear_regression([*map(math.log, seconds)], [*map(math.log, seconds.values())])
    return slope


def model_rows(pair: Mapping[str, Checkout], room: Path, rounds: int) -> Iterator[dict[str, Any]]:
    """Yield the rows of what the models take for a document: the median, and that of the ratios in each round."""
    folder = room / "documents"
    folder.mkdir()
    for path in (making.ROOT / "schema" / "session.json", Path(__file__).parent / "schema" / "jobs.json"):
        shutil.copy(path, folder)
    packages = {who: models(who, checkout.folder, folder, room / f"models_{who}") for who, checkout in pair.items()}
    for document in DOCUMENTS:
        data: Sequence[Any] = payloads.by_name()[document]
        for name in WORKS:
            works = {who: work(package, document, name, data) for who, package in packages.items()}
            times = measure.race(works, rounds)
            found = {who: measure.median(took) / 1000 / len(data) for who, took in times.items()}
            yield row(f"{document}: {name}", "us", found, measure.ratio(times["ours"], times["today"]))


def models(who: str, root: Path, schemas: Path, out: Path) -> str:
    """Return the name of the package that a checkout makes of the documents; it can be imported."""
    package = f"models_{who}"
    making.generate(schemas, out, package, root=root)
    sys.path.insert(0, str(out / "models"))
    return package


def work(package: str, document: str, name: str, data: Sequence[Any]) -> Callable[[], object]:
    """Return what does the work once for all data."""
    module = importlib.import_module(f"{package}.{document}")
    function = getattr(module, name)
    inputs = [module.decode(item) for item in data] if name in ("encode", "dumps") else data
    return lambda: [function(item) for item in inputs]
