"""The shapes of documents, anew or by an earlier run: known by what these say, and all those that they lead to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import astuple
from itertools import starmap
from typing import Any

from ..compiler.names import shapes
from ..compiler.names.projection import EnumModel, Model, ModelField, Shapes
from ..ir import JSON, Document, Location, Subschema
from .cache import Cache


def shaped(
    documents: Sequence[Document],
    subschemas: Mapping[Location, Subschema],
    pins: Mapping[str, Mapping[str, str]],
    digests: Mapping[str, str],
    cache: Cache | None,
) -> dict[str, Shapes]:
    """Return what `shapes.shapes` does; raises what that raises.

    `digests` has by URI what is known of a document and of all those that it leads to. One with pins is looked at in
    every run, since what is wrong with them is told in every run.
    """
    if cache is None:
        return shapes.shapes(documents, subschemas, pins)
    keys = {
        each.location.document: cache.key("shapes", [each.location.document, digests[each.location.document]])
        for each in documents
        if not pins.get(each.path)
    }
    kept = {uri: cache.find(key) for uri, key in keys.items()}
    found = {uri: _shapes_from(row) for uri, row in kept.items() if isinstance(row, list)}
    fresh = [document for document in documents if document.location.document not in found]
    for uri, made in shapes.shapes(fresh, subschemas, pins).items():
        found[uri] = made
        if uri in keys:
            cache.keep(keys[uri], _listed(astuple(made)))
    return found


def _listed(value: Any) -> JSON:
    """Return tuples within tuples as lists within lists."""
    return [_listed(item) for item in value] if isinstance(value, tuple) else value


def _shapes_from(kept: JSON) -> Shapes:
    """Return shapes from their JSON."""
    models, enums = _tupled(kept)
    return Shapes(
        tuple(Model(pointer, name, tuple(starmap(ModelField, fields))) for pointer, name, fields in models),
        tuple(starmap(EnumModel, enums)),
    )


def _tupled(value: Any) -> Any:
    return tuple(map(_tupled, value)) if isinstance(value, list) else value
