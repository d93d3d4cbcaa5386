"""Building: shapes and checks are joined by location into the intermediate representation."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from codegen import examples, metaschemas, verdicts
from codegen.artifacts.models import shape
from codegen.checks.compiler import Compiler
from codegen.checks.patterns import Pattern, Untranslatable, translate
from codegen.checks.program import Program
from codegen.checks.values import Class, Enumeration, Property, Values
from codegen.escapes import Code
from codegen.findings import Finding, Place, Rejected, Rule, Severity
from codegen.ir import JSON, ClassShape, EnumShape, FieldShape, Location, Package
from codegen.names import snake
from codegen.resolve import Resolution

ENDLESS = Rule("endless-reference", "No subschema refers to itself on the same instance.")
UNTRANSLATABLE = Rule("pattern-untranslatable", "A pattern means the same in Python as in ECMA-262.")
SLOW_PATTERN = Rule("pattern-slow", "A pattern is matched in a time that grows with the text.", Severity.WARNING)
NO_ENUM = Rule("no-such-enum", "A pointer to an enum that is to be open names an enum of strings.", exit_code=2)
UNKNOWN_PIN = Rule("unknown-pin", "A pinned name belongs to a document of the schema folder.", exit_code=2)


def build(
    resolution: Resolution,
    *,
    package: str,
    formats: str,
    names: Mapping[str, str],
    models: Mapping[str, JSON] = MappingProxyType({}),
) -> tuple[Package, tuple[Finding, ...]]:
    """Return the package of a resolution, and the warnings; `names` pins class names by `file#pointer`.

    `formats` is "assert" or "annotate", `models` has the settings of the artifact of that name. Raises `Rejected`
    with every finding.
    """
    opened = _open_enums(resolution, models)
    found = [*metaschemas.findings(resolution), *_pin_findings(resolution, names)]
    found += _open_findings(resolution, models, opened)
    if found:
        raise Rejected(found)
    program = Program(resolution.subschemas, resolution.resources, formats == "assert", opened)
    public = [document for document in resolution.documents if document.public]
    circles = program.endless(document.location for document in public)
    if circles:
        raise Rejected(_endless(resolution, location) for location in circles)
    values = _values(resolution, program, names)
    patterns = _Patterns(resolution)
    modules = {document.location.document: document.module for document in resolution.documents}
    compiler = Compiler(
        program, modules, _labels(resolution, values), values, patterns.translate, frozen=models.get("frozen") is True
    )
    for document in public:
        compiler.root(document.location)
    code = compiler.run()
    if any(finding.rule.severity is Severity.ERROR for finding in patterns.findings):
        raise Rejected(patterns.findings)
    used = tuple(d for d in resolution.documents if d.location.document in code)
    shapes = {shape.location: shape for shape in _shapes(compiler, values) if shape.location.document in code}
    annotations = {d.location: compiler.annotation(d.location, d.location) for d in used}
    shown = examples.made(resolution, verdicts.validators(code, modules))
    made = Package(package, used, resolution.subschemas, shapes, annotations, code, shown)
    return made, (*patterns.findings, *examples.findings(resolution, program))


def _open_enums(resolution: Resolution, models: Mapping[str, JSON]) -> frozenset[Location]:
    """Return the subschemas whose enum of strings is open: all of them, or those that are named by `file#pointer`."""
    named, every = _named_open(models), models.get("open_enums") is True
    paths = {document.location.document: document.path for document in resolution.documents}
    return frozenset(
        location
        for location, subschema in resolution.subschemas.items()
        if _lists_strings(subschema.value("enum")) and (every or _written(paths, location) in named)
    )


def _open_findings(
    resolution: Resolution, models: Mapping[str, JSON], opened: frozenset[Location]
) -> Iterator[Finding]:
    """Yield a finding for every pointer that opens nothing."""
    paths = {document.location.document: document.path for document in resolution.documents}
    known = {_written(paths, location) for location in opened}
    for name in _named_open(models):
        if name not in known:
            path, _, pointer = name.partition("#")
            message = f"open_enum_pointers has {name}, where there is no enum of strings"
            cure = "write file#pointer of a subschema that has an enum of strings, or take it out"
            yield Finding(NO_ENUM, Place(path, pointer=pointer), message, cure)


def _named_open(models: Mapping[str, JSON]) -> list[str]:
    named = models.get("open_enum_pointers")
    return [str(name) for name in named] if isinstance(named, list) else []


def _written(paths: Mapping[str, str], location: Location) -> str:
    """Return a location as the configuration writes it: `file#pointer`."""
    return f"{paths[location.document]}#{location.pointer}"


def _lists_strings(values: JSON) -> bool:
    return isinstance(values, list) and all(isinstance(value, str) or value is None for value in values)


def _pin_findings(resolution: Resolution, pins: Mapping[str, str]) -> Iterator[Finding]:
    paths = [document.path for document in resolution.documents if document.public]
    for pin in pins:
        path = pin.partition("#")[0]
        if path not in paths:
            message = f"the pinned name for {pin} belongs to no document"
            cure = f"write file#pointer with one of the files {', '.join(paths)}"
            yield Finding(UNKNOWN_PIN, Place(path, pointer=pin.partition("#")[2]), message, cure)


def _endless(resolution: Resolution, location: Location) -> Finding:
    message = "the subschema leads back to itself on the same instance, so that validation would never end"
    cure = "take out one of the references on the way, or let one stand below properties or items"
    return Finding(ENDLESS, resolution.place(location), message, cure)


class _Patterns:
    """Translates patterns, each once, and keeps what is wrong with them."""

    def __init__(self, resolution: Resolution) -> None:
        self.findings: list[Finding] = []
        self._resolution = resolution
        self._known: dict[str, Pattern] = {}
        self._told: set[Location] = set()

    def translate(self, text: str, location: Location) -> Pattern:
        """Return a pattern in Python's language; one that can't be carried over is a finding, and matches nothing."""
        try:
            if text not in self._known:
                self._known[text] = translate(text)
            pattern = self._known[text]
        except Untranslatable as error:
            cure = "write the pattern without that"
            self._tell(UNTRANSLATABLE, location, f"the pattern {text!r} can't be carried over: {error}", cure)
            return Pattern("(?!)", None)
        if pattern.warning is not None:
            self._tell(SLOW_PATTERN, location, f"the pattern {text!r}: {pattern.warning}", "rewrite that part")
        return pattern

    def _tell(self, rule: Rule, location: Location, message: str, cure: str) -> None:
        if location not in self._told:
            self._told.add(location)
            self.findings.append(Finding(rule, self._resolution.place(location), message, cure))


# Shapes


def _values(resolution: Resolution, program: Program, pins: Mapping[str, str]) -> Values:
    classes: dict[Location, Class] = {}
    enums: dict[Location, Enumeration] = {}
    for uri, found in shape.shapes(resolution.documents, resolution.subschemas, _by_path(pins)).items():
        for model in found.models:
            fields = {field.json_name: field.name for field in model.fields}
            classes[Location(uri, model.pointer)] = Class(model.name, fields)
        for enum in found.enums:
            enums[Location(uri, enum.pointer)] = Enumeration(enum.name, enum.members)
    order = {location: index for index, location in enumerate(resolution.subschemas)}
    values = Values(
        program,
        {location: classes[location] for location in sorted(classes, key=order.__getitem__)},
        {location: enums[location] for location in sorted(enums, key=order.__getitem__)},
    )
    used = values.used(_starts(resolution))
    return Values(
        program,
        {location: found for location, found in values.classes.items() if location in used},
        {location: found for location, found in values.enums.items() if location in used and values.is_used(location)},
    )


def _starts(resolution: Resolution) -> Iterator[Location]:
    """Yield where values start: the documents' roots, and all definitions, since a user may want any of these."""
    for document in resolution.documents:
        yield document.location
    for subschema in resolution.subschemas.values():
        definitions = subschema.keywords.get("$defs")
        yield from (at for _, at in definitions.schemas) if definitions else ()


