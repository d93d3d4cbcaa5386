"""The project's sessions; each sets up its locked tools once, and calls one command.

`requirements.lock` pins every tool with its hashes. Each entry says which groups need it: `run` is what the
generator itself needs, the others are the dependency groups of pyproject.toml.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import sys
import tempfile
from pathlib import Path

import nox

if sys.version_info < (3, 11):  # noqa: UP036 - nox itself runs on older ones
    raise SystemExit("Triptych needs Python 3.11 or newer: run nox with one")

nox.needs_version = ">=2025.2"
nox.options.default_venv_backend = "uv|virtualenv"
nox.options.reuse_existing_virtualenvs = True
nox.options.sessions = ["generate", "check", "lint", "types", "tests"]

LOCK = Path("requirements.lock")
BOOT = Path(".ci/requirements.txt")  # of the lock what has to be there before a session can run, for pip
GROUPS = (
    *("run", "boot", "tests", "lint", "types", "docs", "mkdocs", "bench", "openapi", "conformance"),
    *("frameworks", "flavour", "build", "checkers"),
)
# nox puts temporary files below the session's Python, where the guard that is tested lets everything be read. And a
# process that a test starts takes the bytecode of the one before it, instead of compiling the generator again.
OUTSIDE = {"TMPDIR": tempfile.gettempdir(), "PYTHONDONTWRITEBYTECODE": ""}
ON_EVERY_CORE = ("--numprocesses", "auto", "--dist", "worksteal")
PYTHONS = ("3.11", "3.12", "3.13")
SHAPER = "datamodel-code-generator"


@nox.session
def generate(session: nox.Session) -> None:
    """Write generated/ from schema/."""
    install(session, "run")
    session.run("python", "-m", "codegen", "generate", *session.posargs)


@nox.session
def check(session: nox.Session) -> None:
    """Say whether generated/ has drifted from schema/, why, and what to do about it."""
    install(session, "run")
    session.run("python", "-m", "codegen", "check", *session.posargs)


@nox.session
def tests(session: nox.Session) -> None:
    """Run the tests; `nox -s tests -- --update-snapshots` writes the snapshots."""
    install(session, "run", "tests")
    session.run("python", "-m", "pytest", *ON_EVERY_CORE, *session.posargs, env=OUTSIDE)


@nox.session(python=PYTHONS)
def pythons(session: nox.Session) -> None:
    """Run the tests on every supported Python that is installed."""
    install(session, "run", "tests")
    session.run("python", "-m", "pytest", *ON_EVERY_CORE, *session.posargs, env=OUTSIDE)


@nox.session(name="bytes", python=PYTHONS)
def same_bytes(session: nox.Session) -> None:
    """Make the committed bytes again on every supported Python that is installed, in other surroundings."""
    install(session, "run")
    session.run("python", "-m", "tests.same_bytes")


@nox.session
def faults(session: nox.Session) -> None:
    """Kill, starve, forbid and race the whole command at every instant; the old tree or the new one must be there."""
    install(session, "run", "tests")
    session.run("python", "-m", "pytest", "tests/faults/faults.py", *session.posargs)


@nox.session
def fuzz(session: nox.Session) -> None:
    """Throw instances at the generated models for a minute; `nox -s fuzz -- --seconds 3600 --seed 7` goes on longer."""
    install(session, "run", "tests")
    session.run("python", "-m", "tests.fuzz", *session.posargs)


@nox.session
def combinations(session: nox.Session) -> None:
    """Decide small schemas of two and three keywords on one place by every road, and by a reference validator."""
    install(session, "run", "tests")
    session.run("python", "-m", "combinations", *session.posargs, env={"PYTHONPATH": f"tests{os.pathsep}."})


@nox.session
def laws(session: nox.Session) -> None:
    """Try the laws on more schemas and edits than the tests do; `nox -s laws -- --hypothesis-seed=2` tries others."""
    install(session, "run", "tests")
    files = [f"tests/test_{name}.py" for name in ("laws", "conjunctions", "documents", "cache", "history")]
    options = session.posargs or ["--hypothesis-seed=1"]
    session.run("python", "-m", "pytest", *ON_EVERY_CORE, *files, *options, env={**OUTSIDE, "TRIPTYCH_EXAMPLES": "60"})


@nox.session
def doublings(session: nox.Session) -> None:
    """Count the steps of schemas that ask the same of one value twice, within limits of calls and memory."""
    install(session, "run", "tests")
    session.run("python", "-m", "doublings", *session.posargs, env={"PYTHONPATH": f"tests{os.pathsep}."})


@nox.session
def lint(session: nox.Session) -> None:
    """Check style and format, and draw who imports whom; `nox -s lint -- --fix` mends what can be mended."""
    install(session, "lint")
    fix = "--fix" in session.posargs
    session.run("ruff", "check", *(["--fix"] if fix else []), ".")
    session.run("ruff", "format", *([] if fix else ["--check"]), ".")
    models = [str(path) for path in (Path("generated/models"), *sorted(Path("tests/cases").glob("*/expected/models")))]
    session.run("ruff", "check", "--isolated", "--line-length", "120", "--select", "F,I,UP", *models)
    session.run("python", "-m", "tests.architecture")


@nox.session
def types(session: nox.Session) -> None:
    """Check types: the generator with mypy, the generated models and their user with mypy, pyright and ty."""
    install(session, "run", "types")
    session.run("mypy")
    with tempfile.TemporaryDirectory() as folder:  # ty looks at nothing that git ignores, as it does `.nox`
        _check_packages(session, Path(folder).resolve())


def _check_packages(session: nox.Session, room: Path) -> None:
    """Check the types of the models, of those of the cases, which are made in the folder, and of their user."""
    session.run("python", "-m", "tests.packages", str(room))
    strict = {"include": ["."], "typeCheckingMode": "strict", "pythonVersion": "3.11"}
    (room / "pyrightconfig.json").write_text(json.dumps(strict), encoding="utf-8")
    for models in [Path("generated/models"), *sorted(path for path in room.iterdir() if path.is_dir())]:
        session.run("mypy", "--strict", str(models))
        session.run("ty", "check", "--error-on-warning", "--project", str(models), str(models))
    session.run("ty", "check", "--extra-search-path", "generated/models", "tests/consumer.py")
    for project in ("pyproject.toml", str(room)):
        session.run("pyright", "--project", project, env={"PYRIGHT_PYTHON_IGNORE_WARNINGS": "1"})


@nox.session
def conformance(session: nox.Session) -> None:
    """Run the official test suite and real schemas; `-- --all` takes every schema, `-- --check` writes no table."""
    install(session, "run", "tests", "conformance", "flavour")
    room = session.cache_dir / "conformance"
    command = ["python", "-m", "conformance", "--room", str(room), *session.posargs]
    session.run(*command, env={"PYTHONPATH": f"tests{os.pathsep}."})


@nox.session
def flavour(session: nox.Session) -> None:
    """Compare the pydantic models with their schemas, and with real ones; `-- --sets mcp` takes only these of them."""
    install(session, "run", "tests", "flavour")
    paths = {"PYTHONPATH": f"tests{os.pathsep}."}
    session.run("python", "-m", "pytest", "tests/test_flavour.py", env=OUTSIDE)
    session.run("python", "-m", "tests.wild.flavour", *(session.posargs or ["--sets", "mcp", "stac"]), env=paths)


@nox.session
def wild(session: nox.Session) -> None:
    """Generate, import, type-check and use sets of real schemas; `nox -s wild -- --sets mcp stac` takes only these."""
    install(session, "run", "types")
    session.run("python", "-m", "tests.wild", "--room", str(Path(session.create_tmp()).resolve()), *session.posargs)


@nox.session
def checkers(session: nox.Session) -> None:
    """Let five type checkers look at the models of SchemaStore and the official suite; `-- --every 40` at a share."""
    install(session, "run", "types", "checkers", "conformance", "tests")
    paths = {"PYTHONPATH": f"tests{os.pathsep}.", **OUTSIDE}  # most checkers look at nothing below a hidden folder
    room = session.cache_dir / "conformance"
    session.run("python", "-m", "checkers", "--room", str(room), *session.posargs, env=paths)


@nox.session
def frameworks(session: nox.Session) -> None:
    """Hand the generated models to other libraries: those that read annotations, check, bundle, or hold the clock."""
    install(session, "run", "tests", "frameworks")
    leaks = "ignore::pytest.PytestUnraisableExceptionWarning"  # what those libraries leave open is theirs
    tests = ("tests/frameworks/frameworks.py", "tests/frameworks/servers.py")
    session.run("python", "-m", "pytest", "-W", leaks, *tests, *session.posargs)


@nox.session
def package(session: nox.Session) -> None:
    """Build the wheel of generated/models, install it alone in a new environment, run and type-check a user of it."""
    install(session, "types")
    source, consumer, room = Path("generated/models"), "tests/consumer.py", Path(session.create_tmp()).resolve()
    before = sorted(source.rglob("*"))
    python, builder = environment(session, room / "alone"), environment(session, room / "builder")
    shutil.rmtree(room / "wheels", ignore_errors=True)
    session.run(builder, "-m", "pip", "install", "-q", "--require-hashes", "-r", str(BOOT), external=True)
    build = ["-q", "--no-build-isolation", "--no-index", "-w", str(room / "wheels"), f"./{source}"]
    session.run(builder, "-m", "pip", "wheel", *build, external=True)
    wheels = [str(wheel) for wheel in (room / "wheels").iterdir()]
    session.run(python, "-m", "pip", "install", "-q", "--no-index", *wheels, external=True)
    session.run(python, "-I", "-W", "error", consumer, external=True)
    session.run("mypy", "--strict", "--config-file=", "--python-executable", python, consumer)
    if len(wheels) != 1 or sorted(source.rglob("*")) != before:
        session.error(f"something else was built or left behind: {wheels}")


@nox.session
def installed(session: nox.Session) -> None:
    """Build the wheel of the generator, install it, and use it as its users do, from a folder of their own."""
    install(session, "run", "build")
    room = Path(session.create_tmp()).resolve() / "wheels"
    shutil.rmtree(room, ignore_errors=True)
    session.run("python", "-m", "hatchling", "build", "-t", "wheel", "-d", str(room))
    session.install("--no-index", "--no-deps", "--reinstall", *map(str, room.iterdir()))
    session.run("python", "-I", "-W", "error", "tests/installed/use.py")


@nox.session
def docs(session: nox.Session) -> None:
    """Build the site in site/, a warning fails; `nox -s docs -- serve` shows it while schemas and templates change."""
    install(session, "run", "docs", "tests")
    session.run("python", "-m", "tests.website", *(session.posargs or ["build"]))
    if not session.posargs:
        session.run("python", "-m", "pytest", "tests/test_website.py", env=OUTSIDE)


@nox.session
def mkdocs(session: nox.Session) -> None:
    """Build the committed docs, the tests' too, with MkDocs and the Material theme; a warning fails."""
    install(session, "mkdocs")
    for file in ("generated/mkdocs.yml", *sorted(map(str, Path("tests/cases").glob("*/expected/mkdocs.yml")))):
        with tempfile.TemporaryDirectory() as site:
            session.run("mkdocs", "build", "--strict", "--quiet", "-f", file, "-d", site)


