"""The sets of real schemas: where they stand, what they need beside, and what each step may cost."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

SHARED = Path(__file__).parent.parent.parent.parent / "shared" / "data" / "wild"
STEPS = ("generate", "import", "types", "decode")


@dataclass(frozen=True, slots=True)
class Limit:
    """What a step may cost at most: processor seconds and MiB of memory."""

    seconds: float
    memory: int


@dataclass(frozen=True, slots=True)
class Set:
    """A set of schemas: the limits of its steps, its dialect if it says none, and documents of others by their URI."""

    name: str
    limits: Mapping[str, Limit]
    dialect: str = ""
    others: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


_GEOMETRY = """{
  "$id": "https://geojson.org/schema/Geometry.json",
  "type": "object",
  "required": ["type", "coordinates"],
  "properties": {"type": {"type": "string"}, "coordinates": {"type": "array"}}
}"""
_FEATURE = """{
  "$id": "https://geojson.org/schema/Feature.json",
  "type": "object",
  "required": ["type", "geometry", "properties"],
  "properties": {"type": {"const": "Feature"}, "properties": {"type": ["object", "null"]}}
}"""
GEOJSON = {"https://geojson.org/schema/Feature.json": _FEATURE, "https://geojson.org/schema/Geometry.json": _GEOMETRY}
"""Stand-ins: the STAC item refers to GeoJSON, which is not in the set."""


def _limits(generate: Limit, imported: Limit, types: Limit, decode: Limit) -> dict[str, Limit]:
    return dict(zip(STEPS, (generate, imported, types, decode), strict=True))


# CycloneDX has a goal of 4 s, which a busy machine doubles, and one of 250 MiB.
# All others may take three times what they took when they were measured.
SETS = (
    Set("mcp", _limits(Limit(10, 330), Limit(3, 150), Limit(60, 900), Limit(6, 240))),
    Set("cyclonedx", _limits(Limit(10, 250), Limit(3, 150), Limit(60, 900), Limit(6, 240))),
    Set("stac", _limits(Limit(8, 300), Limit(3, 150), Limit(60, 900), Limit(6, 240)), others=GEOJSON),
    Set("octokit-webhooks", _limits(Limit(100, 450), Limit(20, 400), Limit(200, 1800), Limit(30, 500))),
    Set("fhir", _limits(Limit(100, 1100), Limit(20, 1500), Limit(200, 3000), Limit(30, 1000))),
)
