"""Tests of what other libraries ask of a generated package: annotations that evaluate, imports that can be seen.

Each library is tried for real in `nox -s frameworks`; these need none of them.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from modulefinder import ModuleFinder
from pathlib import Path

import pytest

from tests.packages import packages, whole

ROOT = Path(__file__).parent.parent
EVERY_PACKAGE = pytest.mark.parametrize(
    "committed", packages(), ids=lambda path: str(path.relative_to(ROOT)).replace("/", "-")
)


@pytest.fixture
def package(committed: Path, tmp_path: Path) -> Path:
    """Return the folder of a committed package as a run makes it."""
    return whole(committed, tmp_path / "whole")


def run(package: Path, script: str) -> str:
    """Return what a script prints that has the package's folder on its path and its name as argument."""
    command = [sys.executable, "-S", "-c", script, package.name]
    found = subprocess.run(command, cwd=package.parent, capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stderr
    return found.stdout


ANNOTATIONS = """
import dataclasses, importlib, inspect, os, sys

package = importlib.import_module(sys.argv[1])
names = [name[:-3] for name in sorted(os.listdir(sys.argv[1])) if name.endswith(".py") and name[:2] != "__"]
modules = [importlib.import_module(f"{sys.argv[1]}.{name}") for name in names]
early = "typing" in sys.modules  # it costs as much as a package of a thousand models

import typing

def functions(found):
    for value in vars(found).values():
        inner = getattr(value, "__func__", value)
        if inspect.isfunction(inner) and inner.__module__ in {module.__name__ for module in modules}:
            yield inner
        elif inspect.isclass(inner) and inner.__module__ == getattr(found, "__name__", None):
            yield inner
            yield from functions(inner)

count = 0
for module in modules:
    for found in functions(module):
        hints = typing.get_type_hints(found)
        assert not any(isinstance(hint, (str, typing.ForwardRef)) for hint in hints.values()), (found, hints)
        if dataclasses.is_dataclass(found):
            assert {field.name for field in dataclasses.fields(found)} <= hints.keys(), found
        if not (inspect.isclass(found) and issubclass(found, Exception)):
            inspect.signature(found, eval_str=True)
        count += 1
print(early, count > 100)
"""


@EVERY_PACKAGE
def test_every_annotation_evaluates_and_none_is_paid_for_before(package: Path) -> None:
    assert run(package, ANNOTATIONS) == "False True\n"


HINTS = """
import importlib, json, sys, typing

models = importlib.import_module(sys.argv[1])
names = [name for name in models.__all__ if hasattr(getattr(models, name), "from_dict")]
print(json.dumps({name: str(typing.get_type_hints(getattr(models, name))) for name in names}))
"""


def test_hints_are_the_real_types_of_other_modules_and_of_typing(tmp_path: Path) -> None:
    hints = json.loads(run(whole(ROOT / "tests/cases/gallery/expected/models/models", tmp_path), HINTS))
    assert "typing.Literal[" in str(hints)
    hints = json.loads(run(whole(ROOT / "tests/cases/references/expected/models/shop", tmp_path), HINTS))
    assert "shop.address.Address" in hints["Order"]


@EVERY_PACKAGE
@pytest.mark.parametrize("is_folded", [False, True], ids=["as it is", "without what a compiler takes for dead"])
def test_a_bundler_finds_every_module_by_imports_alone(package: Path, is_folded: bool, tmp_path: Path) -> None:
    for path in package.rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        copy = tmp_path / package.name / path.relative_to(package)
        copy.parent.mkdir(exist_ok=True)
        if is_folded:
            text = text.replace("if TYPE_CHECKING:", "if False:").replace("if not TYPE_CHECKING:", "if True:")
        copy.write_text(text, encoding="utf-8")
    program = tmp_path / "program.py"
    flavours = [f"import {package.name}.{each.name}\n" for each in package.glob("pydantic_models")]
    program.write_text("".join([f"from {package.name} import DecodeError\n", *flavours]), encoding="utf-8")
    finder = ModuleFinder(path=[str(tmp_path)])
    finder.run_script(str(program))
    found = {Path(module.__file__) for module in finder.modules.values() if module.__file__}
    missed = {program, *(tmp_path / package.name).rglob("*.py")} - found
    texts = [path.read_text(encoding="utf-8") for path in found]
    assert not [path for path in missed if any(re.search(rf"\b{path.stem}\b", text) for text in texts)]
    assert {path.stem for path in missed} <= {"_integers", "_model", "_drafts"}  # which not every schema needs


FROZEN = """
import datetime, importlib, sys

package, early = sys.argv[1], len(sys.argv) > 2
genuine = datetime.datetime, datetime.date

# As freezegun has them: subclasses whose instances are all date-times, and calls that give such a subclass.
class OfDate(type):
    def __instancecheck__(self, value):
        return isinstance(value, genuine[1])
    def __subclasscheck__(self, other):
        return issubclass(other, genuine[1])

class Date(genuine[1], metaclass=OfDate):
    def __new__(cls, *args, **kwargs):
        return genuine[1].__new__(cls, *args, **kwargs)

class OfDateTime(OfDate):
    def __instancecheck__(self, value):
        return isinstance(value, genuine[0])
    def __subclasscheck__(self, other):
        return issubclass(other, genuine[0])

class DateTime(genuine[0], Date, metaclass=OfDateTime):
    def __new__(cls, *args, **kwargs):
        return genuine[0].__new__(cls, *args, **kwargs)

def swap(old, new):
    for module in list(sys.modules.values()):
        for name, value in list(vars(module).items()) if module.__name__ != "__main__" else ():
            if value is old:
                setattr(module, name, new)

def check():
    times = importlib.import_module(f"{package}._datetimes")
    data = importlib.import_module(f"{package}._data")
    for text in ("2024-02-29T12:30:00Z", "2024-02-29T12:30:00+00:00", "2016-12-31T23:59:60Z", "0000-01-01T00:00:00Z"):
        assert times.encode_date_time(times.decode_date_time(text)) == text, text
        assert data.encode(times.decode_date_time(text)) == text, text
    for text in ("2024-02-29", "0000-01-01"):
        assert times.encode_date(times.decode_date(text)) == text, text
    for text in ("12:30:00Z", "12:30:00z"):
        assert times.encode_time(times.decode_time(text)) == text, text
    assert times.encode_date_time(datetime.datetime(2024, 1, 2, tzinfo=datetime.UTC)) == "2024-01-02T00:00:00Z"
    assert type(times.decode_date_time("2024-02-29T12:30:00Z")) is genuine[0]
    assert type(times.decode_date("2024-02-29")) is genuine[1]

if early:
    check()
swap(genuine[0], DateTime)
swap(genuine[1], Date)
check()
swap(DateTime, genuine[0])
swap(Date, genuine[1])
check()
print("ok")
"""


@pytest.mark.parametrize("more", ["", "early"], ids=["loaded while time stands still", "loaded before"])
def test_a_clock_that_a_test_holds_changes_no_text(more: str) -> None:
    script = f"import sys; sys.argv += {more.split()!r}\n{FROZEN}"
    assert run(ROOT / "generated/models/models", script) == "ok\n"
