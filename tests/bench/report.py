"""The tables of the results, in Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from contestants import WITH_ORJSON
from generation import SHORT, TURNS

Results = Mapping[str, Any]

REFUSE = "refuse"
WORKS = {
    "decode": "dict to object",
    "encode": "object to dict",
    "dumps": "object to JSON text",
    "valid": "validate only",
    "loads": "bytes to object",
    "lines": "a JSON line",
    REFUSE: "refuse",
}
_PAYLOADS = {
    "session": "a session",
    "session, 2 unknown properties": "a session with 2 unknown properties",
    "jobs": "a page of 1,000 jobs",
    "backend": "a backend",
    "unbounded": "a backend by a schema without bounds for its qubits",
}
_START, _END = "<!-- bench: written by `nox -s bench` -->", "<!-- bench: end -->"


def page(results: Mapping[str, Results]) -> str:
    """Return all tables of all Pythons."""
    lines = ["# Speed", "", *_explanation(), "", "![Times faster than pydantic 2](results.svg)"]
    for python, found in results.items():
        lines += ["", f"## Python {python}", "", _conditions(found["conditions"]), ""]
        for name, title in _PAYLOADS.items():
            lines += [f"### {title[0].upper()}{title[1:]}", "", *_speed(found["speed"][name]), ""]
        lines += ["### The same hard cases", "", *_cases(found), ""]
        lines += ["### Memory", "", *_memory(found["memory"]), ""]
        lines += ["### Import", "", *_imports(found["imports"])]
        if found.get("generation"):
            lines += ["", "### Generation", "", _COMPARED, "", *_generation(found["generation"])]
        if found.get("against"):
            lines += ["", *against(found["against"])]
    return "\n".join(lines) + "\n"


def fill(readme: Path, results: Mapping[str, Results]) -> None:
    """Write the short table between the README's markers; without markers the README stays as it is."""
    text = readme.read_text(encoding="utf-8")
    before, start, rest = text.partition(_START)
    _, end, after = rest.partition(_END)
    if start and end:
        table = "\n".join(_short(results))
        readme.write_text(f"{before}{_START}\n\n{table}\n\n{_END}{after}", encoding="utf-8")


def plot(file: Path, results: Mapping[str, Results]) -> None:
    """Draw how many times faster than pydantic we are, a group of bars for each work, a colour for each payload."""
    import matplotlib

    matplotlib.use("svg")
    matplotlib.rcParams |= {"svg.hashsalt": "triptych", "svg.fonttype": "none", "font.size": 9}
    from matplotlib import pyplot

    figure, panels = pyplot.subplots(1, len(results), figsize=(9, 3.2), sharey=True, squeeze=False)
    for panel, (python, found) in zip(panels[0], results.items(), strict=True):
        for turn, payload in enumerate(_PLOTTED):
            heights = [found["speed"][payload][work]["Triptych"]["ratio"] for work in _READING]
            places = [place + (turn - 1) * 0.27 for place in range(len(_READING))]
            panel.bar(places, heights, 0.25, label=_PAYLOADS[payload], color=_COLOURS[turn])
        panel.axhline(1, color="black", linewidth=0.8)
        panel.set_title(f"Python {python}: times faster than pydantic 2")
        panel.set_yscale("log")
        labels = [name.replace(" to ", "\nto ").replace(", ", ",\n") for name in _READING.values()]
        panel.set_xticks(range(len(_READING)), labels, fontsize=7)
        panel.yaxis.set_major_formatter("{x:g}")
    panels[0][0].legend(frameon=False)
    figure.tight_layout()
    figure.savefig(file, metadata={"Date": None})
    pyplot.close(figure)


_PLOTTED = ("session", "jobs", "backend")
_READING = {work: title for work, title in WORKS.items() if work != REFUSE}
_COLOURS = ("#0f62fe", "#8a3ffc", "#009d9a")


_LATER = "Measured in another run, beside pydantic, so that only the ratios compare"
_COMPARED = (
    f"Of {TURNS} runs, in turns, the least is told where there is a ratio. That tool itself runs black and isort."
)


def _explanation() -> Iterator[str]:
    yield "Written by `nox -s bench`. CPU time; the contestants take turns in random order, garbage collection is on,"
    yield "and done before each sample, so that nobody pays for what another left."
    yield "A cell holds the median time of one document, and in brackets how many times faster than pydantic 2 that is:"
    yield "the median of the ratios within each round. `json.loads`, `orjson.loads` and `Cls(**data)` check nothing:"
    yield "they are floors. `Triptych, with orjson` is for JSON text only, with the setting `json` at `auto`."
    yield ""
    yield "All keep an absent property absent. pydantic's models are datamodel-code-generator's, with `extra=allow`;"
    yield "its `validate only` is `model_validate`, as it has nothing else; so it is for msgspec, mashumaro and cattrs."
    yield "Of a bounded integer within two arrays, as a backend's qubits are, that generator makes a class for each"
    yield "integer; so the backend is measured by a schema without these bounds too, which is kinder to pydantic."
    yield "`refuse` is data with faults, to the point where the error is caught: one fault in each session, one in"
    yield "every tenth job, one in a backend's last pair. msgspec and fastjsonschema stop at the first of them."
    yield "msgspec, mashumaro and cattrs drop unknown properties, and the last two hardly check anything: read their"
    yield "figures with the table of hard cases."


