"""Rendering: artifact folders of Jinja templates turn the intermediate representation into a map of path to text.

The only home of `jinja2`. A template can print nothing but `Code`, which only the escapes make.
"""

from __future__ import annotations

import codecs
import hashlib
import importlib
import importlib.util
import inspect
import json
import re
import sys
import tokenize
import tomllib
import traceback
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import field, replace
from functools import cache, lru_cache
from pathlib import Path
from types import MappingProxyType, ModuleType
from typing import Any, Final, NamedTuple, TypeAlias

import jinja2
from jinja2.runtime import LoopContext
from jinja2.sandbox import ImmutableSandboxedEnvironment

from .. import moved, read_only
from ..escapes import Code
from ..findings import Finding, Place, Rejected, Rule
from ..ir import JSON, ClassShape, Document, EnumShape, Item, ModuleCode, Package, Parts, Prepared
from ..records import dataclass
from ..source.toml_text import Toml
from . import python_grammar

BROKEN_ARTIFACT = Rule("artifact-broken", "An artifact folder has a valid artifact.toml and its files", exit_code=2)
BROKEN_TEMPLATE = Rule("template-broken", "A template is valid Jinja and prints only what an escape made", exit_code=2)
BROKEN_PREPARE = Rule("prepare-broken", "The prepare.py of an artifact runs and gives items", exit_code=2)
BAD_PATH = Rule("path-outside", "A generated file stays in the output folder", exit_code=2)
SAME_PATH = Rule("path-twice", "Every generated file is written by one template, whatever the file system", exit_code=2)
NOT_WELL_FORMED = Rule("output-not-well-formed", "What was generated can be read in its own language", exit_code=2)

_PACKAGE: Final = __name__.partition(".")[0]
BUNDLED: Final = Path(__file__).parent.parent / "artifacts"

PYTHON: Final = (".py", ".pyi")
_SLOT: Final = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True, slots=True)
class Template:
    """One template: its file, what it is rendered for, where its text goes, and the language that it prints."""

    template: str
    each: str
    path: str
    language: str


@dataclass(frozen=True, slots=True)
class Artifact:
    """One artifact folder as its artifact.toml describes it; `settings` is the JSON Schema of its users' settings.

    `settings_file` is the file of that schema, if it has one. `reads` names the artifacts whose settings its prepare.py
    gets too, each under its name.
    """

    name: str
    purpose: str
    folder: Path
    templates: tuple[Template, ...]
    settings: Mapping[str, JSON] = field(default_factory=dict)
    settings_file: str = ""
    reads: tuple[str, ...] = ()
    toml: Toml = field(default=Toml(), repr=False)

    def place(self, *keys: str) -> Place:
        """Return where a key of the artifact.toml stands, or the nearest table around it."""
        return self.toml.place(*keys)


@dataclass(frozen=True, slots=True)
class Rendered:
    """One generated file: its path, its text with the digest, and what it was made by and for."""

    path: str
    text: str
    artifact: str
    template: str
    documents: tuple[str, ...]
    sha256: str


class Text(NamedTuple):
    """A text, and the SHA-256 of it as it stands on the disk, in hex."""

    text: str
    sha256: str


def digested(text: str) -> Text:
    """Return a text with its digest; one that no file can hold has one too, and is refused when it is read again."""
    return Text(text, hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest())


# Items


@dataclass(frozen=True, slots=True)
class Printing:
    """One text that an artifact makes, and all that it is made of beside the files of the artifact.

    `index` and `complete` are what its prepare.py gives for the item; `load` gives a template ready to be rendered.
    """

    artifact: Artifact
    template: Template
    item: Item
    load: Callable[[Template], jinja2.Template] = field(repr=False, compare=False)
    index: object = None
    complete: Callable[[Any, Any], Item] | None = None

    def text(self) -> str:
        """Return the text; raises Rejected."""
        item = self.item
        if self.complete is not None:
            with _reporting(self.artifact):
                item = self.complete(self.index, item)
        try:
            return str(self.load(self.template).render(item))
        except Exception as error:
            file = self.artifact.folder / self.template.template
            raise Rejected([_finding_of(BROKEN_TEMPLATE, error, self.artifact, file)]) from error


