"""The JSON Schemas that a package carries for run time: what stands at each place of its documents, in 2020-12."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import count

from ...ir import JSON, Location, Package
from ...render.schema_objects import components


def by_module(package: Package) -> Mapping[str, dict[str, JSON]]:
    """Return by module what its document has: schemas by names that are unique in the package, and who has which.

    `root` is the name of the whole document's, `classes` those of classes and enums, and `elsewhere` gives the modules
    of those that are referred to and stand in another one. Before a name, a reference has the text of `references`,
    with which no text of any document begins.
    """
    modules = {uri: package.by_uri[uri].module for uri in package.modules}
    before = _unlike(package)
    made = components(package, [*package.shapes, *map(Location, modules)], before)
    names = {location: name for location, name in made.by_location.items() if location.document in modules}
    owners = {name: modules[scoped.location.document] for scoped, name in made.names.items()}
    found: dict[str, dict[str, JSON]] = {}
    for uri, module in modules.items():
        schemas = {name: _without_dialect(schema) for name, schema in made.schemas.items() if owners[name] == module}
        others = {name for name in _referred(schemas, before) if owners[name] != module}
        classes: dict[str, JSON] = {
            shape.name: names[location] for location, shape in package.shapes.items() if location.document == uri
        }
        elsewhere: dict[str, JSON] = {name: owners[name] for name in sorted(others)}
        root = names[Location(uri)]
        about: dict[str, JSON] = {"references": before, "root": root, "classes": classes, "elsewhere": elsewhere}
        found[module] = {**about, "schemas": schemas}
    return found


def _without_dialect(schema: JSON) -> JSON:
    """Return a schema without the dialect that its document is written in: this one is in 2020-12."""
    if isinstance(schema, dict):
        return {keyword: value for keyword, value in schema.items() if keyword != "x-schema"}
    return schema


def _unlike(package: Package) -> str:
    """Return a text with which no text of the documents begins, instances that look like references among them."""
    texts = {text for document in package.documents for text in _texts(document.content)}
    tries = (f"schema{number or ''}:" for number in count())
    return next(each for each in tries if not any(text.startswith(each) for text in texts))


def _texts(value: JSON) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for item in value.values() if isinstance(value, dict) else value:
            yield from _texts(item)


def _referred(schemas: Mapping[str, JSON], before: str) -> Iterator[str]:
    """Yield the names that the schemas refer to."""
    for schema in schemas.values():
        yield from (text.removeprefix(before) for text in _texts(schema) if text.startswith(before))
