"""The whole command under faults: whatever happens, the old tree or the new one is there, whole, and nothing else.

Slow and thorough, for `nox -s faults`; `tests/test_output.py` has the same promises on small trees.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from codegen.app import pipeline
from codegen.app.command import run
from codegen.app.config import Config
from codegen.output import swap

ROOT = Path(__file__).parent.parent.parent
SCHEMA = json.loads((ROOT / "schema" / "session.json").read_text(encoding="utf-8"))
COMMAND = [sys.executable, "-m", "codegen", "generate"]

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="kills and limits processes as POSIX can")


def write_schema(project: Path, version: str) -> None:
    (project / "schema").mkdir(parents=True, exist_ok=True)
    (project / "schema" / "session.json").write_text(json.dumps({**SCHEMA, "title": f"Version {version}"}))


def tree(out: Path) -> dict[str, bytes]:
    return {path.relative_to(out).as_posix(): path.read_bytes() for path in out.rglob("*") if path.is_file()}


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a project with a generated tree of version 1, a file made by hand in it, and a schema of version 2."""
    folder = tmp_path / "project"
    write_schema(folder, "1")
    monkeypatch.chdir(folder)
    assert run(["generate"], 0) == 0
    (folder / "generated" / "docs" / "mine.md").write_text("mine")
    write_schema(folder, "2")
    return folder


@pytest.fixture
def trees(project: Path) -> tuple[dict[str, bytes], dict[str, bytes]]:
    """Return the tree before and the tree after a run that nothing disturbs."""
    made = pipeline.generate(Config(base=project, schema=project / "schema", out=project / "generated"))
    return tree(project / "generated"), {
        **{path: text.encode() for path, text in made.items()},
        "docs/mine.md": b"mine",
    }


def forked(action: Callable[[], object]) -> int:
    """Return how a child ended that did the action: its exit code, or less than 0 for a signal."""
    child = os.fork()
    if child == 0:
        code = 1
        try:
            found = action()
            code = found if isinstance(found, int) else 0
        except SystemExit as stop:
            code = stop.code if isinstance(stop.code, int) else 1
        finally:
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


WRITES = {"open", "os.mkdir", "os.link", "os.rename", "os.remove", "os.rmdir", "os.scandir", "os.chmod", "ctypes.dlsym"}


def written(project: Path) -> Callable[[], object]:
    """Return the writing of version 2, ready to be forked: what comes before it has been done already."""
    made = pipeline.generate(Config(base=project, schema=project / "schema", out=project / "generated"))
    return lambda: swap.write(project / "generated", made)


def test_killed_at_every_call_of_the_system(project: Path, trees: tuple[dict[str, bytes], dict[str, bytes]]) -> None:
    action, ended, count = written(project), -1, 0
    while ended != 0:
        count += 1

        def killed(left: int = count) -> object:
            state = [left]

            def watch(event: str, arguments: tuple[object, ...]) -> None:
                state[0] -= event in WRITES
                if state[0] == 0:
                    os.kill(os.getpid(), signal.SIGKILL)

            sys.addaudithook(watch)
            return action()

        ended = forked(killed)
        assert tree(project / "generated") in trees, count
        restore(project, trees[0])
    assert count > 50


def test_every_call_that_writes_fails_in_turn(project: Path, trees: tuple[dict[str, bytes], dict[str, bytes]]) -> None:
    action, ended, count = written(project), -1, 0
    while ended != 0:
        count += 1

        def failing(at: int = count) -> object:
            state = [at]

            def watch(event: str, arguments: tuple[object, ...]) -> None:
                state[0] -= event in WRITES - {"os.scandir", "ctypes.dlsym"}
                if state[0] == 0:
                    raise OSError(28, "No space left on device")

            sys.addaudithook(watch)
            action()
            return 3 if state[0] <= 0 else 0  # there was another way; or there was no such call any more

        ended = forked(failing)
        assert tree(project / "generated") in trees, count
        restore(project, trees[0])
    assert count > 30


def restore(project: Path, before: dict[str, bytes]) -> None:
    """Bring back version 1 after a run that left something, by runs that nothing disturbs."""
    files = {path: content.decode() for path, content in before.items() if path != "docs/mine.md"}
    swap.write(project / "generated", files)
    assert tree(project / "generated") == before
    assert sorted(os.listdir(project)) == ["generated", "schema"]