@dataclass(frozen=True, slots=True)
class Part:
    """One value that files of an artifact are joined from, and all that it is made of, as in `Printing`."""

    artifact: Artifact
    item: Item
    index: object
    complete: Callable[[Any, Any], JSON]

    def value(self) -> JSON:
        """Return the value; raises Rejected."""
        with _reporting(self.artifact):
            return self.complete(self.index, self.item)


@dataclass(frozen=True, slots=True)
class Reading:
    """One text that is to be read again, and what that needs to know.

    `models` is the folder of the artifact whose Python is drawn from the closed grammar, `modules` are the names of the
    package's modules, and `package` has their code.
    """

    file: Rendered
    models: Path | None
    modules: frozenset[str] = field(repr=False)
    package: Package = field(repr=False, compare=False)

    @property
    def words(self) -> frozenset[str]:
        """Return the words of the text that can name modules: whether it is well-formed depends on no others."""
        return python_grammar.words_in(_generated(self.file)) if self.models is not None else frozenset()

    def faults(self) -> tuple[Finding, ...]:
        """Return what is wrong with the text: a fault of the templates, never of a user."""
        return tuple(_faults(self))


Made: TypeAlias = "Text | JSON"
"""The text of a printing, or the value of a part."""

Make: TypeAlias = Callable[[Sequence[Printing | Part]], Sequence[Made]]
"""Gives what each is to make."""


def made(work: Printing | Part) -> Made:
    """Return the text, or the value; raises Rejected."""
    return digested(work.text()) if isinstance(work, Printing) else work.value()


def each_made(work: Sequence[Printing | Part]) -> Sequence[Made]:
    """Return each of the texts and values; raises Rejected."""
    return [made(each) for each in work]


def faults(readings: Sequence[Reading]) -> Iterable[Sequence[Finding]]:
    """Return what is wrong with each of the texts."""
    return [reading.faults() for reading in readings]


def render(
    package: Package,
    artifacts: Sequence[Artifact],
    settings: Mapping[str, Mapping[str, JSON]],
    make: Make = each_made,
    read: Callable[[Sequence[Reading]], Iterable[Sequence[Finding]]] = faults,
) -> tuple[Rendered, ...]:
    """Return every file that the artifacts make of the package, by path; `settings` are by artifact name.

    No artifact can change what it is given, so that none depends on what another one did. `make` gives the texts of
    some files and the values that others are joined from, and `read` what is wrong with texts.
    Raises Rejected with every fault found: in a prepare.py, in a template, in the paths, in the text itself.
    """
    shared = read_only.package(package)
    planned: list[list[_Planned]] = []
    wrong: list[Finding] = []
    for artifact in artifacts:
        try:
            planned.append(list(_planned(shared, artifact, settings, make)))
        except Rejected as rejected:
            wrong += rejected.findings
    rendered, more = _rendered(planned, make)
    wrong += more
    wrong += _path_faults(rendered)
    for findings in read(list(_readings(package, artifacts, rendered))):
        wrong += findings
    if wrong:
        raise Rejected(wrong)
    return tuple(sorted(rendered, key=lambda file: file.path))


class _Planned(NamedTuple):
    """A text that an artifact makes, its path, and the paths of the documents that it is made for."""

    printing: Printing
    path: str
    documents: tuple[str, ...]


def _rendered(planned: Sequence[Sequence[_Planned]], make: Make) -> tuple[list[Rendered], list[Finding]]:
    """Return the files of all artifacts, and what is wrong: with each artifact, if not all could be made together."""
    together = [each for some in planned for each in some]
    try:
        texts = [text for text in make([each.printing for each in together]) if isinstance(text, Text)]
    except Rejected as rejected:
        if len(planned) == 1:
            return [], list(rejected.findings)
        parts = [_rendered([some], make) for some in planned]
        return [file for files, _ in parts for file in files], [finding for _, wrong in parts for finding in wrong]
    return [
        Rendered(path, text, printing.artifact.name, printing.template.template, documents, sha256)
        for (printing, path, documents), (text, sha256) in zip(together, texts, strict=True)
    ], []


