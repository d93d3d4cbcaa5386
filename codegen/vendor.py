"""Vendoring: copies the generated package into another tree whole, and says whether a copy is still what it was."""

from __future__ import annotations

import json
import keyword
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from codegen import output
from codegen.findings import Finding, Place, Rejected, Rule

MANIFEST: Final = "triptych.json"

NAME = Rule("vendor-name", "The folder that becomes the package has a name that Python can import", exit_code=2)
STALE = Rule("vendor-stale", "The generated package is as its own manifest says")
DAMAGED = Rule("vendor-damaged", "The manifest of a vendored package can be read")
EDITED = Rule("vendor-edited", "A vendored file is as it was vendored")
EXTRA = Rule("vendor-extra", "The folder of a vendored package holds nothing else")
MISSING = Rule("vendor-missing", "Every file that was vendored is there")
OUTDATED = Rule("vendor-outdated", "A vendored file is as in the generated package")

# What somebody made by hand: nothing is written while there is one of these.
_BY_HAND: Final = frozenset({DAMAGED.id, EDITED.id, EXTRA.id})
_ABOUT: Final = "Vendored by `triptych vendor`, which keeps this list: do not edit the files in it."
_PROJECT: Final = "models/pyproject.toml"


def package(out: Path, name: str, generate: str) -> dict[str, str]:
    """Return the text of every file of the generated package by its path in it, the manifest of a copy included.

    `out` is the output folder and `generate` the command that makes it. Raises Rejected if a file is missing, was
    edited or was not generated: what is copied is what the manifest of the output folder says.
    """
    with output.faults_as_findings(out, output.UNREADABLE):
        present = output.read_tree(out)
    entries = output.manifest_tables(present.get(output.MANIFEST))
    prefix = f"models/{name}/"
    paths = {path for path in (*entries["files"], *present) if path.startswith(prefix)} | {_PROJECT}
    if f"{prefix}__init__.py" not in entries["files"]:
        message = f"no generated package {name} stands in it"
        raise Rejected([Finding(STALE, Place(out.as_posix()), message, f"run: {generate}")])
    faults = [fault for path in sorted(paths) for fault in _stale(out, path, present, entries, generate)]
    if faults:
        raise Rejected(faults)
    files = {path.removeprefix(prefix): present[path].decode() for path in sorted(paths - {_PROJECT})}
    version = tomllib.loads(present[_PROJECT].decode())["project"]["version"]
    return {**files, MANIFEST: _manifest(files, name, version, entries["tools"].get("triptych"))}


def write(dest: Path, files: Mapping[str, str], command: str, *, keep_away: Sequence[Path] = ()) -> None:
    """Make the folder hold exactly these files, swapped in at one moment; one that does already is not touched.

    Raises Rejected, with nothing written, for every file in the folder that was edited or that no vendoring made.
    `command` is this run's own, for the cures; `keep_away` are folders that must stay apart from this one.
    """
    _refuse_name(dest)
    output.keep_apart(dest, keep_away)
    with output.faults_as_findings(dest), output.locked(dest):
        output.recover(dest)
        present = output.read_tree(dest)
        differences = _differences(dest, present, files, command)
        by_hand = [finding for finding in differences if finding.rule.id in _BY_HAND]
        if by_hand:
            raise Rejected(by_hand)
        if differences:
            output.swap_in(dest, files, present, ())


def compare(dest: Path, files: Mapping[str, str], command: str) -> tuple[Finding, ...]:
    """Return a finding for every file that was edited, is out of date, missing or extra; nothing is written.

    `command` is the one that brings the folder up to date, for the cures.
    """
    with output.faults_as_findings(dest, output.UNREADABLE):
        present = output.read_tree(dest)
    return tuple(_differences(dest, present, files, command))


def _refuse_name(dest: Path) -> None:
    if not dest.name.isidentifier() or keyword.iskeyword(dest.name):
        message = f"the folder's name {dest.name!r} is to be a package's, and is no Python identifier"
        raise Rejected([Finding(NAME, Place(dest.as_posix()), message, "name a folder such as src/app/models")])


# What is copied


