"""The compiled components of the documents, and an example for each document: made anew, or by an earlier run.

The key of a component is a digest of all that its code depends on: its documents, their other inputs (names, settings),
the keys of the components that it refers to, and the functions that others request of it. Code is kept of what others
refer to, since their examples are validated by it; all other code is but a part of a text that is kept, and is made
again if that text has to be.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import NamedTuple

from ..compiler import components
from ..compiler.compilation import Compilation
from ..compiler.components import Component, Made
from ..compiler.names.functions import Request
from ..findings import Finding
from ..ir import JSON, ClassShape, Document, EnumShape, Location, ModuleCode
from ..records import dataclass
from ..schema.resolver import Resolution
from .cache import Cache
from .codec import from_json, to_json
from .sharing import ShareOut, one_by_one


class Compiled:
    """What was made of the components of a resolution.

    `digests` has a key for all that was made of a document: two runs with the same key have made the same.
    """

    def __init__(self, cache: Cache | None = None, share_out: ShareOut = one_by_one) -> None:
        self.modules = Modules()
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

        def make(job: _Job) -> Made:
            locations = [location for uri in job.component.uris for location in to_validate.get(uri, ())]
            return components.made(job.component, compilation, resolution, job.requests, locations)

        def work(job: _Job) -> tuple[Mapping[str, bytes], Mapping[str, ModuleCode]]:
            made = make(job)
            self._take(job, made)
            return self._cache.rows(job.key, job.code_key) if self._cache is not None else {}, made.modules

        referred = frozenset(uri for component in parts.ordered for uri in component.below)
        for wave in parts.waves:
            jobs = [self._job(component, settings, digests, referred) for component in wave]
            fresh = [job for job in jobs if not self._recall(job, make)]
            share = self._share_out if self._cache is not None else one_by_one
            for job, (rows_of_job, modules) in zip(fresh, share(work, fresh), strict=True):
                if job.key not in self._taken:  # a copy of this process has made it
                    self._take_over(job, rows_of_job, modules, work)

    def _job(self, component: Component, settings: JSON, digests: Mapping[str, str], referred: frozenset[str]) -> _Job:
        """Return what is to be done for a component, and its key."""
        requests = tuple(sorted(request for uri in component.uris for request in self._requests.get(uri, ())))
        key = _key("component", [settings, digests[component.uris[0]], to_json(requests)])
        self.digests.update((uri, f"{key} {uri}") for uri in component.uris)
        return _Job(component, key, requests, keeps_code=not referred.isdisjoint(component.uris))

    def _take_over(
        self,
        job: _Job,
        rows: Mapping[str, bytes],
        modules: Mapping[str, ModuleCode],
        work: Callable[[_Job], object],
    ) -> None:
        """Take what a copy of this process has made of a component; what has findings is made here again."""
        if self._cache is not None:
            self._cache.take(rows)
        if self._recall(job, None):
            self.modules.made.update(modules)
        else:
            work(job)

    def _recall(self, job: _Job, make: Callable[[_Job], Made] | None) -> bool:
        """Take what an earlier run has made of a component, its code on first use; return whether there is something.

        Code that is not kept is made again then, unless the caller has it.
        """
        entry = self._cache.find(job.key) if self._cache is not None else None
        if not isinstance(entry, list) or not isinstance(entry[0], list):
            return False
        if make is not None:
            if job.keeps_code and not (self._cache is not None and self._cache.has(job.code_key)):
                return False
            documents = [str(uri) for uri in entry[0]]
            self.modules.later(documents, partial(self._code, job, documents, make))
        classes, enums, annotations, requests = (from_json(*row) for row in zip(_ROW, entry[1:], strict=True))
        self._join(classes, enums, annotations, requests)
        return True

    def _code(self, job: _Job, documents: Sequence[str], make: Callable[[_Job], Made]) -> Mapping[str, ModuleCode]:
        """Return the code of a component that an earlier run has made: as that kept it, or made again."""
        if not job.keeps_code or self._cache is None:
            return make(job).modules
        rows = self._cache.find(job.code_key)
        if not isinstance(rows, list):
            raise LookupError(f"no code is kept for {job.component.uris}")
        return {uri: from_json(ModuleCode, row) for uri, row in zip(documents, rows, strict=True)}

    def _take(self, job: _Job, made: Made) -> None:
        self._taken.add(job.key)
        self.modules.made.update(made.modules)
        self._join(made.classes, made.enums, made.annotations, made.asked)
        self.findings += made.findings
        if self._cache is not None and not made.findings:
            fields = (tuple(made.modules), made.classes, made.enums, made.annotations, made.asked)
            self._cache.keep(job.key, [to_json(field) for field in fields])
            if job.keeps_code:
                self._cache.keep(job.code_key, [to_json(module) for module in made.modules.values()])

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
    """The code of the modules by document; what an earlier run has made is read, or made again, on first use."""

    def __init__(self) -> None:
        self.made: dict[str, ModuleCode] = {}
        self._later: dict[str, Callable[[], Mapping[str, ModuleCode]]] = {}

    def later(self, documents: Iterable[str], make: Callable[[], Mapping[str, ModuleCode]]) -> None:
        """Add the code of some documents' modules, which is made when that of one of them is asked for."""
        self._later.update(dict.fromkeys(documents, make))

    def __getitem__(self, uri: str) -> ModuleCode:
        if uri not in self.made and uri in self._later:
            self.made.update(self._later[uri]())
        return self.made[uri]

    def __contains__(self, uri: object) -> bool:
        return uri in self.made or uri in self._later

    def __iter__(self) -> Iterator[str]:
        return iter({**self._later, **self.made})

    def __len__(self) -> int:
        return len({**self._later, **self.made})


class _Job(NamedTuple):
    """A component that is to be compiled, its key, and the functions that others request of it.

    `keeps_code` is whether its code is kept for runs to come.
    """

    component: Component
    key: str
    requests: tuple[Request, ...]
    keeps_code: bool

    @property
    def code_key(self) -> str:
        """Return the key of the code."""
        return f"{self.key}:code"


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
