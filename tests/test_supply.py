"""Tests of what comes from others: pinned to the byte where it is named, and no more rights than its work needs."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parent.parent
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
PLACES = [*WORKFLOWS, ROOT / ".ci" / "run", ROOT / "noxfile.py"]


def entries(text: str) -> dict[str, str]:
    """Return the entries of a lock by the name of what they pin."""
    found = re.findall(r"^[^#\s].*\n(?:[ \t]+.*\n)*", text, re.MULTILINE)
    return {entry.partition("==")[0]: entry for entry in found}


LOCKED = entries((ROOT / "requirements.lock").read_text(encoding="utf-8"))
BOOT = entries((ROOT / ".ci" / "requirements.txt").read_text(encoding="utf-8"))


def test_what_starts_the_sessions_is_the_part_of_the_lock_that_says_so() -> None:
    assert {name: entry for name, entry in LOCKED.items() if "boot" in entry.rpartition("# for:")[2].split()} == BOOT
    assert {"nox", "uv", "flit-core"} <= BOOT.keys()


@pytest.mark.parametrize("name", LOCKED)
def test_everything_is_pinned_with_its_hashes(name: str) -> None:
    assert re.match(r"[^\s=]+==[^\s;\\]+", LOCKED[name])
    assert "--hash=sha256:" in LOCKED[name]


@pytest.mark.parametrize("path", PLACES, ids=lambda path: path.name)
def test_nothing_is_installed_without_hashes(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    for line in re.findall(r"^.*\bpip(?:\"?, \"?| )install\b.*$", text, re.MULTILINE):
        assert "--require-hashes" in line or "--no-index" in line, line
    for line in re.findall(r"^.*\bsession\.install\(.*$", text, re.MULTILINE):
        assert "--require-hashes" in line or "--no-index" in line or "SHAPER" in line, (
            line
        )  # `newest` tries what is not locked yet


def workflow(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return found


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_actions_are_named_by_commit_with_their_version_beside(path: Path) -> None:
    lines = re.findall(r"^\s*-? ?uses: (.*)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    assert lines
    for line in lines:
        assert re.fullmatch(r"[\w-]+/[\w/-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", line), line


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_only_a_job_that_runs_no_command_may_write(path: Path) -> None:
    content = workflow(path)
    assert content["permissions"] == {"contents": "read"}
    for job in content["jobs"].values():
        assert "write" not in job.get("permissions", {}).values() or not any("run" in step for step in job["steps"])
        for step in job["steps"]:
            assert "checkout" not in step.get("uses", "") or step["with"]["persist-credentials"] is False
