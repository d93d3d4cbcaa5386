"""Tests of codegen.app.sandbox: a run opens no socket, starts no process and touches only its own folders."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from codegen.app import sandbox
from codegen.app.sandbox import confined
from codegen.cli import main
from codegen.findings import Rejected


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Return a folder that may be read, with a folder beside it that may not."""
    for name in ("home", "elsewhere"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "file.txt").write_text(name)
    return tmp_path / "home"


def refused(action: Callable[[], object], *reads: Path, writes: tuple[Path, ...] = ()) -> list[str]:
    """Return what the guard says of an action, in a run that may touch these; [] if it let it pass."""
    try:
        with confined(reads, writes):
            action()
    except Rejected as rejected:
        assert {finding.rule.id for finding in rejected.findings} == {"guard-refused"}
        return [finding.message for finding in rejected.findings]
    return []


REFUSED: dict[str, Callable[[], object]] = {
    "opens a connection": lambda: socket.socket(),
    "(socket.getaddrinfo)": lambda: socket.getaddrinfo("localhost", 1),
    "(subprocess.Popen)": lambda: subprocess.run(["true"], check=False),
    "(os.system)": lambda: os.system("true"),
    "starts a thread": lambda: threading.Thread(target=print).start(),
}


if sys.version_info < (3, 12):
    del REFUSED["starts a thread"]  # no event reports it


@pytest.mark.parametrize("refusal", REFUSED)
def test_the_network_and_processes_are_refused(refusal: str, home: Path) -> None:
    assert [refusal in message for message in refused(REFUSED[refusal], home)] == [True]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no processes of this kind")
def test_what_a_process_starts_with_is_refused(home: Path) -> None:
    for start in (os.fork, lambda: os.execv("/bin/true", ["true"]), lambda: os.posix_spawn("/bin/true", ["true"], {})):
        assert "starts a process" in refused(start, home)[0]


def test_files_of_its_own_are_read_and_others_are_not(home: Path) -> None:
    elsewhere = home.parent / "elsewhere" / "file.txt"
    assert refused((home / "file.txt").read_text, home) == []
    assert refused((home / "file.txt").read_text, home / "file.txt") == []
    assert refused(lambda: Path(os.__file__).read_bytes(), home) == []
    for path in (elsewhere, home / ".." / "elsewhere" / "file.txt", home.parent / "home" / "file.txt.other"):
        path.write_text("mine")
        assert refused(path.read_text, home / "file.txt", home / "none")[0].endswith("is outside of its folders")
    assert "reads" in refused(lambda: os.open(elsewhere, os.O_RDONLY), home)[0]


def test_a_link_out_of_a_folder_leads_nowhere(home: Path) -> None:
    (home / "link.txt").symlink_to(home.parent / "elsewhere" / "file.txt")
    assert "link.txt" in refused((home / "link.txt").read_text, home)[0]


@pytest.mark.parametrize("mode", ["r", "a"])
def test_a_folder_that_has_become_a_link_leads_nowhere(mode: str, home: Path) -> None:
    (home / "room").mkdir()
    (home / "room" / "file.txt").write_text("home")

    def turns() -> None:
        with open(home / "room" / "file.txt", mode):
            pass
        os.rename(home / "room", home / "moved")
        os.symlink(home.parent / "elsewhere", home / "room")
        with open(home / "room" / "file.txt", mode):
            pass

    (message,) = refused(turns, home, writes=(home,))
    assert message.endswith("which is outside of its folders")


def test_what_is_not_there_is_simply_not_there(home: Path) -> None:
    with pytest.raises(FileNotFoundError), confined([home]):
        (home.parent / "elsewhere" / "nothing").read_text()


