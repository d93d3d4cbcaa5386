"""The tables of the conformance run, as Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from conformance.official import DRAFTS, Decided, LeftOut
from conformance.store import Trial, summary

BEGIN, END = "<!-- conformance: begin -->", "<!-- conformance: end -->"


def page(results: Sequence[Decided], listed: Sequence[LeftOut]) -> str:
    """Return the page of the official suite: by draft, by file, and what is left out."""
    parts = [
        "# The official test suite\n",
        "Written by `nox -s conformance`; not to be edited. Every schema is generated and imported, every instance",
        "decided by `decode`, `loads`, `is_valid` and `problems`, and every valid one encoded again and compared.",
        "The pydantic models of the flavour decide by `model_validate`, `model_validate_json` and `TypeAdapter`,",
        "and dump every valid one in four ways.\n",
        by_draft(results, listed),
        by_file(results),
        "## Left out\n",
        _left_out(listed),
    ]
    return "\n".join(parts).rstrip() + "\n"


def real_page(trials: Sequence[Trial], reasons: Mapping[str, str]) -> str:
    """Return the page of the real schemas: the figures, and what is refused and why."""
    parts = [
        "# SchemaStore\n",
        "Written by `nox -s conformance -- --all`; not to be edited. Every schema of the package but two of 5 MB is",
        "generated and imported; instances made for it, and changed ones, are decided as by `jsonschema-rs`.\n",
        real(trials),
        _refused(trials, reasons),
    ]
    return "\n".join(parts).rstrip() + "\n"


def by_draft(results: Iterable[Decided], listed: Sequence[LeftOut]) -> str:
    """Return one line a draft: what its required and its optional tests come to."""
    results = list(results)
    rows = []
    for draft in DRAFTS:
        own = [one for one in results if one.draft == draft]
        required = [one for one in own if "/optional/" not in one.file]
        optional = [one for one in own if "/optional/" in one.file]
        out = sum(row.file.startswith(draft + "/") for row in listed)
        shares = [_share(required), _share(optional), _flavour_share(required), _flavour_share(optional)]
        rows.append([_draft(draft), *shares, str(out)])
    return _table(["draft", "required", "optional", "required, pydantic", "optional, pydantic", "left out"], rows)


def by_file(results: Iterable[Decided]) -> str:
    """Return one line a file of the suite, with a column for each draft."""
    files: dict[str, dict[str, list[Decided]]] = {}
    for one in results:
        draft, _, file = one.file.partition("/")
        files.setdefault(file, {}).setdefault(draft, []).append(one)
    order = sorted(files, key=lambda file: (file.count("/"), file))
    rows = [[f"`{file}`", *(_share(files[file].get(draft, [])) for draft in DRAFTS)] for file in order]
    return _table(["file", *map(_draft, DRAFTS)], rows)


def _left_out(listed: Sequence[LeftOut]) -> str:
    return _table(["file", "group", "test", "reason"], [[f"`{r.file}`", r.group, r.test, r.reason] for r in listed])


def real(trials: Sequence[Trial]) -> str:
    """Return the figures of the real schemas."""
    return _table(["", "number"], [[name, f"{number:,}"] for name, number in summary(trials).items()])


def _refused(trials: Sequence[Trial], reasons: Mapping[str, str]) -> str:
    chosen = sorted((trial for trial in trials if trial.is_refused), key=lambda trial: trial.url)
    rows = [[t.url, ", ".join(f"`{rule}`" for rule in t.refused), reasons.get(t.url, "")] for t in chosen]
    return _table(["refused schema", "rule", "why"], rows)


def with_summary(readme: str, summary_text: str) -> str:
    """Return the README with the text between its two markers replaced."""
    pattern = re.escape(BEGIN) + ".*?" + re.escape(END)
    return re.sub(pattern, lambda _: f"{BEGIN}\n{summary_text.rstrip()}\n{END}", readme, flags=re.DOTALL)


def _draft(draft: str) -> str:
    return draft.removeprefix("draft")


def _share(results: Sequence[Decided]) -> str:
    return f"{sum(not one.fault for one in results)} / {len(results)}" if results else ""


def _flavour_share(results: Sequence[Decided]) -> str:
    return f"{sum(not one.flavour for one in results)} / {len(results)}" if results else ""


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines) + "\n"
