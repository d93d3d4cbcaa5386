"""Building: shapes and checks are joined by location into the intermediate representation."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType

from codegen import examples, groups, metaschemas, verdicts
from codegen.artifacts.models import shape
from codegen.cache import Cache
from codegen.checks.compiler import Compiler
from codegen.checks.patterns import Pattern, Untranslatable, translate
from codegen.checks.program import Program
from codegen.checks.values import Class, Enumeration, Property, Values
from codegen.escapes import Code
from codegen.findings import Finding, Place, Rejected, Rule, Severity
from codegen.ir import JSON, ClassShape, Document, EnumShape, FieldShape, Location, ModuleCode, Package
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
    cache: Cache | None = None,
) -> tuple[Package, tuple[Finding, ...]]:
    """Return the package of a resolution, and the warnings; `names` pins class names by `file#pointer`.

    `formats` is "assert" or "annotate", `models` has the settings of the artifact of that name. What the
    `cache` has of earlier runs is taken from there. Raises `Rejected` with every finding.
    """
    known = cache or Cache()
    kept = _Kept(resolution, formats, names, models, known)
    opened = _open_enums(resolution, models)
    found = [*metaschemas.findings(resolution, kept.fresh), *_pin_findings(resolution, names)]
    found += _open_findings(resolution, models, opened)
    if found:
        raise Rejected(found)
    program = Program(resolution.subschemas, resolution.resources, formats == "assert", opened)
    public = [document for document in kept.fresh if document.public]
    circles = program.endless(document.location for document in public)
    if circles:
        raise Rejected(_endless(resolution, location) for location in circles)
    values = _values(resolution, program, names, known)
    patterns = _Patterns(resolution)
    modules = {document.location.document: document.module for document in resolution.documents}
    compiler = Compiler(
        program, modules, _labels(resolution, values), values, patterns.translate, frozen=models.get("frozen") is True
    )
    for document in public:
        compiler.root(document.location)
    made = compiler.run()
    if any(finding.rule.severity is Severity.ERROR for finding in patterns.findings):
        raise Rejected(patterns.findings)
    shown = examples.made(resolution, public, verdicts.validators(made, modules))
    warnings = (*patterns.findings, *examples.findings(resolution, program, public))
    kept.add(made, shown, warnings)
    return _joined(package, resolution, compiler, kept), warnings


def _joined(package: str, resolution: Resolution, compiler: Compiler, kept: _Kept) -> Package:
    """Return the package of all that was made, in the order of the documents."""
    order = [document.location for document in resolution.documents]
    code = {at.document: kept.code[at.document] for at in order if at.document in kept.code}
    shown = {at: kept.examples[at] for at in order if at in kept.examples}
    used = tuple(d for d in resolution.documents if d.location.document in code)
    shapes = {shape.location: shape for shape in _shapes(compiler) if shape.location.document in code}
    annotations = {d.location: compiler.annotation(d.location, d.location) for d in used}
    return Package(package, used, resolution.subschemas, shapes, annotations, code, shown)


class _Kept:
    """What earlier runs have made of groups of documents without a finding; the documents of the others are `fresh`."""

    def __init__(
        self,
        resolution: Resolution,
        formats: str,
        names: Mapping[str, str],
        models: Mapping[str, JSON],
        cache: Cache,
    ) -> None:
        self.fresh: list[Document] = []
        self.code: dict[str, ModuleCode] = {}
        self.examples: dict[Location, JSON] = {}
        self._cache = cache
        self._missing: dict[str, list[Document]] = {}
        self._files = {uri: source.file for uri, source in resolution.sources.items()}
        said: dict[str, JSON] = {"formats": formats, "names": dict(names), **{key: models.get(key) for key in _SAID}}
        for group in groups.groups(resolution):
            key = cache.key("group", groups.made_from(resolution, group, said))
            found = cache.find(key)
            if isinstance(found, list):
                self._take(group, found)
            else:
                self._missing[key] = group
        fresh = {document.location for group in self._missing.values() for document in group}
        self.fresh = [document for document in resolution.documents if document.location in fresh]

    def _take(self, group: Sequence[Document], found: Sequence[JSON]) -> None:
        for document, row in zip(group, found, strict=True):
            module, example = row if isinstance(row, list) else (None, None)
            if module is not None:
                self.code[document.location.document] = groups.module_from(module)
            if isinstance(example, list):
                self.examples.update((document.location, value) for value in example)

    def add(self, made: Mapping[str, ModuleCode], shown: Mapping[Location, JSON], warnings: Iterable[Finding]) -> None:
        """Take what was made of the fresh documents, and keep it for later runs where nothing is to be told of it."""
        self.code.update(made)
        self.examples.update(shown)
        told = {finding.place.file for finding in warnings}
        for key, group in self._missing.items():
            uris = [document.location.document for document in group]
            if told.isdisjoint(self._files[uri] for uri in uris):
                self._cache.keep(key, [_row(made.get(d.location.document), shown, d.location) for d in group])


_SAID = ("frozen", "open_enums", "open_enum_pointers")
"""The settings of the models that choose what is compiled."""


def _row(module: ModuleCode | None, shown: Mapping[Location, JSON], location: Location) -> JSON:
    code = None if module is None else groups.to_json(module)
    return [code, [shown[location]] if location in shown else []]


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


def _values(resolution: Resolution, program: Program, pins: Mapping[str, str], cache: Cache) -> Values:
    classes: dict[Location, Class] = {}
    enums: dict[Location, Enumeration] = {}
    for uri, found in shape.shapes(resolution.documents, resolution.subschemas, _by_path(pins), cache).items():
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


def _shapes(compiler: Compiler) -> Iterator[ClassShape | EnumShape]:
    values = compiler.values
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