def _conditions(found: Mapping[str, Any]) -> str:
    versions = ", ".join(f"{name} {number}" for name, number in found["versions"].items())
    later = f" {_LATER}: {', '.join(found['later'])}." if found.get("later") else ""
    rounds = f"{found['rounds']} rounds"
    return f"Python {found['python']}, {found['system']}, {found['processor']}; {rounds}; {versions}.{later}"


def _speed(table: Mapping[str, Mapping[str, Mapping[str, float]]]) -> list[str]:
    works = [work for work in WORKS if work in table]
    names = list(dict.fromkeys(name for row in table.values() for name in row))
    rows = []
    for name in names:
        cells = [table[work].get(name) for work in works]
        rows.append([name, *(f"{time(cell['us'])} ({cell['ratio']:.2f})" if cell else "" for cell in cells)])
    return list(grid(["contestant", *(WORKS[work] for work in works)], rows))


def _cases(found: Results) -> Iterator[str]:
    of = found["of"]
    rows = []
    for name, tally in found["cases"].items():
        returned = "" if tally["returned"] is None else f"{tally['returned']}/{of['returned']}"
        rows.append([name, f"{tally['decided']}/{of['decided']}", returned])
    yield from grid(["contestant", "decided rightly", "given back unchanged"], rows)
    for name, tally in found["cases"].items():
        if tally["wrong"]:
            yield from ("", f"{name} gets wrong: {', '.join(tally['wrong'])}.")


def _memory(found: Mapping[str, Mapping[str, float]]) -> list[str]:
    names = list(found["session"])
    rows = [[name, *(f"{found[document][name]:,.0f}" for document in found)] for name in names]
    heads = [f"{document}, bytes" for document in found]
    return list(grid(["objects beyond their data", *heads], rows))


def _imports(found: Mapping[str, float]) -> list[str]:
    return list(grid(["import", "ms over a bare interpreter"], [[name, f"{ms:.1f}"] for name, ms in found.items()]))


def _generation(found: Mapping[str, Mapping[str, float]]) -> list[str]:
    """Return the table of the runs, each beside what datamodel-code-generator alone needs for a thousand models."""
    base = next(iter(found.values()))["s"]
    rows = [
        [name, f"{cost['s']:.2f}", f"{cost['s'] / base:.2f}" if name.startswith("1,000") else "", f"{cost['MiB']:,.0f}"]
        for name, cost in found.items()
    ]
    return list(grid(["run, each model in a document of its own", "CPU s", "times", "MiB at most"], rows))


def against(found: Mapping[str, Any]) -> Iterator[str]:
    """Yield the section of what is measured beside another state of this project."""
    ours, today = (found["commits"][who] for who in ("ours", "today"))
    yield from (f"### Beside {today}", "", _conditions(found["conditions"]), "")
    turns, counts = found["turns"], _counted(found["counts"])
    yield "Both in one run and in turns. A generator is a process of its own, held to one core where not two are named,"
    yield "from an empty cache but for those after a change, and without a flavour; the least counts of the runs, which"
    yield f"are {turns}, and {turns * SHORT} where nothing changed. The exponent is the slope of the line through the"
    yield f"logarithms of {counts} models and of their CPU time. Of the models' speed it is the median, and of"
    yield "the ratios of each round. `times` is ours for each of the other's: less is better."
    yield ""
    rows = [
        [f"{row['row']}, {row['unit']}", _digits(row["ours"]), _digits(row["today"]), f"{row['times']:.2f}"]
        for row in found["rows"]
    ]
    yield from grid(["work", f"ours ({ours})", f"today ({today})", "times"], rows)


def _counted(counts: Sequence[int]) -> str:
    *others, last = (f"{count:,}" for count in counts)
    return f"{', '.join(others)} and {last}"


def _digits(figure: float) -> str:
    return f"{figure:,.0f}" if figure >= 1000 else f"{figure:.3g}"


def _short(results: Mapping[str, Results]) -> list[str]:
    """Return the README's table: how many times faster than pydantic, each Python in turn."""
    pythons = list(results)
    columns = [*((work, "Triptych") for work in WORKS), ("loads", WITH_ORJSON)]
    rows = []
    for payload in (*_PLOTTED, "unbounded"):
        cells = []
        for work, who in columns:
            rows_of = [results[python]["speed"][payload].get(work, {}) for python in pythons]
            cells.append(" · ".join(f"{row[who]['ratio']:.1f}" if who in row else "-" for row in rows_of))
        rows.append([_PAYLOADS[payload], *cells])
    heads = ["payload", *WORKS.values(), "bytes to object, with orjson"]
    head = f"Times faster than pydantic 2 (Python {' · '.join(pythons)}); every figure, and the others:"
    return [f"{head} [tests/bench/results.md](tests/bench/results.md).", "", *grid(heads, rows)]


def grid(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """Yield the lines of a table, the first column to the left and the others to the right."""
    yield "| " + " | ".join(heads) + " |"
    yield "|" + "|".join(["---", *(["---:"] * (len(heads) - 1))]) + "|"
    for row in rows:
        yield "| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |"


def time(microseconds: float) -> str:
    """Return a time with three digits and its unit."""
    if microseconds < 1000:
        return f"{microseconds:.3g} us"
    return f"{microseconds / 1000:.3g} ms"
