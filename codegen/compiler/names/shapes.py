"""Shapes: what a Python programmer sees of a document, decided by datamodel-code-generator.

The only import of that tool. It is given a projection of the document, and the names that it finds are joined with
that into records of ours: classes with fields, enums with members.
"""

from __future__ import annotations

import ast
import json
import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass
from itertools import starmap
from typing import Any

from ... import names
from ...findings import Finding, Place, Rejected, Rule
from ...incremental.cache import Cache
from ...ir import JSON, Document, Location, Subschema
from ...schema.vocabulary import DRAFT_2020_12
from .projection import Definition, Kind, Projection, projections

SHAPE_FAILED = Rule("shape-failed", "Every object and enum of a schema can be given a Python shape.")
INVALID_PIN = Rule("invalid-pin", "A pinned name is a Python class name, given once, to a class or an enum.")

_DEFINITION = "#/$defs/"
_TOGETHER = 50
"""Documents that the generator is given at once: each call of it costs as much as two documents."""


@dataclass(frozen=True, slots=True)
class ModelField:
    """One property of a class: its name in JSON and in Python."""

    json_name: str
    name: str


@dataclass(frozen=True, slots=True)
class Model:
    """One class: the JSON Pointer of its subschema, its name, and its own fields in the order of the schema."""

    pointer: str
    name: str
    fields: tuple[ModelField, ...]


@dataclass(frozen=True, slots=True)
class EnumModel:
    """One enum: the JSON Pointer of its subschema, its name, its members as (Python name, JSON value)."""

    pointer: str
    name: str
    members: tuple[tuple[str, JSON], ...]


@dataclass(frozen=True, slots=True)
class Shapes:
    """The shapes of one document, each kind in the order in which the document comes to them."""

    models: tuple[Model, ...] = ()
    enums: tuple[EnumModel, ...] = ()


def shapes(
    documents: Sequence[Document],
    subschemas: Mapping[Location, Subschema],
    pins: Mapping[str, Mapping[str, str]],
    cache: Cache | None = None,
) -> dict[str, Shapes]:
    """Return the shapes of the documents by URI; `pins` gives class names by path, and then by JSON Pointer.

    Documents without a class or an enum, and those that the `cache` has, cost no import of the generator.
    Raises `Rejected` for a pin that can't be kept, or a subschema for which the generator has no shape.
    """
    known = cache or Cache()
    found = {document.location.document: Shapes() for document in documents}
    waiting: list[tuple[Document, Projection, str]] = []
    wrong: list[Finding] = []
    for document, projection in projections(documents, subschemas, pins):
        wrong += _pin_findings(document, projection, pins.get(document.path, {}))
        if projection:
            key = known.key("shapes", _made_from(projection))
            kept = known.find(key)
            if isinstance(kept, list):
                found[document.location.document] = _shapes_from(kept)
            else:
                waiting.append((document, projection, key))
    if wrong:
        raise Rejected(wrong)
    for start in range(0, len(waiting), _TOGETHER):
        some = waiting[start : start + _TOGETHER]
        every = _joined_all([(document, projection) for document, projection, _ in some])
        for (document, _, key), joined in zip(some, every, strict=True):
            found[document.location.document] = joined
            known.keep(key, _listed(astuple(joined)))
    return found


def _made_from(projection: Projection) -> JSON:
    """Return all that the shapes of a projection are made from."""
    return [
        [each.name, each.kind.name, each.location.pointer, _listed(each.keys), _listed(each.values)]
        for each in projection
    ]


def _listed(value: Any) -> JSON:
    """Return tuples within tuples as lists within lists."""
    return [_listed(item) for item in value] if isinstance(value, tuple) else value


def _shapes_from(kept: JSON) -> Shapes:
    """Return shapes from their JSON."""
    models, enums = _tupled(kept)
    return Shapes(
        tuple(Model(pointer, name, tuple(starmap(ModelField, fields))) for pointer, name, fields in models),
        tuple(starmap(EnumModel, enums)),
    )


def _tupled(value: Any) -> Any:
    return tuple(map(_tupled, value)) if isinstance(value, list) else value


def _pin_findings(document: Document, projection: Projection, pins: Mapping[str, str]) -> Iterator[Finding]:
    """Yield what is wrong with pins: no class name, given twice, or to no class or enum of the document."""
    named = {each.location.pointer for each in projection}
    given = list(pins.values())
    for pointer, name in pins.items():
        place = Place(document.path, pointer=pointer)
        if not names.is_class_name(name):
            message = f"{name!r} is no name for a class"
            yield Finding(INVALID_PIN, place, message, f"pin a name such as {names.class_name(name, 'Model')}")
        elif given.count(name) > 1:
            yield Finding(INVALID_PIN, place, f"{name!r} is pinned twice", "pin two different names")
        elif pointer not in named and pointer != "":
            cure = "pin a subschema with `properties` or with `enum`, or delete the pin"
            yield Finding(INVALID_PIN, place, f"there is no class or enum to be named {name}", cure)


class _UnreadableError(Exception):
    """What the generator made can't be joined with what it was given, or it made nothing."""


