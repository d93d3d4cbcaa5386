"""Tests of codegen.output: all or nothing, at every instant and for every reader."""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from codegen.findings import Finding, Rejected, Severity
from codegen.incremental import stamp
from codegen.output import swap
from codegen.output.drift import compare
from codegen.output.manifest import Inputs, Origin, _laid_out, digest, manifest
from codegen.output.swap import write

COMMAND = "triptych generate"


def tree(version: str, names: tuple[str, ...] = ("models/a.py", "docs/a.md", "docs/deep/b.md")) -> dict[str, str]:
    files = {name: f"{name} {version}\n" for name in names}
    origins = {name: Origin(name.split("/")[0], "page.jinja", ("a.json",)) for name in names}
    inputs = Inputs({"a.json": version, "b.json": "same"}, {"page.jinja": "t"}, "c", {"regex": "1"})
    digests = {name: digest(text) for name, text in files.items()}
    return {**files, "manifest.json": manifest(digests, origins, inputs)}


def on_disk(out: Path) -> dict[str, str]:
    return {path.relative_to(out).as_posix(): path.read_text() for path in out.rglob("*") if path.is_file()}


def rules(findings: tuple[Finding, ...]) -> dict[str, str]:
    return {Path(finding.place.file).name: finding.rule.id for finding in findings}


def test_the_manifest_is_laid_out_as_json_with_an_indent() -> None:
    files = tree("1", ("models/a.py", 'docs/\u00e4 "\u2028.md'))
    content = json.loads(files["manifest.json"])
    assert files["manifest.json"] == json.dumps(content, indent=2, sort_keys=True) + "\n"
    assert _laid_out({"a": {}, "b": [[], [1, None, {"c": 1.5}], True]}, "\n") == json.dumps(
        {"a": {}, "b": [[], [1, None, {"c": 1.5}], True]}, indent=2
    )


def test_writes_the_map_and_nothing_else(tmp_path: Path) -> None:
    out = tmp_path / "deep" / "out"
    assert write(out, tree("1")) == ()
    assert on_disk(out) == tree("1")
    assert write(out, tree("2", ("models/a.py",))) == ()
    assert on_disk(out) == tree("2", ("models/a.py",))
    assert os.listdir(out.parent) == ["out"]


def test_a_file_that_stays_as_it_is_is_not_touched(tmp_path: Path) -> None:
    out = tmp_path / "out"
    write(out, {**tree("1"), "py.typed": ""} | {"manifest.json": tree("1")["manifest.json"]})
    before = (out / "docs" / "a.md").stat()
    folder = out.stat().st_ino
    changed = {**tree("2"), "docs/a.md": tree("1")["docs/a.md"]}
    write(out, changed)
    after = (out / "docs" / "a.md").stat()
    assert (before.st_ino, before.st_mtime_ns) == (after.st_ino, after.st_mtime_ns)
    assert out.stat().st_ino != folder
    folder = out.stat().st_ino
    write(out, changed)
    assert out.stat().st_ino == folder


