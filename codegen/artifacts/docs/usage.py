"""Examples of how the generated models of a document are used, as Python source."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...escapes import Code, code, join
from ...escapes.python import identifier
from ...ir import ClassShape, Document, FieldShape, Package
from ...names import module_alias

_MOST_FIELDS = 3


def python_example(package: Package, document: Document) -> Code:
    """Return the first lines that a user of the document's module writes; `text` is JSON that they have."""
    shape = package.shapes.get(document.location)
    module = _dotted(package.name, document.module)
    if not isinstance(shape, ClassShape):
        return code(
            "from {package} import {module}\n\nvalue = {module}.loads(text)\ntext = {module}.dumps(value)",
            package=_dotted(package.name),
            module=identifier(document.module),
        )
    name, value = identifier(shape.name), identifier(_variable(document.module))
    lines = [
        code("from {module} import {name}\n", module=module, name=name),
        code("{value} = {name}.from_json(text)", value=value, name=name),
        *(
            code("{value}.{field}  # {type}", value=value, field=identifier(f.name), type=Code(annotation(package, f)))
            for f in _fields(shape)
        ),
        code("text = {value}.to_json()", value=value),
    ]
    return join("\n", lines)


def problems_example(package: Package, document: Document) -> Code:
    """Return how a user learns what is wrong with `data`, a JSON value of Python."""
    return code(
        "from {package} import {module}\n\nfor problem in {module}.problems(data):\n    print(problem)",
        package=_dotted(package.name),
        module=identifier(document.module),
    )


def _dotted(*names: str) -> Code:
    return join(".", (identifier(part) for name in names for part in name.split(".")))


def _variable(module: str) -> str:
    return "value" if module == "text" else module


def _fields(shape: ClassShape) -> Iterator[FieldShape]:
    """Yield a few fields to show: required ones before others."""
    yield from sorted(shape.fields, key=lambda field: not field.required)[:_MOST_FIELDS]


def annotation(package: Package, field: FieldShape) -> str:
    """Return a field's type as its reader writes it: another module of the package has its public name."""

    def public(match: re.Match[str]) -> str:
        if match[1] == "_absent":
            return ""  # the package itself exports what annotations name of the runtime
        named = (match[1][1:], match[1][1:].removesuffix("_")) if match[1] else ()
        modules = (name for name in named if name in package.by_module and module_alias(name) == match[1])
        return next((f"{name}." for name in modules), match[0])

    written = " ".join(field.annotation.split())
    return _MODULE.sub(public, written) if "_" in written else written


_MODULE = re.compile(r"""'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|(?<![\w.])(_\w+)\.""")
"""A string, which stays as it is, or the name under which a module imports another one of the package."""
