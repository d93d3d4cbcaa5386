"""Tests of the generated package as its user has it: what dataclasses can do, the settings, writing, bulk reading."""

from __future__ import annotations

import ast
import copy
import dataclasses
import datetime
import importlib
import inspect
import itertools
import json
import pickle
import re
import sys
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import codegen
from codegen import names
from codegen.app import pipeline
from codegen.app.config import Config
from codegen.artifacts.models.table_text import laid_out
from codegen.findings import Rejected
from codegen.ir import JSON

SCHEMA: JSON = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "title": "Job",
    "type": "object",
    "required": ["id", "state"],
    "properties": {
        "id": {"type": "string", "minLength": 1},
        "state": {"$ref": "#/$defs/State"},
        "mode": {"enum": ["batch", "dedicated"]},
        "created": {"type": "string", "format": "date-time"},
        "score": {"type": ["number", "null"]},
        "parts": {"type": "array", "items": {"$ref": "#/$defs/Part"}},
    },
    "$defs": {
        "State": {"type": "string", "enum": ["open", "closed"]},
        "Part": {"type": "object", "required": ["size"], "properties": {"size": {"type": "integer", "minimum": 0}}},
    },
}
DATA: dict[str, JSON] = {
    "id": "a",
    "state": "open",
    "created": "2024-02-29T12:30:00.5Z",
    "score": None,
    "parts": [{"size": 1}, {"size": 2.0, "more": [1]}],
    "other": {"x": 1.5},
}
NUMBERS = count()

Make = Callable[..., ModuleType]


@pytest.fixture(scope="module")
def make(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Make]:
    """Return a function that generates the package with some settings and imports its module."""
    room = tmp_path_factory.mktemp("models")
    (room / "schema").mkdir()
    (room / "schema" / "job.json").write_text(json.dumps(SCHEMA), encoding="utf-8")
    modules: dict[str, ModuleType] = {}

    def made(**settings: JSON) -> ModuleType:
        key = json.dumps(settings)
        if key not in modules:
            modules[key] = generated(room, f"made_{next(NUMBERS)}", settings)
        return modules[key]

    before = list(sys.path)
    yield made
    sys.path[:] = before


def generated(room: Path, package: str, settings: dict[str, JSON], module: str = "job") -> ModuleType:
    config = Config(room, room / "schema", room / "out", package=package, settings={"models": settings})
    for path, text in pipeline.generate(config).items():
        if path.startswith("models/"):
            (room / package / path).parent.mkdir(parents=True, exist_ok=True)
            (room / package / path).write_text(text, encoding="utf-8")
    sys.path.insert(0, str(room / package / "models"))
    return importlib.import_module(f"{package}.{module}")


KINDS: list[dict[str, JSON]] = [{}, {"frozen": True}, {"json": "auto"}]
EVERY_KIND = pytest.mark.parametrize("settings", KINDS, ids=json.dumps)


@EVERY_KIND
def test_an_object_gives_back_what_it_was_made_of(make: Make, settings: dict[str, JSON]) -> None:
    module = make(**settings)
    job = module.Job.from_dict(DATA)
    assert job.to_dict() == DATA
    assert json.loads(job.to_json()) == DATA
    assert module.Job.from_json(job.to_json().encode()) == job == module.Job.from_json(job.to_json())
    assert job.parts == [module.Part(size=1), module.Part(size=2, additional_properties={"more": [1]})]
    assert (job.state, job.mode, job.score) == (module.State.OPEN, None, None)


@EVERY_KIND
def test_an_object_is_a_dataclass_in_full(make: Make, settings: dict[str, JSON]) -> None:
    module = make(**settings)
    job = module.Job.from_dict(DATA)
    closed = dataclasses.replace(job, state=module.State.CLOSED)
    assert closed != job
    assert closed.to_dict() == {**DATA, "state": "closed", "created": "2024-02-29T12:30:00.500Z"}
    assert [field.name for field in dataclasses.fields(job)][:2] == ["id", "state"]
    assert dataclasses.asdict(job)["parts"][0]["size"] == 1
    for twin in (copy.copy(job), copy.deepcopy(job), pickle.loads(pickle.dumps(job))):
        assert (twin, type(twin), twin.to_dict()) == (job, type(job), DATA)
    match job:
        case module.Job(id="a", state=module.State.OPEN):
            pass
        case _:
            pytest.fail("the object does not match its own class")
    with pytest.raises((AttributeError, TypeError)):  # Python 3.11 raises the latter for a frozen class
        job.no_field = 1
    assert repr(module.Part(size=1)) == "Part(size=1)"
    assert dataclasses.asdict(job).keys() == {field.name for field in dataclasses.fields(job)}


