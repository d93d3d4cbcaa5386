"""Configuration: `[tool.triptych]` and the command line, checked, as one frozen value.

Every mistake is a finding that names the key, the file, the line and what is allowed; all of them come at once.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import field, replace
from pathlib import Path
from typing import Any, Final, Literal, NamedTuple, TypeAlias

from ..findings import SETTINGS, Finding, Place, Rejected, Rule, ordered
from ..ir import JSON
from ..pointer import tokens
from ..records import dataclass
from ..schema.suggestions import close
from ..schema.vocabulary import DRAFT_2020_12
from ..source.paths import NOT_THERE, not_a_folder, not_there, real
from ..source.toml_text import Toml, read_toml
from .settings import Fault, Keys, as_json, defaults, dotted, faults, not_json, properties, quoted, unknown
from .settings_schema import Described, packaged

CONFIG_UNREADABLE = Rule("config-unreadable", "The configuration file is there and can be read.", exit_code=2)
CONFIG_SYNTAX = Rule("config-syntax", "The configuration file is TOML.", exit_code=2)
CONFIG_KEY = Rule("config-key", "The configuration has only keys that have a meaning.", exit_code=2)
CONFIG_TYPE = Rule("config-type", "A configured value has the type that its key asks for.", exit_code=2)
CONFIG_VALUE = Rule("config-value", "A configured value is one of those that are allowed.", exit_code=2)
CONFIG_PATH = Rule("config-path", "Folders and files that the configuration names are there.", exit_code=2)

RULES: tuple[Rule, ...] = (
    CONFIG_UNREADABLE,
    CONFIG_SYNTAX,
    CONFIG_KEY,
    CONFIG_TYPE,
    CONFIG_VALUE,
    CONFIG_PATH,
)

Formats: TypeAlias = Literal["assert", "annotate"]

SCHEMA: Final = Path(__file__).parent / "settings.schema.json"
"""The JSON Schema of `[tool.triptych]`, but for the tables of artifacts."""

_TABLE: Final = ("tool", "triptych")
_NAME: Final = ".".join(_TABLE)


@dataclass(frozen=True, slots=True)
class Config:
    """What a run works on.

    Paths in the file are relative to `base`, paths on the command line to the working directory; here both are
    joined already. `history` holds a folder for each older version of the schemas, `references` maps a URI prefix to a
    folder or file, `names` a location (`session.json#/properties/state`) to a class name, `artifacts` are the user's
    own artifact folders, and `settings` the table of each artifact as it stands in the file. `file` and `text` are the
    configuration file's, for the places of findings; both are empty if there is none.
    """

    base: Path
    schema: Path
    out: Path
    package: str = "models"
    formats: Formats = "assert"
    dialect: str = DRAFT_2020_12
    history: Path | None = None
    references: Mapping[str, Path] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)
    artifacts: tuple[Path, ...] = ()
    settings: Mapping[str, Mapping[str, JSON]] = field(default_factory=dict)
    file: str = field(default="", compare=False)
    text: str = field(default="", compare=False, repr=False)

    def place(self, *keys: str) -> Place:
        """Return where the key below `[tool.triptych]` stands, or the nearest table around it."""
        return Toml(self.file, self.text).place(*_TABLE, *keys)


def read_config(
    *,
    config_file: Path | None = None,
    schema: Path | None = None,
    out: Path | None = None,
    package: str | None = None,
    cwd: Path,
    also: Callable[[Config], Iterable[Finding]] = lambda config: (),
) -> Config:
    """Return the configuration: the named file's, or that of a `pyproject.toml` in `cwd`, under the command line's.

    Values of the command line win and are relative to `cwd`. What a `pyproject.toml` says is about the schemas of its
    own folder, so a run on others (`schema`) while these are there takes nothing from it. Raises `Rejected` with
    every finding, and then with what `also` has to say where all folders are there: of the tables that are an
    artifact's, for one.
    """
    toml = _toml(config_file, cwd, schema)
    options = {"schema": schema, "out": out, "package": package}
    table = _checked(toml, {name: value for name, value in options.items() if value is not None})
    config = _config(toml, table.values, cwd, table.tables)
    findings = [*table.findings, *_path_findings(config, table.values), *_folder_findings(config, schema, out)]
    if findings:
        # Whose a table is, and which files are schemas, can't be known while a folder is missing or within another.
        more = () if any(finding.rule is CONFIG_PATH for finding in findings) else also(config)
        raise Rejected(ordered([*findings, *more]))
    return config


def _config(toml: Toml, values: Mapping[str, Any], cwd: Path, tables: Mapping[str, Mapping[str, JSON]]) -> Config:
    """Return the configuration of checked values, in which an option of the command line is a path of `cwd`."""
    base = Path(toml.file).parent if toml.file else cwd
    return Config(
        base=base,
        schema=_joined(values["schema"], base, cwd),
        out=_joined(values["out"], base, cwd),
        package=values["package"],
        formats=values["formats"],
        dialect=values["dialect"].removesuffix("#"),
        history=base / values["history"] if "history" in values else None,
        references={prefix: base / path for prefix, path in values["references"].items()},
        names=values["names"],
        artifacts=tuple(base / path for _, path in _artifacts(values["artifacts"])),
        settings=tables,
        file=toml.file,
        text=toml.text,
    )


def _joined(path: str | Path, base: Path, cwd: Path) -> Path:
    return cwd / path if isinstance(path, Path) else base / path


def own_artifacts(config_file: Path | None, cwd: Path) -> tuple[Path, ...]:
    """Return the user's artifact folders by the named file, or by a `pyproject.toml` in `cwd`; raises `Rejected`."""
    toml = _toml(config_file, cwd, None)
    table = _checked(toml, {})
    config = _config(toml, table.values, cwd, {})
    findings = [*table.findings, *_path_findings(config, table.values)]
    wrong = [finding for finding in findings if tokens(finding.place.pointer)[:3] == (*_TABLE, "artifacts")]
    if wrong:
        raise Rejected(wrong)
    return config.artifacts


