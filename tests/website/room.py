"""The room in which the site is built: the generated pages, and what only a site can have."""

from __future__ import annotations

import html
import posixpath
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import yaml

from codegen.app.config import Config
from tests.website import keywords, links, policy, trying
from tests.website.bundle import Bundle

ZENSICAL = (sys.executable, "-m", "zensical")
SITE = ".site"  # as the generated configuration says
TESTS = Path(__file__).parent.parent
RESULTS = {
    "conformance.md": TESTS / "conformance/results.md",
    "openapi-tools.md": TESTS / "openapi/results.md",
    "benchmarks.md": TESTS / "bench/results.md",
}

_COMMAND = re.compile(r"^#.*`zensical ([^`]*)`", re.MULTILINE)
_DRAWING = re.compile(r"^!\[[^\n]*\]\((diagrams/[^)\s]+\.svg)\)$", re.MULTILINE)
_IMAGE = re.compile(r"(!\[[^\]\n]*\])\(([\w.-]+)\)")
_PLACE = re.compile(r'<g data-page="([^"]*)">(.*?)</g>')
_STYLE = re.compile(r"<style>.*?</style>\n", re.DOTALL)
SCHEMA = re.compile(r"^## JSON Schema\n\n\[.*\]\((?P<schema>schemas/[^)]*)\)$", re.MULTILINE)
_EXAMPLE = re.compile(r"^For example:\n\n```json\n(.*?)\n```$", re.MULTILINE | re.DOTALL)


def build(config: Config, room: Path, box: Bundle | None, site: Path) -> int:
    """Return the exit code of building the site; it takes its place only if every link leads somewhere."""
    faults = built(config, room, box)
    if faults:
        print("\n".join(faults), file=sys.stderr)
        return 1
    shutil.rmtree(site, ignore_errors=True)
    shutil.copytree(room / SITE, site)
    return 0


def built(config: Config, room: Path, box: Bundle | None) -> list[str]:
    """Return what is wrong with the site that now stands in the room: what the builder said, or links to nowhere."""
    faults = as_written(config.out, room / "as-written")
    assemble(config, room, box)
    blank = _blank(room)
    for folder in (room, blank):
        faults += faults or _zensical(folder, "build", "--strict", "--clean", "-f", "mkdocs.yml")
    return faults or [*links.faults(room / SITE), *policy.write(room / SITE, blank / SITE)]


def as_written(out: Path, room: Path) -> list[str]:
    """Return what is wrong with doing, in a copy of the output folder, exactly what its `mkdocs.yml` says."""
    shutil.rmtree(room, ignore_errors=True)
    shutil.copytree(out, room)
    text = (room / "mkdocs.yml").read_text(encoding="utf-8")
    (command,) = _COMMAND.findall(text)
    faults = _zensical(room, *command.split(" "))
    return faults if faults or (room / SITE / "index.html").is_file() else [f"`zensical {command}` made no site"]


def _zensical(folder: Path, *arguments: str) -> list[str]:
    done = subprocess.run([*ZENSICAL, *arguments], capture_output=True, text=True, cwd=folder)
    if not done.returncode:
        return []
    said = (done.stdout + done.stderr).partition("Traceback (most recent call last)")
    return [said[0].strip() or done.stderr]


def _blank(room: Path) -> Path:
    """Return a room in which a site without any text of a schema is built, its pages as deep as those of the real one.

    The theme's own scripts stand in it, and no others; they differ with the depth of a page.
    """
    blank = room / "blank"
    shutil.rmtree(blank, ignore_errors=True)
    shutil.copytree(room / "theme", blank / "theme")
    for folder in {page.parent for page in (room / "docs").rglob("*.md")}:
        depth = len(folder.relative_to(room / "docs").parts)
        below = blank.joinpath("docs", *["a"] * depth)
        below.mkdir(parents=True, exist_ok=True)
        (below / "index.md").write_text("# Page\n", encoding="utf-8")
        for name in ("one.md", "two.md"):
            (below / name).write_text("# Page\n", encoding="utf-8")
    made = yaml.safe_load((room / "mkdocs.yml").read_text(encoding="utf-8"))
    left = {key: value for key, value in made.items() if key not in ("nav", "extra_javascript", "extra_css")}
    (blank / "mkdocs.yml").write_text(yaml.safe_dump(left, sort_keys=False), encoding="utf-8")
    return blank