@EVERY_KIND
def test_a_subclass_decodes_to_itself(make: Make, settings: dict[str, JSON]) -> None:
    module = make(**settings)
    options: Any = {"frozen": True} if settings.get("frozen") else {}
    mine = dataclasses.dataclass(slots=True, kw_only=True, **options)(type("Mine", (module.Job,), {}))
    job = mine.from_dict(DATA)
    assert type(job) is mine
    assert job.to_dict() == DATA
    assert type(mine.from_json(job.to_json())) is mine


@EVERY_KIND
@pytest.mark.parametrize("slots", [False, True], ids=["", "slots"])
def test_a_subclass_has_its_own_fields(make: Make, settings: dict[str, JSON], slots: bool) -> None:
    module = make(**settings)

    class Mine(module.Job):  # type: ignore[name-defined, misc]
        tags: list[str] = dataclasses.field(default_factory=list)
        count: int = 3
        start: dataclasses.InitVar[int] = 4
        total: int = dataclasses.field(init=False)

        def __post_init__(self, start: int) -> None:
            object.__setattr__(self, "total", self.count + start)

    mine = dataclasses.dataclass(kw_only=True, slots=slots, frozen=bool(settings.get("frozen")))(Mine)
    job, other = mine.from_dict(DATA), mine.from_json(json.dumps(DATA))
    assert (job.tags, job.count, job.total) == ([], 3, 7)
    assert job == other and job.tags is not other.tags
    assert "tags=[], count=3, total=7" in repr(job)
    assert job.to_dict() == DATA
    assert copy.copy(job) == job
    assert copy.deepcopy(dataclasses.replace(job, count=5, start=1)).total == 6
    with pytest.raises(module.DecodeError):
        mine.from_dict({})


def test_a_subclass_tells_what_it_can_not_be_made_of(make: Make) -> None:
    module = make()

    class Needy(module.Job):  # type: ignore[name-defined, misc]
        owner: str

    class Strict(module.Job):  # type: ignore[name-defined, misc]
        def __post_init__(self) -> None:
            raise ValueError("too late")

    with pytest.raises(TypeError, match="Needy can't be made of JSON data: its field 'owner' has no default"):
        dataclasses.dataclass(kw_only=True)(Needy).from_dict(DATA)
    with pytest.raises(ValueError, match=r"^too late$"):  # its own words, not those of JSON data that is wrong
        Strict.from_dict(DATA)


def test_a_value_without_a_text_is_reported_in_the_same_words_on_both_roads(make: Make) -> None:
    module = make()
    job = module.Job.from_dict({**DATA, "parts": []})
    job.created = datetime.datetime(2024, 1, 2)
    words = f"must have a time zone, for example tzinfo=datetime.UTC, not {job.created!r}"
    for write in (job.to_dict, job.to_json):
        with pytest.raises(ValueError) as caught:
            write()
        assert str(caught.value) == f"Job.created: {words}"
    with pytest.raises(module.DecodeError) as refused:
        job.to_dict(validate=True)
    assert str(refused.value) == f"Job: 1 problem\n  /created: {words}"
    job.additional_properties = {"a/b": [datetime.time(12), datetime.datetime(2024, 1, 2)]}
    assert [problem.instance_location for problem in job.problems()] == ["/created", "/a~1b/0", "/a~1b/1"]


def test_a_date_time_is_written_as_it_was_read_until_it_is_set(make: Make) -> None:
    job = make().Job.from_dict(DATA)
    assert job.to_dict()["created"] == "2024-02-29T12:30:00.5Z"
    job.created = job.created.replace(microsecond=0)
    assert job.to_dict()["created"] == "2024-02-29T12:30:00Z" == json.loads(job.to_json())["created"]


def test_a_frozen_object_cannot_be_changed(make: Make) -> None:
    job = make(frozen=True).Job.from_dict(DATA)
    with pytest.raises(dataclasses.FrozenInstanceError):
        job.id = "b"


WRONG: list[tuple[dict[str, Any], str, str]] = [
    ({"id": 1}, "/id", "type"),
    ({"id": ""}, "/id", "minLength"),
    ({"state": "open"}, "/state", ""),
    ({"state": "ajar"}, "/state", "enum"),
    ({"created": "yesterday"}, "/created", "format"),
    ({"score": "high"}, "/score", "type"),
    ({"parts": {}}, "/parts", "type"),
    ({"additional_properties": {"x": {1}}}, "/x", ""),
]


@pytest.mark.parametrize(("changes", "at", "keyword"), WRONG)
def test_a_writer_is_told_what_is_wrong_before_the_server_says_it(
    make: Make, changes: dict[str, Any], at: str, keyword: str
) -> None:
    module = make()
    job = module.Job.from_dict(DATA)
    for name, value in changes.items():
        setattr(job, name, value)
    problems = job.problems()
    assert [(problem.instance_location, problem.keyword) for problem in problems] == [(at, keyword)]
    with pytest.raises(module.DecodeError) as caught:
        job.to_dict(validate=True)
    assert caught.value.problems == problems


