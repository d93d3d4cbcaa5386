"""Building: shapes and checks are joined by location into the intermediate representation."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

from ..compiler import components
from ..compiler.analysis import LONGEST, Program
from ..compiler.components import Group
from ..compiler.functions import Compiler
from ..compiler.names import shapes
from ..compiler.regex.checked import CheckedPatterns
from ..compiler.repeats import remembered
from ..compiler.types import Class, Enumeration, Property, Values
from ..escapes import Code
from ..findings import Finding, Rejected, Rule, Severity
from ..incremental.cache import Cache
from ..ir import JSON, ClassShape, Document, EnumShape, FieldShape, Location, ModuleCode, Package
from ..names import snake
from ..schema import recovery
from ..schema.resolver import Resolution
from ..validation import examples, metaschema, validator
from .name_overrides import NOTHING_BEFORE, Before, named_open, open_enums_of, open_findings, unknown_pins

ENDLESS = Rule("endless-reference", "No subschema refers to itself on the same instance.")
LONG_CHAIN = Rule("long-chain", "An instance goes through at most 200 subschemas that apply each other.")


def build(
    resolution: Resolution,
    *,
    package: str,
    formats: str,
    names: Mapping[str, str],
    models: Mapping[str, JSON] = MappingProxyType({}),
    cache: Cache | None = None,
    before: Before = NOTHING_BEFORE,
) -> tuple[Package, tuple[Finding, ...]]:
    """Return the package of a resolution, and the warnings; `names` pins class names by `file#pointer`.

    `formats` is "assert" or "annotate", `models` has the settings of the artifact of that name. What the
    `cache` has of earlier runs is taken from there. What is wrong keeps nothing from being looked at but what
    depends on it; raises `Rejected` with every finding, those from before too.
    """
    known = cache or Cache()
    found, pins = _found(resolution, known, names, models, before)
    public = [document for document in resolution.documents if document.public]
    program, left, circles = _program(recovery.part(resolution, found), public, formats, models)
    values, wrong = _values(left, program, pins, before)
    patterns = CheckedPatterns(resolution)
    compiler = _compiler(left, program, values, patterns, models)
    about: JSON = [formats, *(models.get(key) for key in _SAID)]
    compiled = _Compiled(compiler, patterns, known, about, _speaking(left, public))
    for group in components.groups(left, _said(left, values, compiler, pins, models)):
        compiled.add(group)
    left = recovery.part(left, patterns.errors())
    told = tuple(examples.findings(left, program, compiled.fresh))
    found += [*circles, *wrong, *patterns.findings.values(), *told]
    if any(finding.rule.severity is Severity.ERROR for finding in found):
        raise Rejected(found)
    found += compiled.finish(resolution, told)
    return _joined(package, resolution, compiler, compiled), tuple(found)


def _found(
    resolution: Resolution,
    cache: Cache,
    names: Mapping[str, str],
    models: Mapping[str, JSON],
    before: Before,
) -> tuple[list[Finding], dict[str, str]]:
    """Return what is wrong with documents, and with settings about sound ones; and the pins that are about these."""
    found = [*before.findings, *invalid(resolution, cache, before.findings)]
    faulty = before.unread | recovery.faulty_paths(resolution, found)
    pins = {pin: name for pin, name in names.items() if pin.partition("#")[0] not in faulty}
    found += [*unknown_pins(resolution, pins, before), *open_findings(resolution, models, faulty, before)]
    return found, pins


def invalid(resolution: Resolution, cache: Cache, before: Iterable[Finding]) -> Iterator[Finding]:
    """Yield what the metaschemas say, but of a place where the walk has met the same fault `before`.

    Documents that were found valid before are not asked about again.
    """
    keys = {document.location.document: cache.key("valid", row) for document, row in _held_against(resolution)}
    fresh = [document for document in resolution.documents if cache.find(keys[document.location.document]) is None]
    found = list(metaschema.findings(resolution, fresh)) if fresh else []
    files = {finding.place.file for finding in found}
    for document in fresh:
        uri = document.location.document
        if resolution.sources[uri].file not in files:
            cache.keep(keys[uri], True)
    told = {(finding.rule, finding.place) for finding in before}
    yield from (finding for finding in found if (finding.rule, finding.place) not in told)


def _held_against(resolution: Resolution) -> Iterator[tuple[Document, JSON]]:
    """Yield each document with all that its validity depends on: some of it is a schema only as others refer to it."""
    dialects: dict[str, list[JSON]] = {}
    for location, resource in resolution.resources.items():
        dialects.setdefault(location.document, []).append([location.pointer, resource.dialect])
    strays: dict[str, list[JSON]] = {}
    for location in resolution.strays:
        strays.setdefault(location.document, []).append(location.pointer)
    for document in resolution.documents:
        uri = document.location.document
        source = resolution.sources[uri]
        yield document, [source.format, source.digest, dialects.get(uri, []), strays.get(uri, [])]


def _program(
    resolution: Resolution, public: Sequence[Document], formats: str, models: Mapping[str, JSON]
) -> tuple[Program, Resolution, list[Finding]]:
    """Return a program without the subschemas that lead back to themselves, its resolution, and findings for these."""
    opened = open_enums_of(resolution, models)
    program = Program(resolution.subschemas, resolution.resources, formats == "assert", opened)
    starts = [*(document.location for document in public), *_speaking(resolution, public)]
    found = [_endless(resolution, location) for location in program.endless(starts)]
    found = found or [_too_long(resolution, location) for location in program.too_long(starts)]
    if not found:
        return program, resolution, []
    program, left, more = _program(recovery.part(resolution, found), public, formats, models)
    return program, left, [*found, *more]


def _speaking(resolution: Resolution, public: Iterable[Document]) -> list[Location]:
    """Return the subschemas whose examples and defaults are held against them, even where nothing refers to them."""
    own = {document.location.document for document in public}
    return [
        location
        for location, subschema in resolution.subschemas.items()
        if location.document in own and not subschema.keywords.keys().isdisjoint(("default", "examples"))
    ]


def _compiler(
    resolution: Resolution, program: Program, values: Values, patterns: CheckedPatterns, models: Mapping[str, JSON]
) -> Compiler:
    modules = {document.location.document: document.module for document in resolution.documents}
    labels = _labels(resolution, values)
    often = remembered(program, [*_starts(resolution), *values.classes])
    is_frozen = models.get("frozen") is True
    return Compiler(program, modules, labels, values, patterns.translate, frozen=is_frozen, remembered=often)


def _joined(package: str, resolution: Resolution, compiler: Compiler, compiled: _Compiled) -> Package:
    """Return the package of all that was made, in the order of the documents."""
    code = compiled.code
    held = _held(resolution, code)
    used = tuple(document for document in resolution.documents if document.location.document in held)
    shown = {d.location: compiled.examples[d.location] for d in used if d.location in compiled.examples}
    shapes = {shape.location: shape for shape in _shapes(compiler) if shape.location.document in code}
    annotations = {d.location: compiler.annotation(d.location, d.location) for d in used}
    program = compiler.program
    named = (at for at, subschema in resolution.subschemas.items() if "format" in subschema.keywords)
    hints = frozenset(at for at in named if program.format(at) is None)
    return Package(
        package,
        used,
        resolution.subschemas,
        shapes,
        annotations,
        code,
        shown,
        hints=hints,
        made_from=compiled.made_from,
    )


def _held(resolution: Resolution, code: Iterable[str]) -> set[str]:
    """Return the documents with code, and those that they lead to: what holds always has none."""
    leads: dict[str, set[str]] = {}
    for location, subschema in resolution.subschemas.items():
        targets = (keyword.target.document for keyword in subschema.keywords.values() if keyword.target is not None)
        leads.setdefault(location.document, set()).update(targets)
    held: set[str] = set()
    waiting = list(code)
    while waiting:
        uri = waiting.pop()
        if uri not in held:
            held.add(uri)
            waiting += leads.get(uri, ())
    return held


class _Compiled:
    """What is made of the groups, one after the other: by the compiler, or by an earlier run that had no finding.

    `made_from` has for each document a digest of all that its code, its shapes and its example depend on.
    """

    def __init__(
        self, compiler: Compiler, patterns: CheckedPatterns, cache: Cache, about: JSON, speaking: Iterable[Location]
    ) -> None:
        self.code = _Code()
        self.fresh: list[Document] = []
        self.examples: dict[Location, JSON] = {}
        self.made_from: dict[str, str] = {}
        self._compiler = compiler
        self._patterns = patterns
        self._cache = cache
        self._about = about
        self._made: list[tuple[str, tuple[Document, ...], JSON, bool]] = []
        self._speaking: dict[str, list[Location]] = {}
        for location in speaking:
            self._speaking.setdefault(location.document, []).append(location)

    def add(self, group: Group) -> None:
        """Take in a group, after all that refer to it."""
        uris = [document.location.document for document in group.documents]
        key = self._cache.key("group", [self._about, group.digest, self._compiler.asked_of(uris)])
        self.made_from.update((uri, f"{key} {uri}") for uri in uris)
        known = self._cache.find(key)
        if isinstance(known, list) and self._compiler.ask_again(known[0]):
            self._take(group, known[1:])
            return
        self._patterns.is_silent = True
        for document in group.documents:
            if document.public:
                self._compiler.root(document.location)
        self.code.made.update(self._compiler.run(uris))
        self._patterns.look(self._compiler.program, [at for uri in uris for at in self._speaking.get(uri, ())])
        self.fresh += (document for document in group.documents if document.public)
        self._made.append((key, group.documents, self._compiler.asked_elsewhere(), self._patterns.is_silent))

    def _take(self, group: Group, rows: Sequence[JSON]) -> None:
        for document, row in zip(group.documents, rows, strict=True):
            module, example = row if isinstance(row, list) else (None, None)
            if module is not None:
                self.code.kept[document.location.document] = module
            if isinstance(example, list):
                self.examples.update((document.location, value) for value in example)

    def finish(self, resolution: Resolution, told: Iterable[Finding]) -> list[Finding]:
        """Make the examples of what was compiled, keep all of it that nothing was told of, and return what is told."""
        modules = {document.location.document: document.module for document in resolution.documents}
        tell = validator.telling(self.code, modules)
        roots = [document.location for document in self.fresh]
        tells = {root: tell(self.code[root.document].root.problems) for root in roots}
        made, costly = examples.made(resolution, tells)
        self.examples.update(made)
        files = {finding.place.file for finding in (*told, *costly)}
        for key, documents, asked, is_silent in self._made:
            uris = [document.location.document for document in documents]
            if is_silent and files.isdisjoint(resolution.sources[uri].file for uri in uris):
                self._cache.keep(key, [asked, *(self._row(document.location) for document in documents)])
        return costly

    def _row(self, location: Location) -> JSON:
        code = self.code.made.get(location.document)
        module = None if code is None else components.to_json(code)
        return [module, [self.examples[location]] if location in self.examples else []]


class _Code(Mapping[str, ModuleCode]):
    """The code of the modules by document; what an earlier run has made is read when somebody asks for it."""

    def __init__(self) -> None:
        self.made: dict[str, ModuleCode] = {}
        self.kept: dict[str, JSON] = {}

    def __getitem__(self, uri: str) -> ModuleCode:
        if uri not in self.made and uri in self.kept:
            self.made[uri] = components.module_from(self.kept[uri])
        return self.made[uri]

    def __contains__(self, uri: object) -> bool:
        return uri in self.made or uri in self.kept

    def __iter__(self) -> Iterator[str]:
        return iter({**self.kept, **self.made})

    def __len__(self) -> int:
        return len({**self.kept, **self.made})


_SAID = ("frozen", "open_enums")
"""The settings of the models that choose what is compiled, wherever it stands."""


def _said(
    resolution: Resolution,
    values: Values,
    compiler: Compiler,
    pins: Mapping[str, str],
    models: Mapping[str, JSON],
) -> dict[str, JSON]:
    """Return by URI what the settings say of a document, its classes and enums that are used, and what is remembered.

    The latter two hang on those that refer to the document.
    """
    paths = {document.path: document.location.document for document in resolution.documents}
    found: dict[str, list[JSON]] = {uri: [] for uri in paths.values()}
    for name in (*named_open(models), *pins):
        uri = paths.get(name.partition("#")[0])
        if uri is not None:
            found[uri].append([name, pins.get(name)])
    for location, class_ in values.classes.items():
        found[location.document].append([location.pointer, class_.name, dict(class_.fields)])
    for location, enum in values.enums.items():
        found[location.document].append([location.pointer, enum.name, [list(member) for member in enum.members]])
    for location, context in sorted(compiler.remembered):
        found[location.document].append([location.pointer, str(context)])
    return dict(found)


def _endless(resolution: Resolution, location: Location) -> Finding:
    message = "the subschema leads back to itself on the same instance, so that validation would never end"
    cure = "take out one of the references on the way, or let one stand below properties or items"
    return Finding(ENDLESS, resolution.place(location), message, cure)


def _too_long(resolution: Resolution, location: Location) -> Finding:
    message = f"one instance goes through more than {LONGEST} subschemas, each of which only leads to the next"
    cure = "let references lead to where the chain ends"
    return Finding(LONG_CHAIN, resolution.place(location), message, cure)


# Shapes


def _values(
    resolution: Resolution, program: Program, pins: Mapping[str, str], before: Before
) -> tuple[Values, list[Finding]]:
    """Return what Python sees of the subschemas, and what is wrong with the pins; all of them are left out then."""
    try:
        return _values_with(resolution, program, pins), []
    except Rejected as rejected:
        wrong = [_at_key(finding, before) for finding in rejected.findings]
    return _values_with(resolution, program, {}), wrong


def _at_key(finding: Finding, before: Before) -> Finding:
    """Return a finding about a pin with the place of its key in the configuration."""
    if finding.rule is not shapes.INVALID_PIN:
        return finding
    pin = f"{finding.place.file}#{finding.place.pointer}"
    return replace(finding, place=before.place("names", pin), message=f"the pinned name for {pin}: {finding.message}")


def _values_with(resolution: Resolution, program: Program, pins: Mapping[str, str]) -> Values:
    classes: dict[Location, Class] = {}
    enums: dict[Location, Enumeration] = {}
    for uri, found in shapes.shapes(resolution.documents, resolution.subschemas, _by_path(pins)).items():
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
        default = Code("_absent.ABSENT" if found.nullable else "None")
        annotation = _optional(annotation, found.nullable)
    return FieldShape(found.json_name, found.name, found.location, found.required, annotation, default)


def _optional(annotation: Code, nullable: bool) -> Code:
    """Return the annotation of a field whose property can be absent."""
    absent = "_absent.Absent" if nullable else "None"
    return Code(annotation + " | " + absent)
