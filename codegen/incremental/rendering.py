"""Rendering: a text is made again only if what it was made of has changed; valid texts are not checked again.

Artifacts don't declare what a text depends on: it is recorded which parts of their input they read. A text that an
earlier run has made is taken if all that was read for it is the same now.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from types import FunctionType

from ..findings import Finding
from ..ir import JSON, Package
from ..render import templates
from ..render.templates import Artifact, Printing, Reading, Rendered
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


class _Texts:
    """The texts of one run, and what is wrong with them."""

    def __init__(self, cache: Cache, digests: Mapping[str, str], share_out: ShareOut) -> None:
        self._cache = cache
        self._digests = digests
        self._share_out = share_out
        self._given: dict[int, Given] = {}

    def texts(self, printings: Sequence[Printing]) -> Sequence[str]:
        """Return each of the texts: what earlier runs have made is taken, and the rest is made.

        Only those that are completed when they are printed are work enough to be shared out.
        """
        about = [self._about(printing) for printing in printings]
        there = [
            printing.text() if given is None else self._recalled(printing, given)
            for printing, given in zip(printings, about, strict=True)
        ]
        rows = zip(printings, about, there, strict=True)
        fresh = [(printing, given) for printing, given, text in rows if given is not None and text is None]
        made = iter(self._share_out(self._made, fresh))
        return [self._taken(next(made)) if text is None else text for text in there]

    def _taken(self, made: tuple[str, Mapping[str, bytes]]) -> str:
        """Return a text that was made, perhaps in a copy of this process, and keep what is to be kept of it."""
        text, rows = made
        self._cache.take(rows)
        return text

    def _recalled(self, printing: Printing, given: Given) -> str | None:
        """Return the text of a template for an item that is completed, if an earlier run has made it."""
        entry = self._cache.find(_key(printing, given))
        if isinstance(entry, list) and entry[1] == given.together(entry[0]):
            return str(entry[2])
        return None

    def _made(self, job: tuple[Printing, Given]) -> tuple[str, Mapping[str, bytes]]:
        """Return a text that is made anew, and the row that the cache keeps of it."""
        printing, given = job
        key = _key(printing, given)
        index, reads = given.watched()
        text = replace(printing, index=index).text()
        read = reads.to_json()
        self._cache.keep(key, [read, given.together(read), text])
        return text, self._cache.rows(key)

    def _about(self, printing: Printing) -> Given | None:
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


def _key(printing: Printing, given: Given) -> str:
    """Return the key of a text, which does not cover what is read for it."""
    made_by = [printing.artifact.name, printing.template.template]
    return digest(["text", given.rest, made_by, given.item(printing.item)])


def _reading_key(cache: Cache, reading: Reading) -> str:
    """Return the key under which a valid Python text is kept; "" for another text."""
    file = reading.file
    if not file.path.endswith(templates.PYTHON):
        return ""
    around: JSON = [*sorted(reading.named)]
    text = hashlib.sha256(file.text.encode(errors="surrogatepass")).hexdigest()
    return cache.key("valid text", [file.artifact, file.path, file.template, text, reading.models is None, around])


def _is_function_of_its_arguments(printing: Printing) -> bool:
    """Return whether an item is completed from its arguments alone: by a function of a module of ours."""
    complete = printing.complete
    is_ours = printing.artifact.folder.parent == templates.BUNDLED
    return is_ours and isinstance(complete, FunctionType) and complete.__closure__ is None
