"""Rendering: a text is made again only if what it was made of has changed; valid texts are not checked again.

Artifacts don't declare what a text depends on: it is recorded which parts of their input they read. A text that an
earlier run has made is taken if all that was read for it is the same now.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from types import FunctionType
from typing import TypeAlias

from ..findings import Finding
from ..ir import JSON, Package
from ..render import templates
from ..render.templates import Artifact, Part, Printing, Reading, Rendered
from .cache import Cache
from .reads import Given, digest
from .sharing import ShareOut, one_by_one


def render(
    package: Package,
    artifacts: Sequence[Artifact],
    settings: Mapping[str, Mapping[str, JSON]],
    digests: Mapping[str, str],
    cache: Cache | None,
    share_out: ShareOut = one_by_one,
) -> tuple[Rendered, ...]:
    """Return what `templates.render` does; raises what that raises.

    `digests` has by URI the key of a document in the package: where it is the same, so is all about the document.
    """
    made = _Texts(cache or Cache(), digests, share_out)
    return templates.render(package, artifacts, settings, made.texts, made.faults)


_Work: TypeAlias = Printing | Part


class _Texts:
    """The texts of one run and the parts that some are joined from, and what is wrong with texts."""

    def __init__(self, cache: Cache, digests: Mapping[str, str], share_out: ShareOut) -> None:
        self._cache = cache
        self._digests = digests
        self._share_out = share_out
        self._given: dict[int, Given] = {}

    def texts(self, work: Sequence[_Work]) -> Sequence[JSON]:
        """Return each of the texts and parts: what earlier runs have made is taken, and the rest is made.

        Only those that are completed when they are printed are work enough to be shared out.
        """
        about = [self._about(each) for each in work]
        there = [
            [templates.made(each)] if given is None else self._recalled(each, given)
            for each, given in zip(work, about, strict=True)
        ]
        rows = zip(work, about, there, strict=True)
        fresh = [(each, given) for each, given, known in rows if given is not None and not known]
        made = iter(self._share_out(self._made, fresh))
        return [known[0] if known else self._taken(next(made)) for known in there]

    def _taken(self, made: tuple[JSON, Mapping[str, bytes]]) -> JSON:
        """Return what was made, perhaps in a copy of this process, and keep what is to be kept of it."""
        text, rows = made
        self._cache.take(rows)
        return text

    def _recalled(self, work: _Work, given: Given) -> Sequence[JSON]:
        """Return what is made for an item that is completed, nothing if no earlier run has made it."""
        entry = self._cache.find(_key(work, given))
        if isinstance(entry, list) and entry[1] == given.together(entry[0]):
            return entry[2:]
        return ()

    def _made(self, job: tuple[_Work, Given]) -> tuple[JSON, Mapping[str, bytes]]:
        """Return what is made anew, and the row that the cache keeps of it."""
        work, given = job
        key = _key(work, given)
        index, reads = given.watched()
        text = templates.made(replace(work, index=index))
        read = reads.to_json()
        self._cache.keep(key, [read, given.together(read), text])
        return text, self._cache.rows(key)

    def _about(self, printing: _Work) -> Given | None:
        """Return what the items of an artifact are completed from, None for one whose text depends on more."""
        if not _is_function_of_its_arguments(printing):
            return None
        given = self._given.get(id(printing.index))
        if given is None:
            given = self._given[id(printing.index)] = Given(printing.index, self._digests, dict(printing.settings))
        return given

    def faults(self, readings: Sequence[Reading]) -> Iterator[Sequence[Finding]]:
        """Yield what is wrong with each text; Python that was valid before is not read again."""
        keys = [_reading_key(self._cache, reading) for reading in readings]
        fresh = [index for index, key in enumerate(keys) if not key or self._cache.find(key) is None]
        results = self._share_out(lambda index: readings[index].faults(), fresh)
        for index, wrong in zip(fresh, results, strict=True):
            if keys[index] and not wrong:
                self._cache.keep(keys[index], True)
            yield wrong


def _key(work: _Work, given: Given) -> str:
    """Return the key of a text or part, which does not cover what is read for it."""
    by = (
        work.template.template if isinstance(work, Printing) else f"{work.complete.__module__}.{work.complete.__name__}"
    )
    return digest(["text", given.rest, [work.artifact.name, by], given.item(work.item)])


def _reading_key(cache: Cache, reading: Reading) -> str:
    """Return the key under which a valid Python text is kept; "" for another text."""
    file = reading.file
    if not file.path.endswith(templates.PYTHON):
        return ""
    around: JSON = [*sorted(reading.named)]
    text = hashlib.sha256(file.text.encode(errors="surrogatepass")).hexdigest()
    return cache.key("valid text", [file.artifact, file.path, file.template, text, reading.models is None, around])


def _is_function_of_its_arguments(printing: _Work) -> bool:
    """Return whether an item is completed from its arguments alone: by a function of a module of ours."""
    complete = printing.complete
    is_ours = printing.artifact.folder.parent == templates.BUNDLED
    return is_ours and isinstance(complete, FunctionType) and complete.__closure__ is None
