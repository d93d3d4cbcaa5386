"""Drift: how the output folder differs from what its input makes, and why."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from ..findings import Finding, Rule
from .manifest import MANIFEST, digest, how_edited, manifest_tables, recorded_hash
from .swap import UNREADABLE, faults_as_findings, finding_at, how_to_keep, read_tree

_DIFF_LINES: Final = 400

CHANGED = Rule("drift-changed", "A generated file is as its input makes it.")
MISSING = Rule("drift-missing", "Every generated file is there.")
EXTRA = Rule("drift-extra", "No file stands in the output folder that the input does not make.")


def compare(out: Path, files: Mapping[str, str], command: str) -> tuple[Finding, ...]:
    """Return a finding for every file that is changed, missing or extra, with its cause; nothing is written."""
    with faults_as_findings(out, UNREADABLE):
        present = read_tree(out)
    old, new = manifest_tables(present.get(MANIFEST)), manifest_tables(files[MANIFEST].encode())
    findings = []
    for path in sorted(files.keys() | present.keys()):
        if path not in present:
            findings.append(
                finding_at(MISSING, out, path, f"is missing: {_why_missing(path, old, new)}", f"run: {command}")
            )
        elif path not in files:
            findings.append(_extra(out, path, present[path], old, command))
        elif present[path] != files[path].encode():
            cause = _why_changed(path, present[path], old, new)
            detail = diff_of(path, present[path], files[path])
            findings.append(finding_at(CHANGED, out, path, f"has drifted: {cause}", f"run: {command}", detail))
    return tuple(findings)


def _extra(out: Path, path: str, content: bytes, old: Mapping[str, Mapping[str, object]], command: str) -> Finding:
    if recorded_hash(path, old) == digest(content):
        return finding_at(
            EXTRA, out, path, "is extra: it was generated, and nothing makes it any more", f"run: {command}"
        )
    if path in old["files"]:
        message = "is extra: nothing makes it any more, but it was edited by hand and will not be deleted"
        return finding_at(EXTRA, out, path, message, how_to_keep(path))
    return finding_at(EXTRA, out, path, "is extra: it was not generated", how_to_keep(path))


def _why_missing(path: str, old: Mapping[str, Mapping[str, object]], new: Mapping[str, Mapping[str, object]]) -> str:
    if recorded_hash(path, old) is not None:
        return "it was generated and deleted since"
    return "it was not generated yet" if not old["files"] else f"it is new ({_moved_inputs(path, old, new)})"


def _why_changed(
    path: str, content: bytes, old: Mapping[str, Mapping[str, object]], new: Mapping[str, Mapping[str, object]]
) -> str:
    if path == MANIFEST:
        moved = any(old[table] != new[table] for table in old if table != "files")
        listing = "it lists other files or hashes than the input makes"
        return "it is damaged" if not old["files"] else _moved_inputs(path, old, new) if moved else listing
    recorded = recorded_hash(path, old)
    if recorded is None:
        return "the manifest does not list it"
    causes = [] if recorded == digest(content) else [how_edited(content, recorded)]
    if recorded != recorded_hash(path, new):
        causes.append(_moved_inputs(path, old, new))
    return ", and ".join(causes)


def _moved_inputs(path: str, old: Mapping[str, Mapping[str, object]], new: Mapping[str, Mapping[str, object]]) -> str:
    """Return which inputs differ between two manifests, in words: the file's own ones if any of those do."""
    words = {"documents": "schema", "templates": "template", "tools": "tool version", "configuration": "configuration"}
    moved = {table: _different(old[table], new[table]) for table in words}
    entry = new["files"].get(path)
    of_file = _own_inputs(entry) if isinstance(entry, dict) else {}
    nearest = {table: [name for name in names if name in of_file.get(table, ())] for table, names in moved.items()}
    for table in ("documents", "templates"):
        if nearest[table]:
            moved[table] = nearest[table]
    if nearest["documents"] and not nearest["templates"]:
        moved["templates"] = []
    if nearest["templates"] and not nearest["documents"]:
        moved["documents"] = []
    causes = [f"{words[table]} changed{_listed(table, names, new)}" for table, names in moved.items() if names]
    return "; ".join(causes) or "the generator itself changed"


def _own_inputs(entry: Mapping[str, object]) -> dict[str, list[str]]:
    documents = entry.get("documents")
    return {
        "documents": documents if isinstance(documents, list) else [],
        "templates": [str(entry.get("template"))],
    }


def _different(old: Mapping[str, object], new: Mapping[str, object]) -> list[str]:
    return sorted(name for name in old.keys() | new.keys() if old.get(name) != new.get(name))


def _listed(table: str, names: Sequence[str], new: Mapping[str, Mapping[str, object]]) -> str:
    if table == "configuration":
        return ""
    shown = [f"{name} {new[table].get(name, 'none')}" if table == "tools" else name for name in names[:3]]
    more = f" and {len(names) - 3} more" if len(names) > 3 else ""
    return f" ({', '.join(shown)}{more})"


def diff_of(path: str, present: bytes, wanted: str) -> str:
    """Return how a file on the disk differs from what is generated, as a unified diff."""
    before = present.decode("utf-8", "backslashreplace").splitlines()
    after = wanted.splitlines()
    lines = list(difflib.unified_diff(before, after, f"{path} (on disk)", f"{path} (generated)", lineterm=""))
    if not lines:
        return "(only line ends or the last line feed differ)"
    if len(lines) > _DIFF_LINES:
        lines = [*lines[:_DIFF_LINES], f"... {len(lines) - _DIFF_LINES} more lines"]
    return "\n".join(lines)
