"""Building: class shapes and compiled code are joined by location into the intermediate representation."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

from ..compiler.analysis import LONGEST, Analysis
from ..compiler.compilation import Compilation
from ..compiler.conjunctions import Conjunctions, held_by, is_join
from ..compiler.emit.passes import PASSES
from ..compiler.joins import Contradiction, joined
from ..compiler.names import shapes
from ..compiler.repeats import remembered
from ..compiler.types import Class, Enumeration, Values
from ..findings import Finding, Rejected, Rule, Severity
from ..incremental.cache import Cache
from ..incremental.compiling import Compiled, parts
from ..incremental.sharing import ShareOut, one_by_one
from ..incremental.validating import invalid
from ..ir import JSON, Document, Location, Package
from ..names import plain, snake
from ..pointer import unescape
from ..records import dataclass
from ..schema import recovery
from ..schema.resolver import Places, Resolution
from ..validation import examples, validator
from .name_overrides import NOTHING_BEFORE, Before, named_open, open_enums_of, open_findings, unknown_overrides

ENDLESS = Rule("endless-reference", "No subschema refers to itself on the same instance.")
CONTRADICTION = Rule(
    "contradiction", "Subschemas that apply to one value together leave one that is valid.", Severity.WARNING
)
LONG_CHAIN = Rule("long-chain", "An instance goes through at most 200 subschemas that apply each other.")


@dataclass(frozen=True, slots=True)
class Built:
    """The package of a resolution, and the warnings; `digests` has the key of each document's part."""

    package: Package
    warnings: tuple[Finding, ...]
    digests: Mapping[str, str]


def build(
    resolution: Resolution,
    *,
    package: str,
    formats: str,
    names: Mapping[str, str],
    models: Mapping[str, JSON] = MappingProxyType({}),
    cache: Cache | None = None,
    share_out: ShareOut = one_by_one,
    before: Before = NOTHING_BEFORE,
    passes: Collection[str] = PASSES,
) -> Built:
    """Return the package of a resolution; `names` overrides class names by `file#pointer`.

    `formats` is "assert" or "annotate", `models` has the settings of the artifact of that name. What the
    `cache` has of earlier runs is taken from there. A fault hides no other one but what
    depends on it; raises `Rejected` with every finding, those from before too. `passes` are those that
    are not turned off.
    """
    findings, overrides = _first_findings(resolution, cache, names, models, before)
    public = [document for document in resolution.documents if document.public]
    analysis, left, cycles = _analysis(recovery.part(resolution, findings), public, formats, models)
    values, wrong = _values(left, analysis, overrides, before)
    compilation = _compilation(left, analysis, values, models, passes)
    compiled = Compiled(cache, share_out)
    settings: JSON = [formats, [*sorted(passes)], *(models.get(key) for key in _COMPILED_BY)]
    inputs = _inputs(left, compilation, overrides, models)
    compiled.compile(compilation, left, parts(left), inputs, settings, _with_instances(left, public))
    left = recovery.part(left, [each for each in compiled.findings if each.rule.severity is Severity.ERROR])
    fresh = compiled.without_example(d for d in left.documents if d.public)
    invalid_examples = tuple(examples.findings(left, analysis, fresh))
    findings += [*cycles, *wrong, *compiled.findings, *invalid_examples]
    if any(finding.rule.severity is Severity.ERROR for finding in findings):
        raise Rejected(findings)
    findings += _find_examples(resolution, compiled, fresh, invalid_examples, share_out)
    joined = _joined(package, resolution, values, analysis, compiled)
    return Built(joined, tuple(findings), compiled.digests)


def _first_findings(
    resolution: Resolution,
    cache: Cache | None,
    names: Mapping[str, str],
    models: Mapping[str, JSON],
    before: Before,
) -> tuple[list[Finding], dict[str, str]]:
    """Return what is wrong with documents, and with settings about valid ones; and the name overrides for these."""
    findings = [*before.findings, *invalid(resolution, cache, before.findings)]
    faulty = before.unread | recovery.faulty_paths(resolution, findings)
    overrides = {override: name for override, name in names.items() if override.partition("#")[0] not in faulty}
    findings += [*unknown_overrides(resolution, overrides, before), *open_findings(resolution, models, faulty, before)]
    return findings, overrides


def _analysis(
    resolution: Resolution, public: Sequence[Document], formats: str, models: Mapping[str, JSON]
) -> tuple[Analysis, Resolution, list[Finding]]:
    """Return the analysis without the subschemas that refer to themselves, its resolution, and findings for these."""
    opened = open_enums_of(resolution, models)
    analysis = Analysis(resolution.subschemas, resolution.resources, formats == "assert", opened)
    starts = [*(document.location for document in public), *_with_instances(resolution, public)]
    endless, too_long = analysis.chains(starts)
    findings = [_endless(resolution, location) for location in endless]
    findings = findings or [_too_long(resolution, location) for location in too_long]
    if not findings:
        analysis, contradictions = joined(analysis)
        return analysis, resolution, list(_contradictions(resolution, contradictions))
    analysis, left, more = _analysis(recovery.part(resolution, findings), public, formats, models)
    return analysis, left, [*findings, *more]


