"""Tests of the site: what is put around the generated pages, and the check of its links."""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path

import pytest

from codegen.app.config import read_config
from codegen.schema.vocabulary import DECIDING
from tests.website import bundle, keywords, links, policy, room, trying

ROOT = Path(__file__).parent.parent


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
    (line,) = site(tmp_path, a=text)
    assert line.startswith(f"a.html: {fault}: ")


def test_a_package_without_a_licence_is_not_bundled(tmp_path: Path) -> None:
    names = {"a": "LICENSE", "@b/c": "LICENCE.md", "d": "Licence", "e": "COPYING"}
    for name, file in names.items():
        (tmp_path / "node_modules" / name).mkdir(parents=True)
        (tmp_path / "node_modules" / name / file).write_text(f"text of {name}")
    packages = [tmp_path / "node_modules" / name for name in names]
    text = bundle.licences(packages)
    assert all(f"{name}\n\ntext of {name}" in text for name in names)
    (packages[1] / "LICENCE.md").rename(packages[1] / "README.md")
    with pytest.raises(bundle.BundleError, match="c"):
        bundle.licences(packages)


BLANK = '<head><meta charset="utf-8"><script>theirs()</script></head>'


@pytest.mark.parametrize(
    ("more", "faults"),
    [
        ("", 0),
        ('<script type="application/json">{}</script><script src="a.js"></script>', 0),
        ("<script>mine()</script>", 1),
        ('<SCRIPT type="module">mine()</SCRIPT>', 1),
    ],
)
def test_a_page_has_a_policy_for_the_theme_s_scripts_and_no_others(tmp_path: Path, more: str, faults: int) -> None:
    for name, text in {"blank/index.html": BLANK, "site/deep/a.html": BLANK + more}.items():
        (tmp_path / name).parent.mkdir(parents=True)
        (tmp_path / name).write_text(text)
    assert len(policy.write(tmp_path / "site", tmp_path / "blank")) == faults
    written = (tmp_path / "site" / "deep" / "a.html").read_text()
    assert written.startswith('<head><meta charset="utf-8">\n<meta http-equiv="Content-Security-Policy"')
    hash_of_theirs = base64.b64encode(hashlib.sha256(b"theirs()").digest()).decode()
    assert f"script-src 'self' 'sha256-{hash_of_theirs}'" in written


@pytest.mark.parametrize(
    "out", [ROOT / "generated", *sorted(ROOT.glob("tests/cases/*/expected"))], ids=lambda out: out.parent.name
)
def test_what_the_site_s_configuration_says_is_true(tmp_path: Path, out: Path) -> None:
    pytest.importorskip("zensical")  # it is of the session `docs`, which runs this
    assert room.as_written(out, tmp_path / "copy") == []


def test_the_page_of_keywords_has_every_keyword_that_is_decided() -> None:
    rows = {row.split("|")[1].strip(): row for row in keywords.page().splitlines() if row.startswith("| `")}
    assert all("decided" in rows[f"`{name}`"] for name in DECIDING)
    assert "decides nothing" in rows["`title`"]


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
    script = (tmp_path / "a.json.js").read_text()
    assert "https://schemas.invalid/a.json" in script
    assert "https://schemas.invalid/b.json" in script
    assert "c.json" not in script