def _planned(
    package: Package, artifact: Artifact, settings: Mapping[str, Mapping[str, JSON]], make: Make = each_made
) -> Iterator[_Planned]:
    """Yield the texts that an artifact makes."""
    prepared = _prepared(package, artifact, _readable(artifact, settings), make)
    load = _loading(artifact)
    for row in artifact.templates:
        if row.each not in prepared.items:
            names = ", ".join(sorted(prepared.items))
            place = artifact.place("templates", str(artifact.templates.index(row)), "each")
            message = f"has each = {row.each!r} for {row.template}, and there are only {names}"
            raise _broken(place, message, "give these items in prepare.py")
        for item in prepared.items[row.each]:
            complete = prepared.complete.get(row.each)
            printing = Printing(artifact, row, item, load, prepared.index, complete)
            path = _path(artifact, row, {"package": package, **item})
            yield _Planned(printing, path, _documents(package, item))


def _readable(artifact: Artifact, settings: Mapping[str, Mapping[str, JSON]]) -> Mapping[str, JSON]:
    """Return what a prepare.py may read: its artifact's own settings, and those of the artifacts that it names."""
    others: dict[str, JSON] = {name: dict(settings[name]) for name in artifact.reads if name in settings}
    readable = {**settings.get(artifact.name, {}), **others}
    return MappingProxyType({name: read_only.read_only(value) for name, value in readable.items()})


def _prepared(package: Package, artifact: Artifact, settings: Mapping[str, JSON], make: Make) -> Prepared:
    """Return the items by value of `each`: those of prepare.py, and the plain ones that it does not give."""
    public = [document for document in package.documents if document.public]
    plain: dict[str, Sequence[Item]] = {
        "run": [{"package": package}],
        "document": [{"package": package, "document": document} for document in public],
        "model": [{"package": package, "model": shape} for shape in package.shapes.values()],
    }
    file = artifact.folder / "prepare.py"
    if not file.is_file():
        return Prepared(plain)
    with _reporting(artifact):
        items = _prepare_module(artifact, file).prepare(package, settings)
        while isinstance(items, Parts):
            parts = [Part(artifact, item, items.index, items.make) for item in items.items]
            items = items.join(make(parts))
        prepared = items if isinstance(items, Prepared) else Prepared(items)
        return replace(prepared, items={**plain, **prepared.items})


@contextmanager
def _reporting(artifact: Artifact) -> Iterator[None]:
    """Raise Rejected for whatever a function of the artifact's prepare.py raises."""
    try:
        yield
    except Rejected:
        raise
    except Exception as error:
        file = artifact.folder / "prepare.py"
        raise Rejected([_finding_of(BROKEN_PREPARE, error, artifact, file)]) from error


def _prepare_module(artifact: Artifact, file: Path) -> ModuleType:
    if artifact.folder.parent == BUNDLED:
        return importlib.import_module(f"{_PACKAGE}.artifacts.{artifact.folder.name}.prepare")
    name = f"_triptych_artifact_{artifact.name}"
    spec = importlib.util.spec_from_file_location(name, file)
    if spec is None or spec.loader is None:
        raise ImportError(f"no module at {file}")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


# Templates


class _Environment(ImmutableSandboxedEnvironment):
    """Jinja that prints `Code` only; what a macro or a set block has printed is `Code` too.

    The sandbox keeps a template from reaching the class of a `Code` value and making one of its own, and from changing
    a list or dict that another template prints too.
    """

    concat = staticmethod(lambda parts: Code("".join(parts)))

    def getattr(self, obj: Any, attribute: str) -> Any:
        """Return an attribute; a public field of a dataclass is data, so nothing has to be asked about it."""
        return getattr(obj, attribute) if attribute in _DATA[type(obj)] else super().getattr(obj, attribute)


class _PublicFields(dict[type, frozenset[str]]):
    """Gives for a type which attributes of its values are data: the public fields of a dataclass, else none."""

    def __missing__(self, kind: type) -> frozenset[str]:
        names = getattr(kind, "__dataclass_fields__", ())
        self[kind] = frozenset(name for name in names if not name.startswith("_"))
        return self[kind]


_DATA: Final = _PublicFields({LoopContext: frozenset({"first", "last", "index"})})


def _finalize(value: object) -> str:
    """Return a value as a template may print it; everything but Code and a plain integer is a TypeError."""
    if isinstance(value, Code) or type(value) is int:
        return str(value)
    if isinstance(value, jinja2.Undefined):
        return str(value)  # raises UndefinedError, which names the variable
    raise TypeError(f"a template can print only what an escape made, not {type(value).__name__}: {value!r:.80}")


def environment(folder: Path, language: str) -> jinja2.Environment:
    """Return the Jinja environment for templates of a folder that print a language, with its escapes as filters.

    Those of the bundled artifacts are kept in the process: to compile them takes half of a small schema's time.
    """
    return (_kept if folder.parent == BUNDLED else _made)(folder, language)


