"""Shapes: what a Python programmer sees of a document, decided by datamodel-code-generator.

The only import of that tool. It is given a projection of the document, and its source and its metadata are
joined into records of ours: classes with fields and annotations, enums with members, aliases.
"""

from __future__ import annotations

import ast
import json
import tempfile
import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import astuple, dataclass
from itertools import starmap
from pathlib import Path
from typing import Any, TypeAlias, TypeVar

from codegen import names
from codegen.artifacts.models.projection import DEFINITION, Definition, Kind, Projection, projections
from codegen.cache import Cache
from codegen.findings import Finding, Place, Rejected, Rule
from codegen.ir import JSON, Document, Location, Subschema

SHAPE_FAILED = Rule("shape-failed", "Every object and enum of a schema can be given a Python shape.")
INVALID_PIN = Rule("invalid-pin", "A pinned name is a Python class name, given once, to a class or an enum.")

_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_TOGETHER = 50
"""Documents that the generator is given at once: each call of it costs as much as two documents."""


@dataclass(frozen=True, slots=True)
class ModelField:
    """One property of a class: its name in JSON and in Python, its base annotation, whether it is always there."""

    json_name: str
    name: str
    annotation: str
    required: bool


@dataclass(frozen=True, slots=True)
class Model:
    """One class: the JSON Pointer of its subschema, its name, and its own fields in the order of the schema.

    `bases` names the classes of the same document whose properties it has too, by `$ref` or `allOf`.
    """

    pointer: str
    name: str
    bases: tuple[str, ...]
    fields: tuple[ModelField, ...]


@dataclass(frozen=True, slots=True)
class EnumModel:
    """One enum: the JSON Pointer of its subschema, its name, its members as (Python name, JSON value)."""

    pointer: str
    name: str
    members: tuple[tuple[str, JSON], ...]


@dataclass(frozen=True, slots=True)
class Alias:
    """A name for a type that is neither class nor enum: a definition, the root, or what a `$ref` leads to."""

    pointer: str
    name: str
    annotation: str


@dataclass(frozen=True, slots=True)
class Shapes:
    """The shapes of one document, each kind in the order in which the document comes to them."""

    models: tuple[Model, ...] = ()
    enums: tuple[EnumModel, ...] = ()
    aliases: tuple[Alias, ...] = ()


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
        if projection.has_shapes:
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
            shown = Shapes(_only(Model, joined), _only(EnumModel, joined), _only(Alias, joined))
            found[document.location.document] = shown
            known.keep(key, _listed(astuple(shown)))
    return found


def _made_from(projection: Projection) -> JSON:
    """Return all that the shapes of a projection are made from."""
    definitions: list[JSON] = [
        [
            name,
            each.kind.name,
            each.location.pointer,
            *map(_listed, (each.keys, each.values, projection.names_of(each.bases))),
        ]
        for name, each in projection.definitions.items()
    ]
    return [dict(projection.schemas), definitions]


def _listed(value: Any) -> JSON:
    """Return tuples within tuples as lists within lists."""
    return [_listed(item) for item in value] if isinstance(value, tuple) else value


def _shapes_from(kept: JSON) -> Shapes:
    """Return shapes from their JSON."""
    models, enums, aliases = _tupled(kept)
    return Shapes(
        tuple(Model(pointer, name, bases, tuple(starmap(ModelField, f))) for pointer, name, bases, f in models),
        tuple(starmap(EnumModel, enums)),
        tuple(starmap(Alias, aliases)),
    )


def _tupled(value: Any) -> Any:
    return tuple(map(_tupled, value)) if isinstance(value, list) else value


Shape: TypeAlias = Model | EnumModel | Alias
_Kind = TypeVar("_Kind", Model, EnumModel, Alias)


def _only(kind: type[_Kind], joined: Iterable[Shape]) -> tuple[_Kind, ...]:
    return tuple(shape for shape in joined if isinstance(shape, kind))


def _pin_findings(document: Document, projection: Projection, pins: Mapping[str, str]) -> Iterator[Finding]:
    """Yield what is wrong with pins: no class name, given twice, or to no class or enum of the document."""
    named = {each.location.pointer for each in projection.definitions.values() if each.kind is not Kind.ALIAS}
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