@EVERY_KIND
def test_what_is_absent_and_empty_is_not_shown(make: Make, settings: dict[str, JSON]) -> None:
    module = make(**settings)
    job = module.Job.from_dict({"id": "a", "state": "open", "score": None, "parts": [{"size": 1}], "x": {}})
    shown = "Job(id='a', state=<State.OPEN: 'open'>, score=None, parts=[Part(size=1)], additional_properties={'x': {}})"
    assert repr(job) == shown
    job.parts.append(job)
    assert repr(job) == shown.replace("Part(size=1)", "Part(size=1), ...")


# Writing what is not of its type

NOT_WRITTEN: list[tuple[dict[str, Any], str]] = [
    ({"state": "open"}, 'Job.state: must be a State, not "open"'),
    ({"mode": "batch"}, 'Job.mode: must be a JobMode or None, not "batch"'),
    ({"created": "2024"}, 'Job.created: must be a datetime or None, not "2024"'),
    ({"parts": [{"size": 1}]}, "Job.parts[0]: must be a Part, not an object of 1 property"),
    ({"parts": 3}, "Job.parts: must be a list or None, not 3"),
]


@pytest.mark.parametrize(("changes", "words"), NOT_WRITTEN)
def test_writing_says_which_field_is_of_another_type(make: Make, changes: dict[str, Any], words: str) -> None:
    module = make()
    job = dataclasses.replace(module.Job.from_dict(DATA), **changes)
    for write in (job.to_dict, job.to_json, lambda: module.encode(job), lambda: module.dumps(job)):
        with pytest.raises(TypeError) as caught:
            write()
        assert str(caught.value) == words
    place = words.partition(":")[0].removeprefix("Job.").replace("[", "/").replace("]", "")
    assert place in {problem.instance_location[1:] for problem in job.problems()}


def test_the_text_says_which_number_or_part_has_none(make: Make) -> None:
    module = make()
    job = module.Job.from_dict(DATA)
    job.parts[1].size = "2"
    with pytest.raises(TypeError, match=re.escape('Job.parts[1].size: must be an integer, not "2"')):
        job.to_json()
    job.parts[1].size, job.score = 2, float("nan")
    with pytest.raises(ValueError, match=re.escape("Job.score: must be finite, not nan")):
        job.to_json()
    with pytest.raises(TypeError, match=r"^Job: must be a Job, not 3$"):
        module.dumps(3)


def test_json_text_is_indented_and_validated_if_asked(make: Make) -> None:
    module = make()
    job = module.Job.from_dict(DATA)
    assert job.to_json(validate=True, indent=2) == json.dumps(job.to_dict(), indent=2)
    job.id = ""
    with pytest.raises(module.DecodeError):
        job.to_json(validate=True, indent=2)
    assert json.loads(job.to_json())["id"] == ""


# Changing, copying, comparing


@EVERY_KIND
def test_what_is_replaced_keeps_the_text_of_the_rest(make: Make, settings: dict[str, JSON]) -> None:
    module = make(**settings)
    job = module.Job.from_dict(DATA)
    ways = [module.replace, *([copy.replace] if sys.version_info >= (3, 13) else [])]
    for change in ways:
        changed = change(job, id="b")
        assert changed.to_dict() == {**DATA, "id": "b"} and job.id == "a"
        assert (
            change(changed, created=job.created.replace(year=2028)).to_dict()["created"] == "2028-02-29T12:30:00.500Z"
        )
    with pytest.raises(TypeError):
        module.replace(job, colour="red")


@EVERY_KIND
@pytest.mark.parametrize(
    "changes", [{}, {"id": ""}, {"state": "open"}, {"parts": ()}, {"additional_properties": {1: {2}}}]
)
def test_copies_are_what_they_are_copied_from(make: Make, settings: dict[str, JSON], changes: dict[str, Any]) -> None:
    module = make(**settings)
    job = module.replace(module.Job.from_dict(DATA), **changes)
    for twin in (copy.copy(job), copy.deepcopy(job), pickle.loads(pickle.dumps(job))):
        assert (twin, type(twin), repr(twin)) == (job, type(job), repr(job))
        assert twin._kept == job._kept
    assert copy.deepcopy(job).additional_properties is not job.additional_properties
    assert copy.copy(job).additional_properties is job.additional_properties


def test_a_deep_copy_shares_nothing(make: Make) -> None:
    module = make()
    job = module.Job.from_dict(DATA)
    twin = copy.deepcopy(job)
    twin.parts[1].additional_properties["more"].append(2)
    twin.additional_properties["other"]["x"] = 2
    assert job.to_dict() == DATA
    job.parts.append(job)  # what holds itself has no JSON data
    assert copy.deepcopy(job).parts[2].parts[2].id == "a"


