"""Trying: the code of one schema with the keywords that each line comes from, and whether an instance is valid.

A line comes from a keyword if it is not there without it, and from a pass likewise. So the schema is compiled once more
without each of its keywords, and with each pass turned off, whatever nodes and printers lie between.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import asdict
from difflib import SequenceMatcher
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeAlias
from urllib.parse import unquote

from ..compiler.analysis import Analysis
from ..compiler.compilation import looked_at
from ..compiler.emit.passes import PASSES
from ..compiler.lower import by_keyword
from ..compiler.nodes import Context, Each, Member, Node
from ..findings import Finding, Place, Rejected, Rule, Severity
from ..ir import JSON, ModuleCode, Package
from ..pointer import last, tokens
from ..printable import printable
from ..records import dataclass
from ..schema.resolver import RETRIEVAL, attempt
from ..schema.vocabulary import DRAFT_2020_12, ENTRIES, NOT_APPLIED, OBJECT, Role
from ..source import loader, values
from ..source.loader import Source
from . import build, in_memory, name_overrides, report, sandbox

if TYPE_CHECKING:
    import argparse
    from types import ModuleType

LARGE = Rule("try-large", "A schema that is tried is small enough to be compiled for each keyword.", Severity.WARNING)
_MOST_PARTS: Final = 150
_WIDEST: Final = 88


@dataclass(frozen=True, slots=True)
class Line:
    """One line of code: its text, the function that it stands in ("": in none), the keywords and passes behind it."""

    text: str
    function: str
    keywords: tuple[str, ...] = ()
    passes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Part:
    """Something of a schema that can be taken away: its name, and what makes the code without it (None: none)."""

    name: str
    make: Callable[[], Sequence[Line] | None]


@dataclass(frozen=True, slots=True)
class Validity:
    """What the models say of an instance: by `is_valid`, and every problem by `problems` as the rows of a report."""

    file: str
    is_valid: bool
    problems: tuple[Mapping[str, str], ...]


# The command


def tried(options: argparse.Namespace) -> tuple[str, int]:
    """Return what is printed, and the exit code: 1 if the instance is not valid. Raises Rejected."""
    file = Path.cwd() / options.file
    reads = [file.parent, *([Path.cwd() / options.instance] if options.instance else [])]
    with sandbox.confined(reads):
        source, instance = _source(file), _instance(options.instance)
        package, warnings = _package(source, file.parent, options.formats)
        lines, more = _traced(source, package, file.parent, options.formats)
        validities = [_validity(package, value) for value in instance]
    findings = (*warnings, *more)
    show = _json if options.format == "json" else _text
    printed = show(lines, dict(_nodes(package, options.formats)), _module(package), validities, findings)
    return printed, max([0, *(not one.is_valid for one in validities)])


def _source(file: Path) -> Source:
    source, findings = loader.load_file(file)
    if source is None or findings:
        raise Rejected(findings)
    return source


def _instance(file: Path | None) -> list[Source]:
    if file is None:
        return []
    source, findings = loader.load_file(Path.cwd() / file, str(file), is_schema=False)
    if source is None or findings:
        raise Rejected(findings)
    return [source]


# The code


def _package(
    source: Source, folder: Path, formats: str, passes: Collection[str] = PASSES
) -> tuple[Package, tuple[Finding, ...]]:
    """Return what is made of a schema and of what it refers to in its folder, by some passes; raises Rejected."""

    def lookup(uri: str) -> Source | None:
        path = unquote(uri.removeprefix(RETRIEVAL))
        file = folder / path
        is_there = uri.startswith(RETRIEVAL) and file.resolve().is_relative_to(folder.resolve()) and file.is_file()
        return loader.load_file(file, path)[0] if is_there else None

    resolution, findings = attempt([source], dialect=DRAFT_2020_12, lookup=lookup)
    before = name_overrides.Before(findings)
    name = in_memory.new_name()
    built = build.build(resolution, package=name, formats=formats, names={}, before=before, passes=passes)
    return built.package, built.warnings


def _module(package: Package) -> ModuleCode | None:
    """Return the code of the schema itself, None if it needs none."""
    return package.modules.get(package.documents[0].location.document) if package.documents else None


def _lines(code: ModuleCode | None) -> Iterator[Line]:
    if code is None:
        return
    yield from (Line(text, "") for block in (*code.tables, *code.constants) for text in block.split("\n"))
    for function in code.functions:
        yield from (Line(text, function.name) for text in function.source.split("\n"))


def _traced(source: Source, package: Package, folder: Path, formats: str) -> tuple[list[Line], tuple[Finding, ...]]:
    """Return the lines of the code with the keywords that they come from; a finding if there are too many of these."""
    lines = list(_lines(_module(package)))
    pointers = list(_pointers(package))
    if len(pointers) > _MOST_PARTS:
        message = f"the schema has {len(pointers)} keywords, and lines are traced to {_MOST_PARTS} at most"
        return lines, (Finding(LARGE, Place(source.file), message, "try a part of the schema on its own"),)
    parts = [Part(at, partial(_without_keyword, source, at, folder, formats)) for at in pointers]
    passes = [Part(name, partial(_without_pass, source, name, folder, formats)) for name in PASSES]
    return list(traced(lines, parts, passes)), ()


def _pointers(package: Package) -> Iterator[str]:
    """Yield the JSON Pointers of the keywords that something can be made of, and of their members."""
    uri = package.documents[0].location.document if package.documents else ""
    for location, subschema in package.subschemas.items():
        for keyword in subschema.keywords.values() if location.document == uri else ():
            entry = ENTRIES[keyword.name]
            if entry.role not in (Role.ANNOTATION, Role.IDENTIFIER, Role.DIALECT) and entry.name not in NOT_APPLIED:
                at = location / keyword.written
                yield at.pointer
                yield from ((at / token).pointer for token, _ in keyword.schemas if entry.form == OBJECT)


def _without_keyword(source: Source, pointer: str, folder: Path, formats: str) -> Sequence[Line] | None:
    content = values.from_value(source.path, without(source.content, tokens(pointer)))
    try:
        return list(_lines(_module(_package(content, folder, formats)[0])))
    except Rejected:  # something refers to what was taken away
        return None


def _without_pass(source: Source, name: str, folder: Path, formats: str) -> Sequence[Line]:
    return list(_lines(_module(_package(source, folder, formats, PASSES.keys() - {name})[0])))


def _nodes(package: Package, formats: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield for the pointer of each keyword, and of each of its subschemas, the classes of the nodes made of it."""
    analysis = Analysis(package.subschemas, package.resources, formats == "assert")
    uri = package.documents[0].location.document if package.documents else ""
    for location, subschema in package.subschemas.items():
        for keyword, nodes in by_keyword(looked_at(analysis, subschema, Context())) if location.document == uri else ():
            yield (location / keyword.written).pointer, _classes(nodes)
            for _, child in keyword.schemas:
                below = [node for node in nodes if isinstance(node, Member | Each) and node.target.location == child]
                yield child.pointer, _classes(below)


