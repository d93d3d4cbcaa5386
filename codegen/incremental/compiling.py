"""The compiled components of the documents, and an example for each document: made anew, or by an earlier run.

The key of a component is a digest of all that its code depends on: its documents, their other inputs (names, settings),
the keys of the components that it refers to, and the functions that others request of it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from ..compiler import components
from ..compiler.components import Component, Made
from ..compiler.functions import Compilation
from ..compiler.names.functions import Request
from ..findings import Finding
from ..ir import JSON, ClassShape, Document, EnumShape, Location, ModuleCode
from ..schema.resolver import Resolution
from .cache import Cache
from .codec import from_json, to_json
from .sharing import ShareOut, one_by_one


class Compiled:
    """What was made of the components of a resolution.

    `digests` has a key for all that was made of a document: two runs with the same key have made the same.
    """

    def __init__(self, cache: Cache | None = None, share_out: ShareOut = one_by_one) -> None:
        self.modules = Modules(cache)
        self.shapes: dict[Location, ClassShape | EnumShape] = {}
        self.annotations: dict[Location, str] = {}
        self.findings: list[Finding] = []
        self.digests: dict[str, str] = {}
        self.examples: dict[Location, JSON] = {}
        self._cache = cache
        self._share_out = share_out
        self._taken: set[str] = set()
        self._requests: dict[str, dict[Request, None]] = {}

    def compile(
        self,
        compilation: Compilation,
        resolution: Resolution,
        parts: Parts,
        inputs: Mapping[str, JSON],
        settings: JSON,
        with_instances: Iterable[Location],
    ) -> None:
        """Compile every component, each after those that refer to it.

        `inputs` has by URI what a document is compiled from beside the schemas, `settings` is what all of them are
        compiled by. The examples and defaults of the subschemas `with_instances` are validated.
        """
        rows: dict[str, JSON] = {uri: [digest, inputs.get(uri)] for uri, digest in parts.digests.items()}
        digests = _with_those_below(parts.ordered, rows)
        to_validate: dict[str, list[Location]] = {}
        for location in with_instances:
            to_validate.setdefault(location.document, []).append(location)

        def work(job: _Job) -> Mapping[str, bytes]:
            locations = [location for uri in job.component.uris for location in to_validate.get(uri, ())]
            self._take(job.key, components.made(job.component, compilation, resolution, job.requests, locations))
            return self._cache.rows(job.key, f"{job.key}:code") if self._cache is not None else {}

        for wave in parts.waves:
            jobs = [self._job(component, settings, digests) for component in wave]
            fresh = [job for job in jobs if not self._recall(job.key)]
            share = self._share_out if self._cache is not None else one_by_one
            for job, made in zip(fresh, share(work, fresh), strict=True):
                self._take_over(job, made, work)

    def _job(self, component: Component, settings: JSON, digests: Mapping[str, str]) -> _Job:
        """Return what is to be done for a component, and its key."""
        requests = tuple(sorted(request for uri in component.uris for request in self._requests.get(uri, ())))
        key = _key("component", [settings, digests[component.uris[0]], to_json(requests)])
        self.digests.update((uri, f"{key} {uri}") for uri in component.uris)
        return _Job(component, key, requests)

    def _take_over(self, job: _Job, rows: Mapping[str, bytes], work: Callable[[_Job], object]) -> None:
        """Take what a copy of this process has made of a component; what is not kept is made here."""
        if job.key not in self._taken:
            if self._cache is not None:
                self._cache.take(rows)
            if not self._recall(job.key):
                work(job)

    def _recall(self, key: str) -> bool:
        """Take what an earlier run has made of a component; return whether there is something."""
        entry = self._cache.find(key) if self._cache is not None else None
        if not isinstance(entry, list) or not self.modules.recall(f"{key}:code", entry[0]):
            return False
        classes, enums, annotations, requests = (from_json(*row) for row in zip(_ROW, entry[1:], strict=True))
        self._join(classes, enums, annotations, requests)
        return True

    def _take(self, key: str, made: Made) -> None:
        self._taken.add(key)
        self.modules.made.update(made.modules)
        self._join(made.classes, made.enums, made.annotations, made.asked)
        self.findings += made.findings
        if self._cache is not None and not made.findings:
            fields = (tuple(made.modules), made.classes, made.enums, made.annotations, made.asked)
            self._cache.keep(key, [to_json(field) for field in fields])
            self._cache.keep(f"{key}:code", [to_json(module) for module in made.modules.values()])

    def _join(
        self,
        classes: Iterable[ClassShape],
        enums: Iterable[EnumShape],
        annotations: Mapping[Location, str],
        requests: Iterable[Request],
    ) -> None:
        self.shapes.update((shape.location, shape) for shape in classes)
        self.shapes.update((shape.location, shape) for shape in enums)
        self.annotations.update(annotations)
        for request in requests:
            self._requests.setdefault(request.location.document, {})[request] = None

    # Examples

    def without_example(self, documents: Iterable[Document]) -> list[Document]:
        """Return the documents for which no earlier run has looked for an example; take the examples of the others."""
        left = []
        for document in documents:
            kept = self._cache.find(self._example_key(document)) if self._cache is not None else None
            if isinstance(kept, list):
                self.examples.update((document.location, value) for value in kept)
            else:
                left.append(document)
        return left

    def keep_examples(
        self, documents: Iterable[Document], examples: Mapping[Location, JSON], clean: Collection[str]
    ) -> None:
        """Take the examples of documents; keep them for those that have no finding.

        These are the `clean` ones, given by their paths.
        """
        self.examples.update(examples)
        for document in documents:
            if self._cache is not None and document.path in clean:
                values = [examples[document.location]] if document.location in examples else []
                self._cache.keep(self._example_key(document), values)

    def _example_key(self, document: Document) -> str:
        return _key("example", self.digests[document.location.document])


_ROW = (tuple[ClassShape, ...], tuple[EnumShape, ...], Mapping[Location, str], tuple[Request, ...])


class Modules(Mapping[str, ModuleCode]):
    """The code of the modules by document; what an earlier run has made is read on first use."""

    def __init__(self, cache: Cache | None) -> None:
        self.made: dict[str, ModuleCode] = {}
        self._kept: dict[str, tuple[str, int]] = {}
        self._cache = cache

    def recall(self, key: str, documents: JSON) -> bool:
        """Return whether the code of the documents' modules was kept; it is read from there on first use."""
        if self._cache is None or not self._cache.has(key) or not isinstance(documents, list):
            return False
        self._kept.update((str(uri), (key, index)) for index, uri in enumerate(documents))
        return True

    def __getitem__(self, uri: str) -> ModuleCode:
        if uri not in self.made and uri in self._kept and self._cache is not None:
            key, index = self._kept[uri]
            rows = self._cache.find(key)
            self.made[uri] = from_json(ModuleCode, rows[index] if isinstance(rows, list) else None)
        return self.made[uri]

    def __contains__(self, uri: object) -> bool:
        return uri in self.made or uri in self._kept

    def __iter__(self) -> Iterator[str]:
        return iter({**self._kept, **self.made})

    def __len__(self) -> int:
        return len({**self._kept, **self.made})


