"""Operations: the paths, parameters, responses and security of the settings, as parts of an OpenAPI document."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from typing import Final

from ...findings import Finding
from ...ir import JSON, Location, Package
from ...names import camel
from ...pointer import tokens
from ...records import dataclass
from ...render.schema_objects import reference
from ...schema import vocabulary
from ...schema.equality import distinct
from ...schema.vocabulary import WRITTEN
from ...validation import examples
from .setting_names import OPERATION, PARAMETER, TAG, fault, renamed
from .values import SHOWN

_SLOT: Final = re.compile(r"\{([^{}]*)\}")

Names = Callable[[Location], str | None]
"""Gives the component name for a location."""

At = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of the OpenAPI artifact, read with defaults for what is not there."""

    values: Mapping[str, JSON]

    def table(self, key: str) -> dict[str, JSON]:
        """Return the table at the key, an empty one if there is none."""
        return as_table(self.values.get(key))

    def array(self, key: str) -> list[JSON]:
        """Return the array at the key, an empty one if there is none."""
        return as_array(self.values.get(key))


def as_table(value: JSON) -> dict[str, JSON]:
    """Return the value if it is an object, else an empty one."""
    return value if isinstance(value, dict) else {}


def as_array(value: JSON) -> list[JSON]:
    """Return the value if it is an array, else an empty one."""
    return value if isinstance(value, list) else []


# What is wrong


def setting_faults(settings: Settings, package: Package) -> Iterator[Finding]:
    """Yield the contradictions between settings, before anything is made of them."""
    yield from _schema_faults(settings, package)
    yield from _invalid_schemas(settings)
    for index, value in enumerate(settings.array("operations")):
        yield from _operation_faults(settings, as_table(value), ("operations", str(index)))
    yield from _twice(settings)
    yield from _security_faults(settings, settings.array("security"), ("security",))


def _operation_faults(settings: Settings, operation: Mapping[str, JSON], at: At) -> Iterator[Finding]:
    named = settings.table("parameters")
    for index, parameter in enumerate(as_array(operation.get("parameters"))):
        if isinstance(parameter, str) and parameter not in named:
            here = (*at, "parameters", str(index))
            yield fault(here, f"there is no parameter {parameter!r}", _one_of(named, "parameters"))
    yield from _security_faults(settings, as_array(operation.get("security")), (*at, "security"))
    yield from _path_faults(settings, operation, at)


def _path_faults(settings: Settings, operation: Mapping[str, JSON], at: At) -> Iterator[Finding]:
    slots = _SLOT.findall(str(operation["path"]))
    tables = [as_table(value) for value in _parameters(settings, operation)]
    names = [table.get("name") for table in tables if table.get("in") == "path"]
    for name in slots:
        if name not in names:
            yield fault((*at, "path"), f"{{{name}}} is not a parameter", f"add the parameter {name!r} with in = 'path'")
    for value in names:
        if value not in slots:
            yield fault(
                (*at, "parameters"), f"the path has no {{{value}}}", "add it to the path, or remove the parameter"
            )


def _parameters(settings: Settings, operation: Mapping[str, JSON]) -> Iterator[JSON]:
    for parameter in as_array(operation.get("parameters")):
        yield settings.table("parameters").get(parameter) if isinstance(parameter, str) else parameter


def _security_faults(settings: Settings, requirements: Iterable[JSON], at: At) -> Iterator[Finding]:
    schemes = settings.table("security_schemes")
    for index, requirement in enumerate(requirements):
        for name in as_table(requirement):
            if name not in schemes:
                yield fault((*at, str(index)), f"there is no scheme {name!r}", _one_of(schemes, "security_schemes"))


def _one_of(names: Iterable[str], table: str) -> str:
    listed = ", ".join(names)
    return f"use one of {listed}, or add it to {table}" if listed else f"add it to {table}"