def placed(finding: Finding, config: Config) -> Finding:
    """Return a finding about a setting with its place in the file; its JSON Pointer goes on from `[tool.triptych]`."""
    if finding.place.file != SETTINGS:
        return finding
    return replace(finding, place=config.place(*tokens(finding.place.pointer)))


def check_tables(config: Config, artifacts: Collection[str]) -> tuple[Finding, ...]:
    """Return a finding for every table of `[tool.triptych]` that is not an artifact's."""
    allowed = [*properties(packaged(SCHEMA).schema), *artifacts]
    wrong = [name for name in config.settings if name not in artifacts]
    return tuple(_finding(unknown(_NAME, (name,), allowed), config.place(name), CONFIG_KEY) for name in wrong)


def check_settings(
    name: str, table: Described, configured: Mapping[str, JSON], *, config: Config | None = None
) -> tuple[dict[str, JSON], tuple[Finding, ...]]:
    """Return an artifact's settings with defaults for those that are missing or wrong, and what is wrong with them.

    `table` is what the artifact's schema describes, `configured` what `[tool.triptych.<name>]` has, and `config` gives
    the places of the findings. What is wrong within a setting has a rule of the artifact's own.
    """
    within = Rule(f"{name}-setting", f"The settings of the artifact {name} are valid.", exit_code=2)
    findings = []
    values = {**defaults(table.schema), **configured}
    for fault in faults(table, configured, dotted(_NAME, name)):
        place = Place("") if config is None else config.place(name, *fault.keys)
        is_within = len(fault.keys) + (fault.kind == "missing") > 1 and fault.kind != "toml"
        findings.append(_finding(fault, place, within if is_within else _RULES[fault.kind]))
        for key in fault.keys[:1]:
            values.pop(key, None)
    return {**defaults(table.schema), **values}, tuple(findings)


