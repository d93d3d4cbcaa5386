"""Models of many schemas, in few packages, for type checkers to look at."""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from conformance import official, store

from codegen.app import pipeline
from codegen.app.config import Config
from codegen.findings import Rejected
from codegen.schema.dialects import DRAFT_7

LONGEST = 20_000
"""Lines of the longest module that is looked at: a checker may take minutes and gigabytes for one."""

LONGEST_FUNCTION = 1_000
"""Lines of the longest function in one: pyright gives up on longer ones (*too complex*), and ty on much longer ones."""

_MODELS = "models/models/"
_ONCE = "_tables/__init__.py"  # it names the tables of all documents, and looks the same for each


@dataclass(frozen=True, slots=True)
class Schema:
    """A schema by a name of its own, as a module may have it, with its dialect and where its references lead."""

    name: str
    text: str
    dialect: str
    references: Mapping[str, Path]


@dataclass(slots=True)
class Package:
    """A folder of modules, and what each of them says."""

    folder: Path
    modules: dict[str, str] = field(default_factory=dict)

    def takes(self, modules: Mapping[str, str]) -> bool:
        """Return whether modules can stand beside those that are there: none is there with another text."""
        return all(self.modules.get(name, text) == text for name, text in modules.items() if name != _ONCE)


def of_the_store(folder: Path, every: int) -> Iterator[Schema]:
    """Yield every so many of SchemaStore's schemas."""
    files = store.files(folder)
    references = {url.rstrip("#"): path for url, path in files.items()}
    for url in store.urls(folder)[every // 2 :: every]:
        name = "store_" + re.sub(r"\W+", "_", url.partition("://")[2], flags=re.ASCII)[-60:].strip("_").lower()
        yield Schema(name, files[url].read_text(encoding="utf-8-sig"), DRAFT_7, references)


def of_the_suite(suite: Path, every: int) -> Iterator[Schema]:
    """Yield every so many of the official suite's schemas."""
    remotes = {official.REMOTES: suite / "remotes"}
    groups = [
        (f"suite_{Path(file).with_suffix('').as_posix()}_{number}", draft, group["schema"])
        for file in official.files(suite)
        for draft in [official.DRAFTS[file.partition("/")[0]]]
        for number, group in enumerate(json.loads((suite / "tests" / file).read_text(encoding="utf-8")))
    ]
    for name, dialect, schema in groups[every // 2 :: every]:
        yield Schema(re.sub(r"\W+", "_", name).lower(), json.dumps(schema), dialect, remotes)


def modules(schema: Schema) -> Mapping[str, str] | str:
    """Return the modules of a schema by path, or why there are none."""
    with tempfile.TemporaryDirectory() as folder:
        base = Path(folder).resolve()
        (base / "schema").mkdir()
        (base / "schema" / f"{schema.name}.json").write_text(schema.text, encoding="utf-8")
        out, home = base / "out", base / "schema"
        config = Config(base=base, schema=home, out=out, dialect=schema.dialect, references=schema.references)
        try:
            files = pipeline.generate(config)
        except Rejected as rejected:
            return "refused: " + ", ".join(sorted({finding.rule.id for finding in rejected.findings}))
    inner = {path.removeprefix(_MODELS): text for path, text in files.items() if path.startswith(_MODELS)}
    if any(text.count("\n") > LONGEST for text in inner.values()):
        return f"left out: a module of more than {LONGEST:,} lines"
    if any(_longest_function(text) > LONGEST_FUNCTION for text in inner.values()):
        return f"left out: a function of more than {LONGEST_FUNCTION:,} lines"
    return {path: text for path, text in inner.items() if path.endswith(".py") and path != "__init__.py"}


def _longest_function(text: str) -> int:
    """Return the lines of the longest function of a module, which no blank line parts."""
    starts = re.split(r"\n(?=def )", text)[1:]
    return max((part.partition("\n\n\n")[0].count("\n") + 1 for part in starts), default=0)


def written(made: Iterable[Mapping[str, str]], room: Path) -> Sequence[Package]:
    """Return packages that hold all modules, each beside the runtime."""
    packages: list[Package] = []
    for found in made:
        package = next((each for each in packages if each.takes(found)), None)
        if package is None:
            package = Package(room / f"models_{len(packages)}")
            packages.append(package)
        package.modules.update(found)
    for package in packages:
        for path, text in {**package.modules, "__init__.py": ""}.items():
            file = package.folder / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
    return packages
