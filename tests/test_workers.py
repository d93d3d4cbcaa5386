"""Tests of codegen.app.workers: much work is shared out, nothing else changes, and no worker's end is a fault."""

from __future__ import annotations

import gc
import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from codegen.app import pipeline, workers
from codegen.app.config import Config
from codegen.app.sandbox import confined
from codegen.app.workers import share_out
from codegen.findings import Rejected
from codegen.incremental.cache import Cache
from codegen.incremental.sharing import one_by_one
from codegen.output import swap

COPIES = pytest.mark.skipif(not hasattr(os, "fork") or sys.platform == "darwin", reason="no process can be copied")


@pytest.fixture(autouse=True)
def _cores(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let there be three cores, and no other thread: a debugger or a plug-in may have one."""
    monkeypatch.setattr(workers, "_cores", lambda: 3)
    monkeypatch.setattr(workers.threading, "active_count", lambda: 1)


@COPIES
def test_the_results_come_in_the_order_of_the_jobs_and_from_several_processes() -> None:
    results = share_out(lambda job: (job * job, os.getpid()), range(1000))
    assert [square for square, _ in results] == [job * job for job in range(1000)]
    assert len({process for _, process in results}) == 3
    assert results[0][1] == os.getpid()


@pytest.mark.parametrize("count", [0, 1, 99])
def test_for_little_work_nothing_is_started(count: int) -> None:
    assert share_out(lambda job: os.getpid(), range(count)) == [os.getpid()] * count


def fails_elsewhere(home: int, action: Callable[[], object]) -> Callable[[int], int]:
    def work(job: int) -> int:
        if os.getpid() != home:
            action()
        return job

    return work


@COPIES
def test_who_is_through_takes_what_others_have_not_begun(tmp_path: Path) -> None:
    """The first job of one worker ends after those of all other portions: two processes do all of these."""
    done = tmp_path / "done"
    done.touch()

    def work(job: int) -> int:
        waited = 0.0
        while job == 1 and done.stat().st_size < 1000 - 14 and waited < 20:
            time.sleep(0.01)
            waited += 0.01
        with open(done, "ab", buffering=0) as stream:
            stream.write(b".")
        return os.getpid() if waited < 20 else 0

    processes = share_out(work, range(1000))
    assert processes.count(processes[1]) == len(range(1, 1000, 3 * workers._PORTIONS)) == 14
    assert len(set(processes)) == 3
    assert 0 not in processes


@COPIES
@pytest.mark.parametrize(
    "action",
    [
        lambda: os._exit(3),
        lambda: os.kill(os.getpid(), 9),
        lambda: sys.exit(0),
        lambda: 1 / 0,
        lambda: (_ for _ in ()).throw(KeyboardInterrupt),
    ],
    ids=["ends", "is killed", "exits", "errs", "is interrupted"],
)
def test_what_a_worker_does_not_do_is_done_here(action: Callable[[], object]) -> None:
    assert share_out(fails_elsewhere(os.getpid(), action), range(300)) == list(range(300))


@COPIES
@pytest.mark.parametrize("ends", [True, False], ids=["worker ends", "worker writes"])
def test_files_are_written_whoever_writes_them(ends: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home, whole = os.getpid(), swap._write_file

    def write_file(path: str, content: bytes) -> None:
        whole(path, content)
        if ends and os.getpid() != home and path.endswith("7"):
            os._exit(1)

    monkeypatch.setattr(swap, "_write_file", write_file)
    files = {f"{number % 5}/{number}": f"{number}\n" for number in range(300)}
    assert swap.write(tmp_path / "out", files, share_out=share_out) == ()
    assert {path: (tmp_path / "out" / path).read_text() for path in files} == files
    assert not list(tmp_path.glob(".out*"))


@COPIES
def test_what_can_not_be_sent_is_made_here() -> None:
    results: list[Any] = share_out(lambda job: lambda: job, range(300))
    assert [each() for each in results] == list(range(300))


@COPIES
def test_a_fault_of_the_work_is_told_as_without_workers() -> None:
    with pytest.raises(ZeroDivisionError):
        share_out(lambda job: 1 // (job - 1), range(300))
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)  # none is left


def test_where_no_process_can_be_copied_all_is_done_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "fork", raising=False)
    assert share_out(lambda job: os.getpid(), range(300)) == [os.getpid()] * 300


@COPIES
def test_where_there_are_too_many_processes_all_is_done_here(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> int:
        raise BlockingIOError("too many")

    monkeypatch.setattr(os, "fork", refuse)
    assert share_out(lambda job: job, range(300)) == list(range(300))


@COPIES
def test_a_worker_is_confined_and_panels_can_start_none(tmp_path: Path) -> None:
    def reads(job: int) -> bool:
        try:
            (tmp_path.parent / "secret").read_text()
        except PermissionError:
            return False
        return True

    (tmp_path.parent / "secret").write_text("")
    with pytest.raises(Rejected), confined([tmp_path]):
        assert not any(share_out(reads, range(300)))
    with pytest.raises(Rejected), confined([tmp_path]):
        os.fork()


@COPIES
def test_many_documents_make_the_same_whoever_makes_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "schema").mkdir()
    monkeypatch.setattr(workers, "WORTH", 20)
    for number in range(33):
        part = {"enum": ["a", "b"]} if number % 2 else {"type": "string", "pattern": "^(a+)+$" if number == 20 else "a"}
        other = {"$ref": f"m{number - 1:03}.json"} if number % 9 == 1 else {"type": "integer", "minimum": number}
        schema = {"title": f"M{number}", "properties": {"part": part, "other": other, "at": {"format": "date-time"}}}
        (tmp_path / "schema" / f"m{number:03}.json").write_text(json.dumps(schema))
    config = Config(base=tmp_path, schema=tmp_path / "schema", out=tmp_path / "out")
    fork, started = os.fork, list[None]()
    monkeypatch.setattr(os, "fork", lambda: started.append(None) or fork())
    shared, with_a_cache = pipeline.run(config), pipeline.run(config, cache=Cache())
    assert len(started) >= 4  # two workers in each run
    monkeypatch.setattr(pipeline, "share_out", one_by_one)
    alone = pipeline.run(config)
    assert shared == with_a_cache == alone
    assert [finding.rule.id for finding in shared.warnings] == ["pattern-slow"]


def test_documents_leave_no_garbage_in_cycles(tmp_path: Path) -> None:
    """So a run looks for some hardly ever, and what each document took is free when nobody needs it any more."""
    left = []
    for count in (2, 4, 24):  # the first run leaves what a process leaves once
        folder = tmp_path / str(count)
        folder.mkdir()
        for number in range(count):
            content = {"title": f"T{number}", "properties": {"at": {"format": "date-time"}, "n": {"enum": [number]}}}
            (folder / f"d{number}.json").write_text(json.dumps({"type": "object", **content}), encoding="utf-8")
        gc.collect()
        gc.disable()
        try:
            pipeline.generate(Config(base=tmp_path, schema=folder, out=tmp_path / "out"))
            left.append(gc.collect())
        finally:
            gc.enable()
    assert left[2] - left[1] < 20  # not one for each of twenty documents
