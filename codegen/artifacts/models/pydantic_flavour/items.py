"""The values that the templates of the pydantic flavour print."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from .... import names
from ....escapes import Code, code, join
from ....escapes.python import identifier, literal
from ....findings import Finding, Place, Rejected, Rule
from ....ir import ClassShape, Document, EnumShape, FieldShape, Item, Location, ModuleCode, Package
from ....records import dataclass
from .. import docstrings
from ..modules import Modules, in_import_order
from .annotations import Types
from .generator import Made, UnreadableError, made
from .projection import OTHERS, Definition, Member, Projection, project

FAILED = Rule("flavour-failed", "The classes of every schema can be made as pydantic models.")

_HELP = "leave the flavour out, or report it with the schema as an issue of this generator"

_ANYTHING = "object"


@dataclass(frozen=True, slots=True)
class FieldText:
    """One field as the template prints it; `doc` is plain text, `default` what stands behind the annotation."""

    name: Code
    annotation: Code
    default: Code
    doc: str


@dataclass(frozen=True, slots=True)
class ModelText:
    """One model as the template prints it: `decode` is what validates, in the module of the dataclasses.

    `others` is the type of the properties without a field, "" if nothing is known about it.
    """

    name: Code
    base: Code
    doc: str
    decode: Code
    others: Code
    fields: tuple[FieldText, ...]


def loose(package: Package) -> Mapping[str, tuple[str, ...]]:
    """Return by URI the pointers of subschemas whose validity depends on the dynamic scope.

    A `$dynamicRef` is below them.
    """
    above: dict[Location, list[Location]] = {}
    pending: list[Location] = []
    for location, subschema in package.subschemas.items():
        for keyword in subschema.keywords.values():
            targets = [keyword.target] if keyword.target is not None else []
            for at in (*(at for _, at in keyword.schemas), *targets):
                above.setdefault(at, []).append(location)
            if keyword.name == "$dynamicRef" and keyword.value is not None:
                pending.append(location)
    locations: dict[Location, None] = {}
    while pending:
        location = pending.pop()
        if location not in locations:
            locations[location] = None
            pending += above.get(location, ())
    by_uri: dict[str, list[str]] = {}
    for location in sorted(locations):
        by_uri.setdefault(location.document, []).append(location.pointer)
    return {uri: tuple(pointers) for uri, pointers in by_uri.items()}


def run(package: Package) -> Item:
    """Return the item of the flavour's own `__init__`: the models and enums with a unique name, and the modules."""
    public = [each for each in package.documents if each.public and each.location.document in package.modules]
    names_and_modules = [(name, document.module) for document in public for name in exported(package, document)]
    counts = Counter([*(name for name, _ in names_and_modules), *(document.module for document in public)])
    shapes = sorted((identifier(name), identifier(module)) for name, module in names_and_modules if counts[name] == 1)
    documents = [identifier(document.module) for document in public]
    return {"documents": documents, "shapes": shapes, "imports": in_import_order(shapes)}


def exported(package: Package, document: Document) -> list[str]:
    """Return the names of a document's models and enums."""
    root = root_name(package, document)
    exports = [shape.name for shape in _shapes(package, document.location.document)]
    return exports if root in exports else [*exports, root]


def root_name(package: Package, document: Document) -> str:
    """Return the name of the model of a document's root: a class of its shapes, or a RootModel beside them."""
    shape = package.shapes.get(document.location)
    if isinstance(shape, ClassShape) and package.annotations.get(document.location) == shape.name:
        return shape.name
    taken = names.Taken(each.name for each in _shapes(package, document.location.document))
    title = package.subschemas[document.location].value("title")
    wanted = title if isinstance(title, str) and names.camel(title) else document.module
    return taken.claim(names.class_name(f"{wanted} root", "Root"))


def _shapes(package: Package, uri: str) -> list[ClassShape | EnumShape]:
    """Return the classes and enums that the module of dataclasses of a document has."""
    made = package.modules[uri]
    return [package.shapes[location] for location in (*made.classes, *made.enums)]


def module(index: Modules, item: Item) -> Item:
    """Return what the module of a document's pydantic models shows; raises Rejected."""
    document = item["document"]
    if not isinstance(document, Document):
        raise TypeError("the item does not belong to a document")
    try:
        return {**item, **_module(index, document)}
    except UnreadableError as error:
        message = f"datamodel-code-generator made no pydantic models of {document.path}: {error}"
        raise Rejected([Finding(FAILED, Place(document.path), message, _HELP)]) from error


def _module(index: Modules, document: Document) -> Item:
    package = index.package
    made = package.modules[document.location.document]
    root = root_name(package, document)
    shapes = {
        shape.name: shape for shape in _shapes(package, document.location.document) if isinstance(shape, ClassShape)
    }
    definitions = [_definition(shape, made) for shape in shapes.values()]
    if root not in shapes:
        definitions.append(Definition(root, root=made.root.annotation))
    projection = project(definitions)
    generated, types = _generated(index, document, projection)
    models = [
        _model(package, shapes.get(each.name), each, generated[key], types) for key, each in projection.models.items()
    ]
    return {
        "path": document.path,
        "doc": docstrings.module(package.subschemas[document.location], document.path),
        "enums": sorted(identifier(package.shapes[location].name) for location in made.enums),
        "uses_literal": any(_uses_literal(model) for model in models),
        "imports": _imports(made, projection),
        "names": [literal(name) for name in sorted([*exported(package, document), "root"])],
        "models": models,
        "root": identifier(root),
    }