def without(content: JSON, way: Sequence[str]) -> JSON:
    """Return a copy of a JSON value without the member that the reference tokens lead to."""
    token, *rest = way
    if isinstance(content, list):
        index = int(token)
        return [without(item, rest) if at == index else item for at, item in enumerate(content)]
    if not isinstance(content, dict):
        return content
    if rest:
        return {name: without(item, rest) if name == token else item for name, item in content.items()}
    return {name: item for name, item in content.items() if name != token}


def _classes(nodes: Iterable[Node]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(type(node).__name__ for node in nodes))


# Where a line comes from


def traced(lines: Sequence[Line], keywords: Iterable[Part], passes: Iterable[Part] = ()) -> Iterator[Line]:
    """Yield the lines with the keywords and passes that they come from: those without which they are not there."""
    behind = zip(lines, _sources(lines, keywords), _sources(lines, passes), strict=True)
    for line, pointers, names in behind:
        yield Line(line.text, line.function, _nearest(pointers), tuple(names))


def _sources(lines: Sequence[Line], parts: Iterable[Part]) -> list[list[str]]:
    """Return for each line the names of the parts without which it is not there."""
    counts = Counter((line.function, line.text.strip()) for line in lines)
    repeated = frozenset(text for (_, text), count in counts.items() if count > 1)
    texts = list(_statements(lines, repeated))
    names: list[list[str]] = [[] for _ in lines]
    for part in parts:
        left = part.make()
        for index in _gone(texts, list(_statements(left, repeated))) if left is not None else ():
            names[index].append(part.name)
    return names


def _statements(lines: Sequence[Line], repeated: Set[str]) -> Iterator[tuple[str, ...]]:
    """Yield each line; one that is repeated, such as what refuses a value, with the question that it stands below.

    How deep a line is indented, and in which function it stands, makes no difference.
    """
    above: list[tuple[int, str]] = []
    for number, line in enumerate(lines):
        text, depth = line.text.strip(), _depth(line)
        goes_on = text.startswith(_GOING_ON)
        above = [(at, header) for at, header in above if at < depth or (goes_on and at == depth)]
        yield (*(header for _, header in above[-1:]), text) if text in repeated else (text,)
        if not goes_on:
            above.append((depth, text))
        elif text.startswith(_CLOSING) and not (whole := _statement(lines, number)).startswith(_GOING_ON):
            above[-1] = (depth, whole)


