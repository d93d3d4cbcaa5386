"""The values that the templates of the models print."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from ...escapes import Code, code
from ...escapes.python import identifier, literal, raw_lines
from ...ir import JSON, ClassCode, ClassShape, Document, EnumShape, Item, Location, ModuleCode, Package, Prepared
from ...records import dataclass
from . import docstrings, schema_texts, table_text
from .modules import Modules, in_import_order

_RUNTIME = Path(__file__).parents[2] / "runtime"


@dataclass(frozen=True, slots=True)
class FieldText:
    """One field as the template prints it; `doc` is plain text, `default` what stands behind the annotation."""

    name: Code
    annotation: Code
    default: Code
    doc: str


@dataclass(frozen=True, slots=True)
class ClassText:
    """One dataclass as the template prints it."""

    name: Code
    doc: str
    fields: tuple[FieldText, ...]
    code: ClassCode
    members: Code


@dataclass(frozen=True, slots=True)
class EnumText:
    """One enum as the template prints it: members as (name, literal)."""

    name: Code
    base: Code
    doc: str
    members: tuple[tuple[Code, Code], ...]


def prepare(package: Package, settings: Mapping[str, JSON]) -> Prepared:
    """Return the items of the templates: one for the package, a module and its table for each document, the runtime."""
    documents = [document for document in package.documents if document.location.document in package.modules]
    modules: list[Item] = [{"document": each, "module": identifier(each.module)} for each in documents]
    names = sorted(identifier(document.module) for document in documents)
    has_schemas = settings["schemas"] is True
    flavours = settings.get("flavours", [])
    flavours = flavours if isinstance(flavours, list | tuple) else []
    loads = Code("loads_auto" if settings["json"] == "auto" else "loads")
    carried = schema_texts.by_module(package) if has_schemas else {}
    index = Modules(
        package,
        settings["frozen"] is True,
        loads,
        is_checked=settings.get("validate") == "init",
        is_filled=settings.get("apply_defaults") is True,
        has_string_enums=settings.get("string_enums") is True,
        has_schemas=has_schemas,
        schemas=carried,
    )
    runtime = list(_runtime(_RUNTIME))
    items: dict[str, Sequence[Item]] = {
        "run": [_run(package, names if has_schemas else [])],
        "distribution": [_distribution(package, settings, flavours, has_schemas=has_schemas and bool(names))],
        "module": modules,
        "table": modules,
        "tables": [{"modules": names}],
        "schemas": modules if has_schemas else [],
        "schemas_run": [{}] if has_schemas else [],
        "runtime": runtime,
    }
    made = Prepared(items, {"module": module, "table": table, "schemas": schemas}, index)
    return _with_pydantic(made, index, is_on="pydantic" in flavours)


def _run(package: Package, schema_modules: Sequence[Code]) -> Item:
    """Return what the package itself shows."""
    shapes = _exported(package)
    return {
        "documents": [identifier(document.module) for document in package.documents if document.public],
        "shapes": shapes,
        "imports": in_import_order(shapes),
        "schema_modules": schema_modules,
    }


def _distribution(
    package: Package, settings: Mapping[str, JSON], flavours: Sequence[JSON], *, has_schemas: bool
) -> Item:
    """Return what the files beside the package show: nothing of a single schema, so that these change for none."""
    return {
        "name": package.name,
        "version": settings["version"],
        "distribution": str(settings["distribution"]) or package.name,
        "flavours": flavours,
        "is_frozen": settings["frozen"] is True,
        "has_schemas": has_schemas,
    }


def _with_pydantic(made: Prepared, index: Modules, *, is_on: bool) -> Prepared:
    """Return the items with those of the pydantic flavour, none if it is off: then nothing of it is imported."""
    names = ("pydantic_run", "pydantic_module", "pydantic_runtime")
    if not is_on:
        return replace(made, items={**made.items, **{name: [] for name in names}})
    from .pydantic_flavour import items

    runtime = list(_runtime(_RUNTIME / "pydantic_models"))
    flavour = dict(zip(names, ([items.run(index.package)], made.items["module"], runtime), strict=True))
    complete = {**made.complete, "pydantic_module": items.module}
    uris = {document.module: document.location.document for document in index.package.documents}
    return Prepared({**made.items, **flavour}, complete, replace(index, uris=uris, loose=items.loose(index.package)))


def _exported(package: Package) -> list[tuple[Code, Code]]:
    """Return the classes and enums that the package itself offers, as (name, module): those of a unique name."""
    public = {document.location.document: document.module for document in package.documents if document.public}
    shapes = [shape for shape in package.shapes.values() if shape.location.document in public]
    counts = Counter([*(shape.name for shape in shapes), *public.values()])
    return sorted(
        (identifier(shape.name), identifier(public[shape.location.document]))
        for shape in shapes
        if counts[shape.name] == 1
    )


def _runtime(folder: Path) -> Iterator[Item]:
    """Yield the files of the runtime as they are: they are modules of ours, not templates."""
    for file in sorted(folder.glob("_*.py")):
        if file.name != "__init__.py":
            yield {"file": file.name, "source": Code(file.read_text(encoding="utf-8"))}


def module(index: Modules, item: Item) -> Item:
    """Return what the module of a document shows."""
    package, document = index.package, _document(item)
    made = package.modules[document.location.document]
    classes = [_class(package, location, class_code) for location, class_code in made.classes.items()]
    enums = [_enum(package, location, has_strings=index.has_string_enums) for location in made.enums]
    return {
        **item,
        "package": package,
        "path": document.path,
        "doc": docstrings.module(package.subschemas[document.location], document.path),
        "code": made,
        "classes": classes,
        "enums": enums,
        "names": [literal(name) for name in _public_names(classes, enums, has_schemas=index.has_schemas)],
        "frozen": index.frozen,
        "class_bases": Code("_model.Checked, " * index.is_checked + "_model.Filled, " * index.is_filled),
        "decoded": Code("_model.apply_defaults(value)" if index.is_filled else "value"),
        "enum_bases": Code(", ".join(sorted({each.base for each in enums}))),
        "loads": index.loads,
        "has_schemas": index.has_schemas,
        **_imports(made, classes, uses_model=bool(classes) or index.is_filled),
    }


def table(index: Modules, item: Item) -> Item:
    """Return what the module with a document's table of problems shows."""
    document = _document(item)
    made = index.package.modules[document.location.document]
    given = {code.problems.partition("/")[2]: _defaults(index.package, at) for at, code in made.classes.items()}
    defaults: dict[str, JSON] = {name: dict(values) for name, values in given.items() if values}
    return {
        **item,
        "path": document.path,
        "table": raw_lines(table_text.laid_out(json.loads(made.problems))),
        "defaults": raw_lines(table_text.laid_out(defaults)) if defaults else Code(""),
    }


