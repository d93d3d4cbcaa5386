"""Tests of the site: what is put around the generated pages, and the check of its links."""

from __future__ import annotations

from pathlib import Path

import pytest

from codegen.checks.keywords import ASSERTIONS, LAST
from codegen.config import read_config
from tests.website import keywords, links, room, trying


def site(folder: Path, **pages: str) -> list[str]:
    for name, text in pages.items():
        (folder / f"{name}.html").write_text(text, encoding="utf-8")
    return list(links.faults(folder))


def test_links_that_lead_somewhere_are_no_faults(tmp_path: Path) -> None:
    text = '<h1 id="/a"></h1><a href="b.html#x">x</a><a href="#/a"></a><a href="https://a.example/"></a>'
    assert site(tmp_path, a=text, b='<p id="x">a "src=" b</p>') == []


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ('<a href="b.html">x</a>', "no such file"),
        ('<a href="../a.html">x</a>', "no such file"),
        ('<a href="a.html#x">x</a>', "no such anchor"),
        ('<img src="x.png">', "no such file"),
        ('<script src="https://a.example/a.js"></script>', "loaded from elsewhere"),
        ('<link rel="stylesheet" href="//a.example/a.css">', "loaded from elsewhere"),
    ],
)
def test_other_links_are_faults(tmp_path: Path, text: str, fault: str) -> None:
    (found,) = site(tmp_path, a=text)
    assert found.startswith(f"a.html: {fault}: ")


def test_the_page_of_keywords_has_every_keyword_that_is_decided() -> None:
    rows = {row.split("|")[1].strip(): row for row in keywords.page().splitlines() if row.startswith("| `")}
    assert all("decided" in rows[f"`{name}`"] for name in {**ASSERTIONS, **LAST})
    assert "decides nothing" in rows["`title`"]
    assert "refused" not in keywords.page().partition("| Keyword")[2]


def test_a_page_of_results_brings_its_images(tmp_path: Path) -> None:
    docs = tmp_path / "docs"
    docs.mkdir()
    (tmp_path / "results.md").write_text("# Speed\n\n![Faster](results.svg) ![gone](https://a.example/b.svg)\n")
    (tmp_path / "results.svg").write_text("<svg/>")
    room.write_results(docs / "benchmarks.md", tmp_path / "results.md")
    assert "![Faster](benchmarks-results.svg) ![gone](https://a.example/b.svg)" in (docs / "benchmarks.md").read_text()
    assert (docs / "benchmarks-results.svg").exists()


def test_a_box_has_the_documents_that_its_schema_needs_and_no_other(tmp_path: Path) -> None:
    schema = tmp_path / "schema"
    schema.mkdir()
    (schema / "a.json").write_text('{"$ref": "b.json"}')
    (schema / "b.json").write_text('{"type": "string"}')
    (schema / "c.json").write_text("{}")
    config = tmp_path / "triptych.toml"
    config.write_text("[tool.triptych]")
    trying.write_schemas(read_config(config_file=config, schema=schema, cwd=tmp_path), tmp_path)
    told = (tmp_path / "a.json.js").read_text()
    assert "https://schemas.invalid/a.json" in told
    assert "https://schemas.invalid/b.json" in told
    assert "c.json" not in told