def _with_instances(resolution: Resolution, public: Iterable[Document]) -> list[Location]:
    """Return the subschemas with examples or a default, which are validated even where nothing refers to them."""
    uris = {document.location.document for document in public}
    return [
        location
        for location, subschema in resolution.subschemas.items()
        if location.document in uris and not subschema.keywords.keys().isdisjoint(("default", "examples"))
    ]


def _compilation(
    resolution: Resolution,
    analysis: Analysis,
    values: Values,
    models: Mapping[str, JSON],
    passes: Collection[str],
) -> Compilation:
    modules = {document.location.document: document.module for document in resolution.documents}
    labels = _labels(resolution, values)
    memoised = remembered(analysis, [*_starts(resolution), *values.classes])
    is_frozen = models.get("frozen") is True
    return Compilation(
        analysis,
        modules,
        labels,
        values,
        frozen=is_frozen,
        remembered=memoised,
        passes=frozenset(passes),
    )


def _find_examples(
    resolution: Resolution,
    compiled: Compiled,
    fresh: Sequence[Document],
    reported: Iterable[Finding],
    share_out: ShareOut,
) -> list[Finding]:
    """Find an example for each of the fresh documents; return the findings about those that took too long."""
    modules = {document.location.document: document.module for document in resolution.documents}
    reports = validator.by_code(compiled.modules, modules)
    maker = examples.maker(resolution)

    def work(document: Document) -> tuple[Mapping[Location, JSON], Sequence[Finding]]:
        root = document.location
        report = reports(compiled.modules[root.document].root.problems)
        return examples.made(resolution, {root: report}, maker)

    valid: dict[Location, JSON] = {}
    costly: list[Finding] = []
    for made, wrong in share_out(work, fresh):
        valid.update(made)
        costly += wrong
    files = {finding.place.file for finding in (*reported, *costly)}
    clean = {each.path for each in fresh if resolution.sources[each.location.document].file not in files}
    compiled.keep_examples(fresh, valid, clean)
    return costly


def _joined(package: str, resolution: Resolution, values: Values, analysis: Analysis, compiled: Compiled) -> Package:
    """Return the package of all that was made, in the order of the documents."""
    used_uris = _reached(resolution, compiled.modules)
    used = tuple(document for document in resolution.documents if document.location.document in used_uris)
    with_format = (at for at, subschema in resolution.subschemas.items() if "format" in subschema.keywords)
    return Package(
        package,
        used,
        resolution.subschemas,
        {at: compiled.shapes[at] for at in (*values.classes, *values.enums) if at in compiled.shapes},
        {each.location: compiled.annotations[each.location] for each in used},
        compiled.modules,
        {each.location: compiled.examples[each.location] for each in used if each.location in compiled.examples},
        hints=frozenset(at for at in with_format if analysis.format(at) is None),
        resources=resolution.resources,
        joins={at: analysis[at] for at in values.classes if at not in resolution.subschemas},
        places=Places(resolution),
    )


def _reached(resolution: Resolution, code: Iterable[str]) -> set[str]:
    """Return the documents with code, and those that they refer to: a schema that holds always has no code."""
    references: dict[str, set[str]] = {}
    for location, subschema in resolution.subschemas.items():
        for keyword in subschema.keywords.values():
            if keyword.target is not None:
                references.setdefault(location.document, set()).add(keyword.target.document)
    reached: set[str] = set()
    pending = list(code)
    while pending:
        uri = pending.pop()
        if uri not in reached:
            reached.add(uri)
            pending += references.get(uri, ())
    return reached


_COMPILED_BY = ("frozen", "open_enums")
"""The settings of the models that choose what is compiled, wherever it stands."""


def _inputs(
    resolution: Resolution,
    compilation: Compilation,
    overrides: Mapping[str, str],
    models: Mapping[str, JSON],
) -> dict[str, JSON]:
    """Return by URI what a document is compiled from beside its schemas.

    That is its name overrides and open enums, its classes and enums that are used, and what is remembered. The latter
    two depend on those that refer to the document.
    """
    paths = {document.path: document.location.document for document in resolution.documents}
    inputs: dict[str, list[JSON]] = {uri: [] for uri in paths.values()}
    for name in (*named_open(models), *overrides):
        uri = paths.get(name.partition("#")[0])
        if uri is not None:
            inputs[uri].append([name, overrides.get(name)])
    for location, class_ in compilation.values.classes.items():
        inputs[location.document].append([location.pointer, class_.name, dict(class_.fields)])
    for location, enum in compilation.values.enums.items():
        inputs[location.document].append([location.pointer, enum.name, [list(member) for member in enum.members]])
    for location, context in sorted(compilation.remembered):
        inputs[location.document].append([location.pointer, str(context)])
    return dict(inputs)


