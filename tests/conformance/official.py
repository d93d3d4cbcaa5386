"""The official test suite: every schema is generated and imported, every instance decided, and brought back."""

from __future__ import annotations

import json
import tomllib
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import repeat
from pathlib import Path
from types import ModuleType
from typing import Any

from codegen.app import in_memory
from codegen.findings import Rejected
from codegen.ir import JSON
from codegen.runtime._equality import equal
from codegen.schema import dialects

DRAFTS: Mapping[str, str] = {
    "draft2020-12": dialects.DRAFT_2020_12,
    "draft2019-09": dialects.DRAFT_2019_09,
    "draft7": dialects.DRAFT_7,
    "draft6": dialects.DRAFT_6,
    "draft4": dialects.DRAFT_4,
}
REMOTES = "http://localhost:1234/"
_LEFT_OUT = Path(__file__).with_name("left_out.toml")


@dataclass(frozen=True, slots=True)
class Decided:
    """How one test of the suite came out: `fault` is empty if all that was asked of it holds.

    `flavour` is the same for the pydantic models of the schema.
    """

    file: str
    group: str
    test: str
    fault: str
    flavour: str = ""

    @property
    def draft(self) -> str:
        """Return the folder of the draft."""
        return self.file.partition("/")[0]


def files(suite: Path) -> list[str]:
    """Return the files of the drafts that are supported, the longest-running first."""
    found = [path for draft in DRAFTS for path in (suite / "tests" / draft).rglob("*.json")]
    found.sort(key=lambda path: (-path.stat().st_size, path))
    return [path.relative_to(suite / "tests").as_posix() for path in found]


def decided(suite: Path, share: int, file: str) -> list[Decided]:
    """Return how every test of one file came out; formats are asserted where the file is about formats.

    One group in `share` goes through the pydantic models too; the others count as if it had come out the same.
    """
    groups = json.loads((suite / "tests" / file).read_text(encoding="utf-8"))
    return [one for group in groups for one in _group(suite, file, group, share)]


def _group(suite: Path, file: str, group: Mapping[str, JSON], share: int) -> Iterator[Decided]:
    name = str(group["description"])
    in_share = zlib.crc32(f"{file} {name}".encode()) % share == 0
    try:
        model = in_memory.compile_schema(
            group["schema"],
            uri="",
            references=_remotes(suite),
            formats="assert" if "/optional/format/" in file else "annotate",
            dialect=DRAFTS[file.partition("/")[0]],
            flavours=["pydantic"] if in_share else [],
        )
    except Rejected as rejected:
        fault = f"rejected: {rejected}"
        yield from (Decided(file, name, str(test["description"]), fault, fault) for test in _tests(group))
        return
    for test, others in zip(_tests(group), _by_flavour(model, group) if in_share else repeat(None), strict=False):
        faults = "; ".join(faults_of(model, test["data"], test["valid"]))
        yield Decided(file, name, str(test["description"]), faults, faults if others is None else others)


def _by_flavour(model: ModuleType, group: Mapping[str, JSON]) -> Iterator[str]:
    """Yield what does not hold of each test of a group by the pydantic models."""
    from conformance import flavour  # which needs pydantic, as nobody else here does

    beside = flavour.beside(model)
    for test in _tests(group):
        yield "; ".join(flavour.faults_of(beside, test["data"], test["valid"]))


def _tests(group: Mapping[str, JSON]) -> Iterator[Any]:
    """Yield the tests of a group: a description, an instance, and whether it is valid."""
    found = group["tests"]
    yield from found if isinstance(found, list) else []


@cache
def _remotes(suite: Path) -> Mapping[str, JSON]:
    """Return the documents that the suite's schemas refer to, by their URIs."""
    folder = suite / "remotes"
    return {
        REMOTES + path.relative_to(folder).as_posix(): json.loads(path.read_text(encoding="utf-8"))
        for path in sorted(folder.rglob("*.json"))
    }


def faults_of(model: ModuleType, data: JSON, valid: bool) -> Iterator[str]:
    """Yield what does not hold of an instance: the verdict by every road, and the way back for a valid one."""
    told = {"is_valid": model.is_valid(data), "problems": not model.problems(data), "loads": True, "decode": True}
    try:
        value = model.decode(data)
    except model.DecodeError as error:
        told["decode"] = False
        if not error.problems:
            yield "the error tells no problem"
    try:
        model.loads(json.dumps(data))
    except model.DecodeError:
        told["loads"] = False
    yield from (f"{road} says {'valid' if said else 'not valid'}" for road, said in told.items() if said is not valid)
    if told["decode"]:
        if not equal(model.encode(value), data):
            yield "encode gives something else back"
        if not equal(json.loads(model.dumps(value)), data):
            yield "dumps gives something else back"


# What is left out


@dataclass(frozen=True, slots=True)
class LeftOut:
    """One test that is not passed, by choice, and why."""

    file: str
    group: str
    test: str
    reason: str


def left_out() -> list[LeftOut]:
    """Return what left_out.toml lists."""
    rows = tomllib.loads(_LEFT_OUT.read_text(encoding="utf-8")).get("left_out", [])
    return [
        LeftOut(f"{draft}/{row['file']}", row["group"], test, row["reason"])
        for row in rows
        for draft in row["drafts"]
        for test in row["tests"]
    ]


def unexpected(results: Sequence[Decided], listed: Sequence[LeftOut]) -> list[str]:
    """Return what is not as it should be: a failure that is not listed, and what is listed without need."""
    by_name = {(one.file, one.group, one.test): one for one in results}
    known = {(row.file, row.group, row.test) for row in listed}
    found = [
        f"{one.file}: {one.group}: {one.test}: {fault}"
        for name, one in by_name.items()
        for fault in (one.fault, one.flavour and f"pydantic: {one.flavour}")
        if fault and name not in known
    ]
    for name in sorted(known):
        if name not in by_name:
            found.append(f"{': '.join(name)}: listed in {_LEFT_OUT.name}, and the suite has no such test")
        elif not by_name[name].fault:
            found.append(f"{': '.join(name)}: listed in {_LEFT_OUT.name}, and passes")
    return found