class _Job(NamedTuple):
    """A component that is to be compiled, its key, and the functions that others request of it."""

    component: Component
    key: str
    requests: tuple[Request, ...]


def _key(kind: str, content: JSON) -> str:
    return hashlib.sha256(json.dumps([kind, content]).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Parts:
    """The components of a resolution in their order, and by URI the digest of all that a document's code depends on.

    That is what the documents of its component say, and all those that they refer to.
    """

    ordered: Sequence[Component]
    digests: Mapping[str, str]

    @property
    def waves(self) -> Sequence[Sequence[Component]]:
        """Return the components so that each comes in a later wave than those that refer to it."""
        levels: dict[str, int] = {}
        waves: list[list[Component]] = []
        for component in self.ordered:
            level = max(levels.get(uri, 0) for uri in component.uris)
            waves.extend([] for _ in range(level + 1 - len(waves)))
            waves[level].append(component)
            for uri in component.below:
                levels[uri] = max(levels.get(uri, 0), level + 1)
        return waves


def parts(resolution: Resolution) -> Parts:
    """Return the components of a resolution with their digests."""
    ordered = components.ordered(resolution)
    return Parts(ordered, _with_those_below(ordered, _rows(resolution)))


def _with_those_below(ordered: Sequence[Component], rows: Mapping[str, JSON]) -> dict[str, str]:
    """Return by URI the digest of the rows of its component, and of all those that this refers to."""
    digests: dict[str, str] = {}
    for component in reversed(ordered):
        below: JSON = list(sorted({digests[uri] for uri in component.below}))
        content: JSON = [[rows[uri] for uri in component.uris], below]
        digest = hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
        digests.update((uri, digest) for uri in component.uris)
    return digests


def _rows(resolution: Resolution) -> dict[str, JSON]:
    """Return by URI what a document's code can depend on, but for what stands in the documents that it refers to.

    Which of its values are subschemas, and which of them others refer to, depends on those others.
    """
    pointers: dict[str, list[str]] = {}
    references: dict[str, list[JSON]] = {}
    referred: dict[str, set[str]] = {}
    for location, subschema in resolution.subschemas.items():
        pointers.setdefault(location.document, []).append(location.pointer)
        for keyword in subschema.keywords.values():
            if keyword.target is not None and keyword.target.document != location.document:
                references.setdefault(location.document, []).append(str(keyword.target))
                referred.setdefault(keyword.target.document, set()).add(keyword.target.pointer)
    rows: dict[str, JSON] = {}
    for document in resolution.documents:
        uri = document.location.document
        source = resolution.sources[uri]
        about: list[JSON] = [uri, document.path, document.module, document.uri, document.dialect, document.public]
        below = "\n".join(pointers.get(uri, ())).encode(errors="surrogatepass")
        targets: list[JSON] = list(sorted(referred.get(uri, ())))
        used: list[JSON] = [hashlib.sha256(below).hexdigest(), references.get(uri, []), targets]
        rows[uri] = [*about, source.format, source.digest, *used]
    return rows