def _loading(artifact: Artifact) -> Callable[[Template], jinja2.Template]:
    """Return what gives the templates of an artifact; it looks for the file of each once."""

    @cache
    def load(template: Template) -> jinja2.Template:
        return environment(artifact.folder, template.language).get_template(template.template)

    return load


def _made(folder: Path, language: str) -> jinja2.Environment:
    made = _Environment(
        loader=jinja2.FileSystemLoader(folder, encoding="utf-8"),
        undefined=jinja2.StrictUndefined,
        finalize=_finalize,
        autoescape=False,
        auto_reload=True,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        newline_sequence="\n",
    )
    made.filters.update(escapes(language))
    return made


_kept = lru_cache(maxsize=16)(_made)


def escapes(language: str) -> dict[str, Callable[..., Code]]:
    """Return the escapes of a language by name: every public function that its module defines."""
    module = importlib.import_module(f"{_PACKAGE}.escapes.{language}")
    functions = inspect.getmembers(module, inspect.isfunction)
    return {
        name: function
        for name, function in functions
        if function.__module__ == module.__name__ and not name.startswith("_")
    }


def _finding_of(rule: Rule, error: Exception, artifact: Artifact, file: Path) -> Finding:
    """Return the finding for an error in an artifact's frames file, at the deepest line there that it went through."""
    line, source = 0, ""
    if isinstance(error, jinja2.TemplateSyntaxError):
        file, line = Path(error.filename or file), error.lineno
    else:
        frames = [
            frame for frame in traceback.extract_tb(error.__traceback__) if _within(artifact.folder, frame.filename)
        ]
        if frames:
            file, line, source = Path(frames[-1].filename), frames[-1].lineno or 0, frames[-1].line or ""
    text = getattr(error, "message", None) or str(error)
    message = f"{artifact.name}: {type(error).__name__}: {text}"
    imported = _IMPORTED.match(source) if isinstance(error, ImportError) else None
    help = (imported and moved.hint(imported[1], imported[2] or "")) or f"mend {file.name}"
    return Finding(rule, Place(file.as_posix(), line, 1 if line else 0), message, help)


_IMPORTED: Final = re.compile(r"\s*(?:import|from) ([\w.]+)(?: import (\w+))?")
"""A line that imports a module, or a name of one that may be a module."""


def _within(folder: Path, filename: str) -> bool:
    return folder in Path(filename).parents


def _documents(package: Package, item: Item) -> tuple[str, ...]:
    """Return the paths of the documents that an item is made for: those that it names, else all."""
    named, others = item.get("document"), item.get("documents")
    if isinstance(named, Document):
        return (named.path, *others) if isinstance(others, tuple) else (named.path,)
    model = item.get("model")
    if isinstance(model, ClassShape | EnumShape):
        return tuple(
            document.path for document in package.documents if document.location.document == model.location.document
        )
    modules = [document.path for document in package.documents if document.module == named]
    return tuple(modules or (document.path for document in package.documents))


# Paths


def _broken(place: Place, message: str, help: str) -> Rejected:
    return Rejected([Finding(BROKEN_ARTIFACT, place, f"artifact.toml {message}", help)])


def _path(artifact: Artifact, row: Template, item: Item) -> str:
    parts = {name: _part(item[name]) for name in _SLOT.findall(row.path) if name in item}
    missing = [name for name in _SLOT.findall(row.path) if parts.get(name) is None]
    if missing:
        place = artifact.place("templates", str(artifact.templates.index(row)), "path")
        message = f"has a path for {row.template} with {{{missing[0]}}}, which is not a text of its items"
        raise _broken(place, message, f"name one of {', '.join(sorted(item))}")
    path = _SLOT.sub(lambda slot: str(parts[slot[1]]), row.path)
    if not _is_safe(path):
        place = artifact.place("templates", str(artifact.templates.index(row)), "path")
        message = f"{artifact.name}: the path {path!r} of {row.template} is not one within the output folder"
        raise Rejected([Finding(BAD_PATH, place, message, "use names without '..', ':' and '\\'")])
    return path


def _part(value: object) -> str | None:
    if isinstance(value, str):
        return str(value)
    if isinstance(value, Document):
        return value.module
    return value.name if isinstance(value, Package | ClassShape | EnumShape) else None


