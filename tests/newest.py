"""What another release of datamodel-code-generator would change: `nox -s newest` runs this with the newest one.

Everything is generated to a temporary folder and compared with what is committed. The exit code is 1 if anything but
the tool's version in the manifests differs.
"""

from __future__ import annotations

import difflib
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from importlib.metadata import version
from pathlib import Path

from tests.packages import runtime

ROOT = Path(__file__).parent.parent
TOOL = "datamodel-code-generator"


def main() -> int:
    """Return 1 if anything would change, after telling it."""
    committed = ROOT / "generated"
    cases = {case: case / "expected" for case in sorted((ROOT / "tests" / "cases").iterdir())}
    known = json.loads((committed / "manifest.json").read_text(encoding="utf-8"))["tools"].get(TOOL)
    print(f"{TOOL}: {known} is locked, {version(TOOL)} is tried")
    told = [line for home, out in {ROOT: committed, **cases}.items() for line in changes(home, out)]
    print("\n".join(told) or "nothing else would change")
    return 1 if told else 0


def changes(home: Path, committed: Path) -> Iterator[str]:
    """Yield a line for each file that would change, with how much, and the first lines that differ."""
    with tempfile.TemporaryDirectory() as folder:
        command = [
            sys.executable,
            "-m",
            "codegen",
            "generate",
            "--schema",
            str(home / "schema"),
            "--out",
            folder + "/out",
        ]
        own = home / "triptych.toml"
        configured = ["--config", str(own)] if own.exists() else []
        ended = subprocess.run([*command, *configured], cwd=ROOT, capture_output=True, text=True, check=False)
        name = committed.relative_to(ROOT).as_posix()
        if ended.returncode:
            yield f"{name}: can't be generated (exit code {ended.returncode})\n{ended.stdout}{ended.stderr}"
            return
        old, new = texts(committed), texts(Path(folder) / "out")
    for path in sorted(old.keys() | new.keys()):
        if old.get(path) != new.get(path):
            yield summary(f"{name}/{path}", old.get(path), new.get(path))


def texts(folder: Path) -> Mapping[str, str]:
    """Return the files of a folder; the manifest without the tool's version and what follows from other files."""
    files = {path.relative_to(folder).as_posix(): path for path in sorted(folder.rglob("*")) if path.is_file()}
    others = {name: path for name, path in files.items() if path.name not in runtime()}  # which no tool has a hand in
    found = {name: path.read_text(encoding="utf-8") for name, path in others.items() if "__pycache__" not in path.parts}
    manifest = json.loads(found.pop("manifest.json"))
    manifest["tools"].pop(TOOL, None)
    del manifest["files"]
    return {**found, "manifest.json": json.dumps(manifest, indent=2)}


def summary(name: str, old: str | None, new: str | None) -> str:
    """Return what would happen to a file: how many lines go and come, and the first few of them."""
    if old is None or new is None:
        return f"{name}: would be {'new' if old is None else 'gone'}"
    lines = list(difflib.unified_diff(old.splitlines(), new.splitlines(), lineterm="", n=0))[2:]
    gone, come = (sum(line.startswith(sign) for line in lines) for sign in "-+")
    return "\n    ".join([f"{name}: -{gone} +{come}", *lines[:12], *(["..."] if len(lines) > 12 else [])])


if __name__ == "__main__":
    sys.exit(main())
