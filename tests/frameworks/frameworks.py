"""The generated models in the hands of other libraries, each for real: `nox -s frameworks`."""

from __future__ import annotations

import datetime
import importlib
import json
import subprocess
import sys
import typing
from collections.abc import Iterator
from operator import methodcaller
from pathlib import Path
from typing import Any

import pytest

MODELS = Path(__file__).parents[2] / "generated" / "models"
DATA = {"id": "a", "backend_name": "b", "state": "open"}
TEXT = json.dumps({**DATA, "created_at": "2024-02-29T12:30:00.5Z"}, separators=(",", ":"))


@pytest.fixture(autouse=True)
def models(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Return the package as a program imports it that has just started."""
    monkeypatch.syspath_prepend(str(MODELS))
    yield importlib.import_module("models")
    for name in [name for name in sys.modules if name.partition(".")[0] == "models"]:
        del sys.modules[name]


# Those that read annotations


def test_typing_and_msgspec(models: Any) -> None:
    import msgspec

    assert typing.get_type_hints(models.Session)["created_at"] == datetime.datetime | None
    session = msgspec.convert({**DATA, "created_at": "2024-02-29T12:30:00Z"}, models.Session)
    assert (session.state, session.created_at.year) == (models.SessionState.OPEN, 2024)
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({**DATA, "id": 1}, models.Session)


def test_cattrs(models: Any) -> None:
    import cattrs

    converter = cattrs.Converter()
    converter.register_structure_hook_func(lambda kind: kind is object, lambda value, _: value)  # it has none for that
    session = converter.structure({**DATA, "additional_properties": {"x": 1}}, models.Session)
    assert session.state is models.SessionState.OPEN
    assert converter.unstructure(session)["state"] == "open"


def test_mashumaro(models: Any) -> None:
    from mashumaro.codecs.basic import BasicDecoder
    from mashumaro.dialect import Dialect
    from mashumaro.types import SerializationStrategy

    class AsItIs(SerializationStrategy):
        def serialize(self, value: Any) -> Any:
            return value

        def deserialize(self, value: Any) -> Any:
            return value

    class Plain(Dialect):
        serialization_strategy: typing.ClassVar[Any] = {object: AsItIs()}  # which it has no way for

    session = BasicDecoder(models.Session, default_dialect=Plain).decode(DATA)
    assert session.state is models.SessionState.OPEN


def test_dacite(models: Any) -> None:
    import dacite

    session = dacite.from_dict(models.Session, DATA, dacite.Config(cast=[models.SessionState]))
    assert session == models.Session.from_dict(DATA)


def test_polyfactory(models: Any) -> None:
    from polyfactory.factories import DataclassFactory

    class Sessions(DataclassFactory[Any]):
        __model__ = models.Session

    assert isinstance(Sessions.build().state, models.SessionState)


def test_cyclopts(models: Any) -> None:
    import cyclopts

    app = cyclopts.App(result_action="return_value")

    def main(session: Any) -> Any:
        return session

    main.__annotations__["session"] = models.Session
    app.default(main)
    found = app(["--session.id", "a", "--session.backend-name", "b", "--session.state", "open"], exit_on_error=False)
    assert found == models.Session.from_dict(DATA)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # its next version wants the body marked
def test_litestar(models: Any) -> None:
    from litestar import Litestar, post
    from litestar.testing import TestClient

    async def handler(data: Any) -> Any:
        return data

    handler.__annotations__.update({"data": models.Session, "return": models.Session})
    with TestClient(Litestar([post("/")(handler)])) as client:
        assert client.post("/", json=DATA).json()["state"] == "open"
        assert client.post("/", json={**DATA, "id": 1}).status_code == 400


def test_polars(models: Any) -> None:
    import polars

    session = models.Session.from_dict(DATA)
    frame = polars.DataFrame([session], schema_overrides={"state": polars.Object, "mode": polars.Object})
    assert frame["id"].to_list() == ["a"]


@pytest.mark.parametrize(
    "source",
    ["Session.from_dict({})", "Session.from_json('')", "Session(id='')", "session.decode({})", "session.loads('')"],
)
def test_jedi_completes(source: str) -> None:
    import jedi

    script = jedi.Script(f"from models import Session, session\n{source}.", project=jedi.Project(MODELS))
    assert {"id", "state", "to_json"} <= {found.name for found in script.complete()}


# Those that ask functions, by the lines that the README of the models shows

WHOLE = {**DATA, "created_at": "2024-02-29T12:30:00.50Z", "own": [None, 1.5]}


def test_json_and_orjson_write_what_to_dict_gives(models: Any) -> None:
    import orjson

    sessions = [models.Session.from_dict(WHOLE)]
    assert json.loads(json.dumps(sessions, default=methodcaller("to_dict"))) == [WHOLE]
    passed = orjson.OPT_PASSTHROUGH_DATACLASS
    assert orjson.loads(orjson.dumps(sessions, default=methodcaller("to_dict"), option=passed)) == [WHOLE]


def test_msgspec_leaves_a_model_as_text(models: Any) -> None:
    import msgspec

    envelope = msgspec.defstruct("Envelope", [("session", msgspec.Raw)])
    raw = msgspec.json.decode(json.dumps({"session": WHOLE}), type=envelope).session
    session = models.Session.from_json(bytes(raw))
    assert json.loads(msgspec.json.encode(session.to_dict())) == WHOLE
    asked: list[object] = []
    msgspec.convert(DATA, models.Session, dec_hook=lambda kind, _: asked.append(kind))
    assert asked == []  # it has a way of its own for dataclasses, which no hook goes before


def test_cattrs_asks_the_class(models: Any) -> None:
    import attrs
    import cattrs

    converter = cattrs.Converter()
    converter.register_structure_hook_func(
        lambda kind: hasattr(kind, "from_dict"), lambda data, kind: kind.from_dict(data)
    )
    converter.register_unstructure_hook_func(lambda kind: hasattr(kind, "to_dict"), methodcaller("to_dict"))
    page = attrs.make_class(
        "Page", {"all": attrs.field(type=list[models.Session]), "best": attrs.field(type=models.Session)}
    )
    data = {"all": [WHOLE, WHOLE], "best": WHOLE}
    assert converter.unstructure(converter.structure(data, page)) == data
    with pytest.raises(cattrs.ClassValidationError):
        converter.structure({"all": [{**WHOLE, "created_at": "2024"}], "best": WHOLE}, page)


def test_mashumaro_asks_the_class(models: Any) -> None:
    from mashumaro.codecs.basic import BasicDecoder, BasicEncoder
    from mashumaro.dialect import Dialect
    from mashumaro.exceptions import InvalidFieldValue

    session = models.Session

    class Exact(Dialect):
        serialization_strategy: typing.ClassVar[Any] = {
            session: {"deserialize": session.from_dict, "serialize": session.to_dict}
        }

    decoded = BasicDecoder(list[session], default_dialect=Exact).decode([WHOLE])
    assert BasicEncoder(list[session], default_dialect=Exact).encode(decoded) == [WHOLE]
    with pytest.raises((InvalidFieldValue, models.DecodeError)):
        BasicDecoder(list[session], default_dialect=Exact).decode([{"id": 1}])


@pytest.mark.parametrize("form", ["json", "pickle"])
def test_a_message_of_celery(models: Any, form: str) -> None:
    from kombu import serialization
    from kombu.utils.json import register_type

    register_type(models.Session, "Session", models.Session.to_dict, models.Session.from_dict)
    session = models.Session.from_dict(WHOLE)
    kind, encoding, body = serialization.dumps({"args": [session]}, form)
    (received,) = serialization.loads(body, kind, encoding, accept=[kind])["args"]
    assert received == session and received.to_dict() == WHOLE


def test_sqlalchemy_keeps_a_model_in_a_column_of_json(models: Any) -> None:
    import sqlalchemy

    class Sessions(sqlalchemy.types.TypeDecorator[Any]):
        impl, cache_ok = sqlalchemy.JSON, True

        def process_bind_param(self, value: Any, dialect: Any) -> Any:
            return None if value is None else value.to_dict()

        def process_result_value(self, value: Any, dialect: Any) -> Any:
            return None if value is None else models.Session.from_dict(value)

    tables = sqlalchemy.MetaData()
    table = sqlalchemy.Table("sessions", tables, sqlalchemy.Column("session", Sessions()))
    engine = sqlalchemy.create_engine("sqlite://")
    tables.create_all(engine)
    with engine.begin() as connection:
        connection.execute(table.insert(), [{"session": models.Session.from_dict(WHOLE)}, {"session": None}])
        kept, none = connection.execute(sqlalchemy.select(table)).scalars()
    engine.dispose()
    assert kept.to_dict() == WHOLE and kept == models.Session.from_dict(WHOLE) and none is None


def test_polars_reads_and_gives_rows(models: Any) -> None:
    import polars

    frame = polars.from_dicts([models.Session.from_dict(DATA).to_dict(), models.Session.from_dict(DATA).to_dict()])
    assert [models.Session.from_dict(row) for row in frame.to_dicts()] == [models.Session.from_dict(DATA)] * 2


# Those that check while a program runs

USE = """
from models import DecodeError, Session, session
text = '{"id":"a","backend_name":"b","state":"open","created_at":"2024-02-29T12:30:00.5Z","more":[1]}'
found = Session.from_json(text)
assert found.to_json() == text and found.to_dict(validate=True) == found.to_dict()
try:
    Session.from_dict({"id": 1, "created_at": "x"})
except DecodeError as error:
    assert len(error.problems) == 4 and error.output()
assert not session.is_valid({}) and session.problems({}) and session.dumps(found) == text
assert len(list(session.decode_lines([text, "{"]))) == 2
"""
HOOKS = {
    "beartype": "import warnings; warnings.simplefilter('error')\n"
    "from beartype.claw import beartype_package; beartype_package('models')",
    "typeguard": "from typeguard import install_import_hook; install_import_hook('models')",
}


@pytest.mark.parametrize("library", HOOKS)
def test_a_runtime_checker_has_nothing_to_say(library: str) -> None:
    script = f"import sys; sys.path.insert(0, {str(MODELS)!r})\n{HOOKS[library]}\n{USE}"
    found = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert (found.returncode, found.stdout, found.stderr) == (0, "", "")


# Those that bundle


def test_pyinstaller(tmp_path: Path) -> None:
    (tmp_path / "program.py").write_text(USE, encoding="utf-8")
    command = [sys.executable, "-m", "PyInstaller", "--log-level", "ERROR", "--paths", str(MODELS), "program.py"]
    subprocess.run(command, cwd=tmp_path, check=True)
    found = subprocess.run([tmp_path / "dist" / "program" / "program"], capture_output=True, text=True, check=False)
    assert (found.returncode, found.stderr) == (0, "")


# Those that hold the clock

CLOCKS = {
    "freezegun": ("from freezegun import freeze_time", "freeze_time('2024-05-05')"),
    "time-machine": ("import time_machine", "time_machine.travel('2024-05-05', tick=False)"),
}
READ = """
def check():
    import datetime
    from models import Session
    found = Session.from_json(text)
    found.closed_at = datetime.datetime.now(datetime.UTC).replace(microsecond=0)
    assert found.to_json().startswith(text[:-1] + ',"closed_at":"20')
    assert found.to_dict()["created_at"] == "2024-02-29T12:30:00.5Z"
    found.created_at = found.closed_at
    assert found.to_dict()["created_at"] == found.to_dict()["closed_at"] == found.closed_at.isoformat()[:-6] + "Z"
"""


@pytest.mark.parametrize("before", ["", "check()"], ids=["loaded while time stands still", "loaded before"])
@pytest.mark.parametrize("library", CLOCKS)
def test_a_clock_that_is_held(library: str, before: str) -> None:
    head, hold = CLOCKS[library]
    script = f"import sys; sys.path.insert(0, {str(MODELS)!r})\n{head}\ntext = {TEXT!r}\n{READ}\n{before}\n"
    script += f"with {hold}:\n    check()\ncheck()\nwith {hold}:\n    check()\n"
    found = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert (found.returncode, found.stderr) == (0, "")