def _twice(settings: Settings) -> Iterator[Finding]:
    identifiers: set[JSON] = set()
    ways: set[tuple[JSON, str]] = set()
    for index, value in enumerate(settings.array("operations")):
        operation, at = as_table(value), ("operations", str(index))
        identifier = operation.get("operation_id")
        # Paths that differ only in the names of their parameters are the same (OpenAPI 3.1.1, section 4.8.8.2).
        way = (operation.get("method"), _SLOT.sub("{}", str(operation.get("path"))))
        if identifier in identifiers and isinstance(identifier, str):
            yield fault((*at, "operation_id"), f"{identifier!r} is used twice", "give each operation an id of its own")
        if way in ways:
            yield fault((*at, "path"), f"{way[0]} {operation.get('path')} is defined twice", "merge the two operations")
        identifiers.add(identifier if isinstance(identifier, str) else None)
        ways.add(way)


# Schemas that the settings refer to


def schema_locations(settings: Settings, package: Package) -> tuple[Location, ...]:
    """Return every subschema that the settings refer to by document and pointer."""
    locations = (_location(text, package) for _, text in _schema_texts(settings))
    return tuple(location for location in locations if location is not None)


def _schema_faults(settings: Settings, package: Package) -> Iterator[Finding]:
    schemas = settings.table("schemas")
    for at, text in _schema_texts(settings):
        if text not in schemas and _location(text, package) is None:
            documents = [document.path for document in package.documents if document.public]
            help = f"name one of {', '.join([*schemas, *documents])}, or a document with a '#' and a JSON Pointer"
            yield fault(at, f"{text!r} is not a schema", help)


def _schema_texts(settings: Settings) -> Iterator[tuple[At, str]]:
    """Yield every reference to a schema in the settings, and where it stands."""
    for key in ("schemas", "parameters", "errors", "operations"):
        yield from _texts_below(settings.values.get(key), (key,))


def _texts_below(value: JSON, at: At) -> Iterator[tuple[At, str]]:
    children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, child in children:
        here = (*at, str(key))
        is_reference = key == "$ref" or (key == "schema" and "properties" not in at)
        if is_reference and isinstance(child, str):
            yield here, child
        else:
            yield from _texts_below(child, here)


def _invalid_schemas(settings: Settings) -> Iterator[Finding]:
    """Yield what the metaschema refuses in the Schema Objects that stand in the settings."""
    rows: list[tuple[At, JSON]] = [(("schemas", name), value) for name, value in settings.table("schemas").items()]
    for key in ("parameters", "errors", "operations"):
        rows += _objects_below(settings.values.get(key), (key,))
    for at, schema in rows:
        for pointer, message in examples.faults(schema):
            yield fault(
                (*at, *tokens(pointer)), f"this is not a schema: {message}", "write a schema of JSON Schema 2020-12"
            )


def _objects_below(value: JSON, at: At) -> Iterator[tuple[At, JSON]]:
    """Yield every Schema Object at a key `schema`, and where it stands."""
    children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, child in children:
        here = (*at, str(key))
        if key != "schema":
            yield from _objects_below(child, here)
        elif not isinstance(child, str):
            yield here, child


def _location(text: str, package: Package) -> Location | None:
    path, _, pointer = text.partition("#")
    for document in package.documents:
        location = Location(document.location.document, document.location.pointer + pointer)
        if document.path == path and location in package.subschemas:
            return location
    return None


# What is made of them