def test_frozen_objects_hash_as_they_compare(make: Make) -> None:
    module = make(frozen=True)
    jobs = [module.Job.from_dict(data) for data in (DATA, {**DATA, "parts": [{"size": 1.0}, {"size": 2, "more": [1]}]})]
    other = module.Job.from_dict({**DATA, "other": {"x": 2}})
    assert jobs[0] == jobs[1] != other
    assert len({*jobs, other}) == 2
    with pytest.raises(TypeError, match="unhashable"):
        hash(make().Job.from_dict(DATA))


@dataclasses.dataclass
class Compared:
    """What tools that compare objects by `__slots__` see of one."""

    value: Any

    def slots(self) -> set[str]:
        return {name for base in type(self.value).__mro__ for name in getattr(base, "__slots__", ())}


def test_what_an_object_remembers_of_its_text_is_no_difference(make: Make) -> None:
    module = make()
    job = module.Job.from_dict(DATA)
    assert Compared(job).slots() == {field.name for field in dataclasses.fields(job)}


# Settings


def test_a_wrong_value_is_found_where_the_object_is_made(make: Make) -> None:
    module = make(validate="init")
    with pytest.raises(module.DecodeError, match=r"^Job: 1 problem\n  /state: must be a State, not \"open\"$"):
        module.Job(id="a", state="open")
    with pytest.raises(module.DecodeError) as caught:
        module.Job(id="", state=module.State.OPEN, parts=[module.Part(size=1), 3])
    assert [problem.instance_location for problem in caught.value.problems] == ["/id", "/parts/1"]
    job = module.Job(id="a", state=module.State.OPEN, parts=[module.Part(size=1)])
    assert job.to_dict() == {"id": "a", "state": "open", "parts": [{"size": 1}]}
    with pytest.raises(module.DecodeError):
        module.replace(job, id=1)
    assert module.Job.from_dict(DATA).to_dict() == DATA


def test_enums_of_strings_may_be_strings(make: Make) -> None:
    module = make(string_enums=True)
    job = module.Job.from_dict(DATA)
    assert job.state == "open" and job.state is module.State.OPEN and f"{job.state}" == "open"
    assert job.to_dict() == DATA and json.loads(job.to_json()) == DATA
    assert make().Job.from_dict(DATA).state != "open"


DEFAULTS: dict[str, JSON] = {
    "title": "Node",
    "type": "object",
    "properties": {
        "kind": {"enum": ["leaf", "twig"], "default": "leaf"},
        "at": {"type": "string", "format": "date-time"},
        "note": {"type": ["string", "null"], "default": None},
        "tags": {"type": "array", "items": {"type": "string"}, "default": []},
        "next": {"$ref": "#", "default": {"note": "made"}},
        "all": {"type": "array", "items": {"$ref": "#"}},
        "size": {"type": "integer", "minimum": 1},
    },
    "additionalProperties": {"$ref": "#"},
}


def test_defaults_are_put_where_there_is_nothing() -> None:
    module = codegen.compile_schema(DEFAULTS)
    data = {"at": "2024-02-29T12:30:00.5Z", "tags": ["a"], "all": [{"kind": "twig", "next": {}}], "more": {"note": ""}}
    node = module.Node.from_dict(data)
    made = module.apply_defaults(node)
    assert node.to_dict() == data
    next_ = {"note": "made"}  # of which the class holds itself: no end of defaults
    empty = {"kind": "leaf", "note": None, "tags": [], "next": next_}
    assert made.to_dict() == {
        **{"kind": "leaf", "at": "2024-02-29T12:30:00.5Z", "note": None, "tags": ["a"], "next": next_},
        **{"all": [{"kind": "twig", "note": None, "tags": [], "next": empty}], "more": {**empty, "note": ""}},
    }
    assert made.kind is module.NodeKind.LEAF
    assert module.apply_defaults([node, 1, "a", None]) == [made, 1, "a", None]
    assert module.apply_defaults(module.Node()).tags is not module.apply_defaults(module.Node()).tags


def test_a_default_that_is_not_valid_is_refused() -> None:
    module = codegen.compile_schema({"title": "Odd", "properties": {"a": {"type": "string", "default": 1}}})
    odd = module.Odd.from_dict({})
    with pytest.raises(module.DecodeError, match=r"^Odd: 1 problem\n  /a: must be a string, not 1$"):
        module.apply_defaults(odd)