def _is_safe(path: str) -> bool:
    """Return whether a path is a plain one on every system: relative, no dots, nothing that a file name can't have."""
    segments = path.split("/")
    plain = all(segment and segment == segment.strip(" ") and not segment.endswith(".") for segment in segments)
    return plain and path != "manifest.json" and path.isprintable() and not set(path) & set('\\:*?"<>|')


def _path_faults(rendered: Sequence[Rendered]) -> Iterable[Finding]:
    taken: dict[str, Rendered] = {}
    folders: dict[str, Rendered] = {}
    for file in rendered:
        key = file.path.casefold()
        above = [key[:end] for end in range(len(key)) if key[end] == "/"]
        other = taken.get(key) or folders.get(key) or next((taken[part] for part in above if part in taken), None)
        if other is not None:
            message = f"{_named(file)} and {_named(other)} collide"
            yield Finding(SAME_PATH, Place(file.path), message, "give them paths that differ in more than their case")
        taken.setdefault(key, file)
        folders.update(dict.fromkeys(above, file))


def _named(file: Rendered) -> str:
    return f"{file.path} of {file.artifact}/{file.template}"


# What was generated is read again


def _readings(package: Package, artifacts: Sequence[Artifact], rendered: Sequence[Rendered]) -> Iterator[Reading]:
    """Yield every text with what one has to know to say whether it is well-formed, and one that its templates make."""
    folders = {artifact.name: artifact.folder for artifact in artifacts if artifact.folder == BUNDLED / "models"}
    models = [file for file in rendered if file.artifact in folders and file.path.endswith(".py")]
    modules = python_grammar.modules(map(_generated, models))
    for file in rendered:
        yield Reading(file, folders.get(file.artifact) if file.path.endswith(PYTHON) else None, modules, package)


def _generated(file: Rendered, code: ModuleCode | None = None) -> python_grammar.Generated:
    return python_grammar.Generated(file.path, file.template, file.text, code)


def _faults(reading: Reading) -> Iterator[Finding]:
    file, models, findings = reading.file, reading.models, list[Finding]()
    try:
        file.text.encode()
        with _without_warnings() if file.path.endswith(PYTHON) else nullcontext():
            if file.path.endswith(PYTHON):
                _check_encoding(file.text)
            if models is None or file.template not in python_grammar.READ:
                _read_again(file)
            if models is not None:
                named = reading.words & reading.modules
                findings += python_grammar.findings_in(_generated(file, _code(reading)), models, named)
    except (SyntaxError, ValueError, RecursionError, MemoryError, Warning) as error:
        line = (getattr(error, "lineno", 0) or 0) if isinstance(error, SyntaxError | json.JSONDecodeError) else 0
        message = f"{file.artifact}/{file.template} made a {file.path} that can't be read: {error}"
        help = "this is a fault of the template, or of an escape: please report it with the schema"
        findings = [Finding(NOT_WELL_FORMED, Place(file.path, line, 1 if line else 0), message, help)]
    yield from findings


@contextmanager
def _without_warnings() -> Iterator[None]:
    """Raise what Python would warn of."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


def _code(reading: Reading) -> ModuleCode | None:
    """Return what was compiled for a module of models, None for another file."""
    uri = reading.package.by_module.get(Path(reading.file.path).stem, "")
    return reading.package.modules.get(uri) if reading.file.template == "module.py.jinja" else None


def _check_encoding(text: str) -> None:
    """Raise SyntaxError if a comment at the top of a Python file says that it is in another encoding than UTF-8."""
    lines = iter([f"{line}\n".encode() for line in text.split("\n", 2)[:2]])
    encoding, _ = tokenize.detect_encoding(lambda: next(lines, b""))
    if codecs.lookup(encoding).name != "utf-8":
        raise SyntaxError(f"the encoding {encoding} is declared")


def _read_again(file: Rendered) -> None:
    """Read a text in its own language; raises what that says of one that is not well-formed."""
    _read(Path(file.path).name, file.text)


@lru_cache(maxsize=64)  # the runtime is the same in every package that a process makes
def _read(name: str, text: str) -> None:
    match Path(name).suffix:
        case ".py" | ".pyi":
            compile(text, name, "exec", dont_inherit=True)
        case ".json":
            json.loads(text)
        case ".toml":
            tomllib.loads(text)
