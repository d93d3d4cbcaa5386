"""Tests of codegen.incremental.stamp: a stamp is believed exactly as long as nothing has changed."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from codegen.incremental import stamp as unchanged

TEXT = "a text of a schema"
OUTPUT = {"manifest.json": "{}", "models/a.py": "a = 1"}


def keep(project: Path, command: str = "check", printed: str = "") -> bool:
    """Return whether a stamp was kept for a run that began a while after the input was written."""
    inputs = [str(project / name) for name in ("schema", "pyproject.toml")]
    written = {path: unchanged.sha256(str(project / "generated" / path)) for path in OUTPUT}
    return unchanged.record([[command]], printed, inputs, str(project / "generated"), written, time.time_ns(), {})


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder with input and output, which is the working folder."""
    for path, text in {"schema/a.json": TEXT, **{f"generated/{path}": text for path, text in OUTPUT.items()}}.items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text(text)
    monkeypatch.chdir(tmp_path)
    time.sleep(0.02)  # an input as young as the run itself is not believed to be older
    return tmp_path


def edit(path: str, text: str = "x") -> Callable[[Path], object]:
    return lambda project: (project / path).write_text(text)


def remove(path: str) -> Callable[[Path], object]:
    return lambda project: (project / path).unlink()


def same_size_and_time(project: Path) -> None:
    file = project / "schema" / "a.json"
    status = file.stat()
    file.write_text(TEXT.upper())
    os.utime(file, ns=(status.st_atime_ns, status.st_mtime_ns))


def fifo(path: Path) -> None:
    path.unlink(missing_ok=True)
    os.mkfifo(path)


def test_a_known_digest_is_taken_in_place_of_reading(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = str(project / "generated")
    known = {entry.as_linked(): unchanged.sha256(entry.path) for entry in unchanged.entries([out])}
    written = {path: unchanged.sha256(str(project / "generated" / path)) for path in OUTPUT}
    monkeypatch.setattr(unchanged, "sha256", lambda path: "another one")
    assert unchanged.record([["check"]], "", [], out, written, time.time_ns(), known)
    (project / "generated" / "models" / "a.py").write_text("a = 100")
    assert not unchanged.record([["check"]], "", [], out, written, time.time_ns(), known)


CHANGES: dict[str, Callable[[Path], object]] = {
    "schema edited": edit("schema/a.json"),
    "schema edited, same size and time": same_size_and_time,
    "schema added": edit("schema/b.json"),
    "schema removed": remove("schema/a.json"),
    "schema renamed": lambda project: (project / "schema" / "a.json").rename(project / "schema" / "b.json"),
    "configuration added": edit("pyproject.toml"),
    "output edited": edit("generated/models/a.py"),
    "output removed": remove("generated/models/a.py"),
    "output added": edit("generated/models/b.py"),
    "manifest edited": edit("generated/manifest.json"),
    "a FIFO in place of the configuration": lambda project: fifo(project / "pyproject.toml"),
    "link in the output": lambda project: (project / "generated" / "link").symlink_to(project),
    "link in the input": lambda project: (project / "schema" / "link.json").symlink_to(project / "schema" / "a.json"),
}


@pytest.mark.parametrize("settled", [False, True], ids=["at once", "later"])
@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_every_change_ends_the_short_cut(project: Path, change: Callable[[Path], object], settled: bool) -> None:
    assert keep(project)
    if settled:
        time.sleep(0.15)  # now the files are old enough for their times alone to be believed
    assert unchanged.recall(["check"]) == ""
    change(project)
    assert unchanged.recall(["check"]) is None


def test_a_touch_and_files_elsewhere_do_not_end_it(project: Path) -> None:
    keep(project)
    (project / "schema" / "a.json").touch()
    (project / "notes.txt").write_text("mine")
    (project / "generated" / "models" / "__pycache__").mkdir()
    assert unchanged.recall(["check"]) == ""


@pytest.mark.parametrize("printed", ["", "a warning\n  help: none\n", "\\n \\ \n\\ \u00a0é\n"])
def test_what_the_run_printed_comes_back(project: Path, printed: str) -> None:
    keep(project, printed=printed)
    assert unchanged.recall(["check"]) == printed


def test_nothing_that_could_steer_a_terminal_is_printed(project: Path) -> None:
    keep(project, printed="\x1b]0;owned\x07 \r\t\u202e\n")
    assert unchanged.recall(["check"]) == "\\x1b]0;owned\\x07 \\r\\t\\u202e\n"


def test_ci_keeps_and_believes_no_stamp(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert keep(project)
    monkeypatch.setenv("CI", "true")
    assert unchanged.recall(["check"]) is None
    assert not keep(project, "generate")
    monkeypatch.delenv("CI")
    assert [unchanged.recall([command]) for command in ("check", "generate")] == ["", None]


def test_a_stamp_is_of_the_code_that_made_it(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two checkouts of the generator, or two sets of tools, in one environment and one working folder."""
    keep(project)
    with monkeypatch.context() as other:
        other.setattr(unchanged, "__file__", str(project / "checkout" / "codegen" / "incremental" / "stamp.py"))
        assert unchanged.recall(["check"]) is None
    with monkeypatch.context() as other:
        other.syspath_prepend(str(project))
        assert unchanged.recall(["check"]) is None
    assert unchanged.recall(["check"]) == ""


def test_what_a_killed_run_left_beside_the_output_ends_the_short_cut(project: Path) -> None:
    keep(project)
    (project / ".generated.triptych-new").mkdir()
    assert unchanged.recall(["check"]) is None


def test_a_stamp_is_of_one_command_and_one_folder(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    keep(project)
    assert unchanged.recall(["generate"]) is None
    assert unchanged.recall(["check", "--format", "json"]) is None
    monkeypatch.chdir(project / "schema")
    assert unchanged.recall(["check"]) is None


def test_a_damaged_stamp_is_no_stamp(project: Path) -> None:
    keep(project)
    (stamp,) = (Path(os.environ["XDG_CACHE_HOME"]) / "triptych").iterdir()
    whole = stamp.read_bytes()
    for length in range(0, len(whole), 7):
        stamp.write_bytes(whole[:length])
        assert unchanged.recall(["check"]) is None


def test_no_stamp_is_kept_of_an_output_that_is_not_the_run_s(project: Path) -> None:
    (project / "generated" / "mine.txt").write_text("mine")
    assert not keep(project)


def test_no_stamp_is_kept_of_an_input_that_changed_during_the_run(project: Path) -> None:
    (project / "schema" / "a.json").write_text("changed after the run began")
    assert not keep(project)
