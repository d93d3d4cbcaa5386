"""The pipeline: a configuration becomes a map of path to text; nothing is written here."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote

from ..findings import Finding, Rejected, Rule, ordered
from ..incremental.cache import Cache
from ..incremental.rendering import render
from ..incremental.validating import invalid
from ..ir import JSON
from ..output import manifest
from ..output.manifest import Inputs, Origin
from ..records import dataclass
from ..render import templates
from ..render.templates import Artifact, Rendered
from ..schema import unreadable
from ..schema.resolver import Resolution, attempt
from ..source import loader
from ..source.loader import Source
from ..source.paths import real
from . import build, installed, name_overrides, sandbox
from .artifact_toml import read_artifact
from .build import Built
from .config import Config, check_settings, check_tables, placed
from .settings_schema import described
from .workers import share_out

if TYPE_CHECKING:
    from ..versions.history import Attempt, Older

VERSION: Final = "0.1.0"

SAME_NAME = Rule("artifact-name", "Every artifact has a name of its own.", exit_code=2)

# What the bytes of the output depend on, beside our own code.
_TOOLS: Final = ("jinja2", "regex")
_TOOLS_OF_FLAVOURS: Final[Mapping[str, str]] = {"pydantic": "datamodel-code-generator"}

Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run gives: every file by its path, the SHA-256 of each, and the warnings that go with them."""

    files: Mapping[str, str]
    digests: Mapping[str, str]
    warnings: tuple[Finding, ...] = ()


def generate(config: Config) -> dict[str, str]:
    """Return the text of every file by its path in the output folder; raises Rejected with every finding."""
    return dict(run(config).files)


def run(
    config: Config,
    progress: Progress = lambda stage: None,
    cache: Cache | None = None,
    present: Mapping[str, bytes] = MappingProxyType({}),
) -> Outcome:
    """Return every file and the warnings; `progress` is called with a word at each stage. Raises Rejected.

    What the `cache` has of earlier runs need not be done again, and what this one makes is added to it; the texts that
    they have made are among the files that are `present`, by their SHA-256. Nothing but the folders of the
    configuration is read, and nothing is written.
    """
    with sandbox.confined(folders(config)):
        try:
            outcome = _run(config, progress, cache, present)
            return replace(outcome, warnings=_placed(outcome.warnings, config))
        except Rejected as rejected:
            raise Rejected(_placed(rejected.findings, config)) from rejected


def _placed(findings: Iterable[Finding], config: Config) -> tuple[Finding, ...]:
    """Return findings in order, those about settings with their place in the configuration file."""
    return ordered(placed(finding, config) for finding in findings)


def folders(config: Config) -> tuple[Path, ...]:
    """Return the files and folders that a run reads, beside Python's own."""
    file = Path(config.file) if config.file else config.base / "pyproject.toml"
    older = () if config.history is None else (config.history,)
    return (config.schema, *older, *config.references.values(), *config.artifacts, file)


def _run(config: Config, progress: Progress, cache: Cache | None, present: Mapping[str, bytes]) -> Outcome:
    progress("reading")
    artifacts, settings, faults = _artifacts(config)
    sources, findings = loader.load_folder(config.schema)
    built, used = _built(config, sources, settings.get("models", {}), progress, cache, [*faults, *findings])
    progress("rendering")
    rendered = render(built.package, artifacts, settings, built.digests, cache, share_out, present)
    files = {file.path: file.text for file in rendered}
    digests = {file.path: file.sha256 for file in rendered}
    listed = _manifest(config, artifacts, settings, used, rendered, digests)
    return Outcome(
        {**files, manifest.MANIFEST: listed}, {**digests, manifest.MANIFEST: manifest.digest(listed)}, built.warnings
    )


def early_findings(config: Config) -> list[Finding]:
    """Return what is wrong with artifacts and their settings, and with schema files as such, whatever else is set."""
    with sandbox.confined(folders(config)):
        return [*_artifacts(config)[2], *loader.load_folder(config.schema)[1]]


def inputs(config: Config) -> list[str]:
    """Return the files and folders that a run depends on, for the stamp of an unchanged run."""
    records = map(installed.record, _tools(config.settings.get("models", {})))
    paths = (*folders(config), Path(__file__).parent.parent, *records)
    return [os.path.abspath(path) for path in paths]


def _tools(models: Mapping[str, JSON]) -> list[str]:
    """Return the tools whose version stands behind the bytes, with the settings of the models."""
    flavours = models.get("flavours")
    chosen = flavours if isinstance(flavours, list) else []
    return [*_TOOLS, *(tool for flavour, tool in _TOOLS_OF_FLAVOURS.items() if flavour in chosen)]


# Artifacts and their settings


def _artifacts(config: Config) -> tuple[list[Artifact], dict[str, dict[str, JSON]], list[Finding]]:
    """Return the bundled artifacts and the user's, the settings of each, and what is wrong with them."""
    bundled = sorted(file.parent for file in templates.BUNDLED.glob("*/artifact.toml"))
    artifacts: list[Artifact] = []
    settings: dict[str, dict[str, JSON]] = {}
    faults: list[Finding] = []
    for folder in (*bundled, *config.artifacts):
        try:
            artifact = read_artifact(folder)
        except Rejected as rejected:
            faults += rejected.findings
            continue
        if artifact.name in settings:
            place = artifact.place("name")
            message = f"there is another artifact of the name {artifact.name}"
            faults.append(Finding(SAME_NAME, place, message, "give it a name of its own"))
        configured = config.settings.get(artifact.name, {})
        settings[artifact.name], findings = check_settings(
            artifact.name, described(artifact.settings), configured, config=config
        )
        artifacts.append(artifact)
        faults += findings
    return artifacts, settings, [*faults, *check_tables(config, settings)]