def test_decoding_puts_defaults_in_by_a_setting(tmp_path: Path) -> None:
    (tmp_path / "schema").mkdir()
    schemas: dict[str, JSON] = {
        "node.json": DEFAULTS,
        "nodes.json": {"type": "array", "items": {"$ref": "node.json"}},
    }
    for name, schema in schemas.items():
        (tmp_path / "schema" / name).write_text(json.dumps(schema), encoding="utf-8")
    package = f"made_{next(NUMBERS)}"
    node = generated(tmp_path, package, {"apply_defaults": True, "validate": "init", "frozen": True}, "node")
    nodes = importlib.import_module(f"{package}.nodes")
    assert [node.loads("{}"), node.Node.from_json("{}")] == nodes.loads("[{}, {}]")
    assert node.loads("{}").to_dict()["kind"] == "leaf"
    assert node.Node().kind is None


def test_unset_is_absent(make: Make) -> None:
    package = importlib.import_module(make().__package__ or "")
    assert package.UNSET is package.ABSENT
    job = make().Job(id="a", state=make().State.OPEN)
    assert job.score is package.UNSET and "ABSENT" not in repr(job)


# Unknown enum values

OPEN: list[tuple[dict[str, JSON], bool, bool]] = [
    ({}, False, False),
    ({"open_enums": True}, True, True),
    ({"open_enum_pointers": ["job.json#/$defs/State"]}, True, False),
    ({"open_enum_pointers": ["job.json#/properties/mode"]}, False, True),
]


@pytest.mark.parametrize(("settings", "state", "mode"), OPEN)
def test_an_open_enum_keeps_an_unknown_value(make: Make, settings: dict[str, JSON], state: bool, mode: bool) -> None:
    module = make(**settings)
    unknown: list[tuple[str, dict[str, JSON], bool]] = [
        ("state", {"id": "a", "state": "paused"}, state),
        ("mode", {"id": "a", "state": "open", "mode": "paused"}, mode),
    ]
    for name, data, taken in unknown:
        assert module.is_valid(data) is taken
        assert bool(module.problems(data)) is not taken
        if not taken:
            with pytest.raises(module.DecodeError):
                module.decode(data)
            continue
        job = module.decode(data)
        assert getattr(job, name) == "paused"
        assert job.to_dict() == data == json.loads(job.to_json())
        assert job.problems() == ()
    assert module.decode({"id": "a", "state": "open"}).state is module.State.OPEN
    assert not module.is_valid({"id": "a", "state": 1})


def test_a_pointer_that_opens_nothing_is_a_finding(make: Make) -> None:
    for pointer in ("job.json#/properties/id", "job.json#/$defs/Stat", "job.jsn#/$defs/State", "no pointer"):
        with pytest.raises(Rejected, match="where there is no enum of strings"):
            make(open_enum_pointers=[pointer])


# JSON text

TEXTS = [
    *('{"id": "a", "state": "open"}', ' {"id":"\\u00e9","state":"closed"}\n', '{"id":"a","state":"open","n":1e400}'),
    *('{"id":"a","state":"open","n":123456789012345678901234567890}', '{"id":"a","state":"open","n":-0.0}'),
    *('{"id":"a","id":"b","state":"open"}', '{"id":"a","state":"open","n":NaN}', '{"id":"a","state":"open",}', ""),
    *('{"id":"\\ud800","state":"open"}', '\ufeff{"id":"a","state":"open"}', '{"id":"a","state":"open"} x', "[" * 5000),
]
BYTES = [text.encode("utf-8", "surrogatepass") for text in TEXTS]
OTHER_BYTES = [b"\xff\xfe", b"\x00", b"\xff", b'{"id":"\xff","state":"open"}', TEXTS[0].encode("utf-16")]


@pytest.mark.parametrize("text", [*TEXTS, *BYTES, *OTHER_BYTES], ids=lambda text: ascii(text)[:40])
def test_orjson_changes_nothing_but_the_time(make: Make, text: str | bytes) -> None:
    pytest.importorskip("orjson")
    outcomes = [_outcome(make(json=way), text) for way in ("standard", "auto")]
    assert outcomes[0] == outcomes[1]


SURROGATES = [
    b'"\xed\xa0\x80"',
    b'{"id":"\xed\xb0\x80","state":"open"}',
    '{"id":"\ud800"}'.encode("utf-16-le", "surrogatepass"),
]


@pytest.mark.parametrize("way", ["standard", "auto"])
@pytest.mark.parametrize("text", SURROGATES, ids=ascii)
def test_bytes_that_are_surrogates_are_no_text(make: Make, way: str, text: bytes) -> None:
    module = make(json=way)
    with pytest.raises(module.DecodeError, match="must be JSON text"):
        module.loads(text)
    ((number, error),) = module.decode_lines([text])
    assert (number, type(error)) == (1, module.DecodeError)


