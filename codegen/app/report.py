"""Report: findings as text for people, JSON for programs, GitHub's annotations, or JUnit's XML.

Sources: GitHub, "Workflow commands for GitHub Actions"; the escapes are those of its toolkit's `command` module.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import PurePath
from typing import TYPE_CHECKING, Literal, TypeAlias, get_args

from ..findings import Finding, Severity
from ..printable import printable

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

Format: TypeAlias = Literal["text", "json", "github", "junit"]

FORMATS: tuple[Format, ...] = get_args(Format)


def render(findings: Iterable[Finding], format: Format, *, root: PurePath | None = None) -> str:
    """Return the findings in the format, in their order; a file below `root` is named relative to it.

    The text ends with a newline, or is empty where the format has nothing to say of no findings.
    """
    rows = tuple(findings)
    return _PRINTERS[format](rows, tuple(_file(finding, root) for finding in rows))


def exit_code(findings: Iterable[Finding]) -> int:
    """Return 0 if there is no error, else the highest exit code that an error asks for; warnings don't count."""
    return max((f.rule.exit_code for f in findings if f.rule.severity is Severity.ERROR), default=0)


def _file(finding: Finding, root: PurePath | None) -> str:
    file = PurePath(finding.place.file)
    if root is not None and finding.place.file and file.is_relative_to(root):
        return file.relative_to(root).as_posix()
    return finding.place.file


def _line(text: str) -> str:
    return printable(text).replace("\n", "\\n")


# --- Text


def _text(findings: Sequence[Finding], files: Sequence[str]) -> str:
    return "".join(_paragraph(finding, file) for finding, file in zip(findings, files, strict=True))


def _paragraph(finding: Finding, file: str) -> str:
    place, rule = finding.place, finding.rule
    position = [str(number) for number in (place.line, place.column) if number]
    where = ":".join([_line(file), *position]) + ": " if file else ""
    lines = [f"{where}{rule.severity.value}[{rule.id}] {_line(finding.message)}"]
    if place.pointer:
        lines.append(f"  at: {_line(place.pointer)}")
    lines.append(f"  help: {_line(finding.help)}")
    # The bar keeps a line of a schema that starts with "::" from being a command to a CI runner.
    lines.extend(f"  | {printable(line.expandtabs(4))}" for line in finding.detail.rstrip("\n").split("\n") if line)
    return "\n".join(lines) + "\n"


# --- JSON


def _json(findings: Sequence[Finding], files: Sequence[str]) -> str:
    rows = [
        {
            "rule": finding.rule.id,
            "purpose": finding.rule.purpose,
            "severity": finding.rule.severity.value,
            "file": file,
            "line": finding.place.line,
            "column": finding.place.column,
            "pointer": finding.place.pointer,
            "message": finding.message,
            "cure": finding.help,
            "detail": finding.detail,
        }
        for finding, file in zip(findings, files, strict=True)
    ]
    return json.dumps(rows, indent=2) + "\n"


# --- GitHub


def _github(findings: Sequence[Finding], files: Sequence[str]) -> str:
    return "".join(_command(finding, file) for finding, file in zip(findings, files, strict=True))


def _command(finding: Finding, file: str) -> str:
    place, rule = finding.place, finding.rule
    properties = {"file": file, "line": str(place.line or ""), "col": str(place.column or ""), "title": rule.id}
    written = ",".join(f"{name}={_property(value)}" for name, value in properties.items() if value)
    return f"::{rule.severity.value} {written}::{_data(_body(finding))}\n"


def _body(finding: Finding) -> str:
    """Return message, pointer, help and detail, a line or more each, for formats that print the place themselves."""
    pointer = f"at: {finding.place.pointer}" if finding.place.pointer else ""
    parts = (finding.message, pointer, f"help: {finding.help}", finding.detail.rstrip("\n"))
    return "\n".join(part for part in parts if part)


def _data(text: str) -> str:
    return printable(text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A"))


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


# --- JUnit


def _junit(findings: Sequence[Finding], files: Sequence[str]) -> str:
    # Its import costs more than all printing, and the other formats have no use for it.
    from xml.etree.ElementTree import Element, SubElement, indent, tostring

    failures = str(sum(finding.rule.severity is Severity.ERROR for finding in findings))
    counts = {"tests": str(max(len(findings), 1)), "failures": failures, "errors": "0", "skipped": "0"}
    suites = Element("testsuites", counts)
    suite = SubElement(suites, "testsuite", {"name": "triptych", **counts})
    for finding, file in zip(findings, files, strict=True):
        suite.append(_testcase(finding, file))
    if not findings:
        # Readers of JUnit's XML take a suite without a test for a run that broke.
        SubElement(suite, "testcase", {"classname": "triptych", "name": "no findings"})
    indent(suites)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{tostring(suites, encoding="unicode")}\n'


def _testcase(finding: Finding, file: str) -> Element:
    from xml.etree.ElementTree import Element, SubElement

    place, rule = finding.place, finding.rule
    where = ":".join([_line(file), *(str(number) for number in (place.line, place.column) if number)])
    name = " ".join(part for part in (where, _line(place.pointer)) if part) or rule.id
    attributes = {"classname": f"triptych.{rule.id}", "name": name, "file": _line(file), "line": str(place.line or "")}
    case = Element("testcase", {key: value for key, value in attributes.items() if value})
    if rule.severity is Severity.ERROR:
        outcome = SubElement(case, "failure", {"type": rule.id, "message": _line(finding.message)})
    else:
        outcome = SubElement(case, "system-out")
    outcome.text = printable(_body(finding))
    return case


_PRINTERS: Mapping[str, Callable[[Sequence[Finding], Sequence[str]], str]] = {
    "text": _text,
    "json": _json,
    "github": _github,
    "junit": _junit,
}