# Documents


def _built(
    config: Config,
    sources: Sequence[Source],
    models: Mapping[str, JSON],
    progress: Progress,
    cache: Cache | None,
    findings: Sequence[Finding],
) -> tuple[Built, dict[str, str]]:
    """Return what is built, and the digest of every document behind it by path.

    The `findings` from before are no reason to stop at once: all that is wrong is reported together.
    """
    progress("resolving references")
    unread = loader.unread(config.schema, sources) if findings else {}
    references = _References(config.references, unreadable.unread(unread))
    attempted = partial(attempt, dialect=config.dialect, lookup=references.lookup, is_unread=references.is_unread)
    resolution, unresolved = attempted(sources)
    versions, past = _versions(config, partial(_older, attempted, cache))
    faults = (*findings, *past, *references.findings, *unresolved)
    progress("compiling")
    built = build.build(
        resolution,
        package=config.package,
        formats=config.formats,
        names=config.names,
        models=models,
        cache=cache,
        share_out=share_out,
        before=name_overrides.Before(faults, frozenset(unread), config.place),
    )
    if versions:
        from ..versions import history  # with what it imports a tenth of all imports, and few have older versions

        progress("comparing versions")
        past_of = history.history(versions, resolution, formats=config.formats)
        built = replace(built, package=replace(built.package, history=past_of))
    digests = {source.path: source.digest for source in (*sources, *references.used)}
    return built, digests | {file: source.digest for each in versions for file, source in each.files()}


def _versions(config: Config, attempted: Attempt) -> tuple[Sequence[Older], Sequence[Finding]]:
    """Return the older versions of the schemas, and what is wrong with them."""
    if config.history is None:
        return (), ()
    from ..versions import history

    return history.read(config.history, attempted)


def _older(
    attempted: Attempt, cache: Cache | None, sources: Sequence[Source]
) -> tuple[Resolution, tuple[Finding, ...]]:
    """Return the schemas of an older version resolved, and what is wrong with them, by their metaschemas too."""
    resolution, unresolved = attempted(sources)
    return resolution, (*unresolved, *invalid(resolution, cache, unresolved))


class _References:
    """The documents that `[tool.triptych.references]` maps to local files, read on demand.

    `is_unread` says which URIs may be documents of the schema folder that could not be read.
    """

    def __init__(self, local: Mapping[str, Path], is_unread: Callable[[str], bool]) -> None:
        self.used: list[Source] = []
        self.findings: list[Finding] = []
        self._is_unread = is_unread
        self._unread: set[str] = set()
        self._local = sorted(local.items(), key=lambda row: -len(row[0]))

    def lookup(self, uri: str) -> Source | None:
        """Return the document of a URI without a fragment, by the longest prefix that fits; None if there is none."""
        for prefix, root in self._local:
            if uri.startswith(prefix) and (file := _file_at(root, unquote(uri[len(prefix) :]))) is not None:
                path = uri if Path(uri).suffix == file.suffix else uri + file.suffix
                source, findings = loader.load_file(file, path)
                self.findings += findings
                self.used += [source] if source is not None else []
                self._unread |= set() if source is not None else {uri}
                return source
        return None

    def is_unread(self, uri: str) -> bool:
        """Return whether a document is there for the URI that could not be read, or may be."""
        return uri in self._unread or self._is_unread(uri)


def _file_at(named: Path, rest: str) -> Path | None:
    """Return the file for what follows a prefix, its suffix left out or not; None for one outside of its folder."""
    if not os.path.isdir(named):
        return named if not rest.strip("/") else None
    root = real(named)
    for suffix in ("", ".json", ".yaml", ".yml"):
        file = real(root / (rest.strip("/") + suffix))
        if file.is_relative_to(root) and os.path.isfile(file):
            return file
    return None


# The manifest


def _manifest(
    config: Config,
    artifacts: Sequence[Artifact],
    settings: Mapping[str, Mapping[str, JSON]],
    documents: Mapping[str, str],
    rendered: Iterable[Rendered],
    digests: Mapping[str, str],
) -> str:
    origins = {
        file.path: Origin(file.artifact, f"{file.artifact}/{file.template}", file.documents) for file in rendered
    }
    tools = {"triptych": VERSION, **{tool: installed.version(tool) for tool in _tools(settings["models"])}}
    inputs = Inputs(documents, _templates(artifacts), _configuration(config, settings), tools)
    return manifest.manifest(digests, origins, inputs)


def _templates(artifacts: Sequence[Artifact]) -> dict[str, str]:
    """Return the digest of every file of the artifacts that makes text, with what describes their settings."""
    digests = {}
    for artifact in artifacts:
        names = [row.template for row in artifact.templates]
        names += [path.relative_to(artifact.folder).as_posix() for path in artifact.folder.rglob("*.jinja")]
        for name in {*names, "artifact.toml", "prepare.py", artifact.settings_file}:
            file = artifact.folder / name
            if file.is_file():
                digests[f"{artifact.name}/{name}"] = manifest.digest(file.read_bytes())
    return digests


def _configuration(config: Config, settings: Mapping[str, Mapping[str, JSON]]) -> str:
    """Return the digest of what the configuration says, without the paths that differ from machine to machine."""
    content = {
        "package": config.package,
        "formats": config.formats,
        "dialect": config.dialect,
        "references": sorted(config.references),
        "names": dict(config.names),
        "settings": {name: dict(values) for name, values in settings.items()},
    }
    return manifest.digest(json.dumps(content, sort_keys=True))