def _joined_all(projected: Sequence[tuple[Document, Projection]]) -> Sequence[Shapes]:
    """Return the shapes of each document, made together; each by itself if the generator can't do them together."""
    try:
        return _joined([projection for _, projection in projected])
    except _UnreadableError:
        if len(projected) > 1:
            return [_joined_all([one])[0] for one in projected]
        return [_one_by_one(*projected[0])]


def _one_by_one(document: Document, projection: Projection) -> Shapes:
    """Return the classes and enums with each definition generated by itself; raises Rejected with all that can't be."""
    made: list[Shapes] = []
    findings = []
    for definition in projection:
        try:
            made += _joined([[definition]])
        except _UnreadableError as error:
            place = Place(document.path, pointer=definition.location.pointer)
            cure = "simplify the subschema, or report it with the schema as an issue of this generator"
            message = f"there is no Python shape for {definition.name}: {error}"
            findings.append(Finding(SHAPE_FAILED, place, message, cure))
    if findings:
        raise Rejected(findings)
    return Shapes(
        tuple(model for each in made for model in each.models),
        tuple(enum for each in made for enum in each.enums),
    )


def _joined(projections: Sequence[Projection]) -> Sequence[Shapes]:
    """Return the shapes of each projection; every definition is told apart from those of the others by its prefix."""
    named = [
        {f"D{index}_{definition.name}": definition for definition in projection}
        for index, projection in enumerate(projections)
    ]
    definitions: dict[str, JSON] = {name: each.schema for some in named for name, each in some.items()}
    made = _generated({"$schema": DRAFT_2020_12, "$defs": definitions})
    if made.keys() != definitions.keys():
        raise _UnreadableError("what it made is not what was asked for")
    return [_shapes([(each, made[name]) for name, each in some.items()]) for some in named]


def _generated(schema: JSON) -> Mapping[str, Mapping[str, str]]:
    """Return for each definition of a schema what the generator calls its fields or members, by their keys."""
    # It costs 500 ms to import, so only who has a class or an enum pays for it.
    from datamodel_code_generator.enums import DataModelType, NamingStrategy
    from datamodel_code_generator.model import get_data_model_types
    from datamodel_code_generator.parser.jsonschema import JsonSchemaParser

    types = get_data_model_types(DataModelType.DataclassesDataclass)
    with warnings.catch_warnings():
        # Its warnings speak of coming changes of its options, which are no matter of who wrote the schema.
        warnings.simplefilter("ignore")
        try:
            parser = JsonSchemaParser(
                json.dumps(schema),
                data_model_type=types.data_model,
                data_model_root_type=types.root_model,
                data_model_field_type=types.field_model,
                data_type_manager_type=types.data_type_manager,
                naming_strategy=NamingStrategy.FullPath,
                custom_class_name_generator=_as_given,
                # The root only holds the definitions; its own class would compete with one of them named `Model`.
                skip_root_model=True,
                capitalise_enum_members=True,
            )
            # What it has read has its names; to go on to `parse`, for annotations and a source, costs as much again.
            parser.parse_raw()
        except Exception as error:  # the tool raises whatever its parts raise; it ends in a finding
            raise _UnreadableError(f"datamodel-code-generator: {type(error).__name__}: {error}") from error
    return {
        model.path.removeprefix(_DEFINITION): {_key(field): str(field.name) for field in model.fields}
        for model in parser.results
    }


def _key(field: Any) -> str:
    """Return the property that a field is of, or the value of a member, which the generator has as a literal."""
    return str(ast.literal_eval(str(field.default)) if field.original_name is None else field.original_name)


def _as_given(name: str) -> str:
    """Return the class name that the projection has chosen."""
    return name


def _shapes(made: Sequence[tuple[Definition, Mapping[str, str]]]) -> Shapes:
    """Return the shapes of definitions with the names by key; raises `_UnreadableError` if these do not fit."""
    return Shapes(
        tuple(
            Model(each.location.pointer, each.name, tuple(starmap(ModelField, _named(each, names))))
            for each, names in made
            if each.kind is Kind.CLASS
        ),
        tuple(
            EnumModel(each.location.pointer, each.name, tuple((name, value) for value, name in _named(each, names)))
            for each, names in made
            if each.kind is Kind.ENUM
        ),
    )


def _named(definition: Definition, made: Mapping[str, str]) -> Iterator[tuple[Any, str]]:
    """Yield what the fields or members stand for with their names, in the order of the schema."""
    if made.keys() != set(definition.keys):
        raise _UnreadableError("what it made of it is not what the schema has")
    spelled = [made[key] for key in definition.keys]
    if definition.kind is Kind.ENUM:
        # Where two members would have one name it gives the second in lower case.
        spelled = [name.upper() for name in spelled]
    yield from zip(definition.values, _allowed(spelled, definition.keys), strict=True)


def _allowed(made: Sequence[str], keys: Sequence[str]) -> Sequence[str]:
    """Return the names as made; the keys (which differ, and are allowed) if the generator broke the rules for names."""
    legal = all(names.is_attribute_name(name) for name in made)
    return made if legal and len(set(made)) == len(made) else keys
