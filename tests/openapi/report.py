"""The report: what the tools say, what the downgrade loses and how exact it is, as Markdown; no times, no paths."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from tests.openapi.exactness import LEAST_EXACT, Group, rows
from tests.openapi.tools import Verdict


def report(verdicts: Sequence[Verdict], losses: Mapping[str, Any], groups: Sequence[Group]) -> str:
    """Return the whole report."""
    lines = ["# OpenAPI: tools, losses, exactness", "", "Written by `nox -s openapi`; not to be edited.", ""]
    lines += [*_matrix(verdicts), "", *_losses(losses), "", *_exactness(groups)]
    return "\n".join(lines) + "\n"


def _matrix(verdicts: Sequence[Verdict]) -> Iterator[str]:
    documents = list(dict.fromkeys(verdict.document for verdict in verdicts))
    yield "## Tools"
    yield ""
    yield "A tool accepts a document if it has no error and no warning, and if what it makes works."
    yield ""
    yield f"| tool | version | {' | '.join(documents)} |"
    yield "|---|---|" + "---|" * len(documents)
    for tool, version in dict.fromkeys((verdict.tool, verdict.version) for verdict in verdicts):
        said = {verdict.document: verdict for verdict in verdicts if verdict.tool == tool}
        cells = [_cell(said.get(document)) for document in documents]
        yield f"| {tool} | {version} | {' | '.join(cells)} |"


def _cell(verdict: Verdict | None) -> str:
    if verdict is None:
        return ""
    return "refused" if verdict.fault else "accepted"


def _losses(losses: Mapping[str, Any]) -> Iterator[str]:
    yield "## Losses of the session's document in 3.0"
    yield ""
    if not losses["losses"]:
        yield f"None: {', '.join(losses['exact'])} accept the same in 3.0 as in 3.1."
        return
    yield "| place | keyword | reason |"
    yield "|---|---|---|"
    for row in losses["losses"]:
        yield f"| `{row['pointer']}` | `{row['keyword']}` | {row['reason']} |"
    yield ""
    for said, names in (("The same for every reader", "exact"), ("With integers", "integers"), ("Wider", "wider")):
        yield f"- {said}: {', '.join(losses[names]) or 'none'}"


def _exactness(groups: Sequence[Group]) -> Iterator[str]:
    exact = sum(group.exact for group in groups)
    yield "## Exactness of the downgrade"
    yield ""
    yield f"Of the {len(groups)} groups of the official suite (2020-12) without references, {exact} are exact: they"
    yield f"accept the same in 3.0, and no loss is told. That is {exact / len(groups):.1%};"
    yield f"{LEAST_EXACT:.0%} are asked for. In {sum(group.integers for group in groups)} groups it hangs on the reader"
    yield "whether 1.0 is an integer, which is told; such a one counts as exact if nothing else differs."
    yield ""
    yield f"- Illegal documents: {sum(bool(group.illegal) for group in groups)}"
    yield f"- Groups with a valid instance that 3.0 refuses: {sum(bool(group.refused) for group in groups)}"
    yield f"- Groups with a loss that is not told: {sum(group.told and bool(group.wider) for group in groups)}"
    untold = sum(bool(group.differ) and not group.integers for group in groups)
    yield f"- Groups in which 1.0 hangs on the reader, and that is not told: {untold}"
    yield ""
    yield "| file | groups | exact | keywords that 3.0 can't say |"
    yield "|---|---:|---:|---|"
    for row in rows(groups):
        keywords = ", ".join(f"`{keyword}`" for keyword in row.losses)
        yield f"| {row.file} | {row.groups} | {row.exact} | {keywords} |"


def regressions(verdicts: Sequence[Verdict], losses: Mapping[str, Any], groups: Sequence[Group]) -> list[str]:
    """Return everything that must not be, one line each."""
    found = [f"{each.tool} refuses {each.document}: {each.fault}" for each in verdicts if each.fault]
    found += [f"{group.file}: {group.name}: {group.fault}" for group in groups if group.fault]
    untold = not losses["losses"]
    found += [f"{name} is wider in 3.0, and no loss is told" for name in losses["wider"] if untold]
    found += [f"{name} has integers, and it is not told" for name in losses["integers"] if untold]
    exact = sum(group.exact for group in groups)
    if exact < LEAST_EXACT * len(groups):
        found.append(f"{exact} of {len(groups)} groups are exact, less than {LEAST_EXACT:.0%}")
    return found