def _endless(resolution: Resolution, location: Location) -> Finding:
    message = "the subschema leads back to itself on the same instance, so that validation would never end"
    help = "take out one of the references on the way, or let one stand below properties or items"
    return Finding(ENDLESS, resolution.place(location), message, help)


def _contradictions(resolution: Resolution, found: Iterable[Contradiction]) -> Iterator[Finding]:
    """Yield the findings for subschemas of public documents that leave no value together."""
    public = {document.location.document for document in resolution.documents if document.public}
    for each in found:
        at = next(_written([each.at]))
        if at.document in public:
            message, help = _said_of(resolution, each)
            yield Finding(CONTRADICTION, resolution.place(at), message, help)


def _written(parts: Iterable[Location]) -> Iterator[Location]:
    """Yield where subschemas stand: for a join, where the value stands that holds it."""
    for part in parts:
        at = part
        while is_join(at):
            at = held_by(at)[0]
        yield at


def _said_of(resolution: Resolution, contradiction: Contradiction) -> tuple[str, str]:
    """Return what is wrong where subschemas leave no value together, and what to do about it."""
    paths = {document.location.document: document.path for document in resolution.documents}
    parts = " and ".join(f"{paths[at.document]}#{at.pointer}" for at in _written(contradiction.parts))
    keyword, _, name = contradiction.way.removeprefix("~").partition("/")
    what = {
        "": "no value",
        "properties": f"no value of {json.dumps(unescape(name))}",
        "additionalProperties": "no value of a property without a field",
    }.get(keyword, "no item")
    help = "let what they allow have something in common, or write `false` for what may not be there"
    return f"{what} can be valid: {parts} apply together, and exclude each other", help


def _too_long(resolution: Resolution, location: Location) -> Finding:
    message = f"one instance goes through more than {LONGEST} subschemas, each of which only leads to the next"
    help = "let references lead to where the chain ends"
    return Finding(LONG_CHAIN, resolution.place(location), message, help)


# Shapes


def _values(
    resolution: Resolution, analysis: Analysis, overrides: Mapping[str, str], before: Before
) -> tuple[Values, list[Finding]]:
    """Return what Python sees of the subschemas, and what is wrong with name overrides; all are left out then."""
    try:
        return _values_with(resolution, analysis, overrides), []
    except Rejected as rejected:
        wrong = [_at_key(finding, before) for finding in rejected.findings]
    return _values_with(resolution, analysis, {}), wrong


def _at_key(finding: Finding, before: Before) -> Finding:
    """Return a finding about a name override with the place of its key in the configuration."""
    if finding.rule is not shapes.INVALID_OVERRIDE:
        return finding
    override = f"{finding.place.file}#{finding.place.pointer}"
    return replace(
        finding, place=before.place("names", override), message=f"the name override for {override}: {finding.message}"
    )


def _values_with(resolution: Resolution, analysis: Analysis, overrides: Mapping[str, str]) -> Values:
    classes: dict[Location, Class] = {}
    enums: dict[Location, Enumeration] = {}
    conjunctions = Conjunctions(analysis)
    for uri, shape in shapes.shapes(resolution.documents, conjunctions, _by_path(overrides)).items():
        for model in shape.models:
            fields = {field.json_name: field.name for field in model.fields}
            classes[Location(uri, model.pointer)] = Class(model.name, fields)
        for enum in shape.enums:
            enums[Location(uri, enum.pointer)] = Enumeration(enum.name, enum.members)
    order = {location: index for index, location in enumerate(analysis.subschemas)}
    values = Values(
        analysis,
        {location: classes[location] for location in sorted(classes, key=order.__getitem__)},
        {location: enums[location] for location in sorted(enums, key=order.__getitem__)},
    )
    used = values.used(_starts(resolution))
    enums = {location: enum for location, enum in values.enums.items() if location in used and values.is_used(location)}
    if len(enums) == len(values.enums) and used.issuperset(values.classes):
        return values
    return Values(analysis, {at: class_ for at, class_ in values.classes.items() if at in used}, enums)


def _starts(resolution: Resolution) -> Iterator[Location]:
    """Yield where values start: the documents' roots, and all definitions, since a user may want any of these."""
    for document in resolution.documents:
        yield document.location
    for subschema in resolution.subschemas.values():
        definitions = subschema.keywords.get("$defs")
        yield from (at for _, at in definitions.schemas) if definitions else ()


def _by_path(overrides: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """Return the name overrides by path and JSON Pointer."""
    by_path: dict[str, dict[str, str]] = {}
    for override, name in overrides.items():
        path, _, pointer = override.partition("#")
        by_path.setdefault(path, {})[pointer] = name
    return by_path


def _labels(resolution: Resolution, values: Values) -> dict[Location, str]:
    """Return what functions and constants are named after: a class, an enum, a module for its root."""
    labels = {document.location: document.module for document in resolution.documents}
    labels.update((location, plain(snake(enum.name), "enum")) for location, enum in values.enums.items())
    labels.update((location, plain(snake(class_.name), "class")) for location, class_ in values.classes.items())
    return labels
