"""Triptych: JSON Schemas in, three panels out (dataclass models, OpenAPI, docs).

In Python there are two ways in: `generate` returns all files of a configuration, `compile_schema` the models of
one schema, imported from memory.
"""

from __future__ import annotations

TYPE_CHECKING = False  # the constant of `typing`, whose import costs more than a run with nothing to do
if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import ModuleType
    from typing import Literal

    from .app.config import Config
    from .ir import JSON

__all__ = ["compile_schema", "generate"]


def generate(config: Config) -> dict[str, str]:
    """Return the text of every file by its path in the output folder; nothing is written.

    Raises `codegen.findings.Rejected` with every finding.
    """
    from .app.pipeline import generate  # its imports are heavy, and most importers want something else

    return generate(config)


def compile_schema(
    schema: JSON,
    *,
    uri: str = "",
    references: Mapping[str, JSON] | None = None,
    formats: Literal["assert", "annotate"] = "assert",
    dialect: str | None = None,
) -> ModuleType:
    """Return the module of one schema's models, generated and imported in memory: nothing is written.

    `uri` is where the schema was found (relative references start there), `references` has the documents that it
    refers to by their URIs, `dialect` is the metaschema URI for a schema without `$schema` (default: 2020-12).
    Raises `codegen.findings.Rejected` with every finding.
    """
    from .app.in_memory import compile_schema

    return compile_schema(schema, uri=uri, references=references or {}, formats=formats, dialect=dialect)
