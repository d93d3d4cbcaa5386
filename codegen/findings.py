"""Findings: every fault that a user can cause, as one kind of value."""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum
from typing import Final

from .records import dataclass


class Severity(Enum):
    """How much a finding weighs: an error stops the run, a warning is only reported."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Rule:
    """One kind of fault: its id, what the rule is for, its weight, and the exit code that it asks for."""

    id: str
    purpose: str
    severity: Severity = Severity.ERROR
    exit_code: int = 1


@dataclass(frozen=True, slots=True)
class Place:
    """Where a finding stands: a file, a line and a column from 1 (0: the whole file), and a JSON Pointer."""

    file: str
    line: int = 0
    column: int = 0
    pointer: str = ""


SETTINGS: Final = "[tool.triptych]"
"""The file of a place that is a setting's, given by its JSON Pointer from that table: the run knows the file's name."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is wrong: which rule, where, what is wrong, and what to do about it."""

    rule: Rule
    place: Place
    message: str
    help: str
    detail: str = ""  # more lines for a terminal, for example a diff


def ordered(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return each finding once, by file, line, column and pointer: two stages may have met the same fault."""

    def key(finding: Finding) -> tuple[str, int, int, str, str, str]:
        at = finding.place
        return at.file, at.line, at.column, at.pointer, finding.rule.id, finding.message

    return tuple(sorted(dict.fromkeys(findings), key=key))


class Rejected(Exception):
    """The input can't be worked on; holds every finding (`findings`), never none of them."""

    def __init__(self, findings: Iterable[Finding]) -> None:
        self.findings: tuple[Finding, ...] = tuple(findings)
        super().__init__("; ".join(finding.message for finding in self.findings))