def settled(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let what is looked at be old enough for its times to show every later change."""
    now = time.time_ns()
    monkeypatch.setattr(time, "time_ns", lambda: now + 10_000_000_000)


def test_what_was_seen_is_not_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path / "out", tree("1"))
    settled(monkeypatch)
    seen, read, content = swap.look(tmp_path / "out"), list[str](), swap._content
    monkeypatch.setattr(swap, "_content", lambda path: read.append(Path(path).name) or content(path))
    assert write(tmp_path / "out", tree("1"), seen=seen) == ()
    assert read == []
    edited = tmp_path / "out" / "docs" / "a.md"
    status = edited.stat()
    edited.write_text(edited.read_text().upper())
    os.utime(edited, ns=(status.st_atime_ns, status.st_mtime_ns))
    (tmp_path / "out" / "docs" / "mine.md").write_text("mine")
    (tmp_path / "out" / "models" / "a.py").unlink()
    warnings = write(tmp_path / "out", tree("1"), seen=seen)
    assert sorted(read) == ["a.md", "mine.md"]
    assert rules(warnings) == {"mine.md": "output-foreign"}
    assert on_disk(tmp_path / "out") == {**tree("1"), "docs/mine.md": "mine"}


def test_what_was_new_when_it_was_seen_is_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path / "out", tree("1"))
    now = time.time_ns()
    monkeypatch.setattr(time, "time_ns", lambda: now)  # however slow the disk is
    seen = swap.look(tmp_path / "out")
    assert {file.entry for file in seen.values()} == {None}
    assert swap.digests(seen) == {}


def test_a_carried_over_file_keeps_the_line_that_a_stamp_knows_it_by(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out"
    write(out, tree("1"))
    settled(monkeypatch)
    known = swap.digests(swap.look(out))
    write(out, {**tree("1"), "docs/a.md": "longer than it was\n"})
    lines = {entry.as_linked(): digest(Path(entry.path).read_bytes()) for entry in stamp.entries([str(out)])}
    assert lines.items() - known.items() == {row for row in lines.items() if "a.md" in row[0]} != set()


def test_files_made_by_hand_are_kept_and_named(tmp_path: Path) -> None:
    out = tmp_path / "out"
    write(out, tree("1"))
    (out / "docs" / "notes.md").write_text("mine")
    (out / "docs" / "a.md").write_text("edited")
    warnings = write(out, tree("2"))
    assert rules(warnings) == {"notes.md": "output-foreign"}
    assert warnings[0].rule.severity is Severity.WARNING
    assert on_disk(out) == {**tree("2"), "docs/notes.md": "mine"}


def test_an_edited_file_that_nothing_makes_any_more_is_kept(tmp_path: Path) -> None:
    out = tmp_path / "out"
    write(out, tree("1"))
    (out / "docs" / "a.md").write_text("edited")
    assert rules(write(out, tree("2", ("models/a.py",)))) == {"a.md": "output-foreign"}
    assert (out / "docs" / "a.md").read_text() == "edited"


@pytest.mark.parametrize("path", ["docs", "docs/a.md", "models/a.py/inner"])
def test_a_file_made_by_hand_is_never_written_over(tmp_path: Path, path: str) -> None:
    out = tmp_path / "out"
    (out / path).parent.mkdir(parents=True)
    (out / path).write_text("mine")
    with pytest.raises(Rejected) as caught:
        write(out, tree("1"))
    assert caught.value.findings[0].rule.id == "output-obstructed"
    assert on_disk(out) == {path: "mine"}


def test_a_manifest_with_merge_marks_is_mended(tmp_path: Path) -> None:
    out = tmp_path / "out"
    write(out, tree("1"))
    (out / "manifest.json").write_text("<<<<<<< ours\n")
    assert "it is damaged" in compare(out, tree("1"), COMMAND)[0].message
    write(out, tree("2"))
    assert on_disk(out) == tree("2")


def as_link(out: Path) -> None:
    (out.parent / "elsewhere").mkdir()
    out.symlink_to(out.parent / "elsewhere")


def with_link_inside(out: Path) -> None:
    out.mkdir()
    (out / "docs").symlink_to(out.parent)


def with_fifo(out: Path) -> None:
    out.mkdir()
    os.mkfifo(out / "pipe")


def as_file(out: Path) -> None:
    out.write_text("mine")


@pytest.mark.parametrize("make", [as_link, with_link_inside, with_fifo, as_file])
def test_anything_but_plain_files_and_folders_is_refused(tmp_path: Path, make: Callable[[Path], None]) -> None:
    make(tmp_path / "out")
    before = sorted(str(path) for path in tmp_path.rglob("*"))
    for action in (lambda: write(tmp_path / "out", tree("1")), lambda: compare(tmp_path / "out", tree("1"), COMMAND)):
        with pytest.raises(Rejected) as caught:
            action()
        assert {finding.rule.id for finding in caught.value.findings} == {"output-not-plain"}
    assert sorted(str(path) for path in tmp_path.rglob("*")) == before


def test_a_folder_that_holds_or_is_held_by_an_input_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    schema = tmp_path / "project" / "schema"
    schema.mkdir(parents=True)
    for out in (tmp_path / "project", schema, schema / "out"):
        with pytest.raises(Rejected, match="lies in"):
            write(out, tree("1"), keep_away=[schema])
    monkeypatch.chdir(schema)
    with pytest.raises(Rejected, match="working folder"):
        write(schema, tree("1"))


def test_check_reports_each_kind_with_cause_and_help(tmp_path: Path) -> None:
    out = tmp_path / "out"
    write(out, tree("1"))
    assert compare(out, tree("1"), COMMAND) == ()
    (out / "models" / "a.py").write_text("edited\n")
    (out / "docs" / "a.md").unlink()
    (out / "docs" / "notes.md").write_text("mine")
    (out / "docs" / "deep" / "b.md").write_bytes(b"docs/deep/b.md 1\r\n")
    by_name = {Path(finding.place.file).name: finding for finding in compare(out, tree("1"), COMMAND)}
    assert {name: finding.rule.id for name, finding in by_name.items()} == {
        "a.py": "drift-changed",
        "a.md": "drift-missing",
        "b.md": "drift-changed",
        "notes.md": "drift-extra",
    }
    assert "edited by hand" in by_name["a.py"].message
    assert "-edited\n+models/a.py 1" in by_name["a.py"].detail
    assert by_name["a.py"].help == "run: triptych generate"
    assert "deleted since" in by_name["a.md"].message
    assert "CRLF" in by_name["b.md"].message
    assert "not generated" in by_name["notes.md"].message


@pytest.mark.parametrize(
    ("change", "cause"),
    [
        ({"documents": {"a.json": "2", "b.json": "same"}}, "schema changed (a.json)"),
        ({"documents": {"a.json": "1", "b.json": "2"}}, "schema changed (b.json)"),
        ({"templates": {"page.jinja": "2"}}, "template changed (page.jinja)"),
        ({"tools": {"regex": "2"}}, "tool version changed (regex 2)"),
        ({"configuration": "other"}, "configuration changed"),
        ({}, "the generator itself changed"),
    ],
)
def test_check_names_the_input_that_moved(tmp_path: Path, change: dict[str, object], cause: str) -> None:
    before = {"documents": {"a.json": "1", "b.json": "same"}, "templates": {"page.jinja": "t"}}
    inputs = {**before, "configuration": "c", "tools": {"regex": "1"}}

    def files(text: str, **moved: object) -> dict[str, str]:
        origin = {"docs/a.md": Origin("docs", "page.jinja", ("a.json",))}
        return {
            "docs/a.md": text,
            "manifest.json": manifest({"docs/a.md": digest(text)}, origin, Inputs(**{**inputs, **moved})),
        }

    write(tmp_path / "out", files("old"))
    findings = compare(tmp_path / "out", files("new", **change), COMMAND)
    assert next(finding.message for finding in findings) == f"docs/a.md has drifted: {cause}"


def test_a_generated_file_that_nothing_makes_any_more_is_extra(tmp_path: Path) -> None:
    write(tmp_path / "out", tree("1"))
    findings = compare(tmp_path / "out", tree("1", ("models/a.py", "docs/a.md")), COMMAND)
    assert rules(findings) == {"b.md": "drift-extra", "manifest.json": "drift-changed"}
    assert findings[0].help == "run: triptych generate"


# Every instant

ENDS = {"open", "os.mkdir", "os.link", "os.rename", "os.remove", "os.rmdir", "os.scandir", "os.chmod", "ctypes.dlsym"}


def in_child(action: Callable[[], object]) -> int:
    child = os.fork()
    if child == 0:
        try:
            action()
        except BaseException:
            os._exit(1)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def killed_at(count: int, action: Callable[[], object]) -> int:
    """Return how a child ended that is killed at its count-th call of the system: 9, or 0 if it had no so many."""

    def run() -> None:
        left = [count]

        def watch(event: str, arguments: tuple[object, ...]) -> None:
            left[0] -= event in ENDS
            if left[0] == 0:
                os._exit(9)

        sys.addaudithook(watch)
        action()

    return in_child(run)


def failing_at(count: int, action: Callable[[], object]) -> int:
    """Return how a child ended in which every call of the system from the count-th on says that the disk is full."""

    def run() -> None:
        left = [count]

        def watch(event: str, arguments: tuple[object, ...]) -> None:
            left[0] -= event in ENDS - {"os.remove", "os.rmdir", "os.scandir", "ctypes.dlsym"}
            if left[0] <= 0 and event in {"os.mkdir", "os.link", "os.rename"}:
                raise OSError(28, "No space left on device")

        sys.addaudithook(watch)
        action()

    return in_child(run)


needs_fork = pytest.mark.skipif(not hasattr(os, "fork"), reason="kills a forked child")


@needs_fork
@pytest.mark.parametrize("exchange", [True, False])
@pytest.mark.parametrize("ended", [killed_at, failing_at])
def test_at_every_instant_one_whole_tree_is_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ended: Callable[..., int], exchange: bool
) -> None:
    if not exchange:
        monkeypatch.setattr(swap, "_exchange", lambda one, other: False)
    old, new = {**tree("1"), "docs/mine": "mine"}, {**tree("2"), "docs/mine": "mine"}
    seen = set()
    for count in range(1, 400):
        out = tmp_path / str(count) / "out"
        write(out, tree("1"))
        (out / "docs" / "mine").write_text("mine")
        code = ended(count, lambda out=out: write(out, tree("2")))
        if exchange:
            assert on_disk(out) in (old, new), count
            seen.add(on_disk(out) == new)
        elif out.exists():
            assert on_disk(out) in (old, new), count
        write(out, tree("2"))
        assert on_disk(out) == new, count
        assert os.listdir(out.parent) == ["out"], count
        if code == 0:
            assert count > 10
            break
    else:
        pytest.fail("the run never came to its end")
    assert not exchange or True in seen


@needs_fork
def test_what_a_killed_run_left_goes_with_the_next_one_that_has_nothing_to_write(tmp_path: Path) -> None:
    left = 0
    for count in range(1, 400):
        out = tmp_path / str(count) / "out"
        write(out, tree("1"))
        code = killed_at(count, lambda out=out: write(out, tree("2")))
        if on_disk(out) == tree("2"):
            left += os.listdir(out.parent) != ["out"]
            write(out, tree("2"))
            assert os.listdir(out.parent) == ["out"], count
        if code == 0:
            break
    assert left > 3  # calls that delete the old tree


def strange_file(room: Path) -> None:
    room.write_text("mine")


def strange_tree(room: Path) -> None:
    (room / "new").mkdir(parents=True)
    (room / "new" / "mine").write_text("mine")


def marked_and_more(room: Path) -> None:
    strange_tree(room)
    (room / swap._MARK).write_bytes(swap._MARK_TEXT)
    (room / "mine").write_text("mine")


def marked_otherwise(room: Path) -> None:
    strange_tree(room)
    (room / swap._MARK).write_bytes(swap._MARK_TEXT[:20])


def named_like_the_mark(room: Path) -> None:
    room.mkdir()
    (room / swap._MARK).write_text("mine" * 100)


def strange_link(room: Path) -> None:
    marked_and_more(room.with_name("elsewhere"))
    (room.with_name("elsewhere") / "mine").unlink()
    room.symlink_to(room.with_name("elsewhere"))


@pytest.mark.parametrize(
    "make", [strange_file, strange_tree, marked_and_more, marked_otherwise, named_like_the_mark, strange_link]
)
def test_nothing_is_taken_away_that_no_run_has_made(tmp_path: Path, make: Callable[[Path], None]) -> None:
    out = tmp_path / "out"
    write(out, tree("1"))
    make(tmp_path / ".out.triptych-new")
    before = on_disk(tmp_path)
    write(out, tree("1"))
    with pytest.raises(Rejected) as caught:
        write(out, tree("2"))
    assert [finding.rule.id for finding in caught.value.findings] == ["output-obstructed"]
    assert on_disk(tmp_path) == before


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the exchange of two names is Linux's")
def test_a_reader_that_looks_all_the_time_sees_whole_files_only(tmp_path: Path) -> None:
    out = tmp_path / "out"
    versions = [str(turn) for turn in range(60)]
    write(out, tree(versions[0]))
    texts = {path: {tree(version)[path] for version in versions} for path in tree(versions[0])}
    stop, looks, faults = threading.Event(), [0], []

    def look() -> None:
        while not stop.is_set():
            for path, whole in texts.items():
                looks[0] += 1
                try:
                    faults.extend([path] if (out / path).read_text() not in whole else [])
                except OSError as error:
                    faults.append(f"{path}: {error}")

    reader = threading.Thread(target=look)
    reader.start()
    for version in versions:
        write(out, tree(version))
    stop.set()
    reader.join()
    assert looks[0] > len(versions)
    assert faults == []


@needs_fork
def test_two_runs_at_once_leave_the_tree_of_one(tmp_path: Path) -> None:
    out = tmp_path / "out"
    children = []
    for version in ("1", "2", "3", "4"):
        child = os.fork()
        if child == 0:
            try:
                for _ in range(10):
                    write(out, tree(version))
            except BaseException:
                os._exit(1)
            os._exit(0)
        children.append(child)
    assert {os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children} == {0}
    assert on_disk(out) in [tree(version) for version in "1234"]
    assert os.listdir(tmp_path) == ["out"]


def test_a_place_that_can_not_be_written_is_a_finding(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    with pytest.raises(Rejected) as caught:
        write(tmp_path / "file" / "out", tree("1"))
    assert [(finding.rule.id, finding.rule.exit_code) for finding in caught.value.findings] == [
        ("output-unwritable", 2)
    ]


def test_the_manifest_is_stable_and_names_what_stands_behind_a_file() -> None:
    text = tree("1")["manifest.json"]
    content = json.loads(text)
    assert list(content) == sorted(content)
    assert content["files"]["docs/a.md"]["sha256"] == digest("docs/a.md 1\n")
    assert content["files"]["docs/a.md"]["documents"] == ["a.json"]