def _finding(fault: Fault, place: Place, rule: Rule) -> Finding:
    return Finding(rule, place, fault.message, fault.help)


_RULES: Final = {
    "toml": CONFIG_TYPE,
    "key": CONFIG_KEY,
    "missing": CONFIG_KEY,
    "type": CONFIG_TYPE,
    "value": CONFIG_VALUE,
}


# --- The file


def _toml(config_file: Path | None, cwd: Path, schema: Path | None) -> Toml:
    """Return the file that a run is configured by, an empty one if there is none."""
    if config_file is not None:
        return _read(cwd / config_file)
    file = cwd / "pyproject.toml"
    toml = _read(file) if os.path.lexists(file) else Toml()
    return Toml() if schema is not None and _is_about_others(toml, cwd, cwd / schema) else toml


def _is_about_others(toml: Toml, cwd: Path, schema: Path) -> bool:
    """Return whether the table's own schema folder is there, and is not the one of this run."""
    named = _table(toml).get("schema", "schema")
    configured = cwd / named if isinstance(named, str) else cwd
    return os.path.isdir(configured) and real(configured) != real(schema)


def _read(file: Path) -> Toml:
    toml = read_toml(file, CONFIG_UNREADABLE, CONFIG_SYNTAX)
    findings = list(_misplaced(toml))
    if findings:
        raise Rejected(findings)
    return toml


def _table(toml: Toml) -> Mapping[str, object]:
    """Return what stands in `[tool.triptych]`."""
    tool = toml.values.get("tool", {})
    values = tool.get("triptych", {}) if isinstance(tool, dict) else {}
    return values if isinstance(values, dict) else {}


def _misplaced(toml: Toml) -> Iterator[Finding]:
    """Yield a finding for a `[triptych]`, a `[tool.tryptich]` or a `triptych` that is not a table."""
    help_ = f"name the table [{_NAME}]"
    tool = toml.values.get("tool", {})
    if not isinstance(tool, dict) or not isinstance(tool.get("triptych", {}), dict):
        yield Finding(CONFIG_TYPE, toml.place(*_TABLE), f"{_NAME} is not a table", help_)
        return
    near: list[Keys] = [("triptych",)] if "triptych" in toml.values else []
    if "triptych" not in tool and (meant := close("triptych", tool)):
        near.append(("tool", meant))
    for key in near:
        yield Finding(CONFIG_KEY, toml.place(*key), f"the table [{'.'.join(key)}] is not read", help_)


# --- The table


class _Checked(NamedTuple):
    """What `[tool.triptych]` and the options say as far as it is right, with defaults, and the tables of artifacts.

    In an array, null stands for an item that is wrong.
    """

    values: Mapping[str, Any]
    tables: Mapping[str, Mapping[str, JSON]]
    findings: tuple[Finding, ...]


def _checked(toml: Toml, options: Mapping[str, Any]) -> _Checked:
    """Return the table of a file under the options of the command line, which win."""
    described, content = packaged(SCHEMA), _table(toml)
    allowed = properties(described.schema)
    settings = {
        name: value
        for name, value in content.items()
        if name not in options and (name in allowed or not isinstance(value, dict))
    }
    broken = faults(described, settings, _NAME)
    tables, lost = _tables({name: value for name, value in content.items() if name not in (*settings, *options)})
    findings = [_finding(fault, toml.place(*_TABLE, *fault.keys), _RULES[fault.kind]) for fault in (*broken, *lost)]
    wrong = {fault.keys for fault in broken}
    package = faults(described, {key: value for key, value in options.items() if key == "package"}, "")
    findings += [_finding(fault._replace(message=f"--{fault.message}"), Place(""), CONFIG_VALUE) for fault in package]
    values = {**defaults(described.schema), **_right(settings, wrong), **options}
    return _Checked(values, tables, tuple(findings))


