"""Strongly connected components of documents, and what is compiled of one of them.

What the compiler makes of a component is a function of what its documents say, of what the documents say that these
lead to, over any number of steps, and of what others call. So the components stand in an order: each before those
that it leads to.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from ..escapes import Code
from ..findings import Finding
from ..ir import ClassShape, Document, EnumShape, FieldShape, Location, ModuleCode
from ..records import dataclass
from ..schema.resolver import Resolution
from .compilation import Compilation
from .functions import Compiler
from .graphs import components
from .names.functions import Request
from .regex.checked import CheckedPatterns
from .types import Property


@dataclass(frozen=True, slots=True)
class Component:
    """Documents each of which leads to all others of the component, and the URIs of those that they lead to besides."""

    documents: tuple[Document, ...]
    below: tuple[str, ...]

    @property
    def uris(self) -> tuple[str, ...]:
        """Return the URIs of the documents."""
        return tuple(document.location.document for document in self.documents)


@dataclass(frozen=True, slots=True)
class Made:
    """What is made of a component: the modules by URI, classes and enums, and the Python type of each document's root.

    `asked` are the functions that it needs of other components, `findings` what is wrong with its patterns.
    """

    modules: Mapping[str, ModuleCode]
    classes: tuple[ClassShape, ...]
    enums: tuple[EnumShape, ...]
    annotations: Mapping[Location, str]
    asked: tuple[Request, ...]
    findings: tuple[Finding, ...] = ()


def ordered(resolution: Resolution) -> list[Component]:
    """Return the components of the documents, each before those that it leads to.

    Dynamic references may lead anywhere, so all documents that know them are in one component.
    """
    leads: dict[str, dict[str, None]] = {document.location.document: {} for document in resolution.documents}
    for one, other in _links(resolution):
        leads[one][other] = None
    documents = {document.location.document: document for document in resolution.documents}
    order = {uri: index for index, uri in enumerate(documents)}
    ordered_components: list[Component] = []
    for part in components(leads):
        uris = sorted(part, key=order.__getitem__)
        below = dict.fromkeys(other for uri in uris for other in leads[uri] if other not in part)
        ordered_components.append(Component(tuple(documents[uri] for uri in uris), tuple(below)))
    return ordered_components


def _links(resolution: Resolution) -> Iterator[tuple[str, str]]:
    dialects = {document.uri: document.location.document for document in resolution.documents}
    dynamic: list[str] = []
    for location, resource in resolution.resources.items():
        if resource.dialect in dialects:
            yield location.document, dialects[resource.dialect]
        if resource.dynamic_anchors:
            dynamic.append(location.document)
    for location, subschema in resolution.subschemas.items():
        for keyword in subschema.keywords.values():
            if keyword.target is not None and keyword.target.document != location.document:
                yield location.document, keyword.target.document
            if keyword.name == "$dynamicRef":
                dynamic.append(location.document)
    yield from zip(dynamic, [*dynamic[1:], *dynamic[:1]], strict=True)  # a ring: each leads to all


def made(
    component: Component,
    compilation: Compilation,
    resolution: Resolution,
    asked: Iterable[Request] = (),
    with_examples: Iterable[Location] = (),
) -> Made:
    """Return what is made of a component; `asked` are the functions of it that others need.

    `with_examples` are the subschemas of it that examples are validated against.
    """
    patterns = CheckedPatterns(resolution)
    compiler = Compiler(compilation, component.uris, patterns.translate)
    public = [document.location.document for document in component.documents if document.public]
    compiled = compiler.run(public, asked)
    patterns.check_all(compilation.analysis, with_examples)
    classes = [at for uri in compiled.modules for at in compilation.classes.get(uri, ())]
    return Made(
        compiled.modules,
        tuple(_class(compiler, at) for at in classes),
        tuple(_enums(compilation, compiled.modules)),
        dict(_annotations(component, compilation, resolution, compiled.modules)),
        compiled.asked,
        tuple(patterns.findings.values()),
    )


def _annotations(
    component: Component, compilation: Compilation, resolution: Resolution, modules: Mapping[str, ModuleCode]
) -> Iterator[tuple[Location, str]]:
    """Yield the annotation of each document's root; where there is no module, nothing of others is requested for it."""
    beside = Compiler(compilation, component.uris, CheckedPatterns(resolution).translate)
    for document in component.documents:
        at = document.location
        yield at, modules[at.document].root.annotation if at.document in modules else beside.annotation(at, at)


def _class(compiler: Compiler, location: Location) -> ClassShape:
    values = compiler.values
    fields = tuple(_field(compiler, property_, location) for property_ in values.properties(location))
    return ClassShape(location, values.classes[location].name, fields)


def _enums(compilation: Compilation, modules: Mapping[str, ModuleCode]) -> Iterator[EnumShape]:
    for location, enum in (pair for uri in modules for pair in compilation.enums.get(uri, ())):
        members = tuple((name, value) for name, value in enum.members if value is not None)
        yield EnumShape(location, enum.name, members)


def _field(compiler: Compiler, property_: Property, at: Location) -> FieldShape:
    annotation = compiler.annotation(property_.location, at)
    default = Code("")
    if not property_.required:
        default = Code("_absent.ABSENT" if property_.nullable else "None")
        annotation = _optional(annotation, property_.nullable)
    location, *also = property_.described
    shape = property_.json_name, property_.name, location, property_.required, annotation, default
    return FieldShape(*shape, tuple(also))


def _optional(annotation: Code, nullable: bool) -> Code:
    """Return the annotation of a field whose property can be absent."""
    absent = "_absent.Absent" if nullable else "None"
    return Code(annotation + " | " + absent)
