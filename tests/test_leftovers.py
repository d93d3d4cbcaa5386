"""Tests of codegen.incremental.cache_folder: what runs keep for later ones is this user's alone, or it is not there."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from codegen.incremental import cache_folder

NAME = "0123456789abcdef.stamp"

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows keeps the user's folders to the user")


@pytest.fixture
def kept() -> Path:
    """Return the file of a name, which is there."""
    cache_folder.write(NAME, b"ours")
    return Path(cache_folder.cache_folder()) / NAME


def test_what_is_written_is_read_and_nobody_else_can(kept: Path) -> None:
    assert cache_folder.read(NAME) == b"ours"
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert stat.S_IMODE(kept.parent.stat().st_mode) == 0o700
    cache_folder.write(NAME, b"newer")
    assert cache_folder.read(NAME) == b"newer"
    assert [path.name for path in kept.parent.iterdir()] == [NAME]


def linked(path: Path) -> None:
    path.rename(path.with_name("elsewhere"))
    path.symlink_to(path.with_name("elsewhere"))


def of_another(path: Path) -> None:
    if os.geteuid():
        pytest.skip("only the superuser gives files away")
    os.chown(path, 12345, -1)


PLANTED: dict[str, Callable[[Path], object]] = {
    "a link": linked,
    "others can write": lambda path: path.chmod(path.stat().st_mode | 0o002),
    "the group can write": lambda path: path.chmod(path.stat().st_mode | 0o020),
    "of another user": of_another,
}


@pytest.mark.parametrize("is_folder", [False, True], ids=["file", "folder"])
@pytest.mark.parametrize("plant", PLANTED.values(), ids=PLANTED)
def test_what_another_may_have_put_there_is_not_read(
    kept: Path, plant: Callable[[Path], object], is_folder: bool
) -> None:
    plant(kept.parent if is_folder else kept)
    with pytest.raises(OSError):
        cache_folder.read(NAME)


@pytest.mark.parametrize("plant", PLANTED.values(), ids=PLANTED)
def test_nothing_is_written_or_deleted_in_a_folder_that_another_may_change(
    kept: Path, plant: Callable[[Path], object]
) -> None:
    os.utime(kept, (0, 0))
    plant(kept.parent)
    for action in (lambda: cache_folder.write(NAME, b"new"), cache_folder.prune, lambda: cache_folder.touch(NAME)):
        with pytest.raises(OSError):
            action()
    assert kept.read_bytes() == b"ours"
    assert kept.stat().st_mtime == 0


def test_a_link_is_replaced_and_not_written_through(kept: Path) -> None:
    linked(kept)
    cache_folder.write(NAME, b"newer")
    assert kept.with_name("elsewhere").read_bytes() == b"ours"
    assert not kept.is_symlink()


def test_a_fifo_keeps_nobody_waiting(kept: Path) -> None:
    kept.unlink()
    os.mkfifo(kept, 0o600)
    with pytest.raises(OSError):
        cache_folder.read(NAME)


def test_only_old_files_of_runs_are_pruned(kept: Path) -> None:
    folder = kept.parent
    old = ("notes.txt", "notes.cache", "0123456789abcdef", "f" * 16 + ".stamp", f"{'0' * 16}.cache.{'a' * 16}")
    for name in old:
        (folder / name).write_bytes(b"")
    (folder / ("e" * 16 + ".cache")).symlink_to(folder / "notes.txt")
    (folder / ("d" * 16 + ".cache")).mkdir()
    for path in folder.iterdir():
        if path != kept:
            os.utime(path, (0, 0), follow_symlinks=False)
    before = {path.name for path in folder.iterdir()}
    cache_folder.prune()
    assert before - {path.name for path in folder.iterdir()} == {old[3], old[4]}


def test_a_full_disk_leaves_nothing_half_written(kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*arguments: object, **named: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(OSError):
        cache_folder.write(NAME, b"newer")
    assert [path.name for path in kept.parent.iterdir()] == [NAME]
    assert cache_folder.read(NAME) == b"ours"


def test_a_relative_cache_folder_counts_as_none(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", "here")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert cache_folder.cache_folder() == str(tmp_path / ".cache" / "triptych")
