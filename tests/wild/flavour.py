"""Takes sets of real schemas through the pydantic flavour: instances are decided and come back as by the dataclasses.

`python -m tests.wild.flavour --room DIR`; `--sets stac mcp` takes only these. The exit code is 1 if anything differs.
Where there are no real schemas, it says so and passes.
"""

from __future__ import annotations

import argparse
import importlib
import os
import sys
import tempfile
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from conformance import flavour

from codegen.app.config import read_config
from codegen.app.pipeline import generate
from codegen.ir import JSON, Document
from codegen.schema.resolver import attempt
from codegen.source import loader
from codegen.validation.instances import Maker
from tests.wild.__main__ import _set_up
from tests.wild.sets import SETS, SHARED, Set
from tests.wild.use import ENOUGH, MOST_TRIES, _instances


def main() -> int:
    """Return the exit code: 1 if an instance is decided another way, or does not come back."""
    parser = argparse.ArgumentParser(prog="python -m tests.wild.flavour")
    parser.add_argument("--room", type=Path, help="folder for what is made")
    parser.add_argument("--sets", nargs="+", choices=[each.name for each in SETS], default=[each.name for each in SETS])
    arguments = parser.parse_args()
    faults: list[str] = []
    with tempfile.TemporaryDirectory(dir=arguments.room) as room:
        for each in (each for each in SETS if each.name in arguments.sets):
            home = SHARED / each.name
            if not home.is_dir():
                print(f"skipped {each.name}: there is no {os.path.relpath(home)}")
                continue
            faults += _of_set(each, home, Path(room) / each.name)
    print(*faults[:20], sep="\n")
    return 1 if faults else 0


def _of_set(each: Set, home: Path, room: Path) -> list[str]:
    """Return what is wrong with the models of a set, and print how many instances were decided."""
    _set_up(each, room)
    name = f"wild_{each.name.replace('-', '_')}"
    file = room / "triptych.toml"
    file.write_text(
        file.read_text(encoding="utf-8") + '[tool.triptych.models]\nflavours = ["pydantic"]\n', encoding="utf-8"
    )
    config = read_config(cwd=room, config_file=file, schema=home.resolve(), package=name)
    for path, text in generate(config).items():
        target = room / "out" / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
    sys.path.insert(0, str(room / "out" / "models"))
    sources, _ = loader.load_folder(config.schema)
    others = {uri: loader.load_file(home, uri)[0] for uri, home in config.references.items()}
    resolution, _ = attempt(sources, dialect=config.dialect, lookup=others.get)
    maker = Maker(resolution.subschemas)
    faults, tally = [], [0, 0]
    for document in (each for each in resolution.documents if each.public):
        made = islice(_instances(resolution, maker, document), MOST_TRIES)
        faults += _of_document(name, document, made, tally)
    print(f"{each.name}: {tally[1]} came back, {tally[0]} were refused, {len(faults)} faults", flush=True)
    return faults


def _of_document(package: str, document: Document, instances: Iterator[JSON], tally: list[int]) -> Iterator[str]:
    module = importlib.import_module(f"{package}.{document.module}")
    models = flavour.beside(module)
    valid = 0
    for instance in instances:
        is_valid = module.is_valid(instance)
        tally[is_valid] += 1
        valid += is_valid
        yield from (f"{document.path}: {fault}" for fault in flavour.faults_of(models, instance, is_valid))
        if valid >= ENOUGH:
            break


if __name__ == "__main__":
    raise SystemExit(main())
