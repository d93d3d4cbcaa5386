"""The architecture: which folder comes before which, and a drawing of the imports; read with ast, nothing is run.

`python -m tests.architecture` prints a line for each folder, with the folders that it imports from.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parent.parent / "codegen"

# Folders, and modules that stand beside them, in the order of the data: each imports only from lines above its own.
ORDER = (
    ("records",),
    ("findings", "ir", "moved", "names", "pointer", "printable"),
    ("read_only", "escapes"),
    ("source", "runtime"),
    ("schema",),
    ("compiler",),
    ("validation",),
    ("versions",),
    ("render",),
    ("artifacts",),
    ("output", "incremental"),
    ("app",),
    ("cli", "__init__"),
    ("__main__",),
)

# Within a line: what may be imported of a neighbour.
BESIDE = {("ir", "findings"), ("names", "ir"), ("pointer", "ir"), ("read_only", "ir"), ("output", "incremental")}

FILES = sorted(ROOT.rglob("*.py"))
PACKAGE = ROOT.name


@cache
def nodes(path: Path) -> tuple[ast.Import | ast.ImportFrom | ast.Call, ...]:
    """Return the imports and the calls of a file, wherever in it."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return tuple(node for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom | ast.Call))


@cache
def imports(path: Path) -> tuple[tuple[int, str], ...]:
    """Return all that a file imports, wherever in the file, as (line, dotted name); of ours as `codegen.x.y`."""
    return tuple((node.lineno, name) for node in nodes(path) for name in _named(path, node))


def _named(path: Path, node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (name.name for name in node.names)
    elif isinstance(node, ast.ImportFrom):
        package = (PACKAGE, *path.relative_to(ROOT).parent.parts)
        above = package[: len(package) - node.level + 1] if node.level else ()
        module = ".".join([*above, *([node.module] if node.module else [])])
        yield from (f"{module}.{name.name}" for name in node.names)


def dotted(path: Path) -> str:
    """Return the dotted name of a module of ours."""
    parts = path.relative_to(ROOT.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {dotted(path): path for path in FILES}


def folder(module: str) -> str:
    """Return the folder that a module stands in, or the module itself if it stands beside them."""
    return module.split(".")[1] if "." in module else "__init__"


@cache
def arrows() -> Mapping[str, frozenset[str]]:
    """Return for each module of ours the modules of ours that it imports."""
    found = {}
    for module, path in MODULES.items():
        named = (name for _, name in imports(path) if name.split(".")[0] == PACKAGE)
        targets = {name if name in MODULES else name.rpartition(".")[0] for name in named}
        found[module] = frozenset(targets - {module})
    return found


def line_of(name: str) -> int:
    """Return the line of the order that a folder stands on."""
    return next(index for index, names in enumerate(ORDER) if name in names)


def drawing() -> Iterator[str]:
    """Yield a line for each folder: what it is, how many modules and lines, and what it imports."""
    for name in (name for names in ORDER for name in names):
        own = [module for module in MODULES if folder(module) == name]
        lines = sum(len(MODULES[module].read_text(encoding="utf-8").splitlines()) for module in own)
        targets = {folder(target) for module in own for target in arrows()[module]} - {name}
        shown = " ".join(sorted(targets, key=lambda target: (line_of(target), target)))
        yield f"{name:12} {len(own):3} modules {lines:6} lines  <- {shown}".rstrip(" <-")


if __name__ == "__main__":
    print("\n".join(drawing()))