def assemble(config: Config, room: Path, box: Bundle | None) -> None:
    """Write `mkdocs.yml` and `docs` in the room, of what stands in the output folder."""
    docs = room / "docs"
    shutil.rmtree(docs, ignore_errors=True)
    docs.parent.mkdir(parents=True, exist_ok=True)
    shutil.copytree(config.out / "docs", docs)
    shutil.copytree(config.out / "theme", room / "theme", dirs_exist_ok=True)
    for page in docs.rglob("*.md"):
        text = page.read_text(encoding="utf-8")
        text = _DRAWING.sub(lambda found: _inline(docs / found[1]), text)
        page.write_text(_with_box(text) if box is not None else text, encoding="utf-8")
    (docs / "keywords.md").write_text(keywords.page(), encoding="utf-8")
    for name, results in RESULTS.items():
        if results.exists():
            write_results(docs / name, results)
    if box is not None:
        shutil.copytree(box.folder, docs / "assets/try")
        trying.write_schemas(config, docs / "assets/try")
    (room / "mkdocs.yml").write_text(_configuration(config, docs, box), encoding="utf-8")


def write_results(page: Path, results: Path) -> None:
    """Write a page of measured tables, and beside it the images that it shows."""

    def copied(found: re.Match[str]) -> str:
        name = f"{page.stem}-{found[2]}"
        shutil.copy(results.with_name(found[2]), page.with_name(name))
        return f"{found[1]}({name})"

    page.write_text(_IMAGE.sub(copied, results.read_text(encoding="utf-8")), encoding="utf-8")


def _configuration(config: Config, docs: Path, box: Bundle | None) -> str:
    made = yaml.safe_load((config.out / "mkdocs.yml").read_text(encoding="utf-8"))
    about = [name for name in ("keywords.md", *RESULTS) if (docs / name).exists()]
    made["nav"].append({"About the generator": about})
    if box is not None:
        made["extra_javascript"].append("assets/try/box.js")
        made["extra_css"].append("assets/try/box.css")
    return yaml.safe_dump(made, sort_keys=False)


# The diagram is an image in the Markdown; within the page it takes the page's colours, and its boxes are links


def _inline(file: Path) -> str:
    drawing = _STYLE.sub("", file.read_text(encoding="utf-8"))
    linked = _PLACE.sub(lambda found: f'<a href="{_page(found[1])}">{found[2]}</a>', drawing)
    return f"<figure>\n{linked.rstrip()}\n</figure>"


def _page(target: str) -> str:
    path, mark, anchor = target.partition("#")
    return f"{posixpath.splitext(path)[0]}.html{mark}{anchor}"


# The box to try an instance in


def _with_box(text: str) -> str:
    """Return the page with a box before its last section, if it has one that shows the schema."""
    found = SCHEMA.search(text)
    if found is None:
        return text
    example = _EXAMPLE.search(text)
    box = "\n".join(_box(found["schema"], example[1] if example else "{}"))
    return text[: found.start()] + box + text[found.start() :]


def _box(schema: str, example: str) -> Iterator[str]:
    name = trying.script_name(schema.removeprefix("schemas/"))
    escaped = html.escape(example).replace("\n", "&#10;")
    yield "## Try it"
    yield ""
    yield "Change the instance, or paste your own: what is wrong with it is told here, and nothing leaves your browser."
    yield ""
    yield f'<div class="try" data-schema="assets/try/{name}" data-example="{escaped}">'
    yield "<noscript><p>The box needs JavaScript; the Python above tells the same.</p></noscript>"
    yield "</div>"
    yield ""
    yield ""
