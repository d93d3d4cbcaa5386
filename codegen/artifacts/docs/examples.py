"""The example that a page shows."""

from __future__ import annotations

import json

from ...ir import JSON, Location, Package

_LONGEST = 4000  # characters; a longer one helps no reader


def example(package: Package, location: Location) -> tuple[JSON, ...]:
    """Return the valid instance of a document, () if there is none that is short enough to show."""
    instance = package.examples.get(location)
    shown = location in package.examples and len(json.dumps(instance)) <= _LONGEST
    return (instance,) if shown else ()