@dataclass(frozen=True, slots=True)
class Writing:
    """The settings on their way into a document; `name` gives the component of a location."""

    settings: Settings
    package: Package
    name: Names

    def schema(self, value: JSON) -> JSON:
        """Return a Schema Object: a reference for a text, an object with its references rewritten."""
        if isinstance(value, str):
            return {**reference(self._component(value))}
        return self._inside(value)

    def _inside(self, value: JSON) -> JSON:
        if isinstance(value, list):
            return [self._inside(item) for item in value]
        return {key: self._keyword(key, item) for key, item in value.items()} if isinstance(value, dict) else value

    def _keyword(self, key: str, value: JSON) -> JSON:
        if key == "$ref" and isinstance(value, str):
            return reference(self._component(value))["$ref"]
        form = WRITTEN[key].form if key in WRITTEN else None
        if form is not None:
            return vocabulary.rewritten(form, value, lambda way, inner: self._inside(inner))
        if key == "enum" and isinstance(value, list):
            return distinct(value)
        return value if key in SHOWN else self._inside(value)

    def _component(self, text: str) -> str:
        if text in self.settings.table("schemas"):
            return text
        location = _location(text, self.package)
        name = None if location is None else self.name(location)
        if name is None:  # the settings were checked before
            raise LookupError(f"there is no schema {text}")
        return name

    def paths(self) -> dict[str, JSON]:
        """Return the Paths Object."""
        paths: dict[str, dict[str, JSON]] = {}
        for value in self.settings.array("operations"):
            operation = as_table(value)
            paths.setdefault(str(operation["path"]), {})[str(operation["method"])] = self._operation(operation)
        return dict(paths)

    def _operation(self, table: Mapping[str, JSON]) -> JSON:
        operation = renamed(table, OPERATION)
        del operation["method"], operation["path"]
        operation["parameters"] = [
            {"$ref": f"#/components/parameters/{value}"} if isinstance(value, str) else self.parameter(as_table(value))
            for value in as_array(operation.get("parameters"))
        ]
        if not operation["parameters"]:
            del operation["parameters"]
        if "requestBody" in operation:
            operation["requestBody"] = self._request(as_table(operation["requestBody"]))
        responses: dict[str, JSON] = {
            status: self.response(status, as_table(value)) for status, value in as_table(operation["responses"]).items()
        }
        for status in self.settings.table("errors"):
            responses.setdefault(status, {"$ref": f"#/components/responses/{_error_name(status)}"})
        operation["responses"] = responses
        return operation

    def parameter(self, table: Mapping[str, JSON]) -> dict[str, JSON]:
        """Return a Parameter Object; one of a path is required, one without a schema is a string."""
        parameter = renamed(table, PARAMETER)
        if parameter["in"] == "path":
            parameter["required"] = True
        return {**parameter, "schema": self.schema(parameter.get("schema", {"type": "string"}))}

    def _request(self, table: Mapping[str, JSON]) -> JSON:
        kept = {key: value for key, value in table.items() if key not in ("schema", "media_type")}
        return {"required": True, **kept, "content": self._content(table)}

    def response(self, status: str, table: Mapping[str, JSON]) -> dict[str, JSON]:
        """Return a Response Object; without a description it has the reason phrase of its status."""
        kept = {key: value for key, value in table.items() if key not in ("schema", "media_type")}
        response: dict[str, JSON] = {"description": _reason_phrase(status), **kept}
        if "schema" in table:
            response["content"] = self._content(table)
        return response

    def _content(self, table: Mapping[str, JSON]) -> JSON:
        media_type = table.get("media_type", "application/json")
        return {str(media_type): {"schema": self.schema(table["schema"])}}

    def components(self) -> dict[str, JSON]:
        """Return the Components Object of all that the settings name."""
        schemas: dict[str, JSON] = {name: self.schema(value) for name, value in self.settings.table("schemas").items()}
        errors: dict[str, JSON] = {
            _error_name(status): self.response(status, as_table(value))
            for status, value in self.settings.table("errors").items()
        }
        parameters: dict[str, JSON] = {
            name: self.parameter(as_table(value)) for name, value in self.settings.table("parameters").items()
        }
        parts: dict[str, dict[str, JSON]] = {
            "schemas": schemas,
            "responses": errors if self.settings.array("operations") else {},
            "parameters": parameters,
            "securitySchemes": self.settings.table("security_schemes"),
        }
        return {key: part for key, part in parts.items() if part}

    def tags(self) -> list[JSON]:
        """Return the Tag Objects: those of the settings, then what operations name besides."""
        tags: dict[str, JSON] = {}
        for value in self.settings.array("tags"):
            tags[str(as_table(value)["name"])] = renamed(as_table(value), TAG)
        for value in self.settings.array("operations"):
            for name in as_array(as_table(value).get("tags")):
                tags.setdefault(str(name), {"name": name})
        return list(tags.values())


def _reason_phrase(status: str) -> str:
    return _phrases().get(status, "Any other response" if status == "default" else f"A response with a status {status}")


def _error_name(status: str) -> str:
    phrase = _phrases().get(status)
    return camel(phrase) if phrase else f"Status{status[0].upper()}{status[1:]}"


@cache
def _phrases() -> Mapping[str, str]:
    """Return the reason phrases of HTTP by their status codes."""
    from http import HTTPStatus  # only settings with operations ask for it, and it takes longer than to join a document

    return {str(each.value): each.phrase for each in HTTPStatus}


__all__ = ["Settings", "Writing", "as_array", "as_table", "schema_locations", "setting_faults"]
