"""The generated models as bodies and responses of FastAPI, Litestar and Django Ninja, for real: `nox -s frameworks`."""

# Annotations are evaluated here where they stand, as those of a program whose models are imported at its top.

import importlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import litestar.testing
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from pydantic import BaseModel

from tests.packages import whole

ROOT = Path(__file__).parents[2]
MODELS = ROOT / "generated" / "models"
TEXT = '{"id":"a","backend_name":"b","state":"open","created_at":"2024-02-29t12:30:00.50Z","elapsed_time":1.0,"o":[0]}'
DATA = json.loads(TEXT)


@pytest.fixture
def models(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Return the package as a program imports it that has just started."""
    monkeypatch.syspath_prepend(str(MODELS))
    yield importlib.import_module("models")
    for name in [name for name in sys.modules if name.partition(".")[0] == "models"]:
        del sys.modules[name]


@pytest.fixture
def app(models: Any) -> FastAPI:
    """Return a server that gives back what it gets, in each place where a model may stand."""
    app = FastAPI()

    class Page(BaseModel):
        sessions: list[models.Session]
        first: models.Session | None = None

    @app.post("/session")
    def create(session: models.Session) -> models.Session:
        return session

    @app.post("/sessions")
    async def create_all(sessions: list[models.Session], best: models.Session | None = None) -> Page:
        return Page(sessions=sessions, first=best)

    @app.get("/session")
    def find(state: models.SessionState, mode: models.SessionMode | None = None) -> models.Session:
        return models.Session(id="a", backend_name="b", state=state, mode=mode)

    @app.get("/data")
    def data() -> models.Session:
        return {"id": "a", "backend_name": "b", "state": "open", "more": None}

    @app.get("/wrong", response_model=models.Session)
    def wrong() -> Any:
        return {"id": 1}

    @app.post("/part", response_model_exclude={"id": True, "o": True})
    def part(session: models.Session) -> models.Session:
        return session

    return app


@pytest.fixture
def client(app: FastAPI) -> TestClient:
    return TestClient(app, raise_server_exceptions=False)


def test_what_came_goes_back(client: TestClient, models: Any) -> None:
    assert client.post("/session", content=TEXT, headers={"content-type": "application/json"}).text == TEXT
    assert client.post("/session", json=DATA).json() == models.Session.from_dict(DATA).to_dict() == DATA
    page = {"sessions": [DATA, DATA], "best": DATA}
    assert client.post("/sessions", json=page).json() == {"sessions": [DATA, DATA], "first": DATA}
    assert client.get("/data").json() == {"id": "a", "backend_name": "b", "state": "open", "more": None}
    assert client.get("/session?state=closed&mode=batch").json()["mode"] == "batch"
    assert "mode" not in client.get("/session?state=closed").json()
    assert client.post("/part", json=DATA).json().keys() == DATA.keys() - {"id", "o"}


REFUSED = [
    ("/session", {**DATA, "id": 1}, [("type", ["body", "id"], "must be a string")]),
    ("/session", {"id": "a", "state": "x", "backend_name": "b"}, [("enum", ["body", "state"], None)]),
    ("/session", [], [("type", ["body"], "must be an object")]),
    ("/session", {**DATA, "created_at": "2024"}, [("format", ["body", "created_at"], None)]),
    ("/session", {**DATA, "mode": None}, [("type", ["body", "mode"], None)]),
    (
        "/sessions",
        {"sessions": [DATA, {**DATA, "max_time": "1"}], "best": {}},
        [
            ("type", ["body", "sessions", 1, "max_time"], "must be an integer"),
            *[("required", ["body", "best"], f"`{name}` is missing") for name in ("id", "backend_name", "state")],
        ],
    ),
]


@pytest.mark.parametrize(("path", "body", "expected"), REFUSED)
def test_what_the_schema_refuses_is_answered_with_every_place(
    client: TestClient, path: str, body: Any, expected: list[tuple[str, list[str | int], str | None]]
) -> None:
    answer = client.post(path, json=body)
    assert answer.status_code == 422
    found = [(error["type"], error["loc"], error["msg"]) for error in answer.json()["detail"]]
    assert [entry[:2] for entry in found] == [entry[:2] for entry in expected]
    assert all(message in (None, entry[2]) for entry, (*_, message) in zip(found, expected, strict=True))


@pytest.mark.parametrize("value", ["NaN", "1e400", '"\\ud800"'])
def test_an_answer_can_be_written_whatever_was_refused(client: TestClient, value: str) -> None:
    text = TEXT.replace('"open"', value)
    assert client.post("/session", content=text, headers={"content-type": "application/json"}).status_code == 422


def test_a_response_that_is_not_valid_is_not_sent(client: TestClient) -> None:
    assert client.get("/wrong").status_code == 500


def test_the_openapi_document_has_the_classes_once(app: FastAPI) -> None:
    document = app.openapi()
    body = document["paths"]["/session"]["post"]["requestBody"]["content"]["application/json"]["schema"]
    assert body == {"$ref": "#/components/schemas/Session"}
    shown = document["components"]["schemas"]
    assert {name for name in shown if "Session" in name} == {"Session", "SessionMode", "SessionState"}
    assert shown["Session"]["required"] == ["id", "backend_name", "state"]
    assert shown["Session"]["properties"]["created_at"] == {"type": "string", "format": "date-time"}
    assert shown["Session"]["properties"]["mode"] == {"$ref": "#/components/schemas/SessionMode"}


def test_the_openapi_document_has_the_schemas_that_the_package_carries(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole(ROOT / "tests/cases/references/expected/models/shop", tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    order: Any = importlib.import_module("shop").Order
    app = FastAPI(separate_input_output_schemas=False)

    @app.post("/")
    def create(placed: order) -> order:
        return placed

    shown = app.openapi()["components"]["schemas"]
    assert shown["Order"]["properties"]["lines"] == {
        "type": "array",
        "minItems": 1,
        "items": {"$ref": "#/components/schemas/Line"},
    }
    assert {"Address", "Line", "Order"} <= shown.keys()
    refused = TestClient(app).post("/", json={"id": "x", "lines": []}).json()["detail"]
    assert [(error["type"], error["loc"]) for error in refused] == [
        ("format", ["body", "id"]),
        ("minItems", ["body", "lines"]),
    ]


def test_without_the_type_of_a_response_the_fields_are_written(models: Any) -> None:
    """What FastAPI does with any dataclass then; the README says so."""
    app = FastAPI()

    @app.get("/")
    def find():  # type: ignore[no-untyped-def]
        return models.Session.from_dict(DATA)

    assert TestClient(app).get("/").json()["additional_properties"] == {"o": [0]}


def test_litestar_reads_the_body_as_text(models: Any) -> None:
    async def handler(request: litestar.Request) -> litestar.Response:
        return litestar.Response(models.Session.from_json(await request.body()).to_dict())

    def refuse(_: litestar.Request, error: Any) -> litestar.Response:
        return litestar.Response(error.output(), status_code=422)

    app = litestar.Litestar([litestar.post("/")(handler)], exception_handlers={models.DecodeError: refuse})
    with litestar.testing.TestClient(app) as client:
        assert client.post("/", json=DATA).json() == DATA
        refused = client.post("/", json={**DATA, "id": 1})
        assert (refused.status_code, refused.json()["errors"][0]["instanceLocation"]) == (422, "/id")


def test_django_ninja(models: Any) -> None:
    import django
    from django.conf import settings
    from django.test import Client
    from django.urls import path

    urls = ModuleType("urls")
    settings.configure(ROOT_URLCONF=urls, SECRET_KEY="x", ALLOWED_HOSTS=["*"])
    django.setup()
    from ninja import Body, NinjaAPI  # which reads the settings

    session: Any = models.Session
    api = NinjaAPI()

    @api.post("/", response=session)
    def create(request: Any, placed: Body[session]) -> Any:
        return placed

    urls.urlpatterns = [path("", api.urls)]  # type: ignore[attr-defined]
    client = Client()
    assert client.post("/", DATA, content_type="application/json").json() == DATA
    refused = client.post("/", {**DATA, "id": 1}, content_type="application/json")
    assert refused.status_code == 422
    assert [error["loc"] for error in refused.json()["detail"]] == [["body", "placed", "id"]]
    assert api.get_openapi_schema()["components"]["schemas"]["Session"]["required"] == ["id", "backend_name", "state"]
