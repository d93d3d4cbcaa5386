"""Uses what was generated of a set: `import` loads every module, `decode` takes instances there and back.

Instances are those that the schemas give as examples, and some that are made of them.
"""

from __future__ import annotations

import importlib
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from types import ModuleType

from codegen.app.config import read_config
from codegen.ir import JSON, Document
from codegen.schema.resolver import Resolution, attempt
from codegen.source import loader
from codegen.validation.instances import Maker

MOST_TRIES = 12
ENOUGH = 3  # valid instances of a document


def main() -> int:
    """Return the exit code: 1 if something does not come back."""
    step, package = sys.argv[1], Path(sys.argv[2])
    sys.path.insert(0, str(package.parent))
    if step == "import":
        names = [path.stem for path in sorted(package.rglob("*.py")) if path.name != "__init__.py"]
        found = [_module(package, path.stem) for path in sorted(package.glob("*.py")) if path.name != "__init__.py"]
        print(f"{len(found)} modules of {len(names)} files")
        return 0
    return decoded(package, Path(sys.argv[sys.argv.index("--schema") + 1]), Path(sys.argv[-1]))


def _module(package: Path, name: str) -> ModuleType:
    return importlib.import_module(f"{package.name}.{name}")


@dataclass(slots=True)
class _Tally:
    valid: int = 0
    refused: int = 0
    without: int = 0


def decoded(package: Path, schema: Path, config: Path) -> int:
    """Return 1 if an instance does not come back as it was, or two functions differ about it."""
    settings = read_config(cwd=config.parent, config_file=config, schema=schema)
    sources, _ = loader.load_folder(schema)
    others = {uri: loader.load_file(home, uri)[0] for uri, home in settings.references.items()}
    resolution, _ = attempt(sources, dialect=settings.dialect, lookup=others.get)
    maker, tally, wrong = Maker(resolution.subschemas), _Tally(), 0
    for document in (each for each in resolution.documents if each.public):
        module, before = _module(package, document.module), tally.valid
        for instance in islice(_instances(resolution, maker, document), MOST_TRIES):
            wrong += not _comes_back(module, instance, tally)
            if tally.valid - before >= ENOUGH:
                break
        tally.without += tally.valid == before
    print(f"{tally.valid} came back, {tally.refused} were refused, {tally.without} documents had none")
    return 1 if wrong or not tally.valid else 0


def _instances(resolution: Resolution, maker: Maker, document: Document) -> Iterator[JSON]:
    """Yield instances of a document: some of each length."""
    given = resolution.subschemas[document.location].value("examples")
    yield from given if isinstance(given, list) else []
    for made in maker.passes(document.location):
        yield from islice(made, 2)


def _comes_back(module: ModuleType, instance: JSON, tally: _Tally) -> bool:
    """Return whether all that the module says of an instance fits together."""
    problems = module.problems(instance)
    if module.is_valid(instance) != (not problems):
        print(f"is_valid and problems differ: {json.dumps(instance)[:300]}")
        return False
    if problems:
        tally.refused += 1
        return True
    tally.valid += 1
    value = module.decode(instance)
    if module.encode(value) == instance and json.loads(module.dumps(module.loads(json.dumps(instance)))) == instance:
        return True
    print(f"{module.__name__} does not give back {json.dumps(instance)[:300]}")
    return False


if __name__ == "__main__":
    raise SystemExit(main())