def _defaults(package: Package, location: Location) -> dict[str, JSON]:
    """Return what the schema gives as default for properties of a class, by their names in JSON."""
    shape = package.shapes[location]
    fields = shape.fields if isinstance(shape, ClassShape) else ()
    subschemas = {field.json_name: docstrings.described(package, field) for field in fields if not field.required}
    return {name: each.value("default") for name, each in subschemas.items() if "default" in each.keywords}


def schemas(index: Modules, item: Item) -> Item:
    """Return what the module with a document's JSON Schemas shows."""
    document = _document(item)
    text = table_text.laid_out(index.schemas[document.module])
    return {**item, "path": document.path, "schemas": raw_lines(text)}


def _document(item: Item) -> Document:
    document = item["document"]
    if not isinstance(document, Document):
        raise TypeError("the item does not belong to a document")
    return document


def _public_names(classes: Sequence[ClassText], enums: Sequence[EnumText], *, has_schemas: bool) -> list[str]:
    functions = ["decode", "decode_lines", "dumps", "encode", "is_valid", "loads", "problems"]
    functions += [*(["json_schema"] if has_schemas else []), *(["apply_defaults", "replace"] if classes else [])]
    return sorted([*(each.name for each in classes), *(each.name for each in enums), "DecodeError", *functions])


def _class(package: Package, location: Location, made: ClassCode) -> ClassText:
    shape = package.shapes[location]
    if not isinstance(shape, ClassShape):
        raise TypeError(f"there is no class at {location}")
    fields = tuple(
        FieldText(
            name=identifier(field.name),
            annotation=Code(field.annotation),
            default=code(" = {default}", default=Code(field.default)) if field.default else Code(""),
            doc=docstrings.field(package, field),
        )
        for field in shape.fields
    )
    return ClassText(identifier(shape.name), docstrings.class_(package, shape), fields, made, Code(made.members))


def _enum(package: Package, location: Location, *, has_strings: bool) -> EnumText:
    shape = package.shapes[location]
    if not isinstance(shape, EnumShape):
        raise TypeError(f"there is no enum at {location}")
    members = tuple((identifier(name), literal(value)) for name, value in shape.members)
    is_string = has_strings and all(isinstance(value, str) for _, value in shape.members)
    base = Code("StrEnum" if is_string else "Enum")
    return EnumText(identifier(shape.name), base, docstrings.enum(package, shape), members)


def _imports(made: ModuleCode, classes: Sequence[ClassText], *, uses_model: bool) -> Item:
    """Return the import lines that a module needs."""
    used = {*made.names, "DecodeError", *([names for _, names in _OF_OBJECTS] if classes else [])}
    return {
        "runtime": _imported(sorted(_runtime_modules(made, uses_model=uses_model))),
        "standard": [Code(f"import {name}") for name in ("datetime", "re") if name in made.names],
        "types": list(_imports_of_types(made.names)),
        "taken": [(Code(module), Code(name)) for module, name in _TAKEN if name in used],
        "uses_literal": "Literal" in made.names,
        "field_import": Code(", field" if any(each.code.additional for each in classes) else ""),
    }


_OF_OBJECTS = (("_model", "apply_defaults, replace"),)
_TAKEN = (("_errors", "DecodeError"), ("_json", "quoted"), ("_lazy", "Any"), *_OF_OBJECTS)
"""What modules import by its name from a module of the runtime."""


def _runtime_modules(made: ModuleCode, *, uses_model: bool) -> set[str]:
    """Return the modules of the runtime that a module uses: its functions, its fields, and the template."""
    used = {*made.runtime, "_errors", "_fallback", "_json"}
    if uses_model:
        used.add("_model")
    if "Literal" in made.names or made.imports:
        used.add("_lazy")
    return used


def _imported(names: Sequence[str]) -> Code:
    """Return the names behind `from . import`, as linters break lines."""
    line = ", ".join(names)
    if len(line) <= 106:
        return Code(line)
    listed = "".join([f"    {name},\n" for name in names])
    return Code(f"(\n{listed})")


def _imports_of_types(names: Collection[str]) -> Iterator[Code]:
    for module, types in (("ipaddress", ("IPv4Address", "IPv6Address")), ("uuid", ("UUID",))):
        used = [name for name in types if name in names]
        if used:
            yield Code(f"from {module} import {', '.join(used)}")
