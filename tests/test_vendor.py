"""Tests of vendoring: a copy that works where it stands, is replaced whole, and never costs anybody's work."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from codegen import output, vendor
from codegen.cli import main
from codegen.findings import Finding, Rejected
from codegen.output import Inputs, Origin

AGAIN = "triptych vendor app/api"
GENERATE = "triptych generate"
NAMES = ("__init__.py", "job.py", "_problems/job.py", "py.typed")


def generated(out: Path, version: str = "1", names: tuple[str, ...] = NAMES) -> dict[str, str]:
    """Return the files to vendor, after an output folder with a package of these files is written."""
    files = {f"models/models/{name}": f"# {name} {version}\n" for name in names}
    files |= {"models/pyproject.toml": f'[project]\nversion = "{version}.0"\n', "docs/index.md": "docs\n"}
    origins = {path: Origin("models", "module.py.jinja", ()) for path in files}
    inputs = Inputs({}, {}, "", {"triptych": "9.9"})
    output.write(out, {**files, "manifest.json": output.manifest(files, origins, inputs)})
    return vendor.package(out, "models", GENERATE)


@pytest.fixture
def files(tmp_path: Path) -> dict[str, str]:
    """Return the files of the first version of a package."""
    return generated(tmp_path / "out")


@pytest.fixture
def dest(tmp_path: Path, files: dict[str, str]) -> Path:
    """Return a folder into which that version was vendored."""
    folder = tmp_path / "app" / "api"
    vendor.write(folder, files, AGAIN)
    return folder


def on_disk(folder: Path) -> dict[str, str]:
    return {path.relative_to(folder).as_posix(): path.read_text() for path in folder.rglob("*") if path.is_file()}


def told(findings: tuple[Finding, ...], folder: Path) -> dict[str, str]:
    return {Path(finding.place.file).relative_to(folder).as_posix(): finding.rule.id for finding in findings}


def marks(dest: Path) -> dict[Path, tuple[int, int, int, int]]:
    """Return what writing to the folder would change; not when a file was read, as that is no writing."""
    found = {path: path.stat() for path in [dest, *dest.rglob("*")]}
    return {path: (now.st_ino, now.st_mode, now.st_mtime_ns, now.st_ctime_ns) for path, now in found.items()}


def refusal(action: Callable[[], object]) -> tuple[Finding, ...]:
    with pytest.raises(Rejected) as caught:
        action()
    return caught.value.findings


# What is vendored


def test_the_copy_is_the_package_with_a_manifest(dest: Path, files: dict[str, str]) -> None:
    assert on_disk(dest) == files
    assert set(files) == {*NAMES, "triptych.json"}
    manifest = json.loads(files["triptych.json"])
    assert manifest["files"] == {name: output.digest(files[name]) for name in NAMES}
    assert (manifest["package"], manifest["version"], manifest["triptych"]) == ("models", "1.0", "9.9")
    assert vendor.compare(dest, files, AGAIN) == ()
    assert os.listdir(dest.parent) == ["api"]


def test_a_second_run_does_nothing(dest: Path, files: dict[str, str]) -> None:
    before = marks(dest)
    vendor.write(dest, files, AGAIN)
    assert marks(dest) == before


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda models: (models / "job.py").write_text("edited"), "edited by hand"),
        (lambda models: (models / "job.py").unlink(), "missing"),
        (lambda models: (models / "mine.py").write_text(""), "was not generated"),
        (lambda models: (models.parent / "pyproject.toml").write_text(""), "edited by hand"),
        (lambda models: (models.parent.parent / "manifest.json").unlink(), "no generated package models"),
        (lambda models: shutil.rmtree(models.parent.parent), "no generated package models"),
    ],
)
def test_only_a_package_that_is_as_generated_is_vendored(
    tmp_path: Path, files: dict[str, str], spoil: Callable[[Path], object], message: str
) -> None:
    spoil(tmp_path / "out" / "models" / "models")
    found = refusal(lambda: vendor.package(tmp_path / "out", "models", GENERATE))
    assert [finding.rule.id for finding in found] == ["vendor-stale"]
    assert message in found[0].message
    assert "triptych generate" in found[0].cure or "mine.py" in found[0].cure


# What differs


def test_each_difference_is_told_with_its_cause(tmp_path: Path, dest: Path) -> None:
    new = generated(tmp_path / "out", "2", ("__init__.py", "job.py", "py.typed", "new.py"))
    (dest / "__init__.py").write_text("# edited\n")
    (dest / "py.typed").unlink()
    (dest / "mine.py").write_text("mine")
    found = vendor.compare(dest, new, AGAIN)
    assert told(found, dest) == {
        "__init__.py": "vendor-edited",
        "_problems/job.py": "vendor-outdated",
        "job.py": "vendor-outdated",
        "mine.py": "vendor-extra",
        "new.py": "vendor-outdated",
        "py.typed": "vendor-missing",
        "triptych.json": "vendor-outdated",
    }
    by_name = {Path(finding.place.file).name: finding for finding in found if "_problems" not in finding.place.file}
    assert "edited by hand, and it is out of date" in by_name["__init__.py"].message
    assert "-# edited\n+# __init__.py 2" in by_name["__init__.py"].detail
    assert "-# job.py 1\n+# job.py 2" in by_name["job.py"].detail
    assert '-  "version": "1.0"\n+  "version": "2.0"' in by_name["triptych.json"].detail
    assert all(f"run: {AGAIN}" in finding.cure for finding in found)


def test_an_edit_of_a_copy_that_is_up_to_date_is_only_that(dest: Path, files: dict[str, str]) -> None:
    (dest / "job.py").write_bytes(files["job.py"].replace("\n", "\r\n").encode())
    (finding,) = vendor.compare(dest, files, AGAIN)
    assert finding.message == "job.py is not as vendored: its line ends were changed to CRLF"


def test_nothing_vendored_yet_is_one_finding(tmp_path: Path, files: dict[str, str]) -> None:
    (finding,) = vendor.compare(tmp_path / "app", files, AGAIN)
    assert (finding.rule.id, finding.cure) == ("vendor-missing", f"run: {AGAIN}")
    assert not (tmp_path / "app").exists()


# Nobody's work is lost

SPOILED: dict[str, tuple[Callable[[Path], object], str]] = {
    "edited": (lambda dest: (dest / "job.py").write_text("edited"), "vendor-edited"),
    "edited, and no longer made": (lambda dest: (dest / "_problems" / "job.py").write_text("edited"), "vendor-edited"),
    "made by hand": (lambda dest: (dest / "mine.py").write_text("mine"), "vendor-extra"),
    "in the place of a new one": (lambda dest: (dest / "new.py").write_text("mine"), "vendor-extra"),
    "manifest with merge marks": (lambda dest: (dest / "triptych.json").write_text("<<<<<<< ours"), "vendor-damaged"),
    "another tool's manifest": (lambda dest: (dest / "triptych.json").write_text("[1]"), "vendor-damaged"),
    "no manifest": (lambda dest: (dest / "triptych.json").unlink(), "vendor-extra"),
    "a link": (lambda dest: (dest / "link").symlink_to(dest.parent), "output-not-plain"),
}


@pytest.mark.parametrize(("spoil", "rule"), SPOILED.values(), ids=SPOILED.keys())
def test_what_somebody_made_is_told_and_nothing_is_written(
    tmp_path: Path, dest: Path, spoil: Callable[[Path], object], rule: str
) -> None:
    new = generated(tmp_path / "out", "2", ("__init__.py", "job.py", "new.py"))
    spoil(dest)
    before = on_disk(dest)
    found = refusal(lambda: vendor.write(dest, new, AGAIN))
    assert [finding.rule.id for finding in found] == [rule]
    assert on_disk(dest) == before
    assert os.listdir(dest.parent) == ["api"]


def test_the_cure_for_an_edit_cures_it(tmp_path: Path, dest: Path) -> None:
    new = generated(tmp_path / "out", "2")
    (dest / "job.py").write_text("edited")
    (finding,) = refusal(lambda: vendor.write(dest, new, AGAIN))
    assert "delete job.py" in finding.cure
    (dest / "job.py").unlink()
    vendor.write(dest, new, AGAIN)
    assert vendor.compare(dest, new, AGAIN) == ()


def test_a_newer_package_replaces_what_was_not_edited(tmp_path: Path, dest: Path) -> None:
    (dest / "__pycache__").mkdir()
    (dest / "py.typed").unlink()
    new = generated(tmp_path / "out", "2", ("__init__.py", "job.py", "new.py"))
    vendor.write(dest, new, AGAIN)
    assert on_disk(dest) == new


def test_a_copy_made_by_hand_is_taken_over(tmp_path: Path, files: dict[str, str]) -> None:
    dest = tmp_path / "app" / "api"
    shutil.copytree(tmp_path / "out" / "models" / "models", dest)
    (finding,) = vendor.compare(dest, files, AGAIN)
    assert finding.rule.id == "vendor-missing"
    vendor.write(dest, files, AGAIN)
    assert vendor.compare(dest, files, AGAIN) == ()


def test_a_folder_of_others_is_one_finding(tmp_path: Path, files: dict[str, str]) -> None:
    dest = tmp_path / "src"
    dest.mkdir()
    for number in range(5):
        (dest / f"m{number}.py").write_text("mine")
    (finding,) = refusal(lambda: vendor.write(dest, files, AGAIN))
    assert "m0.py, m1.py, m2.py and 2 more" in finding.message
    assert len(on_disk(dest)) == 5


@pytest.mark.parametrize("name", ["my-models", "class", "..", "1st"])
def test_a_folder_that_can_be_no_package_is_refused(tmp_path: Path, files: dict[str, str], name: str) -> None:
    (finding,) = refusal(lambda: vendor.write(tmp_path / "app" / name, files, AGAIN))
    assert (finding.rule.id, finding.rule.exit_code) == ("vendor-name", 2)
    assert os.listdir(tmp_path) == ["out"]


@pytest.mark.parametrize("place", ["out", "out/models/api"])
def test_the_output_folder_is_no_place_for_a_copy(tmp_path: Path, files: dict[str, str], place: str) -> None:
    before = on_disk(tmp_path)
    (finding,) = refusal(lambda: vendor.write(tmp_path / place, files, AGAIN, keep_away=[tmp_path / "out"]))
    assert finding.rule.id == "output-surrounds"
    assert on_disk(tmp_path) == before


def test_a_link_is_no_place_for_a_copy(tmp_path: Path, files: dict[str, str]) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "api").symlink_to(tmp_path / "elsewhere")
    for action in (vendor.write, vendor.compare):
        (finding,) = refusal(lambda action=action: action(tmp_path / "api", files, AGAIN))  # type: ignore[misc]
        assert finding.rule.id == "output-not-plain"
    assert os.listdir(tmp_path / "elsewhere") == []


# Every instant

CALLS = {"open", "os.mkdir", "os.link", "os.rename", "os.remove", "os.rmdir", "os.scandir", "os.chmod", "ctypes.dlsym"}


def killed_at(count: int, action: Callable[[], object]) -> int:
    """Return how a child ended that is killed at its count-th call of the system: 9, or 0 if it had no so many."""
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    left = [count]

    def watch(event: str, arguments: tuple[object, ...]) -> None:
        left[0] -= event in CALLS
        if left[0] == 0:
            os._exit(9)

    sys.addaudithook(watch)
    try:
        action()
    except BaseException:
        os._exit(1)
    os._exit(0)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="kills a forked child; swaps two names at one moment")
def test_a_killed_run_leaves_the_old_copy_or_the_new_one(tmp_path: Path, files: dict[str, str]) -> None:
    new = generated(tmp_path / "out", "2", ("__init__.py", "job.py", "new.py"))
    seen = set()
    for count in range(1, 300):
        dest = tmp_path / str(count) / "api"
        vendor.write(dest, files, AGAIN)
        code = killed_at(count, lambda dest=dest: vendor.write(dest, new, AGAIN))  # type: ignore[misc]
        assert code in (0, 9)
        assert on_disk(dest) in (files, new), count
        seen.add(on_disk(dest) == new)
        vendor.write(dest, new, AGAIN)
        assert on_disk(dest) == new, count
        assert os.listdir(dest.parent) == ["api"], count
        if code == 0:
            break
    else:
        pytest.fail("the run never came to its end")
    assert seen == {True, False}


# The command

SCHEMA = """{
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "title": "Job",
  "description": "Its words",
  "type": "object",
  "required": ["id"],
  "properties": {"id": {"type": "string"}, "created": {"type": "string", "format": "date-time"}}
}"""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder with one schema and what is generated from it, which is the working folder."""
    folder = tmp_path / "project"
    (folder / "schema").mkdir(parents=True)
    (folder / "schema" / "job.json").write_text(SCHEMA)
    monkeypatch.chdir(folder)
    assert main(["generate"]) == 0
    return folder


