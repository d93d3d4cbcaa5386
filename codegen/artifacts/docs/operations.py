"""The operations of the OpenAPI document that carry a document's instances, as a reader of its page needs them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from urllib.parse import urlsplit

from ...escapes import Code, code, join
from ...escapes.markdown import Bullet, bullets, codespan, fence, json_text, text
from ...ir import JSON, Document
from ...records import dataclass
from .examples import example
from .page_index import PageIndex

_SECURITY = {"bearer": "Bearer <token>", "basic": "Basic <credentials>"}


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation: what it is, its request as a client sends it, its parameters and responses."""

    title: Code
    prose: Code
    request: Code
    facts: Code


def operations(page_index: PageIndex, document: Document, settings: Mapping[str, JSON]) -> Iterator[Operation]:
    """Yield the operations that receive or return a document's instances; `settings` are the OpenAPI artifact's."""
    for item in _array(settings.get("operations")):
        operation = _table(item)
        if document.path in {_document(schema) for schema in _schemas(operation)}:
            yield _operation(page_index, document, operation, settings)


def _table(value: JSON) -> Mapping[str, JSON]:
    return value if isinstance(value, dict) else {}


def _array(value: JSON) -> Sequence[JSON]:
    return value if isinstance(value, list) else []


def _string(value: JSON) -> str:
    return value if isinstance(value, str) else ""


def _document(schema: JSON) -> str:
    return _string(schema).partition("#")[0]


def _schemas(operation: Mapping[str, JSON]) -> Iterator[JSON]:
    yield _table(operation.get("request")).get("schema")
    for response in _table(operation.get("responses")).values():
        yield _table(response).get("schema")


def _operation(
    page_index: PageIndex, document: Document, operation: Mapping[str, JSON], settings: Mapping[str, JSON]
) -> Operation:
    parameters = [_parameter(each, settings) for each in _array(operation.get("parameters"))]
    target = f"{_string(operation.get('method')).upper()} {_string(operation.get('path'))}"
    prose = [_string(operation.get(name)) for name in ("summary", "description")]
    return Operation(
        title=codespan(target),
        prose=join("\n\n", (text(part) for part in prose if part.strip())),
        request=fence("\n".join(_request(page_index, document, operation, settings, parameters)), Code("http")),
        facts=bullets([*map(_parameter_bullet, parameters), *_response_bullets(operation)]),
    )


def _parameter(value: JSON, settings: Mapping[str, JSON]) -> Mapping[str, JSON]:
    return _table(_table(settings.get("parameters")).get(value)) if isinstance(value, str) else _table(value)


def _parameter_bullet(parameter: Mapping[str, JSON]) -> Bullet:
    place = _string(parameter.get("in"))
    required = parameter.get("required") is True or place == "path"
    return Bullet(
        code(
            "{name} in the {place}, {required}{description}",
            name=codespan(_string(parameter.get("name"))),
            place=text(place),
            required=Code("required" if required else "optional"),
            description=_after_colon(parameter.get("description")),
        )
    )


def _response_bullets(operation: Mapping[str, JSON]) -> Iterator[Bullet]:
    for status, response in _table(operation.get("responses")).items():
        description = _after_colon(_table(response).get("description"))
        yield Bullet(code("Response {status}{description}", status=codespan(status), description=description))


def _after_colon(description: JSON) -> Code:
    written = _string(description)
    return code(": {text}", text=text(written)) if written.strip() else Code("")


def _request(
    page_index: PageIndex,
    document: Document,
    operation: Mapping[str, JSON],
    settings: Mapping[str, JSON],
    parameters: Sequence[Mapping[str, JSON]],
) -> Iterator[str]:
    """Yield the lines of the request message (RFC 9112, section 3), with `<...>` for what a client fills in."""
    server = urlsplit(_string(_table(next(iter(_array(settings.get("servers"))), None)).get("url")))
    path = server.path.rstrip("/") + _string(operation.get("path"))
    needed = [p for p in parameters if p.get("required") is True]
    query = "&".join(f"{_string(p.get('name'))}=<value>" for p in needed if p.get("in") == "query")
    yield f"{_string(operation.get('method')).upper()} {path}{'?' if query else ''}{query} HTTP/1.1"
    if server.netloc:
        yield f"Host: {server.netloc}"
    yield from _security(operation, settings)
    yield from (f"{_string(p.get('name'))}: <value>" for p in needed if p.get("in") == "header")
    if _document(_table(operation.get("request")).get("schema")) == document.path:
        yield "Content-Type: application/json"
        yield from (
            "\n" + json_text(value, is_laid_out=True) for value in example(page_index.package, document.location)
        )


def _security(operation: Mapping[str, JSON], settings: Mapping[str, JSON]) -> Iterator[str]:
    """Yield the header of the first security requirement."""
    requirements = _array(operation.get("security", settings.get("security")))
    for name in _table(next(iter(requirements), None)):
        scheme = _table(_table(settings.get("security_schemes")).get(name))
        if scheme.get("type") == "http":
            yield f"Authorization: {_SECURITY.get(_string(scheme.get('scheme')).lower(), '<credentials>')}"
        elif scheme.get("type") == "apiKey" and scheme.get("in") == "header":
            yield f"{_string(scheme.get('name'))}: <key>"
        elif scheme.get("type") in ("oauth2", "openIdConnect"):
            yield "Authorization: Bearer <token>"