def _definition(shape: ClassShape, code_of: ModuleCode) -> Definition:
    fields = names.pydantic_names([field.name for field in shape.fields])
    members = [Member(name, field.annotation, field.required) for name, field in zip(fields, shape.fields, strict=True)]
    others = code_of.classes[shape.location].additional
    if others not in ("", _ANYTHING):
        members.append(Member(OTHERS, others, True))
    return Definition(shape.name, tuple(members))


def _fields(shape: ClassShape) -> list[tuple[str, FieldShape]]:
    """Return the fields of a class by their names in the model; pydantic refuses an alias with a lone surrogate."""
    fields = [field for field in shape.fields if not _SURROGATE.search(field.json_name)]
    return list(zip(names.pydantic_names([field.name for field in fields]), fields, strict=True))


_SURROGATE = re.compile("[\ud800-\udfff]")


def _imports(code_of: ModuleCode, projection: Projection) -> list[tuple[Code, Code]]:
    """Return the modules that the types name, each with its name there."""
    used = {name.partition(".")[0] for name in projection.references.values() if "." in name}
    return [(identifier(module), identifier(alias)) for module, alias in code_of.imports.items() if alias in used]


def _generated(index: Modules, document: Document, projection: Projection) -> tuple[Mapping[str, Made], Types]:
    """Return what the generator made for each definition, and what prints its types; raises UnreadableError."""
    generated, imported = made(projection.schema)
    for key, each in projection.models.items():
        wanted = {member.name for member in each.members}
        if key not in generated or (not each.root and generated[key].fields.keys() != wanted):
            raise UnreadableError(f"it made other fields for {each.name}")
    enums, loose = set(), set()
    for name, shape in _named(index, document):
        if isinstance(shape, EnumShape):
            enums.add(name)
        elif shape.location.pointer in index.loose.get(shape.location.document, ()):
            loose.add(name)
    return generated, Types(projection, imported, frozenset(enums), frozenset(loose))


def _uses_literal(model: ModelText) -> bool:
    """Return whether a type of a model is a `Literal`; the names of classes never hold a bracket."""
    return any("Literal[" in annotation for annotation in (model.others, *(field.annotation for field in model.fields)))


def _named(index: Modules, document: Document) -> Iterator[tuple[str, ClassShape | EnumShape]]:
    """Yield the classes and enums that a module can name, each with its name there."""
    uri = document.location.document
    yield from ((shape.name, shape) for shape in _shapes(index.package, uri))
    for module, alias in index.package.modules[uri].imports.items():
        yield from ((f"{alias}.{shape.name}", shape) for shape in _shapes(index.package, index.uris[module]))


def _model(package: Package, shape: ClassShape | None, each: Definition, generated: Made, types: Types) -> ModelText:
    name = identifier(each.name)
    if shape is None:
        anything = Code("dict[str, _pydantic.Any]")  # what the generator makes of any object
        annotation = anything if generated.root is None else types.printed(generated.root)
        value = FieldText(Code("root"), annotation, Code(""), "")
        return ModelText(name, Code("_pydantic.Root"), "The whole document.", Code("decode"), Code(""), (value,))
    fields = tuple(
        _field(package, field, name, types.printed(generated.fields[name])) for name, field in _fields(shape)
    )
    others = types.printed(generated.fields[OTHERS]) if OTHERS in generated.fields else Code("")
    decode = code("{name}.from_dict", name=name)
    return ModelText(name, Code("_pydantic.Model"), docstrings.class_(package, shape), decode, others, fields)


def _field(package: Package, field: FieldShape, name: str, annotation: Code) -> FieldText:
    is_nullable = not field.required and field.default != "None"
    if is_nullable:
        annotation = code("{annotation} | _pydantic.Absent", annotation=annotation)
    default = _default(list(_arguments(field, name, is_nullable)), len(name) + len(annotation))
    return FieldText(identifier(name), annotation, default, docstrings.field(package, replace(field, name=name)))


def _default(arguments: Sequence[Code], before: int) -> Code:
    """Return what stands behind an annotation; on lines of its own if that and what stands before it are too long."""
    if not arguments:
        return Code("")
    printed = code(" = _pydantic.Field({arguments})", arguments=join(", ", arguments))
    if before + len(printed) <= _LINE:
        return printed
    return code(" = _pydantic.Field(\n        {arguments}\n    )", arguments=join(", ", arguments))


_LINE = 114  # what has room on a line of 120 beside the indent and the colon


def _arguments(field: FieldShape, name: str, is_nullable: bool) -> Iterator[Code]:
    """Yield what a field's declaration says: what it is if the property is not there, and its name in JSON."""
    if not field.required:
        yield Code("default=_pydantic.ABSENT" if is_nullable else "default=None")
    if field.json_name != name:
        yield code("alias={alias}", alias=literal(field.json_name))
    if not field.required:
        yield Code("exclude_if=_pydantic.is_absent" if is_nullable else "exclude_if=_pydantic.is_none")