PROGRAM = """
import sys
sys.path.insert(0, {path!r})
from app.vendored.runtime_api import DecodeError, job
value = job.Job.from_dict({{"id": "1", "created": "2026-01-02T03:04:05Z", "new": 1}})
assert value.created.year == 2026
assert job.loads(job.dumps(value)) == value
try:
    job.decode({{}})
except DecodeError as error:
    assert error.problems[0].keyword == "required"
else:
    raise SystemExit("accepted what is not valid")
"""


def test_a_vendored_package_works_under_another_name_with_nothing_beside_it(
    project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    dest = tmp_path / "other" / "app" / "vendored" / "runtime_api"
    for arguments in (["vendor", str(dest)], ["vendor", "--check", str(dest)], ["vendor", str(dest)]):
        assert main(arguments) == 0
    assert capsys.readouterr().out == ""
    program = PROGRAM.format(path=str(tmp_path / "other"))
    subprocess.run([sys.executable, "-I", "-S", "-W", "error", "-c", program], check=True, timeout=60)
    assert main(["vendor", "--check", str(dest)]) == 0  # the caches that an import leaves are nobody's edit


def test_the_command_tells_what_differs_and_how_to_cure_it(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["vendor", "--check", "app/api"]) == 1
    assert "run: triptych vendor app/api\n" in capsys.readouterr().out
    assert main(["vendor", "app/api"]) == 0
    (project / "schema" / "job.json").write_text(SCHEMA.replace("Its words", "Other words"))
    assert main(["generate"]) == 0
    assert main(["vendor", "app/api", "--check", "--format", "json"]) == 1
    rows = json.loads(capsys.readouterr().out)
    assert {(row["rule"], row["file"]) for row in rows} == {
        ("vendor-outdated", "app/api/job.py"),
        ("vendor-outdated", "app/api/triptych.json"),
    }
    assert [main(["vendor", "app/api"]), main(["vendor", "--check", "app/api"])] == [0, 0]


def test_the_command_vendors_no_package_that_was_edited_or_not_generated(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["vendor", "app/api", "--out", "nowhere", "--package", "api"]) == 1
    assert "run: triptych generate --out nowhere --package api\n" in capsys.readouterr().out
    (project / "generated" / "models" / "models" / "job.py").write_text("edited")
    assert main(["vendor", "app/api"]) == 1
    assert "vendor-stale" in capsys.readouterr().out
    assert main(["vendor", "schema/api"]) == 1
    assert sorted(os.listdir(project)) == ["generated", "schema"]