def _joined_all(projected: Sequence[tuple[Document, Projection]]) -> Sequence[tuple[Shape, ...]]:
    """Return the shapes of each document, made together; each by itself if the generator can't do them together."""
    try:
        return _joined([projection for _, projection in projected])
    except _UnreadableError:
        if len(projected) > 1:
            return [_joined_all([one])[0] for one in projected]
        return [_one_by_one(*projected[0])]


def _one_by_one(document: Document, projection: Projection) -> tuple[Shape, ...]:
    """Return the classes and enums with each definition generated by itself, its fields unconstrained.

    So one definition that the generator can't read costs the others their annotations, and no name or field.
    """
    joined: list[Shape] = []
    findings = []
    for name, definition in projection.definitions.items():
        if definition.kind is Kind.ALIAS:
            continue
        try:
            joined.extend(_joined([projection.alone(name)])[0])
        except _UnreadableError as error:
            place = Place(document.path, pointer=definition.location.pointer)
            cure = "simplify the subschema, or report it with the schema as an issue of this generator"
            findings.append(Finding(SHAPE_FAILED, place, f"there is no Python shape for {name}: {error}", cure))
    if findings:
        raise Rejected(findings)
    return tuple(joined)


def _joined(projections: Sequence[Projection]) -> Sequence[tuple[Shape, ...]]:
    """Return the shapes of each projection; every definition is told apart from those of the others by its prefix."""
    prefixes = [f"D{index}_" for index in range(len(projections))]
    definitions = {
        prefix + name: _prefixed(schema, prefix)
        for prefix, projection in zip(prefixes, projections, strict=True)
        for name, schema in projection.schemas.items()
    }
    source, metadata = _generated({"$schema": _DIALECT, "$defs": definitions})
    made = _Made(ast.parse(source), metadata)
    if made.names != definitions.keys():
        raise _UnreadableError("what it made is not what was asked for")
    return [
        tuple(made.shape(definition, projection, prefix) for definition in projection.definitions.values())
        for prefix, projection in zip(prefixes, projections, strict=True)
    ]


def _prefixed(schema: JSON, prefix: str) -> JSON:
    """Return a definition's schema with its references to definitions prefixed."""
    if isinstance(schema, list):
        return [_prefixed(item, prefix) for item in schema]
    if not isinstance(schema, dict):
        return schema
    reference = schema.get("$ref")
    if isinstance(reference, str):
        return {"$ref": DEFINITION + prefix + reference.removeprefix(DEFINITION)}
    return {key: _prefixed(value, prefix) for key, value in schema.items()}


def _generated(schema: JSON) -> tuple[str, Mapping[str, Any]]:
    """Return the generator's source of dataclasses and its metadata for a schema."""
    # It costs 120 ms to import, so only who has a class or an enum pays for it.
    from datamodel_code_generator import generate
    from datamodel_code_generator.enums import DataModelType, InputFileType, NamingStrategy
    from datamodel_code_generator.format import PythonVersion

    with tempfile.TemporaryDirectory(prefix="triptych-") as folder, warnings.catch_warnings():
        # Its warnings speak of coming changes of its options, which are no matter of who wrote the schema.
        warnings.simplefilter("ignore")
        metadata = Path(folder) / "metadata.json"
        try:
            source = generate(
                json.dumps(schema),
                input_file_type=InputFileType.JsonSchema,
                output_model_type=DataModelType.DataclassesDataclass,
                emit_model_metadata=metadata,
                # No formatter: black and isort would be imported, and nobody sees this source.
                formatters=[],
                strict_refs=False,
                treat_dot_as_module=False,
                naming_strategy=NamingStrategy.FullPath,
                custom_class_name_generator=_as_given,
                # The root only holds the definitions; its own class would compete with one of them named `Model`.
                skip_root_model=True,
                capitalise_enum_members=True,
                use_standard_collections=True,
                use_union_operator=True,
                target_python_version=PythonVersion.PY_311,
                disable_timestamp=True,
            )
        except Exception as error:  # the tool raises whatever its parts raise; it ends in a finding
            raise _UnreadableError(f"datamodel-code-generator: {type(error).__name__}: {error}") from error
        return str(source), json.loads(metadata.read_text(encoding="utf-8"))


def _as_given(name: str) -> str:
    """Return the class name that the projection has chosen."""
    return name


def _bare(name: str) -> str:
    """Return a definition's name without the prefix of its projection."""
    return name.partition("_")[2]