@nox.session
def browser(session: nox.Session) -> None:
    """Look at the site in Chromium: accessibility, requests, errors, search, the box; pictures in screenshots/."""
    install(session, "run", "docs")
    session.run("python", "-m", "tests.website", "browser", *session.posargs)


@nox.session(python=(PYTHONS[0], PYTHONS[-1]))
def bench(session: nox.Session) -> None:
    """Measure the models against other libraries, and write the tables; `nox -s bench -- --print` only prints them.

    `nox -s bench-3.11 -- --against COMMIT` measures generator and models beside another state of the project; with
    `--size 20 --turns 1 --rounds 2` it is tried in two minutes, and writes nothing.
    """
    install(session, "run", "bench")
    session.run("python", "tests/bench", *session.posargs)


@nox.session
def openapi(session: nox.Session) -> None:
    """Give the OpenAPI documents to the tools that people use, put to work what those make, and write the tables."""
    install(session, "run", "openapi")
    node = node_modules(session, Path("tests/openapi"))
    session.run("python", "-m", "tests.openapi", "--node", str(node), "--room", str(node.parent), *session.posargs)


@nox.session
def pyodide(session: nox.Session) -> None:
    """Run the generated models on a newer Python than the installed ones: in Pyodide, with Node.js."""
    session.run("python", "-m", "tests.pyodide", str(node_modules(session, Path("tests/pyodide"))))


