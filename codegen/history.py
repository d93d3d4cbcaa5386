"""History: older versions of the schema folder, and what has become of each document since.

A version is a folder, named as its owner likes, that holds the schemas as they were. Nothing is asked of a version
control system: what is printed depends on the files that are read, and on nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import Final

from codegen import load
from codegen.changes import EQUAL, Comparison, Step, comparison, same
from codegen.checks.patterns import Untranslatable
from codegen.checks.program import Program
from codegen.findings import Finding, Place, Rejected, Rule, Severity
from codegen.ir import Change, Effect, History, Location, Release
from codegen.load import Source
from codegen.resolve import Lookup, Resolution, resolve
from codegen.verdicts import tellers
from codegen.witnesses import Version, version, witness

STRAY: Final = Rule("history-stray", "The history folder holds a folder for each version, and the schemas in these.")


def read(folder: Path) -> dict[str, tuple[Source, ...]]:
    """Return the schemas of each version, from old to new; raises Rejected with every finding."""
    sources, found = load.load_folder(folder, public=False)
    stray = [_stray(source) for source in sources if "/" not in source.path]
    stopping = [*stray, *(finding for finding in found if finding.rule.severity is Severity.ERROR)]
    if stopping:
        raise Rejected(stopping)
    versions: dict[str, list[Source]] = {}
    for source in sources:
        name, _, path = source.path.partition("/")
        versions.setdefault(name, []).append(replace(source, path=path))
    return {name: tuple(versions[name]) for name in sorted(versions, key=order)}


def order(name: str) -> tuple[tuple[int, int, str], ...]:
    """Return what a version's name is ordered by: 1.9 comes before 1.10, and 2.0-rc1 before 2.0."""
    parts = [(2, int(part), "") if part.isdecimal() else _text(part) for part in re.findall(r"\d+|\D+", name)]
    return (*parts, (1, 0, ""))


def _text(part: str) -> tuple[int, int, str]:
    return (0 if re.match("-[A-Za-z]", part) else 3, 0, part)


def _stray(source: Source) -> Finding:
    message = "the schema stands beside the folders of the versions"
    return Finding(STRAY, Place(source.file), message, "Put it into a folder that is named like its version.")


def history(
    versions: Mapping[str, Sequence[Source]], now: Resolution, *, dialect: str, lookup: Lookup, formats: str
) -> History:
    """Return what has become of the documents since the versions, which are given from old to new."""
    told = [(name, resolve(sources, dialect=dialect, lookup=lookup)) for name, sources in versions.items()]
    told.append(("", now))
    releases: dict[Location, list[Release]] = {}
    gone: list[tuple[str, str, str]] = []
    for (since, old), (name, new) in pairwise(told):
        between = _Between(old, new, since, name, formats == "assert")
        for location, release in between.releases():
            releases.setdefault(location, []).insert(0, release)
        gone += [(name, since, path) for path in between.gone()]
    own = {document.location for document in now.documents if document.public}
    known = {location: tuple(_since_the_first(found)) for location, found in releases.items() if location in own}
    return History(tuple(versions), known, tuple(gone), _files(versions, now))


def _since_the_first(releases: Sequence[Release]) -> Iterator[Release]:
    """Yield the releases, newest first, up to the one in which the document was new for the last time."""
    for release in releases:
        yield release
        if not release.since:
            return


def file_name(name: str, path: str) -> str:
    """Return how an older file is called where all that a run reads is listed."""
    return f"history:{name}/{path}"


def _files(versions: Mapping[str, Sequence[Source]], now: Resolution) -> dict[Location, tuple[str, ...]]:
    """Return the older files that a document's changes may come from: all of them, as they refer to each other."""
    every = tuple(file_name(name, source.path) for name, sources in versions.items() for source in sources)
    return {document.location: every for document in now.documents if document.public}


@dataclass(frozen=True)
class _Between:
    """Two versions that follow each other."""

    old: Resolution
    new: Resolution
    since: str
    name: str
    formats: bool

    def gone(self) -> list[str]:
        """Return the paths of documents that are no longer there."""
        kept = {document.location for document in self.new.documents if document.public}
        return [old.path for old in self.old.documents if old.public and old.location not in kept]

    def releases(self) -> Iterator[tuple[Location, Release]]:
        """Yield what has become of each document of the new version."""
        before = {document.location: document for document in self.old.documents}
        after = {document.location: document for document in self.new.documents}
        moved = {at for at in before.keys() & after.keys() if not same(before[at].content, after[at].content)}
        programs = [Program(each.subschemas, each.resources, self.formats) for each in (self.old, self.new)]
        leads = _leads(self.new)
        for location, document in after.items():
            if not document.public:
                continue
            if location not in before or not before[location].public:
                yield location, Release(self.name, "", is_same=False)
                continue
            reached = _reached(leads, location.document) if moved else set()
            also = tuple(at for at in after if at in moved and at != location and at.document in reached)
            if location not in moved:
                yield location, Release(self.name, self.since, is_same=True, also=also)
                continue
            compared = comparison(programs[0], programs[1], before[location].content, document.content)
            yield location, Release(self.name, self.since, False, tuple(self._changes(compared, location)), also)

    def _changes(self, compared: Comparison, root: Location) -> Iterator[Change]:
        steps = list(compared.steps(root))
        is_open = any(step.proof != EQUAL for step in steps)
        old = _version(self.old, compared.old, root) if is_open else None
        new = _version(self.new, compared.new, root) if is_open else None
        for step in steps:
            places = step.pair.old, step.pair.new
            writers = _effect(step, step.proof.old_stays, old, new, places)
            readers = _effect(step, step.proof.new_was, new, old, (places[1], places[0]))
            yield Change(step.pair.new, step.keyword, step.token, step.before, step.after, writers, readers)


def _effect(
    step: Step, proven: bool, valid: Version | None, refused: Version | None, places: tuple[Location, Location]
) -> Effect:
    if proven:
        return Effect(breaks=False)
    found = witness(step, valid, refused, places) if valid is not None and refused is not None else ()
    return Effect(breaks=True if found else None, document=found)


def _version(resolution: Resolution, program: Program, root: Location) -> Version | None:
    """Return what decides instances in a version; None if nothing can, as it leads back to itself or has no pattern."""
    if program.endless([root]):
        return None
    try:
        return version(program, root, tellers(resolution, program, [root])[root])
    except Untranslatable:
        return None


def _leads(resolution: Resolution) -> Mapping[str, set[str]]:
    """Return which documents each document refers to."""
    leads: dict[str, set[str]] = {}
    for location, subschema in resolution.subschemas.items():
        targets = {word.target.document for word in subschema.keywords.values() if word.target is not None}
        leads.setdefault(location.document, set()).update(targets)
    return leads


def _reached(leads: Mapping[str, set[str]], start: str) -> set[str]:
    """Return the documents that a document refers to, directly or not."""
    seen, waiting = {start}, [start]
    while waiting:
        new = leads.get(waiting.pop(), set()) - seen
        seen |= new
        waiting += new
    return seen
