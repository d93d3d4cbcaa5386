"""The benchmark: `nox -s bench` runs it on each Python; it prints, and writes results.json, results.md, the README.

`python tests/bench [--rounds N]`; with `--print` nothing is written, with `--models` no generation is measured, and
`--only CONTESTANT` measures the speed of one beside pydantic's and keeps all other figures of this Python, as
`--refusals` does that measures what refusing costs.
`--without PASS`, or `--without all`, prints what the models lose without a pass of the compiler, and writes nothing.
`--against CHECKOUT` (a folder, or what git calls a commit) measures generator and models beside those of another state
of this project, and keeps all other figures; with `--size 40` it is a trial that writes nothing.
"""

from __future__ import annotations

import argparse
import json
import platform
import sys
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent.parent))
sys.path.insert(0, str(Path(__file__).parent))

import against
import cases
import generation
import making
import measure
import payloads
import report
import thousand
import without
from contestants import Codec, codecs

from codegen.compiler.emit.passes import PASSES

PYTHON = ".".join(platform.python_version_tuple()[:2])
RESULTS = Path(__file__).parent / "results.json"


def main() -> None:
    """Run everything on this Python, print its tables, and write all Pythons' tables."""
    parser = argparse.ArgumentParser(prog="bench")
    parser.add_argument("--rounds", type=int, default=measure.ROUNDS)
    parser.add_argument("--print", action="store_true", help="write nothing")
    parser.add_argument("--models", action="store_true", help="leave out what generating costs, which takes long")
    parser.add_argument("--only", metavar="CONTESTANT", help="measure its speed, and keep all else that is known")
    parser.add_argument("--refusals", action="store_true", help="measure what refusing costs, and keep all else")
    parser.add_argument("--without", metavar="PASS", choices=["all", *PASSES], help="print what a pass is worth")
    parser.add_argument("--against", metavar="CHECKOUT", help="measure beside another state of this project")
    parser.add_argument("--size", type=int, default=against.SIZE, help="models that --against generates")
    parser.add_argument(
        "--turns", type=int, default=generation.TURNS, help="runs of --against of which the least counts"
    )
    options = parser.parse_args()
    if options.against:
        beside(options)
        return
    if options.without:
        print(without.page(PASSES if options.without == "all" else [options.without], options.rounds))
        return
    known = json.loads(RESULTS.read_text(encoding="utf-8")) if RESULTS.exists() else {}
    with tempfile.TemporaryDirectory() as folder:
        if options.refusals:
            found = with_refusals(known[PYTHON], Path(folder), options.rounds)
        elif options.only:
            found = with_another(known[PYTHON], Path(folder), options.rounds, options.only)
        else:
            found = results(Path(folder), options.rounds, generating=not options.models)
    print(report.page({PYTHON: found}))
    if options.print:
        return
    if "against" in known.get(PYTHON, {}):
        found.setdefault("against", known[PYTHON]["against"])
    ordered = written({**known, PYTHON: found})
    report.plot(RESULTS.with_suffix(".svg"), ordered)
    report.fill(making.ROOT / "README.md", ordered)


def beside(options: argparse.Namespace) -> None:
    """Measure everything beside another checkout, print the table, and write it among what is known of this Python."""
    with against.checkout(options.against) as other, tempfile.TemporaryDirectory() as folder:
        found = against.measured(other, Path(folder), options.size, options.turns, options.rounds)
    found["conditions"] = conditions(options.rounds, [against.TOOL])
    print("\n".join(report.against(found)))
    if not options.print and options.size == against.SIZE:
        known = json.loads(RESULTS.read_text(encoding="utf-8"))
        written({**known, PYTHON: {**known[PYTHON], "against": found}})


