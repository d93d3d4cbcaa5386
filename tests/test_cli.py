"""Tests of the command line: exit codes, what is printed where, and the short cut for an unchanged run."""

from __future__ import annotations

import contextlib
import importlib.metadata
import io
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from codegen.app import installed
from codegen.cli import main
from codegen.incremental import stamp
from codegen.output import swap

ROOT = Path(__file__).parent.parent
SCHEMA = (ROOT / "schema" / "session.json").read_text(encoding="utf-8")


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder with one schema, which is the working folder."""
    folder = tmp_path / "project"
    (folder / "schema").mkdir(parents=True)
    (folder / "schema" / "session.json").write_text(SCHEMA, encoding="utf-8")
    monkeypatch.chdir(folder)
    time.sleep(0.02)  # a schema that is as young as the run itself is not believed to be older
    return folder


def snapshot(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def call(arguments: list[str], **options: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "codegen", *arguments]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "error"}
    return subprocess.run(command, capture_output=True, text=True, env=environment, timeout=60, **options)  # type: ignore[call-overload,no-any-return]


def test_generate_then_check_find_nothing_and_print_nothing(project: Path) -> None:
    for command in ("generate", "check", "generate"):
        done = call([command])
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert {path.name for path in (project / "generated").iterdir()} >= {"manifest.json", "models"}


def test_any_folder_of_schemas_is_generated_from_any_folder(project: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    arguments = ["--schema", str(project / "schema"), "--out", str(tmp_path / "out")]
    assert call(["generate", *arguments], cwd=elsewhere).returncode == 0
    assert main(["generate"]) == 0
    assert snapshot(tmp_path / "out") == snapshot(project / "generated")
    assert list(elsewhere.iterdir()) == []


def test_drift_is_reported_with_its_cause_and_a_help_that_ends_it(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["generate", "--package", "api"])
    drifted = next((project / "generated" / "models").rglob("*.py"))
    drifted.write_text("edited", encoding="utf-8")
    assert main(["check", "--package", "api"]) == 1
    printed = capsys.readouterr().out
    assert "edited by hand" in printed
    assert "run: triptych generate --package api" in printed
    assert main(["generate", "--package", "api"]) == 0
    assert main(["check", "--package", "api"]) == 0


def test_a_changed_schema_is_told_as_such(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["generate"])
    (project / "schema" / "session.json").write_text(SCHEMA.replace("Session identifier", "Its name"))
    assert main(["check"]) == 1
    assert "schema changed (session.json)" in capsys.readouterr().out


def test_a_broken_schema_is_told_and_what_was_there_stays(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["generate"])
    before = snapshot(project / "generated")
    (project / "schema" / "session.json").write_text("{")
    (project / "schema" / "other.json").write_text("[1]")
    for command in ("generate", "check"):
        assert main([command]) == 1
        printed = capsys.readouterr().out
        assert "schema/session.json:1:" in printed
        assert "schema/other.json:1:1" in printed
    assert snapshot(project / "generated") == before


FAULTS: dict[str, tuple[list[str], str | None, int]] = {
    "no command": ([], None, 2),
    "unknown command": (["destroy"], None, 2),
    "unknown option": (["generate", "--colour"], None, 2),
    "unknown format": (["check", "--format", "xml"], None, 2),
    "no schema folder": (["generate", "--schema", "nowhere"], None, 2),
    "no configuration file": (["generate", "--config", "nowhere.toml"], None, 2),
    "unknown key": (["generate"], "[tool.triptych]\ncolour = 1\n", 2),
    "wrong type": (["generate"], "[tool.triptych]\npackage = 1\n", 2),
    "unknown table": (["generate"], "[tool.triptych.nobody]\nx = 1\n", 2),
    "no TOML": (["generate"], "=\n", 2),
    "no artifact": (["generate"], '[tool.triptych]\nartifacts = ["nowhere"]\n', 2),
    "no artifact.toml": (["generate"], '[tool.triptych]\nartifacts = ["schema"]\n', 2),
    "output is the project": (["generate", "--out", "."], None, 2),
    "output is a file": (["generate", "--out", "schema/session.json"], None, 2),
}


@pytest.mark.parametrize(("arguments", "toml", "code"), FAULTS.values(), ids=FAULTS.keys())
def test_a_fault_of_the_user_is_told_without_a_traceback(
    project: Path, arguments: list[str], toml: str | None, code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    if toml is not None:
        (project / "pyproject.toml").write_text(toml)
    before = snapshot(project)
    try:
        found = main(arguments)
    except SystemExit as ended:  # of the command line itself
        found = ended.code
    assert found == code
    printed = capsys.readouterr()
    assert printed.out + printed.err
    assert "Traceback" not in printed.err
    assert snapshot(project) == before


@pytest.mark.parametrize("form", ["text", "json", "github", "junit"])
def test_every_format_tells_the_same_finding(project: Path, capsys: pytest.CaptureFixture[str], form: str) -> None:
    assert main(["check", "--format", form]) == 1
    printed = capsys.readouterr().out
    assert "drift-missing" in printed
    if form == "json":
        json.loads(printed)


def test_an_artifact_of_ones_own_joins_the_others(project: Path) -> None:
    own = project / "own"
    own.mkdir()
    row = '[[templates]]\ntemplate = "list.jinja"\neach = "run"\npath = "own/list.py"\nlanguage = "python"\n'
    (own / "artifact.toml").write_text(f'name = "own"\npurpose = "a list"\n{row}')
    (own / "list.jinja").write_text("{% for d in package.documents %}\n{{ d.module|literal }}\n{% endfor %}\n")
    (project / "pyproject.toml").write_text('[tool.triptych]\nartifacts = ["own"]\n')
    assert main(["generate"]) == 0
    assert (project / "generated" / "own" / "list.py").read_text() == '"session"\n'
    (own / "list.jinja").write_text("")
    assert main(["check"]) == 1


def test_references_are_read_at_home_and_nowhere_else(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "home").mkdir()
    (project / "home" / "a.json").write_text('{"type": "string"}')
    (project / "secret.json").write_text('{"type": "string"}')
    (project / "pyproject.toml").write_text('[tool.triptych.references]\n"https://example.com/s/" = "home"\n')
    schema = project / "schema" / "session.json"
    schema.write_text('{"$ref": "https://example.com/s/a.json"}')
    assert main(["generate"]) == 0
    assert "https://example.com/s/a.json" in (project / "generated" / "manifest.json").read_text()
    for reference in ("https://example.com/s/%2e%2e/secret.json", "https://example.com/b.json", "../secret.json"):
        schema.write_text(json.dumps({"$ref": reference}))
        assert main(["generate"]) == 1
        assert "session.json:1:" in capsys.readouterr().out


# A run with nothing to do

HEAVY = {"jinja2", "datamodel_code_generator", "argparse", "dataclasses", "json", "tomllib", "codegen.app.pipeline"}


def loaded_by(arguments: list[str]) -> set[str]:
    program = (
        f"import sys; from codegen.cli import main; code = main({arguments!r}); print(*sys.modules); sys.exit(code)"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, env=environment, check=True)
    return set(done.stdout.split())


def test_nothing_heavy_is_imported_that_a_run_does_without(project: Path) -> None:
    (project / "schema" / "more.json").write_text('{"properties": {"a": {"enum": ["x"]}}}')
    whole = loaded_by(["generate"])
    assert whole >= HEAVY - {"datamodel_code_generator"}
    assert not {name.partition(".")[0] for name in whole} & {"datamodel_code_generator", "pydantic"}
    for command in ("generate", "check"):  # with nothing changed
        assert not loaded_by([command]) & HEAVY


def test_what_few_runs_need_is_imported_by_these_alone(project: Path) -> None:
    loaded_by(["generate"])
    (project / "schema" / "more.json").write_text('{"properties": {"a": {"enum": ["x"]}}}')
    rare = {"app.trying", "output.drift", "output.vendor", "versions.history"}
    loaded = loaded_by(["generate"])
    assert "codegen.output.swap" in loaded
    assert not loaded & {"importlib.metadata", "referencing", *(f"codegen.{name}" for name in rare)}


@pytest.mark.parametrize("tool", ["jinja2", "regex"])
def test_the_version_of_a_tool_is_the_one_that_pip_has_recorded(tool: str) -> None:
    assert installed.version(tool) == importlib.metadata.version(tool)
    assert installed.record(tool).is_file()
    with pytest.raises(ModuleNotFoundError):
        installed.version("not-a-tool-of-anybody")


def test_what_a_killed_run_left_is_taken_away_by_a_run_with_nothing_changed(project: Path) -> None:
    assert [main(["generate"]), main(["generate"])] == [0, 0]
    room = project / ".generated.triptych-new"
    shutil.copytree(project / "generated", room / "new")
    (room / swap._MARK).write_bytes(swap._MARK_TEXT)
    assert main(["generate"]) == 0
    assert not room.exists()


def test_no_cache_folder_costs_only_time(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (project / "file").write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(project / "file" / "cache"))
    assert [main(["generate"]), main(["check"])] == [0, 0]
    assert stamp.recall(["check"]) is None


# Paths that lead nowhere

UNUSABLE = {
    "a name too long": "x" * 300,
    "a path too long": "/".join(["y" * 200] * 30),
    "a cycle of links": "cycle",
    "below a cycle of links": "cycle/a",
    "below a file": "schema/a.json/a",
}


@pytest.mark.parametrize("path", UNUSABLE.values(), ids=UNUSABLE)
@pytest.mark.parametrize(
    "arguments",
    [
        ["generate", "--out={}"],
        ["check", "--out={}"],
        ["generate", "--schema={}"],
        ["generate", "--config={}"],
        ["out"],
        ["schema"],
        ["history"],
        ["artifacts"],
        ["references"],
    ],
    ids=" ".join,
)
def test_a_path_that_leads_nowhere_is_a_finding(
    project: Path, path: str, arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    (project / "schema" / "session.json").rename(project / "schema" / "a.json").write_text("{}")
    (project / "cycle").symlink_to("cycle")
    if len(arguments) == 1:
        values = {"artifacts": [path], "references": {"https://a.example/": path}}
        text = json.dumps(values.get(arguments[0], path)).replace('/": ', '/" = ')
        (project / "pyproject.toml").write_text(f"[tool.triptych]\n{arguments[0]} = {text}\n")
        arguments = ["generate"]
    code = main([argument.format(path) for argument in arguments])
    output = capsys.readouterr().out
    assert "error[" in output
    assert code == 2


@pytest.mark.skipif(sys.platform == "win32", reason="a working folder can't be deleted")
@pytest.mark.parametrize("command", ["generate", "check"])
def test_a_working_folder_that_was_deleted_is_a_finding(
    project: Path, command: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (project / "gone").mkdir()
    monkeypatch.chdir(project / "gone")
    (project / "gone").rmdir()
    assert main([command]) == 2
    assert "error[system-fault]" in capsys.readouterr().out


def test_findings_that_can_not_be_printed_end_in_2(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    class Full(io.TextIOWrapper):
        def write(self, text: str) -> int:
            raise OSError(28, "No space left on device")

    (project / "schema" / "session.json").write_text("{")
    with contextlib.redirect_stdout(Full(io.BytesIO())):
        assert main(["generate"]) == 2
    assert "No space left" in capsys.readouterr().err


# Signals


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="looks into /proc")
@pytest.mark.parametrize(("number", "code"), [("SIGTERM", 143), ("SIGINT", 130)])
def test_a_signal_ends_the_run_with_its_code_and_leaves_nothing(project: Path, number: str, code: int) -> None:
    import fcntl

    parent = os.open(project, os.O_RDONLY)
    fcntl.flock(parent, fcntl.LOCK_EX)  # the run waits for this lock with its work done
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "codegen", "generate"]
    child = subprocess.Popen(command, env=environment, preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL))
    try:
        deadline = time.monotonic() + 30
        while not Path(f"/proc/{child.pid}/fd").exists() or not waits(child.pid, project):
            assert time.monotonic() < deadline and child.poll() is None
            time.sleep(0.02)
        child.send_signal(getattr(signal, number))
        assert child.wait(20) == code
    finally:
        child.kill()
        os.close(parent)
    assert sorted(os.listdir(project)) == ["schema"]


def waits(process: int, folder: Path) -> bool:
    """Return whether the process has the folder open, as it does while it waits for the lock."""
    descriptors = Path(f"/proc/{process}/fd")
    targets = []
    for descriptor in descriptors.iterdir():
        try:
            targets.append(os.readlink(descriptor))
        except OSError:
            continue
    return str(folder) in targets
