"""The look into a real browser: what is built for it, what is asked of it, and what it has to agree with."""

from __future__ import annotations

import importlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from random import Random
from types import ModuleType

from codegen.app.config import Config, read_config
from codegen.artifacts.docs.prepare import schema_path
from codegen.ir import JSON, Document
from tests.conformance.instances import Maker
from tests.website import bundle, room, serve, trying

ROOT = Path(__file__).parent.parent.parent
GALLERY = ROOT / "tests/cases/gallery/schema"
HISTORY = ROOT / "tests/cases/history/triptych.toml"
_INSTANCES = 30
_SEED = 6
_HOSTILE = "<img src=x onerror=alert(1)> \"'> </title><script>alert(1)</script> {{ 7*7 }} &lt;b&gt; [a](b) `c` | *d*"


def look(config: Config, work: Path, box: bundle.Bundle, screenshots: Path) -> int:
    """Return the exit code: 0 if the sites of the repository, the cases and hostile texts all look well."""
    chromium = next(
        (found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), None
    )
    if chromium is None:
        print("chromium is missing: install the package of that name", file=sys.stderr)
        return 2
    hostile = work / "hostile-schema"
    hostile.mkdir()
    (hostile / "it.json").write_text(json.dumps(_hostile()), encoding="utf-8")
    nothing = _nothing(work)
    others = {
        "gallery": read_config(config_file=nothing, schema=GALLERY, cwd=work),
        "history": read_config(config_file=HISTORY, cwd=work),
        "hostile": read_config(config_file=nothing, schema=hostile, cwd=work),
    }
    queries = {"repository": "elapsed_time", "gallery": "curator", "history": "customer", "hostile": "harmless"}
    sites: list[JSON] = []
    for name, own in {"repository": config, **others}.items():
        made = _site(replace(own, out=work / name / "out"), work / name, box)
        if made is None:
            return 1
        page = next(iter(made))["page"] if made else "index.html"
        search = {"query": queries[name], "page": page}
        sites.append({"name": name, "folder": str(work / name / "site"), "verdicts": list(made), "search": search})
    if not _refuses_broken_links(replace(config, out=work / "repository/out"), work / "broken"):
        return 1
    plan = work / "plan.json"
    shown: JSON = {"chromium": chromium, "screenshots": str(screenshots.resolve()), "sites": sites}
    plan.write_text(json.dumps(shown), encoding="utf-8")
    shutil.rmtree(screenshots, ignore_errors=True)
    return subprocess.run(["node", str(Path(__file__).with_name("browser.mjs")), str(plan)], env=os.environ).returncode


def _refuses_broken_links(config: Config, work: Path) -> bool:
    """Return whether the command ends with 1 for each kind of link that leads nowhere, and leaves no site."""
    index = config.out / "docs/index.md"
    text = index.read_text(encoding="utf-8")
    built = []
    for link in ("nowhere.md", "index.md#nowhere", "#nowhere", "schemas/nowhere.json"):
        index.write_text(f"{text}\n[broken]({link})\n", encoding="utf-8")
        command = [sys.executable, "-m", "tests.website", "build", "--no-box", "--config", str(_nothing(work.parent))]
        command += ["--schema", str(config.schema), "--out", str(config.out), "--site", str(work)]
        done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT)
        if done.returncode != 1 or work.exists():
            built.append(link)
    index.write_text(text, encoding="utf-8")
    for link in built:
        print(f"a site with the broken link {link} was built", file=sys.stderr)
    return not built


def _nothing(work: Path) -> Path:
    """Return a configuration file that says nothing, so that no other is looked for."""
    file = work / "triptych.toml"
    file.write_text("[tool.triptych]\n", encoding="utf-8")
    return file


def _hostile() -> JSON:
    member: JSON = {"title": _HOSTILE, "description": _HOSTILE, "enum": [_HOSTILE], "default": _HOSTILE}
    return {
        "title": _HOSTILE,
        "description": _HOSTILE,
        "properties": {_HOSTILE: member, "harmless": {"$ref": "#/$defs/a"}},
        "$defs": {"a": {"title": _HOSTILE, "pattern": "<b>|`c`"}},
    }


def _site(config: Config, work: Path, box: bundle.Bundle) -> list[dict[str, JSON]] | None:
    """Return what the box has to say on the site's pages; None if the site could not be built."""
    work.mkdir()
    if not serve.generate(config) or room.build(config, work / "room", box, work / "site"):
        return None
    return list(_verdicts(config))


def _verdicts(config: Config) -> Iterator[dict[str, JSON]]:
    resolution = trying.resolved(config)
    maker = Maker(resolution, Random(_SEED))
    pages = _pages(config)
    for document in resolution.documents:
        if document.public:
            models = _models(config, document)
            for _ in range(_INSTANCES):
                instance = maker.make(document.location)
                if _is_exact(instance):
                    valid = models.is_valid(instance)
                    yield {"page": pages[schema_path(document)], "text": json.dumps(instance, indent=2), "valid": valid}


def _pages(config: Config) -> dict[str, str]:
    """Return the page of each schema, by the path of its copy."""
    found = {}
    for page in sorted((config.out / "docs").rglob("*.md")):
        if match := room.SCHEMA.search(page.read_text(encoding="utf-8")):
            found[match["schema"]] = page.relative_to(config.out / "docs").with_suffix(".html").as_posix()
    return found


def _models(config: Config, document: Document) -> ModuleType:
    """Return the module of a document, as it stands in this output folder and in no other."""
    for name in [name for name in sys.modules if name.partition(".")[0] == config.package]:
        del sys.modules[name]
    sys.path.insert(0, str(config.out / "models"))
    try:
        return importlib.import_module(f"{config.package}.{document.module}")
    finally:
        sys.path.pop(0)


def _is_exact(value: JSON) -> bool:
    """Return whether a browser reads the same numbers: it has no integer but those of a double."""
    if isinstance(value, list | dict):
        return all(map(_is_exact, value.values() if isinstance(value, dict) else value))
    return not isinstance(value, int) or abs(value) <= 2**53