@pytest.mark.parametrize(
    "data",
    [
        {"id": 1, "state": "\ud800"},
        {"id": "", "state": ["\udfff"]},
        {**DATA, "parts": [{"\ud800": 1}]},
        {"\ud800": {1}},
    ],
    ids=ascii,
)
def test_what_is_told_can_be_printed(make: Make, data: JSON) -> None:
    module = make()
    with pytest.raises(module.DecodeError) as caught:
        module.decode(data)
    for text in (str(caught.value), *map(str, caught.value.problems), *(each.value for each in caught.value.problems)):
        text.encode("utf-8")


def test_a_lone_surrogate_is_shown_as_json_writes_it(make: Make) -> None:
    with pytest.raises(ValueError, match=r'/state: must be one of "open", "closed", not "\\udfff!"$'):
        make().decode({**DATA, "state": "\udfff!"})


def _outcome(module: ModuleType, text: str | bytes) -> object:
    try:
        job = module.loads(text)
    except module.DecodeError as error:
        return str(error)
    return job.to_json(), repr(job.to_dict())


def test_json_lines_are_read_one_by_one(make: Make) -> None:
    module = make()
    lines = iter(
        [b'{"id": "a", "state": "open"}\n', b"\n", b'{"id": 1, "state": "open"}\n', "{", b'{"id":"b","state":"x"}']
    )
    rows = module.decode_lines(lines)
    number, job = next(rows)
    assert (number, job.id) == (1, "a")
    assert len(list(lines)) == 4  # nothing was read ahead
    rows = list(module.decode_lines([b'{"id": 1, "state": "open"}', "", "{", '{"id":"b","state":"closed"}']))
    assert [(number, type(value).__name__) for number, value in rows] == [
        (1, "DecodeError"),
        (3, "DecodeError"),
        (4, "Job"),
    ]


def test_a_document_may_have_the_name_of_what_a_module_holds(tmp_path: Path) -> None:
    runtime = Path(codegen.__file__).parent / "runtime"
    assert {path.stem[1:] for path in runtime.rglob("_[a-z]*.py")} == names.RUNTIME_MODULES
    taken = [*sorted(names.RUNTIME_MODULES), "new", "quoted", "read_quoted", "text_new", "new_problems", "class", "job"]
    (tmp_path / "schema").mkdir()
    for name, following in zip(taken, [*taken[1:], None], strict=True):
        when: dict[str, JSON] = {"type": "string", "format": "date-time"}
        quoted: dict[str, JSON] = {"type": "array", "items": {"type": "string", "pattern": "^[a-z]+$"}}
        refers: dict[str, JSON] = {"next": {"$ref": f"{following}.json"}} if following else {}
        text = json.dumps({"type": "object", "properties": {"when": when, "quoted": quoted, **refers}})
        (tmp_path / "schema" / f"{name}.json").write_text(text, encoding="utf-8")
    data: JSON = {"when": "2024-02-29T12:30:00.5Z", "quoted": ["a"]}
    wrong: JSON = {"quoted": ["A"]}
    for _ in taken[1:]:
        data, wrong = {"quoted": ["b"], "next": data}, {"next": wrong}
    generated(tmp_path, "taken", {})
    module = importlib.import_module(f"taken.{taken[0]}")
    assert f"taken.{taken[1]}" not in sys.modules  # imports that nest would be too deep for a long chain
    assert module.encode(module.decode(data)) == json.loads(module.loads(json.dumps(data)).to_json()) == data
    assert [problem.keyword for problem in module.problems(wrong)] == ["pattern"]
    assert f"taken.{taken[1]}" in sys.modules


def annotations(schema: dict[str, JSON], name: str = "Thing") -> dict[str, str]:
    """Return the annotations of a class of the schema's models, but that of the unknown properties."""
    made = codegen.compile_schema({"title": "Thing", "type": "object", **schema})
    by_name: dict[str, str] = dict(getattr(made, name).__annotations__)
    assert by_name.pop("additional_properties") == "dict[str, object]"
    return by_name


def test_annotations_say_what_the_schema_does() -> None:
    address = {"$ref": "#/$defs/Address"}
    schema: dict[str, JSON] = {
        "required": ["ref", "both", "anything"],
        "properties": {
            "ref": {**address, "description": "with a sibling"},
            "self_reference": {"$ref": "#"},
            "list": {"type": "array", "items": address},
            "map": {"type": "object", "additionalProperties": {"enum": ["a"]}},
            "union": {"anyOf": [address, {"type": "string", "format": "date-time"}]},
            "both": {"type": ["integer", "null"], "minimum": 3, "default": "wrong"},
            "one_part": {"allOf": [address]},
            "bounded": {"type": "string", "allOf": [{"minLength": 3}]},
            "open": {"properties": {}},
            "anything": True,
            "nothing": False,
        },
        "$defs": {"Address": {"type": "object", "properties": {}}},
    }
    assert annotations(schema) == {
        "ref": "Address",
        "self_reference": "Thing | None",
        "list_": "list[Address] | None",
        "map": "dict[str, ThingMapValue] | None",
        "union": "Address | datetime.datetime | None",
        "both": "int | None",
        "one_part": "Address | None",
        "bounded": "str | None",
        "open": "ThingOpen | list[object] | str | float | bool | None | _absent.Absent",
        "anything": "object",
        "nothing": "object | None",
    }