@pytest.mark.skipif(sys.platform != "linux", reason="limits the size of files as Linux does")
@pytest.mark.parametrize("limit", [0, 1, 1000, 4000])
def test_a_full_disk(project: Path, trees: tuple[dict[str, bytes], dict[str, bytes]], limit: int) -> None:
    import resource

    action = written(project)

    def full() -> object:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
        return action()

    assert forked(full) == 1
    assert tree(project / "generated") == trees[0]
    assert sorted(os.listdir(project)) == ["generated", "schema"]


# The superuser may do everything, unless the capabilities for it are taken away.
POWERS = "-dac_override,-dac_read_search,-fowner"
BOUND = [] if getattr(os, "geteuid", lambda: 1)() else ["setpriv", "--bounding-set", POWERS, "--inh-caps", POWERS]


@pytest.mark.skipif(bool(BOUND) and shutil.which("setpriv") is None, reason="the superuser may do everything")
@pytest.mark.parametrize(("folder", "mode"), [(".", 0o500), ("generated", 0o500), ("schema", 0)])
def test_without_permission(
    project: Path, trees: tuple[dict[str, bytes], dict[str, bytes]], folder: str, mode: int
) -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    (project / folder).chmod(mode)
    try:
        ended = subprocess.run([*BOUND, *COMMAND], env=environment, capture_output=True, text=True, check=False)
    finally:
        (project / folder).chmod(0o755)
    assert "Traceback" not in ended.stderr
    assert ended.returncode != 0 or folder == "generated"
    assert tree(project / "generated") == trees[ended.returncode == 0]


@pytest.mark.parametrize("number", ["SIGTERM", "SIGHUP", "SIGINT", "SIGKILL"])
def test_a_signal_at_any_moment(project: Path, trees: tuple[dict[str, bytes], dict[str, bytes]], number: str) -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    for moment in (0.05, 0.3, 0.6, 0.9, 1.2, 1.5, 2.0):
        process = subprocess.Popen(COMMAND, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(moment)
        process.send_signal(getattr(signal, number))
        code = process.wait(60)
        assert tree(project / "generated") in trees
        assert code != 0 or tree(project / "generated") == trees[1]
        swap.write(project / "generated", {p: c.decode() for p, c in trees[0].items() if p != "docs/mine.md"})


def test_two_runs_at_once_and_a_reader_that_looks_all_the_time(
    project: Path, trees: tuple[dict[str, bytes], dict[str, bytes]]
) -> None:
    whole = {path: {side[path] for side in trees if path in side} for side in trees for path in side}
    stop, looks, faults = threading.Event(), [0], []

    def look() -> None:
        while not stop.is_set():
            for path, contents in whole.items():
                looks[0] += 1
                try:
                    faults.extend([] if (project / "generated" / path).read_bytes() in contents else [path])
                except OSError as error:
                    faults.append(f"{path}: {error}")

    reader = threading.Thread(target=look)
    reader.start()
    try:
        for _ in range(3):
            runs = [subprocess.Popen(COMMAND, env={**os.environ, "PYTHONPATH": str(ROOT)}) for _ in range(3)]
            assert {process.wait(120) for process in runs} == {0}
            swap.write(project / "generated", {p: c.decode() for p, c in trees[0].items() if p != "docs/mine.md"})
    finally:
        stop.set()
        reader.join()
    assert looks[0] > 100
    if sys.platform == "linux":  # elsewhere there is an instant between two renames
        assert faults == []


LINKS: dict[str, Callable[[Path, Path], None]] = {
    "the folder": lambda out, elsewhere: (out.rename(out.parent / "kept"), out.symlink_to(elsewhere))[1],
    "a folder in it": lambda out, elsewhere: (out / "more").symlink_to(elsewhere),
    "a file in it": lambda out, elsewhere: (out / "docs" / "link.md").symlink_to(elsewhere / "file"),
    "a link to nothing": lambda out, elsewhere: (out / "docs" / "link.md").symlink_to(elsewhere / "nothing"),
}


@pytest.fixture
def elsewhere(tmp_path: Path) -> Iterator[Path]:
    """Return a folder that nothing may be written to; it is compared in the end."""
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    (folder / "file").write_text("precious")
    yield folder
    assert tree(folder) == {"file": b"precious"}


@pytest.mark.parametrize("kind", LINKS)
def test_nothing_is_written_through_a_link(project: Path, elsewhere: Path, kind: str) -> None:
    LINKS[kind](project / "generated", elsewhere)
    assert run(["generate"], 0) != 0
    assert run(["check"], 0) != 0
