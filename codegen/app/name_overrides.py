"""Name overrides and open enums: settings that name subschemas, checked against the documents."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

from ..findings import Finding, Place, Rule
from ..ir import JSON, Location
from ..records import dataclass
from ..schema import suggestions
from ..schema.resolver import Resolution

NO_ENUM = Rule("no-such-enum", "A pointer in open_enum_pointers leads to an enum of strings.", exit_code=2)


UNKNOWN_OVERRIDE = Rule("unknown-pin", "A name override belongs to a document of the schema folder.", exit_code=2)


@dataclass(frozen=True, slots=True)
class Before:
    """What is known before building: what is wrong so far, and the paths of the documents that could not be read.

    `place` gives the place of a key of the configuration, by the tables that it stands in.
    """

    findings: tuple[Finding, ...] = ()
    unread: frozenset[str] = frozenset()
    place: Callable[..., Place] = lambda *keys: Place("")


NOTHING_BEFORE = Before()
"""What is known where nothing was checked before."""


def open_enums_of(resolution: Resolution, models: Mapping[str, JSON]) -> frozenset[Location]:
    """Return the subschemas whose enum of strings is open: all of them, or those that are named by `file#pointer`."""
    named, every = named_open(models), models.get("open_enums") is True
    paths = {document.location.document: document.path for document in resolution.documents}
    return frozenset(
        location
        for location, subschema in resolution.subschemas.items()
        if _lists_strings(subschema.value("enum")) and (every or _written(paths, location) in named)
    )


def open_findings(
    resolution: Resolution, models: Mapping[str, JSON], faulty: Collection[str], before: Before
) -> Iterator[Finding]:
    """Yield a finding for every pointer that opens no enum; those into faulty documents are not checked."""
    paths = {document.location.document: document.path for document in resolution.documents}
    opened = {_written(paths, location) for location in open_enums_of(resolution, models)}
    for index, name in enumerate(named_open(models)):
        if name not in opened and name.partition("#")[0] not in faulty:
            message = f"open_enum_pointers has {name}, where there is no enum of strings"
            help = "write file#pointer of a subschema that has an enum of strings, or take it out"
            yield Finding(NO_ENUM, before.place("models", "open_enum_pointers", str(index)), message, help)


def named_open(models: Mapping[str, JSON]) -> list[str]:
    """Return the subschemas whose enums the settings open, as `file#pointer`."""
    named = models.get("open_enum_pointers")
    return [str(name) for name in named] if isinstance(named, list) else []


def _written(paths: Mapping[str, str], location: Location) -> str:
    """Return a location as the configuration writes it: `file#pointer`."""
    return f"{paths[location.document]}#{location.pointer}"


def _lists_strings(values: JSON) -> bool:
    return isinstance(values, list) and all(isinstance(value, str) or value is None for value in values)


def unknown_overrides(resolution: Resolution, overrides: Iterable[str], before: Before) -> Iterator[Finding]:
    """Yield a finding for every name override of no document."""
    paths = [document.path for document in resolution.documents if document.public]
    for override in overrides:
        path = override.partition("#")[0]
        if path not in paths:
            message = f"the name override for {override} belongs to no document"
            meant = suggestions.close(path, paths)
            help = f"did you mean {meant}?" if meant else "write file#pointer with the path of a file below the folder"
            yield Finding(UNKNOWN_OVERRIDE, before.place("names", override), message, help)
