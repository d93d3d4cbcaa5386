"""Rendering: a text whose template was given the same before is the one that it was; sound texts are not read again.

What a text is made of is not promised by the artifacts: it is seen which parts of what they are given they read. A text
that an earlier run has made is taken if all that was read for it is the same now.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from types import FunctionType

from ..findings import Finding
from ..ir import JSON, Package
from ..render import templates
from ..render.templates import Artifact, Printing, Rendered
from .cache import Cache
from .reads import Given, digest


def render(
    package: Package,
    artifacts: Sequence[Artifact],
    settings: Mapping[str, Mapping[str, JSON]],
    digests: Mapping[str, str],
    cache: Cache | None,
) -> tuple[Rendered, ...]:
    """Return what `templates.render` does; raises what that raises.

    `digests` has by URI what is known of a document in the package: where it is the same, so is all of that.
    """
    if cache is None:
        return templates.render(package, artifacts, settings)
    texts = _Texts(cache, digests)
    return templates.render(package, artifacts, settings, texts.text, texts.faults)


class _Texts:
    """The texts of one run, and what is wrong with them."""

    def __init__(self, cache: Cache, digests: Mapping[str, str]) -> None:
        self._cache = cache
        self._digests = digests
        self._given: dict[int, Given] = {}

    def text(self, printing: Printing) -> str:
        """Return the text of a template for an item that is completed; any other one is made at once."""
        if not _is_function_of_its_arguments(printing):
            return printing.text()
        given = self._given.get(id(printing.index))
        if given is None:
            given = self._given[id(printing.index)] = Given(printing.index, self._digests, dict(printing.settings))
        key = digest(
            ["text", given.rest, printing.artifact.name, printing.template.template, given.item(printing.item)]
        )
        known = self._cache.find(key)
        if isinstance(known, list) and known[1] == given.together(known[0]):
            return str(known[2])
        index, found = given.watched()
        text = replace(printing, index=index).text()
        read: list[JSON] = [[table, part] for table, part in sorted(found)]
        self._cache.keep(key, [read, given.together(read), text])
        return text

    def faults(self, file: Rendered, models: Path | None, named: Mapping[str, frozenset[str]]) -> tuple[Finding, ...]:
        """Return what is wrong with a text; Python that was found to be sound before is not read again."""
        if not file.path.endswith(templates.PYTHON):
            return templates.faults(file, models, named)
        around: JSON = [[name, *sorted(classes)] for name, classes in named.items()]
        text = hashlib.sha256(file.text.encode(errors="surrogatepass")).hexdigest()
        key = self._cache.key("sound", [file.artifact, file.path, file.template, text, models is None, around])
        if self._cache.find(key) is not None:
            return ()
        found = templates.faults(file, models, named)
        if not found:
            self._cache.keep(key, True)
        return found


def _is_function_of_its_arguments(printing: Printing) -> bool:
    """Return whether an item is completed by nothing but what is known: a function of a module of ours."""
    complete = printing.complete
    is_ours = printing.artifact.folder.parent == templates.BUNDLED
    return is_ours and isinstance(complete, FunctionType) and complete.__closure__ is None