def _stale(
    out: Path,
    path: str,
    present: Mapping[str, bytes],
    entries: Mapping[str, Mapping[str, object]],
    generate: str,
) -> list[Finding]:
    """Return what is wrong with one file of the generated package: a finding, or none."""
    recorded = output.recorded_hash(path, entries)
    if path not in present:
        return [output.finding_at(STALE, out, path, "is missing from the generated package", f"run: {generate}")]
    if recorded is None:
        return [output.finding_at(STALE, out, path, "was not generated", output.how_to_keep(path))]
    if recorded != output.digest(present[path]):
        message = f"is not as generated: {output.how_edited(present[path], recorded)}"
        return [output.finding_at(STALE, out, path, message, f"run: {generate}")]
    return []


def _manifest(files: Mapping[str, str], name: str, version: object, tool: object) -> str:
    content = {
        "about": _ABOUT,
        "files": {path: output.digest(text) for path, text in files.items()},
        "package": name,
        "triptych": tool,
        "version": version,
    }
    return json.dumps(content, indent=2, sort_keys=True, ensure_ascii=True) + "\n"


def _recorded(text: bytes) -> dict[str, object] | None:
    """Return the hashes of a copy's manifest by path; None if it is damaged, or not one of ours."""
    try:
        content = json.loads(text)
    except (ValueError, RecursionError):
        return None
    files = content.get("files") if isinstance(content, dict) else None
    return files if isinstance(files, dict) else None


# What is there


def _differences(dest: Path, present: Mapping[str, bytes], files: Mapping[str, str], command: str) -> list[Finding]:
    """Return a finding for every file that differs from the generated package, with its cause and its cure."""
    if MANIFEST not in present:
        return [_never_vendored(dest, present, files, command)]
    recorded = _recorded(present[MANIFEST])
    if recorded is None:
        cure = f"restore it from version control, or delete it; then run: {command}"
        return [output.finding_at(DAMAGED, dest, MANIFEST, "is damaged, or is not of a vendored package", cure)]
    found = []
    for path in sorted(files.keys() | present.keys()):
        wanted = files.get(path)
        content = present.get(path)
        if content is None or wanted is None or content != wanted.encode():
            rule, message, first = _difference(path, content, wanted, recorded)
            diff = output.diff_of(path, content, wanted) if content is not None and wanted is not None else ""
            found.append(output.finding_at(rule, dest, path, message, f"{first}run: {command}", diff))
    return found


def _never_vendored(dest: Path, present: Mapping[str, bytes], files: Mapping[str, str], command: str) -> Finding:
    """Return the finding for a folder without a manifest; files that are just as generated may be taken over."""
    place = Place(dest.as_posix())
    strange = [path for path, content in present.items() if path not in files or files[path].encode() != content]
    if not strange:
        what = f"no {MANIFEST} stands in it" if present else "the package was not vendored here yet"
        return Finding(MISSING, place, what, f"run: {command}")
    listed = ", ".join(strange[:3]) + (f" and {len(strange) - 3} more" if len(strange) > 3 else "")
    message = f"no {MANIFEST} stands in it, and these files are not the package's: {listed}"
    return Finding(EXTRA, place, message, f"name a folder of its own, or empty this one; then run: {command}")


def _difference(
    path: str, content: bytes | None, wanted: str | None, recorded: Mapping[str, object]
) -> tuple[Rule, str, str]:
    """Return the rule, the words and the first half of the cure for a file that is not as the package has it."""
    if path == MANIFEST:
        return OUTDATED, "is out of date: it tells another version, other files, or was written by hand", ""
    if content is None:
        return (MISSING, "was deleted", "") if path in recorded else (OUTDATED, "is new in the generated package", "")
    if path not in recorded:
        where = "" if wanted is None else ", and stands where a vendored file goes"
        return EXTRA, f"was not vendored{where}", f"{output.how_to_keep(path)}; then "
    if output.digest(content) == recorded[path]:
        return OUTDATED, "is out of date" if wanted is not None else "is no longer part of the generated package", ""
    also = "" if wanted is not None and output.digest(wanted) == recorded[path] else ", and it is out of date"
    message = f"is not as vendored: {output.how_edited(content, recorded[path])}{also}"
    return EDITED, message, f"undo that, or keep the file elsewhere and delete {path}; then "