def test_a_composed_class_has_the_fields_of_its_parts() -> None:
    base = {"$ref": "#/$defs/Base"}
    both: JSON = {"type": "object", "allOf": [base, {"properties": {"more": {"type": "number"}}}]}
    schema: dict[str, JSON] = {
        **base,
        "properties": {"own": {"type": "string"}, "both": both},
        "$defs": {"Base": {"properties": {"id": {"enum": ["a"]}}}},
    }
    assert annotations(schema) == {"own": "str | None", "both": "ThingBoth | None", "id": "BaseId | None"}
    assert annotations(schema, "ThingBoth") == {"id": "BaseId | None", "more": "float | None"}


LISTED: list[tuple[dict[str, JSON], str]] = [
    ({"enum": ["off", 0, True]}, "str | int | bool"),
    ({"type": "string", "enum": ["a", False]}, "ThingIt"),
    ({"type": "integer", "enum": ["a"]}, "object"),
    ({"const": 1, "enum": [0, 2]}, "object"),
    ({"enum": ["created", "deleted"], "const": "created"}, "ThingIt"),
    ({"const": True}, "Literal[True]"),
    ({"const": 2**63 - 1}, f"Literal[{2**63 - 1}]"),
    ({"const": 2**64}, "int"),
    ({"enum": ["a", 1, None]}, "Literal['a', 1] | None"),
    ({"allOf": [{"type": "string"}, {"type": "integer"}]}, "object"),
]


@pytest.mark.parametrize(("schema", "annotation"), LISTED, ids=[json.dumps(schema) for schema, _ in LISTED])
def test_an_annotation_names_the_values_that_are_listed(schema: dict[str, JSON], annotation: str) -> None:
    assert annotations({"properties": {"it": schema}, "required": ["it"]}) == {"it": annotation}


def test_the_properties_of_a_large_object_are_looked_at_by_several_functions() -> None:
    named: dict[str, JSON] = {f"p{number}": {"type": "integer", "minimum": 0} for number in range(250)}
    kinds: list[dict[str, JSON]] = [
        {"required": ["p7", "p249"]},
        {"additionalProperties": False},
        {"unevaluatedProperties": False, "anyOf": [{"required": ["p7"]}]},
    ]
    for more in kinds:
        module = codegen.compile_schema({"type": "object", "properties": named, **more})
        parts = {name: value for name, value in vars(module).items() if "_part" in name and name.startswith("_valid")}
        assert len(parts) == 5
        whole: JSON = {f"p{number}": number for number in range(250)}
        assert module.is_valid(whole)
        assert isinstance(whole, dict)
        for number in (0, 49, 50, 200, 249):
            assert not module.is_valid({**whole, f"p{number}": -1})
        assert module.is_valid({**whole, "other": 1}) is ("required" in more)
        assert module.is_valid({"p0": 1}) is ("additionalProperties" in more)


ROWS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=40),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(max_size=9), inner, max_size=4),
    max_leaves=12,
)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # on a busy machine too
@given(st.dictionaries(st.text(max_size=9), ROWS, max_size=3))
def test_a_table_of_problems_is_laid_out_without_changing_it(table: dict[str, JSON]) -> None:
    assert json.loads(laid_out(table)) == table


def test_a_table_of_problems_reads_like_json() -> None:
    string: JSON = ["type", "type", "must be a string", "string"]
    message, one, other = "must be one of " + "many " * 15, "value" * 9, "other" * 9
    values: JSON = ["enum", "enum", message, [one, other]]
    kinds: JSON = ["kinds", {"string": [values]}, ["type", "type", "must be a string"]]
    rows: JSON = [
        ["required", "a"],
        ["properties", {"a": ["/properties/a", [string]], "b": ["/properties/b", [kinds]]}],
    ]
    assert laid_out({"it": ["https://example.com/it.json#", rows]}).split("\n") == [
        "{",
        '  "it": ["https://example.com/it.json#", [',
        '    ["required", "a"],',
        '    ["properties", {',
        '      "a": ["/properties/a", [["type", "type", "must be a string", "string"]]],',
        '      "b": ["/properties/b", [',
        '        ["kinds", {',
        '          "string": [',
        f'            ["enum", "enum", "{message}", [',
        f'              "{one}",',
        f'              "{other}"',
        "            ]]",
        "          ]",
        '        }, ["type", "type", "must be a string"]]',
        "      ]]",
        "    }]",
        "  ]]",
        "}",
    ]