def _by_path(pins: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """Return the pinned names by path and JSON Pointer."""
    found: dict[str, dict[str, str]] = {}
    for pin, name in pins.items():
        path, _, pointer = pin.partition("#")
        found.setdefault(path, {})[pointer] = name
    return found


def _labels(resolution: Resolution, values: Values) -> dict[Location, str]:
    """Return the words for functions and constants: a class's name, an enum's name, a module's name for its root."""
    labels = {document.location: document.module for document in resolution.documents}
    labels.update((location, snake(found.name)) for location, found in values.enums.items())
    labels.update((location, snake(found.name)) for location, found in values.classes.items())
    return labels


def _shapes(compiler: Compiler, values: Values) -> Iterator[ClassShape | EnumShape]:
    for location, found in values.classes.items():
        fields = tuple(_field(compiler, property_, location) for property_ in values.properties(location))
        yield ClassShape(location, found.name, fields)
    for location, enum in values.enums.items():
        members = tuple((name, value) for name, value in enum.members if value is not None)
        yield EnumShape(location, enum.name, members)


def _field(compiler: Compiler, found: Property, at: Location) -> FieldShape:
    annotation = compiler.annotation(found.location, at)
    default = Code("")
    if not found.required:
        default = Code("ABSENT" if found.nullable else "None")
        annotation = _optional(annotation, found.nullable)
    return FieldShape(found.json_name, found.name, found.location, found.required, annotation, default)


def _optional(annotation: Code, nullable: bool) -> Code:
    """Return the annotation of a field whose property can be absent."""
    absent = "Absent" if nullable else "None"
    return Code(annotation + " | " + absent)
