"""History: older versions of the schema folder, and what has become of each document since.

A version is a folder, named as its owner likes, that holds the schemas as they were. No version control system
is asked: what is printed depends on the files that are read, and on nothing else.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Final

from ..compiler.analysis import Analysis
from ..compiler.regex.patterns import Untranslatable
from ..findings import Finding, Place, Rule
from ..ir import Change, Effect, History, Location, Release
from ..records import dataclass
from ..schema.equality import equal
from ..schema.resolver import Resolution
from ..source import loader
from ..source.loader import Source
from ..validation.validator import reporters
from .counterexamples import Version, counterexample, version
from .diff import EQUAL, Comparison, Step, comparison

MISPLACED: Final = Rule(
    "history-stray", "The history folder holds a folder for each version, and the schemas in these."
)


@dataclass(frozen=True, slots=True)
class Older:
    """One older version: its name, and its schemas as they were."""

    name: str
    sources: tuple[Source, ...]
    resolution: Resolution

    def files(self) -> Iterator[tuple[str, Source]]:
        """Yield the sources, by how an older file is called where all that a run reads is listed."""
        return ((file_name(self.name, source.path), source) for source in self.sources)


Attempt = Callable[[Sequence[Source]], tuple[Resolution, tuple[Finding, ...]]]


def read(folder: Path, attempt: Attempt) -> tuple[tuple[Older, ...], tuple[Finding, ...]]:
    """Return the older versions below a folder, from old to new, and all that is wrong with them.

    `attempt` resolves the schemas of a version and says what is wrong with them. A version of which not everything
    could be read is left out.
    """
    sources, unreadable = loader.load_folder(folder, public=False)
    findings = [*unreadable, *(_misplaced(source) for source in sources if "/" not in source.path)]
    schemas: dict[str, list[Source]] = {}
    for source in sources:
        name, _, path = source.path.partition("/")
        schemas.setdefault(name, []).append(replace(source, path=path))
    versions = []
    for name in sorted(schemas, key=order):
        beginning = (folder / name).as_posix() + "/"
        if any(f"{finding.place.file}/".startswith(beginning) for finding in findings):
            continue
        resolution, unresolved = attempt(schemas[name])
        versions.append(Older(name, tuple(schemas[name]), resolution))
        findings += unresolved
    return tuple(versions), tuple(findings)


def order(name: str) -> tuple[tuple[int, int, str], ...]:
    """Return what a version's name is ordered by: 1.9 comes before 1.10, and 2.0-rc1 before 2.0."""
    parts = [(2, int(part), "") if part.isdecimal() else _text(part) for part in re.findall(r"\d+|\D+", name)]
    return (*parts, (1, 0, ""))


def _text(part: str) -> tuple[int, int, str]:
    return (0 if re.match("-[A-Za-z]", part) else 3, 0, part)


def _misplaced(source: Source) -> Finding:
    message = "the schema stands beside the folders of the versions"
    return Finding(MISPLACED, Place(source.file), message, "put it into a folder that is named like its version")


def history(versions: Sequence[Older], now: Resolution, *, formats: str) -> History:
    """Return what has become of the documents since the versions, which are given from old to new."""
    resolutions = [*((older.name, older.resolution) for older in versions), ("", now)]
    releases: dict[Location, list[Release]] = {}
    gone: list[tuple[str, str, str]] = []
    for (since, old), (name, new) in pairwise(resolutions):
        between = _Between(old, new, since, name, formats == "assert")
        for location, release in between.releases():
            releases.setdefault(location, []).insert(0, release)
        gone += [(name, since, path) for path in between.gone()]
    public = {document.location for document in now.documents if document.public}
    since_new = {location: tuple(_since_the_first(some)) for location, some in releases.items() if location in public}
    return History(tuple(older.name for older in versions), since_new, tuple(gone), _files(versions, now))


def _since_the_first(releases: Sequence[Release]) -> Iterator[Release]:
    """Yield the releases, newest first, up to the one in which the document was new for the last time."""
    for release in releases:
        yield release
        if not release.since:
            return


def file_name(name: str, path: str) -> str:
    """Return how an older file is called where all that a run reads is listed."""
    return f"history:{name}/{path}"


def _files(versions: Sequence[Older], now: Resolution) -> dict[Location, tuple[str, ...]]:
    """Return the older files that a document's changes may come from: all of them, as they refer to each other."""
    every = tuple(file_name(older.name, source.path) for older in versions for source in older.sources)
    return {document.location: every for document in now.documents if document.public}


@dataclasses.dataclass(frozen=True)
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
        moved = {at for at in before.keys() & after.keys() if not equal(before[at].content, after[at].content)}
        analyses = [Analysis(each.subschemas, each.resources, self.formats) for each in (self.old, self.new)]
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
            compared = comparison(analyses[0], analyses[1], before[location].content, document.content)
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
    document = counterexample(step, valid, refused, places) if valid is not None and refused is not None else ()
    return Effect(breaks=True if document else None, document=document)


def _version(resolution: Resolution, analysis: Analysis, root: Location) -> Version | None:
    """Return what decides instances in a version; None if nothing can, as it leads back to itself or has no pattern."""
    if analysis.endless([root]):
        return None
    try:
        return version(analysis, root, reporters(resolution, analysis, [root])[root])
    except Untranslatable:
        return None


def _leads(resolution: Resolution) -> Mapping[str, set[str]]:
    """Return which documents each document refers to."""
    leads: dict[str, set[str]] = {}
    for location, subschema in resolution.subschemas.items():
        targets = {each.target.document for each in subschema.keywords.values() if each.target is not None}
        leads.setdefault(location.document, set()).update(targets)
    return leads


def _reached(leads: Mapping[str, set[str]], start: str) -> set[str]:
    """Return the documents that a document refers to, directly or not."""
    reached, pending = {start}, [start]
    while pending:
        new = leads.get(pending.pop(), set()) - reached
        reached |= new
        pending += new
    return reached