class _Made:
    """What the generator made: its source as a tree, and its metadata by the definition that each came from."""

    def __init__(self, tree: ast.Module, metadata: Mapping[str, Any]) -> None:
        models = {str(model["source_ref"]).removeprefix(DEFINITION): model for model in metadata["models"]}
        self._models = {name: model for name, model in models.items() if name != "#"}
        self._classes = {node.name: node for node in tree.body if isinstance(node, ast.ClassDef)}
        self._aliases = {
            node.target.id: node.value
            for node in tree.body
            if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name)
        }
        imported = [each for node in tree.body if isinstance(node, ast.ImportFrom) for each in node.names]
        self._names = {each.asname: each.name for each in imported if each.asname is not None}
        self._names.update((str(model["class_name"]), _bare(name)) for name, model in self._models.items())

    @property
    def names(self) -> Set[str]:
        """Return the definitions that something was made of."""
        return self._models.keys()

    def shape(self, definition: Definition, projection: Projection, prefix: str) -> Shape:
        """Return the shape of one definition; an `_UnreadableError` if the parts do not fit together."""
        model = self._models[prefix + definition.name]
        made = str(model["class_name"])
        pointer = definition.location.pointer
        if definition.kind is Kind.ALIAS:
            return Alias(pointer, definition.name, self._alias(made))
        if made not in self._classes:
            raise _UnreadableError("it made no class of it")
        if definition.kind is Kind.ENUM:
            return EnumModel(pointer, definition.name, self._members(definition, self._classes[made]))
        bases = projection.names_of(definition.bases)
        return Model(pointer, definition.name, bases, self._fields(definition, model, self._classes[made]))

    def _alias(self, made: str) -> str:
        if made in self._classes:
            return self._names[made]
        value = self._aliases.get(made)
        if value is None:
            raise _UnreadableError("it made no alias of it")
        return self._annotation(value)

    def _fields(self, definition: Definition, model: Mapping[str, Any], node: ast.ClassDef) -> tuple[ModelField, ...]:
        """Return the fields in the order of the schema, metadata and source agreeing on what they are."""
        annotations = {
            each.target.id: each.annotation
            for each in node.body
            if isinstance(each, ast.AnnAssign) and isinstance(each.target, ast.Name)
        }
        rows = {str(row["original_name"]): row for row in model["fields"]}
        if rows.keys() != set(definition.keys) or {str(row["name"]) for row in rows.values()} != annotations.keys():
            raise _UnreadableError("its fields are not those of the schema")
        made = [str(rows[key]["name"]) for key in definition.keys]
        return tuple(
            ModelField(str(json_name), name, self._annotation(annotations[source]), bool(rows[key]["required"]))
            for json_name, key, source, name in zip(
                definition.values, definition.keys, made, _allowed(made, definition.keys), strict=True
            )
        )

    def _members(self, definition: Definition, node: ast.ClassDef) -> tuple[tuple[str, JSON], ...]:
        """Return the members in the order of the schema, with its values in place of the keys."""
        found: dict[object, str] = {}
        for each in node.body:
            if isinstance(each, ast.Assign) and isinstance(each.targets[0], ast.Name):
                found[ast.literal_eval(each.value)] = each.targets[0].id
        if found.keys() != set(definition.keys):
            raise _UnreadableError("its members are not those of the schema")
        # Where two members would have one name it gives the second in lower case.
        made = _allowed([found[key].upper() for key in definition.keys], definition.keys)
        return tuple(zip(made, definition.values, strict=True))

    def _annotation(self, expression: ast.expr) -> str:
        return ast.unparse(_Renamed(self._names).visit(expression))


class _Renamed(ast.NodeTransformer):
    """An annotation with the names of our records, and with forward references that were quoted unquoted."""

    def __init__(self, renamed: Mapping[str, str]) -> None:
        self._renamed = renamed

    def visit_Name(self, node: ast.Name) -> ast.expr:
        return ast.Name(self._renamed.get(node.id, node.id), node.ctx)

    def visit_Constant(self, node: ast.Constant) -> ast.expr:
        if not isinstance(node.value, str):
            return node
        quoted: ast.expr = ast.parse(node.value, mode="eval").body
        visited: ast.expr = self.visit(quoted)
        return visited


def _allowed(made: Sequence[str], keys: Sequence[str]) -> Sequence[str]:
    """Return the names as made; the keys (which differ, and are allowed) if the generator broke the rules for names."""
    legal = all(names.is_attribute_name(name) for name in made)
    return made if legal and len(set(made)) == len(made) else keys
