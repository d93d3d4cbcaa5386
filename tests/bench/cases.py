"""The hard cases: small data about which JSON Schema says one thing and a fast decoder is tempted to do another."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from contestants import Codec

_SESSION = {"id": "s", "backend_name": "b", "state": "open"}
_JOB = {
    "id": "j",
    "backend": "b",
    "state": {"status": "Queued"},
    "status": "Queued",
    "program": {"id": "p"},
    "created": "2024-01-01T00:00:00Z",
    "user_id": "u",
}
_BACKEND = {
    "backend_name": "b",
    "backend_version": "1",
    "n_qubits": 2,
    "basis_gates": ["x"],
    "gates": [],
    "coupling_map": [[0, 1]],
    "simulator": False,
}


@dataclass(frozen=True, slots=True)
class Case:
    """Data for a document, and whether it is valid; valid data must come back JSON-equal, its times as written."""

    name: str
    document: str
    data: object
    valid: bool


def _session(name: str, valid: bool, **properties: object) -> Case:
    return Case(name, "session", {**_SESSION, **properties}, valid)


def _jobs(name: str, valid: bool, **properties: object) -> Case:
    return Case(name, "jobs", {"jobs": [{**_JOB, **properties}], "count": 1, "limit": 1, "offset": 0}, valid)


def _backend(name: str, valid: bool, **properties: object) -> Case:
    return Case(name, "backend", {**_BACKEND, **properties}, valid)


CASES = (
    _session("an ordinary one", True, max_time=60, created_at="2024-05-01T12:00:00.123456Z"),
    _session("true for an integer", False, max_time=True),
    _session("1.0 for an integer", True, max_time=1.0),
    _session("1.5 for an integer", False, max_time=1.5),
    _session("a string for an integer", False, max_time="1"),
    _session("an integer of 31 digits", True, max_time=10**30),
    _session("true for a number", False, elapsed_time=True),
    _session("an integer for a number", True, elapsed_time=3),
    _session("an integer of 31 digits for a number", True, elapsed_time=10**30 + 1),
    _session("a string for a number", False, elapsed_time="1.5"),
    _session("1 for a boolean", False, accepting_jobs=1),
    _session("a string for a boolean", False, accepting_jobs="true"),
    _session("a number for a string", False, instance=5),
    _session("an enum's value in upper case", False, state="OPEN"),
    _session("null for an enum", False, mode=None),
    _session("a list for an enum", False, mode=["batch"]),
    _session("null for a property that may only be absent", False, max_time=None),
    Case("a required property missing", "session", {"id": "s", "state": "open"}, False),
    Case("an array for an object", "session", [], False),
    _session("an unknown property", True, new_name={"a": [1, None]}),
    _session("an unknown property called additional_properties", True, additional_properties={"a": 1}),
    _session("a number for a date-time", False, created_at=1704067200),
    _session("a date for a date-time", False, created_at="2024-01-01"),
    _session("a date-time without a zone", False, created_at="2024-01-01T00:00:00"),
    _session("a space for the T", False, created_at="2024-01-01 00:00:00Z"),
    _session("the 30th of February", False, created_at="2024-02-30T00:00:00Z"),
    _session("a week date", False, created_at="2024-W01-1T00:00:00Z"),
    _session("a comma in the fraction", False, created_at="2024-01-01T00:00:00,5Z"),
    _session("a NUL within a date-time", False, created_at="2024-01-01T00:00:00.1Z\0Z"),
    _session("another zone", True, created_at="2024-01-01T00:00:00+05:30"),
    _session("nine digits in the fraction", True, created_at="2024-01-01T00:00:00.123456789Z"),
    _session("one digit in the fraction", True, created_at="2024-01-01T00:00:00.5Z"),
    _session("zeros at the end of the fraction", True, created_at="2024-01-01T00:00:00.120000Z"),
    _session("+00:00 for Z", True, created_at="2024-01-01T00:00:00+00:00"),
    _session("a leap second", True, created_at="2016-12-31T23:59:60Z"),
    _jobs("null where null is allowed", True, calibration_id=None),
    _jobs("absent where null is allowed", True),
    _jobs("a number among strings", False, tags=["a", 1]),
    _jobs("a string for a list of strings", False, tags="ab"),
    _jobs("an unknown property deep inside", True, state={"status": "Queued", "position": 3}),
    _jobs("a negative number under minimum 0", False, cost=-1),
    _backend("a pair of three", False, coupling_map=[[0, 1, 2]]),
    _backend("true in a pair", False, coupling_map=[[0, True]]),
    _backend("1.0 in a pair", True, coupling_map=[[0, 1.0]]),
    _backend("an integer in a list of numbers", True, rep_times=[1, 2.5]),
)


@dataclass(frozen=True, slots=True)
class Tally:
    """How many cases a contestant decides rightly, how many valid ones it gives back, and what it gets wrong.

    `returned` is None for a contestant that only validates.
    """

    decided: int
    returned: int | None
    wrong: tuple[str, ...]


def tally(codecs: Iterable[Codec]) -> dict[str, Tally]:
    """Return the tally of each contestant that decides anything."""
    by_name: dict[str, dict[str, Codec]] = {}
    for codec in codecs:
        if codec.valid is not None:
            by_name.setdefault(codec.name, {})[codec.document] = codec
    return {name: _tally(found) for name, found in by_name.items()}


def _tally(found: Mapping[str, Codec]) -> Tally:
    decided = [case for case in CASES if decides(found[case.document], case)]
    if found["session"].encode is None:
        return Tally(len(decided), None, tuple(case.name for case in CASES if case not in decided))
    returned = [case for case in CASES if case.valid and returns(found[case.document], case)]
    right = [case for case in decided if case in returned or not case.valid]
    return Tally(len(decided), len(returned), tuple(case.name for case in CASES if case not in right))


def decides(codec: Codec, case: Case) -> bool:
    """Return whether the contestant accepts the data exactly if it is valid; ours has to in both of its ways."""
    if codec.valid is None or bool(codec.valid(case.data)) != case.valid:
        return False
    return codec.name != "Triptych" or _decodes(codec, case.data) == case.valid


def _decodes(codec: Codec, data: object) -> bool:
    try:
        return codec.decode is not None and codec.decode(data) is not None
    except ValueError:
        return False


def returns(codec: Codec, case: Case) -> bool:
    """Return whether the contestant gives valid data back, as JSON data and as JSON text."""
    if codec.decode is None or codec.encode is None or codec.dumps is None or not decides(codec, case):
        return False
    try:
        data: object = codec.encode(codec.decode(case.data))
        text: Any = codec.dumps(codec.decode(case.data))
        return equal(case.data, data) and equal(case.data, json.loads(text))
    except (ValueError, TypeError, OverflowError, LookupError):
        return False


def equal(one: object, other: object) -> bool:
    """Return whether two JSON values are equal: 1 and 1.0 are, 1 and true are not."""
    return sorted(map(repr, _leaves(one))) == sorted(map(repr, _leaves(other)))


def _leaves(value: object, path: str = "") -> Iterator[tuple[str, str, object]]:
    if isinstance(value, dict):
        yield path, "object", len(value)
        for key, item in value.items():
            yield from _leaves(item, f"{path}/{key}")
    elif isinstance(value, list):
        yield path, "array", len(value)
        for index, item in enumerate(value):
            yield from _leaves(item, f"{path}/{index}")
    elif isinstance(value, float) and value.is_integer():
        yield path, "int", int(value)
    else:
        yield path, type(value).__name__, value
