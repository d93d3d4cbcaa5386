"""Rendering: a text is made again only if what it was made of has changed; valid texts are not checked again.

A text is a function of its item, and of what the function reads that completes the item. Artifacts don't declare what
that is: it is recorded which parts of their input they read. A text that an earlier run has made is taken if its item
and all that was read for it are the same now. The cache has only its digest: the text itself stands in the output
folder, and one that does not any more is made again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from types import FunctionType, MappingProxyType
from typing import TypeAlias

from ..findings import Finding
from ..ir import JSON, Package
from ..render import templates
from ..render.templates import Artifact, Made, Part, Printing, Reading, Rendered, Text
from .cache import Cache
from .reads import Given
from .sharing import ShareOut, one_by_one


def render(
    package: Package,
    artifacts: Sequence[Artifact],
    settings: Mapping[str, Mapping[str, JSON]],
    digests: Mapping[str, str],
    cache: Cache | None,
    share_out: ShareOut = one_by_one,
    present: Mapping[str, bytes] = MappingProxyType({}),
) -> tuple[Rendered, ...]:
    """Return what `templates.render` does; raises what that raises.

    `digests` has by URI the key of a document in the package: where it is the same, so is all about the document.
    `present` has by their digests the files that are there, among them those of earlier runs.
    """
    made = _Texts(cache or Cache(), digests, share_out, present)
    return templates.render(package, artifacts, settings, made.texts, made.faults)


_Work: TypeAlias = Printing | Part


class _Texts:
    """The texts of one run and the parts that some are joined from, and what is wrong with texts."""

    def __init__(
        self, cache: Cache, digests: Mapping[str, str], share_out: ShareOut, present: Mapping[str, bytes]
    ) -> None:
        self._cache = cache
        self._digests = digests
        self._share_out = share_out
        self._present = present
        self._given: dict[int, Given] = {}

    def texts(self, work: Sequence[_Work]) -> Sequence[Made]:
        """Return each of the texts and parts: what earlier runs have made is taken, and the rest is made."""
        about = [self._about(each) for each in work]
        there = [
            [templates.made(each)] if given is None else self._recalled(each, given)
            for each, given in zip(work, about, strict=True)
        ]
        rows = zip(work, about, there, strict=True)
        fresh = [(each, given) for each, given, known in rows if given is not None and not known]
        made = iter(self._share_out(self._made, fresh))
        return [known[0] if known else self._taken(next(made)) for known in there]

    def _taken(self, made: tuple[Made, Mapping[str, bytes]]) -> Made:
        """Return what was made, perhaps in a copy of this process, and keep what is to be kept of it."""
        taken, rows = made
        self._cache.take(rows)
        return taken

    def _recalled(self, work: _Work, given: Given) -> Sequence[Made]:
        """Return what is made for an item, nothing if no earlier run has made it."""
        entry = self._cache.find(_key(work, given))
        if not isinstance(entry, list) or entry[1] != given.together(entry[0]):
            return ()
        return entry[2:] if isinstance(work, Part) else self._there(str(entry[2]))

    def _there(self, sha256: str) -> Sequence[Text]:
        """Return the text of a digest, nothing if there is none."""
        try:
            return [Text(self._present[sha256].decode(), sha256)]
        except (KeyError, UnicodeDecodeError):  # a file that is no text is nothing that a run has made
            return ()

    def _made(self, job: tuple[_Work, Given]) -> tuple[Made, Mapping[str, bytes]]:
        """Return what is made anew, and the row that the cache keeps of it."""
        work, given = job
        key = _key(work, given)
        index, reads = given.watched()
        made = templates.made(replace(work, index=index))
        read = reads.to_json()
        self._cache.keep(key, [read, given.together(read), made.sha256 if isinstance(made, Text) else made])
        return made, self._cache.rows(key)

    def _about(self, printing: _Work) -> Given | None:
        """Return what the items of an artifact are completed from, None for one whose text may depend on more."""
        if not _is_function_of_its_arguments(printing):
            return None
        given = self._given.get(id(printing.index))
        if given is None:
            given = self._given[id(printing.index)] = Given(printing.index, self._digests)
        return given

    def faults(self, readings: Sequence[Reading]) -> Iterator[Sequence[Finding]]:
        """Yield what is wrong with each text; Python that was valid before is not read again.

        Only Python is work enough to be shared out.
        """
        keyed = [(reading, _reading_key(self._cache, reading)) for reading in readings]
        yield from templates.faults([reading for reading, key in keyed if not key])
        fresh = [(reading, key) for reading, key in keyed if key and not self._was_valid(reading, key)]
        results = self._share_out(lambda job: job[0].faults(), fresh)
        for (reading, key), wrong in zip(fresh, results, strict=True):
            if not wrong:
                words: list[JSON] = [*sorted(reading.words)]
                self._cache.keep(key, [words, [word for word in words if word in reading.modules]])
            yield wrong

    def _was_valid(self, reading: Reading, key: str) -> bool:
        """Return whether an earlier run found a text valid when the same of its words were modules as are now."""
        entry = self._cache.find(key)
        if not isinstance(entry, list):
            return False
        words, modules = entry
        return isinstance(words, list) and modules == [word for word in words if word in reading.modules]


def _key(work: _Work, given: Given) -> str:
    """Return the key of a text or part, which does not cover what is read for it."""
    by = (
        work.template.template if isinstance(work, Printing) else f"{work.complete.__module__}.{work.complete.__name__}"
    )
    made_of = [given.rest, work.artifact.name, by, given.item(work.item)]
    return hashlib.sha256(" ".join(["text", *made_of]).encode()).hexdigest()


def _reading_key(cache: Cache, reading: Reading) -> str:
    """Return the key under which it is kept that a Python text is valid; "" for another text."""
    file = reading.file
    if not file.path.endswith(templates.PYTHON):
        return ""
    return cache.key("valid text", [file.artifact, file.path, file.template, file.sha256, reading.models is None])


def _is_function_of_its_arguments(printing: _Work) -> bool:
    """Return whether an item of ours is printed as it is, or completed by a function of a module."""
    complete = printing.complete
    is_function = complete is None or (isinstance(complete, FunctionType) and complete.__closure__ is None)
    return is_function and printing.artifact.folder.parent == templates.BUNDLED