_CLOSING: Final = (")", "]", "}")
_GOING_ON: Final = ("else:", "elif ", "except ", "finally:", *_CLOSING)
"""How lines begin that belong to a statement above them, which is the question for what stands below them too."""


def _depth(line: Line) -> int:
    return len(line.text) - len(line.text.lstrip())


def _statement(lines: Sequence[Line], end: int) -> str:
    """Return the text of a statement of several lines, which ends with a closing bracket."""
    start = next(at for at in range(end - 1, -1, -1) if _depth(lines[at]) <= _depth(lines[end]))
    return " ".join([line.text.strip() for line in lines[start : end + 1]])


def _gone(texts: Sequence[tuple[str, ...]], left: Sequence[tuple[str, ...]]) -> Iterator[int]:
    """Yield the indices of the texts that are not left."""
    for tag, start, end, _, _ in SequenceMatcher(None, texts, left, autojunk=False).get_opcodes():
        if tag in ("delete", "replace"):
            yield from range(start, end)


def _nearest(names: Sequence[str]) -> tuple[str, ...]:
    """Return the innermost of the parts; a `type`, which guards all that stands beside it, only for want of others."""
    inner = [name for name in names if not any(other.startswith(f"{name}/") for other in names)]
    others = [name for name in inner if last(name) != "type" or not _is_guard(name, inner)]
    return tuple(others or inner)


def _is_guard(name: str, names: Iterable[str]) -> bool:
    around = name.rpartition("/")[0]
    return any(other != name and other.startswith(f"{around}/") for other in names)


# The instance


def _validity(package: Package, instance: Source) -> Validity:
    document = package.documents[0]
    model: ModuleType = in_memory.module_of(package, document.module)
    problems = tuple(_row(problem) for problem in model.problems(instance.content))
    return Validity(instance.path, model.is_valid(instance.content), problems)


def _row(problem: object) -> Mapping[str, str]:
    named = ("instance_location", "keyword_location", "message", "value")
    return {name: str(getattr(problem, name)) for name in named}


# What is printed


_Nodes: TypeAlias = Mapping[str, Sequence[str]]
"""The classes of the nodes of each keyword, by its JSON Pointer."""


def _text(
    lines: Sequence[Line],
    nodes: _Nodes,
    code: ModuleCode | None,
    validities: Sequence[Validity],
    findings: Sequence[Finding],
) -> str:
    parts = ["".join(f"{row}\n" for row in _code_rows(lines, nodes)), _table_text(code)]
    parts += ["".join(f"{row}\n" for row in _validity_rows(one)) for one in validities]
    parts.append(report.render(findings, "text", root=Path.cwd()))
    return "\n".join(part for part in parts if part)


def _code_rows(lines: Sequence[Line], nodes: _Nodes) -> Iterator[str]:
    """Yield the lines, each with what it comes from behind it: the keywords with their nodes, and the passes.

    A line of its own parts the functions.
    """
    width = min(_WIDEST, max((len(line.text) for line in lines), default=0))
    before = ""
    for line in lines:
        if line.function != before:
            yield ""
        before = line.function
        origin = [_with_nodes(pointer, nodes) for pointer in line.keywords]
        origin += [f"by {name}" for name in line.passes]
        yield printable(f"{line.text:{width}}  # {', '.join(origin)}" if origin else line.text)


def _with_nodes(pointer: str, nodes: _Nodes) -> str:
    return f"{pointer} ({', '.join(nodes[pointer])})" if nodes.get(pointer) else pointer


def _table_text(code: ModuleCode | None) -> str:
    """Return the rows by which problems are reported, each subschema's on a line."""
    rows = json.loads(code.problems) if code is not None and code.problems else {}
    return "".join(f"{name}: {json.dumps(row)}\n" for name, row in rows.items())


def _validity_rows(validity: Validity) -> Iterator[str]:
    count = len(validity.problems)
    word = "valid" if validity.is_valid else "not valid"
    yield printable(f"{validity.file}: {word}, {count} {'problem' if count == 1 else 'problems'}")
    if validity.is_valid is bool(count):
        yield "  is_valid and problems differ: a keyword does not mean the same as code and as rows of the table"
    for problem in validity.problems:
        yield printable(f"  {problem['instance_location'] or 'the instance'}: {problem['message']}")
        yield printable(f"    by {problem['keyword_location'] or 'the schema'}")


def _json(
    lines: Sequence[Line],
    nodes: _Nodes,
    code: ModuleCode | None,
    validities: Sequence[Validity],
    findings: Sequence[Finding],
) -> str:
    made = {
        "code": [asdict(line) for line in lines],
        "nodes": nodes,
        "problems": json.loads(code.problems) if code is not None and code.problems else {},
        "instances": [asdict(one) for one in validities],
        "findings": json.loads(report.render(findings, "json", root=Path.cwd())),
    }
    return json.dumps(made, indent=2) + "\n"
