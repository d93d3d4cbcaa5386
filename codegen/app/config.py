"""Configuration: `[tool.triptych]` and the command line, checked, as one frozen value.

Every mistake is a finding that names the key, the file, the line and what is allowed; all of them come at once.
"""

from __future__ import annotations

import keyword
import os
import re
import stat
import tomllib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final, Literal, TypeAlias, get_args

from ..findings import SETTINGS, Finding, Place, Rejected, Rule, ordered
from ..ir import JSON
from ..pointer import tokens
from ..schema.vocabulary import DRAFTS
from ..source.paths import NOT_THERE, no_folder, not_there, real
from ..source.toml_text import key_place, syntax_place

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

DIALECTS: tuple[str, ...] = DRAFTS[::-1]
"""The metaschema URIs that `dialect` may name, without a fragment; the first is the default."""

KEYS: tuple[str, ...] = (
    *("schema", "out", "package", "formats", "dialect", "history", "references", "names", "artifacts"),
)
"""The keys of `[tool.triptych]` beside the tables of artifacts."""

_TABLE: Final = ("tool", "triptych")


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
    dialect: str = DIALECTS[0]
    history: Path | None = None
    references: Mapping[str, Path] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)
    artifacts: tuple[Path, ...] = ()
    settings: Mapping[str, Mapping[str, JSON]] = field(default_factory=dict)
    file: str = field(default="", compare=False)
    text: str = field(default="", compare=False, repr=False)

    def place(self, *keys: str) -> Place:
        """Return where the key below `[tool.triptych]` stands, or the nearest table around it."""
        return key_place(self.file, self.text, (*_TABLE, *keys))


@dataclass(frozen=True, slots=True)
class Setting:
    """One key that an artifact lets its users set: type, default, purpose, and the allowed values if they are few."""

    type: str
    default: JSON
    purpose: str
    allowed: tuple[JSON, ...] = ()


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
    table = _table(config_file, cwd, schema)
    base = Path(table.file).parent if table.file else cwd
    reader = _Reader(table, base)
    config = Config(
        base=base,
        schema=cwd / schema if schema is not None else reader.path("schema", "schema"),
        out=cwd / out if out is not None else reader.path("out", "generated"),
        package=package if package is not None else reader.text("package", "models"),
        formats=reader.formats(),
        dialect=reader.dialect(),
        history=reader.history(),
        references=reader.references(),
        names=reader.names(),
        artifacts=reader.artifacts(),
        settings=reader.settings(),
        file=table.file,
        text=table.text,
    )
    found = [*reader.findings, *_package_findings(config, package), *_folder_findings(config, schema, out)]
    if found:
        # Whose a table is, and which files are schemas, can't be told while a folder is missing or within another.
        more = () if any(finding.rule is CONFIG_PATH for finding in found) else also(config)
        raise Rejected(ordered([*found, *more]))
    return config


def placed(finding: Finding, config: Config) -> Finding:
    """Return a finding about a setting with its place in the file; its JSON Pointer goes on from `[tool.triptych]`."""
    if finding.place.file != SETTINGS:
        return finding
    pointer = finding.place.pointer
    keys = tokens(pointer)
    return replace(finding, place=replace(config.place(*keys), pointer=f"/{'/'.join(_TABLE)}{pointer}"))


def check_tables(config: Config, artifacts: Collection[str]) -> tuple[Finding, ...]:
    """Return a finding for every table of `[tool.triptych]` that is no artifact's."""
    return tuple(
        _unknown_key((name,), config.place(name), (*KEYS, *artifacts))
        for name in config.settings
        if name not in artifacts
    )


def check_settings(
    name: str, declared: Mapping[str, Setting], given: Mapping[str, JSON], *, config: Config | None = None
) -> tuple[dict[str, JSON], tuple[Finding, ...]]:
    """Return an artifact's settings with defaults for those not given, and what is wrong with those given.

    `declared` is what its artifact.toml says, `given` its table `[tool.triptych.<name>]`, and `config` is asked
    for the places of the findings.
    """
    values: dict[str, JSON] = {key: setting.default for key, setting in declared.items()}
    findings = []
    for key, value in given.items():
        place = Place("") if config is None else config.place(name, key)
        setting = declared.get(key)
        if setting is None:
            findings.append(_unknown_key((name, key), place, tuple(declared)))
        elif _type_name(value) not in _ACCEPTED.get(setting.type, (setting.type,)):
            findings.append(_wrong_type((name, key), place, value, setting.type))
        elif setting.allowed and value not in setting.allowed:
            findings.append(_not_allowed((name, key), place, value, setting.allowed))
        else:
            values[key] = value
    return values, tuple(findings)


# --- The file