def written(known: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is known, ordered by Python, and written as data and as tables."""
    ordered = {python: known[python] for python in sorted(known)}
    RESULTS.write_text(json.dumps(ordered, indent=1) + "\n", encoding="utf-8")
    RESULTS.with_suffix(".md").write_text(report.page(ordered), encoding="utf-8")
    return ordered


def results(room: Path, rounds: int, *, generating: bool) -> dict[str, Any]:
    """Return everything that is measured on this Python, ready for JSON."""
    made, packages = making.make(room), thousand.statements(room)
    all_codecs = list(codecs(made))
    payload = payloads.by_name()
    for name, data in payload.items():
        refuse_faults(name, data, all_codecs)
    return {
        "python": PYTHON,
        "conditions": conditions(rounds),
        "speed": {name: speed(name, data, all_codecs, rounds) for name, data in payload.items()},
        "cases": {name: _as_json(tally) for name, tally in cases.tally(all_codecs).items()},
        "of": {"decided": len(cases.CASES), "returned": sum(case.valid for case in cases.CASES)},
        "memory": {name: memory(name, payload[name], all_codecs) for name in ("session", "jobs", "backend")},
        "imports": imports(room, packages, rounds),
        "generation": generation.measured(room) if generating else {},
    }


def with_another(known: Mapping[str, Any], room: Path, rounds: int, name: str) -> dict[str, Any]:
    """Return what is known of this Python with the speed of one contestant, measured now beside pydantic's."""
    every = list(codecs(making.make(room)))
    pair = [codec for codec in every if codec.name in ("pydantic", name)]
    places = {codec.name: place for place, codec in enumerate(every)}
    tables: dict[str, dict[str, dict[str, Any]]] = {}
    for payload, data in payloads.by_name().items():
        refuse_faults(payload, data, pair)
        tables[payload] = {}
        for work, row in speed(payload, data, pair, rounds).items():
            both = known["speed"][payload][work] | {who: cell for who, cell in row.items() if who == name}
            tables[payload][work] = dict(sorted(both.items(), key=lambda item: places[item[0]]))
    later = sorted({*known["conditions"].get("later", ()), name})
    return {**known, "conditions": {**known["conditions"], "later": later}, "speed": tables}


def with_refusals(known: Mapping[str, Any], room: Path, rounds: int) -> dict[str, Any]:
    """Return what is known of this Python with what refusing costs, measured now."""
    every = list(codecs(making.make(room)))
    tables = {
        name: {**known["speed"][name], **speed(name, data, every, rounds, (report.REFUSE,))}
        for name, data in payloads.by_name().items()
    }
    later = sorted({*known["conditions"].get("later", ()), "refuse"})
    return {**known, "conditions": {**known["conditions"], "later": later}, "speed": tables}


def refuse_faults(name: str, data: Sequence[Any], found: Sequence[Codec]) -> None:
    """Raise if a contestant refuses the data that it is timed with, or ours doesn't give it back."""
    for codec in found:
        if codec.document == name.partition(",")[0]:
            refused = codec.valid is not None and not all(map(codec.valid, data))
            ours = codec.name.startswith("Triptych") and codec.encode is not None
            if refused or (ours and not all(returns(codec, item) for item in data)):
                raise ValueError(f"{codec.name} fails on {name}")


def returns(codec: Codec, item: object) -> bool:
    """Return whether the contestant gives the data back."""
    return codec.decode is not None and codec.encode is not None and codec.encode(codec.decode(item)) == item


def speed(
    name: str, data: Sequence[Any], found: Sequence[Codec], rounds: int, works: Iterable[str] = tuple(report.WORKS)
) -> dict[str, dict[str, Any]]:
    """Return for each work each contestant's median in microseconds a document, and how many times pydantic's speed."""
    document = name.partition(",")[0]
    taking_part = [codec for codec in found if codec.document == document]
    if "," in name:
        taking_part = [codec for codec in taking_part if codec.name != "Cls(**data)"]  # it has no place for them
    table = {}
    refused = payloads.refused_by_name()[name]
    for work in works:
        inputs = refused if work == report.REFUSE else data
        batches = {codec.name: made for codec in taking_part if (made := batch(codec, work, inputs)) is not None}
        times = measure.race(batches, rounds)
        table[work] = {
            who: {
                "us": measure.median(took) / 1000 / len(data),
                "min_us": min(took) / 1000 / len(data),
                "ratio": measure.ratio(times["pydantic"], took),
            }
            for who, took in times.items()
        }
    return table


def batch(codec: Codec, work: str, data: Sequence[Any]) -> Callable[[], object] | None:
    """Return what does the work for all the data once; None if the contestant can't."""
    texts = [json.dumps(item, separators=(",", ":")).encode() for item in data]
    if work == "lines" and codec.lines is not None:
        return partial(codec.lines, texts)
    function = codec.loads if work == "lines" else getattr(codec, work)
    if function is None:
        return None
    if work == report.REFUSE and any(map(function, data)):
        raise ValueError(f"{codec.name} accepts data with a fault of {codec.document}")
    inputs: Sequence[Any] = data
    if work in ("loads", "lines"):
        inputs = texts
    elif work in ("encode", "dumps") and codec.decode is not None:
        inputs = [codec.decode(item) for item in data]

    def run() -> None:
        for item in inputs:
            function(item)

    return run


def memory(document: str, data: Sequence[Any], found: Sequence[Codec]) -> dict[str, float]:
    """Return the bytes that each contestant's objects hold for one document."""
    return {
        codec.name: measure.memory(codec.decode, data)
        for codec in found
        if codec.document == document and codec.decode is not None and codec.encode is not None
    }


def imports(room: Path, packages: Mapping[str, str], rounds: int) -> dict[str, float]:
    """Return the milliseconds of CPU time of each import, of our own and of the others."""
    paths = [room / "out" / "models", room / "others", Path(json.__file__).parent.parent, *map(Path, site_packages())]
    session = {
        "dataclasses, enum": "import dataclasses, enum",
        "the session module": "from ours.session import Session",
        "the session module, decoding one": "from ours.session import Session\n"
        "Session.from_dict({'id': '', 'backend_name': '', 'state': 'open', 'created_at': '2024-01-01T00:00:00Z'})",
        "pydantic's session module": "from pydantic_session import *",
        "msgspec's session module": "from msgspec_session import *",
    }
    return measure.race_imports({**session, **packages}, paths, rounds)


def site_packages() -> list[str]:
    """Return the folders that installed packages are imported from."""
    return [path for path in sys.path if path.endswith("site-packages")]


PACKAGES = (
    *("pydantic", "pydantic-core", "msgspec", "mashumaro", "cattrs", "jsonschema-rs", "fastjsonschema", "orjson"),
    against.TOOL,
)


def conditions(rounds: int, packages: Sequence[str] = PACKAGES) -> dict[str, object]:
    """Return what the figures depend on."""
    return {
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}",
        "processor": processor(),
        "rounds": rounds,
        "versions": {name: version(name) for name in packages},
    }


def processor() -> str:
    """Return the processor's model as the system tells it."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text(encoding="utf-8").splitlines() if info.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return f"{names[0]}, {len(names)} cores" if names else platform.processor()


def _as_json(tally: cases.Tally) -> Mapping[str, object]:
    return {"decided": tally.decided, "returned": tally.returned, "wrong": list(tally.wrong)}


if __name__ == "__main__":
    main()
