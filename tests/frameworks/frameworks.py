"""The generated models in the hands of other libraries, each for real: `nox -s frameworks`."""

from __future__ import annotations

import datetime
import importlib
import json
import subprocess
import sys
import typing
from collections.abc import Iterator
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