@dataclass(frozen=True, slots=True)
class _Table:
    """What stands in `[tool.triptych]`, and the file around it."""

    file: str
    text: str
    values: Mapping[str, object]

    def place(self, *keys: str) -> Place:
        return key_place(self.file, self.text, (*_TABLE, *keys))


_NO_TABLE: Final = _Table("", "", {})


def _table(config_file: Path | None, cwd: Path, schema: Path | None) -> _Table:
    """Return the table that a run is configured by, an empty one if there is none."""
    if config_file is not None:
        return _read_table(cwd / config_file)
    file = cwd / "pyproject.toml"
    table = _read_table(file) if os.path.lexists(file) else _NO_TABLE
    return _NO_TABLE if schema is not None and _is_about_others(table, cwd, cwd / schema) else table


def _is_about_others(table: _Table, cwd: Path, schema: Path) -> bool:
    """Return whether the table's own schema folder is there, and is not the one that is asked for."""
    named = table.values.get("schema", "schema")
    own = cwd / named if isinstance(named, str) else cwd
    return os.path.isdir(own) and real(own) != real(schema)


def _read_table(file: Path) -> _Table:
    name = file.as_posix()
    text = _text(file)
    try:
        data = tomllib.loads(text)
    except (ValueError, RecursionError) as error:  # a number with too many digits is a plain ValueError
        raise Rejected([_syntax(name, text, error)]) from error
    tool = data.get("tool", {})
    values = tool.get("triptych", {}) if isinstance(tool, dict) else {}
    table = _Table(name, text, values if isinstance(values, dict) else {})
    findings = list(_misplaced(table, data, tool, values))
    if findings:
        raise Rejected(findings)
    return table


def _text(file: Path) -> str:
    """Return the text of a regular file; nothing else is opened, since a FIFO or a device may never end."""
    name = file.as_posix()
    try:
        status = file.stat()
        if not stat.S_ISREG(status.st_mode):
            raise _unreadable(name, "it is no regular file")
        if status.st_size > _MAX_BYTES:
            raise _unreadable(name, f"it has more than {_MAX_BYTES // 1024**2} MiB")
        data = file.read_bytes()
    except OSError as error:
        raise _unreadable(name, str(error.strerror)) from error
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        before = data[: error.start].decode()
        place = Place(name, before.count("\n") + 1, len(before) - before.rfind("\n"))
        message = f"the configuration is not UTF-8: {error.reason}"
        raise Rejected([Finding(CONFIG_SYNTAX, place, message, "Save the file as UTF-8.")]) from error


_MAX_BYTES: Final = 1024 * 1024


def _unreadable(name: str, why: str) -> Rejected:
    message = f"the configuration can't be read: {why}"
    return Rejected([Finding(CONFIG_UNREADABLE, Place(name), message, "Name a file that is there.")])


def _syntax(name: str, text: str, error: Exception) -> Finding:
    if text.startswith("\ufeff"):
        cure = "Save the file as UTF-8 without a byte order mark."
        return Finding(CONFIG_SYNTAX, Place(name, 1, 1), "the configuration starts with a byte order mark", cure)
    place, reason = syntax_place(name, error)
    return Finding(CONFIG_SYNTAX, place, f"this is not TOML: {reason}", "Correct the text at this place.")


def _misplaced(table: _Table, data: Mapping[str, object], tool: object, values: object) -> Iterator[Finding]:
    """Yield a finding for a `[triptych]`, a `[tool.tryptich]` or a `triptych` that is no table: they mean us."""
    cure = "Name the table [tool.triptych]."
    if not isinstance(tool, dict) or not isinstance(values, dict):
        place = key_place(table.file, table.text, _TABLE)
        yield Finding(CONFIG_TYPE, place, f"{'.'.join(_TABLE)} is not a table", cure)
        return
    near: list[tuple[str, ...]] = [("triptych",)] if "triptych" in data else []
    if "triptych" not in tool:
        near.extend(("tool", name) for name in _close("triptych", tool))
    for key in near:
        place = key_place(table.file, table.text, key)
        yield Finding(CONFIG_KEY, place, f"the table [{'.'.join(key)}] is not read", cure)


# --- The keys


