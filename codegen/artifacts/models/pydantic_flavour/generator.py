"""The types of fields that datamodel-code-generator makes of a projection, by definition, as expressions.

The only import of that tool, and only where this flavour is switched on. What it writes is parsed and read by a narrow
grammar; nothing of its text is ever printed.
"""

from __future__ import annotations

import ast
import warnings
from collections.abc import Iterator, Mapping
from dataclasses import field

from ....ir import JSON
from ....records import dataclass


class UnreadableError(Exception):
    """What the generator made does not match the projection, or it made nothing."""


@dataclass(frozen=True, slots=True)
class Made:
    """One class as the generator made it: its fields' types by property, or the type of a RootModel's value.

    A name in a type is a key of the projection, or one of `imported` with where it is from.
    """

    fields: Mapping[str, ast.expr] = field(default_factory=dict)
    root: ast.expr | None = None


def made(schema: dict[str, JSON]) -> tuple[Mapping[str, Made], Mapping[str, str]]:
    """Return the classes by definition, and what the names that they import stand for; raises UnreadableError."""
    classes: dict[str, Made] = {}
    imported: dict[str, str] = {}
    for node in ast.parse(_source(schema)).body:
        match node:
            case ast.ImportFrom(str(module), names, 0):
                imported.update((name.asname or name.name, f"{module}.{name.name}") for name in names)
            case ast.ClassDef(name, [base], [], body, []):
                classes[name] = _class(base, body)
            case ast.Expr(ast.Call(ast.Attribute(ast.Name(_), "model_rebuild"), [], [])):
                pass  # a module of ours does without: pydantic completes a class when it is first used
            case _:
                raise UnreadableError(f"it wrote {ast.unparse(node)[:80]!r}")
    return classes, imported


def _source(schema: dict[str, JSON]) -> str:
    """Return the module that the generator writes."""
    # It costs half a second to import.
    from datamodel_code_generator import generate
    from datamodel_code_generator.enums import DataModelType, InputFileType
    from datamodel_code_generator.format import PythonVersion
    from datamodel_code_generator.parser import LiteralType

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of coming changes of its options, which do not concern who wrote the schema
        try:
            source = generate(
                schema,
                input_file_type=InputFileType.JsonSchema,
                output_model_type=DataModelType.PydanticV2BaseModel,
                target_python_version=PythonVersion.PY_311,
                custom_class_name_generator=_as_given,
                # The root only holds the definitions.
                skip_root_model=True,
                enum_field_as_literal=LiteralType.All,
                use_union_operator=True,
                use_standard_collections=True,
                formatters=[],
            )
        except Exception as error:  # the tool raises whatever its parts raise; it ends in a finding
            raise UnreadableError(f"{type(error).__name__}: {error}") from error
    return str(source)


def _as_given(name: str) -> str:
    """Return the class name that the projection has chosen."""
    return name


def _class(base: ast.expr, body: list[ast.stmt]) -> Made:
    fields = dict(_fields(body))
    match base:
        case ast.Name("BaseModel"):
            return Made(fields)
        case ast.Subscript(ast.Name("RootModel"), _) if fields.keys() == {"root"}:
            return Made(root=fields["root"])
    raise UnreadableError(f"it made a class of {ast.unparse(base)[:80]!r}")


def _fields(body: list[ast.stmt]) -> Iterator[tuple[str, ast.expr]]:
    """Yield the fields of a class with their types, each by its property: one that is renamed has an alias."""
    for node in body:
        match node:
            case ast.AnnAssign(ast.Name(name), type_, value):
                yield _alias(value) or name, type_
            case ast.Pass() | ast.Assign([ast.Name("model_config")], ast.Call(ast.Name("ConfigDict"))):
                pass
            case _:
                raise UnreadableError(f"it wrote {ast.unparse(node)[:80]!r}")


def _alias(value: ast.expr | None) -> str | None:
    match value:
        case ast.Call(ast.Name("Field"), _, keywords):
            arguments = {each.arg: each.value for each in keywords}
            match arguments.get("alias"):
                case ast.Constant(str(alias)):
                    return alias
    return None
