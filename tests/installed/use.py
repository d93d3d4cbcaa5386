"""Uses the installed package as its users do, far from the repository; an assertion fails for what does not work.

Run with `python -I`, so that neither the working folder nor the script's folder is a place to import from.
"""

from __future__ import annotations

import importlib.metadata
import importlib.util
import subprocess
import sys
import sysconfig
import tempfile
from pathlib import Path

import triptych
import triptych.ir

SCRIPT = str(Path(sysconfig.get_path("scripts")) / "triptych")
SCHEMA = '{"type": "object", "properties": {"name": {"type": "string"}}, "required": ["name"]}'
ARTIFACT = """
name = "words"
purpose = "a word for each model"

[[templates]]
template = "words.jinja"
each = "run"
path = "words.txt"
language = "markdown"
"""
PREPARE = """
from {package}.escapes.markdown import text
from {package}.{module} import Package


def prepare(package: Package, settings: object) -> dict[str, object]:
    names = [text(shape.name) for shape in package.shapes.values()]
    return {{"run": [{{"words": names}}]}}
"""


def test_the_wheel_holds_one_package_and_its_types() -> None:
    files = [str(path) for path in importlib.metadata.files("triptych") or ()]
    assert {path.split("/")[0] for path in files if "dist-info" not in path and not path.startswith("..")} == {
        "triptych"
    }
    assert "triptych/py.typed" in files
    assert importlib.util.find_spec("codegen") is None


def test_the_public_names_are_there() -> None:
    assert set(triptych.__all__) <= set(dir(triptych))
    assert all(getattr(triptych, name) is not None for name in triptych.__all__)
    assert triptych.ir.Package.__module__ == "triptych.ir"


def test_a_schema_is_compiled_in_memory() -> None:
    model = triptych.compile_schema({"type": "integer", "minimum": 3})
    assert model.is_valid(3) and not model.is_valid(2)


def test_both_commands_generate_the_same(room: Path) -> None:
    out = {}
    for name, command in (("script", [SCRIPT]), ("module", [sys.executable, "-m", "triptych"])):
        run([*command, "generate", "--schema", "schema", "--out", name], room)
        out[name] = {path.name: path.read_bytes() for path in (room / name).rglob("*.py")}
    assert out["script"] == out["module"] != {}
    config = triptych.read_config(schema=room / "schema", out=room / "script")
    assert triptych.generate(config).keys() >= {"manifest.json", "models/models/thing.py"}


def test_an_artifact_of_ones_own_imports_the_package(room: Path) -> None:
    own_artifact(room, PREPARE.format(package="triptych", module="ir"))
    run([SCRIPT, "generate"], room)
    assert "Thing" in (room / "generated" / "words.txt").read_text()


def test_an_artifact_that_imports_a_name_of_before_is_told_the_new_one(room: Path) -> None:
    own_artifact(room, PREPARE.format(package="codegen", module="ir"))
    said = run([SCRIPT, "generate"], room, 2)
    assert "prepare-broken" in said and "import `triptych.escapes.markdown`" in said
    own_artifact(room, PREPARE.format(package="triptych", module="resolve"))
    said = run([SCRIPT, "generate"], room, 2)
    assert "import `triptych.schema.resolver`" in said and "Traceback" not in said


def own_artifact(room: Path, prepare: str) -> None:
    """Write an artifact of one's own, and the configuration that names it."""
    folder = room / "words"
    folder.mkdir(exist_ok=True)
    (folder / "artifact.toml").write_text(ARTIFACT)
    (folder / "words.jinja").write_text("{% for word in words %}{{ word }}{% endfor %}\n")
    (folder / "prepare.py").write_text(prepare)
    (room / "pyproject.toml").write_text('[tool.triptych]\nartifacts = ["words"]\n')


def run(command: list[str], room: Path, code: int = 0) -> str:
    """Return what a command prints; it ends with the exit code."""
    done = subprocess.run(command, cwd=room, capture_output=True, text=True, check=False)
    said = done.stdout + done.stderr
    assert done.returncode == code, said
    return said


def main() -> None:
    """Run every test, each in a folder of its own."""
    for name, test in [(name, test) for name, test in globals().items() if name.startswith("test_")]:
        with tempfile.TemporaryDirectory() as folder:
            room = Path(folder)
            (room / "schema").mkdir()
            (room / "schema" / "thing.json").write_text(SCHEMA)
            test(*([room] if test.__annotations__.get("room") else []))
        print(f"passed: {name}")


if __name__ == "__main__":
    main()