class _Reader:
    """Takes the values of one table, and notes what is wrong with them."""

    def __init__(self, table: _Table, base: Path) -> None:
        self.findings: list[Finding] = []
        self._table = table
        self._base = base

    def text(self, key: str, default: str) -> str:
        """Return the string at the key, the default if there is none or no string."""
        value = self._table.values.get(key, default)
        if isinstance(value, str):
            return value
        self._mistyped((key,), value, "string")
        return default

    def path(self, key: str, default: str) -> Path:
        return self._path((key,), self.text(key, default), default)

    def formats(self) -> Formats:
        value = self.text("formats", "assert")
        if value == "annotate":
            return "annotate"
        self._allowed(("formats",), value, get_args(Formats))
        return "assert"

    def dialect(self) -> str:
        value = self.text("dialect", DIALECTS[0]).removesuffix("#")
        self._allowed(("dialect",), value, DIALECTS)
        return value

    def history(self) -> Path | None:
        """Return the folder of the older versions, None if there is none."""
        if "history" not in self._table.values:
            return None
        path = self.path("history", "history")
        if what := no_folder(path):
            message = f"tool.triptych.history is {_quoted(path.as_posix())}, which {what}"
            cure = "Make the folder, and in it one for each version with the schemas as they were."
            self._find(CONFIG_PATH, ("history",), message, cure)
        return path

    def references(self) -> dict[str, Path]:
        """Return the folder or file of each URI prefix."""
        found = {}
        for prefix, value in self._strings("references").items():
            found[prefix] = path = self._path(("references", prefix), value)
            if not re.match(r"[A-Za-z][A-Za-z0-9+.-]*:", prefix):
                message = f"the prefix {_quoted(prefix)} in tool.triptych.references is no absolute URI"
                self._find(CONFIG_VALUE, ("references", prefix), message, 'Write it with its scheme: "https://...".')
            if what := not_there(path):
                message = f"tool.triptych.references names {_quoted(value)}, which {what}"
                self._find(CONFIG_PATH, ("references", prefix), message, "Name a folder or a file that is there.")
        return found

    def names(self) -> dict[str, str]:
        """Return the pinned class name of each location."""
        found = self._strings("names")
        for location, name in found.items():
            document, hash_sign, pointer = location.partition("#")
            if not document or not hash_sign or (pointer and not pointer.startswith("/")):
                message = f"the key {_quoted(location)} in tool.triptych.names is no file with a JSON Pointer"
                self._find(CONFIG_VALUE, ("names", location), message, 'Write "file.json#/pointer", or "file.json#".')
            if not _is_name(name):
                message = f"tool.triptych.names gives the name {_quoted(name)}, which is no Python identifier"
                self._find(CONFIG_VALUE, ("names", location), message, _NAME_CURE)
        return found

    def artifacts(self) -> tuple[Path, ...]:
        """Return the user's artifact folders; one may be written without an array."""
        value = self._table.values.get("artifacts", [])
        paths = []
        for index, item in enumerate(value if isinstance(value, list) else [value]):
            at = "artifacts", str(index)
            if not isinstance(item, str):
                self._mistyped(("artifacts",), item, "string", at)
                continue
            paths.append(self._path(("artifacts",), item))
            if what := no_folder(paths[-1]):
                message = f"tool.triptych.artifacts names {_quoted(item)}, which {what}"
                self._find(CONFIG_PATH, at, message, "Name the folder that holds the artifact.toml.")
        return tuple(paths)

    def settings(self) -> dict[str, dict[str, JSON]]:
        """Return the other tables; which of them belong to an artifact is known later."""
        found: dict[str, dict[str, JSON]] = {}
        for key, value in self._table.values.items():
            if key in KEYS:
                continue
            if isinstance(value, dict):
                found[key] = {name: self._json((key, name), item) for name, item in value.items()}
            else:
                self.findings.append(_unknown_key((key,), self._table.place(key), KEYS))
        return found

    def _strings(self, key: str) -> dict[str, str]:
        """Return the table of strings at the key, without the entries that are none."""
        table = self._table.values.get(key, {})
        if not isinstance(table, dict):
            self._mistyped((key,), table, "object")
            return {}
        for name, value in table.items():
            if not isinstance(value, str):
                self._mistyped((key, name), value, "string")
        return {name: value for name, value in table.items() if isinstance(value, str)}

    def _json(self, keys: tuple[str, ...], value: object) -> JSON:
        """Return the TOML value as JSON; a date, `inf` and `nan` are none."""
        if isinstance(value, list):
            return [self._json((*keys, str(index)), item) for index, item in enumerate(value)]
        if isinstance(value, dict):
            return {name: self._json((*keys, name), item) for name, item in value.items()}
        if isinstance(value, float) and abs(value) < float("inf"):
            return value
        if isinstance(value, str | bool | int):
            return value
        message = f"{_dotted(keys)} is {value}, which has no form in JSON"
        self._find(CONFIG_TYPE, keys, message, "Write it as a string, in quotes.")
        return None

    def _path(self, keys: tuple[str, ...], value: str, default: str = "") -> Path:
        """Return the path, that of the default if the value is none."""
        if value and "\0" not in value:
            return self._base / value
        self._find(CONFIG_VALUE, keys, f"{_dotted(keys)} is {_quoted(value)}, which is no path", "Name a path.")
        return self._base / default

    def _mistyped(self, keys: tuple[str, ...], value: object, type_name: str, at: tuple[str, ...] = ()) -> None:
        self.findings.append(_wrong_type(keys, self._table.place(*(at or keys)), value, type_name))

    def _allowed(self, keys: tuple[str, ...], value: str, allowed: tuple[str, ...]) -> None:
        if value not in allowed:
            self.findings.append(_not_allowed(keys, self._table.place(*keys), value, allowed))

    def _find(self, rule: Rule, keys: tuple[str, ...], message: str, cure: str) -> None:
        self.findings.append(Finding(rule, self._table.place(*keys), message, cure))