def source_of(module: Any) -> str:
    """Return the text of a module in memory."""
    text: str = module.__loader__.get_source(module.__name__)
    return text


FIELDS: list[tuple[dict[str, JSON], str]] = [
    ({"default": 0}, "If absent (None), the schema's default is 0."),
    ({"default": "a: b"}, 'Named "x" in JSON.\n\nIf absent (None), the schema\'s default is "a: b".'),
    ({"description": "One of: a, b"}, 'Named "x" in JSON.\n\nOne of: a, b'),
    (
        {"type": ["string", "null"], "title": "X"},
        "X.\n\nNone stands for null, and ABSENT, also called UNSET, for a property that is absent.",
    ),
    ({"readOnly": True, "examples": [1, 2]}, "Read-only, set by the server.\n\nFor example 1, 2."),
]


@pytest.mark.parametrize(("schema", "doc"), FIELDS)
def test_a_docstring_of_a_field_begins_with_no_type(schema: dict[str, JSON], doc: str) -> None:
    (text,) = [text for _, text in field_docs({"title": "A", "properties": {"x": {"type": "string", **schema}}})]
    assert text == doc
    assert ":" not in text.partition("\n")[0]  # what stands before one is a type for Sphinx's napoleon


def test_the_name_in_json_stands_in_the_docstring() -> None:
    text: dict[str, JSON] = {"type": "string"}
    properties: JSON = {"class": text, "a:b": {"description": "c: d", **text}, "plain": text}
    assert field_docs({"title": "A", "properties": properties}) == [
        ("class_", 'Named "class" in JSON.'),
        ("a_b", 'A property of the object.\n\nc: d\n\nNamed "a:b" in JSON.'),
    ]


def field_docs(schema: JSON) -> list[tuple[str, str]]:
    """Return the fields that have a docstring, with it."""
    module = codegen.compile_schema(schema)
    assert module.__loader__ is not None
    source = module.__loader__.get_source(module.__name__)  # type: ignore[attr-defined]
    body = next(node for node in ast.parse(source).body if isinstance(node, ast.ClassDef)).body
    return [
        (before.target.id, inspect.cleandoc(node.value.value))
        for before, node in itertools.pairwise(body)
        if isinstance(before, ast.AnnAssign) and isinstance(before.target, ast.Name)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and before.target.id[:4] != "addi"
    ]


def test_above_each_function_of_the_codec_stands_its_place() -> None:
    many: JSON = {"title": "Many", "type": "object", "properties": {f"p{n}": {"type": "string"} for n in range(200)}}
    refers: JSON = {"$ref": "#/$defs/a~1b"}
    source = source_of(
        codegen.compile_schema({"title": "It", "properties": {"x": refers, "y": many}, "$defs": {"a/b": {**many}}})
    )
    places = dict(re.findall(r"\n\n\n# schema\.json(#.*)\ndef (_\w+)\(", source))
    functions = re.findall(r"\ndef (_\w+)\(", source)
    assert len(re.findall(r"\n\n\n# schema\.json#.*\ndef _", source)) == len(functions) > 10
    assert places.keys() >= {"#", "#/$defs/a~1b", "#/properties/y"}
    assert any(name.endswith("_part") for name in functions)


VALUES: dict[str, JSON] = {
    "string": {"type": "string"},
    "string or null": {"type": ["string", "null"]},
    "integer": {"type": "integer"},
    "number": {"type": "number"},
    "boolean": {"type": "boolean"},
    "date-time": {"type": "string", "format": "date-time"},
    "uuid": {"type": "string", "format": "uuid"},
    "enum": {"enum": ["a", "b"]},
    "strings": {"type": "array", "items": {"type": "string"}},
    "booleans": {"type": "array", "items": {"type": "boolean"}},
    "objects": {"type": "array", "items": {"title": "Part", "type": "object", "properties": {"a": {}}}},
    "anything": {},
}


@pytest.mark.parametrize("required", [True, False], ids=["required", "optional"])
@pytest.mark.parametrize("value", VALUES.values(), ids=VALUES)
def test_a_function_that_makes_json_text_reads_well(value: JSON, required: bool) -> None:
    names = ["max_session_time_limit", "time"]
    schema: JSON = {"title": "It", "type": "object", "properties": {name: value for name in names}}
    source = source_of(codegen.compile_schema({**schema, "required": [*names] if required else []}))
    text = source[source.index("def _text_it(") :].partition("\n\n\n")[0]
    assert [line for line in text.split("\n") if len(line) > 120] == []
    assert not re.search(r"_\d", text)