@nox.session
def newest(session: nox.Session) -> None:
    """Try the newest datamodel-code-generator, all else locked; report what it would change, and fail if anything."""
    install(session, "run")
    pins = [entry.split(" \\")[0] for entry in entries(LOCK.read_text(encoding="utf-8")) if "run" in groups_of(entry)]
    others = Path(session.create_tmp()).resolve() / "others.txt"
    others.write_text("\n".join(pin for pin in pins if not pin.startswith(f"{SHAPER}==")) + "\n", encoding="utf-8")
    session.install("--upgrade", "--constraint", str(others), SHAPER)
    session.run("python", "-m", "tests.newest")


@nox.session
def settings(session: nox.Session) -> None:
    """Write SETTINGS.md and the problem tables that schemas and settings are checked by."""
    install(session, "run")
    session.run("python", "-m", "tests.settings")


@nox.session
def lock(session: nox.Session) -> None:
    """Pin every tool anew in requirements.lock; `nox -s lock -- --upgrade` takes the newest ones."""
    install(session, "boot")
    sources = {group: ["pyproject.toml"] if group == "run" else ["--group", group] for group in GROUPS}
    every = pinned(session, [part for source in sources.values() for part in source], session.posargs)
    needed = {group: set(pinned(session, source)) for group, source in sources.items()}
    head = "# Every tool, exactly. Written by `nox -s lock`; not to be edited.\n"
    lines = [entry + marked(name, needed) for name in sorted(every) for entry in every[name]]
    LOCK.write_text(head + "".join(lines), encoding="utf-8")
    BOOT.write_text(boot_lock(), encoding="utf-8")