def _tables(written: Mapping[str, object]) -> tuple[dict[str, dict[str, JSON]], list[Fault]]:
    """Return the tables of artifacts without the settings that JSON can't hold, and the faults of these."""
    tables: dict[str, dict[str, JSON]] = {}
    not_in_json: list[Fault] = []
    for name, table in written.items():
        content, lost = as_json(table, (name,))
        not_in_json += [not_json(_NAME, keys, shown) for keys, shown in lost.items()]
        wrong = {keys[1] for keys in lost}
        rows = content.items() if isinstance(content, dict) else ()
        tables[name] = {key: value for key, value in rows if key not in wrong}
    return tables, not_in_json


def _right(settings: Mapping[str, Any], wrong: Collection[Keys]) -> dict[str, Any]:
    """Return the values that are not wrong, without the members that are."""
    right: dict[str, Any] = {}
    for name, value in settings.items():
        if (name,) in wrong:
            continue
        if isinstance(value, dict):
            right[name] = {key: item for key, item in value.items() if (name, key) not in wrong}
        elif isinstance(value, list):
            right[name] = [None if (name, str(index)) in wrong else item for index, item in enumerate(value)]
        else:
            right[name] = value
    return right


def _artifacts(value: str | list[str | None]) -> Iterator[tuple[Keys, str]]:
    """Yield the folders of artifacts with their keys; one may be written without an array."""
    if isinstance(value, str):
        yield ("artifacts",), value
        return
    for index, item in enumerate(value):
        if item is not None:
            yield ("artifacts", str(index)), item


# --- Folders and files


def _path_findings(config: Config, values: Mapping[str, Any]) -> Iterator[Finding]:
    """Yield a finding for everything that the table names beside the schemas and the output and that is not there."""
    if config.history is not None and (what := not_a_folder(config.history)):
        message = f"{_NAME}.history is {quoted(config.history.as_posix())}, which {what}"
        help_ = "make the folder, and in it one for each version with the schemas as they were"
        yield Finding(CONFIG_PATH, config.place("history"), message, help_)
    for prefix, path in config.references.items():
        if what := not_there(path):
            message = f"{_NAME}.references names {quoted(values['references'][prefix])}, which {what}"
            help_ = "name a folder or a file that is there"
            yield Finding(CONFIG_PATH, config.place("references", prefix), message, help_)
    for keys, named in _artifacts(values["artifacts"]):
        if what := not_a_folder(config.base / named):
            message = f"{_NAME}.artifacts names {quoted(named)}, which {what}"
            yield Finding(CONFIG_PATH, config.place(*keys), message, "name the folder that holds the artifact.toml")


def _folder_findings(config: Config, schema: Path | None, out: Path | None) -> Iterator[Finding]:
    """Yield what keeps the folders of the schemas, the output and the history from being read and written."""

    def finding(key: str, option: Path | None, path: Path, what: str, help_: str) -> Finding:
        place, name = (config.place(key), f"{_NAME}.{key}") if option is None else (Place(""), f"--{key}")
        return Finding(CONFIG_PATH, place, f"{name} is {quoted(path.as_posix())}, which {what}", help_)

    if what := not_a_folder(config.schema):
        help_ = "make the folder, or name the one that holds the schemas"
        yield finding("schema", schema, config.schema, what, help_)
    elif (what := not_a_folder(config.out)) not in ("", NOT_THERE):
        yield finding("out", out, config.out, what, "name another folder")
    elif config.history is not None and _touch(config.history, config.schema, config.out):
        help_ = "name a folder beside the schemas and the output"
        yield finding("history", None, config.history, "is within another folder", help_)
    elif real(config.out).is_relative_to(real(config.schema)):
        help_ = "name a folder beside it, or what is written would be read as schemas"
        yield finding("out", out, config.out, "is within the schema folder", help_)


def _touch(folder: Path, *others: Path) -> bool:
    """Return whether a folder lies in one of the others, or one of these in it."""
    here = real(folder)
    return any(here.is_relative_to(there) or there.is_relative_to(here) for there in map(real, others))