_TYPE_NAMES: Mapping[type, str] = {
    str: "string",
    bool: "boolean",
    int: "integer",
    float: "number",
    list: "array",
    dict: "object",
}

_ACCEPTED: Mapping[str, tuple[str, ...]] = {"number": ("number", "integer")}
"""The types that stand for another; every other type stands for itself."""

_NAME_CURE = "Name it with ASCII letters, digits and underscores, no digit first, and no keyword of Python."


def _type_name(value: object) -> str:
    return _TYPE_NAMES.get(type(value), type(value).__name__)


def _is_name(name: str) -> bool:
    return name.isidentifier() and name.isascii() and not keyword.iskeyword(name)


def _package_findings(config: Config, given: str | None) -> Iterator[Finding]:
    if _is_name(config.package):
        return
    place, called = (config.place("package"), "tool.triptych.package") if given is None else (Place(""), "--package")
    message = f"{called} is {_quoted(config.package)}, which is no Python identifier"
    yield Finding(CONFIG_VALUE, place, message, _NAME_CURE)


def _folder_findings(config: Config, schema: Path | None, out: Path | None) -> Iterator[Finding]:
    def called(key: str, given: Path | None) -> tuple[Place, str]:
        return (config.place(key), f"tool.triptych.{key}") if given is None else (Place(""), f"--{key}")

    place, name = called("schema", schema)
    if what := no_folder(config.schema):
        message = f"{name} is {_quoted(config.schema.as_posix())}, which {what}"
        yield Finding(CONFIG_PATH, place, message, "Make the folder, or name the one that holds the schemas.")
        return
    place, name = called("out", out)
    if (what := no_folder(config.out)) not in ("", NOT_THERE):
        message = f"{name} is {_quoted(config.out.as_posix())}, which {what}"
        yield Finding(CONFIG_PATH, place, message, "Name another folder.")
    elif config.history is not None and _touch(config.history, config.schema, config.out):
        message = f"tool.triptych.history is {_quoted(config.history.as_posix())}, which is within another folder"
        cure = "Name a folder beside the schemas and the output."
        yield Finding(CONFIG_PATH, config.place("history"), message, cure)
    elif real(config.out).is_relative_to(real(config.schema)):
        message = f"{name} is {_quoted(config.out.as_posix())}, which is within the schema folder"
        cure = "Name a folder beside it, or what is written would be read as schemas."
        yield Finding(CONFIG_PATH, place, message, cure)


def _touch(folder: Path, *others: Path) -> bool:
    """Return whether a folder lies in one of the others, or one of these in it."""
    here = real(folder)
    return any(here.is_relative_to(there) or there.is_relative_to(here) for there in map(real, others))


# --- Findings


def _unknown_key(keys: tuple[str, ...], place: Place, allowed: Iterable[str]) -> Finding:
    known = sorted(allowed)
    near = _close(keys[-1], known)
    hint = f"Did you mean {near[0]}? " if near else ""
    listed = f"Allowed are {', '.join(known)}." if known else "No key is allowed here."
    return Finding(CONFIG_KEY, place, f"{_dotted(keys)} is not known", hint + listed)


def _close(name: str, known: Iterable[str]) -> list[str]:
    # Its import costs as much as the rest of this module, and a right configuration has no need of it.
    from difflib import get_close_matches

    return get_close_matches(name, list(known), 1, 0.7)


def _wrong_type(keys: tuple[str, ...], place: Place, value: object, type_name: str) -> Finding:
    message = f"{_dotted(keys)} is of the type {_type_name(value)}"
    return Finding(CONFIG_TYPE, place, message, f"Give it a value of the type {type_name}.")


def _not_allowed(keys: tuple[str, ...], place: Place, value: JSON, allowed: Iterable[JSON]) -> Finding:
    listed = ", ".join(map(_quoted, allowed))
    return Finding(CONFIG_VALUE, place, f"{_dotted(keys)} is {_quoted(value)}", f"Allowed are {listed}.")


def _dotted(keys: Iterable[str]) -> str:
    return ".".join((*_TABLE, *keys))


def _quoted(value: JSON) -> str:
    if isinstance(value, str):
        return f'"{value}"'
    return str(value).lower() if isinstance(value, bool) else str(value)