def boot_lock() -> str:
    """Return the text of the lock that pip reads before any session can run."""
    head = "# Of requirements.lock what runs the sessions. Written by `nox -s lock`; not to be edited.\n"
    return head + "".join(entry for entry in entries(LOCK.read_text(encoding="utf-8")) if "boot" in groups_of(entry))


def environment(session: nox.Session, folder: Path) -> str:
    """Return the Python of a new environment in the folder."""
    session.run("python", "-m", "venv", "--clear", str(folder))
    return str(folder / ("Scripts" if sys.platform == "win32" else "bin") / "python")


def install(session: nox.Session, *groups: str) -> None:
    """Install the locked tools of the groups, unless the session's environment has exactly these already."""
    wanted = "".join(entry for entry in entries(LOCK.read_text(encoding="utf-8")) if groups_of(entry) & set(groups))
    installed = Path(session.virtualenv.location) / "installed.lock"
    if not installed.exists() or installed.read_text(encoding="utf-8") != wanted:
        slice_of_lock = Path(session.create_tmp()) / "requirements.txt"
        slice_of_lock.write_text(wanted, encoding="utf-8")
        session.install("--require-hashes", "-r", str(slice_of_lock.resolve()))
        installed.write_text(wanted, encoding="utf-8")


def node_modules(session: nox.Session, source: Path) -> Path:
    """Return a folder with the npm packages that the lock in the source folder pins, installed if they are not yet."""
    node, lock = Path(session.create_tmp()).resolve() / "node", source / "package-lock.json"
    installed = node / "node_modules" / "installed.json"
    if not installed.exists() or installed.read_bytes() != lock.read_bytes():
        node.mkdir(exist_ok=True)
        for name in ("package.json", lock.name, ".npmrc"):
            shutil.copy(source / name, node)
        session.run("npm", "ci", "--prefix", str(node), external=True)
        shutil.copy(lock, installed)
    return node


def entries(text: str) -> list[str]:
    """Return the entries of a lock: a requirement, its hashes, and the comment that names its groups."""
    return re.findall(r"^[^#\s].*\n(?:[ \t]+.*\n)*", text, re.MULTILINE)


def groups_of(entry: str) -> set[str]:
    """Return the groups that need an entry."""
    return set(entry.rsplit("# for:", 1)[1].split())


def marked(name: str, needed: dict[str, set[str]]) -> str:
    """Return the comment that names the groups that need an entry."""
    return f"    # for: {' '.join(group for group in GROUPS if name in needed[group])}\n"


def pinned(session: nox.Session, sources: list[str], options: list[str] | None = None) -> dict[str, list[str]]:
    """Return the entries that the sources need, by name, as uv pins them for every platform and Python."""
    made = Path(session.create_tmp()) / "requirements.txt"
    made.write_text(LOCK.read_text(encoding="utf-8") if LOCK.exists() else "", encoding="utf-8")  # kept if it can be
    command = ["uv", "pip", "compile", "--quiet", "--universal", "--python-version", PYTHONS[0], "--generate-hashes"]
    command += ["--no-emit-index-url", "--no-emit-find-links", "--no-annotate", "--no-header"]
    session.run(*command, *(options or []), *sources, "-o", str(made), silent=True)
    by_name: dict[str, list[str]] = {}
    for entry in entries(made.read_text(encoding="utf-8")):
        by_name.setdefault(entry.split("==")[0].strip(), []).append(entry)
    return by_name