CHANGES: dict[str, Callable[[Path], object]] = {
    "write": lambda folder: (folder / "new").write_text("new"),
    "remove": lambda folder: (folder / "file.txt").unlink(),
    "rename": lambda folder: (folder / "file.txt").rename(folder / "other"),
    "make": lambda folder: (folder / "new").mkdir(),
    "chmod": lambda folder: (folder / "file.txt").chmod(0o600),
    "link": lambda folder: os.symlink(folder, folder / "link"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_nothing_is_changed_but_what_may_be_written(change: str, home: Path) -> None:
    before = {path.name: path.stat().st_mode for path in home.iterdir()}
    assert "outside of its folders" in refused(lambda: CHANGES[change](home), home)[0]
    assert {path.name: path.stat().st_mode for path in home.iterdir()} == before
    assert refused(lambda: CHANGES[change](home), writes=(home,)) == []


def test_temporary_folders_of_the_run_are_its_own(home: Path) -> None:
    def work(prefix: str) -> None:
        with tempfile.TemporaryDirectory(prefix=prefix) as folder:
            (Path(folder) / "deep").mkdir()
            (Path(folder) / "deep" / "file").write_text("text")

    assert refused(lambda: work(sandbox.TEMPORARY), home) == []
    assert refused(lambda: work("other-"), home)


def test_a_refusal_that_was_swallowed_is_told(home: Path) -> None:
    def quietly() -> None:
        for action in (lambda: socket.socket(), (home.parent / "elsewhere" / "file.txt").read_text):
            try:
                action()
            except Exception:
                continue

    assert len(refused(quietly, home)) == 2


def test_an_inner_guard_is_no_wider_than_the_outer_one(home: Path) -> None:
    def inner() -> None:
        with confined([home.parent]):
            (home.parent / "elsewhere" / "file.txt").read_text()

    assert refused(inner, home)


def test_after_the_run_and_in_other_threads_everything_goes(home: Path) -> None:
    inside, done, failed = threading.Event(), threading.Event(), []

    def other() -> None:
        inside.wait(10)
        try:
            socket.socket().close()
        except OSError as error:
            failed.append(error)
        done.set()

    thread = threading.Thread(target=other)
    thread.start()
    with confined([home]):
        inside.set()
        done.wait(10)
    thread.join()
    assert failed == []
    socket.socket().close()
    assert sandbox._active == {}


# The whole command

ARTIFACT = """name = "own"
purpose = "for a test"
[[templates]]
template = "own.txt.jinja"
each = "run"
path = "own/own.txt"
language = "markdown"
"""

PREPARES = {
    "a socket": "import socket\ndef prepare(package, settings):\n    socket.create_connection(('localhost', 9))\n",
    "a file": "def prepare(package, settings):\n    open({secret!r}).read()\n",
    "a command": "import subprocess\ndef prepare(package, settings):\n    subprocess.run(['true'])\n",
    "quietly": "def prepare(package, settings):\n    try:\n        open({secret!r})\n"
    "    except OSError:\n        return {{}}\n",
    "at import": "SECRET = open({secret!r}).read()\ndef prepare(package, settings):\n    return {{}}\n",
}


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder with a schema and an artifact of its own, which is the working folder."""
    folder = tmp_path / "project"
    (folder / "schema").mkdir(parents=True)
    (folder / "schema" / "a.json").write_text('{"type": "string"}')
    (folder / "own").mkdir()
    (folder / "own" / "artifact.toml").write_text(ARTIFACT)
    (folder / "own" / "own.txt.jinja").write_text("text\n")
    (folder / "pyproject.toml").write_text('[tool.triptych]\nartifacts = ["own"]\n')
    (folder / "secret.txt").write_text("secret")
    monkeypatch.chdir(folder)
    return folder


@pytest.mark.parametrize("kind", PREPARES)
@pytest.mark.parametrize("command", ["generate", "check"])
def test_a_prepare_that_goes_out_stops_the_run(
    kind: str, command: str, project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / "own" / "prepare.py").write_text(PREPARES[kind].format(secret=str(project / "secret.txt")))
    assert main([command]) == 2
    printed = capsys.readouterr().out
    assert "error[guard-refused]" in printed
    assert "own/prepare.py:" in printed
    assert not (project / "generated").exists()


def test_a_prepare_that_stays_at_home_is_let_be(project: Path) -> None:
    (project / "own" / "words.txt").write_text("words")
    (project / "own" / "prepare.py").write_text(
        "from pathlib import Path\ndef prepare(package, settings):\n"
        "    (Path(__file__).parent / 'words.txt').read_text()\n    return {}\n"
    )
    assert main(["generate"]) == 0
    assert main(["check"]) == 0


def test_compiled_modules_may_stand_elsewhere(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    elsewhere = home.parent / "elsewhere"
    monkeypatch.setattr(sys, "pycache_prefix", str(elsewhere))
    assert refused((elsewhere / "file.txt").read_text, home) == []
